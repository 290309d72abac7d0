//! Coinbase: `GET /v2/exchange-rates?currency=BTC`, every currency in one answer, as text.

use std::collections::BTreeMap;

use farthing_money::Currency;
use serde::Deserialize;
use serde_json::Value;

use super::{Reading, Source, rate_of};

pub(super) struct Coinbase;

#[derive(Deserialize)]
struct Reply {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    currency: String,
    rates: BTreeMap<String, Value>,
}

impl Source for Coinbase {
    fn name(&self) -> &'static str {
        "coinbase"
    }

    fn home(&self) -> &'static str {
        "https://api.coinbase.com"
    }

    fn questions(&self, _: &[Currency]) -> Vec<String> {
        vec!["/v2/exchange-rates?currency=BTC".to_owned()]
    }

    fn read(&self, body: &[u8], currency: Currency, now_ms: u64) -> Option<Reading> {
        let reply: Reply = serde_json::from_slice(body).ok()?;
        if reply.data.currency != "BTC" {
            return None;
        }
        Some(Reading {
            source: self.name(),
            rate: rate_of(reply.data.rates.get(currency.code())?, currency)?,
            // It says no time: what it answers is of now.
            at_ms: now_ms,
        })
    }
}
