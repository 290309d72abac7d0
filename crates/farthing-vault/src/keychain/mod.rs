//! The operating system's keychain: the factor that stays with this device.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

#[cfg(any(test, feature = "test-support"))]
pub(crate) mod memory;
mod os;

pub use os::OsKeychain;

/// A place for small secrets which other users and other devices cannot read.
pub trait Keychain: Send + Sync {
    /// Names the kind of keychain; kept in the wallet, so that another kind
    /// turning up is noticed.
    fn backend(&self) -> &str;

    /// Reads the secret called `name` of this wallet.
    ///
    /// # Errors
    /// [`KeychainError::NoEntry`] only when it is certain that there is none.
    fn read(&self, wallet: &str, name: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError>;

    /// Writes or replaces it; durable when this returns.
    ///
    /// # Errors
    /// The old secret is then still there.
    fn write(&self, wallet: &str, name: &str, secret: &[u8]) -> Result<(), KeychainError>;

    /// Deletes it; deleting what is not there is no error.
    ///
    /// # Errors
    /// The secret may then still be there.
    fn delete(&self, wallet: &str, name: &str) -> Result<(), KeychainError>;
}

/// Why the keychain did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeychainError {
    /// This system has none, or none is running.
    #[error("no keychain is available here")]
    Absent,
    /// It is there but locked, or the person said no.
    #[error("the keychain is locked")]
    Locked,
    /// It is open and holds no such entry.
    #[error("the keychain has no such entry")]
    NoEntry,
    /// The entry is not what was written.
    #[error("the keychain's entry is damaged")]
    Damaged,
    /// Anything else, in the system's words.
    #[error("the keychain failed: {reason}")]
    Failed {
        /// What the system said; at most 200 characters.
        reason: String,
    },
}

/// For systems without a keychain, and for people who want none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn backend(&self) -> &str {
        "none"
    }

    fn read(&self, _: &str, _: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        Err(KeychainError::Absent)
    }

    fn write(&self, _: &str, _: &str, _: &[u8]) -> Result<(), KeychainError> {
        Err(KeychainError::Absent)
    }

    fn delete(&self, _: &str, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Absent)
    }
}

impl fmt::Debug for dyn Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keychain({})", self.backend())
    }
}

const FORMAT: u8 = 1;
const CHECK: usize = 8;

/// The first bytes of a hash, to tell damage from a wrong secret.
pub(crate) fn check_sum(bytes: &[u8]) -> [u8; CHECK] {
    let mut sum = [0; CHECK];
    for (to, from) in sum.iter_mut().zip(Sha256::digest(bytes)) {
        *to = from;
    }
    sum
}

/// Writes an entry so that a cut or mangled one is noticed when read.
pub(crate) fn write_entry(
    keychain: &dyn Keychain,
    wallet: &str,
    name: &str,
    secret: &[u8],
) -> Result<(), KeychainError> {
    let mut framed = Zeroizing::new(Vec::with_capacity(secret.len().saturating_add(1 + CHECK)));
    framed.push(FORMAT);
    framed.extend_from_slice(secret);
    let sum = check_sum(&framed);
    framed.extend_from_slice(&sum);
    keychain.write(wallet, name, &framed)
}

/// The reverse of [`write_entry`].
pub(crate) fn read_entry(
    keychain: &dyn Keychain,
    wallet: &str,
    name: &str,
) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
    let framed = keychain.read(wallet, name)?;
    let (body, sum) = framed
        .split_last_chunk::<CHECK>()
        .ok_or(KeychainError::Damaged)?;
    match body.split_first() {
        Some((&FORMAT, secret)) if check_sum(body) == *sum => Ok(Zeroizing::new(secret.to_vec())),
        _ => Err(KeychainError::Damaged),
    }
}

/// Whether the keychain can be used at all: writes, reads and deletes an entry.
pub(crate) fn probe(keychain: &dyn Keychain, wallet: &str) -> Result<(), KeychainError> {
    const NAME: &str = "probe";
    const WRITTEN: &[u8] = b"probe";
    write_entry(keychain, wallet, NAME, WRITTEN)?;
    let read = read_entry(keychain, wallet, NAME);
    keychain.delete(wallet, NAME)?;
    if read?.as_slice() == WRITTEN {
        Ok(())
    } else {
        Err(KeychainError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use memory::MemoryKeychain;

    #[test]
    fn any_change_to_an_entry_is_noticed() {
        let keychain = MemoryKeychain::new();
        write_entry(&keychain, "w", "n", b"secret").unwrap();
        assert_eq!(read_entry(&keychain, "w", "n").unwrap()[..], b"secret"[..]);
        let whole = keychain.read("w", "n").unwrap();
        for cut in 0..whole.len() {
            keychain.write("w", "n", &whole[..cut]).unwrap();
            assert_eq!(read_entry(&keychain, "w", "n"), Err(KeychainError::Damaged));
        }
        for at in 0..whole.len() {
            let mut changed = whole.to_vec();
            changed[at] ^= 1;
            keychain.write("w", "n", &changed).unwrap();
            assert_eq!(read_entry(&keychain, "w", "n"), Err(KeychainError::Damaged));
        }
    }

    #[test]
    fn no_keychain_is_absent_and_not_merely_empty() {
        assert_eq!(probe(&NoKeychain, "w"), Err(KeychainError::Absent));
        assert_eq!(NoKeychain.read("w", "n"), Err(KeychainError::Absent));
    }
}
