//! The root key, its slots and the sealing of everything the wallet writes.
//!
//! A wallet has one random 256-bit **root**, never stored bare. Three slots can
//! open it: the OS keychain *and* a PIN (this device, this person), a
//! passphrase, or the 12 recovery words. Everything else is derived from the
//! root by a named label ([`Vault::money_key`], [`Vault::history_keys`]), except
//! the erase key, which is random and lives apart so that forgetting a merchant
//! makes old copies of that merchant's rows unreadable ([`HistoryKeys`]).
//!
//! This is the only room that names a cipher.
//!
//! What it does not protect against: someone who runs code as this user while
//! the wallet is open; someone who holds both the disk and the unlocked keychain
//! and can put old files back (the count of wrong PINs is kept by software).

mod anchor;
mod attempts;
mod backup;
mod chain;
mod clock;
mod create;
mod derive;
mod device;
mod disk;
mod dumps;
mod erase;
mod file;
mod for_others;
mod header;
mod history;
mod kdf;
mod key;
mod keychain;
#[cfg(feature = "kill-points")]
pub mod kill;
mod leave;
mod lookup;
mod merchant;
mod message;
mod seal;
mod secret;
mod slots;
mod unlock;
mod vault;
mod words;

/// Where a test may have this process killed; nothing in the wallet people have.
#[cfg(not(feature = "kill-points"))]
mod kill {
    pub(crate) const fn point(_: &str) {}
}

#[cfg(test)]
mod tests;

pub use anchor::Anchor;
pub use backup::BackupKey;
pub use chain::{ChainKey, Link};
#[cfg(any(test, feature = "test-support"))]
pub use clock::SetBootClock;
pub use create::{CreateError, KeychainChoice};
pub use device::Device;
pub use dumps::no_core_dumps;
pub use erase::{EraseKeyError, EraseKeyState};
pub use file::{FILE_PIECE, FILE_PIECE_OVERHEAD, FileKey};
pub use for_others::{NotARecipient, OpenedBy, Recipient, SealForError, sha256_hex};
pub use header::{Glance, Mark, OpensWith, glance, vault_exists, wallet_named};
pub use history::HistoryKeys;
pub use kdf::{Cost, CostError};
pub use key::{DatabaseKey, NoRandomness, Seed};
#[cfg(any(test, feature = "test-support"))]
pub use keychain::memory::{Fault, MemoryKeychain};
pub use keychain::{Keychain, KeychainError, NoKeychain, OsKeychain};
pub use leave::Leaving;
pub use lookup::LookupKey;
pub use merchant::{MerchantKey, MerchantKeyError};
pub use message::open_message;
pub use seal::{Binding, MAX_PLAINTEXT, OpenError, SealError};
pub use secret::{Secret, SecretShape, WeakSecret};
pub use unlock::{UnlockError, WordsUnlockError};
pub use vault::{ChangeSecretError, Vault};
pub use words::{RecoveryWords, WordsError};
