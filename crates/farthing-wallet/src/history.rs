//! What happened: the journal as lines and as receipts.

use std::ops::ControlFlow;

use farthing_money::{Amount, PaidFee, Settled};
use farthing_rails::ecash::{HandedState, Purse};
use farthing_store::history::{MerchantId, PaymentId};

use crate::journal::{Direction, Outcome, PaymentKind, Proof, Story, tell};
use crate::money::MoneyState;
use crate::purses::files;
use crate::sharing::Told;
use crate::success::Success;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;
use crate::why::Why;

/// Most payments a search returns.
const MOST_FOUND: usize = 1000;

/// Which payments to list.
#[derive(Debug, Clone, Default)]
pub struct HistoryFilter {
    /// Only with payees whose name has this in it, in any letter case.
    pub merchant: Option<String>,
    /// Only with this merchant.
    pub with: Option<MerchantId>,
    /// Only since this moment, in milliseconds since 1970.
    pub since_ms: Option<u64>,
    /// Only before this moment, in milliseconds since 1970: the next page of a long list.
    pub before_ms: Option<u64>,
    /// Only those where every word of this begins some word.
    pub search: Option<String>,
    /// Only so many, the newest: what a screen shows, and what a search after each letter needs.
    pub limit: Option<usize>,
}

impl HistoryFilter {
    fn lets_through(&self, line: &HistoryLine) -> bool {
        self.since_ms.is_none_or(|since| line.at_ms >= since)
            && self.before_ms.is_none_or(|before| line.at_ms < before)
            && self.merchant.as_ref().is_none_or(|wanted| {
                let wanted = wanted.to_lowercase();
                line.payee
                    .as_ref()
                    .is_some_and(|payee| payee.to_lowercase().contains(&wanted))
            })
    }
}

/// One payment in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its id.
    pub payment: PaymentId,
    /// When it began, in milliseconds since 1970.
    pub at_ms: u64,
    /// Which way the money went.
    pub direction: Direction,
    /// What kind it was.
    pub kind: PaymentKind,
    /// Who was paid.
    pub payee: Option<String>,
    /// What the payee got or, coming in, what was received; what was asked while undecided.
    pub amount: Amount,
    /// All fees together.
    pub fees: Amount,
    /// What became of it.
    pub outcome: Outcome,
    /// The person's note.
    pub note: Option<String>,
}

impl HistoryLine {
    pub(crate) fn of(story: &Story) -> Self {
        Self {
            payment: story.payment,
            at_ms: story.at_ms,
            direction: story.begun.kind.direction(),
            kind: story.begun.kind,
            payee: story.begun.payee.clone(),
            amount: story.begun.cost.price(),
            fees: story.fees_total(),
            outcome: story.outcome(),
            note: story.begun.note.clone(),
        }
    }
}

/// What really happened: the lines of the review with the true numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The payment.
    pub payment: PaymentId,
    /// When it began, in milliseconds since 1970.
    pub at_ms: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Which way the money went.
    pub direction: Direction,
    /// What kind it was.
    pub kind: PaymentKind,
    /// Who was paid.
    pub payee: Option<String>,
    /// The merchant that is, where it is anybody in particular.
    pub merchant: Option<MerchantId>,
    /// What was asked for.
    pub price: Amount,
    /// The worst case that was shown.
    pub total_at_most: Amount,
    /// What the payee got; zero while undecided.
    pub paid: Amount,
    /// Every fee, as it was; while undecided only what is certain.
    pub fees: Vec<PaidFee>,
    /// Costs the price had in it, as they were reviewed; none before it is paid.
    pub price_includes: Vec<PaidFee>,
    /// What part of what the payee got the fees were, in basis points rounded up.
    pub fees_basis_points: Option<u64>,
    /// What was set aside and came back.
    pub returned: Amount,
    /// What the purse has less than before.
    pub left_purse: Amount,
    /// The purse.
    pub purse: Option<Purse>,
    /// What shows that it happened.
    pub proof: Option<Proof>,
    /// What the payee says, now that it is paid.
    pub success: Option<Success>,
    /// Why it was not paid.
    pub why: Option<Why>,
    /// The person's note.
    pub note: Option<String>,
    /// What the payee was told with it.
    pub told: Vec<Told>,
    /// E-cash that was given and that nobody is known to have redeemed: still the money.
    pub token: Option<String>,
    /// Whether given e-cash still waits for its receiver.
    pub waiting: bool,
}

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// No such payment.
    #[error("there is no such payment")]
    NoSuchPayment,
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl HistoryError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPayment => "no_such_payment",
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

impl Wallet {
    /// The payments that match, the newest first.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub fn payments(&self, filter: &HistoryFilter) -> Result<Vec<HistoryLine>, HistoryError> {
        let most = filter.limit.unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        if most == 0 {
            return Ok(lines);
        }
        let mut take = |story: &Story| {
            let line = HistoryLine::of(story);
            let with = filter.with.is_none_or(|id| story.merchant == Some(id));
            if with && filter.lets_through(&line) {
                lines.push(line);
            }
            if lines.len() < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let typed = filter.search.as_deref().map(str::trim);
        match (typed.filter(|text| !text.is_empty()), filter.with) {
            // Only what was found is opened, so that a search may follow every letter.
            (Some(text), _) => {
                let found = self
                    .history()
                    .search(text, MOST_FOUND)
                    .map_err(StoreTrouble::from)?;
                for payment in found {
                    if let Some(story) = self.story(payment)?
                        && take(&story).is_break()
                    {
                        break;
                    }
                }
            }
            // One merchant's own rows, out of a journal that may be a life long.
            (None, Some(id)) => {
                let entries = self
                    .history()
                    .entries_with(id)
                    .map_err(StoreTrouble::from)?;
                for story in tell(&entries)?.iter().rev() {
                    if take(story).is_break() {
                        break;
                    }
                }
            }
            (None, None) => self.stories_newest_first(take)?,
        }
        Ok(lines)
    }

    /// The receipt of one payment.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn receipt(&self, payment: PaymentId) -> Result<Receipt, HistoryError> {
        let story = self.story(payment)?.ok_or(HistoryError::NoSuchPayment)?;
        let purse = self.ecash.purse(&story.begun.purse).await.map_err(files)?;
        let handed = self.ecash.handed(uuid_of(payment)).await.map_err(files)?;
        let token = match (&handed, &purse) {
            // A request with an address has its coins delivered, never shown.
            (Some(handed), Some(purse))
                if story
                    .begun
                    .delivery
                    .as_ref()
                    .is_none_or(|to| to.url.is_none()) =>
            {
                Some(
                    handed
                        .token(
                            purse,
                            story
                                .begun
                                .note
                                .as_deref()
                                .filter(|_| story.begun.kind == PaymentKind::Give),
                        )
                        .map_err(files)?,
                )
            }
            _ => None,
        };
        let nothing = Amount::zero(story.begun.cost.unit());
        let settled = story.ended.as_ref().map(|ended| &ended.settled);
        Ok(Receipt {
            payment,
            at_ms: story.at_ms,
            outcome: story.outcome(),
            direction: story.begun.kind.direction(),
            kind: story.begun.kind,
            payee: story.begun.payee.clone(),
            merchant: story.merchant,
            price: story.begun.cost.price(),
            total_at_most: story.begun.cost.total_at_most(),
            paid: settled.map_or(nothing, |settled| settled.paid()),
            fees: story.fees(),
            price_includes: match story.outcome() {
                Outcome::Paid => story.begun.cost.includes().to_vec(),
                Outcome::NotPaid | Outcome::StillDeciding => Vec::new(),
            },
            fees_basis_points: settled.and_then(Settled::basis_points),
            returned: settled.map_or(nothing, |settled| settled.returned()),
            left_purse: match story.begun.kind.direction() {
                Direction::Out => settled.map_or(nothing, |settled| settled.left_purse()),
                Direction::In => nothing,
            },
            purse,
            proof: story.ended.as_ref().and_then(|ended| ended.proof.clone()),
            success: Success::of(&story),
            why: story.ended.as_ref().and_then(|ended| ended.why.clone()),
            note: story.begun.note.clone(),
            told: story.begun.told.clone(),
            waiting: token.is_some(),
            token,
        })
    }

    /// As [`Self::receipt`], after asking the issuer whether given e-cash was redeemed.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub async fn fresh_receipt(&self, payment: PaymentId) -> Result<Receipt, HistoryError> {
        let receipt = self.receipt(payment).await?;
        if let (true, Some(purse)) = (receipt.waiting, &receipt.purse)
            && self.where_is(purse, payment).await? == Some(HandedState::Taken)
        {
            self.learn_taken(payment).await?;
            return self.receipt(payment).await;
        }
        Ok(receipt)
    }
}

#[cfg(test)]
mod tests;
