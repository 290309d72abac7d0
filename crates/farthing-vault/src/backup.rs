//! Sealing of backups, which open with the 12 words on any device.

use std::fmt;

use zeroize::Zeroizing;

use crate::derive::{Label, derive};
use crate::seal::{Binding, OpenError, Purpose, SealError, SealingKey};
use crate::words::RecoveryWords;

/// Seals and opens backups. Made from the recovery words, so it outlives the
/// device. A backup must carry neither merchant keys nor the erase key, or
/// forgetting a merchant would forget nothing.
#[derive(Clone)]
pub struct BackupKey(SealingKey);

const AT_MOST: usize = 64 << 20;

const PLACE: Binding<'static> = Binding {
    table: "backup",
    row: b"",
    version: 1,
};

impl BackupKey {
    pub(crate) fn from_words(words: &RecoveryWords) -> Self {
        let key = derive(words.seed().as_bytes(), Label::Backup);
        Self(SealingKey::new(&key))
    }

    /// Seals at most 64 MiB.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn seal(&self, backup: &[u8]) -> Result<Vec<u8>, SealError> {
        self.0.seal(Purpose::Backup, &PLACE, backup, AT_MOST)
    }

    /// Opens what [`Self::seal`] made with the same words.
    ///
    /// # Errors
    /// [`OpenError::OtherKey`] when it was made with other words.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.0.open(Purpose::Backup, &PLACE, sealed, AT_MOST)
    }
}

impl RecoveryWords {
    /// Opens backups made by the wallet with these words.
    pub fn backup_key(&self) -> BackupKey {
        BackupKey::from_words(self)
    }
}

impl fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_opens_with_its_own_words_and_no_others() {
        let words = RecoveryWords::random().unwrap();
        let sealed = words.backup_key().seal(b"purses and settings").unwrap();
        let again = RecoveryWords::parse(&words.as_words().join(" ")).unwrap();
        assert_eq!(
            again.backup_key().open(&sealed).unwrap()[..],
            b"purses and settings"[..]
        );
        let other = RecoveryWords::random().unwrap().backup_key();
        assert_eq!(other.open(&sealed), Err(OpenError::OtherKey));
        assert_eq!(format!("{other:?}"), "BackupKey(..)");
    }
}
