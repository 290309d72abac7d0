//! Twelve words bring the money back into an empty home.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;

use farthing_tests::{Nutshell, Town};
use serde_json::json;

#[test]
fn the_words_bring_back_the_same_money() {
    let (town, nutshell) = (Town::open(), Nutshell::start());
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let order = town.order(&json!({"amount": 21}));
    ada.pay(order["request"].as_str().unwrap(), "sat");
    let (invoice, _) = town.merchant_invoice(100_000, "so that coins were changed");
    ada.pay(&invoice, "sat");
    let at_maple = ada.balance("sat").0;
    ada.open_purse(nutshell.url(), "usd");
    ada.top_up(321, "usd", |_| ());

    let new = town.restored(ada.words());
    new.open_purse(&town.issuer("Maple"), "sat");
    new.open_purse(nutshell.url(), "usd");
    assert_eq!(new.balance("sat"), (at_maple, 0));
    assert_eq!(new.balance("usd"), (321, 0));
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(owed, at_maple + town.shop_holds("Maple", "sat"));

    // And it can be spent there.
    let order = town.order(&json!({"amount": 21}));
    new.pay(order["request"].as_str().unwrap(), "sat");
    assert_eq!(town.look(&order)["state"], "paid");
}

#[test]
fn an_old_copy_of_the_files_does_not_double_the_money() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let copy = ada.folder().join("copy");
    copied(&ada.home(), &copy);
    let (invoice, _) = town.merchant_invoice(400_000, "after the copy was made");
    ada.pay(&invoice, "sat");
    let now = ada.balance("sat").0;

    fs::remove_dir_all(ada.home()).unwrap();
    fs::rename(&copy, ada.home()).unwrap();
    ada.ask(&["recover"]).done();
    let (invoice, hash) = town.merchant_invoice(700_000, "more than there is");
    let greedy = ada.ask(&["pay", &invoice, "--yes"]);
    assert_ne!(greedy.code, Some(0), "{greedy:#?}");
    assert_eq!(town.invoice(&hash)["state"], "open");
    assert_eq!(town.books("Maple")["sat"].outstanding, now);
}

fn copied(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
