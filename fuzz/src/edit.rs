//! Small scripts of edits, so that the fuzzer changes a genuine file instead of writing noise.
//!
//! Each step takes four bytes: what to do, where (two bytes, a part of the whole length), and a value.

/// `base` after the edits of `script`.
pub(crate) fn edited(base: &[u8], script: &[u8]) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for step in script.chunks_exact(4).take(32) {
        let [what, high, low, value] = *step else {
            continue;
        };
        let at = position(u16::from_be_bytes([high, low]), bytes.len());
        match what % 8 {
            0 if at < bytes.len() => bytes[at] ^= value,
            1 if at < bytes.len() => bytes[at] = value,
            2 => bytes.truncate(at),
            3 => bytes.insert(at, value),
            4 if at < bytes.len() => {
                bytes.remove(at);
            }
            // A whole piece, such as a page or a field, moved elsewhere.
            5 => {
                let piece = usize::from(value).saturating_mul(16);
                let to = at.saturating_add(piece).min(bytes.len());
                let piece: Vec<u8> = bytes[at..to].to_vec();
                bytes.splice(at..at, piece);
            }
            6 => {
                let to = at.saturating_add(usize::from(value).saturating_mul(16));
                let end = to.min(bytes.len());
                bytes[at..end].fill(0);
            }
            7 => bytes.extend(std::iter::repeat_n(value, at % 64)),
            _ => {}
        }
    }
    bytes
}

/// Spreads 65,536 places over a length, so that every part of a long file can be reached; short
/// ones byte by byte.
fn position(place: u16, length: usize) -> usize {
    let place = usize::from(place);
    if length <= usize::from(u16::MAX) {
        place % (length + 1)
    } else {
        place * length / usize::from(u16::MAX)
    }
}
