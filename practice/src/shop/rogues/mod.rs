//! Everybody who means ill, so that tests can meet them: each takes one liberty.
//!
//! A name may be followed by `.anything` (addresses) or `/anything` (pages): each
//! such address keeps a memory of its own, so that tests do not meet each other.

mod addresses;
mod bodies;
mod pages;
mod raw;
mod routes;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

pub use raw::{count, speak};
pub use routes::{control, router, stranger};

use super::lnurl::Link;
use super::orders::{Purse, StoreError};
use super::paywall::{Ground, Paywall};
use crate::lightning::Network;
use crate::shared::lock;

/// The rogues' Lightning node and folder.
pub(crate) const NODE: &str = "rogues";

/// Where the rogues stand, and where they send people.
#[derive(Debug, Clone)]
pub struct Haunts {
    /// Their own origin.
    pub own: String,
    /// Another host, which plays along.
    pub stranger: String,
    /// Where headers hold what they must not.
    pub raw: String,
    /// Where nobody may ever connect.
    pub sentinel: String,
}

/// The rogues.
#[derive(Debug)]
pub struct Rogues {
    haunts: Haunts,
    network: Network,
    wall: Paywall,
    asked: Mutex<BTreeMap<String, u32>>,
    sentinel: AtomicU64,
}

impl Rogues {
    /// Lets them in; they take coins of `issuers`.
    pub fn open(
        folder: &Path,
        haunts: Haunts,
        network: Network,
        secret: [u8; 64],
        issuers: Vec<String>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            wall: Paywall::open(Ground {
                folder,
                origin: haunts.own.clone(),
                node: NODE,
                network: network.clone(),
                secret,
                issuers,
            })?,
            haunts,
            network,
            asked: Mutex::default(),
            sentinel: AtomicU64::new(0),
        })
    }

    /// Finishes what a crash interrupted.
    pub async fn resume(&self) {
        self.wall.resume().await;
    }

    /// Coins they got away with.
    pub fn purses(&self) -> Result<Vec<Purse>, StoreError> {
        self.wall.purses()
    }

    /// Every rogue by name: a Lightning address, a page, or a withdraw link.
    #[must_use]
    pub fn all(&self) -> BTreeMap<&'static str, String> {
        let host = self.haunts.own.trim_start_matches("http://");
        let addresses = addresses::NAMES
            .into_iter()
            .map(|name| (name, format!("{name}@{host}")));
        let pages = pages::NAMES
            .into_iter()
            .map(|(name, path)| (name, format!("{}{path}", self.haunts.own)));
        let withdraw = Link::new("lnurlw", format!("{}/withdraw", self.haunts.own));
        addresses
            .chain(pages)
            .chain([
                ("withdraw_to_sentinel", withdraw.lnurl),
                ("control_bytes", format!("{}/page", self.haunts.raw)),
                ("stranger", self.haunts.stranger.clone()),
                ("sentinel", self.haunts.sentinel.clone()),
            ])
            .collect()
    }

    /// How often `what` was asked for before, counting this time from now on.
    fn asked_before(&self, what: &str) -> u32 {
        let mut asked = lock(&self.asked);
        let count = asked.entry(what.to_owned()).or_default();
        let before = *count;
        *count = count.saturating_add(1);
        before
    }

    fn forget(&self) {
        let mut asked = lock(&self.asked);
        asked.clear();
        self.sentinel.store(0, Ordering::SeqCst);
    }

    /// Connections the sentinel saw.
    #[must_use]
    pub fn sentinel(&self) -> u64 {
        self.sentinel.load(Ordering::SeqCst)
    }
}
