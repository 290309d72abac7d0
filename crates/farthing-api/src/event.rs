//! What a front end is told without having asked.

use serde::Serialize;

/// Something happened.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The wallet was locked: nothing of it may stay on the screen.
    Locked,
    /// Money moved or the journal grew.
    Changed,
    /// A link with a payment code was opened. It is to be reviewed, never paid by itself.
    Code {
        /// As it was opened.
        code: String,
    },
    /// A page or file is coming.
    Download {
        /// Bytes that are here.
        here: u64,
        /// Bytes there will be, where the site says so.
        whole: Option<u64>,
    },
}
