//! The sums are those of the journal, each unit by itself, and what nobody knows is not nothing.

use farthing_money::{Breakdown, Settled};
use farthing_store::history::PaymentId;

use super::*;
use crate::clock::now_ms;
use crate::init::tests::wallet;
use crate::journal::{Begun, Ended, Event, PaymentKind};

struct Made {
    kind: PaymentKind,
    purse: &'static str,
    payee: Option<&'static str>,
    price: Amount,
    fees: Vec<(FeeKind, u32)>,
    outcome: Outcome,
}

fn paid(payee: &'static str, price: u32, fee: u32) -> Made {
    Made {
        kind: PaymentKind::LightningInvoice,
        purse: "00000001",
        payee: Some(payee),
        price: Amount::sat(price),
        fees: vec![(FeeKind::Network, fee)],
        outcome: Outcome::Paid,
    }
}

fn make(wallet: &Wallet, made: Made) {
    let payment = PaymentId::random();
    let unit = made.price.unit();
    let begun = Begun {
        payee: made.payee.map(str::to_owned),
        ..Begun::of(
            made.kind,
            made.purse.parse().unwrap(),
            Breakdown::of(made.price, Vec::new()).unwrap(),
        )
    };
    wallet
        .write_down(payment, None, &Event::Begun(begun))
        .unwrap();
    if made.outcome == Outcome::StillDeciding {
        return;
    }
    let fees = made
        .fees
        .iter()
        .map(|&(kind, value)| PaidFee::new(kind, "Maple", Amount::small(value, unit)).unwrap())
        .collect();
    let got = match made.outcome {
        Outcome::Paid => made.price,
        _ => Amount::zero(unit),
    };
    let ended = Ended {
        outcome: made.outcome,
        settled: Settled::of(got, fees, Amount::zero(unit)).unwrap(),
        proof: None,
        why: None,
    };
    wallet
        .write_down(payment, None, &Event::Ended(ended))
        .unwrap();
}

fn costs(wallet: &Wallet) -> Costs {
    wallet.costs(None).unwrap()
}

#[tokio::test]
async fn every_unit_is_summed_by_itself_and_what_failed_counts_what_it_cost() {
    let (wallet, _folder) = wallet().await;
    make(&wallet, paid("Shop", 100, 2));
    make(&wallet, paid("Shop", 300, 1));
    make(
        &wallet,
        Made {
            outcome: Outcome::NotPaid,
            ..paid("Shop", 500, 4)
        },
    );
    make(
        &wallet,
        Made {
            outcome: Outcome::StillDeciding,
            ..paid("Shop", 500, 0)
        },
    );
    make(
        &wallet,
        Made {
            kind: PaymentKind::Redeem,
            payee: None,
            ..paid("", 50, 1)
        },
    );
    make(
        &wallet,
        Made {
            price: Amount::usd_cents(200),
            ..paid("Shop", 0, 3)
        },
    );
    let costs = costs(&wallet);
    let [sat, usd] = costs.totals.as_slice() else {
        panic!("{:?}", costs.totals);
    };
    assert_eq!(sat.cost.payments, 4);
    assert_eq!(
        (sat.cost.paid, sat.cost.received),
        (Amount::sat(400), Amount::sat(50))
    );
    assert_eq!(sat.cost.cost, Amount::sat(8));
    assert_eq!(sat.cost.basis_points(), Some(178));
    assert_eq!(usd.cost.cost, Amount::usd_cents(3));
    assert_eq!(costs.undecided, 1);
    assert_eq!(costs.months.len(), 2);
    assert_eq!(
        costs.months[0].of.as_deref(),
        Some(&*Month::of_ms(now_ms()).to_string())
    );
    let payee = &costs.payees[0];
    assert_eq!(
        (payee.of.as_deref(), payee.cost.cost),
        (Some("Shop"), Amount::sat(7))
    );
    assert_eq!(costs.taken[0].amount, Amount::sat(8));
    let sum: u64 = costs
        .kinds
        .iter()
        .filter(|kind| kind.cost.cost.unit() == Unit::Sat)
        .map(|kind| kind.cost.cost.value())
        .sum();
    assert_eq!(sum, 8);
}

#[tokio::test]
async fn nothing_is_no_part_of_nothing() {
    let (wallet, _folder) = wallet().await;
    assert!(costs(&wallet).totals.is_empty());
    make(
        &wallet,
        Made {
            outcome: Outcome::NotPaid,
            ..paid("Shop", 500, 4)
        },
    );
    let costs = costs(&wallet);
    assert_eq!(costs.totals[0].cost.basis_points(), None);
    assert_eq!(costs.totals[0].cost_fiat, None, "no currency, no figure");
}

#[tokio::test]
async fn the_three_dearest_are_named_the_dearest_first() {
    let (wallet, _folder) = wallet().await;
    for fee in [1, 5, 0, 3, 9] {
        make(&wallet, paid("Shop", 100, fee));
    }
    let costs = costs(&wallet);
    let dearest: Vec<_> = costs.dearest.iter().map(|dear| dear.cost).collect();
    assert_eq!(dearest, [Amount::sat(9), Amount::sat(5), Amount::sat(3)]);
}

#[tokio::test]
async fn another_purse_is_named_when_the_same_kind_of_payment_cost_less_from_there() {
    let (wallet, _folder) = wallet().await;
    for _ in 0..3 {
        make(&wallet, paid("A", 1_000, 30));
        make(
            &wallet,
            Made {
                purse: "00000002",
                ..paid("B", 1_000, 10)
            },
        );
    }
    let costs = costs(&wallet);
    assert_eq!(
        costs.cheaper[0],
        Cheaper::OtherPurse {
            kind: PaymentKind::LightningInvoice,
            from: "00000001".parse().unwrap(),
            to: "00000002".parse().unwrap(),
            payments: 3,
            saving: Amount::sat(60),
        }
    );
    let together = costs.cheaper.iter().any(|one| {
        matches!(one, Cheaper::Together { payee, payments: 3, saving } if payee == "A" && *saving == Amount::sat(60))
    });
    assert!(together, "{:?}", costs.cheaper);
}

#[tokio::test]
async fn a_month_has_its_own_payments_and_no_others() {
    let (wallet, _folder) = wallet().await;
    make(&wallet, paid("Shop", 100, 2));
    let this = Month::of_ms(now_ms());
    assert_eq!(wallet.costs(Some(this)).unwrap().totals.len(), 1);
    assert!(wallet.costs(Some(this.next())).unwrap().totals.is_empty());
    let before: Month = "2020-02".parse().unwrap();
    assert!(wallet.costs(Some(before)).unwrap().totals.is_empty());
    assert_eq!(wallet.cost_lines(Some(this)).unwrap().len(), 1);
    assert!(wallet.cost_lines(Some(before)).unwrap().is_empty());
}

#[tokio::test]
async fn small_fees_add_up_to_cents_before_they_are_rounded() {
    let (wallet, _folder) = wallet().await;
    wallet.choose_currency("EUR".parse().ok()).unwrap();
    for _ in 0..20 {
        make(&wallet, paid("Shop", 100, 1));
    }
    assert_eq!(
        costs(&wallet).totals[0].cost_fiat,
        None,
        "not known is not nothing"
    );
    // A rate that was known before all of it.
    let hour_ago = now_ms() - 60 * 60 * 1000;
    wallet
        .remember_rate("100000 EUR".parse().unwrap(), hour_ago)
        .unwrap();
    let worth = costs(&wallet).totals[0].cost_fiat.unwrap();
    assert_eq!(worth.to_string(), "0.02 EUR");
}
