//! What a person asks of a merchant: a letter with the facts in it, sent by nobody but themselves, and
//! a clock that says when an answer is late.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::{Person, Town, egress, later};
use serde_json::{Value, json};

/// Ada has money, and a name to tell.
fn ada(town: &Town) -> Person {
    let ada = town.person_with("Ada", "Maple", 5_000, "sat");
    ada.ask(&["sharing", "details", "name", "Ada L"]).done();
    ada
}

/// Pays an address, and tells it this.
#[track_caller]
fn pay(person: &Person, address: &str, share: &[&str]) -> Value {
    let args = [&["pay", address, "--amount", "21", "--yes"], share].concat();
    person.ask(&args).done()
}

/// The only merchant.
#[track_caller]
fn merchant(person: &Person) -> String {
    let all = person.ask(&["merchants"]).done();
    let all = all["merchants"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0]["merchant"].as_str().unwrap().to_owned()
}

fn one(person: &Person, id: &str, args: &[&str]) -> Value {
    person.ask(&[&["merchant", id], args].concat()).done()
}

#[test]
fn a_letter_has_the_facts_in_it_and_nobody_sends_it() {
    let town = Town::open();
    let ada = ada(&town);
    let paid = pay(&ada, &town.busker("busker"), &["--share", "name"]);
    let id = merchant(&ada);
    let before = ada.left_the_device();

    let known = one(&ada, &id, &[]);
    let told = &known["told"][0];
    let today = told["at"].as_str().unwrap().get(..10).unwrap();
    let letter = one(&ada, &id, &["request", "access"]);
    assert_eq!(letter["to"], "songs@busker.example");
    let text = letter["text"].as_str().unwrap();
    let heard = town.ask("/busker")["heard"].as_array().unwrap().clone();
    let hash = heard.last().unwrap()["payment_hash"].as_str().unwrap();
    for fact in [
        "article 15",
        &format!("Hello {}", town.busker("busker")),
        &format!("my name, to deliver what I paid for: told on {today}"),
        &format!("21 sat; Lightning payment hash: {hash}"),
    ] {
        assert!(text.contains(fact), "{fact} in\n{text}");
    }
    // What only the wallet has a name for stays in it, and so does what was told.
    for own in [
        &paid["payment"],
        &told["grant"],
        &told["hash"],
        &json!("Ada L"),
    ] {
        assert!(!letter.to_string().contains(own.as_str().unwrap()), "{own}");
    }
    let link = letter["mailto"].as_str().unwrap();
    assert!(link.starts_with("mailto:songs@busker.example?subject=What%20you%20know"));
    assert!(link.contains(&format!("%3A%20{hash}")));
    let french = one(&ada, &id, &["request", "access", "--language", "fr-CA"]);
    assert!(
        french["text"].as_str().unwrap().contains("Bonjour"),
        "{french}"
    );
    // Looking at a letter keeps nothing, and nothing of it leaves.
    assert_eq!(one(&ada, &id, &[])["requests"], json!([]));
    let california = one(&ada, &id, &["request", "erasure", "--law", "ccpa"]);
    assert!(california["text"].as_str().unwrap().contains("1798.105"));
    one(
        &ada,
        &id,
        &["request", "erasure", "--law", "ccpa", "--sent"],
    );
    assert_eq!(ada.left_the_device(), before, "a letter was sent");

    let said = ada.tell(&["merchant", &id, "request", "access"]);
    assert!(said.out.contains("Nothing was sent"), "{}", said.out);
    for (args, code) in [
        (["request", "gift"], "no_such_request"),
        (["answered", "x"], "no_such_request"),
    ] {
        let args = [&["merchant", id.as_str()], &args[..]].concat();
        let refused = ada.ask(&args);
        assert_eq!(refused.json()["error"]["money"], "safe");
        assert_eq!(refused.refused(2), code);
    }
    let args = ["merchant", &id, "request", "access", "--law", "moon"];
    assert_eq!(ada.ask(&args).refused(2), "no_such_law");
}

#[test]
fn what_was_asked_has_a_clock_and_is_late_when_its_time_is_over() {
    let town = Town::open();
    let ada = ada(&town);
    pay(&ada, &town.busker("busker"), &["--share", "name"]);
    let id = merchant(&ada);
    let asked = one(&ada, &id, &["request", "access", "--sent"]);
    let request = &asked["requests"][0];
    assert_eq!(
        [&request["kind"], &request["law"], &request["state"]],
        ["access", "gdpr", "asked"]
    );
    let due = request["due"].as_str().unwrap();
    assert!(due > request["asked"].as_str().unwrap());
    // Asking for the same again does not move the end.
    let again = one(&ada, &id, &["request", "access", "--sent"]);
    assert_eq!(again["requests"], asked["requests"]);
    one(
        &ada,
        &id,
        &["request", "erasure", "--law", "ccpa", "--sent"],
    );

    let states = |sharing: &Value| -> Vec<(String, String)> {
        let requests = sharing["requests"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        requests
            .map(|line| (text(&line["kind"]), text(&line["state"])))
            .collect()
    };
    let of = |kind: &str, state: &str| (kind.to_owned(), state.to_owned());
    assert_eq!(
        states(&ada.ask(&["sharing"]).done()),
        [of("access", "asked"), of("erasure", "asked")]
    );
    if later::clock().is_none() {
        println!("nothing can be preloaded into a program here: its clock stays as it is");
        return;
    }
    // A month and a weekend are over after 34 days, 45 days are not.
    let in_34_days = ada.ask_later(34, &["sharing", "requests"]).done();
    assert_eq!(
        states(&in_34_days),
        [of("access", "overdue"), of("erasure", "asked")]
    );
    let in_46_days = ada.ask_later(46, &["sharing", "requests"]).done();
    assert_eq!(
        states(&in_46_days),
        [of("access", "overdue"), of("erasure", "overdue")]
    );
    assert_eq!(in_46_days["requests"][0]["due"], due);

    let name = in_46_days["requests"][0]["request"].as_str().unwrap();
    let answered = ada
        .ask_later(50, &["merchant", &id, "answered", name])
        .done();
    assert_eq!(answered["requests"][1]["state"], "answered");
    let sharing = ada.ask_later(50, &["sharing", "requests"]).done();
    assert_eq!(
        states(&sharing),
        [of("erasure", "overdue"), of("access", "answered")]
    );

    // It is all about this merchant, and goes with it.
    ada.ask(&["merchant", &id, "erase", "--yes"]).done();
    assert_eq!(
        ada.ask(&["sharing", "requests"]).done()["requests"],
        json!([])
    );
    assert_eq!(ada.ask(&["doctor"]).code, Some(0));
}

#[test]
fn who_takes_a_yes_back_is_offered_to_say_so() {
    let town = Town::open();
    let ada = ada(&town);
    let address = town.busker("busker");
    pay(&ada, &address, &[]);
    let id = merchant(&ada);
    // It was told nothing: there is nothing to say.
    let switched = one(&ada, &id, &["share", "name", "on"]);
    assert_eq!(switched["offers_notice"], false);
    assert_eq!(one(&ada, &id, &["stop"])["offers_notice"], false);
    let args = ["merchant", &id, "request", "notice"];
    assert_eq!(ada.ask(&args).refused(1), "nothing_taken_back");

    pay(&ada, &address, &["--share", "name"]);
    assert_eq!(one(&ada, &id, &[])["offers_notice"], false);
    let off = ada.tell(&["merchant", &id, "share", "name", "off"]);
    let offer = format!("farthing merchant {id} request notice");
    assert!(off.out.contains(&offer), "{}", off.out);
    let letter = one(&ada, &id, &["request", "notice"]);
    let text = letter["text"].as_str().unwrap();
    assert!(
        text.contains("article 7(3)") && text.contains("That ended on"),
        "{text}"
    );
    assert_eq!(letter["due"], Value::Null);

    let sent = one(&ada, &id, &["request", "notice", "--sent"]);
    assert_eq!(sent["offers_notice"], false);
    assert_eq!(sent["requests"][0]["state"], "asked");
    assert_eq!(sent["requests"][0]["due"], Value::Null);
}

#[test]
fn a_merchant_is_reached_where_it_says_where_its_site_says_or_where_the_person_says() {
    let town = Town::open();
    let ada = ada(&town);
    let address = town.busker("busker");
    let reached = |value: &Value| {
        let contact = &value["contact"];
        let part = |name: &str| contact[name].as_str().map(str::to_owned);
        part("value").zip(part("from"))
    };
    let at = |value: &str, from: &str| Some((value.to_owned(), from.to_owned()));
    pay(&ada, &address, &[]);
    let id = merchant(&ada);
    assert_eq!(
        reached(&one(&ada, &id, &["contact"])),
        at("songs@busker.example", "payee")
    );
    // Its site names a mailbox, with somebody else to be told in the same breath.
    let before = ada.left_the_device().len();
    let found = one(&ada, &id, &["contact", "find"]);
    assert_eq!(reached(&found), at("hat@busker.example", "site"));
    if egress::recorder().is_some() {
        let left = ada.left_the_device();
        let asked = egress::requests(left.get(before..).unwrap());
        let paths: Vec<&str> = asked.iter().map(|request| request.path.as_str()).collect();
        assert_eq!(paths, ["/.well-known/security.txt"]);
        let gpc = ("sec-gpc".to_owned(), "1".to_owned());
        assert!(asked[0].headers.contains(&gpc), "{:?}", asked[0]);
    }
    // What it says of itself at the next payment does not take the place of that.
    pay(&ada, &address, &[]);
    assert_eq!(
        reached(&one(&ada, &id, &[])),
        at("hat@busker.example", "site")
    );

    let typed = one(&ada, &id, &["contact", "set", "https://busker.example/me"]);
    assert_eq!(reached(&typed), at("https://busker.example/me", "person"));
    let letter = one(&ada, &id, &["request", "access"]);
    assert_eq!(letter["to"], "https://busker.example/me");
    assert_eq!(letter["mailto"], Value::Null);
    let args = ["merchant", &id, "contact", "set", "javascript:alert(1)"];
    assert_eq!(ada.ask(&args).refused(2), "bad_contact");
    assert_eq!(reached(&one(&ada, &id, &["contact", "clear"])), None);
    let letter = one(&ada, &id, &["request", "access"]);
    assert_eq!(letter["to"], Value::Null);
}

#[test]
fn a_site_that_says_nothing_has_said_nothing() {
    let town = Town::open();
    let ada = ada(&town);
    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let code = order["request"].as_str().unwrap();
    ada.ask(&["pay", code, "--yes"]).done();
    let id = merchant(&ada);
    let refused = ada.ask(&["merchant", &id, "contact", "find"]);
    assert_eq!(refused.json()["error"]["money"], "safe");
    assert_eq!(refused.refused(1), "contact_not_found");
    // The shop finds the payment by its own number, and by nothing of the wallet's.
    let letter = one(&ada, &id, &["request", "access"]);
    let text = letter["text"].as_str().unwrap();
    assert!(text.contains("I told you nothing about me"), "{text}");
    assert!(text.contains("your reference: "), "{text}");
}
