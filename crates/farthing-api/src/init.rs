//! `init`.

use serde::Serialize;

/// A new wallet. The one answer in which the recovery words pass.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Created {
    /// The 12 recovery words, shown now and never again. Empty when they were given:
    /// whoever restores a wallet has them.
    pub words: Vec<String>,
    /// Where the wallet is kept.
    pub home: String,
    /// Whether these words were given rather than made.
    pub restored: bool,
}

impl Drop for Created {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.words.zeroize();
    }
}
