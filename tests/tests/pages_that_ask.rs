//! Sites behind HTTP 402 that want to know who reads: they learn what was switched on, with the
//! payment and not before, and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::{Person, Town};
use serde_json::{Value, json};

fn page(town: &Town, dialect: &str) -> String {
    let at = format!("/shops/daily_paper/short/{dialect}");
    let page = town.manifest().pointer(&at).and_then(Value::as_str);
    page.unwrap().to_owned()
}

fn reader(town: &Town) -> Person {
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    for (item, value) in [("name", "Zo\u{eb} \u{1f40e}"), ("email", "zoe@example.org")] {
        ada.ask(&["sharing", "details", item, value]).done();
    }
    ada
}

/// What the paper was told, the newest last.
fn heard(town: &Town) -> Vec<Value> {
    town.ask("/daily_paper")["heard"]
        .as_array()
        .unwrap()
        .clone()
}

fn fetch(ada: &Person, url: &str, more: &[&str]) -> Value {
    let args = [&["fetch", url, "-o", "page.html", "--yes"], more].concat();
    let got = ada.ask(&args).done();
    std::fs::remove_file(ada.folder().join("page.html")).unwrap();
    got
}

#[test]
fn a_site_is_told_what_was_switched_on_with_the_payment_and_nothing_before() {
    let town = Town::open();
    let ada = reader(&town);
    town.tell(
        "/daily_paper/asks",
        &json!({
            "name": {"mandatory": false, "purpose": "recommend", "why": "to greet you"},
            "email": {"mandatory": false, "purpose": "marketing"},
        }),
    );
    for (dialect, share) in [("l402", "name"), ("cashu", "name"), ("payment", "email")] {
        let url = page(&town, dialect);
        let before = heard(&town).len();
        let quiet = ada.ask(&["review", &url]).done();
        let told = ada
            .ask(&["review", &url, "--share", share, "--only-this-time"])
            .done();
        for same in ["price", "fees", "total", "total_at_most"] {
            assert_eq!(quiet[same], told[same], "{dialect}");
        }
        let asks = quiet["asks"].as_array().unwrap();
        assert!(asks.iter().all(|ask| ask["shared"] == false), "{quiet}");
        assert_eq!(asks[0]["why"], "to greet you");
        assert_eq!(heard(&town).len(), before, "looking told it something");

        let got = fetch(&ada, &url, &["--share", share, "--only-this-time"]);
        assert_eq!(got["outcome"], "paid");
        assert_eq!(got["receipt"]["shared"], json!([share]));
        let all = heard(&town);
        assert_eq!(all.len(), before + 1);
        let said = all.last().unwrap();
        let value = if share == "name" {
            "Zo\u{eb} \u{1f40e}"
        } else {
            "zoe@example.org"
        };
        assert_eq!(said, &json!({share: value}));
    }
    // It was for those payments alone.
    let sharing = ada.ask(&["sharing"]).done();
    assert_eq!(sharing["active"], json!([]));
    let number = ada.ask(&["merchants"]).done()["merchants"][0]["merchant"].clone();
    let paper = ada.ask(&["merchant", number.as_str().unwrap()]).done();
    assert_eq!(paper["told"].as_array().unwrap().len(), 3);
}

#[test]
fn what_a_site_insists_on_is_told_after_a_yes_or_nothing_is_paid() {
    let town = Town::open();
    let ada = reader(&town);
    town.tell(
        "/daily_paper/asks",
        &json!({"email": {"mandatory": true, "purpose": "receipt", "why": "the bill"}}),
    );
    let url = page(&town, "l402");
    let refused = ada.ask(&["fetch", &url, "--yes"]);
    assert_eq!(refused.json()["error"]["money"], "safe");
    assert_eq!(refused.refused(1), "payee_demands");
    assert_eq!(ada.balance("sat"), (1_000, 0));

    let got = fetch(&ada, &url, &["--share", "email"]);
    assert_eq!(got["outcome"], "paid");
    assert_eq!(heard(&town), [json!({"email": "zoe@example.org"})]);
    // Read again from the library: nobody is asked, and nobody told.
    let again = fetch(&ada, &url, &[]);
    assert_eq!(again["paid_now"], false);
    assert_eq!(heard(&town).len(), 1);

    // What cannot be told at all is said before anything is paid.
    town.tell(
        "/daily_paper/asks",
        &json!({"shoe size": {"mandatory": true}}),
    );
    let refused = ada.ask(&["fetch", &page(&town, "cashu"), "--yes"]);
    assert_eq!(refused.refused(1), "payee_demands");
}

#[test]
fn a_switch_that_was_turned_off_after_the_payment_is_the_last_word() {
    let town = Town::open();
    let ada = reader(&town);
    town.tell(
        "/daily_paper/asks",
        &json!({"name": {"mandatory": false, "purpose": "deliver"}}),
    );
    let url = page(&town, "l402");
    let review = ada.ask(&["review", &url, "--share", "name"]).done();
    let id = review["review"].as_str().unwrap();
    let paid = ada.ask(&["pay", "--review", id, "--yes"]).done();
    assert_eq!(paid["outcome"], "paid");
    let told_when_paid = heard(&town).len();
    let number = ada.ask(&["merchants"]).done()["merchants"][0]["merchant"].clone();
    ada.ask(&["merchant", number.as_str().unwrap(), "share", "name", "off"])
        .done();
    let got = fetch(&ada, &url, &[]);
    assert_eq!(got["paid_now"], false);
    assert_eq!(heard(&town).len(), told_when_paid);
}
