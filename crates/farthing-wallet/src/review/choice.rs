//! Which of several ways a payment is made: the one with the lowest worst case.

use farthing_money::{Amount, Breakdown, Currency, Rate, Unit};
use farthing_rails::code::Several;
use farthing_rails::ecash::Purse;

use super::name::Named;
use super::{Alternative, Asked, Planned, ReviewError, ReviewRequest, Way};
use crate::journal::PaymentKind;
use crate::once;
use crate::wallet::Wallet;

/// The way that is reviewed, and the others.
pub(super) struct Chosen {
    pub(super) asked: Asked,
    pub(super) best: Way,
    pub(super) alternatives: Vec<Alternative>,
}

impl Wallet {
    /// Plans every way a code can be paid. They are one payment: paying one claims them all.
    pub(super) async fn plan_several(
        &self,
        several: &Several,
        named: Option<&Named>,
        request: &ReviewRequest,
    ) -> Result<Vec<Planned>, ReviewError> {
        let mut planned = Vec::new();
        let mut errors = Vec::new();
        for way in &several.ways {
            match Box::pin(self.plan(way, named, request)).await {
                Ok(plan) => planned.push(plan),
                Err(error @ (ReviewError::Store(_) | ReviewError::AlreadyPaid { .. })) => {
                    return Err(error);
                }
                Err(error) => errors.push(error),
            }
        }
        if planned.is_empty() {
            return Err(told(errors));
        }
        // Of the ways that cannot be taken now too: one of them may have been, or be taken later.
        let mut claims: Vec<String> = planned
            .iter()
            .filter_map(|plan| plan.asked.once.clone())
            .chain(several.ways.iter().filter_map(once::of_code))
            .collect();
        claims.sort();
        claims.dedup();
        let once = (!claims.is_empty()).then(|| claims.join("\n"));
        self.check_unclaimed(once.as_deref())?;
        for plan in &mut planned {
            plan.asked.once.clone_from(&once);
        }
        Ok(planned)
    }
}

/// How dear a way is: of two that can be compared the lower one is cheaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dear {
    measure: Measure,
    at_most: u64,
    /// What it takes in any case: of two with the same worst case this decides.
    at_least: u64,
}

/// What a cost is counted in. Costs in different measures cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Measure {
    /// Millisatoshis: exactly, or at the going rate.
    Msat,
    /// Pieces of a unit whose rate is not known. After bitcoin, whose price is exact.
    Piece(Unit),
}

impl Dear {
    /// `rate` knows what a currency goes for, if anything does.
    pub(super) fn of(cost: &Breakdown, rate: impl Fn(Currency) -> Option<Rate>) -> Self {
        let in_msat = |amount: Amount| match amount.unit().currency() {
            None => amount.to_msat().ok().map(Amount::value),
            Some(currency) => rate(currency)?.in_msat(amount),
        };
        let (at_most, at_least) = (cost.total_at_most(), cost.total());
        match (in_msat(at_most), in_msat(at_least)) {
            (Some(at_most), Some(at_least)) => Self {
                measure: Measure::Msat,
                at_most,
                at_least,
            },
            _ => Self {
                measure: Measure::Piece(cost.unit()),
                at_most: at_most.value(),
                at_least: at_least.value(),
            },
        }
    }
}

/// Chooses. With nothing to choose from, says why.
pub(super) fn choose(
    planned: Vec<Planned>,
    dear: impl Fn(&Breakdown) -> Dear,
) -> Result<Chosen, ReviewError> {
    let mut planned = planned;
    for plan in &mut planned {
        plan.ways.sort_by_key(|way| dear(&way.cost));
    }
    let cheapest = |plan: &Planned| {
        let first = plan.ways.first().map(|way| dear(&way.cost));
        (first.is_none(), first)
    };
    planned.sort_by_key(cheapest);
    let mut planned = planned.into_iter();
    let Planned {
        asked,
        ways,
        refusals,
    } = planned.next().ok_or(ReviewError::NoPurse)?;
    let mut ways = ways.into_iter();
    let Some(best) = ways.next() else {
        let others = planned.flat_map(|plan| plan.refusals);
        return Err(told(
            refusals.into_iter().chain(others).map(|(_, error)| error),
        ));
    };
    let best_is = dear(&best.cost);
    let not_taken = |way: Way, kind| {
        let why = NotTaken::since(best_is, dear(&way.cost));
        Alternative {
            purse: way.purse,
            kind,
            total_at_most: Some(way.cost.total_at_most()),
            code: why.name().to_owned(),
            why: why.to_string(),
        }
    };
    let mut alternatives: Vec<Alternative> = ways
        .map(|way| not_taken(way, None))
        .chain(refusals.into_iter().map(|refused| unable(refused, None)))
        .collect();
    for other in planned {
        let kind = Some(other.asked.kind);
        alternatives.extend(other.ways.into_iter().map(|way| not_taken(way, kind)));
        alternatives.extend(
            other
                .refusals
                .into_iter()
                .map(|refused| unable(refused, kind)),
        );
    }
    Ok(Chosen {
        asked,
        best,
        alternatives,
    })
}

/// Why a way that could pay was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum NotTaken {
    #[error("it costs more")]
    Dearer,
    #[error("it costs as much")]
    AsDear,
    #[error("without a rate of today the two cannot be compared")]
    NoRate,
}

impl NotTaken {
    fn since(best: Dear, other: Dear) -> Self {
        match (best.measure == other.measure, best.at_most == other.at_most) {
            (false, _) => Self::NoRate,
            (true, false) => Self::Dearer,
            (true, true) => Self::AsDear,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Dearer => "costs_more",
            Self::AsDear => "costs_the_same",
            Self::NoRate => "no_rate",
        }
    }
}

fn unable((purse, error): (Purse, ReviewError), kind: Option<PaymentKind>) -> Alternative {
    Alternative {
        purse,
        kind,
        total_at_most: None,
        code: error.code().to_owned(),
        why: error.to_string(),
    }
}

/// The error that says most: money that is there but too little says more than an issuer that is
/// not there.
fn told(errors: impl IntoIterator<Item = ReviewError>) -> ReviewError {
    let mut errors = errors.into_iter();
    let Some(first) = errors.next() else {
        return ReviewError::NoPurse;
    };
    errors.fold(first, |said, error| match (&said, &error) {
        (ReviewError::Short { .. }, _) => said,
        (_, ReviewError::Short { .. }) => error,
        _ => said,
    })
}
