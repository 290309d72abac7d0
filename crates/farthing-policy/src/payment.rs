//! Whether a payment may be made, and what it needs.

use std::fmt;

use farthing_money::{Amount, AmountError, Breakdown};
use serde::{Deserialize, Serialize};

use crate::policy::{Policy, UnitRules};
use crate::reason::Reason;

/// What a person has to do to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Factor {
    /// Say yes.
    Confirm,
    /// Give the PIN or passphrase for this payment.
    Secret,
}

impl Factor {
    /// The factor's stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Secret => "secret",
        }
    }
}

/// Who the payee is to this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayeeStanding {
    /// Whoever holds the money next: e-cash handed over names no one.
    Bearer,
    /// Never paid before.
    FirstTime,
    /// Paid before.
    Known,
    /// Blocked by the person.
    Blocked,
}

/// What has to be known to decide about a payment.
#[derive(Debug, Clone, Copy)]
pub struct PaymentFacts<'a> {
    /// The price and every fee.
    pub breakdown: &'a Breakdown,
    /// Who is paid.
    pub payee: PayeeStanding,
}

/// Something to know before saying yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// This payee was never paid before.
    FirstTimePayee,
    /// The fees are a large part of the price: a payment with this warning always needs a yes of
    /// its own, whatever may one day be paid without asking.
    FeeHigh {
        /// What they could be together, with the mark-up a rate of the issuer's hides.
        fees_at_most: Amount,
        /// The price.
        price: Amount,
        /// What part of the price that is, in basis points rounded up.
        basis_points: u64,
    },
    /// This payee is not the one it looks like.
    LooksLike {
        /// What the person calls the one they know.
        name: String,
    },
    /// An earlier payment to this payee is not decided: whoever takes it for failed pays twice.
    StillDeciding {
        /// Its price.
        price: Amount,
    },
}

impl Warning {
    /// The warning's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FirstTimePayee => "first_time_payee",
            Self::FeeHigh { .. } => "fee_high",
            Self::LooksLike { .. } => "looks_like",
            Self::StillDeciding { .. } => "still_deciding",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstTimePayee => f.write_str("you have never paid this payee before"),
            Self::FeeHigh {
                fees_at_most,
                price,
                basis_points,
            } => write!(
                f,
                "fees could be {fees_at_most} on a price of {price}, {} % of it",
                basis_points.div_ceil(100)
            ),
            Self::LooksLike { name } => write!(
                f,
                "this looks like {name}, whom you have paid before, and is somebody else"
            ),
            Self::StillDeciding { price } => write!(
                f,
                "{price} to this payee is still being decided, and may arrive yet: paying now may pay twice"
            ),
        }
    }
}

/// Whether a payment may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Decision {
    /// It may, once the person has done what it needs.
    Allow {
        /// What the person has to do, each once.
        needs: Vec<Factor>,
        /// What the person should know before.
        warnings: Vec<Warning>,
    },
    /// It may not.
    Refuse(Reason),
}

/// Decides about a payment by its worst case: what could leave the purse counts, not
/// what is hoped for.
pub fn decide_payment(policy: &Policy, facts: &PaymentFacts<'_>) -> Decision {
    match allowed(policy, facts) {
        Ok((needs, warnings)) => Decision::Allow { needs, warnings },
        Err(reason) => Decision::Refuse(reason),
    }
}

/// Decides whether a payment stays within what the person allows to go to one payee within 30 days.
///
/// # Errors
/// [`Reason::AbovePayeeLimit`]; [`Reason::MixedUnits`] where the limit is in another unit than the
/// payment, and nobody can say.
pub fn decide_payee_limit(limit: Amount, spent: Amount, at_most: Amount) -> Result<(), Reason> {
    let mixed = |_| Reason::MixedUnits {
        left: limit.unit(),
        right: at_most.unit(),
    };
    let above = Reason::AbovePayeeLimit {
        amount: at_most,
        spent,
        limit,
    };
    let together = match spent.checked_add(at_most) {
        Ok(together) => together,
        Err(AmountError::UnitMismatch { .. }) => return Err(mixed(())),
        Err(_) => return Err(above),
    };
    if together.is_at_most(limit).map_err(|_| mixed(()))? {
        Ok(())
    } else {
        Err(above)
    }
}

fn allowed(
    policy: &Policy,
    facts: &PaymentFacts<'_>,
) -> Result<(Vec<Factor>, Vec<Warning>), Reason> {
    let cost = facts.breakdown;
    let rules = policy.rules_for(cost.unit());

    if facts.payee == PayeeStanding::Blocked {
        return Err(Reason::PayeeBlocked);
    }
    if cost.price().is_zero() {
        return Err(Reason::NothingToMove);
    }
    let amount = cost.total_at_most();
    if !amount.is_at_most(rules.payment_cap).map_err(mixed(cost))? {
        return Err(Reason::AbovePaymentCap {
            amount,
            cap: rules.payment_cap,
        });
    }

    let mut warnings = Vec::new();
    if facts.payee == PayeeStanding::FirstTime {
        warnings.push(Warning::FirstTimePayee);
    }
    warnings.extend(fee_warning(policy, &rules, cost)?);

    let mut needs = vec![Factor::Confirm];
    if !amount.is_at_most(rules.secret_above).map_err(mixed(cost))? {
        needs.push(Factor::Secret);
    }
    Ok((needs, warnings))
}

fn fee_warning(
    policy: &Policy,
    rules: &UnitRules,
    cost: &Breakdown,
) -> Result<Option<Warning>, Reason> {
    // A mark-up hidden in the price is a fee by another name.
    let (price, fees_at_most) = (cost.price(), cost.costs_at_most());
    // Rounded up, a part is above a whole number of basis points exactly when the
    // unrounded one is.
    let basis_points = fees_at_most
        .basis_points_of(price)
        .map_err(mixed(cost))?
        .unwrap_or(u64::MAX);
    let beyond = |floor: Amount, limit: u32| {
        let within_floor = fees_at_most.is_at_most(floor).map_err(mixed(cost))?;
        Ok(!within_floor && basis_points > u64::from(limit))
    };

    if beyond(rules.fees_allowed_to, policy.refuse_above_basis_points())? {
        let cap = price
            .share_rounded_down(policy.refuse_above_basis_points())
            .and_then(|share| share.try_max(rules.fees_allowed_to))
            .map_err(mixed(cost))?;
        return Err(Reason::FeeAboveCap {
            fees_at_most,
            cap,
            price,
        });
    }
    let high = beyond(rules.fees_unremarked_to, policy.warn_above_basis_points())?;
    Ok(high.then_some(Warning::FeeHigh {
        fees_at_most,
        price,
        basis_points,
    }))
}

/// A policy's rules for a unit are of that unit, and a breakdown is of one, so this
/// is the answer to what cannot happen: no.
fn mixed(cost: &Breakdown) -> impl Fn(AmountError) -> Reason {
    let unit = cost.unit();
    move |error| match error {
        AmountError::UnitMismatch { left, right } => Reason::MixedUnits { left, right },
        _ => Reason::MixedUnits {
            left: unit,
            right: unit,
        },
    }
}

#[cfg(test)]
mod tests {
    use farthing_money::{FeeKind, FeeLine, PaidFee, Unit};
    use proptest::prelude::*;

    use super::*;

    fn cost(price: u32, fees_at_most: u32, unit: Unit) -> Breakdown {
        let fees = Amount::small(fees_at_most, unit);
        let line = FeeLine::up_to(FeeKind::Network, "the network", fees).unwrap();
        Breakdown::of(Amount::small(price, unit), vec![line]).unwrap()
    }

    fn decide(price: u32, fees_at_most: u32) -> Decision {
        let breakdown = cost(price, fees_at_most, Unit::Sat);
        let facts = PaymentFacts {
            breakdown: &breakdown,
            payee: PayeeStanding::Known,
        };
        decide_payment(&Policy::built_in(), &facts)
    }

    fn fee_high(price: u32, fees: u32, basis_points: u64) -> Decision {
        let (price, fees_at_most) = (Amount::sat(price), Amount::sat(fees));
        Decision::Allow {
            needs: vec![Factor::Confirm],
            warnings: vec![Warning::FeeHigh {
                fees_at_most,
                price,
                basis_points,
            }],
        }
    }

    fn plain(needs: &[Factor]) -> Decision {
        Decision::Allow {
            needs: needs.to_vec(),
            warnings: vec![],
        }
    }

    #[test]
    fn the_cap_on_a_payment_counts_its_fees_at_their_worst() {
        let needs = [Factor::Confirm, Factor::Secret];
        assert_eq!(decide(99_000, 1_000), plain(&needs));
        assert_eq!(
            decide(99_000, 1_001),
            Decision::Refuse(Reason::AbovePaymentCap {
                amount: Amount::sat(100_001),
                cap: Amount::sat(100_000),
            })
        );
    }

    #[test]
    fn larger_payments_need_the_secret_too() {
        assert_eq!(decide(20_000, 0), plain(&[Factor::Confirm]));
        assert_eq!(decide(20_000, 1), plain(&[Factor::Confirm, Factor::Secret]));
    }

    #[test]
    fn fees_are_unremarked_then_warned_of_then_refused() {
        let refused = |price, fees, cap| {
            Decision::Refuse(Reason::FeeAboveCap {
                fees_at_most: Amount::sat(fees),
                cap: Amount::sat(cap),
                price: Amount::sat(price),
            })
        };
        let none = plain(&[Factor::Confirm]);
        for (price, fees, decision) in [
            // Up to two satoshis nobody is bothered.
            (1, 0, none.clone()),
            (1, 2, none.clone()),
            // Up to five nothing is refused: rounding alone can cost that.
            (1, 3, fee_high(1, 3, 30_000)),
            (1, 5, fee_high(1, 5, 50_000)),
            (1, 6, refused(1, 6, 5)),
            (20, 5, fee_high(20, 5, 2_500)),
            (20, 6, refused(20, 6, 5)),
            // Above, it is 2 % and 25 % of the price, to the piece.
            (150, 3, none.clone()),
            (149, 3, fee_high(149, 3, 202)),
            (1_000, 20, none.clone()),
            (1_000, 21, fee_high(1_000, 21, 210)),
            (1_000, 250, fee_high(1_000, 250, 2_500)),
            (1_000, 251, refused(1_000, 251, 250)),
            (1_003, 251, refused(1_003, 251, 250)),
        ] {
            assert_eq!(decide(price, fees), decision, "{price} with fees of {fees}");
        }
    }

    #[test]
    fn high_fees_need_a_yes_of_their_own_and_no_more_than_that() {
        let Decision::Allow { needs, warnings } = decide(1_000, 21) else {
            panic!("refused");
        };
        assert_eq!(warnings.len(), 1);
        assert_eq!(needs, [Factor::Confirm]);
    }

    #[test]
    fn a_mark_up_inside_the_price_counts_as_a_fee() {
        let breakdown = |markup: u32| {
            let part = PaidFee::new(FeeKind::Conversion, "Maple", Amount::usd_cents(markup));
            cost(100, 10, Unit::Usd)
                .including(vec![part.unwrap()])
                .unwrap()
        };
        let decide = |markup| {
            let breakdown = breakdown(markup);
            decide_payment(
                &Policy::built_in(),
                &PaymentFacts {
                    breakdown: &breakdown,
                    payee: PayeeStanding::Known,
                },
            )
        };
        assert!(matches!(decide(15), Decision::Allow { .. }));
        assert!(matches!(
            decide(16),
            Decision::Refuse(Reason::FeeAboveCap { .. })
        ));
    }

    #[test]
    fn who_is_paid_matters() {
        let breakdown = cost(10, 0, Unit::Sat);
        let decide = |payee| {
            decide_payment(
                &Policy::built_in(),
                &PaymentFacts {
                    breakdown: &breakdown,
                    payee,
                },
            )
        };
        let first_time = Decision::Allow {
            needs: vec![Factor::Confirm],
            warnings: vec![Warning::FirstTimePayee],
        };
        assert_eq!(decide(PayeeStanding::Known), plain(&[Factor::Confirm]));
        assert_eq!(decide(PayeeStanding::Bearer), plain(&[Factor::Confirm]));
        assert_eq!(decide(PayeeStanding::FirstTime), first_time);
        assert_eq!(
            decide(PayeeStanding::Blocked),
            Decision::Refuse(Reason::PayeeBlocked)
        );
    }

    /// Scripts and screens know them by these names, and people by these words.
    #[test]
    fn factors_and_warnings_keep_their_names_and_say_what_they_mean() {
        assert_eq!(
            [Factor::Confirm, Factor::Secret].map(Factor::code),
            ["confirm", "secret"]
        );
        let high = Warning::FeeHigh {
            fees_at_most: Amount::sat(3),
            price: Amount::sat(40),
            basis_points: 750,
        };
        let told = [Warning::FirstTimePayee, high].map(|w| (w.code(), w.to_string()));
        assert_eq!(told[0].0, "first_time_payee");
        assert_eq!(told[0].1, "you have never paid this payee before");
        assert_eq!(told[1].0, "fee_high");
        assert_eq!(
            told[1].1,
            "fees could be 3 sat on a price of 40 sat, 8 % of it"
        );
    }

    #[test]
    fn a_payment_of_nothing_is_none() {
        assert_eq!(decide(0, 0), Decision::Refuse(Reason::NothingToMove));
        assert_eq!(decide(0, 1), Decision::Refuse(Reason::NothingToMove));
    }

    #[test]
    fn unreadable_rules_let_nothing_through_in_an_unknown_unit() {
        let beans = "beans".parse().unwrap();
        let breakdown = cost(1, 0, beans);
        let facts = PaymentFacts {
            breakdown: &breakdown,
            payee: PayeeStanding::Known,
        };
        let reading = Policy::read(b"garbled");
        let Decision::Refuse(reason) = decide_payment(&reading.policy, &facts) else {
            panic!("allowed");
        };
        let zero = Amount::zero(beans);
        assert_eq!(
            reason,
            Reason::AbovePaymentCap {
                amount: Amount::small(1, beans),
                cap: zero
            }
        );
    }

    fn unit() -> impl Strategy<Value = Unit> {
        let beans = "beans".parse().unwrap();
        prop_oneof![
            Just(Unit::Sat),
            Just(Unit::Msat),
            Just(Unit::Usd),
            Just(Unit::Eur),
            Just(beans)
        ]
    }

    fn any_cost() -> impl Strategy<Value = Breakdown> {
        let price = prop_oneof![0..=100_u32, 0..=200_000_u32, any::<u32>()];
        let fees = prop_oneof![0..=10_u32, 0..=60_000_u32, any::<u32>()];
        (price, fees, unit()).prop_map(|(price, fees, unit)| cost(price, fees, unit))
    }

    fn standing() -> impl Strategy<Value = PayeeStanding> {
        prop_oneof![
            Just(PayeeStanding::Bearer),
            Just(PayeeStanding::FirstTime),
            Just(PayeeStanding::Known),
            Just(PayeeStanding::Blocked)
        ]
    }

    proptest! {
        #[test]
        fn what_is_allowed_is_within_every_cap(breakdown in any_cost(), payee in standing()) {
            let policy = Policy::built_in();
            let facts = PaymentFacts { breakdown: &breakdown, payee };
            if let Decision::Allow { needs, .. } = decide_payment(&policy, &facts) {
                let rules = policy.rules_for(breakdown.unit());
                let total = breakdown.total_at_most();
                let (price, fees) = (breakdown.price().value(), breakdown.fees_at_most().value());
                prop_assert_eq!(total.is_at_most(rules.payment_cap), Ok(true));
                prop_assert!(fees <= rules.fees_allowed_to.value() || fees * 4 <= price);
                prop_assert!(payee != PayeeStanding::Blocked && price > 0);
                let small = total.is_at_most(rules.secret_above).unwrap();
                prop_assert_eq!(needs.contains(&Factor::Secret), !small);
                prop_assert!(needs.contains(&Factor::Confirm));
            }
        }

        #[test]
        fn the_strictest_rules_never_allow_more_or_need_less_or_say_less(
            breakdown in any_cost(), payee in standing(),
        ) {
            let facts = PaymentFacts { breakdown: &breakdown, payee };
            let usual = decide_payment(&Policy::built_in(), &facts);
            let strict = decide_payment(&Policy::read(b"").policy, &facts);
            if let Decision::Allow { needs: strict_needs, warnings: strict_warnings } = strict {
                let Decision::Allow { needs, warnings } = usual else {
                    panic!("the strictest rules allow what the usual ones refuse");
                };
                prop_assert!(needs.iter().all(|need| strict_needs.contains(need)));
                prop_assert!(warnings.iter().all(|warning| strict_warnings.contains(warning)));
            }
        }

        #[test]
        fn a_refused_fee_would_be_allowed_at_the_cap_it_is_told(breakdown in any_cost()) {
            let policy = Policy::built_in();
            let payee = PayeeStanding::Known;
            let facts = PaymentFacts { breakdown: &breakdown, payee };
            if let Decision::Refuse(Reason::FeeAboveCap { cap, price, .. }) =
                decide_payment(&policy, &facts)
            {
                let line = FeeLine::up_to(FeeKind::Network, "the network", cap).unwrap();
                let cheaper = Breakdown::of(price, vec![line]).unwrap();
                let facts = PaymentFacts { breakdown: &cheaper, payee };
                let allowed = matches!(decide_payment(&policy, &facts), Decision::Allow { .. });
                prop_assert!(allowed);
            }
        }
    }
}
