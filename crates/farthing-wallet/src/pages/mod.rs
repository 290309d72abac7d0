//! Pages and files behind HTTP 402: looked at, paid for once, and kept.

mod cash;
mod collect;
mod error;
mod fetch;
mod keep;
mod look;
mod shelf;

use farthing_policy::SharingAsk;
use farthing_rails::content::Ticket;
use farthing_rails::{PayerHeader, fingerprint};
use serde::{Deserialize, Serialize};

pub use error::PageError;
pub use fetch::Fetched;
pub use shelf::{KeptPage, PageId, PageText};

pub(crate) use look::{Priced, Seen};
pub(crate) use shelf::PAGE;

/// The page or file a payment is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    /// Its address, after redirects, without a fragment.
    pub(crate) url: String,
    /// What the site calls it.
    pub(crate) title: Option<String>,
    /// What the site wants to see with the proof of the payment; `None` where e-cash itself is
    /// shown.
    pub(crate) ticket: Option<Ticket>,
    /// What the site is told of the reader, with the proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) told: Option<ToldSite>,
}

/// What a site is told when it is shown the proof, each time it is asked for the page until it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ToldSite {
    /// What was switched on.
    pub(crate) shared: Vec<SharingAsk>,
    /// The words for it.
    pub(crate) header: PayerHeader,
}

/// The name under which a page is claimed: it may be paid once only.
pub(crate) fn once(url: &str) -> String {
    format!("page {}", fingerprint(url))
}
