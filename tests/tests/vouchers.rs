//! Vouchers: money that comes in once, whatever happens on the way.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::liar::{Liar, Lie, Reply};
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

/// What is said at a door before the kiosk, with the door's address in place of its own; whether
/// any voucher is cashed there.
fn at_the_door(kiosk: &str, door: &str, open: bool) -> Lie {
    let (kiosk, door) = (kiosk.to_owned(), door.to_owned());
    Lie::new("GET /voucher/", move |heard, honest| {
        if !open && heard.what.contains("/cash") {
            return Reply::Json(200, json!({"status": "ERROR", "reason": "Closed today."}));
        }
        let (status, told) = honest.ask(heard).json();
        let told = told.to_string().replace(&kiosk, &door);
        Reply::Json(status, serde_json::from_str(&told).unwrap())
    })
}

#[test]
fn a_voucher_refused_once_is_redeemed_when_it_is_tried_again() {
    let town = Town::open();
    let ada = with_purse(&town);
    let fifty = voucher(&town, 50);
    let (kiosk, path) = text(&fifty, "url").split_once("/voucher/").unwrap();
    let door = Liar::before(kiosk);
    let place = door.url().strip_prefix("http://").unwrap();
    let shown = format!("lnurlw://{place}/voucher/{path}");

    door.lie(vec![at_the_door(kiosk, door.url(), false)]);
    let refused = ada.ask(&["redeem", &shown, "--yes"]);
    assert_eq!(refused.refused(1), "site_refused");
    assert_eq!(ada.balance("sat"), (0, 0));

    door.lie(vec![at_the_door(kiosk, door.url(), true)]);
    let redeemed = ada.ask(&["redeem", &shown, "--yes"]).done();
    assert_eq!(worth(&redeemed["received"], "sat"), 50);
    ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat"), (50, 0));
    assert_eq!(town.books("Maple")["sat"].outstanding, 50);
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
