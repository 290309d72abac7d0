//! Noticing that an old copy of the wallet's files was put back, and not paying with it until
//! the issuers have said which of its coins are still good.
//!
//! The keychain keeps where the journal ended and how many sessions the money file has seen.
//! Files that are behind it, or went on differently, are an old copy. A keychain that kept it once and
//! does not know any more was emptied, or is another device's: then nobody can say. The keychain is told
//! after the files are written and never waited for: it may be behind the files, which is no
//! sign of anything, and what was written in the last moments of a process that was killed may
//! be missing there.
//!
//! Without a keychain there is nothing to compare with; see `docs/security.md`.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use farthing_rails::ecash::{Ecash, LookIn, Purse, PurseId, Trouble};
use farthing_store::History;
use farthing_store::history::{Head, PaymentId};
use farthing_vault::{Anchor, KeychainError, Link, Vault};

use crate::journal::Event;
use crate::money::MoneyState;
use crate::purses::files;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// How long a closing wallet waits for the keychain.
const GRACE: Duration = Duration::from_secs(2);
const FORMAT: u8 = 1;

/// Why nothing is paid from files that may be an old copy. The money is where it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OldCopy {
    /// The issuer has not said which coins are still good.
    #[error(
        "these files may be older than the ones last used, and the issuer has not confirmed what is left: {0}"
    )]
    NotConfirmed(Trouble),
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl OldCopy {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConfirmed(_) => "old_copy",
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

/// What the keychain remembers of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Remembered {
    head: Head,
    sessions: u64,
}

impl Remembered {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.head.entries.to_be_bytes());
        bytes.extend_from_slice(&self.head.link.0);
        bytes.extend_from_slice(&self.sessions.to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (&FORMAT, rest) = bytes.split_first()? else {
            return None;
        };
        let (entries, rest) = rest.split_first_chunk()?;
        let (link, rest) = rest.split_first_chunk()?;
        let (sessions, rest) = rest.split_first_chunk()?;
        rest.is_empty().then(|| Self {
            head: Head {
                entries: u64::from_be_bytes(*entries),
                link: Link(*link),
            },
            sessions: u64::from_be_bytes(*sessions),
        })
    }
}

enum Standing {
    /// As the keychain remembers them, or nothing remembers them.
    Sure,
    /// An old copy, or the keychain cannot say.
    Unsure {
        older: bool,
        /// These purses were confirmed since.
        confirmed: BTreeSet<PurseId>,
    },
}

/// What the keychain said when the wallet was opened.
pub(crate) struct Note {
    anchor: Option<Anchor>,
    said: Said,
}

enum Said {
    /// There is nothing to compare with: no keychain, or nothing was ever remembered.
    Nothing,
    Last(Remembered),
    /// It cannot be read.
    Unclear,
}

/// What the journal says to the note.
pub(crate) struct Judged {
    keeper: Option<Keeper>,
    journal: Journal,
}

enum Journal {
    /// There is nothing to compare it with.
    Alone,
    /// It fits, and the money file has to have seen so many sessions.
    Fits { sessions: u64 },
    /// It is older, or went on differently.
    Older,
    /// The keychain cannot say.
    Unclear,
}

impl Note {
    /// Asks the keychain.
    pub(crate) async fn of(vault: &Vault) -> Result<Self, StoreTrouble> {
        let Some(anchor) = vault.anchor() else {
            return Ok(Self {
                anchor: None,
                said: Said::Nothing,
            });
        };
        let asked = anchor.clone();
        let read = tokio::task::spawn_blocking(move || asked.read())
            .await
            .map_err(|_| StoreTrouble("the keychain could not be asked".into()))?;
        Ok(match read {
            Ok(Some(note)) => Self {
                anchor: Some(anchor),
                said: Remembered::decode(&note).map_or(Said::Unclear, Said::Last),
            },
            // A new wallet, or one of a version that remembered nothing.
            Ok(None) => Self {
                anchor: Some(anchor),
                said: Said::Nothing,
            },
            // Whoever did without the keychain opened with the passphrase alone.
            Err(KeychainError::Absent) => Self {
                anchor: None,
                said: Said::Nothing,
            },
            Err(_) => Self {
                anchor: Some(anchor),
                said: Said::Unclear,
            },
        })
    }

    /// Holds the journal against it.
    pub(crate) fn against(self, history: &History) -> Result<Judged, StoreTrouble> {
        let journal = match &self.said {
            Said::Nothing => Journal::Alone,
            Said::Last(last) if history.holds(&last.head)? => Journal::Fits {
                sessions: last.sessions,
            },
            Said::Last(_) => Journal::Older,
            Said::Unclear => Journal::Unclear,
        };
        Ok(Judged {
            keeper: self.anchor.map(Keeper::new),
            journal,
        })
    }
}

/// Compares the files with what the keychain remembers, and keeps that up to date.
pub(crate) struct Watch {
    keeper: Option<Keeper>,
    standing: Mutex<Standing>,
    sessions: Mutex<u64>,
}

impl Watch {
    /// Compares, once the journal has been held against what is remembered; and if all is
    /// well, counts this session.
    pub(crate) async fn begin(
        judged: Judged,
        head: Head,
        ecash: &Ecash,
    ) -> Result<Self, StoreTrouble> {
        let seen = ecash.sessions().await.map_err(files)?;
        let unsure = |older| Standing::Unsure {
            older,
            confirmed: BTreeSet::new(),
        };
        let standing = match judged.journal {
            Journal::Alone if judged.keeper.is_none() || seen == 0 => Standing::Sure,
            Journal::Fits { sessions } if seen >= sessions => Standing::Sure,
            // Sessions are counted where a keychain is told of them: this one has forgotten.
            Journal::Alone | Journal::Unclear => unsure(false),
            Journal::Fits { .. } | Journal::Older => unsure(true),
        };
        let sure = matches!(standing, Standing::Sure);
        let watch = Self {
            keeper: judged.keeper,
            standing: Mutex::new(standing),
            sessions: Mutex::new(0),
        };
        if sure {
            watch.settle(head, ecash).await?;
        }
        Ok(watch)
    }

    /// Counts this session and has all of it remembered.
    async fn settle(&self, head: Head, ecash: &Ecash) -> Result<(), StoreTrouble> {
        if self.keeper.is_none() {
            return Ok(());
        }
        let sessions = ecash.begin_session(head.entries).await.map_err(files)?;
        *lock(&self.sessions) = sessions;
        self.wrote(head);
        Ok(())
    }

    /// The journal has grown. What happened to files that are in doubt is not remembered.
    pub(crate) fn wrote(&self, head: Head) {
        let sure = matches!(*lock(&self.standing), Standing::Sure);
        if let (true, Some(keeper)) = (sure, &self.keeper) {
            let sessions = *lock(&self.sessions);
            keeper.remember(&Remembered { head, sessions });
        }
    }

    fn doubts(&self, purse: Option<&PurseId>) -> bool {
        match (&*lock(&self.standing), purse) {
            (Standing::Sure, _) => false,
            (Standing::Unsure { confirmed, .. }, Some(purse)) => !confirmed.contains(purse),
            (Standing::Unsure { .. }, None) => true,
        }
    }

    fn confirm(&self, purse: &PurseId) {
        if let Standing::Unsure { confirmed, .. } = &mut *lock(&self.standing) {
            confirmed.insert(purse.clone());
        }
    }

    fn knows_they_are_older(&self) -> bool {
        matches!(&*lock(&self.standing), Standing::Unsure { older: true, .. })
    }
}

impl Wallet {
    /// Whether these files may be an old copy, not yet confirmed by the issuers.
    #[must_use]
    pub fn may_be_an_old_copy(&self) -> bool {
        self.watch.doubts(None)
    }

    /// Before money leaves a purse: in an old copy, its coins are compared with the issuer's
    /// books first. Asks nothing otherwise.
    pub(crate) async fn sure_of(&self, purse: &Purse) -> Result<(), OldCopy> {
        if !self.watch.doubts(Some(&purse.id)) {
            return Ok(());
        }
        match self.compare(purse).await {
            Ok(()) => {}
            Err(Trouble::Store(what)) => return Err(StoreTrouble(what).into()),
            Err(trouble) => return Err(OldCopy::NotConfirmed(trouble)),
        }
        self.confirmed(purse).await?;
        Ok(())
    }

    /// As [`Self::sure_of`], of every purse whose issuer answers.
    pub(crate) async fn sure_of_all(&self) -> Result<(), StoreTrouble> {
        if !self.watch.doubts(None) {
            return Ok(());
        }
        for purse in self.ecash.purses().await.map_err(files)? {
            if let Err(OldCopy::Store(trouble)) = self.sure_of(&purse).await {
                return Err(trouble);
            }
        }
        Ok(())
    }

    /// Where coins made since may be: under keys this copy has never used, if it is one.
    pub(crate) fn look_in(&self, purse: &Purse) -> LookIn {
        if self.watch.doubts(Some(&purse.id)) {
            LookIn::Listed
        } else {
            LookIn::Used
        }
    }

    /// Coins spent since are dropped, coins made since are found whichever keys they are of,
    /// counters move past both.
    async fn compare(&self, purse: &Purse) -> Result<(), Trouble> {
        self.ecash.recover(purse).await?;
        self.ecash.look_after_handed(purse).await?;
        self.ecash.drop_spent_coins(purse).await?;
        self.ecash.catch_up(purse, LookIn::Listed).await?;
        Ok(())
    }

    /// A purse agrees with its issuer. After the last one the files are the wallet again.
    pub(crate) async fn confirmed(&self, purse: &Purse) -> Result<(), StoreTrouble> {
        self.watch.confirm(&purse.id);
        self.confirmed_all().await
    }

    pub(crate) async fn confirmed_all(&self) -> Result<(), StoreTrouble> {
        if !self.watch.doubts(None) {
            return Ok(());
        }
        let purses = self.ecash.purses().await.map_err(files)?;
        if purses
            .iter()
            .any(|purse| self.watch.doubts(Some(&purse.id)))
        {
            return Ok(());
        }
        let text = if self.watch.knows_they_are_older() {
            "an older copy of the wallet's files was put to use; the issuers confirmed what is left. \
             Payments made in between are not in this history."
        } else {
            "the keychain could not tell whether these files are the ones last used; the issuers \
             confirmed what is left."
        };
        let noted = Event::Noted {
            text: text.to_owned(),
        };
        self.write_down(PaymentId::random(), None, &noted)?;
        *lock(&self.watch.standing) = Standing::Sure;
        let head = self.history().head();
        self.watch.settle(head, &self.ecash).await
    }
}

/// Tells the keychain, on a thread of its own: only the last thing there is to tell.
struct Keeper {
    anchor: Anchor,
    desk: Arc<(Mutex<Desk>, Condvar)>,
}

#[derive(Default)]
struct Desk {
    next: Option<Vec<u8>>,
    /// A thread is at it, and will take what is next.
    busy: bool,
}

impl Keeper {
    fn new(anchor: Anchor) -> Self {
        Self {
            anchor,
            desk: Arc::default(),
        }
    }

    fn remember(&self, remembered: &Remembered) {
        let (desk, done) = &*self.desk;
        let mut desk = lock(desk);
        desk.next = Some(remembered.encode());
        if desk.busy {
            return;
        }
        let (anchor, shared) = (self.anchor.clone(), Arc::clone(&self.desk));
        let thread = std::thread::Builder::new()
            .name("anchor".to_owned())
            .spawn(move || tell(&anchor, &shared));
        // Without a thread the keychain stays behind the files, which is no sign of anything.
        desk.busy = thread.is_ok();
        done.notify_all();
    }
}

fn tell(anchor: &Anchor, shared: &(Mutex<Desk>, Condvar)) {
    loop {
        let next = {
            let mut desk = lock(&shared.0);
            let next = desk.next.take();
            desk.busy = next.is_some();
            shared.1.notify_all();
            next
        };
        let Some(note) = next else { return };
        // A keychain that refuses is behind the files from now on.
        let _ = anchor.write(&note);
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let (desk, done) = &*self.desk;
        let waited = done.wait_timeout_while(lock(desk), GRACE, |desk| desk.busy);
        drop(waited);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use farthing_store::HomeLock;
    use farthing_vault::{Device, MemoryKeychain, Secret};

    use super::*;
    use crate::init::tests::files_on;
    use crate::open::{assembled, history_of, money_of};

    #[tokio::test]
    async fn a_keychain_that_has_forgotten_does_not_vouch_for_the_files() {
        let keychain = MemoryKeychain::new();
        let device = Device::with_keychain(Arc::new(keychain.clone())).at_least_cost();
        let secret = Secret::from_text("258036".to_owned());
        let (home, vault, _folder) = files_on(&device, &secret).await;
        drop(vault);
        let open = async || {
            let vault = Vault::open_on(&device, home.dir(), &secret, 0).unwrap();
            let ecash = money_of(&home, &vault).await.unwrap();
            let history = history_of(&home, &vault).unwrap();
            let lock = HomeLock::take(home.dir()).unwrap();
            assembled(ecash, vault, home.clone(), history, lock)
                .await
                .unwrap()
        };

        // Nothing ever was remembered of a new one.
        let wallet = open().await;
        assert!(!wallet.may_be_an_old_copy());
        let noted = Event::Noted {
            text: "something".to_owned(),
        };
        wallet
            .write_down(PaymentId::random(), None, &noted)
            .unwrap();
        drop(wallet);
        let wallet = open().await;
        assert!(!wallet.may_be_an_old_copy());
        drop(wallet);

        keychain.forget(NOTE);
        let wallet = open().await;
        assert!(wallet.may_be_an_old_copy());
        wallet.confirmed_all().await.unwrap();
        assert!(!wallet.may_be_an_old_copy());
        drop(wallet);
        assert!(!open().await.may_be_an_old_copy());
    }

    /// What the vault calls it in the keychain.
    const NOTE: &str = "anchor";

    #[test]
    fn what_is_remembered_reads_back_and_nothing_else_does() {
        let remembered = Remembered {
            head: Head {
                entries: 7,
                link: Link([3; 32]),
            },
            sessions: 9,
        };
        let bytes = remembered.encode();
        assert_eq!(Remembered::decode(&bytes), Some(remembered));
        for cut in 0..bytes.len() {
            assert_eq!(Remembered::decode(&bytes[..cut]), None);
        }
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(Remembered::decode(&newer), None);
        assert_eq!(Remembered::decode(&[bytes, vec![0]].concat()), None);
    }
}
