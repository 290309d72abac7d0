//! Why something is refused, and what a person can do instead.

use std::fmt;

use farthing_money::{Amount, Unit};
use serde::{Deserialize, Serialize};

/// Why a payment or a top-up is refused, with the numbers a reader needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The payment could take more from the purse than one payment may.
    #[error("this could take {amount}, and one payment may take at most {cap}")]
    AbovePaymentCap {
        /// What it could take, fees at their worst included.
        amount: Amount,
        /// What one payment may take.
        cap: Amount,
    },
    /// The purses would hold more than they may.
    #[error("your purses would hold {balance_after}, and may hold at most {cap}")]
    AboveBalanceCap {
        /// What they would hold, with everything still on its way.
        balance_after: Amount,
        /// What they may hold together.
        cap: Amount,
        /// What may still come in.
        room: Amount,
    },
    /// The fees are out of proportion to the price.
    #[error("fees could be {fees_at_most} on a price of {price}, and may be at most {cap}")]
    FeeAboveCap {
        /// What the fees could be together.
        fees_at_most: Amount,
        /// What they may be at this price.
        cap: Amount,
        /// The price.
        price: Amount,
    },
    /// The person blocked this payee.
    #[error("you blocked this payee")]
    PayeeBlocked,
    /// More would go to this payee within 30 days than the person allows.
    #[error(
        "{spent} went to this payee within 30 days, this could take {amount}, and your limit for it is {limit}"
    )]
    AbovePayeeLimit {
        /// What it could take, fees at their worst included.
        amount: Amount,
        /// What went there within 30 days, fees included.
        spent: Amount,
        /// What may go there.
        limit: Amount,
    },
    /// The amount is zero.
    #[error("there is nothing to move: the amount is zero")]
    NothingToMove,
    /// The facts are of different units, so no rule can be applied.
    #[error("amounts of {left} and {right} cannot be compared")]
    MixedUnits {
        /// One unit.
        left: Unit,
        /// Another.
        right: Unit,
    },
}

impl Reason {
    /// The reason's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AbovePaymentCap { .. } => "above_payment_cap",
            Self::AboveBalanceCap { .. } => "above_balance_cap",
            Self::FeeAboveCap { .. } => "fee_above_cap",
            Self::PayeeBlocked => "payee_blocked",
            Self::AbovePayeeLimit { .. } => "above_payee_limit",
            Self::NothingToMove => "nothing_to_move",
            Self::MixedUnits { .. } => "mixed_units",
        }
    }

    /// What the person can do instead.
    #[must_use]
    pub const fn way_out(&self) -> WayOut {
        match *self {
            Self::AbovePaymentCap { cap, .. } if cap.is_zero() => WayOut::UseAnotherPurse,
            Self::AbovePaymentCap { cap, .. } => WayOut::PayAtMost { amount: cap },
            Self::AboveBalanceCap { room, .. } if room.is_zero() => WayOut::SpendFirst,
            Self::AboveBalanceCap { room, .. } => WayOut::AddAtMost { amount: room },
            Self::FeeAboveCap { .. } => WayOut::PayCheaper,
            Self::PayeeBlocked => WayOut::Unblock,
            Self::AbovePayeeLimit { .. } => WayOut::RaisePayeeLimit,
            Self::NothingToMove => WayOut::NameAnAmount,
            Self::MixedUnits { .. } => WayOut::UseAnotherPurse,
        }
    }
}

/// What a person can do instead of what was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum WayOut {
    /// Pay less at once.
    PayAtMost {
        /// The most a payment may take, with its fees.
        amount: Amount,
    },
    /// Let less come in.
    AddAtMost {
        /// What may still come in.
        amount: Amount,
    },
    /// Spend something before more comes in.
    SpendFirst,
    /// Pay more at once, or from a purse whose issuer charges less.
    PayCheaper,
    /// Pay from a purse of another unit.
    UseAnotherPurse,
    /// Lift the block first.
    Unblock,
    /// Raise the limit for this payee, or wait.
    RaisePayeeLimit,
    /// Say how much.
    NameAnAmount,
}

impl fmt::Display for WayOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PayAtMost { amount } => {
                write!(
                    f,
                    "pay at most {amount} at once, fees included, or pay this another way"
                )
            }
            Self::AddAtMost { amount } => write!(f, "let at most {amount} come in"),
            Self::SpendFirst => f.write_str("spend something first: the purses are full"),
            Self::PayCheaper => {
                f.write_str("pay more at once, or from a purse whose issuer charges less")
            }
            Self::UseAnotherPurse => f.write_str("use a purse of another unit"),
            Self::Unblock => f.write_str("lift the block on this payee first"),
            Self::RaisePayeeLimit => {
                f.write_str("raise your limit for this payee, or wait until less was spent there")
            }
            Self::NameAnAmount => f.write_str("name an amount above zero"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_wallet_is_told_to_spend_and_one_with_room_how_much_fits() {
        let above = |room| Reason::AboveBalanceCap {
            balance_after: Amount::sat(12),
            cap: Amount::sat(10),
            room: Amount::sat(room),
        };
        assert_eq!(above(0).way_out(), WayOut::SpendFirst);
        assert_eq!(
            above(3).way_out(),
            WayOut::AddAtMost {
                amount: Amount::sat(3)
            }
        );
        assert_eq!(above(3).way_out().to_string(), "let at most 3 sat come in");
    }

    #[test]
    fn a_payment_that_is_too_large_is_told_how_much_fits_or_to_use_another_purse() {
        let above = |cap| Reason::AbovePaymentCap {
            amount: Amount::sat(12),
            cap: Amount::sat(cap),
        };
        assert_eq!(above(0).way_out(), WayOut::UseAnotherPurse);
        let amount = Amount::sat(10);
        assert_eq!(above(10).way_out(), WayOut::PayAtMost { amount });
    }

    #[test]
    fn the_stored_name_of_a_reason_is_its_code() {
        let (one, two) = (Amount::sat(1), Amount::sat(2));
        for reason in [
            Reason::AbovePaymentCap {
                amount: two,
                cap: one,
            },
            Reason::AboveBalanceCap {
                balance_after: two,
                cap: one,
                room: one,
            },
            Reason::FeeAboveCap {
                fees_at_most: two,
                cap: one,
                price: one,
            },
            Reason::PayeeBlocked,
            Reason::AbovePayeeLimit {
                amount: two,
                spent: one,
                limit: two,
            },
            Reason::NothingToMove,
            Reason::MixedUnits {
                left: Unit::Sat,
                right: Unit::Usd,
            },
        ] {
            let stored = serde_json::to_value(reason).unwrap();
            assert_eq!(stored.get("code").unwrap(), reason.code());
            assert_eq!(serde_json::from_value::<Reason>(stored).unwrap(), reason);
        }
    }
}
