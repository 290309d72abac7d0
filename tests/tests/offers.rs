//! Paying a Lightning offer: to the unit and once for each yes, by issuers that say they can; and an
//! issuer that lies about it is not believed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::thread;
use std::time::Duration;

use farthing_tests::liar::{Lie, Reply};
use farthing_tests::person::worth;
use farthing_tests::{Person, Town};
use serde_json::{Value, json};

/// How often the busker was paid for an offer, and how much in all.
fn hat(town: &Town, name: &str) -> (i64, i64) {
    let hat = town.hat(name);
    let number = |name: &str| hat[name].as_i64().unwrap();
    (number("paid"), number("received_msat"))
}

/// What the person has, in hand and held, is what Maple owes.
#[track_caller]
fn owes(town: &Town, person: &Person) {
    assert_eq!(town.books("Maple")["sat"].outstanding, person.holds("sat"));
}

#[test]
fn a_tip_is_as_much_as_one_says_and_may_be_given_again() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let tips = town.offer("tips");

    assert_eq!(ada.ask(&["review", &tips]).refused(2), "amount_needed");
    for (times, code) in [(1, tips.clone()), (2, tips.to_uppercase())] {
        let review = ada.ask(&["review", &code, "--amount", "34"]).done();
        assert_eq!(review["kind"], "lightning_offer");
        assert_eq!(review["payee"]["name"], "The Busker");
        assert_eq!(review["payee"]["first_time"], times == 1);
        assert_eq!(review["description"], "The hat on the pavement");
        assert_eq!(worth(&review["price"], "sat"), 34);

        let receipt = ada.pay_review(&review, "sat");
        assert_eq!(worth(&receipt["paid"], "sat"), 34);
        // The invoice is between the issuer and the busker: no preimage could be held against it.
        assert!(receipt["proof"].is_null(), "{receipt}");
        assert_eq!(hat(&town, "tips"), (times, times * 34_000));
        owes(&town, &ada);
        // One review is one payment.
        let again = ada.ask(&[
            "pay",
            "--review",
            review["review"].as_str().unwrap(),
            "--yes",
        ]);
        assert_eq!(again.refused(1), "review_used");
    }
    assert_eq!(hat(&town, "tips").0, 2);
}

#[test]
fn an_offer_with_a_price_is_paid_to_the_satoshi_and_no_other_amount_is_given() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let song = format!("lightning:{}", town.offer("song"));

    let other = ada.ask(&["review", &song, "--amount", "20"]);
    assert_eq!(other.refused(2), "amount_fixed");
    let told = ada.ask(&["review", &song, "--share", "name"]);
    assert_eq!(told.refused(2), "nobody_asked");

    let review = ada.ask(&["review", &song]).done();
    assert_eq!(worth(&review["price"], "sat"), 21);
    ada.pay_review(&review, "sat");
    assert_eq!(hat(&town, "song"), (1, 21_000));
    assert_eq!(hat(&town, "tips"), (0, 0));
    owes(&town, &ada);
}

#[test]
fn an_issuer_that_pays_no_offers_is_not_asked_to_and_one_that_does_is_taken() {
    let town = Town::open();
    let song = town.offer("song");
    let bob = town.person_with("Bob", "Harbour", 1_000, "sat");
    assert_eq!(
        bob.ask(&["review", &song]).refused(1),
        "no_issuer_for_offers"
    );
    assert_eq!(bob.balance("sat"), (1_000, 0));

    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let harbour = ada.open_purse(&town.issuer("Harbour"), "sat");
    ada.top_up_into(&harbour, 500, "sat", |invoice| {
        drop(town.pay_invoice(invoice));
    });
    let review = ada.ask(&["review", &song]).done();
    assert_eq!(review["issuer"], town.issuer("Maple").as_str(), "{review}");
    let other = &review["alternatives"][0];
    assert_eq!(other["issuer"], town.issuer("Harbour").as_str());
    assert_eq!(other["code"], "no_issuer_for_offers", "{review}");
    assert!(other["total_at_most"].is_null(), "{review}");
    ada.pay_review(&review, "sat");
    assert_eq!(hat(&town, "song"), (1, 21_000));
}

#[test]
fn of_an_invoice_and_an_offer_in_one_link_one_is_paid_and_the_other_named() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let (invoice, hash) = town.merchant_invoice(21_000, "a song");
    let link = format!("bitcoin:?lightning={invoice}&lno={}", town.offer("song"));

    let review = ada.ask(&["review", &link]).done();
    // They cost the same, and an invoice can be proven to be paid.
    assert_eq!(review["kind"], "lightning_invoice", "{review}");
    assert_eq!(review["alternatives"][0]["kind"], "lightning_offer");
    ada.pay_review(&review, "sat");
    assert_eq!(town.invoice(&hash)["state"], "settled");
    // Both ways are one payment, and it was made.
    assert_eq!(ada.ask(&["review", &link]).refused(1), "already_paid");

    // An invoice over more than the offer asks is left alone.
    let (dear, hash) = town.merchant_invoice(21_900, "a song");
    let link = format!("bitcoin:?lightning={dear}&lno={}", town.offer("song"));
    let review = ada.ask(&["review", &link]).done();
    assert_eq!(review["kind"], "lightning_offer", "{review}");
    ada.pay_review(&review, "sat");
    assert_eq!(hat(&town, "song"), (1, 21_000));
    assert_eq!(town.invoice(&hash)["state"], "open");
    assert_eq!(ada.ask(&["review", &link]).refused(1), "already_paid");
}

#[test]
fn an_offer_that_finds_no_way_leaves_the_money_where_it_was() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    town.misfortune(&json!({"do": "fail"}));
    let failed = ada.ask(&["pay", &town.offer("song"), "--yes"]).ended(1);
    assert_eq!(failed["outcome"], "not_paid");
    let (spendable, pending) = ada.balance("sat");
    assert_eq!(
        (1_000 - spendable, pending),
        (worth(&failed["left_purse"], "sat"), 0)
    );
    assert_eq!(hat(&town, "song"), (0, 0));
    owes(&town, &ada);
}

/// Ada pays a tip, and dies while the issuer pays and has not answered.
fn dies_in_the_dark(town: &Town, ada: &Person) {
    town.misfortune(&json!({"do": "pending"}));
    let paying = ada.begin(&["pay", &town.offer("tips"), "--amount", "100", "--yes"]);
    town.wait_until_held("Maple");
    thread::sleep(Duration::from_secs(1));
    paying.kill();
}

/// What becomes of a tip that was paid into the dark.
fn decided_in_the_dark(verdict: &str, outcome: &str, tips: i64) {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    dies_in_the_dark(&town, &ada);
    for _ in 0..2 {
        assert_eq!(ada.ask(&["recover"]).code, Some(3));
    }
    assert!(ada.balance("sat").1 >= 100, "what is undecided is held");
    let released = town.tell("/lightning/release", &json!({ "as": verdict }));
    assert_eq!(released["released"].as_array().unwrap().len(), 1);
    ada.ask(&["recover"]).done();
    let history = ada.ask(&["history"]).done();
    let last = &history["payments"][0];
    assert_eq!(last["outcome"], outcome, "{history}");
    let receipt = ada
        .ask(&["receipt", last["payment"].as_str().unwrap()])
        .done();
    assert_eq!(
        (1_000 - ada.balance("sat").0, ada.balance("sat").1),
        (worth(&receipt["left_purse"], "sat"), 0)
    );
    assert_eq!(
        hat(&town, "tips"),
        (tips, tips * 100_000),
        "paid once or not at all"
    );
    owes(&town, &ada);
}

#[test]
fn an_offer_paid_into_the_dark_is_paid_once_whatever_becomes_of_it() {
    thread::scope(|stories| {
        stories.spawn(|| decided_in_the_dark("paid", "paid", 1));
        stories.spawn(|| decided_in_the_dark("failed", "not_paid", 0));
    });
}

#[test]
fn whoever_was_paid_into_the_dark_is_not_paid_again_unawares() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let (tips, elsewhere) = (town.offer("tips"), town.busker("busker"));
    let warned = |review: &Value| {
        let warnings = review["warnings"].as_array().unwrap().iter();
        let mut of = warnings.filter(|one| one["code"] == "still_deciding");
        of.next()
            .map(|one| one["text"].as_str().unwrap().to_owned())
    };
    let look_at = |code: &str| ada.ask(&["review", code, "--amount", "50"]).done();
    let look = || look_at(&tips);
    let before = look();
    assert_eq!(warned(&before), None);
    dies_in_the_dark(&town, &ada);

    // What was looked at before does not say it, and is not paid.
    let id = before["review"].as_str().unwrap();
    let said = ada.ask(&["pay", "--review", id, "--yes"]);
    assert_eq!(said.refused(4), "rules_changed");
    let again = look();
    assert!(warned(&again).unwrap().contains("100 sat"), "{again}");
    // It is about this payee alone.
    assert_eq!(warned(&look_at(&elsewhere)), None);
    // Who has seen it, and wants to, pays.
    ada.pay_review(&again, "sat");
    assert_eq!(hat(&town, "tips"), (1, 50_000));

    town.tell("/lightning/release", &json!({"as": "failed"}));
    ada.ask(&["recover"]).done();
    assert_eq!(warned(&look()), None);
    owes(&town, &ada);
}

#[test]
fn an_issuer_that_names_another_price_is_found_out_before_anything_moves() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    for price in [20, 22, 2_100] {
        liar.lie(vec![Lie::edit(
            "POST /v1/melt/quote/bolt12",
            move |quote| quote["amount"] = json!(price),
        )]);
        let refused = ada.ask(&["review", &town.offer("song")]).refused(1);
        assert_eq!(refused, "issuer_dishonest", "{price}");
    }
    assert_eq!(ada.balance("sat"), (1_000, 0));
}

#[test]
fn an_issuer_that_calls_an_offer_paid_and_took_nothing_is_not_believed() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    // The request never reaches the issuer's books, and it says "paid", with a preimage of something.
    let song = town.offer("song");
    let paid = |quote: &str| {
        Reply::Json(
            200,
            json!({
                "quote": quote, "amount": 21, "fee_reserve": 2, "state": "PAID",
                "expiry": 4_000_000_000_u64, "payment_preimage": "00".repeat(32),
                "request": "lno1", "unit": "sat", "method": "bolt12",
            }),
        )
    };
    liar.lie(vec![
        Lie::new("POST /v1/melt/bolt12", move |heard, _| {
            paid(heard.body["quote"].as_str().unwrap())
        }),
        Lie::new("GET /v1/melt/quote/bolt12/", move |heard, _| {
            paid(heard.what.rsplit('/').next().unwrap())
        }),
    ]);
    // None of the coins is gone: they are made into others, which no late request can take.
    let said = ada.ask(&["pay", &song, "--yes"]).ended(1);
    assert_eq!(said["outcome"], "not_paid");
    ada.ask(&["recover"]).done();
    let receipt = ada
        .ask(&["receipt", said["payment"].as_str().unwrap()])
        .done();
    assert_eq!(receipt["outcome"], "not_paid");
    assert_eq!(ada.balance("sat").1, 0);
    assert_eq!(hat(&town, "song"), (0, 0));
    owes(&town, &ada);
}
