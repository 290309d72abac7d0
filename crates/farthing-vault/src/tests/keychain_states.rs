use std::fs;
use std::sync::Arc;

use super::*;
use crate::keychain::KeychainError;
use crate::keychain::memory::Fault;
use crate::{ChangeSecretError, EraseKeyError, EraseKeyState, MerchantKeyError, WeakSecret};

/// A wallet with PIN, passphrase and words, and a merchant's wrapped key.
fn wallet() -> (Person, Vault, RecoveryWords, Vec<u8>) {
    let ada = Person::with_keychain();
    let (mut vault, words) = ada.make(PIN);
    vault.add_passphrase(&text(PHRASE)).unwrap();
    let keys = vault.history_keys();
    let wrapped = keys.wrap(b"busker", &keys.generate().unwrap()).unwrap();
    (ada, vault, words, wrapped)
}

/// Passphrase and words open the same wallet, and no file was replaced.
#[track_caller]
fn still_opens(ada: &Person, vault: &Vault, words: &RecoveryWords) -> [EraseKeyState; 2] {
    let before = fs::read(ada.home().join("vault.json")).unwrap();
    let opened = [ada.open(PHRASE).unwrap(), ada.open_with_words(words)];
    let states = opened.each_ref().map(|again| {
        assert_same_wallet(vault, again);
        again.history_keys().erase_key()
    });
    assert_eq!(fs::read(ada.home().join("vault.json")).unwrap(), before);
    states
}

#[test]
fn an_absent_keychain_is_said_to_be_absent_and_makes_no_new_root() {
    let (ada, vault, words, _) = wallet();
    ada.keychain.set_fault(Some(Fault::Absent));
    assert!(matches!(ada.open(PIN), Err(UnlockError::KeychainAbsent)));
    let states = still_opens(&ada, &vault, &words);
    let absent = EraseKeyState::Unavailable(EraseKeyError::KeychainAbsent);
    assert_eq!(states, [absent.clone(), absent]);
}

#[test]
fn a_locked_keychain_is_said_to_be_locked_and_history_comes_back_when_it_opens() {
    let (ada, vault, words, wrapped) = wallet();
    ada.keychain.set_fault(Some(Fault::Locked));
    assert!(matches!(ada.open(PIN), Err(UnlockError::KeychainLocked)));
    still_opens(&ada, &vault, &words);
    let mut opened = ada.open(PHRASE).unwrap();
    let keys = opened.history_keys();
    assert_eq!(
        keys.unwrap(b"busker", &wrapped).unwrap_err(),
        MerchantKeyError::EraseKey(EraseKeyError::KeychainLocked)
    );
    assert!(
        matches!(
            opened.start_history_over(),
            Err(UnlockError::KeychainLocked)
        ),
        "a history that may come back is not given up"
    );
    ada.keychain.set_fault(None);
    assert_eq!(keys.retry(), EraseKeyState::Ready);
    keys.unwrap(b"busker", &wrapped).unwrap();
    assert_same_wallet(&vault, &ada.open(PIN).unwrap());
}

#[test]
fn a_wiped_keychain_costs_the_history_and_nothing_else() {
    let (ada, vault, words, wrapped) = wallet();
    ada.keychain.wipe();
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::KeychainEntryMissing)
    ));
    let states = still_opens(&ada, &vault, &words);
    let missing = EraseKeyState::Unavailable(EraseKeyError::Missing);
    assert_eq!(states, [missing.clone(), missing]);

    let again =
        Vault::open_with_words_on(&ada.device, ada.home(), &words, Some(&text("7413")), NOW)
            .unwrap();
    assert_same_wallet(&vault, &again);
    let keys = ada.open("7413").unwrap().history_keys();
    assert_eq!(keys.erase_key(), EraseKeyState::Ready);
    assert_eq!(
        keys.unwrap(b"busker", &wrapped).unwrap_err(),
        MerchantKeyError::Forgotten
    );
    let fresh = keys.wrap(b"busker", &keys.generate().unwrap()).unwrap();
    keys.unwrap(b"busker", &fresh).unwrap();
}

#[test]
fn a_truncated_entry_is_said_to_be_damaged() {
    let (ada, vault, words, _) = wallet();
    ada.keychain.truncate("device-", 20);
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::KeychainEntryDamaged)
    ));
    assert_eq!(
        still_opens(&ada, &vault, &words),
        [EraseKeyState::Ready, EraseKeyState::Ready]
    );
    ada.keychain.truncate("erase", 20);
    let damaged = EraseKeyState::Unavailable(EraseKeyError::Damaged);
    assert_eq!(
        still_opens(&ada, &vault, &words),
        [damaged.clone(), damaged]
    );
}

#[test]
fn another_kind_of_keychain_is_noticed() {
    let (mut ada, vault, words, _) = wallet();
    let other = MemoryKeychain::of_kind("other");
    ada.device = Device::with_keychain(Arc::new(other))
        .at_least_cost()
        .with_boot_clock(ada.clock.clone());
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::KeychainChanged { was, found }) if was == "memory" && found == "other"
    ));
    still_opens(&ada, &vault, &words);
    let again =
        Vault::open_with_words_on(&ada.device, ada.home(), &words, Some(&text("7413")), NOW)
            .unwrap();
    assert_same_wallet(&vault, &again);
    assert_same_wallet(&vault, &ada.open("7413").unwrap());
}

#[test]
fn none_of_these_counts_as_a_wrong_pin() {
    let (ada, _, _, _) = wallet();
    for fault in [Fault::Absent, Fault::Locked, Fault::Silent, Fault::Twice] {
        ada.keychain.set_fault(Some(fault));
        for _ in 0..10 {
            assert!(ada.open(PIN).is_err());
        }
    }
    ada.keychain.set_fault(None);
    ada.open(PIN).unwrap();
}

#[test]
fn a_wallet_that_lost_its_keychain_for_good_lives_on_with_a_passphrase_and_a_file() {
    let ada = Person::with_keychain();
    let (vault, words) = ada.make(PIN);
    ada.keychain.set_fault(Some(Fault::Absent));
    let mut again =
        Vault::open_with_words_on(&ada.device, ada.home(), &words, Some(&text(PHRASE)), NOW)
            .unwrap();
    assert_eq!(
        again.history_keys().erase_key(),
        EraseKeyState::Unavailable(EraseKeyError::KeychainAbsent),
        "an absent keychain may come back, so history is not given up unasked"
    );
    again.start_history_over().unwrap();
    let opened = ada.open(PHRASE).unwrap();
    assert_same_wallet(&vault, &opened);
    assert_eq!(opened.history_keys().erase_key(), EraseKeyState::Ready);
}

#[test]
fn one_waits_for_a_history_key_that_may_come_back_and_for_no_other() {
    let waits = |fault| {
        let (ada, _, words, _) = wallet();
        ada.keychain.set_fault(fault);
        ada.open_with_words(&words).wait_for_history_key()
    };
    assert!(matches!(
        waits(Some(Fault::Locked)),
        Err(UnlockError::KeychainLocked)
    ));
    assert!(waits(Some(Fault::Silent)).is_err());
    waits(Some(Fault::Absent)).unwrap();
    waits(None).unwrap();
    let (ada, _, words, _) = wallet();
    ada.keychain.wipe();
    ada.open_with_words(&words).wait_for_history_key().unwrap();
}

#[test]
fn a_note_is_kept_where_a_keychain_is_in_use_and_asked_for_where_it_answered() {
    let (ada, vault, words, _) = wallet();
    vault.anchor().unwrap().write(b"seen").unwrap();
    let read = || ada.open_with_words(&words).anchor().unwrap().read();
    assert_eq!(read().unwrap().unwrap()[..], b"seen"[..]);
    ada.keychain.set_fault(Some(Fault::Locked));
    assert_eq!(read(), Err(KeychainError::Locked));
    let (vault, _) = Person::without_keychain().make(PHRASE);
    assert!(vault.anchor().is_none());
}

#[test]
fn a_wallet_made_without_a_keychain_never_asks_one() {
    let mut ada = Person::without_keychain();
    let (vault, words) = ada.make(PHRASE);
    let locked = MemoryKeychain::new();
    locked.set_fault(Some(Fault::Locked));
    ada.device = Device::with_keychain(Arc::new(locked))
        .at_least_cost()
        .with_boot_clock(ada.clock.clone());
    assert_eq!(
        still_opens(&ada, &vault, &words),
        [EraseKeyState::Ready, EraseKeyState::Ready]
    );
    let mut opened = ada.open(PHRASE).unwrap();
    opened.change_secret(&text("five brown cows"), NOW).unwrap();
    fs::remove_file(ada.home().join("erase.key")).unwrap();
    opened = ada.open("five brown cows").unwrap();
    opened.start_history_over().unwrap();
    assert_eq!(opened.history_keys().erase_key(), EraseKeyState::Ready);
    assert!(ada.open(PHRASE).is_err());
    assert!(matches!(
        opened.change_secret(&text(PIN), NOW),
        Err(ChangeSecretError::WeakSecret(WeakSecret::AllDigits))
    ));
}

#[test]
fn a_silent_keychain_and_a_double_entry_are_told_as_what_they_are() {
    let (ada, vault, words, wrapped) = wallet();
    ada.keychain.set_fault(Some(Fault::Silent));
    assert!(matches!(ada.open(PIN), Err(UnlockError::KeychainSilent)));
    ada.keychain.set_fault(Some(Fault::Twice));
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::KeychainEntryTwice)
    ));
    still_opens(&ada, &vault, &words);
    let again = Vault::open_with_words_on(&ada.device, ada.home(), &words, None, NOW).unwrap();
    assert!(
        matches!(
            again.history_keys().erase_key(),
            EraseKeyState::Unavailable(_)
        ),
        "what may come back is not called lost"
    );
    ada.keychain.set_fault(None);
    let opened = ada.open(PIN).unwrap();
    opened.history_keys().unwrap(b"busker", &wrapped).unwrap();
    let new = tempfile::tempdir().unwrap();
    ada.keychain.set_fault(Some(Fault::Silent));
    let made = Vault::create_on(&ada.device, new.path(), &text(PIN), crate::Mark::Real, None);
    assert!(matches!(made, Err(crate::CreateError::KeychainSilent)));
}

/// What must stand in clear nowhere, whatever happens.
fn secrets(vault: &Vault, words: &RecoveryWords) -> Vec<Vec<u8>> {
    let pairs = words.as_words();
    let pairs = pairs.windows(2).map(|pair| pair.join(" ").into_bytes());
    let bare = [
        vault.seed().as_bytes()[..16].to_vec(),
        vault.money_key().as_bytes().to_vec(),
        vault.history_file_key().as_bytes().to_vec(),
        words.entropy().as_bytes().to_vec(),
    ];
    let hex = bare.iter().map(|bytes| crate::key::hex(bytes).into_bytes());
    let phrases = [PHRASE, "7413 7413 7413"].map(|text| text.as_bytes().to_vec());
    bare.iter()
        .cloned()
        .chain(hex)
        .chain(pairs)
        .chain(phrases)
        .collect()
}

#[test]
fn whatever_becomes_of_the_keychain_no_key_is_left_in_the_clear() {
    type Strike = fn(&MemoryKeychain);
    let strikes: [(&str, Strike); 9] = [
        ("nothing", |_| {}),
        ("absent", |k| k.set_fault(Some(Fault::Absent))),
        ("locked", |k| k.set_fault(Some(Fault::Locked))),
        ("silent", |k| k.set_fault(Some(Fault::Silent))),
        ("read only", |k| k.set_fault(Some(Fault::ReadOnly))),
        ("full after two writes", |k| k.fail_after(Some(2))),
        ("wiped", MemoryKeychain::wipe),
        ("cut", |k| k.truncate("", 12)),
        ("without the history's key", |k| k.forget("erase")),
    ];
    for (name, strike) in strikes {
        let (ada, vault, words, _) = wallet();
        let secrets = secrets(&vault, &words);
        strike(&ada.keychain);
        let _ = ada.open(PIN);
        let _ = ada.open("7413");
        let mut opened = ada.open(PHRASE).unwrap();
        assert_same_wallet(&vault, &opened);
        let _ = opened.change_secret(&text("7413 7413 7413"), NOW);
        let _ = opened.start_history_over();
        let opened = ada.open_with_words(&words);
        assert_same_wallet(&vault, &opened);

        let mut places: Vec<_> = ada.keychain.entries().into_iter().map(|e| e.2).collect();
        for file in fs::read_dir(ada.home()).unwrap() {
            places.push(fs::read(file.unwrap().path()).unwrap());
        }
        for place in places {
            for secret in &secrets {
                let stands = place.windows(secret.len()).any(|part| part == secret);
                assert!(!stands, "{name}");
            }
        }
    }
}
