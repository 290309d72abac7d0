//! Why a payment came to nothing: a stable name, which a screen puts into its person's language, and a
//! sentence in English.

use farthing_rails::ecash::{HandError, MeltError, Trouble};
use serde::{Deserialize, Serialize};

use crate::trouble::code_of;

/// Why a payment came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Why {
    /// Its stable name; nothing in a journal from before there were names.
    pub code: Option<String>,
    /// In plain English.
    pub text: String,
}

/// As journals have it: the first ones held the sentence alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Sentence(String),
    Named { code: Option<String>, text: String },
}

impl From<Written> for Why {
    fn from(written: Written) -> Self {
        match written {
            Written::Sentence(text) => Self { code: None, text },
            Written::Named { code, text } => Self { code, text },
        }
    }
}

/// What can come in between, beside the errors that have names of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Between {
    /// The wallet was stopped in time.
    Stopped,
    /// The payee's address leads where this wallet may not go.
    Address,
    /// The payee answered with this HTTP status.
    Rejected(u16),
    /// It answered so, and the coins are redeemed: by it, or by a copy of this wallet before.
    RejectedAndTaken(u16),
    /// The person took the e-cash back, or it was taken back for them.
    TakenBack,
    /// The issuer says that it was not paid.
    NotThrough,
    /// Nobody paid the invoice in time.
    RanOut,
    /// The issuer says that the coins were collected, and this wallet has not.
    Elsewhere,
    /// The history that knew was damaged.
    Lost,
}

impl Between {
    fn code(self) -> &'static str {
        match self {
            Self::Stopped => "stopped_in_time",
            Self::Address => "address_refused",
            Self::Rejected(_) => "payee_refused",
            Self::RejectedAndTaken(_) => "refused_but_taken",
            Self::TakenBack => "taken_back",
            Self::NotThrough => "not_through",
            Self::RanOut => "nobody_paid",
            Self::Elsewhere => "collected_elsewhere",
            Self::Lost => "ending_lost",
        }
    }
}

impl From<Between> for Why {
    fn from(between: Between) -> Self {
        let text = match between {
            Between::Stopped => "the wallet was stopped before anything was sent".to_owned(),
            Between::Address => "the payee's address cannot be used".to_owned(),
            Between::Rejected(status) => format!("the payee rejected it (status {status})"),
            Between::RejectedAndTaken(status) => format!(
                "the payee rejected it (status {status}), and the issuer says it was redeemed"
            ),
            Between::TakenBack => "it was taken back".to_owned(),
            Between::NotThrough => "it did not go through".to_owned(),
            Between::RanOut => "the invoice ran out before anybody paid it".to_owned(),
            Between::Elsewhere => {
                "the issuer says that a copy of this wallet took it in".to_owned()
            }
            Between::Lost => {
                "how it ended was lost with the damaged history; it counts as paid".to_owned()
            }
        };
        Self::named(between.code(), text)
    }
}

impl Why {
    /// An error, by its own name.
    pub(crate) fn named(code: &'static str, text: impl ToString) -> Self {
        Self {
            code: Some(code.to_owned()),
            text: text.to_string(),
        }
    }

    pub(crate) fn issuer(trouble: &Trouble) -> Self {
        Self::named(code_of(trouble), trouble)
    }

    /// Coins that were not made.
    pub(crate) fn hand(error: &HandError) -> Self {
        let code = match error {
            HandError::Short { .. } => "not_enough",
            HandError::Dearer { .. } => "costs_more_now",
            HandError::NotDone(trouble)
            | HandError::Undecided(trouble)
            | HandError::Trouble(trouble) => code_of(trouble),
            _ => "issuer_trouble",
        };
        Self::named(code, error)
    }

    /// A Lightning payment that was not begun.
    pub(crate) fn melt(error: &MeltError) -> Self {
        let code = match error {
            MeltError::Short { .. } => "not_enough",
            MeltError::Dearer { .. } => "costs_more_now",
            MeltError::NotPaid { why, .. }
            | MeltError::Undecided(why)
            | MeltError::Trouble(why) => code_of(why),
            _ => "issuer_trouble",
        };
        Self::named(code, error)
    }

    /// Only a part of it came back: the rest was redeemed before.
    pub(crate) fn in_part(self) -> Self {
        Self::named("taken_in_part", format!("only a part of it: {}", self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journals_from_before_there_were_names_are_read() {
        let old: Why = serde_json::from_str("\"it did not go through\"").unwrap();
        assert_eq!(
            (old.code, old.text.as_str()),
            (None, "it did not go through")
        );
        let new = Why::from(Between::Rejected(402));
        let kept = serde_json::to_string(&new).unwrap();
        assert_eq!(serde_json::from_str::<Why>(&kept).unwrap(), new);
        assert_eq!(new.code.as_deref(), Some("payee_refused"));
    }
}
