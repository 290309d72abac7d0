//! Making a wallet, new or from its words.

use std::path::PathBuf;

use farthing_store::{DiskTrouble, History, Home, HomeLock, open_or_create_money};
use farthing_vault::{CreateError, KeychainChoice, Mark, RecoveryWords, Secret, Vault};

use crate::erase::{empty_keychain, finish_erasing};
use crate::money::MoneyState;
use crate::open::{OpenError, assembled, ecash_of};
use crate::trouble::{StoreTrouble, code_of_disk};
use crate::wallet::Wallet;

/// What a new wallet is made from.
#[derive(Debug)]
pub struct NewWallet {
    /// The folder it lives in; made if absent.
    pub home: PathBuf,
    /// The PIN, or the passphrase where no keychain is used.
    pub secret: Secret,
    /// Whether to use the system's keychain.
    pub keychain: KeychainChoice,
    /// The words of an earlier wallet, to bring its money back.
    pub restore: Option<RecoveryWords>,
    /// `Some` makes a practice wallet, with its town's address if one is named.
    pub practice: Option<Option<String>>,
}

/// A wallet just made.
#[derive(Debug)]
pub struct Created {
    /// To write down; shown once.
    pub words: RecoveryWords,
    /// The open wallet.
    pub wallet: Wallet,
}

/// Why no wallet was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// See [`CreateError`].
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The wallet was made and cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The wallet's files.
    #[error(transparent)]
    Store(StoreTrouble),
}

impl InitError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Create(error) => match error {
                CreateError::AlreadyThere { .. } => "wallet_exists",
                CreateError::PassphraseTooWeak(_) => "passphrase_needed",
                CreateError::SecretTooWeak(_) => "secret_too_weak",
                CreateError::KeychainLocked => "keychain_locked",
                CreateError::KeychainSilent => "keychain_silent",
                CreateError::KeychainFailed { .. } => "keychain_unusable",
                CreateError::Busy => "wallet_in_use",
                CreateError::TownTooLong { .. } => "town_too_long",
                CreateError::Io(io) => {
                    code_of_disk(DiskTrouble::behind(io)).unwrap_or("cannot_create")
                }
                _ => "cannot_create",
            },
            Self::Open(error) => error.code(),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

impl Wallet {
    /// The person has been shown the words of a new wallet. Until then it does not count as made:
    /// it cannot be opened again, and another `init` takes its place, because money in a wallet
    /// whose words nobody has seen could be lost.
    ///
    /// # Errors
    /// [`InitError::Open`] when the folder cannot be written.
    pub fn words_are_known(&self) -> Result<(), InitError> {
        Ok(self.home.finish_making().map_err(OpenError::from)?)
    }
}

/// Makes a wallet where there is none. A new one counts as made only after
/// [`Wallet::words_are_known`]; one made from words does at once.
///
/// # Errors
/// [`InitError`]; an existing wallet, or what remains of one, is never touched.
pub async fn init(new: NewWallet) -> Result<Created, InitError> {
    let home = Home::create(&new.home).map_err(OpenError::from)?;
    if home.is_erasing() {
        let _lock = HomeLock::take(home.dir()).map_err(OpenError::from)?;
        finish_erasing(&home)?;
    } else if !home.left_in_keychain().is_empty() {
        let _lock = HomeLock::take(home.dir()).map_err(OpenError::from)?;
        empty_keychain(&home)?;
    }
    // What was erased may have taken the folder along.
    let home = Home::create(&new.home).map_err(OpenError::from)?;
    let lock = HomeLock::take(home.dir()).map_err(OpenError::from)?;
    let mark = match new.practice {
        None => Mark::Real,
        Some(town) => Mark::Practice { town },
    };
    let restored = new.restore.is_some();
    home.begin_making().map_err(OpenError::from)?;
    let (vault, words) = Vault::create(home.dir(), &new.secret, new.keychain, mark, new.restore)?;
    home.making(vault.wallet_id()).map_err(OpenError::from)?;
    let money = open_or_create_money(&home.money(), &vault.money_key())
        .await
        .map_err(OpenError::Money)?;
    let history = History::open_or_create(
        &home.history(),
        &vault.history_file_key(),
        vault.history_keys(),
    )
    .map_err(OpenError::History)?;
    let ecash = ecash_of(&vault, money);
    let wallet = assembled(ecash, vault, home, history, lock).await?;
    if restored {
        wallet.remember_old_words().map_err(InitError::Store)?;
        wallet.words_are_known()?;
    }
    Ok(Created { words, wallet })
}

#[cfg(test)]
pub(crate) mod tests {
    use farthing_vault::Device;

    use super::*;

    /// The files of a practice wallet that opens with this device's keychain, and the folder around.
    pub(crate) async fn files_on(
        device: &Device,
        secret: &Secret,
    ) -> (Home, Vault, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(&folder.path().join("wallet")).unwrap();
        let mark = Mark::Practice { town: None };
        let (vault, _) = Vault::create_on(device, home.dir(), secret, mark, None).unwrap();
        let money = open_or_create_money(&home.money(), &vault.money_key()).await;
        drop(money.unwrap());
        let (key, keys) = (vault.history_file_key(), vault.history_keys());
        drop(History::open_or_create(&home.history(), &key, keys).unwrap());
        (home, vault, folder)
    }

    /// A practice wallet nobody answers, and the folder that keeps it.
    pub(crate) async fn wallet() -> (Wallet, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let new = NewWallet {
            home: folder.path().join("wallet"),
            secret: Secret::from_text("ada keeps a long passphrase".to_owned()),
            keychain: KeychainChoice::None,
            restore: None,
            practice: Some(None),
        };
        (init(new).await.unwrap().wallet, folder)
    }
}
