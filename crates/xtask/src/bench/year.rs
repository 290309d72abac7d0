//! A year of small payments.

use std::process::Command;

use serde_json::Value;

use super::Bench;
use super::table::{Table, ratio};
use super::wallets::{Brand, Wallet};
use crate::Outcome;
use crate::steps::Step;

/// Who issues what, what a thousand of its coins cost, and how many payments at most: nobody
/// redeems, so what was paid still counts as held, and a wallet may hold no more than 200 dollars.
const ISSUERS: [(&str, &str, u64, usize); 3] = [
    ("Harbour", "usd", 0, 300),
    ("Maple", "sat", 100, usize::MAX),
    ("Harbour", "sat", 1_000, usize::MAX),
];

/// The year at each issuer.
pub(super) fn live(step: &Step, bench: &Bench, brand: &Brand) -> Outcome<String> {
    let mut table = Table::new(&[
        "fee for 1,000 coins",
        "payments",
        "cost",
        "least possible",
        "ratio",
        "payees short",
        "refused",
        "coins held: mean, most",
        "dust",
        "requests a payment",
    ]);
    for (name, unit, fee_ppk, most) in ISSUERS {
        step.note(&format!("{fee_ppk} {unit} for 1,000 coins"));
        let issuer = bench.town.issuer(name)?;
        let folder = bench.folder(&format!("year-{fee_ppk}"));
        let wallet = Wallet::with_purse(brand, folder, &bench.town, issuer, unit)?;
        bench.forget_requests()?;
        let mut live = Command::new(&bench.inside);
        live.arg("year").arg(wallet.home()).arg(wallet.secret());
        live.args([bench.town.text("/town")?, issuer, unit]);
        live.args([fee_ppk.to_string(), bench.payments.min(most).to_string()]);
        let report = bench.tell(step, &mut live)?;
        let requests = bench.requests(&name.to_lowercase())?;
        let figure = |name: &str| report.get(name).and_then(Value::as_u64).unwrap_or(0);
        table.row(&[
            format!("{fee_ppk} {unit}"),
            figure("payments").to_string(),
            figure("cost").to_string(),
            figure("least").to_string(),
            ratio(figure("cost"), figure("least")),
            figure("short").to_string(),
            figure("refused").to_string(),
            format!("{}, {}", figure("coins"), figure("most_coins")),
            figure("dust").to_string(),
            ratio(requests, figure("payments")),
        ]);
    }
    Ok(table.text().to_owned())
}
