//! What became of something that moves money.

use serde::Serialize;

use crate::failure::Exit;

/// What became of it: three answers, never two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It happened.
    Paid,
    /// It did not happen, and the money is safe.
    NotPaid,
    /// Nobody has said yet. Doing it again could do it twice.
    StillDeciding,
}

impl Outcome {
    /// The outcome's name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::NotPaid => "not_paid",
            Self::StillDeciding => "still_deciding",
        }
    }

    /// How a command with this outcome ends.
    #[must_use]
    pub const fn exit(self) -> Exit {
        match self {
            Self::Paid => Exit::Done,
            Self::NotPaid => Exit::NotDone,
            Self::StillDeciding => Exit::StillDeciding,
        }
    }
}
