//! Codes spread over many frames (NUT-16), and single ones, as a camera sees them.

use std::fmt;

use cdk::nuts::TokenUrDecoder;
use image::GrayImage;

use super::find::find;
use super::read::check_size;
use super::{MAX_FRAMES, PictureError};

/// Collects what a camera or an animation shows, frame after frame, until there is a code.
///
/// `Debug` shows no code: a token is money.
#[derive(Default)]
pub struct Frames {
    decoder: TokenUrDecoder,
    /// Parts given to `decoder`: it keeps every one, so they are counted and bounded.
    parts: usize,
    token: Option<String>,
    codes: Vec<String>,
}

/// What is known after a frame.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Seen {
    /// No code in this frame.
    Nothing,
    /// A part of an animated code.
    Part {
        /// How many parts are known.
        have: usize,
        /// How many are needed.
        of: usize,
    },
    /// Ordinary codes: all that this frame shows.
    Codes(Vec<String>),
    /// An animated code is complete: the text of the e-cash token in it.
    Token(String),
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Part { have, of } => write!(f, "Part({have} of {of})"),
            Self::Codes(codes) => write!(f, "Codes({})", codes.len()),
            Self::Token(_) => f.write_str("Token(..)"),
        }
    }
}

impl fmt::Debug for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames")
            .field("parts", &self.parts)
            .field("codes", &self.codes.len())
            .finish_non_exhaustive()
    }
}

impl Frames {
    /// Before the first frame.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at one camera frame: `luma` holds one byte of brightness for each pixel, row by row.
    ///
    /// # Errors
    ///
    /// When the frame is too large or its size is wrong, and [`PictureError::NotEcash`] when a complete
    /// animation holds something else. The next frame can be looked at in any case.
    pub fn look(&mut self, luma: &[u8], width: u32, height: u32) -> Result<Seen, PictureError> {
        check_size(width, height)?;
        let frame = GrayImage::from_raw(width, height, luma.to_vec());
        match frame {
            Some(frame) if u64::from(width) * u64::from(height) == luma.len() as u64 => {
                self.look_at(&frame)
            }
            _ => Err(PictureError::WrongSize {
                width,
                height,
                pixels: luma.len(),
            }),
        }
    }

    /// Takes the text of a code that somebody else has found in a frame.
    ///
    /// # Errors
    ///
    /// [`PictureError::NotEcash`] when a complete animation holds something else.
    pub fn hear(&mut self, text: &str) -> Result<Seen, PictureError> {
        self.take(vec![text.to_owned()])
    }

    pub(super) fn look_at(&mut self, frame: &GrayImage) -> Result<Seen, PictureError> {
        self.take(find(frame))
    }

    fn take(&mut self, texts: Vec<String>) -> Result<Seen, PictureError> {
        let mut codes = Vec::new();
        let mut part = Seen::Nothing;
        for text in texts {
            if is_part(&text) {
                match self.take_part(&text)? {
                    Seen::Token(token) => return Ok(Seen::Token(token)),
                    seen => part = seen,
                }
            } else {
                if self.codes.len() < MAX_FRAMES && !self.codes.contains(&text) {
                    self.codes.push(text.clone());
                }
                codes.push(text);
            }
        }
        Ok(if codes.is_empty() {
            part
        } else {
            Seen::Codes(codes)
        })
    }

    /// Takes the text of one frame, already decoded by somebody else.
    fn take_part(&mut self, text: &str) -> Result<Seen, PictureError> {
        if self.parts >= MAX_FRAMES {
            self.start_again();
        }
        // A part that does not fit may be the first of another animation, shown after this one.
        if self.decoder.receive(text).is_err() {
            let mut fresh = TokenUrDecoder::default();
            if fresh.receive(text).is_err() {
                return Ok(Seen::Nothing);
            }
            self.start_again();
            self.decoder = fresh;
        }
        self.parts += 1;
        if !self.decoder.complete() {
            return Ok(self.progress());
        }
        let token = self.decoder.token();
        self.start_again();
        match token {
            Ok(Some(token)) => {
                let text = token.to_string();
                self.token = Some(text.clone());
                Ok(Seen::Token(text))
            }
            _ => Err(PictureError::NotEcash),
        }
    }

    fn start_again(&mut self) {
        self.decoder = TokenUrDecoder::default();
        self.parts = 0;
    }

    fn progress(&self) -> Seen {
        Seen::Part {
            have: self.decoder.resolved_fragment_count().unwrap_or(0),
            of: self.decoder.fragment_count(),
        }
    }

    pub(super) fn has_seen_any(&self) -> bool {
        self.parts > 0 || !self.codes.is_empty()
    }

    /// Everything that was found, at least one text.
    pub(super) fn finish(self) -> Result<Vec<String>, PictureError> {
        let mut found = self.codes;
        found.extend(self.token);
        if !found.is_empty() {
            return Ok(found);
        }
        if self.parts > 0 {
            return Err(PictureError::Incomplete {
                have: self.decoder.resolved_fragment_count().unwrap_or(0),
                of: self.decoder.fragment_count(),
            });
        }
        Err(PictureError::NoCode)
    }
}

fn is_part(text: &str) -> bool {
    text.get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("ur:bytes/"))
}
