//! What a payee says of itself (LUD-06, 16, 20): a JSON list inside a JSON text.

use serde_json::Value;

use super::LnurlError;
use crate::code::{Plain, plain_text};
use crate::contact::Contact;

/// Descriptions longer than this are shortened, in characters.
const MAX_SHORT: usize = 640;
const MAX_LONG: usize = 2_000;

/// The entries that are used; pictures and unknown ones are left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) short: Plain,
    pub(super) long: Option<Plain>,
    /// `user@host`, lower case.
    pub(super) identifier: Option<String>,
    /// Where it gets mail. An identifier alone is a place to pay, and often no mailbox.
    pub(super) mailbox: Option<Contact>,
}

impl Metadata {
    pub(super) fn read(raw: &str) -> Result<Self, LnurlError> {
        let entries: Vec<Vec<Value>> = serde_json::from_str(raw)
            .map_err(|_| LnurlError::Unreadable("its description is no list"))?;
        let find = |kind: &str| -> Result<Option<&str>, LnurlError> {
            let mut found = entries
                .iter()
                .filter(|entry| entry.first().and_then(Value::as_str) == Some(kind));
            let first = found.next();
            if found.next().is_some() {
                return Err(LnurlError::Unreadable("it describes itself twice"));
            }
            first
                .map(|entry| {
                    entry
                        .get(1)
                        .and_then(Value::as_str)
                        .ok_or(LnurlError::Unreadable("a description is no text"))
                })
                .transpose()
        };
        let short = find("text/plain")?.ok_or(LnurlError::Unreadable("it has no description"))?;
        let mailbox = find("text/email")?;
        let identifier = find("text/identifier")?.or(mailbox);
        Ok(Self {
            short: plain_text(short, MAX_SHORT),
            long: find("text/long-desc")?
                .map(|words| plain_text(words, MAX_LONG))
                .filter(|words| !words.is_empty()),
            identifier: identifier.map(str::to_ascii_lowercase).filter(|words| {
                words.len() <= 320 && words.is_ascii() && !words.contains(char::is_control)
            }),
            mailbox: mailbox.and_then(Contact::read_mailbox),
        })
    }
}
