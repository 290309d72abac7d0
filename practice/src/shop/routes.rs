//! The corner shop's counter, over HTTP.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use cdk_common::nuts::PaymentRequestPayload;

use super::MENU;
use super::corner::{CornerShop, NewOrder, OrderView};
use crate::picture::qr_png;
use crate::reply::Refusal;

type Shop = State<Arc<CornerShop>>;

/// The shop's routes.
pub fn router(shop: Arc<CornerShop>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/menu", get(|| async { Json(MENU) }))
        .route("/orders", post(place))
        .route("/orders/{id}", get(look))
        .route("/orders/{id}/pay", post(pay))
        .route("/orders/{id}/qr.png", get(picture))
        .route("/orders/{id}/invoice.png", get(invoice_picture))
        .layer(DefaultBodyLimit::max(1024 * 1024))
        .with_state(shop)
}

async fn front() -> String {
    let mut page = String::from("Corner Shop\nPlay money only.\n\n");
    for entry in MENU {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "{:<14}{:>4} {}", entry.item, entry.amount, entry.unit);
    }
    page.push_str("\nOrder: POST /orders {\"item\":\"coffee\",\"amount\":21}\n");
    page
}

async fn place(
    State(shop): Shop,
    body: Result<Json<NewOrder>, JsonRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let Json(new) = body.map_err(|e| Refusal::bad("not_understood", e.body_text()))?;
    Ok((StatusCode::CREATED, Json(shop.place(&new)?)))
}

async fn look(State(shop): Shop, Path(id): Path<String>) -> Result<Json<OrderView>, Refusal> {
    shop.look(&id).map(Json)
}

/// Read as JSON whatever the content type says: wallets differ there.
async fn pay(
    State(shop): Shop,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<OrderView>, Refusal> {
    let payload: PaymentRequestPayload = serde_json::from_slice(&body)
        .map_err(|e| Refusal::bad("not_understood", format!("not a payment: {e}")))?;
    // On its own task: a customer who hangs up does not stop the exchange half-way.
    let paid = tokio::spawn(async move { shop.pay(&id, payload).await }).await;
    paid.map_err(Refusal::broken)?.map(Json)
}

async fn picture(State(shop): Shop, Path(id): Path<String>) -> Result<impl IntoResponse, Refusal> {
    png(shop.look(&id)?.request())
}

async fn invoice_picture(
    State(shop): Shop,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Refusal> {
    // Upper case lets a QR code hold more: bech32 is the same in either case.
    png(&shop.look(&id)?.invoice().to_uppercase())
}

fn png(text: &str) -> Result<impl IntoResponse + use<>, Refusal> {
    let picture = qr_png(text).map_err(Refusal::broken)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], picture))
}
