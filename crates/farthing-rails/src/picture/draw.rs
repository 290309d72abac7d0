//! Drawing codes.

use std::str::FromStr;

use cdk::nuts::Token;
use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::png::PngEncoder;
use image::{
    Delay, DynamicImage, ExtendedColorType, Frame, GrayImage, ImageEncoder, Luma, imageops,
};
use qrcode::{Color, EcLevel, QrCode, Version};

/// Longest text of a single QR code: version 40, level L, bytes (ISO/IEC 18004, table 7).
const MAX_TEXT: usize = 2_953;

/// Tokens longer than this get an animation: a denser single code is hard to scan off a phone.
const COMFORTABLE: usize = 1_000;

/// Longest token for an animation, in bytes: about 170 frames, half a minute a round.
const MAX_ANIMATED: usize = 32 * 1024;

/// Payload bytes per frame, the most that NUT-16 recommends.
const FRAGMENT: usize = cdk::nuts::nut16::DEFAULT_MAX_FRAGMENT_LENGTH;

/// How long a frame stays, in milliseconds.
const FRAME_MS: u32 = 200;

/// Light modules around a code (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// The width in pixels that pictures come near to.
const PICTURE_SIDE: usize = 800;

/// Why a code could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrawError {
    /// There is no text.
    #[error("there is nothing to draw")]
    Empty,
    /// More than fits into a code.
    #[error("this is too long for a code (at most {max} bytes)")]
    TooLong {
        /// The limit that was passed, in bytes.
        max: usize,
    },
    /// Only e-cash can be spread over an animation (NUT-16).
    #[error("only e-cash can be drawn as an animated code")]
    NotEcash,
    /// The picture could not be written, for lack of memory.
    #[error("the picture could not be made")]
    Picture,
}

/// Whether the text is e-cash too long for one code that scans well: draw it with [`animated_gif`].
#[must_use]
pub fn needs_animation(text: &str) -> bool {
    text.len() > COMFORTABLE && (text.starts_with("cashuA") || text.starts_with("cashuB"))
}

/// A QR code as a PNG picture, black on white with its quiet zone.
///
/// Codes that mean the same in capitals are drawn in capitals, which makes them a third smaller.
///
/// # Errors
///
/// [`DrawError::Empty`], or [`DrawError::TooLong`] beyond what one code holds.
pub fn qr_png(text: &str) -> Result<Vec<u8>, DrawError> {
    let picture = picture(&Modules::of(&symbol(text)?), PICTURE_SIDE);
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            ExtendedColorType::L8,
        )
        .map_err(|_| DrawError::Picture)?;
    Ok(png)
}

/// A QR code for a terminal: half-block characters, two modules each, with the colours spelled out so that
/// it is black on white whatever the theme.
///
/// # Errors
///
/// As [`qr_png`].
pub fn qr_terminal(text: &str) -> Result<String, DrawError> {
    // Black and white of the fixed 256-colour palette: the first 16 colours belong to the theme.
    const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
    const RESET: &str = "\u{1b}[0m";

    let modules = Modules::of(&symbol(text)?);
    let mut drawn = String::new();
    for pair in modules.rows.chunks(2) {
        drawn.push_str(BLACK_ON_WHITE);
        let (upper, lower) = match pair {
            [upper, lower] => (upper.as_slice(), lower.as_slice()),
            [upper] => (upper.as_slice(), [].as_slice()),
            _ => continue,
        };
        let lower = lower.iter().copied().chain(std::iter::repeat(false));
        for (upper, lower) in upper.iter().zip(lower) {
            drawn.push(match (upper, lower) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        drawn.push_str(RESET);
        drawn.push('\n');
    }
    Ok(drawn)
}

/// The texts of the NUT-16 frames of a token, each short enough for one code, to be shown for ever in
/// a circle.
///
/// Half as many frames again carry mixtures of the others, so that a frame the camera missed need not be
/// waited for. `cashuA` tokens are written as `cashuB`.
///
/// # Errors
///
/// [`DrawError::NotEcash`] for anything but a token, [`DrawError::TooLong`] for a very long one.
pub fn animation_parts(token_text: &str) -> Result<Vec<String>, DrawError> {
    if token_text.len() > MAX_ANIMATED {
        return Err(DrawError::TooLong { max: MAX_ANIMATED });
    }
    let token = Token::from_str(token_text).map_err(|_| DrawError::NotEcash)?;
    let mut parts = token
        .ur_encoder(FRAGMENT)
        .map_err(|_| DrawError::NotEcash)?;
    let of = parts.fragment_count();
    let frames = if of == 1 { 1 } else { of + of.div_ceil(2) };
    (0..frames)
        .map(|_| {
            let part = parts.next_part().map_err(|_| DrawError::NotEcash)?;
            Ok(part.to_ascii_uppercase())
        })
        .collect()
}

/// The [`animation_parts`] of a token as an animated GIF.
///
/// # Errors
///
/// As [`animation_parts`].
pub fn animated_gif(token_text: &str) -> Result<Vec<u8>, DrawError> {
    let symbols = animation_parts(token_text)?
        .into_iter()
        .map(|part| symbol(&part).map(|symbol| (part, symbol)))
        .collect::<Result<Vec<_>, _>>()?;
    // One size for all, or the code would jump about.
    let version = symbols
        .iter()
        .map(|(_, symbol)| (symbol.width(), symbol.version()))
        .max_by_key(|(width, _)| *width)
        .map_or(Version::Normal(40), |(_, version)| version);

    let mut gif = Vec::new();
    {
        let mut encoder = GifEncoder::new_with_speed(&mut gif, 30);
        encoder
            .set_repeat(Repeat::Infinite)
            .map_err(|_| DrawError::Picture)?;
        for (part, mut symbol) in symbols {
            if symbol.version() != version {
                symbol =
                    QrCode::with_version(part.as_bytes(), version, symbol.error_correction_level())
                        .map_err(|_| DrawError::TooLong { max: MAX_ANIMATED })?;
            }
            let picture =
                DynamicImage::ImageLuma8(picture(&Modules::of(&symbol), PICTURE_SIDE / 2));
            let delay = Delay::from_numer_denom_ms(FRAME_MS, 1);
            encoder
                .encode_frame(Frame::from_parts(picture.into_rgba8(), 0, 0, delay))
                .map_err(|_| DrawError::Picture)?;
        }
    }
    Ok(gif)
}

/// The smallest symbol for the text, with level M while it stays easy to scan and L beyond.
fn symbol(text: &str) -> Result<QrCode, DrawError> {
    if text.is_empty() {
        return Err(DrawError::Empty);
    }
    let text = in_capitals(text);
    let level = if text.len() > COMFORTABLE / 2 {
        EcLevel::L
    } else {
        EcLevel::M
    };
    QrCode::with_error_correction_level(text.as_bytes(), level)
        .map_err(|_| DrawError::TooLong { max: MAX_TEXT })
}

/// Bech32 and UR mean the same in capitals (BOLT 11, BIP 173, NUT-26, BCR-2020-005), and QR codes have a
/// denser alphabet for capitals.
fn in_capitals(text: &str) -> String {
    let bare = text.strip_prefix("lightning:").unwrap_or(text);
    let insensitive = [
        "lnbc",
        "lntb",
        "lntbs",
        "lnbcrt",
        "lnsb",
        "lnurl1",
        "lno1",
        "creqb1",
        "ur:bytes/",
    ]
    .iter()
    .any(|start| bare.starts_with(start));
    let one_case = text
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'/' | b'-'));
    if insensitive && one_case {
        text.to_ascii_uppercase()
    } else {
        text.to_owned()
    }
}

/// A symbol with its quiet zone; true is dark.
struct Modules {
    rows: Vec<Vec<bool>>,
}

impl Modules {
    fn of(symbol: &QrCode) -> Self {
        let width = symbol.width() + 2 * QUIET;
        let blank = || std::iter::repeat_with(|| vec![false; width]).take(QUIET);
        let colours = symbol.to_colors();
        let drawn = colours.chunks(symbol.width().max(1)).map(|row| {
            let quiet = std::iter::repeat_n(false, QUIET);
            let dark = row.iter().map(|colour| *colour == Color::Dark);
            quiet.clone().chain(dark).chain(quiet).collect::<Vec<_>>()
        });
        Self {
            rows: blank().chain(drawn).chain(blank()).collect(),
        }
    }
}

/// Whole pixels per module, at least 4: fewer are lost in the next screenshot or JPEG.
fn picture(modules: &Modules, side: usize) -> GrayImage {
    let count = modules.rows.len().max(1);
    let pixels = modules
        .rows
        .iter()
        .flatten()
        .map(|dark| if *dark { 0 } else { 255 })
        .collect::<Vec<u8>>();
    let width = u32::try_from(count).unwrap_or(1);
    let scale = u32::try_from((side / count).clamp(4, 12)).unwrap_or(4);
    let small = GrayImage::from_raw(width, width, pixels)
        .unwrap_or_else(|| GrayImage::from_pixel(1, 1, Luma([255])));
    imageops::resize(
        &small,
        small.width() * scale,
        small.height() * scale,
        imageops::FilterType::Nearest,
    )
}
