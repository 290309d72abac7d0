//! Payment names (`₿user@domain`): paid by what the domain proves, and by nothing that it does not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::worth;
use farthing_tests::{Town, egress};
use serde_json::{Value, json};

/// What the resolvers were asked: who, for which name, for what.
fn asked(town: &Town) -> Vec<(String, String, String)> {
    let all = town.ask("/names")["asked"].as_array().unwrap().clone();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    all.iter()
        .map(|it| (text(it, "resolver"), text(it, "name"), text(it, "kind")))
        .collect()
}

fn name(town: &Town, which: &str) -> String {
    let name = &town.manifest()["names"]["busker"][which];
    name.as_str().unwrap().to_owned()
}

/// How often the busker was paid for an offer.
fn paid_for(town: &Town, offer: &str) -> i64 {
    town.hat(offer)["paid"].as_i64().unwrap()
}

#[test]
fn a_name_is_paid_by_what_its_domain_proves() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");

    for (times, which) in [(1, "song"), (2, "alias")] {
        let name = name(&town, which);
        let review = ada.ask(&["review", &name]).done();
        assert_eq!(review["kind"], "lightning_offer", "{review}");
        assert_eq!(review["payee"]["name"], name.as_str());
        assert_eq!(review["description"], "A song of your choice");
        assert_eq!(worth(&review["price"], "sat"), 21);
        ada.pay_review(&review, "sat");
        assert_eq!(paid_for(&town, "song"), times);
    }

    let tips = name(&town, "tips");
    assert_eq!(ada.ask(&["review", &tips]).refused(2), "amount_needed");
    let review = ada.ask(&["review", &tips, "--amount", "34"]).done();
    ada.pay_review(&review, "sat");
    assert_eq!(paid_for(&town, "tips"), 1);

    // A record may lead to an LNURL; who is paid is the name all the same.
    let plain = name(&town, "plain");
    let review = ada.ask(&["review", &plain, "--amount", "5"]).done();
    assert_eq!(review["payee"]["name"], plain.as_str(), "{review}");
    assert_eq!(review["payee"]["first_time"], true);
    ada.pay_review(&review, "sat");
    let again = ada.ask(&["review", &plain, "--amount", "5"]).done();
    assert_eq!(again["payee"]["first_time"], false, "{again}");
}

#[test]
fn whatever_a_rogue_resolver_says_nothing_is_paid_and_nothing_else_is_tried() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let rogues = town.manifest()["names"]["rogues"]
        .as_object()
        .unwrap()
        .clone();
    assert!(rogues.len() >= 14);
    for (wrong, name) in rogues {
        let code = match wrong.as_str() {
            "garbage" | "huge" => "site_not_understood",
            "nested" | "two" | "words" => "code_damaged",
            _ => "name_not_proven",
        };
        let name = name.as_str().unwrap();
        for args in [&["review", name][..], &["pay", name, "--yes"]] {
            let refused = ada.ask(args);
            assert_eq!(refused.refused(1), code, "{wrong}");
        }
    }
    assert_eq!(ada.balance("sat"), (500, 0));
    assert_eq!((paid_for(&town, "song"), paid_for(&town, "tips")), (0, 0));
    if egress::recorder().is_some() {
        // A name that is not proven is not tried as a Lightning address: that would have had to
        // leave this machine.
        let told = egress::requests(&ada.left_the_device());
        assert!(
            !told.iter().any(|it| it.path.contains("lnurlp")),
            "{told:?}"
        );
    }
}

#[test]
fn where_a_domain_proves_nothing_a_name_is_a_lightning_address() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");

    // The town's root says that there is no such name.
    let address = town.busker("plain").replace("127.0.0.1", "localhost");
    let review = ada
        .ask(&["review", &format!("₿{address}"), "--amount", "5"])
        .done();
    assert_eq!(review["kind"], "lnurl_pay", "{review}");
    // No sign where nothing was proven.
    assert_eq!(review["payee"]["name"], address.as_str());
    ada.pay_review(&review, "sat");

    // What an unsigned domain says of itself is nobody's word: the offer in it is not paid. There is
    // no web site of that name on this machine, and a practice wallet goes nowhere else.
    let unsigned = ada.ask(&["review", "₿song@unsigned.test"]);
    assert_eq!(unsigned.refused(1), "address_refused");
    // Nor is there one of a domain that says other things than how to pay.
    let quiet = ada.ask(&["review", &name(&town, "quiet")]);
    assert_eq!(quiet.refused(1), "address_refused");
    assert_eq!(paid_for(&town, "song"), 0);
}

#[test]
fn a_resolver_learns_the_name_and_nothing_of_who_asks_or_what_is_paid() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");

    // Without the sign nobody is asked; and an address in numbers has no name.
    let plain = town.busker("plain");
    ada.ask(&["review", &plain, "--amount", "5"]).done();
    ada.ask(&["review", &format!("₿{plain}"), "--amount", "5"])
        .done();
    ada.ask(&["review", &town.offer("song")]).done();
    assert_eq!(asked(&town), vec![]);

    let song = name(&town, "song");
    let review = ada.ask(&["review", &song, "--note", "for Bob"]).done();
    let questions = asked(&town);
    assert!((1..=30).contains(&questions.len()), "{questions:?}");
    let full = "song.user._bitcoin-payment.busker.test.";
    for (resolver, name, kind) in &questions {
        assert_eq!(resolver, "/dns-query");
        assert!(
            full.ends_with(name.as_str()) || name == ".",
            "{name} {kind}"
        );
    }
    let mut once = questions.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), questions.len(), "nothing is asked twice");
    // Paying is no reason to ask again.
    ada.pay_review(&review, "sat");
    assert_eq!(asked(&town), questions);
}

#[test]
fn the_second_resolver_is_asked_where_the_first_gives_no_answer_and_no_others() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let song = name(&town, "song");

    let closed = |path: &str| {
        town.tell(
            "/http/fault",
            &json!({"party": "names", "do": "refuse", "path": path, "next": 100}),
        );
    };
    closed("/dns-query");
    let review = ada.ask(&["review", &song]).done();
    assert_eq!(review["payee"]["name"], song.as_str());
    assert!(
        asked(&town)
            .iter()
            .all(|(who, ..)| who == "/second/dns-query")
    );

    closed("/second/");
    let refused = ada.ask(&["pay", &song, "--yes"]);
    assert_eq!(refused.refused(1), "site_not_understood");
    assert_eq!(ada.balance("sat"), (500, 0));
}

#[test]
fn who_is_blocked_is_not_paid_by_name() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let plain = name(&town, "plain");
    let review = ada.ask(&["review", &plain, "--amount", "5"]).done();
    ada.pay_review(&review, "sat");
    let merchants = ada.ask(&["merchants"]).done();
    let met = merchants["merchants"].as_array().unwrap();
    let busker = met
        .iter()
        .find(|it| it["name"] == plain.as_str())
        .unwrap_or_else(|| panic!("{merchants}"));
    let id = busker["merchant"].as_str().unwrap();
    ada.ask(&["merchant", id, "block"]).done();
    let refused = ada.ask(&["review", &plain, "--amount", "5"]);
    assert_eq!(refused.refused(4), "payee_blocked");
}
