//! Money comes in: by invoice, at every issuer, with the wallet watching or not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]
#![allow(clippy::print_stdout, reason = "says what could not be tested here")]

use farthing_tests::kill::{counted, lasting};
use farthing_tests::liar::{Lie, refusal};
use farthing_tests::person::worth;
use farthing_tests::{Nutshell, Person, Town, later};
use serde_json::Value;

#[test]
fn a_top_up_is_what_was_paid_and_what_the_issuer_owes() {
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    assert_eq!(ada.balance("sat"), (0, 0));

    let done = ada.top_up(1_000, "sat", |invoice| drop(town.pay_invoice(invoice)));
    assert_eq!(done["outcome"], "paid");
    assert_eq!(worth(&done["received"], "sat"), 1_000);
    assert_eq!(ada.balance("sat"), (1_000, 0));

    let books = town.books("Maple")["sat"];
    assert_eq!(
        (books.outstanding, books.fees, books.paid_not_issued),
        (1_000, 0, 0)
    );
}

#[test]
fn cents_come_in_like_satoshi() {
    let town = Town::open();
    let ada = town.person_at("Ada", "Harbour", "usd");
    let done = ada.top_up(250, "usd", |invoice| drop(town.pay_invoice(invoice)));
    assert_eq!(worth(&done["received"], "usd"), 250);
    assert_eq!(ada.balance("usd"), (250, 0));
    assert_eq!(town.books("Harbour")["usd"].outstanding, 250);
    assert_eq!(town.books("Harbour")["sat"].outstanding, 0);
}

#[test]
fn money_paid_while_the_wallet_was_closed_is_there_when_it_opens() {
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    let asked = ada.ask(&["top-up", "300", "--unit", "sat"]).done();
    assert_eq!(asked["outcome"], "still_deciding");
    let invoice = asked["invoice"].as_str().unwrap();

    town.pay_invoice(invoice);
    ada.ask(&["recover"]).done();

    assert_eq!(ada.balance("sat"), (300, 0));
    let books = town.books("Maple")["sat"];
    assert_eq!((books.outstanding, books.paid_not_issued), (300, 0));
}

#[test]
fn an_invoice_nobody_pays_brings_nothing_and_is_not_called_failed() {
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    let waited = ada
        .ask(&["top-up", "300", "--unit", "sat", "--wait", "2"])
        .ended(3);
    assert_eq!(waited["outcome"], "still_deciding");
    assert_eq!(ada.balance("sat").0, 0);
    assert_eq!(town.books("Maple")["sat"].issued, 0);
}

/// Whether anything here has another clock than the wallet's.
fn clocks_can_differ() -> bool {
    let there_is_one = later::clock().is_some();
    if !there_is_one {
        println!("no clock can be set ahead here");
    }
    there_is_one
}

fn outcome_of(person: &Person, payment: &Value) -> Value {
    let receipt = person.ask(&["receipt", payment.as_str().unwrap()]).done();
    receipt["outcome"].clone()
}

#[test]
fn an_invoice_paid_after_a_clock_ahead_called_it_run_out_is_there_and_in_the_journal() {
    if !clocks_can_differ() {
        return;
    }
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    let asked = ada.ask(&["top-up", "37", "--unit", "sat"]).done();
    for _ in 0..3 {
        ada.ask_later(30, &["recover"]).done();
    }
    assert_eq!(outcome_of(&ada, &asked["payment"]), "not_paid");

    town.pay_invoice(asked["invoice"].as_str().unwrap());
    let recovered = ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat"), (37, 0));
    assert_eq!(outcome_of(&ada, &asked["payment"]), "paid", "{recovered}");
    let books = town.books("Maple")["sat"];
    assert_eq!((books.outstanding, books.paid_not_issued), (37, 0));
}

#[test]
fn an_invoice_paid_late_is_collected_also_where_it_is_over_by_every_clock() {
    if !clocks_can_differ() {
        return;
    }
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    let asked = ada.ask(&["top-up", "37", "--unit", "sat"]).done();
    ada.ask_later(30, &["recover"]).done();
    town.pay_invoice(asked["invoice"].as_str().unwrap());

    let recovered = ada.ask_later(33, &["recover"]).done();
    let decided = recovered["decided"].as_array().unwrap();
    assert_eq!(decided.len(), 1, "{recovered}");
    assert_eq!(decided[0]["payment"], asked["payment"]);
    assert_eq!(ada.balance("sat"), (37, 0));
    assert_eq!(outcome_of(&ada, &asked["payment"]), "paid");
}

#[test]
fn what_was_paid_late_is_in_the_journal_whenever_the_wallet_dies() {
    if !clocks_can_differ() {
        return;
    }
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    let paid_late = || {
        let asked = ada.ask(&["top-up", "37", "--unit", "sat"]).done();
        ada.ask_later(30, &["recover"]).done();
        town.pay_invoice(asked["invoice"].as_str().unwrap());
        asked["payment"].clone()
    };
    paid_late();
    let collect = |kill| counted(&ada, &["recover"], kill).points;
    let points = collect(None);
    let signed = points
        .iter()
        .position(|point| point.ends_with("after the answer of /v1/mint/bolt11"))
        .unwrap_or_else(|| panic!("nothing was collected: {points:#?}"));
    let mut balance = 37;
    for at in lasting(&points).into_iter().filter(|at| *at >= signed) {
        let payment = paid_late();
        let passed = collect(Some(at));
        ada.ask(&["recover"]).done();
        balance += 37;
        assert_eq!(ada.balance("sat"), (balance, 0), "{:?}", passed.last());
        assert_eq!(outcome_of(&ada, &payment), "paid", "{:?}", passed.last());
    }
}

#[test]
fn an_invoice_that_is_over_by_this_clock_is_not_shown_to_anybody() {
    if !clocks_can_differ() {
        return;
    }
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    let refused = ada.ask_later(30, &["top-up", "37", "--unit", "sat"]);
    assert_eq!(refused.refused(1), "clocks_differ");
    let history = ada.ask(&["history"]).done();
    assert_eq!(history["payments"].as_array().unwrap().len(), 0);
    ada.top_up(37, "sat", |invoice| drop(town.pay_invoice(invoice)));
    assert_eq!(ada.balance("sat"), (37, 0));
}

#[test]
fn nutshell_fills_a_purse_too() {
    let (town, nutshell) = (Town::open(), Nutshell::start());
    let ada = town.person("Ada");
    ada.open_purse(nutshell.url(), "sat");
    ada.open_purse(nutshell.url(), "usd");
    // Its Lightning is make-believe: every invoice pays itself.
    ada.top_up(500, "sat", |_| ());
    ada.top_up(125, "usd", |_| ());
    assert_eq!(
        (ada.balance("sat"), ada.balance("usd")),
        ((500, 0), (125, 0))
    );
    let books = nutshell.books();
    assert_eq!(
        (books["sat"].outstanding, books["usd"].outstanding),
        (500, 125)
    );
}

#[test]
fn an_invoice_that_ran_out_and_was_forgotten_by_its_issuer_is_not_waited_for() {
    if !clocks_can_differ() {
        return;
    }
    let town = Town::open();
    let (line, ada) = town.person_at_liar("Ada", "Maple");
    let asked = ada.ask(&["top-up", "37", "--unit", "sat"]).done();
    line.lie(vec![Lie::say(
        "GET /v1/mint/quote/bolt11",
        refusal(20_000, "unknown quote"),
    )]);
    ada.ask(&["recover"]).done();
    assert_eq!(outcome_of(&ada, &asked["payment"]), "still_deciding");
    ada.ask_later(1, &["recover"]).done();
    assert_eq!(outcome_of(&ada, &asked["payment"]), "not_paid");
}
