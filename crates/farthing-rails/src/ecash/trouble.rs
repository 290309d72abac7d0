//! What a conversation with an issuer can end in, sorted by what it proves.

use cdk_common::Error as CdkError;
use farthing_store::StoreFault;

use crate::code::plain_text;
use crate::gate::{NOTHING_WAS_SENT, is_refusal};

/// Longest refusal text kept, in characters.
const LONGEST_REASON: usize = 200;

/// Why an issuer did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// Nothing left the device: no connection, or the gate refused the address.
    #[error("the issuer cannot be reached")]
    NotSent,
    /// The request may have arrived; the answer did not, or made no sense.
    #[error("the issuer's answer was lost")]
    Lost,
    /// The issuer answered that it did not do it.
    #[error("the issuer refused: {0}")]
    Refused(Refusal),
    /// The issuer answered with something it cannot have meant honestly.
    #[error("the issuer's answer is wrong: {0}")]
    Dishonest(String),
    /// The issuer's keys are those of another issuer whose coins we hold.
    #[error("its keys are those of {issuer}")]
    KeysOfAnother {
        /// The other one's address.
        issuer: String,
    },
    /// What the issuer made just now is over by this device's clock: one of the two is wrong.
    #[error("what it made just now is already over by the clock of this device")]
    ClocksDiffer,
    /// There is more to ask the issuer for than was asked now: ask again, it goes on from there.
    #[error("there is more to look for")]
    Unfinished,
    /// The wallet's own files cannot be read or written.
    #[error("the wallet's files cannot be used: {0}")]
    Store(#[from] StoreFault),
}

/// The reasons issuers give that change what the wallet does next (NUT error codes).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// 11001.
    #[error("the coins are already spent")]
    AlreadySpent,
    /// 11002.
    #[error("the coins are in use by another payment")]
    CoinsPending,
    /// 11003, and 11008 of issuers that count what they signed before.
    #[error("these coins were already made")]
    AlreadyMade,
    /// 12001–12003.
    #[error("the issuer changed its keys")]
    KeysChanged,
    /// 11005: what goes in and what comes out do not fit the fee.
    #[error("the issuer counts other fees than it listed")]
    FeesChanged,
    /// 20001.
    #[error("the invoice is not paid")]
    NotPaidYet,
    /// 20002.
    #[error("these coins were already collected")]
    AlreadyIssued,
    /// 20004.
    #[error("Lightning could not deliver the payment")]
    LightningFailed,
    /// 20005.
    #[error("the payment is under way")]
    UnderWay,
    /// 20006.
    #[error("this invoice was already paid")]
    InvoiceAlreadyPaid,
    /// 20007.
    #[error("the offer ran out")]
    Expired,
    /// 11006.
    #[error("the amount is outside the issuer's limits")]
    OutsideLimits,
    /// 20008.
    #[error("the signature was not accepted")]
    BadSignature,
    /// 30xxx, 31xxx.
    #[error("the issuer asks for a login")]
    LoginNeeded,
    /// Anything else, in the issuer's own words, stripped of control characters.
    #[error("{0}")]
    Other(String),
}

impl Trouble {
    /// Whether this proves that the issuer did nothing: then and only then a payment may be
    /// called not paid without asking again.
    pub(super) fn proves_nothing_happened(&self) -> bool {
        matches!(self, Self::NotSent)
    }
}

impl From<CdkError> for Trouble {
    fn from(error: CdkError) -> Self {
        let refusal = match error {
            CdkError::HttpError(None, text) if text == NOTHING_WAS_SENT => return Self::NotSent,
            CdkError::HttpError(None, _) | CdkError::Timeout => return Self::Lost,
            // Whatever is in between may answer so while the issuer behind it goes on working.
            CdkError::HttpError(Some(status), _) if !is_refusal(status) => return Self::Lost,
            CdkError::HttpError(Some(_), text) => {
                Refusal::Other(plain_text(&text, LONGEST_REASON).to_string())
            }
            CdkError::TokenAlreadySpent => Refusal::AlreadySpent,
            CdkError::TokenPending => Refusal::CoinsPending,
            // No request of ours asks for a coin twice.
            CdkError::BlindedMessageAlreadySigned | CdkError::DuplicateOutputs => {
                Refusal::AlreadyMade
            }
            CdkError::InactiveKeyset
            | CdkError::ExpiredKeyset
            | CdkError::UnknownKeySet
            | CdkError::KeysetUnknown(_) => Refusal::KeysChanged,
            CdkError::TransactionUnbalanced(..) => Refusal::FeesChanged,
            CdkError::UnpaidQuote => Refusal::NotPaidYet,
            CdkError::IssuedQuote => Refusal::AlreadyIssued,
            CdkError::PaymentFailed => Refusal::LightningFailed,
            CdkError::PendingQuote | CdkError::PaymentPending => Refusal::UnderWay,
            CdkError::RequestAlreadyPaid | CdkError::PaidQuote => Refusal::InvoiceAlreadyPaid,
            CdkError::ExpiredQuote(..) => Refusal::Expired,
            CdkError::AmountOutofLimitRange(..) => Refusal::OutsideLimits,
            CdkError::SignatureMissingOrInvalid => Refusal::BadSignature,
            CdkError::ClearAuthRequired
            | CdkError::BlindAuthRequired
            | CdkError::ClearAuthFailed
            | CdkError::BlindAuthFailed => Refusal::LoginNeeded,
            // What was 11003 in the first lists of codes.
            CdkError::UnknownErrorResponse(text) if text.starts_with("code: 10002,") => {
                Refusal::AlreadyMade
            }
            other => Refusal::Other(plain_text(&other.to_string(), LONGEST_REASON).to_string()),
        };
        Self::Refused(refusal)
    }
}

impl From<cdk_common::database::Error> for Trouble {
    fn from(error: cdk_common::database::Error) -> Self {
        use cdk_common::database::Error;
        let cause: &(dyn std::error::Error + 'static) = match &error {
            Error::Database(cause) => cause.as_ref(),
            other => other,
        };
        // Database errors carry SQL and paths, which help nobody and may hold values.
        let fault = StoreFault::from_disk(cause).unwrap_or_else(|| match &error {
            Error::Duplicate => "a record exists twice".into(),
            _ => "a record could not be read or written".into(),
        });
        Self::Store(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_issuer_itself_can_say_is_its_refusal() {
        let of = |status| Trouble::from(CdkError::HttpError(Some(status), "no".to_owned()));
        for status in [400, 403, 404, 422] {
            let no = Refusal::Other("no".to_owned());
            assert_eq!(of(status), Trouble::Refused(no), "{status}");
        }
        for status in [204, 301, 302, 307, 408, 429, 500, 502, 504] {
            assert_eq!(of(status), Trouble::Lost, "{status}");
        }
    }
}
