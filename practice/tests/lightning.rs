//! What the Lightning network promises.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that meets the unexpected should stop"
)]

use std::time::Duration;

use cdk_common::util::hex;
use farthing_practice::home::Home;
use farthing_practice::lightning::{
    Behaviour, FRIEND, InvoiceRecord, InvoiceState, MERCHANT, Misfortune, Network, NewInvoice,
    Outcome, PayError, Verdict,
};
use lightning_invoice::Bolt11Invoice;

struct Place {
    network: Network,
    home: Home,
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(dir.path()).unwrap();
        let network = Network::open(dir.path(), &home).unwrap();
        Self { network, home, dir }
    }

    fn restart(self) -> Self {
        let Self { network, home, dir } = self;
        drop(network);
        let network = Network::open(dir.path(), &home).unwrap();
        Self { network, home, dir }
    }

    fn invoice(&self, amount_msat: u64) -> InvoiceRecord {
        self.network
            .invoice(&NewInvoice {
                node: MERCHANT,
                till: "",
                amount_msat: Some(amount_msat),
                description: "a coffee".into(),
                expiry: Duration::from_secs(3_600),
            })
            .unwrap()
    }

    fn state(&self, invoice: &InvoiceRecord) -> InvoiceState {
        self.network.find(&invoice.hash).unwrap().unwrap().state
    }

    fn behave(&self, misfortune: Misfortune) {
        self.network
            .behave(&Behaviour {
                misfortune,
                next: 1,
                delay_ms: 0,
                payment_hash: None,
                from: None,
            })
            .unwrap();
    }

    fn balance(&self, node: &str) -> i64 {
        let flows = self.network.flows().unwrap();
        flows
            .iter()
            .find(|f| f.node == node)
            .map_or(0, |f| f.balance_msat)
    }

    fn assert_nothing_lost(&self) {
        let sum: i64 = self
            .network
            .flows()
            .unwrap()
            .iter()
            .map(|f| f.balance_msat)
            .sum();
        assert_eq!(sum, 0, "money appeared or vanished");
    }

    async fn pay(&self, payer: &str, invoice: &InvoiceRecord) -> Result<Outcome, PayError> {
        self.network
            .pay(payer, &invoice.bolt11, None, None, Some("one"))
            .await
    }
}

#[tokio::test]
async fn an_invoice_is_unpaid_until_someone_pays_it() {
    let place = Place::new();
    let invoice = place.invoice(21_000);
    assert_eq!(place.state(&invoice), InvoiceState::Open);
    let Outcome::Paid(payment, preimage) = place.pay(FRIEND, &invoice).await.unwrap() else {
        panic!("not paid")
    };
    assert_eq!(place.state(&invoice), InvoiceState::Settled);
    assert_eq!((payment.amount_msat, payment.fee_msat), (21_000, 1_105));
    assert_eq!(place.balance(MERCHANT), 21_000);
    assert_eq!(place.balance(FRIEND), -22_105);
    place.assert_nothing_lost();

    use bitcoin::hashes::{Hash, sha256};
    let parsed: Bolt11Invoice = invoice.bolt11.parse().unwrap();
    let hashed = sha256::Hash::hash(&hex::decode(preimage).unwrap());
    assert_eq!(
        &hashed,
        parsed.payment_hash(),
        "the preimage must prove the payment"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_payers_exactly_one_pays() {
    let place = Place::new();
    let invoice = place.invoice(21_000);
    let mut payers = tokio::task::JoinSet::new();
    for n in 0..32 {
        let (network, text) = (place.network.clone(), invoice.bolt11.clone());
        payers.spawn(async move {
            network
                .pay(&format!("payer {n}"), &text, None, None, None)
                .await
        });
    }
    let mut paid = 0;
    while let Some(outcome) = payers.join_next().await {
        match outcome.unwrap() {
            Ok(Outcome::Paid(..)) => paid += 1,
            Err(PayError::AlreadyPaid | PayError::InFlight) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(paid, 1);
    assert_eq!(place.balance(MERCHANT), 21_000);
    place.assert_nothing_lost();
}

#[tokio::test]
async fn asking_again_under_the_same_name_pays_once() {
    let place = Place::new();
    let invoice = place.invoice(21_000);
    place.pay("maple", &invoice).await.unwrap();
    assert!(matches!(
        place.pay("maple", &invoice).await,
        Ok(Outcome::Paid(..))
    ));
    let other = place
        .network
        .pay("maple", &invoice.bolt11, None, None, Some("two"))
        .await;
    assert!(matches!(other, Err(PayError::AlreadyPaid)));
    assert_eq!(place.balance(MERCHANT), 21_000);
}

#[tokio::test]
async fn a_restart_keeps_invoices_payments_and_keys() {
    let place = Place::new();
    let (paid, open) = (place.invoice(21_000), place.invoice(5_000));
    place.pay(FRIEND, &paid).await.unwrap();
    let place = place.restart();
    assert_eq!(place.state(&paid), InvoiceState::Settled);
    assert_eq!(place.state(&open), InvoiceState::Open);
    assert!(matches!(
        place.pay(FRIEND, &open).await,
        Ok(Outcome::Paid(..))
    ));
    let payee = |i: &InvoiceRecord| {
        i.bolt11
            .parse::<Bolt11Invoice>()
            .unwrap()
            .recover_payee_pub_key()
    };
    assert_eq!(payee(&place.invoice(1_000)), payee(&paid));
    place.assert_nothing_lost();
}

#[tokio::test]
async fn a_failed_payment_moves_nothing_and_can_be_tried_again() {
    let place = Place::new();
    let invoice = place.invoice(21_000);
    place.behave(Misfortune::Fail);
    assert!(matches!(
        place.pay("maple", &invoice).await,
        Ok(Outcome::Failed(_))
    ));
    assert_eq!(place.balance(MERCHANT), 0);
    assert!(matches!(
        place.pay("maple", &invoice).await,
        Ok(Outcome::Paid(..))
    ));
    assert_eq!(place.balance(MERCHANT), 21_000);
}

#[tokio::test]
async fn a_held_payment_waits_for_its_release_even_through_a_restart() {
    for (verdict, received) in [(Verdict::Paid, 21_000), (Verdict::Failed, 0)] {
        let place = Place::new();
        let invoice = place.invoice(21_000);
        place.behave(Misfortune::Pending);
        assert!(matches!(
            place.pay("maple", &invoice).await,
            Ok(Outcome::Pending(_))
        ));
        assert!(matches!(
            place.pay(FRIEND, &invoice).await,
            Err(PayError::InFlight)
        ));
        let place = place.restart();
        assert_eq!(place.balance(MERCHANT), 0);
        assert_eq!(
            place.network.release(None, verdict).unwrap(),
            vec![invoice.hash.clone()]
        );
        assert_eq!(place.balance(MERCHANT), received);
        assert!(place.network.release(None, verdict).unwrap().is_empty());
        place.assert_nothing_lost();
    }
}

#[tokio::test]
async fn a_lost_answer_hides_the_truth_and_never_changes_it() {
    let place = Place::new();
    let invoice = place.invoice(21_000);
    place.behave(Misfortune::PaidButUnknown);
    assert!(matches!(
        place.pay("maple", &invoice).await,
        Ok(Outcome::Unknown(_))
    ));
    assert_eq!(place.balance(MERCHANT), 21_000, "the money has moved");
    let seen = place.network.outcome("maple", &invoice.hash).unwrap();
    assert!(
        matches!(seen, Some(Outcome::Unknown(_))),
        "and the payer cannot see it"
    );
    place
        .network
        .release(Some(&invoice.hash), Verdict::Failed)
        .unwrap();
    let seen = place.network.outcome("maple", &invoice.hash).unwrap();
    assert!(
        matches!(seen, Some(Outcome::Paid(..))),
        "money does not move back"
    );
    place.assert_nothing_lost();
}

#[tokio::test]
async fn a_hanging_payer_is_answered_when_released() {
    let place = Place::new();
    let invoice = place.invoice(21_000);
    place.behave(Misfortune::Hang);
    let (network, text) = (place.network.clone(), invoice.bolt11.clone());
    let hanging =
        tokio::spawn(async move { network.pay("maple", &text, None, None, Some("one")).await });
    while place
        .network
        .outcome("maple", &invoice.hash)
        .unwrap()
        .is_none()
    {
        tokio::task::yield_now().await;
    }
    assert_eq!(place.balance(MERCHANT), 0);
    place.network.release(None, Verdict::Paid).unwrap();
    assert!(matches!(hanging.await.unwrap(), Ok(Outcome::Paid(..))));
}

#[tokio::test]
async fn misfortune_spares_the_friend_unless_named() {
    let place = Place::new();
    place.behave(Misfortune::Fail);
    let first = place.invoice(1_000);
    assert!(matches!(
        place.pay(FRIEND, &first).await,
        Ok(Outcome::Paid(..))
    ));
    assert!(matches!(
        place.pay("maple", &place.invoice(1_000)).await,
        Ok(Outcome::Failed(_))
    ));
    assert!(matches!(
        place.pay("maple", &place.invoice(1_000)).await,
        Ok(Outcome::Paid(..))
    ));
}

#[tokio::test]
async fn a_withdrawn_invoice_cannot_be_paid_and_a_paid_one_not_withdrawn() {
    let place = Place::new();
    let invoice = place.invoice(1_000);
    assert!(place.network.withdraw(&invoice.hash).unwrap());
    assert!(matches!(
        place.pay(FRIEND, &invoice).await,
        Err(PayError::Withdrawn)
    ));
    place.network.offer_again(&invoice.hash).unwrap();
    assert!(matches!(
        place.pay(FRIEND, &invoice).await,
        Ok(Outcome::Paid(..))
    ));
    assert!(!place.network.withdraw(&invoice.hash).unwrap());
}

#[tokio::test]
async fn a_route_dearer_than_allowed_is_not_taken() {
    let place = Place::new();
    let invoice = place.invoice(21_000);
    let tried = place
        .network
        .pay("maple", &invoice.bolt11, None, Some(1_104), None)
        .await;
    assert!(matches!(
        tried,
        Err(PayError::FeeTooHigh {
            needed_msat: 1_105,
            allowed_msat: 1_104
        })
    ));
    assert_eq!(place.state(&invoice), InvoiceState::Open);
}

#[tokio::test]
async fn an_expired_invoice_is_not_paid() {
    let place = Place::new();
    let invoice = place
        .network
        .invoice(&NewInvoice {
            node: MERCHANT,
            till: "",
            amount_msat: Some(1_000),
            description: "".into(),
            expiry: Duration::ZERO,
        })
        .unwrap();
    assert!(matches!(
        place.pay(FRIEND, &invoice).await,
        Err(PayError::Expired)
    ));
}
