//! An issuer that repeats none of its signatures (without NUT-09): what it says otherwise has to do.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::liar::{Liar, Lie, Reply, refusal};
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
