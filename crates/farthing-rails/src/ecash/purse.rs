//! Purses: the money held with one issuer in one unit.

use std::fmt;
use std::str::FromStr;

use cdk::mint_url::MintUrl;
use cdk::nuts::{CurrencyUnit, PublicKey, State};
use cdk_common::wallet::ProofInfo;
use farthing_money::{Amount, Unit};
use serde::{Deserialize, Serialize};

use super::coins::Coin;
use super::keysets::Freshness;
use super::trouble::Trouble;
use super::{Ecash, KV, key_of};

/// Coins asked for by name in one question to the database, which allows some thousands.
const MOST_NAMES: usize = 500;

/// A purse's short name: 8 hexadecimal characters, made from issuer and unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PurseId(String);

/// What was written is no purse's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a purse's name is 8 characters, 0-9 and a-f")]
pub struct PurseIdError;

impl FromStr for PurseId {
    type Err = PurseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() == 8
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(PurseIdError)
        }
    }
}

impl fmt::Display for PurseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The money held with one issuer in one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purse {
    /// Short name.
    pub id: PurseId,
    /// The issuer's address.
    pub issuer: String,
    /// The issuer's own name for itself, as plain text; it may say anything.
    pub issuer_name: Option<String>,
    /// The unit of every amount in it.
    pub unit: Unit,
    /// The issuer promises to return what a Lightning payment did not need (NUT-08).
    pub(super) returns_change: bool,
    /// The issuer promises proofs that its signatures are genuine (NUT-12).
    pub(super) proves_signatures: bool,
}

/// What a purse holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurseFunds {
    /// Free to spend.
    pub spendable: Amount,
    /// In an undecided payment, or given and not yet redeemed.
    pub pending: Amount,
}

pub(super) fn purse_id(issuer: &MintUrl, unit: &Unit) -> PurseId {
    let mut name = key_of(format!("{issuer}\n{unit}").as_bytes());
    name.truncate(8);
    PurseId(name)
}

/// The protocol's name for a unit.
pub(super) fn currency(unit: &Unit) -> CurrencyUnit {
    // `CurrencyUnit::from_str` takes every name; unknown ones become custom units.
    CurrencyUnit::from_str(&unit.to_string())
        .unwrap_or_else(|_| CurrencyUnit::Custom(unit.to_string().into()))
}

/// Our name for the protocol's unit; `None` when its name is not one we show.
pub(super) fn unit_of(currency: &CurrencyUnit) -> Option<Unit> {
    match currency {
        CurrencyUnit::Auth => None,
        other => Unit::from_str(&other.to_string()).ok(),
    }
}

impl Purse {
    pub(super) fn mint(&self) -> Result<MintUrl, Trouble> {
        MintUrl::from_str(&self.issuer)
            .map_err(|_| Trouble::Store("a purse's issuer is unreadable".into()))
    }

    pub(super) fn amount(&self, value: u64) -> Result<Amount, Trouble> {
        Amount::new(value, self.unit)
            .map_err(|_| Trouble::Dishonest("an amount is too large".to_owned()))
    }
}

/// A coin as the database has it, with what planning needs.
#[derive(Clone)]
pub(super) struct HeldCoin {
    pub(super) y: PublicKey,
    pub(super) info: ProofInfo,
    pub(super) coin: Coin,
}

impl Ecash {
    /// Every purse the person has.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn purses(&self) -> Result<Vec<Purse>, Trouble> {
        let mut purses: Vec<Purse> = self.records("purse").await?;
        purses.sort_by(|one, other| {
            (&one.issuer, one.unit.to_string()).cmp(&(&other.issuer, other.unit.to_string()))
        });
        Ok(purses)
    }

    /// One purse by name.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn purse(&self, id: &PurseId) -> Result<Option<Purse>, Trouble> {
        self.read_record("purse", &id.0).await
    }

    pub(super) async fn keep_purse(&self, purse: &Purse) -> Result<(), Trouble> {
        self.write_record("purse", &purse.id.0, purse).await
    }

    /// What a purse holds, from the wallet's own books; no issuer is asked.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn funds(&self, purse: &Purse) -> Result<PurseFunds, Trouble> {
        let sum = async |states: Vec<State>| -> Result<Amount, Trouble> {
            let value = self
                .db
                .get_balance(
                    Some(purse.mint()?),
                    Some(currency(&purse.unit)),
                    Some(states),
                )
                .await?;
            purse.amount(value)
        };
        Ok(PurseFunds {
            spendable: sum(vec![State::Unspent]).await?,
            pending: sum(vec![State::Reserved, State::Pending, State::PendingSpent]).await?,
        })
    }

    /// Whether coins of this worth can be there too. With more than there can be the purse could
    /// not be counted any more, and nothing of the wallet's without it.
    pub(super) async fn can_be_held(&self, purse: &Purse, more: u64) -> Result<(), Trouble> {
        if more == 0 {
            return Ok(());
        }
        let PurseFunds { spendable, pending } = self.funds(purse).await?;
        let all = [pending.value(), more]
            .into_iter()
            .fold(spendable.value(), u64::saturating_add);
        purse.amount(all).map(drop)
    }

    /// The purse's coins in one of these states.
    pub(super) async fn coins_in(
        &self,
        purse: &Purse,
        states: &[State],
    ) -> Result<Vec<ProofInfo>, Trouble> {
        let unit = currency(&purse.unit);
        let names = self.coins.names(&purse.mint()?, &unit, states).await?;
        let mut coins = Vec::with_capacity(names.len());
        for some in names.chunks(MOST_NAMES) {
            coins.extend(self.db.get_proofs_by_ys(some.to_vec()).await?);
        }
        Ok(coins)
    }

    /// The coins free to spend, with what using each costs.
    pub(super) async fn free_coins(&self, purse: &Purse) -> Result<Vec<HeldCoin>, Trouble> {
        let issuer = purse.mint()?;
        let unit = currency(&purse.unit);
        let keysets = self.keysets(&issuer, &unit, Freshness::Recent).await?;
        let held = self.coins_in(purse, &[State::Unspent]).await?;
        let mut coins = Vec::with_capacity(held.len());
        for info in held {
            // A coin of an unlisted key set cannot be priced; it stays where it is.
            let Some(keyset) = keysets.get(&info.proof.keyset_id) else {
                continue;
            };
            let coin = Coin {
                worth: u64::from(info.proof.amount),
                fee_ppk: keyset.input_fee_ppk,
                retiring: !keyset.active,
            };
            coins.push(HeldCoin {
                y: info.y,
                info,
                coin,
            });
        }
        // The database promises no order, and the choice of coins should not depend on luck.
        coins.sort_by_key(|held| (held.coin.worth, held.y.to_bytes()));
        Ok(coins)
    }

    /// Removes everything this wallet remembers of a payment's exchanges once the journal has it.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn forget_result(&self, payment: uuid::Uuid) -> Result<(), Trouble> {
        Ok(self
            .db
            .kv_remove(KV, "result", &payment.to_string())
            .await?)
    }
}
