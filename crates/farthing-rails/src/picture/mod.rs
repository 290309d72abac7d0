//! Payment codes as pictures: reading them out of image files and camera frames, and drawing them.
//!
//! Pictures come from anyone. They are bounded in bytes, pixels and frames before anything is decoded, and
//! a panic in a decoder counts as a picture without a code.

mod animation;
mod draw;
mod find;
mod read;

#[cfg(test)]
mod tests;

pub use animation::{Frames, Seen};
pub use draw::{DrawError, animated_gif, animation_parts, needs_animation, qr_png, qr_terminal};
pub use read::read_picture;

/// The largest image file that is looked at, in bytes.
pub const MAX_PICTURE_BYTES: usize = 20 * 1024 * 1024;

/// The largest image that is looked at, in pixels.
pub const MAX_PIXELS: u64 = 40_000_000;

/// The longest animation that is looked at, in frames.
pub const MAX_FRAMES: usize = 2_000;

/// Why a picture gave no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The file is larger than anything that is looked at.
    #[error("this picture is too large (at most {max} bytes)")]
    TooManyBytes {
        /// The limit that was passed, in bytes.
        max: usize,
    },
    /// The image is larger than anything that is looked at.
    #[error("this picture has too many pixels (at most {max})")]
    TooManyPixels {
        /// The limit that was passed, in pixels.
        max: u64,
    },
    /// The animation is longer than anything that is looked at.
    #[error("this animation is too long (at most {max} frames of this size)")]
    TooManyFrames {
        /// The limit that was passed, in frames of this picture.
        max: usize,
    },
    /// Not PNG, JPEG, WebP, GIF or BMP.
    #[error("this is no PNG, JPEG, WebP, GIF or BMP picture")]
    UnknownFormat,
    /// A picture that ends early or is wrong inside.
    #[error("the picture is damaged")]
    Damaged,
    /// A camera frame whose pixels are not width times height.
    #[error("a frame of {width} by {height} pixels came with {pixels} pixels")]
    WrongSize {
        /// The width that was named.
        width: u32,
        /// The height that was named.
        height: u32,
        /// The pixels that came.
        pixels: usize,
    },
    /// A good picture in which there is no QR code that can be read.
    #[error("no QR code was found in the picture")]
    NoCode,
    /// An animated code of which frames are missing.
    #[error("only {have} of {of} parts of the animated code were found")]
    Incomplete {
        /// The parts that are there.
        have: usize,
        /// The parts that are needed.
        of: usize,
    },
    /// An animated code that is complete and carries something other than e-cash.
    #[error("the animated code holds no e-cash")]
    NotEcash,
}
