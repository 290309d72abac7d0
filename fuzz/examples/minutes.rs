//! Fuzzes every target for a while: `cargo run --example minutes -- 60 [TARGET…]`, in seconds each.
//!
//! Needs `cargo install cargo-fuzz` and a C++ compiler. No nightly compiler: without a sanitizer the
//! instrumentation is stable, and what a sanitizer would find is in C that others fuzz.

use std::path::Path;
use std::process::{Command, ExitCode};

use farthing_fuzz::TARGETS;

/// A target may need half a second for one input; more is a finding.
const SLOWEST_SECONDS: u32 = 20;
/// Argon2 at the cost a header may ask for is 1 GiB.
const MEMORY_MIB: u32 = 3072;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let seconds: u32 = args.next().and_then(|word| word.parse().ok()).unwrap_or(60);
    let chosen: Vec<String> = args.collect();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut broken = Vec::new();
    for target in TARGETS {
        if !chosen.is_empty() && !chosen.iter().any(|name| name == target.name) {
            continue;
        }
        let found = here.join("found").join(target.name);
        if let Err(error) = std::fs::create_dir_all(&found) {
            eprintln!("cannot make {}: {error}", found.display());
            return ExitCode::FAILURE;
        }
        // New inputs go to `found`, so that what is kept changes only on purpose.
        let status = Command::new("cargo")
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
            .status();
        match status {
            Ok(status) if status.success() => {}
            Ok(_) => broken.push(target.name),
            Err(error) => {
                eprintln!("`cargo fuzz` could not be started ({error}): cargo install cargo-fuzz");
                return ExitCode::FAILURE;
            }
        }
    }
    if broken.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!(
        "found something: {} (see fuzz/artifacts)",
        broken.join(", ")
    );
    ExitCode::FAILURE
}
