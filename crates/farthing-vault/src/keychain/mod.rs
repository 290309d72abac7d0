//! The operating system's keychain: the factor that stays with this device.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::kill::point;
use crate::seal::push_part;

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
    /// The entry is there more than once, and which one is right nobody can say.
    #[error("the keychain holds this entry more than once")]
    Twice,
    /// It was asked and did not answer in time.
    #[error("the keychain does not answer")]
    Silent,
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

/// The check covers the wallet and the entry's name, so that an entry which lies in another's
/// place is damage and not a wrong PIN.
const FORMAT: u8 = 2;
/// The check covers the secret alone.
const FORMAT_WITHOUT_PLACE: u8 = 1;
const CHECK: usize = 8;

/// The first bytes of a hash, to tell damage from a wrong secret.
pub(crate) fn check_sum(bytes: &[u8]) -> [u8; CHECK] {
    let mut sum = [0; CHECK];
    for (to, from) in sum.iter_mut().zip(Sha256::digest(bytes)) {
        *to = from;
    }
    sum
}

fn sum_in_place(wallet: &str, name: &str, body: &[u8]) -> [u8; CHECK] {
    let mut parts = Zeroizing::new(Vec::new());
    for part in [wallet.as_bytes(), name.as_bytes(), body] {
        push_part(&mut parts, part);
    }
    check_sum(&parts)
}

/// Writes an entry so that a cut, mangled or misplaced one is noticed when read.
pub(crate) fn write_entry(
    keychain: &dyn Keychain,
    wallet: &str,
    name: &str,
    secret: &[u8],
) -> Result<(), KeychainError> {
    let mut framed = Zeroizing::new(Vec::with_capacity(secret.len().saturating_add(1 + CHECK)));
    framed.push(FORMAT);
    framed.extend_from_slice(secret);
    let sum = sum_in_place(wallet, name, &framed);
    framed.extend_from_slice(&sum);
    point("before the keychain is written");
    keychain.write(wallet, name, &framed)?;
    point("after the keychain is written");
    Ok(())
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
    let (format, secret) = body.split_first().ok_or(KeychainError::Damaged)?;
    let whole = match *format {
        FORMAT => sum_in_place(wallet, name, body) == *sum,
        FORMAT_WITHOUT_PLACE => check_sum(body) == *sum,
        _ => false,
    };
    if whole {
        Ok(Zeroizing::new(secret.to_vec()))
    } else {
        Err(KeychainError::Damaged)
    }
}

/// Whether the keychain can be used at all: writes, reads and deletes an entry.
pub(crate) fn probe(keychain: &dyn Keychain, wallet: &str) -> Result<(), KeychainError> {
    const NAME: &str = "probe";
    const WRITTEN: &[u8] = b"probe";
    write_entry(keychain, wallet, NAME, WRITTEN)?;
    let read = read_entry(keychain, wallet, NAME);
    point("before the keychain forgets");
    keychain.delete(wallet, NAME)?;
    point("after the keychain has forgotten");
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
    fn an_entry_in_the_place_of_another_is_noticed_and_an_old_one_in_its_own_is_read() {
        let keychain = MemoryKeychain::new();
        write_entry(&keychain, "w", "n", b"secret").unwrap();
        let whole = keychain.read("w", "n").unwrap();
        for (wallet, name) in [("v", "n"), ("w", "m"), ("wn", ""), ("", "wn")] {
            keychain.write(wallet, name, &whole).unwrap();
            let read = read_entry(&keychain, wallet, name);
            assert_eq!(read, Err(KeychainError::Damaged), "{wallet:?} {name:?}");
        }
        let old = b"\x01secret".to_vec();
        let old = [old.as_slice(), &check_sum(&old)].concat();
        keychain.write("w", "n", &old).unwrap();
        assert_eq!(read_entry(&keychain, "w", "n").unwrap()[..], b"secret"[..]);
    }

    #[test]
    fn no_keychain_is_absent_and_not_merely_empty() {
        assert_eq!(probe(&NoKeychain, "w"), Err(KeychainError::Absent));
        assert_eq!(NoKeychain.read("w", "n"), Err(KeychainError::Absent));
    }
}
