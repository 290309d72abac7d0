//! The practice town as a neighbour of the app: a program of its own that stands beside it, started
//! for those who learn with play money. The wallet never links it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

/// The variable that names a town which is open already.
const OPEN_TOWN: &str = "FARTHING_PRACTICE_TOWN";
/// Longest manifest.
const MOST: u64 = 1024 * 1024;

/// A town that is open while this lives.
pub(crate) struct Town {
    address: String,
    child: Option<Child>,
}

#[derive(Deserialize)]
struct Manifest {
    town: String,
}

/// Whether a practice wallet can be made here.
pub(crate) fn is_there() -> bool {
    open_already().is_some() || program().is_some()
}

fn open_already() -> Option<String> {
    std::env::var(OPEN_TOWN)
        .ok()
        .filter(|address| !address.is_empty())
}

/// The town's program, beside ours.
fn program() -> Option<PathBuf> {
    let name = format!("farthing-practice{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok()?.parent()?.join(name);
    beside.is_file().then_some(beside)
}

impl Town {
    /// Opens the town that lives in `home`, or finds the one that is open. Its addresses are those
    /// of its last time.
    pub(crate) fn open(home: &Path) -> Option<Self> {
        if let Some(address) = open_already() {
            return Some(Self {
                address,
                child: None,
            });
        }
        let mut child = Command::new(program()?)
            .arg("--home")
            .arg(home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let manifest = child.stdout.take().and_then(|out| {
            let mut out = BufReader::new(out);
            let manifest = read_manifest(&mut out);
            // Kept empty, so that the town never has to wait for a reader.
            std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
            manifest
        });
        let mut town = Self {
            address: String::new(),
            child: Some(child),
        };
        town.address = manifest?.town;
        Some(town)
    }

    /// Where it answers.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

fn read_manifest(out: &mut impl BufRead) -> Option<Manifest> {
    serde_json::Deserializer::from_reader(out.by_ref().take(MOST))
        .into_iter()
        .next()?
        .ok()
}

impl Drop for Town {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // What the town keeps survives being killed.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
