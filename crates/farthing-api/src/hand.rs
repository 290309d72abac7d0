//! `give`, `redeem` and `get-paid`: money from hand to hand.

use farthing_money::Amount;
use serde::Serialize;

use crate::outcome::Outcome;
use crate::payment::PaidFeeReport;
use crate::review::FeeReport;
use crate::time::At;

/// E-cash that was made to be handed over. Whoever has the token has the money.
#[derive(Serialize)]
pub struct GiveReport {
    /// The e-cash itself.
    pub token: String,
    /// The payment's id in the journal; `redeem` takes it to take the money back.
    pub payment: String,
    /// What the token is worth to whoever redeems it.
    pub amount: Amount,
    /// Every fee it cost.
    pub fees: Vec<PaidFeeReport>,
    /// What became of it.
    pub outcome: Outcome,
    /// The picture that was written.
    pub picture: Option<String>,
}

/// What redeeming would bring.
#[derive(Serialize)]
pub struct RedeemReviewReport {
    /// This review's id.
    pub review: String,
    /// Who issued it.
    pub issuer: String,
    /// Whether there is a purse with this issuer already.
    pub known_issuer: bool,
    /// Whether this is money this wallet gave, coming back.
    pub ours: bool,
    /// The unit.
    pub unit: String,
    /// What it says it is worth.
    pub face: Amount,
    /// Every fee.
    pub fees: Vec<FeeReport>,
    /// What would come in.
    pub receives: Amount,
    /// What whoever made it wrote on it.
    pub memo: Option<String>,
}

/// What redeeming brought.
#[derive(Serialize)]
pub struct RedeemReport {
    /// What became of it.
    pub outcome: Outcome,
    /// The payment's id in the journal.
    pub payment: String,
    /// What came in.
    pub received: Amount,
    /// Every fee.
    pub fees: Vec<PaidFeeReport>,
}

/// What to show someone who wants to pay, and what became of it.
#[derive(Serialize)]
pub struct GetPaidReport {
    /// The payment's id in the journal.
    pub payment: String,
    /// A Cashu payment request.
    pub request: Option<String>,
    /// A Lightning invoice.
    pub invoice: Option<String>,
    /// What is asked for.
    pub amount: Amount,
    /// When the invoice can no longer be paid.
    pub expires_at: Option<At>,
    /// What became of it so far.
    pub outcome: Outcome,
    /// What came in.
    pub received: Option<Amount>,
}
