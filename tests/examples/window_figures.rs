//! What the window costs, beside an empty one: `cargo xtask bench window` builds both for release, makes
//! the wallets and reads the figures.
//!
//! `window_figures TOWN CONTROL APP EMPTY TURNS SECRET HOME…`: one JSON object. Each HOME is a wallet that
//! SECRET opens.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for another program, which shows what it says"
)]

use std::path::Path;
use std::time::Duration;

use farthing_tests::{Device, Window};
use serde_json::{Value, json};
use xtask::loopback;

/// Scrolls down by a finger's length in each frame, as long as it takes to see whether it stutters.
const SCROLL: &str = "
    const done = arguments[0];
    const frames = [];
    let before = performance.now();
    const next = () => {
      const now = performance.now();
      frames.push(Math.round((now - before) * 1000));
      before = now;
      if (frames.length > 300) done(frames.slice(1));
      else { scrollBy(0, 400); requestAnimationFrame(next); }
    };
    requestAnimationFrame(next);";

/// Taps `Check it` and waits for the sheet, frame by frame: microseconds.
const REVIEW: &str = "
    const done = arguments[0];
    const button = [...document.querySelectorAll('button')].find((b) => b.innerText.trim() === 'Check it');
    const began = performance.now();
    const look = () => {
      if (document.body.innerText.includes('You pay')) done(Math.round((performance.now() - began) * 1000));
      else requestAnimationFrame(look);
    };
    button.click();
    look();";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [town, control, app, empty, turns, secret, homes @ ..] = args.as_slice() else {
        panic!("TOWN CONTROL APP EMPTY TURNS SECRET HOME…");
    };
    let (app, empty) = (Path::new(app), Path::new(empty));
    let turns: usize = turns.parse().unwrap();
    let secret = std::fs::read_to_string(secret).unwrap();
    let secret = secret.trim();

    let mut bare = Figures::default();
    let mut full: Vec<Figures> = homes.iter().map(|_| Figures::default()).collect();
    for turn in 1..=turns {
        eprintln!("turn {turn} of {turns}");
        let device = Device::new();
        let window = device.start_unrecorded(empty);
        bare.first.push(window.took());
        settle();
        bare.memory.push(window.memory_kib());
        if turn == turns {
            bare.frames = frames(&window);
        }
        drop(window);
        for (home, figures) in homes.iter().zip(&mut full) {
            let mut device = Device::new();
            device.tell("FARTHING_HOME", home);
            device.tell("FARTHING_PRACTICE_TOWN", town);
            let window = device.start_unrecorded(app);
            window.read("Your wallet is locked");
            figures.first.push(window.took());
            window.fill("Passphrase", secret);
            window.tap("Open my wallet");
            figures.home.push(window.read_soon("You have"));
            settle();
            figures.memory.push(window.memory_kib());
            if turn == turns {
                figures.reviews = reviews(&window, control, turns);
                window.tap("Activity");
                window.read("Spent this month");
                settle();
                figures.frames = frames(&window);
                figures.memory_after = window.memory_kib();
            }
        }
    }
    let wallets: Vec<Value> = full.iter().map(Figures::told).collect();
    println!("{}", json!({ "empty": bare.told(), "wallets": wallets }));
}

#[derive(Debug, Default)]
struct Figures {
    first: Vec<Duration>,
    home: Vec<Duration>,
    memory: Vec<u64>,
    memory_after: u64,
    reviews: Vec<u64>,
    frames: Vec<u64>,
}

impl Figures {
    fn told(&self) -> Value {
        let micros = |all: &[Duration]| -> Vec<u64> {
            let micros = all.iter().map(Duration::as_micros);
            micros.map(|time| u64::try_from(time).unwrap()).collect()
        };
        json!({
            "first_us": micros(&self.first),
            "home_us": micros(&self.home),
            "memory_kib": self.memory,
            "memory_after_kib": self.memory_after,
            "review_us": self.reviews,
            "frame_us": self.frames,
        })
    }
}

/// A window goes on working a little when its first picture is there.
fn settle() {
    std::thread::sleep(Duration::from_secs(1));
}

fn frames(window: &Window) -> Vec<u64> {
    serde_json::from_value(window.run_slowly(SCROLL)).unwrap()
}

/// From the tap to the sheet with every fee, the issuer's answer included: it is on the same machine.
fn reviews(window: &Window, control: &str, turns: usize) -> Vec<u64> {
    let till = format!("{control}/lightning/invoice");
    let one = |turn: usize| {
        let body = json!({ "amount_msat": 21_000 + turn * 1_000, "description": "bread" });
        let invoice = loopback::post(&till, &body).unwrap().json().unwrap();
        window.tap("Scan");
        window.fill("Payment code", invoice["invoice"].as_str().unwrap());
        let took = window.run_slowly(REVIEW);
        window.tap("Home");
        took.as_u64().unwrap()
    };
    (0..turns).map(one).collect()
}
