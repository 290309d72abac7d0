//! Filling a purse over Lightning.

use std::time::Duration;

use farthing_money::{Amount, Breakdown, Settled, Unit};
use farthing_policy::Reason;
use farthing_rails::ecash::{Collected, Purse, PurseId, TopUpQuote, Trouble};
use farthing_store::history::PaymentId;

use crate::balance_cap::Room;
use crate::journal::{Begun, Ended, Outcome, PaymentKind, Story};
use crate::money::MoneyState;
use crate::trouble::{StoreTrouble, code_of};
use crate::wallet::Wallet;
use crate::why::{Between, Why};

/// How long between two questions whether an invoice was paid: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// An invoice that fills a purse once somebody pays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUp {
    /// The payment's id in the journal.
    pub payment: PaymentId,
    /// The BOLT11 invoice to pay.
    pub invoice: String,
    /// What will be in the purse.
    pub amount: Amount,
    /// Until when it can be paid, in milliseconds since 1970; 0 when the issuer does not say.
    pub expires_at_ms: u64,
    /// The purse it fills.
    pub purse: Purse,
}

/// What became of a top-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopUpOutcome {
    /// In the purse.
    Received(Amount),
    /// Nobody has paid yet; the wallet asks again at its next start.
    StillWaiting,
    /// The invoice ran out unpaid.
    Expired,
}

/// Why a top-up was not begun, or cannot be followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TopUpError {
    /// There is no purse to fill.
    #[error("there is no purse for this")]
    NoPurse,
    /// The amount is in another unit than the purse.
    #[error("the purse holds {purse}, not {asked}")]
    OtherUnit {
        /// The purse's unit.
        purse: Unit,
        /// The amount's unit.
        asked: Unit,
    },
    /// A rule refuses it.
    #[error(transparent)]
    Refused(Reason),
    /// The issuer says that the coins were collected, and this wallet has not.
    #[error("the issuer says that a copy of this wallet took it in")]
    Elsewhere,
    /// There is no such top-up, or it is closed.
    #[error("there is no open top-up of this name")]
    NoSuchTopUp,
    /// The issuer.
    #[error(transparent)]
    Issuer(Trouble),
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl TopUpError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPurse => "no_purse",
            Self::OtherUnit { .. } => "other_unit",
            Self::Refused(reason) => reason.code(),
            Self::Elsewhere => "collected_elsewhere",
            Self::NoSuchTopUp => "no_such_payment",
            Self::Issuer(trouble) => code_of(trouble),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money: what is on its way is never lost by an error here. What a copy took
    /// in is not here, and stays asked about.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        match self {
            Self::Elsewhere => MoneyState::Unknown,
            _ => MoneyState::Safe,
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

impl From<Trouble> for TopUpError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Store(what) => Self::Store(StoreTrouble(what)),
            other => Self::Issuer(other),
        }
    }
}

impl Wallet {
    /// Asks an issuer for an invoice of `amount`. The top-up is in the journal before the invoice
    /// is shown.
    ///
    /// # Errors
    /// [`TopUpError`]; [`TopUpError::Refused`] when the wallet would hold too much.
    pub async fn top_up(
        &self,
        amount: Amount,
        purse: Option<PurseId>,
    ) -> Result<TopUp, TopUpError> {
        self.ask_for_money(amount, purse, None).await
    }

    pub(crate) async fn ask_for_money(
        &self,
        amount: Amount,
        purse: Option<PurseId>,
        note: Option<String>,
    ) -> Result<TopUp, TopUpError> {
        let purse = self
            .choose_purse(purse.as_ref(), Some(amount.unit()))
            .await?
            .ok_or(TopUpError::NoPurse)?;
        if purse.unit != amount.unit() {
            return Err(TopUpError::OtherUnit {
                purse: purse.unit,
                asked: amount.unit(),
            });
        }
        let room = self.room_for(amount).await?.map_err(TopUpError::Refused)?;
        self.invoice_for(purse, amount, note, None, Some(room))
            .await
    }

    /// An invoice that fills `purse`; `from` is the purse it will be paid from, where it is the
    /// person's own, and `room` what is kept for it, where the wallet will hold more by it.
    pub(crate) async fn invoice_for(
        &self,
        purse: Purse,
        amount: Amount,
        note: Option<String>,
        from: Option<PurseId>,
        room: Option<Room<'_>>,
    ) -> Result<TopUp, TopUpError> {
        let under_way = self.set_out();
        if let Some(room) = &room {
            room.becomes(under_way.payment());
        }
        let payment = uuid_of(under_way.payment());
        let quote = self.ecash.request_top_up(&purse, payment, amount).await?;
        let begun = Begun {
            payee: purse.issuer_name.clone(),
            note,
            other_purse: from,
            ..Begun::of(
                PaymentKind::TopUp,
                purse.id.clone(),
                Breakdown::of(amount, Vec::new()).map_err(|error| StoreTrouble::of(&error))?,
            )
        };
        self.begin(&under_way, None, begun)?;
        Ok(TopUp {
            payment: payment.into(),
            invoice: quote.invoice,
            amount,
            expires_at_ms: quote.expires_at.saturating_mul(1000),
            purse,
        })
    }

    /// Asks until the invoice is paid, has run out, or `patience` is over. `progress` is called
    /// before each question.
    ///
    /// # Errors
    /// [`TopUpError`]; the top-up stays open.
    pub async fn wait_for_top_up(
        &self,
        payment: PaymentId,
        patience: Duration,
        mut progress: impl FnMut(),
    ) -> Result<TopUpOutcome, TopUpError> {
        let started = std::time::Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            progress();
            match self.follow_top_up(payment).await {
                Ok(TopUpOutcome::StillWaiting) => {}
                // A lost answer is asked for again while there is patience.
                Err(TopUpError::Issuer(Trouble::Lost | Trouble::NotSent))
                    if started.elapsed() < patience => {}
                decided => return decided,
            }
            let left = patience.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Ok(TopUpOutcome::StillWaiting);
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    /// Asks once, and writes down what is decided.
    pub(crate) async fn follow_top_up(
        &self,
        payment: PaymentId,
    ) -> Result<TopUpOutcome, TopUpError> {
        let id = uuid_of(payment);
        let Some(quote) = self.ecash.open_top_up(id).await? else {
            return self.closed_top_up(payment).await;
        };
        let purse = self
            .ecash
            .purse(&quote.purse)
            .await?
            .ok_or(TopUpError::NoPurse)?;
        match self.ecash.collect_top_up(&purse, &quote).await? {
            Collected::Closed => self.closed_top_up(payment).await,
            Collected::NotPaidYet => Ok(TopUpOutcome::StillWaiting),
            Collected::Received(received) => {
                let step = self.in_one_step();
                self.end_top_up(&quote, Outcome::Paid, received, None)?;
                drop(step);
                self.ecash.forget_result(id).await?;
                Ok(TopUpOutcome::Received(received))
            }
            Collected::Expired => {
                self.end_unpaid(&quote, Between::RanOut)?;
                Ok(TopUpOutcome::Expired)
            }
            Collected::Elsewhere => {
                self.end_unpaid(&quote, Between::Elsewhere)?;
                Err(TopUpError::Elsewhere)
            }
            Collected::Undecided(trouble) => Err(trouble.into()),
        }
    }

    /// What became of one that is not open any more.
    async fn closed_top_up(&self, payment: PaymentId) -> Result<TopUpOutcome, TopUpError> {
        match self.story(payment)? {
            Some(story) if story.outcome() == Outcome::Paid => {
                Ok(TopUpOutcome::Received(story.begun.cost.price()))
            }
            Some(story) if story.outcome() == Outcome::NotPaid => Ok(TopUpOutcome::Expired),
            // Collected, but the journal was not told: that is what recovery is for.
            Some(_) => match self.conclude(payment).await? {
                Some(Outcome::Paid) => self
                    .story(payment)?
                    .map(|story| TopUpOutcome::Received(story.begun.cost.price()))
                    .ok_or(TopUpError::NoSuchTopUp),
                Some(Outcome::NotPaid) => Ok(TopUpOutcome::Expired),
                // Another task is about to write it down.
                Some(Outcome::StillDeciding) | None => Ok(TopUpOutcome::StillWaiting),
            },
            None => Err(TopUpError::NoSuchTopUp),
        }
    }

    /// Nothing came in. It may have been called so before.
    fn end_unpaid(&self, quote: &TopUpQuote, why: Between) -> Result<(), StoreTrouble> {
        let undecided = |story: &Story| story.outcome() == Outcome::StillDeciding;
        // Another task may be writing down that it came in.
        let _step = self.in_one_step();
        if self
            .story(quote.payment.into())?
            .as_ref()
            .is_some_and(undecided)
        {
            let nothing = Amount::zero(quote.amount.unit());
            self.end_top_up(quote, Outcome::NotPaid, nothing, Some(why.into()))?;
        }
        Ok(())
    }

    fn end_top_up(
        &self,
        quote: &TopUpQuote,
        outcome: Outcome,
        received: Amount,
        why: Option<Why>,
    ) -> Result<(), StoreTrouble> {
        let settled = Settled::of(received, Vec::new(), Amount::zero(received.unit()))
            .map_err(|error| StoreTrouble::of(&error))?;
        let ended = Ended {
            outcome,
            settled,
            proof: None,
            why,
        };
        // What fills it may be a voucher, which can be tried again when nothing came of it.
        let once = self
            .story(quote.payment.into())?
            .and_then(|story| story.begun.once);
        self.end(quote.payment.into(), None, once.as_deref(), ended)
    }
}

pub(crate) fn uuid_of(payment: PaymentId) -> uuid::Uuid {
    uuid::Uuid::from_bytes(*payment.as_bytes())
}
