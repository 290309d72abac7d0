//! Handing somebody e-cash.

use farthing_money::{Amount, Breakdown, PaidFee};
use farthing_policy::{
    Decision, Factor, PayeeStanding, PaymentFacts, Reason, Warning, decide_payment,
};
use farthing_rails::code::plain_text;
use farthing_rails::ecash::{HandCost, HandError, Purse, PurseId, Trouble};
use farthing_store::history::PaymentId;

use crate::journal::{Begun, Outcome, PaymentKind};
use crate::left::missing;
use crate::lines::of_hand;
use crate::money::MoneyState;
use crate::old_copy::OldCopy;
use crate::pay::{ended_hand, nothing_moved};
use crate::purses::files;
use crate::rules::Forbidden;
use crate::top_up::uuid_of;
use crate::trouble::{StoreTrouble, code_of};
use crate::wallet::Wallet;
use crate::why::Why;

/// Longest memo inside a token, in characters.
const LONGEST_MEMO: usize = 100;

/// What giving an amount costs, before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivePlan {
    /// What the receiver nets, and every fee.
    pub cost: Breakdown,
    /// The purse it comes from.
    pub purse: Purse,
    /// What the person has to do to confirm.
    pub needs: Vec<Factor>,
    /// What to know before.
    pub warnings: Vec<Warning>,
    agreed: HandCost,
}

/// E-cash given: whoever has the token has the money.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// The payment's id in the journal; with it the e-cash can be taken back until it is redeemed.
    pub payment: PaymentId,
    /// The token. It *is* the money.
    pub token: String,
    /// What the receiver nets.
    pub amount: Amount,
    /// What it cost.
    pub fees: Vec<PaidFee>,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Given")
            .field("payment", &self.payment)
            .finish_non_exhaustive()
    }
}

/// Why nothing was given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GiveError {
    /// No purse of this unit, or none of this name.
    #[error("there is no purse for this")]
    NoPurse,
    /// Not enough.
    #[error("not enough in the purse: {at_most} could be given")]
    Short {
        /// The most that could be given.
        at_most: Amount,
        /// What would have to come in at least, where that is known.
        missing: Option<Amount>,
    },
    /// A rule refuses it.
    #[error(transparent)]
    Refused(Reason),
    /// The purse changed since it was asked: ask again.
    #[error("it now costs more than was shown")]
    Dearer,
    /// The rules ask for more than they did when it was shown.
    #[error("the rules now ask for more than you confirmed")]
    RulesChanged,
    /// The issuer.
    #[error(transparent)]
    Issuer(Trouble),
    /// Whether the coins were made is not known yet.
    #[error("not known yet: {0}")]
    StillDeciding(Trouble),
    /// The files are an old copy, and the issuer has not confirmed what is left.
    #[error(transparent)]
    OldCopy(#[from] OldCopy),
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl GiveError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPurse => "no_purse",
            Self::Short { .. } => "not_enough",
            Self::Refused(reason) => reason.code(),
            Self::Dearer => "dearer_than_reviewed",
            Self::RulesChanged => "rules_changed",
            Self::Issuer(trouble) => code_of(trouble),
            Self::StillDeciding(_) => "still_deciding",
            Self::OldCopy(error) => error.code(),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        match self {
            Self::StillDeciding(_) => MoneyState::Unknown,
            _ => MoneyState::Safe,
        }
    }

    /// What would have to come in, where that is all that is in the way.
    #[must_use]
    pub fn missing(&self) -> Option<Amount> {
        match self {
            Self::Short { missing, .. } => *missing,
            _ => None,
        }
    }

    /// The rule that refused, if one did.
    #[must_use]
    pub fn refused(&self) -> Option<&Reason> {
        match self {
            Self::Refused(reason) => Some(reason),
            _ => None,
        }
    }
}

impl From<HandError> for GiveError {
    fn from(error: HandError) -> Self {
        match error {
            HandError::Short { at_most } => Self::Short {
                at_most,
                missing: None,
            },
            HandError::Dearer { .. } => Self::Dearer,
            HandError::Undecided(trouble) => Self::StillDeciding(trouble),
            HandError::Trouble(Trouble::Store(what)) | HandError::NotDone(Trouble::Store(what)) => {
                Self::Store(StoreTrouble(what))
            }
            HandError::Trouble(trouble) | HandError::NotDone(trouble) => Self::Issuer(trouble),
            other => Self::Issuer(Trouble::Dishonest(other.to_string())),
        }
    }
}

impl Wallet {
    /// What giving `amount`, as its receiver nets it, costs. Moves nothing.
    ///
    /// # Errors
    /// [`GiveError`].
    pub async fn review_give(
        &self,
        amount: Amount,
        purse: Option<PurseId>,
    ) -> Result<GivePlan, GiveError> {
        self.sure_of_all().await?;
        let purse = self
            .choose_purse(purse.as_ref(), Some(amount.unit()))
            .await?
            .ok_or(GiveError::NoPurse)?;
        if purse.unit != amount.unit() {
            return Err(GiveError::NoPurse);
        }
        if amount.is_zero() {
            return Err(GiveError::Refused(Reason::NothingToMove));
        }
        let agreed = self.ecash.plan_hand(&purse, amount).await;
        let agreed = agreed.map_err(|error| match error {
            HandError::Short { at_most } => GiveError::Short {
                at_most,
                missing: Some(missing(amount, at_most)),
            },
            other => other.into(),
        })?;
        let fees = of_hand(&purse, &agreed).map_err(StoreTrouble::from)?;
        let cost = Breakdown::of(amount, fees).map_err(|error| StoreTrouble::of(&error))?;
        let facts = PaymentFacts {
            breakdown: &cost,
            payee: PayeeStanding::Bearer,
        };
        match decide_payment(&self.policy, &facts) {
            Decision::Allow { needs, warnings } => Ok(GivePlan {
                cost,
                purse,
                needs,
                warnings,
                agreed,
            }),
            Decision::Refuse(reason) => Err(GiveError::Refused(reason)),
        }
    }

    /// Gives what was planned, at most at the cost shown.
    ///
    /// # Errors
    /// [`GiveError`].
    pub async fn give(&self, plan: &GivePlan, memo: Option<&str>) -> Result<Given, GiveError> {
        match self.still_allowed(&plan.cost, PayeeStanding::Bearer, &plan.needs) {
            Ok(()) => {}
            Err(Forbidden::Refused(reason)) => return Err(GiveError::Refused(reason)),
            Err(Forbidden::NeedsMore) => return Err(GiveError::RulesChanged),
        }
        self.sure_of(&plan.purse).await?;
        let under_way = self.set_out();
        let payment = uuid_of(under_way.payment());
        let memo = memo
            .map(|memo| plain_text(memo, LONGEST_MEMO).to_string())
            .filter(|memo| !memo.is_empty());
        let begun = Begun {
            note: memo.clone(),
            ..Begun::of(PaymentKind::Give, plan.purse.id.clone(), plan.cost.clone())
        };
        self.begin(&under_way, None, begun)?;
        let handed = match self
            .ecash
            .hand(&plan.purse, payment, plan.cost.price(), &plan.agreed)
            .await
        {
            Ok(handed) => handed,
            Err(error) => {
                let error = GiveError::from(error);
                if !matches!(error, GiveError::StillDeciding(_) | GiveError::Store(_)) {
                    let ended = nothing_moved(&plan.purse, Why::named(error.code(), &error))?;
                    self.end(payment.into(), None, None, ended)?;
                }
                return Err(error);
            }
        };
        let token = handed.token(&plan.purse, memo.as_deref()).map_err(files)?;
        let ended = ended_hand(&plan.purse, &handed.cost, None)?;
        debug_assert_eq!(ended.outcome, Outcome::Paid);
        let fees = ended.settled.fees().to_vec();
        self.end(payment.into(), None, None, ended)?;
        Ok(Given {
            payment: payment.into(),
            token,
            amount: plan.cost.price(),
            fees,
        })
    }
}
