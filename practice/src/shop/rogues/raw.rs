//! Two that do not speak HTTP properly: the sentinel, which hangs up at once,
//! and one whose headers hold bytes no proper server can send.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::Rogues;

const SAID: &[u8] = b"HTTP/1.1 402 Payment Required\r\n\
    WWW-Authenticate: L402 macaroon=\"AgEE\x01\x1b[2J\x7f\x00==\", invoice=\"lnbcrt1\x08\x08\"\r\n\
    X-Cashu: creqA\x00\x07\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";

/// Counts whoever connects, and says nothing.
pub async fn count(rogues: Arc<Rogues>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        rogues.sentinel.fetch_add(1, Ordering::SeqCst);
        drop(stream);
    }
}

/// Answers anything with control bytes in the headers.
pub async fn speak(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            // Who is slow to ask goes without: nothing here is worth waiting for.
            let _ = tokio::time::timeout(Duration::from_secs(10), answer(stream)).await;
        });
    }
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut asked = [0_u8; 4096];
    let _ = stream.read(&mut asked).await?;
    stream.write_all(SAID).await?;
    stream.shutdown().await
}
