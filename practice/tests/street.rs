//! The arcade, the price sources and the sites to sign in to.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

mod common;

use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};
use cdk_common::nuts::{CurrencyUnit, PaymentRequest, Token};
use cdk_common::util::{hex, unix_time};
use common::web::{ask, send};
use common::{Visit, assert_books, coins, get};
use serde_json::{Value, json};

#[tokio::test]
async fn a_burst_of_games_is_paid_game_by_game() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 200).await;
    let play = visit.town.manifest().shops.arcade.play.clone();
    let asked = ask(&format!("{play}/1"), &[]).await;
    assert_eq!(asked.status, 402);
    let request: PaymentRequest = asked.header("x-cashu").parse().unwrap();
    assert_eq!(request.amount.map(|a| a.to_u64()), Some(1));
    // One satoshi, and one for the issuer.
    let held = coins(&wallet, &[2; 20]).await;
    let twos: Vec<_> = held
        .into_iter()
        .filter(|c| c.amount.to_u64() == 2)
        .collect();
    let mut games = Vec::new();
    for (number, coin) in twos.into_iter().take(20).enumerate() {
        let token =
            Token::new(wallet.mint_url.clone(), vec![coin], None, CurrencyUnit::Sat).to_string();
        let url = format!("{play}/{number}");
        games.push(tokio::spawn(async move {
            ask(&url, &[("x-cashu", &token)]).await.status
        }));
    }
    let played = games.len();
    for game in games {
        assert_eq!(game.await.unwrap(), 200);
    }
    let books = visit.books().await;
    let holds = &books["shops"]["arcade"]["purses"][0]["holds"];
    assert_eq!(holds, &json!(played));
    assert_books(&books);
}

async fn rates(visit: &Visit, source: &str, path: &str) -> (u16, Value) {
    let base = &visit.town.manifest().rates[source];
    let answer = ask(&format!("{base}{path}"), &[]).await;
    let said = serde_json::from_str(&answer.text()).unwrap_or(Value::Null);
    (answer.status, said)
}

const COINGECKO: &str =
    "/api/v3/simple/price?ids=bitcoin&vs_currencies=usd,eur&include_last_updated_at=true";

#[tokio::test]
async fn four_sources_answer_as_the_public_ones_do() {
    let visit = Visit::new().await;
    let (_, coinbase) = rates(&visit, "coinbase", "/v2/exchange-rates?currency=BTC").await;
    assert_eq!(coinbase["data"]["currency"], "BTC");
    assert_eq!(coinbase["data"]["rates"]["USD"], "100000.00");
    let (_, kraken) = rates(&visit, "kraken", "/0/public/Ticker?pair=XBTUSD,XBTCHF").await;
    assert_eq!(kraken["error"], json!([]));
    assert_eq!(kraken["result"]["XXBTZUSD"]["c"][0], "100012.30000");
    assert!(kraken["result"]["XBTCHF"]["c"][0].is_string());
    let (_, unknown) = rates(&visit, "kraken", "/0/public/Ticker?pair=XBTNGN").await;
    assert_eq!(unknown["error"][0], "EQuery:Unknown asset pair");
    let (_, gecko) = rates(&visit, "coingecko", COINGECKO).await;
    assert_eq!(gecko["bitcoin"]["usd"].to_string(), "99987.0");
    assert!(gecko["bitcoin"]["last_updated_at"].as_u64().unwrap() <= unix_time());
    let (_, mempool) = rates(&visit, "mempool", "/api/v1/prices").await;
    assert_eq!(mempool["USD"], 100_003);
    assert!(mempool["time"].is_u64() && mempool["JPY"].is_u64());
}

#[tokio::test]
async fn a_source_can_jump_age_close_and_talk_nonsense() {
    let visit = Visit::new().await;
    let change = async |body: Value| visit.control("rates", body).await.0;
    change(json!({"source": "coinbase", "percent": 110})).await;
    let (_, coinbase) = rates(&visit, "coinbase", "/v2/exchange-rates?currency=BTC").await;
    assert_eq!(coinbase["data"]["rates"]["USD"], "110000.00");
    change(json!({"source": "mempool", "age_seconds": 100_000, "currency": "EUR", "price": "1.5"}))
        .await;
    let (_, mempool) = rates(&visit, "mempool", "/api/v1/prices").await;
    assert!(mempool["time"].as_u64().unwrap() <= unix_time() - 100_000);
    assert_eq!(mempool["EUR"], 1);
    change(json!({"source": "kraken", "out": true})).await;
    let kraken = "/0/public/Ticker?pair=XBTUSD";
    assert_eq!(rates(&visit, "kraken", kraken).await.0, 503);
    change(json!({"source": "coingecko", "says": "<html>"})).await;
    assert_eq!(rates(&visit, "coingecko", COINGECKO).await.1, Value::Null);
    assert_eq!(change(json!({"source": "nobody"})).await, 400);
    assert_eq!(
        change(json!({"source": "kraken", "price": "1e5"})).await,
        400
    );
    let control = &visit.town.manifest().control;
    let reset = send("DELETE", &format!("{control}/rates"), &[]).await;
    assert_eq!(reset.status, 200);
    assert_eq!(rates(&visit, "kraken", kraken).await.0, 200);
}

fn signed(key: &SecretKey, k1: &str) -> String {
    let secp = Secp256k1::new();
    let digest: [u8; 32] = hex::decode(k1).unwrap().try_into().unwrap();
    let sig = secp.sign_ecdsa(&Message::from_digest(digest), key);
    let der = hex::encode(sig.serialize_der());
    format!("sig={der}&key={}", key.public_key(&secp))
}

#[tokio::test]
async fn a_visitor_who_signs_is_remembered_and_a_link_works_once() {
    let visit = Visit::new().await;
    let sites = visit.town.manifest().sign_in.clone();
    assert_eq!(sites.len(), 2);
    let key = SecretKey::from_slice(&[7; 32]).unwrap();
    let stranger = SecretKey::from_slice(&[8; 32]).unwrap();
    for site in &sites {
        let fresh = get(&site.fresh).await.1;
        for url in [&site.link.url, fresh["url"].as_str().unwrap()] {
            let k1 = common::web::between(url, "k1=", "&");
            let wrong = signed(&stranger, k1).replace(
                &stranger.public_key(&Secp256k1::new()).to_string(),
                &key.public_key(&Secp256k1::new()).to_string(),
            );
            let go = async |signed: &str| get(&format!("{url}&{signed}")).await.1["status"].clone();
            assert_eq!(go(&wrong).await, "ERROR");
            assert_eq!(go(&signed(&key, k1)).await, "OK");
            assert_eq!(go(&signed(&key, k1)).await, "ERROR");
        }
    }
    let control = &visit.town.manifest().control;
    let (_, seen) = get(&format!("{control}/sign_in")).await;
    for site in seen["sites"].as_array().unwrap() {
        assert_eq!(site["visitors"].as_array().unwrap().len(), 2);
        assert_eq!(
            site["visitors"][0]["key"],
            key.public_key(&Secp256k1::new()).to_string()
        );
    }
    let unknown = "00".repeat(32);
    let asked = format!(
        "{}/signin/check?tag=login&k1={unknown}&{}",
        sites[0].url,
        signed(&key, &unknown)
    );
    assert_eq!(get(&asked).await.1["status"], "ERROR");
}
