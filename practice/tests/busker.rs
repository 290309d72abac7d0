//! What the busker promises whoever pays a Lightning address.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

mod common;

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bitcoin::hashes::{Hash, sha256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut, KeyIvInit};
use cdk_common::util::hex;
use common::{Visit, get, web};
use lightning_invoice::{Bolt11Invoice, Bolt11InvoiceDescriptionRef};
use serde_json::{Value, json};

async fn terms(visit: &Visit, name: &str) -> Value {
    let entry = &visit.town.manifest().shops.busker.addresses[name];
    get(&entry.link.url).await.1
}

async fn invoice(terms: &Value, query: &str) -> Value {
    let callback = terms["callback"].as_str().unwrap();
    get(&format!("{callback}?{query}")).await.1
}

fn commits_to(answer: &Value, text: &str) -> bool {
    let invoice: Bolt11Invoice = answer["pr"].as_str().unwrap().parse().unwrap();
    match invoice.description() {
        Bolt11InvoiceDescriptionRef::Hash(hash) => hash.0 == sha256::Hash::hash(text.as_bytes()),
        Bolt11InvoiceDescriptionRef::Direct(_) => false,
    }
}

async fn pay(visit: &Visit, answer: &Value) -> Value {
    let (status, paid) = visit
        .control("lightning/pay", json!({ "invoice": answer["pr"] }))
        .await;
    assert_eq!(status, 200, "{paid}");
    paid
}

#[tokio::test]
async fn an_invoice_is_over_the_amount_and_commits_to_the_metadata() {
    let visit = Visit::new().await;
    for name in ["plain", "busker", "fixed", "once"] {
        let terms = terms(&visit, name).await;
        assert_eq!(terms["tag"], "payRequest");
        let metadata = terms["metadata"].as_str().unwrap();
        let address = &visit.town.manifest().shops.busker.addresses[name].address;
        assert!(metadata.contains(&format!("[\"text/identifier\",\"{address}\"]")));
        let answer = invoice(&terms, "amount=21000").await;
        let parsed: Bolt11Invoice = answer["pr"].as_str().unwrap().parse().unwrap();
        assert_eq!(parsed.amount_milli_satoshis(), Some(21_000));
        assert!(commits_to(&answer, metadata), "{name}");
    }
}

#[tokio::test]
async fn amounts_out_of_bounds_and_long_comments_are_errors() {
    let visit = Visit::new().await;
    let busker = terms(&visit, "busker").await;
    assert_eq!(busker["commentAllowed"], 140);
    let long = "a".repeat(141);
    for query in [
        "amount=999",
        "amount=100000001",
        "amount=one",
        "",
        &format!("amount=21000&comment={long}"),
    ] {
        let answer = invoice(&busker, query).await;
        assert_eq!(answer["status"], "ERROR", "{query} {answer}");
    }
    let fixed = terms(&visit, "fixed").await;
    assert_eq!(invoice(&fixed, "amount=22000").await["status"], "ERROR");
    let (_, nobody) = get(&format!(
        "{}/.well-known/lnurlp/nobody",
        visit.town.manifest().shops.busker.url
    ))
    .await;
    assert_eq!(nobody["status"], "ERROR");
}

#[tokio::test]
async fn what_a_payer_tells_is_committed_to_and_remembered() {
    let visit = Visit::new().await;
    let terms = terms(&visit, "busker").await;
    assert_eq!(terms["payerData"]["name"]["mandatory"], false);
    let told = "{\"name\":\"Ada\"}";
    let query = "amount=3000&comment=Encore%21&payerdata=%7B%22name%22%3A%22Ada%22%7D";
    let answer = invoice(&terms, query).await;
    let metadata = terms["metadata"].as_str().unwrap();
    assert!(commits_to(&answer, &format!("{metadata}{told}")));
    let control = &visit.town.manifest().control;
    let (_, heard) = get(&format!("{control}/busker")).await;
    let heard = &heard["heard"][0];
    assert_eq!(
        (&heard["comment"], &heard["payer_data"]["name"]),
        (&json!("Encore!"), &json!("Ada"))
    );
}

#[tokio::test]
async fn a_regular_without_a_name_gets_no_invoice() {
    let visit = Visit::new().await;
    let terms = terms(&visit, "regular").await;
    assert_eq!(terms["payerData"]["name"]["mandatory"], true);
    for query in [
        "amount=3000",
        "amount=3000&payerdata=%7B%7D",
        "amount=3000&payerdata=%7B%22name%22%3A%22%20%22%7D",
        "amount=3000&payerdata=nonsense",
    ] {
        let answer = invoice(&terms, query).await;
        assert_eq!(answer["status"], "ERROR", "{query} {answer}");
    }
    let named = "amount=3000&payerdata=%7B%22name%22%3A%22Ada%22%7D";
    assert!(invoice(&terms, named).await["pr"].is_string());
}

#[tokio::test]
async fn a_payment_is_verified_where_the_invoice_says() {
    let visit = Visit::new().await;
    let terms = terms(&visit, "busker").await;
    let answer = invoice(&terms, "amount=3000").await;
    assert_eq!(answer["disposable"], false);
    assert_eq!(answer["successAction"]["tag"], "message");
    let verify = answer["verify"].as_str().unwrap();
    let before = get(verify).await.1;
    assert_eq!(
        (&before["settled"], &before["preimage"]),
        (&json!(false), &Value::Null)
    );
    let paid = pay(&visit, &answer).await;
    let after = get(verify).await.1;
    assert_eq!(
        (&after["settled"], &after["preimage"], &after["pr"]),
        (&json!(true), &paid["preimage"], &answer["pr"])
    );
}

#[tokio::test]
async fn a_success_action_leads_to_a_page_on_the_same_host_once_paid() {
    let visit = Visit::new().await;
    let answer = invoice(&terms(&visit, "url").await, "amount=3000").await;
    let url = answer["successAction"]["url"].as_str().unwrap();
    assert!(url.starts_with(&visit.town.manifest().shops.busker.url));
    assert!(!web::ask(url, &[]).await.text().contains("<title>"));
    pay(&visit, &answer).await;
    assert!(web::ask(url, &[]).await.text().contains("<title>"));
}

#[tokio::test]
async fn a_sealed_thank_you_opens_with_the_preimage() {
    let visit = Visit::new().await;
    let answer = invoice(&terms(&visit, "aes").await, "amount=3000").await;
    let action = &answer["successAction"];
    assert_eq!(action["iv"].as_str().unwrap().len(), 24);
    let preimage = pay(&visit, &answer).await["preimage"].clone();
    let key = hex::decode(preimage.as_str().unwrap()).unwrap();
    let bytes = |name: &str| STANDARD.decode(action[name].as_str().unwrap()).unwrap();
    let opened = Decryptor::<Aes256>::new_from_slices(&key, &bytes("iv"))
        .unwrap()
        .decrypt_padded_vec_mut::<Pkcs7>(&bytes("ciphertext"))
        .unwrap();
    assert_eq!(opened, b"The song is called Farthing Street.");
}

#[tokio::test]
async fn an_offer_is_paid_once_for_each_payment_and_again_for_another() {
    let visit = Visit::new().await;
    let offers = &visit.town.manifest().shops.busker.offers;
    let network = visit.town.network();
    let pay = async |offer: &str, msat, name: &str| {
        network
            .pay_offer("friend", &offers[offer], msat, None, name)
            .await
            .map(|(hash, _)| hash)
    };
    let first = pay("tips", Some(34_000), "one").await.unwrap();
    assert_eq!(pay("tips", Some(34_000), "one").await.unwrap(), first);
    assert_ne!(pay("tips", Some(34_000), "two").await.unwrap(), first);
    // An open offer takes an amount, and one with a price no other.
    assert!(pay("tips", None, "three").await.is_err());
    assert!(pay("song", Some(20_000), "four").await.is_err());
    pay("song", None, "five").await.unwrap();

    let (_, hat) = get(&format!("{}/busker/offers", visit.town.manifest().control)).await;
    assert_eq!(
        hat["offers"],
        json!({
            "tips": {"paid": 2, "received_msat": 68_000},
            "song": {"paid": 1, "received_msat": 21_000},
        })
    );
}

#[tokio::test]
async fn maple_says_that_it_pays_offers_and_harbour_does_not() {
    let visit = Visit::new().await;
    for (issuer, pays) in visit.town.manifest().issuers.iter().zip([true, false]) {
        let (_, info) = get(&format!("{}/v1/info", issuer.url)).await;
        let lists = |nut: &str| {
            let methods = info["nuts"][nut]["methods"].as_array().unwrap();
            methods.iter().any(|way| way["method"] == "bolt12")
        };
        // Nobody here writes offers to be topped up by.
        assert_eq!((lists("5"), lists("4")), (pays, false), "{info}");
    }
}
