//! LNURL as services speak it: links in their three forms, and errors.

use axum::Json;
use axum::response::{IntoResponse, Response};
use bech32::{Bech32, Hrp};
use bitcoin::hashes::{Hash, sha256};
use serde_json::{Value, json};

/// The service says no: 200 with `status: ERROR`, as LUD-06 and LUD-03 have it.
#[derive(Debug)]
pub(crate) struct No(pub String);

impl No {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// The town's own failure.
    pub(crate) fn broken(error: impl std::fmt::Display) -> Self {
        Self(format!("the practice town failed: {error}"))
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        Json(json!({"status": "ERROR", "reason": self.0})).into_response()
    }
}

/// A link in all its forms.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Link {
    /// The address itself.
    pub url: String,
    /// LUD-01: `lnurl1…`.
    pub lnurl: String,
    /// LUD-17: `lnurlp://…`, `lnurlw://…` or `keyauth://…`.
    pub scheme: String,
}

impl Link {
    /// The forms of `url`, which is plain http on this machine.
    pub(crate) fn new(scheme: &str, url: String) -> Self {
        let rest = url.trim_start_matches("http://");
        Self {
            scheme: format!("{scheme}://{rest}"),
            lnurl: lnurl(&url),
            url,
        }
    }
}

/// LUD-01: the address in bech32. Empty when it is too long for that.
fn lnurl(url: &str) -> String {
    Hrp::parse("lnurl")
        .ok()
        .and_then(|hrp| bech32::encode::<Bech32>(hrp, url.as_bytes()).ok())
        .unwrap_or_default()
}

/// Adds an optional part to an answer.
pub(crate) fn put(answer: &mut Value, name: &str, part: Value) {
    if let Some(parts) = answer.as_object_mut() {
        parts.insert(name.to_owned(), part);
    }
}

/// What an invoice commits to: the metadata and whatever was appended to it.
pub(crate) fn commitment(metadata: &str, appended: &str) -> [u8; 32] {
    sha256::Hash::hash(format!("{metadata}{appended}").as_bytes()).to_byte_array()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_comes_out() {
        // LUD-01.
        let url = "https://service.com/api?q=3fc3645b439ce8e7f2553a69e5267081d96dcd340693afabe04be7b0ccd178df";
        assert_eq!(
            lnurl(url),
            "lnurl1dp68gurn8ghj7um9wfmxjcm99e3k7mf0v9cxj0m385ekvcenxc6r2c35xvukxefcv5mkvv34x5ekzd3ev56nyd3hxqurzepexejxxepnxscrvwfnv9nxzcn9xq6xyefhvgcxxcmyxymnserxfq5fns"
        );
    }
}
