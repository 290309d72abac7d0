//! The folder a town lives in: one lock, one secret, everything else derived.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha512};
use cdk_common::util::hex;

/// Why a town's folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The folder or a file in it could not be read or written.
    #[error("cannot use {path}: {source}")]
    Io {
        /// What was being used.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another town runs in this folder.
    #[error("another practice town is already running in {0}")]
    Occupied(PathBuf),
    /// The secret file is there but is not 64 hexadecimal digits.
    #[error("the town's secret in {0} is damaged")]
    DamagedSecret(PathBuf),
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    NoRandomness,
}

/// A town's folder, held by this process until dropped.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
    secret: [u8; 32],
    _lock: File,
}

impl Home {
    /// Opens the folder, making it and its secret on first use.
    pub fn open(root: &Path) -> Result<Self, HomeError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| HomeError::Io { path, source }
        };
        fs::create_dir_all(root).map_err(at(root))?;
        let root = root.canonicalize().map_err(at(root))?;
        let lock_path = root.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(HomeError::Occupied(root)),
            Err(TryLockError::Error(source)) => {
                return Err(HomeError::Io {
                    path: lock_path,
                    source,
                });
            }
        }
        let secret_path = root.join("secret");
        let secret = match fs::read_to_string(&secret_path) {
            Ok(text) => parse_secret(text.trim())
                .ok_or_else(|| HomeError::DamagedSecret(secret_path.clone()))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let mut secret = [0_u8; 32];
                getrandom::fill(&mut secret).map_err(|_| HomeError::NoRandomness)?;
                // Written beside and renamed: a town killed here must not come
                // back with half a secret and issuers nobody's coins belong to.
                let fresh = root.join("secret.new");
                let mut file = private(&fresh).map_err(at(&fresh))?;
                file.write_all(hex::encode(secret).as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(at(&fresh))?;
                fs::rename(&fresh, &secret_path).map_err(at(&secret_path))?;
                secret
            }
            Err(source) => {
                return Err(HomeError::Io {
                    path: secret_path,
                    source,
                });
            }
        };
        Ok(Self {
            root,
            secret,
            _lock: lock,
        })
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A folder of its own for one party, made if missing.
    pub fn folder(&self, name: &str) -> Result<PathBuf, HomeError> {
        let path = self.root.join(name);
        fs::create_dir_all(&path).map_err(|source| HomeError::Io {
            path: path.clone(),
            source,
        })?;
        Ok(path)
    }

    /// A 64-byte seed that is always the same for the same purpose in this town.
    #[must_use]
    pub fn seed(&self, purpose: &str) -> [u8; 64] {
        let mut engine = HmacEngine::<sha512::Hash>::new(&self.secret);
        engine.input(b"farthing practice town: ");
        engine.input(purpose.as_bytes());
        Hmac::from_engine(engine).to_byte_array()
    }
}

/// A new file that others on this machine cannot read, where that exists.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn parse_secret(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_survive_a_restart_and_differ_by_purpose() {
        let dir = tempfile::tempdir().unwrap();
        let first = Home::open(dir.path()).unwrap().seed("maple");
        let again = Home::open(dir.path()).unwrap();
        assert_eq!(again.seed("maple"), first);
        assert_ne!(again.seed("harbour"), first);
    }

    #[test]
    fn a_folder_holds_one_town_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Home::open(dir.path()).unwrap();
        assert!(matches!(
            Home::open(dir.path()),
            Err(HomeError::Occupied(_))
        ));
        drop(first);
        assert!(Home::open(dir.path()).is_ok());
    }

    #[test]
    fn a_damaged_secret_is_said_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("secret"), "not hex").unwrap();
        assert!(matches!(
            Home::open(dir.path()),
            Err(HomeError::DamagedSecret(_))
        ));
        assert_eq!(
            fs::read_to_string(dir.path().join("secret")).unwrap(),
            "not hex"
        );
    }
}
