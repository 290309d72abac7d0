//! The kiosk's counter, over HTTP.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Kiosk, LARGEST_MSAT, VoucherEntry};
use crate::reply::{Refusal, understood};
use crate::shop::lnurl::No;

type Counter = State<Arc<Kiosk>>;

/// The kiosk's routes.
pub fn router(kiosk: Arc<Kiosk>) -> Router {
    Router::new()
        .route("/voucher/{id}", get(terms))
        .route("/voucher/{id}/balance", get(balance))
        .route("/voucher/{id}/cash", get(cash))
        .with_state(kiosk)
}

/// The control routes, under `/control/kiosk`.
pub fn control(kiosk: Arc<Kiosk>) -> Router {
    Router::new()
        .route("/", get(vouchers).post(print))
        .with_state(kiosk)
}

async fn terms(State(kiosk): Counter, Path(id): Path<String>) -> Result<Json<Value>, No> {
    kiosk.terms(&id, false).map(Json)
}

async fn balance(State(kiosk): Counter, Path(id): Path<String>) -> Result<Json<Value>, No> {
    kiosk.terms(&id, true).map(Json)
}

#[derive(Deserialize)]
struct Cash {
    k1: String,
    pr: String,
    #[serde(default, rename = "balanceNotify")]
    notify: Option<String>,
}

async fn cash(
    State(kiosk): Counter,
    Path(id): Path<String>,
    Query(asked): Query<Cash>,
) -> Result<Json<Value>, No> {
    kiosk.cash(&id, &asked.k1, &asked.pr, asked.notify.as_deref())?;
    Ok(Json(json!({ "status": "OK" })))
}

async fn vouchers(State(kiosk): Counter) -> Result<Json<Value>, Refusal> {
    kiosk.resume().await;
    let vouchers = kiosk.all().map_err(Refusal::broken)?;
    Ok(Json(json!({ "vouchers": vouchers })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Print {
    max_msat: u64,
    #[serde(default)]
    min_msat: Option<u64>,
}

async fn print(
    State(kiosk): Counter,
    body: Result<Json<Print>, JsonRejection>,
) -> Result<Json<VoucherEntry>, Refusal> {
    let Print { max_msat, min_msat } = understood(body)?;
    let min = min_msat.unwrap_or(max_msat);
    if min == 0 || min > max_msat || max_msat > LARGEST_MSAT {
        return Err(Refusal::bad(
            "amount",
            "a voucher is worth 1 to 100000000 msat",
        ));
    }
    kiosk
        .print(min, max_msat)
        .map(Json)
        .map_err(Refusal::broken)
}
