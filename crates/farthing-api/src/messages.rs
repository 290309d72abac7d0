//! What to tell a person, in English: for every code, what happened in general and what
//! to do next. What happened in particular is the error's own sentence; where the money
//! is, [`crate::Money`]'s.

/// What a code means and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The error's stable name.
    pub code: &'static str,
    /// What happened, for a headline.
    pub what: &'static str,
    /// What to do next, as one sentence.
    pub next: &'static str,
}

const fn message(code: &'static str, what: &'static str, next: &'static str) -> Message {
    Message { code, what, next }
}

/// Every code there is a message for, by name.
pub const ALL: &[Message] = &[
    message(
        "bad_amount",
        "The amount cannot be read",
        "Write it like 21, 21 sat or $1.01.",
    ),
    message(
        "bad_date",
        "The date cannot be read",
        "Write it like 2026-11-21.",
    ),
    message(
        "bad_unit",
        "The unit cannot be read",
        "Write sat, usd, eur or the issuer's own unit.",
    ),
    message(
        "declined",
        "You said no",
        "Nothing was done; try again when you are ready.",
    ),
    message(
        "file_unreadable",
        "The file cannot be read",
        "Check that it is there, that you may read it, and that it is a picture or a text with one code.",
    ),
    message(
        "file_unwritable",
        "The file cannot be written",
        "Choose another place that does not hold a file yet.",
    ),
    message(
        "input_too_long",
        "The input is too long",
        "Give the code itself, or a picture of at most 20 MiB.",
    ),
    message(
        "internal",
        "Farthing made a mistake and stopped",
        "Run farthing recover: it asks the issuers what really happened.",
    ),
    message(
        "needs_yes",
        "This has to be confirmed",
        "Run it on a terminal, or add --yes.",
    ),
    message(
        "no_home",
        "There is no place for a wallet",
        "Say where with --home DIR.",
    ),
    message(
        "no_secret",
        "The PIN or passphrase is missing",
        "Run it on a terminal, or name a file with --secret-file.",
    ),
    message(
        "secret_file_open_to_others",
        "Others can read the secret file",
        "Close it to others with chmod 600 and choose a new secret if someone may have read it.",
    ),
    message(
        "secret_file_unreadable",
        "The secret file cannot be read",
        "Check its name, and that its first line is the PIN or passphrase.",
    ),
    message(
        "secrets_differ",
        "The two secrets differ",
        "Nothing was made; start again.",
    ),
    message(
        "usage",
        "The command was not understood",
        "See farthing --help.",
    ),
];

/// What to do next after an error of this code.
#[must_use]
pub fn next(code: &str) -> Option<&'static str> {
    find(code).map(|message| message.next)
}

/// The message of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Message> {
    ALL.binary_search_by_key(&code, |message| message.code)
        .ok()
        .and_then(|index| ALL.get(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once_and_is_found() {
        assert!(ALL.is_sorted_by(|one, other| one.code < other.code));
        for message in ALL {
            assert_eq!(find(message.code), Some(message));
        }
        assert_eq!(find("no such code"), None);
    }

    #[test]
    fn every_message_says_something_and_what_to_do() {
        for message in ALL {
            assert!(
                message.what.len() > 8 && !message.what.ends_with('.'),
                "{message:?}"
            );
            assert!(
                message.next.len() > 8 && message.next.ends_with('.'),
                "{message:?}"
            );
        }
    }
}
