//! Secret bytes: kept on the heap, wiped when dropped, silent in `Debug`.

use std::fmt;

use zeroize::Zeroizing;

/// The operating system gave no random bytes, so no key can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Wipes itself on drop. Boxed, so that moving it leaves no copy on the stack.
pub(crate) struct SecretBytes<const N: usize>(Box<Zeroizing<[u8; N]>>);

/// A 256-bit key.
pub(crate) type Key = SecretBytes<32>;

impl<const N: usize> SecretBytes<N> {
    pub(crate) fn zeroed() -> Self {
        Self(Box::new(Zeroizing::new([0; N])))
    }

    pub(crate) fn random() -> Result<Self, NoRandomness> {
        let mut key = Self::zeroed();
        getrandom::fill(key.bytes_mut()).map_err(|_| NoRandomness)?;
        Ok(key)
    }

    /// Nothing if `bytes` is not exactly `N` long.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zeroed();
        if bytes.len() != N {
            return None;
        }
        key.bytes_mut().copy_from_slice(bytes);
        Some(key)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

impl<const N: usize> Clone for SecretBytes<N> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed();
        copy.bytes_mut().copy_from_slice(self.as_bytes());
        copy
    }
}

impl<const N: usize> fmt::Debug for SecretBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(..)")
    }
}

/// The raw 256-bit key of a `SQLCipher` database.
#[derive(Clone)]
pub struct DatabaseKey(pub(crate) Key);

impl DatabaseKey {
    /// The 32 bytes of the key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The value for `PRAGMA key`: `x'` and 64 hexadecimal digits and `'`, which
    /// `SQLCipher` takes as the key itself and does not stretch.
    pub fn to_sqlcipher(&self) -> Zeroizing<String> {
        // Reserved in full: growing would leave a copy of the first half behind.
        let mut text = Zeroizing::new(String::with_capacity(67));
        text.push_str("x'");
        for byte in self.as_bytes() {
            push_hex(&mut text, *byte);
        }
        text.push('\'');
        text
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}

/// The 64-byte BIP39 seed the money is made from.
#[derive(Clone)]
pub struct Seed(pub(crate) SecretBytes<64>);

impl Seed {
    /// The 64 bytes of the seed.
    pub fn as_bytes(&self) -> &[u8; 64] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

fn push_hex(text: &mut String, byte: u8) {
    for nibble in [byte >> 4, byte & 15] {
        if let Some(digit) = char::from_digit(u32::from(nibble), 16) {
            text.push(digit);
        }
    }
}

/// Lower-case hexadecimal, for things that are not secret.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        push_hex(&mut text, *byte);
    }
    text
}

/// The reverse of [`hex`] for exactly `N` bytes.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N.checked_mul(2)? || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_key_is_written_the_way_sqlcipher_takes_it_raw() {
        let key = DatabaseKey(Key::from_slice(&[0x0f; 32]).unwrap());
        assert_eq!(*key.to_sqlcipher(), format!("x'{}'", "0f".repeat(32)));
        assert_eq!(key.to_sqlcipher().len(), 67);
    }

    #[test]
    fn hexadecimal_reads_back_and_refuses_anything_else() {
        assert_eq!(unhex::<3>(&hex(&[0, 0xab, 0xff])), Some([0, 0xab, 0xff]));
        for wrong in ["", "00abf", "00abfg", "00abff00", "+0abff", "00äff"] {
            assert_eq!(unhex::<3>(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn secrets_are_silent_when_printed() {
        let marker = [0x5a; 32];
        let key = Key::from_slice(&marker).unwrap();
        let seed = Seed(SecretBytes::from_slice(&[0x5a; 64]).unwrap());
        let printed = format!("{key:?} {:?} {seed:?}", DatabaseKey(key.clone()));
        assert_eq!(printed, "SecretBytes(..) DatabaseKey(..) Seed(..)");
    }
}
