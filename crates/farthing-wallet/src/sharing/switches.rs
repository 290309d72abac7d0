//! The switches of one merchant: on, paused, taken back.

use farthing_policy::{Grant, Item, Purpose, STANDS_FOR_MS, Standing};
use farthing_store::history::{MerchantId, PaymentId};

use super::{Consent, ConsentChange, OwnDetails};
use crate::clock::now_ms;
use crate::journal::Event;
use crate::merchants::{MerchantDetails, MerchantError};
use crate::wallet::Wallet;

/// The longest a yes may stand: two years, in milliseconds.
const LONGEST_MS: u64 = 2 * 365 * 24 * 60 * 60 * 1000;
/// Most grants kept of one merchant, ended ones among them.
const MOST: usize = 200;

/// How one switch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwitchState {
    /// It was never on.
    Off,
    /// It is on.
    On,
    /// It is on, and paused.
    Paused,
    /// It was on once.
    Ended,
}

impl SwitchState {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// One switch: an item, what for, and since when until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// What.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
    /// How it stands.
    pub state: SwitchState,
    /// Since when, in milliseconds since 1970.
    pub since_ms: Option<u64>,
    /// Until when it stands, or when it ended.
    pub until_ms: Option<u64>,
    /// When something was told under it last.
    pub last_used_ms: Option<u64>,
    /// What this merchant gets; none where there is nothing yet, or where it is made each time.
    pub value: Option<String>,
    /// Whether that is another value than the person's own.
    pub alias: bool,
}

impl Switch {
    /// One that was never on, with what this merchant would get.
    pub(crate) fn off(item: Item, details: &MerchantDetails, own: &OwnDetails) -> Self {
        let alias = details.aliases.get(&item);
        Self {
            item,
            purpose: Purpose::Deliver,
            state: SwitchState::Off,
            since_ms: None,
            until_ms: None,
            last_used_ms: None,
            value: alias.or_else(|| own.get(&item)).cloned(),
            alias: alias.is_some(),
        }
    }

    /// The same as a grant has turned it.
    pub(crate) fn turned(self, grant: &Grant, now_ms: u64) -> Self {
        Self {
            purpose: grant.purpose,
            state: match grant.standing(now_ms) {
                Standing::On => SwitchState::On,
                Standing::Paused => SwitchState::Paused,
                Standing::Ended => SwitchState::Ended,
            },
            since_ms: Some(grant.since_ms),
            until_ms: Some(grant.ended_ms.unwrap_or(grant.until_ms)),
            last_used_ms: grant.last_used_ms,
            ..self
        }
    }
}

/// What is switched on.
#[derive(Debug, Clone)]
pub struct SwitchOn {
    /// What.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
    /// Until when, in milliseconds since 1970; 90 days from now where nobody says.
    pub until_ms: Option<u64>,
}

impl MerchantDetails {
    /// How many switches are on.
    pub(crate) fn sharing_at(&self, now_ms: u64) -> usize {
        let on = |grant: &&Grant| grant.standing(now_ms) == Standing::On;
        self.grants.iter().filter(on).count()
    }

    /// Says yes: the grant that says so already, changed where it ends at another time, or a new
    /// one.
    pub(crate) fn say_yes(&mut self, wanted: &Grant, now_ms: u64) -> Vec<Consent> {
        let same = |grant: &&mut Grant| {
            grant.item == wanted.item
                && grant.purpose == wanted.purpose
                && grant.standing(now_ms) != Standing::Ended
        };
        let (grant, change) = match self.grants.iter_mut().find(same) {
            Some(known) if known.until_ms == wanted.until_ms && !known.paused => return Vec::new(),
            Some(known) => {
                known.until_ms = wanted.until_ms;
                known.paused = false;
                (known.clone(), ConsentChange::Changed)
            }
            None => {
                // What ended longest ago makes room; the journal has it all.
                if self.grants.len() >= MOST
                    && let Some(oldest) = self
                        .grants
                        .iter()
                        .position(|grant| grant.standing(now_ms) == Standing::Ended)
                {
                    self.grants.remove(oldest);
                }
                self.grants.push(wanted.clone());
                (wanted.clone(), ConsentChange::Granted)
            }
        };
        vec![Consent::of(change, &grant)]
    }

    /// Takes back every yes that `which` names and that still stands.
    pub(crate) fn take_back(
        &mut self,
        which: impl Fn(&Grant) -> bool,
        now_ms: u64,
    ) -> Vec<Consent> {
        let mut taken = Vec::new();
        for grant in &mut self.grants {
            if grant.standing(now_ms) != Standing::Ended && which(grant) {
                grant.ended_ms = Some(now_ms);
                taken.push(Consent::of(ConsentChange::Withdrawn, grant));
            }
        }
        taken
    }
}

/// A yes that begins now.
pub(crate) fn grant_from_now(item: Item, purpose: Purpose, now_ms: u64) -> Grant {
    Grant {
        id: uuid::Uuid::new_v4().to_string(),
        item,
        purpose,
        since_ms: now_ms,
        until_ms: now_ms.saturating_add(STANDS_FOR_MS),
        paused: false,
        once: false,
        ended_ms: None,
        last_used_ms: None,
    }
}

impl Wallet {
    /// Switches an item on for one merchant and purpose.
    ///
    /// # Errors
    /// [`MerchantError`]; nothing was switched on then.
    pub fn switch_on(&self, merchant: MerchantId, on: &SwitchOn) -> Result<(), MerchantError> {
        if !on.item.goes_with_a_payment() {
            return Err(MerchantError::NotWithPayments(on.item));
        }
        let now = now_ms();
        let mut wanted = grant_from_now(on.item, on.purpose, now);
        if let Some(until) = on.until_ms {
            if until <= now || until.saturating_sub(now) > LONGEST_MS {
                return Err(MerchantError::BadEnd);
            }
            wanted.until_ms = until;
        }
        self.consent(merchant, |details| Ok(details.say_yes(&wanted, now)))
    }

    /// Switches an item off for one merchant, for every purpose where none is named. It stops at
    /// once.
    ///
    /// # Errors
    /// [`MerchantError::NotShared`] where it was not on.
    pub fn switch_off(
        &self,
        merchant: MerchantId,
        item: Item,
        purpose: Option<Purpose>,
    ) -> Result<(), MerchantError> {
        self.consent(merchant, |details| {
            let named = |grant: &Grant| {
                grant.item == item && purpose.is_none_or(|purpose| grant.purpose == purpose)
            };
            match details.take_back(named, now_ms()) {
                none if none.is_empty() => Err(MerchantError::NotShared),
                taken => Ok(taken),
            }
        })
    }

    /// Pauses what is shared of an item with one merchant, or goes on.
    ///
    /// # Errors
    /// [`MerchantError::NotShared`] where it is not on.
    pub fn pause_sharing(
        &self,
        merchant: MerchantId,
        item: Item,
        paused: bool,
    ) -> Result<(), MerchantError> {
        self.consent(merchant, |details| {
            let now = now_ms();
            let mut changed = Vec::new();
            for grant in &mut details.grants {
                if grant.item == item && grant.standing(now) != Standing::Ended {
                    grant.paused = paused;
                    changed.push(Consent::of(ConsentChange::Changed, grant));
                }
            }
            if changed.is_empty() {
                return Err(MerchantError::NotShared);
            }
            Ok(changed)
        })
    }

    /// Takes back everything one merchant may learn. Returns how much that was.
    ///
    /// # Errors
    /// [`MerchantError`].
    pub fn stop_sharing(&self, merchant: MerchantId) -> Result<usize, MerchantError> {
        let mut stopped = 0;
        self.consent(merchant, |details| {
            let taken = details.take_back(|_| true, now_ms());
            stopped = taken.len();
            Ok(taken)
        })?;
        Ok(stopped)
    }

    /// Takes back everything every merchant may learn. Returns how much that was.
    ///
    /// # Errors
    /// [`MerchantError`]; some may have been stopped then, and it can be done again.
    pub fn stop_all_sharing(&self) -> Result<usize, MerchantError> {
        let mut stopped = 0_usize;
        for merchant in self.merchants()? {
            stopped = stopped.saturating_add(self.stop_sharing(merchant.id)?);
        }
        Ok(stopped)
    }

    /// Changes what a merchant may learn, and writes the change down, in one step.
    fn consent(
        &self,
        merchant: MerchantId,
        change: impl FnOnce(&mut MerchantDetails) -> Result<Vec<Consent>, MerchantError>,
    ) -> Result<(), MerchantError> {
        self.change_details(merchant, PaymentId::random(), |details| {
            Ok(change(details)?.into_iter().map(Event::Consent).collect())
        })
    }
}

/// Every item that can go with a payment, with the yes that stands or stood last.
pub(crate) fn switches_of(details: &MerchantDetails, own: &OwnDetails, now_ms: u64) -> Vec<Switch> {
    let mut switches = Vec::new();
    for item in Item::ALL
        .into_iter()
        .filter(|item| item.goes_with_a_payment())
    {
        let off = Switch::off(item, details, own);
        let mut found = false;
        for purpose in Purpose::ALL {
            let mut of = details.grants.iter().rev();
            let last = of.find(|grant| grant.item == item && grant.purpose == purpose);
            if let Some(grant) = last {
                found = true;
                switches.push(off.clone().turned(grant, now_ms));
            }
        }
        if !found {
            switches.push(off);
        }
    }
    switches
}
