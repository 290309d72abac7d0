//! Nutshell, the Python reference issuer, and the `cashu` wallet that comes with it.
//!
//! Its Lightning backend is `FakeWallet`: an invoice it makes is paid by itself
//! after a moment, and any invoice it is asked to pay counts as paid at a fee of
//! one unit. Nobody really receives that payment, and the preimage it then names
//! is all zeros: it proves nothing, and a journey must not take it for a proof.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use xtask::loopback;
use xtask::places::Places;

use crate::Books;

/// What Nutshell charges for each coin spent, in thousandths of a unit.
pub const INPUT_FEE_PPK: i64 = 100;

/// A running Nutshell issuer; it stops when this is dropped.
#[derive(Debug)]
pub struct Nutshell {
    child: Child,
    url: String,
    folder: TempDir,
}

/// Someone using Nutshell's own wallet.
#[derive(Debug)]
pub struct CashuWallet {
    folder: TempDir,
    url: String,
}

impl Nutshell {
    /// Starts an issuer of satoshi and dollars.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts an issuer with more settings, such as
    /// `("FAKEWALLET_PAY_INVOICE_STATE", "FAILED")`.
    #[must_use]
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        // Another process may take the free port before the issuer does.
        let mut said = String::new();
        for _ in 0..3 {
            match Self::try_start(settings) {
                Ok(issuer) => return issuer,
                Err(why) => said = why,
            }
        }
        panic!("Nutshell did not start: {said}");
    }

    fn try_start(settings: &[(&str, &str)]) -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("nutshell-")
            .tempdir()
            .unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let log = folder.path().join("log");
        let out = File::create(&log).unwrap();
        let mut command = installed(folder.path(), "mint");
        command
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .env("MINT_INFO_NAME", "Nutshell")
            .env("MINT_PRIVATE_KEY", "practice")
            .env("MINT_DATABASE", folder.path().join("mint"))
            .env("MINT_BACKEND_BOLT11_SAT", "FakeWallet")
            .env("MINT_BACKEND_BOLT11_USD", "FakeWallet")
            // Without this it offers dollars and has no dollar keys.
            .env("MINT_DERIVATION_PATH_LIST", r#"["m/0'/2'/0'"]"#)
            .env("MINT_INPUT_FEE_PPK", INPUT_FEE_PPK.to_string())
            .env("MINT_RATE_LIMIT", "FALSE")
            .env("MINT_QUOTE_BACKEND_CHECK_RATE_LIMIT", "0")
            .env("FAKEWALLET_DELAY_INCOMING_PAYMENT", "0.1")
            .env("FAKEWALLET_DELAY_OUTGOING_PAYMENT", "0.1")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(out.try_clone().unwrap())
            .stderr(out);
        let child = command.spawn().map_err(|e| e.to_string())?;
        let mut issuer = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            folder,
        };
        let since = Instant::now();
        loop {
            if loopback::get(&format!("{}/v1/info", issuer.url)).is_ok_and(|a| a.status == 200) {
                return Ok(issuer);
            }
            let ended = issuer.child.try_wait().unwrap();
            if ended.is_some() || since.elapsed() > Duration::from_secs(90) {
                return Err(fs::read_to_string(log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its books, from its own database.
    #[must_use]
    pub fn books(&self) -> Books {
        let script = Places::find()
            .root
            .join("tests")
            .join("nutshell")
            .join("books.py");
        let database = self.folder.path().join("mint").join("mint.sqlite3");
        let output = Command::new(Places::find().nutshell_python())
            .arg(script)
            .arg(database)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        Books::from_json(
            &serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}")),
        )
    }

    /// Someone who uses Nutshell's own wallet with this issuer.
    #[must_use]
    pub fn person(&self) -> CashuWallet {
        let folder = tempfile::Builder::new().prefix("cashu-").tempdir().unwrap();
        CashuWallet {
            folder,
            url: self.url.clone(),
        }
    }
}

impl Drop for Nutshell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl CashuWallet {
    /// Takes in `amount` through an invoice, which pays itself.
    pub fn top_up(&self, amount: i64, unit: &str) {
        self.done(unit, &["invoice", &in_words(amount, unit)]);
    }

    /// What it can spend, in `unit` (cents, for dollars).
    #[must_use]
    pub fn balance(&self, unit: &str) -> i64 {
        let said = self.done(unit, &["balance"]);
        let line = said
            .lines()
            .find_map(|line| line.trim().strip_prefix("Balance: "));
        let digits: String = line
            .unwrap_or_else(|| panic!("{said}"))
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap()
    }

    /// Makes a token worth `amount`.
    #[must_use]
    pub fn send(&self, amount: i64, unit: &str) -> String {
        let said = self.done(unit, &["send", &in_words(amount, unit)]);
        let token = said
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with("cashu"));
        token
            .unwrap_or_else(|| panic!("no token in {said}"))
            .to_owned()
    }

    /// Takes in a token; false when the wallet says it cannot.
    #[must_use]
    pub fn receive(&self, token: &str, unit: &str) -> bool {
        self.run(unit, &["receive", token]).0
    }

    /// Pays an invoice, or an e-cash payment request.
    pub fn pay(&self, code: &str, unit: &str) -> String {
        self.done(unit, &["pay", code])
    }

    fn done(&self, unit: &str, args: &[&str]) -> String {
        let (well, said) = self.run(unit, args);
        assert!(well, "cashu {} failed: {said}", args.join(" "));
        said
    }

    fn run(&self, unit: &str, args: &[&str]) -> (bool, String) {
        let mut command = installed(self.folder.path(), "cashu");
        command
            .env("CASHU_DIR", self.folder.path())
            .env("MINT_URL", &self.url)
            .args(["-h", &self.url, "-u", unit, "-y"])
            .args(args)
            .stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.success(),
            text(&output.stdout) + &text(&output.stderr),
        )
    }
}

/// A program installed beside the Python of the test issuer, started in `folder`
/// and knowing nothing of this machine: it reads settings from the home and the
/// current folder.
fn installed(folder: &Path, program: &str) -> Command {
    let python = Places::find().nutshell_python();
    assert!(
        python.is_file(),
        "no Nutshell: `cargo xtask setup` installs it"
    );
    let bin: PathBuf = python.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut command = Command::new(bin.join(program));
    let path = std::env::var_os("PATH").unwrap_or_default();
    command
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .current_dir(folder);
    command.env("PYTHONUNBUFFERED", OsStr::new("1"));
    command
}

/// An amount as the `cashu` command takes it: dollars are not cents there.
fn in_words(amount: i64, unit: &str) -> String {
    match unit {
        "usd" | "eur" => format!("{}.{:02}", amount / 100, amount % 100),
        _ => amount.to_string(),
    }
}
