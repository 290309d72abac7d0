//! What money of ours is worth in a currency: a figure to show, never money.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::currency::Currency;

/// The most of a currency's smallest pieces a figure may have.
const MOST: u64 = 1_000_000_000_000_000_000;

/// So many of a currency's smallest pieces. It is no [`crate::Amount`]: nothing can be paid with
/// it, and nothing that counts money takes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fiat {
    pieces: u64,
    currency: Currency,
}

impl Fiat {
    /// So many cents, yen or fils, if that is not beyond all bounds.
    #[must_use]
    pub const fn new(pieces: u64, currency: Currency) -> Option<Self> {
        if pieces > MOST {
            return None;
        }
        Some(Self { pieces, currency })
    }

    /// Reads what a person typed: `4`, `4.3` or `4.31`, with no more decimals than the currency
    /// has. A comma could be a decimal or a thousand, and is refused.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, ParseFiatError> {
        let text = text.trim();
        if text.is_empty() || text.len() > 24 {
            return Err(ParseFiatError::Unreadable);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(ParseFiatError::Unreadable);
        }
        let decimals = usize::try_from(currency.decimals()).unwrap_or(0);
        if fraction.len() > decimals {
            return Err(ParseFiatError::TooFine { currency });
        }
        let all = format!("{whole}{fraction:0<decimals$}");
        let pieces = all.parse().map_err(|_| ParseFiatError::Unreadable)?;
        Self::new(pieces, currency).ok_or(ParseFiatError::Unreadable)
    }

    /// How many of the smallest pieces.
    #[must_use]
    pub const fn pieces(self) -> u64 {
        self.pieces
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum of two figures of one currency.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Self::new(self.pieces.checked_add(other.pieces)?, self.currency)
    }
}

/// For people: `4.31 EUR`, `700 JPY`.
impl fmt::Display for Fiat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = self.currency.pieces();
        let whole = self.pieces.checked_div(one).unwrap_or(0);
        let rest = self.pieces.checked_rem(one).unwrap_or(0);
        match usize::try_from(self.currency.decimals()) {
            Ok(0) | Err(_) => write!(f, "{whole} {}", self.currency),
            Ok(decimals) => write!(f, "{whole}.{rest:0decimals$} {}", self.currency),
        }
    }
}

impl fmt::Debug for Fiat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fiat({self})")
    }
}

/// Why this is no figure of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseFiatError {
    /// Not a number as it is wanted.
    #[error("this is no figure: write it like 4.31")]
    Unreadable,
    /// More decimals than the currency has.
    #[error("{currency} has {} decimals", currency.decimals())]
    TooFine {
        /// The currency.
        currency: Currency,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fiat(text: &str, code: &str) -> Result<String, ParseFiatError> {
        Fiat::parse(text, code.parse().unwrap()).map(|fiat| fiat.to_string())
    }

    #[test]
    fn what_is_typed_is_shown_with_the_decimals_of_its_currency() {
        for (text, code, shown) in [
            ("4.31", "EUR", "4.31 EUR"),
            ("4.3", "EUR", "4.30 EUR"),
            ("04", "EUR", "4.00 EUR"),
            (" 700 ", "JPY", "700 JPY"),
            ("0.005", "KWD", "0.005 KWD"),
        ] {
            assert_eq!(fiat(text, code), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn what_could_mean_two_sums_or_none_is_refused() {
        for text in [
            "",
            "4,31",
            "1 000",
            "-1",
            "+1",
            "1e3",
            ".5",
            "5.",
            "€4",
            "9999999999999999999",
        ] {
            assert_eq!(fiat(text, "EUR"), Err(ParseFiatError::Unreadable), "{text}");
        }
        let yen = "JPY".parse().unwrap();
        assert_eq!(
            fiat("0.5", "JPY"),
            Err(ParseFiatError::TooFine { currency: yen })
        );
        assert!(fiat("0.001", "EUR").is_err());
    }

    #[test]
    fn figures_of_two_currencies_have_no_sum() {
        let of = |pieces, code: &str| Fiat::new(pieces, code.parse().unwrap()).unwrap();
        assert_eq!(of(1, "EUR").checked_add(of(2, "EUR")), Some(of(3, "EUR")));
        assert_eq!(of(1, "EUR").checked_add(of(2, "USD")), None);
    }
}
