//! What the kiosk promises: a voucher is worth its money, once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

mod common;

use common::{Visit, balance, get};
use serde_json::{Value, json};

async fn voucher(visit: &Visit, min: u64, max: u64) -> Value {
    let (status, voucher) = visit
        .control("kiosk", json!({"min_msat": min, "max_msat": max}))
        .await;
    assert_eq!(status, 200, "{voucher}");
    voucher
}

async fn cash(terms: &Value, invoice: &Value) -> Value {
    let callback = terms["callback"].as_str().unwrap();
    let (k1, pr) = (
        terms["k1"].as_str().unwrap(),
        invoice["invoice"].as_str().unwrap(),
    );
    get(&format!("{callback}?k1={k1}&pr={pr}")).await.1
}

async fn state(visit: &Visit, voucher: &Value) -> String {
    let control = &visit.town.manifest().control;
    let (_, all) = get(&format!("{control}/kiosk")).await;
    let all = all["vouchers"].as_array().unwrap();
    let found = all.iter().find(|v| v["id"] == voucher["id"]).unwrap();
    found["state"].as_str().unwrap().to_owned()
}

/// The kiosk pays after it has answered.
async fn until(visit: &Visit, voucher: &Value, wanted: &str) {
    while state(visit, voucher).await != wanted {
        tokio::task::yield_now().await;
    }
}

async fn terms(voucher: &Value) -> Value {
    get(voucher["url"].as_str().unwrap()).await.1
}

#[tokio::test]
async fn a_voucher_pays_its_invoice_once() {
    let visit = Visit::new().await;
    let voucher = voucher(&visit, 21_000, 21_000).await;
    let terms = terms(&voucher).await;
    assert_eq!(terms["tag"], "withdrawRequest");
    assert_eq!(terms["maxWithdrawable"], 21_000);
    let invoice = visit.invoice(21_000).await;
    assert_eq!(cash(&terms, &invoice).await["status"], "OK");
    until(&visit, &voucher, "paid").await;
    assert_eq!(balance(&visit.books().await, "merchant"), 21_000);
    // The same again is the same, another is too late, and the balance is nothing.
    assert_eq!(cash(&terms, &invoice).await["status"], "OK");
    let other = visit.invoice(21_000).await;
    assert_eq!(cash(&terms, &other).await["status"], "ERROR");
    let empty = get(terms["balanceCheck"].as_str().unwrap()).await.1;
    assert_eq!(
        (&empty["minWithdrawable"], &empty["maxWithdrawable"]),
        (&json!(0), &json!(0))
    );
    let visit = visit.restart().await;
    assert_eq!(cash(&terms, &other).await["status"], "ERROR");
    assert_eq!(balance(&visit.books().await, "merchant"), 21_000);
}

#[tokio::test]
async fn two_who_ask_at_the_same_moment_get_one_payment() {
    let visit = Visit::new().await;
    let voucher = voucher(&visit, 21_000, 21_000).await;
    let terms = terms(&voucher).await;
    let (one, two) = (visit.invoice(21_000).await, visit.invoice(21_000).await);
    let (first, second) = tokio::join!(cash(&terms, &one), cash(&terms, &two));
    let ok = [first, second]
        .iter()
        .filter(|a| a["status"] == "OK")
        .count();
    assert_eq!(ok, 1);
    until(&visit, &voucher, "paid").await;
    assert_eq!(balance(&visit.books().await, "merchant"), 21_000);
}

#[tokio::test]
async fn a_voucher_whose_payment_failed_is_good_for_another_invoice() {
    let visit = Visit::new().await;
    let voucher = voucher(&visit, 1_000, 100_000).await;
    let terms = terms(&voucher).await;
    visit
        .control(
            "lightning/behaviour",
            json!({"do": "fail", "from": "kiosk"}),
        )
        .await;
    let invoice = visit.invoice(5_000).await;
    assert_eq!(cash(&terms, &invoice).await["status"], "OK");
    until(&visit, &voucher, "fresh").await;
    let another = visit.invoice(7_000).await;
    assert_eq!(cash(&terms, &another).await["status"], "OK");
    until(&visit, &voucher, "paid").await;
    assert_eq!(balance(&visit.books().await, "merchant"), 7_000);
}

#[tokio::test]
async fn a_payment_that_is_not_decided_survives_a_restart() {
    let visit = Visit::new().await;
    let voucher = voucher(&visit, 21_000, 21_000).await;
    let terms = terms(&voucher).await;
    visit
        .control(
            "lightning/behaviour",
            json!({"do": "pending", "from": "kiosk"}),
        )
        .await;
    let invoice = visit.invoice(21_000).await;
    assert_eq!(cash(&terms, &invoice).await["status"], "OK");
    assert_eq!(state(&visit, &voucher).await, "paying");
    let visit = visit.restart().await;
    let other = visit.invoice(21_000).await;
    assert_eq!(cash(&terms, &other).await["status"], "ERROR");
    visit.control("lightning/release", json!({})).await;
    until(&visit, &voucher, "paid").await;
    assert_eq!(balance(&visit.books().await, "merchant"), 21_000);
}

#[tokio::test]
async fn wrong_amounts_keys_and_invoices_cash_nothing() {
    let visit = Visit::new().await;
    let voucher = voucher(&visit, 1_000, 21_000).await;
    let terms = terms(&voucher).await;
    let mut wrong_key = terms.clone();
    wrong_key["k1"] = json!("00");
    let good = visit.invoice(21_000).await;
    for (terms, invoice) in [
        (&terms, visit.invoice(22_000).await),
        (&terms, visit.invoice(999).await),
        (&terms, json!({"invoice": "lnbcrt1nonsense"})),
        (&wrong_key, good.clone()),
    ] {
        assert_eq!(cash(terms, &invoice).await["status"], "ERROR", "{invoice}");
    }
    assert_eq!(state(&visit, &voucher).await, "fresh");
    assert_eq!(cash(&terms, &good).await["status"], "OK");
    until(&visit, &voucher, "paid").await;
}

#[tokio::test]
async fn fresh_vouchers_lie_ready_in_every_form() {
    let visit = Visit::new().await;
    let vouchers = visit.town.manifest().shops.kiosk.vouchers.clone();
    assert_eq!(vouchers.len(), 5);
    for voucher in &vouchers {
        assert!(voucher.link.lnurl.starts_with("lnurl1"));
        assert!(voucher.link.scheme.starts_with("lnurlw://127.0.0.1:"));
    }
    // One is cashed; after a restart there are five again, four of them the same.
    let terms = get(&vouchers[0].link.url).await.1;
    cash(&terms, &visit.invoice(21_000).await).await;
    until(&visit, &json!({"id": vouchers[0].id}), "paid").await;
    let visit = visit.restart().await;
    let after = &visit.town.manifest().shops.kiosk.vouchers;
    assert_eq!(after.len(), 5);
    assert!(after.iter().all(|v| v.id != vouchers[0].id));
    let kept = after
        .iter()
        .filter(|v| vouchers.iter().any(|b| b.id == v.id));
    assert_eq!(kept.count(), 4);
}
