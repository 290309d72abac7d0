//! Any unit, amount or breakdown, for properties that hold for all of them.

use proptest::prelude::*;

use crate::{Amount, Breakdown, FeeKind, FeeLine, Unit};

pub(crate) fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![
        Just(Unit::Sat),
        Just(Unit::Msat),
        Just(Unit::Usd),
        Just(Unit::Eur),
        "[a-z][a-z0-9_-]{0,15}".prop_filter_map("a taken name", |name| name.parse().ok()),
    ]
}

pub(crate) fn amount_of(unit: Unit) -> impl Strategy<Value = Amount> {
    prop_oneof![0..=1_000_u64, 0..=unit.most(), Just(unit.most())]
        .prop_map(move |value| Amount::new(value, unit).unwrap())
}

pub(crate) fn amount() -> impl Strategy<Value = Amount> {
    unit().prop_flat_map(amount_of)
}

/// Amounts small enough that a full breakdown of them sums within every range.
fn some(unit: Unit) -> impl Strategy<Value = Amount> {
    any::<u32>().prop_map(move |value| Amount::small(value, unit))
}

fn fee_line(unit: Unit) -> impl Strategy<Value = FeeLine> {
    let kind = prop_oneof![
        Just(FeeKind::IssuerInput),
        Just(FeeKind::Swap),
        Just(FeeKind::Network),
        Just(FeeKind::Payee)
    ];
    (kind, "[a-z]{1,9}", some(unit), some(unit)).prop_map(|(kind, to, one, other)| {
        let (amount, at_most) = (one.try_min(other).unwrap(), one.try_max(other).unwrap());
        FeeLine::new(kind, to, amount, at_most).unwrap()
    })
}

pub(crate) fn breakdown() -> impl Strategy<Value = Breakdown> {
    unit().prop_flat_map(|unit| {
        (some(unit), prop::collection::vec(fee_line(unit), 0..6))
            .prop_map(|(price, fees)| Breakdown::of(price, fees).unwrap())
    })
}
