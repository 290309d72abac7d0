//! Image files.

use farthing_rails::picture::read_picture;

/// The largest side of a picture that is decoded here. The wallet's own bounds are far above; they
/// have tests of their own, and one picture of 40 million pixels takes as long as a thousand small
/// ones.
const LARGEST_SIDE: u32 = 160;

/// PNG, JPEG, WebP, GIF and BMP from anyone.
pub fn picture(data: &[u8]) {
    if claimed_side(data).is_some_and(|side| side > LARGEST_SIDE) {
        return;
    }
    if let Ok(texts) = read_picture(data) {
        assert!(!texts.is_empty());
    }
}

/// The longer side a file claims to have.
fn claimed_side(data: &[u8]) -> Option<u32> {
    if data.starts_with(b"\x89PNG") {
        let side = |at: usize| Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?));
        return Some(side(16)?.max(side(20)?));
    }
    if data.starts_with(b"GIF8") {
        let side = |at: usize| Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?));
        return Some(u32::from(side(6)?.max(side(8)?)));
    }
    if data.starts_with(b"BM") {
        let side = |at: usize| {
            let side = i32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?);
            Some(side.unsigned_abs())
        };
        // The oldest header has its sides elsewhere, in two bytes each.
        let old = |at: usize| {
            Some(u32::from(u16::from_le_bytes(
                data.get(at..at + 2)?.try_into().ok()?,
            )))
        };
        return if data.get(14) == Some(&12) {
            Some(old(18)?.max(old(20)?))
        } else {
            Some(side(18)?.max(side(22)?))
        };
    }
    if data.starts_with(b"RIFF") {
        let at = |at: usize| data.get(at).copied().map_or(0, u32::from);
        let whole = |from: usize| at(from) | at(from + 1) << 8 | at(from + 2) << 16;
        return Some(match data.get(12..16)? {
            b"VP8 " => (whole(26) & 0x3fff).max(whole(28) & 0x3fff),
            b"VP8L" => {
                let bits = whole(21) | at(24) << 24;
                (bits & 0x3fff).max(bits >> 14 & 0x3fff) + 1
            }
            _ => whole(24).max(whole(27)) + 1,
        });
    }
    // JPEG: any start-of-frame marker anywhere, which is generous and enough.
    data.windows(9)
        .filter(|part| part[0] == 0xff && (0xc0..=0xcf).contains(&part[1]))
        .map(|part| {
            u32::from(u16::from_be_bytes([part[5], part[6]]))
                .max(u32::from(u16::from_be_bytes([part[7], part[8]])))
        })
        .max()
}
