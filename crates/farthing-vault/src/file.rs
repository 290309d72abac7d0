//! Sealing of whole files, piece by piece: pages and pictures a person paid for.
//!
//! Every file has a random key of its own, kept in a sealed record: removing the record makes
//! what is left of the file, and every old copy of it, noise.

use zeroize::Zeroizing;

use crate::key::{Key, NoRandomness};
use crate::seal::{Binding, OpenError, Purpose, SealError, SealingKey};

/// Bytes in every piece of a file but the last, which has fewer.
pub const FILE_PIECE: usize = 256 * 1024;

/// The key of one file.
pub struct FileKey {
    bytes: Key,
    sealing: SealingKey,
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey(..)")
    }
}

impl FileKey {
    /// A new key.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn random() -> Result<Self, NoRandomness> {
        Key::random().map(Self::of)
    }

    /// The key from its 32 bytes; `None` for any other number.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Key::from_slice(bytes).map(Self::of)
    }

    /// The 32 bytes, to be kept in a sealed record.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.bytes.as_bytes().to_vec())
    }

    fn of(bytes: Key) -> Self {
        let sealing = SealingKey::new(&bytes);
        Self { bytes, sealing }
    }

    /// Seals the piece of that number. `last` is part of it, so that a file cut off between two
    /// pieces does not pass for a whole one.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(&self, number: u64, last: bool, piece: &[u8]) -> Result<Vec<u8>, SealError> {
        let place = place(number, last);
        self.sealing
            .seal(Purpose::FilePiece, &place, piece, FILE_PIECE)
    }

    /// Opens the piece of that number.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(
        &self,
        number: u64,
        last: bool,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let place = place(number, last);
        self.sealing
            .open(Purpose::FilePiece, &place, sealed, FILE_PIECE)
    }
}

/// How many bytes longer a sealed piece is than the piece.
pub const FILE_PIECE_OVERHEAD: usize = crate::seal::OVERHEAD;

const fn place(number: u64, last: bool) -> Binding<'static> {
    Binding {
        table: if last { "file/last" } else { "file" },
        row: b"",
        version: number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_opens_in_its_place_and_nowhere_else() {
        let key = FileKey::random().unwrap();
        let again = FileKey::from_bytes(&key.to_bytes()).unwrap();
        let sealed = key.seal(3, false, b"rain").unwrap();
        assert_eq!(sealed.len(), 4 + FILE_PIECE_OVERHEAD);
        assert_eq!(again.open(3, false, &sealed).unwrap()[..], b"rain"[..]);
        for (number, last) in [(2, false), (4, false), (3, true)] {
            assert_eq!(
                key.open(number, last, &sealed),
                Err(OpenError::NotAuthentic)
            );
        }
        let other = FileKey::random().unwrap();
        assert_eq!(other.open(3, false, &sealed), Err(OpenError::OtherKey));
    }

    #[test]
    fn a_key_has_thirty_two_bytes() {
        assert!(FileKey::from_bytes(&[1; 31]).is_none());
        assert!(FileKey::from_bytes(&[1; 33]).is_none());
    }
}
