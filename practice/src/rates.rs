//! Four price sources, each answering as the public one of its name does.
//!
//! In this town a bitcoin costs about 100,000 dollars, always: one cent is ten
//! satoshi. Tests move prices, age them, and close sources.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use cdk_common::util::unix_time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::reply::{Refusal, understood};
use crate::shared::lock;

/// The sources, and what a bitcoin costs there in hundredths of a dollar.
const SOURCES: [(&str, u64); 4] = [
    ("coinbase", 10_000_000),
    ("kraken", 10_001_230),
    ("coingecko", 9_998_700),
    ("mempool", 10_000_300),
];

/// Currencies, and thousandths of them that a dollar buys.
const CURRENCIES: [(&str, u64); 12] = [
    ("USD", 1_000),
    ("EUR", 920),
    ("GBP", 790),
    ("CHF", 880),
    ("CAD", 1_370),
    ("AUD", 1_520),
    ("JPY", 150_000),
    ("INR", 84_000),
    ("BRL", 5_600),
    ("TRY", 34_000),
    ("NGN", 1_600_000),
    ("ARS", 1_000_000),
];

/// What mempool.space lists.
const MEMPOOL: [&str; 7] = ["USD", "EUR", "GBP", "CAD", "CHF", "AUD", "JPY"];
/// What Kraken trades bitcoin for, and its name for the pair.
const KRAKEN: [(&str, &str); 7] = [
    ("USD", "XXBTZUSD"),
    ("EUR", "XXBTZEUR"),
    ("GBP", "XXBTZGBP"),
    ("CAD", "XXBTZCAD"),
    ("JPY", "XXBTZJPY"),
    ("CHF", "XBTCHF"),
    ("AUD", "XBTAUD"),
];

/// One source. Prices in hundredths.
#[derive(Debug, Clone, Serialize)]
struct Source {
    prices: BTreeMap<&'static str, u64>,
    /// When the prices are from, as the source says; now, when not set.
    at: Option<u64>,
    out: bool,
    /// Said instead of any price.
    says: Option<String>,
}

/// All sources.
#[derive(Debug)]
pub struct Rates {
    origin: String,
    sources: Mutex<BTreeMap<&'static str, Source>>,
}

fn usual() -> BTreeMap<&'static str, Source> {
    let of = |dollars: u64| Source {
        prices: CURRENCIES
            .into_iter()
            .map(|(name, thousandths)| (name, dollars * thousandths / 1_000))
            .collect(),
        at: None,
        out: false,
        says: None,
    };
    SOURCES.into_iter().map(|(n, d)| (n, of(d))).collect()
}

impl Rates {
    /// The sources at `origin`.
    #[must_use]
    pub fn new(origin: String) -> Self {
        Self {
            origin,
            sources: Mutex::new(usual()),
        }
    }

    /// The base address of each source.
    #[must_use]
    pub fn bases(&self) -> BTreeMap<&'static str, String> {
        SOURCES
            .into_iter()
            .map(|(name, _)| (name, format!("{}/rates/{name}", self.origin)))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Source>> {
        lock(&self.sources)
    }

    /// What a source answers, given what it would say of its prices.
    fn answer(&self, name: &str, say: impl FnOnce(&Source) -> String) -> Response {
        let sources = self.lock();
        let Some(source) = sources.get(name).filter(|source| !source.out) else {
            return (StatusCode::SERVICE_UNAVAILABLE, "closed").into_response();
        };
        let text = source.says.clone().unwrap_or_else(|| say(source));
        ([(header::CONTENT_TYPE, "application/json")], text).into_response()
    }
}

impl Source {
    fn time(&self) -> u64 {
        self.at.unwrap_or_else(unix_time)
    }
}

/// Hundredths as a decimal number.
fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

type Board = State<Arc<Rates>>;

/// The sources' routes: their own paths under `/rates/NAME`.
pub fn router(rates: Arc<Rates>) -> Router {
    Router::new()
        .route("/rates/coinbase/v2/exchange-rates", get(coinbase))
        .route("/rates/kraken/0/public/Ticker", get(kraken))
        .route("/rates/coingecko/api/v3/simple/price", get(coingecko))
        .route("/rates/mempool/api/v1/prices", get(mempool))
        .with_state(rates)
}

#[derive(Deserialize)]
struct Base {
    #[serde(default)]
    currency: String,
}

async fn coinbase(State(rates): Board, Query(asked): Query<Base>) -> Response {
    if asked.currency != "BTC" {
        return StatusCode::NOT_FOUND.into_response();
    }
    rates.answer("coinbase", |source| {
        let prices: BTreeMap<_, _> = source
            .prices
            .iter()
            .map(|(name, price)| (name, decimal(*price)))
            .collect();
        json!({"data": {"currency": "BTC", "rates": prices}}).to_string()
    })
}

#[derive(Deserialize)]
struct Pairs {
    #[serde(default)]
    pair: String,
}

async fn kraken(State(rates): Board, Query(asked): Query<Pairs>) -> Response {
    rates.answer("kraken", |source| {
        let mut result = serde_json::Map::new();
        for wanted in asked.pair.split(',') {
            let found = KRAKEN
                .into_iter()
                .find(|(currency, pair)| wanted == *pair || wanted == format!("XBT{currency}"));
            let Some((pair, price)) =
                found.and_then(|(currency, pair)| Some((pair, source.prices.get(currency)?)))
            else {
                return json!({"error": ["EQuery:Unknown asset pair"]}).to_string();
            };
            let price = format!("{}000", decimal(*price));
            let ticker = json!({
                "a": [price, "1", "1.000"], "b": [price, "1", "1.000"], "c": [price, "0.00100000"],
                "v": ["1234.00000000", "2345.00000000"], "p": [price, price], "t": [10_000, 20_000],
                "l": [price, price], "h": [price, price], "o": price,
            });
            result.insert(pair.to_owned(), ticker);
        }
        json!({"error": [], "result": result}).to_string()
    })
}

#[derive(Deserialize)]
struct Simple {
    #[serde(default)]
    ids: String,
    #[serde(default)]
    vs_currencies: String,
    #[serde(default)]
    include_last_updated_at: bool,
}

/// Written out by hand: its prices are JSON numbers, and nothing here is a float.
async fn coingecko(State(rates): Board, Query(asked): Query<Simple>) -> Response {
    rates.answer("coingecko", |source| {
        if !asked.ids.split(',').any(|id| id == "bitcoin") {
            return "{}".to_owned();
        }
        let mut said = Vec::new();
        for wanted in asked.vs_currencies.split(',') {
            if let Some(price) = source.prices.get(wanted.to_uppercase().as_str()) {
                said.push(format!("\"{}\":{}", wanted.to_lowercase(), decimal(*price)));
            }
        }
        if asked.include_last_updated_at {
            said.push(format!("\"last_updated_at\":{}", source.time()));
        }
        format!("{{\"bitcoin\":{{{}}}}}", said.join(","))
    })
}

async fn mempool(State(rates): Board) -> Response {
    rates.answer("mempool", |source| {
        let mut said = format!("{{\"time\":{}", source.time());
        for name in MEMPOOL {
            if let Some(price) = source.prices.get(name) {
                // Writing to a string cannot fail.
                let _ = write!(said, ",\"{name}\":{}", price / 100);
            }
        }
        said.push('}');
        said
    })
}

/// The control routes, under `/control/rates`.
pub fn control(rates: Arc<Rates>) -> Router {
    Router::new()
        .route("/", get(read).post(change).delete(reset))
        .with_state(rates)
}

async fn read(State(rates): Board) -> Json<Value> {
    Json(json!({ "sources": *rates.lock() }))
}

/// Only what is named changes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    source: String,
    /// All prices, in per cent of what they are.
    #[serde(default)]
    percent: Option<u64>,
    /// One price, a decimal number.
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    price: Option<String>,
    /// How old the prices say they are.
    #[serde(default)]
    age_seconds: Option<u64>,
    /// Whether the source is closed.
    #[serde(default)]
    out: Option<bool>,
    /// What it says instead of prices.
    #[serde(default)]
    says: Option<String>,
}

async fn change(
    State(rates): Board,
    body: Result<Json<Change>, JsonRejection>,
) -> Result<Json<Value>, Refusal> {
    let change = understood(body)?;
    let mut sources = rates.lock();
    let source = sources.get_mut(change.source.as_str()).ok_or_else(|| {
        Refusal::bad(
            "source",
            "the sources are coinbase, kraken, coingecko, mempool",
        )
    })?;
    if let Some(text) = change.price {
        let name = change.currency.as_deref().unwrap_or("USD");
        let price = hundredths(&text)
            .ok_or_else(|| Refusal::bad("price", "a price is a decimal number"))?;
        *source
            .prices
            .get_mut(name)
            .ok_or_else(|| Refusal::bad("currency", "this currency is not listed here"))? = price;
    }
    if let Some(percent) = change.percent {
        for price in source.prices.values_mut() {
            *price = price.saturating_mul(percent) / 100;
        }
    }
    if let Some(age) = change.age_seconds {
        source.at = Some(unix_time().saturating_sub(age));
    }
    source.out = change.out.unwrap_or(source.out);
    source.says = change.says.or(source.says.take());
    Ok(Json(json!({ "source": source })))
}

async fn reset(State(rates): Board) -> Json<Value> {
    *rates.lock() = usual();
    Json(json!({ "sources": *rates.lock() }))
}

fn hundredths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = match part.len() {
        0 => 0,
        1 => part.parse::<u64>().ok()?.checked_mul(10)?,
        2 => part.parse().ok()?,
        _ => return None,
    };
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_as_it_is_written() {
        for (text, wanted) in [
            ("100000", Some(10_000_000)),
            ("99.5", Some(9_950)),
            ("0.01", Some(1)),
            ("1.234", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(hundredths(text), wanted, "{text}");
        }
        assert_eq!(decimal(9_905), "99.05");
    }
}
