//! What the corner shop promises its customers and itself.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

mod common;

use cdk_common::nuts::{CurrencyUnit, PaymentRequest};
use common::{Visit, assert_books, coins, get, pay, payload, post, unit};
use serde_json::{Value, json};

fn holds(books: &Value) -> i64 {
    let purses = books["shops"]["corner_shop"]["purses"].as_array().unwrap();
    purses.iter().map(|p| p["holds"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn a_paid_order_says_what_came_and_what_is_left() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let order = visit.order(json!({"item": "coffee", "amount": 21})).await;
    let request: PaymentRequest = order["request"].as_str().unwrap().parse().unwrap();
    assert_eq!(request.payment_id.as_deref(), order["id"].as_str());
    assert_eq!(request.amount.map(|a| a.to_u64()), Some(21));
    let same: PaymentRequest = order["request_bech32"].as_str().unwrap().parse().unwrap();
    assert_eq!(same.payment_id, request.payment_id);

    let proofs = coins(&wallet, &[16, 4, 2]).await;
    let (status, paid) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!(status, 200, "{paid}");
    assert_eq!(
        (&paid["state"], &paid["paid_by"]),
        (&json!("paid"), &json!("ecash"))
    );
    assert_eq!(
        (&paid["gross"], &paid["fee"], &paid["net"]),
        (&json!(22), &json!(1), &json!(21))
    );
    let books = visit.books().await;
    assert_eq!(holds(&books), 21);
    let left = wallet.total_balance().await.unwrap().to_u64();
    let maple = unit(&books, "Maple", "sat");
    assert_eq!(maple["outstanding"], left + 21);
    assert_eq!(left as i64 + 21 + maple["fees"].as_i64().unwrap(), 100);
    assert_books(&books);
}

#[tokio::test]
async fn coins_short_of_the_price_after_fees_are_refused_and_not_taken() {
    let visit = Visit::new().await;
    // Every coin costs one sat at Harbour: four coins of 23 leave 19.
    let wallet = visit.wallet("Harbour", CurrencyUnit::Sat, 100).await;
    let order = visit
        .order(json!({"amount": 21, "issuer": "harbour"}))
        .await;
    let proofs = coins(&wallet, &[16, 4, 2, 1]).await;
    let (status, refused) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!(status, 422, "{refused}");
    assert_eq!(refused["error"]["code"], "too_little");
    assert_eq!(get(order["url"].as_str().unwrap()).await.1["state"], "open");
    assert_eq!(holds(&visit.books().await), 0);
    // The customer's coins are still good.
    let states = wallet.check_proofs_spent(proofs).await.unwrap();
    assert!(states.iter().all(|s| s.state == cdk_common::State::Unspent));
}

#[tokio::test]
async fn the_same_payment_twice_is_one_payment() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let order = visit.order(json!({"amount": 21})).await;
    let proofs = coins(&wallet, &[16, 4, 2]).await;
    let payment = payload(&order, &proofs);
    let (first, second) = tokio::join!(pay(&order, &payment), pay(&order, &payment));
    assert_eq!((first.0, second.0), (200, 200), "{} {}", first.1, second.1);
    assert_eq!(first.1, second.1);
    let visit = visit.restart().await;
    assert_eq!(pay(&order, &payment).await.1, first.1);
    assert_eq!(holds(&visit.books().await), 21);
}

#[tokio::test]
async fn a_paid_order_takes_no_second_payment() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let order = visit.order(json!({"amount": 21})).await;
    let proofs = coins(&wallet, &[16, 4, 2]).await;
    pay(&order, &payload(&order, &proofs)).await;
    let more = coins(&wallet, &[16, 4, 2]).await;
    let (status, refused) = pay(&order, &payload(&order, &more)).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (409, &json!("already_paid"))
    );
    let by_lightning = visit
        .control("lightning/pay", json!({"invoice": order["invoice"]}))
        .await;
    assert_eq!(by_lightning.0, 422, "{}", by_lightning.1);
    assert_eq!(holds(&visit.books().await), 21);
}

#[tokio::test]
async fn spent_coins_buy_nothing() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let (first, second) = (
        visit.order(json!({"amount": 21})).await,
        visit.order(json!({"amount": 21})).await,
    );
    let proofs = coins(&wallet, &[16, 4, 2]).await;
    assert_eq!(pay(&first, &payload(&first, &proofs)).await.0, 200);
    let (status, refused) = pay(&second, &payload(&second, &proofs)).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (422, &json!("coins_refused")),
        "{refused}"
    );
    assert_eq!(
        get(second["url"].as_str().unwrap()).await.1["state"],
        "open"
    );
    // And the order can still be paid, either way.
    let paid = visit
        .control("lightning/pay", json!({"invoice": second["invoice"]}))
        .await;
    assert_eq!(paid.0, 200, "{}", paid.1);
    assert_eq!(holds(&visit.books().await), 21);
}

#[tokio::test]
async fn a_payment_for_another_order_issuer_or_unit_is_refused() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let order = visit.order(json!({"amount": 21})).await;
    let proofs = coins(&wallet, &[16, 4, 2]).await;
    for (key, value, code) in [
        ("id", json!("0000"), "wrong_order"),
        ("mint", json!(visit.issuer("Harbour")), "wrong_issuer"),
        ("unit", json!("usd"), "wrong_unit"),
        ("proofs", json!([]), "coins"),
    ] {
        let mut wrong = payload(&order, &proofs);
        wrong[key] = value;
        let (status, refused) = pay(&order, &wrong).await;
        assert!((400..500).contains(&status), "{refused}");
        assert_eq!(refused["error"]["code"], code, "{refused}");
    }
    let (status, _) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!(status, 200, "an honest payment must still work");
}

#[tokio::test]
async fn forged_coins_are_refused() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Maple", CurrencyUnit::Sat, 100).await;
    let order = visit.order(json!({"amount": 21})).await;
    let mut proofs = coins(&wallet, &[16, 4, 2]).await;
    // A coin of 2 that says it is a coin of 8.
    proofs
        .iter_mut()
        .find(|p| p.amount.to_u64() == 2)
        .unwrap()
        .amount = 8.into();
    let (status, refused) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (422, &json!("forged_coins")),
        "{refused}"
    );
    for proof in &mut proofs {
        proof.dleq = None;
    }
    let (status, refused) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (422, &json!("coins_refused")),
        "{refused}"
    );
    assert_eq!(holds(&visit.books().await), 0);
}

#[tokio::test]
async fn the_same_order_can_be_paid_by_lightning() {
    let visit = Visit::new().await;
    let order = visit
        .order(json!({"amount": 3, "unit": "usd", "issuer": "harbour"}))
        .await;
    let (_, paid) = visit
        .control("lightning/pay", json!({"invoice": order["invoice"]}))
        .await;
    assert_eq!(paid["amount_msat"], 30_000);
    let seen = get(order["url"].as_str().unwrap()).await.1;
    assert_eq!(
        (&seen["state"], &seen["paid_by"]),
        (&json!("paid"), &json!("lightning"))
    );
    assert_eq!(
        (&seen["gross"], &seen["fee"], &seen["net"]),
        (&json!(3), &json!(0), &json!(3))
    );
}

#[tokio::test]
async fn orders_from_afar_or_without_a_price_are_refused() {
    let visit = Visit::new().await;
    for wrong in [
        json!({"amount": 0}),
        json!({"amount": 21, "unit": "eur"}),
        json!({"amount": 21, "unit": "usd", "issuer": "maple"}),
        json!({"amount": 21, "issuer": "https://mint.example.com"}),
        json!({"amount": 21, "issuer": "http://127.0.0.1.example.com"}),
        json!({"amount": -1}),
        json!({"amount": 21, "surprise": true}),
    ] {
        let (status, refused) = post(&visit.shop("/orders"), &wrong).await;
        assert_eq!(status, 400, "{wrong} {refused}");
        assert!(refused["error"]["text"].is_string());
    }
}

#[tokio::test]
async fn the_pictures_are_png_files() {
    let visit = Visit::new().await;
    let examples = &visit.town.manifest().examples;
    for path in [&examples.picture, &examples.invoice_picture] {
        assert!(std::fs::read(path).unwrap().starts_with(b"\x89PNG"));
    }
    let order = visit.order(json!({"amount": 21})).await;
    for key in ["picture", "invoice_picture"] {
        let url = order[key].as_str().unwrap();
        let picture = cdk_common::HttpClient::new().get(url).send().await.unwrap();
        assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
    }
}

#[tokio::test]
async fn an_answer_lost_between_shop_and_issuer_loses_no_money() {
    let visit = Visit::new().await;
    // Harbour does not repeat answers: the shop has to find out by itself.
    let wallet = visit.wallet("Harbour", CurrencyUnit::Sat, 100).await;
    let order = visit
        .order(json!({"amount": 21, "issuer": "harbour"}))
        .await;
    let proofs = coins(&wallet, &[16, 8]).await;
    visit
        .control(
            "http/fault",
            json!({"party": "harbour", "do": "lose_answer", "path": "/v1/swap"}),
        )
        .await;
    let (status, paid) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!(status, 200, "{paid}");
    assert_eq!(
        (&paid["gross"], &paid["fee"], &paid["net"]),
        (&json!(24), &json!(2), &json!(22))
    );
    assert_eq!(holds(&visit.books().await), 22);
    assert_books(&visit.books().await);
}

#[tokio::test]
async fn an_issuer_out_of_reach_leaves_the_payment_undecided_and_never_takes_it_twice() {
    let visit = Visit::new().await;
    let wallet = visit.wallet("Harbour", CurrencyUnit::Sat, 200).await;
    let order = visit
        .order(json!({"amount": 21, "issuer": "harbour"}))
        .await;
    let proofs = coins(&wallet, &[16, 8]).await;
    for (path, mishap) in [("/v1/swap", "lose_answer"), ("/v1/restore", "refuse")] {
        visit
            .control(
                "http/fault",
                json!({"party": "harbour", "do": mishap, "path": path}),
            )
            .await;
    }
    let (status, undecided) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!(
        (status, &undecided["error"]["code"]),
        (503, &json!("not_decided")),
        "{undecided}"
    );
    assert_eq!(
        get(order["url"].as_str().unwrap()).await.1["state"],
        "redeeming"
    );
    // Meanwhile nobody else can pay, in coins or by Lightning.
    let other = coins(&wallet, &[16, 8]).await;
    assert_eq!(pay(&order, &payload(&order, &other)).await.0, 409);
    let lightning = visit
        .control("lightning/pay", json!({"invoice": order["invoice"]}))
        .await;
    assert_eq!(lightning.0, 422);
    // The town restarts; the shop finds its coins.
    let visit = visit.restart().await;
    let (status, paid) = pay(&order, &payload(&order, &proofs)).await;
    assert_eq!((status, &paid["net"]), (200, &json!(22)), "{paid}");
    assert_eq!(holds(&visit.books().await), 22);
    assert_books(&visit.books().await);
}
