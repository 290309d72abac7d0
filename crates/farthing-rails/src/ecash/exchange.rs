//! One exchange of coins with an issuer, kept so that a crash can delay it but not lose it.
//!
//! Every exchange is a record of what goes in and of the coins that come out, derived from the
//! words by counter. The record is on disk before the first byte leaves and goes away only when
//! the coins that came out are. In between, whatever happened, the issuer can be asked: did you
//! sign exactly these coins (NUT-09), and are those spent (NUT-07)?
//!
//! A swap whose answer was lost is *sent again as it was*: the same coins in and out can be
//! swapped once only, so a first request still under way cannot do harm. A Lightning payment
//! must never be sent again; see [`super::melt`].

use std::collections::{BTreeSet, HashMap};

use cdk::mint_url::MintUrl;
use cdk::nuts::nut00::{KnownMethod, ProofsMethods};
use cdk::nuts::{
    BlindSignature, CheckStateRequest, Id, MintRequest, PaymentMethod, Proof, Proofs, PublicKey,
    RestoreRequest, State, SwapRequest,
};
use cdk_common::wallet::ProofInfo;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Ecash;
use super::keysets::{Freshness, Keyset};
use super::melt::Way;
use super::numbers::{Below, Taken};
use super::outputs::{NewCoin, Output, Outputs, unblind, unblind_one};
use super::purse::{Purse, PurseId, currency};
use super::trouble::{Refusal, Trouble};

/// Coins asked about in one request; NUT-07 and NUT-09 issuers commonly cap arrays at 100 or more.
pub(super) const BATCH: usize = 100;

/// What goes in.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Inputs {
    /// Nothing: the issuer was paid over Lightning.
    None,
    /// Our own coins, by their public names.
    Ours {
        ys: Vec<PublicKey>,
        /// Coins already set aside for a payment go back to being set aside if nothing happens.
        set_aside_before: bool,
    },
    /// Somebody else's coins, kept here because nothing else remembers them.
    Foreign { coins: Proofs },
}

/// What the exchange is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Goal {
    /// Other coins of the same worth.
    Swap {
        /// The Lightning payment whose coins this swap takes out of reach, see [`super::melt`].
        fences: Option<Uuid>,
    },
    /// Coins for a paid invoice.
    Issue { quote: String },
    /// A Lightning payment; the coins that come out are its change.
    Melt {
        quote: String,
        #[serde(default)]
        way: Way,
        /// An offer has none.
        payment_hash: Option<String>,
        amount: u64,
        /// What an exact-coin swap before it cost.
        swap_fee: u64,
        /// What the coins that go in are worth: they may be gone when it is settled.
        put_in: u64,
        /// Until when the issuer may carry it out, in seconds since 1970.
        #[serde(default)]
        until: u64,
    },
}

/// The durable record of one exchange.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Exchange {
    pub(super) id: Uuid,
    pub(super) payment: Uuid,
    pub(super) purse: PurseId,
    pub(super) goal: Goal,
    pub(super) inputs: Inputs,
    pub(super) outputs: Outputs,
    /// What the issuer keeps for taking the inputs.
    pub(super) fee: u64,
    /// The issuer had signed exactly the coins this exchange first asked for, and called what
    /// goes in good all the same: its refusal is no proof of that, see [`super::elsewhere`].
    #[serde(default)]
    pub(super) doubted: bool,
    /// What lay below the numbers of what comes out.
    #[serde(default)]
    pub(super) below: Below,
}

impl Exchange {
    /// Whether it swaps coins that were set aside for this payment.
    pub(super) fn takes_back(&self, payment: Uuid) -> bool {
        let set_aside_before = matches!(
            self.inputs,
            Inputs::Ours {
                set_aside_before: true,
                ..
            }
        );
        self.payment == payment && set_aside_before
    }
}

/// How an exchange, or an attempt to find out about it, ended.
pub(super) enum Finish<T> {
    /// It happened and its coins are in the purse.
    Done(T),
    /// The issuer has proven that it did not and will not happen; inputs are free again.
    NotDone(Trouble),
    /// Not known yet. The record stays.
    Undecided(Trouble),
}

impl Ecash {
    /// Sets the inputs aside, then writes the record. Nothing has left the device after this.
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of one record, each of its own type"
    )]
    pub(super) async fn begin(
        &self,
        purse: &Purse,
        payment: Uuid,
        goal: Goal,
        inputs: Inputs,
        keyset: &Keyset,
        worths: Vec<u64>,
        fee: u64,
    ) -> Result<Exchange, Trouble> {
        let Taken { first, below } = self.take_numbers(&keyset.id, worths.len()).await?;
        let exchange = Exchange {
            id: Uuid::new_v4(),
            payment,
            purse: purse.id.clone(),
            goal,
            inputs,
            outputs: Outputs {
                keyset: keyset.id,
                counter: first,
                worths,
            },
            fee,
            doubted: false,
            below,
        };
        if let Inputs::Ours {
            ys,
            set_aside_before: false,
        } = &exchange.inputs
            && let Err(error) = self.db.reserve_proofs(ys.clone(), &exchange.id).await
        {
            self.give_back_numbers(&exchange, &Trouble::NotSent).await?;
            return Err(error.into());
        }
        // Set aside first: a record of coins that are still free could spend them twice. What is
        // set aside without a record is freed by the next recovery.
        self.write_record("exchange", &exchange.id.to_string(), &exchange)
            .await?;
        Ok(exchange)
    }

    /// The exchange will not happen, as `why` proves: its record goes, then its inputs are free
    /// again, and its numbers are nobody's. [`Trouble::NotSent`] is for one that was never sent.
    pub(super) async fn abandon(&self, exchange: &Exchange, why: &Trouble) -> Result<(), Trouble> {
        // Whoever else uses these words may have made coins under the same numbers; a recovery looks
        // for them from here on.
        self.look_again_from(&exchange.outputs).await?;
        self.forget_exchange(exchange).await?;
        if let Inputs::Ours {
            set_aside_before: false,
            ..
        } = exchange.inputs
        {
            self.db.release_proofs(&exchange.id).await?;
        }
        self.give_back_numbers(exchange, why).await
    }

    /// The coins that go in, as the issuer wants to see them.
    pub(super) async fn input_coins(&self, exchange: &Exchange) -> Result<Proofs, Trouble> {
        match &exchange.inputs {
            Inputs::None => Ok(Vec::new()),
            Inputs::Foreign { coins } => Ok(coins.clone()),
            Inputs::Ours { ys, .. } => {
                let mut by_name: HashMap<PublicKey, Proof> = self
                    .db
                    .get_proofs_by_ys(ys.clone())
                    .await?
                    .into_iter()
                    .map(|info| (info.y, info.proof))
                    .collect();
                ys.iter()
                    .map(|y| {
                        by_name
                            .remove(y)
                            .ok_or_else(|| Trouble::Store("a coin is missing".into()))
                    })
                    .collect()
            }
        }
    }

    pub(super) fn input_names(exchange: &Exchange) -> Result<Vec<PublicKey>, Trouble> {
        match &exchange.inputs {
            Inputs::None => Ok(Vec::new()),
            Inputs::Ours { ys, .. } => Ok(ys.clone()),
            Inputs::Foreign { coins } => coins
                .ys()
                .map_err(|_| Trouble::Dishonest("a coin in the token is malformed".to_owned())),
        }
    }

    /// The key set an exchange's coins are signed with, active or not.
    pub(super) async fn keyset_of(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Keyset, Trouble> {
        let issuer = purse.mint()?;
        let listed = self
            .keysets(&issuer, &currency(&purse.unit), Freshness::Recent)
            .await?;
        let info = listed.get(&exchange.outputs.keyset).ok_or_else(|| {
            Trouble::Dishonest("it no longer lists a key set it signed with".to_owned())
        })?;
        self.keyset(&issuer, info).await
    }

    /// Puts new coins into the purse and takes the inputs out, in one transaction, then forgets
    /// the exchange. `again` when this may have happened before: coins that are already known,
    /// or already spent, are not added a second time.
    pub(super) async fn settle(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        coins: Vec<NewCoin>,
        again: bool,
    ) -> Result<Vec<ProofInfo>, Trouble> {
        let issuer = purse.mint()?;
        let mut added = Vec::with_capacity(coins.len());
        for coin in coins {
            added.push(ProofInfo {
                y: coin
                    .proof
                    .y()
                    .map_err(|_| Trouble::Dishonest("a new coin is malformed".to_owned()))?,
                proof: coin.proof,
                mint_url: issuer.clone(),
                state: State::Unspent,
                spending_condition: None,
                unit: currency(&purse.unit),
                derivation_index: Some(coin.index),
                used_by_operation: None,
                created_by_operation: Some(exchange.id),
            });
        }
        let all = added.clone();
        if again && !added.is_empty() {
            let names: Vec<PublicKey> = added.iter().map(|info| info.y).collect();
            let states = self.ask_states(&issuer, &names).await?;
            let known: Vec<PublicKey> = self
                .db
                .get_proofs_by_ys(names)
                .await?
                .into_iter()
                // A coin once called spent is as good as forgotten; one of another issuer may have been
                // made up under the same number.
                .filter(|info| info.state != State::Spent && is_of(info, &issuer))
                .map(|info| info.y)
                .collect();
            // Only the word "spent" leaves a coin out: of any other state it is better to own
            // one too many, which a later check removes, than to lose one.
            added.retain(|info| {
                states.get(&info.y) != Some(&State::Spent) && !known.contains(&info.y)
            });
        }
        let spent = match &exchange.inputs {
            Inputs::Ours { ys, .. } => ys.clone(),
            Inputs::None | Inputs::Foreign { .. } => Vec::new(),
        };
        self.db.update_proofs(added, spent).await?;
        Ok(all)
    }

    pub(super) async fn forget_exchange(&self, exchange: &Exchange) -> Result<(), Trouble> {
        self.forget_record("exchange", &exchange.id.to_string())
            .await
    }

    /// Runs a swap that was just begun.
    pub(super) async fn run_swap(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        leave_open(self.try_swap(purse, exchange).await)
    }

    async fn try_swap(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        match self.send_swap(purse, exchange).await {
            Ok(signatures) => self.finish_swap(purse, exchange, &signatures, false).await,
            Err(trouble) if trouble.proves_nothing_happened() => {
                self.abandon(exchange, &trouble).await?;
                Ok(Finish::NotDone(trouble))
            }
            Err(trouble) => self.find_out_swap(purse, exchange, Some(trouble)).await,
        }
    }

    /// Finds out what became of a swap or an issue of coins, and finishes it either way if the
    /// issuer lets us. `answer` is what it said to the request, `None` when we never heard.
    pub(super) async fn find_out_swap(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        answer: Option<Trouble>,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        leave_open(self.ask_about_swap(purse, exchange, answer).await)
    }

    async fn ask_about_swap(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        answer: Option<Trouble>,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        let repeats = match self.ask_signed(purse, exchange).await {
            Ok(None) => true,
            // One that repeats no signatures: whether it made any has to be told by the rest it says.
            Err(Trouble::Refused(_)) => false,
            Err(trouble @ (Trouble::Lost | Trouble::NotSent)) => {
                return Ok(Finish::Undecided(trouble));
            }
            // Some of these coins, or other amounts under their numbers, can be signed honestly:
            // for another copy of this wallet.
            signed @ (Ok(Some(_)) | Err(_)) => {
                return match (self.were_signed_for_this(purse, exchange).await, signed) {
                    (Ok(true), Ok(Some(coins))) => {
                        self.finish_with(purse, exchange, coins, true).await
                    }
                    (Ok(true), Ok(None)) => Ok(Finish::Undecided(Trouble::Lost)),
                    (Ok(true), Err(trouble)) | (Err(trouble), _) => Ok(Finish::Undecided(trouble)),
                    (Ok(false), Ok(_)) => self.told_two_stories(purse, exchange).await,
                    (Ok(false), Err(_)) => self.used_elsewhere(purse, exchange, false).await,
                };
            }
        };
        let names = Self::input_names(exchange)?;
        let states = match self.ask_states(&purse.mint()?, &names).await {
            Ok(states) => states,
            Err(trouble) => return Ok(Finish::Undecided(trouble)),
        };
        let is = |wanted: State| names.iter().any(|y| states.get(y) == Some(&wanted));
        let all_spent = names.iter().all(|y| states.get(y) == Some(&State::Spent));
        if !repeats && all_spent && !names.is_empty() {
            // For these coins or for others: some issuers answer the same request once more.
            return match self.send_again(purse, exchange).await {
                Ok(signatures) => self.finish_swap(purse, exchange, &signatures, true).await,
                Err(trouble) => Ok(Finish::Undecided(trouble)),
            };
        }
        if !repeats && is(State::Spent) {
            // Some are gone: a swap takes all of its coins or none, so this one never will be made,
            // unless it was being made as they were asked about.
            let later = match self.ask_states(&purse.mint()?, &names).await {
                Ok(later) => later,
                Err(trouble) => return Ok(Finish::Undecided(trouble)),
            };
            if later != states {
                return Ok(Finish::Undecided(Trouble::Refused(Refusal::CoinsPending)));
            }
            self.drop_spent(purse, exchange, &states).await?;
            return Ok(Finish::NotDone(Trouble::Refused(Refusal::AlreadySpent)));
        }
        if is(State::Spent) {
            // A request held up on the way may have arrived between the two questions.
            match self.ask_signed(purse, exchange).await {
                Ok(None) => {}
                Ok(Some(coins)) => return self.finish_with(purse, exchange, coins, true).await,
                Err(trouble) => return Ok(Finish::Undecided(trouble)),
            }
            // Spent, and not for these coins: by their receiver, or another copy of them.
            self.drop_spent(purse, exchange, &states).await?;
            return Ok(Finish::NotDone(Trouble::Refused(Refusal::AlreadySpent)));
        }
        if names.iter().any(|y| states.get(y) != Some(&State::Unspent)) {
            return Ok(Finish::Undecided(Trouble::Refused(Refusal::CoinsPending)));
        }
        match answer {
            // A line may have brought it twice, and the issuer be at work on the other one.
            Some(pending @ Trouble::Refused(Refusal::CoinsPending)) => {
                return Ok(Finish::Undecided(pending));
            }
            Some(refused @ Trouble::Refused(_)) if !exchange.doubted => {
                return self.give_up(purse, exchange, refused).await;
            }
            _ => {}
        }
        match self.send_again(purse, exchange).await {
            Ok(signatures) => self.finish_swap(purse, exchange, &signatures, true).await,
            // The first may still arrive, and nobody could tell. With other keys it is refused as well.
            Err(refused @ Trouble::Refused(_))
                if !repeats
                    && (names.is_empty()
                        || exchange.doubted
                        || refused != Trouble::Refused(Refusal::KeysChanged)) =>
            {
                Ok(Finish::Undecided(refused))
            }
            Err(refused @ Trouble::Refused(_)) if !repeats => {
                self.give_up(purse, exchange, refused).await
            }
            // The first request may have overtaken this one since we asked.
            Err(refused @ Trouble::Refused(_)) => match self.ask_signed(purse, exchange).await {
                Ok(Some(coins)) => self.finish_with(purse, exchange, coins, true).await,
                Ok(None) if exchange.doubted => {
                    self.refused_in_doubt(purse, exchange, refused).await
                }
                // It may be at work on the first this very moment.
                Ok(None)
                    if matches!(
                        refused,
                        Trouble::Refused(Refusal::CoinsPending | Refusal::AlreadySpent)
                    ) =>
                {
                    Ok(Finish::Undecided(refused))
                }
                Ok(None) => self.give_up(purse, exchange, refused).await,
                Err(trouble) => Ok(Finish::Undecided(trouble)),
            },
            Err(trouble) => Ok(Finish::Undecided(trouble)),
        }
    }

    /// Ends an exchange that the issuer refused and will not make any more.
    pub(super) async fn give_up<T>(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        refused: Trouble,
    ) -> Result<Finish<T>, Trouble> {
        self.heed(purse, &refused).await?;
        self.abandon(exchange, &refused).await?;
        Ok(Finish::NotDone(refused))
    }

    pub(super) async fn send_again(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Vec<BlindSignature>, Trouble> {
        match &exchange.goal {
            Goal::Issue { quote } => self.send_issue(purse, exchange, quote).await,
            Goal::Swap { .. } | Goal::Melt { .. } => self.send_swap(purse, exchange).await,
        }
    }

    pub(super) async fn finish_swap(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        signatures: &[BlindSignature],
        again: bool,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        let keyset = self.keyset_of(purse, exchange).await?;
        let outputs = self.derive(exchange)?;
        match unblind(&outputs, signatures, &keyset, purse.proves_signatures) {
            Ok(coins) => self.finish_with(purse, exchange, coins, again).await,
            // The inputs may be gone. The record stays: the issuer can still make it good.
            Err(bad) => Ok(Finish::Undecided(Trouble::Dishonest(bad.to_string()))),
        }
    }

    pub(super) async fn finish_with(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        coins: Vec<NewCoin>,
        again: bool,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        match self.settle(purse, exchange, coins, again).await {
            Ok(added) => Ok(Finish::Done(added)),
            Err(trouble @ Trouble::Store(_)) => Err(trouble),
            Err(trouble) => Ok(Finish::Undecided(trouble)),
        }
    }

    pub(super) fn derive(&self, exchange: &Exchange) -> Result<Vec<Output>, Trouble> {
        exchange
            .outputs
            .derive(&self.seed)
            .map_err(|error| Trouble::Store(error.to_string().into()))
    }

    async fn send_swap(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Vec<BlindSignature>, Trouble> {
        let inputs = self.input_coins(exchange).await?;
        let outputs = self
            .derive(exchange)?
            .into_iter()
            .map(|output| output.message)
            .collect();
        let request = SwapRequest::new(inputs, outputs);
        Ok(self
            .client(&purse.mint()?)
            .post_swap(request)
            .await?
            .signatures)
    }

    /// Asks for the coins of a paid invoice, signed with the quote's own key (NUT-20).
    pub(super) async fn send_issue(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        quote: &str,
    ) -> Result<Vec<BlindSignature>, Trouble> {
        let kept = self.db.get_mint_quote(quote).await?;
        let key = kept.and_then(|quote| quote.secret_key);
        let outputs = self
            .derive(exchange)?
            .into_iter()
            .map(|output| output.message)
            .collect();
        let mut request = MintRequest {
            quote: quote.to_owned(),
            outputs,
            signature: None,
        };
        let client = self.client(&purse.mint()?);
        let method = PaymentMethod::Known(KnownMethod::Bolt11);
        let unsigned = |_| Trouble::Store("the request cannot be signed".into());
        if let Some(key) = &key {
            request.sign(key).map_err(unsigned)?;
        }
        match client
            .post_mint(&method, request.clone())
            .await
            .map_err(Trouble::from)
        {
            // Issuers older than the present form of NUT-20 expect another message.
            Err(Trouble::Refused(Refusal::BadSignature)) if key.is_some() => {
                if let Some(key) = key {
                    request.sign_legacy(key).map_err(unsigned)?;
                }
                match client
                    .post_mint(&method, request)
                    .await
                    .map_err(Trouble::from)
                {
                    // The issuer has seen the coins, and refused them.
                    Err(Trouble::NotSent) => Err(Trouble::Refused(Refusal::BadSignature)),
                    answer => Ok(answer?.signatures),
                }
            }
            answer => Ok(answer?.signatures),
        }
    }

    /// Asks the issuer for its signatures on exactly this exchange's coins (NUT-09). `None` when
    /// it signed none of them.
    async fn ask_signed(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Option<Vec<NewCoin>>, Trouble> {
        let coins = self.ask_signed_any(purse, exchange).await?;
        if coins.is_empty() {
            return Ok(None);
        }
        if coins.len() != exchange.outputs.worths.len() {
            return Err(Trouble::Dishonest(
                "it signed only some of the coins".to_owned(),
            ));
        }
        Ok(Some(coins))
    }

    /// As [`Self::ask_signed`], for change, of which only some coins may have been signed.
    pub(super) async fn ask_signed_any(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Vec<NewCoin>, Trouble> {
        let outputs = self.derive(exchange)?;
        if outputs.is_empty() {
            return Ok(Vec::new());
        }
        let keyset = self.keyset_of(purse, exchange).await?;
        let signed = self.ask_restore(&purse.mint()?, &outputs).await?;
        outputs
            .iter()
            .filter_map(|output| {
                signed
                    .get(&output.message.blinded_secret)
                    .map(|signature| (output, signature))
            })
            .map(|(output, signature)| {
                unblind_one(output, signature, &keyset, purse.proves_signatures)
                    .map_err(|bad| Trouble::Dishonest(bad.to_string()))
            })
            .collect()
    }

    /// NUT-09: the issuer's signatures by the blinded message they are for.
    pub(super) async fn ask_restore(
        &self,
        issuer: &MintUrl,
        outputs: &[Output],
    ) -> Result<HashMap<PublicKey, BlindSignature>, Trouble> {
        let mut signed = HashMap::new();
        for batch in outputs.chunks(BATCH) {
            let request = RestoreRequest {
                outputs: batch.iter().map(|output| output.message.clone()).collect(),
            };
            let reply = self.client(issuer).post_restore(request).await?;
            if reply.outputs.len() != reply.signatures.len() {
                return Err(Trouble::Dishonest(
                    "it returned more names than signatures".to_owned(),
                ));
            }
            signed.extend(
                reply
                    .outputs
                    .into_iter()
                    .map(|output| output.blinded_secret)
                    .zip(reply.signatures),
            );
        }
        Ok(signed)
    }

    /// NUT-07: the state of coins by name. A name the issuer leaves out is missing in the answer.
    pub(super) async fn ask_states(
        &self,
        issuer: &MintUrl,
        names: &[PublicKey],
    ) -> Result<HashMap<PublicKey, State>, Trouble> {
        let mut states = HashMap::new();
        for batch in names.chunks(BATCH) {
            let reply = self
                .client(issuer)
                .post_check_state(CheckStateRequest { ys: batch.to_vec() })
                .await?;
            states.extend(reply.states.into_iter().map(|state| (state.y, state.state)));
        }
        Ok(states)
    }

    /// They are kept, and no longer count: a recovery asks about them again, and looks for what
    /// whoever spent them has made.
    pub(super) async fn call_spent(&self, coins: Vec<PublicKey>) -> Result<(), Trouble> {
        if coins.is_empty() {
            return Ok(());
        }
        let known = self.db.get_proofs_by_ys(coins.clone()).await?;
        let keysets: BTreeSet<Id> = known.iter().map(|info| info.proof.keyset_id).collect();
        for keyset in keysets {
            self.look_everywhere(&keyset).await?;
        }
        Ok(self.db.update_proofs_state(coins, State::Spent).await?)
    }

    /// Our coins among the inputs that the issuer calls spent no longer count; the rest is free.
    /// They are kept: nothing but its word says that they are gone, and a recovery asks again.
    /// Coins set aside before belong to a payment that knows better what became of them.
    pub(super) async fn drop_spent(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        states: &HashMap<PublicKey, State>,
    ) -> Result<(), Trouble> {
        if let Inputs::Ours {
            ys,
            set_aside_before: false,
        } = &exchange.inputs
        {
            let spent: Vec<PublicKey> = ys
                .iter()
                .filter(|y| states.get(y) == Some(&State::Spent))
                .copied()
                .collect();
            self.call_spent(spent).await?;
        }
        self.abandon(exchange, &Trouble::Refused(Refusal::AlreadySpent))
            .await?;
        self.doubt_the_rest(purse).await
    }

    /// Where one coin was spent by another copy of this wallet, others were. What cannot be asked
    /// now comes out when it is used.
    pub(super) async fn doubt_the_rest(&self, purse: &Purse) -> Result<(), Trouble> {
        match self.compare_with_books(purse).await {
            Err(trouble @ Trouble::Store(_)) => Err(trouble),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// Whether a coin is known to be of this issuer's making, or somebody proved to have made it.
pub(super) fn is_of(info: &ProofInfo, issuer: &MintUrl) -> bool {
    info.mint_url == *issuer || info.proof.dleq.is_some()
}

/// Once an exchange has begun, trouble with the issuer leaves it open, whatever it was about:
/// only a proof that nothing happened ends it. Trouble with our own files goes on as an error.
pub(super) fn leave_open<T>(finish: Result<Finish<T>, Trouble>) -> Result<Finish<T>, Trouble> {
    match finish {
        Err(trouble @ Trouble::Store(_)) => Err(trouble),
        Err(trouble) => Ok(Finish::Undecided(trouble)),
        decided => decided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_with_an_issuer_leaves_an_exchange_open_and_trouble_with_our_files_is_an_error() {
        let of_issuer = [
            Trouble::Lost,
            Trouble::NotSent,
            Trouble::Refused(Refusal::AlreadySpent),
            Trouble::Dishonest("it says so".to_owned()),
        ];
        for trouble in of_issuer {
            let left = leave_open::<()>(Err(trouble.clone()));
            assert!(matches!(left, Ok(Finish::Undecided(why)) if why == trouble));
        }
        let ours = leave_open::<()>(Err(Trouble::Store("the disk is full".into())));
        assert!(matches!(ours, Err(Trouble::Store(_))));
        assert!(matches!(
            leave_open(Ok(Finish::Done(7))),
            Ok(Finish::Done(7))
        ));
    }
}
