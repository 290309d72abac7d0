//! Paying a Lightning invoice or offer: the issuer pays it and takes coins for it.
//!
//! The request to pay is never sent twice, and coins are never freed because an answer is
//! missing. When the issuer answers our own request with a refusal, nothing more is under way,
//! and unspent coins are free again. When the answer was lost, a late copy of the request could
//! still pay: then the coins are first swapped for new ones (a *fence*), which makes any late
//! copy worthless, and only then is the payment called not paid.

use std::time::{Duration, Instant};

use cdk::nuts::nut00::KnownMethod;
use cdk::nuts::{
    BlindSignature, MeltOptions, MeltQuoteBolt11Request, MeltQuoteState, MeltRequest,
    PaymentMethod, State,
};
use cdk::{MeltQuoteCreateResponse, MeltQuoteRequest, MeltQuoteResponse};
use farthing_money::Amount;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Ecash;
use super::coins::{Coin, CoinPlan, NoPlan, SwapPlan, plan_melt};
use super::exchange::{Exchange, Finish, Goal, Inputs, leave_open};
use super::fence::{forgot_offer, stands_until};
use super::hand::pick;
use super::keysets::{Freshness, Keyset, unix_now};
use super::paid::Heard;
use super::purse::{HeldCoin, Purse, currency};
use super::recover::PaymentResult;
use super::top_up::check_name;
use super::trouble::{Refusal, Trouble};
use crate::code::Invoice;

/// How often and how long a payment under way is asked about before the person is told that it
/// is still being decided.
const ASK_AFTER: [Duration; 8] = [
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1500),
    Duration::from_secs(3),
    Duration::from_secs(4),
    Duration::from_secs(5),
    Duration::from_secs(5),
    Duration::from_secs(5),
];

/// So long after the request to pay no further question is begun.
const PATIENCE: Duration = Duration::from_secs(35);

/// How the issuer is told what to pay. What was kept before there was more than one was about invoices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    /// An invoice (NUT-23).
    #[default]
    Bolt11,
    /// An offer (NUT-25): the issuer asks the payee for the invoice, and shows it to nobody.
    Bolt12,
}

impl Way {
    pub(super) fn method(self) -> PaymentMethod {
        PaymentMethod::Known(match self {
            Self::Bolt11 => KnownMethod::Bolt11,
            Self::Bolt12 => KnownMethod::Bolt12,
        })
    }
}

/// What an issuer asks for paying an invoice or an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LightningQuote {
    /// What the payee gets, in the purse's unit.
    pub amount: Amount,
    /// The most the Lightning network may cost.
    pub fee_reserve: Amount,
    /// Until when the offer stands, in seconds since 1970.
    pub expires_at: u64,
    /// The hash whose preimage proves the payment. An offer has none: its invoice is between the
    /// issuer and the payee.
    pub payment_hash: Option<String>,
    quote: String,
    #[serde(default)]
    way: Way,
}

/// What a Lightning payment costs at most, in the purse's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeltCost {
    /// What the payee gets.
    pub amount: Amount,
    /// The most the Lightning network may cost: everything put in beyond the rest. Of that, what
    /// the network does not take comes back, if the issuer keeps its word.
    pub network_at_most: Amount,
    /// What the issuer keeps for taking the coins.
    pub input_fee: Amount,
    /// What the issuer keeps for making fitting coins first.
    pub swap_fee: Amount,
}

impl MeltCost {
    pub(super) fn of(plan: &CoinPlan, amount: Amount) -> Option<Self> {
        let of = |value| Amount::new(value, amount.unit()).ok();
        let left = plan.face.checked_sub(plan.fee)?;
        Some(Self {
            amount,
            network_at_most: of(left.checked_sub(amount.value())?)?,
            input_fee: of(plan.fee)?,
            swap_fee: of(plan.swap.as_ref().map_or(0, |swap| swap.fee))?,
        })
    }
}

/// A Lightning payment that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Melted {
    /// What the payee got.
    pub amount: Amount,
    /// What the issuer kept for taking the coins.
    pub input_fee: Amount,
    /// What the issuer kept for making fitting coins first.
    pub swap_fee: Amount,
    /// What the Lightning network cost.
    pub network_fee: Amount,
    /// Came back into the purse out of what was set aside.
    pub returned: Amount,
    /// The preimage, if the issuer gave one.
    pub preimage: Option<String>,
    /// The preimage belongs to the invoice: only then does it prove anything. Never so of an offer,
    /// whose invoice nobody showed us.
    pub preimage_fits: bool,
}

/// Why a Lightning payment was not made, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeltError {
    /// Not enough in the purse: the most that could be covered, fees paid.
    #[error("not enough in the purse: {at_most} could be paid")]
    Short {
        /// The most that could be covered.
        at_most: Amount,
    },
    /// The issuer's coins cannot make this amount.
    #[error("the issuer's coins cannot make this amount")]
    Impossible,
    /// It has become dearer than it was agreed to.
    #[error("it now costs more than was agreed")]
    Dearer {
        /// What it would cost now.
        now: MeltCost,
    },
    /// Not paid, proven; what it cost to make sure is named.
    #[error("not paid: {why}")]
    NotPaid {
        /// What the issuer said.
        why: Trouble,
        /// What the issuer kept for swaps on the way.
        cost: Amount,
    },
    /// Nobody knows yet. Do not pay again.
    #[error("still deciding: {0}")]
    Undecided(Trouble),
    /// The wallet's files or the issuer, before anything was asked to be paid.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

struct Planned {
    plan: CoinPlan,
    cost: MeltCost,
    held: Vec<HeldCoin>,
    keyset: Keyset,
}

impl Ecash {
    /// Asks the issuer what paying an invoice costs; `open_amount_msat` says how much where the
    /// invoice leaves it open. Nothing is paid.
    ///
    /// # Errors
    /// [`Trouble`]; [`Trouble::Dishonest`] when the quote is for another amount.
    pub async fn quote_invoice(
        &self,
        purse: &Purse,
        invoice: &Invoice,
        open_amount_msat: Option<u64>,
    ) -> Result<LightningQuote, Trouble> {
        let request = invoice
            .text
            .parse()
            .map_err(|_| Trouble::Dishonest("the invoice cannot be read".to_owned()))?;
        let request = MeltQuoteRequest::Bolt11(MeltQuoteBolt11Request {
            request,
            unit: currency(&purse.unit),
            options: open_amount_msat.map(MeltOptions::new_amountless),
        });
        let asked = invoice.amount_msat.or(open_amount_msat);
        let price = self.ask_price(purse, request, asked).await?;
        Ok(LightningQuote {
            payment_hash: Some(invoice.payment_hash.clone()),
            ..price
        })
    }

    /// Asks the issuer for its price, and takes one for what was asked alone.
    pub(super) async fn ask_price(
        &self,
        purse: &Purse,
        request: MeltQuoteRequest,
        asked_msat: Option<u64>,
    ) -> Result<LightningQuote, Trouble> {
        let wanted = match &request {
            MeltQuoteRequest::Bolt12(_) => Way::Bolt12,
            _ => Way::Bolt11,
        };
        let reply = self.client(&purse.mint()?).post_melt_quote(request).await?;
        let (way, quote, amount, fee_reserve, expires_at) = match reply {
            MeltQuoteCreateResponse::Bolt11(reply) => (
                Way::Bolt11,
                reply.quote,
                reply.amount,
                reply.fee_reserve,
                reply.expiry,
            ),
            MeltQuoteCreateResponse::Bolt12(reply) => (
                Way::Bolt12,
                reply.quote,
                reply.amount,
                reply.fee_reserve,
                reply.expiry,
            ),
            _ => return Err(another_way()),
        };
        if way != wanted {
            return Err(another_way());
        }
        let amount = purse.amount(u64::from(amount))?;
        // In sat and msat the price is what was asked; in other units the issuer sets the rate.
        if let (Ok(quoted), Some(asked)) = (amount.to_msat(), asked_msat) {
            let rounded = asked.div_ceil(1000).saturating_mul(1000);
            if quoted.value() != asked && quoted.value() != rounded {
                return Err(Trouble::Dishonest(
                    "its price is not the payee's".to_owned(),
                ));
            }
        }
        check_name(&quote)?;
        Ok(LightningQuote {
            amount,
            fee_reserve: purse.amount(u64::from(fee_reserve))?,
            expires_at,
            payment_hash: None,
            quote,
            way,
        })
    }

    /// What paying the quote costs at most with the coins in the purse.
    ///
    /// # Errors
    /// [`MeltError`]; nothing was changed.
    pub async fn plan_melt(
        &self,
        purse: &Purse,
        quote: &LightningQuote,
    ) -> Result<MeltCost, MeltError> {
        Ok(self.cover_quote(purse, quote).await?.cost)
    }

    async fn cover_quote(
        &self,
        purse: &Purse,
        quote: &LightningQuote,
    ) -> Result<Planned, MeltError> {
        let keyset = self
            .signing_keyset(&purse.mint()?, &currency(&purse.unit), Freshness::Recent)
            .await?;
        let held = self.free_coins(purse).await?;
        let coins: Vec<Coin> = held.iter().map(|held| held.coin).collect();
        let target = quote
            .amount
            .checked_add(quote.fee_reserve)
            .map_err(|_| Trouble::Dishonest("its price is absurd".to_owned()))?
            .value();
        let plan =
            plan_melt(&coins, target, &keyset.mintage()).map_err(|error| refuse(purse, error))?;
        let cost = MeltCost::of(&plan, quote.amount)
            .ok_or_else(|| Trouble::Dishonest("its price is absurd".to_owned()))?;
        Ok(Planned {
            plan,
            cost,
            held,
            keyset,
        })
    }

    /// Pays the quote, at most at the cost agreed.
    ///
    /// # Errors
    /// [`MeltError`]; only [`MeltError::Undecided`] leaves the payment open.
    pub async fn melt(
        &self,
        purse: &Purse,
        payment: Uuid,
        quote: &LightningQuote,
        agreed: &MeltCost,
    ) -> Result<Melted, MeltError> {
        let _held = self.hold(&purse.id).await;
        let Planned {
            plan,
            cost,
            held,
            keyset,
        } = self.cover_quote(purse, quote).await?;
        let within = |now: Amount, agreed: Amount| now.is_at_most(agreed).unwrap_or(false);
        if !within(cost.amount, agreed.amount)
            || !within(cost.network_at_most, agreed.network_at_most)
            || !within(cost.input_fee, agreed.input_fee)
            || !within(cost.swap_fee, agreed.swap_fee)
        {
            return Err(MeltError::Dearer { now: cost });
        }
        let ys = match &plan.swap {
            None => plan
                .ready
                .iter()
                .filter_map(|&at| held.get(at))
                .map(|held| held.y)
                .collect(),
            Some(swap) => {
                self.make_exact(purse, payment, &held, &keyset, swap)
                    .await?
            }
        };
        let worth: u64 = self
            .db
            .get_proofs_by_ys(Vec::clone(&ys))
            .await
            .map_err(Trouble::from)?
            .iter()
            .fold(0, |sum, info| {
                sum.saturating_add(u64::from(info.proof.amount))
            });
        if worth != plan.face {
            return Err(MeltError::Trouble(Trouble::Store(
                "a coin is missing".into(),
            )));
        }
        let blanks = if purse.returns_change {
            vec![0; blanks_for(cost.network_at_most.value())]
        } else {
            Vec::new()
        };
        let goal = Goal::Melt {
            quote: quote.quote.clone(),
            way: quote.way,
            payment_hash: quote.payment_hash.clone(),
            amount: quote.amount.value(),
            swap_fee: cost.swap_fee.value(),
            put_in: worth,
            until: stands_until(quote.expires_at, unix_now()),
        };
        let ours = Inputs::Ours {
            ys,
            set_aside_before: false,
        };
        let exchange = self
            .begin(purse, payment, goal, ours, &keyset, blanks, plan.fee)
            .await?;
        let finish = leave_open(self.run_melt(purse, &exchange, quote).await)?;
        match finish {
            Finish::Done(result) => melted(purse, &result).ok_or_else(|| {
                MeltError::Trouble(Trouble::Store("the payment's figures do not fit".into()))
            }),
            Finish::NotDone(why) => {
                let spent = match self.result(payment).await? {
                    Some(PaymentResult::NotPaid { cost, .. }) => purse.amount(cost)?,
                    _ => cost.swap_fee,
                };
                Err(MeltError::NotPaid { why, cost: spent })
            }
            Finish::Undecided(trouble) => Err(MeltError::Undecided(trouble)),
        }
    }

    /// Sends the request to pay, once, and follows it as long as a person would wait.
    async fn run_melt(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        quote: &LightningQuote,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let asked = Instant::now();
        match self.send_melt(purse, exchange, quote).await {
            Ok(Answer {
                state: MeltQuoteState::Paid,
                preimage,
                change,
            }) => {
                self.settle_melt(purse, exchange, preimage, change, Heard::AtOnce)
                    .await
            }
            Ok(Answer {
                state: MeltQuoteState::Pending | MeltQuoteState::Unknown,
                ..
            }) => self.wait_for_melt(purse, exchange, asked).await,
            // An issuer that says "unpaid" to a request to pay has not finished with it for
            // certain: some mark the payment pending only a moment later.
            Ok(Answer {
                state: MeltQuoteState::Unpaid | MeltQuoteState::Failed,
                ..
            }) => self.find_out_melt(purse, exchange, None).await,
            Err(trouble) if trouble.proves_nothing_happened() => {
                self.abandon(exchange, &trouble).await?;
                Ok(Finish::NotDone(trouble))
            }
            Err(trouble @ Trouble::Refused(_)) => {
                self.find_out_melt(purse, exchange, Some(trouble)).await
            }
            Err(_) => self.wait_for_melt(purse, exchange, asked).await,
        }
    }

    /// Makes exact coins first. They land free in the purse, so a crash here loses nothing.
    async fn make_exact(
        &self,
        purse: &Purse,
        payment: Uuid,
        held: &[HeldCoin],
        keyset: &Keyset,
        swap: &SwapPlan,
    ) -> Result<Vec<cdk::nuts::PublicKey>, MeltError> {
        let exchange = self
            .begin_planned(purse, payment, held, keyset, swap)
            .await?;
        match self.run_swap(purse, &exchange).await? {
            Finish::Done(coins) => {
                self.note_swap_fee(&exchange).await?;
                self.forget_exchange(&exchange).await?;
                let made = pick(&coins, &swap.made)
                    .ok_or_else(|| Trouble::Store("a coin is missing".into()))?;
                Ok(made.iter().map(|coin| coin.y).collect())
            }
            Finish::NotDone(why) => Err(MeltError::NotPaid {
                why,
                cost: purse.amount(0)?,
            }),
            Finish::Undecided(trouble) => Err(MeltError::Undecided(trouble)),
        }
    }

    async fn send_melt(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        quote: &LightningQuote,
    ) -> Result<Answer, Trouble> {
        let inputs = self.input_coins(exchange).await?;
        let outputs: Vec<_> = self
            .derive(exchange)?
            .into_iter()
            .map(|output| output.message)
            .collect();
        let outputs = (!outputs.is_empty()).then_some(outputs);
        let request = MeltRequest::new(quote.quote.clone(), inputs, outputs);
        Answer::of(
            self.client(&purse.mint()?)
                .post_melt(&quote.way.method(), request)
                .await?,
        )
    }

    pub(super) async fn ask_quote(
        &self,
        purse: &Purse,
        way: Way,
        quote: &str,
    ) -> Result<Answer, Trouble> {
        Answer::of(
            self.client(&purse.mint()?)
                .get_melt_quote_status(way.method(), quote)
                .await?,
        )
    }

    /// Asks for a while, at growing intervals.
    async fn wait_for_melt(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        asked: Instant,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let mut last = Finish::Undecided(Trouble::Lost);
        for pause in ASK_AFTER {
            tokio::time::sleep(pause).await;
            last = self.find_out_melt(purse, exchange, None).await?;
            // An issuer that is silent about the payment takes a while for each answer.
            if !matches!(last, Finish::Undecided(_)) || asked.elapsed() > PATIENCE {
                break;
            }
        }
        Ok(last)
    }

    /// Finds out what became of a Lightning payment. `refused` is the issuer's refusal of our own
    /// request, when there was one: then nothing of it is still under way.
    pub(super) async fn find_out_melt(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        refused: Option<Trouble>,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        leave_open(self.ask_about_melt(purse, exchange, refused).await)
    }

    async fn ask_about_melt(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        refused: Option<Trouble>,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let Goal::Melt {
            quote,
            way,
            swap_fee,
            until,
            ..
        } = &exchange.goal
        else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        match self.ask_quote(purse, *way, quote).await {
            Ok(answer) => match answer.state {
                MeltQuoteState::Paid => {
                    let heard = match &refused {
                        Some(_) => Heard::AfterRefusal,
                        None => Heard::Later,
                    };
                    return self
                        .settle_melt(purse, exchange, answer.preimage, answer.change, heard)
                        .await;
                }
                MeltQuoteState::Pending | MeltQuoteState::Unknown => {
                    return Ok(Finish::Undecided(Trouble::Refused(Refusal::UnderWay)));
                }
                MeltQuoteState::Unpaid | MeltQuoteState::Failed => {}
            },
            // Then coins that are good can be had back.
            Err(trouble) if forgot_offer(&trouble, *until) => {}
            Err(trouble) => return Ok(Finish::Undecided(trouble)),
        }
        let names = Self::input_names(exchange)?;
        let states = match self.ask_states(&purse.mint()?, &names).await {
            Ok(states) => states,
            Err(trouble) => return Ok(Finish::Undecided(trouble)),
        };
        let is = |y: &cdk::nuts::PublicKey, wanted: State| states.get(y) == Some(&wanted);
        if names
            .iter()
            .any(|y| !is(y, State::Unspent) && !is(y, State::Spent))
        {
            // It calls the payment unpaid but holds on to the coins: wait for one story.
            return Ok(Finish::Undecided(Trouble::Refused(Refusal::UnderWay)));
        }
        if refused != Some(Trouble::Refused(Refusal::AlreadySpent))
            && names.iter().all(|y| is(y, State::Spent))
        {
            return self.all_were_spent(purse, exchange).await;
        }
        // A payment takes all of its coins or none. Some that are gone were spent by another copy
        // of this wallet, and with them the request can never be carried out.
        let (names, spent): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|y| is(y, State::Unspent));
        self.call_spent(spent).await?;
        let mut why = refused
            .clone()
            .unwrap_or(Trouble::Refused(Refusal::LightningFailed));
        // The numbers of its change may belong to coins of another copy of this wallet, which
        // some issuers report as an invoice that was already paid.
        if let Trouble::Refused(Refusal::AlreadyMade | Refusal::InvoiceAlreadyPaid) = why {
            let keyset = self.keyset_of(purse, exchange).await?;
            let before = self.db.increment_keyset_counter(&keyset.id, 0).await?;
            self.catch_up_from(purse, &keyset, exchange.outputs.counter)
                .await?;
            if self.db.increment_keyset_counter(&keyset.id, 0).await? > before {
                why = Trouble::Refused(Refusal::AlreadyMade);
            }
        }
        if let Some(refused) = &refused {
            self.heed(purse, refused).await?;
            let result = PaymentResult::NotPaid { cost: *swap_fee };
            self.write_record("result", &exchange.payment.to_string(), &result)
                .await?;
            self.abandon(exchange, &why).await?;
            if why == Trouble::Refused(Refusal::AlreadySpent) {
                self.doubt_the_rest(purse).await?;
            }
            return Ok(Finish::NotDone(why));
        }
        self.fence_off(purse, exchange, names, why).await
    }
}

pub(super) fn melted(purse: &Purse, result: &PaymentResult) -> Option<Melted> {
    let PaymentResult::Melted {
        amount,
        input_fee,
        swap_fee,
        network_fee,
        returned,
        preimage,
        preimage_fits,
    } = result
    else {
        return None;
    };
    let amount_of = |value: u64| purse.amount(value).ok();
    Some(Melted {
        amount: amount_of(*amount)?,
        input_fee: amount_of(*input_fee)?,
        swap_fee: amount_of(*swap_fee)?,
        network_fee: amount_of(*network_fee)?,
        returned: amount_of(*returned)?,
        preimage: preimage.clone(),
        preimage_fits: *preimage_fits,
    })
}

fn another_way() -> Trouble {
    Trouble::Dishonest("it answered with another way of paying".to_owned())
}

pub(super) struct Answer {
    pub(super) state: MeltQuoteState,
    pub(super) preimage: Option<String>,
    pub(super) change: Option<Vec<BlindSignature>>,
}

impl Answer {
    fn of(reply: MeltQuoteResponse<String>) -> Result<Self, Trouble> {
        match reply {
            MeltQuoteResponse::Bolt11(reply) => Ok(Self {
                state: reply.state,
                preimage: reply.payment_preimage,
                change: reply.change,
            }),
            MeltQuoteResponse::Bolt12(reply) => Ok(Self {
                state: reply.state,
                preimage: reply.payment_preimage,
                change: reply.change,
            }),
            _ => Err(Trouble::Lost),
        }
    }
}

/// How many blank coins cover any change up to `most` (NUT-08).
fn blanks_for(most: u64) -> usize {
    match most {
        0 => 0,
        1 => 1,
        most => usize::try_from(u64::BITS.saturating_sub(most.saturating_sub(1).leading_zeros()))
            .unwrap_or(64),
    }
}

fn refuse(purse: &Purse, error: NoPlan) -> MeltError {
    match error {
        NoPlan::Short { at_most } => match purse.amount(at_most) {
            Ok(at_most) => MeltError::Short { at_most },
            Err(trouble) => MeltError::Trouble(trouble),
        },
        NoPlan::Impossible => MeltError::Impossible,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_blank_coins_can_carry_any_change_that_may_be_due(most in 0_u64..u64::MAX / 2, share in 0_u64..=100) {
            let change = (u128::from(most) * u128::from(share) / 100) as u64;
            prop_assert!(change.count_ones() as usize <= blanks_for(most));
        }
    }
}
