//! Currencies people think in, by ISO 4217. No money here is of one: see [`crate::Fiat`].

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The currencies in use of ISO 4217 (list one, as of 2026) with their decimals. Codes of funds,
/// metals and units of account are left out: nobody has those in a pocket.
#[rustfmt::skip]
const IN_USE: [(&str, u32); 155] = [
    ("AED", 2), ("AFN", 2), ("ALL", 2), ("AMD", 2), ("AOA", 2), ("ARS", 2),
    ("AUD", 2), ("AWG", 2), ("AZN", 2), ("BAM", 2), ("BBD", 2), ("BDT", 2),
    ("BHD", 3), ("BIF", 0), ("BMD", 2), ("BND", 2), ("BOB", 2), ("BRL", 2),
    ("BSD", 2), ("BTN", 2), ("BWP", 2), ("BYN", 2), ("BZD", 2), ("CAD", 2),
    ("CDF", 2), ("CHF", 2), ("CLP", 0), ("CNY", 2), ("COP", 2), ("CRC", 2),
    ("CUP", 2), ("CVE", 2), ("CZK", 2), ("DJF", 0), ("DKK", 2), ("DOP", 2),
    ("DZD", 2), ("EGP", 2), ("ERN", 2), ("ETB", 2), ("EUR", 2), ("FJD", 2),
    ("FKP", 2), ("GBP", 2), ("GEL", 2), ("GHS", 2), ("GIP", 2), ("GMD", 2),
    ("GNF", 0), ("GTQ", 2), ("GYD", 2), ("HKD", 2), ("HNL", 2), ("HTG", 2),
    ("HUF", 2), ("IDR", 2), ("ILS", 2), ("INR", 2), ("IQD", 3), ("IRR", 2),
    ("ISK", 0), ("JMD", 2), ("JOD", 3), ("JPY", 0), ("KES", 2), ("KGS", 2),
    ("KHR", 2), ("KMF", 0), ("KPW", 2), ("KRW", 0), ("KWD", 3), ("KYD", 2),
    ("KZT", 2), ("LAK", 2), ("LBP", 2), ("LKR", 2), ("LRD", 2), ("LSL", 2),
    ("LYD", 3), ("MAD", 2), ("MDL", 2), ("MGA", 2), ("MKD", 2), ("MMK", 2),
    ("MNT", 2), ("MOP", 2), ("MRU", 2), ("MUR", 2), ("MVR", 2), ("MWK", 2),
    ("MXN", 2), ("MYR", 2), ("MZN", 2), ("NAD", 2), ("NGN", 2), ("NIO", 2),
    ("NOK", 2), ("NPR", 2), ("NZD", 2), ("OMR", 3), ("PAB", 2), ("PEN", 2),
    ("PGK", 2), ("PHP", 2), ("PKR", 2), ("PLN", 2), ("PYG", 0), ("QAR", 2),
    ("RON", 2), ("RSD", 2), ("RUB", 2), ("RWF", 0), ("SAR", 2), ("SBD", 2),
    ("SCR", 2), ("SDG", 2), ("SEK", 2), ("SGD", 2), ("SHP", 2), ("SLE", 2),
    ("SOS", 2), ("SRD", 2), ("SSP", 2), ("STN", 2), ("SVC", 2), ("SYP", 2),
    ("SZL", 2), ("THB", 2), ("TJS", 2), ("TMT", 2), ("TND", 3), ("TOP", 2),
    ("TRY", 2), ("TTD", 2), ("TWD", 2), ("TZS", 2), ("UAH", 2), ("UGX", 0),
    ("USD", 2), ("UYU", 2), ("UZS", 2), ("VED", 2), ("VES", 2), ("VND", 0),
    ("VUV", 0), ("WST", 2), ("XAF", 0), ("XCD", 2), ("XCG", 2), ("XOF", 0),
    ("XPF", 0), ("YER", 2), ("ZAR", 2), ("ZMW", 2), ("ZWG", 2),
];

/// A currency in use somewhere, like `EUR` or `KES`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: &'static str,
    decimals: u32,
}

impl Currency {
    /// Its three letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// How many decimals people write: 2 for the euro, none for the yen, 3 for the dinar.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        self.decimals
    }

    /// How many of its smallest pieces make one.
    #[must_use]
    pub const fn pieces(self) -> u64 {
        match self.decimals {
            0 => 1,
            3 => 1_000,
            _ => 100,
        }
    }

    /// Every currency there is, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        IN_USE
            .iter()
            .map(|&(code, decimals)| Self { code, decimals })
    }
}

impl FromStr for Currency {
    type Err = NoSuchCurrency;

    /// Reads three letters, in either case.
    fn from_str(text: &str) -> Result<Self, NoSuchCurrency> {
        let code = text.trim().to_ascii_uppercase();
        IN_USE
            .binary_search_by_key(&code.as_str(), |&(code, _)| code)
            .ok()
            .and_then(|at| IN_USE.get(at))
            .map(|&(code, decimals)| Self { code, decimals })
            .ok_or(NoSuchCurrency)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// No currency in use has this code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such currency: its three letters are wanted, like EUR or KES")]
pub struct NoSuchCurrency;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_is_there_once_and_is_found_in_either_case() {
        assert!(IN_USE.is_sorted_by(|one, other| one.0 < other.0));
        for currency in Currency::all() {
            assert_eq!(currency.code().parse(), Ok(currency));
            assert_eq!(currency.code().to_lowercase().parse(), Ok(currency));
            assert!(currency.decimals() <= 3);
        }
    }

    #[test]
    fn currencies_have_the_decimals_the_standard_gives_them() {
        let decimals = |code: &str| code.parse::<Currency>().unwrap().decimals();
        assert_eq!(
            [
                "EUR", "KES", "JPY", "XOF", "UGX", "KWD", "TND", "HUF", "ISK"
            ]
            .map(decimals),
            [2, 2, 0, 0, 0, 3, 3, 2, 0]
        );
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for text in [
            "", "EU", "EURO", "XXX", "XAU", "BTC", "sat", "€", "ANG", "ЕUR",
        ] {
            assert_eq!(text.parse::<Currency>(), Err(NoSuchCurrency), "{text}");
        }
    }
}
