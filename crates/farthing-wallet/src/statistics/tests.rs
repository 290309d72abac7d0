use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use farthing_money::{Amount, Breakdown, Settled};
use farthing_policy::{Answer, MonthFacts, Question};
use farthing_store::history::PaymentId;

use super::kept::{Drawn, Kept, last_month};
use super::*;
use crate::clock::now_ms;
use crate::init::tests::wallet;
use crate::journal::{Begun, Ended, Event, Outcome, PaymentKind};
use crate::month::Month;
use crate::wallet::Wallet;

/// A site that answers one request, or hangs up on it; what it heard.
fn site(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/figures", listener.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        let mut piece = [0; 1024];
        while !heard.ends_with(b"}\n") {
            let read = stream.read(&mut piece).unwrap();
            heard.extend_from_slice(&piece[..read]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(heard).unwrap()
    });
    (url, heard)
}

const TAKEN: &str = "HTTP/1.1 204 No Content\r\n\r\n";
const REFUSED: &str = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";

fn kept_file(wallet: &Wallet) -> Result<Vec<u8>, StatisticsError> {
    let mut kept = Vec::new();
    wallet.keep_statistics(|_, bytes| {
        kept = bytes.to_vec();
        Ok(())
    })?;
    Ok(kept)
}

#[tokio::test]
async fn nothing_leaves_until_it_is_switched_on() {
    let (wallet, _folder) = wallet().await;
    assert!(!wallet.statistics().unwrap().on);
    assert!(!wallet.statistics().unwrap().can_send);
    assert!(matches!(kept_file(&wallet), Err(StatisticsError::Off)));
    let nowhere = wallet.post_statistics("http://127.0.0.1:1/").await;
    assert!(matches!(nowhere, Err(StatisticsError::Off)));
    assert_eq!(wallet.statistics().unwrap().epsilon_spent, 0);
}

#[tokio::test]
async fn what_is_shown_is_what_leaves_and_it_is_drawn_once() {
    let (wallet, _folder) = wallet().await;
    let shown = wallet.statistics().unwrap();
    assert_eq!(shown.month, last_month());
    for on in [true, false, true] {
        wallet.set_statistics(on).unwrap();
        // Drawn anew each time, 40 answers would hardly all be the same.
        for _ in 0..40 {
            assert_eq!(wallet.statistics().unwrap().text, shown.text);
        }
    }
    assert_eq!(kept_file(&wallet).unwrap(), shown.text.as_bytes());
    // Again it tells nothing more, and costs nothing more.
    assert_eq!(kept_file(&wallet).unwrap(), shown.text.as_bytes());
    let after = wallet.statistics().unwrap();
    assert_eq!(after.epsilon_spent, after.epsilon_month);

    let (url, heard) = site(TAKEN);
    wallet.post_statistics(&url).await.unwrap();
    let heard = heard.join().unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, shown.text);
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /figures ") && head.contains("sec-gpc: 1"));
    for header in ["user-agent", "cookie", "referer", "authorization"] {
        assert!(!head.contains(header), "{head}");
    }
    let again = wallet.post_statistics(&url).await;
    assert!(matches!(again, Err(StatisticsError::Sent)));
    assert!(!wallet.statistics().unwrap().can_send);
}

#[tokio::test]
async fn what_may_have_arrived_counts_as_sent_and_what_did_not_does_not() {
    let (wallet, _folder) = wallet().await;
    wallet.set_statistics(true).unwrap();
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let unheard = wallet.post_statistics(&nobody).await;
    assert!(matches!(unheard, Err(StatisticsError::NotSent(_))));
    // A practice wallet does not leave the device.
    let outside = wallet.post_statistics("https://figures.example/").await;
    assert!(matches!(outside, Err(StatisticsError::Address(_))));
    assert!(wallet.statistics().unwrap().can_send);

    let (url, heard) = site(REFUSED);
    let refused = wallet.post_statistics(&url).await;
    assert!(matches!(
        refused,
        Err(StatisticsError::Refused { status: 403 })
    ));
    heard.join().unwrap();
    assert!(wallet.statistics().unwrap().can_send);

    let (url, heard) = site("");
    let unanswered = wallet.post_statistics(&url).await;
    assert!(matches!(unanswered, Err(StatisticsError::Unanswered)));
    heard.join().unwrap();
    assert!(!wallet.statistics().unwrap().can_send);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_and_the_same_bytes_can_be_tried_again() {
    let (wallet, _folder) = wallet().await;
    wallet.set_statistics(true).unwrap();
    let full = io::Error::from(io::ErrorKind::StorageFull);
    let failed = wallet.keep_statistics(|_, _| Err(full));
    assert_eq!(failed.unwrap_err().code(), "disk_full");
    let shown = wallet.statistics().unwrap();
    assert_eq!(kept_file(&wallet).unwrap(), shown.text.as_bytes());
}

#[test]
fn six_months_of_a_year_may_leave_and_a_seventh_may_not() {
    let month = |text: &str| text.parse::<Month>().unwrap();
    let drawn = |text: String| Drawn {
        month: text,
        answer: Answer {
            question: Question::PaidTen,
            yes: true,
        },
        left_ms: Some(1),
        sent_ms: None,
    };
    let mut kept = Kept::default();
    for number in 1..=6 {
        assert!(kept.has_budget_for(month("2026-07")));
        kept.months.push(drawn(format!("2026-{number:02}")));
    }
    assert!(!kept.has_budget_for(month("2026-07")));
    assert!(kept.has_budget_for(month("2026-06")), "it left already");
    assert!(kept.has_budget_for(month("2027-01")), "another year");
}

#[tokio::test]
async fn a_month_is_counted_in_what_was_paid_and_in_nobody_s_names() {
    let (wallet, _folder) = wallet().await;
    let pay = |kind, payee: &str, outcome| {
        let payment = PaymentId::random();
        let price = Amount::sat(21);
        let begun = Begun {
            payee: Some(payee.to_owned()),
            ..Begun::of(
                kind,
                "00000000".parse().unwrap(),
                Breakdown::of(price, Vec::new()).unwrap(),
            )
        };
        let ended = Ended {
            outcome,
            settled: Settled::of(price, Vec::new(), Amount::sat(0)).unwrap(),
            proof: None,
            why: None,
        };
        for event in [Event::Begun(begun), Event::Ended(ended)] {
            wallet.write_down(payment, None, &event).unwrap();
        }
    };
    pay(PaymentKind::LnurlPay, "ada@shop.example", Outcome::Paid);
    pay(PaymentKind::LnurlPay, "ada@shop.example", Outcome::Paid);
    pay(PaymentKind::Page, "paper.example", Outcome::Paid);
    pay(PaymentKind::Give, "bob", Outcome::NotPaid);
    pay(PaymentKind::TopUp, "nobody", Outcome::Paid);
    let this = Month::of_ms(now_ms());
    let facts = MonthFacts {
        payments: 3,
        payees: 2,
        by_lightning: 2,
        by_ecash: 0,
        for_pages: 1,
        failed: 1,
    };
    assert_eq!(wallet.facts_of(this).unwrap(), facts);
    let before = wallet.facts_of(this.before()).unwrap();
    assert_eq!(before, MonthFacts::default());
    let text = wallet.statistics().unwrap().text;
    assert!(!text.contains("example"), "{text}");
    assert!(text.len() < 110, "{text}");
}
