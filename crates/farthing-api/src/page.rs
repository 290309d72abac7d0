//! `fetch`: pages and files, and what they were paid with.

use serde::Serialize;

use crate::outcome::Outcome;
use crate::payment::ReceiptReport;
use crate::time::At;

/// A page or file that is here, or partly here.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PageReport {
    /// Its name in the library.
    pub page: String,
    /// Its address.
    pub url: String,
    /// What the site calls it.
    pub title: Option<String>,
    /// A safe file name for it.
    pub name: String,
    /// Its media type, in the site's word.
    pub media_type: Option<String>,
    /// How long it is, in bytes, as a decimal string; missing while it is not here whole.
    pub bytes: Option<String>,
    /// When it was first asked for.
    #[cfg_attr(test, ts(type = "At"))]
    pub at: At,
    /// What it was paid with; missing for a page that is free.
    pub payment: Option<String>,
}

/// The library.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryReport {
    /// Every page, the newest first.
    pub pages: Vec<PageReport>,
}

/// What asking for a page led to.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GotPage {
    /// The page; nothing where it has to be reviewed and paid first.
    pub page: Option<PageReport>,
}

/// What `fetch` did.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FetchReport {
    /// What became of the payment for the page; missing where it is free.
    pub outcome: Option<Outcome>,
    /// Whether anything was paid now: what was paid for before is not paid again.
    pub paid_now: bool,
    /// Where the page was written; missing where it went to standard output.
    pub file: Option<String>,
    /// The page.
    #[serde(flatten)]
    pub page: PageReport,
    /// What it cost, now or before.
    pub receipt: Option<ReceiptReport>,
}
