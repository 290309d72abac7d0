//! Search as you type, over words that exist in memory alone.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use zeroize::Zeroizing;

use super::PaymentId;

/// What is looked at of a query; nobody types more, and a pasted book must not keep the screen
/// waiting.
const MAX_QUERY: usize = 256;

/// Words of every payment, lower-cased. Wiped when dropped.
#[derive(Default)]
pub(super) struct Index {
    /// By the newest row that has words, so that a search ends with the page that is shown.
    payments: BTreeMap<u64, Words>,
    newest: HashMap<PaymentId, u64>,
}

struct Words {
    payment: PaymentId,
    /// Separated by single spaces, with one in front: a word that begins with `x` is an occurrence
    /// of ` x`.
    text: Zeroizing<String>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index")
            .field("payments", &self.payments.len())
            .finish_non_exhaustive()
    }
}

impl Index {
    /// A row without words leaves its payment where it was.
    pub(super) fn add(&mut self, payment: PaymentId, seq: u64, words: &str) {
        let more = plain(words);
        if more.is_empty() {
            return;
        }
        let before = self.newest.insert(payment, seq);
        let before = before.and_then(|before| self.payments.remove(&before));
        // A new string in place of a growing one, which would leave its old buffer behind unwiped,
        // and of exactly its length: there may be a hundred thousand.
        let text = match &before {
            Some(before) if before.text.contains(more.as_str()) => exactly(&[&before.text]),
            Some(before) => exactly(&[&before.text, &more]),
            None => exactly(&[&more]),
        };
        self.payments.insert(seq, Words { payment, text });
    }

    /// The payments in which each word of `query` begins some word; the newest first.
    pub(super) fn find(&self, query: &str, limit: usize) -> Vec<PaymentId> {
        let end = query
            .char_indices()
            .map(|(at, _)| at)
            .nth(MAX_QUERY)
            .unwrap_or(query.len());
        let query = plain(query.get(..end).unwrap_or_default());
        let sought: Vec<Zeroizing<String>> = query
            .split_ascii_whitespace()
            .map(|word| Zeroizing::new(format!(" {word}")))
            .collect();
        if sought.is_empty() {
            return Vec::new();
        }
        self.payments
            .values()
            .rev()
            .filter(|words| sought.iter().all(|word| words.text.contains(word.as_str())))
            .take(limit)
            .map(|words| words.payment)
            .collect()
    }
}

fn exactly(parts: &[&str]) -> Zeroizing<String> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for part in parts {
        text.push_str(part);
    }
    text
}

/// Lower case, and everything that is neither letter nor digit made a space; one space before each
/// word.
fn plain(text: &str) -> Zeroizing<String> {
    // Lower-casing makes a character at most three, and none longer than four bytes.
    let mut plain = Zeroizing::new(String::with_capacity(
        text.len().saturating_mul(12).saturating_add(1),
    ));
    let mut between = true;
    for letter in text.chars().flat_map(char::to_lowercase) {
        if !letter.is_alphanumeric() {
            between = true;
            continue;
        }
        if between {
            plain.push(' ');
            between = false;
        }
        plain.push(letter);
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: u8) -> PaymentId {
        PaymentId::from_bytes([number; 16])
    }

    fn index() -> Index {
        let mut index = Index::default();
        index.add(id(1), 1, "Corner Shop, corner.example");
        index.add(id(2), 2, "Café Zürich");
        index.add(id(3), 3, "Busker note: for the SONG");
        index.add(id(1), 4, "refund corner");
        index
    }

    #[test]
    fn every_word_must_begin_a_word_whatever_its_case() {
        let index = index();
        assert_eq!(index.find("cor sh", 9), [id(1)]);
        assert_eq!(index.find("SHOP corner.ex", 9), [id(1)]);
        assert_eq!(index.find("café zü", 9), [id(2)]);
        assert_eq!(index.find("song", 9), [id(3)]);
        assert_eq!(index.find("hop", 9), [], "not in the middle of a word");
        assert_eq!(index.find("corner song", 9), [], "not across payments");
        assert_eq!(
            index.find("refund shop", 9),
            [id(1)],
            "across the entries of one payment"
        );
    }

    #[test]
    fn the_newest_come_first_and_no_more_than_asked_for() {
        let mut index = index();
        index.add(id(2), 9, "corner");
        assert_eq!(index.find("corner", 9), [id(2), id(1)]);
        assert_eq!(index.find("corner", 1), [id(2)]);
        assert_eq!(index.find("corner", 0), []);
    }

    #[test]
    fn a_row_without_words_moves_nothing_and_adds_nothing() {
        let mut index = index();
        index.add(id(3), 7, "corner");
        index.add(id(1), 8, "");
        index.add(id(4), 9, " .,- ");
        assert_eq!(index.find("corner", 9), [id(3), id(1)]);
        assert_eq!(format!("{index:?}"), "Index { payments: 3, .. }");
    }

    #[test]
    fn the_same_words_again_bring_a_payment_to_the_front() {
        let mut index = index();
        index.add(id(1), 8, "corner");
        index.add(id(2), 9, "corner");
        index.add(id(1), 10, "refund corner");
        assert_eq!(index.find("corner", 9), [id(1), id(2)]);
        assert_eq!(index.find("shop", 9), [id(1)], "and keep those it had");
    }

    #[test]
    fn nothing_typed_finds_nothing() {
        assert_eq!(index().find("", 9), []);
        assert_eq!(index().find(" .,- ", 9), []);
    }

    #[test]
    fn debug_shows_no_words() {
        assert_eq!(format!("{:?}", index()), "Index { payments: 3, .. }");
    }

    proptest! {
        #[test]
        fn any_beginning_of_any_word_is_found(
            words in prop::collection::vec("\\w{1,8}", 1..6),
            pick: prop::sample::Index,
            cut: prop::sample::Index,
        ) {
            let mut index = Index::default();
            index.add(id(1), 1, &words.join("/"));
            let lower = plain(&words[pick.index(words.len())]);
            if let Some(word) = lower.split_ascii_whitespace().next() {
                let letters: Vec<char> = word.chars().collect();
                let beginning: String = letters[..=cut.index(letters.len())].iter().collect();
                prop_assert_eq!(index.find(&beginning, 1), [id(1)]);
            }
        }

        #[test]
        fn no_query_panics(query: String) {
            let _ = index().find(&query.repeat(40), 3);
        }
    }
}
