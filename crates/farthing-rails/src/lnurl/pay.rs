//! Being asked for money: an offer, and the invoice that is made for it (LUD-06, 11, 12, 18, 21).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::metadata::Metadata;
use super::payer::{PayerAsks, asks};
use super::success::SuccessAction;
use super::{LnurlError, answer, fetch, next_place};
use crate::code::{About, Invoice, PaymentCode, Plain, read};
use crate::contact::Contact;
use crate::gate::Gate;
use crate::hexadecimal::hex;
use crate::telling::Telling;

/// What a payee asks for before it makes an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PayOffer {
    /// The least it takes, in millisatoshis, never zero.
    pub least_msat: u64,
    /// The most it takes, in millisatoshis.
    pub most_msat: u64,
    /// What it is for.
    pub about: Plain,
    /// The same at length (LUD-20).
    pub about_long: Option<Plain>,
    /// The Lightning address it calls itself by, lower case (LUD-16).
    pub identifier: Option<String>,
    /// Where it gets mail, by its own word.
    pub mailbox: Option<Contact>,
    /// What it wants to know about the payer (LUD-18).
    pub asks: PayerAsks,
    /// Where it makes invoices.
    pub till: Till,
}

/// Where a payee makes invoices for what it described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Till {
    /// Longest comment it takes, in characters (LUD-12).
    pub comment_allowed: u16,
    callback: Url,
    metadata: String,
}

/// An invoice for what was agreed, and what comes after it is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bill {
    /// The invoice: of the amount, for the description.
    pub invoice: Invoice,
    /// What the payee will say.
    pub success: Option<SuccessAction>,
    /// Where the payee tells whether it was paid (LUD-21).
    pub verify: Option<Url>,
    /// The code leads to one payment and is not to be kept (LUD-11). None is.
    pub disposable: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    callback: String,
    min_sendable: u64,
    max_sendable: u64,
    metadata: String,
    #[serde(default)]
    comment_allowed: Option<u64>,
    #[serde(default)]
    payer_data: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Billed {
    pr: String,
    #[serde(default)]
    success_action: Value,
    #[serde(default)]
    verify: Option<String>,
    #[serde(default)]
    disposable: Option<bool>,
}

impl PayOffer {
    pub(super) fn read(asked: &Url, body: &[u8]) -> Result<Self, LnurlError> {
        let said: Said = answer::read(body)?;
        let callback = next_place(asked, &said.callback)?;
        if callback
            .query_pairs()
            .any(|(key, _)| ["amount", "comment", "payerdata"].contains(&key.as_ref()))
        {
            return Err(LnurlError::Unreadable("it fills in our part itself"));
        }
        if said.min_sendable == 0 || said.min_sendable > said.max_sendable {
            return Err(LnurlError::Unreadable("no amount fits between its bounds"));
        }
        let metadata = Metadata::read(&said.metadata)?;
        Ok(Self {
            least_msat: said.min_sendable,
            most_msat: said.max_sendable,
            about: metadata.short,
            about_long: metadata.long,
            identifier: metadata.identifier,
            mailbox: metadata.mailbox,
            asks: said
                .payer_data
                .as_ref()
                .map(asks)
                .transpose()?
                .unwrap_or_default(),
            till: Till {
                comment_allowed: said
                    .comment_allowed
                    .map_or(0, |most| u16::try_from(most).unwrap_or(u16::MAX)),
                callback,
                metadata: said.metadata,
            },
        })
    }

    /// The only amount it takes, in millisatoshis, if there is only one.
    #[must_use]
    pub fn fixed_msat(&self) -> Option<u64> {
        (self.least_msat == self.most_msat).then_some(self.least_msat)
    }

    /// Asks for an invoice. The payee learns the amount, and what it is told.
    ///
    /// # Errors
    /// [`LnurlError`]; an invoice that is not for exactly this is one.
    pub async fn bill(
        &self,
        gate: &Gate,
        msat: u64,
        telling: &Telling,
    ) -> Result<Bill, LnurlError> {
        if !(self.least_msat..=self.most_msat).contains(&msat) {
            return Err(LnurlError::OutOfBounds);
        }
        self.till.bill(gate, msat, telling).await
    }
}

impl Till {
    /// Asks for an invoice of an amount that it is known to take. The payee learns the amount, and
    /// what it is told.
    ///
    /// # Errors
    /// [`LnurlError`]; an invoice that is not for exactly this is one.
    pub async fn bill(
        &self,
        gate: &Gate,
        msat: u64,
        telling: &Telling,
    ) -> Result<Bill, LnurlError> {
        let url = self.question(msat, telling)?;
        self.read_bill(msat, telling, &fetch(gate, url).await?)
    }

    /// Everything that is sent to ask for an invoice.
    pub(super) fn question(&self, msat: u64, telling: &Telling) -> Result<Url, LnurlError> {
        let mut url = self.callback.clone();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("amount", &msat.to_string());
            if let Some(note) = telling.note() {
                if note.chars().count() > usize::from(self.comment_allowed) {
                    return Err(LnurlError::NoteTooLong {
                        most: self.comment_allowed,
                    });
                }
                query.append_pair("comment", note);
            }
            if let Some(data) = telling.payer_data() {
                query.append_pair("payerdata", &data);
            }
        }
        Ok(url)
    }

    /// Reads the answer to being asked for an invoice of `msat` and told `telling`.
    ///
    /// # Errors
    /// [`LnurlError`], never [`LnurlError::Gate`].
    pub fn read_bill(&self, msat: u64, telling: &Telling, body: &[u8]) -> Result<Bill, LnurlError> {
        let billed: Billed = answer::read(body)?;
        let invoice = match read(&billed.pr).map_err(LnurlError::Invoice)? {
            PaymentCode::Invoice(invoice) => *invoice,
            _ => return Err(LnurlError::Unreadable("there is no invoice in it")),
        };
        if invoice.amount_msat != Some(msat) {
            return Err(LnurlError::OtherAmount);
        }
        // The payee signs the hash of what it described, and of what it was told (LUD-18): whoever
        // changes a word of either on the way, or bills us for something else, is found out here.
        let described = Sha256::new()
            .chain_update(self.metadata.as_bytes())
            .chain_update(telling.payer_data().unwrap_or_default());
        if invoice.about != About::Hash(hex(&described.finalize())) {
            return Err(LnurlError::OtherDescription);
        }
        Ok(Bill {
            invoice,
            success: SuccessAction::read(&self.callback, &billed.success_action)?,
            // A proof from elsewhere proves nothing, but spoils nothing either.
            verify: billed
                .verify
                .and_then(|address| next_place(&self.callback, &address).ok()),
            disposable: billed.disposable.unwrap_or(true),
        })
    }
}
