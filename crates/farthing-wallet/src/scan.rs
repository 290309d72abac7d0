//! What the codes in a picture say. Moves nothing, asks nobody.

use farthing_rails::code::{PaymentCode, UnsupportedKind, plain_text, read};
use farthing_rails::picture::{
    DrawError, Frames, PictureError, Seen, animation_parts, needs_animation, read_picture,
};

/// Longest code shown as text, in characters; tokens are longer and never shown whole.
const LONGEST_SHOWN: usize = 4096;

/// One code found in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// What it says, control characters taken out; empty for somebody's keys.
    pub text: String,
    /// What it is taken for, as a stable name.
    pub kind: &'static str,
    /// What exactly an unsupported code is, as a stable name.
    pub what: Option<&'static str>,
    /// Why it cannot be paid, if it cannot.
    pub why: Option<String>,
}

/// Why nothing was found.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ScanError(#[from] PictureError);

impl ScanError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.0 {
            PictureError::NoCode => "no_code_in_picture",
            _ => "picture_unreadable",
        }
    }
}

/// Reads every code in a PNG, JPEG or GIF picture.
///
/// # Errors
/// [`ScanError`].
pub fn scan(picture: &[u8]) -> Result<Vec<Scanned>, ScanError> {
    Ok(read_picture(picture)?
        .into_iter()
        .map(|text| describe(&text))
        .collect())
}

/// Says what a text is taken for: a code that was pasted, typed or opened as a link.
#[must_use]
pub fn recognise(text: &str) -> Scanned {
    describe(text)
}

/// The frames of an animated code, put together as a camera sees them.
#[derive(Debug, Default)]
pub struct Collecting(Frames);

/// How far an animated code has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collected {
    /// Some of its parts are there.
    Parts {
        /// How many.
        have: usize,
        /// How many are needed.
        of: usize,
    },
    /// It is whole; or it never had parts. This is its whole text.
    Whole(String),
}

impl Collecting {
    /// Takes the text of one frame.
    ///
    /// # Errors
    /// [`ScanError`] when what was collected is no e-cash.
    pub fn take(&mut self, text: &str) -> Result<Collected, ScanError> {
        Ok(match self.0.hear(text)? {
            Seen::Part { have, of } => Collected::Parts { have, of },
            Seen::Token(token) => Collected::Whole(token),
            Seen::Codes(_) => Collected::Whole(text.to_owned()),
            // A damaged frame; there will be another.
            _ => Collected::Parts { have: 0, of: 0 },
        })
    }
}

/// What to show so that a camera can read a code: the code, or the frames of a long one in turn.
///
/// # Errors
/// [`DrawError`] for what no picture can hold.
pub fn frames_of(code: &str) -> Result<Vec<String>, DrawError> {
    if needs_animation(code) {
        animation_parts(code)
    } else {
        Ok(vec![code.to_owned()])
    }
}

fn describe(text: &str) -> Scanned {
    let mut shown = plain_text(text, LONGEST_SHOWN).to_string();
    let mut what = None;
    let (kind, why) = match read(text) {
        Ok(PaymentCode::Invoice(_)) => ("lightning_invoice", None),
        Ok(PaymentCode::Request(_)) => ("cashu_request", None),
        Ok(PaymentCode::Token(_)) => ("cashu_token", None),
        Ok(PaymentCode::Page(_)) => ("page", Some("pages cannot be paid yet".to_owned())),
        Ok(PaymentCode::Unsupported(seen)) => {
            if matches!(
                seen.kind,
                UnsupportedKind::SeedPhrase | UnsupportedKind::PrivateKey
            ) {
                // Somebody's keys belong on no screen and in no log.
                shown.clear();
            }
            what = Some(seen.kind.code());
            ("unsupported", Some(seen.why.to_owned()))
        }
        Ok(_) => ("unsupported", None),
        Err(error) => ("damaged", Some(error.to_string())),
    };
    Scanned {
        text: shown,
        kind,
        what,
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_words_in_a_picture_are_recognised_and_never_repeated() {
        let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        let seen = describe(words);
        assert_eq!((seen.text.as_str(), seen.kind), ("", "unsupported"));
        assert!(seen.why.is_some_and(|why| !why.contains("abandon")));
    }
}
