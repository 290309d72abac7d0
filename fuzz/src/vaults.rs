//! `vault.json`, sealed rows, wrapped keys, backups.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use farthing_vault::{Binding, Device, Mark, RecoveryWords, Secret, Vault, glance};

use crate::edit::edited;
use crate::scratch;

/// The words of every vault here, so that what is kept means the same on every machine.
pub(crate) const WORDS: &str =
    "legal winner thank year wave sausage worth useful legal winner thank yellow";
const PASSPHRASE: &str = "correct horse battery staple";

/// Argon2 at its floor is 30 ms; a changed cost may be seconds, which the vault permits.
const FLOOR: &str = "\"memory_kib\": 19456,";

pub(crate) fn mark() -> Mark {
    Mark::Practice { town: None }
}

fn device() -> Device {
    Device::without_keychain().at_least_cost()
}

pub(crate) fn new_vault(home: &Path) -> Vault {
    let words = RecoveryWords::parse(WORDS).unwrap();
    let secret = Secret::from_text(PASSPHRASE.to_owned());
    let (vault, _) = Vault::create_on(&device(), home, &secret, mark(), Some(words)).unwrap();
    vault
}

/// A vault's files as they were made.
struct Genuine {
    id: String,
    header: Vec<u8>,
    others: Vec<(String, Vec<u8>)>,
}

static GENUINE: LazyLock<Genuine> = LazyLock::new(|| {
    let home = scratch();
    let id = new_vault(home.path()).wallet_id().to_owned();
    let mut header = Vec::new();
    let mut others = Vec::new();
    for entry in fs::read_dir(home.path()).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let bytes = fs::read(entry.path()).unwrap();
        if name == "vault.json" {
            header = bytes;
        } else {
            others.push((name, bytes));
        }
    }
    Genuine { id, header, others }
});

pub(crate) fn a_header() -> Vec<u8> {
    GENUINE.header.clone()
}

/// `vault.json` from anyone, before any secret is asked for.
pub fn vault_header(data: &[u8]) {
    let home = scratch();
    fs::write(home.path().join("vault.json"), data).unwrap();
    if let Ok(seen) = glance(home.path()) {
        assert_eq!(seen.wallet_id.len(), 32);
        assert!(seen.wallet_id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let words = RecoveryWords::parse(WORDS).unwrap();
        let opened = Vault::open_with_words_on(&device(), home.path(), &words, None, 0);
        if let Ok(vault) = opened {
            assert_eq!(vault.mark(), &seen.mark, "opened with a mark nobody sealed");
            assert_eq!(vault.wallet_id(), seen.wallet_id);
        }
    }
}

/// A genuine vault somebody has changed: what opens says what it was made with.
pub fn vault_open(data: &[u8]) {
    let Some((which, script)) = data.split_first() else {
        return;
    };
    let genuine = &*GENUINE;
    let home = scratch();
    let mut files = vec![("vault.json", &genuine.header)];
    files.extend(
        genuine
            .others
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes)),
    );
    let which = usize::from(*which) / 2 % files.len();
    for (at, (name, bytes)) in files.into_iter().enumerate() {
        let bytes = if at == which {
            edited(bytes, script)
        } else {
            bytes.clone()
        };
        fs::write(home.path().join(name), bytes).unwrap();
    }
    let header = fs::read_to_string(home.path().join("vault.json")).unwrap_or_default();
    let opened = if data[0].is_multiple_of(2) || !header.contains(FLOOR) {
        let words = RecoveryWords::parse(WORDS).unwrap();
        Vault::open_with_words_on(&device(), home.path(), &words, None, 0).ok()
    } else {
        let secret = Secret::from_text(PASSPHRASE.to_owned());
        Vault::open_on(&device(), home.path(), &secret, 0).ok()
    };
    if let Some(vault) = opened {
        assert_eq!(
            vault.mark(),
            &mark(),
            "play money passes for real or the reverse"
        );
        assert_eq!(vault.wallet_id(), genuine.id);
        let expected = RecoveryWords::parse(WORDS).unwrap();
        let sealed = expected.backup_key().seal(b"same words").unwrap();
        assert!(
            vault.backup_key().open(&sealed).is_ok(),
            "other words came out"
        );
    }
}

/// Sealed rows, wrapped keys and backups: only what was sealed opens.
pub fn sealed(data: &[u8]) {
    static VAULT: LazyLock<(tempfile::TempDir, Vault)> = LazyLock::new(|| {
        let home = scratch();
        let vault = new_vault(home.path());
        (home, vault)
    });
    const PLACE: Binding<'static> = Binding {
        table: "journal",
        row: b"7",
        version: 3,
    };
    const TEXT: &[u8] = b"two coffees";

    let Some((kind, script)) = data.split_first() else {
        return;
    };
    let vault = &VAULT.1;
    let keys = vault.history_keys();
    // Either a genuine text that was changed, or any bytes at all.
    let hostile = |genuine: &[u8]| {
        if kind & 0x80 == 0 {
            edited(genuine, script)
        } else {
            script.to_vec()
        }
    };
    match kind % 4 {
        0 => {
            let genuine = keys.wallet_rows().seal(&PLACE, TEXT).unwrap();
            let hostile = hostile(&genuine);
            let opened = keys.wallet_rows().open(&PLACE, &hostile);
            assert_eq!(opened.is_ok(), hostile == genuine);
        }
        1 => {
            let merchant = keys.generate().unwrap();
            let genuine = keys.wrap(b"shop", &merchant).unwrap();
            let hostile = hostile(&genuine);
            assert_eq!(keys.unwrap(b"shop", &hostile).is_ok(), hostile == genuine);
            assert!(keys.unwrap(b"shoq", &hostile).is_err());
            if hostile != genuine {
                assert!(keys.rewrap(b"shop", &hostile).is_err());
            }
            let _ = keys.is_current(&hostile);
        }
        2 => {
            let genuine = vault.backup_key().seal(TEXT).unwrap();
            let hostile = hostile(&genuine);
            assert_eq!(
                vault.backup_key().open(&hostile).is_ok(),
                hostile == genuine
            );
        }
        _ => {
            // The right text in the wrong place.
            let genuine = keys.wallet_rows().seal(&PLACE, TEXT).unwrap();
            let row = script.get(..script.len().min(8)).unwrap_or_default();
            let elsewhere = Binding { row, ..PLACE };
            let opened = keys.wallet_rows().open(&elsewhere, &genuine);
            assert_eq!(opened.is_ok(), row == PLACE.row);
        }
    }
}
