//! What an earlier version wrote, this one opens, with every unit and every line of its history;
//! what a later one wrote is refused and left alone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use farthing_tests::Person;
use serde_json::Value;
use xtask::places::Places;

fn kept() -> Vec<PathBuf> {
    let folder = Places::find().root.join("tests").join("fixtures");
    let mut wallets: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    wallets.sort();
    wallets
}

fn about(kept: &Path) -> Value {
    serde_json::from_slice(&fs::read(kept.join("about.json")).unwrap()).unwrap()
}

/// Somebody who goes on with a copy of that wallet.
fn person_with(kept: &Path) -> Person {
    let person = Person::new("Ada");
    person.keep_secret(about(kept)["passphrase"].as_str().unwrap());
    fs::create_dir(person.home()).unwrap();
    for entry in fs::read_dir(kept.join("wallet")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), person.home().join(entry.file_name())).unwrap();
    }
    person
}

/// Every file and what is in it.
fn files(home: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(home)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.file_name().is_none_or(|name| name != "lock"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

/// All that was said then is said now, to the letter. A later version may say more of each thing,
/// but neither more nor fewer things.
#[track_caller]
fn still_says(now: &Value, then: &Value) {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            for (name, then) in then {
                still_says(now.get(name).unwrap_or(&Value::Null), then);
            }
        }
        (Value::Array(now), Value::Array(then)) => {
            assert_eq!(now.len(), then.len());
            for (now, then) in now.iter().zip(then) {
                still_says(now, then);
            }
        }
        _ => assert_eq!(now, then),
    }
}

#[test]
fn a_wallet_of_every_earlier_version_opens_with_all_it_held() {
    let kept = kept();
    assert!(!kept.is_empty());
    for kept in kept {
        let about = about(&kept);
        let ada = person_with(&kept);
        still_says(&ada.ask(&["balance"]).done(), &about["balance"]);
        let history = ada.ask(&["history"]).done();
        still_says(&history["payments"], &about["history"]["payments"]);
        for payment in history["payments"].as_array().unwrap() {
            let id = payment["payment"].as_str().unwrap();
            let receipt = ada.ask(&["receipt", id]).done();
            assert_eq!(receipt["outcome"], payment["outcome"], "{receipt}");
        }
        // E-cash that waited still is the money.
        let waiting = ada.ask(&["receipt", about["waiting"].as_str().unwrap()]);
        assert!(waiting.done()["token"].is_string());
        ada.ask(&["doctor"]).done();
    }
}

#[test]
fn a_wallet_of_a_later_version_is_refused_and_left_alone() {
    for kept in kept() {
        let ada = person_with(&kept);
        let vault = ada.home().join("vault.json");
        let now = fs::read_to_string(&vault).unwrap();
        let later = now.replacen("\"format\": 1,", "\"format\": 1000,", 1);
        assert_ne!(now, later);
        fs::write(&vault, later).unwrap();
        let before = files(&ada.home());
        for args in [
            ["balance"].as_slice(),
            &["history"],
            &["recover"],
            &["doctor"],
        ] {
            let said = ada.ask(args);
            let error = &said.json()["error"];
            assert_eq!(error["code"], "made_by_newer_version", "{said:#?}");
            assert_eq!(error["money"], "safe", "{said:#?}");
            assert!(error["next"].as_str().unwrap().len() > 8, "{said:#?}");
        }
        let mut after = files(&ada.home());
        after.retain(|file, bytes| before.get(file) != Some(bytes));
        let written: Vec<_> = after.keys().collect();
        assert!(written.is_empty(), "{written:?} was written");
    }
}
