//! Vouchers: money that comes in once, whatever happens on the way.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::worth;
use farthing_tests::{Person, Town};
use serde_json::{Value, json};

/// A fresh voucher of the kiosk.
fn voucher(town: &Town, sat: u64) -> Value {
    let msat = sat * 1_000;
    town.tell("/kiosk", &json!({"min_msat": msat, "max_msat": msat}))
}

fn text<'a>(voucher: &'a Value, spelling: &str) -> &'a str {
    voucher[spelling].as_str().unwrap()
}

fn with_purse(town: &Town) -> Person {
    town.person_at("Ada", "Maple", "sat")
}

#[test]
fn a_voucher_is_worth_its_money_once() {
    let town = Town::open();
    let ada = with_purse(&town);
    let fifty = voucher(&town, 50);

    // It is not paid by mistake, and looking at it takes nothing.
    assert_eq!(
        ada.ask(&["review", text(&fifty, "lnurl")]).refused(2),
        "code_is_money"
    );
    let redeemed = ada.ask(&["redeem", text(&fifty, "lnurl"), "--yes"]).done();
    assert_eq!(redeemed["outcome"], "paid");
    assert_eq!(worth(&redeemed["received"], "sat"), 50);
    assert_eq!(ada.balance("sat"), (50, 0));
    for spelling in ["lnurl", "scheme"] {
        assert_eq!(
            ada.ask(&["redeem", text(&fifty, spelling), "--yes"])
                .refused(1),
            "already_redeemed"
        );
        // Taken for something to pay, it is still known for what it was.
        assert_eq!(
            ada.ask(&["review", text(&fifty, spelling)]).refused(2),
            "code_is_money"
        );
    }
    assert_eq!(ada.balance("sat"), (50, 0));
    assert_eq!(town.books("Maple")["sat"].outstanding, 50);

    let eve = with_purse(&town);
    assert_eq!(
        eve.ask(&["redeem", text(&fifty, "scheme"), "--yes"])
            .refused(1),
        "site_refused"
    );
}

#[test]
fn a_wallet_killed_in_the_middle_gets_its_money_and_gets_it_once() {
    for lost in ["hang_before", "hang_after", "lose_answer"] {
        let town = Town::open();
        let ada = with_purse(&town);
        let fifty = voucher(&town, 50);
        let path = text(&fifty, "url").split_once("/voucher/").unwrap().1;
        town.tell(
            "/http/fault",
            &json!({"party": "kiosk", "do": lost, "path": format!("/voucher/{path}/cash"), "next": 1}),
        );
        let running = ada.begin(&["redeem", text(&fifty, "scheme"), "--yes"]);
        town.wait_until_asked("kiosk", "cash");
        running.kill();
        let again = ada.ask(&["redeem", text(&fifty, "scheme"), "--yes"]);
        let told = again.json();
        assert!(
            told["outcome"] == "paid" || told["error"]["code"] == "already_redeemed",
            "{lost}: {told}"
        );
        assert_eq!(ada.balance("sat"), (50, 0), "{lost}");
        assert_eq!(town.books("Maple")["sat"].outstanding, 50, "{lost}");
    }
}
