//! `give`, `redeem` and `get-paid`: money from hand to hand.

use farthing_money::Amount;
use serde::Serialize;

use crate::outcome::Outcome;
use crate::payment::PaidFeeReport;
use crate::review::{FeeReport, LeftReport, WarningReport};
use crate::time::At;

/// E-cash that was made to be handed over. Whoever has the token has the money.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GiveReport {
    /// The e-cash itself.
    pub token: String,
    /// The payment's id in the journal; `redeem` takes it to take the money back.
    pub payment: String,
    /// What the token is worth to whoever redeems it.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
    /// Every fee it cost.
    pub fees: Vec<PaidFeeReport>,
    /// What became of it.
    pub outcome: Outcome,
    /// The picture that was written.
    pub picture: Option<String>,
}

/// What making e-cash to hand over would cost.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GivePlanReport {
    /// What whoever redeems it nets.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
    /// Every fee.
    pub fees: Vec<FeeReport>,
    /// The least that will leave the purse.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub total: Amount,
    /// The most that can leave the purse.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub total_at_most: Amount,
    /// The purse it comes from.
    pub purse: String,
    /// That purse's issuer.
    pub issuer: String,
    /// What to know before saying yes.
    pub warnings: Vec<WarningReport>,
}

/// A plan that is kept until it is carried out, while the wallet is open.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GiftPlanReport {
    /// The plan's id.
    pub plan: String,
    /// What the person has to do to confirm.
    pub needs: Vec<String>,
    /// What it costs.
    #[serde(flatten)]
    pub costs: GivePlanReport,
    /// What can still be spent afterwards in this unit.
    pub left: LeftReport,
}

/// What redeeming would bring.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RedeemReviewReport {
    /// Who issued it.
    pub issuer: String,
    /// What the issuer calls itself.
    pub issuer_name: Option<String>,
    /// Whether there is a purse with this issuer already.
    pub known_issuer: bool,
    /// The payment it was given with, when it is this wallet's own money coming back.
    pub ours: Option<String>,
    /// What it says it is worth.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub face: Amount,
    /// What the issuer keeps; nothing until it can be asked.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub fee: Option<Amount>,
    /// What would come in; nothing until the fee is known.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub receives: Option<Amount>,
    /// What whoever made it wrote on it.
    pub memo: Option<String>,
    /// The host that pays it out over Lightning, when it is a voucher.
    pub from: Option<String>,
}

/// What redeeming brought.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RedeemReport {
    /// What became of it.
    pub outcome: Outcome,
    /// The payment's id in the journal.
    pub payment: String,
    /// What came in.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub received: Amount,
    /// Every fee.
    pub fees: Vec<PaidFeeReport>,
}

/// What to show someone who wants to pay, and what became of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GetPaidReport {
    /// The payment's id in the journal.
    pub payment: String,
    /// A Cashu payment request. Whoever pays it hands the token over, to be redeemed.
    pub request: Option<String>,
    /// A Lightning invoice.
    pub invoice: Option<String>,
    /// What is asked for.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
    /// The purse it comes into.
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
