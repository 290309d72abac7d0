//! Wrong, hostile and unlucky: for each command what it answers and how it ends.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;

use farthing_tests::person::readable_by;
use farthing_tests::{Person, Town};
use serde_json::json;

/// An invoice of the real network, from the examples of BOLT 11.
const REAL_INVOICE: &str = "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp";

/// One row: what is typed, how it must end, with which code (`*`: any).
type Row<'a> = (&'a [&'a str], i32, &'a str);

/// Runs every row and says all that went another way. None moves money.
#[track_caller]
fn end_as_they_should(person: &Person, rows: &[Row]) {
    let mut wrong = Vec::new();
    for (args, exit, code) in rows {
        let said = person.ask(args);
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_default();
        let error = json["error"]["code"].as_str().unwrap_or("(none)");
        let safe = json["error"]["money"] == "safe";
        if said.code != Some(*exit) || (*code != "*" && error != *code) || !safe {
            let args: Vec<String> = args.iter().map(|a| a.chars().take(40).collect()).collect();
            wrong.push(format!(
                "{args:?}: exit {:?} {error} (safe: {safe}), not {exit} {code}; {}",
                said.code,
                said.err.lines().last().unwrap_or_default()
            ));
        }
    }
    assert!(wrong.is_empty(), "\n  {}", wrong.join("\n  "));
}

#[test]
fn without_a_wallet_every_command_says_so() {
    let nobody = Person::new("Nobody");
    end_as_they_should(
        &nobody,
        &[
            (&["balance"], 5, "no_wallet"),
            (&["history"], 5, "no_wallet"),
            (&["recover"], 5, "no_wallet"),
            (&["doctor"], 5, "no_wallet"),
            (&["give", "21", "--yes"], 5, "no_wallet"),
            (&["top-up", "21"], 5, "no_wallet"),
        ],
    );
    assert!(
        !nobody.home().join("money.db").exists(),
        "a wallet came to be by asking for one"
    );
}

#[test]
fn what_is_typed_wrong_is_exit_two() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    end_as_they_should(
        &ada,
        &[
            (&["dance"], 2, "usage"),
            (&["pay"], 2, "usage"),
            (&["give", "twenty", "--yes"], 2, "bad_amount"),
            (&["give", "1.5", "--yes"], 2, "bad_amount"),
            (&["give", "18446744073709551616", "--yes"], 2, "bad_amount"),
            (&["give", "5", "--unit", "usd usd", "--yes"], 2, "*"),
            (&["top-up", "$5", "--unit", "sat"], 2, "bad_unit"),
            (&["history", "--since", "yesterday"], 2, "bad_date"),
            (&["receipt", "no-such-id"], 2, "bad_id"),
            (
                &["pay", "--review", "no-such-id", "--yes"],
                1,
                "no_such_review",
            ),
            (&["give", "21"], 2, "needs_yes"),
            (&["purse", "add", "https://maple.example"], 2, "needs_yes"),
        ],
    );
    assert_eq!(ada.balance("sat"), (500, 0));
}

#[test]
fn what_cannot_be_paid_is_said_and_moves_nothing() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let (dear, _) = town.merchant_invoice(5_000_000, "more than there is");
    let (huge, _) = town.merchant_invoice(50_000_000_000, "more than the issuer pays");
    let (whole, _) = town.merchant_invoice(1_000, "torn off");
    let (cut, _) = whole.split_at(whole.len() - 9);
    let mut altered = whole.clone().into_bytes();
    altered.swap(20, 30);
    let altered = String::from_utf8(altered).unwrap();
    let usd = town.order(&json!({"amount": 10, "unit": "usd", "issuer": "harbour"}));
    let usd = usd["request"].as_str().unwrap();
    let bitcoin = "bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq?amount=0.001";
    let words = "abandon ".repeat(11) + "about";
    let long = "lnbc".repeat(2_000);
    end_as_they_should(
        &ada,
        &[
            (&["pay", &dear, "--yes"], 1, "*"),
            (&["pay", &huge, "--yes"], 1, "*"),
            (&["pay", cut, "--yes"], 1, "code_damaged"),
            (&["pay", &altered, "--yes"], 1, "code_damaged"),
            (&["pay", usd, "--yes"], 1, "no_fitting_purse"),
            (&["pay", REAL_INVOICE, "--yes"], 1, "*"),
            (&["pay", bitcoin, "--yes"], 1, "*"),
            (&["pay", &words, "--yes"], 1, "*"),
            (&["pay", &long, "--yes"], 1, "*"),
            (&["pay", "", "--yes"], 1, "no_code"),
            (&["pay", "hello", "--yes"], 1, "code_not_payable"),
            (&["redeem", "cashuBnonsense", "--yes"], 1, "code_damaged"),
            (&["redeem", &whole, "--yes"], 1, "*"),
            (&["give", "501", "--yes"], 1, "not_enough"),
            (&["give", "0", "--yes"], 4, "nothing_to_move"),
            (&["top-up", "0"], 4, "nothing_to_move"),
            (&["top-up", "600000"], 4, "above_balance_cap"),
        ],
    );
    assert_eq!(ada.balance("sat"), (500, 0));
    assert_eq!(town.books("Maple")["sat"].outstanding, 500);
}

#[test]
fn more_than_small_change_is_refused_even_when_it_is_there() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 150_000, "sat");
    let (invoice, _) = town.merchant_invoice(120_000_000, "a sofa");
    end_as_they_should(
        &ada,
        &[
            (&["pay", &invoice, "--yes"], 4, "above_payment_cap"),
            (&["give", "120000", "--yes"], 4, "above_payment_cap"),
            (&["top-up", "400000"], 4, "above_balance_cap"),
        ],
    );
    assert_eq!(ada.balance("sat"), (150_000, 0));
}

#[test]
fn a_practice_wallet_reaches_nothing_but_this_machine() {
    let town = Town::open();
    let ada = town.person("Ada");
    let hosts = [
        "https://mint.example.com",
        "http://10.0.0.1:3338",
        "http://192.168.1.1",
        "http://169.254.169.254/latest",
        "http://[fe80::1]:80",
        "http://0x7f000001.example.com",
        "ftp://127.0.0.1",
        "http://127.0.0.1@example.com",
    ];
    let rows: Vec<[&str; 4]> = hosts
        .iter()
        .map(|host| ["purse", "add", host, "--yes"])
        .collect();
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| (&row[..], 1, "address_refused"))
        .collect();
    end_as_they_should(&ada, &rows);
}

#[test]
fn pictures_that_hold_nothing_or_too_much_are_said() {
    let town = Town::open();
    let ada = town.person("Ada");
    let write = |name: &str, bytes: &[u8]| {
        let path = ada.folder().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let order = town.order(&json!({"amount": 21}));
    let whole = town.picture(&order);
    let empty = write("empty.png", b"");
    let torn = write("torn.png", whole.split_at(whole.len() / 2).0);
    let bomb = write("large.png", &[0x89; 21 * 1024 * 1024]);
    let gone = ada.folder().join("gone.png").display().to_string();
    for path in [&empty, &torn, &bomb, &gone] {
        for command in ["scan", "review"] {
            let said = ada.ask(&[command, path]);
            assert!(matches!(said.code, Some(1 | 2)), "{said:#?}");
            assert_eq!(said.json()["error"]["money"], "safe", "{said:#?}");
        }
    }
}

#[test]
fn the_secret_is_guarded() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 100, "sat");

    readable_by(&ada.secret_file(), 0o644);
    assert_eq!(
        ada.ask(&["balance"]).refused(2),
        "secret_file_open_to_others"
    );

    ada.keep_secret("not Ada's passphrase");
    assert_eq!(ada.ask(&["balance"]).refused(5), "wrong_secret");
    // After five wrong ones even the right one has to wait, also across restarts.
    for _ in 0..4 {
        ada.ask(&["balance"]).refused(5);
    }
    ada.keep_secret("Ada keeps a long passphrase");
    assert_eq!(ada.ask(&["balance"]).refused(5), "wait_before_next_try");
}

#[test]
fn a_wallet_is_never_replaced() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 100, "sat");
    let again = ada.ask(&["init", "--practice", &town.url(), "--keychain", "none"]);
    assert_eq!(again.refused(1), "wallet_exists");
    assert_eq!(ada.balance("sat"), (100, 0));

    let bob = Person::new("Bob");
    let words = "abandon ".repeat(12);
    let args = [
        "init",
        "--restore",
        "--practice",
        &town.url(),
        "--keychain",
        "none",
    ];
    assert_eq!(
        bob.ask_with_input(&args, Some(&words)).refused(2),
        "bad_words"
    );
    assert!(!bob.home().join("money.db").exists());
}

#[test]
fn a_wallet_is_held_by_one_process() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 100, "sat");
    let mut waiting = ada.begin(&["top-up", "50", "--unit", "sat", "--wait", "60"]);
    waiting.invoice();
    assert_eq!(ada.ask(&["balance"]).refused(6), "wallet_in_use");
    let _ = waiting.kill();
    // The lock dies with the process.
    assert_eq!(ada.balance("sat").0, 100);
}

#[test]
fn an_issuer_that_is_gone_loses_no_money() {
    let mut town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let (invoice, hash) = town.merchant_invoice(50_000, "nobody home");
    let token = ada.ask(&["give", "64", "--yes"]).done();
    let before = ada.balance("sat");
    town.close();

    let refused = ada.ask(&["pay", &invoice, "--yes"]);
    assert_eq!(refused.refused(1), "issuer_unreachable");
    assert_eq!(ada.ask(&["top-up", "5"]).refused(1), "issuer_unreachable");
    // Knowing what one has needs nobody else.
    assert_eq!(ada.balance("sat"), before);

    town.reopen();
    ada.pay(&invoice, "sat");
    assert_eq!(town.invoice(&hash)["state"], "settled");
    let bob = town.person("Bob");
    bob.ask(&["redeem", token["token"].as_str().unwrap(), "--yes"])
        .done();
}
