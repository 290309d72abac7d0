//! An issuer's key sets: what it signs with, what coins of each cost to use.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cdk::mint_url::MintUrl;
use cdk::nuts::{CurrencyUnit, Id, KeySet, KeySetInfo, Keys};

use super::coins::{DEAREST_INPUT_FEE_PPK, Mintage};
use super::trouble::Trouble;
use super::{Ecash, KV};

/// How long a list of key sets is believed before it is fetched again.
const FRESH_FOR: Duration = Duration::from_secs(10 * 60);
/// Most key sets an issuer may list.
const MOST_KEYSETS: usize = 512;
/// Most denominations in one key set.
const MOST_KEYS: usize = 256;

/// One key set with everything needed to use it.
#[derive(Debug, Clone)]
pub(super) struct Keyset {
    pub(super) id: Id,
    pub(super) keys: Keys,
    pub(super) fee_ppk: u64,
}

impl Keyset {
    /// What planning needs to know of the key set that signs now.
    pub(super) fn mintage(&self) -> Mintage {
        Mintage {
            denominations: self
                .keys
                .keys()
                .keys()
                .map(|amount| u64::from(*amount))
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
        let stamp = format!("keysets-{}", super::key_of(issuer.to_string().as_bytes()));
        let age = match self.db.kv_read(KV, "freshness", &stamp).await? {
            Some(bytes) => <[u8; 8]>::try_from(bytes.as_slice())
                .ok()
                .and_then(|bytes| unix_now().checked_sub(u64::from_be_bytes(bytes))),
            None => None,
        };
        let known = self
            .db
            .get_mint_keysets(issuer.clone())
            .await?
            .unwrap_or_default();
        let fresh =
            age.is_some_and(|age| age < FRESH_FOR.as_secs()) && freshness == Freshness::Recent;
        let listed = if fresh && !known.is_empty() {
            known
        } else {
            match self.client(issuer).get_mint_keysets().await {
                Ok(reply) => {
                    let listed = check_list(reply.keysets, &known)?;
                    self.db.add_mint(issuer.clone(), None).await.ok();
                    self.db
                        .add_mint_keysets(issuer.clone(), listed.clone())
                        .await?;
                    self.db
                        .kv_write(KV, "freshness", &stamp, &unix_now().to_be_bytes())
                        .await?;
                    listed
                }
                Err(_) if !known.is_empty() && freshness == Freshness::Recent => known,
                Err(error) => return Err(error.into()),
            }
        };
        Ok(listed
            .into_iter()
            .filter(|keyset| keyset.unit == *unit)
            .map(|keyset| (keyset.id, keyset))
            .collect())
    }

    /// One key set with its keys, fetched once and kept for good: the keys of an id never change.
    pub(super) async fn keyset(
        &self,
        issuer: &MintUrl,
        info: &KeySetInfo,
    ) -> Result<Keyset, Trouble> {
        let keys = match self.db.get_keys(&info.id).await? {
            Some(keys) => keys,
            None => {
                let mut fetched = self.client(issuer).get_mint_keyset(info.id).await?;
                if fetched.id != info.id
                    || fetched.unit != info.unit
                    || fetched.keys.len() > MOST_KEYS
                {
                    return Err(Trouble::Dishonest(
                        "its keys do not belong to its key set".to_owned(),
                    ));
                }
                // The id is computed from the fee and expiry too, and some issuers leave
                // them out of this reply.
                fetched.input_fee_ppk = info.input_fee_ppk;
                fetched.final_expiry = fetched.final_expiry.or(info.final_expiry);
                verify_id(&fetched)?;
                let keys = fetched.keys.clone();
                self.db.add_keys(fetched).await?;
                keys
            }
        };
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
        let now = unix_now();
        let keysets = self.keysets(issuer, unit, freshness).await?;
        let chosen = keysets
            .values()
            .filter(|keyset| {
                keyset.active
                    && keyset
                        .final_expiry
                        .is_none_or(|expiry| expiry == 0 || expiry > now)
            })
            .min_by_key(|keyset| (keyset.input_fee_ppk, keyset.id))
            .ok_or_else(|| Trouble::Dishonest("it signs no coins of this unit".to_owned()))?;
        self.keyset(issuer, chosen).await
    }
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
        let before = known.iter().find(|before| before.id == keyset.id);
        if before.is_some_and(|before| before.unit != keyset.unit) {
            return Err(Trouble::Dishonest(
                "it changed the unit of a key set".to_owned(),
            ));
        }
    }
    Ok(listed)
}
