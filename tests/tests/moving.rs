//! Money that goes from one purse of a person to another: it is theirs at every moment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::person::worth;
use farthing_tests::{Person, Said, Town};
use serde_json::json;

/// Somebody with 1,000 sat at Maple and an empty purse at Harbour, and the two purses.
fn ada(town: &Town, unit: &str) -> (Person, String, String) {
    let ada = town.person("Ada");
    let maple = ada.open_purse(&town.issuer("Maple"), "sat");
    ada.top_up(1_000, "sat", |invoice| drop(town.pay_invoice(invoice)));
    let harbour = ada.open_purse(&town.issuer("Harbour"), unit);
    (ada, maple, harbour)
}

fn moved(person: &Person, amount: &str, from: &str, to: &str) -> Said {
    person.ask(&["move", amount, "--from", from, "--to", to, "--yes"])
}

/// What the issuers owe, all of them together.
fn owed(town: &Town, unit: &str) -> [i64; 2] {
    ["Maple", "Harbour"].map(|issuer| town.books(issuer)[unit].outstanding)
}

#[test]
fn what_is_moved_arrives_costs_what_was_shown_and_is_not_called_spent() {
    let town = Town::open();
    let (ada, maple, harbour) = ada(&town, "sat");
    let receipt = moved(&ada, "400", &maple, &harbour).done();
    assert_eq!(
        (&receipt["outcome"], &receipt["kind"]),
        (&json!("paid"), &json!("move"))
    );
    assert_eq!(receipt["payee"], "Harbour");
    let left = worth(&receipt["left_purse"], "sat");
    assert!((400..=410).contains(&left), "{receipt}");
    assert_eq!(owed(&town, "sat"), [1_000 - left, 400]);
    assert_eq!(ada.balance("sat"), (1_400 - left, 0));

    let costs = ada.ask(&["fees"]).done();
    let total = &costs["totals"][0];
    assert_eq!(worth(&total["paid"], "sat"), 0, "nobody was paid: {costs}");
    assert_eq!(
        worth(&total["received"], "sat"),
        1_000,
        "only what came in first: {costs}"
    );
    assert_eq!(worth(&total["cost"], "sat"), left - 400);
    let merchants = ada.ask(&["merchants"]).done();
    assert_eq!(merchants["merchants"], json!([]), "nobody was met");
}

#[test]
fn satoshis_become_dollars_at_the_price_that_was_shown() {
    let town = Town::open();
    let (ada, maple, harbour) = ada(&town, "usd");
    let receipt = moved(&ada, "50", &maple, &harbour).done();
    assert_eq!(receipt["outcome"], "paid");
    // Ten satoshis a cent.
    assert_eq!(worth(&receipt["paid"], "sat"), 500);
    assert_eq!(ada.balance("usd"), (50, 0));
}

#[test]
fn a_limit_holds_and_the_same_purse_is_no_other() {
    let town = Town::open();
    let (ada, maple, harbour) = ada(&town, "sat");
    let too_dear = ada.ask(&[
        "move",
        "400",
        "--from",
        &maple,
        "--to",
        &harbour,
        "--max-total",
        "400",
        "--yes",
    ]);
    assert_eq!(too_dear.refused(4), "above_max_total");
    assert_eq!(moved(&ada, "400", &maple, &maple).refused(2), "same_purse");
    assert_eq!(
        moved(&ada, "2000", &maple, &harbour).refused(1),
        "not_enough"
    );
    assert_eq!(ada.balance("sat"), (1_000, 0));
    assert_eq!(owed(&town, "sat"), [1_000, 0]);
}

#[test]
fn killed_on_the_way_it_is_in_one_purse_or_the_other_and_never_in_both_or_none() {
    for (party, path, fault) in [
        ("maple", "/v1/melt/bolt11", "hang_before"),
        ("maple", "/v1/melt/bolt11", "hang_after"),
        ("harbour", "/v1/mint/bolt11", "hang_before"),
        ("harbour", "/v1/mint/bolt11", "hang_after"),
    ] {
        let town = Town::open();
        let (ada, maple, harbour) = ada(&town, "sat");
        town.tell(
            "/http/fault",
            &json!({"party": party, "do": fault, "path": path, "next": 1}),
        );
        let running = ada.begin(&["move", "400", "--from", &maple, "--to", &harbour, "--yes"]);
        town.wait_until_asked(party, path);
        running.kill();
        ada.ask(&["recover"]).done();
        ada.ask(&["recover"]).done();
        let (has, held) = ada.balance("sat");
        assert_eq!(held, 0, "{party} {fault}");
        let owed = owed(&town, "sat");
        assert_eq!(owed.iter().sum::<i64>(), has, "{party} {fault}: {owed:?}");
        assert!(owed[1] == 400 || owed[1] == 0, "{party} {fault}: {owed:?}");
        assert!(
            has >= 990,
            "{party} {fault}: only fees are gone, {has} left"
        );
    }
}

#[test]
fn a_move_is_reviewed_like_any_payment() {
    let town = Town::open();
    let (ada, maple, harbour) = ada(&town, "sat");
    // Without a yes it only shows, and says what the question would have been.
    let asked = ada.ask(&["move", "400", "--from", &maple, "--to", &harbour]);
    assert_ne!(asked.code, Some(0));
    assert_eq!(ada.balance("sat"), (1_000, 0));
    let told = ada.tell(&["move", "400", "--from", &maple, "--to", &harbour, "--yes"]);
    assert!(
        told.out.contains("400 sat into your purse at Harbour"),
        "{}",
        told.out
    );
    assert!(told.out.contains("Paid"), "{}", told.out);
}
