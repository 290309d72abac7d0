//! CoinGecko: `GET /api/v3/simple/price`, the currencies asked for, as numbers with a time.

use std::collections::BTreeMap;

use farthing_money::Currency;
use serde::Deserialize;
use serde_json::Value;

use super::{Reading, Source, at_ms, rate_of};

pub(super) struct CoinGecko;

#[derive(Deserialize)]
struct Reply {
    bitcoin: BTreeMap<String, Value>,
}

impl Source for CoinGecko {
    fn name(&self) -> &'static str {
        "coingecko"
    }

    fn home(&self) -> &'static str {
        "https://api.coingecko.com"
    }

    fn questions(&self, currencies: &[Currency]) -> Vec<String> {
        let codes: Vec<String> = currencies
            .iter()
            .map(|currency| currency.code().to_ascii_lowercase())
            .collect();
        vec![format!(
            "/api/v3/simple/price?ids=bitcoin&vs_currencies={}&include_last_updated_at=true",
            codes.join(",")
        )]
    }

    fn read(&self, body: &[u8], currency: Currency, now_ms: u64) -> Option<Reading> {
        let Reply { bitcoin } = serde_json::from_slice(body).ok()?;
        let value = bitcoin.get(&currency.code().to_ascii_lowercase())?;
        Some(Reading {
            source: self.name(),
            rate: rate_of(value, currency)?,
            at_ms: at_ms(bitcoin.get("last_updated_at")?.as_u64(), now_ms)?,
        })
    }
}
