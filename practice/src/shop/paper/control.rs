//! What tests command and read at the paper.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Article, DailyPaper};
use crate::reply::{Refusal, understood};
use crate::shop::paywall::{Paywall, Terms};

type Paper = State<Arc<DailyPaper>>;
type Body<T> = Result<Json<T>, JsonRejection>;

/// The control routes, under `/control/daily_paper`.
pub fn control(paper: Arc<DailyPaper>) -> Router {
    Router::new()
        .route("/", get(counts))
        .route("/revoke", post(revoke))
        .route("/price", post(price))
        .route("/terms", get(read_terms).post(set_terms))
        .with_state(paper)
}

/// What happened at one address.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Count {
    /// Requests since the town opened.
    asked: u64,
    /// Answers with the content since the town opened.
    served: u64,
    /// Payments ever.
    paid: u64,
    /// Coins taken of it, after the issuers' fees, in satoshi.
    ecash_sat: i64,
    /// Lightning received of it.
    lightning_msat: u64,
}

/// Counts of a paywall, by path.
pub(crate) fn counted(wall: &Paywall) -> Result<BTreeMap<String, Count>, Refusal> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (path, tally) in wall.tally() {
        let count = counts.entry(path).or_default();
        (count.asked, count.served) = (tally.asked, tally.served);
    }
    for sold in wall.sold().map_err(Refusal::broken)? {
        let count = counts.entry(sold.what).or_default();
        count.paid += u64::try_from(sold.paid).unwrap_or(0);
        count.ecash_sat = sold.net;
    }
    for till in wall.tills()? {
        let count = counts.entry(till.till).or_default();
        count.paid += till.paid;
        count.lightning_msat = till.received_msat;
    }
    Ok(counts)
}

async fn counts(State(paper): Paper) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "paths": counted(&paper.wall)? })))
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
