//! The words of a letter to a merchant, in the languages of the window. They are here and not with
//! the screens because a letter is the same whoever makes it ready, and is read by somebody else.

mod ar;
mod en;
mod es;
mod fr;
mod hi;
mod ko;
mod pt;
mod sw;

use farthing_policy::{Item, Law, Purpose, RequestKind};

use super::facts::{Facts, PaymentFact, ToldFact, day};
use crate::language::{Language, fill};

/// The words of one language. `{name}` and the like are filled in.
pub(super) struct Words {
    subject_access: &'static str,
    subject_erasure: &'static str,
    subject_notice: &'static str,
    /// `{name}`: the merchant.
    greeting: &'static str,
    access_gdpr: &'static str,
    access_ccpa: &'static str,
    erasure_gdpr: &'static str,
    erasure_ccpa: &'static str,
    notice_gdpr: &'static str,
    notice_ccpa: &'static str,
    /// The journal has what was about to leave: a payment that failed then may have told nothing.
    told: &'static str,
    /// `{item}`, `{purpose}`, `{days}`, `{since}`, `{until}`.
    told_on: &'static str,
    /// The same.
    told_ended: &'static str,
    told_nothing: &'static str,
    payments: &'static str,
    /// `{hash}`.
    payment_hash: &'static str,
    /// `{reference}`.
    reference: &'static str,
    enough: &'static str,
    /// `{day}`.
    due_gdpr: &'static str,
    /// `{day}`.
    due_ccpa: &'static str,
    closing: &'static str,
    /// In the order of [`Item::ALL`].
    items: [&'static str; 12],
    /// In the order of [`Purpose::ALL`].
    purposes: [&'static str; 5],
}

/// What a letter is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) name: &'a str,
    pub(super) kind: RequestKind,
    pub(super) law: Law,
    pub(super) due_ms: Option<u64>,
}

/// The words of a language.
pub(super) const fn words_in(language: Language) -> &'static Words {
    match language {
        Language::Arabic => &ar::WORDS,
        Language::English => &en::WORDS,
        Language::Spanish => &es::WORDS,
        Language::French => &fr::WORDS,
        Language::Hindi => &hi::WORDS,
        Language::Korean => &ko::WORDS,
        Language::Portuguese => &pt::WORDS,
        Language::Swahili => &sw::WORDS,
    }
}

impl Words {
    pub(super) const fn subject(&self, kind: RequestKind) -> &'static str {
        match kind {
            RequestKind::Access => self.subject_access,
            RequestKind::Erasure => self.subject_erasure,
            RequestKind::Notice => self.subject_notice,
        }
    }

    const fn opening(&self, kind: RequestKind, law: Law) -> &'static str {
        match (kind, law) {
            (RequestKind::Access, Law::Gdpr) => self.access_gdpr,
            (RequestKind::Access, Law::Ccpa) => self.access_ccpa,
            (RequestKind::Erasure, Law::Gdpr) => self.erasure_gdpr,
            (RequestKind::Erasure, Law::Ccpa) => self.erasure_ccpa,
            (RequestKind::Notice, Law::Gdpr) => self.notice_gdpr,
            (RequestKind::Notice, Law::Ccpa) => self.notice_ccpa,
        }
    }

    /// The letter: paragraphs with an empty line between them.
    pub(super) fn letter(&self, about: &About<'_>, facts: &Facts) -> String {
        let mut parts = vec![
            fill(self.greeting, &[("name", about.name)]),
            self.opening(about.kind, about.law).to_owned(),
        ];
        if facts.told.is_empty() {
            parts.push(self.told_nothing.to_owned());
        } else {
            let told = facts.told.iter().map(|told| self.told_line(told));
            parts.push(list(self.told, told));
        }
        if !facts.payments.is_empty() {
            let paid = facts.payments.iter().map(|paid| self.payment_line(paid));
            parts.push(list(self.payments, paid));
        }
        if let Some(due_ms) = about.due_ms {
            let due = match about.law {
                Law::Gdpr => self.due_gdpr,
                Law::Ccpa => self.due_ccpa,
            };
            parts.push(self.enough.to_owned());
            parts.push(fill(due, &[("day", &day(due_ms))]));
        }
        parts.push(self.closing.to_owned());
        parts.join("\n\n")
    }

    fn told_line(&self, told: &ToldFact) -> String {
        let words = if told.ended {
            self.told_ended
        } else {
            self.told_on
        };
        let mut items = Item::ALL.into_iter().zip(self.items);
        let mut purposes = Purpose::ALL.into_iter().zip(self.purposes);
        let item = items.find(|(item, _)| *item == told.item);
        let purpose = purposes.find(|(purpose, _)| *purpose == told.purpose);
        fill(
            words,
            &[
                ("item", item.map_or(told.item.code(), |(_, words)| words)),
                (
                    "purpose",
                    purpose.map_or(told.purpose.code(), |(_, words)| words),
                ),
                ("days", &told.days.join(", ")),
                ("since", &told.since),
                ("until", &told.until),
            ],
        )
    }

    fn payment_line(&self, paid: &PaymentFact) -> String {
        let mut line = format!("{}: {}", paid.day, paid.amount);
        if let Some(hash) = &paid.hash {
            line = format!("{line}; {}", fill(self.payment_hash, &[("hash", hash)]));
        }
        if let Some(reference) = &paid.reference {
            let reference = fill(self.reference, &[("reference", reference)]);
            line = format!("{line}; {reference}");
        }
        line
    }
}

fn list(title: &str, lines: impl Iterator<Item = String>) -> String {
    let mut text = title.to_owned();
    for line in lines {
        text.push_str("\n- ");
        text.push_str(&line);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(words: &str) -> BTreeSet<&str> {
        let parts = words.split('{').skip(1);
        parts.filter_map(|part| part.split('}').next()).collect()
    }

    fn all(words: &Words) -> Vec<&'static str> {
        let mut all = vec![
            words.subject_access,
            words.subject_erasure,
            words.subject_notice,
            words.greeting,
            words.access_gdpr,
            words.access_ccpa,
            words.erasure_gdpr,
            words.erasure_ccpa,
            words.notice_gdpr,
            words.notice_ccpa,
            words.told,
            words.told_on,
            words.told_ended,
            words.told_nothing,
            words.payments,
            words.payment_hash,
            words.reference,
            words.enough,
            words.due_gdpr,
            words.due_ccpa,
            words.closing,
        ];
        all.extend(words.items);
        all.extend(words.purposes);
        all
    }

    #[test]
    fn every_language_has_every_word_and_the_same_places_in_it() {
        let english = all(words_in(Language::English));
        for language in Language::ALL {
            for (words, english) in all(words_in(language)).into_iter().zip(&english) {
                assert!(!words.trim().is_empty(), "{language:?}: {english}");
                assert_eq!(places(words), places(english), "{language:?}: {words}");
            }
        }
        let different: BTreeSet<&str> = Language::ALL.map(|it| words_in(it).access_gdpr).into();
        assert_eq!(different.len(), Language::ALL.len());
    }

    #[test]
    fn every_law_is_named_by_its_article_in_every_language() {
        for language in Language::ALL {
            let words = words_in(language);
            for (opening, article) in [
                (words.access_gdpr, "15"),
                (words.erasure_gdpr, "17"),
                (words.notice_gdpr, "7(3)"),
                (words.access_ccpa, "1798.110"),
                (words.erasure_ccpa, "1798.105"),
                (words.notice_ccpa, "1798.120"),
            ] {
                assert!(opening.contains(article), "{language:?}: {opening}");
            }
        }
    }

    #[test]
    fn a_letter_says_what_was_told_when_for_what_and_by_which_yes() {
        let facts = Facts {
            told: vec![
                ToldFact {
                    item: Item::Email,
                    purpose: Purpose::Receipt,
                    days: vec!["2026-11-01".into(), "2026-11-03".into()],
                    since: "2026-11-01".into(),
                    until: "2027-01-30".into(),
                    ended: false,
                },
                ToldFact {
                    item: Item::Name,
                    purpose: Purpose::Deliver,
                    days: vec!["2026-11-01".into()],
                    since: "2026-10-31".into(),
                    until: "2026-11-02".into(),
                    ended: true,
                },
            ],
            payments: vec![PaymentFact {
                day: "2026-11-01".into(),
                amount: "21 sat".into(),
                hash: Some("ab12".into()),
                reference: Some("order 7".into()),
            }],
        };
        let about = About {
            name: "The busker",
            kind: RequestKind::Access,
            law: Law::Gdpr,
            due_ms: Some(1_798_070_399_999),
        };
        let letter = words_in(Language::English).letter(&about, &facts);
        assert!(letter.starts_with("Hello The busker,\n\nI ask you under article 15"));
        for line in [
            "This is what I told you, or tried to tell you, by my own records",
            "- my e-mail address, for the receipt and for help: told on 2026-11-01, 2026-11-03. \
             I agreed on 2026-11-01, until 2027-01-30.",
            "- my name, to deliver what I paid for: told on 2026-11-01. I agreed on 2026-10-31. \
             That ended on 2026-11-02.",
            "- 2026-11-01: 21 sat; Lightning payment hash: ab12; your reference: order 7",
            "by 2026-12-23",
        ] {
            assert!(letter.contains(line), "{line} in\n{letter}");
        }
        let notice = About {
            kind: RequestKind::Notice,
            due_ms: None,
            ..about
        };
        let notice = words_in(Language::English).letter(&notice, &Facts::default());
        assert!(!notice.contains("Please answer"), "{notice}");
    }
}
