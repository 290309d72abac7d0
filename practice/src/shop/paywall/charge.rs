//! The `Payment` scheme (draft-httpauth-payment) with its Lightning charge
//! (draft-lightning-charge). The challenge's id is an HMAC over the rest, as the
//! draft recommends, so nothing needs to be remembered.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cdk_common::util::{hex, unix_time};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Problem, proves, sign};
use crate::lightning::InvoiceRecord;
use crate::reply::Refusal;

const METHOD: &str = "lightning";
const INTENT: &str = "charge";

/// What is asked for.
pub(super) struct Demand<'a> {
    pub realm: &'a str,
    /// Path and epoch; travels as `externalId`.
    pub binding: &'a str,
    pub title: &'a str,
    /// Satoshi.
    pub price: u64,
    pub invoice: &'a InvoiceRecord,
}

impl Demand<'_> {
    /// The value of `WWW-Authenticate`.
    pub(super) fn challenge(&self, secret: &[u8; 64]) -> Result<String, Refusal> {
        let expires = moment(self.invoice.expires_at).ok_or_else(|| Refusal::broken("no time"))?;
        // `json!` sorts the names, which is all that RFC 8785 asks of such values.
        let request = URL_SAFE_NO_PAD.encode(
            json!({
                "amount": self.price.to_string(),
                "currency": "sat",
                "description": self.title,
                "externalId": self.binding,
                "methodDetails": {
                    "invoice": self.invoice.bolt11,
                    "network": "regtest",
                    "paymentHash": self.invoice.hash,
                },
            })
            .to_string(),
        );
        let id = id(secret, self.realm, &request, &expires);
        let (realm, title) = (self.realm, self.title);
        Ok(format!(
            "Payment id=\"{id}\", realm=\"{realm}\", method=\"{METHOD}\", intent=\"{INTENT}\", \
             expires=\"{expires}\", description=\"{title}\", request=\"{request}\""
        ))
    }
}

#[derive(Deserialize)]
struct Credential {
    challenge: Challenge,
    payload: Payload,
}

#[derive(Deserialize)]
struct Challenge {
    id: String,
    realm: String,
    method: String,
    intent: String,
    request: String,
    expires: String,
}

#[derive(Deserialize)]
struct Payload {
    preimage: String,
}

/// What the `Payment-Receipt` header says.
#[derive(Debug)]
pub(super) struct Receipt {
    challenge: String,
    /// The payment hash.
    pub reference: String,
}

impl Receipt {
    /// The header's value.
    pub(super) fn header(&self) -> String {
        let said = json!({
            "challengeId": self.challenge,
            "method": METHOD,
            "reference": self.reference,
            "status": "success",
            "timestamp": moment(unix_time()),
        });
        URL_SAFE_NO_PAD.encode(said.to_string())
    }
}

/// Checks a credential against the realm and binding it must be for.
pub(super) fn verify(
    secret: &[u8; 64],
    realm: &str,
    binding: &str,
    credential: &str,
) -> Result<Receipt, Problem> {
    let json = URL_SAFE_NO_PAD
        .decode(credential.trim_end_matches('='))
        .map_err(|_| Problem::Malformed)?;
    let Credential { challenge, payload } =
        serde_json::from_slice(&json).map_err(|_| Problem::Malformed)?;
    let Challenge {
        id: shown,
        realm: of,
        method,
        intent,
        request,
        expires,
    } = challenge;
    if of != realm
        || method != METHOD
        || intent != INTENT
        || shown != id(secret, realm, &request, &expires)
    {
        return Err(Problem::Unknown);
    }
    // Signed by us from here on.
    let request: Value = URL_SAFE_NO_PAD
        .decode(&request)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or(Problem::Malformed)?;
    let text = |at: &str| request.pointer(at).and_then(Value::as_str);
    if text("/externalId") != Some(binding) {
        return Err(Problem::Unknown);
    }
    let until = OffsetDateTime::parse(&expires, &Rfc3339).map_err(|_| Problem::Malformed)?;
    if until.unix_timestamp() <= i64::try_from(unix_time()).unwrap_or(i64::MAX) {
        return Err(Problem::Expired);
    }
    let hash = text("/methodDetails/paymentHash").ok_or(Problem::Malformed)?;
    let bytes = hex::decode(hash).map_err(|_| Problem::Malformed)?;
    let lower = payload.preimage.to_lowercase() == payload.preimage;
    if !lower || !proves(&payload.preimage, &bytes) {
        return Err(Problem::Unproven);
    }
    Ok(Receipt {
        challenge: shown,
        reference: hash.to_owned(),
    })
}

fn id(secret: &[u8; 64], realm: &str, request: &str, expires: &str) -> String {
    // The draft's fixed slots: no digest, no opaque data.
    let input = [realm, METHOD, INTENT, request, expires, "", ""].join("|");
    URL_SAFE_NO_PAD.encode(sign(secret, &[b"payment", input.as_bytes()]))
}

fn moment(seconds: u64) -> Option<String> {
    let seconds = i64::try_from(seconds).ok()?;
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()?
        .format(&Rfc3339)
        .ok()
}
