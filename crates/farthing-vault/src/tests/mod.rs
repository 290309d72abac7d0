//! Whole wallets on a device that can be made to fail.

mod counting;
mod forgetting;
mod keychain_states;
mod making;
mod tampering;

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use crate::clock::SetBootClock;
use crate::{Device, Mark, MemoryKeychain, RecoveryWords, Secret, UnlockError, Vault};

const PIN: &str = "2580";
const PHRASE: &str = "four brown cows";
const NOW: u64 = 1_795_000_000_000;
const MINUTE: u64 = 60_000;

/// Someone with a device and one folder for a wallet.
struct Person {
    folder: TempDir,
    keychain: MemoryKeychain,
    clock: SetBootClock,
    device: Device,
}

impl Person {
    fn with_keychain() -> Self {
        let keychain = MemoryKeychain::new();
        let clock = SetBootClock::default();
        clock.set(Some(("first start", MINUTE)));
        let device = Device::with_keychain(Arc::new(keychain.clone()))
            .at_least_cost()
            .with_boot_clock(clock.clone());
        Self {
            folder: tempfile::tempdir().unwrap(),
            keychain,
            clock,
            device,
        }
    }

    fn without_keychain() -> Self {
        let mut person = Self::with_keychain();
        person.device = Device::without_keychain()
            .at_least_cost()
            .with_boot_clock(person.clock.clone());
        person
    }

    fn home(&self) -> &Path {
        self.folder.path()
    }

    fn make(&self, secret: &str) -> (Vault, RecoveryWords) {
        Vault::create_on(&self.device, self.home(), &text(secret), Mark::Real, None).unwrap()
    }

    fn open(&self, secret: &str) -> Result<Vault, UnlockError> {
        self.open_at(secret, NOW)
    }

    fn open_at(&self, secret: &str, now_ms: u64) -> Result<Vault, UnlockError> {
        Vault::open_on(&self.device, self.home(), &text(secret), now_ms)
    }

    fn open_with_words(&self, words: &RecoveryWords) -> Vault {
        Vault::open_with_words_on(&self.device, self.home(), words, None, NOW).unwrap()
    }
}

fn text(secret: &str) -> Secret {
    Secret::from_text(secret.to_owned())
}

/// Everything that must stay the same for money and history to be readable.
#[track_caller]
fn assert_same_wallet(one: &Vault, two: &Vault) {
    assert_eq!(one.wallet_id(), two.wallet_id());
    assert_eq!(one.mark(), two.mark());
    assert_eq!(one.money_key().as_bytes(), two.money_key().as_bytes());
    assert_eq!(
        one.history_file_key().as_bytes(),
        two.history_file_key().as_bytes()
    );
    assert_eq!(one.seed().as_bytes(), two.seed().as_bytes());
    let hash = |vault: &Vault| vault.history_keys().lookup().hash("c", b"v");
    assert_eq!(hash(one), hash(two));
}
