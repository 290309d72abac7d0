//! Issuers and the money held with them.

use farthing_money::{Amount, Unit};
use farthing_rails::ecash::{Ecash, IssuerCard, Purse, PurseFunds, PurseId, Trouble};

use crate::money::MoneyState;
use crate::trouble::{StoreTrouble, code_of};
use crate::wallet::Wallet;

/// Where the wallet's words come from, kept as a document: present when they are older than it.
pub(crate) const ORIGIN: &str = "origin";
const WORDS: &str = "words";
/// Purses whose coins the words have brought back.
pub(crate) const RESTORED: &str = "restored";

/// A purse and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurseBalance {
    /// The purse.
    pub purse: Purse,
    /// Free to spend.
    pub spendable: Amount,
    /// Held for something undecided, or given and not yet redeemed.
    pub pending: Amount,
}

/// A purse just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedPurse {
    /// The purse.
    pub purse: Purse,
    /// What the recovery words brought back into it.
    pub restored: Amount,
}

/// Why an issuer was not looked at or trusted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// The address leads where this wallet may not go.
    #[error("this address cannot be used: {0}")]
    Address(String),
    /// The issuer.
    #[error(transparent)]
    Issuer(Trouble),
    /// The issuer keeps no money in this unit.
    #[error("the issuer keeps no {unit}")]
    NoSuchUnit {
        /// The unit asked for.
        unit: Unit,
    },
    /// The issuer keeps several units and none of them is satoshi.
    #[error("the issuer keeps several units: name one")]
    WhichUnit {
        /// Those it keeps.
        units: Vec<Unit>,
    },
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl IssuerError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "address_refused",
            Self::Issuer(trouble) => code_of(trouble),
            Self::NoSuchUnit { .. } => "no_such_unit",
            Self::WhichUnit { .. } => "which_unit",
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

impl From<Trouble> for IssuerError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Store(what) => Self::Store(StoreTrouble(what)),
            other => Self::Issuer(other),
        }
    }
}

impl Wallet {
    /// Asks an issuer who it is, before trusting it. Nothing is kept.
    ///
    /// # Errors
    /// [`IssuerError`].
    pub async fn look_at_issuer(&self, url: &str) -> Result<IssuerCard, IssuerError> {
        let url = url.trim();
        self.ecash
            .gate()
            .check(url)
            .map_err(|blocked| IssuerError::Address(blocked.to_string()))?;
        Ok(self.ecash.look_at_issuer(url).await?)
    }

    /// Trusts an issuer with money in one unit: satoshi if it keeps them, else its only one.
    /// Coins the recovery words have ever made there come back at the first opening.
    ///
    /// # Errors
    /// [`IssuerError`]. Opening an open purse again changes nothing.
    pub async fn add_purse(
        &self,
        card: &IssuerCard,
        unit: Option<Unit>,
        progress: impl FnMut(usize),
    ) -> Result<OpenedPurse, IssuerError> {
        let unit = choose_unit(card, unit)?;
        let purse = self.ecash.open_purse(card, &unit).await?;
        let nothing = Amount::zero(unit);
        let restored = if card.can_restore && self.waits_for_restore(&purse)? {
            let restored = self.ecash.restore(&purse, progress).await?;
            // Only a restore that went through is not begun again.
            self.remember_restored(&purse)?;
            restored
                .spendable
                .checked_add(restored.pending)
                .unwrap_or(nothing)
        } else {
            nothing
        };
        Ok(OpenedPurse { purse, restored })
    }

    /// The words have made coins before, with whatever issuer: each new purse looks for them.
    pub(crate) fn remember_old_words(&self) -> Result<(), StoreTrouble> {
        self.history().put_document(ORIGIN, WORDS, None, &[])?;
        Ok(())
    }

    fn waits_for_restore(&self, purse: &Purse) -> Result<bool, StoreTrouble> {
        let history = self.history();
        let old_words = history.document(ORIGIN, WORDS)?.is_some();
        Ok(old_words && history.document(RESTORED, &purse.id.to_string())?.is_none())
    }

    fn remember_restored(&self, purse: &Purse) -> Result<(), StoreTrouble> {
        let key = purse.id.to_string();
        self.history().put_document(RESTORED, &key, None, &[])?;
        Ok(())
    }

    /// Every purse and what is in it, from the wallet's own books.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub async fn balance(&self) -> Result<Vec<PurseBalance>, StoreTrouble> {
        balances(&self.ecash).await
    }

    /// What all purses of a unit hold: (free, held).
    pub(crate) async fn holdings(&self, unit: Unit) -> Result<(Amount, Amount), StoreTrouble> {
        let (mut spendable, mut pending) = (Amount::zero(unit), Amount::zero(unit));
        for balance in self
            .balance()
            .await?
            .into_iter()
            .filter(|balance| balance.purse.unit == unit)
        {
            spendable = spendable
                .checked_add(balance.spendable)
                .unwrap_or(Amount::most(unit));
            pending = pending
                .checked_add(balance.pending)
                .unwrap_or(Amount::most(unit));
        }
        Ok((spendable, pending))
    }

    /// The purse named, or the one a new amount of `unit` would go to: the fullest.
    pub(crate) async fn choose_purse(
        &self,
        named: Option<&PurseId>,
        unit: Option<Unit>,
    ) -> Result<Option<Purse>, StoreTrouble> {
        if let Some(id) = named {
            return self.ecash.purse(id).await.map_err(files);
        }
        let unit = unit.unwrap_or(Unit::Sat);
        let fitting = self
            .balance()
            .await?
            .into_iter()
            .filter(|balance| balance.purse.unit == unit);
        Ok(fitting
            .max_by_key(|balance| balance.spendable.value())
            .map(|balance| balance.purse))
    }
}

pub(crate) async fn balances(ecash: &Ecash) -> Result<Vec<PurseBalance>, StoreTrouble> {
    let mut balances = Vec::new();
    for purse in ecash.purses().await.map_err(files)? {
        let PurseFunds { spendable, pending } = ecash.funds(&purse).await.map_err(files)?;
        balances.push(PurseBalance {
            purse,
            spendable,
            pending,
        });
    }
    Ok(balances)
}

pub(crate) fn files(trouble: Trouble) -> StoreTrouble {
    match trouble {
        Trouble::Store(what) => StoreTrouble(what),
        other => StoreTrouble::of(&other),
    }
}

fn choose_unit(card: &IssuerCard, wanted: Option<Unit>) -> Result<Unit, IssuerError> {
    let units: Vec<Unit> = card.units.iter().map(|unit| unit.unit).collect();
    match (wanted, units.as_slice()) {
        (Some(unit), kept) if kept.contains(&unit) => Ok(unit),
        (Some(unit), _) => Err(IssuerError::NoSuchUnit { unit }),
        (None, kept) if kept.contains(&Unit::Sat) => Ok(Unit::Sat),
        (None, [only]) => Ok(*only),
        (None, _) => Err(IssuerError::WhichUnit { units }),
    }
}
