//! Sealing a file for somebody else, who opens it with any program that knows the age format
//! (<https://age-encryption.org/v1>): with a passphrase, or with a key of their own.
//!
//! None of this wallet's keys is in it, and none of them opens it.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use age::secrecy::SecretString;
use age::{Encryptor, scrypt, x25519};
use sha2::{Digest, Sha256};

use crate::secret::{Secret, WeakSecret};

/// scrypt with N = 2^17, r = 8: 128 MiB, what a phone can spare. Fixed, because a measured one
/// would make a slow device's files easy to guess.
const WORK: u8 = 17;
/// Longer than any key of the format.
const LONGEST_KEY: usize = 200;

/// The key of whoever a file is for: `age1…`.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

/// The text is no key that a file can be sealed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no key to lock a file for: it begins with age1")]
pub struct NotARecipient;

/// What opens a file that is handed over.
#[derive(Debug, Clone)]
pub enum OpenedBy {
    /// Whoever knows these words.
    Passphrase(Secret),
    /// Whoever has the key that belongs to this one.
    Recipient(Recipient),
}

/// Why a file was not sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealForError {
    /// Whoever gets hold of the file could guess the passphrase.
    #[error("the passphrase for the file is refused: {0}")]
    Weak(WeakSecret),
    /// The sealing itself failed.
    #[error("the file cannot be locked")]
    Failed,
}

impl FromStr for Recipient {
    type Err = NotARecipient;

    fn from_str(text: &str) -> Result<Self, NotARecipient> {
        let text = text.trim();
        if text.len() > LONGEST_KEY {
            return Err(NotARecipient);
        }
        text.parse().map(Self).map_err(|_| NotARecipient)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(..)")
    }
}

impl OpenedBy {
    /// Seals a file.
    ///
    /// # Errors
    /// [`SealForError::Weak`] for a passphrase that could be guessed by whoever has the file and time.
    pub fn seal(&self, file: &[u8]) -> Result<Vec<u8>, SealForError> {
        let recipient: Box<dyn age::Recipient> = match self {
            Self::Passphrase(passphrase) => {
                passphrase.check_alone().map_err(SealForError::Weak)?;
                // As it was typed: other programs do not know how this wallet spells its secrets.
                let words = SecretString::from(passphrase.as_typed().to_owned());
                let mut recipient = scrypt::Recipient::new(words);
                recipient.set_work_factor(WORK);
                Box::new(recipient)
            }
            Self::Recipient(recipient) => Box::new(recipient.0.clone()),
        };
        let failed = |_| SealForError::Failed;
        let encryptor = Encryptor::with_recipients(std::iter::once(&*recipient))
            .map_err(|_| SealForError::Failed)?;
        let mut sealed = Vec::with_capacity(file.len().saturating_add(1024));
        let mut writer = encryptor.wrap_output(&mut sealed).map_err(failed)?;
        writer.write_all(file).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(sealed)
    }
}

/// SHA-256 in hex: what the journal remembers of what was handed over.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &[u8] = b"What Ada paid: 21 sat";
    const WORDS: &str = "four brown cows at ten";

    #[test]
    fn a_file_for_a_passphrase_opens_with_it_and_with_no_other() {
        let sealed = OpenedBy::Passphrase(Secret::from_text(format!("{WORDS}\n")))
            .seal(REPORT)
            .unwrap();
        assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
        let header = String::from_utf8_lossy(&sealed);
        let work = header
            .lines()
            .nth(1)
            .and_then(|line| line.split(' ').nth(3));
        assert_eq!(work, Some(WORK.to_string().as_str()));
        // More of it than can come about by chance.
        assert!(!sealed.windows(8).any(|part| part == b"Ada paid"));
        let open =
            |words: &str| age::decrypt(&scrypt::Identity::new(words.to_owned().into()), &sealed);
        assert_eq!(open(WORDS).unwrap(), REPORT);
        assert!(open("four brown cows at nine").is_err());
    }

    #[test]
    fn a_file_for_a_key_opens_with_that_key_and_is_whole_or_nothing() {
        let key = x25519::Identity::generate();
        let recipient: Recipient = format!(" {}\n", key.to_public()).parse().unwrap();
        let sealed = OpenedBy::Recipient(recipient).seal(REPORT).unwrap();
        assert_eq!(age::decrypt(&key, &sealed).unwrap(), REPORT);
        assert!(age::decrypt(&x25519::Identity::generate(), &sealed).is_err());
        assert!(age::decrypt(&key, &sealed[..sealed.len() - 1]).is_err());
    }

    #[test]
    fn a_passphrase_that_can_be_guessed_seals_nothing() {
        for words in ["2580", "short", "25802580258025802580", "abababababab"] {
            let sealed = OpenedBy::Passphrase(Secret::from_text(words.to_owned())).seal(REPORT);
            assert!(matches!(sealed, Err(SealForError::Weak(_))), "{words}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_a_key_that_opens_things_most_of_all() {
        let secret = x25519::Identity::generate().to_string();
        let secret = age::secrecy::ExposeSecret::expose_secret(&secret).to_owned();
        let long = format!("age1{}", "q".repeat(5_000));
        for text in ["", "age1", "ada@example.org", &secret, &long] {
            assert!(text.parse::<Recipient>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_hash_is_that_of_the_bytes() {
        // printf 'Ada L' | sha256sum
        assert_eq!(
            sha256_hex(b"Ada L"),
            "7d981b26171c885ab4d70bb1bb4530a01644f607fd39dd7112411404eb711431"
        );
    }
}
