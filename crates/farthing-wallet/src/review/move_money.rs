//! Moving money from one purse into another: the one issuer pays an invoice of the other's.
//!
//! Two payments of the journal, each of which ends for itself: a Lightning payment out of the one
//! purse, and a top-up of the other that collects by itself at any later start.

use farthing_money::Amount;
use farthing_policy::Reason;
use farthing_rails::code::{PaymentCode, read};
use farthing_rails::ecash::{PurseId, Trouble};
use serde::{Deserialize, Serialize};

use super::{Asked, CodeInput, OWN_PURSE, Payee, Review, ReviewError, ReviewRequest, issuer_name};
use crate::journal::PaymentKind;
use crate::money::MoneyState;
use crate::top_up::{TopUpError, uuid_of};
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What is to be moved.
#[derive(Debug, Clone)]
pub struct MoveRequest {
    /// How much is to arrive, in the unit of the purse it goes to.
    pub amount: Amount,
    /// Out of this purse.
    pub from: PurseId,
    /// Into this one.
    pub to: PurseId,
}

/// Where moved money arrives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Arrival {
    pub(crate) purse: PurseId,
    pub(crate) amount: Amount,
    /// The top-up that collects it.
    pub(crate) payment: uuid::Uuid,
}

/// Why nothing can be moved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MoveError {
    /// It is in that purse already.
    #[error("the money is in this purse already: name another one")]
    SamePurse,
    /// The receiving end: its purse, its issuer, or a rule.
    #[error(transparent)]
    Into(#[from] TopUpError),
    /// The paying end.
    #[error(transparent)]
    OutOf(#[from] ReviewError),
}

impl MoveError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SamePurse => "same_purse",
            Self::Into(error) => error.code(),
            Self::OutOf(error) => error.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        match self {
            Self::SamePurse => MoneyState::Safe,
            Self::Into(error) => error.money(),
            Self::OutOf(error) => error.money(),
        }
    }
}

impl MoveError {
    /// The rule that refused, if one did.
    #[must_use]
    pub fn refused(&self) -> Option<&Reason> {
        match self {
            Self::SamePurse => None,
            Self::Into(error) => error.refused(),
            Self::OutOf(error) => error.refused(),
        }
    }

    /// What is missing in the purse it comes out of, where that is all that is in the way.
    #[must_use]
    pub fn missing(&self) -> Option<Amount> {
        match self {
            Self::OutOf(error) => error.missing(),
            Self::SamePurse | Self::Into(_) => None,
        }
    }
}

impl From<StoreTrouble> for MoveError {
    fn from(trouble: StoreTrouble) -> Self {
        Self::OutOf(trouble.into())
    }
}

impl Wallet {
    /// Plans moving money between two purses. Moves nothing; the one issuer makes an invoice, the
    /// other is asked what paying it costs. The review is paid like any other.
    ///
    /// # Errors
    /// [`MoveError`].
    pub async fn review_move(&self, request: MoveRequest) -> Result<Review, MoveError> {
        if request.from == request.to {
            return Err(MoveError::SamePurse);
        }
        self.sure_of_all().await?;
        let balances = self.balance().await?;
        let purse = |id: &PurseId| {
            let found = balances.iter().find(|balance| balance.purse.id == *id);
            found.map(|balance| balance.purse.clone())
        };
        let from = purse(&request.from).ok_or(ReviewError::NoPurse)?;
        let to = purse(&request.to).ok_or(TopUpError::NoPurse)?;
        let amount = request.amount;
        if to.unit != amount.unit() {
            return Err(MoveError::Into(TopUpError::OtherUnit {
                purse: to.unit,
                asked: amount.unit(),
            }));
        }
        // Within one unit the wallet holds no more afterwards than before.
        let room = if from.unit == to.unit {
            None
        } else {
            let room = self.room_for(amount).await?;
            Some(room.map_err(TopUpError::Refused)?)
        };
        let top_up = self
            .invoice_for(to.clone(), amount, None, Some(from.id.clone()), room)
            .await?;
        let Ok(PaymentCode::Invoice(invoice)) = read(&top_up.invoice) else {
            let what = "it made an invoice that is none".to_owned();
            return Err(MoveError::Into(TopUpError::Issuer(Trouble::Dishonest(
                what,
            ))));
        };
        let payee = Payee {
            id: OWN_PURSE.to_owned(),
            name: issuer_name(&to),
            origin: None,
            first_time: false,
        };
        let asked = Asked {
            once: Some(crate::once::of_invoice(&invoice)),
            arrives: Some(Arrival {
                purse: to.id,
                amount,
                payment: uuid_of(top_up.payment),
            }),
            ..Asked::by(payee, PaymentKind::Move)
        };
        let request = ReviewRequest {
            code: CodeInput::Text(top_up.invoice),
            amount: None,
            share: Vec::new(),
            only_this_time: false,
            note: None,
            purse: Some(from.id),
        };
        let planned = self.plan_invoice_of(asked, &invoice, &request).await?;
        Ok(self.seal(vec![planned], &request)?)
    }
}
