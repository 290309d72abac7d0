//! What a front end knows of the wallet at any time.

use serde::Serialize;

use crate::failure::ErrorDetail;

/// Whether there is a wallet, and whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WalletState {
    /// There is none.
    None,
    /// It waits for its secret.
    Locked,
    /// It can be used.
    Open,
    /// There is one that cannot be opened: see the problem.
    Unusable,
}

/// What opens a wallet, or will open a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// Digits, together with this device's keychain.
    Pin,
    /// Several words or characters, where there is no keychain.
    Passphrase,
}

/// The wallet at a glance. Tells nothing of its money.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Glance {
    /// Whether there is one, and whether it is open.
    pub state: WalletState,
    /// Whether its money is play money.
    pub practice: bool,
    /// What opens it, or will open a new one.
    pub secret: SecretKind,
    /// Whether a practice wallet can be made here.
    pub practice_town: bool,
    /// Whether the recovery words were never written down.
    pub words_unseen: bool,
    /// This program's version.
    pub version: String,
    /// Why it cannot be used.
    pub problem: Option<ErrorDetail>,
}

/// The recovery words, for the person to write down: the one answer in which they pass.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WordsReport {
    /// The 12 words in order.
    pub words: Vec<String>,
}

impl Drop for WordsReport {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.words.zeroize();
    }
}
