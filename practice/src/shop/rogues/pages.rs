//! Pages over HTTP 402, and free ones, that do not keep the rules.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Rogues, bodies};
use crate::reply::Refusal;
use crate::shop::content::Content;
use crate::shop::paywall::{Admission, Dialect, Wares, counted};

/// The pages, by name and path.
pub(super) const NAMES: [(&str, &str); 16] = [
    // Paid: the price doubles every time anybody asks.
    ("fee_spike", "/fee_spike"),
    // Paid: takes the money and asks again, for ever.
    ("never_delivers", "/never_delivers"),
    // Paid: delivers after the second payment only.
    ("asks_twice", "/asks_twice"),
    // Paid: delivers, and asks for money with the page.
    ("delivers_twice", "/delivers_twice"),
    // Paid: a page with a script that calls the sentinel.
    ("script", "/script"),
    // Paid: words with control and bidi characters in the payment request.
    ("odd_title", "/odd_title"),
    // A challenge with bytes that are no letters, though HTTP lets them pass.
    ("odd_macaroon", "/odd_macaroon"),
    // A challenge with a macaroon of 128 KiB.
    ("giant_macaroon", "/giant_macaroon"),
    // 402 that asks for nothing anybody knows.
    ("nothing_to_pay", "/nothing_to_pay"),
    // Free: a file that wants to lie elsewhere.
    ("evil_name", "/evil_name"),
    // Free: bodies without end.
    ("page_drip", "/drip"),
    ("page_gigabyte", "/gigabyte"),
    ("page_gzip", "/gzip"),
    // Redirects without end, to the sentinel, and to a page that asks for money.
    ("page_redirect_endless", "/redirect_endless"),
    ("page_redirect_to_sentinel", "/redirect_to_sentinel"),
    ("page_redirect_to_stranger", "/redirect_to_stranger"),
];

const BOTH: &[Dialect] = &[Dialect::Cashu, Dialect::L402];
const PRICE: u64 = 3;
const DEAREST: u64 = 1_000_000;

impl Rogues {
    /// The page at `path`, whose first part says what kind it is.
    pub(super) async fn page(&self, path: &str, asked: &HeaderMap) -> Result<Response, Refusal> {
        let kind = path.trim_start_matches('/').split('/').next();
        match kind.unwrap_or_default() {
            "drip" => Ok(bodies::drip("text/html")),
            "gigabyte" => Ok(bodies::gigabyte("text/html")),
            "gzip" => bodies::gzip("text/html"),
            "evil_name" => Ok(evil_name()),
            "redirect_endless" => Ok(self.redirect_on(path)),
            "redirect_to_sentinel" => Ok(to(&format!("{}/caught", self.haunts.sentinel))),
            "redirect_to_stranger" => Ok(to(&format!("{}/lent", self.haunts.stranger))),
            "odd_macaroon" => self.challenge(path, b"AgEE\tcaf\xc3\xa9\xe2\x80\xae==\xff"),
            "giant_macaroon" => self.challenge(path, &[b'A'; 128 * 1024]),
            "nothing_to_pay" => Ok((StatusCode::PAYMENT_REQUIRED, "Pay!").into_response()),
            kind @ ("fee_spike" | "never_delivers" | "asks_twice" | "delivers_twice" | "script"
            | "odd_title") => self.sell(kind, path, asked).await,
            _ => Err(Refusal::missing("no_rogue", "nobody of this name is here")),
        }
    }

    async fn sell(&self, kind: &str, path: &str, asked: &HeaderMap) -> Result<Response, Refusal> {
        let price = match kind {
            "fee_spike" => {
                let doubled = 1_u64
                    .checked_shl(self.asked_before(path))
                    .unwrap_or(DEAREST);
                PRICE.saturating_mul(doubled).min(DEAREST)
            }
            _ => PRICE,
        };
        let wares = Wares {
            path,
            title: match kind {
                "odd_title" => "Free \u{202e}yenom\u{202c} \u{1b}[31m for\u{0}you",
                _ => "Trust me",
            },
            kind: "text/html",
            price,
            dialects: match kind {
                "odd_title" => &[Dialect::CashuB],
                _ => BOTH,
            },
        };
        match self.wall.admit(&wares, asked).await? {
            Admission::Out(problem) => self.wall.ask(&wares, problem),
            Admission::In(_) => match kind {
                "never_delivers" => self.wall.ask(&wares, None),
                "asks_twice" if self.paid(path)? < 2 => self.wall.ask(&wares, None),
                "delivers_twice" => {
                    let mut answer = page(&self.haunts.sentinel, kind).answer(asked);
                    let demand = self.wall.ask(&wares, None)?;
                    for (name, value) in demand.headers() {
                        if name == header::WWW_AUTHENTICATE || name == "x-cashu" {
                            answer.headers_mut().append(name, value.clone());
                        }
                    }
                    Ok(answer)
                }
                _ => Ok(page(&self.haunts.sentinel, kind).answer(asked)),
            },
        }
    }

    fn paid(&self, path: &str) -> Result<u64, Refusal> {
        Ok(counted(&self.wall)?.get(path).map_or(0, |count| count.paid))
    }

    /// A challenge with a real invoice and whatever macaroon.
    fn challenge(&self, path: &str, macaroon: &[u8]) -> Result<Response, Refusal> {
        let wares = Wares {
            path,
            title: "Trust me",
            kind: "text/html",
            price: PRICE,
            dialects: BOTH,
        };
        let invoice = self.wall.invoice(&wares)?.bolt11;
        let mut said = b"L402 macaroon=\"".to_vec();
        said.extend(macaroon);
        said.extend(b"\", invoice=\"");
        said.extend(invoice.as_bytes());
        said.push(b'"');
        let mut answer = StatusCode::PAYMENT_REQUIRED.into_response();
        answer.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_bytes(&said).map_err(Refusal::broken)?,
        );
        Ok(answer)
    }

    fn redirect_on(&self, path: &str) -> Response {
        let turn: u64 = path
            .rsplit('/')
            .next()
            .and_then(|n| n.parse().ok())
            .unwrap_or(0);
        let next = turn.saturating_add(1);
        to(&format!("{}/redirect_endless/{next}", self.haunts.own))
    }
}

/// A redirect that keeps nothing of the request.
pub(super) fn to(url: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, url.to_owned())]).into_response()
}

fn page(sentinel: &str, kind: &str) -> Content {
    let script = if kind == "script" {
        format!(
            "<script>fetch('{sentinel}/script')</script><img src=\"{sentinel}/image\" \
             onerror=\"fetch('{sentinel}/error')\"><iframe src=\"{sentinel}/frame\"></iframe>"
        )
    } else {
        String::new()
    };
    Content::page(
        "rogue",
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <title>&lt;b&gt;Trust me&lt;/b&gt;</title></head><body>{script}<p>Delivered.</p></body></html>"
        ),
    )
}

fn evil_name() -> Response {
    let mut answer = Response::new(Body::from("#!/bin/sh\necho evil\n"));
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static(
            "attachment; filename=\"../../evil\"; filename*=UTF-8''..%2F..%2F.bashrc%00",
        ),
    );
    answer
}
