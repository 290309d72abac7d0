use std::fs;

use proptest::strategy::{Strategy, ValueTree};

use super::*;
use crate::attempts::{Attempts, Kind};

const DAY: u64 = 24 * 60 * MINUTE;

/// Counts a try and is killed before the secret is looked at.
fn killed_between_count_and_check(person: &Person, now_ms: u64) -> Result<(), UnlockError> {
    let wallet = crate::glance(person.home()).unwrap().wallet_id;
    let mut tries = Attempts::load(person.home(), &person.device, &wallet, Kind::Pin, now_ms)?;
    tries.gate()?;
    tries.count()
}

fn wait(result: Result<Vault, UnlockError>) -> u64 {
    match result {
        Err(UnlockError::Wait { seconds }) => seconds,
        other => panic!("expected a wait, got {other:?}"),
    }
}

#[test]
fn five_wrong_pins_are_free_then_waits_double_up_to_an_hour_then_only_words_help() {
    let ada = Person::with_keychain();
    let (made, words) = ada.make(PIN);
    let mut uptime = MINUTE;
    for (failures, expected) in [
        0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600, 3600, 3600,
        3600, 3600,
    ]
    .into_iter()
    .enumerate()
    {
        let Err(UnlockError::WrongSecret {
            tries_left_before_wait,
            wait_seconds,
            tries_left,
        }) = ada.open("7413")
        else {
            panic!("wrong PIN {failures} is wrong");
        };
        assert_eq!(wait_seconds, expected);
        assert_eq!(
            tries_left_before_wait as usize,
            4usize.saturating_sub(failures)
        );
        assert_eq!(tries_left, Some(19 - failures as u32));
        if expected > 0 && failures < 19 {
            assert_eq!(wait(ada.open(PIN)), expected, "even the right PIN waits");
            ada.clock
                .set(Some(("first start", uptime + expected * 1000 - 1)));
            assert_eq!(wait(ada.open(PIN)), 1);
            uptime += expected * 1000;
            ada.clock.set(Some(("first start", uptime)));
        }
    }
    ada.clock.set(Some(("first start", uptime + 365 * DAY)));
    for secret in [PIN, "7413"] {
        assert!(matches!(
            ada.open_at(secret, NOW + 365 * DAY),
            Err(UnlockError::PassphraseOrWordsNeeded)
        ));
    }
    assert_same_wallet(&made, &ada.open_with_words(&words));
    assert_same_wallet(&made, &ada.open(PIN).unwrap());
}

#[test]
fn a_right_pin_on_a_disk_that_takes_no_files_is_not_counted() {
    let ada = Person::with_keychain();
    let (made, _) = ada.make(PIN);
    let in_the_way = ada.home().join("attempts.json.new");
    fs::create_dir(&in_the_way).unwrap();
    for _ in 0..25 {
        assert!(matches!(ada.open(PIN), Err(UnlockError::Io(_))));
    }
    fs::remove_dir(&in_the_way).unwrap();
    assert_same_wallet(&made, &ada.open(PIN).unwrap());
}

#[test]
fn a_right_pin_starts_the_count_again() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    for _ in 0..10 {
        for _ in 0..4 {
            assert!(ada.open("7413").is_err());
        }
        ada.open(PIN).unwrap();
    }
}

#[test]
fn a_try_killed_before_the_check_is_counted() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    for _ in 0..5 {
        killed_between_count_and_check(&ada, NOW).unwrap();
    }
    assert_eq!(wait(ada.open(PIN)), 30);
}

#[test]
fn guesses_made_at_the_same_moment_are_each_counted() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    std::thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| assert!(ada.open("7413").is_err()));
        }
    });
    assert_eq!(wait(ada.open(PIN)), 30);
}

#[test]
fn a_try_that_cannot_be_counted_is_not_made() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    ada.keychain.fail_after(Some(0));
    for _ in 0..25 {
        assert!(matches!(
            ada.open(PIN),
            Err(UnlockError::KeychainFailed { .. })
        ));
    }
    ada.keychain.fail_after(None);
    ada.open(PIN).unwrap();
}

#[test]
fn the_larger_count_of_file_and_keychain_holds() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    let file = ada.home().join("attempts.json");
    let fresh_file = fs::read(&file).unwrap();
    for _ in 0..5 {
        assert!(ada.open("7413").is_err());
    }
    let counted_file = fs::read(&file).unwrap();

    fs::write(&file, fresh_file).unwrap();
    assert_eq!(wait(ada.open(PIN)), 30, "the keychain remembers");
    fs::write(&file, b"torn").unwrap();
    assert_eq!(wait(ada.open(PIN)), 30, "the keychain remembers");
    fs::write(&file, vec![b' '; 1 << 20]).unwrap();
    assert_eq!(wait(ada.open(PIN)), 30, "the keychain remembers");
    fs::remove_file(&file).unwrap();
    assert_eq!(wait(ada.open(PIN)), 30, "the keychain remembers");
    fs::create_dir(&file).unwrap();
    assert!(
        matches!(ada.open(PIN), Err(UnlockError::Io(_))),
        "a count that cannot be read just now is not one that is lost"
    );
    fs::remove_dir(&file).unwrap();

    fs::write(&file, counted_file).unwrap();
    ada.keychain.forget("attempts");
    assert_eq!(wait(ada.open(PIN)), 30, "the file remembers");

    fs::remove_file(&file).unwrap();
    assert!(
        matches!(ada.open(PIN), Err(UnlockError::PassphraseOrWordsNeeded)),
        "when both have forgotten, a PIN is not enough"
    );
}

#[test]
fn setting_the_clock_changes_no_wait_where_the_machine_counts_its_own_time() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    for _ in 0..5 {
        killed_between_count_and_check(&ada, NOW).unwrap();
    }
    for now in [0, NOW - 365 * DAY, NOW, NOW + 365 * DAY, u64::MAX] {
        assert_eq!(wait(ada.open_at(PIN, now)), 30);
    }
}

#[test]
fn after_a_restart_a_wait_begins_again_whatever_the_clock_says() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    for _ in 0..5 {
        killed_between_count_and_check(&ada, NOW).unwrap();
    }
    ada.clock.set(Some(("second start", 10_000)));
    assert_eq!(wait(ada.open_at(PIN, NOW + DAY)), 20);
    ada.clock.set(Some(("second start", 30_000)));
    ada.open_at(PIN, NOW - DAY).unwrap();
}

#[test]
fn without_such_a_clock_setting_it_back_never_shortens_a_wait_and_never_makes_it_endless() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    ada.clock.set(None);
    for _ in 0..5 {
        killed_between_count_and_check(&ada, NOW).unwrap();
    }
    assert_eq!(wait(ada.open_at(PIN, NOW + 1000)), 29);
    let back = NOW - 365 * DAY;
    assert_eq!(wait(ada.open_at(PIN, back)), 30);
    assert_eq!(wait(ada.open_at(PIN, back - 1000)), 30);
    assert_eq!(
        wait(ada.open_at(PIN, NOW + 1000)),
        29,
        "the true time still counts"
    );
    assert_eq!(wait(ada.open_at(PIN, back + 9000)), 20);
    ada.open_at(PIN, back + 29_000).unwrap();
}

#[test]
fn passphrases_wait_but_are_never_refused_for_good() {
    let ada = Person::without_keychain();
    let (made, _) = ada.make(PHRASE);
    let mut uptime = MINUTE;
    for _ in 0..25 {
        assert!(matches!(
            ada.open("four brown cats"),
            Err(UnlockError::WrongSecret {
                tries_left: None,
                ..
            })
        ));
        uptime += 60 * MINUTE;
        ada.clock.set(Some(("first start", uptime)));
    }
    assert_same_wallet(&made, &ada.open(PHRASE).unwrap());

    fs::write(ada.home().join("attempts.json"), b"torn").unwrap();
    ada.clock.set(Some(("second start", MINUTE)));
    assert_eq!(wait(ada.open(PHRASE)), 59 * 60);
}

#[test]
fn a_passphrase_resets_a_pin_that_was_closed() {
    let ada = Person::with_keychain();
    let (mut made, _) = ada.make(PIN);
    made.add_passphrase(&text(PHRASE)).unwrap();
    let mut uptime = MINUTE;
    for _ in 0..20 {
        killed_between_count_and_check(&ada, NOW).unwrap();
        uptime += 60 * MINUTE;
        ada.clock.set(Some(("first start", uptime)));
    }
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::PassphraseOrWordsNeeded)
    ));
    ada.open(PHRASE).unwrap();
    ada.open(PIN).unwrap();
}

#[test]
fn a_wrong_passphrase_is_no_try_of_the_pin() {
    let ada = Person::with_keychain();
    let (mut made, _) = ada.make(PIN);
    made.add_passphrase(&text(PHRASE)).unwrap();
    for _ in 0..5 {
        assert!(matches!(
            ada.open("four brown cats"),
            Err(UnlockError::WrongSecret {
                tries_left: None,
                ..
            })
        ));
    }
    assert_eq!(wait(ada.open(PHRASE)), 30);
    ada.open(PIN).unwrap();
}

/// Somebody with one passphrase that needs the keychain and one, [`PHRASE`], that does not.
fn with_two_passphrases() -> (Person, Vault) {
    let ada = Person::with_keychain();
    let (mut made, _) = ada.make("five black sheep");
    made.add_passphrase(&text(PHRASE)).unwrap();
    (ada, made)
}

#[test]
fn of_two_passphrases_with_and_without_the_keychain_either_opens() {
    let (ada, made) = with_two_passphrases();
    for secret in ["five black sheep", PHRASE] {
        assert_same_wallet(&made, &ada.open(secret).unwrap());
    }
    assert!(matches!(
        ada.open("six white goats"),
        Err(UnlockError::WrongSecret { .. })
    ));
}

#[test]
fn a_wrong_passphrase_is_said_to_be_wrong_also_where_the_keychain_cannot_be_asked() {
    let (ada, _) = with_two_passphrases();
    ada.keychain.set_fault(Some(crate::Fault::Locked));
    assert!(matches!(
        ada.open("six white goats"),
        Err(UnlockError::WrongSecret { .. })
    ));
}

#[test]
fn a_changed_secret_starts_the_count_again() {
    let ada = Person::with_keychain();
    let (mut made, _) = ada.make(PIN);
    for _ in 0..5 {
        assert!(ada.open("1470").is_err());
    }
    made.change_secret(&text("7413"), NOW).unwrap();
    ada.open("7413").unwrap();
}

#[test]
fn a_secret_of_another_shape_is_wrong_and_counted() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    for _ in 0..5 {
        assert!(matches!(
            ada.open("not even digits"),
            Err(UnlockError::WrongSecret { .. })
        ));
    }
    assert_eq!(wait(ada.open(PIN)), 30);
}

#[test]
fn ten_thousand_guesses_with_kills_restarts_and_clock_jumps_are_at_most_twenty() {
    let ada = Person::with_keychain();
    ada.make(PIN);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let jumps = (0u64..3 * DAY, 0u64..4 * 60 * MINUTE, 0u8..20);
    let (mut effective, mut uptime, mut start) = (0, MINUTE, 0);
    for _ in 0..10_000 {
        let (now, passed, event) = jumps.new_tree(&mut runner).unwrap().current();
        match event {
            0 => {
                start += 1;
                uptime = passed / 100;
            }
            _ => uptime += passed / 50,
        }
        let boot = format!("start {start}");
        ada.clock
            .set((event != 1).then_some((boot.as_str(), uptime)));
        if event == 2 {
            // Killed in the middle of counting: the keychain knows, the file does not.
            let file = fs::read(ada.home().join("attempts.json")).unwrap();
            effective += u32::from(killed_between_count_and_check(&ada, now).is_ok());
            fs::write(ada.home().join("attempts.json"), file).unwrap();
        } else {
            effective += u32::from(killed_between_count_and_check(&ada, now).is_ok());
        }
    }
    assert_eq!(effective, 20);
    assert!(matches!(
        ada.open(PIN),
        Err(UnlockError::PassphraseOrWordsNeeded)
    ));
}
