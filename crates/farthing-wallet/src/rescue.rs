//! A wallet with a damaged file: what still works, and the way back.
//!
//! The money is in `money.db` and does not need the history to be counted. A damaged history is
//! kept beside a new one, into which everything that can still be read is taken over.

use std::path::Path;

use farthing_money::{Amount, Settled};
use farthing_rails::ecash::Ecash;
use farthing_store::history::{OpenHistoryError, PaymentId, Salvaged};
use farthing_store::{History, Home, HomeLock};
use farthing_vault::{Mark, Secret, Vault};

use crate::doctor::{Check, CheckState, check, check_pages};
use crate::journal::{Ended, Event, Outcome, Story, tell};
use crate::open::{OpenError, assembled, history_of, money_of, unlocked};
use crate::purses::{PurseBalance, balances, files};
use crate::sharing::DETAILS;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::undecided::UNDECIDED;
use crate::wallet::Wallet;
use crate::why::Between;
use crate::words::note_unseen;

/// What is taken over besides the journal. Reviews are made again.
const KINDS: [&str; 8] = [
    UNDECIDED,
    DETAILS,
    crate::once::CLAIM,
    crate::purses::ORIGIN,
    crate::purses::RESTORED,
    // Drawn again, an answer would tell more than is published.
    crate::statistics::STATISTICS,
    // What was paid for and not fetched yet, and the keys of what was.
    crate::pages::PAGE,
    crate::words::WORDS,
];
/// The kind of document that says a history was begun anew and is not yet in order.
const BEGUN_ANEW: &str = "begun-anew";
const COUNTS: &str = "counts";

/// A wallet whose history cannot be opened. Its money can be looked at, nothing more.
pub struct Rescue {
    ecash: Ecash,
    vault: Vault,
    home: Home,
    lock: HomeLock,
    why: OpenHistoryError,
}

impl std::fmt::Debug for Rescue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rescue")
            .field("why", &self.why)
            .finish_non_exhaustive()
    }
}

/// Opens what can be opened of a wallet that [`crate::open`] refuses for its history.
///
/// # Errors
/// [`OpenError`] when there is nothing to rescue: another file is the trouble, or none.
pub async fn rescue(home: &Path, secret: &Secret) -> Result<Rescue, OpenError> {
    let (home, lock, vault) = unlocked(home, secret)?;
    let ecash = money_of(&home, &vault).await?;
    match history_of(&home, &vault) {
        Ok(_) => Err(OpenError::Store(StoreTrouble(
            "the history opens: there is nothing to rescue".into(),
        ))),
        Err(why) => Ok(Rescue {
            ecash,
            vault,
            home,
            lock,
            why,
        }),
    }
}

impl Rescue {
    /// Real money or practice.
    #[must_use]
    pub fn mark(&self) -> &Mark {
        self.vault.mark()
    }

    /// Why the history does not open.
    #[must_use]
    pub fn why(&self) -> &OpenHistoryError {
        &self.why
    }

    /// Every purse and what is in it.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub async fn balance(&self) -> Result<Vec<PurseBalance>, StoreTrouble> {
        balances(&self.ecash).await
    }

    /// Keeps the damaged history under another name, begins a new one with all of it that can
    /// be read, and opens the wallet. While the keychain that the shops' rows hang on cannot be
    /// asked, this has to wait: none of them would come over.
    ///
    /// # Errors
    /// [`OpenError`]; the damaged file is kept in any case, and this can be done again.
    pub async fn begin_new_history(self) -> Result<(Wallet, Salvaged), OpenError> {
        self.vault
            .wait_for_history_key()
            .map_err(OpenError::Locked)?;
        let (key, keys) = (self.vault.history_file_key(), self.vault.history_keys());
        self.home.clear_new_history()?;
        let kept = self.home.keep_damaged_history()?;
        let mut new = History::begin_beside(&self.home.new_history(), &key, keys.clone())
            .map_err(OpenError::History)?;
        let salvaged = match &kept {
            Some(kept) => new
                .take_over(kept, &key, keys, &KINDS)
                .map_err(StoreTrouble::from)?,
            None => Salvaged::default(),
        };
        if !salvaged.documents {
            // Nobody may have the words: they are shown again to whoever opens the wallet.
            note_unseen(&mut new)?;
        }
        let counts = serde_json::to_vec(&(salvaged.opened, salvaged.entries, salvaged.lost))
            .map_err(StoreTrouble::from)?;
        new.put_document(BEGUN_ANEW, COUNTS, None, &counts)
            .map_err(StoreTrouble::from)?;
        // Only the file takes the place of the damaged one, and not its log.
        new.close_whole().map_err(StoreTrouble::from)?;
        self.home.take_new_history()?;
        let history = history_of(&self.home, &self.vault).map_err(OpenError::History)?;
        let wallet = assembled(self.ecash, self.vault, self.home, history, self.lock).await?;
        Ok((wallet, salvaged))
    }
}

/// Whether the documents of a history can be read at all.
pub(crate) fn readable(history: &History) -> Result<(), OpenHistoryError> {
    history
        .document(BEGUN_ANEW, COUNTS)
        .map(drop)
        .map_err(OpenHistoryError::History)
}

impl Wallet {
    /// Brings a history begun anew in order: what may be paid once stays claimed, what is open
    /// is listed, and what ended in a row that is lost is not decided a second time.
    pub(crate) async fn order_new_history(&self) -> Result<(), StoreTrouble> {
        let Some(counts) = self.history().document(BEGUN_ANEW, COUNTS)? else {
            return Ok(());
        };
        let (opened, entries, lost): (bool, u64, u64) = serde_json::from_slice(&counts.body)?;
        let stories = tell(&self.history().entries()?)?;
        for story in stories {
            self.order(&story).await?;
        }
        let text = if opened {
            format!(
                "the history was damaged and begun anew: {entries} entries could be read, {lost} \
                 could not. The damaged file is kept beside it."
            )
        } else {
            "the history could not be read at all and was begun anew. The money is not affected."
                .to_owned()
        };
        self.write_down(PaymentId::random(), None, &Event::Noted { text })?;
        self.history().remove_document(BEGUN_ANEW, COUNTS)?;
        Ok(())
    }

    async fn order(&self, story: &Story) -> Result<(), StoreTrouble> {
        if story.outcome() != Outcome::NotPaid {
            self.claim_again(story.begun.once.as_deref(), story.payment)?;
        }
        if story.outcome() != Outcome::StillDeciding || self.is_listed(story.payment)? {
            return Ok(());
        }
        let id = uuid_of(story.payment);
        let open = self.ecash.is_open(id).await.map_err(files)?
            || self.ecash.handed(id).await.map_err(files)?.is_some()
            || self.ecash.result(id).await.map_err(files)?.is_some()
            || self.ecash.open_top_up(id).await.map_err(files)?.is_some();
        if open {
            // Whoever works on it has listed it.
            return self.take_up(story.payment).map_or(Ok(()), |under_way| {
                self.list(&under_way, None)
                    .map_err(|error| StoreTrouble::of(&error))
            });
        }
        // It was decided, and how is lost. Calling it unpaid could pay it twice.
        let price = story.begun.cost.price();
        let settled = Settled::of(price, story.fees(), Amount::zero(price.unit()))?;
        let ended = Ended {
            outcome: Outcome::Paid,
            settled,
            proof: None,
            why: Some(Between::Lost.into()),
        };
        self.write_down(story.payment, story.merchant, &Event::Ended(ended))
    }
}

/// The doctor's look at a wallet that does not open for one of its files.
///
/// # Errors
/// [`OpenError`] when the wallet cannot be unlocked at all.
pub async fn examine(home: &Path, secret: &Secret) -> Result<Vec<Check>, OpenError> {
    let (home, _lock, vault) = unlocked(home, secret)?;
    let mut checks = vec![check(
        "vault",
        CheckState::Ok,
        "the secret opens the wallet's keys",
    )];
    let fine = "every page is as it was written: the money is there";
    checks.push(check_pages(&home, &vault, fine).await);
    let history = history_of(&home, &vault);
    checks.push(match history.map(|history| history.verify()) {
        Ok(Ok(report)) => check(
            "journal",
            CheckState::Ok,
            &format!("{} entries, all in their places", report.entries),
        ),
        Ok(Err(error)) => check(
            "journal",
            CheckState::Bad,
            &format!("{error}. {HISTORY_LOST}"),
        ),
        Err(error) => check(
            "journal",
            CheckState::Bad,
            &format!("{error}. {HISTORY_LOST}"),
        ),
    });
    Ok(checks)
}

/// What to do when the history is damaged.
const HISTORY_LOST: &str = "The money is not in that file: farthing balance shows it. farthing \
                            recover --new-history keeps the damaged file and begins a new history \
                            with all that can be read";

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use farthing_vault::{Device, Fault, MemoryKeychain};

    use super::*;
    use crate::init::tests::files_on;

    #[tokio::test]
    async fn no_history_is_begun_that_would_lack_every_shop_for_a_locked_keychain() {
        let keychain = MemoryKeychain::new();
        let device = Device::with_keychain(Arc::new(keychain.clone())).at_least_cost();
        let secret = Secret::from_text("ada keeps a long passphrase".to_owned());
        let (home, mut vault, _folder) = files_on(&device, &secret).await;
        vault.add_passphrase(&secret).unwrap();
        let mut history = history_of(&home, &vault).unwrap();
        history.add_merchant("shop.example", b"{}", 1).unwrap();
        history.close_whole().unwrap();
        drop(vault);
        let rescue = async || {
            let vault = Vault::open_on(&device, home.dir(), &secret, 0).unwrap();
            Rescue {
                ecash: money_of(&home, &vault).await.unwrap(),
                vault,
                home: home.clone(),
                lock: HomeLock::take(home.dir()).unwrap(),
                why: OpenHistoryError::WrongKey,
            }
        };

        for fault in [Fault::Locked, Fault::Silent] {
            keychain.set_fault(Some(fault));
            let refused = rescue().await.begin_new_history().await;
            assert!(matches!(refused, Err(OpenError::Locked(_))), "{fault:?}");
            assert!(!home.dir().join("history.db.damaged-1").exists());
        }
        let waited = rescue().await;
        keychain.set_fault(None);
        let (wallet, _) = waited.begin_new_history().await.unwrap();
        assert_eq!(wallet.history().merchants().unwrap().len(), 1);
        drop(wallet);

        // Where there is none at all nobody knows for how long to wait, and the old file stays.
        keychain.set_fault(Some(Fault::Absent));
        let (wallet, _) = rescue().await.begin_new_history().await.unwrap();
        assert!(wallet.history().merchants().unwrap().is_empty());
        assert!(home.dir().join("history.db.damaged-2").exists());
    }
}
