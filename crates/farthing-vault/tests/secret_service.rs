//! The real Secret Service: a wallet whose PIN needs gnome-keyring.
//!
//! Needs D-Bus with a Secret Service whose default collection is unlocked:
//!
//! ```sh
//! dbus-run-session -- sh -c 'printf "\n" | gnome-keyring-daemon --unlock --components=secrets &&
//!   cargo test -p farthing-vault --features test-support --test secret_service -- --ignored'
//! ```
#![cfg(all(target_os = "linux", feature = "test-support"))]
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where it is surprised, its helpers too"
)]

use std::process::Command;

use farthing_vault::{
    Device, EraseKeyState, Keychain, KeychainError, Mark, OsKeychain, Secret, UnlockError, Vault,
};

const NOW: u64 = 1_795_000_000_000;

/// One test, because the parts share one keychain and the last one locks it.
#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn the_real_keychain_keeps_what_a_wallet_gives_it_and_says_when_it_is_locked() {
    entries_are_kept_replaced_and_deleted_and_missing_is_not_locked();
    a_wallet_lives_in_the_real_keychain_and_survives_losing_it();
    it_can_be_asked_from_inside_an_async_runtime();
    a_locked_keychain_is_locked_and_not_empty();
}

fn text(secret: &str) -> Secret {
    Secret::from_text(secret.to_owned())
}

fn entries_are_kept_replaced_and_deleted_and_missing_is_not_locked() {
    let keychain = OsKeychain;
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(keychain.read("test", "none"), Err(KeychainError::NoEntry));
    keychain.write("test", "entry", b"first").unwrap();
    keychain.write("test", "entry", &bytes).unwrap();
    assert_eq!(OsKeychain.read("test", "entry").unwrap()[..], bytes);
    keychain.delete("test", "entry").unwrap();
    keychain.delete("test", "entry").unwrap();
    assert_eq!(keychain.read("test", "entry"), Err(KeychainError::NoEntry));
}

fn a_wallet_lives_in_the_real_keychain_and_survives_losing_it() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::this().at_least_cost();
    let home = folder.path();
    let (made, words) = Vault::create_on(&device, home, &text("2580"), Mark::Real, None).unwrap();
    assert!(made.uses_keychain());
    let keys = made.history_keys();
    let wrapped = keys.wrap(b"kiosk", &keys.generate().unwrap()).unwrap();

    let device = Device::this().at_least_cost();
    let open = |secret| Vault::open_on(&device, home, &text(secret), NOW);
    let opened = open("2580").unwrap();
    assert_eq!(opened.money_key().as_bytes(), made.money_key().as_bytes());
    assert_eq!(opened.history_keys().erase_key(), EraseKeyState::Ready);
    opened.history_keys().unwrap(b"kiosk", &wrapped).unwrap();
    assert!(matches!(
        open("7413"),
        Err(UnlockError::WrongSecret {
            tries_left: Some(19),
            ..
        })
    ));

    let keychain = OsKeychain;
    for entry in ["device-1", "erase", "attempts"] {
        keychain.delete(made.wallet_id(), entry).unwrap();
    }
    assert!(matches!(
        open("2580"),
        Err(UnlockError::KeychainEntryMissing)
    ));
    let again = Vault::open_with_words_on(&device, home, &words, Some(&text("7413")), NOW).unwrap();
    assert_eq!(again.money_key().as_bytes(), made.money_key().as_bytes());
    open("7413").unwrap();
    for entry in ["device-2", "erase", "attempts"] {
        keychain.delete(made.wallet_id(), entry).unwrap();
    }
}

/// Locks every collection, as a screen lock may.
fn lock_the_keychain() {
    let locked = Command::new("dbus-send")
        .args(["--session", "--print-reply"])
        .arg("--dest=org.freedesktop.secrets")
        .arg("/org/freedesktop/secrets")
        .arg("org.freedesktop.Secret.Service.Lock")
        .arg("array:objpath:/org/freedesktop/secrets/aliases/default")
        .output()
        .unwrap();
    assert!(locked.status.success(), "{locked:?}");
}

fn a_locked_keychain_is_locked_and_not_empty() {
    OsKeychain.write("test", "locked", b"secret").unwrap();
    lock_the_keychain();
    assert_eq!(
        OsKeychain.read("test", "locked"),
        Err(KeychainError::Locked)
    );
}

#[tokio::main(flavor = "current_thread")]
async fn it_can_be_asked_from_inside_an_async_runtime() {
    let keychain = OsKeychain;
    keychain.write("test", "async", b"secret").unwrap();
    assert_eq!(keychain.read("test", "async").unwrap()[..], b"secret"[..]);
    keychain.delete("test", "async").unwrap();
}

const WITHOUT_A_BUS: &str = "FARTHING_TEST_WITHOUT_A_BUS";

#[test]
fn without_a_session_bus_the_keychain_is_absent() {
    if std::env::var_os(WITHOUT_A_BUS).is_some() {
        assert_eq!(OsKeychain.read("test", "none"), Err(KeychainError::Absent));
        return;
    }
    // A process of its own, because this one may have a bus.
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "without_a_session_bus_the_keychain_is_absent"])
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env("XDG_RUNTIME_DIR", "/nonexistent")
        .env(WITHOUT_A_BUS, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
}
