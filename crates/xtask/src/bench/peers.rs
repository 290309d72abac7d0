//! The same payments by three wallets at one issuer: requests, time, memory.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use super::Bench;
use super::measure::{self, Ran};
use super::table::{Table, median, ms, ratio, spread};
use super::wallets::{Brand, Kind, Task, Wallet};
use crate::steps::Step;
use crate::{Outcome, Trouble, loopback};

/// What every wallet gives away, one after the other, from a purse of [`FUNDS`].
const GIFTS: [u64; 4] = [8, 21, 77, 50];
const FUNDS: u64 = 1000;
/// What the shop itself asks of the issuer for each payment it takes: its keysets, three of them in
/// full, and the swap.
const SHOPS_OWN: u64 = 5;

/// What one kind of wallet did in all repetitions of one operation.
#[derive(Debug, Default, Clone)]
struct Seen {
    wall: Vec<u64>,
    cpu: Vec<u64>,
    peak: Vec<u64>,
    requests: Vec<u64>,
}

impl Seen {
    /// The mean of what it worked, in microseconds: the kernel counts in hundredths of a second, and
    /// only the mean of several runs is finer than that.
    fn work(&self) -> Option<u64> {
        let runs = u64::try_from(self.cpu.len())
            .ok()
            .filter(|runs| *runs > 0)?;
        Some(self.cpu.iter().sum::<u64>().saturating_mul(1000) / runs)
    }

    fn least(&self) -> Option<u64> {
        self.wall.iter().min().copied()
    }

    fn add(&mut self, ran: &Ran, requests: u64) {
        self.wall.push(ran.wall);
        self.cpu.push(ran.cpu_ms);
        self.peak.push(ran.peak_kib);
        self.requests.push(requests);
    }
}

type All = BTreeMap<(&'static str, Kind), Seen>;

/// Runs all of it; the tables.
pub(super) fn compare(step: &Step, bench: &Bench, brands: &[Brand]) -> Outcome<String> {
    let mut all = All::new();
    let mut unlock = Seen::default();
    let issuer = bench.town.issuer("Maple")?;
    let giver = brands
        .first()
        .ok_or_else(|| Trouble::new("there is no wallet to compare"))?;
    let giver = Wallet::new(giver, bench.folder("giver"), &bench.town, issuer)?;
    giver.top_up(&bench.town, 20_000)?;
    for round in 0..bench.rounds {
        for brand in brands {
            step.note(&format!(
                "round {} of {}: {}",
                round + 1,
                bench.rounds,
                brand.kind.name()
            ));
            let folder = bench.folder(&format!("{:?}-{round}", brand.kind));
            let wallet = Wallet::new(brand, folder, &bench.town, issuer)?;
            one_round(bench, &giver, &wallet, brand.kind, &mut all)?;
            if brand.kind == Kind::Farthing {
                for _ in 0..5 {
                    unlock.add(&unlocking(bench, &wallet)?, 0);
                }
            }
        }
    }
    Ok(format!(
        "Unlocking alone (Argon2id, 64 MiB, 3 passes), as a process: work {} ms, wall {} ms.\n\n{}",
        unlock.work().map_or_else(String::new, ms),
        spread(&unlock.wall),
        tables(&all, &unlock, brands)
    ))
}

fn one_round(bench: &Bench, giver: &Wallet, wallet: &Wallet, kind: Kind, all: &mut All) -> Outcome {
    let mut note = |what: &'static str, ran: &Ran, requests: u64| {
        all.entry((what, kind)).or_default().add(ran, requests);
    };
    bench.forget_requests()?;
    let ran = wallet.top_up(&bench.town, FUNDS)?;
    note("1 top-up of 1000", &ran, bench.requests("maple")?);

    let counted = |task: &Task| {
        bench.forget_requests()?;
        let ran = wallet.does(task)?;
        Outcome::Ok((ran, bench.requests("maple")?))
    };
    let (ran, requests) = counted(&Task::Balance)?;
    note("2 balance", &ran, requests);

    let order = json!({ "item": "coffee", "amount": 21, "unit": "sat", "issuer": "maple" });
    let order = loopback::post(bench.town.text("/shops/corner_shop/orders")?, &order)?.json()?;
    let request = text(&order, "request")?;
    let (ran, at_issuer) = counted(&Task::PayRequest(request))?;
    let at_shop = bench.requests("corner_shop")?;
    let kept = loopback::get(&text(&order, "url")?)?.json()?;
    if kept.get("state").and_then(Value::as_str) == Some("paid") {
        let own = (at_issuer + at_shop).saturating_sub(SHOPS_OWN);
        note("3 pay a request of 21", &ran, own);
    } else {
        let own = at_issuer + at_shop;
        note(
            "3 pay a request of 21, which the shop did not take",
            &ran,
            own,
        );
    }

    let wanted = json!({ "amount_msat": 50_000, "description": "bench" });
    let invoice = text(&bench.town.tell("/lightning/invoice", &wanted)?, "invoice")?;
    let (ran, requests) = counted(&Task::PayInvoice(invoice))?;
    note("4 pay an invoice of 50", &ran, requests);

    let token = giver.token(&giver.does(&Task::Give(21))?)?;
    let (ran, requests) = counted(&Task::Redeem(token))?;
    note("5 redeem 21", &ran, requests);

    for gift in GIFTS {
        let (ran, _) = counted(&Task::Give(gift))?;
        let requests = bench.requests("maple")?;
        let what = if bench.swaps()? == 0 {
            "6 give, coins at hand"
        } else {
            "7 give, with change"
        };
        note(what, &ran, requests);
    }
    Ok(())
}

fn text(document: &Value, field: &str) -> Outcome<String> {
    document
        .get(field)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Trouble::new(format!("no {field} in {document}")))
}

fn unlocking(bench: &Bench, wallet: &Wallet) -> Outcome<Ran> {
    let mut command = Command::new(&bench.inside);
    command
        .arg("unlock")
        .arg(wallet.home())
        .arg(wallet.secret());
    measure::run(&mut command, |_| {})?.done("unlocking")
}

fn tables(all: &All, unlock: &Seen, brands: &[Brand]) -> String {
    let operations: Vec<&'static str> = {
        let mut names: Vec<_> = all.keys().map(|(what, _)| *what).collect();
        names.dedup();
        names
    };
    let names: Vec<&str> = brands.iter().map(|brand| brand.kind.name()).collect();
    let heads = |first: &[&'static str]| -> Vec<&str> {
        first.iter().copied().chain(names.iter().copied()).collect()
    };
    let after = [
        "operation",
        "Farthing after unlocking",
        "× the lesser of the others",
    ];
    let mut work = Table::new(&heads(&after));
    let mut wall = Table::new(&heads(&after));
    let mut requests = Table::new(&heads(&["operation"]));
    let mut memory = Table::new(&heads(&["operation"]));
    for what in operations {
        let of = |kind: Kind| all.get(&(what, kind)).cloned().unwrap_or_default();
        let name = what.get(2..).unwrap_or(what).to_owned();
        let row = |figure: &dyn Fn(&Seen) -> Option<u64>, shown: &dyn Fn(&Seen) -> String| {
            let unlocking = figure(unlock).unwrap_or(0);
            let ours = figure(&of(Kind::Farthing)).map(|all| all.saturating_sub(unlocking));
            let others = brands.iter().filter(|brand| brand.kind != Kind::Farthing);
            let lesser = others.filter_map(|brand| figure(&of(brand.kind))).min();
            let mut cells = vec![
                name.clone(),
                ours.map_or_else(|| "–".to_owned(), ms),
                match (ours, lesser) {
                    (Some(ours), Some(lesser)) => ratio(ours, lesser),
                    _ => "–".to_owned(),
                },
            ];
            cells.extend(brands.iter().map(|brand| shown(&of(brand.kind))));
            cells
        };
        work.row(&row(&Seen::work, &|seen| {
            seen.work().map_or_else(|| "–".to_owned(), ms)
        }));
        wall.row(&row(&Seen::least, &|seen| spread(&seen.wall)));
        let (mut asked, mut held) = (vec![name.clone()], vec![name.clone()]);
        for brand in brands {
            let seen = of(brand.kind);
            asked.push(counts(&seen.requests));
            held.push(
                median(seen.peak).map_or_else(|| "–".to_owned(), |kib| format!("{}", kib / 1024)),
            );
        }
        requests.row(&asked);
        memory.row(&held);
    }
    format!(
        "Requests of the wallet, by the issuer's and the shop's own counts (× how often):\n\n{}\n\
         Work of the processor, milliseconds, mean; it does not depend on who else is busy:\n\n{}\n\
         Wall, milliseconds, median (least–most); after unlocking: the least of both:\n\n{}\n\
         Most memory, MiB:\n\n{}",
        requests.text(),
        work.text(),
        wall.text(),
        memory.text()
    )
}

/// `1 (5 times), 3 (twice)` in short: `1 ×5, 3 ×2`.
fn counts(requests: &[u64]) -> String {
    let mut often: BTreeMap<u64, u64> = BTreeMap::new();
    for count in requests {
        *often.entry(*count).or_default() += 1;
    }
    let parts: Vec<String> = often
        .iter()
        .map(|(count, times)| format!("{count} ×{times}"))
        .collect();
    if parts.is_empty() {
        "–".to_owned()
    } else {
        parts.join(", ")
    }
}
