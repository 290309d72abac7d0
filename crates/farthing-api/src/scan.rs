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
    /// What exactly it is, as a stable name, where there is no use for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub what: Option<String>,
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

/// What to show so that a camera can read a code.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CodeFrames {
    /// One text, or those of an animation that is shown in a circle (NUT-16).
    pub frames: Vec<String>,
}

/// How far an animated code has come.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CollectedReport {
    /// So many parts are there.
    pub have: usize,
    /// So many are needed; 0 where that is not known.
    pub of: usize,
    /// The whole code, once it is there.
    pub code: Option<String>,
}

/// A file that was written for the person.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KeptFile {
    /// Its name in the folder of downloads.
    pub name: String,
}
