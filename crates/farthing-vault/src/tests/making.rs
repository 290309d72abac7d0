use std::fs;

use super::*;
use crate::keychain::Keychain as _;
use crate::keychain::memory::Fault;
use crate::{
    ChangeSecretError, CreateError, SecretShape, WeakSecret, WordsUnlockError, glance,
    vault_exists, wallet_named,
};

#[test]
fn a_wallet_opens_with_its_pin_and_with_its_words_as_the_same_wallet() {
    let ada = Person::with_keychain();
    assert!(!vault_exists(ada.home()));
    let (made, words) = ada.make(PIN);
    assert!(vault_exists(ada.home()));
    assert!(made.uses_keychain() && !made.has_passphrase());
    assert_same_wallet(&made, &ada.open(PIN).unwrap());
    let typed = RecoveryWords::parse(&words.as_words().join(" ").to_uppercase()).unwrap();
    assert_same_wallet(&made, &ada.open_with_words(&typed));
    assert_eq!(
        made.seed().as_bytes(),
        words.seed().as_bytes(),
        "the words alone bring the money back"
    );
}

#[test]
fn without_a_keychain_a_wallet_opens_with_its_passphrase_and_needs_a_good_one() {
    let ada = Person::without_keychain();
    for weak in [PIN, "258025802580", "brown cow"] {
        let made = Vault::create_on(&ada.device, ada.home(), &text(weak), Mark::Real, None);
        assert!(matches!(made, Err(CreateError::PassphraseTooWeak(_))));
        assert!(!vault_exists(ada.home()));
    }
    let (made, words) = ada.make(PHRASE);
    assert!(!made.uses_keychain() && made.has_passphrase());
    assert_same_wallet(&made, &ada.open(PHRASE).unwrap());
    assert_same_wallet(&made, &ada.open_with_words(&words));
    assert!(matches!(
        ada.open("four brown cats"),
        Err(UnlockError::WrongSecret {
            tries_left: None,
            ..
        })
    ));
}

#[test]
fn a_new_wallet_never_takes_the_place_where_one_may_be() {
    for file in [
        "vault.json",
        "money.db",
        "history.db",
        "money.db-wal",
        "history.db-wal",
    ] {
        let ada = Person::with_keychain();
        fs::write(ada.home().join(file), b"remains of something").unwrap();
        let made = Vault::create_on(&ada.device, ada.home(), &text(PIN), Mark::Real, None);
        assert!(matches!(made, Err(CreateError::AlreadyThere { file: found }) if found == file));
        let left = fs::read(ada.home().join(file)).unwrap();
        assert_eq!(left, b"remains of something");
        assert_eq!(ada.keychain.entries(), []);
    }
}

#[test]
fn where_there_is_no_wallet_opening_says_so_and_writes_nothing() {
    let ada = Person::with_keychain();
    assert!(matches!(ada.open(PIN), Err(UnlockError::NoWallet)));
    assert!(matches!(glance(ada.home()), Err(UnlockError::NoWallet)));
    assert!(matches!(wallet_named(ada.home()), Ok(None)));
    let (_, words) = Person::with_keychain().make(PIN);
    assert!(matches!(
        Vault::open_with_words_on(&ada.device, ada.home(), &words, None, NOW),
        Err(WordsUnlockError::Unlock(UnlockError::NoWallet))
    ));
    assert_eq!(fs::read_dir(ada.home()).unwrap().count(), 0);
}

#[test]
fn the_mark_is_seen_before_and_confirmed_after_opening() {
    let mark = Mark::Practice {
        town: Some("http://127.0.0.1:7000".to_owned()),
    };
    let ada = Person::with_keychain();
    Vault::create_on(&ada.device, ada.home(), &text(PIN), mark.clone(), None).unwrap();
    let seen = glance(ada.home()).unwrap();
    assert_eq!(wallet_named(ada.home()).unwrap(), Some(seen.wallet_id));
    assert_eq!(seen.mark, mark);
    assert_eq!(seen.opens_with.keychain_and, Some(SecretShape::Pin));
    assert!(!seen.opens_with.passphrase);
    assert_eq!(ada.open(PIN).unwrap().mark(), &mark);

    assert!(mark.is_practice() && !Mark::Real.is_practice());

    let in_a_town = |letters| {
        let bob = Person::with_keychain();
        let mark = Mark::Practice {
            town: Some("x".repeat(letters)),
        };
        Vault::create_on(&bob.device, bob.home(), &text(PIN), mark, None)
    };
    in_a_town(1024).unwrap();
    assert!(matches!(
        in_a_town(1025),
        Err(CreateError::TownTooLong { at_most: 1024 })
    ));
}

#[test]
fn words_make_the_same_money_on_another_device_under_a_new_root() {
    let (ada, other) = (Person::with_keychain(), Person::without_keychain());
    let (first, words) = ada.make(PIN);
    let (second, _) = Vault::create_on(
        &other.device,
        other.home(),
        &text(PHRASE),
        Mark::Real,
        Some(words),
    )
    .unwrap();
    assert_eq!(first.seed().as_bytes(), second.seed().as_bytes());
    assert_ne!(first.wallet_id(), second.wallet_id());
    assert_ne!(first.money_key().as_bytes(), second.money_key().as_bytes());
}

#[test]
fn other_words_are_told_apart_from_damage() {
    let (ada, bob) = (Person::with_keychain(), Person::with_keychain());
    ada.make(PIN);
    let (_, others) = bob.make(PIN);
    assert!(matches!(
        Vault::open_with_words_on(&ada.device, ada.home(), &others, None, NOW),
        Err(WordsUnlockError::OtherWords)
    ));
}

#[test]
fn words_with_a_secret_that_is_too_weak_change_nothing() {
    let ada = Person::with_keychain();
    let (made, words) = ada.make(PIN);
    let opened =
        Vault::open_with_words_on(&ada.device, ada.home(), &words, Some(&text("123")), NOW);
    assert!(matches!(
        opened,
        Err(WordsUnlockError::WeakSecret(WeakSecret::PinTooShort {
            at_least: 4
        }))
    ));
    assert_same_wallet(&made, &ada.open(PIN).unwrap());
}

#[test]
fn a_changed_pin_replaces_the_old_one_even_in_old_copies_of_the_file() {
    let ada = Person::with_keychain();
    let (mut vault, _) = ada.make(PIN);
    let old_file = fs::read(ada.home().join("vault.json")).unwrap();
    assert!(matches!(
        vault.change_secret(&text("123"), NOW),
        Err(ChangeSecretError::WeakSecret(WeakSecret::PinTooShort {
            at_least: 4
        }))
    ));
    vault.change_secret(&text("7413"), NOW).unwrap();
    assert_same_wallet(&vault, &ada.open("7413").unwrap());
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::WrongSecret { .. })
    ));
    fs::write(ada.home().join("vault.json"), old_file).unwrap();
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::KeychainEntryMissing)
    ));
}

#[test]
fn a_change_of_pin_that_fails_at_any_step_leaves_one_that_works() {
    for writes in 0..6 {
        let ada = Person::with_keychain();
        let (mut vault, _) = ada.make(PIN);
        ada.keychain.fail_after(Some(writes));
        let changed = vault.change_secret(&text("7413"), NOW);
        ada.keychain.fail_after(None);
        let opens = |pin| ada.open(pin).is_ok();
        // A step that failed after the file was written has changed the PIN.
        assert!(opens(PIN) != opens("7413"), "after {writes} writes");
        assert!(changed.is_err() || opens("7413"), "after {writes} writes");
    }
}

#[test]
fn an_added_passphrase_opens_beside_the_pin_and_without_the_keychain() {
    let ada = Person::with_keychain();
    let (mut vault, _) = ada.make(PIN);
    assert!(matches!(
        vault.add_passphrase(&text("25802580258025")),
        Err(ChangeSecretError::WeakSecret(WeakSecret::AllDigits))
    ));
    vault.add_passphrase(&text(PHRASE)).unwrap();
    assert_same_wallet(&vault, &ada.open(PIN).unwrap());
    ada.keychain.set_fault(Some(Fault::Absent));
    assert_same_wallet(&vault, &ada.open(PHRASE).unwrap());
    assert!(matches!(
        ada.open("four brown cats"),
        Err(UnlockError::WrongSecret { .. })
    ));
}

#[test]
fn a_failed_creation_leaves_no_wallet_and_can_be_repeated() {
    for writes in 0..5 {
        let ada = Person::with_keychain();
        ada.keychain.fail_after(Some(writes));
        let made = Vault::create_on(&ada.device, ada.home(), &text(PIN), Mark::Real, None);
        assert!(
            matches!(made, Err(CreateError::KeychainFailed { .. })),
            "after {writes} writes"
        );
        assert!(!vault_exists(ada.home()));
        ada.keychain.fail_after(None);
        ada.make(PIN);
        ada.open(PIN).unwrap();
    }
}

#[test]
fn a_wallet_whose_files_cannot_be_written_leaves_nothing_in_the_keychain() {
    let ada = Person::with_keychain();
    let in_the_way = ada.home().join("vault.json.new");
    fs::create_dir(&in_the_way).unwrap();
    let made = Vault::create_on(&ada.device, ada.home(), &text(PIN), Mark::Real, None);
    assert!(matches!(made, Err(CreateError::Io(_))), "{made:?}");
    assert_eq!(ada.keychain.entries(), []);
    fs::remove_dir(&in_the_way).unwrap();
    ada.make(PIN);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_made_for_a_wallet_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let ada = Person::with_keychain();
    let home = ada.home().join("not/there/yet");
    Vault::create_on(&ada.device, &home, &text(PIN), Mark::Real, None).unwrap();
    for folder in [&home, &ada.home().join("not")] {
        let mode = fs::metadata(folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
}

#[test]
fn a_device_says_whether_a_keychain_works() {
    let ada = Person::with_keychain();
    assert!(ada.device.has_working_keychain());
    ada.keychain.set_fault(Some(Fault::ReadOnly));
    assert!(!ada.device.has_working_keychain());
    assert!(!Person::without_keychain().device.has_working_keychain());
}

#[test]
fn a_locked_keychain_is_not_taken_for_none() {
    let ada = Person::with_keychain();
    ada.keychain.set_fault(Some(Fault::Locked));
    let made = Vault::create_on(&ada.device, ada.home(), &text(PHRASE), Mark::Real, None);
    assert!(matches!(made, Err(CreateError::KeychainLocked)));
    assert!(!vault_exists(ada.home()));
}

#[test]
fn the_secret_is_checked_again_on_an_open_wallet() {
    let ada = Person::with_keychain();
    let (mut vault, _) = ada.make(PIN);
    vault.check_secret(&text(PIN), NOW).unwrap();
    assert!(matches!(
        vault.check_secret(&text("7413"), NOW),
        Err(UnlockError::WrongSecret {
            tries_left_before_wait: 4,
            wait_seconds: 0,
            tries_left: Some(19)
        })
    ));
    vault.check_secret(&text(PIN), NOW).unwrap();

    let bob = Person::with_keychain();
    bob.make(PIN);
    fs::copy(bob.home().join("vault.json"), ada.home().join("vault.json")).unwrap();
    assert!(vault.check_secret(&text(PIN), NOW).is_err());
    assert!(matches!(
        vault.change_secret(&text("7413"), NOW),
        Err(ChangeSecretError::Unlock(UnlockError::Tampered))
    ));
    // What is another's stays another's.
    fs::copy(ada.home().join("vault.json"), bob.home().join("vault.json")).unwrap();
    bob.open(PIN).unwrap();
}

#[test]
fn nothing_that_is_printed_shows_a_key_a_word_or_a_secret() {
    let ada = Person::with_keychain();
    // Words that nothing here says for another reason, so that any is a leak.
    let words = RecoveryWords::parse(
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
    )
    .unwrap();
    let secret = text("marker-secret");
    let (vault, words) =
        Vault::create_on(&ada.device, ada.home(), &secret, Mark::Real, Some(words)).unwrap();
    let keys = vault.history_keys();
    let merchant = keys.generate().unwrap();
    let printed = format!(
        "{vault:?} {words:?} {keys:?} {merchant:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        vault.seed(),
        vault.money_key(),
        vault.backup_key(),
        keys.lookup(),
        keys.chain(),
        secret,
        ada.device,
    );
    let hex = |bytes: &[u8]| crate::key::hex(bytes);
    let decimal = |bytes: &[u8]| format!("{bytes:?}").trim_matches(['[', ']']).to_owned();
    let seed = vault.seed();
    let money = vault.money_key();
    for secret in [&seed.as_bytes()[..8], &money.as_bytes()[..8]] {
        assert!(!printed.contains(&hex(secret)) && !printed.contains(&decimal(secret)));
    }
    assert!(!printed.contains("marker-secret"), "{printed}");
    for word in words.as_words() {
        assert!(!printed.contains(word), "{printed}");
    }
}

#[test]
fn no_secret_stands_in_clear_in_the_files_or_in_the_keychain() {
    for (person, secret) in [
        (Person::with_keychain(), "marker-secret"),
        (Person::without_keychain(), "marker secret words"),
    ] {
        let (vault, words) = person.make(secret);
        let (seed, money, entropy) = (vault.seed(), vault.money_key(), words.entropy());
        let mut places: Vec<_> = person.keychain.entries().into_iter().map(|e| e.2).collect();
        for file in fs::read_dir(person.home()).unwrap() {
            places.push(fs::read(file.unwrap().path()).unwrap());
        }
        let first = words.as_words().into_iter().take(2).collect::<Vec<_>>();
        for place in places {
            for secret in [
                secret.as_bytes(),
                &seed.as_bytes()[..16],
                &money.as_bytes()[..16],
                entropy.as_bytes(),
                crate::key::hex(entropy.as_bytes()).as_bytes(),
                first.join(" ").as_bytes(),
            ] {
                assert!(!place.windows(secret.len()).any(|part| part == secret));
            }
        }
    }
}

#[test]
fn an_old_secret_that_a_kill_left_behind_goes_with_the_next_change() {
    let ada = Person::with_keychain();
    let (mut vault, _) = ada.make(PIN);
    let devices = || -> Vec<(String, String, Vec<u8>)> {
        let all = ada.keychain.entries();
        all.into_iter()
            .filter(|(_, name, _)| name.starts_with("device-"))
            .collect()
    };
    let before = devices();
    vault.change_secret(&text("7413"), NOW).unwrap();
    let [(wallet, name, bytes)] = before.as_slice() else {
        panic!("{before:?}");
    };
    // As if the program had died after the new file was there.
    ada.keychain.write(wallet, name, bytes).unwrap();
    assert_eq!(devices().len(), 2);

    let mut vault = ada.open("7413").unwrap();
    vault.change_secret(&text("8520"), NOW).unwrap();
    assert_eq!(devices().len(), 1);
    assert!(ada.open("8520").is_ok());
}
