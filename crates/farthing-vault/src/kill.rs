//! Points at which a test has this process killed, between counting a secret, looking at it and
//! keeping what follows; and a clock that tests set.
//!
//! As in the store: with `FARTHING_VAULT_KILL_AT` the process kills itself at the point of that
//! number, with `FARTHING_VAULT_KILL_COUNT` each point that is passed adds a line to that file.
//! They are counted apart, so that neither count moves the other's. `FARTHING_BOOT_CLOCK` names a
//! file that says when the machine was started: a word for the start and how many milliseconds ago.
//!
//! Only with the feature `kill-points`, and never in a release.

#[cfg(not(debug_assertions))]
compile_error!("`kill-points` lets the environment kill the wallet; it is for tests alone");

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::clock::BootTime;

struct Counter {
    passed: u64,
    kill_at: Option<u64>,
    told: Option<File>,
}

impl Counter {
    fn from_environment() -> Self {
        Self {
            passed: 0,
            kill_at: std::env::var("FARTHING_VAULT_KILL_AT")
                .ok()
                .and_then(|number| number.parse().ok()),
            told: std::env::var_os("FARTHING_VAULT_KILL_COUNT")
                .and_then(|path| OpenOptions::new().create(true).append(true).open(path).ok()),
        }
    }
}

/// Counts one point; at the one that was asked for, this does not return.
pub(crate) fn point(name: &str) {
    static COUNTER: OnceLock<Mutex<Counter>> = OnceLock::new();
    // Held while dying, so that no other thread gets past the next point.
    let mut counter = COUNTER
        .get_or_init(|| Mutex::new(Counter::from_environment()))
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    counter.passed = counter.passed.saturating_add(1);
    let line = format!("{} {name}\n", counter.passed);
    if let Some(told) = &mut counter.told {
        // A count that cannot be written shows in the test that reads it.
        let _ = told.write_all(line.as_bytes());
    }
    if counter.kill_at == Some(counter.passed) {
        die();
    }
}

fn die() -> ! {
    #[cfg(unix)]
    {
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        loop {
            std::thread::park();
        }
    }
    #[cfg(not(unix))]
    std::process::abort()
}

/// The clock a test has set, if it has.
pub(crate) fn boot_time() -> Option<BootTime> {
    let file = std::env::var_os("FARTHING_BOOT_CLOCK")?;
    let text = std::fs::read_to_string(file).ok()?;
    let (boot, since_ms) = text.trim().split_once(' ')?;
    Some(BootTime {
        boot: boot.to_owned(),
        since_ms: since_ms.parse().ok()?,
    })
}
