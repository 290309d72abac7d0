//! The busker's corner, over HTTP.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{Address, Asked, Busker};
use crate::lightning::InvoiceState;
use crate::shop::lnurl::No;

type Hat = State<Arc<Busker>>;

/// RFC 9116. The second address is one that no letter must go to.
const SECURITY: &str = "# The busker\nExpires: 2036-01-01T00:00:00Z\n\
    Contact: https://busker.example/write\n\
    Contact: mailto:hat@busker.example?bcc=spy@rogue.example\n";

/// The busker's routes.
pub fn router(busker: Arc<Busker>) -> Router {
    Router::new()
        .route("/.well-known/lnurlp/{name}", get(terms))
        .route("/.well-known/security.txt", get(|| async { SECURITY }))
        .route(
            "/.well-known/gpc.json",
            get(|| async { Json(json!({"gpc": true})) }),
        )
        .route("/lnurlp/{name}/callback", get(invoice))
        .route("/verify/{hash}", get(verify))
        .route("/songs/{hash}", get(song))
        .with_state(busker)
}

/// The control routes, under `/control/busker`.
pub fn control(busker: Arc<Busker>) -> Router {
    Router::new()
        .route("/", get(heard))
        .route("/offers", get(hat))
        .with_state(busker)
}

async fn terms(
    State(busker): Hat,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, No> {
    let origin = busker.origin_for(&headers);
    Ok(Json(busker.terms(Address::named(&name)?, &origin)))
}

async fn invoice(
    State(busker): Hat,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<Value>, No> {
    let origin = busker.origin_for(&headers);
    busker
        .invoice(Address::named(&name)?, &asked, &origin)
        .map(Json)
}

/// LUD-21.
async fn verify(State(busker): Hat, Path(hash): Path<String>) -> Result<Json<Value>, No> {
    let invoice = busker.find(&hash)?;
    let settled = invoice.state == InvoiceState::Settled;
    Ok(Json(json!({
        "status": "OK", "settled": settled,
        "preimage": settled.then_some(invoice.preimage), "pr": invoice.bolt11,
    })))
}

async fn song(State(busker): Hat, Path(hash): Path<String>) -> Result<Html<&'static str>, No> {
    if busker.find(&hash)?.state != InvoiceState::Settled {
        return Err(No::because("Not paid for yet."));
    }
    Ok(Html(
        "<!doctype html><html lang=\"en\"><head><title>Farthing Street</title></head>\
         <body><h1>Farthing Street</h1><p>La la la.</p></body></html>",
    ))
}

async fn hat(State(busker): Hat) -> Result<Json<Value>, No> {
    busker.hat().map(Json).map_err(No::broken)
}

async fn heard(State(busker): Hat) -> Json<Value> {
    Json(json!({ "heard": busker.heard() }))
}
