//! A wallet is taken off a device: nothing of it stays there, and its words reach the money.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;

use farthing_tests::Town;
use serde_json::json;

const OTHERS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                      abandon abandon about\n";

#[test]
fn what_is_erased_is_gone_from_the_device_and_the_words_bring_the_money_back() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let order = town.order(&json!({"amount": 21}));
    ada.pay(order["request"].as_str().unwrap(), "sat");
    let (given, _) = town.merchant_invoice(100_000, "bread");
    ada.pay(&given, "sat");
    let has = ada.balance("sat").0;
    let words = format!("{}\n", ada.words().join(" "));
    fs::write(ada.home().join("letters.txt"), "mine").unwrap();

    // Not without the words, and not with anybody else's.
    assert_eq!(
        ada.ask_with_input(&["erase", "--yes"], Some("")).refused(2),
        "bad_words"
    );
    assert_eq!(
        ada.ask_with_input(&["erase", "--yes"], Some(OTHERS))
            .refused(5),
        "other_words"
    );
    assert_eq!(
        ada.ask_with_input(&["erase"], Some(&words)).refused(2),
        "needs_yes"
    );
    assert_eq!(ada.balance("sat"), (has, 0));

    let erased = ada.ask_with_input(&["erase", "--yes"], Some(&words)).done();
    assert_eq!(erased["issuers"][0]["amount"]["value"], has.to_string());
    let left: Vec<_> = fs::read_dir(ada.home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["letters.txt"]);
    assert_eq!(ada.ask(&["balance"]).refused(5), "no_wallet");

    // The words, the address that was told, and nothing else.
    let again = town.restored(ada.words());
    again.open_purse(erased["issuers"][0]["url"].as_str().unwrap(), "sat");
    assert_eq!(again.balance("sat"), (has, 0));
}

#[test]
fn while_a_payment_is_undecided_or_an_invoice_open_nothing_is_erased() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let words = format!("{}\n", ada.words().join(" "));
    let erase = |more: &[&str]| {
        let args = [&["erase", "--yes"], more].concat();
        ada.ask_with_input(&args, Some(&words))
    };
    let (invoice, hash) = town.merchant_invoice(100_000, "bread");
    town.misfortune(&json!({"do": "pending", "payment_hash": hash}));
    assert_eq!(ada.ask(&["pay", &invoice, "--yes"]).code, Some(3));
    assert_eq!(erase(&["--leave-invoices"]).refused(1), "erase_undecided");
    town.tell(
        "/lightning/release",
        &json!({"payment_hash": hash, "as": "failed"}),
    );

    let asked = ada.ask(&["top-up", "50", "--unit", "sat"]).done();
    assert_eq!(erase(&[]).refused(1), "erase_unpaid_invoices");
    // Paid in the meantime: it is taken in before anything goes.
    town.pay_invoice(asked["invoice"].as_str().unwrap());
    let erased = erase(&[]).done();
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(erased["issuers"][0]["amount"]["value"], owed.to_string());
    let again = town.restored(ada.words());
    again.open_purse(&town.issuer("Maple"), "sat");
    assert_eq!(again.balance("sat"), (owed, 0));
}
