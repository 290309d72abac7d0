//! Bringing money back from the recovery words alone (NUT-13, NUT-09).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cdk::nuts::{Id, KeySetInfo, State};
use cdk_common::wallet::ProofInfo;
use farthing_money::Amount;
use serde::{Deserialize, Serialize};

use super::Ecash;
use super::exchange::{BATCH, is_of};
use super::keysets::{Freshness, Keyset};
use super::outputs::{BadSignatures, NewCoin, Outputs, unblind_one};
use super::purse::{Purse, currency};
use super::trouble::Trouble;

/// Batches without any coin after which a key set is taken to hold no more: 10 × 100 counters.
/// Our own rows without coins are far shorter, see [`super::numbers`]; those of a wallet from
/// before it kept them so, or of another program on the same words, may not be.
const EMPTY_BATCHES: usize = 10;
/// The kind of record that says from which number on to look for coins.
const LOOK_FROM: &str = "look-from";
/// The kind of record that says how far the words' coins have been looked for.
const LOOKED: &str = "looked";
/// Batches looked at in one key set at most: a million counters.
const MOST_BATCHES: usize = 10_000;
/// How long coins are looked for at a time. An issuer can call every number signed; an honest one
/// with more coins than this is asked on from there at the next call.
const LOOK_FOR: Duration = Duration::from_secs(20);

/// What the words brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Free to spend.
    pub spendable: Amount,
    /// In use at the issuer by a payment that is still under way.
    pub pending: Amount,
}

/// Which key sets are looked through for coins this wallet does not know it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookIn {
    /// The one it would use now, and those it has used before.
    Used,
    /// All the issuer lists: an old copy of the files does not know what was used since.
    Listed,
}

/// A key set to look in, and from which number on.
struct Place {
    info: KeySetInfo,
    from: u32,
    /// It does not sign; no look at it was cut short.
    later: (bool, bool),
}

/// How far the words' coins have been looked for in a purse.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Looked {
    /// By key set: the next batch, and how many in a row were empty before it.
    keysets: BTreeMap<Id, (usize, usize)>,
    spendable: u64,
    pending: u64,
    /// Signatures came without the proof that they are genuine.
    unproven: bool,
}

/// The coins of one batch of counters that the issuer has signed.
struct Found {
    coins: Vec<NewCoin>,
    /// Some signatures came without the proof this issuer gives with its signatures.
    unproven: bool,
}

impl Ecash {
    /// Asks the issuer for every coin the words have ever made, in every key set it lists, and
    /// puts the unspent ones into the purse. Counters move past everything found.
    ///
    /// Coins given to somebody who has not redeemed them come back too: the words cannot tell.
    ///
    /// # Errors
    /// [`Trouble`]; it can be run again, nothing is added twice. After [`Trouble::Unfinished`] it
    /// goes on where it stopped.
    pub async fn restore(
        &self,
        purse: &Purse,
        mut progress: impl FnMut(usize),
    ) -> Result<Restored, Trouble> {
        let _held = self.hold(&purse.id).await;
        let issuer = purse.mint()?;
        let listed = self
            .keysets(&issuer, &currency(&purse.unit), Freshness::Now)
            .await?;
        let record = purse.id.to_string();
        let mut looked: Looked = self.read_record(LOOKED, &record).await?.unwrap_or_default();
        let started = Instant::now();
        let (mut seen, mut anothers) = (0_usize, None);
        for info in listed.values() {
            if let Some(other) = self.prover_of(purse, info.id).await? {
                anothers = Some(other.to_string());
                continue;
            }
            let keyset = self.keyset(&issuer, info).await?;
            let (mut batch, mut empty) = looked.keysets.get(&info.id).copied().unwrap_or_default();
            while empty < EMPTY_BATCHES {
                if batch >= MOST_BATCHES {
                    return Err(Trouble::Dishonest(
                        "it says that it signed more coins than anybody has".to_owned(),
                    ));
                }
                if started.elapsed() > LOOK_FOR {
                    return Err(Trouble::Unfinished);
                }
                let counter = u32::try_from(batch.saturating_mul(BATCH))
                    .map_err(|_| Trouble::Store("a counter is too large".into()))?;
                let found = self.found_from(purse, &keyset, counter).await?;
                seen = seen.saturating_add(BATCH);
                progress(seen);
                let highest = found.coins.iter().map(|coin| coin.index).max();
                empty = if found.coins.is_empty() {
                    empty.saturating_add(1)
                } else {
                    0
                };
                batch = batch.saturating_add(1);
                looked.unproven |= found.unproven;
                let (free, held) = self.keep_found(purse, found.coins).await?;
                looked.spendable = looked.spendable.saturating_add(free);
                looked.pending = looked.pending.saturating_add(held);
                self.move_counter_past(&keyset.id, highest).await?;
                looked.keysets.insert(info.id, (batch, empty));
                self.write_record(LOOKED, &record, &looked).await?;
            }
        }
        self.forget_record(LOOKED, &record).await?;
        if looked.unproven {
            return Err(unproven());
        }
        if let Some(issuer) = anothers {
            return Err(Trouble::KeysOfAnother { issuer });
        }
        Ok(Restored {
            spendable: purse.amount(looked.spendable)?,
            pending: purse.amount(looked.pending)?,
        })
    }

    /// Looks past the counters for coins this wallet does not know it made, as after an old
    /// backup was put back, and moves the counters past them. One request for each key set that
    /// has none.
    ///
    /// # Errors
    /// [`Trouble`]; it can be run again.
    pub async fn catch_up(&self, purse: &Purse, look_in: LookIn) -> Result<Amount, Trouble> {
        let _held = self.hold(&purse.id).await;
        let issuer = purse.mint()?;
        let freshness = match look_in {
            LookIn::Used => Freshness::Recent,
            LookIn::Listed => Freshness::Now,
        };
        let listed = self
            .keysets(&issuer, &currency(&purse.unit), freshness)
            .await?;
        // Coins of an issuer that signs nothing any more are money all the same.
        let signing = self.signing_of(&issuer, &listed).await;
        let first = signing.as_ref().ok().map(|keyset| keyset.id);
        let started = Instant::now();
        let (mut worth, mut all, mut anothers) = (0_u64, true, None);
        for place in self.places(listed, first, look_in).await? {
            if started.elapsed() > LOOK_FOR {
                all = false;
                self.look_from(&place.info.id, place.from).await?;
                continue;
            }
            if let Some(other) = self.prover_of(purse, place.info.id).await? {
                anothers = Some(other.to_string());
                continue;
            }
            let keyset = self.keyset(&issuer, &place.info).await?;
            let found = self.catch_up_from(purse, &keyset, place.from).await?;
            worth = worth.saturating_add(found);
            self.forget_record(LOOK_FROM, &keyset.id.to_string())
                .await?;
        }
        signing?;
        if let Some(issuer) = anothers {
            return Err(Trouble::KeysOfAnother { issuer });
        }
        if all {
            purse.amount(worth)
        } else {
            Err(Trouble::Unfinished)
        }
    }

    /// Where to look: in the key set that signs first, then where a look was cut short.
    async fn places(
        &self,
        listed: BTreeMap<Id, KeySetInfo>,
        signing: Option<Id>,
        look_in: LookIn,
    ) -> Result<Vec<Place>, Trouble> {
        let mut places = Vec::new();
        for info in listed.into_values() {
            let first = self.first_without_coin(&info.id).await?;
            let mark: Option<u32> = self.read_record(LOOK_FROM, &info.id.to_string()).await?;
            let signs = signing == Some(info.id);
            let used = mark.is_some() || self.counter(&info.id).await? > 0;
            if signs || used || look_in == LookIn::Listed {
                places.push(Place {
                    from: mark.unwrap_or(first).min(first),
                    later: (!signs, mark.is_none()),
                    info,
                });
            }
        }
        places.sort_by_key(|place| place.later);
        Ok(places)
    }

    /// Remembers the lowest number of an exchange that did not happen.
    pub(super) async fn look_again_from(&self, outputs: &Outputs) -> Result<(), Trouble> {
        if outputs.worths.is_empty() {
            return Ok(());
        }
        let key = outputs.keyset.to_string();
        let before: Option<u32> = self.read_record(LOOK_FROM, &key).await?;
        if before.is_none_or(|before| outputs.counter < before) {
            self.look_from(&outputs.keyset, outputs.counter).await?;
        }
        Ok(())
    }

    /// A copy of this wallet has used this key set, and may have made coins of numbers that were
    /// taken here and made none, as those for change that was not due.
    pub(super) async fn look_everywhere(&self, keyset: &Id) -> Result<(), Trouble> {
        self.look_from(keyset, 0).await
    }

    async fn look_from(&self, keyset: &Id, counter: u32) -> Result<(), Trouble> {
        self.write_record(LOOK_FROM, &keyset.to_string(), &counter)
            .await
    }

    /// As [`Self::catch_up`], in one key set from a number on, with the purse held already.
    pub(super) async fn catch_up_from(
        &self,
        purse: &Purse,
        keyset: &Keyset,
        mut counter: u32,
    ) -> Result<u64, Trouble> {
        if self.prover_of(purse, keyset.id).await?.is_some() {
            return Ok(0);
        }
        let started = Instant::now();
        let mut worth = 0_u64;
        for _ in 0..MOST_BATCHES {
            if started.elapsed() > LOOK_FOR {
                self.look_from(&keyset.id, counter).await?;
                return Err(Trouble::Unfinished);
            }
            let found = self.found_from(purse, keyset, counter).await?;
            let known_to = self.db.increment_keyset_counter(&keyset.id, 0).await?;
            let highest = found.coins.iter().map(|coin| coin.index).max();
            let (free, held) = self.keep_found(purse, found.coins).await?;
            worth = worth.saturating_add(free).saturating_add(held);
            self.move_counter_past(&keyset.id, highest).await?;
            if found.unproven {
                return Err(unproven());
            }
            let next = counter.saturating_add(u32::try_from(BATCH).unwrap_or(u32::MAX));
            counter = match highest.and_then(|highest| highest.checked_add(1)) {
                Some(after) => after,
                // A gap below our own counter is one of our own making.
                None if next < known_to => next,
                None => break,
            };
        }
        Ok(worth)
    }

    /// The coins of one batch of counters that the issuer has signed. Where it proves its
    /// signatures, one without a proof is anybody's point and no coin.
    async fn found_from(
        &self,
        purse: &Purse,
        keyset: &Keyset,
        counter: u32,
    ) -> Result<Found, Trouble> {
        let outputs = Outputs {
            keyset: keyset.id,
            counter,
            worths: vec![0; BATCH],
        }
        .derive(&self.seed)
        .map_err(|error| Trouble::Store(error.to_string().into()))?;
        let signed = self.ask_restore(&purse.mint()?, &outputs).await?;
        let mut found = Found {
            coins: Vec::new(),
            unproven: false,
        };
        for output in &outputs {
            let Some(signature) = signed.get(&output.message.blinded_secret) else {
                continue;
            };
            // A blank takes any amount there is a key for.
            purse.amount(u64::from(signature.amount))?;
            match unblind_one(output, signature, keyset, purse.proves_signatures) {
                Ok(coin) => found.coins.push(coin),
                Err(BadSignatures::DleqMissing) => found.unproven = true,
                Err(bad) => return Err(Trouble::Dishonest(bad.to_string())),
            }
        }
        Ok(found)
    }

    async fn keep_found(&self, purse: &Purse, found: Vec<NewCoin>) -> Result<(u64, u64), Trouble> {
        if found.is_empty() {
            return Ok((0, 0));
        }
        let issuer = purse.mint()?;
        let mut infos = Vec::with_capacity(found.len());
        for coin in found {
            let y = coin
                .proof
                .y()
                .map_err(|_| Trouble::Dishonest("a coin is malformed".to_owned()))?;
            infos.push(ProofInfo {
                y,
                proof: coin.proof,
                mint_url: issuer.clone(),
                state: State::Unspent,
                spending_condition: None,
                unit: currency(&purse.unit),
                derivation_index: Some(coin.index),
                used_by_operation: None,
                created_by_operation: None,
            });
        }
        let names: Vec<_> = infos.iter().map(|info| info.y).collect();
        let states = self.ask_states(&issuer, &names).await?;
        let known: Vec<_> = self
            .db
            .get_proofs_by_ys(names)
            .await?
            .into_iter()
            // Another issuer may have made one up under the same number, without a proof.
            .filter(|info| is_of(info, &issuer))
            .map(|info| info.y)
            .collect();
        let left = self.left_to_payees().await?;
        infos.retain(|info| !left.contains(&info.y));
        let (mut free, mut held, mut new) = (0_u64, 0_u64, 0_u64);
        let mut kept = Vec::new();
        for mut info in infos {
            let worth = u64::from(info.proof.amount);
            match states.get(&info.y) {
                Some(State::Unspent) => free = free.saturating_add(worth),
                Some(State::Spent) | None => continue,
                // Whatever name the issuer has for it: not free, not gone.
                Some(State::Pending | State::Reserved | State::PendingSpent) => {
                    info.state = State::Pending;
                    held = held.saturating_add(worth);
                }
            }
            if !known.contains(&info.y) {
                new = new.saturating_add(worth);
                kept.push(info);
            }
        }
        self.can_be_held(purse, new).await?;
        self.db.update_proofs(kept, Vec::new()).await?;
        Ok((free, held))
    }

    /// Never lowers a counter, and leaves no gap: a later restore stops at a long one.
    async fn move_counter_past(&self, keyset: &Id, highest: Option<u32>) -> Result<(), Trouble> {
        let Some(next) = highest.and_then(|highest| highest.checked_add(1)) else {
            return Ok(());
        };
        self.numbers_made_coins(keyset, next).await?;
        let now = self.db.increment_keyset_counter(keyset, 0).await?;
        if let Some(missing) = next.checked_sub(now).filter(|missing| *missing > 0) {
            self.db.increment_keyset_counter(keyset, missing).await?;
        }
        Ok(())
    }
}

fn unproven() -> Trouble {
    Trouble::Dishonest("it gave no proof that some of the coins are genuine".to_owned())
}
