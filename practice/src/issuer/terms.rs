//! What an issuer promises and charges.

use cdk_common::nuts::CurrencyUnit;

use crate::lightning::Reserve;
use crate::ports::Party;

/// An issuer's terms for one unit.
#[derive(Debug, Clone)]
pub struct UnitTerms {
    /// The unit it issues.
    pub unit: CurrencyUnit,
    /// Thousandths of a unit charged for each coin spent.
    pub input_fee_ppk: u64,
    /// Set aside for routing when it pays an invoice.
    pub reserve: Reserve,
    /// Largest top-up and largest payment, in the unit.
    pub limit: u64,
}

/// An issuer's terms.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Where it stands in the town.
    pub party: Party,
    /// Its Lightning node and its folder.
    pub node: &'static str,
    /// Its name.
    pub name: &'static str,
    /// One line about it.
    pub description: &'static str,
    /// Its message of the day.
    pub motd: &'static str,
    /// How to reach it.
    pub contact: &'static str,
    /// Whether it repeats lost answers (NUT-19).
    pub repeats_answers: bool,
    /// Whether it pays offers (NUT-25).
    pub pays_offers: bool,
    /// What it charges.
    pub units: fn() -> Vec<UnitTerms>,
}

/// *Maple*: satoshi, a small fee for each coin, repeats lost answers, pays offers.
pub const MAPLE: Terms = Terms {
    party: Party::Maple,
    node: "maple",
    name: "Maple",
    description: "Play satoshi for the practice town",
    motd: "Play money: nothing here is worth anything.",
    contact: "maple@practice.invalid",
    repeats_answers: true,
    pays_offers: true,
    units: || {
        vec![UnitTerms {
            unit: CurrencyUnit::Sat,
            input_fee_ppk: 100,
            reserve: Reserve { min: 2, percent: 2 },
            limit: 1_000_000,
        }]
    },
};

/// *Harbour*: dollars without coin fees and satoshi with dear ones; an answer
/// lost on the way is not repeated.
pub const HARBOUR: Terms = Terms {
    party: Party::Harbour,
    node: "harbour",
    name: "Harbour",
    description: "Play dollars and satoshi for the practice town",
    motd: "Play money: one cent is always ten satoshi.",
    contact: "harbour@practice.invalid",
    repeats_answers: false,
    pays_offers: false,
    units: || {
        vec![
            UnitTerms {
                unit: CurrencyUnit::Usd,
                input_fee_ppk: 0,
                reserve: Reserve { min: 1, percent: 2 },
                limit: 100_000,
            },
            UnitTerms {
                unit: CurrencyUnit::Sat,
                input_fee_ppk: 1_000,
                reserve: Reserve { min: 2, percent: 1 },
                limit: 1_000_000,
            },
        ]
    },
};
