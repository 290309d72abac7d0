//! Misfortune on demand.

use serde::{Deserialize, Serialize};

/// What happens to a payment instead of plain success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfortune {
    /// It takes `delay_ms` and then succeeds.
    Delay,
    /// It fails for good: no route.
    Fail,
    /// The payer never hears an answer until released.
    Hang,
    /// The payer hears "pending" at once; it settles or fails when released.
    Pending,
    /// The money moves, and the payer hears an error and "unknown" until released.
    PaidButUnknown,
}

impl Misfortune {
    /// The name it is stored and reported under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Fail => "fail",
            Self::Hang => "hang",
            Self::Pending => "pending",
            Self::PaidButUnknown => "paid_but_unknown",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Delay,
            Self::Fail,
            Self::Hang,
            Self::Pending,
            Self::PaidButUnknown,
        ]
        .into_iter()
        .find(|m| m.name() == name)
    }
}

/// A misfortune, whom it strikes and how often.
///
/// Without `payment_hash` it strikes the next payments of the issuers (or of
/// `from`). The outside friend is spared unless named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// What happens.
    #[serde(rename = "do")]
    pub misfortune: Misfortune,
    /// How many payments it strikes.
    #[serde(default = "once")]
    pub next: u32,
    /// Milliseconds that pass before anything happens.
    #[serde(default)]
    pub delay_ms: u64,
    /// Only the payment of this invoice.
    #[serde(default)]
    pub payment_hash: Option<String>,
    /// Only payments of this node.
    #[serde(default)]
    pub from: Option<String>,
}

const fn once() -> u32 {
    1
}
