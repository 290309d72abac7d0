//! A review is paid once, in time, and as it was shown, or not at all.

use farthing_store::history::MerchantId;
use serde_json::json;

use super::*;
use crate::PayError;
use crate::init::tests::wallet;
use crate::journal::{Begun, Event};
use crate::top_up::uuid_of;
use crate::under_way::UnderWay;

/// A review of 21 sat and 1 sat of fees, as it is kept on disk.
fn kept(expires_at_ms: u64) -> serde_json::Value {
    let sat = |value: &str| json!({"value": value, "unit": "sat"});
    let line = |kind: &str, value: &str| json!({"kind": kind, "to": "Maple", "amount": sat(value), "at_most": sat(value)});
    json!({
        "review": {
            "id": "5a0c2f1e-90a5-4f8b-a16c-6a1f0f7d3b52",
            "expires_at_ms": expires_at_ms,
            "payee": {"id": "http://127.0.0.1:9", "name": "127.0.0.1:9", "origin": "http://127.0.0.1:9", "first_time": true},
            "kind": "cashu_request",
            "about": null,
            "cost": {"price": sat("21"), "fees": [line("issuer_input", "1"), line("swap", "0")], "total": sat("22"), "total_at_most": sat("22")},
            "purse": {"id": "0a1b2c3d", "issuer": "http://127.0.0.1:9", "issuer_name": "Maple", "unit": "sat", "returns_change": true, "proves_signatures": true},
            "asks": [], "needs": ["confirm"], "warnings": [], "alternatives": [], "note": null,
        },
        "plan": {"Request": {
            "net": sat("21"),
            "cost": {"face": sat("22"), "redeem_fee": sat("1"), "overpaid": sat("0"), "swap_fee": sat("0")},
            "url": "http://127.0.0.1:9/pay", "reference": "order 1",
        }},
        "once": "request order 1",
        "payment": null,
    })
}

fn keep(wallet: &Wallet, kept: &serde_json::Value) -> ReviewId {
    let id: ReviewId = kept["review"]["id"].as_str().unwrap().parse().unwrap();
    let body = serde_json::to_vec(kept).unwrap();
    wallet
        .history()
        .put_document(REVIEW, &id.0, None, &body)
        .unwrap();
    id
}

/// Begins to pay this review's payee for something, and leaves it undecided.
fn begin(
    wallet: &Wallet,
    under_way: &UnderWay<'_>,
    kept: &KeptReview,
    once: &str,
) -> Option<MerchantId> {
    let merchant = wallet.meet(&kept.review.payee).unwrap();
    wallet.list(under_way, Some(once)).unwrap();
    let begun = Begun {
        once: Some(once.to_owned()),
        ..Begun::of(
            kept.review.kind,
            kept.review.purse.id.clone(),
            kept.review.cost.clone(),
        )
    };
    wallet.begin(under_way, merchant, begun).unwrap();
    merchant
}

async fn refused(wallet: &Wallet, id: &ReviewId) -> &'static str {
    let error = wallet.pay(id, None).await.unwrap_err();
    assert!(
        wallet
            .payments(&crate::HistoryFilter::default())
            .unwrap()
            .is_empty(),
        "something was begun"
    );
    error.code()
}

#[tokio::test]
async fn an_expired_review_is_not_paid() {
    let (wallet, _folder) = wallet().await;
    let id = keep(&wallet, &kept(now_ms() - 1));
    assert_eq!(refused(&wallet, &id).await, "review_expired");
}

#[tokio::test]
async fn an_unknown_review_is_not_paid() {
    let (wallet, _folder) = wallet().await;
    let id = "5a0c2f1e-90a5-4f8b-a16c-6a1f0f7d3b53".parse().unwrap();
    assert_eq!(refused(&wallet, &id).await, "no_such_review");
}

#[tokio::test]
async fn a_review_whose_lines_were_altered_is_not_paid() {
    for (line, value) in [
        ("/cost/price/value", "20"),
        ("/cost/total/value", "21"),
        ("/cost/total_at_most/value", "999"),
        ("/cost/fees/0/amount/value", "0"),
    ] {
        let (wallet, _folder) = wallet().await;
        let mut altered = kept(now_ms() + 60_000);
        *altered["review"].pointer_mut(line).unwrap() = json!(value);
        let id = keep(&wallet, &altered);
        assert_eq!(refused(&wallet, &id).await, "files_unusable", "{line}");
    }
}

#[tokio::test]
async fn a_limit_below_the_worst_case_refuses_and_leaves_the_review_usable() {
    let (wallet, _folder) = wallet().await;
    let id = keep(&wallet, &kept(now_ms() + 60_000));
    let limit = Amount::new(21, Unit::Sat).unwrap();
    let refused = wallet.pay(&id, Some(limit)).await;
    assert!(matches!(refused, Err(PayError::AboveLimit { .. })));
    assert!(wallet.load_review(&id).is_ok());
}

/// The built-in rules with one of them changed.
fn rules(pointer: &str, value: serde_json::Value) -> farthing_policy::Policy {
    let mut rules = serde_json::to_value(farthing_policy::Policy::built_in()).unwrap();
    *rules.pointer_mut(pointer).unwrap() = value;
    serde_json::from_value(rules).unwrap()
}

#[tokio::test]
async fn a_rule_tightened_since_the_review_refuses_the_payment_itself() {
    let (mut wallet, _folder) = wallet().await;
    let id = keep(&wallet, &kept(now_ms() + 60_000));
    // 1 sat of fees on 21 is above 2 %, once nothing is too small to be refused.
    wallet.policy = {
        let mut rules =
            serde_json::to_value(rules("/refuse_above_basis_points", json!(200))).unwrap();
        for floor in ["fees_unremarked_to", "fees_allowed_to"] {
            rules["units"][0][floor] = json!({"value": "0", "unit": "sat"});
        }
        serde_json::from_value(rules).unwrap()
    };
    assert_eq!(refused(&wallet, &id).await, "fee_above_cap");
    wallet.policy = farthing_policy::Policy::built_in();
    assert!(wallet.load_review(&id).is_ok(), "the review was used up");
}

#[tokio::test]
async fn a_payment_that_needs_more_of_the_person_by_now_is_not_made_on_the_old_yes() {
    let (mut wallet, _folder) = wallet().await;
    let id = keep(&wallet, &kept(now_ms() + 60_000));
    wallet.policy = rules(
        "/units/0/secret_above",
        json!({"value": "21", "unit": "sat"}),
    );
    assert_eq!(refused(&wallet, &id).await, "rules_changed");
}

#[tokio::test]
async fn of_many_attempts_at_one_review_one_begins() {
    let (wallet, _folder) = wallet().await;
    let id = keep(&wallet, &kept(now_ms() + 60_000));
    let wallet = std::sync::Arc::new(wallet);
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (wallet, id) = (std::sync::Arc::clone(&wallet), id.clone());
            tokio::spawn(async move { wallet.pay(&id, None).await })
        })
        .collect();
    let mut began = 0;
    for attempt in tries {
        match attempt.await.unwrap() {
            // The issuer does not answer, so what began was not paid, and says so.
            Ok(receipt) => {
                assert_eq!(receipt.outcome, crate::Outcome::NotPaid);
                began += 1;
            }
            Err(error) => assert!(
                ["review_used", "already_paid"].contains(&error.code()),
                "{error}"
            ),
        }
    }
    assert_eq!(began, 1);
    assert_eq!(
        wallet
            .payments(&crate::HistoryFilter::default())
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn who_comes_second_is_told_a_payment_there_is_or_none() {
    let (wallet, _folder) = wallet().await;
    let id = keep(&wallet, &kept(now_ms() + 60_000));
    let (reviewed, version) = wallet.kept_review(&id).unwrap();
    let under_way = wallet.set_out();
    let first = under_way.payment();
    let second = uuid::Uuid::new_v4();
    let named = |error: ReviewError| match error {
        ReviewError::Used { payment } | ReviewError::AlreadyPaid { payment } => payment,
        other => panic!("{other:?}"),
    };
    wallet
        .use_review(&reviewed, version, uuid_of(first))
        .unwrap();
    wallet.list(&under_way, Some("page a")).unwrap();

    // It has not begun, and may never.
    let used = wallet.use_review(&reviewed, version, second).unwrap_err();
    assert_eq!(named(used), None);
    let claimed = wallet.claim(Some("page a"), second.into()).unwrap_err();
    assert_eq!(named(claimed), None);

    begin(&wallet, &under_way, &reviewed, "page a");
    let used = wallet.use_review(&reviewed, version, second).unwrap_err();
    assert_eq!(named(used), Some(first));
    let used = wallet.load_review(&id).unwrap_err();
    assert_eq!(named(used), Some(first));
    let claimed = wallet.claim(Some("page a"), second.into()).unwrap_err();
    assert_eq!(named(claimed), Some(first));
    let claimed = wallet.check_unclaimed(Some("page a")).unwrap_err();
    assert_eq!(named(claimed), Some(first));
}

#[tokio::test]
async fn a_page_that_is_being_paid_is_called_that_whatever_its_bill_is_by_now() {
    let (wallet, _folder) = wallet().await;
    let reviewed = |id: &str, once: &str| {
        let mut page = kept(now_ms() + 60_000);
        page["review"]["id"] = json!(id);
        page["once"] = json!(once);
        keep(&wallet, &page)
    };
    let again = reviewed("5a0c2f1e-90a5-4f8b-a16c-6a1f0f7d3b54", "page a\ninvoice 2");
    let another = reviewed("5a0c2f1e-90a5-4f8b-a16c-6a1f0f7d3b55", "page b\ninvoice 3");
    let first: KeptReview = serde_json::from_value(kept(0)).unwrap();
    let under_way = wallet.set_out();
    begin(&wallet, &under_way, &first, "page a\ninvoice 1");

    let refused = wallet.pay(&again, None).await.unwrap_err();
    assert_eq!(refused.code(), "already_paid");
    let refused = wallet.pay(&another, None).await.unwrap_err();
    assert_eq!(refused.code(), "rules_changed");
}

#[tokio::test]
async fn a_claim_whose_payment_never_began_goes_once_nobody_works_on_it() {
    let (wallet, _folder) = wallet().await;
    let under_way = wallet.set_out();
    wallet.list(&under_way, Some("request order 1")).unwrap();
    wallet.recover(|_| {}).await.unwrap();
    assert!(wallet.check_unclaimed(Some("request order 1")).is_err());

    // What its payee was told is written down before it begins.
    let told = Event::Noted {
        text: "told".to_owned(),
    };
    wallet.write_down(under_way.payment(), None, &told).unwrap();
    // Its task died. The window opens a wallet without asking anybody, and asks later.
    drop(under_way);
    wallet.recover(|_| {}).await.unwrap();
    assert!(wallet.check_unclaimed(Some("request order 1")).is_ok());
}

/// Its merchant's key is gone, as where the keychain was emptied: nobody can say any more that
/// nothing was sent.
#[tokio::test]
async fn a_claim_whose_row_cannot_be_read_stays() {
    let (wallet, _folder) = wallet().await;
    let kept: KeptReview = serde_json::from_value(kept(now_ms() + 60_000)).unwrap();
    let under_way = wallet.set_out();
    let payment = under_way.payment();
    let merchant = begin(&wallet, &under_way, &kept, "request order 1");
    drop(under_way);
    wallet.history().forget(merchant.unwrap()).unwrap();

    wallet.recover(|_| {}).await.unwrap();
    assert_eq!(wallet.claimed("request order 1").unwrap(), Some(payment));
}
