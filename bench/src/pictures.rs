//! Reading codes in other people's pictures, beside other decoders: zxing's black-box sets.
//!
//! Every decoder gets the same grey pixels; loading and turning are outside the clock.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use farthing_rails::picture::{Frames, Seen};
use image::{DynamicImage, GrayImage, Luma, imageops};
use rxing::BarcodeFormat;
use serde_json::{Value, json};

use crate::Outcome;
use crate::clock::{Took, both, timed};

/// How often an upright picture is read; the median counts.
const ROUNDS: usize = 5;

type Reader = fn(&GrayImage) -> Vec<String>;

const READERS: &[(&str, Reader)] = &[
    ("farthing", farthing),
    ("rxing", rxing_alone),
    ("rqrr", rqrr),
];

struct Sample {
    name: String,
    expected: String,
    turned: [GrayImage; 4],
}

/// Reads every picture of the folders in `sets`, each with its text beside it.
pub(crate) fn read(sets: &str) -> Outcome {
    let samples = samples(Path::new(sets))?;
    if samples.is_empty() {
        return Err(format!("no pictures with texts in {sets}").into());
    }
    let readers: Vec<Value> = READERS
        .iter()
        .map(|(name, reader)| {
            eprintln!("      {name}");
            judged(name, *reader, &samples)
        })
        .collect();
    Ok(json!({ "pictures": samples.len(), "readers": readers }))
}

fn judged(name: &str, reader: Reader, samples: &[Sample]) -> Value {
    let (mut correct, mut wrong, mut not_read) = ([0_u32; 4], Vec::new(), Vec::new());
    let mut times = Vec::new();
    for sample in samples {
        let mut rounds = Vec::new();
        for (turn, picture) in sample.turned.iter().enumerate() {
            // A decoder that panics has read nothing.
            let look = || catch_unwind(AssertUnwindSafe(|| reader(picture))).unwrap_or_default();
            let (texts, took) = timed(look);
            if turn == 0 {
                rounds.push(took);
                rounds.extend((1..ROUNDS).map(|_| timed(look).1));
            }
            let right = texts.iter().any(|text| same(text, &sample.expected));
            if let Some(count) = correct.get_mut(turn) {
                *count += u32::from(right);
            }
            if !right && turn == 0 {
                let list = if texts.is_empty() {
                    &mut not_read
                } else {
                    &mut wrong
                };
                list.push(sample.name.clone());
            }
        }
        rounds.sort_by(|one, other| one.wall.total_cmp(&other.wall));
        times.extend(rounds.get(ROUNDS / 2).copied());
    }
    let whole: f64 = times.iter().map(|took: &Took| took.wall).sum();
    json!({
        "reader": name, "correct": correct, "wrong": wrong, "not_read": not_read,
        "ms": both(&times), "total_s": (whole / 10.0).round() / 100.0,
    })
}

fn same(one: &str, other: &str) -> bool {
    let folded = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    folded(one) == folded(other)
}

fn samples(sets: &Path) -> Outcome<Vec<Sample>> {
    let mut files = Vec::new();
    for set in fs::read_dir(sets)? {
        let set = set?.path();
        if set.is_dir() {
            for file in fs::read_dir(set)? {
                files.push(file?.path());
            }
        }
    }
    files.sort();
    let mut samples = Vec::new();
    for file in files {
        let picture = file.extension().and_then(|ending| ending.to_str());
        if !matches!(picture, Some("png" | "jpg" | "gif")) {
            continue;
        }
        let Ok(expected) = fs::read_to_string(file.with_extension("txt")) else {
            continue;
        };
        let upright = on_white(image::open(&file)?);
        samples.push(Sample {
            name: file.strip_prefix(sets)?.display().to_string(),
            expected,
            turned: [
                imageops::rotate90(&upright),
                imageops::rotate180(&upright),
                imageops::rotate270(&upright),
                upright,
            ],
        });
        if let Some(sample) = samples.last_mut() {
            sample.turned.rotate_right(1);
        }
    }
    Ok(samples)
}

fn on_white(picture: DynamicImage) -> GrayImage {
    let rgba = picture.to_rgba8();
    let mut grey = picture.into_luma8();
    for (to, from) in grey.pixels_mut().zip(rgba.pixels()) {
        let (Luma([light]), [.., alpha]) = (*to, from.0);
        let mixed = u32::from(light) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        *to = Luma([u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX)]);
    }
    grey
}

fn farthing(picture: &GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    match Frames::new().look(picture.as_raw(), width, height) {
        Ok(Seen::Codes(texts)) => texts,
        Ok(Seen::Token(text)) => vec![text],
        _ => Vec::new(),
    }
}

/// The library this wallet uses, as it comes.
fn rxing_alone(picture: &GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    rxing::helpers::detect_in_luma(
        picture.as_raw().clone(),
        width,
        height,
        Some(BarcodeFormat::QR_CODE),
    )
    .map(|found| found.getText().to_owned())
    .into_iter()
    .collect()
}

fn rqrr(picture: &GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
            let at = |length: usize| u32::try_from(length).unwrap_or(0);
            picture
                .get_pixel(at(x), at(y))
                .0
                .first()
                .copied()
                .unwrap_or(0)
        });
    let grids = prepared.detect_grids();
    grids
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}
