use std::fs;

use super::*;
use crate::{Binding, EraseKeyState, HistoryKeys, MerchantKeyError, OpenError};

const ROW: Binding<'static> = Binding {
    table: "payments",
    row: b"1",
    version: 1,
};

/// What the history database holds of one merchant.
#[derive(Clone)]
struct Stored {
    merchant: &'static [u8],
    wrapped: Vec<u8>,
    row: Vec<u8>,
}

fn store(keys: &HistoryKeys, merchant: &'static [u8]) -> Stored {
    let key = keys.generate().unwrap();
    Stored {
        merchant,
        wrapped: keys.wrap(merchant, &key).unwrap(),
        row: key.seal(&ROW, merchant).unwrap(),
    }
}

fn read(keys: &HistoryKeys, stored: &Stored) -> Result<Vec<u8>, MerchantKeyError> {
    let key = keys.unwrap(stored.merchant, &stored.wrapped)?;
    Ok(key.open(&ROW, &stored.row).unwrap().to_vec())
}

fn people() -> [(Person, &'static str); 2] {
    [
        (Person::with_keychain(), PIN),
        (Person::without_keychain(), PHRASE),
    ]
}

#[test]
fn a_forgotten_merchant_is_unreadable_from_old_copies_with_the_keys_of_today() {
    for (person, secret) in people() {
        let (vault, _) = person.make(secret);
        let keys = vault.history_keys();
        let (busker, kiosk) = (store(&keys, b"busker"), store(&keys, b"kiosk"));
        let old_copies = [busker.clone(), kiosk.clone()];

        keys.begin_rotation().unwrap();
        let kiosk = Stored {
            wrapped: keys.rewrap(b"kiosk", &kiosk.wrapped).unwrap(),
            ..kiosk
        };
        keys.finish_rotation().unwrap();

        for keys in [keys, person.open(secret).unwrap().history_keys()] {
            assert_eq!(read(&keys, &kiosk).unwrap(), b"kiosk");
            for old in &old_copies {
                assert_eq!(read(&keys, old), Err(MerchantKeyError::Forgotten));
            }
        }
    }
}

#[test]
fn a_rotation_killed_after_any_step_loses_nobody_and_can_be_repeated() {
    for (person, secret) in people() {
        for steps in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let person = Person {
                folder,
                keychain: person.keychain.clone(),
                clock: person.clock.clone(),
                device: person.device.clone(),
            };
            let (vault, _) = person.make(secret);
            let keys = vault.history_keys();
            let busker = store(&keys, b"busker");
            let mut kept = [store(&keys, b"kiosk"), store(&keys, b"arcade")];

            let mut run = |keys: &HistoryKeys, steps: usize| {
                if steps > 0 {
                    keys.begin_rotation().unwrap();
                }
                for stored in kept.iter_mut().take(steps.saturating_sub(1)) {
                    stored.wrapped = keys.rewrap(stored.merchant, &stored.wrapped).unwrap();
                    assert!(keys.is_current(&stored.wrapped));
                }
                if steps > 3 {
                    keys.finish_rotation().unwrap();
                }
                kept.clone()
            };
            let kept = run(&keys, steps);
            drop(keys);

            let keys = person.open(secret).unwrap().history_keys();
            for stored in &kept {
                assert_eq!(read(&keys, stored).unwrap(), stored.merchant, "{steps}");
            }
            let rotating = (1..4).contains(&steps);
            assert_eq!(keys.erase_key() == EraseKeyState::Rotating, rotating);

            let kept = run(&keys, 4);
            for stored in &kept {
                assert_eq!(read(&keys, stored).unwrap(), stored.merchant, "{steps}");
            }
            assert_eq!(read(&keys, &busker), Err(MerchantKeyError::Forgotten));
            assert_eq!(keys.erase_key(), EraseKeyState::Ready);
        }
    }
}

#[test]
fn a_rotation_whose_writes_fail_loses_nobody() {
    let ada = Person::with_keychain();
    let (vault, _) = ada.make(PIN);
    let keys = vault.history_keys();
    let mut kiosk = store(&keys, b"kiosk");

    ada.keychain.fail_after(Some(0));
    assert!(keys.begin_rotation().is_err());
    assert!(keys.finish_rotation().is_ok(), "nothing was begun");
    assert_eq!(read(&keys, &kiosk).unwrap(), b"kiosk");
    ada.keychain.fail_after(None);

    keys.begin_rotation().unwrap();
    let old = kiosk.clone();
    kiosk.wrapped = keys.rewrap(b"kiosk", &kiosk.wrapped).unwrap();
    ada.keychain.fail_after(Some(0));
    assert!(keys.finish_rotation().is_err());
    for stored in [&old, &kiosk] {
        assert_eq!(read(&keys, stored).unwrap(), b"kiosk");
    }
    ada.keychain.fail_after(None);
    keys.finish_rotation().unwrap();
    assert_eq!(read(&keys, &kiosk).unwrap(), b"kiosk");
    assert_eq!(read(&keys, &old), Err(MerchantKeyError::Forgotten));
}

#[test]
fn repeating_any_step_changes_nothing() {
    let ada = Person::with_keychain();
    let (vault, _) = ada.make(PIN);
    let keys = vault.history_keys();
    let mut kiosk = store(&keys, b"kiosk");
    keys.begin_rotation().unwrap();
    kiosk.wrapped = keys.rewrap(b"kiosk", &kiosk.wrapped).unwrap();
    keys.begin_rotation().unwrap();
    assert_eq!(
        keys.rewrap(b"kiosk", &kiosk.wrapped).unwrap(),
        kiosk.wrapped
    );
    keys.finish_rotation().unwrap();
    keys.finish_rotation().unwrap();
    assert_eq!(read(&keys, &kiosk).unwrap(), b"kiosk");
}

#[test]
fn the_erase_key_does_not_follow_from_the_root() {
    let ada = Person::without_keychain();
    let (vault, words) = ada.make(PHRASE);
    let keys = vault.history_keys();
    let kiosk = store(&keys, b"kiosk");
    fs::remove_file(ada.home().join("erase.key")).unwrap();
    for opened in [ada.open(PHRASE).unwrap(), ada.open_with_words(&words)] {
        assert!(read(&opened.history_keys(), &kiosk).is_err());
    }
    let mut opened = ada.open(PHRASE).unwrap();
    opened.start_history_over().unwrap();
    assert_eq!(
        read(&opened.history_keys(), &kiosk),
        Err(MerchantKeyError::Forgotten)
    );
}

#[test]
fn a_wrapped_key_belongs_to_one_merchant_and_one_wallet() {
    let (ada, bob) = (Person::with_keychain(), Person::with_keychain());
    let (one, other) = (
        ada.make(PIN).0.history_keys(),
        bob.make(PIN).0.history_keys(),
    );
    let kiosk = store(&one, b"kiosk");
    assert_eq!(
        one.unwrap(b"busker", &kiosk.wrapped).unwrap_err(),
        MerchantKeyError::Wrapped(OpenError::NotAuthentic)
    );
    assert_eq!(
        other.unwrap(b"kiosk", &kiosk.wrapped).unwrap_err(),
        MerchantKeyError::Forgotten
    );
    for at in 0..kiosk.wrapped.len() {
        let mut changed = kiosk.wrapped.clone();
        changed[at] ^= 1;
        assert!(one.unwrap(b"kiosk", &changed).is_err(), "byte {at}");
        assert!(one.unwrap(b"kiosk", &kiosk.wrapped[..at]).is_err());
    }
}

#[test]
fn every_changed_byte_of_two_hundred_rows_shows() {
    let ada = Person::with_keychain();
    let keys = ada.make(PIN).0.history_keys();
    let key = keys.generate().unwrap();
    for row in 0u64..200 {
        let id = row.to_be_bytes();
        let binding = Binding { row: &id, ..ROW };
        let mut sealed = key.seal(&binding, b"3 sat to Busker").unwrap();
        for at in 0..sealed.len() {
            sealed[at] ^= 0x10;
            assert!(key.open(&binding, &sealed).is_err());
            sealed[at] ^= 0x10;
        }
        key.open(&binding, &sealed).unwrap();
    }
}

#[test]
fn rows_of_no_merchant_outlive_every_rotation() {
    let ada = Person::with_keychain();
    let keys = ada.make(PIN).0.history_keys();
    let sealed = keys.wallet_rows().seal(&ROW, b"setting").unwrap();
    keys.begin_rotation().unwrap();
    keys.finish_rotation().unwrap();
    let keys = ada.open(PIN).unwrap().history_keys();
    assert_eq!(
        keys.wallet_rows().open(&ROW, &sealed).unwrap()[..],
        b"setting"[..]
    );
}
