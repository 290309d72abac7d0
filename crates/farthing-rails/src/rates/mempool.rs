//! mempool.space: `GET /api/v1/prices`, a few currencies in one answer, whole ones, with a time.

use std::collections::BTreeMap;

use farthing_money::Currency;
use serde_json::Value;

use super::{Reading, Source, at_ms, rate_of};

pub(super) struct Mempool;

/// The currencies it knows.
const KNOWN: [&str; 7] = ["AUD", "CAD", "CHF", "EUR", "GBP", "JPY", "USD"];

impl Source for Mempool {
    fn name(&self) -> &'static str {
        "mempool"
    }

    fn home(&self) -> &'static str {
        "https://mempool.space"
    }

    fn questions(&self, currencies: &[Currency]) -> Vec<String> {
        let known = currencies
            .iter()
            .any(|currency| KNOWN.contains(&currency.code()));
        known
            .then(|| "/api/v1/prices".to_owned())
            .into_iter()
            .collect()
    }

    fn read(&self, body: &[u8], currency: Currency, now_ms: u64) -> Option<Reading> {
        let prices: BTreeMap<String, Value> = serde_json::from_slice(body).ok()?;
        Some(Reading {
            source: self.name(),
            rate: rate_of(prices.get(currency.code())?, currency)?,
            at_ms: at_ms(prices.get("time")?.as_u64(), now_ms)?,
        })
    }
}
