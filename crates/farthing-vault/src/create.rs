//! Making a wallet, new or from its words; never where one may already be.

use std::path::Path;

use crate::attempts::{self, BeginError, KeychainUse};
use crate::device::Device;
use crate::disk::{self, HomeLock};
use crate::erase::{EraseKeyError, EraseKeys, ErasePlace};
use crate::header::{ErasePlaceKind, Header, LONGEST_TOWN, Mark, vault_exists};
use crate::key::{Key, NoRandomness, hex, random};
use crate::keychain::{Keychain, KeychainError, probe, write_entry};
use crate::seal::SealError;
use crate::secret::{Secret, WeakSecret};
use crate::slots::{DeviceSlot, PassphraseSlot};
use crate::vault::Vault;
use crate::words::RecoveryWords;

/// Whether a new wallet uses the system's keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeychainChoice {
    /// If there is one; without one a passphrase is needed.
    #[default]
    Auto,
    /// No, even if there is one; a passphrase is needed.
    None,
}

/// Why no wallet was made. Nothing is left behind that could be mistaken for one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// A wallet, or what remains of one, is already here. It is never replaced.
    #[error("{file} is already here, and a wallet is never replaced")]
    AlreadyThere {
        /// The file that was found.
        file: &'static str,
    },
    /// Without a keychain the secret stands alone and must be a good passphrase.
    #[error("without a keychain a passphrase is needed: {0}")]
    PassphraseTooWeak(WeakSecret),
    /// Even with a keychain this secret is refused.
    #[error("this secret is refused: {0}")]
    SecretTooWeak(WeakSecret),
    /// There is a keychain and it is locked.
    #[error("the keychain is locked")]
    KeychainLocked,
    /// There is a keychain and it does not answer.
    #[error("the keychain does not answer")]
    KeychainSilent,
    /// There is a keychain and it does not keep what it is given.
    #[error("the keychain failed: {reason}")]
    KeychainFailed {
        /// What the system said.
        reason: String,
    },
    /// The practice town's address is too long.
    #[error("the practice town's address has more than {at_most} bytes")]
    TownTooLong {
        /// The longest allowed, in bytes.
        at_most: usize,
    },
    /// Another process is making a wallet here.
    #[error("another process is making a wallet here")]
    Busy,
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A file cannot be written.
    #[error("the wallet's files cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Ciphertext of an older wallet, which a new root would never open again.
const NEVER_REPLACED: [&str; 4] = ["money.db", "history.db", "money.db-wal", "history.db-wal"];

impl From<KeychainError> for CreateError {
    fn from(error: KeychainError) -> Self {
        match error {
            KeychainError::Locked => Self::KeychainLocked,
            KeychainError::Silent => Self::KeychainSilent,
            other => Self::KeychainFailed {
                reason: other.to_string(),
            },
        }
    }
}

impl From<SealError> for CreateError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoRandomness(error) => Self::NoRandomness(error),
            SealError::TooLong { .. } => Self::TownTooLong {
                at_most: LONGEST_TOWN,
            },
        }
    }
}

impl From<BeginError> for CreateError {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::Keychain(error) => error.into(),
            BeginError::Io(error) => error.into(),
        }
    }
}

impl From<EraseKeyError> for CreateError {
    fn from(error: EraseKeyError) -> Self {
        match error {
            EraseKeyError::KeychainLocked => Self::KeychainLocked,
            EraseKeyError::NoRandomness(error) => Self::NoRandomness(error),
            other => Self::KeychainFailed {
                reason: other.to_string(),
            },
        }
    }
}

pub(crate) fn create(
    home: &Path,
    secret: &Secret,
    device: &Device,
    mark: Mark,
    words: Option<RecoveryWords>,
) -> Result<(Vault, RecoveryWords), CreateError> {
    if let Mark::Practice { town: Some(town) } = &mark
        && town.len() > LONGEST_TOWN
    {
        let at_most = LONGEST_TOWN;
        return Err(CreateError::TownTooLong { at_most });
    }
    disk::make_private_folder(home)?;
    let _lock = HomeLock::take(home)?.ok_or(CreateError::Busy)?;
    refuse_where_one_may_be(home)?;

    let wallet = hex(&random::<16>()?);
    let keychain = match probe(device.keychain.as_ref(), &wallet) {
        Ok(()) => KeychainUse::Yes,
        Err(KeychainError::Absent) => KeychainUse::No,
        Err(error) => return Err(error.into()),
    };
    match keychain {
        KeychainUse::Yes => secret
            .check_with_keychain()
            .map_err(CreateError::SecretTooWeak)?,
        KeychainUse::No => secret
            .check_alone()
            .map_err(CreateError::PassphraseTooWeak)?,
    }
    let words = match words {
        Some(words) => words,
        None => RecoveryWords::random()?,
    };
    let made = write_all(home, secret, device, mark, &wallet, keychain, &words);
    match made {
        Ok((header, root)) => {
            let vault = Vault::assemble(home, device, header, root, words.clone());
            Ok((vault, words))
        }
        Err(error) => {
            if keychain == KeychainUse::Yes {
                clear(device.keychain.as_ref(), &wallet);
            }
            Err(error)
        }
    }
}

const FIRST_ENTRY: u32 = 1;

/// The header comes last: until it is there, there is no wallet.
fn write_all(
    home: &Path,
    secret: &Secret,
    device: &Device,
    mark: Mark,
    wallet: &str,
    keychain: KeychainUse,
    words: &RecoveryWords,
) -> Result<(Header, Key), CreateError> {
    let root = Key::random()?;
    let erase = match keychain {
        KeychainUse::Yes => ErasePlaceKind::Keychain,
        KeychainUse::No => ErasePlaceKind::Keyfile,
    };
    let mut header = Header::new(wallet.to_owned(), mark, erase, &root, words)?;
    match keychain {
        KeychainUse::Yes => {
            let slot = device_slot(device, wallet, &root, secret, FIRST_ENTRY)?;
            header.device = Some(slot);
        }
        KeychainUse::No => {
            let slot = PassphraseSlot::new(wallet, &root, secret, device.cost)?;
            header.passphrase = Some(slot);
        }
    }
    attempts::begin(home, device, wallet, keychain)?;
    ErasePlace::new(erase, home, &device.keychain, wallet, &root).store(&EraseKeys::first()?)?;
    header.write(home)?;
    Ok((header, root))
}

/// A new secret in the keychain, and the slot that needs it.
pub(crate) fn device_slot(
    device: &Device,
    wallet: &str,
    root: &Key,
    secret: &Secret,
    entry: u32,
) -> Result<DeviceSlot, DeviceSlotError> {
    let keychain = device.keychain.as_ref();
    let device_secret = Key::random()?;
    let name = DeviceSlot::entry_name(entry);
    write_entry(keychain, wallet, &name, device_secret.as_bytes())?;
    Ok(DeviceSlot::new(
        wallet,
        root,
        secret,
        (entry, &device_secret),
        keychain.backend(),
        device.cost,
    )?)
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum DeviceSlotError {
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl From<DeviceSlotError> for CreateError {
    fn from(error: DeviceSlotError) -> Self {
        match error {
            DeviceSlotError::Keychain(error) => error.into(),
            DeviceSlotError::NoRandomness(error) => error.into(),
        }
    }
}

fn refuse_where_one_may_be(home: &Path) -> Result<(), CreateError> {
    if vault_exists(home) {
        return Err(CreateError::AlreadyThere { file: "vault.json" });
    }
    for file in NEVER_REPLACED {
        if home.join(file).symlink_metadata().is_ok() {
            return Err(CreateError::AlreadyThere { file });
        }
    }
    Ok(())
}

/// Takes back what a failed attempt left in the keychain. Whatever stays is of
/// no use to anyone: the wallet it belongs to was never made.
fn clear(keychain: &dyn Keychain, wallet: &str) {
    let device = DeviceSlot::entry_name(FIRST_ENTRY);
    for name in [device.as_str(), "erase", "attempts"] {
        let _stays = keychain.delete(wallet, name);
    }
}
