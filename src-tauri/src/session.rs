//! The wallet between unlocking and locking.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use farthing_api::{Event, Exit, Failure, Money};
use farthing_wallet::{Collected, Collecting, GivePlan, IssuerCard, ScanError, Wallet};
use tauri::{AppHandle, Manager};

use crate::events::Events;
use crate::town::Town;

/// Plans that were shown and not yet carried out; the oldest goes first.
const MOST_PLANS: usize = 8;

/// An open wallet, and what its person has looked at.
pub(crate) struct Open {
    pub(crate) wallet: Wallet,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    issuer: Option<(String, IssuerCard)>,
    plans: VecDeque<(String, GivePlan)>,
    plans_made: u64,
    /// An animated code that the camera is looking at.
    collecting: Collecting,
}

impl Open {
    pub(crate) fn new(wallet: Wallet) -> Self {
        Self {
            wallet,
            shown: Mutex::default(),
        }
    }

    /// Keeps what an issuer said of itself, so that what is trusted is what was shown.
    pub(crate) fn keep_issuer(&self, address: String, card: IssuerCard) {
        held(&self.shown).issuer = Some((address, card));
    }

    /// What this issuer said, once.
    pub(crate) fn take_issuer(&self, address: &str) -> Option<IssuerCard> {
        held(&self.shown)
            .issuer
            .take_if(|(shown, _)| shown == address)
            .map(|(_, card)| card)
    }

    /// Takes one frame of an animated code.
    pub(crate) fn collect(&self, frame: &str) -> Result<Collected, ScanError> {
        held(&self.shown).collecting.take(frame)
    }

    /// Keeps a plan; its id.
    pub(crate) fn keep_plan(&self, plan: GivePlan) -> String {
        let mut shown = held(&self.shown);
        shown.plans_made = shown.plans_made.saturating_add(1);
        let id = format!("plan-{}", shown.plans_made);
        if shown.plans.len() == MOST_PLANS {
            shown.plans.pop_front();
        }
        shown.plans.push_back((id.clone(), plan));
        id
    }

    /// A plan that was kept.
    pub(crate) fn plan(&self, id: &str) -> Option<GivePlan> {
        let shown = held(&self.shown);
        let (_, plan) = shown.plans.iter().find(|(kept, _)| kept == id)?;
        Some(plan.clone())
    }

    /// Forgets a plan, which is carried out once; whether it was still there.
    pub(crate) fn forget_plan(&self, id: &str) -> bool {
        let mut shown = held(&self.shown);
        let before = shown.plans.len();
        shown.plans.retain(|(kept, _)| kept != id);
        shown.plans.len() < before
    }
}

/// The wallet of this app, open or not.
pub(crate) struct Session {
    pub(crate) home: PathBuf,
    state: Mutex<State>,
    /// Making and opening are done one at a time.
    pub(crate) door: tokio::sync::Mutex<()>,
    town: Mutex<Option<Town>>,
}

struct State {
    open: Option<Arc<Open>>,
    /// A locked wallet in which something is still going on: it holds the files until that ends.
    leaving: Weak<Open>,
    last_seen: Instant,
}

/// Where the wallet is kept: the same place as the command line's.
pub(crate) fn home(app: &AppHandle) -> tauri::Result<PathBuf> {
    if cfg!(mobile) {
        return app.path().app_data_dir();
    }
    farthing_wallet::home_of_this_person().map_or_else(|| app.path().app_data_dir(), Ok)
}

impl Session {
    pub(crate) fn new(home: PathBuf) -> Self {
        Self {
            home,
            state: Mutex::new(State {
                open: None,
                leaving: Weak::new(),
                last_seen: Instant::now(),
            }),
            door: tokio::sync::Mutex::default(),
            town: Mutex::default(),
        }
    }

    /// The open wallet. Whoever asks is there.
    pub(crate) fn open(&self) -> Result<Arc<Open>, Failure> {
        let mut state = held(&self.state);
        state.last_seen = Instant::now();
        state.open.clone().ok_or_else(locked)
    }

    pub(crate) fn is_open(&self) -> Option<Arc<Open>> {
        held(&self.state).open.clone()
    }

    /// Takes in a wallet that was just made or opened.
    pub(crate) fn opened(&self, wallet: Wallet) -> Arc<Open> {
        let open = Arc::new(Open::new(wallet));
        self.enter(&open);
        open
    }

    /// Opens again what was locked and has not ended, for somebody who has given the secret.
    pub(crate) fn enter(&self, open: &Arc<Open>) {
        let mut state = held(&self.state);
        state.open = Some(open.clone());
        state.last_seen = Instant::now();
    }

    /// A wallet that was locked while something went on in it, if that still goes on.
    pub(crate) fn leaving(&self) -> Option<Arc<Open>> {
        held(&self.state).leaving.upgrade()
    }

    /// The person is there.
    pub(crate) fn awake(&self) {
        held(&self.state).last_seen = Instant::now();
    }

    /// How long nobody has been at an open wallet.
    pub(crate) fn idle_for(&self) -> Duration {
        let state = held(&self.state);
        match state.open {
            Some(_) => state.last_seen.elapsed(),
            None => Duration::ZERO,
        }
    }

    /// Closes the wallet and says so. What is under way ends by itself.
    pub(crate) fn lock(&self, app: &AppHandle) {
        if self.close() {
            app.state::<Events>().tell(Event::Locked);
        }
    }

    /// Closes the wallet; whether it was open.
    pub(crate) fn close(&self) -> bool {
        let mut state = held(&self.state);
        let Some(open) = state.open.take() else {
            return false;
        };
        state.leaving = Arc::downgrade(&open);
        true
    }

    /// Opens the practice town, once; its address.
    pub(crate) fn town(&self) -> Option<String> {
        let mut town = held(&self.town);
        if town.is_none() {
            *town = Town::open(&self.home_of_town());
        }
        town.as_ref().map(|town| town.address().to_owned())
    }

    fn home_of_town(&self) -> PathBuf {
        let mut home = self.home.clone().into_os_string();
        home.push("-practice-town");
        home.into()
    }

    /// Takes away the town of a practice wallet that was erased: it knows what was bought.
    pub(crate) fn erase_town(&self) {
        self.close_town();
        // Play money: what cannot be taken away now is used by the next practice wallet.
        let _ = std::fs::remove_dir_all(self.home_of_town());
    }

    /// Closes the practice town, if it was opened from here.
    pub(crate) fn close_town(&self) {
        held(&self.town).take();
    }
}

fn locked() -> Failure {
    Failure::new(
        "wallet_locked",
        "the wallet is locked",
        Money::Safe,
        Exit::Locked,
    )
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
