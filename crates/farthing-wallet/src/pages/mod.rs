//! Pages and files behind HTTP 402: looked at, paid for once, and kept.

mod cash;
mod collect;
mod error;
mod fetch;
mod keep;
mod look;
mod shelf;

use farthing_rails::content::Ticket;
use serde::{Deserialize, Serialize};

pub use error::PageError;
pub use fetch::Fetched;
pub use shelf::{KeptPage, PageId, PageText};

pub(crate) use look::{Priced, Seen};

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
}

/// The name under which a page is claimed: it may be paid once only.
pub(crate) fn once(url: &str) -> String {
    format!("page {url}")
}
