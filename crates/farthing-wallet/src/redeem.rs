//! Taking e-cash in, from others or back from oneself.

use farthing_money::{Amount, Breakdown, FeeKind, FeeLine, PaidFee, Settled, Unit};
use farthing_policy::Reason;
use farthing_rails::code::{PaymentCode, Token};
use farthing_rails::ecash::{
    HandError, IssuerCard, Purse, RedeemError as RailError, Refusal, TakenBack, Trouble,
};
use farthing_rails::lnurl::LnurlError;
use farthing_store::history::PaymentId;

use crate::journal::{Begun, Ended, Outcome, PaymentKind};
use crate::money::MoneyState;
use crate::purses::{IssuerError, files};
use crate::review::{CodeInput, ReviewError, issuer_name, read_code};
use crate::top_up::{TopUpError, uuid_of};
use crate::trouble::{StoreTrouble, code_of, code_of_lnurl};
use crate::wallet::Wallet;
use crate::why::Why;

/// What taking a token in brings, before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemReview {
    /// The issuer's address.
    pub issuer: String,
    /// The issuer's own name for itself.
    pub issuer_name: Option<String>,
    /// There is a purse with this issuer: it is trusted already.
    pub known_issuer: bool,
    /// What the coins say they are worth.
    pub face: Amount,
    /// What the issuer keeps for taking them; `None` until it can be asked.
    pub fee: Option<Amount>,
    /// What will be in the purse; `None` until the fee is known.
    pub received: Option<Amount>,
    /// What the sender wrote, as plain text.
    pub memo: Option<String>,
    /// It is our own, given and not yet redeemed: taking it back.
    pub ours: Option<PaymentId>,
    /// It is a voucher, paid out over Lightning by this host.
    pub from: Option<String>,
}

/// E-cash taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// The payment's id in the journal.
    pub payment: PaymentId,
    /// [`Outcome::Paid`], or [`Outcome::StillDeciding`] when the issuer's answer was lost.
    pub outcome: Outcome,
    /// Into the purse.
    pub received: Amount,
    /// What the issuer kept.
    pub fees: Vec<PaidFee>,
}

/// Why e-cash was not taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedeemError {
    /// The code.
    #[error(transparent)]
    Code(#[from] ReviewError),
    /// The code is no e-cash.
    #[error("this code is not e-cash")]
    NotMoney,
    /// The issuer is not trusted yet.
    #[error("this e-cash is of an issuer you do not know yet: {issuer}")]
    UnknownIssuer {
        /// Its address.
        issuer: String,
    },
    /// Locked to a key.
    #[error("this e-cash is locked to somebody's key")]
    Locked,
    /// Too many coins.
    #[error("this e-cash has {coins} coins, more than {most}: ask for it in parts")]
    TooManyCoins {
        /// How many it has.
        coins: usize,
        /// How many are taken.
        most: usize,
    },
    /// Worth less than the fee.
    #[error("the issuer's fee of {fee} leaves nothing of {face}")]
    WorthLess {
        /// What the coins say they are worth.
        face: Amount,
        /// What redeeming would cost.
        fee: Amount,
    },
    /// Somebody redeemed it.
    #[error("this e-cash was already redeemed")]
    AlreadyRedeemed,
    /// There is no purse a voucher could be paid into.
    #[error("there is no purse of satoshis to pay it into")]
    NoPurse,
    /// Whoever made the voucher.
    #[error("the voucher cannot be taken in: {0}")]
    Voucher(#[from] LnurlError),
    /// The invoice for the voucher could not be made or followed.
    #[error(transparent)]
    TopUp(#[from] TopUpError),
    /// A rule refuses it.
    #[error(transparent)]
    Refused(Reason),
    /// The issuer could not be looked at.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// The issuer did not take the coins.
    #[error(transparent)]
    NotDone(Trouble),
    /// The answer is still out: the wallet keeps the coins and asks again.
    #[error("not known yet: {0}")]
    StillDeciding(Trouble),
    /// The wallet's files, before anything was sent.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
    /// The wallet's files failed after it had begun: it goes on at the next start.
    #[error(transparent)]
    Interrupted(StoreTrouble),
}

impl RedeemError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Code(error) => error.code(),
            Self::NotMoney => "not_money",
            Self::UnknownIssuer { .. } => "unknown_issuer",
            Self::Locked => "locked_to_a_key",
            Self::TooManyCoins { .. } => "too_many_coins",
            Self::WorthLess { .. } => "worth_less_than_fee",
            Self::AlreadyRedeemed => "already_redeemed",
            Self::NoPurse => "no_purse",
            Self::Voucher(LnurlError::OutOfBounds) => "voucher_empty",
            Self::Voucher(error) => code_of_lnurl(error),
            Self::TopUp(error) => error.code(),
            Self::Refused(reason) => reason.code(),
            Self::Issuer(error) => error.code(),
            Self::NotDone(trouble) => code_of(trouble),
            Self::StillDeciding(_) => "still_deciding",
            Self::Store(trouble) | Self::Interrupted(trouble) => trouble.code(),
        }
    }

    /// The same, met after it had begun: the coins may be on their way.
    fn after_it_began(self) -> Self {
        match self {
            Self::Store(trouble) => Self::Interrupted(trouble),
            other => other,
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        match self {
            Self::StillDeciding(_) | Self::Interrupted(_) => MoneyState::Unknown,
            Self::TopUp(error) => error.money(),
            _ => MoneyState::Safe,
        }
    }

    /// The rule that refused, if one did.
    #[must_use]
    pub fn refused(&self) -> Option<&Reason> {
        match self {
            Self::Refused(reason) => Some(reason),
            Self::Code(error) => error.refused(),
            Self::TopUp(error) => error.refused(),
            _ => None,
        }
    }
}

impl From<RailError> for RedeemError {
    fn from(error: RailError) -> Self {
        match error {
            RailError::Locked => Self::Locked,
            RailError::TooManyCoins { coins, most } => Self::TooManyCoins { coins, most },
            RailError::WorthLess { face, fee } => Self::WorthLess { face, fee },
            RailError::AlreadyRedeemed => Self::AlreadyRedeemed,
            RailError::Undecided(trouble) => Self::StillDeciding(trouble),
            RailError::Trouble(Trouble::Store(what)) | RailError::NotDone(Trouble::Store(what)) => {
                Self::Store(StoreTrouble(what))
            }
            RailError::Trouble(trouble) | RailError::NotDone(trouble) => Self::NotDone(trouble),
            other => Self::NotDone(Trouble::Dishonest(other.to_string())),
        }
    }
}

impl Wallet {
    /// Says what taking a code in would bring. Moves nothing. The code may also be the id of a
    /// payment given earlier: then it is about taking that back.
    ///
    /// # Errors
    /// [`RedeemError`].
    pub async fn review_redeem(&self, code: &CodeInput) -> Result<RedeemReview, RedeemError> {
        if let Some(payment) = self.given_by_id(code)? {
            return self.review_take_back(payment).await;
        }
        if let Some(offered) = self.offered(code).await? {
            return self.review_voucher(&offered).await;
        }
        let token = self.token(code)?;
        if let Some(payment) = self.given_as(&token).await? {
            return self.review_take_back(payment).await;
        }
        let unit = self.unit(&token)?;
        let face = face(&token, unit)?;
        let memo = token
            .memo
            .as_ref()
            .map(ToString::to_string)
            .filter(|memo| !memo.is_empty());
        let purse = self
            .ecash
            .purse_with(token.issuer.as_str(), &unit)
            .await
            .map_err(files)?;
        let cost = match &purse {
            Some(purse) => Some(self.ecash.plan_redeem(purse, &token).await?),
            None => None,
        };
        self.room_for(cost.map_or(face, |cost| cost.received))
            .await?
            .map_err(RedeemError::Refused)?;
        Ok(RedeemReview {
            issuer: token.issuer.to_string(),
            issuer_name: purse.as_ref().and_then(|purse| purse.issuer_name.clone()),
            known_issuer: purse.is_some(),
            face,
            fee: cost.map(|cost| cost.fee),
            received: cost.map(|cost| cost.received),
            memo,
            ours: None,
            from: None,
        })
    }

    /// The issuer of a token, to be looked at before it is trusted.
    ///
    /// # Errors
    /// [`RedeemError`].
    pub async fn issuer_of(&self, code: &CodeInput) -> Result<IssuerCard, RedeemError> {
        let token = self.token(code)?;
        Ok(self.look_at_issuer(token.issuer.as_str()).await?)
    }

    /// Takes a code in: swaps its coins for our own at once. With an issuer not yet known this
    /// is refused; [`Wallet::add_purse`] first.
    ///
    /// # Errors
    /// [`RedeemError`]; with [`RedeemError::StillDeciding`] and [`RedeemError::Interrupted`] the coins
    /// are kept and asked about.
    pub async fn redeem(&self, code: &CodeInput) -> Result<Redeemed, RedeemError> {
        if let Some(payment) = self.given_by_id(code)? {
            return self.take_back(payment).await;
        }
        if let Some(offered) = self.offered(code).await? {
            return self.redeem_voucher(&offered).await;
        }
        let token = self.token(code)?;
        if let Some(payment) = self.given_as(&token).await? {
            return self.take_back(payment).await;
        }
        let unit = self.unit(&token)?;
        let purse = self
            .ecash
            .purse_with(token.issuer.as_str(), &unit)
            .await
            .map_err(files)?
            .ok_or_else(|| RedeemError::UnknownIssuer {
                issuer: token.issuer.to_string(),
            })?;
        let cost = self.ecash.plan_redeem(&purse, &token).await?;
        let room = self
            .room_for(cost.received)
            .await?
            .map_err(RedeemError::Refused)?;
        let under_way = self.set_out();
        room.becomes(under_way.payment());
        let payment = uuid_of(under_way.payment());
        let issuer = issuer_name(&purse);
        let fee = FeeLine::exactly(FeeKind::IssuerInput, &issuer, cost.fee)
            .map_err(StoreTrouble::from)?;
        let begun = Begun {
            note: token
                .memo
                .as_ref()
                .map(ToString::to_string)
                .filter(|memo| !memo.is_empty()),
            ..Begun::of(
                PaymentKind::Redeem,
                purse.id.clone(),
                Breakdown::of(cost.received, vec![fee])
                    .map_err(|error| StoreTrouble::of(&error))?,
            )
        };
        self.begin(&under_way, None, begun)?;
        drop(room);
        let done = self.ecash.redeem(&purse, payment, &token).await;
        let ended = match &done {
            Ok(cost) => ended_received(&purse, cost.received, cost.fee),
            Err(RailError::Undecided(_) | RailError::Trouble(Trouble::Store(_))) => {
                let error = done.err().map_or(RedeemError::NotMoney, RedeemError::from);
                return Err(error.after_it_began());
            }
            Err(error) => {
                let why = Why::named(RedeemError::from(error.clone()).code(), error);
                crate::pay::nothing_moved(&purse, why)
            }
        };
        let ended = ended.map_err(RedeemError::Interrupted)?;
        let fees = ended.settled.fees().to_vec();
        self.end(payment.into(), None, None, ended)
            .map_err(RedeemError::Interrupted)?;
        let forgotten = self.ecash.forget_result(payment).await.map_err(files);
        forgotten.map_err(RedeemError::Interrupted)?;
        let cost = done?;
        Ok(Redeemed {
            payment: payment.into(),
            outcome: Outcome::Paid,
            received: cost.received,
            fees,
        })
    }

    async fn review_take_back(&self, payment: PaymentId) -> Result<RedeemReview, RedeemError> {
        let handed = self.ecash.handed(uuid_of(payment)).await.map_err(files)?;
        let Some(handed) = handed else {
            return self.review_taken_back_before(payment).await;
        };
        let purse = self
            .ecash
            .purse(&handed.purse)
            .await
            .map_err(files)?
            .ok_or(RedeemError::AlreadyRedeemed)?;
        Ok(RedeemReview {
            issuer: purse.issuer.clone(),
            issuer_name: purse.issuer_name.clone(),
            known_issuer: true,
            face: handed.cost.face,
            fee: Some(handed.cost.redeem_fee),
            received: handed.cost.face.checked_sub(handed.cost.redeem_fee).ok(),
            memo: None,
            ours: Some(payment),
            from: None,
        })
    }

    /// A recovery may have finished it: then there is nothing more to agree to.
    async fn review_taken_back_before(
        &self,
        payment: PaymentId,
    ) -> Result<RedeemReview, RedeemError> {
        let Redeemed { received, fees, .. } = self.taken_back_before(payment).await?;
        let story = self.story(payment)?.ok_or(RedeemError::AlreadyRedeemed)?;
        let purse = self.ecash.purse(&story.begun.purse).await.map_err(files)?;
        let purse = purse.ok_or(RedeemError::AlreadyRedeemed)?;
        let fee = Amount::try_sum(received.unit(), fees.iter().map(PaidFee::amount));
        let fee = fee.map_err(|error| StoreTrouble::of(&error))?;
        Ok(RedeemReview {
            issuer: purse.issuer.clone(),
            issuer_name: purse.issuer_name.clone(),
            known_issuer: true,
            face: received.checked_add(fee).unwrap_or(received),
            fee: Some(fee),
            received: Some(received),
            memo: None,
            ours: Some(payment),
            from: None,
        })
    }

    async fn take_back(&self, payment: PaymentId) -> Result<Redeemed, RedeemError> {
        // While a payee may be looking at the coins, whoever shows them judges what it says.
        let under_way = self
            .take_up(payment)
            .ok_or(RedeemError::StillDeciding(Trouble::Unfinished))?;
        let handed = self.ecash.handed(uuid_of(payment)).await.map_err(files)?;
        let Some(handed) = handed else {
            return self.taken_back_before(payment).await;
        };
        let purse = self
            .ecash
            .purse(&handed.purse)
            .await
            .map_err(files)?
            .ok_or(RedeemError::AlreadyRedeemed)?;
        let back = match self.ecash.take_back(&purse, uuid_of(payment)).await {
            Ok(back) => back,
            Err(HandError::NotDone(Trouble::Refused(Refusal::AlreadySpent))) => {
                drop(under_way);
                self.conclude_taken(&purse, payment).await?;
                return Err(RedeemError::AlreadyRedeemed);
            }
            Err(HandError::Undecided(trouble)) => return Err(RedeemError::StillDeciding(trouble)),
            Err(HandError::Trouble(Trouble::Store(what))) => {
                return Err(RedeemError::Interrupted(StoreTrouble(what)));
            }
            Err(HandError::NotDone(trouble) | HandError::Trouble(trouble)) => {
                return Err(RedeemError::NotDone(trouble));
            }
            Err(other) => return Err(RedeemError::NotDone(Trouble::Dishonest(other.to_string()))),
        };
        self.took_back(&purse, payment, &back)
            .await
            .map_err(RedeemError::Interrupted)?;
        let TakenBack { received, fee } = back;
        let fee =
            PaidFee::new(FeeKind::Swap, issuer_name(&purse), fee).map_err(StoreTrouble::from)?;
        Ok(Redeemed {
            payment,
            outcome: Outcome::Paid,
            received,
            fees: vec![fee],
        })
    }

    /// Asked a second time, or after a recovery finished the first: what came back, with all it cost.
    async fn taken_back_before(&self, payment: PaymentId) -> Result<Redeemed, RedeemError> {
        self.take_over_results().await?;
        let story = self
            .story(payment)?
            .filter(|story| story.begun.kind == PaymentKind::Give);
        match story.and_then(|story| story.ended) {
            Some(ended)
                if ended.outcome == Outcome::NotPaid && !ended.settled.returned().is_zero() =>
            {
                Ok(Redeemed {
                    payment,
                    outcome: Outcome::Paid,
                    received: ended.settled.returned(),
                    fees: ended.settled.fees().to_vec(),
                })
            }
            _ => Err(RedeemError::AlreadyRedeemed),
        }
    }

    /// The receiver was faster: the payment stands as it was given.
    async fn conclude_taken(&self, purse: &Purse, payment: PaymentId) -> Result<(), RedeemError> {
        self.where_is(purse, payment).await?;
        Ok(self.learn_taken(payment).await?)
    }

    fn given_by_id(&self, code: &CodeInput) -> Result<Option<PaymentId>, RedeemError> {
        let CodeInput::Text(text) = code else {
            return Ok(None);
        };
        let Ok(payment) = text.parse::<PaymentId>() else {
            return Ok(None);
        };
        Ok(self.story(payment)?.map(|story| story.payment))
    }

    /// The payment a token of our own belongs to.
    async fn given_as(&self, token: &Token) -> Result<Option<PaymentId>, RedeemError> {
        for handed in self.ecash.all_handed().await.map_err(files)? {
            if handed.is_in(token) {
                return Ok(Some(handed.payment.into()));
            }
        }
        Ok(None)
    }

    fn token(&self, code: &CodeInput) -> Result<Box<Token>, RedeemError> {
        match read_code(code)? {
            PaymentCode::Token(token) => Ok(token),
            PaymentCode::Unsupported(seen) => Err(ReviewError::Unsupported {
                kind: format!("{:?}", seen.kind),
                why: seen.why.to_owned(),
            }
            .into()),
            _ => Err(RedeemError::NotMoney),
        }
    }

    fn unit(&self, token: &Token) -> Result<Unit, RedeemError> {
        self.ecash
            .unit_of_token(token)
            .map_err(RedeemError::NotDone)
    }
}

fn face(token: &Token, unit: Unit) -> Result<Amount, RedeemError> {
    let value = token.face_value.unwrap_or(u64::MAX);
    Amount::new(value, unit).map_err(|_| {
        RedeemError::NotDone(Trouble::Dishonest(
            "the token's amount is absurd".to_owned(),
        ))
    })
}

/// Money came in.
pub(crate) fn ended_received(
    purse: &Purse,
    received: Amount,
    fee: Amount,
) -> Result<Ended, StoreTrouble> {
    let fees = if fee.is_zero() {
        Vec::new()
    } else {
        vec![PaidFee::new(FeeKind::IssuerInput, issuer_name(purse), fee)?]
    };
    let settled = Settled::of(received, fees, Amount::zero(purse.unit))?;
    Ok(Ended {
        outcome: Outcome::Paid,
        settled,
        proof: None,
        why: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_fail_cost_nothing_before_it_began_and_leave_it_open_after() {
        let before = RedeemError::from(StoreTrouble::damaged());
        let code = before.code();
        assert_eq!(before.money(), MoneyState::Safe);
        let after = before.after_it_began();
        assert_eq!((after.code(), after.money()), (code, MoneyState::Unknown));
        let decided = RedeemError::AlreadyRedeemed.after_it_began();
        assert_eq!(decided.money(), MoneyState::Safe);
    }

    #[test]
    fn a_voucher_that_a_copy_took_in_is_not_said_to_be_safe_here() {
        let taken = RedeemError::from(TopUpError::Elsewhere);
        assert_eq!(taken.code(), "collected_elsewhere");
        assert_eq!(taken.money(), MoneyState::Unknown);
        assert_eq!(
            RedeemError::from(TopUpError::NoPurse).money(),
            MoneyState::Safe
        );
    }
}
