//! Erasing the wallet from this device. The money stays with its issuers, and comes back with the
//! twelve words on this device or another.

use std::path::Path;

use farthing_store::{Home, HomeLock};
use farthing_vault::{
    Device, KeychainError, Leaving, RecoveryWords, Secret, UnlockError, wallet_named,
};

use crate::confirm::ConfirmError;
use crate::journal::PaymentKind;
use crate::money::MoneyState;
use crate::open::OpenError;
use crate::purses::PurseBalance;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What erasing would leave behind, and what stands in its way.
#[derive(Debug)]
pub struct ErasePlan {
    /// Where the money is: whoever brings it back needs the words and these issuers' addresses.
    pub purses: Vec<PurseBalance>,
    /// Payments that are not decided. While there is one nothing is erased: the words do not know
    /// of it.
    pub undecided: usize,
    /// Invoices nobody has paid yet. What is paid into one after the erasing is lost.
    pub unpaid_invoices: usize,
}

/// A person's leave to erase a wallet: they gave its secret and its words, and nothing in it is open.
#[derive(Debug)]
pub struct LeaveToErase {
    wallet: String,
}

/// Why nothing is erased.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EraseError {
    /// The words are not this wallet's: the money could not be reached again.
    #[error("these are the words of another wallet")]
    OtherWords,
    /// Payments are not decided yet.
    #[error("{0} payments are not decided yet")]
    Undecided(usize),
    /// Invoices can still be paid, and their money would be lost.
    #[error("{0} invoices can still be paid")]
    UnpaidInvoices(usize),
    /// The secret.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The keychain did not give up what opens the wallet. The files are all there.
    #[error("the keychain keeps what opens the wallet: {0}")]
    Keychain(KeychainError),
    /// The folder, or a process that holds the wallet.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl EraseError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherWords => "other_words",
            Self::Undecided(_) => "erase_undecided",
            Self::UnpaidInvoices(_) => "erase_unpaid_invoices",
            Self::Confirm(error) => error.code(),
            Self::Keychain(KeychainError::Locked) => "keychain_locked",
            Self::Keychain(KeychainError::Silent) => "keychain_silent",
            Self::Keychain(_) => "keychain_unusable",
            Self::Open(error) => error.code(),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What the vault said of the secret, where that is why.
    #[must_use]
    pub fn unlocking(&self) -> Option<&UnlockError> {
        match self {
            Self::Confirm(error) => error.unlocking(),
            Self::Open(error) => error.unlocking(),
            _ => None,
        }
    }

    /// What it means for the money: it is where it was.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

impl Wallet {
    /// What erasing would leave behind. Asks nobody.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub async fn erase_plan(&self) -> Result<ErasePlan, StoreTrouble> {
        let open = self.undecided()?;
        let waits = |kind| kind == PaymentKind::TopUp;
        let stories = open.stories.iter();
        let unpaid_invoices = stories.filter(|story| waits(story.begun.kind)).count();
        let known = open.stories.len().saturating_sub(unpaid_invoices);
        Ok(ErasePlan {
            purses: self.balance().await?,
            undecided: known.saturating_add(open.unreadable.len()),
            unpaid_invoices,
        })
    }

    /// Gives leave to erase this wallet, to whoever has its secret and its words. Asks issuers
    /// about everything open first. With `even_unpaid_invoices` it is given although somebody may
    /// still pay one.
    ///
    /// # Errors
    /// [`EraseError`]; nothing was changed.
    pub async fn leave_to_erase(
        &self,
        secret: &Secret,
        words: &RecoveryWords,
        even_unpaid_invoices: bool,
    ) -> Result<LeaveToErase, EraseError> {
        self.accept_secret(secret)?;
        if self.vault.recovery_words().as_words() != words.as_words() {
            return Err(EraseError::OtherWords);
        }
        // What was paid in the meantime is taken in now: its words are the only way to it.
        let asked = self.recover(|_| {}).await;
        asked.map_err(|error| StoreTrouble::of(&error))?;
        let plan = self.erase_plan().await?;
        if plan.undecided > 0 {
            return Err(EraseError::Undecided(plan.undecided));
        }
        if !self.is_idle() {
            // It may not be in the journal yet.
            return Err(EraseError::Undecided(1));
        }
        if plan.unpaid_invoices > 0 && !even_unpaid_invoices {
            return Err(EraseError::UnpaidInvoices(plan.unpaid_invoices));
        }
        Ok(LeaveToErase {
            wallet: self.vault.wallet_id().to_owned(),
        })
    }
}

/// Erases the wallet in `home`, which must be closed. A crash in the middle is finished by whoever
/// opens or makes a wallet there next.
///
/// # Errors
/// [`EraseError`]. After [`EraseError::Keychain`] the wallet is still there.
pub fn erase(home: &Path, leave: &LeaveToErase) -> Result<(), EraseError> {
    let home = Home::open(home).map_err(OpenError::from)?;
    let _lock = HomeLock::take(home.dir()).map_err(OpenError::from)?;
    let leaving = Leaving::of(home.dir()).map_err(OpenError::Locked)?;
    if leaving.wallet() != leave.wallet {
        return Err(OpenError::NoWallet.into());
    }
    home.begin_erasing(&leaving.to_text())
        .map_err(OpenError::from)?;
    match leaving.leave() {
        Ok(all) => Ok(take_away(&home, (!all).then_some(&leaving))?),
        Err(error) => {
            home.stay().map_err(OpenError::from)?;
            Err(EraseError::Keychain(error))
        }
    }
}

/// Finishes an erasing that was cut short. What the keychain still holds opens nothing without the
/// files, so it does not keep them here: it stays on the list until it can be taken out.
pub(crate) fn finish_erasing(home: &Home) -> Result<(), OpenError> {
    finish_erasing_on(&Device::this(), home)
}

fn finish_erasing_on(device: &Device, home: &Home) -> Result<(), OpenError> {
    let Some(mark) = home.erasing() else {
        return Ok(());
    };
    // Earlier versions wrote no list.
    let leaving = Leaving::from_text(&mark).or_else(|| Leaving::of(home.dir()).ok());
    let left = leaving.filter(|leaving| leaving.leave_on(device) != Ok(true));
    take_away(home, left.as_ref())
}

fn take_away(home: &Home, left: Option<&Leaving>) -> Result<(), OpenError> {
    let taken = match left {
        None => home.erase(),
        Some(left) => home.erase_all_but(&left.to_text()),
    };
    Ok(taken?)
}

/// Takes out of the keychain what it did not give up when a wallet was erased here. The folder may be
/// gone afterwards.
pub(crate) fn empty_keychain(home: &Home) -> Result<(), OpenError> {
    empty_keychain_on(&Device::this(), home)
}

fn empty_keychain_on(device: &Device, home: &Home) -> Result<(), OpenError> {
    for list in home.left_in_keychain() {
        let done = match (Leaving::from_text(&list), wallet_named(home.dir())) {
            (None, _) => true,
            // Whose file it is has to be known first.
            (Some(_), Err(_)) => false,
            (Some(left), Ok(here)) => {
                // A wallet that was brought back here needs it.
                here.as_deref() == Some(left.wallet()) || left.leave_on(device) == Ok(true)
            }
        };
        if done {
            home.forget_keychain(&list)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use farthing_vault::{Fault, Keychain as _, Mark, MemoryKeychain, Vault};

    use super::*;
    use crate::init::tests::wallet;
    use crate::{is_here, open_without_recovery};

    fn secret() -> Secret {
        Secret::from_text("ada keeps a long passphrase".to_owned())
    }

    #[tokio::test]
    async fn only_who_has_the_secret_and_the_words_may_erase() {
        let (wallet, folder) = wallet().await;
        wallet.words_are_known().unwrap();
        let home = folder.path().join("wallet");
        let words = wallet.show_words(&secret()).unwrap();
        let strangers = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        let strangers = RecoveryWords::parse(strangers).unwrap();
        let guess = Secret::from_text("eve guesses a passphrase".to_owned());
        let refused = wallet.leave_to_erase(&guess, &words, false).await;
        assert_eq!(refused.unwrap_err().code(), "wrong_secret");
        let refused = wallet.leave_to_erase(&secret(), &strangers, false).await;
        assert_eq!(refused.unwrap_err().code(), "other_words");

        let leave = wallet
            .leave_to_erase(&secret(), &words, false)
            .await
            .unwrap();
        // Nothing goes while it is open.
        assert_eq!(erase(&home, &leave).unwrap_err().code(), "wallet_in_use");
        drop(wallet);
        erase(&home, &leave).unwrap();
        assert!(!is_here(&home) && !home.exists());
    }

    #[tokio::test]
    async fn leave_to_erase_one_wallet_erases_no_other() {
        let (one, folder) = wallet().await;
        let (other, kept) = wallet().await;
        let words = one.show_words(&secret()).unwrap();
        let leave = one.leave_to_erase(&secret(), &words, false).await.unwrap();
        other.words_are_known().unwrap();
        drop((one, other, folder));
        let home = kept.path().join("wallet");
        assert!(erase(&home, &leave).is_err());
        assert!(open_without_recovery(&home, &secret()).await.is_ok());
    }

    #[tokio::test]
    async fn an_erasing_that_was_cut_short_is_finished_by_whoever_comes_next() {
        let (wallet, folder) = wallet().await;
        wallet.words_are_known().unwrap();
        let name = wallet.vault.wallet_id().to_owned();
        drop(wallet);
        let path = folder.path().join("wallet");
        let home = Home::open(&path).unwrap();
        home.begin_erasing(&name).unwrap();
        std::fs::remove_file(home.money()).unwrap();
        assert!(!is_here(&path));
        let opened = open_without_recovery(&path, &secret()).await;
        assert_eq!(opened.unwrap_err().code(), "no_wallet");
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn the_mark_in_an_old_copy_of_another_wallet_erases_nothing() {
        let (wallet, folder) = wallet().await;
        wallet.words_are_known().unwrap();
        drop(wallet);
        let path = folder.path().join("wallet");
        let home = Home::open(&path).unwrap();
        home.begin_erasing("ffeeddccbbaa99887766554433221100")
            .unwrap();
        home.making("ffeeddccbbaa99887766554433221100").unwrap();
        assert!(is_here(&path));
        assert!(open_without_recovery(&path, &secret()).await.is_ok());
        assert!(!path.join("erasing").exists() && !path.join("unfinished").exists());
    }

    #[test]
    fn what_a_locked_keychain_keeps_is_taken_out_at_a_later_start() {
        let keychain = MemoryKeychain::new();
        let device = Device::with_keychain(Arc::new(keychain.clone())).at_least_cost();
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(&folder.path().join("wallet")).unwrap();
        let mark = Mark::Practice { town: None };
        drop(Vault::create_on(&device, home.dir(), &secret(), mark, None).unwrap());
        let list = Leaving::of(home.dir()).unwrap().to_text();
        home.begin_erasing(&list).unwrap();

        let vault = std::fs::read(home.vault()).unwrap();

        keychain.set_fault(Some(Fault::Locked));
        finish_erasing_on(&device, &home).unwrap();
        empty_keychain_on(&device, &home).unwrap();
        assert!(!home.is_erasing() && !home.holds_wallet_files());
        assert!(!keychain.entries().is_empty());

        keychain.set_fault(None);
        empty_keychain_on(&device, &home).unwrap();
        assert_eq!(keychain.entries(), []);
        assert!(!home.dir().exists());

        // One that was brought back meanwhile stays.
        let home = Home::create(home.dir()).unwrap();
        home.erase_all_but(&list).unwrap();
        std::fs::write(home.vault(), vault).unwrap();
        let wallet = farthing_vault::glance(home.dir()).unwrap().wallet_id;
        keychain.write(&wallet, "erase", b"x").unwrap();
        empty_keychain_on(&device, &home).unwrap();
        assert!(home.vault().exists() && home.left_in_keychain().is_empty());
        assert_eq!(keychain.entries().len(), 1);
    }
}
