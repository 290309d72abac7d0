//! Image files.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::gif::GifDecoder;
use image::{
    AnimationDecoder, DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader,
    Limits, Luma,
};

use super::animation::{Frames, Seen};
use super::{MAX_FRAMES, MAX_PICTURE_BYTES, MAX_PIXELS, PictureError};

/// The memory a decoder may ask for: the largest picture with 4 bytes a pixel, and working space.
const MAX_DECODER_BYTES: u64 = 256 * 1024 * 1024;

/// Pixels looked at in one animation, all frames together, which bounds the time.
const MAX_ANIMATION_PIXELS: u64 = 300_000_000;

/// Reads the QR codes in a PNG, JPEG, WebP, GIF or BMP file: the texts, each once, at least one.
///
/// The frames of an animated e-cash code (NUT-16) come back as one token text.
///
/// # Errors
///
/// [`PictureError`], above all [`PictureError::NoCode`] for a good picture without a readable code and
/// [`PictureError::Incomplete`] for an animation that lacks parts.
pub fn read_picture(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(PictureError::TooManyBytes {
            max: MAX_PICTURE_BYTES,
        });
    }
    // The decoders are meant not to panic; if one does, the wallet goes on.
    catch_unwind(AssertUnwindSafe(|| decode(bytes))).unwrap_or(Err(PictureError::Damaged))
}

fn decode(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    let open = || {
        ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| PictureError::Damaged)
    };
    let format = match open()?.format() {
        Some(
            format @ (ImageFormat::Png
            | ImageFormat::Jpeg
            | ImageFormat::WebP
            | ImageFormat::Gif
            | ImageFormat::Bmp),
        ) => format,
        _ => return Err(PictureError::UnknownFormat),
    };
    // From the header alone: a file of a few bytes can claim any size.
    let (width, height) = open()?.into_dimensions().map_err(|error| refused(&error))?;
    check_size(width, height)?;

    let mut frames = Frames::new();
    if format == ImageFormat::Gif {
        read_frames(bytes, u64::from(width) * u64::from(height), &mut frames)?;
    } else {
        let mut reader = open()?;
        reader.limits(limits());
        let picture = reader.decode().map_err(|error| refused(&error))?;
        frames.look_at(&luma_on_white(picture))?;
    }
    frames.finish()
}

fn read_frames(bytes: &[u8], pixels: u64, frames: &mut Frames) -> Result<(), PictureError> {
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    decoder
        .set_limits(limits())
        .map_err(|error| refused(&error))?;
    let by_pixels = usize::try_from(MAX_ANIMATION_PIXELS / pixels.max(1)).unwrap_or(MAX_FRAMES);
    let max = by_pixels.clamp(1, MAX_FRAMES);
    let mut last = None;
    for (number, frame) in decoder.into_frames().enumerate() {
        if number == max {
            return Err(PictureError::TooManyFrames { max });
        }
        // A file cut short may still hold every part that is needed.
        let frame = match frame {
            Ok(frame) => frame,
            Err(_) if frames.has_seen_any() => break,
            Err(error) => return Err(refused(&error)),
        };
        let picture = luma_on_white(DynamicImage::ImageRgba8(frame.into_buffer()));
        // A still moment holds no news, and looking is what takes the time.
        if last.as_ref() != Some(&picture)
            && let Seen::Token(_) = frames.look_at(&picture)?
        {
            break;
        }
        last = Some(picture);
    }
    Ok(())
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    limits
}

pub(super) fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels { max: MAX_PIXELS });
    }
    Ok(())
}

fn refused(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooManyPixels { max: MAX_PIXELS },
        _ => PictureError::Damaged,
    }
}

/// Grey pixels, with whatever is see-through lying on white paper.
fn luma_on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let rgba = picture.into_rgba8();
    let mut grey = GrayImage::new(rgba.width(), rgba.height());
    for (to, from) in grey.pixels_mut().zip(rgba.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let light = (red * 299 + green * 587 + blue * 114) / 1_000;
        let mixed = (light * alpha + 255 * (255 - alpha) + 127) / 255;
        *to = Luma([u8::try_from(mixed).unwrap_or(u8::MAX)]);
    }
    grey
}
