//! Asking a payee whether it was paid (LUD-21).

use serde::Deserialize;
use url::Url;

use super::{LnurlError, answer, fetch};
use crate::gate::Gate;
use crate::hexadecimal::proves;

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
    Ok(said
        .preimage
        .filter(|_| said.settled)
        .map(|preimage| preimage.to_ascii_lowercase())
        .filter(|preimage| proves(preimage, payment_hash)))
}
