//! `scan`.

use serde::Serialize;

/// One code that was seen, and what it is taken for.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SeenCode {
    /// What it says.
    pub text: String,
    /// What it is taken for, as a stable name.
    pub kind: String,
    /// Why it cannot be used, if it cannot.
    pub why: Option<String>,
}

/// Every code that was seen.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ScanReport {
    /// The codes, at least one.
    pub codes: Vec<SeenCode>,
}

/// What the person has copied.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Copied {
    /// As it was copied.
    pub text: String,
}
