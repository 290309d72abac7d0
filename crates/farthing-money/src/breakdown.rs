//! A price, every fee, and the total they really have.

use serde::{Deserialize, Serialize};

use crate::amount::{Amount, AmountError};
use crate::fee::{FeeLine, PaidFee};
use crate::unit::Unit;

/// The most fee lines a breakdown may have.
pub const MOST_FEE_LINES: usize = 32;

/// Thousandths of a satoshi that are less than one.
const LESS_THAN_A_SAT: Amount = Amount::msat(999);

/// What a payment will cost: the price, every fee, the least the purse will give up
/// and the most it can.
///
/// One that does not sum, or mixes units, cannot be built or loaded.
///
/// The price itself may hide a cost: a started satoshi that counts as a whole one, or an
/// issuer's rate above the going one. What is known of it is named in [`Breakdown::includes`],
/// and it is no part of the sum, since the price has it already.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "BreakdownParts")]
pub struct Breakdown {
    price: Amount,
    fees: Vec<FeeLine>,
    total: Amount,
    total_at_most: Amount,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    includes: Vec<PaidFee>,
}

impl Breakdown {
    /// Takes totals worked out elsewhere, if they are what the lines sum to.
    pub fn new(
        price: Amount,
        fees: Vec<FeeLine>,
        total: Amount,
        total_at_most: Amount,
    ) -> Result<Self, BreakdownError> {
        let summed = Self::of(price, fees)?;
        if summed.total != total {
            return Err(BreakdownError::TotalDiffers {
                said: total,
                sum: summed.total,
            });
        }
        if summed.total_at_most != total_at_most {
            return Err(BreakdownError::TotalAtMostDiffers {
                said: total_at_most,
                sum: summed.total_at_most,
            });
        }
        Ok(summed)
    }

    /// Sums the price and the fees.
    pub fn of(price: Amount, fees: Vec<FeeLine>) -> Result<Self, BreakdownError> {
        if fees.len() > MOST_FEE_LINES {
            return Err(BreakdownError::TooManyLines { lines: fees.len() });
        }
        let total = price.checked_add(sum(price.unit(), &fees, FeeLine::amount)?)?;
        let total_at_most = price.checked_add(sum(price.unit(), &fees, FeeLine::at_most)?)?;
        Ok(Self {
            price,
            fees,
            total,
            total_at_most,
            includes: Vec::new(),
        })
    }

    /// The same, naming what of its price is a cost: parts of it in its unit, or less than a
    /// satoshi in `msat` where the price is in `sat`.
    pub fn including(self, includes: Vec<PaidFee>) -> Result<Self, BreakdownError> {
        if includes.len() > MOST_FEE_LINES {
            return Err(BreakdownError::TooManyLines {
                lines: includes.len(),
            });
        }
        let (fractions, parts): (Vec<_>, Vec<_>) = includes
            .iter()
            .map(PaidFee::amount)
            .partition(|part| part.unit() == Unit::Msat && self.unit() == Unit::Sat);
        let parts = Amount::try_sum(self.unit(), parts)?;
        let fraction = Amount::try_sum(Unit::Msat, fractions)?;
        if !parts.is_at_most(self.price)? || !fraction.is_at_most(LESS_THAN_A_SAT)? {
            return Err(BreakdownError::IncludesMore { price: self.price });
        }
        Ok(Self { includes, ..self })
    }

    /// What the payee is to have.
    #[must_use]
    pub const fn price(&self) -> Amount {
        self.price
    }

    /// Every fee beside the price.
    #[must_use]
    pub fn fees(&self) -> &[FeeLine] {
        &self.fees
    }

    /// The least the purse will give up: the price and every fee at its least.
    #[must_use]
    pub const fn total(&self) -> Amount {
        self.total
    }

    /// The most the purse can give up: the price and every fee at its most.
    #[must_use]
    pub const fn total_at_most(&self) -> Amount {
        self.total_at_most
    }

    /// Every fee at its most, together.
    #[must_use]
    pub fn fees_at_most(&self) -> Amount {
        // The total is this sum and the price, so it cannot be the smaller one.
        self.total_at_most
            .sub_or_zero(self.price)
            .unwrap_or(self.total_at_most)
    }

    /// What of the price is known to be a cost, and no part of the sums.
    #[must_use]
    pub fn includes(&self) -> &[PaidFee] {
        &self.includes
    }

    /// Every fee at its most and every cost the price includes, together; less than a whole
    /// piece of the unit does not count.
    #[must_use]
    pub fn costs_at_most(&self) -> Amount {
        let included = self
            .includes
            .iter()
            .map(PaidFee::amount)
            .filter(|part| part.unit() == self.unit());
        // Both are parts of the worst case, which is within the range.
        Amount::try_sum(self.unit(), included)
            .and_then(|included| included.checked_add(self.fees_at_most()))
            .unwrap_or(self.total_at_most)
    }

    /// What part of the price [`Breakdown::costs_at_most`] is, in basis points rounded up; none
    /// when the price is nothing.
    #[must_use]
    pub fn basis_points_at_most(&self) -> Option<u64> {
        self.costs_at_most()
            .basis_points_of(self.price)
            .ok()
            .flatten()
    }

    /// The unit all of it is in.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        self.price.unit()
    }
}

fn sum(
    unit: Unit,
    fees: &[FeeLine],
    part: impl Fn(&FeeLine) -> Amount,
) -> Result<Amount, AmountError> {
    Amount::try_sum(unit, fees.iter().map(part))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakdownParts {
    price: Amount,
    fees: Vec<FeeLine>,
    total: Amount,
    total_at_most: Amount,
    #[serde(default)]
    includes: Vec<PaidFee>,
}

impl TryFrom<BreakdownParts> for Breakdown {
    type Error = BreakdownError;

    fn try_from(parts: BreakdownParts) -> Result<Self, BreakdownError> {
        Self::new(parts.price, parts.fees, parts.total, parts.total_at_most)?
            .including(parts.includes)
    }
}

/// Why there is no such breakdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BreakdownError {
    /// The total is not what the lines sum to.
    #[error("the total of {said} is not the {sum} its lines sum to")]
    TotalDiffers {
        /// The total given.
        said: Amount,
        /// The sum of the lines.
        sum: Amount,
    },
    /// The most it can be is not what the lines sum to.
    #[error("the total of at most {said} is not the {sum} its lines sum to")]
    TotalAtMostDiffers {
        /// The total given.
        said: Amount,
        /// The sum of the lines.
        sum: Amount,
    },
    /// The price is said to include more than it is.
    #[error("a price of {price} cannot include that much")]
    IncludesMore {
        /// The price.
        price: Amount,
    },
    /// More lines than anyone can read.
    #[error("a breakdown has at most {MOST_FEE_LINES} fee lines, not {lines}")]
    TooManyLines {
        /// The lines given.
        lines: usize,
    },
    /// The lines have no sum.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::any::{breakdown, unit};
    use crate::fee::FeeKind;

    fn line(amount: u32, at_most: u32) -> FeeLine {
        let (amount, at_most) = (Amount::sat(amount), Amount::sat(at_most));
        FeeLine::new(FeeKind::Network, "the network", amount, at_most).unwrap()
    }

    #[test]
    fn a_breakdown_sums_its_lines() {
        let cost = Breakdown::of(Amount::sat(100), vec![line(1, 1), line(0, 3)]).unwrap();
        assert_eq!(cost.total(), Amount::sat(101));
        assert_eq!(cost.total_at_most(), Amount::sat(104));
        assert_eq!(cost.fees_at_most(), Amount::sat(4));
    }

    #[test]
    fn a_breakdown_whose_lines_do_not_sum_cannot_be_built() {
        let sat = Amount::sat;
        let new = |total, at_most| Breakdown::new(sat(100), vec![line(1, 3)], total, at_most);
        assert!(new(sat(101), sat(103)).is_ok());
        assert_eq!(
            new(sat(100), sat(103)),
            Err(BreakdownError::TotalDiffers {
                said: sat(100),
                sum: sat(101)
            })
        );
        assert_eq!(
            new(sat(101), sat(104)),
            Err(BreakdownError::TotalAtMostDiffers {
                said: sat(104),
                sum: sat(103)
            })
        );
        assert!(new(Amount::msat(101), sat(103)).is_err());
    }

    #[test]
    fn a_breakdown_never_mixes_units() {
        let fee = FeeLine::exactly(FeeKind::Swap, "issuer.example", Amount::msat(1)).unwrap();
        assert!(matches!(
            Breakdown::of(Amount::sat(100), vec![fee]),
            Err(BreakdownError::Amount(AmountError::UnitMismatch { .. }))
        ));
    }

    #[test]
    fn a_breakdown_stays_short_enough_to_read() {
        let lines = |count| Breakdown::of(Amount::sat(1), vec![line(0, 0); count]);
        assert!(lines(MOST_FEE_LINES).is_ok());
        assert_eq!(
            lines(MOST_FEE_LINES + 1),
            Err(BreakdownError::TooManyLines {
                lines: MOST_FEE_LINES + 1
            })
        );
    }

    fn part(kind: FeeKind, amount: Amount) -> PaidFee {
        PaidFee::new(kind, "Maple", amount).unwrap()
    }

    #[test]
    fn what_a_price_includes_counts_as_a_cost_and_not_in_the_sum() {
        let cents = Amount::usd_cents;
        let fee = FeeLine::up_to(FeeKind::Network, "Lightning", cents(2)).unwrap();
        let cost = Breakdown::of(cents(100), vec![fee]).unwrap();
        let markup = part(FeeKind::Conversion, cents(3));
        let named = cost.clone().including(vec![markup.clone()]).unwrap();
        assert_eq!(named.includes(), [markup]);
        assert_eq!(
            (named.total(), named.total_at_most()),
            (cost.total(), cost.total_at_most())
        );
        assert_eq!(named.costs_at_most(), cents(5));
        assert_eq!(named.basis_points_at_most(), Some(500));
        assert_eq!(cost.basis_points_at_most(), Some(200));
    }

    #[test]
    fn a_started_satoshi_is_named_in_its_thousandths() {
        let cost = Breakdown::of(Amount::sat(2), vec![]).unwrap();
        let lost = |msat| vec![part(FeeKind::Rounding, Amount::msat(msat))];
        let named = cost.clone().including(lost(999)).unwrap();
        assert!(named.costs_at_most().is_zero());
        assert_eq!(
            cost.including(lost(1000)),
            Err(BreakdownError::IncludesMore {
                price: Amount::sat(2)
            })
        );
    }

    #[test]
    fn a_price_includes_no_more_than_itself_and_nothing_of_another_unit() {
        let cost = Breakdown::of(Amount::sat(5), vec![]).unwrap();
        let with = |amount| {
            cost.clone()
                .including(vec![part(FeeKind::Conversion, amount)])
        };
        assert!(with(Amount::sat(5)).is_ok());
        assert!(with(Amount::sat(6)).is_err());
        assert!(with(Amount::usd_cents(1)).is_err());
        let dear = Breakdown::of(Amount::usd_cents(5), vec![]).unwrap();
        let fraction = part(FeeKind::Rounding, Amount::msat(1));
        assert!(dear.including(vec![fraction]).is_err());
    }

    #[test]
    fn a_stored_breakdown_that_includes_something_reads_back_and_is_checked() {
        let cost = Breakdown::of(Amount::sat(2), vec![])
            .unwrap()
            .including(vec![part(FeeKind::Rounding, Amount::msat(500))])
            .unwrap();
        let json = serde_json::to_string(&cost).unwrap();
        assert_eq!(serde_json::from_str::<Breakdown>(&json).unwrap(), cost);
        let altered = json.replace(r#""value":"500""#, r#""value":"1500""#);
        assert_ne!(altered, json);
        assert!(serde_json::from_str::<Breakdown>(&altered).is_err());
    }

    #[test]
    fn nothing_has_no_part() {
        let cost = Breakdown::of(Amount::sat(0), vec![line(1, 1)]).unwrap();
        assert_eq!(cost.basis_points_at_most(), None);
    }

    #[test]
    fn fees_that_sum_beyond_the_range_are_refused() {
        let most = FeeLine::up_to(FeeKind::Service, "a service", Amount::most(Unit::Sat)).unwrap();
        for fees in [vec![most.clone()], vec![most; 3]] {
            assert_eq!(
                Breakdown::of(Amount::sat(1), fees),
                Err(AmountError::OutOfRange { unit: Unit::Sat }.into())
            );
        }
    }

    proptest! {
        #[test]
        fn a_breakdown_is_taken_exactly_when_it_sums(
            cost in breakdown(), off in -3_i64..=3, off_at_most in -3_i64..=3,
        ) {
            let moved = |amount: Amount, by: i64| {
                amount
                    .value()
                    .checked_add_signed(by)
                    .and_then(|value| Amount::new(value, amount.unit()).ok())
            };
            let (Some(total), Some(at_most)) =
                (moved(cost.total(), off), moved(cost.total_at_most(), off_at_most))
            else {
                return Ok(());
            };
            let built = Breakdown::new(cost.price(), cost.fees().to_vec(), total, at_most);
            prop_assert_eq!(built.is_ok(), off == 0 && off_at_most == 0);
        }

        #[test]
        fn the_worst_case_is_never_less_than_the_best(cost in breakdown()) {
            prop_assert_eq!(cost.total().is_at_most(cost.total_at_most()), Ok(true));
            prop_assert_eq!(cost.price().is_at_most(cost.total()), Ok(true));
            prop_assert_eq!(cost.price().checked_add(cost.fees_at_most()), Ok(cost.total_at_most()));
        }

        #[test]
        fn a_stored_breakdown_reads_back_the_same(cost in breakdown()) {
            let json = serde_json::to_string(&cost).unwrap();
            prop_assert_eq!(serde_json::from_str::<Breakdown>(&json).unwrap(), cost);
        }

        #[test]
        fn a_stored_breakdown_with_any_number_altered_does_not_load(
            cost in breakdown(), which in any::<prop::sample::Index>(), by in 1..1_000_u64,
        ) {
            let mut stored = serde_json::to_value(&cost).unwrap();
            let mut numbers = vec!["/price/value".to_owned(), "/total/value".to_owned(),
                "/total_at_most/value".to_owned()];
            for line in 0..cost.fees().len() {
                numbers.push(format!("/fees/{line}/amount/value"));
                numbers.push(format!("/fees/{line}/at_most/value"));
            }
            let number = stored.pointer_mut(which.get::<String>(&numbers)).unwrap();
            let value: u64 = number.as_str().unwrap().parse().unwrap();
            *number = (value + by).to_string().into();
            prop_assert!(serde_json::from_value::<Breakdown>(stored).is_err());
        }

        #[test]
        fn a_stored_breakdown_with_any_unit_altered_does_not_load(
            cost in breakdown(), which in any::<prop::sample::Index>(), other in unit(),
        ) {
            prop_assume!(other != cost.unit());
            let mut stored = serde_json::to_value(&cost).unwrap();
            let mut units = vec!["/price/unit".to_owned(), "/total/unit".to_owned(),
                "/total_at_most/unit".to_owned()];
            for line in 0..cost.fees().len() {
                units.push(format!("/fees/{line}/amount/unit"));
                units.push(format!("/fees/{line}/at_most/unit"));
            }
            *stored.pointer_mut(which.get::<String>(&units)).unwrap() = other.as_str().into();
            prop_assert!(serde_json::from_value::<Breakdown>(stored).is_err());
        }
    }
}
