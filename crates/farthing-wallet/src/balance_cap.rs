//! Whether there is room for more money under the balance cap.
//!
//! What is asked for counts from the moment it is asked for, before there is any record of it: two
//! top-ups at once would each find the room that one of them takes. Once there is a record, that
//! counts instead.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use farthing_money::Amount;
use farthing_policy::{Reason, TopUpDecision, TopUpFacts, decide_top_up};
use farthing_store::history::PaymentId;

use crate::clock::now_ms;
use crate::journal::PaymentKind;
use crate::purses::files;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What this program asks for, in the order it was asked.
#[derive(Debug, Default)]
pub(crate) struct AllAskedFor(Mutex<BTreeMap<u64, AskedFor>>);

#[derive(Debug, Clone, Copy)]
struct AskedFor {
    amount: Amount,
    /// The payment it becomes, once that is known.
    payment: Option<PaymentId>,
}

/// Room that is kept for one amount, until this is dropped: by then a record of it counts.
#[derive(Debug)]
pub(crate) struct Room<'a> {
    all: &'a AllAskedFor,
    place: u64,
}

impl AllAskedFor {
    fn keep(&self, amount: Amount) -> Room<'_> {
        let mut all = self.lock();
        let last = all.last_key_value().map_or(0, |(place, _)| *place);
        let place = last.saturating_add(1);
        let payment = None;
        all.insert(place, AskedFor { amount, payment });
        Room { all: self, place }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, AskedFor>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room<'_> {
    /// Says which payment the amount becomes, before there is any record of it.
    pub(crate) fn becomes(&self, payment: PaymentId) {
        if let Some(asked) = self.all.lock().get_mut(&self.place) {
            asked.payment = Some(payment);
        }
    }

    /// What was asked for before: of two at once, the first has room.
    fn before(&self) -> Vec<AskedFor> {
        let all = self.all.lock();
        all.range(..self.place).map(|(_, asked)| *asked).collect()
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.all.lock().remove(&self.place);
    }
}

impl Wallet {
    /// Whether the rules leave room for more money of this unit. It is kept while the answer is.
    pub(crate) async fn room_for(
        &self,
        amount: Amount,
    ) -> Result<Result<Room<'_>, Reason>, StoreTrouble> {
        let unit = amount.unit();
        let room = self.asked_for.keep(amount);
        // Each of these may go over into the next while this looks: then it is counted twice, or by its
        // payment once, and never not at all.
        let before = room.before();
        let mut recorded = BTreeSet::new();
        let mut coming = Vec::new();
        let now = now_ms() / 1000;
        for asked in self.ecash.open_top_ups().await.map_err(files)? {
            recorded.insert(PaymentId::from(asked.payment));
            // Money asked for may arrive any moment, until its invoice runs out.
            if asked.expires_at == 0 || asked.expires_at > now {
                coming.push(asked.amount);
            }
        }
        for story in self.undecided()?.stories {
            // What is being taken in is in no purse before it is decided.
            if story.begun.kind == PaymentKind::Redeem {
                recorded.insert(story.payment);
                coming.push(story.begun.cost.price());
            }
        }
        let unrecorded = |asked: &AskedFor| asked.payment.is_none_or(|id| !recorded.contains(&id));
        coming.extend(
            before
                .into_iter()
                .filter(unrecorded)
                .map(|asked| asked.amount),
        );
        coming.retain(|coming| coming.unit() == unit);
        let (balance, pending) = self.holdings(unit).await?;
        let pending = coming.into_iter().fold(pending, |sum, coming| {
            sum.checked_add(coming).unwrap_or(Amount::most(unit))
        });
        let facts = TopUpFacts {
            balance,
            pending,
            amount,
        };
        Ok(match decide_top_up(&self.policy, &facts) {
            TopUpDecision::Allow => Ok(room),
            TopUpDecision::Refuse(reason) => Err(reason),
        })
    }
}
