//! Reading amounts as people write them.

use crate::amount::{Amount, AmountError};
use crate::unit::{Unit, UnitName};

/// The most bytes an amount in writing may have.
pub const LONGEST_TEXT: usize = 64;

const BITCOIN_DECIMALS: u32 = 8;

/// What one whole of the written number is.
#[derive(Clone, Copy)]
enum Denomination {
    /// The unit as people say it: satoshis, but dollars rather than cents.
    Named(Unit),
    /// A hundred million satoshis.
    Bitcoin,
    /// `₿`, which some read as bitcoin and some as satoshis.
    BitcoinSign,
}

impl Denomination {
    fn of_symbol(symbol: char) -> Option<Self> {
        match symbol {
            '$' => Some(Self::Named(Unit::Usd)),
            '€' => Some(Self::Named(Unit::Eur)),
            '₿' => Some(Self::BitcoinSign),
            _ => None,
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        // "Msat" and "MSAT" may mean a million satoshis to someone, a
        // thousand million times as much: only the plain spelling counts.
        if matches!(word, "msat" | "msats") {
            return Some(Self::Named(Unit::Msat));
        }
        match word.to_ascii_lowercase().as_str() {
            "sat" | "sats" | "satoshi" | "satoshis" => Some(Self::Named(Unit::Sat)),
            "usd" => Some(Self::Named(Unit::Usd)),
            "eur" => Some(Self::Named(Unit::Eur)),
            "btc" => Some(Self::Bitcoin),
            _ => None,
        }
    }

    fn unit(self) -> Unit {
        match self {
            Self::Named(unit) => unit,
            Self::Bitcoin | Self::BitcoinSign => Unit::Sat,
        }
    }

    fn decimals(self) -> u32 {
        match self {
            Self::Named(unit) => unit.decimals(),
            Self::Bitcoin | Self::BitcoinSign => BITCOIN_DECIMALS,
        }
    }
}

impl Amount {
    /// Reads what a person wrote: `21 sat`, `0.000021 BTC`, `$1.01`, `1.01 usd`, `€2`,
    /// `7 beans`, or a bare `21`.
    ///
    /// A bare number counts the smallest pieces of `default`, as everywhere between
    /// programs: `101` by default `usd` is `$1.01`. A number with a currency's name or
    /// sign counts the currency: `101 usd` is `$101.00`. Whatever could be read in
    /// two ways (a bare fraction, `₿21`, `1,000`) is refused rather than guessed.
    pub fn parse(text: &str, default: Unit) -> Result<Self, ParseAmountError> {
        if text.len() > LONGEST_TEXT {
            return Err(ParseAmountError::TooLong { bytes: text.len() });
        }
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if text.is_empty() {
            return Err(ParseAmountError::Empty);
        }

        let (before, rest) = leading_symbol(text);
        let rest = if before.is_some() {
            without_one_space(rest)
        } else {
            rest
        };
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        if number.is_empty() && rest.starts_with(['+', '-', '\u{2212}']) {
            return Err(ParseAmountError::Signed);
        }
        let (whole, fraction) = split_number(number)?;
        let after = denomination_after(tail)?;

        let denomination = match (before, after) {
            (Some(_), Some(_)) => return Err(ParseAmountError::TwoUnits),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) if fraction.is_empty() => {
                return count(whole, "", 0, default);
            }
            (None, None) => return Err(ParseAmountError::BareFraction { default }),
        };
        if matches!(denomination, Denomination::BitcoinSign) && fraction.is_empty() {
            return Err(ParseAmountError::AmbiguousBitcoin);
        }
        count(
            whole,
            fraction,
            denomination.decimals(),
            denomination.unit(),
        )
    }
}

fn leading_symbol(text: &str) -> (Option<Denomination>, &str) {
    let mut chars = text.chars();
    match chars.next().and_then(Denomination::of_symbol) {
        Some(denomination) => (Some(denomination), chars.as_str()),
        None => (None, text),
    }
}

fn without_one_space(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}

/// The digits before and after the point, of a number without needless zeros.
fn split_number(number: &str) -> Result<(&str, &str), ParseAmountError> {
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return Err(ParseAmountError::NotPlain),
        Some(parts) => parts,
        None => (number, ""),
    };
    let needless_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || needless_zero || fraction.contains('.') {
        return Err(ParseAmountError::NotPlain);
    }
    Ok((whole, fraction))
}

fn denomination_after(tail: &str) -> Result<Option<Denomination>, ParseAmountError> {
    if tail.is_empty() {
        return Ok(None);
    }
    let word = without_one_space(tail);
    let apart = word.len() < tail.len();
    let mut chars = word.chars();
    let first = chars.next();
    if let Some(symbol) = first.and_then(Denomination::of_symbol) {
        return match chars.next() {
            None => Ok(Some(symbol)),
            Some(_) => Err(ParseAmountError::UnknownUnit),
        };
    }
    if !first.is_some_and(|c| c.is_ascii_alphabetic()) {
        return Err(ParseAmountError::NotPlain);
    }
    if let Some(denomination) = Denomination::of_word(word) {
        return Ok(Some(denomination));
    }
    // Without the space, `21e5` or `0x15` would be so many of a unit `e5` or `x15`.
    match UnitName::new(word) {
        Ok(name) if apart => Ok(Some(Denomination::Named(Unit::Other(name)))),
        _ => Err(ParseAmountError::UnknownUnit),
    }
}

/// The number in the unit's smallest pieces, `decimals` of its digits being fraction.
fn count(
    whole: &str,
    fraction: &str,
    decimals: u32,
    unit: Unit,
) -> Result<Amount, ParseAmountError> {
    let missing = usize::try_from(decimals)
        .ok()
        .and_then(|decimals| decimals.checked_sub(fraction.len()))
        .ok_or(ParseAmountError::TooPrecise { decimals })?;
    let digits = whole.chars().chain(fraction.chars());
    let value = digits
        .chain(std::iter::repeat_n('0', missing))
        .try_fold(0_u64, |value, digit| {
            let digit = u64::from(digit.to_digit(10)?);
            value.checked_mul(10)?.checked_add(digit)
        })
        .ok_or(AmountError::OutOfRange { unit })?;
    Ok(Amount::new(value, unit)?)
}

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseAmountError {
    /// Nothing was written.
    #[error("write an amount, like 21 sat or $1.01")]
    Empty,
    /// More was written than any amount needs.
    #[error("an amount has at most {LONGEST_TEXT} characters, this text takes {bytes} bytes")]
    TooLong {
        /// The bytes of the text given.
        bytes: usize,
    },
    /// The number has a sign.
    #[error("write the amount without a sign")]
    Signed,
    /// The number has separators, needless zeros, other digits, or is not one.
    #[error(
        "write the number in plain digits, with a point only before a fraction, like 1000 or 0.5"
    )]
    NotPlain,
    /// The number has more decimals than there are pieces.
    #[error("the number has more decimals than the {decimals} its unit has")]
    TooPrecise {
        /// How many decimals the unit written has.
        decimals: u32,
    },
    /// A fraction without a unit: of dollars, of cents?
    #[error(
        "say what it is a fraction of, like $1.01 or 0.0001 BTC; a bare number counts {default} in its smallest pieces"
    )]
    BareFraction {
        /// The unit a bare whole number would count.
        default: Unit,
    },
    /// `₿` and a whole number: bitcoin to some, satoshis to others.
    #[error("₿ before a whole number may mean bitcoin or satoshis; write BTC or sat")]
    AmbiguousBitcoin,
    /// The unit's name or sign is none we can read.
    #[error(
        "this unit cannot be read; write sat, msat, BTC, $, €, or an issuer's own unit after a space"
    )]
    UnknownUnit,
    /// A unit stands before and after the number.
    #[error("write one unit, before or after the number")]
    TwoUnits,
    /// There cannot be that much.
    #[error(transparent)]
    OutOfRange(#[from] AmountError),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::any::{amount, unit};

    fn check(text: &str, default: Unit, expected: Amount) {
        assert_eq!(Amount::parse(text, default), Ok(expected), "{text:?}");
    }

    #[test]
    fn what_people_write_is_read() {
        let beans: Unit = "beans".parse().unwrap();
        for (text, expected) in [
            ("21", Amount::sat(21)),
            ("0", Amount::sat(0)),
            (" 21 ", Amount::sat(21)),
            ("21 sat", Amount::sat(21)),
            ("21sat", Amount::sat(21)),
            ("21 SATS", Amount::sat(21)),
            ("1 satoshi", Amount::sat(1)),
            ("1500 msat", Amount::msat(1500)),
            ("0.000021 BTC", Amount::sat(2_100)),
            ("0.00000021 btc", Amount::sat(21)),
            ("1 BTC", Amount::sat(100_000_000)),
            ("₿0.5", Amount::sat(50_000_000)),
            ("0.5 ₿", Amount::sat(50_000_000)),
            ("$1.01", Amount::usd_cents(101)),
            ("$ 1.01", Amount::usd_cents(101)),
            ("1.01 usd", Amount::usd_cents(101)),
            ("1.01 USD", Amount::usd_cents(101)),
            ("1.5$", Amount::usd_cents(150)),
            ("21 usd", Amount::usd_cents(2_100)),
            ("€2", Amount::eur_cents(200)),
            ("2 €", Amount::eur_cents(200)),
            ("7 beans", Amount::small(7, beans)),
        ] {
            check(text, Unit::Sat, expected);
        }
        check("101", Unit::Usd, Amount::usd_cents(101));
        check("7", beans, Amount::small(7, beans));
    }

    #[test]
    fn what_could_mean_something_else_is_refused() {
        use ParseAmountError as E;
        for (text, error) in [
            ("", E::Empty),
            (" \t\n", E::Empty),
            ("-1", E::Signed),
            ("+1 sat", E::Signed),
            ("$-1", E::Signed),
            ("-$1", E::Signed),
            ("\u{2212}1", E::Signed),
            ("1,000", E::NotPlain),
            ("1,5 eur", E::NotPlain),
            ("1 000 sat", E::NotPlain),
            ("1_000", E::NotPlain),
            ("1'000", E::NotPlain),
            ("1.000.000 sat", E::NotPlain),
            ("1e3", E::UnknownUnit),
            ("1E3 sat", E::UnknownUnit),
            ("0x15", E::UnknownUnit),
            ("21beans", E::UnknownUnit),
            ("1.", E::NotPlain),
            (".5 BTC", E::NotPlain),
            (".", E::NotPlain),
            ("..", E::NotPlain),
            ("007", E::NotPlain),
            ("00.5 BTC", E::NotPlain),
            ("٢١", E::NotPlain),
            ("２１ sat", E::NotPlain),
            ("2١", E::NotPlain),
            ("21 \u{202e}tas", E::NotPlain),
            ("21\u{200b}", E::NotPlain),
            ("21\u{a0}sat", E::NotPlain),
            ("21  sat", E::NotPlain),
            ("21 sat 5", E::UnknownUnit),
            ("sat", E::NotPlain),
            ("$", E::NotPlain),
            ("$$1", E::NotPlain),
            ("$1 eur", E::TwoUnits),
            ("$1$", E::TwoUnits),
            ("1 $x", E::UnknownUnit),
            ("1 Msat", E::UnknownUnit),
            ("1 MSAT", E::UnknownUnit),
            ("5 cents", E::UnknownUnit),
            ("1 Beans", E::UnknownUnit),
            ("₿21", E::AmbiguousBitcoin),
            ("21 ₿", E::AmbiguousBitcoin),
            ("1.5", E::BareFraction { default: Unit::Sat }),
            ("1.0 sat", E::TooPrecise { decimals: 0 }),
            ("1.5 beans", E::TooPrecise { decimals: 0 }),
            ("$1.001", E::TooPrecise { decimals: 2 }),
            ("$1.010", E::TooPrecise { decimals: 2 }),
            ("0.000000001 BTC", E::TooPrecise { decimals: 8 }),
            (
                "21000001 BTC",
                E::OutOfRange(AmountError::OutOfRange { unit: Unit::Sat }),
            ),
            (
                "99999999999999999999999999",
                E::OutOfRange(AmountError::OutOfRange { unit: Unit::Sat }),
            ),
        ] {
            assert_eq!(Amount::parse(text, Unit::Sat), Err(error), "{text:?}");
        }
        assert_eq!(
            Amount::parse("1.01", Unit::Usd),
            Err(E::BareFraction { default: Unit::Usd })
        );
        let longest = format!("{}1", " ".repeat(LONGEST_TEXT - 1));
        check(&longest, Unit::Sat, Amount::sat(1));
        let long = "1".repeat(LONGEST_TEXT + 1);
        assert_eq!(
            Amount::parse(&long, Unit::Sat),
            Err(E::TooLong {
                bytes: LONGEST_TEXT + 1
            })
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_the_same_amount(amount in amount(), default in unit()) {
            prop_assert_eq!(Amount::parse(&amount.to_string(), default), Ok(amount));
        }

        #[test]
        fn a_bare_count_is_the_count_programs_pass(amount in amount()) {
            let text = amount.value().to_string();
            prop_assert_eq!(Amount::parse(&text, amount.unit()), Ok(amount));
        }

        #[test]
        fn bitcoin_reads_back_as_the_same_satoshis(sat in 0..=Unit::Sat.most(), default in unit()) {
            let amount = Amount::new(sat, Unit::Sat).unwrap();
            let text = amount.in_bitcoin().unwrap();
            prop_assert_eq!(Amount::parse(&text, default), Ok(amount));
        }

        #[test]
        fn whatever_is_read_is_within_range(text in "\\PC{0,40}", default in unit()) {
            if let Ok(amount) = Amount::parse(&text, default) {
                prop_assert!(amount.value() <= amount.unit().most());
            }
        }

        #[test]
        fn near_misses_never_pass_the_range(text in "[$€₿]?[0-9]{1,12}[.,]?[0-9]{0,9} ?[a-zA-Z$€]{0,4}") {
            if let Ok(amount) = Amount::parse(&text, Unit::Usd) {
                prop_assert!(amount.value() <= amount.unit().most());
                prop_assert!(!text.contains(','));
            }
        }
    }
}
