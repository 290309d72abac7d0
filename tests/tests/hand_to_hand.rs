//! E-cash from hand to hand: given, redeemed, taken back, and across wallets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::{fees, worth};
use farthing_tests::{Nutshell, Town};

#[test]
fn what_one_gives_the_other_redeems() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let bob = town.person("Bob");

    let given = ada.ask(&["give", "100", "--yes"]).done();
    assert_eq!(worth(&given["amount"], "sat"), 100);
    // The fee for redeeming it is in the token, so that Bob gets all of the hundred.
    let fee = fees(&given["fees"], "sat");
    let (left, pending) = ada.balance("sat");
    assert_eq!(left, 400 - fee);
    assert!(
        (100..=100 + fee).contains(&pending),
        "given and not yet redeemed: {pending}"
    );
    assert_eq!(town.books("Maple")["sat"].outstanding, left + pending);

    let got = bob
        .ask(&["redeem", given["token"].as_str().unwrap(), "--yes"])
        .done();
    assert!(worth(&got["received"], "sat") >= 100, "{got}");
    assert_eq!(
        worth(&got["received"], "sat") + fees(&got["fees"], "sat"),
        pending
    );
    assert_eq!(bob.balance("sat"), (worth(&got["received"], "sat"), 0));

    ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat"), (left, 0));
    let books = town.books("Maple")["sat"];
    assert_eq!(books.outstanding, left + bob.balance("sat").0);
    assert_eq!(books.fees, 500 - books.outstanding);
}

#[test]
fn a_token_is_worth_something_once() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let (bob, carol) = (town.person("Bob"), town.person("Carol"));
    let given = ada.ask(&["give", "64", "--yes"]).done();
    let token = given["token"].as_str().unwrap();
    bob.ask(&["redeem", token, "--yes"]).done();
    for late in [&bob, &carol, &ada] {
        let again = late.ask(&["redeem", token, "--yes"]);
        assert!(matches!(again.code, Some(1 | 2 | 4)), "{again:#?}");
    }
    assert_eq!(carol.balance("sat"), (0, 0));
}

#[test]
fn what_nobody_redeemed_comes_back() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let given = ada.ask(&["give", "100", "--yes"]).done();
    let back = ada
        .ask(&["redeem", given["payment"].as_str().unwrap(), "--yes"])
        .done();
    let received = worth(&back["received"], "sat");
    let (spendable, pending) = ada.balance("sat");
    assert_eq!(
        (spendable, pending),
        (400 - fees(&given["fees"], "sat") + received, 0)
    );
    assert_eq!(town.books("Maple")["sat"].outstanding, spendable);

    // Whoever was given the token has nothing now.
    let bob = town.person("Bob");
    let late = bob.ask(&["redeem", given["token"].as_str().unwrap(), "--yes"]);
    assert_ne!(late.code, Some(0), "{late:#?}");
}

#[test]
fn one_asks_and_the_other_pays() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let bob = town.person_at("Bob", "Maple", "sat");
    let asked = bob.ask(&["get-paid", "75", "--unit", "sat"]).done();
    let invoice = asked["invoice"].as_str().unwrap();
    ada.pay(invoice, "sat");
    bob.ask(&["recover"]).done();
    assert_eq!(bob.balance("sat"), (75, 0));
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(owed, 75 + ada.balance("sat").0);
}

#[test]
fn e_cash_passes_between_farthing_and_nutshells_own_wallet() {
    let (town, nutshell) = (Town::open(), Nutshell::start());
    let (ada, cyril) = (town.person("Ada"), nutshell.person());
    ada.open_purse(nutshell.url(), "sat");
    ada.top_up(500, "sat", |_| ());

    let given = ada.ask(&["give", "100", "--yes"]).done();
    assert!(cyril.receive(given["token"].as_str().unwrap(), "sat"));
    let cyrils = cyril.balance("sat");
    assert!(cyrils >= 100, "{cyrils}");
    ada.ask(&["recover"]).done();
    let (left, pending) = ada.balance("sat");
    assert_eq!(pending, 0);
    assert_eq!(nutshell.books()["sat"].outstanding, left + cyrils);

    let token = cyril.send(40, "sat");
    let got = ada.ask(&["redeem", &token, "--yes"]).done();
    assert_eq!(
        worth(&got["received"], "sat") + fees(&got["fees"], "sat"),
        40
    );
    assert_eq!(
        ada.balance("sat"),
        (left + worth(&got["received"], "sat"), 0)
    );
    assert_eq!(
        nutshell.books()["sat"].outstanding,
        ada.balance("sat").0 + cyril.balance("sat")
    );
}
