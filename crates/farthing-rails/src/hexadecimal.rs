//! Hashes, keys and preimages as text: 32 bytes, 64 digits.

use sha2::{Digest, Sha256};

/// Lower-case digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The 32 bytes that 64 digits of either case stand for; nothing for any other text.
#[must_use]
pub fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// A name for a text that does not show it: its SHA-256, as digits.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Whether a preimage is the one of a payment's hash, both as text: then it was paid.
pub(crate) fn proves(preimage: &str, payment_hash: &str) -> bool {
    bytes_of(preimage).is_some_and(|bytes| hex(&Sha256::digest(bytes)) == payment_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_two_bytes_are_sixty_four_digits_and_nothing_else() {
        let text = "0f".repeat(32);
        assert_eq!(bytes_of(&text), Some([15; 32]));
        assert_eq!(bytes_of(&text.to_uppercase()), Some([15; 32]));
        assert_eq!(hex(&[15; 32]), text);
        for wrong in [
            "",
            "0f",
            &"0f".repeat(33),
            &"+f".repeat(32),
            &"zz".repeat(32),
            &"\u{e9}".repeat(32),
        ] {
            assert_eq!(bytes_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_the_preimage_of_a_hash_proves_its_payment() {
        let hash = hex(&Sha256::digest([1; 32]));
        assert!(proves(&hex(&[1; 32]), &hash));
        assert!(!proves(&hex(&[2; 32]), &hash));
        assert!(!proves("", &hash));
    }
}
