//! What grows: a journal, gifts nobody redeems, coins to bring back.

use std::process::Command;

use serde_json::Value;

use super::Bench;
use super::table::{Table, median, ms, spread};
use super::wallets::{Brand, Task, Wallet};
use crate::steps::Step;
use crate::{Outcome, loopback};

/// How often each question is put to a fresh process.
const FRESH: usize = 7;

/// The journal at three sizes, beside the same in plain SQLite and SQLCipher.
pub(super) fn journal(step: &Step, bench: &Bench, brand: &Brand) -> Outcome<String> {
    let mut ours = Table::new(&[
        "payments",
        "file",
        "open history",
        "open money",
        "balance",
        "newest 50",
        "first search",
        "each letter: median, p95, max",
        "all of them",
        "most memory: opening, searching, all",
    ]);
    let mut floor = Table::new(&[
        "payments",
        "kind",
        "file",
        "open",
        "newest 50",
        "each letter, LIKE: median, p95, max",
        "each letter, FTS5: median, p95, max",
        "read all",
        "most memory",
    ]);
    for count in &bench.sizes {
        let shown = count.to_string();
        step.note(&format!("{count} payments: filling"));
        let wallet = with_a_payment(bench, brand, &format!("journal-{count}"))?;
        let mut fill = inside(bench, &["fill"], &wallet);
        bench.tell(step, fill.arg(&shown))?;
        let mut runs = Vec::new();
        for run in 0..FRESH {
            step.note(&format!(
                "{count} payments: question {} of {FRESH}",
                run + 1
            ));
            runs.push(bench.ask(&mut inside(bench, &["journal"], &wallet))?);
        }
        let mid = |field: &str| ms(middle(&runs, field));
        ours.row(&[
            shown.clone(),
            format!("{} MiB", whole(&runs, "/file_mib")),
            two(&runs, "/open"),
            mid("/money_ms"),
            mid("/balance_ms"),
            two(&runs, "/page"),
            two(&runs, "/first_search"),
            three(&runs, "/search"),
            two(&runs, "/everything"),
            [
                "/peak_opening_mib",
                "/peak_asking_mib",
                "/peak_everything_mib",
            ]
            .map(|field| whole(&runs, field))
            .join(", ")
                + " MiB",
        ]);
        for kind in ["plain", "cipher"] {
            step.note(&format!("{count} payments: the same in SQLite, {kind}"));
            let file = bench.folder(&format!("floor-{kind}-{count}.db"));
            let mut fill = Command::new(&bench.inside);
            fill.args(["floor", "fill", kind]).arg(&file).arg(&shown);
            bench.tell(step, &mut fill)?;
            let mut runs = Vec::new();
            for _ in 0..FRESH {
                let mut ask = Command::new(&bench.inside);
                runs.push(bench.ask(ask.args(["floor", "run", kind]).arg(&file))?);
            }
            floor.row(&[
                shown.clone(),
                kind.to_owned(),
                format!("{} MiB", whole(&runs, "/file_mib")),
                two(&runs, "/open"),
                two(&runs, "/page"),
                three(&runs, "/like"),
                three(&runs, "/fts"),
                two(&runs, "/everything"),
                format!("{} MiB", whole(&runs, "/peak_mib")),
            ]);
        }
    }
    Ok(format!(
        "Farthing, after unlocking, milliseconds, median of {FRESH} fresh processes; by the wall, \
         and in brackets what the thread worked, which does not depend on who else is busy:\n\n{}\n\
         The same rows in a table, without seals, chain or keys of merchants:\n\n{}",
        ours.text(),
        floor.text()
    ))
}

/// Gifts nobody redeems.
pub(super) fn gifts(step: &Step, bench: &Bench, brand: &Brand) -> Outcome<String> {
    let issuer = bench.town.issuer("Maple")?;
    let wallet = Wallet::new(brand, bench.folder("gifts"), &bench.town, issuer)?;
    wallet.top_up(&bench.town, 5_000)?;
    let mut table = Table::new(&["gifts open", "balance", "give 8", "requests of both"]);
    whole_commands(bench, &wallet, 0, &mut table)?;
    let count = bench.gifts.to_string();
    let mut give = inside(bench, &["gifts"], &wallet);
    give.arg(bench.town.text("/town")?).arg(&count);
    let report = bench.tell(step, &mut give)?;
    whole_commands(bench, &wallet, bench.gifts, &mut table)?;
    let medians: Vec<String> = report
        .get("each_hundred_ms")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|hundred| Some(ms(micros(hundred.get("median")?)?)))
        .collect();
    Ok(format!(
        "In one open wallet, median milliseconds of each hundred gifts: {}.\n\n\
         Whole processes, unlocking included, milliseconds, median (smallest–largest):\n\n{}",
        medians.join(" · "),
        table.text()
    ))
}

fn whole_commands(bench: &Bench, wallet: &Wallet, open: usize, table: &mut Table) -> Outcome {
    let (mut balance, mut give) = (Vec::new(), Vec::new());
    bench.forget_requests()?;
    for _ in 0..FRESH {
        balance.push(wallet.does(&Task::Balance)?.wall);
        give.push(wallet.does(&Task::Give(8))?.wall);
    }
    table.row(&[
        open.to_string(),
        spread(&balance),
        spread(&give),
        format!("{} in {}", bench.requests("maple")?, FRESH * 2),
    ]);
    Ok(())
}

/// The words on another device.
pub(super) fn restore(step: &Step, bench: &Bench, brand: &Brand) -> Outcome<String> {
    let issuer = bench.town.issuer("Maple")?;
    let wallet = Wallet::new(brand, bench.folder("coins"), &bench.town, issuer)?;
    let count = bench.coins.to_string();
    let mut coins = inside(bench, &["coins"], &wallet);
    coins.arg(bench.town.text("/town")?).arg(&count);
    bench.tell(step, &mut coins)?;
    let before = wallet.does(&Task::Balance)?.out;
    bench.forget_requests()?;
    let (again, ran) = wallet.restored(bench.folder("coins-again"), &bench.town)?;
    let requests = bench.requests("maple")?;
    let after = again.does(&Task::Balance)?.out;
    Ok(format!(
        "{count} coins: {} ms in all, unlocking included, {requests} requests, {} MiB. \
         The balance is {} before and after.",
        ms(ran.wall),
        ran.peak_kib / 1024,
        if before == after {
            "the same"
        } else {
            "NOT THE SAME"
        }
    ))
}

/// A wallet whose newest payment is one to a shop.
pub(super) fn with_a_payment(bench: &Bench, brand: &Brand, name: &str) -> Outcome<Wallet> {
    let issuer = bench.town.issuer("Maple")?;
    let wallet = Wallet::new(brand, bench.folder(name), &bench.town, issuer)?;
    wallet.top_up(&bench.town, 1_000)?;
    let order = serde_json::json!({ "item": "coffee", "amount": 21, "unit": "sat" });
    let order = loopback::post(bench.town.text("/shops/corner_shop/orders")?, &order)?.json()?;
    let request = order.get("request").and_then(Value::as_str);
    wallet.does(&Task::PayRequest(request.unwrap_or_default().to_owned()))?;
    Ok(wallet)
}

pub(super) fn inside(bench: &Bench, what: &[&str], wallet: &Wallet) -> Command {
    let mut command = Command::new(&bench.inside);
    command.args(what).arg(wallet.home()).arg(wallet.secret());
    command
}

/// A JSON number of milliseconds, as microseconds.
fn micros(value: &Value) -> Option<u64> {
    super::micros_in(&value.to_string())
}

pub(super) fn middle(runs: &[Value], field: &str) -> u64 {
    let times = runs
        .iter()
        .filter_map(|run| micros(run.pointer(field)?))
        .collect();
    median(times).unwrap_or(0)
}

/// By the wall, and by the processor in brackets.
pub(super) fn two(runs: &[Value], field: &str) -> String {
    let [wall, cpu] = ["wall", "cpu"].map(|clock| ms(middle(runs, &format!("{field}/{clock}"))));
    format!("{wall} ({cpu})")
}

/// Median, 95th percentile and largest: the middle run's of each, and by the processor in brackets.
pub(super) fn three(runs: &[Value], field: &str) -> String {
    let [wall, cpu] = ["wall", "cpu"].map(|clock| {
        ["median", "p95", "max"]
            .map(|part| ms(middle(runs, &format!("{field}/{clock}/{part}"))))
            .join(", ")
    });
    format!("{wall} ({cpu})")
}

fn whole(runs: &[Value], field: &str) -> String {
    let sizes = runs
        .iter()
        .filter_map(|run| micros(run.pointer(field)?))
        .map(|thousandths| thousandths / 1000)
        .collect();
    median(sizes).unwrap_or(0).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_middle_of_some_reports() {
        let runs = [
            json!({"a": {"p95": 1.5}}),
            json!({"a": {"p95": 2.25}}),
            json!({"a": {"p95": 9}}),
        ];
        assert_eq!(middle(&runs, "/a/p95"), 2_250);
        assert_eq!(whole(&runs, "/a/p95"), "2");
        assert_eq!(three(&runs[..1], "/b"), "0.0, 0.0, 0.0 (0.0, 0.0, 0.0)");
    }
}
