//! The list a person scrolls and searches.

use farthing_money::{Breakdown, Settled};

use super::*;
use crate::init::tests::wallet;
use crate::journal::{Begun, Ended, Event};

fn begin(wallet: &Wallet, payment: PaymentId, price: u32, payee: &str) {
    begin_with(wallet, payment, None, price, payee);
}

fn begin_with(
    wallet: &Wallet,
    payment: PaymentId,
    merchant: Option<MerchantId>,
    price: u32,
    payee: &str,
) {
    let begun = Begun {
        payee: Some(payee.to_owned()),
        ..Begun::of(
            PaymentKind::Give,
            "00000000".parse().unwrap(),
            Breakdown::of(Amount::sat(price), Vec::new()).unwrap(),
        )
    };
    let event = Event::Begun(begun);
    wallet.write_down(payment, merchant, &event).unwrap();
}

fn end(wallet: &Wallet, payment: PaymentId, outcome: Outcome) {
    let ended = Ended {
        outcome,
        settled: Settled::of(Amount::sat(1), Vec::new(), Amount::sat(0)).unwrap(),
        proof: None,
        why: None,
    };
    let event = Event::Ended(ended);
    wallet.write_down(payment, None, &event).unwrap();
}

fn listed(wallet: &Wallet, filter: &HistoryFilter) -> Vec<(u64, Outcome)> {
    let lines = wallet.payments(filter).unwrap();
    lines
        .iter()
        .map(|line| (line.amount.value(), line.outcome))
        .collect()
}

#[tokio::test]
async fn the_newest_payments_come_first_each_with_its_last_word() {
    let (wallet, _folder) = wallet().await;
    let [one, two, three] = [(); 3].map(|()| PaymentId::random());
    begin(&wallet, one, 1, "Corner Shop");
    begin(&wallet, two, 2, "Busker");
    // The first ends after the second has begun, and is decided only at its second end.
    end(&wallet, one, Outcome::StillDeciding);
    begin(&wallet, three, 3, "Corner Bakery");
    end(&wallet, one, Outcome::Paid);
    end(&wallet, three, Outcome::NotPaid);

    let every = [
        (3, Outcome::NotPaid),
        (2, Outcome::StillDeciding),
        (1, Outcome::Paid),
    ];
    let all = HistoryFilter::default();
    assert_eq!(listed(&wallet, &all), every);
    let page = |limit| HistoryFilter {
        limit: Some(limit),
        ..HistoryFilter::default()
    };
    assert_eq!(listed(&wallet, &page(2)), every[..2]);
    assert_eq!(listed(&wallet, &page(9)), every);
    assert_eq!(listed(&wallet, &page(0)), []);
}

#[tokio::test]
async fn a_search_and_its_filters_agree_with_the_list() {
    let (wallet, _folder) = wallet().await;
    for (price, payee) in [(1, "Corner Shop"), (2, "Busker"), (3, "Corner Bakery")] {
        let payment = PaymentId::random();
        begin(&wallet, payment, price, payee);
        end(&wallet, payment, Outcome::Paid);
    }
    let filter = |search: &str, merchant: Option<&str>, limit| HistoryFilter {
        search: Some(search.to_owned()),
        merchant: merchant.map(str::to_owned),
        with: None,
        limit,
        since_ms: None,
        before_ms: None,
    };
    let amounts = |filter: &HistoryFilter| {
        let found = listed(&wallet, filter);
        found.iter().map(|(amount, _)| *amount).collect::<Vec<_>>()
    };
    assert_eq!(amounts(&filter("corner", None, None)), [3, 1]);
    assert_eq!(amounts(&filter("corner", None, Some(1))), [3]);
    assert_eq!(
        amounts(&filter("corner", Some("SHOP"), Some(1))),
        [1],
        "a page is filled with what the filter lets through"
    );
    assert!(amounts(&filter("corner", Some("busker"), None)).is_empty());
    assert_eq!(
        amounts(&filter(" ", None, None)),
        [3, 2, 1],
        "nothing typed"
    );
}

#[tokio::test]
async fn a_merchants_payments_are_its_own_whatever_others_are_called() {
    let (wallet, _folder) = wallet().await;
    let [corner, other] = ["https://corner.example", "https://c0rner.example"].map(|origin| {
        let payee = crate::review::Payee {
            id: origin.to_owned(),
            name: "Corner Shop".to_owned(),
            origin: Some(origin.to_owned()),
            first_time: true,
        };
        wallet.meet(&payee).unwrap()
    });
    for (price, merchant) in [(1, corner), (2, other), (3, corner), (4, None)] {
        begin_with(&wallet, PaymentId::random(), merchant, price, "Corner Shop");
    }
    let with = |limit| HistoryFilter {
        with: corner,
        limit,
        ..HistoryFilter::default()
    };
    let amounts = |filter: &HistoryFilter| {
        let found = listed(&wallet, filter);
        found.iter().map(|(amount, _)| *amount).collect::<Vec<_>>()
    };
    assert_eq!(amounts(&with(None)), [3, 1], "the newest first");
    assert_eq!(amounts(&with(Some(1))), [3]);
    let searched = HistoryFilter {
        search: Some("corner".to_owned()),
        ..with(None)
    };
    assert_eq!(amounts(&searched), [3, 1]);
}
