//! Sites behind HTTP 402 that cheat: nobody pays twice, nothing is written where it may not, and
//! nobody is led anywhere.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test helpers"
)]

use std::fs;

use farthing_tests::person::worth;
use farthing_tests::{Person, Town};
use serde_json::{Value, json};

fn rogue(town: &Town, name: &str) -> String {
    let found = town.manifest()["rogues"][name].as_str();
    found
        .unwrap_or_else(|| panic!("no rogue {name}"))
        .to_owned()
}

fn street() -> (Town, Person) {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    (town, ada)
}

#[track_caller]
fn nobody_was_led_to_the_sentinel(town: &Town) {
    assert_eq!(town.ask("/rogues")["sentinel"], json!(0));
}

#[track_caller]
fn refused(ada: &Person, url: &str) -> String {
    let before = ada.balance("sat");
    let code = ada.ask(&["fetch", url, "--yes"]).refused(1);
    assert_eq!(ada.balance("sat"), before, "{url} moved money");
    code
}

#[test]
fn a_site_that_takes_the_money_and_gives_nothing_is_paid_once_and_named() {
    let (town, ada) = street();
    for name in ["never_delivers", "asks_twice"] {
        let url = rogue(&town, name);
        let said = ada.ask(&["fetch", &url, "--yes"]).ended(1);
        let error = &said["error"];
        assert_eq!(
            (&error["code"], &error["money"]),
            (&json!("paid_page_refused"), &json!("moved")),
            "{name}: {said}"
        );
        let after = ada.balance("sat");
        let again = ada.ask(&["fetch", &url, "--yes"]).json();
        if let Some(error) = again.get("error") {
            assert_eq!(error["code"], "paid_page_refused", "{name}");
        }
        assert_eq!(ada.balance("sat"), after, "{name} was paid twice");
        assert_eq!(after.1, 0, "something is held");
    }
}

#[test]
fn a_site_that_asks_again_while_it_delivers_is_paid_once() {
    let (town, ada) = street();
    let url = rogue(&town, "delivers_twice");
    let got = ada.ask(&["fetch", &url, "--yes"]).done();
    assert_eq!(
        (&got["outcome"], &got["paid_now"]),
        (&json!("paid"), &json!(true))
    );
    let after = ada.balance("sat");
    assert_eq!(ada.ask(&["fetch", &url, "--yes"]).done()["paid_now"], false);
    assert_eq!(ada.balance("sat"), after);
}

#[test]
fn a_price_that_doubles_at_every_look_is_paid_as_it_was_reviewed_or_not_at_all() {
    let (town, ada) = street();
    let url = rogue(&town, "fee_spike");
    let review = ada.ask(&["review", &url]).done();
    let dearer = ada.ask(&["review", &url]).done();
    let at_most = |review: &Value| worth(&review["total_at_most"], "sat");
    assert!(at_most(&dearer) > at_most(&review));
    let limit = at_most(&dearer).to_string();
    let code = ada
        .ask(&["fetch", &url, "--max-total", &limit, "--yes"])
        .refused(4);
    assert_eq!(code, "above_max_total");
    let before = ada.balance("sat");
    let id = review["review"].as_str().unwrap();
    let receipt = ada.ask(&["pay", "--review", id, "--yes"]).json();
    assert_ne!(receipt["outcome"], "still_deciding", "{receipt}");
    assert!(before.0 - ada.balance("sat").0 <= at_most(&review));
}

#[test]
fn demands_that_cannot_be_read_are_not_paid() {
    let (town, ada) = street();
    for name in [
        "odd_macaroon",
        "giant_macaroon",
        "control_bytes",
        "nothing_to_pay",
    ] {
        let code = refused(&ada, &rogue(&town, name));
        assert!(
            ["page_not_payable", "site_unreachable"].contains(&code.as_str()),
            "{name}: {code}"
        );
    }
    let review = ada.ask(&["review", &rogue(&town, "odd_title")]).done();
    let title = review["description"].as_str().unwrap();
    let odd = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!title.contains(odd), "{title:?}");
}

#[test]
fn a_site_chooses_neither_folder_nor_program_nor_another_site() {
    let (town, ada) = street();
    let got = ada.ask(&["fetch", &rogue(&town, "evil_name")]).done();
    assert_eq!(got["file"], "bashrc");
    assert!(ada.folder().join("bashrc").is_file());

    let got = ada.ask(&["fetch", &rogue(&town, "script"), "--yes"]).done();
    let page = ada.folder().join(got["file"].as_str().unwrap());
    assert!(
        fs::read_to_string(page).unwrap().contains("<script"),
        "it is kept as it came"
    );

    for (name, expected) in [
        ("page_redirect_endless", "site_redirects"),
        ("page_redirect_to_sentinel", "site_sends_elsewhere"),
        ("page_redirect_to_stranger", "site_sends_elsewhere"),
        ("page_gzip", "page_not_given"),
    ] {
        assert_eq!(refused(&ada, &rogue(&town, name)), expected, "{name}");
    }
    nobody_was_led_to_the_sentinel(&town);
    let strangers = &town.ask("/http/requests")["stranger"];
    assert!(
        strangers.as_object().is_none_or(serde_json::Map::is_empty),
        "{strangers}"
    );
}

#[test]
fn a_page_that_drips_is_given_up_and_costs_nothing() {
    let (town, ada) = street();
    assert_eq!(
        refused(&ada, &rogue(&town, "page_drip")),
        "site_unreachable"
    );
    assert_eq!(fs::read_dir(ada.home().join("library")).unwrap().count(), 0);
}
