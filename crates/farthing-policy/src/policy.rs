//! The rules themselves: what may be held, paid and charged.

use std::collections::BTreeMap;

use farthing_money::{Amount, AmountError, Unit};
use serde::{Deserialize, Serialize};

/// The version of the form below. Rules in any other form are not guessed at.
const VERSION: u32 = 1;

/// The most units rules may be written for.
const MOST_UNITS: usize = 32;

/// All of an amount, in basis points.
const WHOLE: u32 = 10_000;

/// The rules for one unit. Everything is an amount of that unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitRules {
    /// The most all purses of this unit may hold together.
    pub balance_cap: Amount,
    /// The most one payment may take from a purse, fees at their worst included.
    pub payment_cap: Amount,
    /// Above this, a payment needs the PIN or passphrase once more.
    pub secret_above: Amount,
    /// Fees up to this are never worth a warning, whatever part of the price.
    pub fees_unremarked_to: Amount,
    /// Fees up to this are never refused, whatever part of the price. With prices of
    /// a few pieces, rounding alone can make a fee as large as the price.
    pub fees_allowed_to: Amount,
}

impl UnitRules {
    fn check(&self) -> Result<(), PolicyDefect> {
        let unit = self.balance_cap.unit();
        let mixed = |_: AmountError| PolicyDefect::MixedUnits { unit };
        let secret_of_the_unit = self.secret_above.unit() == unit;
        let payment_fits = self
            .payment_cap
            .is_at_most(self.balance_cap)
            .map_err(mixed)?;
        let fees_of_the_unit = self.fees_allowed_to.unit() == unit;
        let floors_fit = self
            .fees_unremarked_to
            .is_at_most(self.fees_allowed_to)
            .map_err(mixed)?;
        if !secret_of_the_unit || !fees_of_the_unit {
            return Err(PolicyDefect::MixedUnits { unit });
        }
        if !payment_fits {
            return Err(PolicyDefect::PaymentCapAboveBalanceCap { unit });
        }
        if !floors_fit {
            return Err(PolicyDefect::WarningAfterRefusal);
        }
        Ok(())
    }
}

/// The rules for units we know nothing of, in their smallest pieces, whatever those
/// may be worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherUnits {
    /// As [`UnitRules::balance_cap`].
    pub balance_cap: u32,
    /// As [`UnitRules::payment_cap`].
    pub payment_cap: u32,
    /// As [`UnitRules::secret_above`].
    pub secret_above: u32,
    /// As [`UnitRules::fees_unremarked_to`].
    pub fees_unremarked_to: u32,
    /// As [`UnitRules::fees_allowed_to`].
    pub fees_allowed_to: u32,
}

impl OtherUnits {
    fn of(&self, unit: Unit) -> UnitRules {
        UnitRules {
            balance_cap: Amount::small(self.balance_cap, unit),
            payment_cap: Amount::small(self.payment_cap, unit),
            secret_above: Amount::small(self.secret_above, unit),
            fees_unremarked_to: Amount::small(self.fees_unremarked_to, unit),
            fees_allowed_to: Amount::small(self.fees_allowed_to, unit),
        }
    }
}

/// What may be held, paid and charged, in every unit. One that contradicts itself
/// cannot be built or loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PolicyParts", into = "PolicyParts")]
pub struct Policy {
    units: BTreeMap<Unit, UnitRules>,
    other_units: OtherUnits,
    warn_above_basis_points: u32,
    refuse_above_basis_points: u32,
}

impl Policy {
    /// The rules Farthing comes with: small change.
    #[must_use]
    pub fn built_in() -> Self {
        let rules = |unit, scale: u32, balance: u32, payment: u32, secret: u32| {
            let amount = |value: u32| Amount::small(value.saturating_mul(scale), unit);
            UnitRules {
                balance_cap: amount(balance),
                payment_cap: amount(payment),
                secret_above: amount(secret),
                fees_unremarked_to: amount(2),
                fees_allowed_to: amount(5),
            }
        };
        Self {
            units: by_unit([
                rules(Unit::Sat, 1, 500_000, 100_000, 20_000),
                rules(Unit::Msat, 1_000, 500_000, 100_000, 20_000),
                rules(Unit::Usd, 1, 20_000, 5_000, 1_000),
                rules(Unit::Eur, 1, 20_000, 5_000, 1_000),
            ]),
            other_units: OtherUnits {
                balance_cap: 1_000,
                payment_cap: 200,
                secret_above: 0,
                fees_unremarked_to: 0,
                fees_allowed_to: 5,
            },
            warn_above_basis_points: 200,
            refuse_above_basis_points: 2_500,
        }
    }

    /// The rules that hold while the real ones cannot be read: enough to buy a cup of
    /// coffee with the PIN, and nothing in a unit we do not know.
    #[must_use]
    pub fn strictest() -> Self {
        let rules = |unit, scale: u32, balance: u32, payment: u32| {
            let amount = |value: u32| Amount::small(value.saturating_mul(scale), unit);
            UnitRules {
                balance_cap: amount(balance),
                payment_cap: amount(payment),
                secret_above: amount(0),
                fees_unremarked_to: amount(0),
                fees_allowed_to: amount(2),
            }
        };
        Self {
            units: by_unit([
                rules(Unit::Sat, 1, 20_000, 5_000),
                rules(Unit::Msat, 1_000, 20_000, 5_000),
                rules(Unit::Usd, 1, 2_000, 500),
                rules(Unit::Eur, 1, 2_000, 500),
            ]),
            other_units: OtherUnits {
                balance_cap: 0,
                payment_cap: 0,
                secret_above: 0,
                fees_unremarked_to: 0,
                fees_allowed_to: 0,
            },
            warn_above_basis_points: 100,
            refuse_above_basis_points: 1_000,
        }
    }

    /// The rules for a unit.
    #[must_use]
    pub fn rules_for(&self, unit: Unit) -> UnitRules {
        self.units
            .get(&unit)
            .copied()
            .unwrap_or_else(|| self.other_units.of(unit))
    }

    /// Fees above this part of the price, in basis points, are worth a warning.
    #[must_use]
    pub const fn warn_above_basis_points(&self) -> u32 {
        self.warn_above_basis_points
    }

    /// Fees above this part of the price, in basis points, are refused.
    #[must_use]
    pub const fn refuse_above_basis_points(&self) -> u32 {
        self.refuse_above_basis_points
    }
}

fn by_unit(rules: impl IntoIterator<Item = UnitRules>) -> BTreeMap<Unit, UnitRules> {
    rules
        .into_iter()
        .map(|rules| (rules.balance_cap.unit(), rules))
        .collect()
}

/// The form rules are stored in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyParts {
    version: u32,
    units: Vec<UnitRules>,
    other_units: OtherUnits,
    warn_above_basis_points: u32,
    refuse_above_basis_points: u32,
}

impl From<Policy> for PolicyParts {
    fn from(policy: Policy) -> Self {
        Self {
            version: VERSION,
            units: policy.units.into_values().collect(),
            other_units: policy.other_units,
            warn_above_basis_points: policy.warn_above_basis_points,
            refuse_above_basis_points: policy.refuse_above_basis_points,
        }
    }
}

impl TryFrom<PolicyParts> for Policy {
    type Error = PolicyDefect;

    fn try_from(parts: PolicyParts) -> Result<Self, PolicyDefect> {
        known_version(parts.version)?;
        if parts.units.len() > MOST_UNITS {
            return Err(PolicyDefect::TooManyUnits {
                units: parts.units.len(),
            });
        }
        let other = parts.other_units;
        if other.payment_cap > other.balance_cap {
            return Err(PolicyDefect::OtherPaymentCapAboveBalanceCap);
        }
        if parts.refuse_above_basis_points > WHOLE {
            return Err(PolicyDefect::FeesAbovePrice);
        }
        if parts.warn_above_basis_points > parts.refuse_above_basis_points
            || other.fees_unremarked_to > other.fees_allowed_to
        {
            return Err(PolicyDefect::WarningAfterRefusal);
        }
        let mut units = BTreeMap::new();
        for rules in parts.units {
            rules.check()?;
            let unit = rules.balance_cap.unit();
            if units.insert(unit, rules).is_some() {
                return Err(PolicyDefect::UnitTwice { unit });
            }
        }
        Ok(Self {
            units,
            other_units: other,
            warn_above_basis_points: parts.warn_above_basis_points,
            refuse_above_basis_points: parts.refuse_above_basis_points,
        })
    }
}

/// Refuses any version but the one this code writes.
pub(crate) fn known_version(found: u32) -> Result<(), PolicyDefect> {
    if found == VERSION {
        Ok(())
    } else {
        Err(PolicyDefect::UnknownVersion {
            found,
            known: VERSION,
        })
    }
}

/// What is wrong with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyDefect {
    /// More bytes than any rules need.
    #[error("the rules take {bytes} bytes, too many to be read")]
    TooLong {
        /// The bytes given.
        bytes: usize,
    },
    /// Not rules at all, or with parts missing, wrong or unknown.
    #[error("the rules cannot be read, from line {line} column {column}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Rules in a form this version of Farthing does not know.
    #[error("the rules are of version {found}, this wallet knows version {known}")]
    UnknownVersion {
        /// The version they say they are.
        found: u32,
        /// The version this code knows.
        known: u32,
    },
    /// More units than there can be rules for.
    #[error("the rules are for {units} units, too many")]
    TooManyUnits {
        /// The units given.
        units: usize,
    },
    /// Two sets of rules for one unit.
    #[error("there are two sets of rules for {unit}")]
    UnitTwice {
        /// The unit.
        unit: Unit,
    },
    /// One unit's rules name another unit.
    #[error("the rules for {unit} mix units")]
    MixedUnits {
        /// The unit.
        unit: Unit,
    },
    /// A payment could be more than everything held.
    #[error("the payment cap for {unit} is above its balance cap")]
    PaymentCapAboveBalanceCap {
        /// The unit.
        unit: Unit,
    },
    /// The same, for units we know nothing of.
    #[error("the payment cap for other units is above their balance cap")]
    OtherPaymentCapAboveBalanceCap,
    /// Fees could be more than the price.
    #[error("the rules allow fees above the price")]
    FeesAbovePrice,
    /// What is refused would never have been warned of.
    #[error("the rules refuse fees before they warn of them")]
    WarningAfterRefusal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_we_come_with_load_from_their_own_form() {
        for policy in [Policy::built_in(), Policy::strictest()] {
            let json = serde_json::to_string(&policy).unwrap();
            assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
        }
    }

    #[test]
    fn small_change_is_what_the_rules_we_come_with_allow() {
        let policy = Policy::built_in();
        let sat = policy.rules_for(Unit::Sat);
        assert_eq!(sat.balance_cap, Amount::sat(500_000));
        assert_eq!(sat.payment_cap, Amount::sat(100_000));
        let msat = policy.rules_for(Unit::Msat);
        assert_eq!(msat.balance_cap.to_sat_rounded_up(), Ok(sat.balance_cap));
        assert_eq!(msat.payment_cap.to_sat_rounded_up(), Ok(sat.payment_cap));
        for unit in [Unit::Usd, Unit::Eur] {
            assert_eq!(
                policy.rules_for(unit).balance_cap,
                Amount::small(20_000, unit)
            );
            assert_eq!(
                policy.rules_for(unit).payment_cap,
                Amount::small(5_000, unit)
            );
        }
        let beans = "beans".parse().unwrap();
        assert_eq!(
            policy.rules_for(beans).payment_cap,
            Amount::small(200, beans)
        );
    }
}
