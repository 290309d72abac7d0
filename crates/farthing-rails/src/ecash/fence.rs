//! How a Lightning payment ends whose answer was lost and which the issuer calls unpaid.
//!
//! While its coins are good, a late copy of the request could still pay: they are swapped for new
//! ones (a *fence*), and then none can. Where all of them are spent, none can either; but they may
//! have been spent by the payment itself, and only the issuer's word on it tells. That is asked
//! for once more after the coins were seen to be gone, and taken once the offer has run out:
//! from then on no issuer may carry it out or be late in saying so.

use cdk::nuts::{MeltQuoteState, PublicKey};

use super::Ecash;
use super::exchange::{Exchange, Finish, Goal};
use super::keysets::unix_now;
use super::paid::{Heard, Payer};
use super::purse::Purse;
use super::recover::PaymentResult;
use super::trouble::{Refusal, Trouble};

/// Longest time an offer to pay is taken to stand, in seconds: a day.
const LONGEST_STANDING: u64 = 24 * 3600;

/// Until when an issuer may carry an offer out that is taken up `now`. What it says of that may be
/// nothing, or absurd.
pub(super) fn stands_until(expires_at: u64, now: u64) -> u64 {
    let longest = now.saturating_add(LONGEST_STANDING);
    if expires_at < now {
        longest
    } else {
        expires_at.min(longest)
    }
}

/// Whether an issuer that knows nothing of an offer never will: its books were set back, and the offer
/// may not be carried out any more.
pub(super) fn forgot_offer(said: &Trouble, until: u64) -> bool {
    let unknown = matches!(said, Trouble::Refused(Refusal::Other(_) | Refusal::Expired));
    unknown && unix_now() > until
}

impl Ecash {
    /// Swaps what went into a payment for new coins, so that it can no longer happen.
    pub(super) async fn fence_off(
        &self,
        purse: &Purse,
        melt: &Exchange,
        names: Vec<PublicKey>,
        why: Trouble,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        if let Some(fence) = self.fence_of(purse, melt).await? {
            return self.ask_about_fence(purse, &fence, why).await;
        }
        let Goal::Melt { amount, put_in, .. } = &melt.goal else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        // As much as the person agreed to lose beside the amount: an issuer may have come to keep more
        // for taking coins, and the coins would be in use for ever.
        let fee_at_most = melt.fee.max(put_in.saturating_sub(*amount));
        let Some(fence) = self
            .begin_like_for_like(purse, melt.payment, names, fee_at_most, Some(melt.id))
            .await?
        else {
            return self.only_dust_is_left(purse, melt).await;
        };
        let finish = self.run_swap(purse, &fence).await?;
        self.end_fence(&fence, finish, why).await
    }

    /// Another copy of this wallet has spent the rest of what went in, and a payment takes all of its
    /// coins or none. Asked once more, of all at once: it may have been carried out in between.
    async fn only_dust_is_left(
        &self,
        purse: &Purse,
        melt: &Exchange,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        match self.who_paid(purse, melt).await? {
            Payer::Another { spent, .. } => {
                self.call_spent(spent).await?;
                self.spent_elsewhere(purse, melt).await
            }
            Payer::Us | Payer::Unclear => {
                Ok(Finish::Undecided(Trouble::Refused(Refusal::UnderWay)))
            }
        }
    }

    pub(super) async fn fence_of(
        &self,
        purse: &Purse,
        melt: &Exchange,
    ) -> Result<Option<Exchange>, Trouble> {
        let all = self.exchanges_of(&purse.id).await?;
        Ok(all.into_iter().find(
            |other| matches!(other.goal, Goal::Swap { fences: Some(fenced) } if fenced == melt.id),
        ))
    }

    pub(super) async fn ask_about_fence(
        &self,
        purse: &Purse,
        fence: &Exchange,
        why: Trouble,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let finish = self.find_out_swap(purse, fence, None).await?;
        self.end_fence(fence, finish, why).await
    }

    async fn end_fence<T>(
        &self,
        fence: &Exchange,
        finish: Finish<T>,
        why: Trouble,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        match finish {
            Finish::Done(_) => {
                self.finish_fence(fence).await?;
                Ok(Finish::NotDone(why))
            }
            // The late request got there first, or the issuer cannot say: ask again later.
            Finish::NotDone(_) => Ok(Finish::Undecided(Trouble::Refused(Refusal::UnderWay))),
            Finish::Undecided(trouble) => Ok(Finish::Undecided(trouble)),
        }
    }

    /// The fence stands: the payment can no longer happen. Writes that down and tidies up.
    pub(super) async fn finish_fence(&self, fence: &Exchange) -> Result<(), Trouble> {
        let Goal::Swap { fences: Some(melt) } = &fence.goal else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        let closed: Option<Exchange> = self.read_record("exchange", &melt.to_string()).await?;
        // A repetition after a crash in here may not find it any more; its result stands.
        if let Some(closed) = closed
            && let Goal::Melt { swap_fee, .. } = &closed.goal
        {
            // Whoever else uses these words may have made coins under the numbers of its change.
            self.look_again_from(&closed.outputs).await?;
            let cost = fence.fee.saturating_add(*swap_fee);
            let result = PaymentResult::NotPaid { cost };
            self.write_record("result", &fence.payment.to_string(), &result)
                .await?;
            self.forget_record("exchange", &melt.to_string()).await?;
        }
        self.forget_exchange(fence).await
    }

    /// Every coin that went in is spent, and the issuer called the payment unpaid before it said
    /// so.
    pub(super) async fn all_were_spent(
        &self,
        purse: &Purse,
        melt: &Exchange,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let Goal::Melt {
            quote, way, until, ..
        } = &melt.goal
        else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        if let Some(fence) = self.fence_of(purse, melt).await? {
            let why = Trouble::Refused(Refusal::LightningFailed);
            return self.ask_about_fence(purse, &fence, why).await;
        }
        let answer = match self.ask_quote(purse, *way, quote).await {
            Ok(answer) => answer,
            // It forgot the offer and took the coins, which went into nothing else: calling it not
            // paid would have somebody pay twice.
            Err(trouble) if forgot_offer(&trouble, *until) => {
                return self
                    .settle_melt(purse, melt, None, None, Heard::Later)
                    .await;
            }
            Err(trouble) => return Err(trouble),
        };
        match answer.state {
            MeltQuoteState::Paid => {
                return self
                    .settle_melt(purse, melt, answer.preimage, answer.change, Heard::Later)
                    .await;
            }
            MeltQuoteState::Unpaid | MeltQuoteState::Failed if unix_now() > *until => {}
            _ => return Ok(Finish::Undecided(Trouble::Refused(Refusal::UnderWay))),
        }
        self.call_spent(Self::input_names(melt)?).await?;
        self.spent_elsewhere(purse, melt).await
    }

    /// By another copy of this wallet, as nobody else has the coins: it is not paid with them.
    async fn spent_elsewhere(
        &self,
        purse: &Purse,
        melt: &Exchange,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let Goal::Melt { swap_fee, .. } = &melt.goal else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        let why = Trouble::Refused(Refusal::AlreadySpent);
        let result = PaymentResult::NotPaid { cost: *swap_fee };
        self.write_record("result", &melt.payment.to_string(), &result)
            .await?;
        self.abandon(melt, &why).await?;
        self.doubt_the_rest(purse).await?;
        Ok(Finish::NotDone(why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_stands_as_long_as_it_says_and_at_most_a_day() {
        let now = 1_700_000_000;
        assert_eq!(stands_until(now + 60, now), now + 60);
        for absurd in [0, now - 1, now + LONGEST_STANDING + 1, u64::MAX] {
            assert_eq!(
                stands_until(absurd, now),
                now + LONGEST_STANDING,
                "{absurd}"
            );
        }
        assert_eq!(stands_until(u64::MAX, u64::MAX), u64::MAX);
    }
}
