//! What a payment really cost.

use serde::{Deserialize, Serialize};

use crate::amount::{Amount, AmountError};
use crate::breakdown::{Breakdown, MOST_FEE_LINES};
use crate::fee::PaidFee;
use crate::unit::Unit;

/// The true figures of a payment: what the payee got, what each fee was, what came
/// back, and what the purse has less than before.
///
/// `paid` and the fees always sum to `left_purse`. One that does not sum cannot be
/// built or loaded. A payment that failed after a fee was due has nothing paid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "SettledParts")]
pub struct Settled {
    paid: Amount,
    fees: Vec<PaidFee>,
    returned: Amount,
    left_purse: Amount,
}

impl Settled {
    /// Takes what the purse lost as counted elsewhere (coins before less coins after),
    /// if the lines account for all of it.
    pub fn new(
        paid: Amount,
        fees: Vec<PaidFee>,
        returned: Amount,
        left_purse: Amount,
    ) -> Result<Self, SettledError> {
        let summed = Self::of(paid, fees, returned)?;
        if summed.left_purse != left_purse {
            return Err(SettledError::DoesNotSum {
                left_purse,
                sum: summed.left_purse,
            });
        }
        Ok(summed)
    }

    /// Sums what was paid and the fees.
    pub fn of(paid: Amount, fees: Vec<PaidFee>, returned: Amount) -> Result<Self, SettledError> {
        if fees.len() > MOST_FEE_LINES {
            return Err(SettledError::TooManyLines { lines: fees.len() });
        }
        if returned.unit() != paid.unit() {
            let (left, right) = (paid.unit(), returned.unit());
            return Err(AmountError::UnitMismatch { left, right }.into());
        }
        let all_fees = Amount::try_sum(paid.unit(), fees.iter().map(PaidFee::amount))?;
        let left_purse = paid.checked_add(all_fees)?;
        Ok(Self {
            paid,
            fees,
            returned,
            left_purse,
        })
    }

    /// What the payee got.
    #[must_use]
    pub const fn paid(&self) -> Amount {
        self.paid
    }

    /// Every fee as it was.
    #[must_use]
    pub fn fees(&self) -> &[PaidFee] {
        &self.fees
    }

    /// What was set aside for the payment and came back to the purse.
    #[must_use]
    pub const fn returned(&self) -> Amount {
        self.returned
    }

    /// What the purse has less than before.
    #[must_use]
    pub const fn left_purse(&self) -> Amount {
        self.left_purse
    }

    /// What part of what the payee got the fees were, in basis points rounded up; none when the
    /// payee got nothing.
    #[must_use]
    pub fn basis_points(&self) -> Option<u64> {
        self.left_purse
            .sub_or_zero(self.paid)
            .and_then(|fees| fees.basis_points_of(self.paid))
            .ok()
            .flatten()
    }

    /// The unit all of it is in.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        self.paid.unit()
    }

    /// Whether this is no more than `reviewed` allowed: the payee got no more than the
    /// price, and the purse lost no more than the worst case. Never across units.
    #[must_use]
    pub fn fits_within(&self, reviewed: &Breakdown) -> bool {
        self.paid.is_at_most(reviewed.price()) == Ok(true)
            && self.left_purse.is_at_most(reviewed.total_at_most()) == Ok(true)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettledParts {
    paid: Amount,
    fees: Vec<PaidFee>,
    returned: Amount,
    left_purse: Amount,
}

impl TryFrom<SettledParts> for Settled {
    type Error = SettledError;

    fn try_from(parts: SettledParts) -> Result<Self, SettledError> {
        Self::new(parts.paid, parts.fees, parts.returned, parts.left_purse)
    }
}

/// Why there is no such account of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettledError {
    /// The purse lost something else than the lines account for.
    #[error("{left_purse} left the purse, but the price and the fees sum to {sum}")]
    DoesNotSum {
        /// What the purse has less than before.
        left_purse: Amount,
        /// What was paid and the fees.
        sum: Amount,
    },
    /// More lines than anyone can read.
    #[error("a receipt has at most {MOST_FEE_LINES} fee lines, not {lines}")]
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
    use crate::any::breakdown;
    use crate::fee::{FeeKind, FeeLine};

    fn fee(amount: u32) -> PaidFee {
        PaidFee::new(FeeKind::Network, "the network", Amount::sat(amount)).unwrap()
    }

    fn reviewed() -> Breakdown {
        let fee = FeeLine::up_to(FeeKind::Network, "the network", Amount::sat(3)).unwrap();
        Breakdown::of(Amount::sat(100), vec![fee]).unwrap()
    }

    #[test]
    fn as_many_fee_lines_as_there_may_be_are_kept_and_one_more_is_refused() {
        let of = |lines: usize| Settled::of(Amount::sat(1), vec![fee(1); lines], Amount::sat(0));
        let most = of(MOST_FEE_LINES).unwrap();
        assert_eq!(most.fees(), vec![fee(1); MOST_FEE_LINES]);
        let lines = MOST_FEE_LINES + 1;
        assert_eq!(of(lines), Err(SettledError::TooManyLines { lines }));
    }

    #[test]
    fn every_piece_that_left_the_purse_is_accounted_for() {
        let sat = Amount::sat;
        let new = |left| Settled::new(sat(100), vec![fee(2)], sat(1), left);
        assert!(new(sat(102)).is_ok());
        for left in [sat(101), sat(103)] {
            assert_eq!(
                new(left),
                Err(SettledError::DoesNotSum {
                    left_purse: left,
                    sum: sat(102)
                })
            );
        }
        assert!(new(Amount::msat(102)).is_err());
        assert!(Settled::of(sat(100), vec![], Amount::usd_cents(0)).is_err());
        assert!(Settled::of(Amount::usd_cents(100), vec![fee(2)], Amount::usd_cents(0)).is_err());
        assert!(Settled::of(sat(1), vec![fee(0); MOST_FEE_LINES + 1], sat(0)).is_err());
    }

    #[test]
    fn a_payment_beyond_what_was_reviewed_is_noticed() {
        let settled = |paid, fees| Settled::of(Amount::sat(paid), fees, Amount::sat(0)).unwrap();
        assert!(settled(100, vec![fee(3)]).fits_within(&reviewed()));
        assert!(settled(0, vec![fee(1)]).fits_within(&reviewed()));
        assert!(!settled(100, vec![fee(4)]).fits_within(&reviewed()));
        assert!(!settled(101, vec![fee(1)]).fits_within(&reviewed()));
        let cents = Settled::of(Amount::usd_cents(1), vec![], Amount::usd_cents(0)).unwrap();
        assert!(!cents.fits_within(&reviewed()));
    }

    #[test]
    fn the_part_the_fees_were_is_of_what_the_payee_got() {
        let of = |paid, fees| Settled::of(Amount::sat(paid), fees, Amount::sat(0)).unwrap();
        assert_eq!(of(300, vec![fee(2), fee(1)]).basis_points(), Some(100));
        assert_eq!(of(300, vec![]).basis_points(), Some(0));
        assert_eq!(of(0, vec![fee(1)]).basis_points(), None);
    }

    #[test]
    fn an_altered_receipt_does_not_load() {
        let settled = Settled::of(Amount::sat(100), vec![fee(2)], Amount::sat(1)).unwrap();
        let json = serde_json::to_string(&settled).unwrap();
        assert_eq!(serde_json::from_str::<Settled>(&json).unwrap(), settled);
        for altered in [
            json.replace(r#""value":"100""#, r#""value":"99""#),
            json.replace(r#""value":"102""#, r#""value":"101""#),
            json.replace(r#""value":"2""#, r#""value":"3""#),
            json.replacen(r#""unit":"sat""#, r#""unit":"usd""#, 1),
            json.replace(r#""paid""#, r#""more":1,"paid""#),
        ] {
            assert_ne!(altered, json);
            assert!(
                serde_json::from_str::<Settled>(&altered).is_err(),
                "{altered}"
            );
        }
    }

    proptest! {
        #[test]
        fn paying_every_fee_at_its_most_or_its_least_fits_the_review(
            cost in breakdown(), at_most in any::<bool>(),
        ) {
            let fees = cost
                .fees()
                .iter()
                .map(|line| {
                    let amount = if at_most { line.at_most() } else { line.amount() };
                    PaidFee::new(line.kind(), line.to(), amount).unwrap()
                })
                .collect();
            let settled = Settled::of(cost.price(), fees, Amount::zero(cost.unit())).unwrap();
            prop_assert!(settled.fits_within(&cost));
            let expected = if at_most { cost.total_at_most() } else { cost.total() };
            prop_assert_eq!(settled.left_purse(), expected);
        }
    }
}
