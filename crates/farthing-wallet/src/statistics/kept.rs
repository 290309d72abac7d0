//! What is kept of statistics: whether the person wants them, and the answers that were drawn.

use std::collections::HashSet;
use std::ops::ControlFlow;

use farthing_policy::{
    Answer, EPSILON_OF_A_MONTH, EPSILON_OF_A_YEAR, MonthFacts, answer, within_budget,
};
use farthing_store::history::PutError;
use serde::{Deserialize, Serialize};

use super::StatisticsError;
use crate::clock::now_ms;
use crate::journal::{Direction, Outcome, PaymentKind, Story};
use crate::month::Month;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// The kind of document they are kept as.
pub(crate) const STATISTICS: &str = "statistics";
const ONLY: &str = "all";
/// Months that are remembered: this year's and last year's, for the budget.
const MOST_MONTHS: usize = 24;

/// Everything that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) on: bool,
    /// The oldest first.
    pub(super) months: Vec<Drawn>,
}

/// The answer of one month, drawn once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Drawn {
    pub(super) month: String,
    pub(super) answer: Answer,
    /// When it left the wallet first, in a file or over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) left_ms: Option<u64>,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sent_ms: Option<u64>,
}

/// Where anonymous statistics stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// Whether the person wants them.
    pub on: bool,
    /// The last whole month.
    pub month: Month,
    /// The very bytes that would leave.
    pub text: String,
    /// ε of one month in thousandths.
    pub epsilon_month: u64,
    /// ε of what left this year.
    pub epsilon_spent: u64,
    /// ε of all that may leave in a year.
    pub epsilon_year: u64,
    /// When this month's were sent, in milliseconds since 1970.
    pub sent_ms: Option<u64>,
    /// Whether they may leave now.
    pub can_send: bool,
}

impl Drawn {
    /// The very bytes that leave.
    pub(super) fn text(&self) -> String {
        format!(
            "{{\"farthing_statistics\":1,\"month\":\"{}\",\"question\":\"{}\",\"answer\":{}}}\n",
            self.month,
            self.answer.question.code(),
            self.answer.yes
        )
    }
}

impl Kept {
    /// Whether another month may leave in this one's year.
    pub(super) fn has_budget_for(&self, month: Month) -> bool {
        // What left once tells nothing more when it leaves again.
        let left_before = self.of(month).is_some_and(|drawn| drawn.left_ms.is_some());
        left_before || within_budget(self.left_in(month))
    }

    /// How many months left that are of this one's year.
    fn left_in(&self, month: Month) -> u64 {
        let of_the_year = |drawn: &&Drawn| {
            let year = drawn.month.parse().map(Month::year);
            drawn.left_ms.is_some() && year == Ok(month.year())
        };
        u64::try_from(self.months.iter().filter(of_the_year).count()).unwrap_or(u64::MAX)
    }

    pub(super) fn of(&self, month: Month) -> Option<&Drawn> {
        let this = month.to_string();
        self.months.iter().find(|drawn| drawn.month == this)
    }

    pub(super) fn of_mut(&mut self, month: Month) -> Option<&mut Drawn> {
        let this = month.to_string();
        self.months.iter_mut().find(|drawn| drawn.month == this)
    }
}

/// The last month that is over.
pub(super) fn last_month() -> Month {
    Month::of_ms(now_ms()).before()
}

impl Wallet {
    /// Where statistics stand, and what would leave. Drawn when it is first looked at, and never
    /// again.
    ///
    /// # Errors
    /// [`StatisticsError::NoChance`], [`StatisticsError::Store`].
    pub fn statistics(&self) -> Result<Statistics, StatisticsError> {
        let month = last_month();
        let kept = self.drawn(month)?;
        let drawn = kept.of(month).ok_or_else(StoreTrouble::damaged)?;
        Ok(Statistics {
            on: kept.on,
            month,
            text: drawn.text(),
            epsilon_month: EPSILON_OF_A_MONTH,
            epsilon_spent: kept.left_in(month).saturating_mul(EPSILON_OF_A_MONTH),
            epsilon_year: EPSILON_OF_A_YEAR,
            sent_ms: drawn.sent_ms,
            can_send: kept.on && drawn.sent_ms.is_none() && kept.has_budget_for(month),
        })
    }

    /// Switches them on or off. Nothing leaves by that.
    ///
    /// # Errors
    /// [`StatisticsError::Store`].
    pub fn set_statistics(&self, on: bool) -> Result<(), StatisticsError> {
        self.change_statistics(|kept| {
            kept.on = on;
            Ok(())
        })?;
        Ok(())
    }

    /// What is kept, with an answer for this month in it.
    pub(super) fn drawn(&self, month: Month) -> Result<Kept, StatisticsError> {
        let (kept, _) = self.kept_statistics()?;
        if kept.of(month).is_some() {
            return Ok(kept);
        }
        let facts = self.facts_of(month)?;
        let mut chance = [0];
        getrandom::fill(&mut chance).map_err(|_| StatisticsError::NoChance)?;
        let [chance] = chance;
        self.change_statistics(|kept| {
            // Another window may have been faster: its answer stands.
            if kept.of(month).is_none() {
                kept.months.push(Drawn {
                    month: month.to_string(),
                    answer: answer(&facts, chance),
                    left_ms: None,
                    sent_ms: None,
                });
                let too_many = kept.months.len().saturating_sub(MOST_MONTHS);
                kept.months.drain(..too_many);
            }
            Ok(())
        })
    }

    pub(super) fn kept_statistics(&self) -> Result<(Kept, Option<u64>), StoreTrouble> {
        let document = self.history().document(STATISTICS, ONLY)?;
        match document {
            Some(document) => Ok((
                serde_json::from_slice(&document.body)?,
                Some(document.version),
            )),
            None => Ok((Kept::default(), None)),
        }
    }

    /// Changes what is kept. It is on the disk when this returns.
    pub(super) fn change_statistics(
        &self,
        change: impl Fn(&mut Kept) -> Result<(), StatisticsError>,
    ) -> Result<Kept, StatisticsError> {
        loop {
            let (mut kept, version) = self.kept_statistics()?;
            change(&mut kept)?;
            let body = serde_json::to_vec(&kept).map_err(StoreTrouble::from)?;
            let put = self
                .history()
                .put_document(STATISTICS, ONLY, version, &body);
            match put {
                Ok(_) => return Ok(kept),
                Err(PutError::Conflict { .. }) => {}
                Err(error) => return Err(StoreTrouble::from(error).into()),
            }
        }
    }

    /// What is true of a month. It stays here.
    pub(super) fn facts_of(&self, month: Month) -> Result<MonthFacts, StoreTrouble> {
        let (starts_ms, ends_ms) = (month.starts_ms(), month.next().starts_ms());
        let mut facts = MonthFacts::default();
        let mut payees = HashSet::new();
        self.stories_newest_first(|story| {
            if story.at_ms < starts_ms {
                return ControlFlow::Break(());
            }
            if story.at_ms < ends_ms {
                count(&mut facts, &mut payees, story);
            }
            ControlFlow::Continue(())
        })?;
        facts.payees = u64::try_from(payees.len()).unwrap_or(u64::MAX);
        Ok(facts)
    }
}

fn count(facts: &mut MonthFacts, payees: &mut HashSet<String>, story: &Story) {
    let kind = story.begun.kind;
    let one_more = |count: &mut u64| *count = count.saturating_add(1);
    match (kind.direction(), story.outcome()) {
        (Direction::Out, Outcome::Paid) => {}
        (Direction::Out, Outcome::NotPaid) => return one_more(&mut facts.failed),
        _ => return,
    }
    one_more(&mut facts.payments);
    payees.extend(story.begun.payee.clone());
    match kind {
        PaymentKind::LightningInvoice | PaymentKind::LightningOffer | PaymentKind::LnurlPay => {
            one_more(&mut facts.by_lightning);
        }
        PaymentKind::CashuRequest | PaymentKind::Give => one_more(&mut facts.by_ecash),
        PaymentKind::Page => one_more(&mut facts.for_pages),
        PaymentKind::Redeem | PaymentKind::TopUp | PaymentKind::Move => {}
    }
}
