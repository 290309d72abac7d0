//! `cargo xtask bench`: how many requests, how long, how much memory, and beside whom.
//!
//! Everything runs in one go on one machine, ours and theirs by turns: ratios carry over to another
//! machine, milliseconds do not.

mod measure;
mod peers;
mod pictures;
mod piles;
mod shops;
mod table;
mod wallets;
mod window;
mod year;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::places::{Places, cargo, fresh};
use crate::steps::{Step, Steps, spelled};
use crate::town::Town;
use crate::{Outcome, Trouble, loopback, setup};

/// The variable that names a `cdk-cli`; without it one is installed.
const CDK_CLI: &str = "FARTHING_CDK_CLI";
const CDK_VERSION: &str = "0.18.3";

/// Where and how much is measured.
struct Bench {
    town: Town,
    /// The program that measures from the inside.
    inside: PathBuf,
    work: PathBuf,
    rounds: usize,
    sizes: Vec<u64>,
    gifts: usize,
    coins: u64,
    payments: usize,
    /// Shops with switches on, and shops with payments with how many.
    shops: [u64; 3],
    /// How many payments the wallets hold that are opened in a window.
    histories: Vec<u64>,
}

/// The parts there are, and which were asked for.
const OPTIONS: [&str; 2] = ["--quick", "--built"];
const PARTS: [&str; 9] = [
    "peers", "journal", "shops", "gifts", "restore", "year", "pictures", "micro", "window",
];

/// Builds for release, measures, prints the tables and keeps them in `target/xtask/bench`.
///
/// # Errors
/// When something does not build or a measured program fails.
pub fn run(places: &Places, asked: &[&str]) -> Outcome {
    let (options, mut parts): (Vec<&str>, Vec<&str>) =
        asked.iter().partition(|word| OPTIONS.contains(word));
    let quick = options.contains(&"--quick");
    if let Some(stray) = parts.iter().find(|part| !PARTS.contains(part)) {
        return Err(Trouble::new(format!(
            "there is no part `{stray}`; there are {}, and {} to measure little, or what is \
             built already",
            PARTS.join(", "),
            OPTIONS.join(" and "),
        )));
    }
    if parts.is_empty() {
        parts = PARTS.to_vec();
    }
    let mut steps = Steps::new(places, 6 + parts.len());
    setup::system_packages(&mut steps, &[setup::TO_BUILD, setup::TO_TEST])?;
    setup::test_issuer(&mut steps, places)?;
    let release = places.target.join("release");
    for (what, manifest, target) in [
        (
            "the wallet",
            "crates/farthing-cli/Cargo.toml",
            &places.target,
        ),
        (
            "what measures it from the inside",
            "bench/Cargo.toml",
            &places.target,
        ),
        (
            "the practice town",
            "practice/Cargo.toml",
            &places.practice_target(),
        ),
    ] {
        let step = steps.next(&format!("Build {what}, for release"));
        if options.contains(&"--built") {
            step.done("left out, as asked");
            continue;
        }
        let mut build = for_release(places, &["--manifest-path", manifest], target);
        step.show(&mut build, "The compiler's words above say what is wrong.")?;
        step.done("");
    }
    let step = steps.next("The wallets to compare with");
    // Compiling it takes minutes, and one part alone runs it.
    let cdk = parts.contains(&"peers").then(|| cdk_cli(&step, places));
    let brands = wallets::brands(
        &release.join("farthing"),
        cdk.flatten(),
        &places.nutshell_python(),
    );
    let names: Vec<&str> = brands.iter().map(|brand| brand.kind.name()).collect();
    step.done(&names.join(", "));

    let work = places.target.join("xtask").join("bench");
    fresh(&work)?;
    let mut bench = Bench {
        town: Town::start(
            &places
                .practice_target()
                .join("release")
                .join("farthing-practice"),
            &work.join("town"),
        )?,
        inside: release.join("farthing-bench"),
        work: work.clone(),
        rounds: 7,
        sizes: vec![1_000, 10_000, 100_000],
        gifts: 1_000,
        coins: 5_000,
        payments: 2_000,
        shops: [10_000, 1_000, 100_000],
        histories: vec![10_000, 100_000],
    };
    if quick {
        bench.rounds = 1;
        bench.sizes = vec![1_000];
        bench.gifts = 100;
        bench.coins = 120;
        bench.payments = 100;
        bench.shops = [1_000, 100, 1_000];
        bench.histories = vec![1_000];
    }
    let ours = brands
        .first()
        .ok_or_else(|| Trouble::new("there is no wallet to measure"))?;
    let mut report = conditions();
    for part in parts {
        let (heading, text) = match part {
            "peers" => {
                let step = steps.next("Payments, beside other wallets");
                let text = peers::compare(&step, &bench, &brands)?;
                step.done("");
                ("Payments", text)
            }
            "journal" => {
                let step = steps.next("A long journal");
                let text = piles::journal(&step, &bench, ours)?;
                step.done("");
                ("A long journal", text)
            }
            "shops" => {
                let step = steps.next("Many shops");
                let text = shops::many(&step, &bench, ours)?;
                step.done("");
                ("Many shops", text)
            }
            "gifts" => {
                let step = steps.next("Gifts nobody redeems");
                let text = piles::gifts(&step, &bench, ours)?;
                step.done("");
                ("Gifts nobody redeems", text)
            }
            "restore" => {
                let step = steps.next("Bringing coins back from the words");
                let text = piles::restore(&step, &bench, ours)?;
                step.done("");
                ("Bringing coins back from the words", text)
            }
            "year" => {
                let step = steps.next("A year of small payments");
                let text = year::live(&step, &bench, ours)?;
                step.done("");
                ("A year of small payments", text)
            }
            "pictures" => {
                let step = steps.next("Codes in other people's pictures");
                let text = pictures::read(&step, &bench)?;
                step.done("");
                ("Codes in other people's pictures", text)
            }
            "window" => {
                let step = steps.next("The window, beside an empty one");
                let text = window::beside_an_empty_one(&step, places, &bench, ours)?;
                step.done("");
                ("The window", text)
            }
            _ => {
                let step = steps.next("Small steps");
                let text = micro(&step, places)?;
                step.done("");
                ("Small steps", text)
            }
        };
        report = format!("{report}\n## {heading}\n\n{}\n", text.trim_end());
        // Kept after each part: a later one may fail.
        let file = work.join("report.md");
        fs::write(&file, &report)
            .map_err(|e| Trouble::new(format!("cannot write {}: {e}", file.display())))?;
    }
    println!("\n{report}");
    println!("Kept in {}", work.join("report.md").display());
    Ok(())
}

/// The build of something, as it is released, into a folder.
fn for_release(places: &Places, what: &[&str], target: &Path) -> Command {
    let mut build = Command::new(cargo());
    build
        .current_dir(&places.root)
        .args(["build", "--locked", "--release"])
        .args(what)
        .arg("--target-dir")
        .arg(target);
    build
}

/// The `cdk-cli` to compare with; none when it cannot be had, which is said.
fn cdk_cli(step: &Step, places: &Places) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(CDK_CLI).map(PathBuf::from) {
        return named.is_file().then_some(named);
    }
    let room = places.cache.join(format!("cdk-cli-{CDK_VERSION}"));
    let program = room.join("bin").join("cdk-cli");
    if !program.is_file() {
        step.note("compiling cdk-cli; this takes minutes, once");
        let mut install = Command::new(cargo());
        install
            .args([
                "install",
                "--locked",
                "cdk-cli",
                "--version",
                CDK_VERSION,
                "--root",
            ])
            .arg(&room);
        if let Err(trouble) = step.hide(&mut install, "") {
            step.note(&format!("left out: {trouble}"));
            return None;
        }
    }
    Some(program)
}

/// criterion's own lines, without its decoration.
fn micro(step: &Step, places: &Places) -> Outcome<String> {
    let mut lines = Vec::new();
    let mut bench = Command::new(cargo());
    bench
        .current_dir(&places.root)
        .args(["bench", "--locked", "--manifest-path", "bench/Cargo.toml"])
        .arg("--target-dir")
        .arg(&places.target)
        .args(["--bench", "micro", "--", "--noplot", "--color", "never"]);
    let mut name = String::new();
    step.read(&mut bench, "", |line| {
        // A long name stands on a line of its own, before its time.
        match line.split_once("time:") {
            Some((before, times)) => {
                let before = before.trim();
                let what = if before.is_empty() {
                    name.trim()
                } else {
                    before
                };
                lines.push(format!("| {what} | {} |", times.trim()));
            }
            None => name = line.to_owned(),
        }
    })?;
    Ok(format!(
        "| step | low, estimate, high |\n| --- | --- |\n{}",
        lines.join("\n")
    ))
}

/// What the figures were taken on.
fn conditions() -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("?", |line| line.trim_start_matches([' ', '\t', ':']));
    let cores = cpuinfo
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let load = read("/proc/loadavg");
    let load: Vec<&str> = load.split_ascii_whitespace().take(3).collect();
    let rustc = Command::new("rustc")
        .arg("--version")
        .stderr(Stdio::null())
        .output()
        .map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned())
        .unwrap_or_default();
    format!(
        "{cores} × {model}, Linux {}, {rustc}, load before {}.\n",
        read("/proc/sys/kernel/osrelease").trim(),
        load.join(" ")
    )
}

impl Bench {
    fn folder(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// Runs the program that measures; its report.
    fn ask(&self, command: &mut Command) -> Outcome<Value> {
        let ran = measure::run(command, |_| {})?.done(&spelled(command))?;
        serde_json::from_str(&ran.out).map_err(|e| Trouble::new(format!("no report ({e})")))
    }

    /// As [`Self::ask`], showing its progress.
    fn tell(&self, step: &Step, command: &mut Command) -> Outcome<Value> {
        let progress = |line: &str| {
            if !line.starts_with('{') {
                step.note(line.trim());
            }
        };
        let ran = measure::run(command, progress)?.done(&spelled(command))?;
        serde_json::from_str(&ran.out).map_err(|e| Trouble::new(format!("no report ({e})")))
    }

    fn forget_requests(&self) -> Outcome {
        let control = self.town.text("/control")?;
        loopback::delete(&format!("{control}/http/requests"))?.json()?;
        Ok(())
    }

    /// How many requests a party of the town has had since.
    fn requests(&self, party: &str) -> Outcome<u64> {
        Ok(self.kinds(party)?.into_iter().map(|(_, count)| count).sum())
    }

    /// How many swaps Maple made since.
    fn swaps(&self) -> Outcome<u64> {
        let kinds = self.kinds("maple")?;
        let swaps = kinds
            .into_iter()
            .filter(|(kind, _)| kind.contains("/v1/swap"));
        Ok(swaps.map(|(_, count)| count).sum())
    }

    fn kinds(&self, party: &str) -> Outcome<Vec<(String, u64)>> {
        let seen = self.town.ask("/http/requests")?;
        let kinds = seen
            .pointer(&format!("/requests/{party}"))
            .and_then(Value::as_object)
            .ok_or_else(|| Trouble::new(format!("no {party} in {seen}")))?;
        Ok(kinds
            .iter()
            .map(|(kind, count)| (kind.clone(), count.as_u64().unwrap_or(0)))
            .collect())
    }
}

/// `1.5` in thousandths, without a float: the figures are shown, never reckoned with.
fn micros_in(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = part.parse().ok()?;
    Some(whole.saturating_mul(1000).saturating_add(part))
}
