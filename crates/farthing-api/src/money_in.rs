//! `top-up`.

use farthing_money::Amount;
use serde::Serialize;

use crate::outcome::Outcome;
use crate::time::At;

/// An invoice that fills a purse, and what became of it.
#[derive(Serialize)]
pub struct TopUpReport {
    /// This payment's id in the journal.
    pub payment: String,
    /// The Lightning invoice to be paid.
    pub invoice: String,
    /// What it asks for.
    pub amount: Amount,
    /// The purse that is filled.
    pub purse: String,
    /// When the invoice can no longer be paid.
    pub expires_at: Option<At>,
    /// What became of it so far.
    pub outcome: Outcome,
    /// What came in.
    pub received: Option<Amount>,
}
