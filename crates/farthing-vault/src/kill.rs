//! Points at which a test has this process killed, between counting a secret, looking at it and
//! keeping what follows; and a clock that tests set.
//!
//! With `FARTHING_VAULT_KILL_AT` the process kills itself at the point of that number, with
//! `FARTHING_VAULT_KILL_COUNT` each point that is passed adds a line to that file. The store counts
//! its own, apart, so that neither count moves the other's. `FARTHING_BOOT_CLOCK` names a
//! file that says when the machine was started: a word for the start and how many milliseconds ago.
//!
//! Only with the feature `kill-points`, and never in a release.

#[cfg(not(debug_assertions))]
compile_error!("`kill-points` lets the environment kill the wallet; it is for tests alone");

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::clock::BootTime;

/// One row of points, told by the environment where to kill and where to count.
pub struct Points {
    kill_at: &'static str,
    told: &'static str,
    counter: OnceLock<Mutex<Counter>>,
}

struct Counter {
    passed: u64,
    kill_at: Option<u64>,
    told: Option<File>,
}

impl Points {
    /// Points counted apart from all others, under the names of two environment variables: the
    /// number to kill at, and the file that each point adds a line to.
    #[must_use]
    pub const fn of(kill_at: &'static str, told: &'static str) -> Self {
        Self {
            kill_at,
            told,
            counter: OnceLock::new(),
        }
    }

    /// Counts one point; at the one that was asked for, this does not return.
    pub fn pass(&self, name: &str) {
        // Held while dying, so that no other thread gets past the next point.
        let mut counter = self
            .counter
            .get_or_init(|| Mutex::new(self.told_by_environment()))
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

    fn told_by_environment(&self) -> Counter {
        Counter {
            passed: 0,
            kill_at: std::env::var(self.kill_at)
                .ok()
                .and_then(|number| number.parse().ok()),
            told: std::env::var_os(self.told)
                .and_then(|path| OpenOptions::new().create(true).append(true).open(path).ok()),
        }
    }
}

static OURS: Points = Points::of("FARTHING_VAULT_KILL_AT", "FARTHING_VAULT_KILL_COUNT");

pub(crate) fn point(name: &str) {
    OURS.pass(name);
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
