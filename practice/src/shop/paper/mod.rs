//! *Daily Paper*: articles behind HTTP 402, one address for each dialect.

mod articles;
mod control;
mod routes;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use serde::Serialize;

pub use articles::{ARTICLES, Article};
pub use control::control;
pub use routes::router;

use super::orders::{Purse, StoreError};
use super::paywall::{Dialect, Ground, Paywall};
use crate::lightning::Network;
use crate::shared::lock;

/// The paper's Lightning node and its folder.
pub(crate) const NODE: &str = "daily_paper";
/// The address that takes any dialect.
const ANY: &str = "any";

/// The paper.
#[derive(Debug)]
pub struct DailyPaper {
    wall: Paywall,
    prices: Mutex<BTreeMap<String, u64>>,
    curiosity: Mutex<Curiosity>,
}

/// What the paper wants to know of its readers, and what it was told.
#[derive(Debug, Default)]
struct Curiosity {
    /// As LUD-18's `payerData`; goes into the header `Payer-Data` of every 402.
    asks: serde_json::Map<String, serde_json::Value>,
    heard: Vec<serde_json::Value>,
}

impl Curiosity {
    /// Whether somebody who said this has said all that is insisted on.
    fn is_content_with(&self, said: &serde_json::Value) -> bool {
        let mut insisted = self
            .asks
            .iter()
            .filter(|(_, wish)| wish["mandatory"] == true);
        insisted.all(|(key, _)| said[key].is_string())
    }
}

/// An article at one address.
#[derive(Debug, Clone, Serialize)]
pub struct Listing {
    slug: &'static str,
    title: &'static str,
    /// Satoshi; zero is free.
    price: u64,
    dialect: &'static str,
    url: String,
    bytes: u64,
}

impl DailyPaper {
    /// Opens the paper at `url`; it takes coins of `issuers`.
    pub fn open(
        folder: &Path,
        url: String,
        network: Network,
        secret: [u8; 64],
        issuers: Vec<String>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            wall: Paywall::open(Ground {
                folder,
                origin: url,
                node: NODE,
                network,
                secret,
                issuers,
            })?,
            prices: Mutex::default(),
            curiosity: Mutex::default(),
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn url(&self) -> &str {
        self.wall.origin()
    }

    /// Finishes what a crash interrupted.
    pub async fn resume(&self) {
        self.wall.resume().await;
    }

    /// Coins the paper holds.
    pub fn purses(&self) -> Result<Vec<Purse>, StoreError> {
        self.wall.purses()
    }

    /// Every article at every address.
    #[must_use]
    pub fn listing(&self) -> Vec<Listing> {
        let mut all = Vec::new();
        for article in &ARTICLES {
            let mut list = |dialect: &'static str, path: String| {
                all.push(Listing {
                    slug: article.slug,
                    title: article.title,
                    price: self.price(article),
                    dialect,
                    url: format!("{}{path}", self.url()),
                    bytes: article.content().size(),
                });
            };
            if article.price == 0 {
                list("free", format!("/{}", article.slug));
                continue;
            }
            for dialect in names() {
                list(dialect, path(dialect, article.slug));
            }
        }
        all
    }

    /// The addresses of one article, by dialect.
    #[must_use]
    pub fn addresses(&self, slug: &str) -> BTreeMap<&'static str, String> {
        names()
            .map(|dialect| (dialect, format!("{}{}", self.url(), path(dialect, slug))))
            .collect()
    }

    fn price(&self, article: &Article) -> u64 {
        let prices = lock(&self.prices);
        prices.get(article.slug).copied().unwrap_or(article.price)
    }

    fn set_price(&self, slug: &str, price: u64) {
        let mut prices = lock(&self.prices);
        prices.insert(slug.to_owned(), price);
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    Dialect::ALL.into_iter().map(Dialect::name).chain([ANY])
}

fn path(dialect: &str, slug: &str) -> String {
    format!("/{dialect}/{slug}")
}
