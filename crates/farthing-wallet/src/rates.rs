//! The currency a person thinks in, and what a bitcoin is worth in it.
//!
//! A rate is asked for when the person looks at their money or at the rate itself, at most every
//! ten minutes, and never by a review or a payment: a source that could see when somebody pays
//! would learn too much. What is kept is the rate, never a converted amount.

mod then;

use std::collections::BTreeSet;

use farthing_money::{Amount, Currency, Fiat, Rate};
use farthing_rails::rates::{Doubt, Known, Places, ask, judge};
use farthing_vault::Mark;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::purses::files;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

pub use then::Then;

/// The kind of document everything about rates is kept as.
const RATES: &str = "rates";
/// The document that says which currency.
const CHOSEN: &str = "currency";
/// A rate is asked for again after this.
const ASK_AGAIN_MS: u64 = 10 * 60 * 1000;
/// And after this, where nobody had one.
const TRY_AGAIN_MS: u64 = 60 * 1000;

/// What a bitcoin is worth, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoingRate {
    /// The rate.
    pub rate: Rate,
    /// Of when, in milliseconds since 1970.
    pub as_of_ms: u64,
    /// The sources it is the middle of.
    pub sources: Vec<String>,
}

impl GoingRate {
    /// What an amount is worth at this rate, to be shown beside it.
    #[must_use]
    pub fn worth(&self, amount: Amount) -> Option<Fiat> {
        self.rate.worth(amount)
    }

    /// The satoshis a figure somebody typed buys.
    #[must_use]
    pub fn buys(&self, fiat: Fiat) -> Option<Amount> {
        self.rate.buys(fiat)
    }
}

impl From<Known> for GoingRate {
    fn from(known: Known) -> Self {
        Self {
            rate: known.rate,
            as_of_ms: known.as_of_ms,
            sources: known.sources,
        }
    }
}

/// What there is to say about the rate now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateNow {
    /// The currency.
    pub currency: Currency,
    /// The rate that is shown; none when the last one is older than a day.
    pub rate: Option<GoingRate>,
    /// Why it is not what the sources say now.
    pub doubt: Option<RateDoubt>,
    /// Sources whose rate was too far from the others'.
    pub left_out: Vec<String>,
}

/// Why the rate shown is not what the sources say now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateDoubt {
    /// Nobody answered.
    NoSource,
    /// The sources do not agree.
    SourcesDisagree,
    /// It moved by more than a tenth at once.
    Jump,
}

impl RateDoubt {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSource => "no_source",
            Self::SourcesDisagree => "sources_disagree",
            Self::Jump => "jump",
        }
    }
}

impl From<Doubt> for RateDoubt {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Nobody => Self::NoSource,
            Doubt::Disagree => Self::SourcesDisagree,
            Doubt::Jump => Self::Jump,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Chosen {
    currency: Currency,
}

/// What is kept for a currency.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    known: Option<Known>,
    asked_ms: u64,
    doubt: Option<RateDoubt>,
    left_out: Vec<String>,
}

impl Kept {
    fn is_due(&self, now_ms: u64) -> bool {
        let patience = match self.doubt {
            Some(RateDoubt::NoSource) => TRY_AGAIN_MS,
            _ => ASK_AGAIN_MS,
        };
        // A clock that was set back must not keep an old rate for ever.
        now_ms.abs_diff(self.asked_ms) >= patience
    }
}

fn key(currency: Currency) -> String {
    format!("of {currency}")
}

impl Wallet {
    /// The currency the person thinks in, if they chose one.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn currency(&self) -> Result<Option<Currency>, StoreTrouble> {
        Ok(self.kept::<Chosen>(CHOSEN)?.map(|chosen| chosen.currency))
    }

    /// Chooses a currency, or none: then nobody is asked for rates any more. Asks nobody yet.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn choose_currency(&self, currency: Option<Currency>) -> Result<(), StoreTrouble> {
        match currency {
            Some(currency) => self.keep(CHOSEN, &Chosen { currency }),
            None => {
                self.history().remove_document(RATES, CHOSEN)?;
                Ok(())
            }
        }
    }

    /// The rate of the chosen currency as it is known, nobody asked; none when it is older than a
    /// day or no currency is chosen.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn going_rate(&self) -> Result<Option<GoingRate>, StoreTrouble> {
        match self.currency()? {
            Some(currency) => self.known_rate(currency),
            None => Ok(None),
        }
    }

    pub(crate) fn known_rate(&self, currency: Currency) -> Result<Option<GoingRate>, StoreTrouble> {
        let known = self
            .kept::<Kept>(&key(currency))?
            .and_then(|kept| kept.known);
        Ok(known
            .filter(|known| !known.is_stale(now_ms()))
            .map(Into::into))
    }

    /// The rate of the chosen currency, asked for anew if it is due. Also asks for the currencies
    /// the purses count in, for what their issuers' rates are measured by.
    ///
    /// # Errors
    /// [`StoreTrouble`]. Sources that do not answer are no error, but a [`RateDoubt`].
    pub async fn rate_now(&self) -> Result<Option<RateNow>, StoreTrouble> {
        let Some(chosen) = self.currency()? else {
            return Ok(None);
        };
        let due = self
            .kept::<Kept>(&key(chosen))?
            .is_none_or(|kept| kept.is_due(now_ms()));
        if due {
            self.ask_rates(chosen).await?;
        }
        let kept: Kept = self.kept(&key(chosen))?.unwrap_or_default();
        Ok(Some(RateNow {
            currency: chosen,
            rate: self.known_rate(chosen)?,
            doubt: kept.doubt,
            left_out: kept.left_out,
        }))
    }

    async fn ask_rates(&self, chosen: Currency) -> Result<(), StoreTrouble> {
        let places = match self.mark() {
            Mark::Real => Places::Public,
            Mark::Practice { .. } => Places::Town(self.practice_rates().await),
        };
        let mut currencies = BTreeSet::from([chosen]);
        let purses = self.ecash.purses().await.map_err(files)?;
        currencies.extend(purses.iter().filter_map(|purse| purse.unit.currency()));
        let currencies: Vec<Currency> = currencies.into_iter().collect();
        let readings = ask(self.ecash.gate(), &places, &currencies, now_ms()).await;
        let now = now_ms();
        for currency in currencies {
            let ours: Vec<_> = readings
                .iter()
                .filter(|reading| reading.rate.currency() == currency)
                .cloned()
                .collect();
            let last: Kept = self.kept(&key(currency))?.unwrap_or_default();
            let verdict = judge(&ours, last.known.as_ref(), now);
            if let (Some(known), None) = (&verdict.known, verdict.doubt) {
                self.remember_rate(known.rate, now)?;
            }
            let kept = Kept {
                known: verdict.known,
                asked_ms: now,
                doubt: verdict.doubt.map(Into::into),
                left_out: verdict.left_out.into_iter().map(str::to_owned).collect(),
            };
            self.keep(&key(currency), &kept)?;
        }
        Ok(())
    }

    fn kept<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreTrouble> {
        let Some(document) = self.history().document(RATES, key)? else {
            return Ok(None);
        };
        // Settings of a newer version, or damaged ones, are none: a rate is only shown.
        Ok(serde_json::from_slice(&document.body).ok())
    }

    fn keep<T: Serialize>(&self, key: &str, value: &T) -> Result<(), StoreTrouble> {
        let body = serde_json::to_vec(value)?;
        let mut history = self.history();
        let version = history.document(RATES, key)?.map(|found| found.version);
        history.put_document(RATES, key, version, &body)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
