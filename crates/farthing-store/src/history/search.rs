//! Search as you type, over words that exist in memory alone.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::PaymentId;

/// What is looked at of a query; nobody types more, and a pasted book must not keep the screen
/// waiting.
const MAX_QUERY: usize = 256;

/// Words of every payment, lower-cased. Wiped when dropped.
#[derive(Default)]
pub(super) struct Index {
    payments: BTreeMap<PaymentId, Words>,
}

struct Words {
    newest: u64,
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
    pub(super) fn add(&mut self, payment: PaymentId, seq: u64, words: &str) {
        let entry = self.payments.entry(payment).or_insert_with(|| Words {
            newest: seq,
            text: Zeroizing::default(),
        });
        entry.newest = entry.newest.max(seq);
        let more = plain(words);
        if more.is_empty() || entry.text.contains(more.as_str()) {
            return;
        }
        // A new string in place of a growing one, which would leave its old buffer behind unwiped.
        let mut text = Zeroizing::new(String::with_capacity(
            entry.text.len().saturating_add(more.len()),
        ));
        text.push_str(&entry.text);
        text.push_str(&more);
        entry.text = text;
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
        let mut found: Vec<(u64, PaymentId)> = self
            .payments
            .iter()
            .filter(|(_, words)| sought.iter().all(|word| words.text.contains(word.as_str())))
            .map(|(payment, words)| (words.newest, *payment))
            .collect();
        found.sort_unstable_by(|one, two| two.cmp(one));
        found
            .into_iter()
            .take(limit)
            .map(|(_, payment)| payment)
            .collect()
    }
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
