//! How tests command the town, and how anyone reads its books.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use cdk_common::nuts::CurrencyUnit;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::door::{Door, Fault};
use crate::issuer::Issuer;
use crate::lightning::{
    Behaviour, FRIEND, InvoiceState, MERCHANT, Network, NewInvoice, Outcome, PayError, Verdict,
};
use crate::manifest::Manifest;
use crate::reply::{Refusal, understood};
use crate::shop::CornerShop;
use crate::street::Street;

/// Longest delay a test may ask for, in milliseconds.
const LONGEST_DELAY_MS: u64 = 600_000;
/// Largest invoice a test may ask for: one bitcoin, in millisatoshi.
const LARGEST_INVOICE_MSAT: u64 = 100_000_000_000;

/// What the town square knows.
#[derive(Debug)]
pub struct Square {
    /// What was printed at the start.
    pub manifest: Manifest,
    /// The Lightning network.
    pub network: Network,
    /// The issuers.
    pub issuers: Vec<Arc<Issuer>>,
    /// The corner shop.
    pub corner: Arc<CornerShop>,
    /// Everybody else.
    pub street: Street,
    /// The doors of all parties but the square, by name.
    pub doors: BTreeMap<&'static str, Arc<Door>>,
}

/// The town square's routes.
pub fn router(square: Arc<Square>) -> Router {
    Router::new()
        .route("/", get(welcome))
        .route("/manifest", get(manifest))
        .route("/control/books", get(books))
        .route("/control/issuers/keys", post(change_keys))
        .route("/control/lightning/pay", post(pay))
        .route("/control/lightning/invoice", post(invoice))
        .route("/control/lightning/invoices/{hash}", get(look_up))
        .route(
            "/control/lightning/behaviour",
            post(behave).delete(behave_well),
        )
        .route("/control/lightning/release", post(release))
        .route("/control/http/fault", post(fault).delete(calm))
        .route("/control/http/requests", get(requests).delete(reset))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(Arc::clone(&square))
        .nest("/control", square.street.control())
}

type Town = State<Arc<Square>>;
type Answer = Result<Json<Value>, Refusal>;
type Body<T> = Result<Json<T>, JsonRejection>;

async fn welcome() -> &'static str {
    "The Farthing practice town. Play money only. Addresses: /manifest\n"
}

async fn manifest(State(square): Town) -> Json<Manifest> {
    Json(square.manifest.clone())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayBody {
    invoice: String,
    #[serde(default)]
    amount_msat: Option<u64>,
    #[serde(default)]
    from: Option<String>,
}

async fn pay(State(square): Town, body: Body<PayBody>) -> Answer {
    let body = understood(body)?;
    let payer = body.from.as_deref().unwrap_or(FRIEND);
    if payer != FRIEND && payer != MERCHANT {
        return Err(Refusal::bad(
            "not_outside",
            "only the friend or the merchant pays from outside",
        ));
    }
    let outcome = square
        .network
        .pay(payer, body.invoice.trim(), body.amount_msat, None, None)
        .await
        .map_err(not_tried)?;
    Ok(Json(match outcome {
        Outcome::Paid(payment, preimage) => json!({
            "state": "paid", "payment_hash": payment.hash, "preimage": preimage,
            "amount_msat": payment.amount_msat, "fee_msat": payment.fee_msat,
        }),
        Outcome::Pending(payment) => json!({"state": "pending", "payment_hash": payment.hash}),
        Outcome::Unknown(payment) => json!({"state": "unknown", "payment_hash": payment.hash}),
        Outcome::Failed(why) => return Err(Refusal::unacceptable("payment_failed", why)),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvoiceBody {
    #[serde(default)]
    amount_msat: Option<u64>,
    #[serde(default)]
    description: String,
    #[serde(default = "an_hour")]
    expiry_seconds: u64,
}

const fn an_hour() -> u64 {
    3_600
}

async fn invoice(State(square): Town, body: Body<InvoiceBody>) -> Answer {
    let body = understood(body)?;
    if body
        .amount_msat
        .is_some_and(|msat| msat == 0 || msat > LARGEST_INVOICE_MSAT)
    {
        return Err(Refusal::bad(
            "amount",
            "an invoice asks for 1 to 100000000000 msat",
        ));
    }
    let made = square
        .network
        .invoice(&NewInvoice {
            node: MERCHANT,
            till: "",
            amount_msat: body.amount_msat,
            description: body.description.as_str().into(),
            expiry: Duration::from_secs(body.expiry_seconds.min(365 * 24 * 3_600)),
        })
        .map_err(|e| Refusal::bad("invoice", e.to_string()))?;
    Ok(Json(json!({
        "invoice": made.bolt11, "payment_hash": made.hash,
        "amount_msat": made.amount_msat, "expires_at": made.expires_at,
    })))
}

async fn look_up(State(square): Town, Path(hash): Path<String>) -> Answer {
    let found = square
        .network
        .find(&hash.to_lowercase())
        .map_err(Refusal::broken)?
        .ok_or_else(|| Refusal::missing("no_invoice", "no invoice has this payment hash"))?;
    let settled = found.state == InvoiceState::Settled;
    Ok(Json(json!({
        "payment_hash": found.hash, "node": found.node, "state": found.state,
        "invoice": found.bolt11, "amount_msat": found.amount_msat,
        "received_msat": found.received_msat, "expires_at": found.expires_at,
        "preimage": settled.then_some(found.preimage),
    })))
}

async fn behave(State(square): Town, body: Body<Behaviour>) -> Answer {
    let behaviour = understood(body)?;
    if behaviour.delay_ms > LONGEST_DELAY_MS {
        return Err(Refusal::bad("delay", "a delay lasts at most 600000 ms"));
    }
    if behaviour.next == 0 {
        return Err(Refusal::bad(
            "next",
            "a behaviour strikes at least one payment",
        ));
    }
    square.network.behave(&behaviour).map_err(Refusal::broken)?;
    Ok(Json(json!({ "behaviour": behaviour })))
}

async fn behave_well(State(square): Town) -> Answer {
    let forgotten = square.network.behave_well().map_err(Refusal::broken)?;
    Ok(Json(json!({ "forgotten": forgotten })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReleaseBody {
    #[serde(default)]
    payment_hash: Option<String>,
    #[serde(default = "paid", rename = "as")]
    verdict: Verdict,
}

const fn paid() -> Verdict {
    Verdict::Paid
}

async fn release(State(square): Town, body: Body<ReleaseBody>) -> Answer {
    let body = understood(body)?;
    let released = square
        .network
        .release(body.payment_hash.as_deref(), body.verdict)
        .map_err(Refusal::broken)?;
    Ok(Json(json!({ "released": released })))
}

async fn books(State(square): Town) -> Answer {
    let mut issuers = Vec::new();
    for issuer in &square.issuers {
        issuers.push(json!({
            "name": issuer.terms().name,
            "url": issuer.url(),
            "node": issuer.terms().node,
            "units": issuer.books().map_err(Refusal::broken)?,
        }));
    }
    let nodes = square.network.flows().map_err(Refusal::broken)?;
    let purses = square.corner.purses().map_err(Refusal::broken)?;
    let mut shops = BTreeMap::from([("corner_shop", json!({ "purses": purses }))]);
    shops.extend(square.street.purses()?);
    Ok(Json(json!({
        "issuers": issuers,
        "lightning": nodes,
        "shops": shops,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    issuer: String,
    unit: CurrencyUnit,
    input_fee_ppk: u64,
}

async fn change_keys(State(square): Town, body: Body<Keys>) -> Answer {
    let keys = understood(body)?;
    let mut issuers = square.issuers.iter();
    let issuer = issuers
        .find(|issuer| issuer.terms().name == keys.issuer)
        .ok_or_else(|| Refusal::bad("issuer", "the issuers are Maple and Harbour"))?;
    let issues = (issuer.terms().units)();
    if !issues.iter().any(|terms| terms.unit == keys.unit) {
        return Err(Refusal::bad("unit", "it does not issue this unit"));
    }
    issuer
        .change_keys(keys.unit, keys.input_fee_ppk)
        .await
        .map_err(Refusal::broken)?;
    Ok(Json(json!({ "changed": true })))
}

async fn fault(State(square): Town, body: Body<Fault>) -> Answer {
    let fault = understood(body)?;
    let door = square.doors.get(fault.party.as_str()).ok_or_else(|| {
        let parties: Vec<_> = square.doors.keys().copied().collect();
        Refusal::bad("party", format!("the parties are {}", parties.join(", ")))
    })?;
    if fault.next == 0 {
        return Err(Refusal::bad("next", "a fault strikes at least one request"));
    }
    door.arrange(fault.clone());
    Ok(Json(json!({ "fault": fault })))
}

async fn calm(State(square): Town) -> Answer {
    square.doors.values().for_each(|door| door.calm());
    Ok(Json(json!({ "calm": true })))
}

async fn requests(State(square): Town) -> Answer {
    let seen: BTreeMap<_, _> = square
        .doors
        .iter()
        .map(|(party, door)| (*party, door.seen()))
        .collect();
    Ok(Json(json!({ "requests": seen })))
}

async fn reset(State(square): Town) -> Answer {
    square.doors.values().for_each(|door| door.reset());
    Ok(Json(json!({ "requests": {} })))
}

fn not_tried(error: PayError) -> Refusal {
    match error {
        PayError::AlreadyPaid => Refusal::conflict("already_paid", error.to_string()),
        PayError::InFlight => Refusal::conflict("in_flight", error.to_string()),
        PayError::NoRoute => Refusal::missing("no_route", error.to_string()),
        PayError::Ledger(_) => Refusal::broken(error),
        PayError::NotAnInvoice => Refusal::bad("not_an_invoice", error.to_string()),
        PayError::Amount => Refusal::bad("amount", error.to_string()),
        PayError::Expired => Refusal::unacceptable("expired", error.to_string()),
        PayError::Withdrawn => Refusal::unacceptable("withdrawn", error.to_string()),
        PayError::FeeTooHigh { .. } => Refusal::unacceptable("fee_too_high", error.to_string()),
    }
}
