//! Payees without a name of their own.

use farthing_wallet as wallet;
use serde::Serialize;

/// A payee that gave no name: what it is called is then said in the person's language.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum UnnamedPayee {
    /// A Lightning wallet.
    Lightning {
        /// How its key begins.
        key: String,
    },
    /// Whoever showed the code.
    Bearer,
}

impl UnnamedPayee {
    pub(crate) fn of(called: &str) -> Option<Self> {
        wallet::Unnamed::of(called).map(|unnamed| match unnamed {
            wallet::Unnamed::Lightning(key) => Self::Lightning { key },
            wallet::Unnamed::Bearer => Self::Bearer,
        })
    }
}
