//! Asking a payee whether it was paid (LUD-21).

use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use super::pay::hex;
use super::{LnurlError, answer, fetch};
use crate::gate::Gate;

#[derive(Deserialize)]
struct Said {
    settled: bool,
    #[serde(default)]
    preimage: Option<String>,
}

/// The preimage of an invoice, 64 hex digits, if the payee has been paid and shows it.
///
/// # Errors
/// [`LnurlError`].
pub async fn settled(
    gate: &Gate,
    verify: &Url,
    payment_hash: &str,
) -> Result<Option<String>, LnurlError> {
    read_verification(payment_hash, &fetch(gate, verify.clone()).await?)
}

/// Reads the answer. A preimage that does not fit the hash is none, whatever is said of it.
///
/// # Errors
/// [`LnurlError`], never [`LnurlError::Gate`].
pub fn read_verification(payment_hash: &str, body: &[u8]) -> Result<Option<String>, LnurlError> {
    let said: Said = answer::read(body)?;
    let fits = |preimage: &String| {
        bytes_of(preimage).is_some_and(|bytes| hex(&Sha256::digest(&bytes)) == payment_hash)
    };
    Ok(said
        .preimage
        .filter(|_| said.settled)
        .map(|preimage| preimage.to_ascii_lowercase())
        .filter(fits))
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect()
}
