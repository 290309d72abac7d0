//! The window, beside an empty one of the same make: how soon, how much, how smooth.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::piles::{inside, with_a_payment};
use super::table::{Table, median, ms, ratio, spread};
use super::wallets::Brand;
use super::{Bench, for_release};
use crate::places::{Places, cargo};
use crate::steps::Step;
use crate::{Outcome, Trouble};

/// Builds the app and the empty window for release, and measures both by turns.
pub(super) fn beside_an_empty_one(
    step: &Step,
    places: &Places,
    bench: &Bench,
    brand: &Brand,
) -> Outcome<String> {
    crate::window::build(step, places)?;
    // As what is packed: the page is the one built in.
    let what = [
        ["--package", "farthing-app"],
        ["--features", "tauri/custom-protocol"],
        ["--bin", "farthing-app"],
        ["--example", "empty-window"],
    ];
    let mut build = for_release(places, what.as_flattened(), &places.target);
    step.show(&mut build, "The compiler's words above say what is wrong.")?;
    let release = places.target.join("release");
    let (app, empty) = (
        release.join("farthing-app"),
        release.join("examples").join("empty-window"),
    );

    let mut homes = Vec::new();
    for count in &bench.histories {
        let shown = count.to_string();
        step.note(&format!("{count} payments: filling"));
        let wallet = with_a_payment(bench, brand, &format!("window-{count}"))?;
        bench.tell(step, inside(bench, &["fill"], &wallet).arg(&shown))?;
        homes.push(wallet);
    }
    let mut measure = Command::new(cargo());
    measure
        .current_dir(places.root.join("tests"))
        .args(["run", "--locked", "--quiet", "--example", "window_figures"])
        .arg("--target-dir")
        .arg(&places.target)
        .arg("--")
        .args([bench.town.text("/town")?, bench.town.text("/control")?])
        .args([&app, &empty])
        .arg(bench.rounds.to_string())
        .arg(homes.first().ok_or_else(nothing)?.secret())
        .args(homes.iter().map(super::wallets::Wallet::home));
    let figures = bench.tell(step, &mut measure)?;
    Ok(format!(
        "{}\n{}",
        table(&figures, &bench.histories)?,
        weights(&[&app, &empty])?
    ))
}

fn nothing() -> Trouble {
    Trouble::new("there is nothing to measure")
}

fn table(figures: &Value, histories: &[u64]) -> Outcome<String> {
    let mut table = Table::new(&[
        "window",
        "first picture",
        "passphrase to Home",
        "memory",
        "after scrolling",
        "tap to review",
        "frame: median, 95 % within, longest",
        "longer than two",
    ]);
    let empty = figures.get("empty").ok_or_else(nothing)?;
    let wallets = figures.get("wallets").and_then(Value::as_array);
    let floor = list(empty, "first_us");
    row(&mut table, "empty", empty, &floor);
    for (count, wallet) in histories.iter().zip(wallets.ok_or_else(nothing)?) {
        row(&mut table, &format!("{count} payments"), wallet, &floor);
    }
    Ok(format!(
        "Milliseconds by the wall, median (smallest–largest), and × the empty window; memory is what the \
         program and the web view's processes hold, shared pages in parts:\n\n{}",
        table.text()
    ))
}

fn row(table: &mut Table, name: &str, of: &Value, floor: &[u64]) {
    let first = list(of, "first_us");
    let times = match (median(first.clone()), median(floor.to_vec())) {
        (Some(ours), Some(floor)) => ratio(ours, floor),
        _ => "–".to_owned(),
    };
    let memory = median(list(of, "memory_kib")).unwrap_or(0);
    let after = of.get("memory_after_kib").and_then(Value::as_u64);
    let mut frames = list(of, "frame_us");
    frames.sort_unstable();
    let at = |hundredth: usize| {
        let at = frames.len().saturating_sub(1) * hundredth / 100;
        frames.get(at).copied().map_or("–".to_owned(), ms)
    };
    // Two frames of sixty a second.
    let late = frames.iter().filter(|frame| **frame > 34_000).count();
    table.row(&[
        name.to_owned(),
        format!("{}, × {times}", spread(&first)),
        spread(&list(of, "home_us")),
        format!("{} MiB", memory / 1024),
        match after {
            Some(after) if after > 0 => format!("{} MiB", after / 1024),
            _ => "–".to_owned(),
        },
        spread(&list(of, "review_us")),
        format!("{}, {}, {}", at(50), at(95), at(100)),
        format!("{late} of {}", frames.len()),
    ]);
}

fn list(of: &Value, name: &str) -> Vec<u64> {
    let all = of.get(name).and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect()
}

fn weights(programs: &[&Path; 2]) -> Outcome<String> {
    let mut said = Vec::new();
    for program in programs {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let weight = fs::metadata(program)
            .map_err(|e| Trouble::new(format!("{}: {e}", program.display())))?
            .len();
        said.push(format!("`{name}` {} KiB", weight / 1024));
    }
    Ok(format!(
        "Programs, without their symbols: {}. The page's first script is weighed by `npm run build`, \
         which fails above its bar; packages by `cargo xtask package`.\n",
        said.join(", ")
    ))
}
