//! What an amount counts.

use std::fmt;
use std::str::FromStr;

/// The most characters a unit's name may have.
pub const LONGEST_UNIT_NAME: usize = 16;

/// Words people write for a unit of ours. An issuer's own unit may not take one
/// of them, or the same text would mean two different sums of money.
const TAKEN: [&str; 18] = [
    "sat", "sats", "satoshi", "satoshis", "msat", "msats", "usd", "eur", "btc", "bitcoin",
    "bitcoins", "xbt", "dollar", "dollars", "euro", "euros", "cent", "cents",
];

/// What an amount counts: always the smallest piece of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Satoshis.
    Sat,
    /// Thousandths of a satoshi.
    Msat,
    /// US cents.
    Usd,
    /// Euro cents.
    Eur,
    /// A unit only its issuer knows the meaning of.
    Other(UnitName),
}

impl Unit {
    /// The largest amount of this unit there can be.
    ///
    /// For bitcoin it is all there will ever be; elsewhere a bound no purse comes
    /// near. Two such amounts always add up within a `u64`.
    #[must_use]
    pub const fn most(self) -> u64 {
        match self {
            Self::Sat => 2_100_000_000_000_000,
            Self::Msat => 2_100_000_000_000_000_000,
            Self::Usd | Self::Eur | Self::Other(_) => 1_000_000_000_000_000,
        }
    }

    /// How many decimals people write for this unit: 2 for `usd` and `eur`, which
    /// count cents, none for the others.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Usd | Self::Eur => 2,
            Self::Sat | Self::Msat | Self::Other(_) => 0,
        }
    }

    /// The unit's name on the wire (`sat`, `msat`, `usd`, `eur`, or its own).
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sat => "sat",
            Self::Msat => "msat",
            Self::Usd => "usd",
            Self::Eur => "eur",
            Self::Other(name) => name.as_str(),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Unit {
    type Err = UnitError;

    /// Reads a unit's name as the wire has it, in lower case.
    fn from_str(name: &str) -> Result<Self, UnitError> {
        match name {
            "sat" => Ok(Self::Sat),
            "msat" => Ok(Self::Msat),
            "usd" => Ok(Self::Usd),
            "eur" => Ok(Self::Eur),
            other => UnitName::new(other).map(Self::Other),
        }
    }
}

/// The name of a unit only its issuer knows: 1 to 16 characters, a lower-case
/// letter first, then lower-case letters, digits, `-` and `_`.
// Held in place, padded with zeros, so that units and amounts stay `Copy`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitName([u8; LONGEST_UNIT_NAME]);

impl UnitName {
    /// Takes a name that is not already a word for a unit we know.
    pub fn new(name: &str) -> Result<Self, UnitError> {
        if name.is_empty() {
            return Err(UnitError::Empty);
        }
        if name.len() > LONGEST_UNIT_NAME {
            return Err(UnitError::TooLong { bytes: name.len() });
        }
        if !name.starts_with(|c: char| c.is_ascii_lowercase())
            || !name.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
            })
        {
            return Err(UnitError::Unreadable);
        }
        if TAKEN.contains(&name) {
            return Err(UnitError::Taken);
        }
        let mut held = [0; LONGEST_UNIT_NAME];
        for (place, byte) in held.iter_mut().zip(name.bytes()) {
            *place = byte;
        }
        Ok(Self(held))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let name = self.0.split(|byte| *byte == 0).next().unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }
}

impl fmt::Debug for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnitName").field(&self.as_str()).finish()
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a name is not a unit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// There is no name.
    #[error("a unit needs a name")]
    Empty,
    /// The name has more bytes than a unit's may.
    #[error(
        "a unit's name has at most {LONGEST_UNIT_NAME} characters, this one takes {bytes} bytes"
    )]
    TooLong {
        /// The bytes of the name given.
        bytes: usize,
    },
    /// The name has characters a unit's may not.
    #[error("a unit's name starts with a lower-case letter, then has letters, digits, - or _")]
    Unreadable,
    /// People already write this word for another unit.
    #[error("this name already means another unit; use sat, msat, usd or eur")]
    Taken,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_only_its_issuer_knows_is_shown_by_its_name() {
        let Ok(Unit::Other(name)) = "minutes".parse() else {
            panic!("minutes are another unit");
        };
        assert_eq!(name.to_string(), "minutes");
        assert_eq!(format!("{name:?}"), "UnitName(\"minutes\")");
    }

    #[test]
    fn every_unit_is_read_back_from_its_name() {
        for name in [
            "sat",
            "msat",
            "usd",
            "eur",
            "beans",
            "x-1_y",
            "abcdefghijklmnop",
        ] {
            let unit: Unit = name.parse().unwrap();
            assert_eq!(unit.to_string(), name);
            assert_eq!(unit.as_str(), name);
        }
    }

    #[test]
    fn a_name_that_could_be_misread_is_no_unit() {
        let table = [
            ("", UnitError::Empty),
            ("abcdefghijklmnopq", UnitError::TooLong { bytes: 17 }),
            ("Beans", UnitError::Unreadable),
            ("21", UnitError::Unreadable),
            ("-a", UnitError::Unreadable),
            ("be ans", UnitError::Unreadable),
            ("be\0ans", UnitError::Unreadable),
            ("bеans", UnitError::Unreadable), // a Cyrillic letter
            ("btc", UnitError::Taken),
            ("sats", UnitError::Taken),
            ("cents", UnitError::Taken),
        ];
        for (name, error) in table {
            assert_eq!(name.parse::<Unit>(), Err(error), "{name:?}");
        }
        assert_eq!(UnitName::new("sat"), Err(UnitError::Taken));
    }

    #[test]
    fn two_amounts_of_any_unit_add_up_within_the_integer() {
        for unit in [
            Unit::Sat,
            Unit::Msat,
            Unit::Usd,
            Unit::Eur,
            "beans".parse().unwrap(),
        ] {
            assert!(unit.most().checked_mul(2).is_some());
            assert!(unit.most() > u64::from(u32::MAX));
        }
    }
}
