//! Looking at a payment changes nothing of what became of it. Against the practice town's issuers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test helpers"
)]
#![allow(dead_code, reason = "not every test of the town uses all of it")]

mod town;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use farthing_wallet::{CodeInput, HistoryFilter, MoneyState, Outcome, ReviewRequest, Wallet};
use town::{Town, fill, holds, made, sat, trust};

/// A site that asks for a payment by `request`, looks at the e-cash it is shown, and breaks off.
fn site(request: String, look: impl Fn() + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/story", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                head.push(byte[0]);
            }
            let answer = match number {
                0 => format!("402 Payment Required\r\nx-cashu: {request}"),
                _ => {
                    look();
                    "503 Service Unavailable".to_owned()
                }
            };
            let whole =
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(whole.as_bytes());
        }
    });
    url
}

fn paying(url: String) -> ReviewRequest {
    ReviewRequest {
        code: CodeInput::Text(url),
        amount: None,
        share: Vec::new(),
        only_this_time: false,
        note: None,
        purse: None,
    }
}

/// Two people at one issuer; the first has money.
async fn two_at_maple(town: &Town, folder: &Path) -> [Wallet; 2] {
    let ada = made(town, &folder.join("ada"), None).await.wallet;
    let bob = made(town, &folder.join("bob"), None).await.wallet;
    for wallet in [&ada, &bob] {
        trust(wallet, town.issuer("Maple")).await;
    }
    fill(town, &ada, 1_000).await;
    [ada, bob]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e_cash_that_was_redeemed_after_all_is_paid_whoever_looks_first() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let [ada, bob] = two_at_maple(&town, folder.path()).await;
    let asked = bob.get_paid(sat(21), None, None).await.unwrap();
    let url = site(asked.request, || ());
    let review = ada.review(paying(url)).await.unwrap();
    let receipt = ada.pay(&review.id, None).await.unwrap();
    assert_eq!(receipt.outcome, Outcome::StillDeciding);
    let token = ada.receipt(receipt.payment).await.unwrap().token.unwrap();
    bob.redeem(&CodeInput::Text(token)).await.unwrap();

    let looked = ada.fresh_receipt(receipt.payment).await.unwrap();
    assert_eq!(looked.outcome, Outcome::Paid);
    ada.recover(|_| {}).await.unwrap();
    let receipt = ada.receipt(receipt.payment).await.unwrap();
    assert_eq!(receipt.outcome, Outcome::Paid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e_cash_a_payee_is_looking_at_is_taken_back_only_when_it_has_looked() {
    let town = Town::open();
    let folder = tempfile::tempdir().unwrap();
    let [ada, bob] = two_at_maple(&town, folder.path()).await;
    let ada = Arc::new(ada);
    let asked = bob.get_paid(sat(21), None, None).await.unwrap();
    let (looks, looking) = mpsc::channel();
    let (keeps_looking, has_looked) = mpsc::channel::<()>();
    let url = site(asked.request, move || {
        let _ = looks.send(());
        // Until the other end is gone.
        let _ = has_looked.recv();
    });
    let review = ada.review(paying(url)).await.unwrap();
    let task = {
        let ada = ada.clone();
        tokio::spawn(async move { ada.pay(&review.id, None).await })
    };
    looking.recv_timeout(Duration::from_secs(60)).unwrap();

    let before = holds(&ada).await;
    let begun = ada.payments(&HistoryFilter::default()).unwrap();
    let payment = begun
        .iter()
        .find(|line| line.outcome == Outcome::StillDeciding);
    let payment = payment.unwrap().payment;
    let code = CodeInput::Text(payment.to_string());
    let refused = ada.redeem(&code).await.unwrap_err();
    assert_eq!(refused.code(), "still_deciding");
    assert_eq!(refused.money(), MoneyState::Unknown);
    assert_eq!(holds(&ada).await, before);

    drop(keeps_looking);
    let receipt = task.await.unwrap().unwrap();
    assert_eq!(receipt.outcome, Outcome::StillDeciding);
    ada.redeem(&code).await.unwrap();
    let receipt = ada.receipt(payment).await.unwrap();
    assert_eq!(receipt.outcome, Outcome::NotPaid);
    assert_eq!(holds(&ada).await, (town.owes("Maple"), 0));
}
