//! A note in the keychain about the wallet's files, which an old copy of the files does not
//! bring back with it.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::keychain::{Keychain, KeychainError, read_entry, write_entry};

pub(crate) const NAME: &str = "anchor";

/// The note of one wallet.
#[derive(Clone)]
pub struct Anchor {
    keychain: Arc<dyn Keychain>,
    wallet: String,
    /// Asking a keychain that is locked would put a prompt in front of someone who has just
    /// opened the wallet without it.
    answers: bool,
}

impl Anchor {
    pub(crate) fn new(keychain: &Arc<dyn Keychain>, wallet: &str, answers: bool) -> Self {
        Self {
            keychain: Arc::clone(keychain),
            wallet: wallet.to_owned(),
            answers,
        }
    }

    /// What was noted last; `None` when nothing ever was.
    ///
    /// # Errors
    /// [`KeychainError`]; then nothing is known.
    pub fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        if !self.answers {
            return Err(KeychainError::Locked);
        }
        match read_entry(self.keychain.as_ref(), &self.wallet, NAME) {
            Ok(note) => Ok(Some(note)),
            Err(KeychainError::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Notes something else. It may take as long as the keychain does.
    ///
    /// # Errors
    /// [`KeychainError`]; the old note is then still there.
    pub fn write(&self, note: &[u8]) -> Result<(), KeychainError> {
        if !self.answers {
            return Err(KeychainError::Locked);
        }
        write_entry(self.keychain.as_ref(), &self.wallet, NAME, note)
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Anchor").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keychain::memory::MemoryKeychain;

    #[test]
    fn a_note_is_kept_for_one_wallet_and_missing_is_not_damaged() {
        let keychain: Arc<dyn Keychain> = Arc::new(MemoryKeychain::new());
        let (one, other) = (
            Anchor::new(&keychain, "one", true),
            Anchor::new(&keychain, "other", true),
        );
        assert_eq!(one.read(), Ok(None));
        one.write(b"first").unwrap();
        one.write(b"second").unwrap();
        assert_eq!(one.read().unwrap().unwrap()[..], b"second"[..]);
        assert_eq!(other.read(), Ok(None));
        keychain.write("one", NAME, b"x").unwrap();
        assert_eq!(one.read(), Err(KeychainError::Damaged));
        let silent = Anchor::new(&keychain, "one", false);
        assert_eq!(silent.read(), Err(KeychainError::Locked));
        assert_eq!(silent.write(b"x"), Err(KeychainError::Locked));
    }
}
