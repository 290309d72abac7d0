//! Money comes in: by invoice, at every issuer, with the wallet watching or not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::worth;
use farthing_tests::{Nutshell, Town};

#[test]
fn a_top_up_is_what_was_paid_and_what_the_issuer_owes() {
    let town = Town::open();
    let ada = town.person("Ada");
    ada.open_purse(&town.issuer("Maple"), "sat");
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
    let ada = town.person("Ada");
    ada.open_purse(&town.issuer("Harbour"), "usd");
    let done = ada.top_up(250, "usd", |invoice| drop(town.pay_invoice(invoice)));
    assert_eq!(worth(&done["received"], "usd"), 250);
    assert_eq!(ada.balance("usd"), (250, 0));
    assert_eq!(town.books("Harbour")["usd"].outstanding, 250);
    assert_eq!(town.books("Harbour")["sat"].outstanding, 0);
}

#[test]
fn money_paid_while_the_wallet_was_closed_is_there_when_it_opens() {
    let town = Town::open();
    let ada = town.person("Ada");
    ada.open_purse(&town.issuer("Maple"), "sat");
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
    let ada = town.person("Ada");
    ada.open_purse(&town.issuer("Maple"), "sat");
    let waited = ada
        .ask(&["top-up", "300", "--unit", "sat", "--wait", "2"])
        .ended(3);
    assert_eq!(waited["outcome"], "still_deciding");
    assert_eq!(ada.balance("sat").0, 0);
    assert_eq!(town.books("Maple")["sat"].issued, 0);
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
