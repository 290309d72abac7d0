//! Payment codes as pictures.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Luma};
use qrcode::{EcLevel, QrCode};

/// Why a code could not become a picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// More text than a QR code holds.
    #[error("the text does not fit in a QR code: {0}")]
    TooLong(#[from] qrcode::types::QrError),
    /// The picture could not be encoded.
    #[error("the picture could not be written: {0}")]
    Encode(#[from] image::ImageError),
}

/// A PNG of `text` as a QR code with its quiet zone, eight pixels a module at least.
pub fn qr_png(text: &str) -> Result<Vec<u8>, PictureError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    let picture = code
        .render::<Luma<u8>>()
        .module_dimensions(8, 8)
        .quiet_zone(true)
        .build();
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture).write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}
