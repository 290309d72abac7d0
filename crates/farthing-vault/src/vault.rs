//! An open wallet's keys.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::anchor::Anchor;
use crate::attempts::KeychainUse;
use crate::backup::BackupKey;
use crate::create::{self, CreateError, DeviceSlotError, KeychainChoice};
use crate::derive::{Label, derive};
use crate::device::Device;
use crate::erase::{EraseKeyError, EraseKeyState, ErasePlace};
use crate::header::{ErasePlaceKind, Header, Mark};
use crate::history::HistoryKeys;
use crate::key::{DatabaseKey, Key, NoRandomness, Seed};
use crate::keychain::{KeychainError, probe};
use crate::kill::point;
use crate::seal::SealError;
use crate::secret::{Secret, WeakSecret};
use crate::slots::{DeviceSlot, PassphraseSlot};
use crate::unlock::{self, Opened, UnlockError, WordsUnlockError};
use crate::words::RecoveryWords;

/// The keys of an open wallet. Dropping it wipes them.
pub struct Vault {
    home: PathBuf,
    device: Device,
    header: Header,
    root: Key,
    words: RecoveryWords,
    history: HistoryKeys,
}

/// Why a secret was not changed. The old one still works.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeSecretError {
    /// The new secret is refused.
    #[error("the new secret is refused: {0}")]
    WeakSecret(#[from] WeakSecret),
    /// The files or the keychain cannot be read or written.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
}

impl From<NoRandomness> for ChangeSecretError {
    fn from(error: NoRandomness) -> Self {
        Self::Unlock(error.into())
    }
}

impl From<std::io::Error> for ChangeSecretError {
    fn from(error: std::io::Error) -> Self {
        Self::Unlock(error.into())
    }
}

impl From<KeychainError> for ChangeSecretError {
    fn from(error: KeychainError) -> Self {
        Self::Unlock(error.into())
    }
}

impl From<DeviceSlotError> for ChangeSecretError {
    fn from(error: DeviceSlotError) -> Self {
        match error {
            DeviceSlotError::Keychain(error) => error.into(),
            DeviceSlotError::NoRandomness(error) => error.into(),
        }
    }
}

impl Vault {
    /// Makes a wallet in `home`, new or with the words of an older one, and
    /// returns its words for the one time they are shown.
    ///
    /// With a keychain the secret is a PIN of 4 to 12 digits or a passphrase of
    /// at least 6 characters; without one a passphrase of at least 10, not all
    /// digits.
    ///
    /// # Errors
    /// [`CreateError::AlreadyThere`] wherever an older wallet may be; others as
    /// they are named.
    pub fn create(
        home: &Path,
        secret: &Secret,
        keychain: KeychainChoice,
        mark: Mark,
        words: Option<RecoveryWords>,
    ) -> Result<(Self, RecoveryWords), CreateError> {
        let device = match keychain {
            KeychainChoice::Auto => Device::this(),
            KeychainChoice::None => Device::without_keychain(),
        };
        Self::create_on(&device, home, secret, mark, words)
    }

    /// Like [`Self::create`], with the keychain of a given device.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_on(
        device: &Device,
        home: &Path,
        secret: &Secret,
        mark: Mark,
        words: Option<RecoveryWords>,
    ) -> Result<(Self, RecoveryWords), CreateError> {
        create::create(home, secret, device, mark, words)
    }

    /// Opens the wallet in `home` with its PIN or passphrase. `now_ms` is the
    /// calendar time in milliseconds since 1970.
    ///
    /// # Errors
    /// See [`UnlockError`]; the secret is looked at only for
    /// [`UnlockError::WrongSecret`].
    pub fn open(home: &Path, secret: &Secret, now_ms: u64) -> Result<Self, UnlockError> {
        Self::open_on(&Device::this(), home, secret, now_ms)
    }

    /// Like [`Self::open`], with the keychain of a given device.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_on(
        device: &Device,
        home: &Path,
        secret: &Secret,
        now_ms: u64,
    ) -> Result<Self, UnlockError> {
        // Looked at before the lock is taken, which would make a file where no wallet is.
        Header::read(home)?;
        let _lock = unlock::lock(home)?;
        let opened = unlock::try_secret(home, device, secret, now_ms)?;
        let keychain = opened.keychain;
        let vault = Self::from_opened(home, device, opened)?;
        vault.forgive(keychain, now_ms)?;
        Ok(vault)
    }

    /// Opens the wallet in `home` with its 12 words, and gives it a new secret
    /// if there is one, like [`Self::change_secret`]. A history whose key is lost
    /// for good starts over then.
    ///
    /// # Errors
    /// [`WordsUnlockError::OtherWords`]; others as they are named.
    pub fn open_with_words(
        home: &Path,
        words: &RecoveryWords,
        new_secret: Option<&Secret>,
        now_ms: u64,
    ) -> Result<Self, WordsUnlockError> {
        Self::open_with_words_on(&Device::this(), home, words, new_secret, now_ms)
    }

    /// Like [`Self::open_with_words`], with the keychain of a given device.
    ///
    /// # Errors
    /// As [`Self::open_with_words`].
    pub fn open_with_words_on(
        device: &Device,
        home: &Path,
        words: &RecoveryWords,
        new_secret: Option<&Secret>,
        now_ms: u64,
    ) -> Result<Self, WordsUnlockError> {
        Header::read(home)?;
        let opened = {
            let _lock = unlock::lock(home)?;
            unlock::try_words(home, words)?
        };
        let mut vault = Self::from_opened(home, device, opened)?;
        if let Some(secret) = new_secret {
            let changed = vault.change_secret(secret, now_ms);
            changed.map_err(|error| match error {
                ChangeSecretError::WeakSecret(weak) => WordsUnlockError::WeakSecret(weak),
                ChangeSecretError::Unlock(error) => WordsUnlockError::Unlock(error),
            })?;
            if let EraseKeyState::Unavailable(error) = vault.history.erase_key()
                && error.is_final()
            {
                vault.start_history_over()?;
            }
        }
        let _lock = unlock::lock(home)?;
        vault.forgive(KeychainUse::No, now_ms)?;
        Ok(vault)
    }

    fn from_opened(home: &Path, device: &Device, opened: Opened) -> Result<Self, UnlockError> {
        let words = opened.header.recovery_words(&opened.root)?;
        Ok(Self::assemble(
            home,
            device,
            opened.header,
            opened.root,
            words,
        ))
    }

    pub(crate) fn assemble(
        home: &Path,
        device: &Device,
        header: Header,
        root: Key,
        words: RecoveryWords,
    ) -> Self {
        let place = |kind| ErasePlace::new(kind, home, &device.keychain, &header.wallet, &root);
        Self {
            history: HistoryKeys::new(&root, place(header.erase)),
            home: home.to_owned(),
            device: device.clone(),
            header,
            root,
            words,
        }
    }

    fn forgive(&self, keychain: KeychainUse, now_ms: u64) -> Result<(), UnlockError> {
        // The keychain has just answered for the erase key, so it will again.
        let answers = self.header.erase == ErasePlaceKind::Keychain
            && !matches!(self.history.erase_key(), EraseKeyState::Unavailable(_));
        let keychain = if answers { KeychainUse::Yes } else { keychain };
        unlock::forgive(&self.home, &self.device, &self.header, keychain, now_ms)
    }

    /// Checks the PIN or passphrase again, before something that matters. It is
    /// counted like any other try.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn check_secret(&self, secret: &Secret, now_ms: u64) -> Result<(), UnlockError> {
        let _lock = unlock::lock(&self.home)?;
        let opened = unlock::try_secret(&self.home, &self.device, secret, now_ms)?;
        if opened.root.as_bytes() != self.root.as_bytes() {
            // Another wallet was put in this one's place.
            return Err(UnlockError::Tampered);
        }
        self.forgive(opened.keychain, now_ms)
    }

    /// Replaces the PIN; or the passphrase, in a wallet made without a keychain
    /// and in one whose keychain is gone. Old copies of the file do not open with
    /// the old PIN then.
    ///
    /// # Errors
    /// Unless the error came after the file was written, the old secret works.
    pub fn change_secret(&mut self, secret: &Secret, now_ms: u64) -> Result<(), ChangeSecretError> {
        let _lock = unlock::lock(&self.home)?;
        let header = self.fresh_header()?;
        let keychain = self.keychain_of(header.device.is_some(), &header.wallet)?;
        match keychain {
            KeychainUse::Yes => self.write_device_slot(header, secret)?,
            KeychainUse::No => {
                secret.check_alone()?;
                self.write_passphrase(header, secret)?;
            }
        }
        unlock::forgive(&self.home, &self.device, &self.header, keychain, now_ms)?;
        Ok(())
    }

    /// A wallet made without a keychain stays so, whatever this device has.
    fn keychain_of(&self, in_use: bool, wallet: &str) -> Result<KeychainUse, KeychainError> {
        if !in_use {
            return Ok(KeychainUse::No);
        }
        match probe(self.device.keychain.as_ref(), wallet) {
            Ok(()) => Ok(KeychainUse::Yes),
            Err(KeychainError::Absent) => Ok(KeychainUse::No),
            Err(error) => Err(error),
        }
    }

    fn write_device_slot(
        &mut self,
        mut header: Header,
        secret: &Secret,
    ) -> Result<(), ChangeSecretError> {
        secret.check_with_keychain()?;
        let before = header.device.as_ref().map_or(0, |slot| slot.entry);
        let entry = before.wrapping_add(1);
        let slot = create::device_slot(&self.device, &header.wallet, &self.root, secret, entry)?;
        header.device = Some(slot);
        header.write(&self.home)?;
        self.header = header;
        // Only now: until the new file is there, the old entry is needed.
        point("before the old secret is forgotten");
        // A change that died here before this one has left one more.
        for old in [before, before.wrapping_sub(1)] {
            let name = DeviceSlot::entry_name(old);
            self.device.keychain.delete(&self.header.wallet, &name)?;
        }
        Ok(())
    }

    /// Adds a passphrase that opens the wallet without the keychain, or replaces
    /// the one there is.
    ///
    /// # Errors
    /// [`ChangeSecretError::WeakSecret`]: at least 10 characters, not all digits.
    pub fn add_passphrase(&mut self, passphrase: &Secret) -> Result<(), ChangeSecretError> {
        passphrase.check_alone()?;
        let _lock = unlock::lock(&self.home)?;
        let header = self.fresh_header()?;
        self.write_passphrase(header, passphrase)
    }

    fn write_passphrase(
        &mut self,
        mut header: Header,
        passphrase: &Secret,
    ) -> Result<(), ChangeSecretError> {
        let slot = PassphraseSlot::new(&header.wallet, &self.root, passphrase, self.device.cost)?;
        header.passphrase = Some(slot);
        header.write(&self.home)?;
        self.header = header;
        Ok(())
    }

    /// The file as it is now, if it is still this wallet's.
    fn fresh_header(&self) -> Result<Header, UnlockError> {
        let header = Header::read(&self.home)?;
        header.confirm(&self.root)?;
        Ok(header)
    }

    /// Gives up a history whose erase key is lost, and starts an empty one: in
    /// the keychain if one is here, else in a file. What was sealed under
    /// merchants' keys stays unreadable. Does nothing while the key can be had;
    /// a wallet made without a keychain stays without.
    ///
    /// # Errors
    /// [`UnlockError::KeychainLocked`] while unlocking may bring it back.
    pub fn start_history_over(&mut self) -> Result<(), UnlockError> {
        if !matches!(self.history.retry(), EraseKeyState::Unavailable(_)) {
            return Ok(());
        }
        let _lock = unlock::lock(&self.home)?;
        let mut header = self.fresh_header()?;
        let in_keychain = header.erase == ErasePlaceKind::Keychain;
        let kind = match self.keychain_of(in_keychain, &header.wallet)? {
            KeychainUse::Yes => ErasePlaceKind::Keychain,
            KeychainUse::No => ErasePlaceKind::Keyfile,
        };
        let place = ErasePlace::new(
            kind,
            &self.home,
            &self.device.keychain,
            &header.wallet,
            &self.root,
        );
        self.history.start_over(place).map_err(erase_failed)?;
        if header.erase != kind {
            header
                .move_erase_key(&self.root, kind)
                .map_err(seal_failed)?;
            header.write(&self.home)?;
            self.header = header;
        }
        Ok(())
    }

    /// Asks once more for what merchants' keys hang on, before a history is made that would go without
    /// them.
    ///
    /// # Errors
    /// Why it cannot be had now. Where it is gone for good, or there is no keychain that could have it,
    /// nobody can say for how long one would wait.
    pub fn wait_for_history_key(&self) -> Result<(), UnlockError> {
        match self.history.retry() {
            EraseKeyState::Unavailable(error)
                if !error.is_final() && error != EraseKeyError::KeychainAbsent =>
            {
                Err(erase_failed(error))
            }
            _ => Ok(()),
        }
    }

    /// Real or practice, as it was sealed when the wallet was made.
    pub fn mark(&self) -> &Mark {
        &self.header.mark
    }

    /// Names the wallet; 32 hexadecimal digits, random, not secret.
    pub fn wallet_id(&self) -> &str {
        &self.header.wallet
    }

    /// Whether this wallet opens with the keychain and a PIN.
    pub fn uses_keychain(&self) -> bool {
        self.header.device.is_some()
    }

    /// Whether this wallet opens with a passphrase alone.
    pub fn has_passphrase(&self) -> bool {
        self.header.passphrase.is_some()
    }

    /// The key of `money.db`.
    pub fn money_key(&self) -> DatabaseKey {
        DatabaseKey(derive(self.root.as_bytes(), Label::MoneyDatabase))
    }

    /// The key of `history.db`, whose rows are sealed besides.
    pub fn history_file_key(&self) -> DatabaseKey {
        DatabaseKey(derive(self.root.as_bytes(), Label::HistoryDatabase))
    }

    /// The 12 words, to be shown once more to somebody who has just given the secret again
    /// ([`Self::check_secret`]).
    pub fn recovery_words(&self) -> RecoveryWords {
        self.words.clone()
    }

    /// The BIP39 seed (without a 25th word) the money is made from.
    pub fn seed(&self) -> Seed {
        self.words.seed()
    }

    /// The keys of the history.
    pub fn history_keys(&self) -> HistoryKeys {
        self.history.clone()
    }

    /// A note about the files, kept in the keychain; `None` in a wallet that does without.
    pub fn anchor(&self) -> Option<Anchor> {
        self.header.device.as_ref()?;
        let answers = self.header.erase != ErasePlaceKind::Keychain
            || !matches!(self.history.erase_key(), EraseKeyState::Unavailable(_));
        Some(Anchor::new(
            &self.device.keychain,
            &self.header.wallet,
            answers,
        ))
    }

    /// Seals backups, which open with the 12 words on any device.
    pub fn backup_key(&self) -> BackupKey {
        self.words.backup_key()
    }
}

fn erase_failed(error: EraseKeyError) -> UnlockError {
    match error {
        EraseKeyError::KeychainLocked => UnlockError::KeychainLocked,
        EraseKeyError::KeychainAbsent => UnlockError::KeychainAbsent,
        EraseKeyError::NoRandomness(error) => UnlockError::NoRandomness(error),
        EraseKeyError::Missing => UnlockError::KeychainEntryMissing,
        EraseKeyError::Damaged => UnlockError::KeychainEntryDamaged,
        EraseKeyError::Failed { reason } => UnlockError::KeychainFailed { reason },
    }
}

fn seal_failed(error: SealError) -> UnlockError {
    match error {
        SealError::NoRandomness(error) => UnlockError::NoRandomness(error),
        SealError::TooLong { .. } => UnlockError::Damaged { what: "vault.json" },
    }
}

/// The rooms above hand these to other threads.
const _: () = {
    const fn crosses_threads<T: Send + Sync>() {}
    crosses_threads::<Vault>();
    crosses_threads::<HistoryKeys>();
};

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("wallet_id", &self.header.wallet)
            .field("mark", &self.header.mark)
            .finish_non_exhaustive()
    }
}
