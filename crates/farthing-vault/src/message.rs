//! Opening what a payee sealed for whoever pays it: AES-256-CBC under the preimage (LUD-10).
//!
//! The only cipher here that proves nothing of who wrote: the words are a stranger's, and are
//! shown as such.

use aes_gcm::aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};

/// The words under a payment's preimage, or `None` when it does not open them.
#[must_use]
pub fn open_message(preimage: &[u8; 32], iv: &[u8; 16], ciphertext: &[u8]) -> Option<Vec<u8>> {
    cbc::Decryptor::<Aes256>::new(&(*preimage).into(), &(*iv).into())
        .decrypt_padded_vec::<Pkcs7>(ciphertext)
        .ok()
}

#[cfg(test)]
mod tests {
    use cbc::cipher::BlockModeEncrypt;

    use super::*;

    #[test]
    fn only_the_preimage_opens_the_words() {
        let (key, iv) = ([7; 32], [9; 16]);
        let sealed = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into())
            .encrypt_padded_vec::<Pkcs7>(b"The door code is 4711.");
        assert_eq!(
            open_message(&key, &iv, &sealed).as_deref(),
            Some(&b"The door code is 4711."[..])
        );
        assert_ne!(
            open_message(&[8; 32], &iv, &sealed).as_deref(),
            Some(&b"The door code is 4711."[..])
        );
        assert_eq!(open_message(&key, &iv, &sealed[1..]), None);
        assert_eq!(open_message(&key, &iv, b""), None);
    }

    /// The first block of NIST SP 800-38A, F.2.5, padded as LUD-10 has it.
    #[test]
    fn the_published_vector_opens() {
        let bytes = |hex: &str| -> Vec<u8> {
            (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                .collect()
        };
        let key: [u8; 32] =
            bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
                .try_into()
                .unwrap();
        let iv: [u8; 16] = bytes("000102030405060708090a0b0c0d0e0f")
            .try_into()
            .unwrap();
        let plain = bytes("6bc1bee22e409f96e93d7e117393172a");
        let sealed = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into())
            .encrypt_padded_vec::<Pkcs7>(&plain);
        assert_eq!(sealed[..16], bytes("f58c4c04d6e5f1ba779eabfb5f7bfbd6"));
        assert_eq!(open_message(&key, &iv, &sealed), Some(plain));
    }
}
