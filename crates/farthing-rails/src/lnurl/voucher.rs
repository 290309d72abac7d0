//! Being offered money: vouchers (LUD-03; LUD-08, 14, 15 and 19 only add to what is said).

use std::fmt;

use serde::Deserialize;
use url::Url;

use super::{LnurlError, answer, fetch, next_place};
use crate::code::{Plain, plain_text};
use crate::gate::Gate;

/// Descriptions longer than this are shortened, in characters.
const MAX_WORDS: usize = 200;
/// Longest name of a voucher, in bytes.
const MAX_K1: usize = 1_024;

/// An offer to pay an invoice of ours. `Debug` shows nothing that would let another take it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Voucher {
    /// The least it pays, in millisatoshis.
    pub least_msat: u64,
    /// The most it pays, in millisatoshis, never zero.
    pub most_msat: u64,
    /// What its maker says it is.
    pub about: Plain,
    callback: Url,
    k1: String,
}

/// What became of handing our invoice over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It will be paid, or so its maker says.
    Accepted,
    /// It will not.
    Refused(Plain),
    /// Nobody knows: the answer was lost or makes no sense.
    Unknown,
}

impl fmt::Debug for Voucher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Voucher")
            .field("host", &self.callback.host_str())
            .field("most_msat", &self.most_msat)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    callback: String,
    k1: String,
    #[serde(default)]
    default_description: Option<String>,
    #[serde(default)]
    min_withdrawable: u64,
    max_withdrawable: u64,
}

impl Voucher {
    pub(super) fn read(asked: &Url, body: &[u8]) -> Result<Self, LnurlError> {
        let said: Said = answer::read(body)?;
        let callback = next_place(asked, &said.callback)?;
        if callback
            .query_pairs()
            .any(|(key, _)| key == "pr" || key == "k1")
        {
            return Err(LnurlError::Unreadable("it fills in our part itself"));
        }
        if said.k1.is_empty() || said.k1.len() > MAX_K1 {
            return Err(LnurlError::Unreadable("its voucher has no name"));
        }
        if said.min_withdrawable > said.max_withdrawable {
            return Err(LnurlError::Unreadable("no amount fits between its bounds"));
        }
        if said.max_withdrawable == 0 {
            return Err(LnurlError::OutOfBounds);
        }
        Ok(Self {
            least_msat: said.min_withdrawable,
            most_msat: said.max_withdrawable,
            about: plain_text(&said.default_description.unwrap_or_default(), MAX_WORDS),
            callback,
            k1: said.k1,
        })
    }

    /// Who pays it out.
    #[must_use]
    pub fn origin(&self) -> String {
        self.callback.origin().ascii_serialization()
    }

    /// What makes it this voucher and no other. As good as the voucher itself: for sealed records
    /// alone.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.callback, self.k1)
    }

    /// Hands an invoice over, to be paid.
    pub async fn claim(&self, gate: &Gate, invoice: &str) -> Claimed {
        let mut url = self.callback.clone();
        url.query_pairs_mut()
            .append_pair("k1", &self.k1)
            .append_pair("pr", invoice);
        match fetch(gate, url).await {
            Ok(body) => Self::read_claim(&body),
            Err(_) => Claimed::Unknown,
        }
    }

    /// Reads the answer to an invoice.
    #[must_use]
    pub fn read_claim(body: &[u8]) -> Claimed {
        match answer::granted(body) {
            Ok(()) => Claimed::Accepted,
            Err(LnurlError::Refused { reason }) => Claimed::Refused(reason),
            Err(_) => Claimed::Unknown,
        }
    }
}
