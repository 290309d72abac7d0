//! Handing e-cash over: to a person as a token, or to a payee's address.
//!
//! The coins are made first, by a swap of their own if none fit; then they are set aside and
//! remembered together with the text that carries them; only then may they be shown or sent.
//! cdk's own way (nested swap, fee added once) can lose track of coins in a crash and pays the
//! payee too little where using a coin costs a whole unit.

use std::collections::HashMap;

use cdk::nuts::{PaymentRequest, PaymentRequestPayload, Proof, PublicKey, State, Token};
use cdk_common::wallet::ProofInfo;
use farthing_money::{Amount, Unit};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Ecash;
use super::coins::{Coin, CoinPlan, Mintage, NoPlan, SwapPlan, plan_hand};
use super::exchange::{Exchange, Finish, Goal, Inputs};
use super::keysets::{Freshness, Keyset};
use super::purse::{HeldCoin, Purse, PurseId, currency};
use super::recover::PaymentResult;
use super::trouble::{Refusal, Trouble};

/// What handing over an amount costs, in the purse's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandCost {
    /// Face value of the coins that leave.
    pub face: Amount,
    /// Of it, what the issuer will keep when the receiver redeems them.
    pub redeem_fee: Amount,
    /// Of it, what the receiver gets beyond the amount because no coins fit closer.
    pub overpaid: Amount,
    /// What the issuer keeps for making fitting coins first.
    pub swap_fee: Amount,
}

impl HandCost {
    pub(super) fn of(plan: &CoinPlan, unit: Unit) -> Option<Self> {
        let of = |value| Amount::new(value, unit).ok();
        Some(Self {
            face: of(plan.face)?,
            redeem_fee: of(plan.fee)?,
            overpaid: of(plan.over)?,
            swap_fee: of(plan.swap.as_ref().map_or(0, |swap| swap.fee))?,
        })
    }
}

/// Why nothing was handed over. The money is where it was, less a swap fee where one is named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandError {
    /// Not enough in the purse: the most that could be handed over.
    #[error("not enough in the purse: {at_most} could be handed over")]
    Short {
        /// The most that could be covered, fees paid.
        at_most: Amount,
    },
    /// The issuer's coins cannot make this amount.
    #[error("the issuer's coins cannot make this amount")]
    Impossible,
    /// It has become dearer than it was agreed to.
    #[error("it now costs more than was agreed")]
    Dearer {
        /// What it would cost now.
        now: HandCost,
    },
    /// The issuer did not make the coins; it has proven so.
    #[error(transparent)]
    NotDone(Trouble),
    /// The issuer's answer about the coins is still out.
    #[error("whether the coins were made is not known yet: {0}")]
    Undecided(Trouble),
    /// The wallet's files, before anything left the device.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// Coins that have left the purse but not yet the books.
#[derive(Clone, Serialize, Deserialize)]
pub struct Handed {
    /// The payment they are for.
    pub payment: Uuid,
    /// The purse they came from.
    pub purse: PurseId,
    /// What it cost.
    pub cost: HandCost,
    ys: Vec<PublicKey>,
    coins: Vec<Proof>,
}

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handed")
            .field("payment", &self.payment)
            .finish_non_exhaustive()
    }
}

/// Where handed coins are now, by the issuer's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedState {
    /// Nobody has redeemed them.
    Waiting,
    /// Some are redeemed, some not.
    Partly,
    /// The receiver has redeemed them all.
    Taken,
    /// They are in use at the issuer right now.
    InUse,
    /// Back in the purse.
    TakenBack,
}

/// What came back of coins nobody had redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBack {
    /// Back in the purse.
    pub received: Amount,
    /// What the issuer kept for making new coins of them.
    pub fee: Amount,
}

impl Handed {
    /// The public names of its coins.
    pub(super) fn names(&self) -> &[PublicKey] {
        &self.ys
    }

    /// Whether any of these coins is in the token.
    #[must_use]
    pub fn is_in(&self, token: &crate::code::Token) -> bool {
        token
            .as_cdk()
            .token_secrets()
            .into_iter()
            .any(|secret| self.coins.iter().any(|coin| coin.secret == *secret))
    }

    /// The coins as a token (NUT-00), to show or send. It *is* the money.
    ///
    /// # Errors
    /// [`Trouble::Store`] when the purse's issuer is unreadable.
    pub fn token(&self, purse: &Purse, memo: Option<&str>) -> Result<String, Trouble> {
        let memo = memo.filter(|memo| !memo.is_empty()).map(str::to_owned);
        Ok(Token::new(
            purse.mint()?,
            self.coins.clone(),
            memo,
            currency(&purse.unit),
        )
        .to_string())
    }

    /// The coins as a payee's request wants them posted (NUT-18), in JSON.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub fn payload(
        &self,
        purse: &Purse,
        id: Option<&str>,
        memo: Option<&str>,
    ) -> Result<Vec<u8>, Trouble> {
        let payload = PaymentRequestPayload {
            id: id.map(str::to_owned),
            memo: memo.map(str::to_owned),
            mint: purse.mint()?,
            unit: currency(&purse.unit),
            proofs: self.coins.clone(),
        };
        serde_json::to_vec(&payload)
            .map_err(|_| Trouble::Store("the coins cannot be written down".into()))
    }
}

struct Planned {
    plan: CoinPlan,
    cost: HandCost,
    held: Vec<HeldCoin>,
    keyset: Keyset,
}

impl Ecash {
    /// A payment request (NUT-18) for `amount` into `purse`, to be answered by hand.
    ///
    /// # Errors
    /// [`Trouble::Store`] when the purse's issuer is unreadable.
    pub fn request_for(
        &self,
        purse: &Purse,
        amount: Amount,
        description: Option<String>,
    ) -> Result<String, Trouble> {
        let request = PaymentRequest::builder()
            .payment_id(
                Uuid::new_v4()
                    .simple()
                    .to_string()
                    .chars()
                    .take(8)
                    .collect::<String>(),
            )
            .amount(amount.value())
            .unit(currency(&purse.unit))
            .single_use(true)
            .add_mint(purse.mint()?);
        let request = match description {
            Some(description) => request.description(description),
            None => request,
        };
        Ok(request.build().to_string())
    }

    /// What handing over e-cash that nets its receiver `net` costs now.
    ///
    /// # Errors
    /// [`HandError`]; nothing was changed.
    pub async fn plan_hand(&self, purse: &Purse, net: Amount) -> Result<HandCost, HandError> {
        Ok(self.choose(purse, net).await?.cost)
    }

    async fn choose(&self, purse: &Purse, net: Amount) -> Result<Planned, HandError> {
        let keyset = self
            .signing_keyset(&purse.mint()?, &currency(&purse.unit), Freshness::Recent)
            .await?;
        let held = self.free_coins(purse).await?;
        let coins: Vec<Coin> = held.iter().map(|held| held.coin).collect();
        let plan = match plan_hand(&coins, net.value(), &keyset.mintage()) {
            Ok(plan) => plan,
            Err(NoPlan::Short { at_most }) => {
                let at_most = most_to_hand(&coins, at_most, &keyset.mintage());
                return Err(HandError::Short {
                    at_most: purse.amount(at_most)?,
                });
            }
            Err(NoPlan::Impossible) => return Err(HandError::Impossible),
        };
        let cost = HandCost::of(&plan, purse.unit).ok_or(HandError::Impossible)?;
        Ok(Planned {
            plan,
            cost,
            held,
            keyset,
        })
    }

    /// Makes the coins, sets them aside and remembers them. When this returns they are safe to
    /// show or send, and [`Self::handed`] finds them again after a crash.
    ///
    /// # Errors
    /// [`HandError`]. [`HandError::Dearer`] when any part costs more than `agreed`.
    pub async fn hand(
        &self,
        purse: &Purse,
        payment: Uuid,
        net: Amount,
        agreed: &HandCost,
    ) -> Result<Handed, HandError> {
        let _held = self.hold(&purse.id).await;
        if let Some(handed) = self.handed(payment).await? {
            return Ok(handed);
        }
        let Planned {
            plan,
            cost,
            held,
            keyset,
        } = self.choose(purse, net).await?;
        if !fits(&cost, agreed) {
            return Err(HandError::Dearer { now: cost });
        }
        let coins: Vec<ProofInfo> = match plan.swap {
            None => plan
                .ready
                .iter()
                .filter_map(|&at| held.get(at))
                .map(|held| held.info.clone())
                .collect(),
            Some(swap) => {
                let exchange = self
                    .begin_planned(purse, payment, &held, &keyset, &swap)
                    .await?;
                match self.run_swap(purse, &exchange).await? {
                    Finish::Done(coins) => {
                        self.note_swap_fee(&exchange).await?;
                        self.forget_exchange(&exchange).await?;
                        pick(&coins, &swap.made)
                            .ok_or_else(|| Trouble::Store("a coin is missing".into()))?
                    }
                    Finish::NotDone(trouble) => return Err(HandError::NotDone(trouble)),
                    Finish::Undecided(trouble) => return Err(HandError::Undecided(trouble)),
                }
            }
        };
        let handed = Handed {
            payment,
            purse: purse.id.clone(),
            cost,
            ys: coins.iter().map(|coin| coin.y).collect(),
            coins: coins.into_iter().map(|coin| coin.proof).collect(),
        };
        // Set aside first: a record of coins that are still free could spend them twice.
        self.db
            .reserve_proofs(handed.ys.clone(), &payment)
            .await
            .map_err(Trouble::from)?;
        self.write_record("handed", &payment.to_string(), &handed)
            .await?;
        self.forget_result(payment).await?;
        Ok(handed)
    }

    /// Begins the swap that makes coins for a payment, out of free ones.
    pub(super) async fn begin_planned(
        &self,
        purse: &Purse,
        payment: Uuid,
        held: &[HeldCoin],
        keyset: &Keyset,
        swap: &SwapPlan,
    ) -> Result<Exchange, Trouble> {
        let ys = swap
            .inputs
            .iter()
            .filter_map(|&at| held.get(at))
            .map(|held| held.y)
            .collect();
        let mut worths: Vec<u64> = swap.made.iter().chain(&swap.change).copied().collect();
        // Sorted, so that the issuer cannot tell payment from change by position.
        worths.sort_unstable();
        let inputs = Inputs::Ours {
            ys,
            set_aside_before: false,
        };
        let goal = Goal::Swap { fences: None };
        self.begin(purse, payment, goal, inputs, keyset, worths, swap.fee)
            .await
    }

    /// Coins handed over for a payment, while they are neither taken nor taken back.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn handed(&self, payment: Uuid) -> Result<Option<Handed>, Trouble> {
        self.read_record("handed", &payment.to_string()).await
    }

    /// Everything handed over and not known to be taken.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn all_handed(&self) -> Result<Vec<Handed>, Trouble> {
        self.records("handed").await
    }

    /// Asks the issuer where handed coins are; taken ones leave the books. Coins that are being
    /// taken back are in use: those that are spent may have been spent by this wallet.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn look_after(&self, purse: &Purse, handed: &Handed) -> Result<HandedState, Trouble> {
        let _held = self.hold(&purse.id).await;
        if self.handed(handed.payment).await?.is_none() {
            return self.closed_state(handed.payment).await;
        }
        if self.take_back_of(purse, handed.payment).await?.is_some() {
            return Ok(HandedState::InUse);
        }
        let states = self.ask_states(&purse.mint()?, &handed.ys).await?;
        self.judge(handed, &states).await
    }

    /// As [`Self::look_after`], for many at once: one request for each hundred coins.
    pub(super) async fn look_after_all(&self, purse: &Purse) -> Result<(), Trouble> {
        let exchanges = self.exchanges_of(&purse.id).await?;
        let waiting: Vec<Handed> = self
            .all_handed()
            .await?
            .into_iter()
            .filter(|handed| handed.purse == purse.id)
            .filter(|handed| !exchanges.iter().any(|one| one.takes_back(handed.payment)))
            .collect();
        let names: Vec<PublicKey> = waiting
            .iter()
            .flat_map(|handed| handed.ys.iter().copied())
            .collect();
        let states = self.ask_states(&purse.mint()?, &names).await?;
        for handed in &waiting {
            self.judge(handed, &states).await?;
        }
        Ok(())
    }

    async fn judge(
        &self,
        handed: &Handed,
        states: &HashMap<PublicKey, State>,
    ) -> Result<HandedState, Trouble> {
        let count = |wanted: State| {
            handed
                .ys
                .iter()
                .filter(|y| states.get(y) == Some(&wanted))
                .count()
        };
        let (spent, unspent) = (count(State::Spent), count(State::Unspent));
        if spent == handed.ys.len() {
            self.close_handed(handed, PaymentResult::Taken { cost: handed.cost })
                .await?;
            Ok(HandedState::Taken)
        } else if unspent == handed.ys.len() {
            Ok(HandedState::Waiting)
        } else if spent.saturating_add(unspent) == handed.ys.len() {
            // What is spent is nobody's to wait for; the record still knows it was handed over.
            let spent = handed
                .ys
                .iter()
                .filter(|y| states.get(y) == Some(&State::Spent));
            self.db
                .update_proofs(Vec::new(), spent.copied().collect())
                .await?;
            Ok(HandedState::Partly)
        } else {
            Ok(HandedState::InUse)
        }
    }

    async fn close_handed(&self, handed: &Handed, result: PaymentResult) -> Result<(), Trouble> {
        self.write_record("result", &handed.payment.to_string(), &result)
            .await?;
        self.db.update_proofs(Vec::new(), handed.ys.clone()).await?;
        self.forget_record("handed", &handed.payment.to_string())
            .await
    }

    /// The payee has said that it took the coins: they are its money now.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn close_delivered(&self, purse: &Purse, payment: Uuid) -> Result<(), Trouble> {
        let _held = self.hold(&purse.id).await;
        match self.handed(payment).await? {
            Some(handed) => {
                self.leave_to_payee(&handed).await?;
                self.close_handed(&handed, PaymentResult::Taken { cost: handed.cost })
                    .await
            }
            None => Ok(()),
        }
    }

    async fn closed_state(&self, payment: Uuid) -> Result<HandedState, Trouble> {
        match self.result(payment).await? {
            Some(PaymentResult::TakenBack { .. }) => Ok(HandedState::TakenBack),
            _ => Ok(HandedState::Taken),
        }
    }

    /// Takes back coins nobody has redeemed, by swapping them for new ones: the old token is
    /// worthless from then on, whoever has it. The issuer keeps at most what was agreed to when they were
    /// handed over.
    ///
    /// # Errors
    /// [`HandError::NotDone`] with [`Refusal::AlreadySpent`] when the receiver was faster.
    pub async fn take_back(&self, purse: &Purse, payment: Uuid) -> Result<TakenBack, HandError> {
        let _held = self.hold(&purse.id).await;
        let Some(handed) = self.handed(payment).await? else {
            return match self.result(payment).await? {
                Some(PaymentResult::TakenBack { received, fee, .. }) => Ok(TakenBack {
                    received: purse.amount(received)?,
                    fee: purse.amount(fee)?,
                }),
                _ => Err(HandError::NotDone(Trouble::Refused(Refusal::AlreadySpent))),
            };
        };
        let begun = self.take_back_of(purse, payment).await?;
        let (exchange, finish) = match begun {
            Some(exchange) => {
                let finish = self.find_out_swap(purse, &exchange, None).await?;
                (exchange, finish)
            }
            None => {
                let states = self.ask_states(&purse.mint()?, &handed.ys).await?;
                match self.judge(&handed, &states).await? {
                    HandedState::Waiting | HandedState::Partly => {}
                    HandedState::Taken | HandedState::TakenBack => {
                        return Err(HandError::NotDone(Trouble::Refused(Refusal::AlreadySpent)));
                    }
                    HandedState::InUse => {
                        return Err(HandError::Undecided(Trouble::Refused(
                            Refusal::CoinsPending,
                        )));
                    }
                }
                let left: Vec<PublicKey> = handed
                    .ys
                    .iter()
                    .filter(|y| states.get(y) == Some(&State::Unspent))
                    .copied()
                    .collect();
                let fee = handed.cost.redeem_fee.value();
                let Some(exchange) = self
                    .begin_like_for_like(purse, payment, left, fee, None)
                    .await?
                else {
                    // Whoever has the token has all of it that is worth anything.
                    let result = PaymentResult::Taken { cost: handed.cost };
                    self.close_handed(&handed, result).await?;
                    return Err(HandError::NotDone(Trouble::Refused(Refusal::AlreadySpent)));
                };
                let finish = self.run_swap(purse, &exchange).await?;
                (exchange, finish)
            }
        };
        match finish {
            Finish::Done(_) => Ok(self.finish_take_back(purse, &handed, &exchange).await?),
            Finish::NotDone(trouble) => {
                if trouble == Trouble::Refused(Refusal::AlreadySpent) {
                    // Some or all went while we asked; what is left can be taken back next time.
                    let states = self.ask_states(&purse.mint()?, &handed.ys).await?;
                    self.judge(&handed, &states).await?;
                }
                Err(HandError::NotDone(trouble))
            }
            Finish::Undecided(trouble) => Err(HandError::Undecided(trouble)),
        }
    }

    /// The swap that takes a payment's coins back, while nobody knows what became of it.
    async fn take_back_of(
        &self,
        purse: &Purse,
        payment: Uuid,
    ) -> Result<Option<Exchange>, Trouble> {
        let all = self.exchanges_of(&purse.id).await?;
        Ok(all
            .into_iter()
            .find(|exchange| exchange.takes_back(payment)))
    }

    pub(super) async fn finish_take_back(
        &self,
        purse: &Purse,
        handed: &Handed,
        exchange: &Exchange,
    ) -> Result<TakenBack, Trouble> {
        let received = exchange.outputs.worth();
        let result = PaymentResult::TakenBack {
            cost: handed.cost,
            received,
            fee: exchange.fee,
        };
        self.close_handed(handed, result).await?;
        self.forget_exchange(exchange).await?;
        Ok(TakenBack {
            received: purse.amount(received)?,
            fee: purse.amount(exchange.fee)?,
        })
    }

    /// Begins a swap of coins already set aside into new ones of the same worth, less the fee,
    /// which may not be above what the person was shown. None where the fee leaves nothing of them: then
    /// there is nothing to swap.
    pub(super) async fn begin_like_for_like(
        &self,
        purse: &Purse,
        payment: Uuid,
        ys: Vec<PublicKey>,
        fee_at_most: u64,
        fences: Option<Uuid>,
    ) -> Result<Option<Exchange>, Trouble> {
        let issuer = purse.mint()?;
        let unit = currency(&purse.unit);
        let keysets = self.keysets(&issuer, &unit, Freshness::Recent).await?;
        let infos = self.db.get_proofs_by_ys(ys.clone()).await?;
        let ppk = infos
            .iter()
            .try_fold(0_u64, |sum, info| {
                sum.checked_add(keysets.get(&info.proof.keyset_id)?.input_fee_ppk)
            })
            .ok_or_else(|| {
                Trouble::Dishonest("it no longer lists a key set it signed with".to_owned())
            })?;
        let fee = super::coins::input_fee(ppk);
        if fee > fee_at_most {
            return Err(Trouble::Dishonest(
                "it now keeps more for taking these coins than when it was agreed to".to_owned(),
            ));
        }
        let face = infos.iter().fold(0_u64, |sum, info| {
            sum.saturating_add(u64::from(info.proof.amount))
        });
        let worth = face.saturating_sub(fee);
        if worth == 0 {
            return Ok(None);
        }
        let keyset = self
            .signing_keyset(&issuer, &unit, Freshness::Recent)
            .await?;
        let staying: Vec<u64> = self
            .free_coins(purse)
            .await?
            .iter()
            .map(|held| held.coin.worth)
            .collect();
        let worths = super::coins::stock_up(worth, &staying, &keyset.mintage())
            .ok_or_else(|| Trouble::Dishonest("its coins cannot make this amount".to_owned()))?;
        let inputs = Inputs::Ours {
            ys,
            set_aside_before: true,
        };
        let begun = self
            .begin(
                purse,
                payment,
                Goal::Swap { fences },
                inputs,
                &keyset,
                worths,
                fee,
            )
            .await?;
        Ok(Some(begun))
    }
}

/// The most that can be handed over. What the coins come to after their own fee is more: the
/// coins made of them cost their receiver a fee as well.
fn most_to_hand(coins: &[Coin], at_most: u64, mintage: &Mintage) -> u64 {
    let can = |net: u64| net == 0 || plan_hand(coins, net, mintage).is_ok();
    if can(at_most) {
        return at_most;
    }
    // Fewer units need no more coins than a few: the gap is small, and found by doubling it.
    let (mut gap, mut least) = (1_u64, at_most);
    while least > 0 && !can(least) {
        least = at_most.saturating_sub(gap);
        gap = gap.saturating_mul(2);
    }
    // What lies between is cut in half until it is one unit.
    let mut too_much = at_most;
    while too_much.saturating_sub(least) > 1 {
        let middle = least.midpoint(too_much);
        if can(middle) {
            least = middle;
        } else {
            too_much = middle;
        }
    }
    least
}

/// Whether no part of the cost is above what was agreed.
fn fits(now: &HandCost, agreed: &HandCost) -> bool {
    let within = |now: Amount, agreed: Amount| now.is_at_most(agreed).unwrap_or(false);
    within(now.face, agreed.face)
        && within(now.redeem_fee, agreed.redeem_fee)
        && within(now.overpaid, agreed.overpaid)
        && within(now.swap_fee, agreed.swap_fee)
}

/// One coin of each wanted worth out of freshly made ones.
pub(super) fn pick(coins: &[ProofInfo], wanted: &[u64]) -> Option<Vec<ProofInfo>> {
    let mut left: Vec<&ProofInfo> = coins.iter().collect();
    wanted
        .iter()
        .map(|worth| {
            let at = left
                .iter()
                .position(|coin| u64::from(coin.proof.amount) == *worth)?;
            Some(left.swap_remove(at).clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_most_that_is_named_can_be_handed_over_and_one_more_cannot(
            worths in prop::collection::vec(0_u32..12, 0..20),
            fee_ppk in prop::sample::select(vec![0_u64, 1, 100, 333, 1000, 2500]),
            more in 1_u64..100_000,
        ) {
            let coins: Vec<Coin> = worths
                .iter()
                .map(|bit| Coin { worth: 1 << bit, fee_ppk, retiring: false })
                .collect();
            let mintage = Mintage {
                denominations: (0..20).map(|bit| 1 << bit).collect(),
                fee_ppk,
            };
            let total: u64 = coins.iter().map(|coin| coin.worth).sum();
            if let Err(NoPlan::Short { at_most }) = plan_hand(&coins, total + more, &mintage) {
                let most = most_to_hand(&coins, at_most, &mintage);
                prop_assert!(most == 0 || plan_hand(&coins, most, &mintage).is_ok(), "{most} of {total}");
                prop_assert!(plan_hand(&coins, most + 1, &mintage).is_err(), "{most} of {total} and one more");
            }
        }
    }
}
