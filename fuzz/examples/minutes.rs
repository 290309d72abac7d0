//! Fuzzes every target for a while: `cargo run --example minutes -- 60 [TARGET…]`, in seconds each.
//!
//! Needs `cargo install cargo-fuzz` and a C++ compiler. No nightly compiler: without a sanitizer the
//! instrumentation is stable, and what a sanitizer would find is in C that others fuzz.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people at a terminal"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use farthing_fuzz::{TARGETS, Target};

/// A target may need half a second for one input; more is a finding.
const SLOWEST_SECONDS: u32 = 20;
/// Argon2 at the cost a header may ask for is 1 GiB.
const MEMORY_MIB: u32 = 3072;

/// What one target's run came to.
struct Ran {
    well: bool,
    tried: u64,
    kept: u64,
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let seconds: u32 = args.next().and_then(|word| word.parse().ok()).unwrap_or(60);
    let chosen: Vec<String> = args.collect();
    let chosen: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| chosen.is_empty() || chosen.iter().any(|name| name == target.name))
        .collect();
    let mut broken = Vec::new();
    let (mut tried, mut kept) = (0_u64, 0_u64);
    for target in &chosen {
        let ran = match fuzz(target, seconds) {
            Ok(ran) => ran,
            Err(error) => {
                eprintln!(
                    "{}: `cargo fuzz` could not be run ({error}): cargo install --locked cargo-fuzz",
                    target.name
                );
                return ExitCode::FAILURE;
            }
        };
        println!(
            "{}: {} inputs tried, {} kept in found/{}",
            target.name,
            ran.tried,
            ran.kept,
            if ran.well { "" } else { ", SOMETHING FOUND" }
        );
        tried = tried.saturating_add(ran.tried);
        kept = kept.saturating_add(ran.kept);
        // A run that tried nothing did not run, whatever it says.
        if !ran.well || ran.tried == 0 {
            broken.push(target.name);
        }
    }
    println!(
        "fuzzed: {tried} inputs in {} targets, {kept} kept as new, {} targets broken",
        chosen.len(),
        broken.len()
    );
    if broken.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!(
        "found something: {} (see fuzz/artifacts)",
        broken.join(", ")
    );
    ExitCode::FAILURE
}

fn fuzz(target: &Target, seconds: u32) -> std::io::Result<Ran> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.join("found").join(target.name);
    std::fs::create_dir_all(&found)?;
    // New inputs go to `found`, so that what is kept changes only on purpose.
    let mut child = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(here)
        .args(["fuzz", "run", "--fuzz-dir", ".", "--sanitizer", "none"])
        .args(["--features", "libfuzzer", target.name])
        .arg(&found)
        .arg(here.join("corpus").join(target.name))
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={}", target.longest))
        .arg(format!("-timeout={SLOWEST_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
        .args(["-print_final_stats=1", "-verbosity=0"])
        .stderr(Stdio::piped())
        .spawn()?;
    let mut ran = Ran {
        well: false,
        tried: 0,
        kept: 0,
    };
    if let Some(said) = child.stderr.take() {
        listen(said, &mut ran)?;
    }
    ran.well = child.wait()?.success();
    Ok(ran)
}

/// Passes on what the fuzzer says, and reads its closing figures. Lines may hold any bytes.
fn listen(said: impl Read, ran: &mut Ran) -> std::io::Result<()> {
    let mut said = BufReader::new(said);
    let mut line = Vec::new();
    while said.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        let figure = |name: &str| text.trim().strip_prefix(name)?.trim().parse::<u64>().ok();
        if let Some(tried) = figure("stat::number_of_executed_units:") {
            ran.tried = tried;
        } else if let Some(kept) = figure("stat::new_units_added:") {
            ran.kept = kept;
        } else if !text.starts_with("stat::") {
            eprint!("{text}");
        }
        line.clear();
    }
    Ok(())
}
