//! Lightning addresses and a withdraw link that do not keep the rules.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{NODE, Rogues};
use crate::lightning::{Description, NewInvoice};
use crate::shop::lnurl::{No, commitment, put};

/// The addresses; those that misbehave below LNURL are in `bodies`.
pub(super) const NAMES: [&str; 15] = [
    // The invoice commits to other metadata.
    "wrong_hash",
    // The invoice is over twice what was asked.
    "wrong_amount",
    // The invoice lets the payer choose.
    "no_amount",
    // 3 sat at the first look, 30 ever after, in the invoice too.
    "raised",
    // The callback is on another host, which answers as it should.
    "other_host",
    // The callback is on a port where nobody may connect.
    "callback_to_sentinel",
    // The success action leads to another host.
    "thanks_elsewhere",
    // Control and bidi characters in every text.
    "odd_words",
    // More is committed to than was said: an identity nobody gave.
    "wrong_payer",
    // Redirects without end, and to the sentinel.
    "redirect_endless",
    "redirect_to_sentinel",
    // Bodies without end.
    "drip",
    "gigabyte",
    "gzip",
    // The smallest amount is above the largest.
    "upside_down",
];

const LOW_MSAT: u64 = 3_000;
const HIGH_MSAT: u64 = 30_000;
const MOST_MSAT: u64 = 100_000_000;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    amount: u64,
}

impl Rogues {
    /// The address's kind: what stands before the first dot.
    pub(super) fn kind(name: &str) -> &str {
        name.split('.').next().unwrap_or(name)
    }

    fn metadata(&self, name: &str) -> String {
        let host = self.haunts.own.trim_start_matches("http://");
        let says = match Self::kind(name) {
            "odd_words" => "Free \u{202e}yenom\u{202c} \u{1b}[31m for\u{0}you\u{200b}",
            _ => "Trust me",
        };
        json!([
            ["text/plain", says],
            ["text/identifier", format!("{name}@{host}")]
        ])
        .to_string()
    }

    pub(super) fn terms(&self, name: &str) -> Value {
        let kind = Self::kind(name);
        let (min, max) = match kind {
            "raised" if self.asked_before(name) == 0 => (LOW_MSAT, LOW_MSAT),
            "raised" => (HIGH_MSAT, HIGH_MSAT),
            "upside_down" => (MOST_MSAT, LOW_MSAT),
            _ => (1_000, MOST_MSAT),
        };
        let origin = match kind {
            "other_host" => &self.haunts.stranger,
            "callback_to_sentinel" => &self.haunts.sentinel,
            _ => &self.haunts.own,
        };
        json!({
            "tag": "payRequest",
            "callback": format!("{origin}/lnurlp/{name}/callback"),
            "minSendable": min,
            "maxSendable": max,
            "metadata": self.metadata(name),
        })
    }

    pub(super) fn invoice(&self, name: &str, asked: &Asked) -> Result<Value, No> {
        let kind = Self::kind(name);
        if asked.amount == 0 || asked.amount > MOST_MSAT {
            return Err(No::because("This amount will not do."));
        }
        let amount = match kind {
            "wrong_amount" => Some(asked.amount.saturating_mul(2)),
            "no_amount" => None,
            "raised" if self.asked_before(name) > 0 => Some(HIGH_MSAT),
            _ => Some(asked.amount),
        };
        let metadata = self.metadata(name);
        let hash = match kind {
            "wrong_hash" => commitment("[[\"text/plain\",\"Somebody else\"]]", ""),
            "wrong_payer" => commitment(&metadata, "{\"name\":\"Mallory\"}"),
            _ => commitment(&metadata, ""),
        };
        let made = self
            .network
            .invoice(&NewInvoice {
                node: NODE,
                till: name,
                amount_msat: amount,
                description: Description::Hash(hash),
                expiry: Duration::from_secs(600),
            })
            .map_err(No::broken)?;
        let mut answer = json!({ "pr": made.bolt11, "routes": [] });
        let action = match kind {
            "thanks_elsewhere" => Some(json!({
                "tag": "url", "description": "A gift for you",
                "url": format!("{}/gift", self.haunts.stranger),
            })),
            "odd_words" => Some(json!({
                "tag": "message", "message": "\u{202e}<b>you won</b>\u{7}",
            })),
            _ => None,
        };
        if let Some(action) = action {
            put(&mut answer, "successAction", action);
        }
        Ok(answer)
    }

    /// LUD-03, with a callback where nobody may connect.
    pub(super) fn withdraw(&self) -> Value {
        json!({
            "tag": "withdrawRequest",
            "callback": format!("{}/cash", self.haunts.sentinel),
            "k1": "00".repeat(32),
            "defaultDescription": "Free money",
            "minWithdrawable": 1_000,
            "maxWithdrawable": 21_000,
        })
    }
}
