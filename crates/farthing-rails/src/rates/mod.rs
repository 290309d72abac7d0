//! What a bitcoin is worth in the currency a person thinks in, by several public sources.
//!
//! Asked only where the person chose a currency, and never because of a payment. Sources see
//! nothing but that somebody asks: the same address for everyone, and which currency.

mod coinbase;
mod coingecko;
mod judge;
mod kraken;
mod mempool;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use farthing_money::{Currency, Rate};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::gate::{Errand, Gate};

pub use judge::{Doubt, Known, Verdict, judge};

/// What one source said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Who.
    pub source: &'static str,
    /// The rate.
    pub rate: Rate,
    /// Of when, in milliseconds since 1970.
    pub at_ms: u64,
}

/// A public source of rates.
pub trait Source: Send + Sync {
    /// Its name, for people and in a practice town's list of addresses.
    fn name(&self) -> &'static str;

    /// Where it answers.
    fn home(&self) -> &'static str;

    /// What to ask it for these currencies: paths and queries under its address. None for
    /// currencies it does not know.
    fn questions(&self, currencies: &[Currency]) -> Vec<String>;

    /// Reads what it answers for one currency, at `now_ms`; nothing where the answer does not say.
    fn read(&self, body: &[u8], currency: Currency, now_ms: u64) -> Option<Reading>;
}

/// Every source there is.
#[must_use]
pub fn sources() -> [&'static dyn Source; 4] {
    [
        &coinbase::Coinbase,
        &coingecko::CoinGecko,
        &kraken::Kraken,
        &mempool::Mempool,
    ]
}

/// Where the sources are.
#[derive(Debug, Clone)]
pub enum Places {
    /// At their own addresses.
    Public,
    /// In a practice town, at these addresses by name.
    Town(BTreeMap<String, String>),
}

impl Places {
    fn of(&self, source: &dyn Source) -> Option<String> {
        match self {
            Self::Public => Some(source.home().to_owned()),
            Self::Town(all) => all.get(source.name()).cloned(),
        }
    }
}

/// Asks every source at once. A source that does not answer, or not with a rate, is left out.
pub async fn ask(
    gate: &Gate,
    places: &Places,
    currencies: &[Currency],
    now_ms: u64,
) -> Vec<Reading> {
    let mut asking = JoinSet::new();
    for source in sources() {
        let Some(home) = places.of(source) else {
            continue;
        };
        for question in source.questions(currencies) {
            let address = format!("{}{question}", home.trim_end_matches('/'));
            let gate = gate.clone();
            let currencies = currencies.to_vec();
            asking.spawn(async move {
                let Ok(url) = gate.check(&address) else {
                    return Vec::new();
                };
                match gate.get(Errand::Rates, url).await {
                    Ok(reply) if reply.status == 200 => currencies
                        .iter()
                        .filter_map(|&currency| source.read(&reply.body, currency, now_ms))
                        .collect(),
                    _ => Vec::new(),
                }
            });
        }
    }
    let mut readings: Vec<Reading> = asking.join_all().await.into_iter().flatten().collect();
    readings.sort_by_key(|reading| reading.source);
    readings
}

/// A rate out of JSON, written as text or as a number.
fn rate_of(value: &Value, currency: Currency) -> Option<Rate> {
    match value {
        Value::String(text) => Rate::parse(text, currency),
        // Shown again with the fewest digits that mean the same number: those that were sent.
        Value::Number(number) => Rate::parse(&number.to_string(), currency),
        _ => None,
    }
}

/// A time in seconds as sources write it, never later than now: a clock may be ahead.
fn at_ms(seconds: Option<u64>, now_ms: u64) -> Option<u64> {
    seconds
        .and_then(|seconds| seconds.checked_mul(1000))
        .map(|ms| ms.min(now_ms))
}
