//! What a payer gets to see afterwards: LUD-09 and LUD-10.

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockEncryptMut, KeyIvInit};
use cdk_common::util::hex;
use serde_json::{Value, json};

use crate::lightning::InvoiceRecord;
use crate::shop::lnurl::No;

/// What the sealed message says.
pub(crate) const SECRET: &str = "The song is called Farthing Street.";

/// A way of saying thank you.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Thanks {
    None,
    Message,
    Page,
    Sealed,
}

impl Thanks {
    pub(super) fn action(self, origin: &str, invoice: &InvoiceRecord) -> Result<Option<Value>, No> {
        Ok(match self {
            Self::None => None,
            Self::Message => Some(json!({
                "tag": "message", "message": "Thank you! This one is for you.",
            })),
            Self::Page => Some(json!({
                "tag": "url", "description": "Your recording",
                "url": format!("{origin}/songs/{}", invoice.hash),
            })),
            Self::Sealed => Some(sealed(&invoice.preimage)?),
        })
    }
}

/// LUD-10: AES-256-CBC under the preimage, which only the payer gets to know.
fn sealed(preimage: &str) -> Result<Value, No> {
    let key = hex::decode(preimage).map_err(No::broken)?;
    let mut iv = [0_u8; 16];
    getrandom::fill(&mut iv).map_err(No::broken)?;
    let cipher = Encryptor::<Aes256>::new_from_slices(&key, &iv).map_err(No::broken)?;
    let sealed = cipher.encrypt_padded_vec_mut::<Pkcs7>(SECRET.as_bytes());
    Ok(json!({
        "tag": "aes", "description": "The name of the song",
        "ciphertext": STANDARD.encode(sealed), "iv": STANDARD.encode(iv),
    }))
}
