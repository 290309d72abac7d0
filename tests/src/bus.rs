//! A message bus of its own: nothing of the machine's can be reached over it, and nothing of the
//! machine's hears what is said there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A bus on which only a test's own programs are.
#[derive(Debug)]
pub struct Bus {
    folder: TempDir,
    daemon: Child,
}

impl Bus {
    /// Opens it.
    #[must_use]
    pub fn open() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("farthing-bus-")
            .tempdir()
            .unwrap();
        let config = folder.path().join("bus.conf");
        // No services of the machine: nothing is started here but by us.
        let text = format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen>\
             <policy context=\"default\"><allow send_destination=\"*\"/>\
             <allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>",
            folder.path().join("bus").display()
        );
        fs::write(&config, text).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg("--nofork")
            .arg("--print-address=1")
            .arg(format!("--config-file={}", config.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the package dbus is needed");
        // It listens once it has said where.
        let mut said = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        assert!(said.starts_with("unix:"), "no bus: {said}");
        Self { folder, daemon }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("bus").display())
    }

    /// Says to all that something happened: `member` with its interface, and what goes with it.
    pub fn signal(&self, path: &str, member: &str, arguments: &[&str]) {
        let status = Command::new("dbus-send")
            .arg(format!("--bus={}", self.address()))
            .arg("--type=signal")
            .args([path, member])
            .args(arguments)
            .status()
            .expect("the package dbus is needed");
        assert!(status.success(), "{member} was not said");
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
