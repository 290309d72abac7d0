//! Payment requests whose payee is reached by another way than the one it named.

/// The same request, whose payee is at `door` and not at `address`, which is as long.
///
/// # Panics
/// When the request does not name that address.
#[must_use]
pub fn at_another_door(request: &str, address: &str, door: &str) -> String {
    assert_eq!(address.len(), door.len(), "{address} {door}");
    let mut bytes = unbase64(request.strip_prefix("creqA").unwrap());
    let at = bytes
        .windows(address.len())
        .position(|window| window == address.as_bytes())
        .expect("the payee's address is in its request");
    bytes[at..at + door.len()].copy_from_slice(door.as_bytes());
    format!("creqA{}", base64(&bytes))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0_usize, |sum, at| {
            sum << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..=three.len() {
            text.push(char::from(DIGITS[number >> (18 - 6 * at) & 63]));
        }
    }
    text
}

fn unbase64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut number, mut bits) = (0_usize, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let value = DIGITS.iter().position(|known| *known == digit).unwrap();
        number = (number << 6 | value) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(number >> bits & 255).unwrap());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_the_same_when_nothing_is_exchanged() {
        for length in 0..9_u8 {
            let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(89) ^ 0xe1).collect();
            assert_eq!(unbase64(&base64(&bytes)), bytes);
        }
        assert_eq!(base64(b"\xff\xee+"), "_-4r");
    }
}
