//! The paper's counter, over HTTP.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::{ANY, Article, DailyPaper, Listing, path};
use crate::reply::Refusal;
use crate::shop::paywall::{Admission, Dialect, Wares};

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
    match paper.wall.admit(&wares, &headers).await? {
        Admission::In(extra) => {
            let mut answer = content.answer(&headers);
            answer.headers_mut().extend(extra);
            Ok(answer.into_response())
        }
        Admission::Out(problem) => paper.wall.ask(&wares, problem),
    }
}

fn nothing() -> Refusal {
    Refusal::missing("no_article", "there is no such article")
}
