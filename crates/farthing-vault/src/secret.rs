//! What a person types to open the wallet.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use bip39::Mnemonic;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A PIN or a passphrase. Wiped when dropped, silent in `Debug`.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

/// Which kind of keyboard to show, and which slot a secret can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretShape {
    /// 1 to 12 digits.
    Pin,
    /// Anything else.
    Passphrase,
}

/// Why a new secret is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeakSecret {
    /// A PIN needs more digits.
    #[error("a PIN needs at least {at_least} digits")]
    PinTooShort {
        /// The least number of digits.
        at_least: usize,
    },
    /// A passphrase needs more characters.
    #[error("a passphrase needs at least {at_least} characters")]
    TooShort {
        /// The least number of characters.
        at_least: usize,
    },
    /// A passphrase that stands alone must not be a number.
    #[error("digits alone are not enough without a keychain, use several words")]
    AllDigits,
    /// The same few characters again and again.
    #[error("the same few characters again and again are easily guessed")]
    Repetitive,
    /// Longer than any person types.
    #[error("a passphrase has at most {at_most} characters")]
    TooLong {
        /// The greatest number of characters.
        at_most: usize,
    },
}

const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;
const LONGEST: usize = 256;
const SHORTEST_WITH_KEYCHAIN: usize = 6;
const SHORTEST_ALONE: usize = 10;
const FEWEST_DISTINCT_ALONE: usize = 4;

impl Secret {
    /// Takes the text over and wipes it later. One line ending is dropped.
    pub fn from_text(text: String) -> Self {
        let mut text = Zeroizing::new(text);
        if text.ends_with('\n') {
            text.pop();
        }
        if text.ends_with('\r') {
            text.pop();
        }
        Self(text)
    }

    /// A PIN is 1 to 12 digits, anything else a passphrase.
    pub fn shape(&self) -> SecretShape {
        let pin = (1..=*PIN_DIGITS.end()).contains(&self.0.len()) && self.all_digits();
        if pin {
            SecretShape::Pin
        } else {
            SecretShape::Passphrase
        }
    }

    fn all_digits(&self) -> bool {
        self.0.chars().all(char::is_numeric)
    }

    /// For the slot where the keychain holds a second factor: a PIN of 4 to 12
    /// digits, or a passphrase of at least 6 characters.
    pub(crate) fn check_with_keychain(&self) -> Result<(), WeakSecret> {
        let characters = self.check_length()?;
        if self.shape() == SecretShape::Pin {
            if characters < *PIN_DIGITS.start() {
                let at_least = *PIN_DIGITS.start();
                return Err(WeakSecret::PinTooShort { at_least });
            }
        } else if characters < SHORTEST_WITH_KEYCHAIN {
            let at_least = SHORTEST_WITH_KEYCHAIN;
            return Err(WeakSecret::TooShort { at_least });
        }
        Ok(())
    }

    /// For the slot which this secret alone opens.
    pub(crate) fn check_alone(&self) -> Result<(), WeakSecret> {
        let characters = self.check_length()?;
        if !self.0.is_empty() && self.all_digits() {
            return Err(WeakSecret::AllDigits);
        }
        if characters < SHORTEST_ALONE {
            let at_least = SHORTEST_ALONE;
            return Err(WeakSecret::TooShort { at_least });
        }
        if self.0.chars().collect::<BTreeSet<_>>().len() < FEWEST_DISTINCT_ALONE {
            return Err(WeakSecret::Repetitive);
        }
        Ok(())
    }

    fn check_length(&self) -> Result<usize, WeakSecret> {
        let characters = self.0.chars().count();
        if characters > LONGEST {
            return Err(WeakSecret::TooLong { at_most: LONGEST });
        }
        Ok(characters)
    }

    /// As it was typed, for programs that are not this one.
    pub(crate) fn as_typed(&self) -> &str {
        &self.0
    }

    /// The bytes that are stretched: Unicode NFKD, so that the same words typed
    /// on another keyboard open the same wallet.
    pub(crate) fn normalized(&self) -> Zeroizing<Vec<u8>> {
        let mut text = Cow::Borrowed(self.0.as_str());
        Mnemonic::normalize_utf8_cow(&mut text);
        Zeroizing::new(text.into_owned().into_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::from_text(text.to_owned())
    }

    #[test]
    fn a_secret_never_shows_itself() {
        let printed = format!("{:?} {:#?}", secret("marker-2580"), secret("marker-2580"));
        assert_eq!(printed, "Secret(..) Secret(..)");
    }

    #[test]
    fn with_a_keychain_four_digits_are_enough_and_fewer_are_not() {
        assert_eq!(secret("2580").check_with_keychain(), Ok(()));
        assert_eq!(secret("258025802580").check_with_keychain(), Ok(()));
        assert_eq!(secret("tulips").check_with_keychain(), Ok(()));
        assert_eq!(
            secret("258").check_with_keychain(),
            Err(WeakSecret::PinTooShort { at_least: 4 })
        );
        assert_eq!(
            secret("tulip").check_with_keychain(),
            Err(WeakSecret::TooShort { at_least: 6 })
        );
        assert_eq!(
            secret("").check_with_keychain(),
            Err(WeakSecret::TooShort { at_least: 6 })
        );
    }

    #[test]
    fn alone_a_passphrase_must_be_long_and_more_than_a_number() {
        assert_eq!(secret("four brown cows").check_alone(), Ok(()));
        for (text, refusal) in [
            ("2580", WeakSecret::AllDigits),
            ("25802580258025802580", WeakSecret::AllDigits),
            ("٢٥٨٠٢٥٨٠٢٥٨٠", WeakSecret::AllDigits),
            ("brown cow", WeakSecret::TooShort { at_least: 10 }),
            ("", WeakSecret::TooShort { at_least: 10 }),
            ("ababababababab", WeakSecret::Repetitive),
        ] {
            assert_eq!(secret(text).check_alone(), Err(refusal), "{text}");
        }
        for (just, refusal) in [
            ("brown cows", None),
            ("abcdabcdabcd", None),
            ("abcabcabcabc", Some(WeakSecret::Repetitive)),
        ] {
            assert_eq!(secret(just).check_alone().err(), refusal, "{just}");
        }
        let long = |letters: usize| "long".chars().cycle().take(letters).collect::<String>();
        assert_eq!(secret(&long(256)).check_alone(), Ok(()));
        assert_eq!(
            secret(&long(257)).check_alone(),
            Err(WeakSecret::TooLong { at_most: 256 })
        );
    }

    #[test]
    fn the_same_words_from_another_keyboard_are_the_same_secret() {
        assert_eq!(
            secret("caf\u{e9} au lait").normalized(),
            secret("cafe\u{301} au lait").normalized()
        );
        assert_eq!(secret("2580\r\n").normalized(), secret("2580").normalized());
        assert_ne!(secret(" 2580").normalized(), secret("2580").normalized());
    }
}
