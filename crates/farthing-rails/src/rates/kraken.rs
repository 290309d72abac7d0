//! Kraken: `GET /0/public/Ticker?pair=XBT…`, one market in an answer, the last trade as text.

use std::collections::BTreeMap;

use farthing_money::Currency;
use serde::Deserialize;
use serde_json::Value;

use super::{Reading, Source, rate_of};

pub(super) struct Kraken;

/// The currencies it has a market for.
const MARKETS: [&str; 7] = ["AUD", "CAD", "CHF", "EUR", "GBP", "JPY", "USD"];

#[derive(Deserialize)]
struct Reply {
    error: Vec<Value>,
    result: BTreeMap<String, Ticker>,
}

#[derive(Deserialize)]
struct Ticker {
    /// The last trade: its price, and how much was traded.
    c: Vec<Value>,
}

impl Source for Kraken {
    fn name(&self) -> &'static str {
        "kraken"
    }

    fn home(&self) -> &'static str {
        "https://api.kraken.com"
    }

    fn questions(&self, currencies: &[Currency]) -> Vec<String> {
        currencies
            .iter()
            .filter(|currency| MARKETS.contains(&currency.code()))
            .map(|currency| format!("/0/public/Ticker?pair=XBT{currency}"))
            .collect()
    }

    fn read(&self, body: &[u8], currency: Currency, now_ms: u64) -> Option<Reading> {
        let reply: Reply = serde_json::from_slice(body).ok()?;
        // Asked for XBTEUR it answers for XXBTZEUR, its own name of the same market.
        let mut markets = reply.result.iter();
        let (market, ticker) = markets.next()?;
        if !reply.error.is_empty() || markets.next().is_some() {
            return None;
        }
        if !market.contains("XBT") || !market.ends_with(currency.code()) {
            return None;
        }
        Some(Reading {
            source: self.name(),
            rate: rate_of(ticker.c.first()?, currency)?,
            // It says no time: what it answers is of now.
            at_ms: now_ms,
        })
    }
}
