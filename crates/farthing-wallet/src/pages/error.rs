//! Why there is no page.

use farthing_rails::gate::{Blocked, GateError};
use farthing_store::history::PaymentId;
use farthing_store::library::LibraryError;

use crate::history::HistoryError;
use crate::money::MoneyState;
use crate::review::ReviewError;
use crate::trouble::{StoreTrouble, code_of_disk};

/// Why there is no page. Asking for one never moves money; where it was paid for before, the
/// error says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// What the page costs cannot be reviewed.
    #[error(transparent)]
    Review(#[from] Box<ReviewError>),
    /// The wallet may not go there.
    #[error("this address cannot be used: {0}")]
    Address(Blocked),
    /// It sends from one address to the next and never ends.
    #[error("the site sends from one address to the next without an end")]
    RedirectedTooOften,
    /// It sends to another site, which is another payee.
    #[error("the site sends to another site: {to}")]
    SentElsewhere {
        /// That site's origin.
        to: String,
    },
    /// It cannot be reached, or broke off.
    #[error("the site cannot be reached, or broke off: {0}")]
    Site(GateError),
    /// It says no, whoever asks.
    #[error("the site does not give this page (status {status})")]
    NotGiven {
        /// HTTP status.
        status: u16,
    },
    /// It asks to be paid in ways this wallet cannot pay.
    #[error("{why}")]
    CannotPay {
        /// A stable name of the way.
        kind: &'static str,
        /// A sentence.
        why: &'static str,
    },
    /// It was paid for, and the site does not give it.
    #[error(
        "this was paid for, and the site does not give it (status {status}); it is not paid again"
    )]
    PaidAndRefused {
        /// The payment.
        payment: PaymentId,
        /// HTTP status.
        status: u16,
    },
    /// It was paid for, and what is missing of it did not come.
    #[error("this was paid for, and it did not come whole: {why}; ask again, it is not paid again")]
    PaidAndBrokenOff {
        /// The payment.
        payment: PaymentId,
        /// What happened.
        why: GateError,
    },
    /// It was paid for over Lightning, and the issuer keeps the proof from us.
    #[error("this was paid for, and the issuer gave no proof to show to the site")]
    NoProof {
        /// The payment.
        payment: PaymentId,
    },
    /// Whether it was paid is not known yet.
    #[error("whether this was paid is not decided yet: do not pay again")]
    StillDeciding {
        /// The payment, where it has begun.
        payment: Option<PaymentId>,
    },
    /// That payment did not happen, or was for no page.
    #[error("that payment is for no page")]
    NoSuchPage,
    /// The library of kept pages.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl PageError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Review(error) => error.code(),
            Self::Address(_) => "address_refused",
            Self::RedirectedTooOften => "site_redirects",
            Self::SentElsewhere { .. } => "site_sends_elsewhere",
            Self::Site(GateError::Blocked(_)) => "address_refused",
            Self::Site(GateError::ReplyTooLong) => "page_too_long",
            Self::Site(GateError::Packed) => "page_not_given",
            Self::Site(_) => "site_unreachable",
            Self::NotGiven { .. } => "page_not_given",
            Self::CannotPay { .. } => "page_not_payable",
            Self::PaidAndRefused { .. } => "paid_page_refused",
            Self::PaidAndBrokenOff { .. } => "paid_page_broken_off",
            Self::NoProof { .. } => "paid_page_without_proof",
            Self::StillDeciding { .. } => "page_still_deciding",
            Self::NoSuchPage => "no_such_page",
            Self::Library(error) => code_of_disk(error.disk()).unwrap_or("library_unusable"),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        match self {
            Self::PaidAndRefused { .. } | Self::PaidAndBrokenOff { .. } | Self::NoProof { .. } => {
                MoneyState::Moved
            }
            Self::StillDeciding { .. } => MoneyState::Unknown,
            Self::Review(error) => error.money(),
            _ => MoneyState::Safe,
        }
    }

    /// The rule that refused, if one did.
    #[must_use]
    pub fn refused(&self) -> Option<&farthing_policy::Reason> {
        match self {
            Self::Review(error) => error.refused(),
            _ => None,
        }
    }

    /// The payment the page was paid with, where it was, or may be.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        match self {
            Self::PaidAndRefused { payment, .. }
            | Self::PaidAndBrokenOff { payment, .. }
            | Self::NoProof { payment } => Some(*payment),
            Self::StillDeciding { payment } => *payment,
            Self::Review(error) => error.payment(),
            _ => None,
        }
    }
}

impl From<ReviewError> for PageError {
    fn from(error: ReviewError) -> Self {
        Self::Review(Box::new(error))
    }
}

impl From<HistoryError> for PageError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::NoSuchPayment => Self::NoSuchPage,
            HistoryError::Store(trouble) => Self::Store(trouble),
        }
    }
}
