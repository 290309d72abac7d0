//! What an amount was worth when it moved: by the last rate known at that moment.

use std::collections::HashMap;

use farthing_money::{Amount, Currency, Fiat, Rate};
use serde::{Deserialize, Serialize};

use super::RATES;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Rates kept for a day are at least so far apart.
const APART_MS: u64 = 20 * 60 * 1000;
/// Most rates kept for a day.
const MOST_A_DAY: usize = 72;

/// The rates known on one day, the earliest first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Day {
    rates: Vec<(u64, Rate)>,
}

fn key(currency: Currency, day: u64) -> String {
    format!("{currency} on day {day}")
}

fn day_of(at_ms: u64) -> u64 {
    at_ms.checked_div(DAY_MS).unwrap_or(0)
}

/// Looks up what amounts were worth when they moved. Nobody is asked.
#[derive(Debug)]
pub struct Then<'a> {
    wallet: &'a Wallet,
    currency: Currency,
    days: HashMap<u64, Day>,
    /// Every day there is is in `days`.
    complete: bool,
}

impl Then<'_> {
    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// What an amount was worth at a moment; none where no rate of the day before it is known.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn worth(&mut self, amount: Amount, at_ms: u64) -> Result<Option<Fiat>, StoreTrouble> {
        if let Some(itself) = amount.unit().currency() {
            // A unit that counts this currency needs no rate, one that counts another has none.
            let same = (itself == self.currency).then(|| Fiat::new(amount.value(), itself));
            return Ok(same.flatten());
        }
        Ok(self.rate(at_ms)?.and_then(|(_, rate)| rate.worth(amount)))
    }

    /// The last rate that was known at a moment, and of when, if it was not a day old.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn rate(&mut self, at_ms: u64) -> Result<Option<(u64, Rate)>, StoreTrouble> {
        for day in [day_of(at_ms), day_of(at_ms).saturating_sub(1)] {
            let before = |(known_ms, _): &&(u64, Rate)| *known_ms <= at_ms;
            let last = self.day(day)?.rates.iter().rev().find(before).copied();
            if let Some((known_ms, rate)) = last {
                let recent = at_ms.saturating_sub(known_ms) <= DAY_MS;
                return Ok(recent.then_some((known_ms, rate)));
            }
        }
        Ok(None)
    }

    /// Reads every day there is, so that nothing is read any more while the journal is.
    pub(crate) fn read_all(&mut self) -> Result<(), StoreTrouble> {
        let documents = self.wallet.history().documents(RATES)?;
        let start = key(self.currency, 0);
        let start = start.trim_end_matches('0');
        for document in documents {
            let day = document.key.strip_prefix(start);
            if let Some(day) = day.and_then(|day| day.parse().ok())
                && let Ok(rates) = serde_json::from_slice(&document.body)
            {
                self.days.insert(day, rates);
            }
        }
        self.complete = true;
        Ok(())
    }

    fn day(&mut self, day: u64) -> Result<&Day, StoreTrouble> {
        if !self.days.contains_key(&day) {
            let kept = if self.complete {
                None
            } else {
                self.wallet.kept(&key(self.currency, day))?
            };
            self.days.insert(day, kept.unwrap_or_default());
        }
        self.days
            .get(&day)
            .ok_or_else(|| StoreTrouble("a record is missing".into()))
    }
}

impl Wallet {
    /// What amounts were worth when they moved, in the chosen currency.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn then(&self) -> Result<Option<Then<'_>>, StoreTrouble> {
        Ok(self.currency()?.map(|currency| Then {
            wallet: self,
            currency,
            days: HashMap::new(),
            complete: false,
        }))
    }

    pub(crate) fn remember_rate(&self, rate: Rate, now_ms: u64) -> Result<(), StoreTrouble> {
        let key = key(rate.currency(), day_of(now_ms));
        let mut day: Day = self.kept(&key)?.unwrap_or_default();
        let soon = day
            .rates
            .last()
            .is_some_and(|(last, _)| now_ms.saturating_sub(*last) < APART_MS);
        if soon || day.rates.len() >= MOST_A_DAY {
            return Ok(());
        }
        day.rates.push((now_ms, rate));
        self.keep(&key, &day)
    }
}
