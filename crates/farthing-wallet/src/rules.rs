//! The rules once more, at the moment money is about to move.
//!
//! A review may have been made under other rules. What is decided on is the worst case that was
//! shown: the rails refuse whatever would cost more than that in any of its parts, so nothing
//! dearer can be charged than what is judged here.

use farthing_money::{Amount, Breakdown, Unit};
use farthing_policy::{
    Decision, Factor, PayeeStanding, PaymentFacts, Reason, Warning, decide_payee_limit,
    decide_payment,
};
use farthing_store::history::MerchantId;

use crate::clock::now_ms;
use crate::journal::{Direction, Outcome, Story, tell};
use crate::once::have_in_common;
use crate::pay::PayError;
use crate::review::{KeptReview, Payee, ReviewError};
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Over which time a limit for one payee counts, in milliseconds.
const THIRTY_DAYS_MS: u64 = 30 * 24 * 60 * 60 * 1000;

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

    /// What the person has said about this payee itself: never, or not more than so much within 30
    /// days.
    pub(crate) fn person_allows(&self, payee: &Payee, cost: &Breakdown) -> Result<(), ReviewError> {
        let Some((id, details)) = self.known(&payee.id)? else {
            return Ok(());
        };
        if details.blocked {
            return Err(ReviewError::Refused(Reason::PayeeBlocked));
        }
        let Some(limit) = details.limit else {
            return Ok(());
        };
        let spent = self.spent_on(id, limit.unit(), now_ms().saturating_sub(THIRTY_DAYS_MS))?;
        decide_payee_limit(limit, spent, cost.total_at_most()).map_err(ReviewError::Refused)
    }

    /// What went to a merchant since then, fees included; what is undecided counts at its most.
    fn spent_on(&self, id: MerchantId, unit: Unit, since_ms: u64) -> Result<Amount, StoreTrouble> {
        let entries = self.history().entries_with(id)?;
        let mut spent = Amount::zero(unit);
        for story in tell(&entries)? {
            let cost = &story.begun.cost;
            if story.at_ms < since_ms
                || cost.unit() != unit
                || story.begun.kind.direction() != Direction::Out
            {
                continue;
            }
            let took = match story.outcome() {
                Outcome::Paid => cost.price().checked_add(story.fees_total()),
                Outcome::StillDeciding => Ok(cost.total_at_most()),
                Outcome::NotPaid => continue,
            };
            // Sums beyond what can be held are beyond every limit.
            let sum = took.and_then(|took| spent.checked_add(took));
            spent = sum.unwrap_or(Amount::most(unit));
        }
        Ok(spent)
    }

    /// The price of a payment to this payee that is not decided yet. A second payment of what may be
    /// paid once only is refused as such, and not counted here.
    pub(crate) fn undecided_with(
        &self,
        payee: &Payee,
        once: Option<&str>,
    ) -> Result<Option<Amount>, StoreTrouble> {
        let Some((id, _)) = self.known(&payee.id)? else {
            return Ok(None);
        };
        let same = |story: &Story| have_in_common(once, story.begun.once.as_deref());
        let undecided = self.undecided()?.all()?.into_iter().find(|story| {
            story.merchant == Some(id)
                && story.begun.kind.direction() == Direction::Out
                && !same(story)
        });
        Ok(undecided.map(|story| story.begun.cost.price()))
    }

    /// Whether what was said of this review still holds: a payment that came in between and is not
    /// decided has to be seen first.
    pub(crate) fn rules_still_allow(&self, kept: &KeptReview) -> Result<(), PayError> {
        let review = &kept.review;
        let warned = |warning: &Warning| matches!(warning, Warning::StillDeciding { .. });
        if !review.warnings.iter().any(warned)
            && self
                .undecided_with(&review.payee, kept.once.as_deref())
                .map_err(ReviewError::from)?
                .is_some()
        {
            return Err(PayError::RulesChanged);
        }
        self.person_allows(&review.payee, &review.cost)?;
        self.still_allowed(&review.cost, review.payee.standing(), &review.needs)
            .map_err(|forbidden| match forbidden {
                Forbidden::Refused(reason) => ReviewError::Refused(reason).into(),
                Forbidden::NeedsMore => PayError::RulesChanged,
            })
    }
}
