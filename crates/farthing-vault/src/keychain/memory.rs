//! A keychain in memory, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::{Keychain, KeychainError};

/// What the keychain pretends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing answers.
    Absent,
    /// Something answers and does not open.
    Locked,
    /// Something is asked and does not answer.
    Silent,
    /// It has every entry more than once.
    Twice,
    /// Reads work, writes fail.
    ReadOnly,
}

/// A keychain in memory. Clones share their entries.
#[derive(Debug, Clone, Default)]
pub struct MemoryKeychain(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    entries: BTreeMap<(String, String), Vec<u8>>,
    fault: Option<Fault>,
    writes_left: Option<u32>,
    backend: Option<&'static str>,
}

impl MemoryKeychain {
    /// Empty and open.
    pub fn new() -> Self {
        Self::default()
    }

    /// Empty, open, and of another kind.
    pub fn of_kind(backend: &'static str) -> Self {
        let keychain = Self::new();
        keychain.state().backend = Some(backend);
        keychain
    }

    /// From now on it pretends this.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.state().fault = fault;
    }

    /// The next so many writes and deletions work, then they fail.
    pub fn fail_after(&self, writes: Option<u32>) {
        self.state().writes_left = writes;
    }

    /// Forgets every entry.
    pub fn wipe(&self) {
        self.state().entries.clear();
    }

    /// Every entry: wallet, name and bytes.
    pub fn entries(&self) -> Vec<(String, String, Vec<u8>)> {
        self.state()
            .entries
            .iter()
            .map(|((wallet, name), bytes)| (wallet.clone(), name.clone(), bytes.clone()))
            .collect()
    }

    /// Deletes every entry called so.
    pub fn forget(&self, name: &str) {
        self.state().entries.retain(|(_, entry), _| entry != name);
    }

    /// Cuts every entry whose name starts so to its first bytes.
    pub fn truncate(&self, name: &str, to: usize) {
        for ((_, entry), bytes) in &mut self.state().entries {
            if entry.starts_with(name) {
                bytes.truncate(to);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ready(&self) -> Result<MutexGuard<'_, State>, KeychainError> {
        let state = self.state();
        match state.fault {
            Some(Fault::Absent) => Err(KeychainError::Absent),
            Some(Fault::Locked) => Err(KeychainError::Locked),
            Some(Fault::Silent) => Err(KeychainError::Silent),
            Some(Fault::Twice) => Err(KeychainError::Twice),
            Some(Fault::ReadOnly) | None => Ok(state),
        }
    }

    fn writable(&self) -> Result<MutexGuard<'_, State>, KeychainError> {
        let mut state = self.ready()?;
        let stopped = state.fault == Some(Fault::ReadOnly) || state.writes_left == Some(0);
        if stopped {
            return Err(KeychainError::Failed {
                reason: "it does not write".to_owned(),
            });
        }
        state.writes_left = state.writes_left.map(|left| left.saturating_sub(1));
        Ok(state)
    }
}

impl Keychain for MemoryKeychain {
    fn backend(&self) -> &str {
        self.state().backend.unwrap_or("memory")
    }

    fn read(&self, wallet: &str, name: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        let key = (wallet.to_owned(), name.to_owned());
        let state = self.ready()?;
        let bytes = state.entries.get(&key).ok_or(KeychainError::NoEntry)?;
        Ok(Zeroizing::new(bytes.clone()))
    }

    fn write(&self, wallet: &str, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        let key = (wallet.to_owned(), name.to_owned());
        self.writable()?.entries.insert(key, secret.to_vec());
        Ok(())
    }

    fn delete(&self, wallet: &str, name: &str) -> Result<(), KeychainError> {
        let key = (wallet.to_owned(), name.to_owned());
        self.writable()?.entries.remove(&key);
        Ok(())
    }
}
