//! A letter to a merchant, made ready: nothing is sent and nothing is kept.

use farthing_policy::{Law, RequestKind, answer_due_ms};
use farthing_store::history::MerchantId;

use super::facts::Facts;
use super::letter::{About, words_in};
use crate::clock::now_ms;
use crate::language::Language;
use crate::merchants::MerchantError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Longest `mailto` link with a letter in it, in bytes: systems cut off longer ones.
const LONGEST_LINK: usize = 8_000;

/// A letter that is ready to be sent by the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where to, where that is known.
    pub to: Option<String>,
    /// What it is about.
    pub subject: String,
    /// The letter.
    pub text: String,
    /// The last millisecond in which an answer is in time, were it sent now.
    pub due_ms: Option<u64>,
    /// The same as a link that opens the person's own mail program. Without the letter in it where
    /// that is too long for a link; the person puts it in.
    pub mailto: Option<String>,
}

impl Wallet {
    /// Makes a letter ready, in a language (a BCP 47 tag; English where we do not have it).
    ///
    /// # Errors
    /// [`MerchantError::NothingTakenBack`] for a notice of nothing.
    pub fn draft_request(
        &self,
        merchant: MerchantId,
        kind: RequestKind,
        law: Law,
        language: &str,
    ) -> Result<Draft, MerchantError> {
        let now = now_ms();
        let (_, details, _) = self.details_of(merchant)?;
        let entries = self
            .history()
            .entries_with(merchant)
            .map_err(StoreTrouble::from)?;
        let facts = Facts::of(&entries, kind, now)?;
        if kind == RequestKind::Notice && facts.told.is_empty() {
            return Err(MerchantError::NothingTakenBack);
        }
        let words = words_in(Language::of(language));
        let due_ms = answer_due_ms(kind, law, now);
        let about = About {
            // Its own name: what the person calls it is nobody's business.
            name: &details.name,
            kind,
            law,
            due_ms,
        };
        let text = words.letter(&about, &facts);
        let subject = words.subject(kind).to_owned();
        let mailbox = details.contact.as_ref().and_then(|to| to.mailbox());
        Ok(Draft {
            mailto: mailbox.map(|to| mailto(&to, &subject, &text)),
            to: details.contact.map(|contact| contact.value),
            subject,
            text,
            due_ms,
        })
    }
}

fn mailto(to: &str, subject: &str, text: &str) -> String {
    let bare = format!("mailto:{}?subject={}", escaped(to), escaped(subject));
    let whole = format!("{bare}&body={}", escaped(&text.replace('\n', "\r\n")));
    if whole.len() <= LONGEST_LINK {
        whole
    } else {
        bare
    }
}

/// RFC 6068: everything but letters, digits and what has no meaning in any part of a link.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_letter_becomes_part_of_the_link_it_is_in() {
        let link = mailto(
            "a+b@shop.example",
            "What & how?",
            "Hi {name},\n&cc=x@spy.example #1 100% é",
        );
        assert_eq!(
            link,
            "mailto:a%2Bb@shop.example?subject=What%20%26%20how%3F&body=Hi%20%7Bname%7D%2C%0D%0A\
             %26cc%3Dx@spy.example%20%231%20100%25%20%C3%A9"
        );
        let url = url::Url::parse(&link).unwrap();
        let keys: Vec<String> = url.query_pairs().map(|(key, _)| key.into_owned()).collect();
        assert_eq!(keys, ["subject", "body"]);
    }

    #[test]
    fn a_letter_that_is_too_long_for_a_link_is_left_to_the_person() {
        let of = |length| mailto("a@shop.example", "s", &"x".repeat(length));
        assert!(of(1_000).contains("&body="));
        assert_eq!(of(LONGEST_LINK), "mailto:a@shop.example?subject=s");
    }
}
