//! What the town answers when it says no: a code for programs, a sentence for people.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal over HTTP: `{"error":{"code":…,"text":…}}`.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    text: String,
}

impl Refusal {
    /// The request itself is wrong.
    pub fn bad(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            text: text.into(),
        }
    }

    /// There is no such thing.
    pub fn missing(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code,
            text: text.into(),
        }
    }

    /// It collides with what already happened.
    pub fn conflict(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            code,
            text: text.into(),
        }
    }

    /// Well-formed, and not acceptable.
    pub fn unacceptable(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code,
            text: text.into(),
        }
    }

    /// Try the same again later; what happened is not known yet.
    pub fn later(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code,
            text: text.into(),
        }
    }

    /// The town itself failed.
    pub fn broken(error: impl std::fmt::Display) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "town_broken",
            text: format!("the practice town failed: {error}"),
        }
    }

    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

/// The body of a request, or what is wrong with it.
pub(crate) fn understood<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Refusal> {
    body.map(|Json(inner)| inner)
        .map_err(|e| Refusal::bad("not_understood", e.body_text()))
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": {"code": self.code, "text": self.text}});
        (self.status, Json(body)).into_response()
    }
}
