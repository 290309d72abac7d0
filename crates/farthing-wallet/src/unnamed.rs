//! Payees that gave no name, and what they are called in the journal.

/// A payee without a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unnamed {
    /// A Lightning wallet, by the beginning of its key in hexadecimal digits.
    Lightning(String),
    /// Whoever showed a request that says nothing of who asks.
    Bearer,
}

const LIGHTNING: &str = "Lightning node ";
const MORE: char = '…';
const BEARER: &str = "whoever showed this request";
/// Digits of a key that are shown.
const SHOWN: usize = 12;

impl Unnamed {
    /// A Lightning wallet by its key.
    pub(crate) fn lightning(key: &str) -> Self {
        Self::Lightning(key.chars().take(SHOWN).collect())
    }

    /// What the journal calls it.
    #[must_use]
    pub fn called(&self) -> String {
        match self {
            Self::Lightning(key) => format!("{LIGHTNING}{key}{MORE}"),
            Self::Bearer => BEARER.to_owned(),
        }
    }

    /// The payee that the journal calls so, if it gave no name.
    #[must_use]
    pub fn of(called: &str) -> Option<Self> {
        if called == BEARER {
            return Some(Self::Bearer);
        }
        let key = called.strip_prefix(LIGHTNING)?.strip_suffix(MORE)?;
        let digits = key.len() == SHOWN && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| Self::Lightning(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gave_no_name_is_known_again_by_what_the_journal_calls_them() {
        let key = "02abcdef0123456789";
        for unnamed in [Unnamed::lightning(key), Unnamed::Bearer] {
            assert_eq!(Unnamed::of(&unnamed.called()), Some(unnamed));
        }
        for named in [
            "Corner Shop",
            "Lightning node Bob…",
            "Lightning node 02ab…",
            "",
        ] {
            assert_eq!(Unnamed::of(named), None, "{named}");
        }
    }
}
