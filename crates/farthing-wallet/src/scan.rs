//! What the codes in a picture say. Moves nothing, asks nobody.

use farthing_rails::code::{PaymentCode, Purpose, UnsupportedKind, plain_text, read};
use farthing_rails::picture::{
    DrawError, Frames, PictureError, Seen, animation_parts, needs_animation, read_picture,
};

use crate::review::who_can_pay;

/// Longest code shown as text, in characters; tokens are longer and never shown whole.
const LONGEST_SHOWN: usize = 4096;

/// One code found in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// What it says, control characters taken out; empty for somebody's keys.
    pub text: String,
    /// What it is taken for, as a stable name.
    pub kind: &'static str,
    /// What exactly a code that cannot be paid is, as a stable name.
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

/// Reads every code in a PNG, JPEG, WebP, GIF or BMP picture.
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
        Ok(PaymentCode::Offer(_)) => ("lightning_offer", None),
        Ok(PaymentCode::Request(_)) => ("cashu_request", None),
        Ok(PaymentCode::Token(_)) => ("cashu_token", None),
        Ok(PaymentCode::Lnurl(lnurl)) => match (&lnurl.address, lnurl.purpose) {
            (Some(_), _) => ("lightning_address", None),
            (None, Purpose::Pay) => ("lnurl_pay", None),
            (None, Purpose::Withdraw) => ("lnurl_withdraw", None),
            (None, _) => ("lnurl", None),
        },
        Ok(PaymentCode::SignIn(_)) => {
            what = Some("sign_in");
            ("sign_in", None)
        }
        Ok(PaymentCode::Several(_)) => ("bitcoin_link", None),
        Ok(PaymentCode::Merchant(merchant)) if merchant.gateway.is_some() => {
            ("merchant_code", None)
        }
        Ok(PaymentCode::Merchant(merchant)) => {
            what = Some("bank_code");
            ("merchant_code", Some(who_can_pay(&merchant)))
        }
        Ok(PaymentCode::Page(_)) => ("page", None),
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
    fn every_kind_of_code_is_called_by_its_name() {
        let k1 = "00".repeat(32);
        for (text, kind) in [
            ("ada@example.com".to_owned(), "lightning_address"),
            ("lnurlp://shop.example/pay".to_owned(), "lnurl_pay"),
            ("lnurlw://kiosk.example/v".to_owned(), "lnurl_withdraw"),
            (
                format!("keyauth://site.example/?tag=login&k1={k1}"),
                "sign_in",
            ),
            (
                "lno1zcss9mk8y3wkklfvevcrszlmu23kfrxh49px20665dqwmn4p72pksese".to_owned(),
                "lightning_offer",
            ),
            ("https://daily.example/".to_owned(), "page"),
            ("lnurlc://node.example/".to_owned(), "unsupported"),
            ("lnurl1qqqq".to_owned(), "damaged"),
        ] {
            assert_eq!(describe(&text).kind, kind, "{text}");
        }
    }

    #[test]
    fn a_merchant_code_says_who_can_pay_it() {
        let code = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";
        let seen = describe(code);
        assert_eq!(seen.kind, "merchant_code");
        assert_eq!(
            seen.why.as_deref(),
            Some(
                "this is the merchant code of BEST TRANSPORT, BEIJING, CN: 23.72 CNY, and a tip if \
                 you like; apps for D15600000000, D15600000001 can pay it, and this wallet cannot"
            )
        );
    }

    #[test]
    fn recovery_words_in_a_picture_are_recognised_and_never_repeated() {
        let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        let seen = describe(words);
        assert_eq!((seen.text.as_str(), seen.kind), ("", "unsupported"));
        assert!(seen.why.is_some_and(|why| !why.contains("abandon")));
    }
}
