//! An amount of one unit, and the only arithmetic there is for it.

use std::cmp::Ordering;
use std::fmt;

use crate::unit::Unit;

pub use encapsulate::Amount;

/// One hundred percent, in basis points.
const WHOLE: u128 = 10_000;
const MSAT_PER_SAT: u64 = 1_000;
const SAT_PER_BITCOIN: u64 = 100_000_000;

// The fields are out of reach even for the rest of this file, so no amount can
// come to be without its range having been checked.
mod encapsulate {
    use super::AmountError;
    use crate::unit::Unit;

    /// So many of the smallest pieces of a unit (satoshis, cents), never more than
    /// [`Unit::most`].
    ///
    /// There is no `+`, no `<` and no default: sums can leave the range, and amounts
    /// of different units have no order.
    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    pub struct Amount {
        value: u64,
        unit: Unit,
    }

    impl Amount {
        /// An amount of a unit, if there can be that much of it.
        pub const fn new(value: u64, unit: Unit) -> Result<Self, AmountError> {
            if value > unit.most() {
                return Err(AmountError::OutOfRange { unit });
            }
            Ok(Self { value, unit })
        }

        /// An amount small enough for every unit.
        #[must_use]
        #[expect(clippy::as_conversions, reason = "widening, and `From` is not const")]
        pub const fn small(value: u32, unit: Unit) -> Self {
            Self {
                value: value as u64,
                unit,
            }
        }

        /// How many of the unit's smallest pieces.
        #[must_use]
        pub const fn value(self) -> u64 {
            self.value
        }

        /// The unit.
        #[must_use]
        pub const fn unit(self) -> Unit {
            self.unit
        }
    }
}

impl Amount {
    /// None of a unit.
    #[must_use]
    pub const fn zero(unit: Unit) -> Self {
        Self::small(0, unit)
    }

    /// So many satoshis.
    #[must_use]
    pub const fn sat(value: u32) -> Self {
        Self::small(value, Unit::Sat)
    }

    /// So many thousandths of a satoshi.
    #[must_use]
    pub const fn msat(value: u32) -> Self {
        Self::small(value, Unit::Msat)
    }

    /// So many US cents.
    #[must_use]
    pub const fn usd_cents(value: u32) -> Self {
        Self::small(value, Unit::Usd)
    }

    /// So many euro cents.
    #[must_use]
    pub const fn eur_cents(value: u32) -> Self {
        Self::small(value, Unit::Eur)
    }

    /// The most of a unit there can be.
    #[must_use]
    pub fn most(unit: Unit) -> Self {
        Self::new(unit.most(), unit).unwrap_or(Self::zero(unit))
    }

    /// Whether this is nothing at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.value() == 0
    }

    /// The sum, within the unit's range.
    pub fn checked_add(self, other: Self) -> Result<Self, AmountError> {
        self.same_unit(other)?;
        let out_of_range = AmountError::OutOfRange { unit: self.unit() };
        let sum = self
            .value()
            .checked_add(other.value())
            .ok_or(out_of_range)?;
        Self::new(sum, self.unit())
    }

    /// What is left after taking `other` away; there are no negative amounts.
    pub fn checked_sub(self, other: Self) -> Result<Self, AmountError> {
        self.same_unit(other)?;
        let left = self
            .value()
            .checked_sub(other.value())
            .ok_or(AmountError::BelowZero {
                from: self,
                take: other,
            })?;
        Self::new(left, self.unit())
    }

    /// What is left after taking `other` away, or nothing when `other` is more.
    pub fn sub_or_zero(self, other: Self) -> Result<Self, AmountError> {
        self.same_unit(other)?;
        Self::new(self.value().saturating_sub(other.value()), self.unit())
    }

    /// So many times this amount, within the unit's range.
    pub fn checked_mul(self, times: u64) -> Result<Self, AmountError> {
        let out_of_range = AmountError::OutOfRange { unit: self.unit() };
        let product = self.value().checked_mul(times).ok_or(out_of_range)?;
        Self::new(product, self.unit())
    }

    /// The sum of many amounts of one unit; none of them sums to zero.
    pub fn try_sum(
        unit: Unit,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, AmountError> {
        amounts
            .into_iter()
            .try_fold(Self::zero(unit), Self::checked_add)
    }

    /// The order of two amounts of one unit.
    pub fn try_cmp(self, other: Self) -> Result<Ordering, AmountError> {
        self.same_unit(other)?;
        Ok(self.value().cmp(&other.value()))
    }

    /// Whether this is not more than `limit`, which is of the same unit.
    pub fn is_at_most(self, limit: Self) -> Result<bool, AmountError> {
        self.try_cmp(limit).map(Ordering::is_le)
    }

    /// The larger of two amounts of one unit.
    pub fn try_max(self, other: Self) -> Result<Self, AmountError> {
        Ok(if self.is_at_most(other)? { other } else { self })
    }

    /// The smaller of two amounts of one unit.
    pub fn try_min(self, other: Self) -> Result<Self, AmountError> {
        Ok(if self.is_at_most(other)? { self } else { other })
    }

    /// So many basis points (hundredths of a percent) of this amount, rounded up.
    pub fn share_rounded_up(self, basis_points: u32) -> Result<Self, AmountError> {
        let out_of_range = AmountError::OutOfRange { unit: self.unit() };
        let share = u128::from(self.value())
            .checked_mul(u128::from(basis_points))
            .ok_or(out_of_range)?
            .div_ceil(WHOLE);
        Self::new(u64::try_from(share).map_err(|_| out_of_range)?, self.unit())
    }

    /// So many basis points of this amount, rounded down: the most that is still within
    /// them.
    pub fn share_rounded_down(self, basis_points: u32) -> Result<Self, AmountError> {
        let out_of_range = AmountError::OutOfRange { unit: self.unit() };
        let share = u128::from(self.value())
            .checked_mul(u128::from(basis_points))
            .ok_or(out_of_range)?
            / WHOLE;
        Self::new(u64::try_from(share).map_err(|_| out_of_range)?, self.unit())
    }

    /// What part of `whole` this is, in basis points rounded up. `None` when `whole`
    /// is nothing: no number says how much more something is than nothing.
    pub fn basis_points_of(self, whole: Self) -> Result<Option<u64>, AmountError> {
        self.same_unit(whole)?;
        if whole.is_zero() {
            return Ok(None);
        }
        let part = u128::from(self.value())
            .saturating_mul(WHOLE)
            .div_ceil(u128::from(whole.value()));
        Ok(Some(u64::try_from(part).unwrap_or(u64::MAX)))
    }

    /// These millisatoshis in satoshis, a started one counting as a whole one. The
    /// side that must not fall short (what we have to pay) rounds this way.
    pub fn to_sat_rounded_up(self) -> Result<Self, AmountError> {
        match self.unit() {
            Unit::Sat => Ok(self),
            Unit::Msat => Self::new(self.value().div_ceil(MSAT_PER_SAT), Unit::Sat),
            unit => Err(AmountError::NotBitcoin { unit }),
        }
    }

    /// These millisatoshis in satoshis, a started one not counting. The side that
    /// must not promise too much (what we can spend) rounds this way.
    pub fn to_sat_rounded_down(self) -> Result<Self, AmountError> {
        match self.unit() {
            Unit::Sat => Ok(self),
            Unit::Msat => Self::new(self.value() / MSAT_PER_SAT, Unit::Sat),
            unit => Err(AmountError::NotBitcoin { unit }),
        }
    }

    /// These satoshis in millisatoshis, exactly.
    pub fn to_msat(self) -> Result<Self, AmountError> {
        match self.unit() {
            Unit::Msat => Ok(self),
            Unit::Sat => Self::new(
                self.value()
                    .checked_mul(MSAT_PER_SAT)
                    .ok_or(AmountError::OutOfRange { unit: Unit::Msat })?,
                Unit::Msat,
            ),
            unit => Err(AmountError::NotBitcoin { unit }),
        }
    }

    /// These satoshis written in whole bitcoin (`0.000021 BTC`).
    ///
    /// `None` for other units, and for millisatoshis that are not whole satoshis.
    #[must_use]
    pub fn in_bitcoin(self) -> Option<String> {
        let sat = match self.unit() {
            Unit::Sat => self.value(),
            Unit::Msat if self.value().is_multiple_of(MSAT_PER_SAT) => self.value() / MSAT_PER_SAT,
            _ => return None,
        };
        let (whole, rest) = (sat / SAT_PER_BITCOIN, sat % SAT_PER_BITCOIN);
        if rest == 0 {
            return Some(format!("{whole} BTC"));
        }
        let rest = format!("{rest:08}");
        Some(format!("{whole}.{} BTC", rest.trim_end_matches('0')))
    }

    fn same_unit(self, other: Self) -> Result<(), AmountError> {
        if self.unit() == other.unit() {
            Ok(())
        } else {
            Err(AmountError::UnitMismatch {
                left: self.unit(),
                right: other.unit(),
            })
        }
    }
}

/// For people: `21 sat`, `1500 msat`, `$1.01`, `€2.00`, `7 beans`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value();
        match self.unit() {
            Unit::Usd => f.pad(&format!("${}.{:02}", value / 100, value % 100)),
            Unit::Eur => f.pad(&format!("€{}.{:02}", value / 100, value % 100)),
            unit => f.pad(&format!("{value} {unit}")),
        }
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({} {})", self.value(), self.unit())
    }
}

/// Why there is no such amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// More than there can be of the unit.
    #[error("there is no such amount: at most {} {unit}", unit.most())]
    OutOfRange {
        /// The unit.
        unit: Unit,
    },
    /// Amounts of different units have no sum and no order.
    #[error("amounts of {left} and {right} cannot be put together")]
    UnitMismatch {
        /// The unit of the first.
        left: Unit,
        /// The unit of the second.
        right: Unit,
    },
    /// More was taken away than there was.
    #[error("{take} cannot be taken from {from}")]
    BelowZero {
        /// What there was.
        from: Amount,
        /// What was to be taken.
        take: Amount,
    },
    /// Only `sat` and `msat` convert into each other.
    #[error("{unit} is not a unit of bitcoin")]
    NotBitcoin {
        /// The unit.
        unit: Unit,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::any::{amount, amount_of, unit};

    #[test]
    fn an_amount_in_a_failed_assertion_says_what_it_is() {
        assert_eq!(format!("{:?}", Amount::sat(21)), "Amount(21 sat)");
    }

    #[test]
    fn no_more_of_a_unit_than_there_can_be() {
        for unit in [Unit::Sat, Unit::Msat, Unit::Usd, "beans".parse().unwrap()] {
            assert!(Amount::new(unit.most(), unit).is_ok());
            assert_eq!(Amount::most(unit).value(), unit.most());
            for value in [unit.most() + 1, u64::MAX] {
                assert_eq!(
                    Amount::new(value, unit),
                    Err(AmountError::OutOfRange { unit })
                );
            }
        }
    }

    #[test]
    fn people_read_amounts_in_their_own_writing() {
        let beans = "beans".parse().unwrap();
        let table = [
            (Amount::sat(21), "21 sat"),
            (Amount::msat(1500), "1500 msat"),
            (Amount::usd_cents(101), "$1.01"),
            (Amount::usd_cents(9), "$0.09"),
            (Amount::eur_cents(200), "€2.00"),
            (Amount::small(7, beans), "7 beans"),
        ];
        for (amount, text) in table {
            assert_eq!(amount.to_string(), text);
        }
        assert_eq!(format!("{:>8}", Amount::sat(21)), "  21 sat");
    }

    #[test]
    fn bitcoin_is_written_exactly() {
        let table = [
            (0, "0 BTC"),
            (21, "0.00000021 BTC"),
            (2_100, "0.000021 BTC"),
            (100_000_000, "1 BTC"),
            (150_000_000, "1.5 BTC"),
        ];
        for (sat, text) in table {
            assert_eq!(Amount::sat(sat).in_bitcoin().as_deref(), Some(text));
        }
        assert_eq!(
            Amount::msat(21_000).in_bitcoin().as_deref(),
            Some("0.00000021 BTC")
        );
        assert_eq!(Amount::msat(21_001).in_bitcoin(), None);
        assert_eq!(Amount::usd_cents(1).in_bitcoin(), None);
    }

    #[test]
    fn a_started_satoshi_is_rounded_as_asked() {
        for (msat, up, down) in [
            (0, 0, 0),
            (1, 1, 0),
            (999, 1, 0),
            (1_000, 1, 1),
            (1_001, 2, 1),
        ] {
            assert_eq!(Amount::msat(msat).to_sat_rounded_up(), Ok(Amount::sat(up)));
            assert_eq!(
                Amount::msat(msat).to_sat_rounded_down(),
                Ok(Amount::sat(down))
            );
        }
        let usd = AmountError::NotBitcoin { unit: Unit::Usd };
        assert_eq!(Amount::usd_cents(1).to_sat_rounded_up(), Err(usd));
        assert_eq!(Amount::usd_cents(1).to_sat_rounded_down(), Err(usd));
        assert_eq!(Amount::usd_cents(1).to_msat(), Err(usd));
    }

    #[test]
    fn shares_round_up_and_tell_what_part_something_is() {
        assert_eq!(Amount::sat(100).share_rounded_up(200), Ok(Amount::sat(2)));
        assert_eq!(Amount::sat(101).share_rounded_up(200), Ok(Amount::sat(3)));
        assert_eq!(Amount::sat(0).share_rounded_up(200), Ok(Amount::sat(0)));
        assert_eq!(Amount::sat(1).share_rounded_up(1), Ok(Amount::sat(1)));
        assert_eq!(
            Amount::sat(2).basis_points_of(Amount::sat(100)),
            Ok(Some(200))
        );
        assert_eq!(
            Amount::sat(1).basis_points_of(Amount::sat(3)),
            Ok(Some(3_334))
        );
        assert_eq!(Amount::sat(1).basis_points_of(Amount::sat(0)), Ok(None));
        assert!(Amount::most(Unit::Msat).share_rounded_up(u32::MAX).is_err());
    }

    proptest! {
        #[test]
        fn arithmetic_agrees_with_wide_integers_or_refuses(
            unit in unit(), left in any::<u64>(), right in any::<u64>(), times in any::<u64>(),
        ) {
            let (left, right) = (left % (unit.most() + 1), right % (unit.most() + 1));
            let (a, b) = (Amount::new(left, unit).unwrap(), Amount::new(right, unit).unwrap());
            let in_range = |wide: i128| {
                (0..=i128::from(unit.most())).contains(&wide).then_some(wide)
            };
            let of = |result: Result<Amount, AmountError>| {
                result.ok().map(|amount| i128::from(amount.value()))
            };
            let (wide_left, wide_right) = (i128::from(left), i128::from(right));
            prop_assert_eq!(of(a.checked_add(b)), in_range(wide_left + wide_right));
            prop_assert_eq!(of(a.checked_sub(b)), in_range(wide_left - wide_right));
            prop_assert_eq!(of(a.checked_mul(times)), in_range(wide_left * i128::from(times)));
            prop_assert_eq!(of(a.sub_or_zero(b)), Some((wide_left - wide_right).max(0)));
            prop_assert_eq!(a.try_cmp(b), Ok(left.cmp(&right)));
            prop_assert_eq!(a.is_at_most(b), Ok(left <= right));
            prop_assert_eq!(a.try_max(b).unwrap().value(), left.max(right));
            prop_assert_eq!(a.try_min(b).unwrap().value(), left.min(right));
        }

        #[test]
        fn sums_agree_with_wide_integers_or_refuse(
            (unit, amounts) in unit().prop_flat_map(|unit| {
                (Just(unit), prop::collection::vec(amount_of(unit), 0..6))
            }),
        ) {
            let wide: u128 = amounts.iter().map(|amount| u128::from(amount.value())).sum();
            match Amount::try_sum(unit, amounts) {
                Ok(sum) => prop_assert_eq!(u128::from(sum.value()), wide),
                Err(error) => {
                    prop_assert_eq!(error, AmountError::OutOfRange { unit });
                    prop_assert!(wide > u128::from(unit.most()));
                }
            }
        }

        #[test]
        fn units_never_mix(a in amount(), b in amount()) {
            prop_assume!(a.unit() != b.unit());
            let mixed = AmountError::UnitMismatch { left: a.unit(), right: b.unit() };
            prop_assert_eq!(a.checked_add(b), Err(mixed));
            prop_assert_eq!(a.checked_sub(b), Err(mixed));
            prop_assert_eq!(a.sub_or_zero(b), Err(mixed));
            prop_assert_eq!(a.try_cmp(b), Err(mixed));
            prop_assert_eq!(a.is_at_most(b), Err(mixed));
            prop_assert_eq!(a.try_max(b), Err(mixed));
            prop_assert_eq!(a.basis_points_of(b), Err(mixed));
            prop_assert!(Amount::try_sum(a.unit(), [a, b]).is_err());
            prop_assert!(a != b);
        }

        #[test]
        fn rounding_is_off_by_less_than_one_satoshi(msat in 0..=Unit::Msat.most()) {
            let exact = Amount::new(msat, Unit::Msat).unwrap();
            let up = exact.to_sat_rounded_up().unwrap().to_msat();
            let down = exact.to_sat_rounded_down().unwrap().to_msat().unwrap().value();
            prop_assert!(down <= msat && msat - down < 1_000);
            let up = up.unwrap().value();
            prop_assert!(msat <= up && up - msat < 1_000);
        }

        #[test]
        fn a_share_is_off_by_less_than_one_piece(
            price in amount(), basis_points in 0..=10_000_u32,
        ) {
            let share = price.share_rounded_up(basis_points).unwrap();
            let exact = u128::from(price.value()) * u128::from(basis_points);
            prop_assert!(u128::from(share.value()) * 10_000 >= exact);
            prop_assert!(u128::from(share.value()) * 10_000 < exact + 10_000);
            let down = price.share_rounded_down(basis_points).unwrap();
            prop_assert!(u128::from(down.value()) * 10_000 <= exact);
            prop_assert!(u128::from(down.value()) * 10_000 + 10_000 > exact);
            if let Some(part) = share.basis_points_of(price).unwrap() {
                prop_assert!(part >= u64::from(basis_points));
            }
        }
    }
}
