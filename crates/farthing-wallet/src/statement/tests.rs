use std::io;

use farthing_money::{Amount, Breakdown, FeeKind, PaidFee, Settled};
use farthing_store::history::{MerchantId, PaymentId};

use super::*;
use crate::day::Day;
use crate::init::tests::wallet;
use crate::journal::{Begun, Ended, Event, Outcome, PaymentKind, Proof};
use crate::review::Payee;
use crate::success::After;
use crate::wallet::Wallet;

const PREIMAGE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
// head -c 32 /dev/zero | sha256sum
const HASH: &str = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";

fn shop(wallet: &Wallet, name: &str) -> MerchantId {
    let payee = Payee {
        id: format!("https://{name}"),
        name: name.to_owned(),
        origin: Some(format!("https://{name}")),
        first_time: true,
    };
    wallet.meet(&payee).unwrap().unwrap()
}

fn pay(wallet: &Wallet, to: Option<MerchantId>, payee: &str, outcome: Outcome) -> PaymentId {
    let payment = PaymentId::random();
    let price = Amount::sat(21);
    let begun = Begun {
        payee: Some(payee.to_owned()),
        note: Some(format!("mine about {payee}")),
        ..Begun::of(
            PaymentKind::LightningInvoice,
            "00000000".parse().unwrap(),
            Breakdown::of(price, Vec::new()).unwrap(),
        )
    };
    wallet
        .write_down(payment, to, &Event::Begun(begun))
        .unwrap();
    let fee = PaidFee::new(FeeKind::Network, "Lightning", Amount::sat(2)).unwrap();
    let ended = Ended {
        outcome,
        settled: Settled::of(price, vec![fee], Amount::sat(0)).unwrap(),
        proof: Some(Proof {
            kind: "preimage".to_owned(),
            text: PREIMAGE.to_owned(),
        }),
        why: None,
    };
    if outcome != Outcome::StillDeciding {
        wallet
            .write_down(payment, to, &Event::Ended(ended))
            .unwrap();
    }
    payment
}

fn of_shop(merchant: MerchantId) -> SliceOf {
    SliceOf {
        merchant: Some(merchant),
        ..SliceOf::default()
    }
}

#[tokio::test]
async fn a_statement_of_one_shop_has_its_payments_and_nothing_else() {
    let (wallet, _folder) = wallet().await;
    let (ours, other) = (
        shop(&wallet, "ours.example"),
        shop(&wallet, "other.example"),
    );
    pay(&wallet, Some(ours), "ours.example", Outcome::Paid);
    pay(&wallet, Some(other), "other.example", Outcome::Paid);
    pay(&wallet, Some(ours), "ours.example", Outcome::NotPaid);
    pay(&wallet, Some(ours), "ours.example", Outcome::StillDeciding);

    let bare = wallet.statement(&of_shop(ours)).unwrap();
    let outcomes: Vec<Outcome> = bare.lines.iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [Outcome::Paid, Outcome::StillDeciding]);
    for line in &bare.lines {
        assert_eq!(line.payee.as_deref(), Some("ours.example"));
        assert_eq!((&line.note, &line.proof, &line.fees), (&None, &None, &None));
    }
    assert_eq!(
        bare.left_out(),
        [
            LeftOut::Note,
            LeftOut::Proof,
            LeftOut::Fees,
            LeftOut::OtherPayees
        ]
    );
    assert!(!format!("{bare:?}").contains("mine about"));

    let with = StatementParts {
        note: true,
        proof: true,
        fees: true,
    };
    let whole = wallet
        .statement(&SliceOf {
            with,
            ..of_shop(ours)
        })
        .unwrap();
    let first = &whole.lines[0];
    assert_eq!(first.note.as_deref(), Some("mine about ours.example"));
    assert_eq!(first.fees.as_ref().unwrap().len(), 1);
    let proof = first.proof.as_ref().unwrap();
    assert_eq!(proof.text.as_deref(), Some(PREIMAGE));
    assert_eq!(proof.payment_hash.as_deref(), Some(HASH));
    assert_eq!(whole.left_out(), [LeftOut::OtherPayees]);
}

#[tokio::test]
async fn a_statement_is_of_something_chosen_and_of_something_that_happened() {
    let (wallet, _folder) = wallet().await;
    let ours = shop(&wallet, "ours.example");
    let everything = wallet.statement(&SliceOf::default());
    assert!(matches!(everything, Err(StatementError::OfEverything)));
    let nothing = wallet.statement(&of_shop(ours));
    assert!(matches!(nothing, Err(StatementError::Empty)));
    let nobody = wallet.statement(&of_shop(MerchantId::from_i64(77)));
    assert!(matches!(nobody, Err(StatementError::NoSuchMerchant)));

    let failed = pay(&wallet, Some(ours), "ours.example", Outcome::NotPaid);
    let one = SliceOf {
        payment: Some(failed),
        ..SliceOf::default()
    };
    // Named, it is there whatever became of it.
    let dispute = wallet.statement(&one).unwrap();
    assert_eq!(dispute.lines[0].outcome, Outcome::NotPaid);
    assert_eq!(dispute.payee.as_deref(), Some("ours.example"));
    let other = shop(&wallet, "other.example");
    let of_another = wallet.statement(&SliceOf {
        merchant: Some(other),
        ..one
    });
    assert!(matches!(of_another, Err(StatementError::NoSuchPayment)));
}

#[tokio::test]
async fn an_invoice_is_named_only_where_it_was_paid() {
    let (wallet, _folder) = wallet().await;
    let after: After = serde_json::from_str(&format!(r#"{{"payment_hash":"{HASH}"}}"#)).unwrap();
    for (outcome, named) in [
        (Outcome::Paid, Some(HASH)),
        (Outcome::NotPaid, None),
        (Outcome::StillDeciding, None),
    ] {
        let payment = PaymentId::random();
        let price = Amount::sat(21);
        let begun = Begun {
            after: Some(Box::new(after.clone())),
            ..Begun::of(
                PaymentKind::LnurlPay,
                "00000000".parse().unwrap(),
                Breakdown::of(price, Vec::new()).unwrap(),
            )
        };
        wallet
            .write_down(payment, None, &Event::Begun(begun))
            .unwrap();
        if outcome != Outcome::StillDeciding {
            let ended = Ended {
                outcome,
                settled: Settled::of(price, Vec::new(), Amount::sat(0)).unwrap(),
                proof: None,
                why: None,
            };
            wallet
                .write_down(payment, None, &Event::Ended(ended))
                .unwrap();
        }
        let with = StatementParts {
            proof: true,
            ..StatementParts::default()
        };
        let of = SliceOf {
            payment: Some(payment),
            with,
            ..SliceOf::default()
        };
        let statement = wallet.statement(&of).unwrap();
        let proof = statement.lines[0].proof.as_ref().unwrap();
        assert_eq!(proof.payment_hash.as_deref(), named, "{outcome:?}");
    }
}

#[tokio::test]
async fn days_bound_a_statement_and_the_last_is_part_of_it() {
    let (wallet, _folder) = wallet().await;
    pay(&wallet, None, "somebody", Outcome::Paid);
    let today = Day::today();
    let days = |since, until| SliceOf {
        since: Some(since),
        until: Some(until),
        ..SliceOf::default()
    };
    let of_today = wallet.statement(&days(today, today)).unwrap();
    assert_eq!(of_today.lines.len(), 1);
    assert!(!of_today.left_out().contains(&LeftOut::OtherPayees));
    let yesterday = Day::of_ms(today.starts_ms() - 1);
    let before = wallet.statement(&days(yesterday, yesterday));
    assert!(matches!(before, Err(StatementError::Empty)));
    let backwards = wallet.statement(&days(today, yesterday));
    assert!(matches!(backwards, Err(StatementError::Backwards)));
}

#[tokio::test]
async fn what_is_handed_over_is_written_down_before_a_byte_of_it_is_outside() {
    let (wallet, _folder) = wallet().await;
    let ours = shop(&wallet, "ours.example");
    pay(&wallet, Some(ours), "ours.example", Outcome::Paid);
    let whom = Some("my\naccountant".to_owned());
    let statement = wallet
        .statement(&SliceOf {
            whom,
            ..of_shop(ours)
        })
        .unwrap();
    let how = HandOver {
        form: "report",
        text: b"Ada L",
        opened_by: None,
    };
    let mut kept = Vec::new();
    let hash = wallet
        .hand_over(&statement, how, |file| {
            let there = wallet.statements().unwrap();
            assert_eq!(there.len(), 1, "it left before it was written down");
            kept = file.to_vec();
            Ok(())
        })
        .unwrap();
    assert_eq!(kept, b"Ada L");
    let made = wallet.statements().unwrap().remove(0);
    assert_eq!(made.hash, hash);
    assert_eq!(made.whom.as_deref(), Some("my accountant"));
    assert_eq!(made.merchant, Some((ours, "ours.example".to_owned())));
    assert_eq!((made.payments, made.sealed), (1, false));

    // One that could not be written did not leave, and the journal says so.
    let full = || io::Error::from(io::ErrorKind::StorageFull);
    let failed = wallet.hand_over(&statement, how, |_| Err(full()));
    assert_eq!(failed.unwrap_err().code(), "disk_full");
    assert_eq!(wallet.statements().unwrap().len(), 1);

    // It is remembered under the shop's key, and forgotten with it.
    wallet.forget_merchant(ours).unwrap();
    assert_eq!(wallet.statements().unwrap(), []);
}
