//! `merchants` and `merchant`.

use farthing_money::Amount;
use farthing_wallet as wallet;
use serde::Serialize;

use crate::history::SpentAmounts;
use crate::rights::{MerchantContact, RequestReport};
use crate::sharing::{AskedReport, DisclosureReport, SwitchReport};
use crate::time::At;

/// One merchant in a list.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MerchantLine {
    /// What `merchant` takes.
    pub merchant: String,
    /// What makes it this merchant and no other: where it is asked and paid.
    pub id: String,
    /// What it was called when it was met.
    pub name: String,
    /// What the person calls it.
    pub called: Option<String>,
    /// Where it is on the web, if it is.
    pub origin: Option<String>,
    /// Whether it may not be paid.
    pub blocked: bool,
    /// Whether a payment to it was ever made.
    pub paid: bool,
    /// How many switches are on.
    pub sharing: usize,
    /// When it was met.
    #[cfg_attr(test, ts(type = "At"))]
    pub first_seen: At,
}

/// `merchants`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MerchantsReport {
    /// Every merchant that is not forgotten, in the order in which they were met.
    pub merchants: Vec<MerchantLine>,
}

/// One merchant with all that is known about it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MerchantReport {
    /// As in a list.
    #[serde(flatten)]
    pub line: MerchantLine,
    /// The person's note about it.
    pub note: Option<String>,
    /// The most that may go to it within 30 days, fees included.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub limit: Option<Amount>,
    /// How many payments to it were made.
    pub payments: u64,
    /// When the last one began.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub last_paid: Option<At>,
    /// What it got and what that cost, each unit by itself.
    pub spent: Vec<SpentAmounts>,
    /// Every item that can be switched on for it.
    pub switches: Vec<SwitchReport>,
    /// What it asked for, the newest first.
    pub asked: Vec<AskedReport>,
    /// What it was told, the newest first.
    pub told: Vec<DisclosureReport>,
    /// How it is reached about what it knows.
    pub contact: Option<MerchantContact>,
    /// What was asked of it, the newest first.
    pub requests: Vec<RequestReport>,
    /// Whether it was told something under a yes that was taken back, and was not told that.
    pub offers_notice: bool,
}

impl From<&wallet::MerchantLine> for MerchantLine {
    fn from(line: &wallet::MerchantLine) -> Self {
        Self {
            merchant: line.id.to_string(),
            id: line.identity.clone(),
            name: line.name.clone(),
            called: line.called.clone(),
            origin: line.origin.clone(),
            blocked: line.blocked,
            paid: line.paid,
            sharing: line.sharing,
            first_seen: At::ms(line.first_seen_ms),
        }
    }
}

impl From<&[wallet::MerchantLine]> for MerchantsReport {
    fn from(lines: &[wallet::MerchantLine]) -> Self {
        Self {
            merchants: lines.iter().map(Into::into).collect(),
        }
    }
}

impl From<&wallet::Merchant> for MerchantReport {
    fn from(merchant: &wallet::Merchant) -> Self {
        Self {
            line: (&merchant.line).into(),
            note: merchant.note.clone(),
            limit: merchant.limit,
            payments: merchant.payments,
            last_paid: merchant.last_paid_ms.map(At::ms),
            spent: merchant.spent.iter().map(Into::into).collect(),
            switches: merchant.switches.iter().map(Into::into).collect(),
            asked: merchant.asked.iter().map(Into::into).collect(),
            told: merchant.told.iter().map(Into::into).collect(),
            contact: merchant.contact.as_ref().map(Into::into),
            requests: merchant.requests.iter().map(Into::into).collect(),
            offers_notice: merchant.offers_notice,
        }
    }
}
