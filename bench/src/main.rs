//! What `cargo xtask bench` cannot see from outside: single steps inside one fresh process.
//!
//! Each command prints one JSON object. A wallet's home is made by the wallet itself before.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for another program, with progress for people"
)]

mod clock;
mod coins;
mod floor;
mod journal;
mod pictures;
mod rows;
mod sharing;
mod year;

use std::process::ExitCode;

use serde_json::Value;

/// Anything that stops a measurement.
type Outcome<T = Value> = Result<T, Box<dyn std::error::Error>>;

const HELP: &str = "\
farthing-bench fill HOME SECRET-FILE COUNT     that many payments more, after the first one there
farthing-bench journal HOME SECRET-FILE        unlock, open, balance, newest page, search as typed
farthing-bench unlock HOME SECRET-FILE         the secret's derivation and the vault, nothing else
farthing-bench gifts HOME SECRET-FILE TOWN COUNT   that many gifts nobody redeems, each timed
farthing-bench coins HOME SECRET-FILE TOWN COUNT   at least that many coins, topped up in a town
farthing-bench year HOME SECRET-FILE TOWN ISSUER UNIT PPK COUNT   that many payments of a year
farthing-bench pictures FOLDER                 zxing's black-box sets, read by every decoder here
farthing-bench shops HOME SECRET-FILE SHOPS COUNT  that many shops with switches on, and payments to them
farthing-bench decide HOME SECRET-FILE         what one of them may learn, for a thousand of them
farthing-bench forget HOME SECRET-FILE         forgetting one of them, seven times
farthing-bench floor fill KIND FILE COUNT      the same rows in plain SQLite or SQLCipher
farthing-bench floor run KIND FILE             and the same questions
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match obey(&words) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("farthing-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// As the program's own, on two threads whatever the machine has.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

fn obey(words: &[&str]) -> Outcome {
    match words {
        ["fill", home, secret, count] => journal::fill(home, secret, count.parse()?),
        ["journal", home, secret] => journal::questions(home, secret),
        ["shops", home, secret, shops, count] => {
            sharing::fill(home, secret, shops.parse()?, count.parse()?)
        }
        ["decide", home, secret] => sharing::decide(home, secret),
        ["forget", home, secret] => sharing::forget(home, secret),
        ["unlock", home, secret] => journal::unlock(home, secret),
        ["gifts", home, secret, town, count] => coins::give(home, secret, town, count.parse()?),
        ["coins", home, secret, town, count] => coins::top_up(home, secret, town, count.parse()?),
        ["year", home, secret, town, issuer, unit, ppk, count] => year::live(
            [home, secret, town, issuer, unit],
            ppk.parse()?,
            count.parse()?,
        ),
        ["pictures", sets] => pictures::read(sets),
        ["floor", "fill", kind, file, count] => floor::fill(kind.parse()?, file, count.parse()?),
        ["floor", "run", kind, file] => floor::questions(kind.parse()?, file),
        _ => Err(HELP.into()),
    }
}
