//! Finding QR codes in grey pixels.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{GrayImage, Luma, imageops};
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, Reader};

/// Codes fill a good part of a photo that was taken of them: beyond this many pixels on the longer side,
/// detail only adds noise and time.
const WORKING_SIDE: u32 = 1_600;

/// The longer side up to which a large picture is also read as it is, for several small codes on one sheet.
const LARGEST_SIDE: u32 = 4_000;

/// The shorter side below which a picture is enlarged, because a module may be one pixel.
const SMALL_SIDE: u32 = 200;

/// White put around a picture that was cut at the edge of the code.
const MARGIN: u32 = 24;

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
        let attempts: [&dyn Fn() -> Vec<String>; 8] = [
            &|| hybrid(&working, true),
            &|| histogram(&working),
            &|| classic(&working),
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

fn hints() -> DecodeHints {
    DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        TryHarder: Some(true),
        ..DecodeHints::default()
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

/// The older detector, which finds a few codes that the newer one misses.
fn classic(picture: &GrayImage) -> Vec<String> {
    guarded(|| {
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source(picture)?));
        let result = QRCodeReader::new()
            .decode_with_hints(&mut bitmap, &hints())
            .ok()?;
        Some(vec![result.getText().to_owned()])
    })
}

fn all<B: Binarizer>(bitmap: &mut BinaryBitmap<B>) -> Option<Vec<String>> {
    let results = QrReader.decode_multiple_with_hints(bitmap, &hints()).ok()?;
    Some(
        results
            .iter()
            .map(|result| result.getText().to_owned())
            .collect(),
    )
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
