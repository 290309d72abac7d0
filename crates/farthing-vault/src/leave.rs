//! Leaving a device: what a wallet that is erased has in the keychain.

use std::path::Path;

use crate::attempts;
use crate::device::Device;
use crate::header::{ErasePlaceKind, Header};
use crate::keychain::KeychainError;
use crate::slots::DeviceSlot;
use crate::{anchor, erase};

/// Takes everything of the wallet in `home` out of the keychain: then neither its files nor a copy
/// of them open with a PIN. A wallet that can no longer be read has nothing that could be named,
/// and one without a keychain nothing at all.
///
/// # Errors
/// [`KeychainError`]; what opens the wallet goes first, so after an error it is as it was. It can be
/// done again.
pub fn leave_keychain(home: &Path) -> Result<(), KeychainError> {
    leave_keychain_on(&Device::this(), home)
}

/// Like [`leave_keychain`], with the keychain of a given device.
///
/// # Errors
/// As [`leave_keychain`].
pub fn leave_keychain_on(device: &Device, home: &Path) -> Result<(), KeychainError> {
    let Ok(header) = Header::read(home) else {
        return Ok(());
    };
    if header.device.is_none() && header.erase != ErasePlaceKind::Keychain {
        return Ok(());
    }
    let mut names = Vec::new();
    if let Some(slot) = &header.device {
        // A change of the secret that was cut short leaves one entry beside the one in use.
        let beside = [slot.entry.checked_add(1), slot.entry.checked_sub(1)];
        let entries = [Some(slot.entry)].into_iter().chain(beside).flatten();
        names.extend(entries.map(DeviceSlot::entry_name));
    }
    names.extend([erase::ENTRY, attempts::ENTRY, anchor::NAME].map(str::to_owned));
    let delete = |name: &String| device.keychain.delete(&header.wallet, name);
    if let Some((first, others)) = names.split_first() {
        delete(first)?;
        for name in others {
            // Without the first they open nothing, and the files go in any case: stopping here would
            // leave a wallet that neither is there nor is gone.
            let _ = delete(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Fault, Mark, MemoryKeychain, Secret, UnlockError, Vault};

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
            let left = leave_keychain_on(&device, home.path());
            keychain.fail_after(None);
            let secret = Secret::from_text("258036".to_owned());
            let opens = Vault::open_on(&device, home.path(), &secret, 0).is_ok();
            assert_eq!(opens, left.is_err(), "after {writes} writes");
        }
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
        assert_eq!(
            leave_keychain_on(&device, one.path()),
            Err(KeychainError::Locked)
        );
        keychain.set_fault(None);
        assert_eq!(keychain.entries().len(), of_both);

        leave_keychain_on(&device, one.path()).unwrap();
        leave_keychain_on(&device, one.path()).unwrap();
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
        assert_eq!(leave_keychain_on(&device, nowhere.path()), Ok(()));
        let secret = Secret::from_text("correct horse battery staple".to_owned());
        let mark = Mark::Practice { town: None };
        Vault::create_on(&device, nowhere.path(), &secret, mark, None).unwrap();
        assert_eq!(leave_keychain_on(&device, nowhere.path()), Ok(()));
    }
}
