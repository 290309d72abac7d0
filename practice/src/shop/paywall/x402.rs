//! x402, version 2: a price on a chain. Nobody in town can pay it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What it wants: one cent of a test coin.
pub(super) fn demand(url: &str, title: &str, kind: &str) -> Value {
    json!({
        "x402Version": 2,
        "error": "PAYMENT-SIGNATURE header is required",
        "resource": { "url": url, "description": title, "mimeType": kind },
        "accepts": [{
            "scheme": "exact",
            "network": "eip155:84532",
            "amount": "10000",
            "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "payTo": "0x000000000000000000000000000000000000dEaD",
            "maxTimeoutSeconds": 60,
            "extra": { "name": "USDC", "version": "2" },
        }],
    })
}

/// The value of `PAYMENT-REQUIRED`.
pub(super) fn header(demand: &Value) -> String {
    STANDARD.encode(demand.to_string())
}
