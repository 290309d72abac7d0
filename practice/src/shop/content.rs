//! What is served: pages and files of any size, whole or in part (RFC 9110 ranges).

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;

/// How much of a file is made at a time.
const PIECE: u64 = 64 * 1024;

/// Something to serve.
#[derive(Debug, Clone)]
pub(super) struct Content {
    kind: &'static str,
    tag: &'static str,
    file_name: Option<&'static str>,
    matter: Matter,
}

#[derive(Debug, Clone)]
enum Matter {
    Text(Bytes),
    Noise(u64),
}

impl Content {
    /// An HTML page.
    pub(super) fn page(tag: &'static str, html: String) -> Self {
        Self {
            kind: "text/html; charset=utf-8",
            tag,
            file_name: None,
            matter: Matter::Text(html.into()),
        }
    }

    /// A file of `size` bytes that are always the same: see [`noise`].
    pub(super) fn file(tag: &'static str, file_name: &'static str, size: u64) -> Self {
        Self {
            kind: "application/octet-stream",
            tag,
            file_name: Some(file_name),
            matter: Matter::Noise(size),
        }
    }

    /// Its length in bytes.
    pub(super) fn size(&self) -> u64 {
        match &self.matter {
            Matter::Text(text) => text.len() as u64,
            Matter::Noise(size) => *size,
        }
    }

    /// Its media type.
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    /// The answer to a request with these headers.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let size = self.size();
        let tag = format!("\"{}-{size}\"", self.tag);
        let (status, from, to) = match range(asked, &tag, size) {
            Wanted::All => (StatusCode::OK, 0, size),
            Wanted::Part(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
            Wanted::Beyond => {
                let all = format!("bytes */{size}");
                return (
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    [(header::CONTENT_RANGE, all)],
                )
                    .into_response();
            }
        };
        let mut answer = Response::new(self.body(from, to));
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
        let mut text = |name, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        text(header::ETAG, tag);
        if status == StatusCode::PARTIAL_CONTENT {
            let last = to - 1;
            text(header::CONTENT_RANGE, format!("bytes {from}-{last}/{size}"));
        }
        if let Some(name) = self.file_name {
            text(
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            );
        }
        answer
    }

    fn body(&self, from: u64, to: u64) -> Body {
        match &self.matter {
            Matter::Text(text) => {
                let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(text.len());
                Body::from(text.slice(at(from)..at(to)))
            }
            Matter::Noise(_) => Body::from_stream(stream::unfold(from, move |at| async move {
                let end = to.min(at.saturating_add(PIECE));
                (at < end).then(|| (Ok::<_, std::io::Error>(noise(at, end)), end))
            })),
        }
    }
}

/// Bytes `from..to` of a file without end: its eight bytes at 8·k are the
/// `k`-th output of `SplitMix64` seeded with zero, little-endian.
#[must_use]
pub fn noise(from: u64, to: u64) -> Vec<u8> {
    let skip = usize::try_from(from % 8).unwrap_or(0);
    let length = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(length + 16);
    let mut word = from / 8;
    while bytes.len() < length + skip {
        let mut z = word.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend_from_slice(&(z ^ (z >> 31)).to_le_bytes());
        word += 1;
    }
    bytes.truncate(length + skip);
    bytes.drain(..skip);
    bytes
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(u64, u64),
    Beyond,
}

fn range(asked: &HeaderMap, tag: &str, size: u64) -> Wanted {
    let text = |name| asked.get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_RANGE).is_some_and(|wanted| wanted != tag) {
        return Wanted::All;
    }
    // Anything but one plain range may be ignored (RFC 9110, 14.2).
    let Some((from, to)) = text(header::RANGE)
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    match (from.parse::<u64>().ok(), to.parse::<u64>().ok()) {
        (Some(from), _) if from >= size => Wanted::Beyond,
        (Some(from), Some(last)) if last >= from => {
            Wanted::Part(from, size.min(last.saturating_add(1)))
        }
        (Some(from), None) if to.is_empty() => Wanted::Part(from, size),
        (None, Some(0)) if from.is_empty() => Wanted::Beyond,
        (None, Some(last)) if from.is_empty() => Wanted::Part(size.saturating_sub(last), size),
        _ => Wanted::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &'static str) -> HeaderMap {
        [(header::RANGE, HeaderValue::from_static(range))]
            .into_iter()
            .collect()
    }

    #[test]
    fn any_part_of_a_file_is_the_same_as_in_the_whole() {
        let whole = noise(0, 1_000);
        for (from, to) in [(0, 1), (7, 9), (8, 16), (13, 999), (999, 1_000)] {
            assert_eq!(
                noise(from, to),
                whole[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()]
            );
        }
        // The published first output of SplitMix64 with seed 0.
        assert_eq!(whole[..8], 0xe220_a839_7b1d_cdaf_u64.to_le_bytes());
    }

    #[test]
    fn one_range_is_honoured_and_odd_ones_are_not() {
        let tag = "\"x-100\"";
        for (text, wanted) in [
            ("bytes=0-9", Wanted::Part(0, 10)),
            ("bytes=90-", Wanted::Part(90, 100)),
            ("bytes=90-1000", Wanted::Part(90, 100)),
            ("bytes=-10", Wanted::Part(90, 100)),
            ("bytes=-1000", Wanted::Part(0, 100)),
            ("bytes=100-", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=9-0", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("pages=0-1", Wanted::All),
        ] {
            assert_eq!(range(&asked(text), tag, 100), wanted, "{text}");
        }
    }

    #[test]
    fn a_part_of_another_edition_is_not_served() {
        let mut headers = asked("bytes=5-");
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"old\""));
        assert_eq!(range(&headers, "\"new\"", 100), Wanted::All);
    }
}
