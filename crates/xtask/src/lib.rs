//! Set up, run, test: the project's own commands, and where they keep things.
//!
//! A library as well as a program, so that the journeys in `tests/` find the
//! built programs, start the practice town and talk to it exactly as
//! `cargo xtask run` does.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the person at the terminal is what this program does"
)]

pub mod bench;
pub mod checks;
pub mod loopback;
pub mod package;
pub mod places;
pub mod release;
pub mod setup;
pub mod sittings;
pub mod steps;
pub mod tools;
pub mod town;
pub mod walk;
pub mod window;

use std::fmt;

/// Why a command stopped, in sentences for the person at the terminal: what
/// happened, and on later lines what to do about it.
#[derive(Debug)]
pub struct Trouble(String);

impl Trouble {
    /// What happened, and what the person can do.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

/// Short for what every step returns.
pub type Outcome<T = ()> = Result<T, Trouble>;
