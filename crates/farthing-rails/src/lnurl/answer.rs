//! The one way an answer is read: JSON, bounded, and a refusal said first.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::LnurlError;
use crate::code::plain_text;

/// Reasons longer than this are shortened, in characters.
const MAX_REASON: usize = 200;

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// Reads an answer, unless it is a refusal. The gate has bounded it.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, LnurlError> {
    refusal(body)?;
    serde_json::from_slice(body).map_err(|_| LnurlError::Unreadable("a field is missing or wrong"))
}

/// Whether a wish was granted: `{"status":"OK"}`.
pub(super) fn granted(body: &[u8]) -> Result<(), LnurlError> {
    match refusal(body)? {
        Some(status) if status.eq_ignore_ascii_case("OK") => Ok(()),
        _ => Err(LnurlError::Unreadable("it says neither yes nor no")),
    }
}

fn refusal(body: &[u8]) -> Result<Option<String>, LnurlError> {
    let said: Status = serde_json::from_slice(body)
        .map_err(|_| LnurlError::Unreadable("it is not what an LNURL answers"))?;
    match said.status {
        Some(status) if status.eq_ignore_ascii_case("ERROR") => Err(LnurlError::Refused {
            reason: plain_text(&said.reason.unwrap_or_default(), MAX_REASON),
        }),
        status => Ok(status),
    }
}
