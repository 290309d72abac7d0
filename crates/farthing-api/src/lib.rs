//! Requests, responses and error codes for any front end.
//!
//! Everything here is plain data in the shape the command line prints with `--json`:
//! amounts are `{"value":"21","unit":"sat"}`, times RFC 3339 in UTC, outcomes one of
//! three. Keys, PINs and seeds never pass, except the recovery words in [`Created`],
//! once. Types that hold money or words have no `Debug`.

mod balance;
mod document;
mod failure;
mod hand;
mod health;
mod history;
mod init;
mod issuer;
pub mod messages;
mod money_in;
mod outcome;
mod payment;
mod review;
mod time;

pub use balance::{BalanceReport, PurseReport};
pub use document::Document;
pub use failure::{ApiError, ErrorDetail, ErrorReport, Exit, Failure, Money};
pub use hand::{GetPaidReport, GiveReport, RedeemReport, RedeemReviewReport};
pub use health::{CheckReport, CheckState, DoctorReport, RecoveryReport};
pub use history::{Direction, HistoryReport, PaymentLine};
pub use init::Created;
pub use issuer::{
    AddedPurse, ContactReport, IssuerReport, IssuerUnitReport, PurseAddReport, PurseLine,
    PurseListReport,
};
pub use money_in::TopUpReport;
pub use outcome::Outcome;
pub use payment::{PaidFeeReport, ProofReport, ReceiptReport};
pub use review::{
    AlternativeReport, AskReport, FeeReport, PayeeReport, RefusalReport, ReviewReport,
    WarningReport,
};
pub use time::At;
