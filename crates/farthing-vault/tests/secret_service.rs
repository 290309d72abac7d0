//! The real Secret Service: a wallet whose PIN needs gnome-keyring.
//!
//! Needs D-Bus with a Secret Service whose default collection is unlocked:
//!
//! ```sh
//! dbus-run-session -- sh -c 'printf "\n" | gnome-keyring-daemon --unlock --components=secrets &&
//!   cargo test -p farthing-vault --features test-support --test secret_service -- --ignored --test-threads 1'
//! ```
#![cfg(all(target_os = "linux", feature = "test-support"))]

use farthing_vault::{
    Device, EraseKeyState, Keychain, KeychainError, Mark, OsKeychain, Secret, UnlockError, Vault,
};

const NOW: u64 = 1_795_000_000_000;

fn text(secret: &str) -> Secret {
    Secret::from_text(secret.to_owned())
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
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

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
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

#[tokio::test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
async fn it_can_be_asked_from_inside_an_async_runtime() {
    let keychain = OsKeychain;
    keychain.write("test", "async", b"secret").unwrap();
    assert_eq!(keychain.read("test", "async").unwrap()[..], b"secret"[..]);
    keychain.delete("test", "async").unwrap();
}
