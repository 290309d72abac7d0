//! Two programs on one wallet, many wallets at one token, many hands at one order: one of them
//! does it, the others are told why not, and nothing is doubled or damaged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::collections::BTreeMap;
use std::fs;

use farthing_tests::person::Running;
use farthing_tests::proxy::journeys::in_full;
use farthing_tests::{Person, Said, Town};
use serde_json::json;

/// A few in every run, as many as promised when everything is run.
fn many(some: usize, all: usize) -> usize {
    if in_full() { all } else { some }
}

/// Starts all of them, then waits for each.
fn at_once(all: impl IntoIterator<Item = Running>) -> Vec<Said> {
    let under_way: Vec<Running> = all.into_iter().collect();
    under_way.into_iter().map(Running::end).collect()
}

/// Who lost the race is told so, with exit 6 and nothing moved.
#[track_caller]
fn held_by_another(said: &Said) -> bool {
    if said.code != Some(6) {
        return false;
    }
    assert_eq!(said.refused(6), "wallet_in_use");
    true
}

#[test]
fn of_two_programs_on_one_wallet_each_is_done_whole_or_not_at_all() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 50_000, "sat");
    let races = many(25, 1_000);
    let (mut both, mut one) = (0, 0);
    let mut given = 0;
    for race in 0..races {
        let rival = [
            ["give", "3", "--yes"].as_slice(),
            &["balance"],
            &["recover"],
        ][race % 3];
        let said = at_once([ada.begin(&["give", "2", "--yes"]), ada.begin(rival)]);
        let mut done = 0;
        for said in &said {
            if held_by_another(said) {
                continue;
            }
            let answer = said.done();
            done += 1;
            if answer.get("token").is_some() {
                given += 1;
            }
        }
        match done {
            2 => both += 1,
            1 => one += 1,
            _ => panic!("nobody won: {said:#?}"),
        }
    }
    println!("{races} races: {one} with one winner, {both} one after the other");

    let history = ada.ask(&["history"]).done();
    let gifts = history["payments"].as_array().unwrap().iter();
    let gifts = gifts.filter(|p| p["kind"] == "give").count();
    assert_eq!(
        gifts, given,
        "the journal tells another story than the commands"
    );
    ada.ask(&["recover"]).done();
    ada.ask(&["doctor"]).done();
    assert_eq!(ada.holds("sat"), town.books("Maple")["sat"].outstanding);
}

#[test]
fn a_killed_holder_leaves_no_lock_behind() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 5_000, "sat");
    let kills = many(10, 200);
    for kill in 0..kills {
        let holder = ada.begin(&["give", "2", "--yes"]);
        std::thread::sleep(std::time::Duration::from_millis(37 * (kill as u64 % 11)));
        holder.kill();
        ada.ask(&["balance"]).done();
    }
    println!("{kills} holders killed");
    ada.ask(&["recover"]).done();
    ada.ask(&["doctor"]).done();
    assert_eq!(ada.holds("sat"), town.books("Maple")["sat"].outstanding);
}

#[test]
fn of_many_who_make_a_wallet_in_one_place_one_does() {
    let town = Town::open();
    for round in 0..many(2, 30) {
        let ada = Person::new(&format!("Ada {round}"));
        let url = town.url();
        let make = ["init", "--practice", &url, "--keychain", "none"];
        let said = at_once((0..4).map(|_| ada.begin(&make)));
        let mut made = Vec::new();
        for said in &said {
            match said.code {
                Some(0) => made.push(said.json()["words"].clone()),
                Some(6) => assert_eq!(said.refused(6), "wallet_in_use"),
                _ => assert_eq!(said.refused(1), "wallet_exists"),
            }
        }
        assert_eq!(made.len(), 1, "{said:#?}");
        ada.open_purse(&town.issuer("Maple"), "sat");
        ada.top_up(64, "sat", |invoice| drop(town.pay_invoice(invoice)));
        // The words that were shown are this wallet's.
        let words: Vec<&str> = made[0]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap())
            .collect();
        fs::rename(ada.home(), ada.folder().join("elsewhere")).unwrap();
        let restore = [
            "init",
            "--restore",
            "--practice",
            &url,
            "--keychain",
            "none",
        ];
        ada.ask_with_input(&restore, Some(&format!("{}\n", words.join(" "))))
            .done();
        ada.open_purse(&town.issuer("Maple"), "sat");
        assert_eq!(ada.balance("sat"), (64, 0));
    }
}

#[test]
fn a_token_redeemed_by_many_at_once_is_credited_once() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let count = many(6, 100);
    let crowd: Vec<Person> = (0..count)
        .map(|n| {
            let person = town.person(&format!("Redeemer {n}"));
            person.open_purse(&town.issuer("Maple"), "sat");
            person
        })
        .collect();
    let given = ada.ask(&["give", "100", "--yes"]).done();
    let token = given["token"].as_str().unwrap();
    let said = at_once(crowd.iter().map(|p| p.begin(&["redeem", token, "--yes"])));
    let done = said.iter().filter(|said| said.code == Some(0)).count();
    // Who cannot know yet says so; nobody else says it is theirs.
    for said in said.iter().filter(|said| said.code != Some(0)) {
        let answer = said.json();
        let told = said.code == Some(3) || answer["error"]["money"] == "safe";
        assert!(told, "{said:#?}");
    }
    assert!(done <= 1, "{said:#?}");
    let mut credited = 0;
    for person in &crowd {
        person.ask(&["recover"]).done();
        let (spendable, pending) = person.balance("sat");
        assert_eq!(pending, 0);
        if spendable > 0 {
            assert_eq!(spendable, 100);
            credited += 1;
        }
    }
    assert_eq!(credited, 1, "{said:#?}");
    ada.ask(&["recover"]).done();
    let (left, pending) = ada.balance("sat");
    assert_eq!(pending, 0);
    assert_eq!(left + 100, town.books("Maple")["sat"].outstanding);
    println!("one token, {count} redeemers at once, credited once");
}

#[test]
fn an_order_and_an_invoice_paid_many_times_at_once_are_paid_once() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 20_000, "sat");
    let (rounds, hands) = (many(2, 10), many(4, 10));
    for _ in 0..rounds {
        let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
        let (invoice, hash) = town.merchant_invoice(30_000, "once");
        for code in [order["request"].as_str().unwrap(), &invoice] {
            let before = ada.balance("sat").0;
            let pay = ["pay", code, "--yes"];
            let mut said = at_once((0..hands).map(|_| ada.begin(&pay)));
            // And once more, when nobody is in the way.
            said.push(ada.ask(&pay));
            let mut how = BTreeMap::<String, usize>::new();
            let mut left = 0;
            for said in &said {
                if held_by_another(said) {
                    *how.entry("another was busy".to_owned()).or_default() += 1;
                } else if said.code == Some(0) {
                    let answer = said.json();
                    assert_eq!(answer["outcome"], "paid");
                    left = farthing_tests::person::worth(&answer["left_purse"], "sat");
                    *how.entry("paid".to_owned()).or_default() += 1;
                } else {
                    *how.entry(said.refused(1)).or_default() += 1;
                }
            }
            println!("{hands} hands at once, then one: {how:?}");
            assert_eq!(how["paid"], 1, "{said:#?}");
            assert_eq!(ada.balance("sat"), (before - left, 0));
        }
        assert_eq!(town.look(&order)["state"], "paid");
        assert_eq!(town.invoice(&hash)["state"], "settled");
    }
}

#[test]
fn an_order_paid_by_many_wallets_at_once_is_paid_once_and_the_others_keep_theirs() {
    let town = Town::open();
    let count = many(4, 40);
    let crowd: Vec<Person> = (0..count)
        .map(|n| town.person_with(&format!("Payer {n}"), "Maple", 100, "sat"))
        .collect();
    let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
    let code = order["request"].as_str().unwrap();
    let said = at_once(crowd.iter().map(|p| p.begin(&["pay", code, "--yes"])));
    let paid = said.iter().filter(|said| said.code == Some(0)).count();
    assert_eq!(paid, 1, "{said:#?}");
    assert_eq!(town.look(&order)["state"], "paid");
    let mut held = 0;
    for (person, said) in crowd.iter().zip(&said) {
        person.ask(&["recover"]).done();
        let (spendable, pending) = person.balance("sat");
        assert_eq!(pending, 0, "{said:#?}");
        if said.code != Some(0) {
            assert_eq!(said.json()["outcome"], "not_paid", "{said:#?}");
            assert!(spendable >= 97, "{spendable} left: {said:#?}");
        }
        held += spendable;
    }
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(held + town.shop_holds("Maple", "sat"), owed);
    println!("one order, {count} payers at once, paid once");
}
