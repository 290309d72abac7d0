//! `top-up`.

use farthing_money::Amount;
use serde::Serialize;

use crate::outcome::Outcome;
use crate::time::At;

/// An invoice that fills a purse, and what became of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TopUpReport {
    /// This payment's id in the journal.
    pub payment: String,
    /// The Lightning invoice to be paid.
    pub invoice: String,
    /// What it asks for.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
    /// The purse that is filled.
    pub purse: String,
    /// When the invoice can no longer be paid.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub expires_at: Option<At>,
    /// What became of it so far.
    pub outcome: Outcome,
    /// What came in.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub received: Option<Amount>,
}

/// What became of money that was asked for.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MoneyInReport {
    /// What became of it so far.
    pub outcome: Outcome,
    /// What came in.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub received: Option<Amount>,
}

/// A shop's bill in the practice town.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PracticeCode {
    /// The payment code.
    pub code: String,
}
