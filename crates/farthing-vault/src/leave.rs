//! Leaving a device: what a wallet that is erased has in the keychain.
//!
//! The names are told before the wallet's file goes, which alone knows them: what a keychain does not
//! give up now is taken out later.

use std::path::Path;

use crate::attempts;
use crate::device::Device;
use crate::header::{ErasePlaceKind, Header};
use crate::key::unhex;
use crate::keychain::KeychainError;
use crate::slots::DeviceSlot;
use crate::unlock::UnlockError;
use crate::{anchor, erase};

/// What a wallet has in the keychain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    wallet: String,
    /// What opens the wallet, or an old copy of its file, comes first.
    names: Vec<String>,
}

impl Leaving {
    /// All that the wallet in `home` may have there; nothing of one without a keychain.
    ///
    /// # Errors
    /// [`UnlockError`]: there is no wallet, or it cannot be read which.
    pub fn of(home: &Path) -> Result<Self, UnlockError> {
        let header = Header::read(home)?;
        let mut names = Vec::new();
        if let Some(slot) = &header.device {
            // Changes of the secret that were cut short leave entries beside the one in use: with one an
            // old copy of the file opens.
            let before = slot.entry.saturating_sub(MOST_BEFORE)..slot.entry;
            let after = slot.entry.checked_add(1);
            let entries = after.into_iter().chain(before).chain([slot.entry]);
            names.extend(entries.map(DeviceSlot::entry_name));
        }
        if header.device.is_some() || header.erase == ErasePlaceKind::Keychain {
            names.extend(OTHERS.map(str::to_owned));
        }
        Ok(Self {
            wallet: header.wallet,
            names,
        })
    }

    /// Reads what [`Self::to_text`] wrote; `None` where no wallet is named.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let wallet = lines.next()?;
        unhex::<16>(wallet)?;
        Some(Self {
            wallet: wallet.to_owned(),
            names: lines
                .filter(|name| opens(name) || OTHERS.contains(name))
                .map(str::to_owned)
                .collect(),
        })
    }

    /// The wallet's name on the first line, and below it the names of what it has in the keychain.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.wallet.clone();
        for name in &self.names {
            text.push('\n');
            text.push_str(name);
        }
        text
    }

    /// Which wallet it is.
    #[must_use]
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// Takes all of it out of the keychain: then neither the wallet's files nor a copy of them open
    /// with a PIN. `false` where something stays that opens nothing.
    ///
    /// # Errors
    /// [`KeychainError`]; the entry in use goes after those beside it, so after an error the wallet
    /// opens as it did. It can be done again.
    pub fn leave(&self) -> Result<bool, KeychainError> {
        self.leave_on(&Device::this())
    }

    /// Like [`Self::leave`], with the keychain of a given device.
    ///
    /// # Errors
    /// As [`Self::leave`].
    pub fn leave_on(&self, device: &Device) -> Result<bool, KeychainError> {
        let mut all = true;
        for name in &self.names {
            match device.keychain.delete(&self.wallet, name) {
                Ok(()) => {}
                Err(error) if opens(name) => return Err(error),
                Err(_) => all = false,
            }
        }
        Ok(all)
    }
}

/// So many entries before the one in use may be left over: each takes a change that was cut short.
const MOST_BEFORE: u32 = 8;

/// What opens nothing once the others are gone.
const OTHERS: [&str; 3] = [erase::ENTRY, attempts::ENTRY, anchor::NAME];

fn opens(name: &str) -> bool {
    let number = name.strip_prefix("device-");
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Fault, Mark, MemoryKeychain, Secret, Vault};

    fn leave(device: &Device, home: &Path) -> Result<bool, KeychainError> {
        Leaving::of(home).unwrap().leave_on(device)
    }

    fn made(device: &Device, home: &Path) -> crate::RecoveryWords {
        let secret = Secret::from_text("258036".to_owned());
        let mark = Mark::Practice { town: None };
        Vault::create_on(device, home, &secret, mark, None)
            .unwrap()
            .1
    }

    #[test]
    fn a_keychain_that_fails_on_the_way_leaves_a_wallet_that_opens_or_one_that_is_gone() {
        for writes in 0..6 {
            let keychain = MemoryKeychain::new();
            let device = Device::with_keychain(Arc::new(keychain.clone())).at_least_cost();
            let home = tempfile::tempdir().unwrap();
            made(&device, home.path());
            keychain.fail_after(Some(writes));
            let left = leave(&device, home.path());
            keychain.fail_after(None);
            let secret = Secret::from_text("258036".to_owned());
            let opens = Vault::open_on(&device, home.path(), &secret, 0).is_ok();
            assert_eq!(opens, left.is_err(), "after {writes} writes");
            // What stays has its name on a list, and goes when the file is gone.
            let list = Leaving::of(home.path()).unwrap().to_text();
            std::fs::remove_file(home.path().join("vault.json")).unwrap();
            let list = Leaving::from_text(&list).unwrap();
            assert_eq!(list.leave_on(&device), Ok(true));
            assert_eq!(keychain.entries(), []);
        }
    }

    #[test]
    fn a_history_that_moved_to_a_file_leaves_nothing_behind_in_the_keychain() {
        let keychain = MemoryKeychain::new();
        let device = Device::with_keychain(Arc::new(keychain.clone())).at_least_cost();
        let home = tempfile::tempdir().unwrap();
        let words = made(&device, home.path());
        keychain.set_fault(Some(Fault::Absent));
        let mut vault = Vault::open_with_words_on(&device, home.path(), &words, None, 0).unwrap();
        vault.start_history_over().unwrap();
        keychain.set_fault(None);
        assert_eq!(leave(&device, home.path()), Ok(true));
        assert_eq!(keychain.entries(), []);
    }

    #[test]
    fn what_is_gone_does_not_open_with_the_pin_before_either() {
        for writes in 0..6 {
            let keychain = MemoryKeychain::new();
            let device = Device::with_keychain(Arc::new(keychain.clone())).at_least_cost();
            let (home, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
            let before = Secret::from_text("258036".to_owned());
            let mark = Mark::Practice { town: None };
            let (mut vault, _) =
                Vault::create_on(&device, home.path(), &before, mark, None).unwrap();
            for file in ["vault.json", "attempts.json"] {
                std::fs::copy(home.path().join(file), copy.path().join(file)).unwrap();
            }
            // Cut short before the old entry goes.
            keychain.fail_after(Some(3));
            let next = Secret::from_text("716402".to_owned());
            assert!(vault.change_secret(&next, 0).is_err());
            keychain.fail_after(Some(writes));
            let left = leave(&device, home.path());
            keychain.fail_after(None);
            if left.is_ok() {
                let opens = Vault::open_on(&device, copy.path(), &before, 0).is_ok();
                assert!(!opens, "after {writes} writes");
            }
        }
    }

    #[test]
    fn a_list_names_a_wallet_and_nothing_but_what_it_may_have() {
        for text in ["", "device-1", "../..\ndevice-1"] {
            assert_eq!(Leaving::from_text(text), None, "{text}");
        }
        let wallet = "00112233445566778899aabbccddeeff";
        let listed = Leaving::from_text(&format!("{wallet}\ndevice-\nprobe\nerase\ndevice-7"));
        let listed = listed.unwrap();
        assert_eq!(listed.wallet(), wallet);
        assert_eq!(listed.to_text(), format!("{wallet}\nerase\ndevice-7"));
    }

    #[test]
    fn nothing_of_it_stays_in_the_keychain_and_nothing_of_another_goes() {
        let keychain = Arc::new(MemoryKeychain::new());
        let device = Device::with_keychain(keychain.clone()).at_least_cost();
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let words = made(&device, one.path());
        let before = keychain.entries();
        assert!(!before.is_empty());
        made(&device, other.path());
        let of_both = keychain.entries().len();

        keychain.set_fault(Some(Fault::Locked));
        assert_eq!(leave(&device, one.path()), Err(KeychainError::Locked));
        keychain.set_fault(None);
        assert_eq!(keychain.entries().len(), of_both);

        assert_eq!(leave(&device, one.path()), Ok(true));
        assert_eq!(leave(&device, one.path()), Ok(true));
        assert_eq!(keychain.entries().len(), of_both - before.len());
        let secret = Secret::from_text("258036".to_owned());
        assert!(matches!(
            Vault::open_on(&device, one.path(), &secret, 0),
            Err(UnlockError::KeychainEntryMissing)
        ));
        assert!(Vault::open_with_words_on(&device, one.path(), &words, None, 0).is_ok());
        assert!(Vault::open_on(&device, other.path(), &secret, 0).is_ok());
    }

    #[test]
    fn without_a_keychain_or_a_wallet_there_is_nothing_to_leave() {
        let nowhere = tempfile::tempdir().unwrap();
        let device = Device::without_keychain().at_least_cost();
        assert!(matches!(
            Leaving::of(nowhere.path()),
            Err(UnlockError::NoWallet)
        ));
        let secret = Secret::from_text("correct horse battery staple".to_owned());
        let mark = Mark::Practice { town: None };
        Vault::create_on(&device, nowhere.path(), &secret, mark, None).unwrap();
        assert_eq!(leave(&device, nowhere.path()), Ok(true));
    }
}
