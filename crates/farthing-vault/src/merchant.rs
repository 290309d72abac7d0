//! One key for each merchant: destroying it forgets the merchant.

use std::fmt;

use zeroize::Zeroizing;

use crate::key::{Key, NoRandomness};
use crate::seal::{Binding, MAX_PLAINTEXT, OpenError, Purpose, SealError, SealingKey};

/// Seals the rows of one merchant (or, from
/// [`HistoryKeys::wallet_rows`](crate::HistoryKeys::wallet_rows), those of none).
#[derive(Clone)]
pub struct MerchantKey {
    pub(crate) key: Key,
    sealing: SealingKey,
}

/// Why a merchant's key cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MerchantKeyError {
    /// The erase key it was wrapped under is destroyed: the merchant was
    /// forgotten, or the keychain that held the erase key was wiped.
    #[error("the key it was wrapped under no longer exists")]
    Forgotten,
    /// The erase key cannot be had at present.
    #[error(transparent)]
    EraseKey(#[from] crate::erase::EraseKeyError),
    /// The wrapped key was changed, or belongs to another merchant.
    #[error("the wrapped key does not open: {0}")]
    Wrapped(OpenError),
    /// No key can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl MerchantKey {
    pub(crate) fn new(key: Key) -> Self {
        let sealing = SealingKey::new(&key);
        Self { key, sealing }
    }

    /// Seals a row of at most [`MAX_PLAINTEXT`] bytes to its place.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn seal(&self, binding: &Binding<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        self.sealing
            .seal(Purpose::Row, binding, plaintext, MAX_PLAINTEXT)
    }

    /// Opens a row in its place; it opens in no other and under no other key.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(
        &self,
        binding: &Binding<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.sealing
            .open(Purpose::Row, binding, sealed, MAX_PLAINTEXT)
    }
}

impl fmt::Debug for MerchantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MerchantKey(..)")
    }
}
