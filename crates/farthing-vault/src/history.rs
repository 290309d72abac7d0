//! The keys of the history: merchants' keys, look-up, chain.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::chain::ChainKey;
use crate::derive::{Label, derive, derive_from_both};
use crate::erase::{EraseKey, EraseKeyError, EraseKeyState, EraseKeys, ErasePlace, KEY_ID};
use crate::key::Key;
use crate::lookup::LookupKey;
use crate::merchant::{MerchantKey, MerchantKeyError};
use crate::seal::{Binding, OpenError, Purpose, SealError, SealingKey};

/// Everything `history.db` needs. Clones share the erase key, so a rotation
/// shows in all of them.
#[derive(Clone)]
pub struct HistoryKeys(Arc<Inner>);

struct Inner {
    lookup: LookupKey,
    chain: ChainKey,
    wallet_rows: MerchantKey,
    wrap_root: Key,
    erase: Mutex<Erase>,
}

struct Erase {
    place: ErasePlace,
    keys: Result<EraseKeys, EraseKeyError>,
}

/// A wrapped key: format, the erase key's epoch and name, then the sealed key.
const FORMAT: u8 = 1;
const LONGEST_KEY: usize = 32;

impl HistoryKeys {
    pub(crate) fn new(root: &Key, place: ErasePlace) -> Self {
        let of = |label| derive(root.as_bytes(), label);
        let keys = place.load();
        Self(Arc::new(Inner {
            lookup: LookupKey(of(Label::Lookup)),
            chain: ChainKey(of(Label::Journal)),
            wallet_rows: MerchantKey::new(of(Label::WalletRows)),
            wrap_root: of(Label::MerchantWrapRoot),
            erase: Mutex::new(Erase { place, keys }),
        }))
    }

    /// Hashes for look-up columns.
    pub fn lookup(&self) -> &LookupKey {
        &self.0.lookup
    }

    /// Links of the journal.
    pub fn chain(&self) -> &ChainKey {
        &self.0.chain
    }

    /// The key for rows which belong to no merchant, such as settings. It lives
    /// as long as the wallet: what it seals cannot be forgotten row by row.
    pub fn wallet_rows(&self) -> &MerchantKey {
        &self.0.wallet_rows
    }

    /// Whether merchants' keys can be had now.
    pub fn erase_key(&self) -> EraseKeyState {
        match &self.erase().keys {
            Ok(EraseKeys { next: None, .. }) => EraseKeyState::Ready,
            Ok(EraseKeys { next: Some(_), .. }) => EraseKeyState::Rotating,
            Err(error) => EraseKeyState::Unavailable(error.clone()),
        }
    }

    /// Asks again for an erase key that could not be had, for example after the
    /// keychain was unlocked.
    pub fn retry(&self) -> EraseKeyState {
        let mut erase = self.erase();
        if erase.keys.is_err() {
            erase.keys = erase.place.load();
        }
        drop(erase);
        self.erase_key()
    }

    /// A new random key for a merchant. [`Self::wrap`] it before it seals
    /// anything.
    ///
    /// # Errors
    /// [`MerchantKeyError::NoRandomness`].
    pub fn generate(&self) -> Result<MerchantKey, MerchantKeyError> {
        Ok(MerchantKey::new(Key::random()?))
    }

    /// Wraps a merchant's key, to be stored in that merchant's row. It unwraps
    /// only with the same `merchant`, while the erase key of now exists.
    ///
    /// # Errors
    /// [`MerchantKeyError::EraseKey`].
    pub fn wrap(&self, merchant: &[u8], key: &MerchantKey) -> Result<Vec<u8>, MerchantKeyError> {
        let erase = self.erase();
        let newest = erase.keys.as_ref().map_err(Clone::clone)?.newest();
        self.wrap_under(newest, merchant, key)
    }

    fn wrap_under(
        &self,
        erase: &EraseKey,
        merchant: &[u8],
        key: &MerchantKey,
    ) -> Result<Vec<u8>, MerchantKeyError> {
        let sealed = self
            .wrapping_key(erase)
            .seal(
                Purpose::MerchantKey,
                &place(merchant, erase.epoch),
                key.key.as_bytes(),
                LONGEST_KEY,
            )
            .map_err(|error| match error {
                SealError::NoRandomness(error) => MerchantKeyError::NoRandomness(error),
                SealError::TooLong { bytes, .. } => {
                    MerchantKeyError::Wrapped(OpenError::Length { bytes })
                }
            })?;
        let mut wrapped = vec![FORMAT];
        wrapped.extend_from_slice(&erase.epoch.to_be_bytes());
        wrapped.extend_from_slice(&erase.id);
        wrapped.extend_from_slice(&sealed);
        Ok(wrapped)
    }

    fn wrapping_key(&self, erase: &EraseKey) -> SealingKey {
        let key = derive_from_both(&self.0.wrap_root, &erase.key, Label::MerchantWrap);
        SealingKey::new(&key)
    }

    /// The reverse of [`Self::wrap`].
    ///
    /// # Errors
    /// [`MerchantKeyError::Forgotten`] when its erase key no longer exists.
    pub fn unwrap(&self, merchant: &[u8], wrapped: &[u8]) -> Result<MerchantKey, MerchantKeyError> {
        let erase = self.erase();
        let keys = erase.keys.as_ref().map_err(Clone::clone)?;
        let (epoch, id, sealed) = parse(wrapped).map_err(MerchantKeyError::Wrapped)?;
        let erase = keys.find(id).ok_or(MerchantKeyError::Forgotten)?;
        let key = self
            .wrapping_key(erase)
            .open(
                Purpose::MerchantKey,
                &place(merchant, epoch),
                sealed,
                LONGEST_KEY,
            )
            .map_err(MerchantKeyError::Wrapped)?;
        let bytes = key.len();
        let key =
            Key::from_slice(&key).ok_or(MerchantKeyError::Wrapped(OpenError::Length { bytes }))?;
        Ok(MerchantKey::new(key))
    }

    /// First step of forgetting: makes the next erase key, beside the old one.
    /// After it, delete the merchant's wrapped key, [`Self::rewrap`] those of
    /// all others, make that durable, and [`Self::finish_rotation`]. After a
    /// crash at any point do the same again: each step may be repeated.
    ///
    /// # Errors
    /// Nothing has changed then.
    pub fn begin_rotation(&self) -> Result<(), EraseKeyError> {
        let mut erase = self.erase();
        let keys = erase.keys.as_ref().map_err(Clone::clone)?;
        if keys.next.is_none() {
            let begun = keys.begun()?;
            erase.place.store(&begun)?;
            erase.keys = Ok(begun);
        }
        Ok(())
    }

    /// Whether this wrapped key outlives [`Self::finish_rotation`].
    pub fn is_current(&self, wrapped: &[u8]) -> bool {
        let erase = self.erase();
        match (&erase.keys, parse(wrapped)) {
            (Ok(keys), Ok((_, id, _))) => keys.newest().id == *id,
            _ => false,
        }
    }

    /// Second step, for each merchant that is kept. Returns a key that is
    /// wrapped under the newest erase key already as it is.
    ///
    /// # Errors
    /// As [`Self::unwrap`].
    pub fn rewrap(&self, merchant: &[u8], wrapped: &[u8]) -> Result<Vec<u8>, MerchantKeyError> {
        let key = self.unwrap(merchant, wrapped)?;
        if self.is_current(wrapped) {
            return Ok(wrapped.to_vec());
        }
        self.wrap(merchant, &key)
    }

    /// Last step: destroys the old erase key, and with it every key still
    /// wrapped under it. Only after the new wrappings are durable. Does nothing
    /// when no rotation was begun.
    ///
    /// # Errors
    /// The old erase key may then still exist; repeat.
    pub fn finish_rotation(&self) -> Result<(), EraseKeyError> {
        let mut erase = self.erase();
        let keys = erase.keys.as_ref().map_err(Clone::clone)?;
        if keys.next.is_some() {
            let finished = keys.finished();
            erase.place.store(&finished)?;
            erase.keys = Ok(finished);
        }
        Ok(())
    }

    /// Puts a first erase key in place of one that is lost.
    pub(crate) fn start_over(&self, place: ErasePlace) -> Result<(), EraseKeyError> {
        let keys = EraseKeys::first()?;
        place.store(&keys)?;
        *self.erase() = Erase {
            place,
            keys: Ok(keys),
        };
        Ok(())
    }

    fn erase(&self) -> MutexGuard<'_, Erase> {
        // Nothing is left half-changed by a panic: each change is one assignment.
        self.0.erase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(merchant: &[u8], epoch: u32) -> Binding<'_> {
    Binding {
        table: "merchant-keys",
        row: merchant,
        version: u64::from(epoch),
    }
}

fn parse(wrapped: &[u8]) -> Result<(u32, &[u8; KEY_ID], &[u8]), OpenError> {
    let bytes = wrapped.len();
    let length = OpenError::Length { bytes };
    let (format, rest) = wrapped.split_first().ok_or(length)?;
    if *format != FORMAT {
        return Err(OpenError::Format { found: *format });
    }
    let (epoch, rest) = rest.split_first_chunk().ok_or(length)?;
    let (id, sealed) = rest.split_first_chunk().ok_or(length)?;
    Ok((u32::from_be_bytes(*epoch), id, sealed))
}

impl fmt::Debug for HistoryKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HistoryKeys(..)")
    }
}
