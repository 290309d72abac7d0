//! LNURL: asking a web address for an invoice, a voucher's money or a sign-in (LUD-01 to 21).
//!
//! Everything goes through the gate, one answer at a time, and never follows a redirect. An answer
//! is a hostile text until it has been read whole: what is asked for next stays where the code led,
//! and an invoice is taken only when it is for exactly what was agreed.

mod answer;
mod metadata;
mod pay;
mod payer;
mod sign_in;
mod success;
#[cfg(test)]
mod tests;
mod verify;
mod voucher;

use url::Url;

use crate::code::{CodeError, Plain};
use crate::gate::{Errand, Gate, GateError};

pub use pay::{Bill, PayOffer, Till};
pub(crate) use payer::asks;
pub use payer::{PayerAsk, PayerAsks};
pub use sign_in::{LinkingKey, sign_in};
pub use success::SuccessAction;
pub use verify::{read_verification, settled};
pub use voucher::{Claimed, Voucher};

/// What an address said when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It wants to be paid (LUD-06).
    Pay(Box<PayOffer>),
    /// It wants to pay us (LUD-03).
    Voucher(Box<Voucher>),
}

/// Why an address did not give what it is for. Nothing was paid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LnurlError {
    /// It was not reached, or its answer was lost.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// It says no.
    #[error("{}", said(reason))]
    Refused {
        /// Its own words.
        reason: Plain,
    },
    /// It answers with a redirect, which is followed nowhere.
    #[error("it sends us to another address")]
    Moved,
    /// Its answer is none of LNURL's, or is wrong inside.
    #[error("its answer cannot be read: {0}")]
    Unreadable(&'static str),
    /// It wants something this wallet does not do.
    #[error("it wants {0}")]
    Unsupported(&'static str),
    /// What it asks us to do next is on another host.
    #[error("it sends us to another host")]
    OtherHost,
    /// The invoice is for another amount than was agreed.
    #[error("its invoice is for another amount than was agreed")]
    OtherAmount,
    /// The invoice is not for what was described.
    #[error("its invoice is not for what it described")]
    OtherDescription,
    /// The invoice cannot be read.
    #[error("its invoice cannot be read: {0}")]
    Invoice(CodeError),
    /// The amount is outside what it takes.
    #[error("the amount is outside what it takes")]
    OutOfBounds,
    /// It takes no words as long as these.
    #[error("it takes a note of at most {most} characters")]
    NoteTooLong {
        /// The most it takes, in characters; it may be none.
        most: u16,
    },
}

fn said(reason: &Plain) -> String {
    if reason.is_empty() {
        "it refused, and gave no reason".to_owned()
    } else {
        format!("it refused: {reason}")
    }
}

/// Asks what the address of an LNURL is for.
///
/// # Errors
/// [`LnurlError`].
pub async fn ask(gate: &Gate, url: &Url) -> Result<Answer, LnurlError> {
    read_answer(url, &fetch(gate, url.clone()).await?)
}

/// Reads what the address `asked` said of itself.
///
/// # Errors
/// [`LnurlError`], never [`LnurlError::Gate`].
pub fn read_answer(asked: &Url, body: &[u8]) -> Result<Answer, LnurlError> {
    let tag: Tag = answer::read(body)?;
    match tag.tag.as_str() {
        "payRequest" => PayOffer::read(asked, body).map(|offer| Answer::Pay(Box::new(offer))),
        "withdrawRequest" => {
            Voucher::read(asked, body).map(|voucher| Answer::Voucher(Box::new(voucher)))
        }
        "channelRequest" => Err(LnurlError::Unsupported("to open a Lightning channel")),
        "login" => Err(LnurlError::Unsupported(
            "a sign-in, which its code did not say",
        )),
        _ => Err(LnurlError::Unsupported("something that is not known")),
    }
}

#[derive(serde::Deserialize)]
struct Tag {
    #[serde(default)]
    tag: String,
}

/// One answer, of any status: LUD-01 gives statuses no meaning, but a redirect has no answer.
async fn fetch(gate: &Gate, url: Url) -> Result<Vec<u8>, LnurlError> {
    let reply = gate.get(Errand::Lnurl, url).await?;
    if (300..400).contains(&reply.status) {
        return Err(LnurlError::Moved);
    }
    Ok(reply.body)
}

/// A place to go on at: it stays with whoever was asked first.
fn next_place(asked: &Url, text: &str) -> Result<Url, LnurlError> {
    let url = crate::code::web_address(text)
        .ok_or(LnurlError::Unreadable("an address in it cannot be read"))?;
    if url.origin() == asked.origin() {
        Ok(url)
    } else {
        Err(LnurlError::OtherHost)
    }
}
