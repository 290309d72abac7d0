//! An open wallet: its files, its keys and its way to the issuers, held by one process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use farthing_policy::Policy;
use farthing_rails::ecash::Ecash;
use farthing_store::{History, Home, HomeLock};
use farthing_vault::{Mark, Vault};

use crate::balance_cap::AllAskedFor;
use crate::old_copy::Watch;
use crate::under_way::AllUnderWay;

/// An open wallet. Dropping it closes it; the lock goes with it.
pub struct Wallet {
    pub(crate) ecash: Ecash,
    pub(crate) policy: Policy,
    pub(crate) vault: Vault,
    pub(crate) home: Home,
    history: Mutex<History>,
    pub(crate) watch: Watch,
    /// What this program is busy with.
    pub(crate) under_way: AllUnderWay,
    /// What it asks for just now.
    pub(crate) asked_for: AllAskedFor,
    /// See [`Self::in_one_step`].
    step: Mutex<()>,
    /// Held while a page is written into the library: two at once would mix their pieces.
    pub(crate) keeping: tokio::sync::Mutex<()>,
    /// Last, so that the files are closed before another process may open them.
    _lock: HomeLock,
}

impl std::fmt::Debug for Wallet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wallet")
            .field("mark", self.vault.mark())
            .finish_non_exhaustive()
    }
}

impl Wallet {
    pub(crate) fn assemble(
        ecash: Ecash,
        vault: Vault,
        home: Home,
        history: History,
        watch: Watch,
        lock: HomeLock,
    ) -> Self {
        // There is no way yet to change the built-in rules; unreadable ones would be the strictest.
        Self {
            ecash,
            policy: Policy::built_in(),
            vault,
            home,
            history: Mutex::new(history),
            watch,
            under_way: AllUnderWay::default(),
            asked_for: AllAskedFor::default(),
            step: Mutex::new(()),
            keeping: tokio::sync::Mutex::new(()),
            _lock: lock,
        }
    }

    /// Real money or practice, as sealed in when the wallet was made.
    #[must_use]
    pub fn mark(&self) -> &Mark {
        self.vault.mark()
    }

    /// Held from a look at the journal to what is written because of it, where another task could
    /// write in between: a payment that begins as its payee is blocked, or an end after another end.
    /// Taken before [`Self::history`] and never across an await.
    pub(crate) fn in_one_step(&self) -> MutexGuard<'_, ()> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The journal. Held for the time of one call, never across an await.
    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
