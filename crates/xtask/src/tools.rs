//! Cargo's helpers that are not part of it: found, or installed by name.

use std::process::{Command, Stdio};

use crate::Outcome;
use crate::places::cargo;
use crate::steps::Step;

/// A `cargo` subcommand somebody else keeps.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The package it comes in.
    pub package: &'static str,
    /// What cargo calls it.
    pub command: &'static str,
}

/// Licences, bans and sources of everything that is linked.
pub const DENY: Tool = Tool {
    package: "cargo-deny",
    command: "deny",
};
/// The bill of materials.
pub const CYCLONEDX: Tool = Tool {
    package: "cargo-cyclonedx",
    command: "cyclonedx",
};
/// Fuzzing.
pub const FUZZ: Tool = Tool {
    package: "cargo-fuzz",
    command: "fuzz",
};

impl Tool {
    /// Whether it is there.
    #[must_use]
    pub fn is_there(self) -> bool {
        Command::new(cargo())
            .args([self.command, "--version"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Installs it unless it is there. Compiling one takes minutes.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn get(self, step: &Step) -> Outcome {
        if self.is_there() {
            return Ok(());
        }
        step.note(&format!(
            "{} is not there; compiling it takes a while",
            self.package
        ));
        step.hide(
            Command::new(cargo()).args(["install", "--locked", self.package]),
            "It comes from the public Rust registry, which must be reachable once.",
        )
    }
}
