//! *Arcade*: one satoshi a game, every game at an address of its own (NUT-24).

use std::path::Path as FilePath;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::content::Content;
use super::orders::{Purse, StoreError};
use super::paywall::counted;
use super::paywall::{Admission, Dialect, Ground, Paywall, Wares};
use crate::lightning::Network;
use crate::reply::Refusal;

/// The arcade's folder.
pub(crate) const NODE: &str = "arcade";
/// Satoshi for a game.
const PRICE: u64 = 1;

/// The arcade.
#[derive(Debug)]
pub struct Arcade(Paywall);

impl Arcade {
    /// Opens the arcade at `origin`; it takes coins of `issuers`.
    pub fn open(
        folder: &FilePath,
        origin: String,
        network: Network,
        secret: [u8; 64],
        issuers: Vec<String>,
    ) -> Result<Self, StoreError> {
        Paywall::open(Ground {
            folder,
            origin,
            node: NODE,
            network,
            secret,
            issuers,
        })
        .map(Self)
    }

    /// Where it stands.
    #[must_use]
    pub fn url(&self) -> &str {
        self.0.origin()
    }

    /// Coins the arcade holds.
    pub fn purses(&self) -> Result<Vec<Purse>, StoreError> {
        self.0.purses()
    }

    /// Finishes what a crash interrupted.
    pub async fn resume(&self) {
        self.0.resume().await;
    }

    async fn play(&self, path: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
        let page = Content::page(
            "game",
            "<!doctype html><html lang=\"en\"><head><title>You won!</title></head>\
             <body><p>Everybody wins here.</p></body></html>"
                .to_owned(),
        );
        let wares = Wares {
            path,
            title: "One game",
            kind: page.kind(),
            price: PRICE,
            dialects: &[Dialect::Cashu],
        };
        match self.0.admit(&wares, headers).await? {
            Admission::In(_) => Ok(page.answer(headers)),
            Admission::Out(problem) => self.0.ask(&wares, problem),
        }
    }
}

type Hall = State<Arc<Arcade>>;

/// The arcade's routes.
pub fn router(arcade: Arc<Arcade>) -> Router {
    Router::new()
        .route("/play", get(any_game))
        .route("/play/{game}", get(game))
        .with_state(arcade)
}

/// The control routes, under `/control/arcade`.
pub fn control(arcade: Arc<Arcade>) -> Router {
    Router::new().route("/", get(counts)).with_state(arcade)
}

async fn any_game(State(arcade): Hall, headers: HeaderMap) -> Result<Response, Refusal> {
    arcade.play("/play", &headers).await
}

async fn game(
    State(arcade): Hall,
    Path(game): Path<u32>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    arcade.play(&format!("/play/{game}"), &headers).await
}

async fn counts(State(arcade): Hall) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "paths": counted(&arcade.0)? })))
}
