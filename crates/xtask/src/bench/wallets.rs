//! Three wallets on the command line, each asked for the same things.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::measure::{self, Ran};
use crate::town::Town;
use crate::walk::invoice_in;
use crate::{Outcome, Trouble};

/// Whose program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Farthing,
    Cdk,
    Nutshell,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Farthing => "Farthing",
            Self::Cdk => "cdk-cli 0.18.3",
            Self::Nutshell => "Nutshell 0.20.2 `cashu`",
        }
    }
}

/// A program and how it is asked; what all wallets of one kind share.
#[derive(Debug, Clone)]
pub(super) struct Brand {
    pub(super) kind: Kind,
    pub(super) program: PathBuf,
}

/// One wallet in a folder of its own.
#[derive(Debug)]
pub(super) struct Wallet {
    brand: Brand,
    folder: PathBuf,
    issuer: String,
    /// Farthing's twelve words.
    words: String,
}

/// What a wallet is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    Balance,
    Give(u64),
    Redeem(String),
    PayRequest(String),
    PayInvoice(String),
}

impl Wallet {
    /// A new wallet with a purse for satoshis at `issuer`.
    pub(super) fn new(brand: &Brand, folder: PathBuf, town: &Town, issuer: &str) -> Outcome<Self> {
        Self::with_purse(brand, folder, town, issuer, "sat")
    }

    /// A new wallet with a purse at `issuer`.
    pub(super) fn with_purse(
        brand: &Brand,
        folder: PathBuf,
        town: &Town,
        issuer: &str,
        unit: &str,
    ) -> Outcome<Self> {
        let cannot =
            |e: std::io::Error| Trouble::new(format!("cannot use {}: {e}", folder.display()));
        fs::create_dir_all(&folder).map_err(cannot)?;
        let mut wallet = Self {
            brand: brand.clone(),
            folder: folder.clone(),
            issuer: issuer.to_owned(),
            words: String::new(),
        };
        if brand.kind == Kind::Farthing {
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options
                .open(wallet.secret())
                .and_then(|mut file| std::io::Write::write_all(&mut file, b"play money only\n"))
                .map_err(cannot)?;
            let url = town.text("/town")?;
            let made = wallet.run(&["init", "--practice", url, "--keychain", "none"])?;
            wallet.words = words_in(&made.out)?;
            wallet.run(&["purse", "add", issuer, "--unit", unit, "--yes"])?;
        }
        Ok(wallet)
    }

    /// Where Farthing keeps this wallet.
    pub(super) fn home(&self) -> PathBuf {
        self.folder.join("wallet")
    }

    /// The file with Farthing's passphrase.
    pub(super) fn secret(&self) -> PathBuf {
        self.folder.join("secret")
    }

    /// The same words in a new folder, and the purse brought back: how long that takes.
    pub(super) fn restored(&self, folder: PathBuf, town: &Town) -> Outcome<(Self, Ran)> {
        let cannot =
            |e: std::io::Error| Trouble::new(format!("cannot use {}: {e}", folder.display()));
        fs::create_dir_all(&folder).map_err(cannot)?;
        let again = Self {
            brand: self.brand.clone(),
            folder: folder.clone(),
            issuer: self.issuer.clone(),
            words: self.words.clone(),
        };
        fs::copy(self.secret(), again.secret()).map_err(cannot)?;
        let url = town.text("/town")?;
        let mut init = again.command(&["init", "--restore", "--practice", url]);
        init.args(["--keychain", "none"]);
        measure::run_with(&mut init, Some(&self.words), |_| {})?.done("restoring a wallet")?;
        let ran = again.run(&["purse", "add", &self.issuer, "--unit", "sat", "--yes"])?;
        Ok((again, ran))
    }

    /// Fills it; a friend in the town pays as soon as there is an invoice.
    pub(super) fn top_up(&self, town: &Town, amount: u64) -> Outcome<Ran> {
        let amount = amount.to_string();
        let mut command = match self.brand.kind {
            Kind::Farthing => self.command(&["top-up", &amount, "--wait", "60"]),
            Kind::Cdk => self.command(&["mint", &self.issuer, &amount]),
            Kind::Nutshell => self.command(&["invoice", &amount]),
        };
        let mut paid = None;
        let ran = measure::run(&mut command, |line| {
            if let (None, Some(invoice)) = (&paid, invoice_in(line)) {
                paid = Some(town.pay_invoice(invoice));
            }
        })?;
        match paid {
            Some(paid) => drop(paid?),
            None => return Err(Trouble::new(format!("no invoice to pay in {ran:?}"))),
        }
        ran.done(&format!("{}: a top-up", self.brand.kind.name()))
    }

    /// Does it, in a process of its own.
    pub(super) fn does(&self, task: &Task) -> Outcome<Ran> {
        let (farthing, cdk, nutshell) = self.spelled(task);
        let args = match self.brand.kind {
            Kind::Farthing => farthing,
            Kind::Cdk => cdk,
            Kind::Nutshell => nutshell,
        };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.run(&args)
    }

    /// The same task in three languages.
    fn spelled(&self, task: &Task) -> (Vec<String>, Vec<String>, Vec<String>) {
        let words = |text: &str| text.split_ascii_whitespace().map(str::to_owned).collect();
        match task {
            Task::Balance => (words("balance"), words("balance"), words("balance")),
            Task::Give(amount) => (
                words(&format!("give {amount} --yes")),
                // As ours does: the receiver gets the amount, not less.
                words(&format!("send --amount {amount} --include-fee")),
                words(&format!("send {amount} --include-fees")),
            ),
            Task::Redeem(token) => (
                words(&format!("redeem {token} --yes")),
                words(&format!("receive {token}")),
                words(&format!("receive {token}")),
            ),
            Task::PayRequest(request) => (
                words(&format!("pay {request} --yes")),
                words(&format!(
                    "pay-request {request} --yes --max-method-fee 100 --max-total-amount 1000"
                )),
                words(&format!("pay {request}")),
            ),
            Task::PayInvoice(invoice) => (
                words(&format!("pay {invoice} --yes")),
                words(&format!(
                    "melt --mint-url {} --invoice {invoice}",
                    self.issuer
                )),
                words(&format!("pay {invoice}")),
            ),
        }
    }

    /// The token in what a give printed.
    pub(super) fn token(&self, ran: &Ran) -> Outcome<String> {
        let found = match self.brand.kind {
            Kind::Farthing => serde_json::from_str::<Value>(&ran.out)
                .ok()
                .and_then(|said| Some(said.get("token")?.as_str()?.to_owned())),
            Kind::Cdk | Kind::Nutshell => ran
                .out
                .split_ascii_whitespace()
                .find(|word| word.starts_with("cashu"))
                .map(str::to_owned),
        };
        found.ok_or_else(|| Trouble::new(format!("no token in {}", ran.out)))
    }

    fn run(&self, args: &[&str]) -> Outcome<Ran> {
        let ran = measure::run(&mut self.command(args), |_| {})?;
        let what = args.first().copied().unwrap_or_default();
        ran.done(&format!("{}: {what}", self.brand.kind.name()))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.brand.program);
        // Nothing of the machine's own settings may leak in.
        command
            .env_clear()
            .env("HOME", &self.folder)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(&self.folder);
        match self.brand.kind {
            Kind::Farthing => command
                .arg("--json")
                .arg("--home")
                .arg(self.home())
                .arg("--secret-file")
                .arg(self.secret()),
            Kind::Cdk => command.arg("--work-dir").arg(&self.folder).args([
                "--unit",
                "sat",
                "--non-interactive",
            ]),
            Kind::Nutshell => command
                .env("CASHU_DIR", &self.folder)
                .env("MINT_URL", &self.issuer)
                .env("PYTHONUNBUFFERED", "1")
                .args(["-h", &self.issuer, "-u", "sat", "-y"]),
        };
        command.args(args);
        command
    }
}

fn words_in(said: &str) -> Outcome<String> {
    serde_json::from_str::<Value>(said)
        .ok()
        .and_then(|said| {
            let words = said.get("words")?.as_array()?;
            words
                .iter()
                .map(|word| word.as_str())
                .collect::<Option<Vec<_>>>()
                .map(|words| words.join(" "))
        })
        .ok_or_else(|| Trouble::new("a new wallet showed no words"))
}

/// The wallets there are on this machine.
pub(super) fn brands(farthing: &Path, cdk: Option<PathBuf>, python: &Path) -> Vec<Brand> {
    let mut brands = vec![Brand {
        kind: Kind::Farthing,
        program: farthing.to_path_buf(),
    }];
    brands.extend(cdk.map(|program| Brand {
        kind: Kind::Cdk,
        program,
    }));
    let cashu = python.with_file_name("cashu");
    if cashu.is_file() {
        brands.push(Brand {
            kind: Kind::Nutshell,
            program: cashu,
        });
    }
    brands
}
