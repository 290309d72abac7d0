//! What a payee says once it is paid (LUD-09, LUD-10).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::LnurlError;
use crate::code::plain_text;

/// Longest message, in characters (LUD-09).
const MAX_MESSAGE: usize = 144;
/// Longest ciphertext, in characters of base64 (LUD-10).
const MAX_CIPHERTEXT: usize = 4_096;
/// The length of an initialisation vector, in bytes.
const IV_BYTES: usize = 16;

/// What to show once the payment is made. All words are plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SuccessAction {
    /// Words.
    Message {
        /// The words.
        text: String,
    },
    /// A page of the payee's, to be opened by hand.
    Url {
        /// What it is.
        text: String,
        /// Where it is: on the payee's own host.
        url: String,
    },
    /// Words that only whoever paid can read: the preimage is their key.
    Aes {
        /// What they are.
        text: String,
        /// The words, AES-256-CBC, base64.
        ciphertext: String,
        /// 16 bytes, base64.
        iv: String,
    },
}

impl SuccessAction {
    /// Reads the action that came with an invoice from `callback`. One that cannot be shown is an
    /// error: whoever pays for it would not get it.
    pub(super) fn read(callback: &Url, action: &Value) -> Result<Option<Self>, LnurlError> {
        if action.is_null() {
            return Ok(None);
        }
        let text = |field: &str| -> Result<&str, LnurlError> {
            action
                .get(field)
                .and_then(Value::as_str)
                .ok_or(LnurlError::Unreadable("what it promises cannot be read"))
        };
        let words = |field: &str| -> Result<String, LnurlError> {
            Ok(plain_text(text(field)?, MAX_MESSAGE).to_string())
        };
        Ok(Some(match text("tag")? {
            "message" => Self::Message {
                text: words("message")?,
            },
            "url" => {
                let url = crate::code::web_address(text("url")?).ok_or(LnurlError::Unreadable(
                    "the page it promises has no web address",
                ))?;
                if url.origin() != callback.origin() {
                    return Err(LnurlError::OtherHost);
                }
                Self::Url {
                    text: words("description")?,
                    url: url.to_string(),
                }
            }
            "aes" => {
                let (ciphertext, iv) = (text("ciphertext")?, text("iv")?);
                let whole = ciphertext.len() <= MAX_CIPHERTEXT
                    && STANDARD.decode(ciphertext).is_ok()
                    && STANDARD.decode(iv).is_ok_and(|iv| iv.len() == IV_BYTES);
                if !whole {
                    return Err(LnurlError::Unreadable("the secret it promises is damaged"));
                }
                Self::Aes {
                    text: words("description")?,
                    ciphertext: ciphertext.to_owned(),
                    iv: iv.to_owned(),
                }
            }
            _ => {
                return Err(LnurlError::Unsupported(
                    "to show something, after it is paid, that is not known",
                ));
            }
        }))
    }

    /// The ciphertext and the initialisation vector, where there are any.
    #[must_use]
    pub fn sealed(&self) -> Option<(Vec<u8>, [u8; IV_BYTES])> {
        let Self::Aes { ciphertext, iv, .. } = self else {
            return None;
        };
        let iv = STANDARD.decode(iv).ok()?.try_into().ok()?;
        Some((STANDARD.decode(ciphertext).ok()?, iv))
    }
}
