//! Finishing what a crash, a lost answer or a slow network left open.

use farthing_rails::ecash::{HandedState, Melted, PaymentResult, Purse, TakenBack, Trouble};
use farthing_store::history::PaymentId;

use crate::clock::now_ms;
use crate::history::HistoryLine;
use crate::journal::{Ended, Outcome, PaymentKind, Story};
use crate::money::MoneyState;
use crate::pay::{ended_back, ended_hand, ended_melted, ended_unpaid, nothing_moved};
use crate::purses::files;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;
use crate::why::Between;

/// How many open invoices are asked about at a start.
const MOST_TOP_UPS: usize = 5;
/// How many that ran out are asked about, at a start and where everything is: they may be paid late.
const MOST_LATE: (usize, usize) = (3, 50);
/// How long a used or expired review is kept, in milliseconds.
const KEEP_REVIEWS_MS: u64 = 24 * 60 * 60 * 1000;

/// What a recovery found.
#[derive(Debug, Clone, Default)]
pub struct Recovery {
    /// How many issuers were asked.
    pub asked: usize,
    /// Issuers that could not be asked, by address.
    pub unreachable: Vec<String>,
    /// Payments decided now.
    pub decided: Vec<HistoryLine>,
    /// Payments still open.
    pub still_deciding: Vec<HistoryLine>,
}

/// Recovery could not use the wallet's own files.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct RecoverError(#[from] StoreTrouble);

impl RecoverError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code()
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Unknown
    }
}

/// How much a recovery asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Only what is undecided: at every start.
    Undecided,
    /// Also whether given e-cash was redeemed, every coin is still good and none is missing.
    Everything,
}

impl Wallet {
    /// Asks the issuers about everything undecided, about e-cash given and not yet redeemed, and
    /// whether every coin is still good and none is missing of the keys the wallet has used, or of
    /// any while its files may be an old copy. After it, all the wallet owns is spendable or pending.
    ///
    /// # Errors
    /// [`RecoverError`]; unreachable issuers are no error, they are listed.
    pub async fn recover(&self, progress: impl FnMut(&str)) -> Result<Recovery, RecoverError> {
        Ok(self.find_out(Depth::Everything, progress).await?)
    }

    /// At a start, when nothing else of this wallet is running.
    pub(crate) async fn recover_quietly(&self) -> Result<Recovery, RecoverError> {
        Ok(self.find_out(Depth::Undecided, |_| {}).await?)
    }

    async fn find_out(
        &self,
        depth: Depth,
        mut progress: impl FnMut(&str),
    ) -> Result<Recovery, StoreTrouble> {
        let mut recovery = Recovery::default();
        self.clear_list().await?;
        let open = self.undecided()?;
        let open_before: Vec<PaymentId> = open.stories.iter().map(|story| story.payment).collect();
        let purses = self.ecash.purses().await.map_err(files)?;
        for purse in &purses {
            // Of all of them before anybody is asked: an issuer may be silent for long.
            self.ecash.tidy_up(purse).await.map_err(files)?;
        }
        for purse in purses {
            progress(purse.issuer_name.as_deref().unwrap_or(&purse.issuer));
            let recovered = self.ecash.recover(&purse).await.map_err(files)?;
            recovery.asked = recovery.asked.saturating_add(1);
            let mut trouble = recovered
                .undecided
                .into_iter()
                .map(|(_, trouble)| trouble)
                .next();
            if depth == Depth::Everything {
                let look_in = self.look_in(&purse);
                for question in [
                    self.ecash.look_after_handed(&purse).await,
                    self.ecash.drop_spent_coins(&purse).await.map(|_| ()),
                    self.ecash.catch_up(&purse, look_in).await.map(|_| ()),
                ] {
                    match question {
                        Err(Trouble::Store(what)) => return Err(StoreTrouble(what)),
                        Err(error) => trouble = Some(error),
                        Ok(()) => {}
                    }
                }
            }
            if matches!(
                trouble,
                Some(Trouble::NotSent | Trouble::Lost | Trouble::Unfinished)
            ) {
                recovery.unreachable.push(purse.issuer.clone());
            }
            if depth == Depth::Everything && trouble.is_none() {
                self.confirmed(&purse).await?;
            }
        }
        // Before those that are undecided: one that runs out just now need not be asked about twice.
        let late = self.ask_about_late(depth).await?;
        let waiting = self.undecided()?;
        let mut top_ups = 0_usize;
        for story in waiting.stories.iter().rev() {
            if story.begun.kind == PaymentKind::TopUp {
                top_ups = top_ups.saturating_add(1);
                if top_ups <= MOST_TOP_UPS || depth == Depth::Everything {
                    // An issuer that does not answer is asked again next time.
                    let _ = self.follow_top_up(story.payment).await;
                }
            } else {
                self.conclude(story.payment).await?;
            }
        }
        self.take_over_results().await?;
        for payment in late {
            if let Some(story) = self.story(payment)?
                && story.outcome() == Outcome::Paid
            {
                recovery.decided.push(HistoryLine::of(&story));
            }
        }
        for payment in open_before {
            if let Some(story) = self.story(payment)? {
                let line = HistoryLine::of(&story);
                match line.outcome {
                    Outcome::StillDeciding => recovery.still_deciding.push(line),
                    Outcome::Paid | Outcome::NotPaid => recovery.decided.push(line),
                }
            }
        }
        self.clear_reviews()?;
        if depth == Depth::Everything {
            self.confirmed_all().await?;
        }
        // Only now: the money of a payment whose rows cannot be read is looked after all the same.
        match waiting.unreadable.into_iter().next() {
            Some(why) => Err(why),
            None => Ok(recovery),
        }
    }

    /// Asks whether invoices that ran out were paid after all; those asked about.
    async fn ask_about_late(&self, depth: Depth) -> Result<Vec<PaymentId>, StoreTrouble> {
        let due = depth == Depth::Undecided;
        let most = if due { MOST_LATE.0 } else { MOST_LATE.1 };
        let late = self.ecash.late_top_ups(most, due).await.map_err(files)?;
        let late: Vec<PaymentId> = late.iter().map(|quote| quote.payment.into()).collect();
        for payment in &late {
            // An issuer that does not answer is asked again next time.
            let _ = self.follow_top_up(*payment).await;
        }
        Ok(late)
    }

    /// Writes down what became of a payment, if the rails know it. One that another task works on is
    /// left to that task.
    pub(crate) async fn conclude(
        &self,
        payment: PaymentId,
    ) -> Result<Option<Outcome>, StoreTrouble> {
        let Some(_under_way) = self.take_up(payment) else {
            return Ok(None);
        };
        let Some(story) = self.story(payment)? else {
            return Ok(None);
        };
        if story.outcome() != Outcome::StillDeciding {
            return Ok(Some(story.outcome()));
        }
        let Some(purse) = self.ecash.purse(&story.begun.purse).await.map_err(files)? else {
            return Ok(None);
        };
        let Some(ended) = self.decide(&purse, &story).await? else {
            return Ok(None);
        };
        let outcome = ended.outcome;
        self.end(payment, story.merchant, story.begun.once.as_deref(), ended)?;
        self.ecash
            .forget_result(uuid_of(payment))
            .await
            .map_err(files)?;
        Ok(Some(outcome))
    }

    async fn decide(&self, purse: &Purse, story: &Story) -> Result<Option<Ended>, StoreTrouble> {
        let id = uuid_of(story.payment);
        // An open exchange may still change what its last result says.
        if self.ecash.is_open(id).await.map_err(files)? {
            return Ok(None);
        }
        let handed = self.ecash.handed(id).await.map_err(files)?;
        if let (None, Some(result)) = (&handed, self.ecash.result(id).await.map_err(files)?) {
            return ended_by(purse, story, &result).map(Some);
        }
        match story.begun.kind {
            PaymentKind::CashuRequest | PaymentKind::Page => {
                match self.resume_handed(purse, story).await? {
                    Some(ended) => Ok(Some(ended)),
                    None if handed.is_some() => Ok(None),
                    None => nothing_moved(purse, Between::Stopped.into()).map(Some),
                }
            }
            PaymentKind::Give => match handed {
                Some(handed) => ended_hand(purse, &handed.cost, None).map(Some),
                None => nothing_moved(purse, Between::Stopped.into()).map(Some),
            },
            PaymentKind::TopUp => Ok(None),
            PaymentKind::LightningInvoice
            | PaymentKind::LightningOffer
            | PaymentKind::LnurlPay
            | PaymentKind::Move
            | PaymentKind::Redeem => nothing_moved(purse, Between::Stopped.into()).map(Some),
        }
    }

    /// Writes into the journal what became of payments it already calls decided: e-cash that was
    /// given and has come back since, or is known to be redeemed now; an invoice paid after it ran out;
    /// and whatever went through that was called not paid.
    pub(crate) async fn take_over_results(&self) -> Result<(), StoreTrouble> {
        for id in self.ecash.payments_with_results().await.map_err(files)? {
            // One that cannot be read now is told once it can.
            let Ok(Some(story)) = self.story_or_why(id.into())? else {
                continue;
            };
            if story.outcome() == Outcome::StillDeciding
                || self.ecash.is_open(id).await.map_err(files)?
                || self.ecash.handed(id).await.map_err(files)?.is_some()
            {
                continue;
            }
            let result = self.ecash.result(id).await.map_err(files)?;
            let purse = self.ecash.purse(&story.begun.purse).await.map_err(files)?;
            let news = result
                .as_ref()
                .is_some_and(|result| is_news(result, story.outcome()));
            if let (true, Some(result), Some(purse)) = (news, &result, &purse) {
                if !matches!(result, PaymentResult::TakenBack { .. }) {
                    // It could be paid again until now.
                    self.claim_again(story.begun.once.as_deref(), story.payment)?;
                }
                self.end(
                    story.payment,
                    story.merchant,
                    story.begun.once.as_deref(),
                    ended_by(purse, &story, result)?,
                )?;
            }
            self.ecash.forget_result(id).await.map_err(files)?;
        }
        Ok(())
    }

    /// Notices that e-cash given and already called paid has come back.
    pub(crate) async fn took_back(
        &self,
        purse: &Purse,
        payment: PaymentId,
        back: &TakenBack,
    ) -> Result<(), StoreTrouble> {
        let Some(story) = self.story(payment)? else {
            return Ok(());
        };
        let id = uuid_of(payment);
        if let Some(PaymentResult::TakenBack { cost, .. }) =
            self.ecash.result(id).await.map_err(files)?
        {
            let ended = ended_back(purse, &cost, back, Between::TakenBack.into())?;
            let once = story.begun.once.as_deref();
            self.end(payment, story.merchant, once, ended)?;
            self.ecash.forget_result(id).await.map_err(files)?;
        }
        Ok(())
    }

    /// The issuer says that given e-cash was redeemed. What is undecided is decided by that; the
    /// rails' word for it goes only once the journal has it.
    pub(crate) async fn learn_taken(&self, payment: PaymentId) -> Result<(), StoreTrouble> {
        if self.conclude(payment).await? == Some(Outcome::Paid) {
            self.ecash
                .forget_result(uuid_of(payment))
                .await
                .map_err(files)?;
        }
        Ok(())
    }

    /// Where given e-cash is: asks the issuer.
    pub(crate) async fn where_is(
        &self,
        purse: &Purse,
        payment: PaymentId,
    ) -> Result<Option<HandedState>, StoreTrouble> {
        let Some(handed) = self.ecash.handed(uuid_of(payment)).await.map_err(files)? else {
            return Ok(None);
        };
        match self.ecash.look_after(purse, &handed).await {
            Ok(state) => Ok(Some(state)),
            Err(Trouble::Store(what)) => Err(StoreTrouble(what)),
            Err(_) => Ok(None),
        }
    }

    fn clear_reviews(&self) -> Result<(), StoreTrouble> {
        let now = now_ms();
        let mut history = self.history();
        for document in history.documents("review")? {
            let kept: Result<crate::review::KeptReview, _> = serde_json::from_slice(&document.body);
            let old = kept
                .is_ok_and(|kept| kept.review.expires_at_ms.saturating_add(KEEP_REVIEWS_MS) < now);
            if old {
                history.remove_document("review", &document.key)?;
            }
        }
        Ok(())
    }
}

/// Whether a result says something else than the journal does.
fn is_news(result: &PaymentResult, told: Outcome) -> bool {
    match result {
        PaymentResult::TakenBack { .. } => told == Outcome::Paid,
        PaymentResult::Received { .. }
        | PaymentResult::Melted { .. }
        | PaymentResult::Taken { .. } => told == Outcome::NotPaid,
        PaymentResult::NotPaid { .. } => false,
    }
}

fn ended_by(purse: &Purse, story: &Story, result: &PaymentResult) -> Result<Ended, StoreTrouble> {
    let amount = |value: u64| {
        farthing_money::Amount::new(value, purse.unit).map_err(|error| StoreTrouble::of(&error))
    };
    match result {
        PaymentResult::Melted {
            amount: paid,
            input_fee,
            swap_fee,
            network_fee,
            returned,
            preimage,
            preimage_fits,
        } => ended_melted(
            purse,
            &story.begun.cost,
            &Melted {
                amount: amount(*paid)?,
                input_fee: amount(*input_fee)?,
                swap_fee: amount(*swap_fee)?,
                network_fee: amount(*network_fee)?,
                returned: amount(*returned)?,
                preimage: preimage.clone(),
                preimage_fits: *preimage_fits,
            },
        ),
        PaymentResult::NotPaid { cost } => {
            ended_unpaid(purse, amount(*cost)?, Between::NotThrough.into())
        }
        PaymentResult::Received { received, fee } => {
            crate::redeem::ended_received(purse, amount(*received)?, amount(*fee)?)
        }
        PaymentResult::Taken { cost } => ended_hand(purse, cost, None),
        PaymentResult::TakenBack {
            cost,
            received,
            fee,
        } => {
            let back = TakenBack {
                received: amount(*received)?,
                fee: amount(*fee)?,
            };
            ended_back(purse, cost, &back, Between::TakenBack.into())
        }
    }
}
