//! The issuers, the network and the books together.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

mod common;

use cdk_common::nut00::KnownMethod;
use cdk_common::nuts::{CurrencyUnit, MeltQuoteState, PaymentMethod};
use common::{Visit, assert_books, balance, get, unit};
use serde_json::json;

fn bolt11() -> PaymentMethod {
    PaymentMethod::Known(KnownMethod::Bolt11)
}

#[tokio::test]
async fn a_top_up_is_worth_what_the_friend_paid() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    assert_eq!(wallet.total_balance().await.unwrap().to_u64(), 100);
    let books = visit.books().await;
    assert_eq!(unit(&books, "Maple", "sat")["outstanding"], 100);
    assert_eq!(balance(&books, "maple"), 100_000);
    assert_books(&books);
}

#[tokio::test]
async fn a_payment_to_the_outside_adds_up_to_the_unit() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let invoice = visit.invoice(21_000).await;
    let quote = wallet
        .melt_quote(bolt11(), invoice["invoice"].as_str().unwrap(), None, None)
        .await
        .unwrap();
    assert_eq!((quote.amount.to_u64(), quote.fee_reserve.to_u64()), (21, 2));
    let prepared = wallet
        .prepare_melt(&quote.id, Default::default())
        .await
        .unwrap();
    let done = prepared.confirm().await.unwrap();
    assert_eq!(done.state(), MeltQuoteState::Paid);

    let left = wallet.total_balance().await.unwrap().to_u64();
    let books = visit.books().await;
    let maple = unit(&books, "Maple", "sat");
    // 100 = what is left + coin fees kept + 21 to the merchant + 2 for the route (1.105 rounded up).
    assert_eq!(maple["outstanding"], left);
    assert_eq!(left as i64 + maple["fees"].as_i64().unwrap() + 21 + 2, 100);
    assert_eq!(balance(&books, "merchant"), 21_000);
    assert_eq!(balance(&books, "maple"), 100_000 - 22_105);
    assert_books(&books);
    let hash = invoice["payment_hash"].as_str().unwrap();
    let url = format!(
        "{}/lightning/invoices/{hash}",
        visit.town.manifest().control
    );
    let (_, settled) = get(&url).await;
    assert_eq!(settled["state"], "settled");
    assert_eq!(settled["preimage"].as_str(), done.payment_proof());
}

#[tokio::test]
async fn cents_cost_ten_satoshi_and_round_for_the_issuer() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Harbour", CurrencyUnit::Usd, 50).await;
    assert_eq!(balance(&visit.books().await, "harbour"), 500_000);
    // 21 sat are 2.1 cents: the issuer asks for 3, and 1 in reserve.
    let invoice = visit.invoice(21_000).await;
    let quote = wallet
        .melt_quote(bolt11(), invoice["invoice"].as_str().unwrap(), None, None)
        .await
        .unwrap();
    assert_eq!((quote.amount.to_u64(), quote.fee_reserve.to_u64()), (3, 1));
    wallet
        .prepare_melt(&quote.id, Default::default())
        .await
        .unwrap()
        .confirm()
        .await
        .unwrap();
    // 22.105 sat left the issuer: 3 cents cover it, so the reserve comes back.
    assert_eq!(wallet.total_balance().await.unwrap().to_u64(), 47);
    assert_books(&visit.books().await);
}

#[tokio::test]
async fn money_travels_between_the_issuers() {
    let visit = Visit::new().await;
    let from = visit.wallet("Maple", CurrencyUnit::Sat, 200).await;
    let to = visit.wallet("Harbour", CurrencyUnit::Sat, 0).await;
    let asked = to
        .mint_quote(bolt11(), Some(100_u64.into()), None, None)
        .await
        .unwrap();
    let quote = from
        .melt_quote(bolt11(), &asked.request, None, None)
        .await
        .unwrap();
    from.prepare_melt(&quote.id, Default::default())
        .await
        .unwrap()
        .confirm()
        .await
        .unwrap();
    to.check_mint_quote_status(&asked.id).await.unwrap();
    to.mint(&asked.id, Default::default(), None).await.unwrap();
    assert_eq!(to.total_balance().await.unwrap().to_u64(), 100);
    let books = visit.books().await;
    assert_eq!(unit(&books, "Harbour", "sat")["outstanding"], 100);
    assert_books(&books);
}

#[tokio::test]
async fn a_failed_payment_gives_the_coins_back() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    visit
        .control("lightning/behaviour", json!({"do": "fail"}))
        .await;
    let invoice = visit.invoice(21_000).await;
    let quote = wallet
        .melt_quote(bolt11(), invoice["invoice"].as_str().unwrap(), None, None)
        .await
        .unwrap();
    let prepared = wallet
        .prepare_melt(&quote.id, Default::default())
        .await
        .unwrap();
    assert!(prepared.confirm().await.is_err());
    let books = visit.books().await;
    assert_eq!(unit(&books, "Maple", "sat")["held"], 0);
    assert_eq!(balance(&books, "merchant"), 0);
    assert_books(&books);
}

#[tokio::test]
async fn an_undecided_payment_holds_the_coins_until_it_is_released() {
    let visit = Visit::new().await;
    for (misfortune, verdict, received) in [
        ("pending", "paid", 21_000),
        ("pending", "failed", 0),
        ("paid_but_unknown", "paid", 21_000),
    ] {
        let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
        let before = balance(&visit.books().await, "merchant");
        visit
            .control("lightning/behaviour", json!({"do": misfortune}))
            .await;
        let invoice = visit.invoice(21_000).await;
        let text = invoice["invoice"].as_str().unwrap();
        let quote = wallet.melt_quote(bolt11(), text, None, None).await.unwrap();
        let prepared = wallet
            .prepare_melt(&quote.id, Default::default())
            .await
            .unwrap();
        let outcome = prepared.confirm_prefer_async().await.unwrap();
        assert!(
            matches!(outcome, cdk::wallet::MeltOutcome::Pending(_)),
            "{misfortune}"
        );
        drop(outcome);
        let held = unit(&visit.books().await, "Maple", "sat")["held"]
            .as_i64()
            .unwrap();
        assert!(held >= 23, "{misfortune}: {held} held");

        let (_, released) = visit
            .control("lightning/release", json!({"as": verdict}))
            .await;
        assert_eq!(released["released"], json!([invoice["payment_hash"]]));
        // The issuer hears of it on its own time; asking the quote settles it now.
        while !settled(&wallet, &quote.id).await {
            tokio::task::yield_now().await;
        }
        let books = visit.books().await;
        assert_eq!(
            unit(&books, "Maple", "sat")["held"],
            0,
            "{misfortune} {verdict}"
        );
        assert_eq!(
            balance(&books, "merchant") - before,
            received,
            "{misfortune} {verdict}"
        );
        assert_books(&books);
    }
}

async fn settled(wallet: &cdk::Wallet, quote: &str) -> bool {
    let url = format!("{}/v1/melt/quote/bolt11/{quote}", wallet.mint_url);
    let state = get(&url).await.1["state"].clone();
    state == "PAID" || state == "UNPAID" || state == "FAILED"
}

#[tokio::test]
async fn a_restart_keeps_addresses_keys_and_what_is_owed() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let (manifest, books) = (visit.town.manifest().clone(), visit.books().await);
    let keys = get(&format!("{}/v1/keysets", visit.issuer("Maple")))
        .await
        .1;
    let visit = visit.restart().await;
    assert_eq!(visit.town.manifest().town, manifest.town);
    assert_eq!(visit.books().await, books);
    assert_eq!(
        get(&format!("{}/v1/keysets", visit.issuer("Maple")))
            .await
            .1,
        keys
    );
    // Coins from before still spend.
    common::coins(&wallet, &[1, 2, 4]).await;
    assert_books(&visit.books().await);
}

#[tokio::test]
async fn only_maple_repeats_a_lost_answer() {
    let visit = Visit::new().await;
    let of = async |name: &str| get(&format!("{}/v1/info", visit.issuer(name))).await.1;
    assert_eq!(of("Maple").await["nuts"]["19"]["ttl"], 600);
    let harbour = of("Harbour").await;
    let cached = &harbour["nuts"]["19"]["cached_endpoints"];
    assert!(cached.as_array().is_none_or(Vec::is_empty), "{harbour}");
    assert_eq!(harbour["name"], "Harbour");
    assert!(harbour["motd"].is_string() && harbour["contact"][0]["info"].is_string());
}

#[tokio::test]
async fn requests_are_counted_and_a_refused_one_did_not_happen() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let control = &visit.town.manifest().control;
    let before = visit.books().await;
    visit
        .control(
            "http/fault",
            json!({"party": "maple", "do": "refuse", "path": "/v1/swap"}),
        )
        .await;
    let held = wallet.get_unspent_proofs().await.unwrap();
    let refused = wallet
        .swap(None, Default::default(), held, None, false, false)
        .await;
    assert!(refused.is_err());
    assert_eq!(
        unit(&visit.books().await, "Maple", "sat"),
        unit(&before, "Maple", "sat")
    );
    let (_, seen) = get(&format!("{control}/http/requests")).await;
    assert_eq!(seen["requests"]["maple"]["POST /v1/swap"], 1, "{seen}");
    assert_eq!(
        seen["requests"]["maple"]["POST /v1/mint/bolt11"], 1,
        "{seen}"
    );
}
