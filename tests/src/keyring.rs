//! A real Secret Service, in a session and folders of its own: the person's own keychain is neither
//! read nor asked.
//!
//! It can be stopped, paused, locked and emptied; and one that keeps its entries in a text file can
//! be spoiled entry by entry, as a bad disk or a wrong copy would.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Bus;

const PATIENCE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "the session's own password";

/// How a keyring keeps what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Under a password: it can be locked.
    Sealed,
    /// As text: it can be edited, and is never locked.
    Readable,
}

/// A session with a keychain.
#[derive(Debug)]
pub struct Keyring {
    kept: Kept,
    folder: TempDir,
    bus: Bus,
    daemon: Option<Child>,
}

/// One entry of a readable keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The wallet it belongs to.
    pub wallet: String,
    /// What it is: `device-1`, `attempts`, `erase`, ….
    pub name: String,
    /// What it holds, in base64.
    pub secret: String,
}

impl Keyring {
    /// One that a person unlocks with a password; it is unlocked.
    #[must_use]
    pub fn sealed() -> Self {
        Self::open(Kept::Sealed)
    }

    /// One whose entries a test can edit.
    #[must_use]
    pub fn readable() -> Self {
        Self::open(Kept::Readable)
    }

    fn open(kept: Kept) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("farthing-session-")
            .tempdir()
            .unwrap();
        for name in ["run", "home"] {
            private_folder(&folder.path().join(name));
        }
        let mut keyring = Self {
            kept,
            folder,
            bus: Bus::open(),
            daemon: None,
        };
        keyring.furnish();
        keyring.start();
        keyring
    }

    /// Where the session's bus listens.
    #[must_use]
    pub fn address(&self) -> String {
        self.bus.address()
    }

    /// Everything it keeps.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.data()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn text_file(&self) -> PathBuf {
        self.data().join("keyrings/plain.keyring")
    }

    fn furnish(&self) {
        private_folder(&self.data().join("keyrings"));
        if self.kept == Kept::Readable {
            fs::write(self.text_file(), written(&[])).unwrap();
            fs::write(self.data().join("keyrings/default"), "plain").unwrap();
        }
    }

    /// Starts it, unlocked.
    pub fn start(&mut self) {
        assert!(self.daemon.is_none(), "it runs already");
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if self.kept == Kept::Sealed {
            command.arg("--unlock");
        }
        let mut daemon = command
            .env("HOME", self.folder.path().join("home"))
            .env("XDG_DATA_HOME", self.data())
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("DBUS_SESSION_BUS_ADDRESS", self.address())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the package gnome-keyring is needed");
        let mut stdin = daemon.stdin.take().unwrap();
        if self.kept == Kept::Sealed {
            stdin.write_all(PASSWORD.as_bytes()).unwrap();
        }
        drop(stdin);
        self.daemon = Some(daemon);
        let since = Instant::now();
        while !self.ready() {
            assert!(since.elapsed() < PATIENCE, "the keyring does not start");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn ready(&self) -> bool {
        let said = self.call("ReadAlias", "string:default");
        said.is_ok_and(|said| said.contains("/collection/"))
    }

    fn call(&self, method: &str, argument: &str) -> Result<String, String> {
        let said = Command::new("dbus-send")
            .args(["--session", "--print-reply", "--reply-timeout=5000"])
            .arg("--dest=org.freedesktop.secrets")
            .arg("/org/freedesktop/secrets")
            .arg(format!("org.freedesktop.Secret.Service.{method}"))
            .arg(argument)
            .env("DBUS_SESSION_BUS_ADDRESS", self.address())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        if said.status.success() {
            Ok(text(&said.stdout))
        } else {
            Err(text(&said.stderr))
        }
    }

    /// Kills it, as a crash would. Calls under way are cut off.
    pub fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }

    /// From now on it is there and says nothing.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// It goes on where it stopped.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let daemon = self.daemon.as_ref().expect("it does not run").id();
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -{name} {daemon}")])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Locks it, as a screen lock may. Starting it again unlocks it.
    pub fn lock(&self) {
        assert_eq!(self.kept, Kept::Sealed, "this one is never locked");
        let default = "array:objpath:/org/freedesktop/secrets/aliases/default";
        self.call("Lock", default).unwrap();
    }

    /// Forgets everything, as a new or reset one has.
    pub fn empty(&mut self) {
        self.stop();
        fs::remove_dir_all(self.data()).unwrap();
        self.furnish();
        self.start();
    }

    /// Every entry of a readable keyring.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        assert_eq!(self.kept, Kept::Readable, "nobody can read this one");
        read(&fs::read_to_string(self.text_file()).unwrap())
    }

    /// Stops a readable keyring, changes its entries, and starts it again.
    pub fn edit(&mut self, change: impl FnOnce(&mut Vec<Entry>)) {
        self.stop();
        let mut entries = self.entries();
        change(&mut entries);
        fs::write(self.text_file(), written(&entries)).unwrap();
        self.start();
        assert_eq!(self.entries().len(), entries.len(), "it dropped some");
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.stop();
    }
}

fn read(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut secret = String::new();
    for line in text.lines() {
        if let Some(value) = line.strip_prefix("secret=") {
            secret = value.to_owned();
        }
        if let Some((wallet, name)) = line
            .strip_prefix("value=")
            .and_then(|value| value.split_once('/'))
        {
            entries.push(Entry {
                wallet: wallet.to_owned(),
                name: name.to_owned(),
                secret: std::mem::take(&mut secret),
            });
        }
    }
    entries
}

fn written(entries: &[Entry]) -> String {
    let mut text = "[keyring]\ndisplay-name=Plain\nctime=0\nmtime=0\nlock-on-idle=false\n\
                    lock-after=false\n"
        .to_owned();
    for (number, entry) in (1..).zip(entries) {
        let Entry {
            wallet,
            name,
            secret,
        } = entry;
        text += &format!(
            "\n[{number}]\nitem-type=0\ndisplay-name=Farthing wallet\nsecret={secret}\nmtime=0\n\
             ctime=0\n\n[{number}:attribute0]\nname=service\ntype=string\nvalue=Farthing\n\
             \n[{number}:attribute1]\nname=username\ntype=string\nvalue={wallet}/{name}\n"
        );
    }
    text
}

fn private_folder(path: &Path) {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_they_were_written() {
        let entry = |name: &str| Entry {
            wallet: "0f".to_owned(),
            name: name.to_owned(),
            secret: format!("{name}=="),
        };
        let entries = [entry("device-1"), entry("erase")];
        assert_eq!(read(&written(&entries)), entries);
        assert_eq!(read(&written(&[])), []);
    }
}
