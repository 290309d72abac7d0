//! The three ways to the root.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::derive::{Label, derive, derive_from_both};
use crate::kdf::{Cost, CostError, SALT, UncheckedCost, stretch};
use crate::key::{Key, NoRandomness, hex, random, unhex};
use crate::keychain::check_sum;
use crate::seal::{Binding, Purpose, SealError, SealingKey, push_part};
use crate::secret::{Secret, SecretShape};
use crate::words::RecoveryWords;

/// The most a sealed value in the header may hold, in bytes.
const AT_MOST: usize = 4096;

/// Why a slot does not give the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotError {
    Damaged,
    Cost(CostError),
    DoesNotOpen,
}

/// A sealed value as it stands in the header. The sum tells a damaged file from
/// a wrong secret; it protects nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sealed {
    text: String,
    sum: String,
}

impl Sealed {
    pub(crate) fn new(
        key: &Key,
        purpose: Purpose,
        binding: &Binding<'_>,
        plaintext: &[u8],
    ) -> Result<Self, SealError> {
        let sealed = SealingKey::new(key).seal(purpose, binding, plaintext, AT_MOST)?;
        Ok(Self {
            sum: hex(&sum(binding, &sealed)),
            text: STANDARD.encode(sealed),
        })
    }

    pub(crate) fn bytes(&self, binding: &Binding<'_>) -> Result<Vec<u8>, SlotError> {
        let sealed = STANDARD
            .decode(&self.text)
            .map_err(|_| SlotError::Damaged)?;
        if unhex(&self.sum) == Some(sum(binding, &sealed)) {
            Ok(sealed)
        } else {
            Err(SlotError::Damaged)
        }
    }

    pub(crate) fn open(
        &self,
        key: &Key,
        purpose: Purpose,
        binding: &Binding<'_>,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, SlotError> {
        let sealed = self.bytes(binding)?;
        SealingKey::new(key)
            .open(purpose, binding, &sealed, AT_MOST)
            .map_err(|_| SlotError::DoesNotOpen)
    }
}

fn sum(binding: &Binding<'_>, sealed: &[u8]) -> [u8; 8] {
    let mut parts = Vec::new();
    for part in [
        binding.table.as_bytes(),
        binding.row,
        &binding.version.to_be_bytes(),
        sealed,
    ] {
        push_part(&mut parts, part);
    }
    check_sum(&parts)
}

fn root_of(
    sealed: &Sealed,
    key: &Key,
    purpose: Purpose,
    binding: &Binding<'_>,
) -> Result<Key, SlotError> {
    let root = sealed.open(key, purpose, binding)?;
    Key::from_slice(&root).ok_or(SlotError::Damaged)
}

fn no_randomness(error: SealError) -> NoRandomness {
    match error {
        // A root is 32 bytes, far from any bound.
        SealError::NoRandomness(error) => error,
        SealError::TooLong { .. } => NoRandomness,
    }
}

/// Slot A: the keychain's secret and a PIN (or passphrase), both needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceSlot {
    /// Which keychain entry: a new one for each new secret, so that an old copy
    /// of this file with an old PIN opens nothing.
    pub(crate) entry: u32,
    pub(crate) backend: String,
    pub(crate) shape: SecretShape,
    cost: UncheckedCost,
    salt: String,
    root: Sealed,
}

/// A slot whose parameters are readable and within bounds.
#[derive(Debug)]
pub(crate) struct Checked<'a, S> {
    slot: &'a S,
    cost: Cost,
    salt: [u8; SALT],
    row: Vec<u8>,
}

const fn in_slots(row: &[u8]) -> Binding<'_> {
    Binding {
        table: "slots",
        row,
        version: 1,
    }
}

/// All that a slot's key depends on, authenticated with what it wraps.
fn row(wallet: &str, cost: Cost, salt: &[u8; SALT], more: &[&[u8]]) -> Vec<u8> {
    let mut row = Vec::new();
    push_part(&mut row, wallet.as_bytes());
    push_part(&mut row, &cost.to_bytes());
    push_part(&mut row, salt);
    for part in more {
        push_part(&mut row, part);
    }
    row
}

fn device_row(
    wallet: &str,
    cost: Cost,
    salt: &[u8; SALT],
    entry: u32,
    backend: &str,
    shape: SecretShape,
) -> Vec<u8> {
    let shape: &[u8] = match shape {
        SecretShape::Pin => b"pin",
        SecretShape::Passphrase => b"passphrase",
    };
    row(
        wallet,
        cost,
        salt,
        &[&entry.to_be_bytes(), backend.as_bytes(), shape],
    )
}

impl DeviceSlot {
    pub(crate) fn entry_name(entry: u32) -> String {
        format!("device-{entry}")
    }

    pub(crate) fn new(
        wallet: &str,
        root: &Key,
        secret: &Secret,
        (entry, device_secret): (u32, &Key),
        backend: &str,
        cost: Cost,
    ) -> Result<Self, NoRandomness> {
        let salt = random()?;
        let shape = secret.shape();
        let key = Self::key(secret, device_secret, &salt, cost);
        let row = device_row(wallet, cost, &salt, entry, backend, shape);
        let purpose = Purpose::RootInDeviceSlot;
        Ok(Self {
            entry,
            backend: backend.to_owned(),
            shape,
            cost: cost.into(),
            salt: hex(&salt),
            root: Sealed::new(&key, purpose, &in_slots(&row), root.as_bytes())
                .map_err(no_randomness)?,
        })
    }

    fn key(secret: &Secret, device_secret: &Key, salt: &[u8; SALT], cost: Cost) -> Key {
        let stretched = stretch(secret, salt, cost);
        derive_from_both(device_secret, &stretched, Label::DeviceSlot)
    }

    pub(crate) fn check(&self, wallet: &str) -> Result<Checked<'_, Self>, SlotError> {
        let cost = self.cost.check().map_err(SlotError::Cost)?;
        let salt = unhex(&self.salt).ok_or(SlotError::Damaged)?;
        let row = device_row(wallet, cost, &salt, self.entry, &self.backend, self.shape);
        self.root.bytes(&in_slots(&row))?;
        Ok(Checked {
            slot: self,
            cost,
            salt,
            row,
        })
    }
}

impl Checked<'_, DeviceSlot> {
    pub(crate) fn open(&self, secret: &Secret, device_secret: &Key) -> Result<Key, SlotError> {
        let key = DeviceSlot::key(secret, device_secret, &self.salt, self.cost);
        let binding = in_slots(&self.row);
        root_of(&self.slot.root, &key, Purpose::RootInDeviceSlot, &binding)
    }
}

/// Slot B: a passphrase alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassphraseSlot {
    cost: UncheckedCost,
    salt: String,
    root: Sealed,
}

impl PassphraseSlot {
    pub(crate) fn new(
        wallet: &str,
        root: &Key,
        secret: &Secret,
        cost: Cost,
    ) -> Result<Self, NoRandomness> {
        let salt = random()?;
        let key = Self::key(secret, &salt, cost);
        let row = row(wallet, cost, &salt, &[]);
        let purpose = Purpose::RootInPassphraseSlot;
        Ok(Self {
            cost: cost.into(),
            salt: hex(&salt),
            root: Sealed::new(&key, purpose, &in_slots(&row), root.as_bytes())
                .map_err(no_randomness)?,
        })
    }

    fn key(secret: &Secret, salt: &[u8; SALT], cost: Cost) -> Key {
        let stretched = stretch(secret, salt, cost);
        derive(stretched.as_bytes(), Label::PassphraseSlot)
    }

    pub(crate) fn check(&self, wallet: &str) -> Result<Checked<'_, Self>, SlotError> {
        let cost = self.cost.check().map_err(SlotError::Cost)?;
        let salt = unhex(&self.salt).ok_or(SlotError::Damaged)?;
        let row = row(wallet, cost, &salt, &[]);
        self.root.bytes(&in_slots(&row))?;
        Ok(Checked {
            slot: self,
            cost,
            salt,
            row,
        })
    }
}

impl Checked<'_, PassphraseSlot> {
    pub(crate) fn open(&self, secret: &Secret) -> Result<Key, SlotError> {
        let key = PassphraseSlot::key(secret, &self.salt, self.cost);
        let purpose = Purpose::RootInPassphraseSlot;
        root_of(&self.slot.root, &key, purpose, &in_slots(&self.row))
    }
}

/// Slot C: the 12 words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordsSlot {
    root: Sealed,
}

impl WordsSlot {
    pub(crate) fn new(
        wallet: &str,
        root: &Key,
        words: &RecoveryWords,
    ) -> Result<Self, NoRandomness> {
        let key = Self::key(words);
        let binding = in_slots(wallet.as_bytes());
        let purpose = Purpose::RootInWordsSlot;
        let root = Sealed::new(&key, purpose, &binding, root.as_bytes()).map_err(no_randomness)?;
        Ok(Self { root })
    }

    fn key(words: &RecoveryWords) -> Key {
        derive(words.seed().as_bytes(), Label::WordsSlot)
    }

    pub(crate) fn open(&self, wallet: &str, words: &RecoveryWords) -> Result<Key, SlotError> {
        let binding = in_slots(wallet.as_bytes());
        let purpose = Purpose::RootInWordsSlot;
        root_of(&self.root, &Self::key(words), purpose, &binding)
    }
}
