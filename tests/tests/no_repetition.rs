//! An issuer that repeats none of its signatures (without NUT-09): what it says otherwise has to do.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::sync::{Arc, Mutex};

use farthing_tests::liar::{Honest, Liar, Lie, Reply, refusal};
use farthing_tests::{Person, Town};
use serde_json::json;

/// A gift that is taken back, which takes a swap, at an issuer that answers so to it.
struct TakenBack {
    town: Town,
    liar: Liar,
    ada: Person,
    gift: String,
}

impl TakenBack {
    fn answered(swap: Reply, code: i32) -> Self {
        let town = Town::open();
        let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
        let given = ada.ask(&["give", "23", "--yes"]).done();
        let gift = given["payment"].as_str().unwrap().to_owned();
        liar.lie(vec![silent(), Lie::say("POST /v1/swap", swap)]);
        let said = ada.ask(&["redeem", &gift, "--yes"]);
        assert_eq!(said.code, Some(code), "{said:?}");
        liar.lie(vec![silent()]);
        Self {
            town,
            liar,
            ada,
            gift,
        }
    }

    /// Everything is Ada's, and nothing is in use.
    fn is_over(&self) {
        assert_eq!(self.liar.heard("POST /v1/swap"), 1);
        let owed = self.town.books("Maple")["sat"].outstanding;
        assert_eq!(self.ada.balance("sat"), (owed, 0));
    }
}

fn silent() -> Lie {
    let unknown = json!({"detail": "Not Found"});
    Lie::say("POST /v1/restore", Reply::Json(404, unknown))
}

#[test]
fn a_swap_it_refused_sets_no_coins_aside_for_ever() {
    let back = TakenBack::answered(refusal(10_000, "not today"), 1);
    back.ada.ask(&["redeem", &back.gift, "--yes"]).done();
    back.is_over();
}

#[test]
fn a_swap_that_never_arrived_is_made_by_a_recovery() {
    let back = TakenBack::answered(Reply::Nothing, 3);
    let recovered = back.ada.ask(&["recover"]).done();
    assert_eq!(recovered["still_deciding"], json!([]));
    back.is_over();
}

#[test]
fn a_swap_refused_the_second_time_is_found_when_the_first_request_comes_late() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let given = ada.ask(&["give", "23", "--yes"]).done();
    let first = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&first);
    let swap = Lie::new("POST /v1/swap", move |heard, _| {
        let mut first = kept.lock().unwrap();
        match *first {
            Some(_) => refusal(10_000, "not today"),
            None => {
                *first = Some(heard.clone());
                Reply::Nothing
            }
        }
    });
    liar.lie(vec![silent(), swap]);
    ada.ask(&["redeem", given["payment"].as_str().unwrap(), "--yes"])
        .ended(3);
    assert_eq!(liar.heard("POST /v1/swap"), 2);

    let late = first.lock().unwrap().take().unwrap();
    let _ = Honest::at(&town.issuer("Maple")).ask(&late);
    liar.repent();
    ada.ask(&["recover"]).done();
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(ada.balance("sat"), (owed, 0));
}

#[test]
fn a_proven_payment_ends_and_what_it_left_comes_back_when_the_issuer_repeats_it() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let (invoice, hash) = town.merchant_invoice(300_000, "bread");
    liar.lie(vec![
        silent(),
        Lie::say_after("POST /v1/melt/bolt11", Reply::Nothing),
        Lie::edit("GET /v1/melt/quote/bolt11/", |json| {
            json["change"] = json!(null);
        }),
    ]);
    let receipt = ada.ask(&["pay", &invoice, "--yes"]).done();
    assert_eq!(receipt["outcome"], "paid");
    assert_eq!(receipt["proof"]["text"], town.invoice(&hash)["preimage"]);
    assert_eq!(ada.balance("sat").1, 0);

    liar.repent();
    ada.ask(&["recover"]).done();
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(ada.balance("sat"), (owed, 0));
}
