//! That the rogues are as bad as they should be: a wallet's tests lean on it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

mod common;

use std::io::Read as _;

use bitcoin::hashes::{Hash, sha256};
use cdk_common::nuts::{CurrencyUnit, PaymentRequest, Token};
use common::web::{Answer, ask, between};
use common::{Visit, assert_books, coins, get};
use lightning_invoice::{Bolt11Invoice, Bolt11InvoiceDescriptionRef};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn rogue(visit: &Visit, name: &str) -> String {
    visit.town.manifest().rogues[name].clone()
}

fn lnurlp(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap();
    format!("http://{host}/.well-known/lnurlp/{name}")
}

async fn sentinel(visit: &Visit) -> Value {
    let control = &visit.town.manifest().control;
    get(&format!("{control}/rogues")).await.1["sentinel"].clone()
}

/// The first answer, and the second for 3 sat.
async fn looked(visit: &Visit, name: &str) -> (Value, Bolt11Invoice) {
    let terms = get(&lnurlp(&rogue(visit, name))).await.1;
    let callback = terms["callback"].as_str().unwrap();
    let answer = get(&format!("{callback}?amount=3000")).await.1;
    let invoice = answer["pr"].as_str().unwrap().parse().unwrap();
    (terms, invoice)
}

fn honest(terms: &Value, invoice: &Bolt11Invoice) -> (bool, bool) {
    let metadata = terms["metadata"].as_str().unwrap();
    let hash = match invoice.description() {
        Bolt11InvoiceDescriptionRef::Hash(hash) => {
            hash.0 == sha256::Hash::hash(metadata.as_bytes())
        }
        Bolt11InvoiceDescriptionRef::Direct(_) => false,
    };
    (hash, invoice.amount_milli_satoshis() == Some(3_000))
}

#[tokio::test]
async fn each_address_takes_its_one_liberty() {
    let visit = Visit::new().await;
    for (name, hash, amount) in [
        ("wrong_hash", false, true),
        ("wrong_payer", false, true),
        ("wrong_amount", true, false),
        ("no_amount", true, false),
        ("raised", true, false),
        ("other_host", true, true),
        ("thanks_elsewhere", true, true),
        ("odd_words", true, true),
    ] {
        let (terms, invoice) = looked(&visit, name).await;
        assert_eq!(honest(&terms, &invoice), (hash, amount), "{name}");
    }
    let again = get(&lnurlp(&rogue(&visit, "raised"))).await.1;
    assert_eq!(again["minSendable"], 30_000);
    let fresh = rogue(&visit, "raised").replace('@', ".mine@");
    assert_eq!(get(&lnurlp(&fresh)).await.1["minSendable"], 3_000);
    let elsewhere = get(&lnurlp(&rogue(&visit, "other_host"))).await.1;
    let stranger = rogue(&visit, "stranger");
    assert!(
        elsewhere["callback"]
            .as_str()
            .unwrap()
            .starts_with(&stranger)
    );
}

#[tokio::test]
async fn the_sentinel_counts_whoever_follows_a_bad_callback() {
    let visit = Visit::new().await;
    assert_eq!(sentinel(&visit).await, 0);
    let terms = get(&lnurlp(&rogue(&visit, "callback_to_sentinel"))).await.1;
    let host = between(terms["callback"].as_str().unwrap(), "http://", "/");
    let caught = rogue(&visit, "sentinel");
    assert!(caught.ends_with(host));
    let mut stream = TcpStream::connect(host).await.unwrap();
    // It hangs up without a word.
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(sentinel(&visit).await, 1);
    let to = ask(&rogue(&visit, "page_redirect_to_sentinel"), &[]).await;
    assert_eq!(to.status, 302);
    assert!(to.header("location").starts_with(&caught));
}

#[tokio::test]
async fn redirects_never_end() {
    let visit = Visit::new().await;
    for first in [
        rogue(&visit, "page_redirect_endless"),
        lnurlp(&rogue(&visit, "redirect_endless")),
    ] {
        let mut url = first;
        for _ in 0..30 {
            let answer = ask(&url, &[]).await;
            assert_eq!(answer.status, 302, "{url}");
            answer.header("location").clone_into(&mut url);
        }
    }
}

async fn token(visit: &Visit, sizes: &[u64]) -> String {
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let proofs = coins(&wallet, sizes).await;
    Token::new(wallet.mint_url.clone(), proofs, None, CurrencyUnit::Sat).to_string()
}

fn price(asked: &Answer) -> u64 {
    assert_eq!(asked.status, 402);
    let request: PaymentRequest = asked.header("x-cashu").parse().unwrap();
    request.amount.unwrap().to_u64()
}

#[tokio::test]
async fn a_price_doubles_at_every_look_and_too_little_is_not_taken() {
    let visit = Visit::new().await;
    let url = rogue(&visit, "fee_spike");
    for wanted in [3, 6, 12] {
        assert_eq!(price(&ask(&url, &[]).await), wanted);
    }
    let token = token(&visit, &[8]).await;
    assert_eq!(ask(&url, &[("x-cashu", &token)]).await.status, 400);
    // The same money is good elsewhere.
    let script = ask(&rogue(&visit, "script"), &[("x-cashu", &token)]).await;
    assert_eq!(script.status, 200);
    assert!(script.text().contains(&rogue(&visit, "sentinel")));
}

#[tokio::test]
async fn one_takes_money_for_nothing_one_wants_it_twice_one_asks_after_delivering() {
    let visit = Visit::new().await;
    let pay = async |name: &str, token: &str| {
        let url = format!("{}/mine", rogue(&visit, name));
        ask(&url, &[("x-cashu", token)]).await
    };
    let one = token(&visit, &[4]).await;
    assert_eq!(price(&pay("never_delivers", &one).await), 3);
    assert_eq!(price(&pay("never_delivers", &one).await), 3);
    let (two, three) = (token(&visit, &[4]).await, token(&visit, &[4]).await);
    assert_eq!(price(&pay("asks_twice", &two).await), 3);
    assert_eq!(price(&pay("asks_twice", &two).await), 3);
    assert_eq!(pay("asks_twice", &three).await.status, 200);
    let four = token(&visit, &[4]).await;
    let delivered = pay("delivers_twice", &four).await;
    assert_eq!(delivered.status, 200);
    assert!(delivered.header("x-cashu").starts_with("creqA"));
    let books = visit.books().await;
    assert_eq!(books["shops"]["rogues"]["purses"][0]["holds"], 12);
    assert_books(&books);
}

/// Reads until the body has at least `enough` bytes.
async fn taste(url: &str, enough: usize) -> Vec<u8> {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let line = format!("GET /{path} HTTP/1.0\r\nhost: {host}\r\n\r\n");
    stream.write_all(line.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let end = read.windows(4).position(|w| w == b"\r\n\r\n");
        if end.is_some_and(|end| read.len() - end - 4 >= enough) {
            return read[end.unwrap() + 4..].to_vec();
        }
        let count = stream.read(&mut piece).await.unwrap();
        assert!(count > 0, "it ended");
        read.extend(&piece[..count]);
    }
}

#[tokio::test]
async fn bodies_drip_flood_and_swell() {
    let visit = Visit::new().await;
    for url in [rogue(&visit, "page_drip"), lnurlp(&rogue(&visit, "drip"))] {
        assert_eq!(taste(&url, 1).await, b" ");
    }
    for url in [
        rogue(&visit, "page_gigabyte"),
        lnurlp(&rogue(&visit, "gigabyte")),
    ] {
        assert!(taste(&url, 1024 * 1024).await.len() >= 1024 * 1024);
    }
    for url in [rogue(&visit, "page_gzip"), lnurlp(&rogue(&visit, "gzip"))] {
        let bomb = ask(&url, &[]).await;
        assert_eq!(bomb.header("content-encoding"), "gzip");
        assert!(bomb.body.len() < 1_200_000, "{}", bomb.body.len());
        let mut opened = flate2::read::GzDecoder::new(bomb.body.as_slice()).take(8 << 20);
        let mut plain = Vec::new();
        opened.read_to_end(&mut plain).unwrap();
        assert_eq!(plain.len(), 8 << 20);
        assert!(plain.iter().all(|byte| *byte == b' '));
    }
}

#[tokio::test]
async fn headers_hold_what_they_should_not() {
    let visit = Visit::new().await;
    let giant = ask(&rogue(&visit, "giant_macaroon"), &[]).await;
    assert_eq!(giant.status, 402);
    assert!(giant.header("www-authenticate").len() > 128 * 1024);
    let odd = ask(&rogue(&visit, "odd_macaroon"), &[]).await;
    assert!(odd.header("www-authenticate").contains("caf\u{e9}\u{202e}"));
    let raw = ask(&rogue(&visit, "control_bytes"), &[]).await;
    assert!(raw.header("www-authenticate").contains("\u{1}\u{1b}"));
    let evil = ask(&rogue(&visit, "evil_name"), &[]).await;
    assert!(evil.header("content-disposition").contains("../../evil"));
    let title = ask(&rogue(&visit, "odd_title"), &[]).await;
    let request: PaymentRequest = title.header("x-cashu").parse().unwrap();
    assert!(request.description.unwrap().contains('\u{202e}'));
    let nothing = ask(&rogue(&visit, "nothing_to_pay"), &[]).await;
    assert_eq!((nothing.status, nothing.text().as_str()), (402, "Pay!"));
}

#[tokio::test]
async fn everybody_in_the_list_is_there() {
    let visit = Visit::new().await;
    for (name, place) in &visit.town.manifest().rogues {
        let url = match place.split_once('@') {
            Some(_) => lnurlp(place),
            None if place.starts_with("http://") => place.clone(),
            None => continue,
        };
        if name.contains("sentinel") || name.contains("drip") || name.contains("gigabyte") {
            continue;
        }
        let status = ask(&url, &[]).await.status;
        assert!([200, 302, 402].contains(&status), "{name}: {status}");
    }
}
