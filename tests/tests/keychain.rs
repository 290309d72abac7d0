//! Whatever becomes of the keychain: no second root, no key in the clear, the money back by the
//! words, and each state told as what it is. Against a real Secret Service in a session of its own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test helpers"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread;
use std::time::Duration;

use farthing_tests::keyring::Entry;
use farthing_tests::{Keyring, Person, Said, Town};
use serde_json::{Value, json};

const PIN: &str = "2580";
/// After an order of 21, whose coins cost one more.
const HAS: i64 = 1_000 - 22;

/// Somebody whose wallet needs the keychain of the session at `address`, with money and a history.
fn somebody(name: &str, town: &Town, address: &str) -> Person {
    let mut person = Person::new(name);
    person.work_in(address);
    person.keep_secret(PIN);
    person.settle(&town.url());
    person.open_purse(&town.issuer("Maple"), "sat");
    person.top_up(1_000, "sat", |invoice| drop(town.pay_invoice(invoice)));
    let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
    person
        .ask(&["pay", order["request"].as_str().unwrap(), "--yes"])
        .done();
    assert_eq!(person.balance("sat"), (HAS, 0));
    person
}

/// The names in the wallet's folder, and what the two files say that open it.
fn folder(person: &Person) -> (BTreeSet<String>, BTreeMap<&'static str, Vec<u8>>) {
    let names = fs::read_dir(person.home()).unwrap();
    let names = names.map(|file| file.unwrap().file_name().into_string().unwrap());
    // Of SQLite's, which come and go with each process.
    let names = names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    let read = |name| (name, fs::read(person.home().join(name)).unwrap());
    (
        names.collect(),
        ["vault.json", "attempts.json"].map(read).into(),
    )
}

/// The refusal explains itself: what happened, that the money is safe, what to do.
#[track_caller]
fn explained(said: &Said, code: &str) {
    assert_eq!(said.refused(5), code, "{said:#?}");
    let error = &said.json()["error"];
    assert!(error["next"].as_str().is_some_and(|next| next.len() > 20));
}

/// Nothing opens the wallet, for this reason; no try is counted, nothing is made anew.
#[track_caller]
fn shut(person: &Person, code: &str) {
    let before = folder(person);
    explained(&person.ask(&["balance"]), code);
    explained(&person.ask(&["give", "1", "--yes"]), code);
    let told = person.tell(&["recover"]);
    assert_eq!(told.code, Some(5), "{told:#?}");
    assert!(told.err.contains("Your money is safe."), "{told:#?}");
    let again = person.ask(&["init", "--practice", "--keychain", "none"]);
    assert_eq!(again.refused(1), "wallet_exists");
    assert_eq!(folder(person), before, "something was written");
}

/// The right PIN opens it, and everything is there.
#[track_caller]
fn open(person: &Person) {
    assert_eq!(person.balance("sat"), (HAS, 0));
    let history = person.ask(&["history"]).done();
    assert_eq!(history["payments"].as_array().unwrap().len(), 2);
}

/// Somebody with nothing but this person's words has the money.
#[track_caller]
fn comes_back(town: &Town, person: &Person) {
    let new = town.restored(person.words());
    new.open_purse(&town.issuer("Maple"), "sat");
    assert_eq!(new.balance("sat"), (HAS, 0));
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn while_the_keychain_is_gone_the_wallet_says_so_and_opens_when_it_is_back() {
    let town = Town::open();
    let mut keyring = Keyring::sealed();
    let mut ada = somebody("Ada", &town, &keyring.address());
    // The session is there and the keychain is not.
    keyring.stop();
    shut(&ada, "keychain_absent");
    keyring.start();
    open(&ada);
    // Not even a session.
    ada.work_in("unix:path=/nonexistent/bus");
    shut(&ada, "keychain_absent");
    comes_back(&town, &ada);
    ada.work_in(&keyring.address());
    open(&ada);
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn while_the_keychain_is_locked_the_wallet_says_so_and_opens_when_it_is_unlocked() {
    let town = Town::open();
    let mut keyring = Keyring::sealed();
    let ada = somebody("Ada", &town, &keyring.address());
    keyring.lock();
    shut(&ada, "keychain_locked");
    let mut bob = Person::new("Bob");
    bob.work_in(&keyring.address());
    bob.keep_secret(PIN);
    explained(&bob.ask(&["init", "--practice"]), "keychain_locked");
    comes_back(&town, &ada);
    keyring.stop();
    keyring.start();
    open(&ada);
    bob.settle(&town.url());
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_keychain_that_takes_half_a_minute_is_waited_for() {
    let town = Town::open();
    let keyring = Keyring::sealed();
    let ada = somebody("Ada", &town, &keyring.address());
    keyring.pause();
    let waiting = ada.begin(&["give", "8", "--yes"]);
    thread::sleep(Duration::from_secs(30));
    keyring.go_on();
    let given = waiting.end().done();
    assert!(given["token"].is_string(), "{given}");
    let (spendable, pending) = ada.balance("sat");
    assert_eq!(spendable + pending, HAS, "{given}");
    assert!((8..=9).contains(&pending), "{given}");
    ada.ask(&["redeem", given["payment"].as_str().unwrap(), "--yes"])
        .done();
    ada.ask(&["doctor"]).done();
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_keychain_that_never_answers_is_not_waited_for_for_ever() {
    let town = Town::open();
    let keyring = Keyring::sealed();
    let ada = somebody("Ada", &town, &keyring.address());
    let mut bob = Person::new("Bob");
    bob.work_in(&keyring.address());
    bob.keep_secret(PIN);
    let before = folder(&ada);
    keyring.pause();
    let both = [ada.begin(&["balance"]), bob.begin(&["init", "--practice"])];
    for said in both.map(farthing_tests::person::Running::end) {
        explained(&said, "keychain_silent");
    }
    assert_eq!(folder(&ada), before, "something was written or counted");
    comes_back(&town, &ada);
    keyring.go_on();
    open(&ada);
    bob.settle(&town.url());
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn an_emptied_keychain_and_that_of_another_machine_do_not_know_the_wallet() {
    let town = Town::open();
    let mut keyring = Keyring::sealed();
    let mut ada = somebody("Ada", &town, &keyring.address());
    let elsewhere = Keyring::readable();
    let bob = somebody("Bob", &town, &elsewhere.address());
    ada.work_in(&elsewhere.address());
    shut(&ada, "keychain_entry_lost");
    let of_ada = wallet_id(&ada);
    let entries = elsewhere.entries();
    assert!(entries.iter().all(|entry| entry.wallet != of_ada));
    ada.work_in(&keyring.address());
    open(&ada);
    open(&bob);

    keyring.empty();
    shut(&ada, "keychain_entry_lost");
    comes_back(&town, &ada);
}

fn wallet_id(person: &Person) -> String {
    let file = fs::read(person.home().join("vault.json")).unwrap();
    let vault: Value = serde_json::from_slice(&file).unwrap();
    vault["wallet"].as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_spoiled_entry_is_told_as_damage_and_never_as_a_wrong_pin() {
    let town = Town::open();
    let mut keyring = Keyring::readable();
    let ada = somebody("Ada", &town, &keyring.address());
    let bob = somebody("Bob", &town, &keyring.address());
    let (sound, of_ada, of_bob) = (keyring.entries(), wallet_id(&ada), wallet_id(&bob));
    let device = |wallet: &str| {
        let is = |entry: &&Entry| entry.wallet == wallet && entry.name == "device-1";
        sound.iter().find(is).unwrap().secret.clone()
    };
    let (hers, his) = (device(&of_ada), device(&of_bob));
    let mut spoil = |to: &str| {
        keyring.edit(|entries| {
            entries.clone_from(&sound);
            for entry in entries.iter_mut() {
                if entry.wallet == of_ada && entry.name == "device-1" {
                    to.clone_into(&mut entry.secret);
                }
            }
        });
        open(&bob);
    };
    for spoiled in [
        &hers[..8],
        &hers[..hers.len() - 4],
        "",
        "not base64!",
        // Another wallet's, whole.
        &his,
    ] {
        spoil(spoiled);
        shut(&ada, "keychain_entry_damaged");
    }
    comes_back(&town, &ada);
    // A sound copy of the keychain brings everything back.
    spoil(&hers);
    open(&ada);

    keyring.edit(|entries| {
        let mut again = entries.clone();
        again.retain(|entry| entry.wallet == of_ada && entry.name == "device-1");
        entries.extend(again);
    });
    shut(&ada, "keychain_entry_twice");
    keyring.edit(|entries| entries.clone_from(&sound));
    open(&ada);
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_lost_count_of_wrong_pins_is_known_from_the_file() {
    let town = Town::open();
    let mut keyring = Keyring::readable();
    let ada = somebody("Ada", &town, &keyring.address());
    ada.keep_secret("7413");
    for _ in 0..5 {
        explained(&ada.ask(&["balance"]), "wrong_secret");
    }
    let ways: [fn(&mut Vec<Entry>); 2] = [
        |entries| {
            for entry in entries.iter_mut().filter(|entry| entry.name == "attempts") {
                entry.secret.truncate(8);
            }
        },
        |entries| entries.retain(|entry| entry.name != "attempts"),
    ];
    for forget in ways {
        keyring.edit(forget);
        ada.keep_secret(PIN);
        explained(&ada.ask(&["balance"]), "wait_before_next_try");
    }
    // When the file has forgotten as well, somebody saw to that.
    fs::remove_file(ada.home().join("attempts.json")).unwrap();
    explained(&ada.ask(&["balance"]), "passphrase_or_words_needed");
    comes_back(&town, &ada);
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_lost_key_of_the_history_costs_nothing_but_the_history() {
    let town = Town::open();
    let mut keyring = Keyring::readable();
    let ada = somebody("Ada", &town, &keyring.address());
    let sound = keyring.entries();
    let ways: [fn(&mut Vec<Entry>); 2] = [
        |entries| {
            for entry in entries.iter_mut().filter(|entry| entry.name == "erase") {
                entry.secret.truncate(16);
            }
        },
        |entries| entries.retain(|entry| entry.name != "erase"),
    ];
    let vault = folder(&ada).1["vault.json"].clone();
    for forget in ways {
        keyring.edit(forget);
        assert_eq!(ada.balance("sat"), (HAS, 0));
        let said = ada.ask(&["history"]);
        assert_eq!(said.refused(1), "files_unusable", "{said:#?}");
        assert!(said.out.contains("the history's key"), "{said:#?}");
        let checked = ada.ask(&["doctor"]).ended(1);
        assert!(
            checked.to_string().contains("the history's key"),
            "{checked}"
        );
        // Whom it pays can not be written down, so nobody is paid.
        let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
        let said = ada.ask(&["pay", order["request"].as_str().unwrap(), "--yes"]);
        assert_eq!(said.refused(1), "files_unusable", "{said:#?}");
        assert_eq!(town.look(&order)["state"], "open");
        assert_eq!(ada.balance("sat"), (HAS, 0));
        keyring.edit(|entries| entries.clone_from(&sound));
        open(&ada);
    }
    // What has no payee goes on.
    keyring.edit(ways[1]);
    let given = ada.ask(&["give", "1", "--yes"]).done();
    let redeemed = ada.ask(&["redeem", given["payment"].as_str().unwrap(), "--yes"]);
    redeemed.done();
    ada.ask(&["recover"]).done();
    keyring.edit(|entries| entries.clone_from(&sound));
    assert_eq!(folder(&ada).1["vault.json"], vault, "a new root");
    let has = ada.balance("sat");
    assert_eq!(
        has.0 + has.1,
        town.books("Maple")["sat"].outstanding - town.shop_holds("Maple", "sat")
    );
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_lost_key_of_the_history_keeps_no_undecided_money() {
    let town = Town::open();
    let mut keyring = Keyring::readable();
    let ada = somebody("Ada", &town, &keyring.address());
    let (invoice, hash) = town.merchant_invoice(200_000, "in the dark");
    town.misfortune(&json!({"do": "pending", "payment_hash": hash}));
    let paying = ada.begin(&["pay", &invoice, "--yes"]);
    town.wait_until_held("Maple");
    // The coins are set aside before anything is sent, and an issuer whose caller is gone by then never
    // sends it.
    thread::sleep(Duration::from_secs(1));
    assert_eq!(paying.kill().code, None);
    let release = json!({ "payment_hash": hash });
    while town.tell("/lightning/release", &release)["released"] == json!([]) {
        thread::sleep(Duration::from_millis(20));
    }
    let sound = keyring.entries();
    keyring.edit(|entries| entries.retain(|entry| entry.name != "erase"));

    // The money is looked after; only the journal cannot be told, and says why.
    let mut has = (0, 1);
    while has.1 > 0 {
        let said = ada.ask(&["recover"]);
        assert_eq!(said.ended(3)["error"]["code"], "files_unusable");
        assert!(said.out.contains("the history's key"), "{said:#?}");
        has = ada.balance("sat");
    }
    let out = town.books("Maple")["sat"].outstanding - town.shop_holds("Maple", "sat");
    assert_eq!(has, (out, 0));
    // What is not known to be decided is not left behind.
    let words = format!("{}\n", ada.words().join(" "));
    let erasing = ada.ask_with_input(&["erase", "--yes"], Some(&words));
    assert_eq!(erasing.refused(1), "files_unusable", "{erasing:#?}");
    assert_eq!(ada.balance("sat"), has);

    keyring.edit(|entries| entries.clone_from(&sound));
    ada.ask(&["recover"]).done();
    let latest = ada.ask(&["history"]).done()["payments"][0].clone();
    assert_eq!(latest["outcome"], "paid", "{latest}");
    assert_eq!(ada.balance("sat"), has);
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_keychain_that_dies_in_the_middle_of_a_call_loses_nothing() {
    let town = Town::open();
    let mut keyring = Keyring::sealed();
    let ada = somebody("Ada", &town, &keyring.address());
    let mut ends = BTreeMap::<String, usize>::new();
    for time in 0..12 {
        let paused = time % 3 == 0;
        if paused {
            keyring.pause();
        }
        let asking = ada.begin(&["balance"]);
        thread::sleep(Duration::from_millis(if paused { 400 } else { 25 * time }));
        keyring.stop();
        let said = asking.end();
        let how = if said.code == Some(0) {
            "opened".to_owned()
        } else {
            said.refused(5)
        };
        assert!(
            ["opened", "keychain_absent", "keychain_failed"].contains(&how.as_str()),
            "{said:#?}"
        );
        *ends.entry(how).or_default() += 1;
        keyring.start();
        open(&ada);
    }
    println!("{ends:?}");
    comes_back(&town, &ada);
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn an_erased_wallet_leaves_nothing_in_the_keychain_and_takes_nothing_of_another() {
    let town = Town::open();
    let keyring = Keyring::readable();
    let ada = somebody("Ada", &town, &keyring.address());
    let bob = somebody("Bob", &town, &keyring.address());
    let (of_ada, of_bob) = (wallet_id(&ada), wallet_id(&bob));
    let of = |wallet: &str| {
        let entries = keyring.entries();
        entries
            .iter()
            .filter(|entry| entry.wallet == wallet)
            .count()
    };
    let his = of(&of_bob);
    assert!(of(&of_ada) >= 3, "device, attempts and the history's key");
    let words = format!("{}\n", ada.words().join(" "));
    ada.ask_with_input(&["erase", "--yes"], Some(&words)).done();
    assert_eq!(of(&of_ada), 0);
    assert_eq!(of(&of_bob), his);
    assert!(!ada.home().exists());
    open(&bob);
    comes_back(&town, &ada);
}
