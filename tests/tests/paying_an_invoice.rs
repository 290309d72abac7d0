//! Paying a Lightning invoice, in luck and out of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::sync::{Arc, Mutex};

use farthing_tests::liar::{Honest, Lie, Reply, refusal};
use farthing_tests::person::{fees, worth};
use farthing_tests::{Nutshell, Person, Town, later};
use serde_json::{Value, json};

/// What the person has, in hand and held, is what the issuer owes.
#[track_caller]
fn owes(town: &Town, issuer: &str, person: &Person, unit: &str) {
    assert_eq!(town.books(issuer)[unit].outstanding, person.holds(unit));
}

#[test]
fn an_invoice_from_anywhere_is_paid_and_proven() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let (invoice, hash) = town.merchant_invoice(150_000, "two tickets");

    let receipt = ada.pay(&invoice, "sat");
    let paid = town.invoice(&hash);
    assert_eq!(
        (&paid["state"], &paid["received_msat"]),
        (&json!("settled"), &json!(150_000))
    );
    assert_eq!(
        receipt["proof"]["text"], paid["preimage"],
        "the proof is the merchant's own"
    );
    assert_eq!(worth(&receipt["paid"], "sat"), 150);
    owes(&town, "Maple", &ada, "sat");
    assert_eq!(
        town.books("Maple")["sat"].outstanding,
        2_000 - 150 - fees(&receipt["fees"], "sat")
    );
}

#[test]
fn an_invoice_for_part_of_a_satoshi_costs_the_next_whole_one() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let (invoice, hash) = town.merchant_invoice(99_500, "bread");
    let receipt = ada.pay(&invoice, "sat");
    assert_eq!(worth(&receipt["paid"], "sat"), 100);
    assert_eq!(town.invoice(&hash)["received_msat"], 99_500);
    owes(&town, "Maple", &ada, "sat");
}

#[test]
fn dollars_pay_an_invoice_too() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Harbour", 1_000, "usd");
    let (invoice, hash) = town.merchant_invoice(500_000, "a book");
    ada.pay(&invoice, "usd");
    assert_eq!(town.invoice(&hash)["received_msat"], 500_000);
    owes(&town, "Harbour", &ada, "usd");
}

#[test]
fn a_payment_that_finds_no_way_leaves_the_money_where_it_was() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let (invoice, hash) = town.merchant_invoice(100_000, "unlucky");
    town.misfortune(&json!({"do": "fail", "payment_hash": hash}));

    let failed = ada.ask(&["pay", &invoice, "--yes"]).ended(1);
    assert_eq!(failed["outcome"], "not_paid");
    owes(&town, "Maple", &ada, "sat");
    let (spendable, pending) = ada.balance("sat");
    assert_eq!(pending, 0);
    // Changing coins beforehand may have cost something, and then the receipt says so.
    assert_eq!(1_000 - spendable, worth(&failed["left_purse"], "sat"));
    assert_eq!(town.invoice(&hash)["state"], "open");
}

/// A payment struck by `misfortune`: still deciding, then decided as `verdict`.
#[track_caller]
fn undecided(misfortune: &str, verdict: &str, outcome: &str) {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let (invoice, hash) = town.merchant_invoice(100_000, "slow");
    town.misfortune(&json!({"do": misfortune, "payment_hash": hash}));

    let waiting = ada.ask(&["pay", &invoice, "--yes"]).ended(3);
    assert_eq!(waiting["outcome"], "still_deciding");
    owes(&town, "Maple", &ada, "sat");
    assert!(ada.balance("sat").1 >= 100, "what is undecided is held");

    // Asking again before anyone knows must not pay again.
    let again = ada.ask(&["pay", &invoice, "--yes"]);
    assert_ne!(again.code, Some(0), "{again:#?}");

    town.tell(
        "/lightning/release",
        &json!({"payment_hash": hash, "as": verdict}),
    );
    ada.ask(&["recover"]).done();
    owes(&town, "Maple", &ada, "sat");
    assert_eq!(ada.balance("sat").1, 0);
    let receipt = ada
        .ask(&["receipt", waiting["payment"].as_str().unwrap()])
        .done();
    assert_eq!(receipt["outcome"], outcome, "{receipt}");
    assert_eq!(
        1_000 - ada.balance("sat").0,
        worth(&receipt["left_purse"], "sat")
    );
    let received = if outcome == "paid" { 100_000 } else { 0 };
    assert_eq!(
        town.invoice(&hash)["received_msat"],
        received,
        "paid once or not at all"
    );
}

#[test]
fn a_payment_nobody_can_tell_about_is_still_deciding_until_they_can() {
    // Side by side: each waits as long as the wallet waits for a silent issuer.
    std::thread::scope(|stories| {
        for (misfortune, verdict, outcome) in [
            ("pending", "paid", "paid"),
            ("pending", "failed", "not_paid"),
            ("paid_but_unknown", "paid", "paid"),
        ] {
            stories.spawn(move || undecided(misfortune, verdict, outcome));
        }
    });
}

#[test]
fn nutshell_pays_an_invoice_and_its_proof_is_not_taken_for_one() {
    let (town, nutshell) = (Town::open(), Nutshell::start());
    let ada = town.person("Ada");
    ada.open_purse(nutshell.url(), "sat");
    ada.top_up(500, "sat", |_| ());
    let (invoice, _) = town.merchant_invoice(100_000, "make-believe");

    let receipt = ada.pay(&invoice, "sat");
    // Its Lightning is make-believe and its preimage all zeros: that proves nothing.
    assert!(receipt["proof"].is_null(), "{receipt}");
    assert_eq!(nutshell.books()["sat"].outstanding, ada.balance("sat").0);
}

#[test]
fn what_only_something_in_between_can_have_said_does_not_let_a_late_request_pay() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    for status in [429, 302] {
        let (invoice, hash) = town.merchant_invoice(100_000, "bread");
        let late = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&late);
        liar.lie(vec![Lie::new("POST /v1/melt/bolt11", move |heard, _| {
            *keep.lock().unwrap() = Some(heard.clone());
            Reply::Text(status, "", b"not now".to_vec())
        })]);
        let receipt = ada.ask(&["pay", &invoice, "--yes"]).ended(1);
        let _ = liar.repent();
        assert_eq!(receipt["outcome"], "not_paid", "{status}: {receipt}");

        // It was only held up on the way.
        let late = late.lock().unwrap().take().unwrap();
        let _ = Honest::at(&town.issuer("Maple")).ask(&late);
        assert_eq!(town.invoice(&hash)["state"], "open", "{status}");
        owes(&town, "Maple", &ada, "sat");
    }
}

/// A payment whose answer was lost at an issuer that, by the next question, knows nothing of it; then
/// the offer runs out, if a program's clock can be set here.
#[track_caller]
fn forgotten(town: &Town, lost: Lie) -> Option<Forgotten> {
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let (invoice, hash) = town.merchant_invoice(400_000, "bread");
    let no_such = refusal(10_000, "no such quote");
    liar.lie(vec![lost, Lie::say("GET /v1/melt/quote/bolt11/", no_such)]);
    let lost = ada.ask(&["pay", &invoice, "--yes"]).ended(3);
    assert_eq!(lost["outcome"], "still_deciding");
    let (spendable, pending) = ada.balance("sat");
    assert!(pending >= 400, "{pending} sat are held");

    // It may only have forgotten for a moment: as long as it may still pay, it is asked again.
    ada.ask(&["recover"]).ended(3);
    assert_eq!(ada.balance("sat"), (spendable, pending));
    later::clock()?;
    ada.ask_later(2, &["recover"]).done();
    let payment = lost["payment"].as_str().unwrap();
    let receipt = ada.ask(&["receipt", payment]).done();
    assert_eq!(ada.balance("sat").1, 0);
    owes(town, "Maple", &ada, "sat");
    Some(Forgotten {
        receipt,
        received: town.invoice(&hash)["received_msat"].clone(),
        left: ada.balance("sat").0,
    })
}

struct Forgotten {
    receipt: Value,
    received: Value,
    left: i64,
}

#[test]
fn money_held_for_an_offer_the_issuer_forgot_comes_back_when_the_offer_has_run_out() {
    // The request is lost on its way, and then the issuer's books are set back.
    let lost = Lie::say("POST /v1/melt/bolt11", Reply::Nothing);
    let Some(told) = forgotten(&Town::open(), lost) else {
        println!("nothing can be preloaded into a program here: its clock stays as it is");
        return;
    };
    assert_eq!(told.receipt["outcome"], "not_paid");
    assert_eq!(told.received, 0);
}

#[test]
fn a_payment_whose_coins_are_spent_is_paid_though_the_issuer_forgot_its_offer() {
    // The request is carried out, and then the issuer loses its list of offers.
    let lost = Lie::say_after("POST /v1/melt/bolt11", Reply::Nothing);
    let Some(told) = forgotten(&Town::open(), lost) else {
        println!("nothing can be preloaded into a program here: its clock stays as it is");
        return;
    };
    assert_eq!(told.received, 400_000);
    assert_eq!(told.receipt["outcome"], "paid");
    assert!(told.receipt["proof"].is_null(), "{}", told.receipt);
    // What was set aside for the network and not needed came back all the same.
    assert!(
        worth(&told.receipt["returned"], "sat") > 0,
        "{}",
        told.receipt
    );
    assert_eq!(1_000 - told.left, worth(&told.receipt["left_purse"], "sat"));
}

/// Issuers may say that a payment was made before they have signed what they give back.
#[test]
fn what_is_given_back_only_after_the_payment_was_called_paid_is_found() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let (invoice, _) = town.merchant_invoice(300_000, "bread");
    liar.lie(vec![
        Lie::say_after("POST /v1/melt/bolt11", Reply::Nothing),
        Lie::edit("GET /v1/melt/quote/bolt11", |json| {
            json["change"] = Value::Null
        }),
        Lie::edit("POST /v1/restore", |json| {
            json["outputs"] = json!([]);
            json["signatures"] = json!([]);
        }),
    ]);
    ada.ask(&["pay", &invoice, "--yes"]).done();
    let _ = liar.repent();
    ada.ask(&["recover"]).done();
    owes(&town, "Maple", &ada, "sat");
}
