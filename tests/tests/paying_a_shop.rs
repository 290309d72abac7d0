//! Paying a Cashu payment request: the shop nets what it asked for, the review
//! was right, and the issuer's books say the same.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;

use farthing_tests::liar::{Liar, Lie, Reply};
use farthing_tests::person::{fees, fees_of, worth};
use farthing_tests::request::at_another_door;
use farthing_tests::{Nutshell, Person, Town};
use serde_json::{Value, json};

/// Pays `order` and checks it from every side that has an opinion. The receipt.
#[track_caller]
fn pays(town: &Town, person: &Person, issuer: &str, order: &Value, code: &str) -> Value {
    let unit = order["unit"].as_str().unwrap();
    let price = order["amount"].as_i64().unwrap();
    let held_before = town.shop_holds(issuer, unit);
    let before = (town.books(issuer)[unit], person.balance(unit).0);

    let receipt = person.pay(code, unit);

    let now = town.look(order);
    assert_eq!(
        (&now["state"], &now["paid_by"]),
        (&json!("paid"), &json!("ecash")),
        "{now}"
    );
    let [gross, fee, net] = ["gross", "fee", "net"].map(|n| now[n].as_i64().unwrap());
    assert!(net >= price, "the shop asked for {price} and nets {net}");
    assert_eq!(gross - fee, net);
    assert_eq!(town.shop_holds(issuer, unit) - held_before, net);
    // Where the coins there are cannot net the price exactly, the rest is the shop's,
    // and stands on a line of its own.
    let rounding = fees_of(&receipt["fees"], "rounding", unit);
    assert_eq!(worth(&receipt["paid"], unit), price);
    assert_eq!(
        price + rounding,
        net,
        "the receipt says what the shop got: {receipt}"
    );

    // Whatever left the person and did not reach the shop, the issuer kept, and
    // every bit of that stands on the receipt.
    let after = (town.books(issuer)[unit], person.balance(unit).0);
    let kept = before.0.outstanding - after.0.outstanding;
    assert_eq!(before.1 - after.1, net + kept);
    assert_eq!(fees(&receipt["fees"], unit) - rounding, kept);
    assert_eq!(after.0.fees - before.0.fees, kept);
    receipt
}

#[test]
fn a_coffee_at_the_corner_shop() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let coffee = town.order(&json!({"item": "coffee", "amount": 21}));
    let receipt = pays(
        &town,
        &ada,
        "Maple",
        &coffee,
        coffee["request"].as_str().unwrap(),
    );
    assert_eq!(worth(&receipt["price"], "sat"), 21);

    let history = ada.ask(&["history"]).done();
    let latest = &history["payments"][0];
    assert_eq!(latest["payment"], receipt["payment"]);
    assert_eq!(
        (&latest["outcome"], &latest["direction"]),
        (&json!("paid"), &json!("out"))
    );
}

#[test]
fn from_the_picture_the_shop_shows() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let tea = town.order(&json!({"item": "tea", "amount": 13}));
    let picture = ada.folder().join("bill.png");
    fs::write(&picture, town.picture(&tea)).unwrap();
    pays(&town, &ada, "Maple", &tea, picture.to_str().unwrap());
}

#[test]
fn either_spelling_of_a_request_is_the_same_request() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let order = town.order(&json!({"amount": 34}));
    let bech32 = order["request_bech32"].as_str().unwrap();
    pays(&town, &ada, "Maple", &order, &bech32.to_uppercase());
}

#[test]
fn dollars_without_coin_fees_cost_what_they_cost() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Harbour", 1_000, "usd");
    let order = town.order(&json!({"amount": 199, "unit": "usd", "issuer": "harbour"}));
    let receipt = pays(
        &town,
        &ada,
        "Harbour",
        &order,
        order["request"].as_str().unwrap(),
    );
    assert_eq!(worth(&receipt["left_purse"], "usd"), 199);
}

#[test]
fn the_shop_nets_its_price_where_every_coin_costs_a_satoshi() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Harbour", 8_000, "sat");
    for price in [1, 3, 16, 21, 63, 127, 227, 1_000] {
        let order = town.order(&json!({"amount": price, "issuer": "harbour"}));
        pays(
            &town,
            &ada,
            "Harbour",
            &order,
            order["request"].as_str().unwrap(),
        );
    }
}

#[test]
fn an_order_is_paid_once() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let order = town.order(&json!({"amount": 21}));
    let code = order["request"].as_str().unwrap();
    pays(&town, &ada, "Maple", &order, code);
    let before = (ada.balance("sat"), town.books("Maple"));

    // The shop refuses a second payment; the wallet has its coins back.
    let again = ada.ask(&["pay", code, "--yes"]);
    assert_ne!(again.code, Some(0), "{again:#?}");
    ada.ask(&["recover"]).done();
    let spent = before.0.0 - ada.balance("sat").0;
    assert_eq!(
        spent,
        before.1["sat"].outstanding - town.books("Maple")["sat"].outstanding
    );
    assert!(
        spent <= 2,
        "{spent} sat gone for a payment that did not happen"
    );
}

#[test]
fn what_a_shop_said_it_has_is_its_own_before_it_redeems_it() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    // A payment that came to nothing: from its numbers on coins are looked for.
    let (invoice, hash) = town.merchant_invoice(100_000, "no way");
    town.misfortune(&json!({"do": "fail", "payment_hash": hash}));
    assert_eq!(ada.ask(&["pay", &invoice, "--yes"]).code, Some(1));
    // Under those numbers there are coins now, which go to the shop with the rest.
    ada.top_up(200, "sat", |invoice| drop(town.pay_invoice(invoice)));

    let shop = town.manifest()["shops"]["corner_shop"]["url"]
        .as_str()
        .unwrap();
    let door = Liar::before(shop);
    door.lie(vec![Lie::say("POST ", Reply::Json(200, json!({})))]);
    for amount in [500, 400, 250] {
        let order = town.order(&json!({"amount": amount, "unit": "sat", "issuer": "maple"}));
        let code = at_another_door(order["request"].as_str().unwrap(), shop, door.url());
        ada.ask(&["pay", &code, "--yes"]).done();
    }
    let has = ada.balance("sat");
    ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat"), has);
}

#[test]
fn a_shop_that_says_no_and_takes_the_money_stands_on_the_receipt() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let shop = town.manifest()["shops"]["corner_shop"]["url"].clone();
    let door = Liar::before(shop.as_str().unwrap());
    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let request = order["request"].as_str().unwrap();
    let code = at_another_door(request, shop.as_str().unwrap(), door.url());
    door.lie(vec![Lie::say_after(
        "POST ",
        Reply::Json(422, json!({"error": "no"})),
    )]);
    let receipt = ada.ask(&["pay", &code, "--yes"]).done();
    assert_eq!(receipt["outcome"], "paid");
    assert_eq!(receipt["why_code"], "refused_but_taken");
    assert_eq!(receipt["proof"]["kind"], "redeemed");
    assert_eq!(town.look(&order)["state"], "paid");
    let kept = ada
        .ask(&["receipt", receipt["payment"].as_str().unwrap()])
        .done();
    assert_eq!(kept["why_code"], "refused_but_taken");
}

#[test]
fn a_review_is_paid_once_and_only_as_it_was() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let order = town.order(&json!({"amount": 21}));
    let review = ada
        .ask(&["review", order["request"].as_str().unwrap()])
        .done();
    let id = review["review"].as_str().unwrap();

    let too_dear = ada.ask(&["pay", "--review", id, "--max-total", "20", "--yes"]);
    assert!(!too_dear.refused(4).is_empty());
    assert_eq!(ada.balance("sat"), (500, 0));

    let review = ada
        .ask(&["review", order["request"].as_str().unwrap()])
        .done();
    let id = review["review"].as_str().unwrap();
    ada.ask(&["pay", "--review", id, "--yes"]).done();
    let after = ada.balance("sat");
    let again = ada.ask(&["pay", "--review", id, "--yes"]);
    assert!(
        [Some(1), Some(2), Some(4)].contains(&again.code),
        "{again:#?}"
    );
    assert_eq!(ada.balance("sat"), after);
}

#[test]
fn nutshells_coins_buy_coffee() {
    let (town, nutshell) = (Town::open(), Nutshell::start());
    let ada = town.person("Ada");
    ada.open_purse(nutshell.url(), "sat");
    ada.top_up(500, "sat", |_| ());
    let order = town.order(&json!({"amount": 21, "issuer": nutshell.url()}));
    let before = nutshell.books()["sat"].outstanding;
    let receipt = ada.pay(order["request"].as_str().unwrap(), "sat");
    let net = town.look(&order)["net"].as_i64().unwrap();
    assert!(net >= 21);
    let kept = before - nutshell.books()["sat"].outstanding;
    let rounding = fees_of(&receipt["fees"], "rounding", "sat");
    assert_eq!(fees(&receipt["fees"], "sat") - rounding, kept);
    assert_eq!(500 - ada.balance("sat").0, net + kept);
}
