//! The paper's counter, over HTTP.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use serde_json::Value;

use super::{ANY, Article, DailyPaper, Listing, path};
use crate::reply::Refusal;
use crate::shared::lock;
use crate::shop::paywall::{Admission, Dialect, Problem, Wares};

/// Both ways: what the paper wants to know, and what a reader says.
const PAYER_DATA: HeaderName = HeaderName::from_static("payer-data");

type Paper = State<Arc<DailyPaper>>;

/// The paper's routes.
pub fn router(paper: Arc<DailyPaper>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/articles", get(articles))
        .route("/free", get(free))
        .route("/big", get(big))
        .route("/{dialect}/{slug}", get(article))
        .with_state(paper)
}

async fn front(State(paper): Paper) -> Html<String> {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Daily Paper</title></head>\
         <body><h1>Daily Paper</h1><p>Play money only.</p><ul>",
    );
    for Listing {
        title,
        price,
        url,
        dialect,
        ..
    } in paper.listing()
    {
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<li><a href=\"{url}\">{title}</a> ({price} sat, {dialect})</li>"
        );
    }
    page.push_str("</ul></body></html>");
    Html(page)
}

async fn articles(State(paper): Paper) -> Json<Vec<Listing>> {
    Json(paper.listing())
}

async fn free(headers: HeaderMap) -> Result<Response, Refusal> {
    let article = Article::named("free").ok_or_else(nothing)?;
    Ok(article.content().answer(&headers))
}

async fn big(state: Paper, headers: HeaderMap) -> Result<Response, Refusal> {
    article(state, Path((ANY.to_owned(), "big".to_owned())), headers).await
}

async fn article(
    State(paper): Paper,
    Path((dialect, slug)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let article = Article::named(&slug)
        .filter(|article| article.price > 0)
        .ok_or_else(nothing)?;
    let one;
    let dialects: &[Dialect] = if dialect == ANY {
        // One coin request at a time: a header that comes twice would be two answers.
        &[
            Dialect::Cashu,
            Dialect::L402,
            Dialect::Lsat,
            Dialect::Payment,
            Dialect::X402,
        ]
    } else {
        let named = |d: &Dialect| d.name() == dialect;
        one = [Dialect::ALL.into_iter().find(named).ok_or_else(nothing)?];
        &one
    };
    let content = article.content();
    let wares = Wares {
        path: &path(&dialect, &slug),
        title: article.title,
        kind: content.kind(),
        price: paper.price(article),
        dialects,
    };
    let said = said(&headers)?;
    if !lock(&paper.curiosity).is_content_with(&said) {
        return ask(&paper, &wares, None);
    }
    match paper.wall.admit(&wares, &headers).await? {
        Admission::In(extra) => {
            if !said.is_null() {
                lock(&paper.curiosity).heard.push(said);
            }
            let mut answer = content.answer(&headers);
            answer.headers_mut().extend(extra);
            Ok(answer.into_response())
        }
        Admission::Out(problem) => ask(&paper, &wares, problem),
    }
}

/// What a reader says of themself; null where that is nothing.
fn said(headers: &HeaderMap) -> Result<Value, Refusal> {
    let Some(header) = headers.get(PAYER_DATA) else {
        return Ok(Value::Null);
    };
    let unreadable = || Refusal::bad("payer_data", "what you say of yourself cannot be read");
    let text = header.to_str().map_err(|_| unreadable())?;
    serde_json::from_str(text).map_err(|_| unreadable())
}

/// Asks for money, and for what the paper wants to know.
fn ask(
    paper: &DailyPaper,
    wares: &Wares<'_>,
    problem: Option<Problem>,
) -> Result<Response, Refusal> {
    let mut answer = paper.wall.ask(wares, problem)?;
    let asks = lock(&paper.curiosity).asks.clone();
    if !asks.is_empty() {
        let asks = HeaderValue::from_str(&Value::from(asks).to_string());
        let asks = asks.map_err(Refusal::broken)?;
        answer.headers_mut().insert(PAYER_DATA, asks);
    }
    Ok(answer)
}

fn nothing() -> Refusal {
    Refusal::missing("no_article", "there is no such article")
}
