//! The 12 recovery words (BIP39, English).

use std::fmt;

use bip39::{Error as Bip39Error, Language, Mnemonic};
use zeroize::Zeroizing;

use crate::key::{NoRandomness, SecretBytes, Seed};

/// The words that bring the money back on any device. Wiped when dropped,
/// silent in `Debug`.
#[derive(Clone)]
pub struct RecoveryWords(Box<Mnemonic>);

/// What is wrong with the words as they were typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WordsError {
    /// Too few or too many.
    #[error("{found} words, but it takes {WORDS}")]
    Count {
        /// How many words were found.
        found: usize,
    },
    /// This one is not in the list.
    #[error("word {position} is not one of the words used for this")]
    Unknown {
        /// Counted from 1.
        position: usize,
    },
    /// Each is in the list but they do not belong together.
    #[error("the words do not fit together: one is another word, or two changed places")]
    Checksum,
    /// Far more text than 12 words.
    #[error("too much text for {WORDS} words")]
    TooLong,
}

const WORDS: usize = 12;
const ENTROPY: usize = 16;
const LONGEST_TEXT: usize = 4096;

impl RecoveryWords {
    pub(crate) fn random() -> Result<Self, NoRandomness> {
        Ok(Self::from_entropy(&SecretBytes::random()?))
    }

    pub(crate) fn from_entropy(entropy: &SecretBytes<ENTROPY>) -> Self {
        #[expect(clippy::expect_used, reason = "16 bytes make 12 words")]
        let words = Mnemonic::from_entropy_in(Language::English, entropy.as_bytes())
            .expect("16 bytes of entropy make 12 words");
        Self(Box::new(words))
    }

    pub(crate) fn entropy(&self) -> SecretBytes<ENTROPY> {
        let entropy = Zeroizing::new(self.0.to_entropy());
        #[expect(clippy::expect_used, reason = "only 12 words are ever constructed")]
        SecretBytes::from_slice(&entropy).expect("12 words are 16 bytes of entropy")
    }

    /// Reads words as people write them down: any case, any white space, with
    /// commas, or numbered like `1. able 2. acid`.
    ///
    /// # Errors
    /// Says which word is wrong.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        if text.len() > LONGEST_TEXT {
            return Err(WordsError::TooLong);
        }
        // Lower case may be longer than what it is made from, but ASCII is not,
        // and reserving in full leaves no half-written copy of the words behind.
        let mut plain = Zeroizing::new(String::with_capacity(text.len().saturating_mul(4)));
        for word in text
            .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
            .map(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()))
            .map(|word| word.trim_matches(['.', ')', ':']))
            .filter(|word| !word.is_empty())
        {
            plain.extend(word.chars().flat_map(char::to_lowercase));
            plain.push(' ');
        }
        let found = plain.split_whitespace().count();
        if found != WORDS {
            return Err(WordsError::Count { found });
        }
        match Mnemonic::parse_in_normalized(Language::English, &plain) {
            Ok(words) => Ok(Self(Box::new(words))),
            Err(Bip39Error::UnknownWord(index)) => Err(WordsError::Unknown {
                position: index.saturating_add(1),
            }),
            Err(Bip39Error::BadWordCount(found)) => Err(WordsError::Count { found }),
            Err(_) => Err(WordsError::Checksum),
        }
    }

    /// The words, for the one ceremony in which a person writes them down.
    pub fn as_words(&self) -> Vec<&str> {
        self.0.words().collect()
    }

    /// BIP39 without a 25th word.
    pub(crate) fn seed(&self) -> Seed {
        let seed = Zeroizing::new(self.0.to_seed_normalized(""));
        let mut kept = SecretBytes::zeroed();
        kept.bytes_mut().copy_from_slice(&*seed);
        Seed(kept)
    }
}

impl fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryWords(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::hex;

    const LEGAL: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn the_seed_is_the_one_bip39_defines() {
        let words = RecoveryWords::parse(LEGAL).unwrap();
        assert_eq!(words.entropy().as_bytes(), &[0x7f; 16]);
        let about = RecoveryWords::parse(&format!("{}about", "abandon ".repeat(11))).unwrap();
        assert_eq!(
            hex(about.seed().as_bytes()),
            "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1\
             9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
        );
    }

    #[test]
    fn a_text_is_read_up_to_its_bound_and_no_further() {
        let padded = |length: usize| RecoveryWords::parse(&format!("{LEGAL:>length$}"));
        assert_eq!(padded(LONGEST_TEXT).unwrap().as_words().join(" "), LEGAL);
        assert!(matches!(padded(LONGEST_TEXT + 1), Err(WordsError::TooLong)));
    }

    #[test]
    fn words_are_read_the_way_people_write_them() {
        let expected = RecoveryWords::parse(LEGAL).unwrap().as_words().join(" ");
        assert_eq!(expected, LEGAL);
        let numbered: String = LEGAL
            .split(' ')
            .enumerate()
            .map(|(i, word)| format!("{}. {word}\r\n", i + 1))
            .collect();
        for written in [
            LEGAL.to_uppercase(),
            format!("\n\t {} \n", LEGAL.replace(' ', "  \n ")),
            LEGAL.replace(' ', ", "),
            numbered,
            LEGAL.replace(' ', "\u{3000}"),
        ] {
            let read = RecoveryWords::parse(&written).unwrap();
            assert_eq!(read.as_words().join(" "), LEGAL, "{written}");
        }
    }

    #[test]
    fn the_wrong_word_is_named_by_its_place() {
        for (position, word) in [(1, "legal"), (4, "year"), (12, "yellow")] {
            let mut words: Vec<_> = LEGAL.split(' ').collect();
            assert_eq!(words[position - 1], word);
            words[position - 1] = "farthing";
            assert_eq!(
                RecoveryWords::parse(&words.join(" ")).unwrap_err(),
                WordsError::Unknown { position }
            );
        }
        let swapped = LEGAL.replacen("legal winner", "winner legal", 1);
        assert_eq!(
            RecoveryWords::parse(&swapped).unwrap_err(),
            WordsError::Checksum
        );
        assert_eq!(
            RecoveryWords::parse("legal winner").unwrap_err(),
            WordsError::Count { found: 2 }
        );
        let twice = format!("{LEGAL} {LEGAL}");
        assert_eq!(
            RecoveryWords::parse(&twice).unwrap_err(),
            WordsError::Count { found: 24 }
        );
        assert_eq!(
            RecoveryWords::parse(&"a".repeat(4097)).unwrap_err(),
            WordsError::TooLong
        );
    }

    #[test]
    fn words_never_show_themselves() {
        let words = RecoveryWords::parse(LEGAL).unwrap();
        assert_eq!(
            format!("{words:?} {words:#?}"),
            "RecoveryWords(..) RecoveryWords(..)"
        );
    }

    proptest! {
        #[test]
        fn any_words_read_back_as_the_same_secret(entropy in any::<[u8; 16]>()) {
            let words = RecoveryWords::from_entropy(&SecretBytes::from_slice(&entropy).unwrap());
            let read = RecoveryWords::parse(&words.as_words().join(" ")).unwrap();
            let again = read.entropy();
            prop_assert_eq!(again.as_bytes(), &entropy);
        }

        #[test]
        fn no_text_crashes_the_reader(text in "\\PC{0,200}") {
            prop_assert!(RecoveryWords::parse(&text).is_err());
        }
    }
}
