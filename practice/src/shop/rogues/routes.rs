//! Where the rogues can be met, and what tests read of them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::addresses::Asked;
use super::{Rogues, bodies, pages};
use crate::reply::Refusal;
use crate::shop::lnurl::No;
use crate::shop::paywall::counted;

type Alley = State<Arc<Rogues>>;

/// The rogues' own routes.
pub fn router(rogues: Arc<Rogues>) -> Router {
    Router::new()
        .route("/.well-known/lnurlp/{name}", get(terms))
        .route("/lnurlp/{name}/callback", get(invoice))
        .route("/withdraw", get(withdraw))
        .fallback(page)
        .with_state(rogues)
}

/// The other host: it plays along with `other_host`, and has a page of its own.
pub fn stranger(rogues: Arc<Rogues>) -> Router {
    Router::new()
        .route("/lnurlp/{name}/callback", get(invoice))
        .fallback(async || "You are somewhere else now.\n")
        .with_state(rogues)
}

/// The control routes, under `/control/rogues`.
pub fn control(rogues: Arc<Rogues>) -> Router {
    Router::new()
        .route("/", get(seen).delete(forget))
        .with_state(rogues)
}

async fn terms(State(rogues): Alley, Path(name): Path<String>) -> Result<Response, Refusal> {
    let json = "application/json";
    match Rogues::kind(&name) {
        "drip" => Ok(bodies::drip(json)),
        "gigabyte" => Ok(bodies::gigabyte(json)),
        "gzip" => bodies::gzip(json),
        "redirect_endless" => {
            let next = rogues.asked_before(&name);
            let own = &rogues.haunts.own;
            Ok(pages::to(&format!(
                "{own}/.well-known/lnurlp/redirect_endless.{next}"
            )))
        }
        "redirect_to_sentinel" => Ok(pages::to(&format!("{}/caught", rogues.haunts.sentinel))),
        kind if super::addresses::NAMES.contains(&kind) => {
            Ok(Json(rogues.terms(&name)).into_response())
        }
        _ => Err(Refusal::missing("no_rogue", "nobody of this name is here")),
    }
}

async fn invoice(
    State(rogues): Alley,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, No> {
    rogues.invoice(&name, &asked).map(Json)
}

async fn withdraw(State(rogues): Alley) -> Json<Value> {
    Json(rogues.withdraw())
}

async fn page(State(rogues): Alley, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    rogues.page(uri.path(), &headers).await
}

async fn seen(State(rogues): Alley) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({
        "paths": counted(&rogues.wall)?, "sentinel": rogues.sentinel(),
    })))
}

async fn forget(State(rogues): Alley) -> Json<Value> {
    rogues.forget();
    Json(json!({ "sentinel": rogues.sentinel() }))
}
