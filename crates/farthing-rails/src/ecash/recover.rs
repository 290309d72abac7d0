//! After a crash or a lost answer: asks the issuers what became of everything still open.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use cdk::nuts::{PublicKey, State};
use cdk_common::wallet::ProofInfo;

use super::Ecash;
use super::exchange::{Exchange, Finish, Goal, Inputs};
use super::hand::HandCost;
use super::purse::{Purse, PurseId, currency};
use super::trouble::{Refusal, Trouble};

/// What became of a payment's coins, kept until the journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentResult {
    /// An invoice was paid.
    Melted {
        /// What the payee got.
        amount: u64,
        /// Kept by the issuer for taking the coins.
        input_fee: u64,
        /// Kept by the issuer for making exact coins first.
        swap_fee: u64,
        /// What the Lightning network cost.
        network_fee: u64,
        /// What came back.
        returned: u64,
        /// The preimage.
        preimage: Option<String>,
        /// It belongs to the invoice.
        preimage_fits: bool,
    },
    /// An invoice was not paid; making sure cost this much.
    NotPaid {
        /// Kept by the issuer.
        cost: u64,
    },
    /// Coins came in.
    Received {
        /// Into the purse.
        received: u64,
        /// Kept by the issuer.
        fee: u64,
    },
    /// Handed coins were redeemed by their receiver.
    Taken {
        /// What handing them over cost.
        cost: HandCost,
    },
    /// Handed coins came back.
    TakenBack {
        /// What handing them over had cost.
        cost: HandCost,
        /// Back in the purse.
        received: u64,
        /// Kept by the issuer.
        fee: u64,
    },
}

/// What a recovery did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Payments whose exchanges are closed now, one way or the other.
    pub decided: Vec<Uuid>,
    /// Payments still open, with why.
    pub undecided: Vec<(Uuid, Trouble)>,
}

impl Ecash {
    /// What became of a payment, if it is decided and not yet forgotten.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn result(&self, payment: Uuid) -> Result<Option<PaymentResult>, Trouble> {
        self.read_record("result", &payment.to_string()).await
    }

    /// The payments whose results the journal has not taken over yet.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn payments_with_results(&self) -> Result<Vec<Uuid>, Trouble> {
        let keys = self.db.kv_list(super::KV, "result").await?;
        keys.iter()
            .map(|key| {
                Uuid::parse_str(key)
                    .map_err(|_| Trouble::Store("a result record is damaged".into()))
            })
            .collect()
    }

    /// Whether an exchange of this payment is still open.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn is_open(&self, payment: Uuid) -> Result<bool, Trouble> {
        let all: Vec<Exchange> = self.records("exchange").await?;
        Ok(all.iter().any(|exchange| exchange.payment == payment))
    }

    pub(super) async fn exchanges_of(&self, purse: &PurseId) -> Result<Vec<Exchange>, Trouble> {
        let mut all: Vec<Exchange> = self.records("exchange").await?;
        all.retain(|exchange| exchange.purse == *purse);
        // Fences before the Lightning payments they close.
        all.sort_by_key(|exchange| (matches!(exchange.goal, Goal::Melt { .. }), exchange.id));
        Ok(all)
    }

    /// Finds out about everything open in one purse. Asks nothing when nothing is open.
    ///
    /// # Errors
    /// [`Trouble::Store`]; an unreachable issuer is not an error but leaves things undecided.
    pub async fn recover(&self, purse: &Purse) -> Result<Recovered, Trouble> {
        let _held = self.hold(&purse.id).await;
        self.tidy(purse).await?;
        let mut recovered = Recovered::default();
        for exchange in self.exchanges_of(&purse.id).await? {
            // A fence closed a moment ago takes its Lightning payment's record with it.
            let still: Option<Exchange> = self
                .read_record("exchange", &exchange.id.to_string())
                .await?;
            if still.is_none() {
                continue;
            }
            // One record that cannot be finished must not keep the others from being.
            match self.find_out(purse, &exchange).await {
                Ok(None) => recovered.decided.push(exchange.payment),
                Ok(Some(trouble)) | Err(trouble) => {
                    recovered.undecided.push((exchange.payment, trouble));
                }
            }
        }
        self.free_ownerless(purse).await?;
        Ok(recovered)
    }

    /// Makes what is set aside agree with what is open, and asks nobody: before this, coins could
    /// be chosen that a payment which died has in its record.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn tidy_up(&self, purse: &Purse) -> Result<(), Trouble> {
        let _held = self.hold(&purse.id).await;
        self.tidy(purse).await
    }

    async fn tidy(&self, purse: &Purse) -> Result<(), Trouble> {
        for exchange in self.exchanges_of(&purse.id).await? {
            self.set_aside_again(&exchange).await?;
        }
        self.free_ownerless(purse).await
    }

    /// Records used to be written before their coins were set aside, and to outlive that.
    async fn set_aside_again(&self, exchange: &Exchange) -> Result<(), Trouble> {
        let Inputs::Ours {
            ys,
            set_aside_before: false,
        } = &exchange.inputs
        else {
            return Ok(());
        };
        let coins = self.db.get_proofs_by_ys(ys.clone()).await?;
        let elsewhere = |info: &ProofInfo| {
            info.state == State::Reserved && info.used_by_operation != Some(exchange.id)
        };
        if coins.iter().any(elsewhere) {
            // Never sent, or proven not to happen: its coins were free, and are another's now.
            let why = Trouble::Refused(Refusal::CoinsPending);
            return self.abandon(exchange, &why).await;
        }
        let free = coins.iter().filter(|info| info.state == State::Unspent);
        let free: Vec<PublicKey> = free.map(|info| info.y).collect();
        if !free.is_empty() {
            self.db.reserve_proofs(free, &exchange.id).await?;
        }
        Ok(())
    }

    /// `None` when the exchange is closed, otherwise why it is not.
    async fn find_out(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Option<Trouble>, Trouble> {
        if let Goal::Melt { .. } = &exchange.goal {
            return Ok(match self.find_out_melt(purse, exchange, None).await? {
                Finish::Undecided(trouble) => Some(trouble),
                Finish::Done(_) | Finish::NotDone(_) => None,
            });
        }
        match self.find_out_swap(purse, exchange, None).await? {
            Finish::Undecided(trouble) => return Ok(Some(trouble)),
            // The top-up itself stays open and is asked about with `collect_top_up`.
            Finish::NotDone(_) => return Ok(None),
            Finish::Done(_) => {}
        }
        match (&exchange.goal, &exchange.inputs) {
            (Goal::Swap { fences: Some(_) }, _) => self.finish_fence(exchange).await?,
            (_, Inputs::Foreign { .. }) => self.finish_redeem(purse, exchange).await?,
            (Goal::Issue { .. }, _) => {
                let received = exchange.outputs.worth();
                let result = PaymentResult::Received { received, fee: 0 };
                self.write_record("result", &exchange.payment.to_string(), &result)
                    .await?;
                self.forget_record("top-up", &exchange.payment.to_string())
                    .await?;
                self.forget_exchange(exchange).await?;
            }
            (
                _,
                Inputs::Ours {
                    set_aside_before: true,
                    ..
                },
            ) => match self.handed(exchange.payment).await? {
                Some(handed) => {
                    self.finish_take_back(purse, &handed, exchange).await?;
                }
                None => self.forget_exchange(exchange).await?,
            },
            // A swap that was to make coins for a payment: the coins are free in the purse.
            _ => {
                self.note_swap_fee(exchange).await?;
                self.forget_exchange(exchange).await?;
            }
        }
        Ok(None)
    }

    /// Coins were made for a payment that may yet die before it begins: then this is all it cost.
    pub(super) async fn note_swap_fee(&self, exchange: &Exchange) -> Result<(), Trouble> {
        let result = PaymentResult::NotPaid { cost: exchange.fee };
        self.write_record("result", &exchange.payment.to_string(), &result)
            .await
    }

    /// Frees coins set aside by something that left no record: it died before anything was sent.
    async fn free_ownerless(&self, purse: &Purse) -> Result<(), Trouble> {
        let exchanges = self.exchanges_of(&purse.id).await?;
        let handed = self.db.kv_list(super::KV, "handed").await?;
        let owners = self
            .coins
            .owners(&purse.mint()?, &currency(&purse.unit))
            .await?;
        for owner in owners {
            let owned = exchanges.iter().any(|exchange| exchange.id == owner)
                || handed.contains(&owner.to_string());
            if !owned {
                self.db.release_proofs(&owner).await?;
            }
        }
        Ok(())
    }

    /// Sets aside again the coins of handed-over records that died between the record and the
    /// setting aside, and asks which handed coins were redeemed meanwhile.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn look_after_handed(&self, purse: &Purse) -> Result<(), Trouble> {
        let _held = self.hold(&purse.id).await;
        self.look_after_all(purse).await
    }

    /// Compares the purse with the issuer's books. Coins that are spent there no longer count: a
    /// copy of this wallet, or an old backup, may have spent them. They are kept, and count again
    /// when the issuer takes its word back. Coins found while a payment of another copy had them
    /// are free or gone once that is decided. Returns what counts no longer.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn drop_spent_coins(&self, purse: &Purse) -> Result<farthing_money::Amount, Trouble> {
        let _held = self.hold(&purse.id).await;
        self.compare_with_books(purse).await
    }

    /// As [`Self::drop_spent_coins`], for whoever holds the purse already.
    pub(super) async fn compare_with_books(
        &self,
        purse: &Purse,
    ) -> Result<farthing_money::Amount, Trouble> {
        let coins = self
            .coins_in(purse, &[State::Unspent, State::Pending, State::Spent])
            .await?;
        let names: Vec<PublicKey> = coins.iter().map(|info| info.y).collect();
        let states = self.ask_states(&purse.mint()?, &names).await?;
        let (mut gone, mut worth_gone) = (Vec::new(), 0_u64);
        let (mut free, mut worth_back) = (Vec::new(), 0_u64);
        for info in &coins {
            let worth = u64::from(info.proof.amount);
            match states.get(&info.y).and_then(|said| news(info, *said)) {
                Some(State::Spent) => {
                    gone.push(info.y);
                    worth_gone = worth_gone.saturating_add(worth);
                }
                Some(_) => {
                    free.push(info.y);
                    if info.state == State::Spent {
                        worth_back = worth_back.saturating_add(worth);
                    }
                }
                None => {}
            }
        }
        self.call_spent(gone).await?;
        if !free.is_empty() {
            self.can_be_held(purse, worth_back).await?;
            self.db.update_proofs_state(free, State::Unspent).await?;
        }
        purse.amount(worth_gone)
    }
}

/// What a coin is from now on, if that is something else than before.
fn news(info: &ProofInfo, said: State) -> Option<State> {
    // Brought back while a payment this wallet knows nothing of had it. What something here has
    // set aside, that alone sets free.
    let in_use_elsewhere = info.state == State::Pending && info.used_by_operation.is_none();
    match (info.state, said) {
        (State::Unspent, State::Spent) | (State::Spent, State::Unspent) => Some(said),
        (_, State::Spent | State::Unspent) if in_use_elsewhere => Some(said),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use cdk::mint_url::MintUrl;
    use cdk::nuts::{CurrencyUnit, Id, Proof, SecretKey};
    use cdk::secret::Secret;

    use super::*;

    fn coin(state: State, owner: Option<Uuid>) -> ProofInfo {
        let id = Id::from_str("009a1f293253e41e").unwrap();
        let point = SecretKey::generate().public_key();
        let proof = Proof::new(1.into(), id, Secret::generate(), point);
        let issuer = MintUrl::from_str("https://maple.example").unwrap();
        let mut info = ProofInfo::new(proof, issuer, state, CurrencyUnit::Sat).unwrap();
        info.used_by_operation = owner;
        info
    }

    #[test]
    fn no_word_of_an_issuer_frees_or_drops_what_this_wallet_has_set_aside() {
        for state in [State::Reserved, State::Pending, State::PendingSpent] {
            let own = coin(state, Some(Uuid::new_v4()));
            for said in [State::Unspent, State::Spent, State::Pending] {
                assert_eq!(news(&own, said), None, "{state} {said}");
            }
        }
        let found = coin(State::Pending, None);
        assert_eq!(news(&found, State::Pending), None);
        assert_eq!(news(&found, State::Unspent), Some(State::Unspent));
        assert_eq!(news(&found, State::Spent), Some(State::Spent));
    }
}
