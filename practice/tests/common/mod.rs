//! A town of one's own, its commands, and a customer's wallet.

#![allow(dead_code, reason = "not every test uses every tool")]

pub mod web;

use std::sync::Arc;

use cdk::amount::SplitTarget;
use cdk::mint_url::MintUrl;
use cdk::wallet::{Wallet, WalletBuilder};
use cdk_common::nut00::KnownMethod;
use cdk_common::nuts::{CurrencyUnit, PaymentMethod, Proofs};
use cdk_common::{Amount, HttpClient};
use farthing_practice::town::Town;
use serde_json::{Value, json};

pub struct Visit {
    pub town: Town,
    pub dir: tempfile::TempDir,
}

impl Visit {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let town = Town::open(dir.path(), None).await.unwrap();
        Self { town, dir }
    }

    pub async fn restart(self) -> Self {
        let Self { town, dir } = self;
        town.close().await;
        let town = Town::open(dir.path(), None).await.unwrap();
        Self { town, dir }
    }

    pub fn issuer(&self, name: &str) -> String {
        let issuers = &self.town.manifest().issuers;
        issuers.iter().find(|i| i.name == name).unwrap().url.clone()
    }

    pub fn shop(&self, path: &str) -> String {
        format!("{}{path}", self.town.manifest().shops.corner_shop.url)
    }

    pub async fn control(&self, path: &str, body: Value) -> (u16, Value) {
        post(&format!("{}/{path}", self.town.manifest().control), &body).await
    }

    pub async fn books(&self) -> Value {
        get(&format!("{}/books", self.town.manifest().control))
            .await
            .1
    }

    /// A wallet at an issuer with `amount` in it, paid by the friend.
    pub async fn wallet(&self, name: &str, unit: CurrencyUnit, amount: u64) -> Wallet {
        let mut seed = [0_u8; 64];
        getrandom::fill(&mut seed).unwrap();
        let url: MintUrl = self.issuer(name).parse().unwrap();
        let wallet = WalletBuilder::new()
            .mint_url(url)
            .unit(unit)
            .localstore(Arc::new(cdk_sqlite::wallet::memory::empty().await.unwrap()))
            .seed(seed)
            .without_rate_limiting()
            .build()
            .unwrap();
        if amount > 0 {
            self.top_up(&wallet, amount).await;
        }
        wallet
    }

    pub async fn top_up(&self, wallet: &Wallet, amount: u64) {
        let quote = wallet
            .mint_quote(
                PaymentMethod::Known(KnownMethod::Bolt11),
                Some(Amount::from(amount)),
                None,
                None,
            )
            .await
            .unwrap();
        let (status, paid) = self
            .control("lightning/pay", json!({"invoice": quote.request}))
            .await;
        assert_eq!((status, &paid["state"]), (200, &json!("paid")), "{paid}");
        wallet.check_mint_quote_status(&quote.id).await.unwrap();
        wallet
            .mint(&quote.id, SplitTarget::None, None)
            .await
            .unwrap();
    }

    pub async fn invoice(&self, amount_msat: u64) -> Value {
        self.control("lightning/invoice", json!({"amount_msat": amount_msat}))
            .await
            .1
    }

    pub async fn order(&self, body: Value) -> Value {
        let (status, order) = post(&self.shop("/orders"), &body).await;
        assert_eq!(status, 201, "{order}");
        order
    }
}

/// Coins of exactly these sizes.
pub async fn coins(wallet: &Wallet, sizes: &[u64]) -> Proofs {
    let total: u64 = sizes.iter().sum();
    let sizes = sizes.iter().copied().map(Amount::from).collect();
    let held = wallet.get_unspent_proofs().await.unwrap();
    let swapped = wallet
        .swap(
            Some(Amount::from(total)),
            SplitTarget::Values(sizes),
            held,
            None,
            false,
            false,
        )
        .await
        .unwrap();
    swapped.unwrap()
}

pub fn payload(order: &Value, proofs: &Proofs) -> Value {
    json!({"id": order["id"], "mint": order["issuer"], "unit": order["unit"], "proofs": proofs})
}

pub async fn pay(order: &Value, payload: &Value) -> (u16, Value) {
    post(order["pay_url"].as_str().unwrap(), payload).await
}

pub async fn post(url: &str, body: &Value) -> (u16, Value) {
    let answer = HttpClient::new().post(url).json(body).send().await.unwrap();
    let status = answer.status();
    (status, answer.json().await.unwrap())
}

pub async fn get(url: &str) -> (u16, Value) {
    let answer = HttpClient::new().get(url).send().await.unwrap();
    let status = answer.status();
    (status, answer.json().await.unwrap())
}

/// Every issuer can redeem all it issued, and no money came from nowhere.
pub fn assert_books(books: &Value) {
    let nodes = books["lightning"].as_array().unwrap();
    let sum: i64 = nodes
        .iter()
        .map(|n| n["balance_msat"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 0, "{books}");
    for issuer in books["issuers"].as_array().unwrap() {
        let holds = nodes
            .iter()
            .find(|n| n["node"] == issuer["node"])
            .map_or(0, |n| n["balance_msat"].as_i64().unwrap());
        let owes: i64 = issuer["units"]
            .as_array()
            .unwrap()
            .iter()
            .map(|u| {
                let msat = if u["unit"] == "usd" { 10_000 } else { 1_000 };
                let n = |key: &str| u[key].as_i64().unwrap();
                (n("outstanding") + n("paid_not_issued")) * msat
            })
            .sum();
        assert!(
            owes <= holds,
            "{} owes {owes} msat and holds {holds}",
            issuer["name"]
        );
    }
}

pub fn unit<'a>(books: &'a Value, issuer: &str, unit: &str) -> &'a Value {
    let issuers = books["issuers"].as_array().unwrap();
    let units = issuers.iter().find(|i| i["name"] == issuer).unwrap()["units"]
        .as_array()
        .unwrap();
    units.iter().find(|u| u["unit"] == unit).unwrap()
}

pub fn balance(books: &Value, node: &str) -> i64 {
    let nodes = books["lightning"].as_array().unwrap();
    nodes
        .iter()
        .find(|n| n["node"] == node)
        .map_or(0, |n| n["balance_msat"].as_i64().unwrap())
}
