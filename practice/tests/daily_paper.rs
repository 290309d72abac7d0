//! What the paper promises its readers: pay once, read as often as you like.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cdk_common::nuts::{CurrencyUnit, PaymentRequest, Token};
use common::web::{Answer, ask, between};
use common::{Visit, assert_books, coins};
use farthing_practice::shop::noise;
use serde_json::{Value, json};

fn url(visit: &Visit, path: &str) -> String {
    format!("{}{path}", visit.town.manifest().shops.daily_paper.url)
}

async fn counts(visit: &Visit, path: &str) -> Value {
    let control = &visit.town.manifest().control;
    let (_, said) = common::get(&format!("{control}/daily_paper")).await;
    said["paths"][path].clone()
}

/// Pays an invoice from outside the town; its preimage.
async fn preimage(visit: &Visit, invoice: &str) -> String {
    let (status, paid) = visit
        .control("lightning/pay", json!({ "invoice": invoice }))
        .await;
    assert_eq!(status, 200, "{paid}");
    paid["preimage"].as_str().unwrap().to_owned()
}

async fn token(visit: &Visit, issuer: &str, sizes: &[u64]) -> String {
    let wallet = visit.wallet(issuer, CurrencyUnit::Sat, 100).await;
    let proofs = coins(&wallet, sizes).await;
    Token::new(wallet.mint_url.clone(), proofs, None, CurrencyUnit::Sat).to_string()
}

/// The `Authorization` that answers a challenge, after paying.
async fn paid(visit: &Visit, asked: &Answer) -> String {
    let challenge = asked.header("www-authenticate");
    if let Some(rest) = challenge.strip_prefix("Payment ") {
        let field = |name: &str| between(rest, &format!("{name}=\""), "\"");
        let request: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(field("request")).unwrap()).unwrap();
        let invoice = request["methodDetails"]["invoice"].as_str().unwrap();
        let preimage = preimage(visit, invoice).await;
        let echo: serde_json::Map<_, _> = ["id", "realm", "method", "intent", "request", "expires"]
            .map(|name| (name.to_owned(), json!(field(name))))
            .into_iter()
            .collect();
        let credential = json!({"challenge": echo, "payload": {"preimage": preimage}});
        return format!("Payment {}", URL_SAFE_NO_PAD.encode(credential.to_string()));
    }
    let scheme = challenge.split(' ').next().unwrap();
    let macaroon = between(challenge, "macaroon=\"", "\"");
    let preimage = preimage(visit, between(challenge, "invoice=\"", "\"")).await;
    format!("{scheme} {macaroon}:{preimage}")
}

#[tokio::test]
async fn a_lightning_credential_opens_its_article_until_it_is_revoked() {
    let visit = Visit::new().await;
    for dialect in ["l402", "lsat", "payment"] {
        let path = format!("/{dialect}/short");
        let article = url(&visit, &path);
        let asked = ask(&article, &[]).await;
        assert_eq!(asked.status, 402, "{dialect}");
        assert_eq!(asked.header("cache-control"), "no-store");
        let credential = paid(&visit, &asked).await;
        for _ in 0..2 {
            let served = ask(&article, &[("authorization", &credential)]).await;
            assert_eq!(served.status, 200, "{dialect}: {}", served.text());
            assert!(
                served
                    .text()
                    .contains("<title>Small change, big town</title>")
            );
        }
        // Not for anything else, and not without proof.
        let other = url(&visit, &format!("/{dialect}/long"));
        assert_eq!(
            ask(&other, &[("authorization", &credential)]).await.status,
            402
        );
        let unpaid = credential.replace(|c: char| c.is_ascii_digit(), "0");
        assert_eq!(
            ask(&article, &[("authorization", &unpaid)]).await.status,
            402
        );
        let seen = counts(&visit, &path).await;
        assert_eq!(
            (&seen["asked"], &seen["served"], &seen["paid"]),
            (&json!(4), &json!(2), &json!(1)),
            "{seen}"
        );
        assert_eq!(seen["lightning_msat"], 3_000);
        visit
            .control("daily_paper/revoke", json!({ "path": path }))
            .await;
        assert_eq!(
            ask(&article, &[("authorization", &credential)])
                .await
                .status,
            402
        );
    }
}

#[tokio::test]
async fn a_credential_survives_a_restart_of_the_town() {
    let visit = Visit::new().await;
    let article = url(&visit, "/l402/short");
    let credential = paid(&visit, &ask(&article, &[]).await).await;
    let visit = visit.restart().await;
    let served = ask(&article, &[("authorization", &credential)]).await;
    assert_eq!(served.status, 200);
    assert_eq!(counts(&visit, "/l402/short").await["paid"], 1);
}

#[tokio::test]
async fn the_payment_scheme_says_what_it_wants_and_what_it_got() {
    let visit = Visit::new().await;
    let article = url(&visit, "/payment/long");
    let asked = ask(&article, &[]).await;
    assert_eq!(asked.header("content-type"), "application/problem+json");
    let challenge = asked.header("www-authenticate");
    assert!(challenge.contains("method=\"lightning\", intent=\"charge\""));
    let request = between(challenge, "request=\"", "\"");
    let request: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(request).unwrap()).unwrap();
    assert_eq!(
        (&request["amount"], &request["currency"]),
        (&json!("21"), &json!("sat"))
    );
    let served = ask(&article, &[("authorization", &paid(&visit, &asked).await)]).await;
    let receipt = URL_SAFE_NO_PAD
        .decode(served.header("payment-receipt"))
        .unwrap();
    let receipt: Value = serde_json::from_slice(&receipt).unwrap();
    assert_eq!(receipt["status"], "success");
    assert_eq!(
        receipt["reference"],
        request["methodDetails"]["paymentHash"]
    );
}

#[tokio::test]
async fn a_payment_credential_can_be_good_for_one_time_only() {
    let visit = Visit::new().await;
    visit
        .control("daily_paper/terms", json!({"payment_once": true}))
        .await;
    let article = url(&visit, "/payment/short");
    let credential = paid(&visit, &ask(&article, &[]).await).await;
    let status = async |of: &str| ask(&article, &[("authorization", of)]).await.status;
    assert_eq!(
        (status(&credential).await, status(&credential).await),
        (200, 402)
    );
}

#[tokio::test]
async fn coins_of_either_issuer_buy_an_article_and_the_same_coins_open_it_again() {
    let visit = Visit::new().await;
    for (dialect, issuer, sizes) in [
        ("cashu", "Maple", &[4_u64][..]),
        ("cashu_b", "Harbour", &[4, 1][..]),
    ] {
        let path = format!("/{dialect}/short");
        let article = url(&visit, &path);
        let asked = ask(&article, &[]).await;
        assert_eq!(asked.status, 402);
        let request: PaymentRequest = asked.header("x-cashu").parse().unwrap();
        assert_eq!(request.amount.map(|a| a.to_u64()), Some(3));
        assert_eq!((request.mints.len(), request.transports.len()), (2, 0));
        let token = token(&visit, issuer, sizes).await;
        let get = async |path: &str| ask(&url(&visit, path), &[("x-cashu", &token)]).await;
        let (first, second) = tokio::join!(get(&path), get(&path));
        assert_eq!((first.status, second.status), (200, 200));
        // Spent is spent: elsewhere these coins buy nothing.
        assert_eq!(get(&format!("/{dialect}/crossword")).await.status, 400);
        let seen = counts(&visit, &path).await;
        assert_eq!(
            (&seen["paid"], &seen["ecash_sat"]),
            (&json!(1), &json!(3)),
            "{seen}"
        );
        visit.control("daily_paper/revoke", json!({})).await;
        assert_eq!(get(&path).await.status, 400);
    }
    let books = visit.books().await;
    let purses = books["shops"]["daily_paper"]["purses"].as_array().unwrap();
    let holds: i64 = purses.iter().map(|p| p["holds"].as_i64().unwrap()).sum();
    assert_eq!(holds, 6);
    assert_books(&books);
}

#[tokio::test]
async fn bad_money_is_refused_with_400_and_not_taken() {
    let visit = Visit::new().await;
    let article = url(&visit, "/cashu/short");
    let short = token(&visit, "Maple", &[2, 1]).await;
    let far = short.parse::<Token>().unwrap();
    let mut foreign = match far {
        Token::TokenV4(token) => token,
        Token::TokenV3(_) => panic!("an old token"),
    };
    foreign.mint_url = "http://127.0.0.1:9".parse().unwrap();
    for (bad, code) in [
        (short.clone(), "too_little"),
        (foreign.to_string(), "wrong_issuer"),
        ("cashuBnonsense".to_owned(), "not_a_token"),
    ] {
        let refused = ask(&article, &[("x-cashu", &bad)]).await;
        let said: Value = serde_json::from_str(&refused.text()).unwrap();
        assert_eq!(
            (refused.status, &said["error"]["code"]),
            (400, &json!(code)),
            "{said}"
        );
    }
    assert_eq!(counts(&visit, "/cashu/short").await["paid"], 0);
}

#[tokio::test]
async fn an_answer_lost_between_paper_and_issuer_loses_no_money() {
    let visit = Visit::new().await;
    let article = url(&visit, "/cashu/short");
    let token = token(&visit, "Harbour", &[4]).await;
    for (path, mishap) in [("/v1/swap", "lose_answer"), ("/v1/restore", "refuse")] {
        visit
            .control(
                "http/fault",
                json!({"party": "harbour", "do": mishap, "path": path}),
            )
            .await;
    }
    assert_eq!(ask(&article, &[("x-cashu", &token)]).await.status, 503);
    let visit = visit.restart().await;
    assert_eq!(ask(&article, &[("x-cashu", &token)]).await.status, 200);
    assert_eq!(counts(&visit, "/cashu/short").await["ecash_sat"], 3);
    assert_books(&visit.books().await);
}

#[tokio::test]
async fn one_address_offers_everything_at_once_and_a_chain_is_only_explained() {
    let visit = Visit::new().await;
    let asked = ask(&url(&visit, "/any/short"), &[]).await;
    let schemes: Vec<_> = asked
        .headers("www-authenticate")
        .iter()
        .map(|c| c.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(schemes, ["L402", "LSAT", "Payment"]);
    assert!(asked.header("x-cashu").starts_with("creqA"));
    let said = ask(&url(&visit, "/x402/short"), &[]).await;
    assert_eq!(said.status, 402);
    let wants: Value =
        serde_json::from_slice(&STANDARD.decode(said.header("payment-required")).unwrap()).unwrap();
    assert_eq!(wants["accepts"][0]["scheme"], "exact");
    assert_eq!(serde_json::from_str::<Value>(&said.text()).unwrap(), wants);
}

#[tokio::test]
async fn half_a_file_can_be_fetched_later_with_the_same_credential() {
    let visit = Visit::new().await;
    let file = url(&visit, "/l402/crossword");
    let credential = paid(&visit, &ask(&file, &[]).await).await;
    let authorization = ("authorization", credential.as_str());
    let whole = ask(&file, &[authorization]).await;
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(
        whole.header("content-disposition"),
        "attachment; filename=\"crosswords.bin\""
    );
    assert!(whole.body == noise(0, 2_000_000));
    let tag = whole.header("etag");
    let rest = ask(
        &file,
        &[
            authorization,
            ("range", "bytes=1999990-"),
            ("if-range", tag),
        ],
    )
    .await;
    assert_eq!(rest.status, 206);
    assert_eq!(
        rest.header("content-range"),
        "bytes 1999990-1999999/2000000"
    );
    assert_eq!(rest.body, noise(1_999_990, 2_000_000));
    assert_eq!(counts(&visit, "/l402/crossword").await["paid"], 1);
}

#[tokio::test]
async fn the_big_file_is_two_hundred_million_bytes_and_any_of_them_can_be_had() {
    let visit = Visit::new().await;
    let file = url(&visit, "/big");
    let asked = ask(&file, &[]).await;
    assert_eq!(asked.status, 402);
    let l402 = Answer {
        headers: vec![(
            "www-authenticate".to_owned(),
            asked.headers("www-authenticate")[0].clone(),
        )],
        ..asked
    };
    let credential = paid(&visit, &l402).await;
    let end = ask(
        &file,
        &[("authorization", &credential), ("range", "bytes=-100000")],
    )
    .await;
    assert_eq!(end.status, 206);
    assert_eq!(
        end.header("content-range"),
        "bytes 199900000-199999999/200000000"
    );
    assert!(end.body == noise(199_900_000, 200_000_000));
    let beyond = ask(
        &file,
        &[
            ("authorization", &credential),
            ("range", "bytes=200000000-"),
        ],
    )
    .await;
    assert_eq!(beyond.status, 416);
}

#[tokio::test]
async fn the_front_page_the_list_and_one_article_are_free() {
    let visit = Visit::new().await;
    for path in ["/", "/free"] {
        let page = ask(&url(&visit, path), &[]).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<title>"), "{path}");
    }
    let (_, list) = common::get(&url(&visit, "/articles")).await;
    let list = list.as_array().unwrap();
    // Four things sold in six dialects and at one address for all, and one for nothing.
    assert_eq!(list.len(), 4 * 7 + 1);
    for entry in list {
        let status = ask(entry["url"].as_str().unwrap(), &[]).await.status;
        let free = entry["price"] == 0;
        assert_eq!(status, if free { 200 } else { 402 }, "{entry}");
    }
}

#[tokio::test]
async fn a_price_can_be_changed_between_two_looks() {
    let visit = Visit::new().await;
    visit
        .control("daily_paper/price", json!({"slug": "short", "price": 30}))
        .await;
    let asked = ask(&url(&visit, "/cashu/short"), &[]).await;
    let request: PaymentRequest = asked.header("x-cashu").parse().unwrap();
    assert_eq!(request.amount.map(|a| a.to_u64()), Some(30));
}
