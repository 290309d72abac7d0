//! `rates`: what money of ours is worth in the currency a person thinks in. Only ever shown.

use farthing_money::{Amount, Fiat};
use farthing_wallet as wallet;
use serde::Serialize;

use crate::time::At;

/// What something is worth in a currency: a figure to show beside the money, never money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FiatReport {
    /// In the currency's smallest pieces, as decimal digits.
    pub value: String,
    /// Its three letters (ISO 4217).
    pub currency: String,
    /// How many of the digits are decimals.
    pub decimals: u32,
    /// Of when the rate is.
    #[cfg_attr(test, ts(type = "At"))]
    pub as_of: At,
    /// Who the rate is of.
    pub sources: Vec<String>,
}

impl FiatReport {
    /// A figure at a rate.
    #[must_use]
    pub fn of(fiat: Fiat, as_of_ms: u64, sources: &[String]) -> Self {
        Self {
            value: fiat.pieces().to_string(),
            currency: fiat.currency().to_string(),
            decimals: fiat.currency().decimals(),
            as_of: At::ms(as_of_ms),
            sources: sources.to_vec(),
        }
    }

    /// What an amount is worth at a rate, if it is worth anything in its currency.
    #[must_use]
    pub fn at(rate: &wallet::GoingRate, amount: Amount) -> Option<Self> {
        let worth = rate.worth(amount)?;
        Some(Self::of(worth, rate.as_of_ms, &rate.sources))
    }

    /// For people: `about 4.31 EUR`; what is worth less than a cent says so.
    #[must_use]
    pub fn about(&self, amount: Amount) -> String {
        let figure = |value: &str| -> Option<String> {
            let fiat = Fiat::new(value.parse().ok()?, self.currency.parse().ok()?)?;
            Some(fiat.to_string())
        };
        if self.value == "0" && !amount.is_zero() {
            return format!("less than {}", figure("1").unwrap_or_default());
        }
        format!("about {}", figure(&self.value).unwrap_or_default())
    }
}

/// The currency, and what a bitcoin is worth in it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RateReport {
    /// The currency that was chosen; without one nobody is asked.
    pub currency: Option<String>,
    /// How many decimals it has.
    pub decimals: Option<u32>,
    /// What a bitcoin is worth, as a decimal number; none when nothing is known that is not a day
    /// old.
    pub rate: Option<String>,
    /// Of when that is.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub as_of: Option<At>,
    /// Whose rates agreed on it.
    pub sources: Vec<String>,
    /// Whose rates were too far from the others'.
    pub left_out: Vec<String>,
    /// Why it is not what the sources say now: `no_source`, `sources_disagree` or `jump`.
    pub doubt: Option<String>,
}

impl From<Option<&wallet::RateNow>> for RateReport {
    fn from(now: Option<&wallet::RateNow>) -> Self {
        let rate = now.and_then(|now| now.rate.as_ref());
        Self {
            currency: now.map(|now| now.currency.to_string()),
            decimals: now.map(|now| now.currency.decimals()),
            rate: rate.map(|going| number(&going.rate)),
            as_of: rate.map(|going| At::ms(going.as_of_ms)),
            sources: rate.map_or_else(Vec::new, |going| going.sources.clone()),
            left_out: now.map_or_else(Vec::new, |now| now.left_out.clone()),
            doubt: now
                .and_then(|now| now.doubt)
                .map(|doubt| doubt.name().to_owned()),
        }
    }
}

/// A figure somebody typed, and the money it comes to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConvertedReport {
    /// What was typed.
    pub fiat: FiatReport,
    /// What it comes to, to the nearest satoshi: this is what moves, when it is paid.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
    /// What that is worth again.
    pub worth: FiatReport,
}

impl ConvertedReport {
    /// A figure at a rate; none where the rate is of another currency.
    #[must_use]
    pub fn of(rate: &wallet::GoingRate, fiat: Fiat) -> Option<Self> {
        let amount = rate.buys(fiat)?;
        Some(Self {
            fiat: FiatReport::of(fiat, rate.as_of_ms, &rate.sources),
            amount,
            worth: FiatReport::at(rate, amount)?,
        })
    }
}

/// What rate an issuer turns one unit into another at.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConversionReport {
    /// The currency both rates are in.
    pub currency: String,
    /// What a bitcoin costs at this issuer's price, as a decimal number.
    pub implied: String,
    /// What a bitcoin is worth elsewhere; none where nobody is known to say.
    pub going: Option<String>,
    /// How much of the price is above that, in hundredths of a percent, rounded up.
    pub above_basis_points: Option<u64>,
    /// Of when the going rate is.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub as_of: Option<At>,
    /// Who it is of.
    pub sources: Vec<String>,
}

impl From<&wallet::Conversion> for ConversionReport {
    fn from(conversion: &wallet::Conversion) -> Self {
        let going = conversion.going.as_ref();
        Self {
            currency: conversion.implied.currency().to_string(),
            implied: number(&conversion.implied),
            going: going.map(|going| number(&going.rate)),
            above_basis_points: conversion.above_basis_points,
            as_of: going.map(|going| At::ms(going.as_of_ms)),
            sources: going.map_or_else(Vec::new, |going| going.sources.clone()),
        }
    }
}

fn number(rate: &farthing_money::Rate) -> String {
    let text = rate.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn going() -> wallet::GoingRate {
        wallet::GoingRate {
            rate: "86210.1 EUR".parse().unwrap(),
            as_of_ms: 1_795_303_500_000,
            sources: vec!["coinbase".into(), "kraken".into()],
        }
    }

    #[test]
    fn a_figure_says_its_currency_its_age_and_its_sources() {
        let report = FiatReport::at(&going(), Amount::sat(1_000)).unwrap();
        assert_eq!(
            serde_json::to_value(&report).unwrap(),
            serde_json::json!({
                "value": "86",
                "currency": "EUR",
                "decimals": 2,
                "as_of": "2026-11-21T23:25:00Z",
                "sources": ["coinbase", "kraken"],
            })
        );
        assert_eq!(report.about(Amount::sat(1_000)), "about 0.86 EUR");
        let little = FiatReport::at(&going(), Amount::sat(1)).unwrap();
        assert_eq!(little.about(Amount::sat(1)), "less than 0.01 EUR");
        assert_eq!(little.about(Amount::sat(0)), "about 0.00 EUR");
        assert_eq!(FiatReport::at(&going(), Amount::usd_cents(5)), None);
    }

    #[test]
    fn what_was_typed_is_shown_as_what_moves_and_what_that_is_worth() {
        let euro = "EUR".parse().unwrap();
        let typed = Fiat::parse("5", euro).unwrap();
        let report = ConvertedReport::of(&going(), typed).unwrap();
        assert_eq!(report.amount, Amount::sat(5_800));
        assert_eq!(
            (report.fiat.value, report.worth.value),
            ("500".into(), "500".into())
        );
    }

    #[test]
    fn without_a_currency_there_is_no_rate() {
        let report = RateReport::from(None);
        assert_eq!((report.currency, report.rate), (None, None));
    }
}
