//! Whether more money may come in.

use farthing_money::{Amount, AmountError};

use crate::policy::Policy;
use crate::reason::Reason;

/// What has to be known to decide about money coming in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopUpFacts {
    /// What all purses of the unit hold and can spend.
    pub balance: Amount,
    /// What else the wallet owns in the unit: held for something undecided, given and
    /// not yet redeemed, or already asked for and on its way.
    pub pending: Amount,
    /// What is to come in.
    pub amount: Amount,
}

/// Whether money may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum TopUpDecision {
    /// It may.
    Allow,
    /// It may not.
    Refuse(Reason),
}

/// Decides about money coming in, by a top-up or by redeeming: with everything still
/// on its way, the purses of a unit stay within its balance cap.
pub fn decide_top_up(policy: &Policy, facts: &TopUpFacts) -> TopUpDecision {
    match allowed(policy, facts) {
        Ok(()) => TopUpDecision::Allow,
        Err(reason) => TopUpDecision::Refuse(reason),
    }
}

fn allowed(policy: &Policy, facts: &TopUpFacts) -> Result<(), Reason> {
    let unit = facts.amount.unit();
    let cap = policy.rules_for(unit).balance_cap;
    let mixed = |error| match error {
        AmountError::UnitMismatch { left, right } => Reason::MixedUnits { left, right },
        _ => Reason::MixedUnits {
            left: unit,
            right: unit,
        },
    };
    // More than there can be is more than any cap.
    let sum = |left: Amount, right: Amount| match left.checked_add(right) {
        Err(AmountError::OutOfRange { unit }) => Ok(Amount::most(unit)),
        sum => sum.map_err(mixed),
    };

    let held = sum(facts.balance, facts.pending)?;
    let balance_after = sum(held, facts.amount)?;
    if facts.amount.is_zero() {
        return Err(Reason::NothingToMove);
    }
    if balance_after.is_at_most(cap).map_err(mixed)? {
        return Ok(());
    }
    let room = cap.sub_or_zero(held).map_err(mixed)?;
    Err(Reason::AboveBalanceCap {
        balance_after,
        cap,
        room,
    })
}

#[cfg(test)]
mod tests {
    use farthing_money::Unit;
    use proptest::prelude::*;

    use super::*;

    fn decide(balance: u32, pending: u32, amount: u32) -> TopUpDecision {
        let (balance, pending) = (Amount::sat(balance), Amount::sat(pending));
        let facts = TopUpFacts {
            balance,
            pending,
            amount: Amount::sat(amount),
        };
        decide_top_up(&Policy::built_in(), &facts)
    }

    #[test]
    fn what_is_on_its_way_counts_as_here() {
        assert_eq!(decide(400_000, 90_000, 10_000), TopUpDecision::Allow);
        assert_eq!(
            decide(400_000, 90_000, 10_001),
            TopUpDecision::Refuse(Reason::AboveBalanceCap {
                balance_after: Amount::sat(500_001),
                cap: Amount::sat(500_000),
                room: Amount::sat(10_000),
            })
        );
    }

    #[test]
    fn a_wallet_already_over_its_cap_has_no_room() {
        assert_eq!(
            decide(600_000, 0, 1),
            TopUpDecision::Refuse(Reason::AboveBalanceCap {
                balance_after: Amount::sat(600_001),
                cap: Amount::sat(500_000),
                room: Amount::sat(0),
            })
        );
    }

    #[test]
    fn nothing_and_mixed_units_do_not_come_in() {
        assert_eq!(
            decide(0, 0, 0),
            TopUpDecision::Refuse(Reason::NothingToMove)
        );
        let facts = TopUpFacts {
            balance: Amount::sat(0),
            pending: Amount::sat(0),
            amount: Amount::usd_cents(1),
        };
        assert_eq!(
            decide_top_up(&Policy::built_in(), &facts),
            TopUpDecision::Refuse(Reason::MixedUnits {
                left: Unit::Sat,
                right: Unit::Usd
            })
        );
    }

    #[test]
    fn more_than_there_can_be_is_above_the_cap() {
        let most = Amount::most(Unit::Msat);
        let facts = TopUpFacts {
            balance: most,
            pending: most,
            amount: most,
        };
        assert!(matches!(
            decide_top_up(&Policy::built_in(), &facts),
            TopUpDecision::Refuse(Reason::AboveBalanceCap { .. })
        ));
    }

    /// What happens to a wallet, as far as its balance is concerned.
    #[derive(Debug, Clone, Copy)]
    enum Event {
        Ask(u32),
        Arrive,
        Spend(u32),
    }

    fn event() -> impl Strategy<Value = Event> {
        let amount = prop_oneof![0..=10_u32, 0..=300_000_u32, any::<u32>()];
        prop_oneof![
            amount.clone().prop_map(Event::Ask),
            Just(Event::Arrive),
            amount.prop_map(Event::Spend)
        ]
    }

    proptest! {
        #[test]
        fn no_sequence_slips_above_the_balance_cap(
            events in prop::collection::vec(event(), 0..60), strict in any::<bool>(),
        ) {
            let policy = if strict { Policy::strictest() } else { Policy::built_in() };
            let cap = policy.rules_for(Unit::Sat).balance_cap;
            let (mut balance, mut pending) = (Amount::sat(0), Amount::sat(0));
            for event in events {
                match event {
                    Event::Ask(value) => {
                        let amount = Amount::sat(value);
                        match decide_top_up(&policy, &TopUpFacts { balance, pending, amount }) {
                            TopUpDecision::Allow => {
                                pending = pending.checked_add(amount).unwrap();
                            }
                            TopUpDecision::Refuse(Reason::AboveBalanceCap { room, .. }) => {
                                // The room it names is really there, and no more than that.
                                let fits = TopUpFacts { balance, pending, amount: room };
                                let decision = decide_top_up(&policy, &fits);
                                prop_assert_eq!(
                                    decision == TopUpDecision::Allow,
                                    !room.is_zero()
                                );
                                prop_assert!(room.value() < amount.value());
                            }
                            TopUpDecision::Refuse(reason) => {
                                prop_assert_eq!(reason, Reason::NothingToMove);
                            }
                        }
                    }
                    Event::Arrive => {
                        balance = balance.checked_add(pending).unwrap();
                        pending = Amount::sat(0);
                    }
                    Event::Spend(value) => balance = balance.sub_or_zero(Amount::sat(value)).unwrap(),
                }
                let held = balance.checked_add(pending).unwrap();
                prop_assert_eq!(held.is_at_most(cap), Ok(true));
            }
        }

        #[test]
        fn the_strictest_rules_never_let_more_in(
            balance in 0..=600_000_u32, amount in 0..=600_000_u32,
        ) {
            let (balance, amount) = (Amount::sat(balance), Amount::sat(amount));
            let facts = TopUpFacts { balance, pending: Amount::sat(0), amount };
            if decide_top_up(&Policy::strictest(), &facts) == TopUpDecision::Allow {
                prop_assert_eq!(decide_top_up(&Policy::built_in(), &facts), TopUpDecision::Allow);
            }
        }
    }
}
