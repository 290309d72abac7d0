//! Bodies that never end, come a byte at a time, or swell.

use std::io::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use flate2::{Compression, Crc, write::DeflateEncoder};
use futures::{StreamExt, stream};

use crate::reply::Refusal;

/// Blanks, which even a JSON reader swallows.
static BLANKS: [u8; 64 * 1024] = [b' '; 64 * 1024];
/// 64 KiB this often are 1 GiB.
const GIGABYTE: usize = 16 * 1024;
/// A mebibyte this often is 1 GiB.
const SWELLS: usize = 1024;

fn typed(kind: &'static str, body: Body) -> Response {
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

/// One byte a second, for ever.
pub(super) fn drip(kind: &'static str) -> Response {
    let drops = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b" ")), ()))
    });
    // The first at once, so that a reader takes it for an honest answer.
    let first = stream::once(std::future::ready(Ok(Bytes::from_static(b" "))));
    typed(kind, Body::from_stream(first.chain(drops)))
}

/// 1 GiB of blanks, whose length is not said.
pub(super) fn gigabyte(kind: &'static str) -> Response {
    let pieces =
        stream::iter(0..GIGABYTE).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&BLANKS)));
    typed(kind, Body::from_stream(pieces))
}

/// About 1 MB that unpacks to 1 GiB of blanks.
pub(super) fn gzip(kind: &'static str) -> Result<Response, Refusal> {
    let plain = vec![b' '; 1024 * 1024];
    let mut crc = Crc::new();
    let mut mebibyte = Crc::new();
    mebibyte.update(&plain);
    let mut packed: Vec<u8> = Vec::new();
    // The same block again and again: a full flush makes it stand alone.
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&plain).map_err(Refusal::broken)?;
    deflate.flush().map_err(Refusal::broken)?;
    let block = deflate.get_ref().clone();
    packed.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    for _ in 0..SWELLS {
        packed.extend(&block);
        crc.combine(&mebibyte);
    }
    // An empty last block, then what was packed: checksum and length.
    packed.extend([3, 0]);
    packed.extend(crc.sum().to_le_bytes());
    packed.extend(crc.amount().to_le_bytes());
    let mut answer = typed(kind, Body::from(packed));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Ok(answer)
}
