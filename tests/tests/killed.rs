//! The wallet's process is killed at any request, as a power cut would: money is where the
//! issuer's books say, and the journal says the same.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::thread;
use std::time::{Duration, Instant};

use farthing_tests::person::worth;
use farthing_tests::proxy::journeys::{Blow, DEEDS, Deed, Misfortune, Stage, in_full};
use farthing_tests::proxy::{Fault, Rule};
use serde_json::{Value, json};

/// No issuer takes longer to decide.
const PATIENCE: Duration = Duration::from_secs(60);

fn during(deed: Vec<(usize, Blow)>) -> Misfortune {
    Misfortune {
        deed,
        ..Misfortune::default()
    }
}

/// Killed at every request of every deed, and killed again at each request of the recovery.
fn killed_anywhere(issuer: &'static str, some: usize) {
    let mut stage = Stage::set(issuer);
    let mut cases = Vec::new();
    for deed in DEEDS {
        let clean = stage.play(deed, &Misfortune::default()).deed.requests;
        for nth in 0..clean.len() {
            for blow in [Blow::KillBefore, Blow::KillAfter] {
                cases.push((deed, during(vec![(nth, blow.clone())])));
                for again in 0..4 {
                    for then in [Blow::KillBefore, Blow::KillAfter] {
                        let misfortune = Misfortune {
                            deed: vec![(nth, blow.clone())],
                            recovery: vec![(again, then)],
                        };
                        cases.push((deed, misfortune));
                    }
                }
            }
        }
    }
    let of = cases.len();
    if !in_full() {
        cases = stage.sample(cases, some);
    }
    stage.play_all(&cases, of);
}

#[test]
fn killed_at_any_request_where_answers_are_repeated() {
    killed_anywhere("Maple", 1);
}

#[test]
fn killed_at_any_request_where_answers_come_once() {
    killed_anywhere("Harbour", 1);
}

#[test]
fn coins_set_aside_by_a_payment_that_died_are_free_again() {
    let mut stage = Stage::set("Maple");
    stage.play(Deed::PayInvoice, &during(vec![(1, Blow::KillBefore)]));
}

#[test]
fn an_issuer_that_paid_after_the_line_broke_is_believed_and_the_change_comes_back() {
    let mut stage = Stage::set("Harbour");
    let lost = Blow::Line(Fault::LoseAnswer);
    stage.play(Deed::PayInvoice, &during(vec![(1, lost)]));
    stage.play(Deed::PayInvoice, &during(vec![(1, Blow::KillAfter)]));
}

#[test]
fn a_swap_whose_answer_was_lost_before_a_give_never_inflates_the_balance() {
    let stage = Stage::set("Maple");
    stage.stock();
    // Small coins run out, and then a give has to make some.
    let lost = (0..60).find_map(|_| {
        let lose = |at| Rule::first(at, Fault::LoseAnswer);
        stage
            .line
            .set(vec![lose("POST /v1/swap"), lose("POST /v1/restore")]);
        let said = stage.run(&stage.ada, &["give", "3", "--yes"]);
        (stage.line.heal().struck > 0).then_some(said)
    });
    let lost = lost.expect("no give ever needed a swap");
    assert_eq!(lost.code, Some(3), "{lost:#?}");
    for _ in 0..2 {
        stage.ada.ask(&["recover"]).done();
        let owed = stage.town.books("Maple")["sat"].outstanding;
        // Bob's top-up is the rest.
        assert_eq!(stage.ada.holds("sat") + stage.bob.balance("sat").0, owed);
    }
}

/// Ada pays, and dies while the issuer pays and has not answered.
fn paid_into_the_dark(misfortune: &str) -> (Stage, String) {
    let (stage, invoice, hash) = about_to_pay(misfortune);
    let paying = stage.ada.begin(&["pay", &invoice, "--yes"]);
    stage.town.wait_until_held("Maple");
    assert_eq!(paying.kill().code, None);
    (stage, hash)
}

fn about_to_pay(misfortune: &str) -> (Stage, String, String) {
    let stage = Stage::set("Maple");
    stage.stock();
    let (invoice, hash) = stage.town.merchant_invoice(100_000, "in the dark");
    stage
        .town
        .misfortune(&json!({"do": misfortune, "payment_hash": hash}));
    (stage, invoice, hash)
}

fn latest(stage: &Stage) -> Value {
    let history = stage.ada.ask(&["history"]).done();
    let id = history["payments"][0]["payment"].as_str().unwrap();
    stage.ada.ask(&["receipt", id]).done()
}

#[test]
fn a_payment_in_the_dark_is_never_called_not_paid_while_the_issuer_may_still_pay() {
    for misfortune in ["pending", "paid_but_unknown"] {
        let (stage, hash) = paid_into_the_dark(misfortune);
        for _ in 0..2 {
            let said = stage.ada.ask(&["recover"]);
            assert_eq!(said.code, Some(3), "{misfortune}: {said:#?}");
            assert_eq!(latest(&stage)["outcome"], "still_deciding");
        }
        stage
            .town
            .tell("/lightning/release", &json!({ "payment_hash": hash }));
        stage.ada.ask(&["recover"]).done();
        let receipt = latest(&stage);
        assert_eq!(receipt["outcome"], "paid", "{receipt}");
        let invoice = stage.town.invoice(&hash);
        assert_eq!(receipt["proof"]["text"], invoice["preimage"]);
        assert_eq!(stage.ada.balance("sat").1, 0);
    }
}

#[test]
fn a_payment_in_the_dark_that_failed_is_not_paid_and_its_coins_are_free() {
    let (stage, invoice, hash) = about_to_pay("fail");
    let rules = stage.rules(&[(1, Blow::KillAfter)]);
    stage.line.set(rules);
    let killed = stage.run(&stage.ada, &["pay", &invoice, "--yes"]);
    assert_eq!((killed.code, stage.line.heal().struck), (None, 1));
    stage.ada.ask(&["recover"]).done();
    assert_eq!(latest(&stage)["outcome"], "not_paid");
    assert_eq!(stage.town.invoice(&hash)["state"], "open");
    assert_eq!(stage.ada.balance("sat").1, 0);
}

#[test]
fn coins_the_words_bring_back_while_a_payment_has_them_are_free_or_gone_once_it_is_decided() {
    for verdict in ["paid", "failed"] {
        let (stage, hash) = paid_into_the_dark("pending");
        let new = stage.town.restored(stage.ada.words());
        new.open_purse(&stage.town.issuer("Maple"), "sat");
        let in_use = new.balance("sat").1;
        assert!(in_use >= 100, "{in_use}");
        // Nothing is freed while the issuer may still pay.
        new.ask(&["recover"]).done();
        assert_eq!(new.balance("sat").1, in_use);

        let released = json!({"payment_hash": hash, "as": verdict});
        stage.town.tell("/lightning/release", &released);
        let since = Instant::now();
        while stage.town.books("Maple")["sat"].held > 0 {
            assert!(since.elapsed() < PATIENCE, "the issuer never decided");
            thread::sleep(Duration::from_millis(20));
        }
        new.ask(&["recover"]).done();
        let (spendable, pending) = new.balance("sat");
        let owed = stage.town.books("Maple")["sat"].outstanding;
        assert_eq!(pending, 0, "{verdict}");
        assert_eq!(spendable + stage.bob.balance("sat").0, owed, "{verdict}");
    }
}

#[test]
fn a_take_back_that_was_interrupted_is_in_the_journal_too() {
    let mut stage = Stage::set("Maple");
    stage.play(Deed::TakeBack, &during(vec![(1, Blow::KillAfter)]));
}

#[test]
fn a_take_back_whose_answers_were_lost_is_in_the_journal_too() {
    let mut stage = Stage::set("Maple");
    let lost = || Blow::Line(Fault::LoseAnswer);
    stage.play(Deed::TakeBack, &during(vec![(1, lost()), (2, lost())]));
}

#[test]
fn a_take_back_that_nobody_could_be_asked_about_is_in_the_journal_too() {
    let mut stage = Stage::set("Maple");
    let lost = || Blow::Line(Fault::LoseAnswer);
    // The swap, and what became of it; then that once more, but not where the coins are.
    let misfortune = Misfortune {
        deed: vec![(1, lost()), (2, lost())],
        recovery: vec![(0, lost())],
    };
    let journey = stage.play(Deed::TakeBack, &misfortune);
    assert_eq!(
        (journey.deed.struck, journey.recovery.struck),
        (2, 1),
        "{journey:?}"
    );
}

#[test]
fn looking_at_a_gift_that_is_being_taken_back_does_not_call_it_redeemed() {
    let stage = Stage::set("Maple");
    stage.stock();
    let before = stage.ada.balance("sat").0;
    let given = stage.ada.ask(&["give", "50", "--yes"]).done();
    let payment = given["payment"].as_str().unwrap();
    let lost = |nth| (nth, Blow::Line(Fault::LoseAnswer));
    let under = |blows: &[_], args: &[&str]| {
        stage.line.set(stage.rules(blows));
        let said = stage.run(&stage.ada, args);
        assert_eq!(stage.line.heal().struck, blows.len(), "{said:#?}");
        said
    };
    let back = under(&[lost(1), lost(2)], &["redeem", payment, "--yes"]);
    assert_eq!(back.code, Some(3), "{back:#?}");
    let seen = under(&[lost(0)], &["receipt", payment]).done();
    assert_eq!(seen["token"], given["token"], "{seen}");

    stage.ada.ask(&["recover"]).done();
    let receipt = stage.ada.ask(&["receipt", payment]).done();
    assert_eq!(receipt["outcome"], "not_paid", "{receipt}");
    let left = before - worth(&receipt["left_purse"], "sat");
    assert_eq!(stage.ada.balance("sat"), (left, 0));
}

#[test]
fn a_restore_that_was_interrupted_can_be_done_again() {
    let mut stage = Stage::set("Maple");
    stage.play(
        Deed::Restore,
        &during(vec![(5, Blow::Line(Fault::LoseAnswer))]),
    );
}

#[test]
fn a_late_payment_that_overtakes_its_fence_is_believed() {
    let stage = Stage::set("Maple");
    stage.stock();
    let before = stage.ada.balance("sat");
    let (invoice, hash) = stage.town.merchant_invoice(100_000, "late");
    stage.line.set(vec![
        Rule::first("POST /v1/melt/bolt11", Fault::Hold),
        Rule::first("POST /v1/swap", Fault::AfterHeld),
    ]);
    stage.run(&stage.ada, &["pay", &invoice, "--yes"]);
    stage.line.heal();
    assert_eq!(stage.town.invoice(&hash)["state"], "settled");
    stage.ada.ask(&["recover"]).done();
    let receipt = latest(&stage);
    assert_eq!(receipt["outcome"], "paid", "{receipt}");
    let after = stage.ada.balance("sat");
    assert_eq!(after.1, 0);
    assert_eq!(before.0 - after.0, worth(&receipt["left_purse"], "sat"));
}
