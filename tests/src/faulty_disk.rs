//! A disk that fails: a few lines of C, preloaded into the wallet's program, let the Nth thing it
//! does to the files in its home fail.
//!
//! Only where there is a C compiler and a loader that preloads (Linux); elsewhere [`FaultyDisk::new`]
//! says why not, and a test prints that instead of passing in silence.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use xtask::places::Places;
use xtask::walk::invoice_in;

use crate::{Person, Said, preload};

const WRITE: u32 = 1;
const SYNC: u32 = 2;
const CUT: u32 = 4;
const RENAME: u32 = 8;
const MAKE: u32 = 16;
const READ: u32 = 32;
const REMOVE: u32 = 64;
/// An act no command gets to: for counting them.
pub const NEVER: usize = 1_000_000_000;
/// The longest a command may take on a failing disk, in seconds.
const PATIENCE: &str = "120";

/// What is wrong with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One act fails with an input/output error; before and after it all is well.
    Error,
    /// From one act on, everything that changes the disk fails.
    Dead,
    /// From one act on, nothing more fits.
    Full,
    /// One write is done by half and says so; after it nothing more fits.
    HalfThenFull,
    /// One write is done by half and says so.
    Half,
    /// One sync fails.
    Sync,
    /// One read fails.
    Read,
}

/// Every fault.
pub const FAULTS: [Fault; 7] = [
    Fault::Error,
    Fault::Full,
    Fault::Sync,
    Fault::HalfThenFull,
    Fault::Dead,
    Fault::Half,
    Fault::Read,
];

impl Fault {
    fn settings(self) -> [(&'static str, u32); 4] {
        let (what, stays, halves, full) = match self {
            Self::Error => (WRITE | SYNC | CUT | RENAME | MAKE | REMOVE, 0, 0, 0),
            Self::Dead => (WRITE | SYNC | CUT | RENAME | MAKE | REMOVE, 1, 0, 0),
            Self::Full => (WRITE | CUT | MAKE, 1, 0, 1),
            Self::HalfThenFull => (WRITE, 1, 1, 1),
            Self::Half => (WRITE, 0, 1, 0),
            Self::Sync => (SYNC, 0, 0, 0),
            Self::Read => (READ, 0, 0, 0),
        };
        [
            ("FAULTY_WHAT", what),
            ("FAULTY_STAYS", stays),
            ("FAULTY_HALVES", halves),
            ("FAULTY_FULL", full),
        ]
    }
}

/// What a command on a failing disk said, and what it met.
#[derive(Debug)]
pub struct Met {
    /// What it said.
    pub said: Said,
    /// The act that failed, as `sync /money.db-wal`; none when the command ended before it.
    pub struck: Option<String>,
    /// How many acts there were that could have failed.
    pub acts: usize,
    /// Each of them in its turn, as `sync /money.db-wal`; the home itself has no name.
    pub in_turn: Vec<String>,
}

/// The compiled fault.
#[derive(Debug)]
pub struct FaultyDisk {
    library: PathBuf,
}

impl FaultyDisk {
    /// Compiles it.
    ///
    /// # Errors
    /// Why there can be none here.
    pub fn new() -> Result<Self, String> {
        let library = preload::built("faulty_disk", include_str!("faulty_disk.c"));
        let library = library.ok_or("nothing can be preloaded into a program on this system")?;
        Ok(Self { library })
    }

    /// Runs `farthing --json …`; the `nth` act (from 1) that can fail so does. `pay` is given an
    /// invoice the command shows.
    pub fn run(
        &self,
        person: &Person,
        fault: Fault,
        nth: usize,
        args: &[&str],
        pay: impl FnOnce(&str),
    ) -> Met {
        let report = person.folder().join("faulty_disk.report");
        // `timeout` is not preloaded into: what matters starts behind `env`.
        let mut command = Command::new("timeout");
        command.args(["--signal=KILL", PATIENCE, "env", "-i"]);
        let setting = |name: &str, value: String| format!("{name}={value}");
        command.arg(setting("HOME", person.folder().display().to_string()));
        command.arg(setting("LD_PRELOAD", self.library.display().to_string()));
        command.arg(setting("FAULTY_HOME", person.home().display().to_string()));
        command.arg(setting("FAULTY_REPORT", report.display().to_string()));
        command.arg(setting("FAULTY_NTH", nth.to_string()));
        for (name, value) in fault.settings() {
            command.arg(setting(name, value.to_string()));
        }
        command.arg(Places::find().farthing());
        command.arg("--home").arg(person.home());
        command.arg("--secret-file").arg(person.secret_file());
        command.arg("--json").args(args);
        let said = run(command, args, pay);
        let told = fs::read_to_string(&report).unwrap_or_default();
        let line = |word: &str| {
            told.lines()
                .find_map(|line| line.strip_prefix(word))
                .map(|rest| rest.trim().to_owned())
        };
        Met {
            said,
            struck: line("struck"),
            acts: line("seen").and_then(|n| n.parse().ok()).unwrap_or(0),
            in_turn: told
                .lines()
                .filter_map(|line| Some(line.strip_prefix("act ")?.trim().to_owned()))
                .collect(),
        }
    }
}

fn run(mut command: Command, args: &[&str], pay: impl FnOnce(&str)) -> Said {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let out = thread::spawn(move || {
        let mut all = String::new();
        pipe.read_to_string(&mut all).unwrap();
        all
    });
    let (mut err, mut pay) = (String::new(), Some(pay));
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if let (Some(invoice), true) = (invoice_in(&line), pay.is_some()) {
            (pay.take().unwrap())(invoice);
        }
        err.push_str(&line);
        err.push('\n');
    }
    let out = out.join().unwrap();
    let code = child.wait().unwrap().code();
    Said {
        command: format!("farthing {}", args.join(" ")),
        code,
        out,
        err,
    }
}
