//! Just enough HTTP to talk to a practice town or a test issuer on this machine.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::{Outcome, Trouble};

/// An answer: its status and its body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; trouble unless the status is 200 to 299.
    pub fn json(&self) -> Outcome<Value> {
        let text = String::from_utf8_lossy(&self.body);
        if !(200..300).contains(&self.status) {
            return Err(Trouble::new(format!("HTTP {}: {text}", self.status)));
        }
        serde_json::from_str(&text).map_err(|e| Trouble::new(format!("not JSON ({e}): {text}")))
    }
}

/// Asks for what is at `url`.
pub fn get(url: &str) -> Outcome<Answer> {
    exchange("GET", url, None)
}

/// Sends a JSON document to `url`.
pub fn post(url: &str, body: &Value) -> Outcome<Answer> {
    exchange("POST", url, Some(body.to_string()))
}

/// Deletes what is at `url`.
pub fn delete(url: &str) -> Outcome<Answer> {
    exchange("DELETE", url, None)
}

fn exchange(method: &str, url: &str, body: Option<String>) -> Outcome<Answer> {
    let trouble = |why: String| Trouble::new(format!("{method} {url}: {why}"));
    let rest = url
        .strip_prefix("http://")
        .ok_or_else(|| trouble("only http on this machine is spoken here".into()))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).map_err(|e| trouble(e.to_string()))?;
    if !stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback()) {
        return Err(trouble("that is not this machine".into()));
    }
    let body = body.unwrap_or_default();
    // HTTP/1.0: the answer comes whole and ends with the connection.
    let head = format!(
        "{method} /{path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut answer = Vec::new();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .and_then(|()| stream.write_all(head.as_bytes()))
        .and_then(|()| stream.write_all(body.as_bytes()))
        .and_then(|()| stream.read_to_end(&mut answer))
        .map_err(|e| trouble(e.to_string()))?;
    parse(&answer).ok_or_else(|| trouble("the answer is not HTTP".into()))
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        body: answer.get(end + 4..)?.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        let answer = parse(b"HTTP/1.0 402 Payment Required\r\nA: b\r\n\r\n{\"a\":1}").unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (402, b"{\"a\":1}".as_slice())
        );
        assert!(answer.json().is_err());
        assert!(parse(b"HTTP/1.0 200 OK").is_none());
    }

    #[test]
    fn only_plain_http_is_spoken() {
        assert!(get("https://127.0.0.1:1/").is_err());
    }
}
