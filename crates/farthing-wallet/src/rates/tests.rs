//! A rate is shown while it can be believed, kept for when nobody answers, and never asked for by
//! itself.

use super::*;
use crate::init::tests::wallet;

const HOUR: u64 = 60 * 60 * 1000;

fn euro() -> Currency {
    "EUR".parse().unwrap()
}

fn know(wallet: &Wallet, rate: &str, age_ms: u64) {
    let known = Known {
        rate: rate.parse().unwrap(),
        as_of_ms: now_ms() - age_ms,
        sources: vec!["coinbase".to_owned(), "kraken".to_owned()],
        jumped: None,
    };
    let kept = Kept {
        known: Some(known),
        asked_ms: now_ms() - age_ms,
        ..Kept::default()
    };
    wallet.keep(&key(euro()), &kept).unwrap();
}

#[tokio::test]
async fn nobody_is_asked_before_a_currency_is_chosen() {
    let (wallet, _folder) = wallet().await;
    assert_eq!(wallet.currency().unwrap(), None);
    assert_eq!(wallet.rate_now().await.unwrap(), None);
    assert_eq!(wallet.going_rate().unwrap(), None);
    assert!(wallet.then().unwrap().is_none());
}

#[tokio::test]
async fn a_currency_is_chosen_changed_and_given_up() {
    let (wallet, _folder) = wallet().await;
    for code in ["EUR", "KES"] {
        wallet.choose_currency(code.parse().ok()).unwrap();
        assert_eq!(wallet.currency().unwrap().unwrap().code(), code);
    }
    wallet.choose_currency(None).unwrap();
    wallet.choose_currency(None).unwrap();
    assert_eq!(wallet.currency().unwrap(), None);
}

#[tokio::test]
async fn the_last_rate_is_shown_with_its_age_when_nobody_answers_and_for_a_day() {
    let (wallet, _folder) = wallet().await;
    wallet.choose_currency(Some(euro())).unwrap();
    know(&wallet, "86000 EUR", 23 * HOUR);
    let now = wallet.rate_now().await.unwrap().unwrap();
    assert_eq!(now.doubt, Some(RateDoubt::NoSource));
    let rate = now.rate.unwrap();
    assert_eq!(rate.rate.to_string(), "86000 EUR");
    assert!(rate.as_of_ms < now_ms() - 22 * HOUR);

    know(&wallet, "86000 EUR", 25 * HOUR);
    assert_eq!(wallet.going_rate().unwrap(), None);
    assert_eq!(wallet.rate_now().await.unwrap().unwrap().rate, None);
}

#[tokio::test]
async fn a_payment_is_shown_with_the_rate_of_its_time_or_with_none() {
    let (wallet, _folder) = wallet().await;
    wallet.choose_currency(Some(euro())).unwrap();
    let start = 20_000 * 24 * HOUR;
    for (at, rate) in [(1, "80000 EUR"), (5, "90000 EUR"), (22, "70000 EUR")] {
        let rate = rate.parse().unwrap();
        wallet.remember_rate(rate, start + at * HOUR).unwrap();
    }
    let mut then = wallet.then().unwrap().unwrap();
    let mut worth = |hour: u64| {
        let worth = then.worth(Amount::sat(1_000), start + hour * HOUR).unwrap();
        worth.map(|fiat| fiat.to_string())
    };
    assert_eq!(worth(0), None);
    assert_eq!(worth(1).unwrap(), "0.80 EUR");
    assert_eq!(worth(21).unwrap(), "0.90 EUR");
    assert_eq!(worth(46).unwrap(), "0.70 EUR");
    assert_eq!(worth(47), None);
    assert_eq!(
        then.worth(Amount::eur_cents(5), 0)
            .unwrap()
            .unwrap()
            .to_string(),
        "0.05 EUR"
    );
    assert_eq!(
        then.worth(Amount::usd_cents(5), start + HOUR).unwrap(),
        None
    );
}

#[tokio::test]
async fn a_day_keeps_a_few_rates_and_no_more() {
    let (wallet, _folder) = wallet().await;
    let start = 20_000 * 24 * HOUR;
    for minute in 0..24 * 60 {
        let rate = format!("{} EUR", 80_000 + minute).parse().unwrap();
        wallet.remember_rate(rate, start + minute * 60_000).unwrap();
    }
    let day: serde_json::Value = wallet.kept("EUR on day 20000").unwrap().unwrap();
    assert_eq!(day["rates"].as_array().unwrap().len(), 72);
}
