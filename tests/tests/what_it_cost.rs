//! What payments really cost, and what money is worth, as the command line tells it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::{fees, worth};
use farthing_tests::{Person, Town};
use serde_json::{Value, json};

/// The lines of a review or a receipt, by kind, as the same text for both.
fn kinds(lines: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lines = lines.as_array().unwrap().iter();
    lines
        .map(|line| (text(&line["kind"]), text(&line["to"])))
        .collect()
}

#[test]
fn a_receipt_has_the_lines_of_the_review_and_none_is_a_line() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let (invoice, _) = town.merchant_invoice(150_000, "two tickets");
    let review = ada.ask(&["review", &invoice]).done();
    let stack = ["issuer_input", "swap", "network"];
    let reviewed = kinds(&review["fees"]);
    assert_eq!(
        reviewed.iter().map(|(kind, _)| kind).collect::<Vec<_>>(),
        stack
    );
    let at_most: i64 = review["fees"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| worth(&line["at_most"], "sat"))
        .sum();
    let part = review["costs_basis_points"].as_i64().unwrap();
    assert_eq!(part, (at_most * 10_000 + 149) / 150);

    let id = review["review"].as_str().unwrap();
    let receipt = ada.ask(&["pay", "--review", id, "--yes"]).done();
    assert_eq!(kinds(&receipt["fees"]), reviewed);
    let part = receipt["fees_basis_points"].as_i64().unwrap();
    assert_eq!(part, (fees(&receipt["fees"], "sat") * 10_000 + 149) / 150);
}

#[test]
fn half_a_satoshi_that_cannot_be_paid_is_named() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let (invoice, _) = town.merchant_invoice(1_500, "a sip");
    let review = ada.ask(&["review", &invoice]).done();
    assert_eq!(worth(&review["price"], "sat"), 2);
    let lost = &review["price_includes"][0];
    assert_eq!(
        (&lost["kind"], &lost["amount"]),
        (&json!("rounding"), &json!({"value": "500", "unit": "msat"}))
    );
    let receipt = ada.pay(&invoice, "sat");
    assert_eq!(receipt["price_includes"], review["price_includes"]);
}

/// Three payments of different kinds; what they took from the purse.
fn spent(town: &Town, ada: &Person) -> i64 {
    let mut left = 0;
    for msat in [150_000, 40_000] {
        let (invoice, _) = town.merchant_invoice(msat, "something");
        left += worth(&ada.pay(&invoice, "sat")["left_purse"], "sat");
    }
    let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
    left + worth(
        &ada.pay(order["request"].as_str().unwrap(), "sat")["left_purse"],
        "sat",
    )
}

#[test]
fn what_it_cost_is_what_the_purse_lost_beyond_the_prices() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let left = spent(&town, &ada);
    let costs = ada.ask(&["fees"]).done();
    let total = &costs["totals"][0];
    assert_eq!(worth(&total["paid"], "sat"), 150 + 40 + 21);
    assert_eq!(worth(&total["cost"], "sat"), left - 211);
    assert_eq!(worth(&total["received"], "sat"), 2_000);
    for groups in ["months", "kinds", "purses"] {
        let all: i64 = costs[groups]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| worth(&group["cost"], "sat"))
            .sum();
        assert_eq!(all, left - 211, "{groups}: {costs}");
    }
    assert_eq!(total["cost_fiat"], json!(null), "nobody chose a currency");
    let none = ada.ask(&["fees", "--month", "2020-01"]).done();
    assert_eq!(none["totals"], json!([]));
    assert_eq!(ada.ask(&["fees", "--month", "January"]).code, Some(2));

    let csv = ada.tell(&["fees", "--csv"]);
    let rows: Vec<&str> = csv.out.lines().collect();
    assert_eq!(rows.len(), 1 + 4, "{}", csv.out);
    assert!(
        rows[0].ends_with("percent,currency,amount_then,cost_then"),
        "{}",
        rows[0]
    );
    assert!(rows[1].ends_with(",N/A,N/A,N/A"), "{}", rows[1]);
}

#[test]
fn figures_of_a_currency_stand_beside_the_money_and_a_lie_is_left_out() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let off = ada.ask(&["rates"]).done();
    assert_eq!(off["currency"], json!(null));
    assert!(ada.ask(&["balance"]).done().get("total_fiat").is_none());

    town.tell("/rates", &json!({"source": "kraken", "percent": 50}));
    let rate = ada.ask(&["rates", "set", "usd"]).done();
    assert_eq!(rate["currency"], "USD");
    assert_eq!(rate["left_out"], json!(["kraken"]));
    assert_eq!(rate["sources"], json!(["coinbase", "coingecko", "mempool"]));

    // About 100 000 dollars for a bitcoin, always.
    let all = ada.ask(&["balance"]).done();
    let fiat = &all["total_fiat"];
    assert_eq!(
        (&fiat["value"], &fiat["currency"]),
        (&json!("200"), &json!("USD")),
        "{all}"
    );
    let (invoice, _) = town.merchant_invoice(500_000, "a book");
    let review = ada.ask(&["review", &invoice]).done();
    assert_eq!(review["total_at_most_fiat"]["currency"], "USD");
    ada.pay(&invoice, "sat");
    let lines = ada.ask(&["history"]).done();
    assert_eq!(lines["payments"][0]["fiat"]["value"], "50", "{lines}");
    let converted = ada.ask(&["rates", "convert", "0.50"]).done();
    assert_eq!(worth(&converted["amount"], "sat"), 500);
    assert_eq!(ada.ask(&["rates", "convert", "0,50"]).code, Some(2));

    let costs = ada.ask(&["fees"]).done();
    assert_eq!(costs["currency"], "USD");
    assert_eq!(ada.ask(&["rates", "set", "XAU"]).code, Some(2));
    ada.ask(&["rates", "off"]).done();
    assert!(ada.ask(&["balance"]).done().get("total_fiat").is_none());
}

#[test]
fn the_last_rate_stays_when_every_source_is_closed() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let known = ada.ask(&["rates", "set", "eur"]).done();
    for source in ["coinbase", "coingecko", "kraken", "mempool"] {
        town.tell("/rates", &json!({"source": source, "out": true}));
    }
    let still = ada.ask(&["rates"]).done();
    assert_eq!(still["rate"], known["rate"]);
    assert_eq!(
        ada.ask(&["balance"]).done()["total_fiat"]["currency"],
        "EUR"
    );
    let ben = town.person("Ben");
    let none = ben.ask(&["rates", "set", "eur"]).done();
    assert_eq!(
        (&none["rate"], &none["doubt"]),
        (&json!(null), &json!("no_source"))
    );
}

#[test]
fn a_dollar_purse_says_what_its_issuers_rate_is_and_how_far_above_the_going_one() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Harbour", 1_000, "usd");
    let (invoice, _) = town.merchant_invoice(500_000, "a book");
    let before = ada.ask(&["review", &invoice]).done();
    assert_eq!(before["conversion"]["going"], json!(null), "{before}");
    assert!(before.get("price_includes").is_none());

    // The issuer's price stays; what a bitcoin is worth elsewhere falls by a tenth.
    for source in ["coinbase", "coingecko", "kraken", "mempool"] {
        town.tell("/rates", &json!({"source": source, "percent": 90}));
    }
    ada.ask(&["rates", "set", "USD"]).done();
    let review = ada.ask(&["review", &invoice]).done();
    let above = review["conversion"]["above_basis_points"].as_i64().unwrap();
    // 50 cents for what is worth 46 when a started cent counts.
    assert_eq!(above, 870, "{review}");
    let hidden = &review["price_includes"][0];
    assert_eq!(hidden["kind"], "conversion");
    assert_eq!(worth(&hidden["amount"], "usd"), 4);
    assert_eq!(
        review["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["code"] == "fee_high")
            .count(),
        1
    );
    let receipt = ada.pay(&invoice, "usd");
    assert_eq!(receipt["price_includes"], review["price_includes"]);
}
