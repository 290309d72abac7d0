//! Looking at a payment changes nothing of what became of it. Against the practice town's issuers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test helpers"
)]
#![allow(dead_code, reason = "not every test of the town uses all of it")]

mod town;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use farthing_wallet::{CodeInput, Outcome, ReviewRequest};
use town::{Town, fill, made, sat, trust};

/// A site that asks for a payment by `request`, and breaks off once it is shown e-cash.
fn site(request: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/story", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                head.push(byte[0]);
            }
            let answer = match number {
                0 => format!("402 Payment Required\r\nx-cashu: {request}"),
                _ => "503 Service Unavailable".to_owned(),
            };
            let whole =
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(whole.as_bytes());
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e_cash_that_was_redeemed_after_all_is_paid_whoever_looks_first() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let ada = made(&town, &folder.path().join("ada"), None).await.wallet;
    let bob = made(&town, &folder.path().join("bob"), None).await.wallet;
    for wallet in [&ada, &bob] {
        trust(wallet, town.issuer("Maple")).await;
    }
    fill(&town, &ada, 1_000).await;
    let asked = bob.get_paid(sat(21), None, None).await.unwrap();
    let url = site(asked.request);
    let request = ReviewRequest {
        code: CodeInput::Text(url),
        amount: None,
        share: Vec::new(),
        only_this_time: false,
        note: None,
        purse: None,
    };
    let review = ada.review(request).await.unwrap();
    let receipt = ada.pay(&review.id, None).await.unwrap();
    assert_eq!(receipt.outcome, Outcome::StillDeciding);
    let token = ada.receipt(receipt.payment).await.unwrap().token.unwrap();
    bob.redeem(&CodeInput::Text(token)).await.unwrap();

    let looked = ada.fresh_receipt(receipt.payment).await.unwrap();
    assert_eq!(looked.outcome, Outcome::Paid);
    ada.recover(|_| {}).await.unwrap();
    let receipt = ada.receipt(receipt.payment).await.unwrap();
    assert_eq!(receipt.outcome, Outcome::Paid);
}
