//! A wallet for a test: a real vault in a directory of its own.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use farthing_vault::{
    DatabaseKey, Device, Fault, HistoryKeys, Mark, MemoryKeychain, Secret, Vault,
};
use tempfile::TempDir;

use super::super::*;
use crate::encrypted::{self, Create, RawKey};

const PASSPHRASE: &str = "correct horse battery staple";

pub(super) struct World {
    dir: TempDir,
    device: Device,
    vault: Mutex<Vault>,
}

fn passphrase() -> Secret {
    Secret::from_text(PASSPHRASE.to_owned())
}

impl World {
    pub(super) fn new() -> Self {
        Self::on(&Device::without_keychain().at_least_cost())
    }

    pub(super) fn on(device: &Device) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mark = Mark::Practice { town: None };
        let (vault, _) = Vault::create_on(device, dir.path(), &passphrase(), mark, None).unwrap();
        Self {
            dir,
            device: device.clone(),
            vault: Mutex::new(vault),
        }
    }

    /// Reads the vault's files again, as a restart does.
    pub(super) fn unlock_again(&self) {
        let vault = Vault::open_on(&self.device, self.dir.path(), &passphrase(), 0).unwrap();
        *self.vault.lock().unwrap() = vault;
    }

    /// A restart of a wallet that opens with its passphrase alone while its keychain does not
    /// answer.
    pub(super) fn unlock_with_passphrase_while(&self, keychain: &MemoryKeychain, fault: Fault) {
        self.vault
            .lock()
            .unwrap()
            .add_passphrase(&passphrase())
            .unwrap();
        keychain.set_fault(Some(fault));
        self.unlock_again();
    }

    /// What the keychain kept is gone, the passphrase still opens the wallet, and its person starts
    /// the history over.
    pub(super) fn lose_the_keychains_entries(&self, keychain: &MemoryKeychain) {
        self.vault
            .lock()
            .unwrap()
            .add_passphrase(&passphrase())
            .unwrap();
        keychain.wipe();
        self.unlock_again();
        self.vault.lock().unwrap().start_history_over().unwrap();
    }

    pub(super) fn keys(&self) -> HistoryKeys {
        self.vault.lock().unwrap().history_keys()
    }

    pub(super) fn file_key(&self) -> DatabaseKey {
        self.vault.lock().unwrap().history_file_key()
    }

    pub(super) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn path(&self) -> PathBuf {
        self.dir.path().join("history.db")
    }

    pub(super) fn create(&self) -> History {
        History::open_or_create(&self.path(), &self.file_key(), self.keys()).unwrap()
    }

    pub(super) fn try_open(&self) -> Result<History, OpenHistoryError> {
        self.open_at(&self.path())
    }

    pub(super) fn open_at(&self, path: &Path) -> Result<History, OpenHistoryError> {
        History::open_existing(path, &self.file_key(), self.keys())
    }

    pub(super) fn open(&self) -> History {
        self.try_open().unwrap()
    }

    pub(super) fn reopen(&self, history: History) -> History {
        drop(history);
        self.open()
    }

    /// The file as someone sees it who has its key and writes SQL.
    pub(super) fn raw(&self) -> rusqlite::Connection {
        encrypted::open(&self.path(), &RawKey::from(&self.file_key()), Create::Never).unwrap()
    }

    /// Every page without the file's encryption, also those out of use and what no row holds.
    pub(super) fn pages(&self) -> Vec<u8> {
        self.raw().serialize("main").unwrap().to_vec()
    }

    /// The database's files as they are at this moment.
    pub(super) fn copy_files(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        for name in ["history.db", "history.db-wal"] {
            let from = self.dir.path().join(name);
            if from.exists() {
                std::fs::copy(from, copy.path().join(name)).unwrap();
            }
        }
        copy
    }

    /// Looks for `words` in every file of the wallet.
    pub(super) fn assert_absent(&self, words: &[&str]) {
        let mut scanned = 0;
        for file in std::fs::read_dir(self.dir.path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for word in words {
                let found = bytes
                    .windows(word.len())
                    .any(|window| window == word.as_bytes());
                assert!(!found, "{word:?} in {}", path.display());
            }
            scanned += 1;
        }
        assert!(scanned >= 2, "the vault's file and the history's");
    }
}

pub(super) fn payment(number: u8) -> PaymentId {
    PaymentId::from_bytes([number.wrapping_add(0xd0); 16])
}

pub(super) fn entry<'a>(
    number: u8,
    merchant: Option<MerchantId>,
    body: &'a str,
    words: &'a str,
) -> NewEntry<'a> {
    NewEntry {
        payment: payment(number),
        merchant,
        at_ms: 1_000 + u64::from(number),
        body: body.as_bytes(),
        words,
    }
}
