//! The erase key: random, never derived from the root, and replaced to forget.
//!
//! Every merchant's key is wrapped under the root *and* the erase key. Deleting a
//! wrapped key is not enough to forget a merchant: copies survive in write-ahead
//! logs, free pages, flash and backups. Replacing the erase key, with the
//! surviving merchants' keys wrapped again, makes every old copy noise.
//!
//! Both keys of a replacement stand in one entry, written at once, and the old
//! one is dropped last; so a crash at any step leaves either state whole, and
//! each step may be repeated.
//!
//! In a keychain, dropping is as good as the keychain is. Without one the key is
//! in a file beside the wallet, which is overwritten as well as the system
//! allows: flash, snapshots and copies of the folder may keep it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::derive::{Label, derive};
use crate::disk;
use crate::header::ErasePlaceKind;
use crate::key::{Key, NoRandomness};
use crate::keychain::{Keychain, KeychainError, read_entry, write_entry};
use crate::seal::{Binding, Purpose, SealingKey};

pub(crate) const ENTRY: &str = "erase";
const FILE: &str = "erase.key";
const KEY: usize = 32;
const EPOCH: usize = 4;
const AT_MOST: usize = 2 * (EPOCH + KEY);

pub(crate) const KEY_ID: usize = 8;

/// Whether merchants' keys can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EraseKeyState {
    /// Yes.
    Ready,
    /// Yes, and a rotation was begun and not finished.
    Rotating,
    /// No.
    Unavailable(EraseKeyError),
}

/// Why merchants' keys cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EraseKeyError {
    /// The keychain that holds the erase key is locked.
    #[error("the keychain that holds the history's key is locked")]
    KeychainLocked,
    /// The keychain that holds the erase key is not there.
    #[error("the keychain that holds the history's key is not there")]
    KeychainAbsent,
    /// The erase key no longer exists, and with it the history.
    #[error("the history's key no longer exists")]
    Missing,
    /// The erase key is damaged.
    #[error("the history's key is damaged")]
    Damaged,
    /// No key can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// Reading or writing failed, in the system's words.
    #[error("the history's key cannot be read or written: {reason}")]
    Failed {
        /// What the system said.
        reason: String,
    },
}

impl EraseKeyError {
    /// Whether waiting or unlocking cannot bring it back.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::Missing | Self::Damaged)
    }
}

impl From<KeychainError> for EraseKeyError {
    fn from(error: KeychainError) -> Self {
        match error {
            KeychainError::Absent => Self::KeychainAbsent,
            KeychainError::Locked => Self::KeychainLocked,
            KeychainError::NoEntry => Self::Missing,
            KeychainError::Damaged => Self::Damaged,
            KeychainError::Failed { reason } => Self::Failed { reason },
            other @ (KeychainError::Twice | KeychainError::Silent) => Self::Failed {
                reason: other.to_string(),
            },
        }
    }
}

fn io_failed(error: &std::io::Error) -> EraseKeyError {
    EraseKeyError::Failed {
        reason: error.kind().to_string(),
    }
}

/// One erase key and its name.
#[derive(Clone)]
pub(crate) struct EraseKey {
    pub(crate) epoch: u32,
    pub(crate) id: [u8; KEY_ID],
    pub(crate) key: Key,
}

impl EraseKey {
    fn new(epoch: u32, key: Key) -> Self {
        let id = *derive(key.as_bytes(), Label::EraseKeyId).as_bytes();
        Self { epoch, id, key }
    }
}

/// The erase key, and the one about to follow it.
#[derive(Clone)]
pub(crate) struct EraseKeys {
    pub(crate) current: EraseKey,
    pub(crate) next: Option<EraseKey>,
}

impl fmt::Debug for EraseKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EraseKeys(..)")
    }
}

impl EraseKeys {
    pub(crate) fn first() -> Result<Self, NoRandomness> {
        Ok(Self {
            current: EraseKey::new(1, Key::random()?),
            next: None,
        })
    }

    /// The key new wrappings are made under.
    pub(crate) fn newest(&self) -> &EraseKey {
        self.next.as_ref().unwrap_or(&self.current)
    }

    pub(crate) fn find(&self, id: &[u8; KEY_ID]) -> Option<&EraseKey> {
        [Some(&self.current), self.next.as_ref()]
            .into_iter()
            .flatten()
            .find(|key| key.id == *id)
    }

    pub(crate) fn begun(&self) -> Result<Self, NoRandomness> {
        let mut keys = self.clone();
        if keys.next.is_none() {
            let epoch = keys.current.epoch.saturating_add(1);
            keys.next = Some(EraseKey::new(epoch, Key::random()?));
        }
        Ok(keys)
    }

    pub(crate) fn finished(&self) -> Self {
        Self {
            current: self.newest().clone(),
            next: None,
        }
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(AT_MOST));
        for key in [Some(&self.current), self.next.as_ref()]
            .into_iter()
            .flatten()
        {
            bytes.extend_from_slice(&key.epoch.to_be_bytes());
            bytes.extend_from_slice(key.key.as_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (current, rest) = take_key(bytes)?;
        let next = if rest.is_empty() {
            None
        } else {
            let (next, rest) = take_key(rest)?;
            rest.is_empty().then_some(())?;
            Some(next)
        };
        Some(Self { current, next })
    }
}

fn take_key(bytes: &[u8]) -> Option<(EraseKey, &[u8])> {
    let (epoch, rest) = bytes.split_first_chunk::<EPOCH>()?;
    let (key, rest) = rest.split_at_checked(KEY)?;
    let key = EraseKey::new(u32::from_be_bytes(*epoch), Key::from_slice(key)?);
    Some((key, rest))
}

/// Where the erase key is kept, sealed under the root.
#[derive(Debug, Clone)]
pub(crate) struct ErasePlace {
    kind: ErasePlaceKind,
    home: PathBuf,
    keychain: Arc<dyn Keychain>,
    wallet: String,
    sealing: SealingKey,
}

impl ErasePlace {
    pub(crate) fn new(
        kind: ErasePlaceKind,
        home: &Path,
        keychain: &Arc<dyn Keychain>,
        wallet: &str,
        root: &Key,
    ) -> Self {
        Self {
            kind,
            home: home.to_owned(),
            keychain: Arc::clone(keychain),
            wallet: wallet.to_owned(),
            sealing: SealingKey::new(&derive(root.as_bytes(), Label::EraseAtRest)),
        }
    }

    fn binding(&self) -> Binding<'_> {
        Binding {
            table: "erase",
            row: self.wallet.as_bytes(),
            version: 1,
        }
    }

    pub(crate) fn load(&self) -> Result<EraseKeys, EraseKeyError> {
        let sealed = match self.kind {
            ErasePlaceKind::Keychain => read_entry(self.keychain.as_ref(), &self.wallet, ENTRY)?,
            ErasePlaceKind::Keyfile => disk::read_bounded(&self.home.join(FILE), 4096)
                .map_err(|error| io_failed(&error))?
                .map(Zeroizing::new)
                .ok_or(EraseKeyError::Missing)?,
        };
        let bytes = self
            .sealing
            .open(Purpose::EraseKey, &self.binding(), &sealed, AT_MOST)
            .map_err(|_| EraseKeyError::Damaged)?;
        EraseKeys::from_bytes(&bytes).ok_or(EraseKeyError::Damaged)
    }

    /// Replaces what is there, in one step.
    pub(crate) fn store(&self, keys: &EraseKeys) -> Result<(), EraseKeyError> {
        let sealed = self
            .sealing
            .seal(
                Purpose::EraseKey,
                &self.binding(),
                &keys.to_bytes(),
                AT_MOST,
            )
            .map_err(|_| NoRandomness)?;
        match self.kind {
            ErasePlaceKind::Keychain => {
                write_entry(self.keychain.as_ref(), &self.wallet, ENTRY, &sealed)?;
            }
            ErasePlaceKind::Keyfile => disk::replace_and_wipe(&self.home.join(FILE), &sealed)
                .map_err(|error| io_failed(&error))?,
        }
        Ok(())
    }
}
