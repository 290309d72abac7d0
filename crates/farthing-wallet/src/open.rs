//! Opening a wallet.

use std::path::Path;
use std::time::Duration;

use farthing_rails::ecash::Ecash;
use farthing_rails::gate::{Gate, Reach};
use farthing_store::history::OpenHistoryError;
use farthing_store::home::{HomeError, LockError};
use farthing_store::money::MoneyError;
use farthing_store::{DiskTrouble, History, Home, HomeLock, Money, open_money};
use farthing_vault::{Mark, RecoveryWords, Secret, UnlockError, Vault, WordsUnlockError};
use zeroize::Zeroizing;

use crate::clock::now_ms;
use crate::erase::{empty_keychain, finish_erasing};
use crate::money::MoneyState;
use crate::old_copy::{Note, Watch};
use crate::rescue::readable;
use crate::trouble::{StoreTrouble, code_of_disk};
use crate::wallet::Wallet;

/// How long a start waits for issuers that are asked about what is undecided.
const PATIENCE_AT_START: Duration = Duration::from_secs(8);

/// Why a wallet stays closed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is none in this folder.
    #[error("there is no wallet here")]
    NoWallet,
    /// Another process has it open.
    #[error("another program has this wallet open")]
    HeldByAnother,
    /// The secret, the keychain or the vault's file.
    #[error(transparent)]
    Locked(UnlockError),
    /// The folder cannot be used.
    #[error("the wallet's folder cannot be used: {why}")]
    Folder {
        /// What the system said.
        why: String,
        /// What the disk has to do with it.
        disk: Option<DiskTrouble>,
    },
    /// `money.db` cannot be opened.
    #[error("the money file cannot be opened: {0}")]
    Money(MoneyError),
    /// `history.db` cannot be opened.
    #[error("the history file cannot be opened: {0}")]
    History(OpenHistoryError),
    /// The files open and cannot be read.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl OpenError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoWallet | Self::Locked(UnlockError::NoWallet) => "no_wallet",
            Self::HeldByAnother | Self::Locked(UnlockError::Busy) => "wallet_in_use",
            Self::Locked(error) => match error {
                UnlockError::WrongSecret { .. } => "wrong_secret",
                UnlockError::Wait { .. } => "wait_before_next_try",
                UnlockError::PassphraseOrWordsNeeded => "passphrase_or_words_needed",
                UnlockError::KeychainLocked => "keychain_locked",
                UnlockError::KeychainAbsent => "keychain_absent",
                UnlockError::KeychainChanged { .. } => "keychain_changed",
                UnlockError::KeychainEntryMissing => "keychain_entry_lost",
                UnlockError::KeychainEntryDamaged => "keychain_entry_damaged",
                UnlockError::KeychainEntryTwice => "keychain_entry_twice",
                UnlockError::KeychainSilent => "keychain_silent",
                UnlockError::KeychainFailed { .. } => "keychain_failed",
                UnlockError::Tampered | UnlockError::Damaged { .. } | UnlockError::Cost(_) => {
                    "vault_damaged"
                }
                UnlockError::NewerFormat { .. } => "made_by_newer_version",
                UnlockError::Io(io) => {
                    code_of_disk(DiskTrouble::behind(io)).unwrap_or("files_unusable")
                }
                _ => "cannot_unlock",
            },
            Self::Folder { disk, .. } => code_of_disk(*disk).unwrap_or("folder_unusable"),
            Self::Money(MoneyError::Newer { .. })
            | Self::History(OpenHistoryError::Newer { .. }) => "made_by_newer_version",
            Self::Money(error) => Self::file(error, "money_file_unusable"),
            Self::History(error) => Self::file(error, "history_file_unusable"),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// A file that is damaged, or not there, is named; a disk that refuses is the disk's trouble.
    fn file(error: &(dyn std::error::Error + 'static), unusable: &'static str) -> &'static str {
        match DiskTrouble::behind(error) {
            None | Some(DiskTrouble::Damaged) => unusable,
            disk => code_of_disk(disk).unwrap_or(unusable),
        }
    }

    fn folder(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Folder {
            why: error.to_string(),
            disk: DiskTrouble::behind(error),
        }
    }

    /// What the vault said of the secret, where that is why.
    #[must_use]
    pub fn unlocking(&self) -> Option<&UnlockError> {
        match self {
            Self::Locked(error) => Some(error),
            _ => None,
        }
    }

    /// What it means for the money: it is where it was.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

/// Why a wallet does not open with its words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WordsOpenError {
    /// They are the words of another wallet.
    #[error("these are the words of another wallet")]
    OtherWords,
    /// The new secret is too easy to guess.
    #[error("the new secret is refused: {0}")]
    WeakSecret(farthing_vault::WeakSecret),
    /// What keeps it closed has nothing to do with the words.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl WordsOpenError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherWords => "other_words",
            Self::WeakSecret(_) => "secret_too_weak",
            Self::Open(error) => error.code(),
        }
    }

    /// What it means for the money: it is where it was.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

impl From<WordsUnlockError> for WordsOpenError {
    fn from(error: WordsUnlockError) -> Self {
        match error {
            WordsUnlockError::OtherWords => Self::OtherWords,
            WordsUnlockError::WeakSecret(weak) => Self::WeakSecret(weak),
            WordsUnlockError::Unlock(error) => Self::Open(OpenError::Locked(error)),
            other => Self::Open(OpenError::Folder {
                why: other.to_string(),
                disk: None,
            }),
        }
    }
}

impl From<LockError> for OpenError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::HeldByAnother => Self::HeldByAnother,
            other => Self::folder(&other),
        }
    }
}

impl From<HomeError> for OpenError {
    fn from(error: HomeError) -> Self {
        Self::folder(&error)
    }
}

/// Whether there is a wallet in this folder that was made to the end.
#[must_use]
pub fn is_here(home: &Path) -> bool {
    // A folder that cannot be read may well hold one: opening it says what is wrong.
    farthing_vault::vault_exists(home)
        && !Home::open(home).is_ok_and(|home| home.is_unfinished() || home.is_erasing())
}

/// Opens the wallet and finishes what a crash may have left open, as far as issuers answer.
///
/// # Errors
/// [`OpenError`].
pub async fn open(home: &Path, secret: &Secret) -> Result<Wallet, OpenError> {
    let wallet = open_without_recovery(home, secret).await?;
    // What cannot be asked now is asked next time; nothing here is needed to use the wallet.
    // Stopping in the middle is what a crash would do, which every step expects.
    let _ = tokio::time::timeout(PATIENCE_AT_START, wallet.recover_quietly()).await;
    Ok(wallet)
}

/// Opens the wallet and asks nobody anything.
///
/// # Errors
/// [`OpenError`].
pub async fn open_without_recovery(home: &Path, secret: &Secret) -> Result<Wallet, OpenError> {
    let (home, lock, vault) = unlocked(home, secret)?;
    let ecash = money_of(&home, &vault).await?;
    let history = history_of(&home, &vault).map_err(OpenError::History)?;
    assembled(ecash, vault, home, history, lock).await
}

/// Opens the wallet with its 12 words and gives it a new secret, for somebody who forgot theirs.
/// The money, the history and everything else stay as they are.
///
/// # Errors
/// [`WordsOpenError`]; nothing was changed.
pub async fn open_with_words(
    home: &Path,
    words: &RecoveryWords,
    new_secret: &Secret,
) -> Result<Wallet, WordsOpenError> {
    let (home, lock) = held(home)?;
    let vault = Vault::open_with_words(home.dir(), words, Some(new_secret), now_ms())?;
    let ecash = money_of(&home, &vault).await?;
    let history = history_of(&home, &vault).map_err(OpenError::History)?;
    Ok(assembled(ecash, vault, home, history, lock).await?)
}

fn held(home: &Path) -> Result<(Home, HomeLock), OpenError> {
    let erased =
        Home::open(home).is_ok_and(|home| home.is_erasing() || !home.left_in_keychain().is_empty());
    if !erased && !farthing_vault::vault_exists(home) {
        return Err(OpenError::NoWallet);
    }
    let home = Home::open(home)?;
    let lock = HomeLock::take(home.dir())?;
    if home.is_erasing() {
        finish_erasing(&home)?;
        return Err(OpenError::NoWallet);
    }
    if home.is_unfinished() {
        return Err(OpenError::NoWallet);
    }
    empty_keychain(&home)?;
    if !farthing_vault::vault_exists(home.dir()) {
        return Err(OpenError::NoWallet);
    }
    home.drop_marks_of_others()?;
    Ok((home, lock))
}

pub(crate) fn unlocked(home: &Path, secret: &Secret) -> Result<(Home, HomeLock, Vault), OpenError> {
    let (home, lock) = held(home)?;
    let vault = Vault::open(home.dir(), secret, now_ms()).map_err(OpenError::Locked)?;
    Ok((home, lock, vault))
}

/// The money of an unlocked wallet.
pub(crate) async fn money_of(home: &Home, vault: &Vault) -> Result<Ecash, OpenError> {
    let money = open_money(&home.money(), &vault.money_key())
        .await
        .map_err(OpenError::Money)?;
    Ok(ecash_of(vault, money))
}

/// The history of an unlocked wallet, which may be damaged where the money is not.
pub(crate) fn history_of(home: &Home, vault: &Vault) -> Result<History, OpenHistoryError> {
    let history = History::open_existing(
        &home.history(),
        &vault.history_file_key(),
        vault.history_keys(),
    )?;
    // The journal is looked through when the file is opened; whether the documents can be read shows
    // here.
    readable(&history)?;
    Ok(history)
}

pub(crate) async fn assembled(
    ecash: Ecash,
    vault: Vault,
    home: Home,
    history: History,
    lock: HomeLock,
) -> Result<Wallet, OpenError> {
    let judged = Note::of(&vault).await?.against(&history)?;
    let watch = Watch::begin(judged, history.head(), &ecash).await?;
    let wallet = Wallet::assemble(ecash, vault, home, history, watch, lock);
    wallet.order_new_history().await?;
    Ok(wallet)
}

pub(crate) fn ecash_of(vault: &Vault, money: Money) -> Ecash {
    let reach = match vault.mark() {
        Mark::Real => Reach::RealWorld,
        Mark::Practice { .. } => Reach::Loopback,
    };
    Ecash::new(
        money.tables,
        money.coins,
        Gate::new(reach),
        Zeroizing::new(*vault.seed().as_bytes()),
    )
}
