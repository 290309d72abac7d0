//! `vault.json`: what must be readable before the wallet is open.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::derive::{Label, derive};
use crate::disk;
use crate::key::{Key, SecretBytes, unhex};
use crate::seal::{Binding, Purpose, SealError};
use crate::secret::SecretShape;
use crate::slots::{DeviceSlot, PassphraseSlot, Sealed, SlotError, WordsSlot};
use crate::unlock::UnlockError;
use crate::words::RecoveryWords;

const FORMAT: u32 = 1;
const FILE: &str = "vault.json";
const AT_MOST: u64 = 64 * 1024;

/// The longest address of a practice town, in bytes.
pub(crate) const LONGEST_TOWN: usize = 1024;

/// Real money or play money; settled when the wallet is made, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mark {
    /// Real money.
    Real,
    /// Play money.
    Practice {
        /// The practice town's address, if it was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        town: Option<String>,
    },
}

impl Mark {
    /// Whether it is play money.
    #[must_use]
    pub fn is_practice(&self) -> bool {
        matches!(self, Self::Practice { .. })
    }
}

/// Where the erase key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErasePlaceKind {
    Keychain,
    Keyfile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    format: u32,
    pub(crate) wallet: String,
    pub(crate) mark: Mark,
    pub(crate) erase: ErasePlaceKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device: Option<DeviceSlot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) passphrase: Option<PassphraseSlot>,
    pub(crate) words: WordsSlot,
    entropy: Sealed,
    core: Sealed,
}

/// What the header says in clear and the root confirms.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Core {
    wallet: String,
    mark: Mark,
    erase: ErasePlaceKind,
}

/// Read first, so that a newer file is called newer and not damaged.
#[derive(Deserialize)]
struct OnlyFormat {
    format: u32,
}

/// Read where the rest may be damaged or newer.
#[derive(Deserialize)]
struct OnlyWallet {
    wallet: String,
}

const fn in_header(row: &[u8]) -> Binding<'_> {
    Binding {
        table: "header",
        row,
        version: 1,
    }
}

impl Header {
    pub(crate) fn new(
        wallet: String,
        mark: Mark,
        erase: ErasePlaceKind,
        root: &Key,
        words: &RecoveryWords,
    ) -> Result<Self, SealError> {
        let entropy_key = derive(root.as_bytes(), Label::SeedWrap);
        let entropy = Sealed::new(
            &entropy_key,
            Purpose::Entropy,
            &in_header(wallet.as_bytes()),
            words.entropy().as_bytes(),
        )?;
        Ok(Self {
            format: FORMAT,
            core: seal_core(root, &wallet, &mark, erase)?,
            words: WordsSlot::new(&wallet, root, words)?,
            device: None,
            passphrase: None,
            wallet,
            mark,
            erase,
            entropy,
        })
    }

    pub(crate) fn read(home: &Path) -> Result<Self, UnlockError> {
        let bytes = read_file(home)?.ok_or(UnlockError::NoWallet)?;
        let damaged = |_| UnlockError::Damaged { what: FILE };
        let OnlyFormat { format } = serde_json::from_slice(&bytes).map_err(damaged)?;
        if format != FORMAT {
            return Err(UnlockError::NewerFormat { found: format });
        }
        let header: Self = serde_json::from_slice(&bytes).map_err(damaged)?;
        if unhex::<16>(&header.wallet).is_none() {
            return Err(UnlockError::Damaged { what: FILE });
        }
        Ok(header)
    }

    pub(crate) fn write(&self, home: &Path) -> std::io::Result<()> {
        let bytes = serde_json::to_vec_pretty(self)?;
        disk::write_atomically(&file(home), &bytes)
    }

    /// What stands here in clear must be what was sealed when the wallet was made.
    pub(crate) fn confirm(&self, root: &Key) -> Result<(), UnlockError> {
        let key = derive(root.as_bytes(), Label::Core);
        let sealed = self
            .core
            .open(&key, Purpose::Core, &in_header(self.wallet.as_bytes()))
            .map_err(|error| match error {
                SlotError::DoesNotOpen => UnlockError::Tampered,
                _ => UnlockError::Damaged { what: FILE },
            })?;
        let core: Core =
            serde_json::from_slice(&sealed).map_err(|_| UnlockError::Damaged { what: FILE })?;
        let said = Core {
            wallet: self.wallet.clone(),
            mark: self.mark.clone(),
            erase: self.erase,
        };
        if core == said {
            Ok(())
        } else {
            Err(UnlockError::Tampered)
        }
    }

    pub(crate) fn move_erase_key(
        &mut self,
        root: &Key,
        erase: ErasePlaceKind,
    ) -> Result<(), SealError> {
        self.core = seal_core(root, &self.wallet, &self.mark, erase)?;
        self.erase = erase;
        Ok(())
    }

    pub(crate) fn recovery_words(&self, root: &Key) -> Result<RecoveryWords, UnlockError> {
        let damaged = UnlockError::Damaged { what: FILE };
        let key = derive(root.as_bytes(), Label::SeedWrap);
        let place = in_header(self.wallet.as_bytes());
        let Ok(entropy) = self.entropy.open(&key, Purpose::Entropy, &place) else {
            return Err(damaged);
        };
        let entropy = SecretBytes::from_slice(&entropy).ok_or(damaged)?;
        Ok(RecoveryWords::from_entropy(&entropy))
    }
}

fn seal_core(
    root: &Key,
    wallet: &str,
    mark: &Mark,
    erase: ErasePlaceKind,
) -> Result<Sealed, SealError> {
    let core = Core {
        wallet: wallet.to_owned(),
        mark: mark.clone(),
        erase,
    };
    #[expect(clippy::expect_used, reason = "texts and names are always JSON")]
    let bytes = serde_json::to_vec(&core).expect("texts and names are always JSON");
    let key = derive(root.as_bytes(), Label::Core);
    Sealed::new(&key, Purpose::Core, &in_header(wallet.as_bytes()), &bytes)
}

fn read_file(home: &Path) -> Result<Option<Vec<u8>>, UnlockError> {
    disk::read_bounded(&file(home), AT_MOST).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => UnlockError::Damaged { what: FILE },
        _ => error.into(),
    })
}

/// The name of the wallet in this folder, also of one that a newer version made or that does not
/// open; `None` where there is none. Not authentic.
///
/// # Errors
/// [`UnlockError::Damaged`], [`UnlockError::Io`]: there is one, and its name cannot be read.
pub fn wallet_named(home: &Path) -> Result<Option<String>, UnlockError> {
    let Some(bytes) = read_file(home)? else {
        return Ok(None);
    };
    match serde_json::from_slice(&bytes) {
        Ok(OnlyWallet { wallet }) => Ok(Some(wallet)),
        Err(_) => Err(UnlockError::Damaged { what: FILE }),
    }
}

fn file(home: &Path) -> PathBuf {
    home.join(FILE)
}

/// Whether there is a wallet in this folder, readable or not.
pub fn vault_exists(home: &Path) -> bool {
    file(home).symlink_metadata().is_ok()
}

/// What can open a wallet, besides its 12 words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpensWith {
    /// The keychain and a secret of this shape.
    pub keychain_and: Option<SecretShape>,
    /// A passphrase alone.
    pub passphrase: bool,
}

/// What a wallet says about itself before it is open. Not yet authentic: only
/// [`Vault::mark`](crate::Vault::mark) is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// Names the wallet; 32 hexadecimal digits.
    pub wallet_id: String,
    /// Real or practice, as the file claims.
    pub mark: Mark,
    /// What to ask for.
    pub opens_with: OpensWith,
}

/// Reads what a closed wallet says about itself.
///
/// # Errors
/// [`UnlockError::NoWallet`], [`UnlockError::Damaged`],
/// [`UnlockError::NewerFormat`], [`UnlockError::Io`].
pub fn glance(home: &Path) -> Result<Glance, UnlockError> {
    let header = Header::read(home)?;
    Ok(Glance {
        opens_with: OpensWith {
            keychain_and: header.device.as_ref().map(|slot| slot.shape),
            passphrase: header.passphrase.is_some(),
        },
        wallet_id: header.wallet,
        mark: header.mark,
    })
}
