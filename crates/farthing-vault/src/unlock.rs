//! Opening a wallet: a secret against its slots, counted before it is looked at.

use std::path::Path;

use crate::attempts::{self, Attempts, KeychainUse, Kind};
use crate::device::Device;
use crate::disk::HomeLock;
use crate::header::Header;
use crate::kdf::CostError;
use crate::key::{Key, NoRandomness};
use crate::keychain::{KeychainError, read_entry};
use crate::kill::point;
use crate::secret::{Secret, SecretShape, WeakSecret};
use crate::slots::{DeviceSlot, SlotError};
use crate::words::RecoveryWords;

/// Why a wallet does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnlockError {
    /// There is none in this folder.
    #[error("there is no wallet here")]
    NoWallet,
    /// The PIN or passphrase is wrong. It has been counted.
    #[error("wrong PIN or passphrase")]
    WrongSecret {
        /// Tries until each costs a wait.
        tries_left_before_wait: u32,
        /// The wait that has begun, in seconds; 0 for none.
        wait_seconds: u64,
        /// Tries until only passphrase or words open the wallet; nothing for
        /// passphrases, which are never refused for good.
        tries_left: Option<u32>,
    },
    /// Too many were wrong. This one was not looked at.
    #[error("wait {seconds} seconds before the next try")]
    Wait {
        /// Whole seconds, rounded up.
        seconds: u64,
    },
    /// So many PINs were wrong that none is looked at any more.
    #[error("too many wrong PINs: the passphrase or the 12 words are needed")]
    PassphraseOrWordsNeeded,
    /// The keychain is there and locked.
    #[error("the keychain is locked")]
    KeychainLocked,
    /// There is no keychain here now.
    #[error("the keychain is not there")]
    KeychainAbsent,
    /// Another kind of keychain is here than the one that was used.
    #[error("the wallet was made with the keychain {was}, and this is {found}")]
    KeychainChanged {
        /// The one the wallet was made with.
        was: String,
        /// The one that is here.
        found: String,
    },
    /// The keychain is open and does not know this wallet.
    #[error("the keychain does not know this wallet")]
    KeychainEntryMissing,
    /// The keychain's entry is not what was written.
    #[error("the keychain's entry for this wallet is damaged")]
    KeychainEntryDamaged,
    /// The keychain has this wallet's entry more than once.
    #[error("the keychain holds this wallet's entry more than once")]
    KeychainEntryTwice,
    /// The keychain was asked and did not answer in time.
    #[error("the keychain does not answer")]
    KeychainSilent,
    /// The keychain failed otherwise.
    #[error("the keychain failed: {reason}")]
    KeychainFailed {
        /// What the system said.
        reason: String,
    },
    /// A file cannot be what this wallet wrote. Other slots may still work.
    #[error("{what} is damaged")]
    Damaged {
        /// Which part.
        what: &'static str,
    },
    /// What the file says in clear is not what was sealed.
    #[error("the wallet's file was changed by someone else")]
    Tampered,
    /// The file asks for a guess to be too cheap or too dear.
    #[error("the wallet's file has parameters that are refused: {0}")]
    Cost(#[from] CostError),
    /// Made by a newer version.
    #[error("the wallet is in format {found}, which this version does not read")]
    NewerFormat {
        /// The format found.
        found: u32,
    },
    /// Another process is busy with the same wallet.
    #[error("another process is opening this wallet")]
    Busy,
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A file cannot be read or written.
    #[error("the wallet's files cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
}

impl From<KeychainError> for UnlockError {
    fn from(error: KeychainError) -> Self {
        match error {
            KeychainError::Absent => Self::KeychainAbsent,
            KeychainError::Locked => Self::KeychainLocked,
            KeychainError::NoEntry => Self::KeychainEntryMissing,
            KeychainError::Damaged => Self::KeychainEntryDamaged,
            KeychainError::Twice => Self::KeychainEntryTwice,
            KeychainError::Silent => Self::KeychainSilent,
            KeychainError::Failed { reason } => Self::KeychainFailed { reason },
        }
    }
}

/// Why a wallet does not open with its words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WordsUnlockError {
    /// They are the words of another wallet.
    #[error("these are the words of another wallet")]
    OtherWords,
    /// The new secret is refused; nothing was changed.
    #[error("the new secret is refused: {0}")]
    WeakSecret(#[from] WeakSecret),
    /// Any other reason.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
}

pub(crate) struct Opened {
    pub(crate) header: Header,
    pub(crate) root: Key,
    /// Whether the keychain was reached on the way.
    pub(crate) keychain: KeychainUse,
}

pub(crate) fn lock(home: &Path) -> Result<HomeLock, UnlockError> {
    HomeLock::take(home)?.ok_or(UnlockError::Busy)
}

/// Tries the slots this secret can belong to. The caller holds the lock and
/// forgives the count.
pub(crate) fn try_secret(
    home: &Path,
    device: &Device,
    secret: &Secret,
    now_ms: u64,
) -> Result<Opened, UnlockError> {
    let header = Header::read(home)?;
    let shape = secret.shape();
    let fits_passphrase = header.passphrase.is_some() && shape == SecretShape::Passphrase;
    let fits_device = header.device.as_ref().is_some_and(|s| s.shape == shape);
    // A secret that fits neither slot is wrong; it still has to be counted as such.
    let try_device = fits_device || (header.device.is_some() && !fits_passphrase);
    let try_passphrase = fits_passphrase || !try_device;

    let mut wrong = UnlockError::PassphraseOrWordsNeeded;
    if try_passphrase {
        match with_passphrase(home, device, &header, secret, now_ms) {
            Ok(root) => return opened(header, root, KeychainUse::No),
            Err(error @ UnlockError::WrongSecret { .. }) if try_device => wrong = error,
            Err(error) => return Err(error),
        }
    }
    if try_device {
        match with_device(home, device, &header, secret, now_ms) {
            Ok(root) => return opened(header, root, KeychainUse::Yes),
            Err(error) if !try_passphrase => return Err(error),
            // The passphrase was looked at and wrong, which is what a person can act on.
            Err(error @ UnlockError::WrongSecret { .. }) => return Err(error),
            Err(_) => {}
        }
    }
    Err(wrong)
}

fn opened(header: Header, root: Key, keychain: KeychainUse) -> Result<Opened, UnlockError> {
    header.confirm(&root)?;
    Ok(Opened {
        header,
        root,
        keychain,
    })
}

fn with_passphrase(
    home: &Path,
    device: &Device,
    header: &Header,
    secret: &Secret,
    now_ms: u64,
) -> Result<Key, UnlockError> {
    const WHAT: &str = "the passphrase slot";
    // Without any slot but the words', there is nothing to try a secret on.
    let Some(slot) = &header.passphrase else {
        return Err(UnlockError::PassphraseOrWordsNeeded);
    };
    let slot = slot.check(&header.wallet).map_err(|e| unusable(e, WHAT))?;
    let mut tries = Attempts::load(home, device, &header.wallet, Kind::Passphrase, now_ms)?;
    tries.gate()?;
    tries.count()?;
    point("before a passphrase is looked at");
    match slot.open(secret) {
        Err(SlotError::DoesNotOpen) => Err(tries.refusal()),
        opened => opened.map_err(|error| unusable(error, WHAT)),
    }
}

fn with_device(
    home: &Path,
    device: &Device,
    header: &Header,
    secret: &Secret,
    now_ms: u64,
) -> Result<Key, UnlockError> {
    const WHAT: &str = "the PIN slot";
    let Some(stored) = &header.device else {
        return Err(UnlockError::PassphraseOrWordsNeeded);
    };
    let slot = stored
        .check(&header.wallet)
        .map_err(|e| unusable(e, WHAT))?;
    let device_secret = device_secret(device, &header.wallet, stored)?;
    let mut tries = Attempts::load(home, device, &header.wallet, Kind::Pin, now_ms)?;
    tries.gate()?;
    tries.count()?;
    point("before a PIN is looked at");
    let opened = slot.open(secret, &device_secret);
    point("after a PIN is looked at");
    match opened {
        Err(SlotError::DoesNotOpen) => Err(tries.refusal()),
        opened => opened.map_err(|error| unusable(error, WHAT)),
    }
}

fn device_secret(device: &Device, wallet: &str, slot: &DeviceSlot) -> Result<Key, UnlockError> {
    let found = device.keychain.backend();
    if found == "none" {
        return Err(UnlockError::KeychainAbsent);
    }
    if found != slot.backend {
        return Err(UnlockError::KeychainChanged {
            was: slot.backend.clone(),
            found: found.to_owned(),
        });
    }
    let name = DeviceSlot::entry_name(slot.entry);
    let secret = read_entry(device.keychain.as_ref(), wallet, &name)?;
    Key::from_slice(&secret).ok_or(UnlockError::KeychainEntryDamaged)
}

fn unusable(error: SlotError, what: &'static str) -> UnlockError {
    match error {
        SlotError::Cost(error) => UnlockError::Cost(error),
        SlotError::Damaged | SlotError::DoesNotOpen => UnlockError::Damaged { what },
    }
}

/// The words are not counted: nobody guesses 128 bits.
pub(crate) fn try_words(home: &Path, words: &RecoveryWords) -> Result<Opened, WordsUnlockError> {
    let header = Header::read(home)?;
    let root = header
        .words
        .open(&header.wallet, words)
        .map_err(|error| match error {
            SlotError::DoesNotOpen => WordsUnlockError::OtherWords,
            other => WordsUnlockError::Unlock(unusable(other, "the words slot")),
        })?;
    Ok(opened(header, root, KeychainUse::No)?)
}

/// Starts the counts again. `keychain` says whether it answers: asking a locked
/// one would put a prompt in front of someone who has just opened the wallet.
pub(crate) fn forgive(
    home: &Path,
    device: &Device,
    header: &Header,
    keychain: KeychainUse,
    now_ms: u64,
) -> Result<(), UnlockError> {
    let keychain = if header.device.is_some() {
        keychain
    } else {
        KeychainUse::No
    };
    attempts::forgive(home, device, &header.wallet, keychain, now_ms)
}
