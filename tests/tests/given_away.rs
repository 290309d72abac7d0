//! What was given away belongs to whoever got it, whatever the wallet was doing with the same coins when
//! its process died.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::ffi::OsStr;
use std::fs;

use farthing_tests::kill::lasting;
use farthing_tests::person::worth;
use farthing_tests::{Person, Said, Town};

/// Gives 1 out of coins of 2 in the wallet that counts, killed at its point `kill`; the points.
fn give_one(person: &Person, kill: usize) -> (Said, Vec<String>) {
    let counted = person.folder().join("points");
    let at = kill.saturating_add(1).to_string();
    let environment = [
        ("FARTHING_KILL_COUNT", counted.as_os_str()),
        ("FARTHING_KILL_AT", OsStr::new(&at)),
    ];
    let said = person
        .begin_killable(&["give", "1", "--unit", "usd", "--yes"], &environment)
        .end();
    let points = fs::read_to_string(counted).unwrap_or_default();
    (said, points.lines().map(str::to_owned).collect())
}

/// Has two coins of 2 and has given four of 1, in dollars, whose coins cost nothing to use.
fn with_two_coins_of_two(town: &Town, name: &str) -> Person {
    let person = town.person(name);
    person.open_purse(&town.issuer("Harbour"), "usd");
    person.top_up(8, "usd", |invoice| drop(town.pay_invoice(invoice)));
    for _ in 0..4 {
        person.ask(&["give", "1", "--unit", "usd", "--yes"]).done();
    }
    person
}

/// A give that dies around its swap, while the issuer can be reached or not; then everything that is
/// free is given away while it cannot.
fn given_away_after_a_kill(reachable: bool) {
    let mut town = Town::open();
    let bob = town.person("Bob");
    bob.open_purse(&town.issuer("Harbour"), "usd");
    let counting = with_two_coins_of_two(&town, "Ada");
    if !reachable {
        town.close();
    }
    let (said, points) = give_one(&counting, usize::MAX - 1);
    let sent = points
        .iter()
        .position(|point| point.ends_with("before sending /v1/swap"));
    assert!(sent.is_some(), "no swap was needed: {said:#?} {points:#?}");
    let sent = sent.unwrap();
    let asked: Vec<usize> = lasting(&points)
        .into_iter()
        .filter(|at| (*at < sent) == reachable && points[*at].contains("money.db"))
        .collect();
    assert!(!asked.is_empty(), "{points:#?}");
    for at in asked {
        town.reopen();
        let ada = with_two_coins_of_two(&town, &format!("Ada{at}"));
        if !reachable {
            town.close();
        }
        let (killed, passed) = give_one(&ada, at);
        assert_eq!(killed.code, None, "{killed:#?}");
        town.close();
        let free = ada.balance("usd").0;
        let given = ada
            .ask(&["give", &free.to_string(), "--unit", "usd", "--yes"])
            .done();

        town.reopen();
        let _ = ada.ask(&["recover"]);
        let token = given["token"].as_str().unwrap();
        let got = bob.ask(&["redeem", token, "--yes"]);
        assert_eq!(got.code, Some(0), "{at} {:?}: {got:#?}", passed.last());
        assert_eq!(worth(&got.done()["received"], "usd"), free);
    }
}

#[test]
fn what_was_given_away_is_never_taken_by_a_swap_that_died_before_it_was_sent() {
    given_away_after_a_kill(true);
}

#[test]
fn what_was_given_away_is_never_taken_by_a_swap_that_reached_nobody() {
    given_away_after_a_kill(false);
}
