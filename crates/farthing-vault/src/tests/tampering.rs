use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::header::Header;
use crate::key::Key;
use crate::{CostError, glance};

fn file(person: &Person) -> PathBuf {
    person.home().join("vault.json")
}

fn edit(person: &Person, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(file(person)).unwrap()).unwrap();
    change(&mut value);
    fs::write(file(person), serde_json::to_vec(&value).unwrap()).unwrap();
}

#[test]
fn play_money_never_passes_for_real_nor_real_for_play() {
    for (mark, forged) in [
        (Mark::Real, json!({"kind": "practice"})),
        (Mark::Practice { town: None }, json!({"kind": "real"})),
        (
            Mark::Practice { town: None },
            json!({"kind": "practice", "town": "http://127.0.0.1:1"}),
        ),
    ] {
        let ada = Person::with_keychain();
        let (_, words) = Vault::create_on(&ada.device, ada.home(), &text(PIN), mark, None).unwrap();
        edit(&ada, |header| header["mark"] = forged);
        assert!(matches!(ada.open(PIN), Err(UnlockError::Tampered)));
        assert!(Vault::open_with_words_on(&ada.device, ada.home(), &words, None, NOW).is_err());
    }
}

#[test]
fn parameters_below_the_floor_or_absurdly_above_are_refused_before_they_are_used() {
    for (field, value) in [
        ("memory_kib", 19 * 1024 - 1),
        ("memory_kib", 8),
        ("passes", 1),
        ("lanes", 0),
    ] {
        for (person, secret, slot) in [
            (Person::with_keychain(), PIN, "device"),
            (Person::without_keychain(), PHRASE, "passphrase"),
        ] {
            person.make(secret);
            edit(&person, |header| header[slot]["cost"][field] = json!(value));
            assert!(matches!(
                person.open(secret),
                Err(UnlockError::Cost(CostError::BelowFloor { .. }))
            ));
        }
    }
    for (field, value) in [("memory_kib", u32::MAX), ("passes", 11), ("lanes", 5)] {
        let ada = Person::with_keychain();
        ada.make(PIN);
        edit(&ada, |header| {
            header["device"]["cost"][field] = json!(value)
        });
        assert!(matches!(
            ada.open(PIN),
            Err(UnlockError::Cost(CostError::AboveCeiling { .. }))
        ));
    }
}

#[test]
fn changed_parameters_within_bounds_are_refused_too() {
    for (field, value) in [("memory_kib", 20 * 1024), ("passes", 3), ("lanes", 2)] {
        let ada = Person::with_keychain();
        ada.make(PIN);
        edit(&ada, |header| {
            header["device"]["cost"][field] = json!(value)
        });
        assert!(matches!(ada.open(PIN), Err(UnlockError::Damaged { .. })));
    }
}

#[test]
fn a_slot_of_another_wallet_or_another_kind_opens_nothing() {
    let (ada, bob) = (Person::with_keychain(), Person::with_keychain());
    ada.make(PIN);
    bob.make(PIN);
    let other: Value = serde_json::from_slice(&fs::read(file(&bob)).unwrap()).unwrap();
    edit(&ada, |header| header["device"] = other["device"].clone());
    assert!(matches!(ada.open(PIN), Err(UnlockError::Damaged { .. })));
    edit(&ada, |header| header["wallet"] = other["wallet"].clone());
    assert!(ada.open(PIN).is_err());
}

#[test]
fn what_was_sealed_under_another_root_is_a_forgery_and_no_damage() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    let mut header = Header::read(ada.home()).unwrap();
    let other = Key::random().unwrap();
    header.move_erase_key(&other, header.erase).unwrap();
    header.write(ada.home()).unwrap();
    assert!(matches!(ada.open(PIN), Err(UnlockError::Tampered)));
    edit(&ada, |header| header["core"]["text"] = json!("rot"));
    assert!(matches!(ada.open(PIN), Err(UnlockError::Damaged { .. })));
}

#[test]
fn damage_to_one_slot_leaves_the_others() {
    let ada = Person::with_keychain();
    let (mut vault, words) = ada.make(PIN);
    vault.add_passphrase(&text(PHRASE)).unwrap();
    edit(&ada, |header| {
        header["device"]["root"]["text"] = json!("rot");
        header["passphrase"]["salt"] = json!("rot");
    });
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::Damaged {
            what: "the PIN slot"
        })
    ));
    assert!(matches!(
        ada.open(PHRASE),
        Err(UnlockError::Damaged {
            what: "the passphrase slot"
        })
    ));
    let mut opened = ada.open_with_words(&words);
    opened.change_secret(&text("7413"), NOW).unwrap();
    assert_same_wallet(&vault, &ada.open("7413").unwrap());
}

#[test]
fn a_slot_that_is_damaged_costs_no_tries() {
    let ada = Person::without_keychain();
    ada.make(PHRASE);
    let whole = fs::read(file(&ada)).unwrap();
    edit(&ada, |header| {
        header["passphrase"]["root"]["text"] = json!("rot");
    });
    for _ in 0..8 {
        assert!(matches!(
            ada.open(PHRASE),
            Err(UnlockError::Damaged {
                what: "the passphrase slot"
            })
        ));
    }
    fs::write(file(&ada), whole).unwrap();
    ada.open(PHRASE).unwrap();
}

#[test]
fn no_changed_byte_of_the_file_goes_unnoticed_by_what_depends_on_it() {
    let ada = Person::with_keychain();
    let (vault, words) = ada.make(PIN);
    let whole = fs::read(file(&ada)).unwrap();
    let header = Header::read(ada.home()).unwrap();
    let root = header.words.open(&header.wallet, &words).unwrap();
    drop(vault);
    let mut read = 0;
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x01;
        fs::write(file(&ada), &changed).unwrap();
        let Ok(found) = Header::read(ada.home()) else {
            continue;
        };
        read += 1;
        let same_slot = found.device == header.device;
        let slot = found.device.as_ref().map(|slot| slot.check(&found.wallet));
        assert!(same_slot || !matches!(slot, Some(Ok(_))), "byte {at}");
        let same_clear = (&found.wallet, &found.mark, found.erase)
            == (&header.wallet, &header.mark, header.erase);
        assert!(same_clear || found.confirm(&root).is_err(), "byte {at}");
        assert!(
            found == header
                || found.confirm(&root).is_err()
                || found.recovery_words(&root).is_err()
                || !same_slot
                || found.words != header.words,
            "byte {at}"
        );
    }
    assert!(read > 500, "only {read} changes were readable at all");
}

#[test]
fn a_torn_or_huge_or_newer_file_is_named_as_what_it_is() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    let whole = fs::read(file(&ada)).unwrap();
    for cut in 0..whole.len() {
        fs::write(file(&ada), &whole[..cut]).unwrap();
        assert!(matches!(
            glance(ada.home()),
            Err(UnlockError::Damaged { .. })
        ));
    }
    fs::write(file(&ada), vec![b' '; 64 * 1024 + 1]).unwrap();
    assert!(matches!(ada.open(PIN), Err(UnlockError::Damaged { .. })));
    fs::write(file(&ada), br#"{"format":2,"anything":[]}"#).unwrap();
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::NewerFormat { found: 2 })
    ));
}
