//! Finding QR codes in grey pixels.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{GrayImage, Luma, imageops};
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{
    BitMatrix, DetectorRXingResult as _, GlobalHistogramBinarizer, HybridBinarizer,
};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer, BinaryBitmap, Luma8LuminanceSource};

/// Codes fill a good part of a photo that was taken of them: beyond this many pixels on the longer side,
/// detail only adds noise and time.
const WORKING_SIDE: u32 = 1_600;

/// The longer side up to which a large picture is also read as it is, for several small codes on one sheet.
const LARGEST_SIDE: u32 = 4_000;

/// The shorter side below which a picture is enlarged, because a module may be one pixel.
const SMALL_SIDE: u32 = 200;

/// White put around a picture that was cut at the edge of the code.
const MARGIN: u32 = 24;

/// Finder patterns a picture may hold: three a code, and what noise adds.
const MAX_PATTERNS: usize = 600;

/// Triples of finder patterns that are tried as a code, the likeliest first.
const MAX_TRIES: usize = 1_000;

/// The side of the squares in which finder patterns are counted, in pixels.
const TILE: u32 = 400;

/// More codes than this in one picture are left out.
const MAX_CODES: usize = 32;

/// The texts of all QR codes in the picture, each once.
pub(super) fn find(picture: &GrayImage) -> Vec<String> {
    if picture.width() == 0 || picture.height() == 0 {
        return Vec::new();
    }
    let working = fit(picture, WORKING_SIDE);
    let mut found = Vec::new();
    collect(&mut found, hybrid(&working, false));
    if working.dimensions() != picture.dimensions() {
        collect(&mut found, hybrid(&fit(picture, LARGEST_SIDE), false));
    }
    if found.is_empty() {
        // Each of these helps with some pictures and costs time, so the first success ends it.
        let attempts: [&dyn Fn() -> Vec<String>; 7] = [
            &|| hybrid(&working, true),
            &|| histogram(&working),
            &|| hybrid(&with_margin(&working), false),
            &|| hybrid(&inverted(&working), false),
            &|| {
                hybrid(
                    &fit(&working, working.width().max(working.height()) / 3),
                    false,
                )
            },
            &|| {
                hybrid(
                    &fit(&working, working.width().max(working.height()) / 3),
                    true,
                )
            },
            &|| enlarged(&working).map_or_else(Vec::new, |large| hybrid(&large, false)),
        ];
        for attempt in attempts {
            collect(&mut found, attempt());
            if !found.is_empty() {
                break;
            }
        }
    }
    found
}

fn collect(found: &mut Vec<String>, texts: Vec<String>) {
    for text in texts {
        if found.len() < MAX_CODES && !text.is_empty() && !found.contains(&text) {
            found.push(text);
        }
    }
}

/// Runs a reader that works through hostile pixels with unchecked arithmetic; its panics mean "nothing".
fn guarded(read: impl FnOnce() -> Option<Vec<String>>) -> Vec<String> {
    catch_unwind(AssertUnwindSafe(read))
        .ok()
        .flatten()
        .unwrap_or_default()
}

fn source(picture: &GrayImage) -> Option<Luma8LuminanceSource> {
    let (width, height) = picture.dimensions();
    Luma8LuminanceSource::new(picture.as_raw().clone(), width, height).ok()
}

/// Thresholds that follow the light across the picture; `closed` mends modules with gaps between them.
fn hybrid(picture: &GrayImage, closed: bool) -> Vec<String> {
    guarded(|| {
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source(picture)?));
        if closed {
            bitmap.close().ok()?;
        }
        all(&mut bitmap)
    })
}

/// One threshold for the whole picture, better on clean screenshots of odd colours.
fn histogram(picture: &GrayImage) -> Vec<String> {
    guarded(|| {
        all(&mut BinaryBitmap::new(GlobalHistogramBinarizer::new(
            source(picture)?,
        )))
    })
}

/// Reads every code in black and white pixels.
///
/// The library's own loop has no bound: a picture full of finder patterns keeps it busy for minutes. So the
/// patterns are counted before they are compared with each other, and the tries are limited.
fn all<B: Binarizer>(bitmap: &mut BinaryBitmap<B>) -> Option<Vec<String>> {
    let pixels = bitmap.get_black_matrix();
    if is_crowded(pixels) {
        return None;
    }
    let mut patterns = FindFinderPatterns(pixels, true, 0);
    let mut used: Vec<ConcentricPattern> = Vec::new();
    let mut texts = Vec::new();
    for set in GenerateFinderPatternSets(&mut patterns)
        .iter()
        .take(MAX_TRIES)
    {
        let corners = [set.bl, set.tl, set.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let Ok(sampled) = SampleQR(pixels, set) else {
            continue;
        };
        let Ok(decoded) = Decode(sampled.getBits()) else {
            continue;
        };
        if decoded.isValid() {
            used.extend(corners);
            texts.push(decoded.text());
            if texts.len() == MAX_CODES {
                break;
            }
        }
    }
    Some(texts)
}

/// Whether there are more finder patterns than any sheet of codes has. Looks at one tile after the other,
/// because finding patterns takes the square of their number.
fn is_crowded(pixels: &BitMatrix) -> bool {
    let (width, height) = (pixels.width(), pixels.height());
    let mut count = 0;
    for top in (0..height).step_by(TILE as usize) {
        for left in (0..width).step_by(TILE as usize) {
            let mut tile = match BitMatrix::new(TILE.min(width - left), TILE.min(height - top)) {
                Ok(tile) => tile,
                Err(_) => continue,
            };
            for y in 0..tile.height() {
                for x in 0..tile.width() {
                    tile.set_bool(x, y, pixels.get(left + x, top + y));
                }
            }
            count += FindFinderPatterns(&tile, true, 0).len();
            if count > MAX_PATTERNS {
                return true;
            }
        }
    }
    false
}

/// The picture with its longer side at most `side` pixels long.
fn fit(picture: &GrayImage, side: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= side || side == 0 {
        return picture.clone();
    }
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(side) / u64::from(longer);
        u32::try_from(length).unwrap_or(side).max(1)
    };
    imageops::thumbnail(picture, scaled(width), scaled(height))
}

fn enlarged(picture: &GrayImage) -> Option<GrayImage> {
    let (width, height) = picture.dimensions();
    (width.min(height) <= SMALL_SIDE && width.max(height) <= WORKING_SIDE).then(|| {
        let large = imageops::resize(
            picture,
            width * 4,
            height * 4,
            imageops::FilterType::Nearest,
        );
        with_margin(&large)
    })
}

fn inverted(picture: &GrayImage) -> GrayImage {
    let mut copy = picture.clone();
    imageops::invert(&mut copy);
    copy
}

fn with_margin(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let mut wide = GrayImage::from_pixel(width + 2 * MARGIN, height + 2 * MARGIN, Luma([255]));
    imageops::replace(&mut wide, picture, MARGIN.into(), MARGIN.into());
    wide
}
