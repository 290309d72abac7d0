//! An issuer's key sets: what it signs with, what coins of each cost to use.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cdk::mint_url::MintUrl;
use cdk::nuts::nut02::KeySetVersion;
use cdk::nuts::{CurrencyUnit, Id, KeySet, KeySetInfo, Keys, State};
use serde::{Deserialize, Serialize};

use super::coins::{DEAREST_INPUT_FEE_PPK, Mintage};
use super::purse::Purse;
use super::trouble::{Refusal, Trouble};
use super::{Ecash, key_of};

/// How long a list of key sets is believed before it is fetched again.
const FRESH_FOR: Duration = Duration::from_secs(10 * 60);
/// Most key sets an issuer may list.
const MOST_KEYSETS: usize = 512;
/// Key sets looked into at most, the cheapest first, for one whose coins can be used.
const MOST_TRIED: usize = 8;
/// Most denominations in one key set.
const MOST_KEYS: usize = 256;

/// The kind of record that holds what an issuer last listed. cdk's own table keeps one row for a
/// name, whoever lists it, so one issuer could change what another said.
const LISTED: &str = "keysets";
/// The kind of record that holds the keys of one key set of one issuer.
const KEYS: &str = "keys";

/// What an issuer listed, and when, in seconds since 1970.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Listed {
    at: u64,
    keysets: Vec<KeySetInfo>,
}

/// One key set with everything needed to use it.
#[derive(Debug, Clone)]
pub(super) struct Keyset {
    pub(super) id: Id,
    pub(super) keys: Keys,
    pub(super) fee_ppk: u64,
}

impl Keyset {
    /// Whether its coins make every amount: one that lacks the smallest makes almost none.
    fn makes_every_amount(&self) -> bool {
        self.keys.amount_key(1.into()).is_some()
    }

    /// What planning needs to know of the key set that signs now.
    pub(super) fn mintage(&self) -> Mintage {
        Mintage {
            denominations: self
                .keys
                .keys()
                .keys()
                .map(|amount| u64::from(*amount))
                .filter(|worth| *worth > 0)
                .collect(),
            fee_ppk: self.fee_ppk,
        }
    }
}

/// How fresh a list of key sets has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// A list of the last minutes will do.
    Recent,
    /// The issuer said its keys changed: ask again.
    Now,
}

pub(super) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

impl Ecash {
    /// The issuer's key sets of one unit, by id.
    ///
    /// An unreachable issuer is no obstacle when a list is at hand: handing over ready coins
    /// needs no issuer at all.
    pub(super) async fn keysets(
        &self,
        issuer: &MintUrl,
        unit: &CurrencyUnit,
        freshness: Freshness,
    ) -> Result<BTreeMap<Id, KeySetInfo>, Trouble> {
        let name = name_of(issuer);
        let known: Option<Listed> = self.read_record(LISTED, &name).await?;
        let age = known
            .as_ref()
            .and_then(|known| unix_now().checked_sub(known.at));
        let fresh =
            age.is_some_and(|age| age < FRESH_FOR.as_secs()) && freshness == Freshness::Recent;
        let listed = match known {
            Some(known) if fresh => known.keysets,
            known => match self.client(issuer).get_mint_keysets().await {
                Ok(reply) => {
                    let before = known.map(|known| known.keysets).unwrap_or_default();
                    let keysets = check_list(reply.keysets, &before)?;
                    let listed = Listed {
                        at: unix_now(),
                        keysets: self.without_others(issuer, keysets).await?,
                    };
                    self.write_record(LISTED, &name, &listed).await?;
                    listed.keysets
                }
                Err(error) => match known {
                    Some(known) if freshness == Freshness::Recent => known.keysets,
                    _ => return Err(error.into()),
                },
            },
        };
        Ok(listed
            .into_iter()
            .filter(|keyset| keyset.unit == *unit)
            .map(|keyset| (keyset.id, keyset))
            .collect())
    }

    /// Leaves out the key sets whose coins we hold with another issuer and not with this one: it
    /// is that issuer under another address, or somebody who pretends to be. Coins made there
    /// would have the numbers, and so the secrets, of coins made here.
    async fn without_others(
        &self,
        issuer: &MintUrl,
        listed: Vec<KeySetInfo>,
    ) -> Result<Vec<KeySetInfo>, Trouble> {
        // A coin without a proof may have been made up by whoever listed the key set.
        let proven = self.coins.proven_keysets().await?;
        let others = |keyset: &KeySetInfo| {
            proven
                .iter()
                .find(|(id, at)| at != issuer && same_numbers(*id, keyset.id))
                .filter(|_| !proven.contains(&(keyset.id, issuer.clone())))
        };
        let foreign = listed.iter().find_map(others).map(|(_, at)| at.to_string());
        let own: Vec<KeySetInfo> = listed
            .into_iter()
            .filter(|keyset| others(keyset).is_none())
            .collect();
        match foreign {
            Some(issuer) if own.is_empty() => Err(Trouble::KeysOfAnother { issuer }),
            _ => Ok(own),
        }
    }

    /// The other issuer that lists a key set and promises to prove its signatures, where this purse's
    /// does not and we have no coin of its there. Whoever proves nothing could call any number there
    /// signed, and so move the numbers out of the words' reach.
    pub(super) async fn prover_of(
        &self,
        purse: &Purse,
        keyset: Id,
    ) -> Result<Option<MintUrl>, Trouble> {
        if purse.proves_signatures {
            return Ok(None);
        }
        for other in self.purses().await? {
            if other.issuer == purse.issuer || !other.proves_signatures {
                continue;
            }
            let at = other.mint()?;
            let listed: Option<Listed> = self.read_record(LISTED, &name_of(&at)).await?;
            let mut listed = listed.into_iter().flat_map(|listed| listed.keysets);
            if listed.any(|listed| same_numbers(listed.id, keyset))
                && !self.has_coins_of(purse, keyset).await?
            {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    async fn has_coins_of(&self, purse: &Purse, keyset: Id) -> Result<bool, Trouble> {
        let states = [
            State::Unspent,
            State::Pending,
            State::Reserved,
            State::Spent,
        ];
        let coins = self.coins_in(purse, &states).await?;
        Ok(coins.iter().any(|coin| coin.proof.keyset_id == keyset))
    }

    /// One key set with its keys, fetched once and kept for good: the keys of an id never change.
    pub(super) async fn keyset(
        &self,
        issuer: &MintUrl,
        info: &KeySetInfo,
    ) -> Result<Keyset, Trouble> {
        let name = key_of(format!("{issuer}\n{}", info.id).as_bytes());
        let kept: Option<KeySet> = self.read_record(KEYS, &name).await?;
        let new = kept.is_none();
        let mut keyset = match kept {
            Some(keyset) => keyset,
            None => self.client(issuer).get_mint_keyset(info.id).await?,
        };
        if keyset.id != info.id || keyset.unit != info.unit || keyset.keys.len() > MOST_KEYS {
            return Err(Trouble::Dishonest(
                "its keys do not belong to its key set".to_owned(),
            ));
        }
        // A name of the second version is computed from the fee and the end too: it is checked
        // against what is listed now. Some issuers name neither together with the keys.
        keyset.input_fee_ppk = info.input_fee_ppk;
        keyset.final_expiry = info.final_expiry.or(keyset.final_expiry);
        verify_id(&keyset)?;
        if new {
            self.write_record(KEYS, &name, &keyset).await?;
        }
        let keys = keyset.keys;
        Ok(Keyset {
            id: info.id,
            keys,
            fee_ppk: info.input_fee_ppk,
        })
    }

    /// The cheapest key set the issuer signs new coins of this unit with.
    pub(super) async fn signing_keyset(
        &self,
        issuer: &MintUrl,
        unit: &CurrencyUnit,
        freshness: Freshness,
    ) -> Result<Keyset, Trouble> {
        let keysets = self.keysets(issuer, unit, freshness).await?;
        self.signing_of(issuer, &keysets).await
    }

    /// As [`Self::signing_keyset`], of a list at hand.
    pub(super) async fn signing_of(
        &self,
        issuer: &MintUrl,
        keysets: &BTreeMap<Id, KeySetInfo>,
    ) -> Result<Keyset, Trouble> {
        let now = unix_now();
        let mut signing: Vec<&KeySetInfo> = keysets
            .values()
            .filter(|keyset| {
                keyset.active
                    && keyset
                        .final_expiry
                        .is_none_or(|expiry| expiry == 0 || expiry > now)
            })
            .collect();
        signing.sort_by_key(|keyset| (keyset.input_fee_ppk, keyset.id));
        for info in signing.into_iter().take(MOST_TRIED) {
            let keyset = self.keyset(issuer, info).await?;
            if keyset.makes_every_amount() {
                return Ok(keyset);
            }
        }
        Err(Trouble::Dishonest(
            "it signs no coins of this unit that make every amount".to_owned(),
        ))
    }

    /// A refusal may mean that keys or fees are not those listed any more. Then the list is asked
    /// for again as soon as it is needed; until the issuer answers, the old one is the best known.
    pub(super) async fn heed(&self, purse: &Purse, trouble: &Trouble) -> Result<(), Trouble> {
        if !matches!(
            trouble,
            // Some issuers have no number for it.
            Trouble::Refused(Refusal::KeysChanged | Refusal::FeesChanged | Refusal::Other(_))
        ) {
            return Ok(());
        }
        let name = name_of(&purse.mint()?);
        if let Some(mut listed) = self.read_record::<Listed>(LISTED, &name).await? {
            listed.at = 0;
            self.write_record(LISTED, &name, &listed).await?;
        }
        Ok(())
    }
}

/// The record an issuer's list is kept under.
fn name_of(issuer: &MintUrl) -> String {
    key_of(issuer.to_string().as_bytes())
}

/// Whether coins of both key sets are made from the same numbers. Names of the first version
/// count as 31 bits there (NUT-13), so somebody can make one that does.
fn same_numbers(one: Id, other: Id) -> bool {
    let first = |id: Id| id.get_version() == KeySetVersion::Version00;
    one == other || (first(one) && first(other) && u32::from(one) == u32::from(other))
}

fn verify_id(keyset: &KeySet) -> Result<(), Trouble> {
    // Some issuers write "never expires" as 0, which their own computation leaves out.
    let without_expiry = || KeySet {
        final_expiry: None,
        ..keyset.clone()
    };
    let named = keyset.verify_id().is_ok()
        || (keyset.final_expiry == Some(0) && without_expiry().verify_id().is_ok());
    if named {
        Ok(())
    } else {
        Err(Trouble::Dishonest(
            "the name of its key set does not match its keys".to_owned(),
        ))
    }
}

/// Refuses lists that are absurd or that change what was promised about coins already held.
fn check_list(listed: Vec<KeySetInfo>, known: &[KeySetInfo]) -> Result<Vec<KeySetInfo>, Trouble> {
    if listed.len() > MOST_KEYSETS {
        return Err(Trouble::Dishonest("it lists too many key sets".to_owned()));
    }
    for keyset in &listed {
        if keyset.input_fee_ppk > DEAREST_INPUT_FEE_PPK {
            return Err(Trouble::Dishonest(
                "its fee for using a coin is absurd".to_owned(),
            ));
        }
        let twice = |other: &&KeySetInfo| same_numbers(other.id, keyset.id);
        if listed.iter().filter(twice).count() > 1 {
            return Err(Trouble::Dishonest("it lists a key set twice".to_owned()));
        }
        let before = known.iter().find(|before| before.id == keyset.id);
        if before.is_some_and(|before| before.unit != keyset.unit) {
            return Err(Trouble::Dishonest(
                "it changed the unit of a key set".to_owned(),
            ));
        }
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn listed(id: &str, fee: u64) -> KeySetInfo {
        KeySetInfo {
            id: Id::from_str(id).unwrap(),
            unit: CurrencyUnit::Sat,
            active: true,
            input_fee_ppk: fee,
            final_expiry: None,
        }
    }

    #[test]
    fn names_that_count_as_the_same_number_make_the_same_coins() {
        // 0x7fffffff further on is the same of 31 bits.
        let (one, other) = ("0000000000000005", "0000000080000004");
        let (one, other) = (Id::from_str(one).unwrap(), Id::from_str(other).unwrap());
        assert_eq!(u32::from(one), u32::from(other));
        let seed = [7; 64];
        let secret = |id| cdk::secret::Secret::from_seed(&seed, id, 3).unwrap();
        assert_eq!(secret(one), secret(other));
        assert!(same_numbers(one, other));
        let third = Id::from_str("0000000080000005").unwrap();
        assert_ne!(secret(one), secret(third));
        assert!(!same_numbers(one, third));
        let of_second = "01".to_owned() + &"0".repeat(64);
        let of_second = Id::from_str(&of_second).unwrap();
        assert!(same_numbers(of_second, of_second) && !same_numbers(one, of_second));
    }

    #[test]
    fn a_list_that_names_numbers_twice_is_refused() {
        let fine = vec![listed("0000000000000005", 0), listed("0000000000000006", 0)];
        assert!(check_list(fine.clone(), &[]).is_ok());
        for twice in ["0000000000000005", "0000000080000004"] {
            let mut bad = fine.clone();
            bad.push(listed(twice, 0));
            assert!(matches!(check_list(bad, &[]), Err(Trouble::Dishonest(_))));
        }
    }

    #[test]
    fn the_dearest_fee_is_listed_and_a_dearer_one_is_not() {
        let of = |fee| check_list(vec![listed("0000000000000005", fee)], &[]);
        assert!(of(DEAREST_INPUT_FEE_PPK).is_ok());
        assert!(of(DEAREST_INPUT_FEE_PPK + 1).is_err());
    }
}
