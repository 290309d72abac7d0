//! Signing in to a site: no money, and no site learns what another knows.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::{Person, Town};
use serde_json::Value;
use xtask::loopback;

/// A fresh link of the first site, in one of its spellings.
fn fresh(town: &Town, spelling: &str) -> String {
    let place = town.manifest()["sign_in"][0]["fresh"].as_str().unwrap();
    let link: Value = loopback::get(place).unwrap().json().unwrap();
    link[spelling].as_str().unwrap().to_owned()
}

fn signs_in(person: &Person, code: &str) -> String {
    let done = person.ask(&["sign-in", code, "--yes"]).done();
    assert_eq!(done["signed_in"], true);
    done["key"].as_str().unwrap().to_owned()
}

#[test]
fn a_site_knows_us_again_and_another_does_not() {
    let town = Town::open();
    let ada = town.person("Ada");
    let first = signs_in(&ada, &fresh(&town, "scheme"));
    assert_eq!(signs_in(&ada, &fresh(&town, "lnurl")), first);

    // The same site under another name is another site.
    let elsewhere = fresh(&town, "scheme").replace("127.0.0.1", "localhost");
    assert_ne!(signs_in(&ada, &elsewhere), first);
    assert_ne!(
        signs_in(&town.person("Bea"), &fresh(&town, "scheme")),
        first
    );

    // With the words alone, the accounts are there again.
    let restored = town.restored(ada.words());
    assert_eq!(signs_in(&restored, &fresh(&town, "scheme")), first);
}

#[test]
fn a_sign_in_is_no_payment_and_a_payment_no_sign_in() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 100, "sat");
    let code = fresh(&town, "scheme");
    let review = ada.ask(&["review", &code]);
    let told = review.json()["error"]["text"].as_str().unwrap().to_owned();
    assert!(told.contains("127.0.0.1"), "{told}");
    assert_eq!(review.refused(2), "is_sign_in");
    assert_eq!(ada.ask(&["pay", &code, "--yes"]).refused(2), "is_sign_in");
    assert_eq!(ada.ask(&["sign-in", &code]).refused(2), "needs_yes");
    let (invoice, _) = town.merchant_invoice(1_000, "a tea");
    assert_eq!(
        ada.ask(&["sign-in", &invoice, "--yes"]).refused(2),
        "not_a_sign_in"
    );
    // Nothing was signed by asking; a challenge is signed once.
    signs_in(&ada, &code);
    assert_eq!(
        ada.ask(&["sign-in", &code, "--yes"]).refused(1),
        "site_refused"
    );
    assert_eq!(ada.balance("sat"), (100, 0));
}
