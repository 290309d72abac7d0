//! Of several purses the cheapest pays, and nobody learns of a payment in vain.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::worth;
use farthing_tests::{Person, Town};
use serde_json::{Value, json};

/// Somebody with so much at each of these issuers, and the names of the purses.
fn with_purses(town: &Town, purses: &[(&str, i64, &str)]) -> (Person, Vec<String>) {
    let ada = town.person("Ada");
    let open = |(issuer, amount, unit): &(&str, i64, &str)| {
        let purse = ada.open_purse(&town.issuer(issuer), unit);
        ada.top_up_into(&purse, *amount, unit, |invoice| {
            drop(town.pay_invoice(invoice));
        });
        purse
    };
    let purses = purses.iter().map(open).collect();
    (ada, purses)
}

/// How often an issuer was asked for the price of a payment.
fn prices_asked(town: &Town, issuer: &str) -> u64 {
    town.asked(issuer, "POST /v1/melt/quote/")
}

fn codes(review: &Value) -> Vec<&str> {
    let others = review["alternatives"].as_array().unwrap().iter();
    others.map(|one| one["code"].as_str().unwrap()).collect()
}

#[test]
fn the_purse_that_costs_less_pays_though_another_is_fuller() {
    let town = Town::open();
    let (ada, purses) = with_purses(&town, &[("Maple", 6_000, "sat"), ("Harbour", 5_500, "sat")]);
    let (invoice, hash) = town.merchant_invoice(5_000_000, "a chair");
    let review = ada.ask(&["review", &invoice]).done();
    // Maple sets 2 % aside, Harbour 1 %.
    assert_eq!(review["purse"], purses[1].as_str(), "{review}");
    assert_eq!(codes(&review), ["costs_more"]);
    let other = &review["alternatives"][0];
    assert_eq!(other["purse"], purses[0].as_str());
    assert!(worth(&review["total_at_most"], "sat") < worth(&other["total_at_most"], "sat"));

    ada.pay(&invoice, "sat");
    assert_eq!(town.invoice(&hash)["received_msat"], 5_000_000);
    assert_eq!(town.books("Maple")["sat"].outstanding, 6_000);
}

#[test]
fn an_issuer_that_could_not_be_paid_from_or_was_not_meant_learns_nothing() {
    let town = Town::open();
    let (ada, purses) = with_purses(&town, &[("Maple", 3_000, "sat"), ("Harbour", 200, "sat")]);
    let (invoice, _) = town.merchant_invoice(500_000, "a book");
    let review = ada.ask(&["review", &invoice]).done();
    assert_eq!(review["purse"], purses[0].as_str());
    assert_eq!(codes(&review), [""; 0]);
    assert_eq!(prices_asked(&town, "maple"), 1);
    assert_eq!(prices_asked(&town, "harbour"), 0, "it holds too little");

    let (small, _) = town.merchant_invoice(50_000, "a bun");
    let named = ["review", &small, "--purse", &purses[0]];
    assert_eq!(ada.ask(&named).done()["purse"], purses[0].as_str());
    assert_eq!(prices_asked(&town, "harbour"), 0, "another was named");
    ada.ask(&["review", &small]).done();
    assert_eq!(prices_asked(&town, "harbour"), 1);
}

#[test]
fn with_too_little_anywhere_the_one_who_has_most_says_how_much_is_missing() {
    let town = Town::open();
    let (ada, _) = with_purses(&town, &[("Maple", 300, "sat"), ("Harbour", 200, "sat")]);
    let (invoice, _) = town.merchant_invoice(400_000, "a book");
    let refused = ada.ask(&["review", &invoice]).ended(1);
    assert_eq!(refused["error"]["code"], "not_enough");
    assert!(
        refused["error"]["text"].as_str().unwrap().contains("29"),
        "{refused}"
    );
    assert_eq!(prices_asked(&town, "maple"), 1);
    assert_eq!(prices_asked(&town, "harbour"), 0, "asked in vain");
}

#[test]
fn a_silent_issuer_delays_no_payment() {
    let town = Town::open();
    let (ada, purses) = with_purses(&town, &[("Maple", 3_000, "sat"), ("Harbour", 2_000, "sat")]);
    town.tell(
        "/http/fault",
        &json!({"party": "harbour", "do": "hang_before", "path": "/v1/melt/quote/", "next": 1}),
    );
    let (invoice, _) = town.merchant_invoice(500_000, "a book");
    let review = ada.ask(&["review", &invoice]).done();
    assert_eq!(review["purse"], purses[0].as_str());
    assert_eq!(codes(&review), ["issuer_answer_lost"]);
    assert_eq!(review["alternatives"][0]["total_at_most"], Value::Null);
    ada.pay_from(&invoice, "sat", Some(&purses[0]));
}

/// Somebody in a town where a bitcoin costs `percent` of the usual, with satoshis at Maple and
/// dollars at Harbour, who looks at a lamp for 2,000 sat: the purse that would pay, and what is
/// said of the other.
fn lamp(percent: u64, knows_the_rate: bool) -> (Town, Person, String, &'static str, String) {
    let town = Town::open();
    for source in ["coinbase", "coingecko", "kraken", "mempool"] {
        town.tell("/rates", &json!({"source": source, "percent": percent}));
    }
    let (ada, purses) = with_purses(&town, &[("Maple", 3_000, "sat"), ("Harbour", 900, "usd")]);
    if knows_the_rate {
        ada.ask(&["rates", "set", "USD"]).done();
    }
    let (invoice, _) = town.merchant_invoice(2_000_000, "a lamp");
    let review = ada.ask(&["review", &invoice]).done();
    let at = purses
        .iter()
        .position(|purse| review["purse"] == purse.as_str());
    let others = codes(&review);
    assert_eq!(others.len(), 1, "{review}");
    let why = others[0].to_owned();
    (town, ada, invoice, ["sat", "usd"][at.unwrap()], why)
}

#[test]
fn dollars_and_satoshis_are_compared_at_the_going_rate_and_not_without_one() {
    // Nothing is known: the one whose price is exact.
    let (_, _, _, unit, why) = lamp(100, false);
    assert_eq!((unit, why.as_str()), ("sat", "no_rate"));
    // Harbour sells ten satoshis a cent. Where a cent buys eleven elsewhere, that is dear.
    let (_, _, _, unit, why) = lamp(90, true);
    assert_eq!((unit, why.as_str()), ("sat", "costs_more"));
    // Where it buys nine, it is cheap.
    let (_town, ada, invoice, unit, why) = lamp(110, true);
    assert_eq!((unit, why.as_str()), ("usd", "costs_more"));
    ada.pay(&invoice, "usd");
}
