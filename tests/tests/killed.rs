//! The wallet's process is killed at any request, as a power cut would: money is where the
//! issuer's books say, and the journal says the same.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::proxy::journeys::{Blow, Deed, Misfortune, Stage};
use farthing_tests::proxy::{Fault, Rule};
use serde_json::{Value, json};

fn during(deed: Vec<(usize, Blow)>) -> Misfortune {
    Misfortune {
        deed,
        ..Misfortune::default()
    }
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
        let (spendable, pending) = stage.ada.balance("sat");
        let owed = stage.town.books("Maple")["sat"].outstanding;
        // Bob's top-up is the rest.
        assert_eq!(spendable + pending + stage.bob.balance("sat").0, owed);
    }
}

/// Ada pays, and dies at the moment when only the issuer knows what it does.
fn paid_into_the_dark(misfortune: &str) -> (Stage, String) {
    let stage = Stage::set("Maple");
    stage.stock();
    let (invoice, hash) = stage.town.merchant_invoice(100_000, "in the dark");
    stage
        .town
        .misfortune(&json!({"do": misfortune, "payment_hash": hash}));
    let rules = stage.rules(&[(1, Blow::KillAfter)]);
    stage.line.set(rules);
    let killed = stage.run(&stage.ada, &["pay", &invoice, "--yes"]);
    assert_eq!((killed.code, stage.line.heal().struck), (None, 1));
    (stage, hash)
}

fn latest(stage: &Stage) -> Value {
    let history = stage.ada.ask(&["history"]).done();
    let id = history["payments"][0]["payment"].as_str().unwrap();
    stage.ada.ask(&["receipt", id]).done()
}

#[test]
fn a_payment_in_the_dark_that_failed_is_not_paid_and_its_coins_are_free() {
    let (stage, hash) = paid_into_the_dark("fail");
    stage.ada.ask(&["recover"]).done();
    assert_eq!(latest(&stage)["outcome"], "not_paid");
    assert_eq!(stage.town.invoice(&hash)["state"], "open");
    assert_eq!(stage.ada.balance("sat").1, 0);
}
