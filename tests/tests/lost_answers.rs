//! Whatever a line loses, cuts, doubles, delays or reorders: within three starts everything is
//! decided, nobody loses money, and nobody is paid twice.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::time::Duration;

use farthing_tests::proxy::Fault;
use farthing_tests::proxy::journeys::{Blow, DEEDS, Deed, Misfortune, Stage, bad_lines, in_full};

/// Longer than the wallet waits for anything.
const TOO_LATE: Duration = Duration::from_secs(61);

fn during(deed: Vec<(usize, Blow)>) -> Misfortune {
    Misfortune {
        deed,
        ..Misfortune::default()
    }
}

/// What may happen to the `nth` request: every fault by itself, the same with the answer to a
/// later request lost too, and the request carried out only when a later one arrives.
fn misfortunes(nth: usize) -> Vec<Misfortune> {
    let lost = |later| (nth + later, Blow::Line(Fault::LoseAnswer));
    let mut all = Vec::new();
    for blow in bad_lines() {
        all.push(during(vec![(nth, blow.clone())]));
        // The others end in one of these, as far as the wallet can see.
        if matches!(
            blow,
            Blow::Line(Fault::LoseRequest | Fault::LoseAnswer | Fault::OtherAnswer(500, _))
        ) {
            all.extend((1..=3).map(|later| during(vec![(nth, blow.clone()), lost(later)])));
        }
    }
    for later in 1..=2 {
        all.push(during(vec![
            (nth, Blow::Line(Fault::Hold)),
            (nth + later, Blow::Line(Fault::AfterHeld)),
        ]));
        // Or only once the wallet asks what became of it.
        all.push(Misfortune {
            deed: vec![(nth, Blow::Line(Fault::Hold))],
            recovery: vec![(later - 1, Blow::Line(Fault::AfterHeld))],
        });
    }
    all
}

fn requests_of(stage: &mut Stage, deed: Deed) -> usize {
    let clean = stage.play(deed, &Misfortune::default());
    clean.deed.requests.len().max(1)
}

/// Every request of every deed, with each misfortune. A short run loses every request and every
/// answer once, and plays one of each deed's other misfortunes.
fn any_line_may_fail(issuer: &'static str, skip: usize) {
    let mut stage = Stage::set(issuer);
    let mut cases = Vec::new();
    for deed in DEEDS {
        for nth in 0..requests_of(&mut stage, deed) {
            cases.extend(misfortunes(nth).into_iter().map(|one| (deed, one)));
        }
    }
    let of = cases.len();
    if !in_full() {
        for _ in 0..skip {
            stage.pick(of);
        }
        let (lost, others) = cases.into_iter().partition(|(_, one)| is_one_loss(one));
        cases = lost;
        cases.extend(stage.sample(others, 1));
    }
    stage.play_all(&cases, of);
}

fn is_one_loss(misfortune: &Misfortune) -> bool {
    matches!(
        &misfortune.deed[..],
        [(_, Blow::Line(Fault::LoseRequest | Fault::LoseAnswer))]
    ) && misfortune.recovery.is_empty()
}

#[test]
fn whatever_the_line_does_the_money_adds_up_where_answers_are_repeated() {
    any_line_may_fail("Maple", 0);
}

#[test]
fn whatever_the_line_does_the_money_adds_up_where_answers_come_once() {
    any_line_may_fail("Harbour", 1);
}

#[test]
fn an_answer_that_comes_after_the_wallet_gave_up_changes_nothing() {
    let mut stage = Stage::set("Maple");
    let mut cases = Vec::new();
    for deed in DEEDS {
        if !in_full() && deed != Deed::Redeem {
            continue;
        }
        for nth in 0..requests_of(&mut stage, deed) {
            let late = Blow::Line(Fault::Late(TOO_LATE));
            cases.push((deed, during(vec![(nth, late)])));
        }
    }
    let of = cases.len();
    if !in_full() {
        // The swap itself.
        cases.drain(..of - 1);
    }
    stage.play_all(&cases, of);
}

#[test]
fn a_swap_that_arrives_between_two_questions_about_it_is_not_taken_for_anothers() {
    let mut stage = Stage::set("Maple");
    let held = (0, Blow::Line(Fault::Hold));
    let after = (2, Blow::Line(Fault::AfterHeld));
    let journey = stage.play(Deed::Redeem, &during(vec![held, after]));
    assert_eq!(journey.deed.struck, 2, "{journey:?}");
}
