//! Paying exactly what was reviewed.

use farthing_money::{Amount, Breakdown, FeeKind, FeeLineError, PaidFee, Settled, SettledError};
use farthing_policy::Reason;
use farthing_rails::ecash::{HandCost, HandError, MeltError, Melted, Purse, TakenBack, Trouble};
use farthing_store::history::PaymentId;

use crate::history::{HistoryError, Receipt};
use crate::journal::{Begun, Delivery, Ended, Event, Outcome, Proof};
use crate::lines::{self, LinesError};
use crate::money::MoneyState;
use crate::purses::files;
use crate::review::{Plan, ReviewError, ReviewId, issuer_name};
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;
use crate::why::Why;

/// Why a payment was not begun. What began ends in a [`Receipt`], whatever its outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayError {
    /// The review cannot be used.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The worst case is above the limit given with the payment.
    #[error("this could take {at_most}, more than the {limit} allowed for it")]
    AboveLimit {
        /// The worst case.
        at_most: Amount,
        /// The limit.
        limit: Amount,
    },
    /// The rules ask for more than they did when it was reviewed, or a payment to this payee has begun
    /// since and is not decided.
    #[error("since you confirmed, the rules have changed or a payment to this payee has begun")]
    RulesChanged,
    /// The payee asks for more now that it is paid, or paying it would cost more.
    #[error("this could take {now} now, and {reviewed} was shown")]
    Dearer {
        /// What was shown.
        reviewed: Amount,
        /// What it could take now.
        now: Amount,
    },
    /// The wallet's files failed after the payment had begun: it goes on at the next start.
    #[error("the wallet's files cannot be used: {0}")]
    Interrupted(StoreTrouble),
}

impl PayError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Review(error) => error.code(),
            Self::AboveLimit { .. } => "above_max_total",
            Self::RulesChanged => "rules_changed",
            Self::Dearer { .. } => "price_changed",
            Self::Interrupted(trouble) => trouble.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        match self {
            Self::Review(error) => error.money(),
            Self::AboveLimit { .. } | Self::RulesChanged | Self::Dearer { .. } => MoneyState::Safe,
            Self::Interrupted(_) => MoneyState::Unknown,
        }
    }

    /// The payment that stands in the way, where it can be looked at.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        match self {
            Self::Review(error) => error.payment(),
            _ => None,
        }
    }

    /// The rule that refused, if one did.
    #[must_use]
    pub fn refused(&self) -> Option<&Reason> {
        match self {
            Self::Review(error) => error.refused(),
            _ => None,
        }
    }
}

impl From<StoreTrouble> for PayError {
    fn from(trouble: StoreTrouble) -> Self {
        Self::Interrupted(trouble)
    }
}

impl From<HistoryError> for PayError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Store(trouble) => Self::Interrupted(trouble),
            HistoryError::NoSuchPayment => {
                Self::Interrupted(StoreTrouble("the payment is not in the journal".into()))
            }
        }
    }
}

impl Wallet {
    /// Pays a review, once. `limit` refuses a worst case above it.
    ///
    /// # Errors
    /// [`PayError`] when nothing was begun. A payment that began gives a receipt, and its
    /// outcome says what happened; only [`Outcome::StillDeciding`] leaves it open.
    pub async fn pay(&self, id: &ReviewId, limit: Option<Amount>) -> Result<Receipt, PayError> {
        let (kept, version) = self.kept_review(id)?;
        let review = &kept.review;
        let at_most = review.cost.total_at_most();
        if let Some(limit) = limit
            && !at_most.is_at_most(limit).unwrap_or(false)
        {
            return Err(PayError::AboveLimit { at_most, limit });
        }
        self.rules_still_allow(&kept)?;
        self.sure_of(&review.purse)
            .await
            .map_err(ReviewError::from)?;
        let under_way = self.set_out();
        let payment = uuid_of(under_way.payment());
        let kept = self.ready_to_tell(kept, payment.into()).await?;
        let review = &kept.review;
        // Much may have happened meanwhile: another payment to this payee, or it was blocked.
        let step = self.in_one_step();
        self.rules_still_allow(&kept)?;
        self.list(&under_way, kept.once.as_deref())?;
        if let Err(error) = self.use_review(&kept, version, payment) {
            self.unclaim(kept.once.as_deref(), payment.into())?;
            self.unlist(payment.into())?;
            return Err(error.into());
        }
        let merchant = self.meet(&review.payee)?;
        let begun = Begun {
            kind: review.kind,
            purse: review.purse.id.clone(),
            payee: Some(review.payee.name.clone()),
            cost: review.cost.clone(),
            note: review.note.clone(),
            delivery: kept.plan.delivery(),
            once: kept.once.clone(),
            page: kept.page.clone(),
            after: kept.after.clone(),
            told: kept.told(),
            other_purse: kept.arrives.as_ref().map(|arrives| arrives.purse.clone()),
        };
        self.write_down(payment.into(), merchant, &Event::Begun(begun))?;
        drop(step);
        let mut token = None;
        let mut opened = None;
        let ended = match &kept.plan {
            Plan::Lightning { quote, cost } | Plan::PageByInvoice { quote, cost, .. } => {
                ended_melt(
                    &review.purse,
                    &review.cost,
                    self.ecash.melt(&review.purse, payment, quote, cost).await,
                )?
            }
            Plan::Request {
                net,
                cost,
                url,
                reference,
                memo,
            } => match self.ecash.hand(&review.purse, payment, *net, cost).await {
                Ok(handed) if url.is_none() => {
                    token = Some(handed.token(&review.purse, None).map_err(files)?);
                    Some(ended_hand(&review.purse, &handed.cost, None)?)
                }
                Ok(handed) => {
                    let delivery = Delivery {
                        url: url.clone(),
                        id: reference.clone(),
                        memo: memo.clone(),
                    };
                    self.deliver(&review.purse, &handed, &delivery).await?
                }
                Err(error) => not_handed(&review.purse, error)?,
            },
            Plan::PageByCash { net, cost } => {
                match self.ecash.hand(&review.purse, payment, *net, cost).await {
                    Ok(handed) => {
                        let page = kept.page.as_ref().ok_or_else(StoreTrouble::damaged)?;
                        let shown = self.show_cash(&review.purse, &handed, page).await?;
                        opened = shown.opened;
                        shown.ended
                    }
                    Err(error) => not_handed(&review.purse, error)?,
                }
            }
        };
        if let Some(ended) = ended {
            self.end(
                payment.into(),
                merchant,
                kept.once.as_deref(),
                ended.clone(),
            )?;
            self.ecash.forget_result(payment).await.map_err(files)?;
            if let Some(proven) = self.proven_by_payee(kept.after.as_deref(), ended).await {
                // An extra: without it the payment is what it is.
                let _ = self.end(payment.into(), merchant, kept.once.as_deref(), proven);
            }
        }
        if let Some(arrives) = &kept.arrives {
            // What does not arrive now does at the next start.
            let _ = self.follow_top_up(arrives.payment.into()).await;
        }
        if let Some(mut opened) = opened {
            // What does not come now is asked for again; the payment is what it is.
            let _ = self.keep_page(payment, &mut opened, &mut |_, _| {}).await;
        }
        let mut receipt = self.receipt(payment.into()).await?;
        receipt.token = token;
        Ok(receipt)
    }
}

/// Coins that were not made, or not for certain.
fn not_handed(purse: &Purse, error: HandError) -> Result<Option<Ended>, StoreTrouble> {
    match error {
        HandError::Trouble(Trouble::Store(what)) => Err(StoreTrouble(what)),
        HandError::Undecided(_) => Ok(None),
        error => nothing_moved(purse, Why::hand(&error)).map(Some),
    }
}

impl From<FeeLineError> for StoreTrouble {
    fn from(error: FeeLineError) -> Self {
        Self::of(&error)
    }
}

impl From<SettledError> for StoreTrouble {
    fn from(error: SettledError) -> Self {
        Self::of(&error)
    }
}

impl From<LinesError> for StoreTrouble {
    fn from(error: LinesError) -> Self {
        Self::of(&error)
    }
}

/// E-cash went over: every figure is known from the coins themselves.
pub(crate) fn ended_hand(
    purse: &Purse,
    cost: &HandCost,
    proof: Option<Proof>,
) -> Result<Ended, StoreTrouble> {
    let kept_by_others = cost.redeem_fee.checked_add(cost.overpaid);
    let paid = kept_by_others
        .and_then(|kept| cost.face.checked_sub(kept))
        .map_err(|error| StoreTrouble::of(&error))?;
    let settled = Settled::of(paid, lines::handed(purse, cost)?, Amount::zero(purse.unit))?;
    Ok(Ended {
        outcome: Outcome::Paid,
        settled,
        proof,
        why: None,
    })
}

/// E-cash came back: what the swaps cost is gone, and so is any part that was redeemed before.
pub(crate) fn ended_back(
    purse: &Purse,
    cost: &HandCost,
    back: &TakenBack,
    why: Why,
) -> Result<Ended, StoreTrouble> {
    let issuer = issuer_name(purse);
    let figures = || {
        let swaps = cost.swap_fee.checked_add(back.fee)?;
        let taken = cost
            .face
            .checked_sub(back.received.checked_add(back.fee)?)?;
        Ok::<_, farthing_money::AmountError>((swaps, taken))
    };
    let (swaps, taken) = figures().map_err(|error| StoreTrouble::of(&error))?;
    let swap = PaidFee::new(FeeKind::Swap, issuer, swaps)?;
    let (outcome, why) = if taken.is_zero() {
        (Outcome::NotPaid, why)
    } else {
        (Outcome::Paid, why.in_part())
    };
    Ok(Ended {
        outcome,
        settled: Settled::of(taken, vec![swap], back.received)?,
        proof: None,
        why: Some(why),
    })
}

/// Nothing left the purse.
pub(crate) fn nothing_moved(purse: &Purse, why: Why) -> Result<Ended, StoreTrouble> {
    let settled = Settled::of(
        Amount::zero(purse.unit),
        Vec::new(),
        Amount::zero(purse.unit),
    )?;
    Ok(Ended {
        outcome: Outcome::NotPaid,
        settled,
        proof: None,
        why: Some(why),
    })
}

/// A Lightning payment that was made.
pub(crate) fn ended_melted(
    purse: &Purse,
    reviewed: &Breakdown,
    melted: &Melted,
) -> Result<Ended, StoreTrouble> {
    let settled = lines::melted(purse, reviewed, melted)?;
    let proof = melted
        .preimage
        .clone()
        .filter(|_| melted.preimage_fits)
        .map(|text| Proof {
            kind: "preimage".to_owned(),
            text,
        });
    Ok(Ended {
        outcome: Outcome::Paid,
        settled,
        proof,
        why: None,
    })
}

/// A Lightning payment that was not made; `cost` is what making sure took.
pub(crate) fn ended_unpaid(purse: &Purse, cost: Amount, why: Why) -> Result<Ended, StoreTrouble> {
    let fees = vec![PaidFee::new(FeeKind::Swap, issuer_name(purse), cost)?];
    let settled = Settled::of(Amount::zero(purse.unit), fees, Amount::zero(purse.unit))?;
    Ok(Ended {
        outcome: Outcome::NotPaid,
        settled,
        proof: None,
        why: Some(why),
    })
}

fn ended_melt(
    purse: &Purse,
    reviewed: &Breakdown,
    melted: Result<Melted, MeltError>,
) -> Result<Option<Ended>, StoreTrouble> {
    match melted {
        Ok(melted) => ended_melted(purse, reviewed, &melted).map(Some),
        Err(MeltError::Undecided(_)) => Ok(None),
        Err(MeltError::NotPaid { why, cost }) => {
            ended_unpaid(purse, cost, Why::issuer(&why)).map(Some)
        }
        // The files failed with the payment possibly on its way: recovery decides.
        Err(MeltError::Trouble(Trouble::Store(what))) => Err(StoreTrouble(what)),
        Err(error) => nothing_moved(purse, Why::melt(&error)).map(Some),
    }
}
