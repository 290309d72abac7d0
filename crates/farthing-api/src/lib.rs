//! Requests, responses and error codes for any front end.
//!
//! Everything here is plain data in the shape the command line prints with `--json`:
//! amounts are `{"value":"21","unit":"sat"}`, times RFC 3339 in UTC, outcomes one of
//! three. Keys, PINs and seeds never pass, except the recovery words in [`Created`],
//! once. Types that hold money or words have no `Debug`.

mod balance;
pub mod commands;
mod costs;
pub mod csv;
mod document;
mod erase;
mod event;
mod export;
mod failure;
mod from_wallet;
mod glance;
mod hand;
mod harmless;
mod health;
mod history;
mod init;
mod issuer;
mod merchants;
pub mod messages;
mod money_in;
mod outcome;
mod page;
mod payment;
mod rates;
pub mod requests;
mod review;
mod rights;
mod scan;
mod sharing;
mod sign_in;
mod statement;
mod statistics;
mod time;
#[cfg(test)]
mod typescript;
mod unnamed;

pub use balance::{BalanceReport, PurseReport};
pub use costs::{CheaperReport, CostReport, CostsReport, DearReport};
pub use document::Document;
pub use erase::{ErasePlan, ErasedReport, StaysReport};
pub use event::Event;
pub use export::{ExportReport, Sheet};
pub use failure::{ApiError, ErrorDetail, ErrorReport, Exit, Failure, Money, Tries};
pub use from_wallet::came_in;
pub use glance::{Glance, SecretKind, WalletState, WordsReport};
pub use hand::{
    GetPaidReport, GiftPlanReport, GivePlanReport, GiveReport, RedeemReport, RedeemReviewReport,
};
pub use harmless::harmless;
pub use health::{CheckReport, CheckState, DoctorReport, RecoveryReport};
pub use history::{Direction, HistoryReport, PaymentLine, SpentAmounts, SpentReport};
pub use init::Created;
pub use issuer::{
    AddedPurse, BoundsReport, ContactReport, IssuerReport, IssuerUnitReport, PurseAddReport,
    PurseLine, PurseListReport,
};
pub use merchants::{MerchantLine, MerchantReport, MerchantsReport};
pub use money_in::{MoneyInReport, PracticeCode, TopUpReport};
pub use outcome::Outcome;
pub use page::{FetchReport, GotPage, LibraryReport, PageReport};
pub use payment::{PaidFeeReport, ProofReport, ReceiptReport, SuccessReport};
pub use rates::{ConversionReport, ConvertedReport, FiatReport, RateReport};
pub use review::{
    AlternativeReport, AskReport, FeeReport, LeftReport, PayeeReport, ReviewReport, WarningReport,
};
pub use rights::{MerchantContact, RequestDraft, RequestLine, RequestReport, RequestsReport};
pub use scan::{CodeFrames, CollectedReport, Copied, KeptFile, ScanReport, SeenCode};
pub use sharing::{
    AskedReport, ConsentReceiptReport, ConsentReceiptsReport, DeniedLine, DetailReport,
    DetailsReport, DisclosureReport, GrantLine, SharingReport, StoppedReport, SwitchReport,
};
pub use sign_in::SignInReport;
pub use statement::{
    StatementForm, StatementPlan, StatementReport, statement_parts, statement_text,
};
pub use statistics::StatisticsReport;
pub use time::At;
pub use unnamed::UnnamedPayee;
