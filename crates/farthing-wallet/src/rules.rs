//! The rules once more, at the moment money is about to move.
//!
//! A review may have been made under other rules. What is decided on is the worst case that was
//! shown: the rails refuse whatever would cost more than that in any of its parts, so nothing
//! dearer can be charged than what is judged here.

use farthing_money::Breakdown;
use farthing_policy::{Decision, Factor, PayeeStanding, PaymentFacts, Reason, decide_payment};

use crate::pay::PayError;
use crate::review::{Review, ReviewError};
use crate::wallet::Wallet;

/// Why what was allowed is not allowed any more.
pub(crate) enum Forbidden {
    /// A rule refuses it.
    Refused(Reason),
    /// It needs more of the person than they were asked for.
    NeedsMore,
}

impl Wallet {
    pub(crate) fn still_allowed(
        &self,
        cost: &Breakdown,
        payee: PayeeStanding,
        confirmed: &[Factor],
    ) -> Result<(), Forbidden> {
        let facts = PaymentFacts {
            breakdown: cost,
            payee,
        };
        match decide_payment(&self.policy, &facts) {
            Decision::Refuse(reason) => Err(Forbidden::Refused(reason)),
            Decision::Allow { needs, .. } if needs.iter().all(|need| confirmed.contains(need)) => {
                Ok(())
            }
            Decision::Allow { .. } => Err(Forbidden::NeedsMore),
        }
    }

    pub(crate) fn rules_still_allow(&self, review: &Review) -> Result<(), PayError> {
        self.still_allowed(&review.cost, review.payee.standing(), &review.needs)
            .map_err(|forbidden| match forbidden {
                Forbidden::Refused(reason) => ReviewError::Refused(reason).into(),
                Forbidden::NeedsMore => PayError::RulesChanged,
            })
    }
}
