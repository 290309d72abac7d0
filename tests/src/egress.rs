//! What leaves over the network: a few lines of C, preloaded into the wallet's program, write down
//! every byte of every journey; when a person's journey ends it is read.
//!
//! It stands outside the wallet, so it also sees what goes past the gate. Only where there is a C
//! compiler and a loader that preloads (Linux); elsewhere nothing is recorded, and
//! `the_recorder_sees_what_leaves` says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::preload;

/// Headers a wallet may send; each is the same for everybody who asks for the same thing.
const HEADERS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "host",
    "content-type",
    "content-length",
    "sec-gpc",
    // What was bought, shown where it was bought.
    "authorization",
    "x-cashu",
    // What was switched on for a site that asks, and nothing else.
    "payer-data",
    "range",
    "if-range",
    "te",
];
/// Where issuers, public sources of rates, resolvers of names and the practice town itself are asked;
/// everybody else is a merchant.
const NO_MERCHANTS: [&str; 8] = [
    "/manifest",
    "/v1/",
    "/v2/prices/",
    "/v2/exchange-rates",
    "/0/public/",
    "/api/v3/",
    "/api/v1/",
    "/dns-query",
];

/// One request as it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address and port it went to.
    pub to: String,
    /// `GET`, `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Everything after the head.
    pub body: Vec<u8>,
}

/// The recorder, compiled once for each test program; none where there cannot be one.
#[must_use]
pub fn recorder() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT
        .get_or_init(|| preload::built("egress", include_str!("egress.c")))
        .as_deref()
}

/// A recording without what is no HTTP: the driver that taps and types in a window's place is told what
/// is on the screen, in a protocol of its own.
#[must_use]
pub fn without_the_driver(recorded: &[u8]) -> Vec<u8> {
    let methods: [&[u8]; 4] = [b"GET /", b"POST /", b"PUT /", b"HEAD /"];
    let mut kept = Vec::new();
    for ((to, fd), bytes) in streams(recorded) {
        if methods.iter().any(|method| bytes.starts_with(method)) {
            kept.extend_from_slice(format!("\n=> {to} {fd} {}\n", bytes.len()).as_bytes());
            kept.extend_from_slice(&bytes);
        }
    }
    kept
}

/// Every request in a recording, in the order in which each connection sent them.
#[must_use]
pub fn requests(recorded: &[u8]) -> Vec<Request> {
    streams(recorded)
        .into_iter()
        .flat_map(|((to, _), bytes)| in_stream(&to, &bytes))
        .collect()
}

/// What went over each connection, by where to and the number the program had for it. Connections
/// that had the same number one after the other follow each other.
fn streams(recorded: &[u8]) -> BTreeMap<(String, String), Vec<u8>> {
    let mut streams: BTreeMap<(String, String), Vec<u8>> = BTreeMap::new();
    let mut rest = recorded;
    while let Some(at) = find(rest, b"\n=> ") {
        rest = &rest[at + 4..];
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            break;
        };
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let mut words = head.split(' ').map(str::to_owned);
        let (Some(to), Some(fd), Some(length)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let length: usize = length.parse().unwrap_or(0);
        rest = &rest[end + 1..];
        let taken = length.min(rest.len());
        streams
            .entry((to, fd))
            .or_default()
            .extend_from_slice(&rest[..taken]);
        rest = &rest[taken..];
    }
    streams
}

fn in_stream(to: &str, bytes: &[u8]) -> Vec<Request> {
    let mut requests = Vec::new();
    let mut rest = bytes;
    while let Some(end) = find(rest, b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let mut first = lines
            .next()
            .unwrap_or_default()
            .split(' ')
            .map(str::to_owned);
        let (Some(method), Some(path)) = (first.next(), first.next()) else {
            break;
        };
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length: usize = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .and_then(|(_, value)| value.parse().ok())
            .unwrap_or(0);
        rest = &rest[end + 4..];
        let taken = length.min(rest.len());
        requests.push(Request {
            to: to.to_owned(),
            method,
            path,
            headers,
            body: rest[..taken].to_vec(),
        });
        rest = &rest[taken..];
    }
    requests
}

/// What should not have left: headers that tell the wallet or the person apart, requests to
/// merchants without the mark against selling, and any of `secrets`.
#[must_use]
pub fn complaints(recorded: &[u8], secrets: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    for request in requests(recorded) {
        let what = format!("{} {} to {}", request.method, request.path, request.to);
        for (name, _) in &request.headers {
            if !HEADERS.contains(&name.as_str()) {
                complaints.push(format!("{what}: a header {name}"));
            }
        }
        let path = request.path.as_str();
        let merchant =
            !NO_MERCHANTS.iter().any(|known| path.contains(known)) && !plays_the_town(path);
        let marked = request
            .headers
            .iter()
            .any(|(name, value)| name == "sec-gpc" && value == "1");
        if merchant && !marked {
            complaints.push(format!("{what}: no sec-gpc"));
        }
    }
    // Not in the requests as they were understood: in all the bytes of each connection.
    let streams = streams(recorded);
    for secret in secrets {
        let spelled = [
            secret.clone(),
            secret.replace(' ', "%20"),
            secret.replace(' ', "+"),
        ];
        let seen = |bytes: &Vec<u8>| spelled.iter().any(|text| says(bytes, text.as_bytes()));
        if streams.values().any(seen) {
            complaints.push(format!("{secret:?} left the device"));
        }
    }
    complaints
}

/// Shorter than this, letters and digits turn up in keys and signatures by chance.
const NO_CHANCE: usize = 10;

/// Whether `bytes` say `secret`; a short one only where it stands by itself.
fn says(bytes: &[u8], secret: &[u8]) -> bool {
    if secret.len() >= NO_CHANCE {
        return find(bytes, secret).is_some();
    }
    let joined = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_alphanumeric)
    };
    (0..bytes.len()).any(|at| {
        bytes[at..].starts_with(secret)
            && !joined(at.checked_sub(1))
            && !joined(Some(at + secret.len()))
    })
}

/// Where the window lends the practice town its hands: somebody at the counter who types in an order,
/// and somebody elsewhere who pays an invoice.
fn plays_the_town(path: &str) -> bool {
    path == "/orders" || path.starts_with("/control/")
}

fn find(all: &[u8], wanted: &[u8]) -> Option<usize> {
    all.windows(wanted.len()).position(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the recorder writes it down.
    fn recorded(sent: &[(&str, &str)]) -> Vec<u8> {
        let lines = sent
            .iter()
            .map(|(to, text)| format!("\n=> {to} 9 {}\n{text}", text.len()));
        lines.collect::<String>().into_bytes()
    }

    #[test]
    fn what_tells_people_apart_and_what_was_kept_is_complained_about() {
        let recorded = recorded(&[
            (
                "127.0.0.1:7",
                "GET /v1/keys HTTP/1.1\r\nHost: a\r\nUser-Agent: farthing\r\n\r\n",
            ),
            // One request may leave in pieces.
            ("127.0.0.1:8", "POST /pay HTTP/1.1\r\nhost: b\r\n"),
            ("127.0.0.1:8", "content-length: 24\r\n\r\n{\"memo\":\"for m"),
            ("127.0.0.1:8", "y sister\"}"),
        ]);
        let found = requests(&recorded);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert_eq!(found[1].method, "POST");
        let complaints = complaints(&recorded, &["for my sister".to_owned(), "Ada".to_owned()]);
        assert_eq!(
            complaints,
            [
                "GET /v1/keys to 127.0.0.1:7: a header user-agent",
                "POST /pay to 127.0.0.1:8: no sec-gpc",
                "\"for my sister\" left the device",
            ]
        );
    }

    #[test]
    fn four_digits_inside_a_signature_are_no_pin_and_four_by_themselves_are() {
        for (text, told) in [
            ("{\"C\":\"02ab2580cd\"}", false),
            ("{\"at\":17325801}", false),
            ("/open?pin=2580", true),
            ("{\"pin\":\"2580\"}", true),
            ("2580", true),
        ] {
            assert_eq!(says(text.as_bytes(), b"2580"), told, "{text}");
        }
        assert!(says(b"xfor my sistery", b"for my sister"));
    }
}
