//! What every answer has in common.

use serde::Serialize;

/// An answer, and whether it is about play money.
#[derive(Serialize)]
pub struct Document<T: Serialize> {
    /// The answer.
    #[serde(flatten)]
    pub body: T,
    /// Whether the wallet is a practice wallet: its money is not real.
    pub practice: bool,
}
