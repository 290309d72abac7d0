//! `sign-in`: no money.

use serde::Serialize;

/// Who wants a sign-in, or was given one.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInReport {
    /// The site's full name.
    pub site: String,
    /// What it says it will do: `register`, `login`, `link` or `auth`.
    pub action: Option<String>,
    /// The key the site knows this wallet by, and nobody else does.
    pub key: String,
    /// Whether it was sent.
    pub signed_in: bool,
}
