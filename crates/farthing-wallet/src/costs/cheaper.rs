//! What would have been cheaper, as far as the journal can tell: estimates, and said to be.

use std::collections::BTreeMap;

use farthing_money::{Amount, Unit};
use farthing_rails::ecash::PurseId;

use super::{Cost, CostLine, more};
use crate::journal::{Direction, Outcome, PaymentKind};

/// A purse or a payee is judged by no fewer payments than this.
const ENOUGH: u64 = 3;
/// Most pieces of advice: more would be read by nobody.
const MOST_ADVICE: usize = 3;

/// Something that would have cost less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cheaper {
    /// The same payments from another purse, by what such payments cost from there.
    OtherPurse {
        /// What kind of payments.
        kind: PaymentKind,
        /// The purse they were made from.
        from: PurseId,
        /// The one that was cheaper.
        to: PurseId,
        /// How many there were.
        payments: u64,
        /// What it would have saved, about.
        saving: Amount,
    },
    /// Fewer and larger payments to one payee: each began with the same fees.
    Together {
        /// Who.
        payee: String,
        /// How many there were.
        payments: u64,
        /// What it would have saved at the most, had they been one.
        saving: Amount,
    },
}

impl Cheaper {
    /// What it would have saved.
    #[must_use]
    pub const fn saving(&self) -> Amount {
        match self {
            Self::OtherPurse { saving, .. } | Self::Together { saving, .. } => *saving,
        }
    }
}

/// The ways payments went.
#[derive(Default)]
pub(super) struct Ways {
    purses: BTreeMap<(Unit, &'static str, String), (PaymentKind, PurseId, Cost)>,
    payees: BTreeMap<(Unit, String), (Cost, Amount)>,
}

impl Ways {
    pub(super) fn add(&mut self, one: &CostLine, cost: Amount) {
        let line = &one.line;
        if line.direction != Direction::Out || line.outcome != Outcome::Paid {
            return;
        }
        let unit = cost.unit();
        let nothing = Amount::zero(unit);
        let key = (unit, line.kind.code(), one.purse.to_string());
        let (_, _, sum) = self
            .purses
            .entry(key)
            .or_insert_with(|| (line.kind, one.purse.clone(), Cost::none(unit)));
        sum.add(line.amount, nothing, cost);
        if let Some(payee) = &line.payee {
            let (sum, dearest) = self
                .payees
                .entry((unit, payee.clone()))
                .or_insert_with(|| (Cost::none(unit), nothing));
            sum.add(line.amount, nothing, cost);
            *dearest = dearest.try_max(cost).unwrap_or(*dearest);
        }
    }

    pub(super) fn cheaper(&self) -> Vec<Cheaper> {
        let mut all: Vec<Cheaper> = self.other_purses().chain(self.together()).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.saving().value()));
        all.truncate(MOST_ADVICE);
        all
    }

    fn other_purses(&self) -> impl Iterator<Item = Cheaper> + '_ {
        self.purses
            .iter()
            .filter_map(|((unit, kind, _), (what, from, cost))| {
                let others = self
                    .purses
                    .iter()
                    .filter(|((of, like, _), (_, purse, other))| {
                        of == unit && like == kind && purse != from && other.payments >= ENOUGH
                    });
                let cheapest = others
                    .filter_map(|(_, (_, to, other))| Some((would_cost(cost, other)?, to)))
                    .min_by_key(|(would, _)| would.value());
                let (would, to) = cheapest?;
                let saving = cost.cost.checked_sub(would).ok()?;
                (!saving.is_zero()).then(|| Cheaper::OtherPurse {
                    kind: *what,
                    from: from.clone(),
                    to: to.clone(),
                    payments: cost.payments,
                    saving,
                })
            })
    }

    fn together(&self) -> impl Iterator<Item = Cheaper> + '_ {
        self.payees
            .iter()
            .filter_map(|((_, payee), (cost, dearest))| {
                let saving = cost.cost.checked_sub(*dearest).ok()?;
                (cost.payments >= ENOUGH && !saving.is_zero()).then(|| Cheaper::Together {
                    payee: payee.clone(),
                    payments: cost.payments,
                    saving,
                })
            })
    }
}

/// What the payments of `these` would have cost at the rate of `other`, rounded up.
fn would_cost(these: &Cost, other: &Cost) -> Option<Amount> {
    let moved = more(these.paid, these.received).value();
    let at = more(other.paid, other.received).value();
    let would = u128::from(moved)
        .checked_mul(u128::from(other.cost.value()))?
        .checked_add(u128::from(at).checked_sub(1)?)?
        .checked_div(u128::from(at))?;
    Amount::new(u64::try_from(would).ok()?, these.cost.unit()).ok()
}
