//! `cargo xtask run`, `test`, `setup`: see `cargo xtask help`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people at a terminal"
)]

use std::process::ExitCode;

use xtask::{
    Outcome, Trouble, bench, checks, package, places::Places, release, setup, steps::Steps, walk,
};

const HELP: &str = "\
The project's own commands. Each does all the set-up it needs first.

  cargo xtask run [--once]    build everything, start the practice town with a wallet
                              in it, walk through a first payment, open the app where
                              there is a screen, and leave all running (with --once:
                              stop them again)
  cargo xtask test [--full]   every check: format, lints, unit tests, tidiness, journeys,
                              the practice town, the kept fuzz inputs, the OS keychain
                              (with --full: every case instead of a sample, many more for
                              each property test, a minute of fuzzing for each parser;
                              hours, and cut short it goes on where it was)
  cargo xtask bench [PART…] [--quick]
                              requests, times and memory beside other wallets, a long
                              journal, many gifts, many coins, small steps
  cargo xtask release         what is committed, built twice in two places and compared;
                              its bill of materials and hashes
  cargo xtask package         the app as people install it (here a .deb, and an AppImage
                              where what makes one can be fetched), and their hashes
  cargo xtask setup           only what `run` and `test` do first: system packages,
                              the Python test issuer, builds
  cargo xtask env             where the built programs are, as shell exports
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match obey(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("\nxtask: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[&str]) -> Outcome {
    let places = Places::find();
    match words {
        ["run"] => walk::run(&places, false),
        ["run", "--once"] => walk::run(&places, true),
        ["test"] => checks::run(&places, false),
        ["test", "--full"] => checks::run(&places, true),
        ["bench", parts @ ..] => bench::run(&places, parts),
        ["release"] => release::run(&places),
        ["package"] => package::run(&places),
        ["setup"] => {
            let mut steps = Steps::new(&places, setup::STEPS_FOR_EVERYTHING);
            setup::system_packages(&mut steps, &[setup::TO_BUILD, setup::TO_TEST])?;
            setup::test_issuer(&mut steps, &places)?;
            setup::programs(&mut steps, &places)
        }
        ["env"] => {
            for (name, value) in places.for_tests() {
                println!("export {name}='{}'", value.display());
            }
            Ok(())
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Trouble::new(format!(
            "there is no command `{}`.\n\n{HELP}",
            other.join(" ")
        ))),
    }
}
