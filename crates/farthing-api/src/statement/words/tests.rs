use std::collections::BTreeSet;

use super::*;

/// Words that a language has in common with English.
const THE_SAME: [(&str, &[&str]); 3] = [
    ("es", &["Hash"]),
    ("fr", &["Note", "service", "notes"]),
    ("pt", &["Hash"]),
];

/// How a figure stands in words: nothing to translate.
const SHAPES: [&str; 2] = ["{amount} ({kind}, {to})", ", "];

fn places(words: &str) -> BTreeSet<&str> {
    let parts = words.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next()).collect()
}

fn all(words: &Words) -> Vec<&'static str> {
    let mut all = vec![
        words.title,
        words.practice,
        words.paid,
        words.received,
        words.not_paid,
        words.undecided,
        words.to,
        words.from,
        words.lightning_node,
        words.bearer,
        words.fee_of,
        words.the_payee,
        words.preimage,
        words.accepted,
        words.redeemed,
        words.no_proof,
        words.total,
        words.total_with_fees,
        words.no_notes,
        words.no_proofs,
        words.no_fees,
        words.no_other_payees,
        words.comma,
        words.how_to_check,
    ];
    all.extend(words.abouts());
    all.extend(words.fee_kinds);
    all
}

#[test]
fn every_language_has_every_word_and_the_same_places_in_it() {
    let english = all(words_in("en"));
    for language in Language::ALL {
        for (words, english) in all(words_in(language.tag())).into_iter().zip(&english) {
            assert!(!words.trim().is_empty(), "{language:?}: {english}");
            assert_eq!(places(words), places(english), "{language:?}: {words}");
        }
    }
    assert_eq!(words_in("de").title, words_in("en").title);
    assert_eq!(words_in("pt-BR").title, words_in("pt").title);
}

#[test]
fn no_word_was_left_in_english() {
    let english = all(words_in("en"));
    for language in Language::ALL {
        if language == Language::English {
            continue;
        }
        let tag = language.tag();
        let shared = THE_SAME.iter().find(|(same, _)| *same == tag);
        let shared = shared.map_or(&[][..], |(_, words)| words);
        let words = all(words_in(tag)).into_iter().zip(&english);
        let left: BTreeSet<&str> = words
            .filter(|(word, english)| word == *english && !SHAPES.contains(word))
            .map(|(word, _)| word)
            .collect();
        assert_eq!(left, shared.iter().copied().collect(), "{tag}");
    }
}

#[test]
fn the_words_are_in_the_script_of_their_language() {
    for (tag, script) in [
        ("hi", '\u{900}'..='\u{97f}'),
        ("ar", '\u{600}'..='\u{6ff}'),
        ("ko", '\u{ac00}'..='\u{d7a3}'),
    ] {
        for words in all(words_in(tag)) {
            let ours = words.chars().any(|c| script.contains(&c));
            assert!(ours || SHAPES.contains(&words), "{tag}: {words}");
        }
    }
}

#[test]
fn what_a_line_is_about_is_said_in_one_way_and_shortly() {
    for language in Language::ALL {
        let abouts = words_in(language.tag()).abouts();
        let different: BTreeSet<&str> = abouts.into();
        assert_eq!(different.len(), abouts.len(), "{language:?}: {abouts:?}");
        for about in abouts {
            assert!(about.chars().count() <= 14, "{language:?}: {about}");
        }
        for line in words_in(language.tag()).how_to_check.lines() {
            assert!(line.chars().count() <= 80, "{language:?}: {line}");
        }
    }
}

#[test]
fn every_fee_is_named_by_its_own_words() {
    for language in Language::ALL {
        let words = words_in(language.tag());
        let named: BTreeSet<&str> = FeeKind::ALL.map(|kind| words.fee_kind(kind)).into();
        assert_eq!(named.len(), FeeKind::ALL.len(), "{language:?}");
    }
    assert_eq!(words_in("es").fee_kind(FeeKind::Network), "red");
    assert_eq!(words_in("es").fee_kind(FeeKind::Payee), "del beneficiario");
}
