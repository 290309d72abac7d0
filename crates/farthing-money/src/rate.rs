//! What one bitcoin is worth in a currency, exactly.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::currency::Currency;
use crate::fiat::Fiat;
use crate::unit::Unit;

/// Decimals a rate is kept with: it counts millionths of the currency for one bitcoin.
const DECIMALS: usize = 6;
/// Millionths in one.
const ONE: u128 = 1_000_000;
const MSAT_PER_BITCOIN: u128 = 100_000_000_000;
/// All of a rate, in basis points.
const WHOLE: u128 = 10_000;
/// A bitcoin above this is a mistake in any currency there is.
const MOST: u64 = 1_000_000_000_000_000_000;

/// So many millionths of a currency for one bitcoin: an exact fraction, never zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RateParts", into = "RateParts")]
pub struct Rate {
    millionths: u64,
    currency: Currency,
}

impl Rate {
    /// Reads a decimal number like `87654.32`; what is finer than a millionth is cut off. No
    /// sign, no exponent, no grouping.
    #[must_use]
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        if text.len() > 40 {
            return None;
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        let fraction = fraction.get(..DECIMALS).unwrap_or(fraction);
        let millionths: u64 = format!("{whole}{fraction:0<DECIMALS$}").parse().ok()?;
        Self::of(u128::from(millionths), currency)
    }

    fn of(millionths: u128, currency: Currency) -> Option<Self> {
        let millionths = u64::try_from(millionths).ok()?;
        (1..=MOST).contains(&millionths).then_some(Self {
            millionths,
            currency,
        })
    }

    /// The rate at which somebody sells `msat` for `price`, which is in `usd` or `eur`.
    #[must_use]
    pub fn implied(price: Amount, msat: u64) -> Option<Self> {
        let currency = currency_of(price.unit())?;
        let millionths = u128::from(price.value())
            .checked_mul(ONE)?
            .checked_mul(MSAT_PER_BITCOIN)?
            .checked_div(u128::from(currency.pieces()))?
            .checked_div(u128::from(msat))?;
        Self::of(millionths, currency)
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// What an amount is worth, to the nearest piece of the currency. Only bitcoin, and a
    /// currency's own unit, are worth anything in it.
    #[must_use]
    pub fn worth(self, amount: Amount) -> Option<Fiat> {
        if currency_of(amount.unit()) == Some(self.currency) {
            return Fiat::new(amount.value(), self.currency);
        }
        let msat = amount.to_msat().ok()?.value();
        let pieces = self.pieces_of(msat)?;
        Fiat::new(u64::try_from(pieces).ok()?, self.currency)
    }

    /// What `msat` is worth in this rate's own unit of e-cash, a started piece counting as one;
    /// none where there is no such unit.
    #[must_use]
    pub fn worth_rounded_up(self, msat: u64) -> Option<Amount> {
        let unit = unit_of(self.currency)?;
        let pieces = self
            .numerator(msat)?
            .div_ceil(MSAT_PER_BITCOIN.checked_mul(ONE)?);
        Amount::new(u64::try_from(pieces).ok()?, unit).ok()
    }

    /// The millisatoshis an amount of this rate's own unit of e-cash is worth, a started one
    /// counting as one. For comparing: what is charged is never worked out with a going rate.
    #[must_use]
    pub fn in_msat(self, amount: Amount) -> Option<u64> {
        if currency_of(amount.unit()) != Some(self.currency) {
            return None;
        }
        let price = u128::from(self.millionths).checked_mul(u128::from(self.currency.pieces()))?;
        let msat = u128::from(amount.value())
            .checked_mul(MSAT_PER_BITCOIN)?
            .checked_mul(ONE)?
            .div_ceil(price);
        u64::try_from(msat).ok()
    }

    fn numerator(self, msat: u64) -> Option<u128> {
        u128::from(msat)
            .checked_mul(u128::from(self.millionths))?
            .checked_mul(u128::from(self.currency.pieces()))
    }

    fn pieces_of(self, msat: u64) -> Option<u128> {
        let one = MSAT_PER_BITCOIN.checked_mul(ONE)?;
        self.numerator(msat)?
            .checked_add(one.checked_div(2)?)?
            .checked_div(one)
    }

    /// The satoshis a figure buys at this rate, to the nearest one.
    #[must_use]
    pub fn buys(self, fiat: Fiat) -> Option<Amount> {
        if fiat.currency() != self.currency {
            return None;
        }
        let sat_per_bitcoin = MSAT_PER_BITCOIN.checked_div(1_000)?;
        let price = u128::from(self.millionths).checked_mul(u128::from(self.currency.pieces()))?;
        let sat = u128::from(fiat.pieces())
            .checked_mul(sat_per_bitcoin)?
            .checked_mul(ONE)?
            .checked_add(price.checked_div(2)?)?
            .checked_div(price)?;
        Amount::new(u64::try_from(sat).ok()?, Unit::Sat).ok()
    }

    /// How far this rate is above `other`, in basis points, rounded up; nothing when it is not.
    #[must_use]
    pub fn above(self, other: Self) -> Option<u64> {
        if self.currency != other.currency {
            return None;
        }
        let more = self.millionths.saturating_sub(other.millionths);
        let part = u128::from(more)
            .checked_mul(WHOLE)?
            .div_ceil(u128::from(other.millionths));
        u64::try_from(part).ok()
    }

    /// How far two rates of one currency are apart, in basis points of `self`, rounded up.
    #[must_use]
    pub fn apart(self, other: Self) -> Option<u64> {
        if self.currency != other.currency {
            return None;
        }
        let apart = self.millionths.abs_diff(other.millionths);
        let part = u128::from(apart)
            .checked_mul(WHOLE)?
            .div_ceil(u128::from(self.millionths));
        u64::try_from(part).ok()
    }

    /// The middle of some rates of one currency; between two middle ones, half-way.
    #[must_use]
    pub fn median(rates: &[Self]) -> Option<Self> {
        let first = rates.first()?;
        if rates.iter().any(|rate| rate.currency != first.currency) {
            return None;
        }
        let mut sorted: Vec<u64> = rates.iter().map(|rate| rate.millionths).collect();
        sorted.sort_unstable();
        let middle = sorted.len() / 2;
        let high = u128::from(*sorted.get(middle)?);
        let low = if sorted.len().is_multiple_of(2) {
            u128::from(*sorted.get(middle.checked_sub(1)?)?)
        } else {
            high
        };
        Self::of(low.checked_add(high)? / 2, first.currency)
    }
}

/// The currency a unit of e-cash counts.
fn currency_of(unit: Unit) -> Option<Currency> {
    match unit {
        Unit::Usd => "USD".parse().ok(),
        Unit::Eur => "EUR".parse().ok(),
        Unit::Sat | Unit::Msat | Unit::Other(_) => None,
    }
}

/// The unit of e-cash that counts a currency.
fn unit_of(currency: Currency) -> Option<Unit> {
    match currency.code() {
        "USD" => Some(Unit::Usd),
        "EUR" => Some(Unit::Eur),
        _ => None,
    }
}

impl Unit {
    /// The currency this unit counts, if it is one.
    #[must_use]
    pub fn currency(self) -> Option<Currency> {
        currency_of(self)
    }
}

/// The number alone, without needless zeros: `87654.32`.
fn number(millionths: u64) -> String {
    let millionths = u128::from(millionths);
    let (whole, rest) = (millionths / ONE, millionths % ONE);
    let rest = format!("{rest:0DECIMALS$}");
    match rest.trim_end_matches('0') {
        "" => whole.to_string(),
        rest => format!("{whole}.{rest}"),
    }
}

/// For people: `87654.32 EUR`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", number(self.millionths), self.currency)
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rate({self})")
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    /// Reads what [`Rate`] shows.
    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (number, currency) = text.split_once(' ').ok_or(NotARate)?;
        let currency = currency.parse().map_err(|_| NotARate)?;
        Self::parse(number, currency).ok_or(NotARate)
    }
}

/// This is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no rate")]
pub struct NotARate;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateParts {
    bitcoin: String,
    currency: Currency,
}

impl From<Rate> for RateParts {
    fn from(rate: Rate) -> Self {
        Self {
            bitcoin: number(rate.millionths),
            currency: rate.currency,
        }
    }
}

impl TryFrom<RateParts> for Rate {
    type Error = NotARate;

    fn try_from(parts: RateParts) -> Result<Self, NotARate> {
        Self::parse(&parts.bitcoin, parts.currency).ok_or(NotARate)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[test]
    fn an_amount_is_worth_what_the_rate_says_to_the_nearest_piece() {
        for (at, amount, worth) in [
            ("87654.32 EUR", Amount::sat(21), "0.02 EUR"),
            ("87654.32 EUR", Amount::sat(5), "0.00 EUR"),
            ("87654.32 EUR", Amount::sat(6), "0.01 EUR"),
            ("87654.32 EUR", Amount::msat(5_704), "0.00 EUR"),
            ("87654.32 EUR", Amount::msat(5_705), "0.01 EUR"),
            ("13500000 JPY", Amount::sat(1_000), "135 JPY"),
            ("26900.5 KWD", Amount::sat(100), "0.027 KWD"),
            ("87654.32 USD", Amount::usd_cents(150), "1.50 USD"),
        ] {
            assert_eq!(rate(at).worth(amount).unwrap().to_string(), worth);
        }
        assert_eq!(rate("87654.32 EUR").worth(Amount::usd_cents(1)), None);
        let beans = "beans".parse().unwrap();
        assert_eq!(rate("87654.32 EUR").worth(Amount::small(1, beans)), None);
    }

    #[test]
    fn a_figure_buys_so_many_satoshis_to_the_nearest_one() {
        let buys = |text: &str, at: &str| {
            let rate = rate(at);
            rate.buys(Fiat::parse(text, rate.currency()).unwrap())
        };
        assert_eq!(buys("1", "100000 EUR"), Some(Amount::sat(1_000)));
        assert_eq!(buys("0.01", "87654.32 EUR"), Some(Amount::sat(11)));
        assert_eq!(buys("100", "13500000 JPY"), Some(Amount::sat(741)));
        let euro = Fiat::parse("1", "EUR".parse().unwrap()).unwrap();
        assert_eq!(rate("87654.32 USD").buys(euro), None);
    }

    #[test]
    fn the_rate_an_issuer_sells_at_is_in_its_price() {
        // 53 cents for 500 sat: 106 000 dollars for a bitcoin.
        let implied = Rate::implied(Amount::usd_cents(53), 500_000).unwrap();
        assert_eq!(implied, rate("106000 USD"));
        assert_eq!(implied.above(rate("100000 USD")), Some(600));
        assert_eq!(implied.above(rate("110000 USD")), Some(0));
        assert_eq!(implied.above(rate("100000 EUR")), None);
        assert_eq!(Rate::implied(Amount::sat(5), 5_000), None);
        assert_eq!(Rate::implied(Amount::usd_cents(5), 0), None);
        let worth = rate("100000 USD").worth_rounded_up(500_001);
        assert_eq!(worth, Some(Amount::usd_cents(51)));
    }

    #[test]
    fn an_amount_of_a_currency_is_worth_so_many_millisatoshis() {
        let dollars = rate("100000 USD");
        assert_eq!(dollars.in_msat(Amount::usd_cents(53)), Some(530_000));
        assert_eq!(
            rate("99999 USD").in_msat(Amount::usd_cents(1)),
            Some(10_001)
        );
        assert_eq!(dollars.in_msat(Amount::sat(53)), None);
        assert_eq!(rate("100000 EUR").in_msat(Amount::usd_cents(53)), None);
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        let euro: Currency = "EUR".parse().unwrap();
        for text in [
            "",
            "0",
            "0.0000001",
            "-1",
            "+1",
            "1e5",
            "1,000",
            ".5",
            "NaN",
            "1 ",
            &"9".repeat(19),
        ] {
            assert_eq!(Rate::parse(text, euro), None, "{text}");
        }
    }

    #[test]
    fn the_middle_is_between_the_two_middle_ones() {
        let all = |numbers: &[&str]| {
            let rates: Vec<_> = numbers
                .iter()
                .map(|number| Rate::parse(number, "EUR".parse().unwrap()).unwrap())
                .collect();
            Rate::median(&rates).map(|rate| rate.to_string())
        };
        assert_eq!(all(&[]), None);
        assert_eq!(all(&["3", "1", "2"]).unwrap(), "2 EUR");
        assert_eq!(all(&["4", "1", "2", "3"]).unwrap(), "2.5 EUR");
        assert_eq!(Rate::median(&[rate("1 EUR"), rate("1 USD")]), None);
    }

    proptest! {
        #[test]
        fn a_kept_rate_reads_back_the_same(millionths in 1..=MOST) {
            let rate = Rate::of(u128::from(millionths), "KES".parse().unwrap()).unwrap();
            let json = serde_json::to_string(&rate).unwrap();
            prop_assert_eq!(serde_json::from_str::<Rate>(&json).unwrap(), rate);
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }

        #[test]
        fn what_a_figure_buys_is_worth_it_to_within_a_satoshi(
            pieces in 1..=10_000_000_u64, millionths in 1_000_000_000..=1_000_000_000_000_000_u64,
        ) {
            let rate = Rate::of(u128::from(millionths), "EUR".parse().unwrap()).unwrap();
            let fiat = Fiat::new(pieces, rate.currency()).unwrap();
            let sat = rate.buys(fiat).unwrap();
            let worth = rate.worth(sat).unwrap();
            let one = rate.worth(Amount::sat(1)).unwrap();
            prop_assert!(worth.pieces().abs_diff(pieces) <= one.pieces() + 1);
        }

        #[test]
        fn no_amount_makes_a_rate_panic(
            value in any::<u64>(), millionths in 1..=MOST, code in prop::sample::select(vec!["EUR", "JPY", "KWD"]),
        ) {
            let rate = Rate::of(u128::from(millionths), code.parse().unwrap()).unwrap();
            for unit in [Unit::Sat, Unit::Msat] {
                if let Ok(amount) = Amount::new(value, unit) {
                    let _ = (rate.worth(amount), Rate::implied(amount, value));
                }
            }
            let _ = rate.worth_rounded_up(value);
            if let Ok(amount) = Amount::new(value, Unit::Eur) {
                let _ = rate.in_msat(amount);
            }
        }
    }
}
