//! What was given away belongs to whoever got it, whatever the wallet was doing with the same coins when
//! its process died.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use farthing_tests::kill::{Run, counted, lasting};
use farthing_tests::person::worth;
use farthing_tests::{Person, Town};

/// Gives 1 out of coins of 2 in the wallet that counts, killed at its point `kill` if one is named.
fn give_one(person: &Person, kill: Option<usize>) -> Run {
    counted(person, &["give", "1", "--unit", "usd", "--yes"], kill)
}

/// Has two coins of 2 and has given four of 1, in dollars, whose coins cost nothing to use.
fn with_two_coins_of_two(town: &Town, name: &str) -> Person {
    let person = town.person_at(name, "Harbour", "usd");
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
    let bob = town.person_at("Bob", "Harbour", "usd");
    let counting = with_two_coins_of_two(&town, "Ada");
    if !reachable {
        town.close();
    }
    let Run { said, points, .. } = give_one(&counting, None);
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
        let died = give_one(&ada, Some(at));
        assert!(died.killed, "{:#?}", died.said);
        town.close();
        let free = ada.balance("usd").0;
        let given = ada
            .ask(&["give", &free.to_string(), "--unit", "usd", "--yes"])
            .done();

        town.reopen();
        let _ = ada.ask(&["recover"]);
        let token = given["token"].as_str().unwrap();
        let got = bob.ask(&["redeem", token, "--yes"]);
        assert_eq!(got.code, Some(0), "{at} {:?}: {got:#?}", died.points.last());
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
