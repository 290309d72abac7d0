//! Many tasks of one program on one open wallet, as an app with a window has: no coin is used twice,
//! no counter collides, nothing is paid or credited twice. Against the practice town's issuers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test helpers"
)]

mod town;

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use farthing_money::Unit;
use farthing_policy::Policy;
use farthing_wallet::{
    CodeInput, GiveError, HistoryFilter, MerchantChange, Outcome, PaymentId, Receipt, RedeemError,
    ReviewRequest, TopUpOutcome, Wallet,
};
use serde_json::json;
use town::{Town, fill, holds, made, sat, trust};

/// A stranger's invoice.
fn invoice(town: &Town, amount_msat: u64) -> String {
    let made = town.tell(
        "/lightning/invoice",
        &json!({"amount_msat": amount_msat, "description": "bread"}),
    );
    made["invoice"].as_str().unwrap().to_owned()
}

fn paying(code: &str) -> ReviewRequest {
    ReviewRequest {
        code: CodeInput::Text(code.to_owned()),
        amount: None,
        share: Vec::new(),
        only_this_time: false,
        note: None,
        purse: None,
    }
}

/// A few in every run, as many as promised when everything is run.
fn many(some: usize, all: usize) -> usize {
    let full = env::var_os("FARTHING_FULL").is_some_and(|value| value == "1");
    if full { all } else { some }
}

/// An open wallet with money at Maple.
async fn somebody(town: &Town, home: &Path, money: u64) -> Arc<Wallet> {
    let wallet = made(town, home, None).await.wallet;
    trust(&wallet, town.issuer("Maple")).await;
    if money > 0 {
        fill(town, &wallet, money).await;
    }
    Arc::new(wallet)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn gifts_of_many_tasks_share_no_coin_and_the_same_gift_is_credited_once() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), 5_000).await;
    let bob = somebody(&town, &folder.path().join("bob"), 0).await;
    let gifts = many(48, 1_000);
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (ada, next) = (ada.clone(), next.clone());
            tokio::spawn(async move {
                let (mut tokens, mut given, mut late) = (Vec::new(), 0, 0);
                while next.fetch_add(1, Ordering::Relaxed) < gifts {
                    let gift = loop {
                        let plan = ada.review_give(sat(1 + late % 4), None).await.unwrap();
                        match ada.give(&plan, None).await {
                            Ok(gift) => break gift,
                            // Another task took the coins it was planned with.
                            Err(GiveError::Dearer) => late += 1,
                            Err(other) => panic!("{other:?}"),
                        }
                    };
                    given += gift.amount.value();
                    tokens.push(gift.token);
                }
                (tokens, given, late)
            })
        })
        .collect();
    let (mut tokens, mut given, mut late) = (Vec::new(), 0, 0);
    for task in tasks {
        let (some, amount, again) = task.await.unwrap();
        tokens.extend(some);
        given += amount;
        late += again;
    }
    let different: BTreeSet<&String> = tokens.iter().collect();
    assert_eq!((different.len(), tokens.len()), (gifts, gifts));

    // Every token by four tasks at once.
    let tasks: Vec<_> = tokens
        .iter()
        .flat_map(|token| [token; 4])
        .map(|token| {
            let (bob, code) = (bob.clone(), CodeInput::Text(token.clone()));
            tokio::spawn(async move { bob.redeem(&code).await })
        })
        .collect();
    let mut redeemed = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => redeemed += 1,
            Err(RedeemError::AlreadyRedeemed) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(redeemed, tokens.len());
    ada.recover(|_| {}).await.unwrap();
    let ((hers, held), (his, pending)) = (holds(&ada).await, holds(&bob).await);
    assert_eq!((held, pending), (0, 0));
    assert!(his >= given, "{his} of {given}");
    assert_eq!(hers + his, town.owes("Maple"));
    println!("{gifts} gifts of eight tasks, planned anew {late} times; each redeemed once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invoice_paid_by_many_tasks_is_paid_once() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), 5_000).await;
    for _ in 0..many(2, 20) {
        let before = holds(&ada).await;
        let invoice = invoice(&town, 21_000);
        let tasks: Vec<_> = (0..many(10, 100))
            .map(|_| {
                let (ada, invoice) = (ada.clone(), invoice.clone());
                tokio::spawn(async move {
                    let review = ada.review(paying(&invoice)).await.map_err(|e| e.code())?;
                    ada.pay(&review.id, None).await.map_err(|e| e.code())
                })
            })
            .collect();
        let mut left = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                Ok(receipt) => {
                    assert_eq!(receipt.outcome, Outcome::Paid);
                    left.push(());
                }
                Err(code) => assert_eq!(code, "already_paid"),
            }
        }
        assert_eq!(left.len(), 1);
        let after = holds(&ada).await;
        assert_eq!(after.1, 0);
        let cost = before.0 - after.0;
        assert!((21..=25).contains(&cost), "{cost}");
        assert_eq!(after.0, town.owes("Maple"));
    }
}

/// A payment that waits for its turn has sent nothing and left nothing behind with which it could be
/// told from one that died.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_payment_that_waits_for_its_turn_is_not_called_failed_by_another_task() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), 5_000).await;
    town.tell(
        "/lightning/behaviour",
        &json!({"do": "delay", "delay_ms": 4_000}),
    );
    let bills = [invoice(&town, 21_000), invoice(&town, 21_000)];
    let mut tasks = Vec::new();
    for (number, bill) in bills.iter().enumerate() {
        let review = ada.review(paying(bill)).await.unwrap();
        let wallet = ada.clone();
        let task = tokio::spawn(async move { wallet.pay(&review.id, None).await });
        while under_way(&ada).len() <= number {
            assert!(!task.is_finished(), "{:?}", task.await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tasks.push(task);
    }
    // What asks about a page does so for any payment.
    for payment in under_way(&ada) {
        let nothing = ada.collect_page(payment, &mut |_, _| {}).await.unwrap_err();
        assert_eq!(nothing.code(), "no_such_page");
        let receipt = ada.receipt(payment).await.unwrap();
        assert_eq!(receipt.outcome, Outcome::StillDeciding);
    }
    assert_eq!(under_way(&ada).len(), 2, "the first was not slow enough");
    for (task, bill) in tasks.into_iter().zip(&bills) {
        let receipt = task.await.unwrap().unwrap();
        assert_eq!(receipt.outcome, Outcome::Paid);
        let again = ada.review(paying(bill)).await.unwrap_err();
        assert_eq!(again.code(), "already_paid");
    }
    assert_eq!(holds(&ada).await, (town.owes("Maple"), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_top_up_that_many_tasks_wait_for_comes_in_once_and_all_of_them_learn_so() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), 0).await;
    for _ in 0..many(4, 40) {
        let asked = ada.top_up(sat(21), None).await.unwrap();
        let waiting: Vec<_> = (0..8)
            .map(|_| {
                let (ada, payment) = (ada.clone(), asked.payment);
                let patience = Duration::from_secs(60);
                tokio::spawn(async move { ada.wait_for_top_up(payment, patience, || ()).await })
            })
            .collect();
        town.tell("/lightning/pay", &json!({"invoice": asked.invoice}));
        ada.recover(|_| {}).await.unwrap();
        for task in waiting {
            let learnt = task.await.unwrap().unwrap();
            assert_eq!(learnt, TopUpOutcome::Received(sat(21)));
        }
        let receipt = ada.receipt(asked.payment).await.unwrap();
        assert_eq!(receipt.outcome, Outcome::Paid);
    }
    assert_eq!(holds(&ada).await, (town.owes("Maple"), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn payments_of_many_tasks_to_one_payee_stay_within_its_limit() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), 5_000).await;
    let review = ada.review(paying(&invoice(&town, 21_000))).await.unwrap();
    let first = ada.pay(&review.id, None).await.unwrap();
    let (merchant, spent) = (first.merchant.unwrap(), first.paid.value() + fees(&first));
    let limit = MerchantChange {
        limit: Some(Some(sat(spent + 100))),
        ..MerchantChange::default()
    };
    ada.change_merchant(merchant, &limit).unwrap();
    for _ in 0..many(3, 40) {
        let mut reviews = Vec::new();
        for _ in 0..8 {
            // One that no longer fits is refused here.
            reviews.extend(ada.review(paying(&invoice(&town, 30_000))).await);
        }
        let tasks: Vec<_> = reviews
            .into_iter()
            .map(|review| {
                let ada = ada.clone();
                tokio::spawn(async move { ada.pay(&review.id, None).await })
            })
            .collect();
        for task in tasks {
            if let Err(error) = task.await.unwrap() {
                let code = error.code();
                assert!(
                    ["above_payee_limit", "rules_changed"].contains(&code),
                    "{code}"
                );
            }
        }
    }
    let mut gone = 0;
    for line in ada.payments(&HistoryFilter::default()).unwrap() {
        let receipt = ada.receipt(line.payment).await.unwrap();
        if receipt.merchant == Some(merchant) && receipt.outcome == Outcome::Paid {
            gone += receipt.paid.value() + fees(&receipt);
        }
    }
    assert!(
        gone > spent + 30 && gone <= spent + 100,
        "{gone} of {spent} + 100"
    );
}

fn fees(receipt: &Receipt) -> u64 {
    receipt.fees.iter().map(|fee| fee.amount().value()).sum()
}

/// What has begun and is not decided.
fn under_way(wallet: &Wallet) -> Vec<PaymentId> {
    let all = wallet.payments(&HistoryFilter::default()).unwrap();
    all.iter()
        .filter(|line| line.outcome == Outcome::StillDeciding)
        .map(|line| line.payment)
        .collect()
}

/// A number below `below`, the same in every run.
fn pick(luck: &mut u64, below: u64) -> u64 {
    *luck ^= *luck << 13;
    *luck ^= *luck >> 7;
    *luck ^= *luck << 17;
    *luck % below
}

/// What the wallet holds when everything is decided.
async fn settled(wallet: &Wallet) -> (u64, u64) {
    let mut open = Vec::new();
    // What was asked for goes on for a while.
    for _ in 0..60 {
        let recovery = wallet.recover(|_| {}).await.unwrap();
        if recovery.still_deciding.is_empty() {
            return holds(wallet).await;
        }
        open = recovery.still_deciding;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("never decided: {open:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_that_is_dropped_at_any_moment_loses_nothing() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let drops = many(24, 400);
    // Each may take 40 sat and its fees, and not all of it comes back.
    let enough = 1_000 + 50 * u64::try_from(drops).unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), enough).await;
    let bob = somebody(&town, &folder.path().join("bob"), 0).await;
    let mut luck = 0x2545_f491_4f6c_dd1d;
    let mut dropped = 0;
    // How long each kind takes when it is left alone: the first three are.
    let mut takes = [None::<u64>; 3];
    for number in 0..drops + takes.len() {
        let amount = 1 + pick(&mut luck, 40);
        let task = match number % 3 {
            0 => {
                let ada = ada.clone();
                tokio::spawn(async move {
                    let plan = ada.review_give(sat(amount), None).await.unwrap();
                    ada.give(&plan, None).await.unwrap();
                })
            }
            1 => {
                let plan = ada.review_give(sat(amount), None).await.unwrap();
                let code = CodeInput::Text(ada.give(&plan, None).await.unwrap().token);
                let bob = bob.clone();
                tokio::spawn(async move { drop(bob.redeem(&code).await.unwrap()) })
            }
            _ => {
                let (ada, invoice) = (ada.clone(), invoice(&town, amount * 1000));
                tokio::spawn(async move {
                    let review = ada.review(paying(&invoice)).await.unwrap();
                    ada.pay(&review.id, None).await.unwrap();
                })
            }
        };
        let since = Instant::now();
        let alone = &mut takes[number % 3];
        if let Some(micros) = *alone {
            tokio::time::sleep(Duration::from_micros(pick(&mut luck, micros))).await;
            task.abort();
        }
        match task.await {
            Ok(()) => {
                let micros = u64::try_from(since.elapsed().as_micros()).unwrap();
                alone.get_or_insert(micros.max(1));
            }
            Err(error) if error.is_cancelled() => dropped += 1,
            Err(error) => panic!("{error}"),
        }
        // Bob first: what he has taken in is no longer waiting at Ada's.
        let (his, hers) = (settled(&bob).await, settled(&ada).await);
        assert_eq!(his.1, 0);
        assert_eq!(
            his.0 + hers.0 + hers.1,
            town.owes("Maple"),
            "number {number}"
        );
    }
    println!("{dropped} of {drops} tasks dropped on the way");
    assert!(dropped > 2, "hardly any was dropped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asking_while_payments_are_under_way_calls_none_of_them_failed() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), 5_000).await;
    let done = Arc::new(AtomicUsize::new(0));
    let asking = {
        let (ada, done) = (ada.clone(), done.clone());
        tokio::spawn(async move {
            let mut said = Vec::new();
            while done.load(Ordering::Relaxed) == 0 {
                said.extend(ada.recover(|_| {}).await.unwrap().decided);
            }
            said
        })
    };
    let (mut paid, mut bills) = (Vec::new(), Vec::new());
    for _ in 0..many(8, 100) {
        let bill = invoice(&town, 9_000);
        let review = ada.review(paying(&bill)).await.unwrap();
        let receipt = ada.pay(&review.id, None).await.unwrap();
        assert_eq!(receipt.outcome, Outcome::Paid, "{receipt:?}");
        paid.push(receipt.payment);
        bills.push(bill);
        let plan = ada.review_give(sat(3), None).await.unwrap();
        match ada.give(&plan, None).await {
            Ok(given) => paid.push(given.payment),
            Err(GiveError::Dearer) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    done.store(1, Ordering::Relaxed);
    for line in asking.await.unwrap() {
        let false_alarm = line.outcome == Outcome::NotPaid && paid.contains(&line.payment);
        assert!(!false_alarm, "{line:?}");
    }
    for bill in bills {
        let again = ada.review(paying(&bill)).await.unwrap_err();
        assert_eq!(again.code(), "already_paid");
    }
    let (free, held) = settled(&ada).await;
    assert_eq!(free + held, town.owes("Maple"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_top_ups_asked_for_at_once_no_more_are_made_than_there_is_room_for() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = somebody(&town, &folder.path().join("ada"), 0).await;
    let cap = Policy::built_in().rules_for(Unit::Sat).balance_cap;
    // Three fit, and not a satoshi more.
    let third = sat(cap.value() / 3);
    let asking: Vec<_> = (0..12)
        .map(|_| {
            let ada = Arc::clone(&ada);
            tokio::spawn(async move { ada.top_up(third, None).await })
        })
        .collect();
    let mut made = 0;
    for asked in asking {
        match asked.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(error.refused().is_some(), "{error}"),
        }
    }
    assert_eq!(made, 3);
}
