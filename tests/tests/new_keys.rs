//! An issuer signs with other keys from one moment to the next, for more or for less: what was begun with the
//! old ones ends, what they signed stays good, and nobody pays more than the review said.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::worth;
use farthing_tests::{Person, Said, Town};
use serde_json::json;

/// What was said, in three tries at most, until it is done.
#[track_caller]
fn done(mut tries: impl FnMut() -> Said) -> serde_json::Value {
    let mut heard = Vec::new();
    for _ in 0..3 {
        let said = tries();
        if said.code == Some(0) {
            return said.done();
        }
        heard.push(said);
    }
    unreachable!("not done: {heard:#?}");
}

/// Nothing is undecided, and all that is owed is somebody's.
#[track_caller]
fn adds_up(town: &Town, people: &[&Person]) {
    let mut theirs = town.shops_hold("Maple", "sat");
    for person in people {
        person.ask(&["recover"]).done();
        theirs += person.holds("sat");
    }
    let books = town.books("Maple")["sat"];
    assert_eq!((theirs, 0), (books.outstanding, books.paid_not_issued));
}

fn given(person: &Person, amount: &str) -> String {
    let given = person.ask(&["give", amount, "--yes"]).done();
    given["token"].as_str().unwrap().to_owned()
}

/// Every fee it may change to: none, the same, much more.
const FEES: [u64; 3] = [0, 100, 1_000];

#[test]
fn what_is_begun_with_the_old_keys_ends_with_the_new_ones() {
    for fee in FEES {
        let town = Town::open();
        let ada = town.person_with("Ada", "Maple", 1_000, "sat");
        let bob = town.person_with("Bob", "Maple", 1_000, "sat");
        let asked = ada.ask(&["top-up", "300", "--unit", "sat"]).done();
        let mine = given(&ada, "23");
        let his = given(&bob, "40");
        let (invoice, _) = town.merchant_invoice(200_000, "bread");
        let review = ada.ask(&["review", &invoice]).done();

        town.change_keys("Maple", fee);
        town.pay_invoice(asked["invoice"].as_str().unwrap());
        ada.ask(&["recover"]).done();
        let review = review["review"].as_str().unwrap();
        let paid = ada.ask(&["pay", "--review", review, "--yes"]).done();
        assert_eq!(paid["outcome"], "paid", "{fee}");
        done(|| ada.ask(&["redeem", &his, "--yes"]));
        done(|| ada.ask(&["redeem", &mine, "--yes"]));
        adds_up(&town, &[&ada, &bob]);
    }
}

#[test]
fn what_is_asked_for_with_an_old_list_of_keys_costs_no_more_than_was_shown() {
    for fee in FEES {
        let town = Town::open();
        let ada = town.person_with("Ada", "Maple", 1_000, "sat");
        let bob = town.person_with("Bob", "Maple", 1_000, "sat");
        town.change_keys("Maple", fee);
        for amount in [19, 150] {
            let order = town.order(&json!({"amount": amount, "issuer": "maple", "unit": "sat"}));
            let code = order["request"].as_str().unwrap();
            let receipt = done(|| {
                let review = ada.ask(&["review", code]).done();
                let most = worth(&review["total_at_most"], "sat");
                let id = review["review"].as_str().unwrap().to_owned();
                let said = ada.ask(&["pay", "--review", &id, "--yes"]);
                if said.code == Some(0) {
                    let left = worth(&said.json()["left_purse"], "sat");
                    assert!(left <= most, "{fee}: {left} of {most} at most");
                }
                said
            });
            assert_eq!(receipt["outcome"], "paid");
            assert_eq!(town.look(&order)["state"], "paid", "{fee}");
        }
        let token = done(|| ada.ask(&["give", "333", "--yes"]))["token"].clone();
        done(|| bob.ask(&["redeem", token.as_str().unwrap(), "--yes"]));
        adds_up(&town, &[&ada, &bob]);
    }
}

#[test]
fn the_words_find_what_any_keys_signed() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    for fee in FEES {
        town.change_keys("Maple", fee);
        ada.open_purse(&town.issuer("Maple"), "sat");
        ada.top_up(100, "sat", |invoice| drop(town.pay_invoice(invoice)));
    }
    let again = town.restored(ada.words());
    again.open_purse(&town.issuer("Maple"), "sat");
    assert_eq!(again.balance("sat"), ada.balance("sat"));
    assert_eq!(again.balance("sat").0, 800);
}
