//! Paying a Lightning address: what is charged is what was reviewed, nothing of the payer leaves
//! the device, and a payee that cheats is found out before a satoshi moves.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::worth;
use farthing_tests::{Person, Town};
use serde_json::{Value, json};

/// One of the busker's addresses, in one of its spellings.
fn busker(town: &Town, name: &str, spelling: &str) -> String {
    let entry = &town.manifest()["shops"]["busker"]["addresses"][name];
    entry[spelling].as_str().unwrap().to_owned()
}

/// What payers told the busker.
fn heard(town: &Town) -> Vec<Value> {
    town.ask("/busker")["heard"].as_array().unwrap().clone()
}

/// Reviews, pays that review, and holds the receipt against it.
#[track_caller]
fn pays(person: &Person, code: &str, amount: Option<&str>) -> (Value, Value) {
    let mut args = vec![code];
    args.extend(amount.map(|n| ["--amount", n]).into_iter().flatten());
    person.review_and_pay(&args, "sat")
}

#[test]
fn a_song_is_paid_for_and_the_busker_learns_the_amount_and_nothing_else() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let address = busker(&town, "busker", "address");

    let (review, receipt) = pays(&ada, &address, Some("21"));
    assert_eq!(review["kind"], "lnurl_pay");
    assert_eq!(review["payee"]["name"], address.as_str());
    assert_eq!(review["payee"]["first_time"], true);
    assert_eq!(review["description"], "A song from the busker");
    let asks = review["asks"].as_array().unwrap();
    assert!(asks.iter().any(|ask| ask["item"] == "name"), "{review}");
    assert!(
        asks.iter()
            .all(|ask| ask["shared"] == false && ask["required"] == false)
    );

    let hash_of = heard(&town).pop().unwrap();
    assert_eq!(hash_of["amount_msat"], 21_000);
    assert_eq!(
        (&hash_of["comment"], &hash_of["payer_data"]),
        (&Value::Null, &Value::Null)
    );
    let paid = town.invoice(hash_of["payment_hash"].as_str().unwrap());
    assert_eq!(
        (&paid["state"], &paid["received_msat"]),
        (&json!("settled"), &json!(21_000))
    );
    assert_eq!(receipt["proof"]["text"], paid["preimage"]);
    assert_eq!(receipt["success"]["kind"], "message");
    assert_eq!(
        receipt["success"]["text"],
        "Thank you! This one is for you."
    );
    assert_eq!(receipt["shared"], json!([]));

    // However the same payee is written, it is the payee known by now; a note stays here.
    for spelling in ["lnurl", "scheme"] {
        let code = busker(&town, "busker", spelling);
        let again = ada
            .ask(&["review", &code, "--amount", "5", "--note", "our song"])
            .done();
        assert_eq!(again["payee"]["id"], review["payee"]["id"]);
        assert_eq!(again["payee"]["first_time"], false, "{spelling}");
        assert_eq!(again["note"], "our song");
    }
    assert!(heard(&town).iter().all(|said| said["comment"].is_null()));
}

#[test]
fn an_amount_is_asked_for_where_the_payee_leaves_it_open_and_kept_to_its_bounds() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let open = busker(&town, "plain", "address");
    assert_eq!(ada.ask(&["review", &open]).refused(2), "amount_needed");
    assert_eq!(
        ada.ask(&["review", &open, "--amount", "100001"]).refused(2),
        "amount_out_of_bounds"
    );
    let fixed = busker(&town, "fixed", "address");
    assert_eq!(
        ada.ask(&["review", &fixed, "--amount", "22"]).refused(2),
        "amount_fixed"
    );
    assert!(heard(&town).is_empty(), "an invoice was asked for");
    let (review, _) = pays(&ada, &fixed, None);
    assert_eq!(worth(&review["price"], "sat"), 21);
}

#[test]
fn what_was_paid_for_is_on_the_receipt() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let (_, page) = pays(&ada, &busker(&town, "url", "address"), Some("10"));
    assert_eq!(page["success"]["kind"], "url");
    let stage = town.manifest()["shops"]["busker"]["url"].as_str().unwrap();
    assert!(page["success"]["url"].as_str().unwrap().starts_with(stage));

    let (_, sealed) = pays(&ada, &busker(&town, "aes", "address"), Some("10"));
    assert_eq!(sealed["success"]["kind"], "aes");
    assert_eq!(
        sealed["success"]["secret"],
        "The song is called Farthing Street."
    );
}

#[test]
fn a_payee_that_insists_on_knowing_us_is_refused_before_it_hears_anything() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let regular = busker(&town, "regular", "address");
    let refused = ada.ask(&["review", &regular, "--amount", "21"]);
    assert!(
        refused.json()["error"]["text"]
            .as_str()
            .unwrap()
            .contains("name")
    );
    assert_eq!(refused.refused(1), "payee_demands");
    // Nothing to share yet, wished for or not.
    let wished = busker(&town, "busker", "address");
    assert_eq!(
        ada.ask(&["review", &wished, "--amount", "21", "--share", "name"])
            .refused(2),
        "cannot_share"
    );
    assert_eq!(
        ada.ask(&["review", &wished, "--amount", "21", "--share", "passport"])
            .refused(2),
        "nobody_asked"
    );
    assert!(heard(&town).is_empty());
    assert_eq!(ada.balance("sat"), (500, 0));
}

#[test]
fn an_address_nobody_has_is_told_in_the_words_of_its_host() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let nobody = busker(&town, "plain", "address").replace("plain@", "nobody@");
    assert_eq!(
        ada.ask(&["review", &nobody, "--amount", "21"]).refused(1),
        "site_refused"
    );
    assert_eq!(
        ada.ask(&["review", "ada@127.0.0.1:1", "--amount", "21"])
            .refused(1),
        "site_unreachable"
    );
    assert_eq!(
        ada.ask(&["review", "ada@example.com", "--amount", "21"])
            .refused(1),
        "address_refused"
    );
}

#[test]
fn of_two_ways_to_pay_a_bill_the_cheaper_is_taken_and_both_are_then_paid() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 2_000, "sat");
    let order = town.order(&json!({"item": "cake", "amount": 210}));
    let [request, invoice] = ["request", "invoice"].map(|way| order[way].as_str().unwrap());
    let link = format!("bitcoin:?amount=0.0000021&lightning={invoice}&creq={request}");

    let (review, receipt) = pays(&ada, &link, None);
    let other = &review["alternatives"][0];
    let kinds = [&review["kind"], &other["kind"]];
    assert_eq!(
        kinds,
        [&json!("cashu_request"), &json!("lightning_invoice")]
    );
    assert!(worth(&review["total_at_most"], "sat") <= worth(&other["total_at_most"], "sat"));
    assert_eq!(town.look(&order)["state"], "paid");
    assert_eq!(receipt["outcome"], "paid");
    // The invoice in the link is the same bill, and it is said which payment that was.
    let again = ada.ask(&["review", invoice]);
    assert_eq!(again.refused(1), "already_paid");
    assert_eq!(again.json()["error"]["payment"], receipt["payment"]);
    assert_eq!(ada.ask(&["review", &link]).refused(1), "already_paid");
}

#[test]
fn every_rogue_is_found_out_with_the_money_where_it_was() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let rogue = |name: &str| town.manifest()["rogues"][name].as_str().unwrap().to_owned();
    for (name, code) in [
        ("wrong_hash", "site_dishonest"),
        ("wrong_amount", "site_dishonest"),
        ("no_amount", "site_dishonest"),
        ("wrong_payer", "site_dishonest"),
        ("other_host", "site_dishonest"),
        ("callback_to_sentinel", "site_dishonest"),
        ("thanks_elsewhere", "site_dishonest"),
        ("redirect_endless", "site_dishonest"),
        ("redirect_to_sentinel", "site_dishonest"),
        ("upside_down", "site_not_understood"),
        ("gigabyte", "site_not_understood"),
        ("gzip", "site_not_understood"),
        ("drip", "site_unreachable"),
    ] {
        let said = ada.ask(&["review", &rogue(name), "--amount", "21"]);
        assert_eq!(said.json()["error"]["money"], "safe", "{name}");
        assert_eq!(said.refused(1), code, "{name}");
    }
    // The price that was shown is the price: one raised in between is another price.
    let raised = rogue("raised");
    assert_eq!(ada.ask(&["review", &raised]).refused(1), "site_dishonest");
    assert_eq!(
        ada.ask(&["redeem", &rogue("withdraw_to_sentinel"), "--yes"])
            .refused(1),
        "site_dishonest"
    );
    assert_eq!(
        town.ask("/rogues")["sentinel"],
        0,
        "somebody was sent there"
    );
    assert_eq!(ada.balance("sat"), (500, 0));

    // Words that would turn the line around or hide are taken out.
    let odd = ada
        .ask(&["review", &rogue("odd_words"), "--amount", "21"])
        .done();
    let words = odd["description"].as_str().unwrap();
    assert!(words.starts_with("Free ") && !words.contains(['\u{202e}', '\u{200b}', '\u{1b}']));
}
