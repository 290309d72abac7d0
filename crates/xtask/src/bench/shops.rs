//! Many shops: what one of them may learn, and forgetting one of them.

use super::Bench;
use super::piles::{inside, three, with_a_payment};
use super::table::Table;
use super::wallets::Brand;
use crate::Outcome;
use crate::steps::Step;

/// Deciding for one of many, and forgetting one of many with many payments.
pub(super) fn many(step: &Step, bench: &Bench, brand: &Brand) -> Outcome<String> {
    let [with_switches, with_payments, payments] = bench.shops;
    let mut table = Table::new(&["what", "shops", "payments", "median, p95, max"]);
    step.note(&format!("{with_switches} shops with switches on"));
    let wallet = with_a_payment(bench, brand, "shops-switches")?;
    let mut fill = inside(bench, &["shops"], &wallet);
    bench.tell(step, fill.args([with_switches.to_string(), "0".to_owned()]))?;
    let decided = [bench.ask(&mut inside(bench, &["decide"], &wallet))?];
    for (what, field) in [
        ("deciding, its row read", "/one"),
        ("deciding alone", "/alone"),
        ("deciding alone, for all of them", "/all"),
    ] {
        table.row(&[
            what.to_owned(),
            with_switches.to_string(),
            "0".to_owned(),
            three(&decided, field),
        ]);
    }
    step.note(&format!("{with_payments} shops with {payments} payments"));
    let wallet = with_a_payment(bench, brand, "shops-payments")?;
    let mut fill = inside(bench, &["shops"], &wallet);
    bench.tell(
        step,
        fill.args([with_payments.to_string(), payments.to_string()]),
    )?;
    let forgot = [bench.ask(&mut inside(bench, &["forget"], &wallet))?];
    table.row(&[
        "forgetting one".to_owned(),
        with_payments.to_string(),
        payments.to_string(),
        three(&forgot, "/forget"),
    ]);
    Ok(format!(
        "Milliseconds, by the wall and in brackets what the thread worked; deciding for a thousand \
         shops one by one, forgetting seven one by one, in one open wallet:\n\n{}",
        table.text()
    ))
}
