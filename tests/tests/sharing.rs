//! What merchants learn: nothing, unless it was switched on; then that, when it is paid, written
//! down before it leaves, and never again once it is switched off.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::liar::{Liar, Lie, Reply};
use farthing_tests::person::{agreed, worth};
use farthing_tests::request::at_another_door;
use farthing_tests::{Person, Town, egress};
use serde_json::{Value, json};

/// What payers told the busker, the newest last.
fn heard(town: &Town) -> Vec<Value> {
    town.ask("/busker")["heard"].as_array().unwrap().clone()
}

/// Ada has money, and has said a few things about herself.
fn ada(town: &Town) -> Person {
    let ada = town.person_with("Ada", "Maple", 5_000, "sat");
    for (item, value) in [
        ("name", "Ada L"),
        ("email", "ada@example.org"),
        ("region", "GB SW1"),
    ] {
        ada.ask(&["sharing", "details", item, value]).done();
    }
    ada
}

fn review(person: &Person, code: &str, more: &[&str]) -> Value {
    let args = [&["review", code, "--amount", "21"], more].concat();
    person.ask(&args).done()
}

/// Pays a review that was shown, and holds the receipt against it.
#[track_caller]
fn pay(person: &Person, review: &Value) -> Value {
    let id = review["review"].as_str().unwrap();
    let receipt = person.ask(&["pay", "--review", id, "--yes"]).done();
    agreed(review, &receipt, "sat");
    receipt
}

/// The asks of a review as `item: shared`.
fn shared(review: &Value) -> Vec<(String, bool)> {
    let asks = review["asks"].as_array().unwrap().iter();
    asks.map(|ask| {
        let item = ask["item"].as_str().unwrap().to_owned();
        (item, ask["shared"].as_bool().unwrap())
    })
    .collect()
}

/// The only merchant's number.
#[track_caller]
fn merchant(person: &Person) -> String {
    let all = person.ask(&["merchants"]).done();
    let all = all["merchants"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0]["merchant"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_wished_for_leaves_with_the_payment_and_not_with_the_review() {
    let town = Town::open();
    let ada = ada(&town);
    let address = town.busker("busker");

    let quiet = review(&ada, &address, &[]);
    assert_eq!(
        shared(&quiet),
        [("name".to_owned(), false), ("email".to_owned(), false)]
    );
    let told = review(&ada, &address, &["--share", "name"]);
    assert_eq!(
        shared(&told),
        [("name".to_owned(), true), ("email".to_owned(), false)]
    );
    // Saying no costs nothing: not a satoshi more, not a line less.
    for same in ["price", "fees", "total", "total_at_most"] {
        assert_eq!(quiet[same], told[same]);
    }
    assert!(heard(&town).iter().all(|said| said["payer_data"].is_null()));

    let receipt = pay(&ada, &told);
    assert_eq!(receipt["shared"], json!(["name"]));
    let last = heard(&town).pop().unwrap();
    assert_eq!(last["payer_data"], json!({"name": "Ada L"}));
    assert_eq!(last["comment"], Value::Null);
    // The invoice that was paid is the one that commits to what was told.
    let paid = town.invoice(last["payment_hash"].as_str().unwrap());
    assert_eq!(paid["state"], "settled");
    assert_eq!(receipt["proof"]["text"], paid["preimage"]);

    // Who knows what, since when, until when: one command.
    let sharing = ada.ask(&["sharing"]).done();
    assert_eq!(sharing["shops"], 1);
    let active = &sharing["active"][0];
    assert_eq!(
        [&active["item"], &active["purpose"], &active["state"]],
        ["name", "deliver", "on"]
    );
    assert_eq!(active["name"], address.as_str());
    assert!(active["last_used"].is_string() && active["until"].is_string());
    let denied = sharing["denied"].as_array().unwrap();
    assert_eq!(denied.len(), 1);
    assert_eq!(
        [&denied[0]["item"], &denied[0]["answer"]],
        ["email", "not_now"]
    );

    let one = ada.ask(&["merchant", &merchant(&ada)]).done();
    assert_eq!(one["payments"], 1);
    let told = &one["told"][0];
    assert_eq!(told["payment"], receipt["payment"]);
    assert_eq!(told["grant"].as_str().unwrap().len(), 36);
    // printf 'Ada L' | sha256sum
    assert_eq!(
        told["hash"],
        "7d981b26171c885ab4d70bb1bb4530a01644f607fd39dd7112411404eb711431"
    );
}

#[test]
fn what_is_insisted_on_is_told_only_after_a_yes_and_the_review_says_so() {
    let town = Town::open();
    let ada = ada(&town);
    let regular = town.busker("regular");
    let refused = ada.ask(&["review", &regular, "--amount", "21"]);
    assert_eq!(refused.json()["error"]["money"], "safe");
    assert_eq!(refused.refused(1), "payee_demands");
    assert!(
        heard(&town).is_empty(),
        "it was asked before anybody agreed"
    );
    let denied = ada.ask(&["sharing"]).done()["denied"].clone();
    assert_eq!(
        [&denied[0]["item"], &denied[0]["required"]],
        [&json!("name"), &json!(true)]
    );

    let told = review(&ada, &regular, &["--share", "name"]);
    assert_eq!(told["asks"][0]["required"], true);
    assert_eq!(
        heard(&town).pop().unwrap()["payer_data"],
        json!({"name": "Ada L"})
    );
    let receipt = pay(&ada, &told);
    assert_eq!(receipt["shared"], json!(["name"]));
    assert_eq!(heard(&town).len(), 1, "it was told twice");
}

#[test]
fn a_greedy_payee_gets_the_song_paid_and_nothing_else() {
    let town = Town::open();
    let ada = ada(&town);
    let greedy = review(&ada, &town.busker("greedy"), &[]);
    assert_eq!(greedy["asks"].as_array().unwrap().len(), 7);
    assert!(shared(&greedy).iter().all(|(_, shared)| !shared));
    let phone = &greedy["asks"][2];
    assert_eq!(
        [&phone["item"], &phone["purpose"], &phone["why"]],
        ["phone", "marketing", "so that a partner can call you"]
    );
    assert_eq!(phone["has_value"], false);
    assert_eq!(pay(&ada, &greedy)["shared"], json!([]));
    assert!(heard(&town).iter().all(|said| said["payer_data"].is_null()));

    // A key of its own is something to share: another one for everybody.
    let keyed = review(&ada, &town.busker("greedy"), &["--share", "contact_key"]);
    pay(&ada, &keyed);
    let told = heard(&town).pop().unwrap()["payer_data"].clone();
    assert_eq!(told.as_object().unwrap().len(), 1);
    assert_eq!(told["pubkey"].as_str().unwrap().len(), 66);
}

#[test]
fn a_payee_that_looks_like_a_known_one_is_said_to_be_another() {
    let town = Town::open();
    let ada = ada(&town);
    let warnings = |review: &Value| -> Vec<(String, String)> {
        let warnings = review["warnings"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        warnings
            .map(|warning| (text(&warning["code"]), text(&warning["text"])))
            .collect()
    };
    let looks_alike = |review: &Value| {
        let mut all = warnings(review).into_iter();
        all.find(|(code, _)| code == "looks_like")
    };
    let busker = town.busker("busker");
    let twin = town.busker("bu5ker");
    // Nobody is known yet, and whoever is met first is no measure for the other.
    assert_eq!(looks_alike(&review(&ada, &twin, &[])), None);
    let first = review(&ada, &busker, &[]);
    assert_eq!(looks_alike(&first), None);
    pay(&ada, &first);
    let (_, text) = looks_alike(&review(&ada, &twin, &[])).unwrap();
    assert!(text.contains(&busker), "{text}");
    assert_eq!(looks_alike(&review(&ada, &busker, &[])), None);
    // They are two, and each knows another key.
    let keys: Vec<Value> = ["greedy", "bu5ker"]
        .map(|name| {
            let address = town.busker(name);
            pay(&ada, &review(&ada, &address, &["--share", "contact_key"]));
            heard(&town).pop().unwrap()["payer_data"]["pubkey"].clone()
        })
        .into();
    assert!(keys.iter().all(Value::is_string));
    assert_ne!(keys[0], keys[1]);
    assert_eq!(
        ada.ask(&["merchants"]).done()["merchants"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn who_said_no_is_not_asked_again_for_a_month() {
    let town = Town::open();
    let ada = ada(&town);
    let nosy = town.busker("nosy");
    let first = review(&ada, &nosy, &[]);
    assert_eq!(first["asks"][0]["quiet"], false);
    pay(&ada, &first);
    for _ in 0..2 {
        let again = review(&ada, &nosy, &[]);
        assert_eq!(again["asks"][0]["quiet"], true);
        assert_eq!(pay(&ada, &again)["shared"], json!([]));
    }
    let one = ada.ask(&["merchant", &merchant(&ada)]).done();
    assert_eq!(one["asked"].as_array().unwrap().len(), 1);
}

#[test]
fn a_payee_that_charges_for_silence_is_not_paid() {
    let town = Town::open();
    let ada = ada(&town);
    let discount = town.busker("discount");
    for share in [&[][..], &["--share", "email"]] {
        let args = [&["review", &discount, "--amount", "21"], share].concat();
        assert_eq!(ada.ask(&args).refused(1), "site_dishonest");
    }
    assert!(heard(&town).iter().all(|said| said["payer_data"].is_null()));
    assert_eq!(ada.balance("sat"), (5_000, 0));
}

#[test]
fn a_switch_holds_for_one_merchant_and_one_purpose_until_it_is_turned() {
    let town = Town::open();
    let ada = ada(&town);
    let greedy = town.busker("greedy");
    review(&ada, &greedy, &[]);
    let id = merchant(&ada);
    let switch = |args: &[&str]| {
        ada.ask(&[&["merchant", &id, "share"], args].concat())
            .done()
    };
    // For receipts it is on, and the payee asks for it for receipts.
    switch(&["email", "on", "--purpose", "receipt"]);
    // For advertising it is not: the name is asked for to deliver.
    switch(&["name", "on", "--purpose", "marketing"]);
    let seen = review(&ada, &greedy, &[]);
    let on: Vec<String> = shared(&seen)
        .into_iter()
        .filter_map(|(item, on)| on.then_some(item))
        .collect();
    assert_eq!(on, ["email"]);

    // Another name for this payee alone.
    ada.ask(&["merchant", &id, "alias", "email", "busker@alias.example"])
        .done();
    assert_eq!(pay(&ada, &seen)["shared"], json!(["email"]));
    assert_eq!(
        heard(&town).pop().unwrap()["payer_data"],
        json!({"email": "busker@alias.example"})
    );

    // Off is off at once, also for what was reviewed before.
    let reviewed = review(&ada, &greedy, &[]);
    switch(&["email", "off"]);
    let before = heard(&town).len();
    let refused = ada.ask(&[
        "pay",
        "--review",
        reviewed["review"].as_str().unwrap(),
        "--yes",
    ]);
    assert_eq!(refused.json()["error"]["money"], "safe");
    assert_eq!(refused.refused(1), "not_shared");
    assert_eq!(heard(&town).len(), before, "it left after all");
    assert_eq!(
        ada.ask(&["merchant", &id, "share", "email", "off"])
            .refused(1),
        "not_shared"
    );

    // Paused is off as well, and resumed is on.
    switch(&["email", "on", "--purpose", "receipt"]);
    switch(&["email", "pause"]);
    assert!(
        shared(&review(&ada, &greedy, &[]))
            .iter()
            .all(|(_, on)| !on)
    );
    switch(&["email", "resume"]);
    assert!(shared(&review(&ada, &greedy, &[])).contains(&("email".to_owned(), true)));
    assert_eq!(ada.ask(&["sharing", "stop-all"]).done()["stopped"], 2);
    assert!(
        shared(&review(&ada, &greedy, &[]))
            .iter()
            .all(|(_, on)| !on)
    );
    assert_eq!(ada.ask(&["sharing"]).done()["shops"], 0);
}

#[test]
fn a_yes_for_this_payment_is_no_yes_for_the_next() {
    let town = Town::open();
    let ada = ada(&town);
    let address = town.busker("busker");
    let once = review(&ada, &address, &["--share", "email", "--only-this-time"]);
    assert_eq!(pay(&ada, &once)["shared"], json!(["email"]));
    assert!(
        shared(&review(&ada, &address, &[]))
            .iter()
            .all(|(_, on)| !on)
    );
    assert_eq!(ada.ask(&["sharing"]).done()["shops"], 0);
}

#[test]
fn every_yes_and_every_no_has_a_receipt_of_the_standard_form() {
    let town = Town::open();
    let ada = ada(&town);
    pay(
        &ada,
        &review(&ada, &town.busker("busker"), &["--share", "name"]),
    );
    let id = merchant(&ada);
    ada.ask(&["merchant", &id, "share", "name", "off"]).done();
    let receipts = ada.ask(&["sharing", "receipts"]).done();
    let receipts = receipts["receipts"].as_array().unwrap();
    let changes: Vec<&str> = receipts
        .iter()
        .map(|one| one["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["withdrawn", "granted"]);
    let schema: Value =
        serde_json::from_str(include_str!("../fixtures/consent-receipt.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for one in receipts {
        let errors: Vec<String> = schema
            .iter_errors(&one["json_ld"])
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?} in {}", one["json_ld"]);
    }
    let record = |at: usize| &receipts[at]["json_ld"]["dpv:hasRecordOfActivity"];
    assert_eq!(record(0)["dct:identifier"], record(1)["dct:identifier"]);
    assert_eq!(
        record(0)["dpv:hasConsentStatus"]["@type"],
        "dpv:ConsentWithdrawn"
    );
    // The receipt says what may be shared and never what it is.
    assert!(!receipts.iter().any(|one| one.to_string().contains("Ada L")));
}

#[test]
fn a_note_stays_here_unless_it_is_shared_with_whoever_is_paid() {
    let town = Town::open();
    let ada = ada(&town);
    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let code = order["request"].as_str().unwrap();
    ada.ask(&["pay", code, "--note", "for my sister", "--yes"])
        .done();
    assert_eq!(town.look(&order)["memo"], Value::Null);

    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let code = order["request"].as_str().unwrap();
    let paid = ada
        .ask(&["pay", code, "--note", "table 4", "--share", "note", "--yes"])
        .done();
    assert_eq!(paid["shared"], json!(["note"]));
    assert_eq!(town.look(&order)["memo"], "table 4");

    // Of two ways to pay, the one that can carry a note is taken.
    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let [request, invoice] = ["request", "invoice"].map(|way| order[way].as_str().unwrap());
    let link = format!("bitcoin:?amount=0.00000021&lightning={invoice}&creq={request}");
    let args = ["review", &link, "--note", "table 5", "--share", "note"];
    let both = ada.ask(&args).done();
    assert_eq!(both["kind"], "cashu_request");
    assert_eq!(both["alternatives"], json!([]));
    let args = ["review", invoice, "--note", "table 5", "--share", "note"];
    assert_eq!(ada.ask(&args).refused(2), "nobody_asked");
    // Both ways are then paid, also the one that could not.
    let id = both["review"].as_str().unwrap();
    ada.ask(&["pay", "--review", id, "--yes"]).done();
    assert_eq!(ada.ask(&["review", invoice]).refused(1), "already_paid");

    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let [request, invoice] = ["request", "invoice"].map(|way| order[way].as_str().unwrap());
    let link = format!("bitcoin:?amount=0.00000021&lightning={invoice}&creq={request}");
    ada.ask(&["pay", invoice, "--yes"]).done();
    let args = ["review", &link, "--note", "table 5", "--share", "note"];
    assert_eq!(ada.ask(&args).refused(1), "already_paid");

    let address = town.busker("busker");
    let sung = review(
        &ada,
        &address,
        &["--note", "play it again", "--share", "note"],
    );
    pay(&ada, &sung);
    assert_eq!(heard(&town).pop().unwrap()["comment"], "play it again");
    let plain = town.busker("plain");
    let args = [
        "review", &plain, "--amount", "21", "--note", "x", "--share", "note",
    ];
    assert_eq!(ada.ask(&args).refused(2), "nobody_asked");
}

#[test]
fn a_note_that_was_switched_off_does_not_leave_with_e_cash_that_is_sent_again() {
    let town = Town::open();
    let ada = ada(&town);
    let shop = town.manifest()["shops"]["corner_shop"]["url"]
        .as_str()
        .unwrap();
    let door = Liar::before(shop);
    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let code = at_another_door(order["request"].as_str().unwrap(), shop, door.url());
    // It is written down that the note leaves, and then nothing arrives.
    door.lie(vec![Lie::say("POST ", Reply::Nothing)]);
    let args = [
        "pay", &code, "--note", "table 4", "--share", "note", "--yes",
    ];
    assert_eq!(ada.ask(&args).code, Some(3));
    let id = merchant(&ada);
    ada.ask(&["merchant", &id, "share", "note", "off"]).done();

    door.repent();
    ada.ask(&["recover"]).done();
    let order = town.look(&order);
    assert_eq!(order["state"], "paid", "{order}");
    assert_eq!(order["memo"], Value::Null);
}

#[test]
fn a_merchant_can_be_named_limited_blocked_and_forgotten() {
    let town = Town::open();
    let ada = ada(&town);
    let address = town.busker("busker");
    let receipt = pay(&ada, &review(&ada, &address, &["--share", "name"]));
    let id = merchant(&ada);

    ada.ask(&["merchant", &id, "call", "The busker"]).done();
    assert_eq!(review(&ada, &address, &[])["payee"]["name"], "The busker");

    let spent = worth(&receipt["left_purse"], "sat");
    ada.ask(&["merchant", &id, "limit", &(spent + 10).to_string()])
        .done();
    let refused = ada.ask(&["review", &address, "--amount", "21"]);
    assert_eq!(refused.refused(4), "above_payee_limit");
    ada.ask(&["merchant", &id, "limit", "none"]).done();

    let reviewed = review(&ada, &address, &[]);
    ada.ask(&["merchant", &id, "block"]).done();
    let blocked = ada.ask(&["review", &address, "--amount", "21"]);
    assert_eq!(blocked.refused(4), "payee_blocked");
    let id_of_review = reviewed["review"].as_str().unwrap();
    let paying = ada.ask(&["pay", "--review", id_of_review, "--yes"]);
    assert_eq!(paying.refused(4), "payee_blocked");
    ada.ask(&["merchant", &id, "unblock"]).done();

    let before = ada.balance("sat");
    ada.ask(&["merchant", &id, "erase", "--yes"]).done();
    assert_eq!(ada.ask(&["merchants"]).done()["merchants"], json!([]));
    assert_eq!(ada.ask(&["merchant", &id]).refused(1), "no_such_merchant");
    assert_eq!(
        ada.ask(&["pay", "--review", id_of_review, "--yes"])
            .refused(1),
        "no_such_review"
    );
    let found = ada.ask(&["history", "--search", "busker"]).done();
    assert_eq!(found["payments"], json!([]));
    assert_eq!(
        ada.ask(&["sharing", "receipts"]).done()["receipts"],
        json!([])
    );
    assert_eq!(ada.balance("sat"), before, "money went with it");
    assert_eq!(ada.ask(&["doctor"]).code, Some(0));
    // It is a stranger when it is met again.
    let again = review(&ada, &address, &[]);
    assert_eq!(again["payee"]["first_time"], true);
    assert!(shared(&again).iter().all(|(_, on)| !on));
}

/// Whether any byte that left has this in it, as it is or as part of an address.
fn left(person: &Person, text: &str) -> usize {
    let requests = egress::requests(&person.left_the_device());
    let spelled = [
        text.to_owned(),
        text.replace(' ', "+"),
        text.replace('@', "%40"),
    ];
    requests
        .iter()
        .filter(|request| {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            spelled
                .iter()
                .any(|text| request.path.contains(text) || body.contains(text))
        })
        .count()
}

#[test]
fn the_recorder_sees_what_leaves_and_it_is_what_was_switched_on_and_no_byte_more() {
    let town = Town::open();
    let ada = ada(&town);
    let Some(_) = egress::recorder() else {
        println!("nothing can be preloaded into a program here: what leaves is not recorded");
        return;
    };
    let greedy = town.busker("greedy");
    pay(&ada, &review(&ada, &greedy, &[]));
    for private in ["Ada L", "ada@example.org", "SW1"] {
        assert_eq!(left(&ada, private), 0, "{private}");
    }
    pay(
        &ada,
        &review(&ada, &greedy, &["--share", "name,email", "--note", "hm hm"]),
    );
    assert_eq!(left(&ada, "Ada L"), 1);
    assert_eq!(left(&ada, "ada@example.org"), 1);
    for private in ["SW1", "hm hm"] {
        assert_eq!(left(&ada, private), 0, "{private}");
    }
    // To the busker, when it was paid, and nowhere else.
    let requests = egress::requests(&ada.left_the_device());
    let told: Vec<&egress::Request> = requests
        .iter()
        .filter(|request| request.path.contains("payerdata="))
        .collect();
    let stage = town.manifest()["shops"]["busker"]["url"].as_str().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(format!("http://{}", told[0].to), stage);
    assert!(requests.len() > 10, "{requests:#?}");
}

#[test]
fn everything_the_wallet_knows_can_be_taken_along_and_what_opens_it_stays() {
    let town = Town::open();
    let ada = ada(&town);
    pay(
        &ada,
        &review(
            &ada,
            &town.busker("busker"),
            &["--share", "name", "--note", "our song"],
        ),
    );
    let given = ada.ask(&["give", "10", "--yes"]).done();
    let export = ada.ask(&["export"]).done();
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/schemas/export.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = schema
        .iter_errors(&export)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");

    assert_eq!(export["payments"].as_array().unwrap().len(), 3);
    let merchant = &export["merchants"][0];
    assert_eq!(merchant["told"][0]["item"], "name");
    assert_eq!(export["details"][1]["value"], "ada@example.org");
    assert_eq!(export["consent_receipts"][0]["change"], "granted");
    let all = export.to_string();
    assert!(all.contains("our song"));
    assert!(!all.contains(given["token"].as_str().unwrap()), "money");
    assert!(!all.contains("cashuB"), "money");
    assert!(!all.contains(&ada.words().join(" ")), "the words");

    let file = ada.folder().join("mine.json");
    let path = file.to_str().unwrap();
    assert_eq!(ada.ask(&["export", path]).done()["payments"], 3);
    let written: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(written["merchants"], export["merchants"]);
    // What is there already is never written over.
    assert_eq!(ada.ask(&["export", path]).refused(1), "file_unwritable");
}

#[test]
fn everything_can_be_taken_along_as_sheets_with_the_same_in_them() {
    let town = Town::open();
    let ada = ada(&town);
    pay(
        &ada,
        &review(
            &ada,
            &town.busker("busker"),
            &["--share", "name", "--note", "=1+1, our song"],
        ),
    );
    let export = ada.ask(&["export"]).done();
    let folder = ada.folder().join("sheets");
    let at = folder.to_str().unwrap();
    let written = ada.ask(&["export", "--csv", at]).done();
    let names: Vec<&str> = written["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            let file = file.as_str().unwrap();
            file.rsplit(['/', '\\']).next().unwrap()
        })
        .collect();
    assert_eq!(
        names,
        [
            "payments.csv",
            "fees.csv",
            "merchants.csv",
            "switches.csv",
            "asked.csv",
            "disclosures.csv",
            "consents.csv",
            "statements.csv"
        ]
    );
    let sheet = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let rows = |name: &str| sheet(name).matches("\r\n").count() - 1;
    let merchant = &export["merchants"][0];
    let count = |list: &Value| list.as_array().unwrap().len();
    assert_eq!(rows("payments.csv"), count(&export["payments"]));
    assert_eq!(rows("merchants.csv"), count(&export["merchants"]));
    assert_eq!(rows("switches.csv"), count(&merchant["switches"]));
    assert_eq!(rows("asked.csv"), count(&merchant["asked"]));
    assert_eq!(rows("disclosures.csv"), count(&merchant["told"]));
    assert_eq!(rows("consents.csv"), count(&export["consent_receipts"]));
    let payments = sheet("payments.csv");
    for payment in export["payments"].as_array().unwrap() {
        assert!(payments.contains(payment["payment"].as_str().unwrap()));
    }
    assert!(sheet("disclosures.csv").contains(merchant["told"][0]["hash"].as_str().unwrap()));
    // A note that looks like a formula is text.
    assert!(payments.contains("\"'=1+1, our song\""), "{payments}");
    // What is there already is never written over, and nothing of a second try stays.
    std::fs::remove_file(folder.join("payments.csv")).unwrap();
    let again = ada.ask(&["export", "--csv", at]);
    assert_eq!(again.refused(1), "file_unwritable");
    assert!(!folder.join("payments.csv").exists());
}
