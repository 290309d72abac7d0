//! Which of several ways a payment is made: the one with the lowest worst case.

use farthing_rails::code::Several;

use super::{Alternative, Asked, Planned, ReviewError, ReviewRequest, Way};
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
        request: &ReviewRequest,
    ) -> Result<Vec<Planned>, ReviewError> {
        let mut planned = Vec::new();
        let mut errors = Vec::new();
        for way in &several.ways {
            match Box::pin(self.plan(way, request)).await {
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
        let mut claims: Vec<String> = planned
            .iter()
            .filter_map(|plan| plan.asked.once.clone())
            .collect();
        claims.sort();
        let once = (!claims.is_empty()).then(|| claims.join("\n"));
        for plan in &mut planned {
            plan.asked.once.clone_from(&once);
        }
        Ok(planned)
    }
}

/// Chooses. With nothing to choose from, says why.
pub(super) fn choose(planned: Vec<Planned>) -> Result<Chosen, ReviewError> {
    let cheapest = |plan: &Planned| {
        let totals = plan.ways.iter().map(|way| way.cost.total_at_most().value());
        totals.min().unwrap_or(u64::MAX)
    };
    let mut planned = planned;
    planned.sort_by_key(cheapest);
    let mut planned = planned.into_iter();
    let Planned {
        asked,
        mut ways,
        refusals,
    } = planned.next().ok_or(ReviewError::NoPurse)?;
    ways.sort_by_key(|way| way.cost.total_at_most().value());
    let mut ways = ways.into_iter();
    let Some(best) = ways.next() else {
        let others = planned.flat_map(|plan| plan.refusals);
        return Err(told(
            refusals.into_iter().chain(others).map(|(_, error)| error),
        ));
    };
    let mut alternatives: Vec<Alternative> = ways
        .map(|way| dearer(way, None))
        .chain(refusals.into_iter().map(|refused| unable(refused, None)))
        .collect();
    for other in planned {
        let kind = Some(other.asked.kind);
        alternatives.extend(other.ways.into_iter().map(|way| dearer(way, kind)));
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

fn dearer(way: Way, kind: Option<crate::journal::PaymentKind>) -> Alternative {
    Alternative {
        purse: way.purse,
        kind,
        total_at_most: Some(way.cost.total_at_most()),
        why: "it costs as much or more".to_owned(),
    }
}

fn unable(
    (purse, error): (farthing_rails::ecash::Purse, ReviewError),
    kind: Option<crate::journal::PaymentKind>,
) -> Alternative {
    Alternative {
        purse,
        kind,
        total_at_most: None,
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
