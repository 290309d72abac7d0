//! `sharing`: who knows what, since when, until when, and on whose word.

use farthing_wallet as wallet;
use serde::Serialize;
use serde_json::Value;

use crate::StatementReport;
use crate::rights::RequestLine;
use crate::time::At;

/// One switch: an item, what for, since when and until when.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SwitchReport {
    /// What.
    pub item: String,
    /// What for.
    pub purpose: String,
    /// `off` (it was never on), `on`, `paused` or `ended`.
    pub state: String,
    /// Since when.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub since: Option<At>,
    /// Until when it stands, or when it ended.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub until: Option<At>,
    /// When something was told under it last.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub last_used: Option<At>,
    /// What this merchant gets; none where there is nothing yet, or where it is made each time.
    pub value: Option<String>,
    /// Whether that is another value than the person's own.
    pub alias: bool,
}

/// Something a merchant asked for.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AskedReport {
    /// What.
    pub item: String,
    /// What for.
    pub purpose: String,
    /// Its reason, in its own words.
    pub why: Option<String>,
    /// Whether it took no payment without it.
    pub required: bool,
    /// When it was answered last.
    #[cfg_attr(test, ts(type = "At"))]
    pub at: At,
    /// `shared` or `not_now`.
    pub answer: String,
    /// Before when nobody is asked for it again.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub quiet_until: Option<At>,
}

/// Something a merchant was told.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DisclosureReport {
    /// When.
    #[cfg_attr(test, ts(type = "At"))]
    pub at: At,
    /// What.
    pub item: String,
    /// What for.
    pub purpose: String,
    /// SHA-256 of the very bytes, in hex.
    pub hash: String,
    /// The grant it left under.
    pub grant: String,
    /// The payment it went with; where it was told to learn the price, an id of its own.
    pub payment: String,
}

/// A switch with whose it is.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GrantLine {
    /// The merchant.
    pub merchant: String,
    /// What the person reads.
    pub name: String,
    /// The switch.
    #[serde(flatten)]
    pub switch: SwitchReport,
}

/// Something that was asked for, with who asked.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeniedLine {
    /// The merchant.
    pub merchant: String,
    /// What the person reads.
    pub name: String,
    /// What it asked for.
    #[serde(flatten)]
    pub asked: AskedReport,
}

/// `sharing`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SharingReport {
    /// How many merchants may learn something now.
    pub shops: usize,
    /// What may be shared, paused switches among them.
    pub active: Vec<GrantLine>,
    /// What was asked for and not told.
    pub denied: Vec<DeniedLine>,
    /// What was shared once.
    pub ended: Vec<GrantLine>,
    /// Every statement that was handed over, the newest first.
    pub statements: Vec<StatementReport>,
    /// What was asked of merchants: overdue before waiting before answered.
    pub requests: Vec<RequestLine>,
}

/// `sharing stop-all`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StoppedReport {
    /// How many switches were on and are off now.
    pub stopped: usize,
}

/// One consent receipt.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsentReceiptReport {
    /// Its name.
    pub receipt: String,
    /// When it was written down.
    #[cfg_attr(test, ts(type = "At"))]
    pub at: At,
    /// The merchant.
    pub merchant: String,
    /// What the person reads.
    pub name: String,
    /// What may be shared.
    pub item: String,
    /// What for.
    pub purpose: String,
    /// `granted`, `changed` or `withdrawn`.
    pub change: String,
    /// The receipt by ISO/IEC TS 27560 in the words of the Data Privacy Vocabulary, as JSON-LD.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub json_ld: Value,
}

/// `sharing receipts`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsentReceiptsReport {
    /// Every receipt, the newest first.
    pub receipts: Vec<ConsentReceiptReport>,
}

impl ConsentReceiptsReport {
    /// The receipt of this name as JSON-LD, or all of them as one list; nothing where there is
    /// none of this name.
    #[must_use]
    pub fn json_ld(&self, receipt: Option<&str>) -> Option<String> {
        let document = match receipt {
            None => Value::Array(
                self.receipts
                    .iter()
                    .map(|one| one.json_ld.clone())
                    .collect(),
            ),
            Some(name) => {
                let found = self.receipts.iter().find(|one| one.receipt == name)?;
                found.json_ld.clone()
            }
        };
        Some(format!("{document:#}\n"))
    }
}

/// One of the person's own details.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DetailReport {
    /// Which.
    pub item: String,
    /// What it is; none where the person said nothing.
    pub value: Option<String>,
    /// How many merchants it is switched on for.
    pub used_by: usize,
}

/// `sharing details`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DetailsReport {
    /// Everything a person may say about themselves.
    pub details: Vec<DetailReport>,
}

impl DetailsReport {
    /// The details, with how many merchants each is switched on for.
    #[must_use]
    pub fn of(own: &wallet::OwnDetails, sharing: &wallet::Sharing) -> Self {
        let typed = wallet::Item::ALL.into_iter().filter(|item| item.is_typed());
        let details = typed.map(|item| {
            let mut merchants: Vec<wallet::MerchantId> = sharing
                .active
                .iter()
                .filter(|line| line.what.item == item && !line.what.alias)
                .map(|line| line.merchant)
                .collect();
            merchants.sort_unstable();
            merchants.dedup();
            DetailReport {
                item: item.to_string(),
                value: own.get(&item).cloned(),
                used_by: merchants.len(),
            }
        });
        Self {
            details: details.collect(),
        }
    }
}

impl From<&wallet::Switch> for SwitchReport {
    fn from(switch: &wallet::Switch) -> Self {
        Self {
            item: switch.item.to_string(),
            purpose: switch.purpose.to_string(),
            state: switch.state.code().to_owned(),
            since: switch.since_ms.map(At::ms),
            until: switch.until_ms.map(At::ms),
            last_used: switch.last_used_ms.map(At::ms),
            value: switch.value.clone(),
            alias: switch.alias,
        }
    }
}

impl From<&wallet::Asked> for AskedReport {
    fn from(asked: &wallet::Asked) -> Self {
        Self {
            item: asked.item.to_string(),
            purpose: asked.purpose.to_string(),
            why: asked.why.clone(),
            required: asked.required,
            at: At::ms(asked.at_ms),
            answer: asked.answer.code().to_owned(),
            quiet_until: asked.quiet_until_ms().map(At::ms),
        }
    }
}

impl From<&wallet::Disclosure> for DisclosureReport {
    fn from(told: &wallet::Disclosure) -> Self {
        Self {
            at: At::ms(told.at_ms),
            item: told.item.to_string(),
            purpose: told.purpose.to_string(),
            hash: told.hash.clone(),
            grant: told.grant.clone(),
            payment: told.payment.to_string(),
        }
    }
}

impl From<&wallet::Sharing> for SharingReport {
    fn from(sharing: &wallet::Sharing) -> Self {
        let grants = |lines: &[wallet::SharingLine<wallet::Switch>]| {
            let line = |line: &wallet::SharingLine<wallet::Switch>| GrantLine {
                merchant: line.merchant.to_string(),
                name: line.name.clone(),
                switch: (&line.what).into(),
            };
            lines.iter().map(line).collect()
        };
        let denied = sharing.denied.iter().map(|line| DeniedLine {
            merchant: line.merchant.to_string(),
            name: line.name.clone(),
            asked: (&line.what).into(),
        });
        Self {
            shops: sharing.shops,
            active: grants(&sharing.active),
            denied: denied.collect(),
            ended: grants(&sharing.ended),
            statements: sharing.statements.iter().map(Into::into).collect(),
            requests: sharing.requests.iter().map(Into::into).collect(),
        }
    }
}

impl From<wallet::ConsentReceipt> for ConsentReceiptReport {
    fn from(receipt: wallet::ConsentReceipt) -> Self {
        Self {
            receipt: receipt.receipt,
            at: At::ms(receipt.at_ms),
            merchant: receipt.merchant.to_string(),
            name: receipt.name,
            item: receipt.item.to_string(),
            purpose: receipt.purpose.to_string(),
            change: receipt.change.code().to_owned(),
            json_ld: receipt.json,
        }
    }
}

impl From<Vec<wallet::ConsentReceipt>> for ConsentReceiptsReport {
    fn from(receipts: Vec<wallet::ConsentReceipt>) -> Self {
        Self {
            receipts: receipts.into_iter().map(Into::into).collect(),
        }
    }
}
