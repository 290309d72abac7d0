//! What a person asks of a merchant: what it knows of them, that it erases it, or to hear that a yes
//! was taken back.

use farthing_wallet as wallet;
use serde::Serialize;

use crate::time::At;

/// How a merchant is reached about what it knows.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MerchantContact {
    /// An e-mail address, an https address, or `tel:` and a number.
    pub value: String,
    /// Who said so: `payee` (the merchant when it was asked for a price), `site` or `person`.
    pub from: String,
}

/// Something that was asked of a merchant.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RequestReport {
    /// Its id.
    pub request: String,
    /// `access`, `erasure` or `notice`.
    pub kind: String,
    /// `gdpr` or `ccpa`.
    pub law: String,
    /// When the person sent it.
    #[cfg_attr(test, ts(type = "At"))]
    pub asked: At,
    /// Until when an answer is in time; none for a notice.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub due: Option<At>,
    /// `asked`, `answered` or `overdue`.
    pub state: String,
    /// When the person said that it was answered.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub answered: Option<At>,
}

/// A request with whom it was made to.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RequestLine {
    /// The merchant.
    pub merchant: String,
    /// What the person reads.
    pub name: String,
    /// The request.
    #[serde(flatten)]
    pub request: RequestReport,
}

/// `sharing requests`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RequestsReport {
    /// Overdue before waiting before answered.
    pub requests: Vec<RequestLine>,
}

/// A letter to a merchant, for the person to send. Nothing was sent, and nothing kept.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RequestDraft {
    /// Where to; none where nobody knows.
    pub to: Option<String>,
    /// What it is about.
    pub subject: String,
    /// The letter.
    pub text: String,
    /// Until when an answer is in time, were it sent now; none for a notice.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub due: Option<At>,
    /// The same as a link that mail programs open, where it goes to an e-mail address. Without the
    /// letter where that is too long for a link.
    pub mailto: Option<String>,
}

impl From<&wallet::MerchantContact> for MerchantContact {
    fn from(contact: &wallet::MerchantContact) -> Self {
        Self {
            value: contact.value.clone(),
            from: contact.from.code().to_owned(),
        }
    }
}

impl From<&wallet::DataRequest> for RequestReport {
    fn from(request: &wallet::DataRequest) -> Self {
        Self {
            request: request.id.clone(),
            kind: request.kind.to_string(),
            law: request.law.to_string(),
            asked: At::ms(request.asked_ms),
            due: request.due_ms.map(At::ms),
            state: request.state(wallet::now_ms()).code().to_owned(),
            answered: request.answered_ms.map(At::ms),
        }
    }
}

impl From<&wallet::SharingLine<wallet::DataRequest>> for RequestLine {
    fn from(line: &wallet::SharingLine<wallet::DataRequest>) -> Self {
        Self {
            merchant: line.merchant.to_string(),
            name: line.name.clone(),
            request: (&line.what).into(),
        }
    }
}

impl From<&wallet::Sharing> for RequestsReport {
    fn from(sharing: &wallet::Sharing) -> Self {
        Self {
            requests: sharing.requests.iter().map(Into::into).collect(),
        }
    }
}

impl From<wallet::Draft> for RequestDraft {
    fn from(draft: wallet::Draft) -> Self {
        Self {
            to: draft.to,
            subject: draft.subject,
            text: draft.text,
            due: draft.due_ms.map(At::ms),
            mailto: draft.mailto,
        }
    }
}
