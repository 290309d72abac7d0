//! What stands before each party's counter: it counts who asks for what, and
//! loses, refuses or delays answers when told to. Kept in memory only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::shared::lock;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mishap {
    /// It is carried out, and the connection breaks before the answer arrives.
    LoseAnswer,
    /// It is not carried out; the answer is 503.
    Refuse,
    /// It is carried out, and the answer never comes.
    HangAfter,
    /// It is not carried out, and no answer ever comes.
    HangBefore,
}

/// A mishap, where it strikes and how often.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// `maple`, `corner_shop` or whoever else has a counter.
    pub party: String,
    /// What happens.
    #[serde(rename = "do")]
    pub mishap: Mishap,
    /// Only paths that start like this.
    #[serde(default)]
    pub path: String,
    /// How many requests it strikes.
    #[serde(default = "once")]
    pub next: u32,
}

const fn once() -> u32 {
    1
}

/// The door of one party.
#[derive(Debug, Default)]
pub struct Door {
    seen: Mutex<BTreeMap<String, u64>>,
    faults: Mutex<Vec<Fault>>,
}

impl Door {
    /// Puts the door before `router`.
    pub fn before(self: &Arc<Self>, router: Router) -> Router {
        router.layer(from_fn_with_state(Arc::clone(self), pass))
    }

    /// Arranges a mishap.
    pub fn arrange(&self, fault: Fault) {
        lock(&self.faults).push(fault);
    }

    /// How often each kind of request came, since the start or the last reset.
    #[must_use]
    pub fn seen(&self) -> BTreeMap<String, u64> {
        lock(&self.seen).clone()
    }

    /// Starts counting afresh.
    pub fn reset(&self) {
        lock(&self.seen).clear();
    }

    /// Forgets all mishaps that have not struck yet.
    pub fn calm(&self) {
        lock(&self.faults).clear();
    }

    fn strike(&self, path: &str) -> Option<Mishap> {
        let mut faults = lock(&self.faults);
        let found = faults
            .iter_mut()
            .find(|f| f.next > 0 && path.starts_with(&f.path));
        let mishap = found.map(|fault| {
            fault.next -= 1;
            fault.mishap
        });
        faults.retain(|f| f.next > 0);
        mishap
    }
}

async fn pass(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let kind = format!("{} {}", request.method(), without_ids(&path));
    *lock(&door.seen).entry(kind).or_default() += 1;
    match door.strike(&path) {
        None => next.run(request).await,
        Some(Mishap::Refuse) => {
            (StatusCode::SERVICE_UNAVAILABLE, "closed for a moment").into_response()
        }
        Some(Mishap::HangBefore) => std::future::pending().await,
        Some(Mishap::HangAfter) => {
            carried_out(request, next).await;
            std::future::pending().await
        }
        Some(Mishap::LoseAnswer) => {
            carried_out(request, next).await;
            let broken = std::io::Error::other("the connection broke");
            let nothing = futures::stream::once(std::future::ready(Err::<Vec<u8>, _>(broken)));
            Response::new(Body::from_stream(nothing))
        }
    }
}

/// Runs the request to its end, body and all.
async fn carried_out(request: Request, next: Next) {
    let answer = next.run(request).await;
    // The answer itself is what gets lost.
    let _ = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
}

/// `/v1/mint/quote/bolt11/01a2…` and its like are one kind of request.
fn without_ids(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.len() >= 16 { "{id}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_differ_only_in_an_id_are_one_kind() {
        assert_eq!(without_ids("/v1/keys/01710c1ea96c9e1a"), "/v1/keys/{id}");
        assert_eq!(without_ids("/v1/swap"), "/v1/swap");
    }

    #[test]
    fn a_mishap_strikes_its_path_as_often_as_told() {
        let door = Door::default();
        door.arrange(Fault {
            party: "maple".into(),
            mishap: Mishap::Refuse,
            path: "/v1/swap".into(),
            next: 2,
        });
        assert_eq!(door.strike("/v1/info"), None);
        assert_eq!(door.strike("/v1/swap"), Some(Mishap::Refuse));
        assert_eq!(door.strike("/v1/swap"), Some(Mishap::Refuse));
        assert_eq!(door.strike("/v1/swap"), None);
    }
}
