//! The lines always add up to what left the purse, and to no more than was shown.

use farthing_policy::{Decision, PayeeStanding, PaymentFacts, Policy, decide_payment};
use farthing_rails::ecash::rehearsal::PaperPurse;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn purse(unit: &str) -> Purse {
    serde_json::from_value(json!({
        "id": "0a1b2c3d", "issuer": "http://127.0.0.1:9", "issuer_name": "Maple", "unit": unit,
        "returns_change": true, "proves_signatures": true,
    }))
    .unwrap()
}

fn sat(value: u64) -> Amount {
    Amount::new(value, Unit::Sat).unwrap()
}

fn cost(amount: u64) -> MeltCost {
    MeltCost {
        amount: sat(amount),
        network_at_most: sat(3),
        input_fee: sat(1),
        swap_fee: sat(0),
    }
}

#[test]
fn every_line_a_person_would_expect_is_there_even_when_it_is_none() {
    let kinds = |lines: &[FeeLine]| lines.iter().map(FeeLine::kind).collect::<Vec<_>>();
    let stack = [FeeKind::IssuerInput, FeeKind::Swap, FeeKind::Network];
    let melt = of_melt(&purse("sat"), &cost(100), &[], Some(100_000), None).unwrap();
    assert_eq!(kinds(melt.fees()), stack);
    let hand = HandCost {
        face: sat(21),
        redeem_fee: sat(0),
        overpaid: sat(0),
        swap_fee: sat(0),
    };
    let lines = of_hand(&purse("sat"), &hand).unwrap();
    assert_eq!(kinds(&lines), stack);
    assert!(lines.iter().all(|line| line.at_most().is_zero()));
}

#[test]
fn what_a_started_satoshi_loses_is_named() {
    let includes = |asked| {
        let lines = of_melt(&purse("sat"), &cost(2), &[], asked, None).unwrap();
        let includes: Vec<_> = lines
            .includes()
            .iter()
            .map(|part| (part.kind(), part.amount()))
            .collect();
        includes
    };
    assert_eq!(
        includes(Some(1_500)),
        [(FeeKind::Rounding, Amount::msat(500))]
    );
    assert_eq!(includes(Some(2_000)), []);
    assert_eq!(includes(None), []);
}

#[test]
fn an_issuers_mark_up_is_a_part_of_its_price_even_when_it_is_none() {
    let cents = Amount::usd_cents;
    let cost = MeltCost {
        amount: cents(53),
        network_at_most: cents(1),
        input_fee: cents(0),
        swap_fee: cents(0),
    };
    let lines = |markup| of_melt(&purse("usd"), &cost, &[], Some(500_000), markup).unwrap();
    for markup in [0, 3] {
        let lines = lines(Some(cents(markup)));
        assert_eq!(lines.price(), cents(53));
        let [part] = lines.includes() else {
            panic!("{lines:?}");
        };
        assert_eq!(
            (part.kind(), part.amount()),
            (FeeKind::Conversion, cents(markup))
        );
    }
    assert!(lines(None).includes().is_empty());
}

#[test]
fn what_others_add_to_the_price_is_told_apart_from_it_before_and_after() {
    let charge = |kind, to, value| FeeLine::exactly(kind, to, sat(value)).unwrap();
    let charges = [
        charge(FeeKind::Service, "gateway.example", 7),
        charge(FeeKind::Payee, "Corner Shop", 3),
    ];
    let reviewed = of_melt(&purse("sat"), &cost(110), &charges, None, None).unwrap();
    assert_eq!((reviewed.price(), reviewed.total()), (sat(100), sat(111)));
    let settled = melted(
        &purse("sat"),
        &reviewed,
        &Melted {
            amount: sat(110),
            input_fee: sat(1),
            swap_fee: sat(0),
            network_fee: sat(2),
            returned: sat(1),
            preimage: None,
            preimage_fits: false,
        },
    )
    .unwrap();
    assert_eq!((settled.paid(), settled.left_purse()), (sat(100), sat(113)));
    assert!(settled.fits_within(&reviewed));
    let dear = [charge(FeeKind::Service, "gateway.example", 111)];
    assert!(of_melt(&purse("sat"), &cost(110), &dear, None, None).is_err());
}

#[test]
fn a_receipt_has_the_lines_of_the_review_in_their_order() {
    let line = |kind| FeeLine::up_to(kind, "Maple", sat(5)).unwrap();
    let fee = |kind, value| PaidFee::new(kind, "Maple", sat(value)).unwrap();
    let reviewed = [line(FeeKind::IssuerInput), line(FeeKind::Network)];
    let paid = [fee(FeeKind::Swap, 1), fee(FeeKind::Network, 2)];
    assert_eq!(
        as_reviewed(&reviewed, &paid),
        [
            fee(FeeKind::IssuerInput, 0),
            fee(FeeKind::Network, 2),
            fee(FeeKind::Swap, 1),
        ]
    );
}

/// One payment of a purse that has been in use for a while.
#[derive(Debug, Clone, Copy)]
struct Quote {
    amount: u64,
    reserve: u64,
    /// Of the reserve, in hundredths.
    taken: u64,
    by_hand: bool,
    gateway: u64,
}

fn quote() -> impl Strategy<Value = Quote> {
    let amount = prop_oneof![1..=50_u64, 1..=5_000_u64, 1..=90_000_u64];
    let reserve = prop_oneof![Just(0_u64), 0..=5_u64, 0..=900_u64];
    (amount, reserve, 0..=100_u64, any::<bool>(), 0..=9_u64).prop_map(
        |(amount, reserve, taken, by_hand, gateway)| Quote {
            amount,
            reserve,
            taken,
            by_hand,
            gateway,
        },
    )
}

/// Plans a payment, then makes it; what was reviewed, and what became of it.
fn paid(paper: &mut PaperPurse, quote: Quote) -> Option<(Breakdown, Settled)> {
    let purse = purse("sat");
    if quote.by_hand {
        let cost = paper.hand(sat(quote.amount)).ok()?;
        let reviewed = Breakdown::of(sat(quote.amount), of_hand(&purse, &cost).unwrap()).unwrap();
        let ended = crate::pay::ended_hand(&purse, &cost, None).unwrap();
        return Some((reviewed, ended.settled));
    }
    let asked = sat(quote.amount + quote.gateway);
    let network_fee = quote.reserve * quote.taken / 100;
    let (cost, made) = paper.melt(asked, quote.reserve, network_fee).ok()?;
    let charge = FeeLine::exactly(FeeKind::Service, "gateway.example", sat(quote.gateway)).unwrap();
    let reviewed = of_melt(&purse, &cost, &[charge], None, None).unwrap();
    let ended = crate::pay::ended_melted(&purse, &reviewed, &made).unwrap();
    Some((reviewed, ended.settled))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// 96 purses of up to 60 payments each, through the planner the wallet uses.
    #[test]
    fn whatever_is_quoted_the_lines_sum_and_no_more_leaves_the_purse_than_was_shown(
        fee_ppk in prop::sample::select(vec![0_u64, 1, 100, 500, 1000, 2500]),
        money in 200_000..=3_000_000_u64,
        quotes in prop::collection::vec(quote(), 30..60),
    ) {
        let mut paper = PaperPurse::new(Unit::Sat, fee_ppk);
        paper.top_up(money).unwrap();
        let policy = Policy::built_in();
        for quote in quotes {
            let before = paper.worth();
            let Some((reviewed, settled)) = paid(&mut paper, quote) else {
                prop_assert_eq!(paper.worth(), before, "a payment that was refused moved money");
                continue;
            };
            let again = Breakdown::new(
                reviewed.price(),
                reviewed.fees().to_vec(),
                reviewed.total(),
                reviewed.total_at_most(),
            );
            prop_assert!(again.is_ok());
            prop_assert_eq!(before - paper.worth(), settled.left_purse().value());
            prop_assert!(settled.fits_within(&reviewed), "{:?} {:?}", reviewed, settled);
            prop_assert_eq!(reviewed.total().is_at_most(settled.left_purse()), Ok(true));
            prop_assert_eq!(settled.paid(), reviewed.price());
            let facts = PaymentFacts { breakdown: &reviewed, payee: PayeeStanding::Known };
            if let Decision::Allow { .. } = decide_payment(&policy, &facts) {
                let rules = policy.rules_for(Unit::Sat);
                let fees = settled.left_purse().value() - settled.paid().value();
                prop_assert!(
                    fees <= rules.fees_allowed_to.value() || fees * 4 <= settled.paid().value()
                );
            }
        }
    }
}
