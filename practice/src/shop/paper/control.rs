//! What tests command and read at the paper.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Article, DailyPaper};
use crate::reply::{Refusal, understood};
use crate::shared::lock;
use crate::shop::paywall::{Terms, counted};

type Paper = State<Arc<DailyPaper>>;
type Body<T> = Result<Json<T>, JsonRejection>;

/// The control routes, under `/control/daily_paper`.
pub fn control(paper: Arc<DailyPaper>) -> Router {
    Router::new()
        .route("/", get(counts))
        .route("/revoke", post(revoke))
        .route("/asks", post(asks))
        .route("/price", post(price))
        .route("/terms", get(read_terms).post(set_terms))
        .with_state(paper)
}

async fn counts(State(paper): Paper) -> Result<Json<Value>, Refusal> {
    let heard = lock(&paper.curiosity).heard.clone();
    Ok(Json(
        json!({ "paths": counted(&paper.wall)?, "heard": heard }),
    ))
}

/// What it wants to know from now on, as LUD-18's `payerData`.
async fn asks(
    State(paper): Paper,
    body: Body<serde_json::Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    let asks = understood(body)?;
    lock(&paper.curiosity).asks.clone_from(&asks);
    Ok(Json(Value::from(asks)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    #[serde(default)]
    path: Option<String>,
}

async fn revoke(State(paper): Paper, body: Body<Revoke>) -> Result<Json<Value>, Refusal> {
    let Revoke { path } = understood(body)?;
    paper
        .wall
        .revoke(path.as_deref())
        .map_err(Refusal::broken)?;
    Ok(Json(json!({ "revoked": path })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    slug: String,
    price: u64,
}

async fn price(State(paper): Paper, body: Body<Price>) -> Result<Json<Value>, Refusal> {
    let Price { slug, price } = understood(body)?;
    if Article::named(&slug).is_none_or(|a| a.price == 0) || price == 0 || price > 1_000_000 {
        return Err(Refusal::bad(
            "price",
            "an article that is sold costs 1 to 1000000 sat",
        ));
    }
    paper.set_price(&slug, price);
    Ok(Json(json!({ "slug": slug, "price": price })))
}

async fn read_terms(State(paper): Paper) -> Json<Terms> {
    Json(paper.wall.terms())
}

async fn set_terms(State(paper): Paper, body: Body<Terms>) -> Result<Json<Terms>, Refusal> {
    paper.wall.set_terms(understood(body)?);
    Ok(Json(paper.wall.terms()))
}
