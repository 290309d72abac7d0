//! The wallet is killed at every write to its files and at every request, and again while it
//! recovers: nobody loses money, nobody is paid twice, and the journal knows.
//!
//! With `FARTHING_FULL=1`: at every point, and then again at every point of the recovery after
//! which something lasts; at a second issuer of other habits, at the lasting points. That takes
//! hours. With `FARTHING_FULL=once`: one kill at a time, at every point; with `lasting`, at the
//! lasting ones. Otherwise a few of each deed, the same in every run.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a full run is read for its counts")]

use std::collections::BTreeSet;

use farthing_tests::kill::{Deed, Kills, Run, Street, lasting};

/// How many kills of each deed are played where not all are, and how many of two in a row.
const SOME: (usize, usize) = (4, 2);

fn killed_at_any_moment(deed: Deed, issuers: [&'static str; 2]) {
    let extent = std::env::var("FARTHING_FULL").unwrap_or_default();
    let mut tally = Tally::default();
    let [first, second] = issuers;
    let mut street = Street::open(first);
    match extent.as_str() {
        "1" => {
            let points = everywhere(&mut street, deed, &mut tally);
            and_again(&mut street, deed, &points, &mut tally);
            where_it_lasts(&mut Street::open(second), deed, &mut tally);
        }
        "once" => drop(everywhere(&mut street, deed, &mut tally)),
        "lasting" => where_it_lasts(&mut street, deed, &mut tally),
        _ => somewhere(&mut street, deed, &mut tally),
    }
    println!(
        "{deed:?}: {} points, {} kills, {} double kills, {} wrong",
        tally.points,
        tally.once,
        tally.twice,
        tally.wrong.len()
    );
    assert!(tally.wrong.is_empty(), "\n{}\n", tally.wrong.join("\n\n"));
}

#[derive(Default)]
struct Tally {
    points: usize,
    once: usize,
    twice: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Plays one case; whether every kill happened. What did not hold is kept for the end.
    fn play(&mut self, street: &mut Street, deed: Deed, kills: &Kills) -> Vec<Vec<String>> {
        match street.play(deed, kills) {
            Ok(case) => {
                let where_to = |run: &Run| run.points.last().cloned().unwrap_or_default();
                let places: Vec<String> = case.runs.iter().map(where_to).collect();
                println!("{deed:?} {kills:?}: {}", places.join(" / "));
                let last = case.runs.last().is_some_and(|run| run.killed);
                match (kills.len(), last) {
                    (1, true) => self.once += 1,
                    (2, true) => self.twice += 1,
                    _ => {}
                }
                case.runs.into_iter().map(|run| run.points).collect()
            }
            Err(why) => {
                println!("{why}\n");
                self.wrong.push(why);
                Vec::new()
            }
        }
    }

    /// The points of the run that is not killed: after the kills of `before`.
    fn points(&mut self, street: &mut Street, deed: Deed, before: Option<usize>) -> Vec<String> {
        let kills = before.map_or(Vec::new(), |at| vec![at, usize::MAX]);
        self.play(street, deed, &kills).pop().unwrap_or_default()
    }

    /// Others go on with it from time to time.
    fn relieve(&mut self, street: &mut Street, deed: Deed) {
        if street.relieve_people() {
            // The first time keys are fetched; after that a deed is what it always is.
            self.points(street, deed, None);
        }
    }
}

fn everywhere(street: &mut Street, deed: Deed, tally: &mut Tally) -> Vec<String> {
    // The first time is not like the others.
    tally.points(street, deed, None);
    let points = tally.points(street, deed, None);
    tally.points += points.len();
    for at in 0..points.len() {
        tally.relieve(street, deed);
        tally.play(street, deed, &vec![at]);
    }
    points
}

fn and_again(street: &mut Street, deed: Deed, points: &[String], tally: &mut Tally) {
    for first in lasting(points) {
        tally.relieve(street, deed);
        let recovery = tally.points(street, deed, Some(first));
        for second in lasting(&recovery) {
            tally.play(street, deed, &vec![first, second]);
        }
    }
}

fn where_it_lasts(street: &mut Street, deed: Deed, tally: &mut Tally) {
    tally.points(street, deed, None);
    let points = tally.points(street, deed, None);
    tally.points += points.len();
    for at in lasting(&points) {
        tally.relieve(street, deed);
        tally.play(street, deed, &vec![at]);
    }
}

fn somewhere(street: &mut Street, deed: Deed, tally: &mut Tally) {
    let points = tally.points(street, deed, None);
    tally.points += points.len();
    let last = lasting(&points);
    let mut picked = BTreeSet::new();
    for _ in 0..SOME.0 {
        picked.insert(street.pick(points.len()));
    }
    for at in picked {
        tally.play(street, deed, &vec![at]);
    }
    for _ in 0..SOME.1 {
        let Some(first) = last.get(street.pick(last.len())) else {
            break;
        };
        let second = street.pick(points.len().min(20));
        tally.play(street, deed, &vec![*first, second]);
    }
}

const FEES_FIRST: [&str; 2] = ["Harbour", "Maple"];
const MAPLE_FIRST: [&str; 2] = ["Maple", "Harbour"];

#[test]
fn a_wallet_whose_making_was_cut_short_can_be_made_or_used() {
    killed_at_any_moment(Deed::Init, MAPLE_FIRST);
}

#[test]
fn a_purse_whose_adding_was_cut_short_is_there_once() {
    killed_at_any_moment(Deed::AddPurse, FEES_FIRST);
}

#[test]
fn a_top_up_whose_invoice_was_shown_arrives_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::TopUp, MAPLE_FIRST);
}

#[test]
fn moved_money_is_in_one_purse_or_the_other_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::Move, MAPLE_FIRST);
}

#[test]
fn a_paid_top_up_is_collected_once_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::Collect, FEES_FIRST);
}

#[test]
fn a_gift_is_given_or_not_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::Give, FEES_FIRST);
}

#[test]
fn e_cash_is_redeemed_once_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::Redeem, FEES_FIRST);
}

#[test]
fn a_shop_is_paid_once_or_not_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::PayShop, FEES_FIRST);
}

#[test]
fn an_invoice_is_paid_once_or_not_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::PayInvoice, MAPLE_FIRST);
}

#[test]
fn an_offer_is_paid_once_or_not_whenever_the_wallet_dies() {
    // The other issuer pays none.
    killed_at_any_moment(Deed::PayOffer, ["Maple", "Maple"]);
}

#[test]
fn an_invoice_without_a_way_costs_nobody_anything_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::PayInVain, FEES_FIRST);
}

#[test]
fn a_page_is_paid_once_and_read_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::FetchPage, MAPLE_FIRST);
}

#[test]
fn a_page_for_e_cash_is_paid_once_and_read_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::FetchForCash, FEES_FIRST);
}

#[test]
fn a_voucher_brings_its_money_once_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::Voucher, FEES_FIRST);
}

#[test]
fn who_is_paid_and_told_is_paid_once_and_what_left_is_written_down_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::PayAndTell, MAPLE_FIRST);
}

#[test]
fn a_merchant_is_forgotten_and_nobody_else_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::Forget, MAPLE_FIRST);
}

#[test]
fn a_gift_is_taken_back_once_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::TakeBack, FEES_FIRST);
}

#[test]
fn that_a_payment_went_through_is_learnt_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::LearnPaid, MAPLE_FIRST);
}

#[test]
fn that_a_payment_failed_is_learnt_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::LearnFailed, FEES_FIRST);
}

#[test]
fn a_restoring_that_was_cut_short_can_be_done_again() {
    killed_at_any_moment(Deed::Restore, MAPLE_FIRST);
}

#[test]
fn a_wallet_is_erased_or_all_there_and_its_words_reach_the_money_whenever_it_dies() {
    killed_at_any_moment(Deed::Erase, MAPLE_FIRST);
}

#[test]
fn the_words_bring_everything_back_whenever_the_wallet_dies() {
    killed_at_any_moment(Deed::RestorePurse, FEES_FIRST);
}
