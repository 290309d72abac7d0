//! A site to sign in to with a wallet (LUD-04). Forgets its visitors when the town closes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use bitcoin::secp256k1::{Message, PublicKey, Secp256k1, ecdsa::Signature};
use cdk_common::util::{hex, unix_time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::reply::Refusal;
use crate::shared::lock;
use crate::shop::{Link, No};

/// Most challenges waiting for an answer.
const OPEN: usize = 10_000;

/// One site.
#[derive(Debug)]
pub struct SignIn {
    origin: String,
    open: Mutex<BTreeSet<String>>,
    visitors: Mutex<Vec<Visitor>>,
}

/// Somebody who proved a key.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Visitor {
    /// The linking key, compressed, hexadecimal.
    key: String,
    at: u64,
}

impl SignIn {
    /// A site at `origin`.
    #[must_use]
    pub fn new(origin: String) -> Self {
        Self {
            origin,
            open: Mutex::default(),
            visitors: Mutex::default(),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.origin
    }

    pub(crate) fn visitors(&self) -> Vec<Visitor> {
        let visitors = lock(&self.visitors);
        visitors.clone()
    }

    /// A link that signs one visitor in, once.
    pub fn link(&self) -> Result<Link, Refusal> {
        let mut noise = [0_u8; 32];
        getrandom::fill(&mut noise).map_err(Refusal::broken)?;
        let k1 = hex::encode(noise);
        let mut open = lock(&self.open);
        if open.len() >= OPEN {
            open.pop_first();
        }
        open.insert(k1.clone());
        Ok(Link::new(
            "keyauth",
            format!(
                "{}/signin/check?tag=login&k1={k1}&action=login",
                self.origin
            ),
        ))
    }

    fn check(&self, asked: &Signed) -> Result<(), No> {
        let digest: [u8; 32] = hex::decode(&asked.k1)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| No::because("k1 is not 32 bytes."))?;
        let bytes = |text: &str, what: &str| {
            hex::decode(text).map_err(|_| No::because(format!("The {what} is not hexadecimal.")))
        };
        let key = PublicKey::from_slice(&bytes(&asked.key, "key")?)
            .map_err(|_| No::because("This is not a key."))?;
        let mut sig = Signature::from_der(&bytes(&asked.sig, "signature")?)
            .map_err(|_| No::because("This is not a signature."))?;
        // Both forms of a signature are right; the library wants one of them.
        sig.normalize_s();
        Secp256k1::verification_only()
            .verify_ecdsa(&Message::from_digest(digest), &sig, &key)
            .map_err(|_| No::because("The signature is not of this key."))?;
        let mut open = lock(&self.open);
        if !open.remove(&asked.k1.to_lowercase()) {
            return Err(No::because("This k1 is not ours, or was used."));
        }
        let visitor = Visitor {
            key: key.to_string(),
            at: unix_time(),
        };
        lock(&self.visitors).push(visitor);
        Ok(())
    }
}

#[derive(Deserialize)]
struct Signed {
    k1: String,
    sig: String,
    key: String,
}

type Site = State<Arc<SignIn>>;

/// The site's routes.
pub fn router(site: Arc<SignIn>) -> Router {
    Router::new()
        .route("/signin", get(fresh))
        .route("/signin/check", get(check))
        .with_state(site)
}

async fn fresh(State(site): Site) -> Result<Json<Link>, Refusal> {
    site.link().map(Json)
}

async fn check(State(site): Site, Query(asked): Query<Signed>) -> Result<Json<Value>, No> {
    site.check(&asked)?;
    Ok(Json(json!({ "status": "OK" })))
}
