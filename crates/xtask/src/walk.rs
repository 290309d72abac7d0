//! `cargo xtask run`: a first payment, as a person at a terminal sees it.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use crate::places::Places;
use crate::setup;
use crate::steps::{Steps, quoted, spelled};
use crate::town::Town;
use crate::{Outcome, Trouble, loopback};

/// Set-up, then the practice town and the walk; stays until stopped unless `once`.
pub fn run(places: &Places, once: bool) -> Outcome {
    let mut steps = Steps::new(places, 1 + setup::STEPS_FOR_PROGRAMS + 2);
    setup::system_packages(&mut steps, &[setup::TO_BUILD])?;
    setup::programs(&mut steps, places)?;

    let step = steps.next("Open the practice town");
    let play = places.target.join("play");
    if play.exists() {
        step.note("(the play money of an earlier run is thrown away)");
        fs::remove_dir_all(&play).map_err(|e| cannot(&play, &e))?;
    }
    let town = Town::start(&places.practice(), &play.join("town"))?;
    step.done(&format!(
        "everything in it: {}/manifest",
        town.text("/town")?
    ));

    let step = steps.next("A wallet in it, and a first payment");
    let wallet = Wallet::new(places, play)?;
    wallet.first_payment(&town)?;
    step.done("");

    if once {
        town.stop();
        return Ok(());
    }
    let cake = wallet.photograph(&town, "cake", 34)?;
    let window = Window::open(places, &wallet.play, &town)?;
    if window.is_some() {
        say("The app is open, without a wallet yet: choose *Try it with play money*.");
    }
    say(&format!(
        "The town stays open, and the wallet is yours to play with. In another terminal:\n\n\
         \x20   alias farthing={}\n\
         \x20   farthing help\n\
         \x20   farthing balance\n\
         \x20   farthing pay {}\n\
         \x20   farthing top-up 500\n\n\
         \x20 and to have someone pay an invoice you were shown:\n\n\
         \x20   curl {}/lightning/pay --json '{{\"invoice\": \"lnbc…\"}}'\n\n\
         \x20 Everything else in town: {}/manifest\n\
         \x20 Ctrl-C closes it. None of this is real money.",
        quoted(&spelled(&wallet.base())),
        cake.display(),
        town.text("/control")?,
        town.text("/town")?,
    ));
    town.wait()
}

/// The app's window in the town; it closes with this.
struct Window(std::process::Child);

impl Window {
    /// Opens the app where there is a screen to open it on.
    fn open(places: &Places, play: &std::path::Path, town: &Town) -> Outcome<Option<Self>> {
        let screen = ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        if cfg!(target_os = "linux") && !screen {
            return Ok(None);
        }
        let app = places.app();
        let child = Command::new(&app)
            // Not the wallet of the walk, which the command line holds.
            .env("FARTHING_HOME", play.join("window"))
            .env("FARTHING_PRACTICE_TOWN", town.text("/town")?)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| cannot(&app, &e))?;
        Ok(Some(Self(child)))
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The wallet of the walk: a program, a home and a file with its passphrase.
struct Wallet {
    program: PathBuf,
    home: PathBuf,
    secret: PathBuf,
    play: PathBuf,
}

impl Wallet {
    fn new(places: &Places, play: PathBuf) -> Outcome<Self> {
        let secret = play.join("passphrase");
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&secret)
            .and_then(|mut file| file.write_all(b"play money only\n"))
            .map_err(|e| cannot(&secret, &e))?;
        Ok(Self {
            program: places.farthing(),
            home: play.join("wallet"),
            secret,
            play,
        })
    }

    fn first_payment(&self, town: &Town) -> Outcome {
        say(
            "A new wallet. The twelve words bring the money back on any device; they are shown once.",
        );
        self.show(&[
            "init",
            "--practice",
            town.text("/town")?,
            "--keychain",
            "none",
        ])?;

        say(
            "A purse with the issuer Maple: who it is and what it charges come before trusting it.",
        );
        self.show(&[
            "purse",
            "add",
            town.issuer("Maple")?,
            "--unit",
            "sat",
            "--yes",
        ])?;

        say("Money comes in over Lightning: the wallet shows an invoice, someone pays it.");
        self.top_up(town, "2000")?;
        self.show(&["balance"])?;

        say("The Corner Shop shows a QR picture. A review moves nothing and names every fee.");
        let picture = self.photograph(town, "coffee", 21)?.display().to_string();
        self.show(&["review", &picture])?;

        say("Pay exactly that.");
        self.show(&["pay", &picture, "--yes"])?;

        say("What happened, from the encrypted journal: the receipt, then the history.");
        let history = self.ask(&["history"])?;
        let payment = history
            .pointer("/payments/0/payment")
            .and_then(Value::as_str)
            .ok_or_else(|| Trouble::new(format!("no payment in the history: {history}")))?;
        self.show(&["receipt", payment])?;
        self.show(&["history"])?;
        self.show(&["balance"])
    }

    /// Orders something at the Corner Shop and photographs the bill: its QR picture.
    fn photograph(&self, town: &Town, item: &str, price: u64) -> Outcome<PathBuf> {
        let order = json!({ "item": item, "amount": price });
        let bill = loopback::post(town.text("/shops/corner_shop/orders")?, &order)?.json()?;
        let picture = bill
            .get("picture")
            .and_then(Value::as_str)
            .ok_or_else(|| Trouble::new(format!("the shop gave no picture: {bill}")))?;
        let file = self.play.join(format!("{item}.png"));
        fs::write(&file, loopback::get(picture)?.body).map_err(|e| cannot(&file, &e))?;
        Ok(file)
    }

    fn base(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("--home")
            .arg(&self.home)
            .arg("--secret-file")
            .arg(&self.secret);
        command
    }

    /// Runs a command in front of the person.
    fn show(&self, args: &[&str]) -> Outcome {
        prompt(args);
        let status = self
            .base()
            .args(args)
            .stdin(Stdio::null())
            .status()
            .map_err(|e| cannot(&self.program, &e))?;
        if status.success() {
            return Ok(());
        }
        Err(Trouble::new(format!(
            "`farthing {}` ended with {status}",
            args.join(" ")
        )))
    }

    /// Tops up in front of the person, paying the invoice as soon as it is shown.
    fn top_up(&self, town: &Town, amount: &str) -> Outcome {
        let args = ["top-up", amount, "--wait", "60"];
        prompt(&args);
        let mut child = self
            .base()
            .args(args)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| cannot(&self.program, &e))?;
        if let Some(shown) = child.stderr.take() {
            let mut lines = BufReader::new(shown);
            let invoice = until_invoice(&mut lines)
                .ok_or_else(|| Trouble::new("the wallet showed no invoice to pay"))?;
            town.pay_invoice(&invoice)?;
            say("(someone on the town's Lightning network pays it)");
            thread::spawn(move || io::copy(&mut lines, &mut io::stderr()));
        }
        let status = child.wait().map_err(|e| cannot(&self.program, &e))?;
        if status.success() {
            return Ok(());
        }
        Err(Trouble::new(format!("the top-up ended with {status}")))
    }

    /// Asks for a JSON answer, out of the person's sight.
    fn ask(&self, args: &[&str]) -> Outcome<Value> {
        let output = self
            .base()
            .arg("--json")
            .args(args)
            .stdin(Stdio::null())
            .output()
            .map_err(|e| cannot(&self.program, &e))?;
        serde_json::from_slice(&output.stdout).map_err(|e| {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Trouble::new(format!(
                "`farthing --json {}` gave no JSON ({e}): {said}",
                args.join(" ")
            ))
        })
    }
}

/// Passes lines on to the person until one holds a Lightning invoice.
fn until_invoice(lines: &mut BufReader<impl Read>) -> Option<String> {
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        eprint!("{line}");
        if let Some(invoice) = invoice_in(&line) {
            return Some(invoice.to_owned());
        }
    }
}

/// The Lightning invoice in a line, if there is one.
#[must_use]
pub fn invoice_in(line: &str) -> Option<&str> {
    let starts = ["lnbc", "lntb", "lnbcrt"];
    line.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() > 60 && starts.iter().any(|s| word.starts_with(s)))
}

/// A sentence between commands; theirs starts at the margin, ours is marked.
fn say(text: &str) {
    println!("\n# {text}");
}

fn prompt(args: &[&str]) {
    let mut command = Command::new("farthing");
    command.args(args);
    println!("\n$ {}\n", spelled(&command));
}

fn cannot(what: &std::path::Path, why: &io::Error) -> Trouble {
    Trouble::new(format!("cannot use {}: {why}", what.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_is_found_wherever_it_stands_in_a_line() {
        let invoice = format!("lnbcrt20u1{}", "p".repeat(80));
        assert_eq!(
            invoice_in(&format!("  pay: lightning:{invoice}\n")),
            Some(&*invoice)
        );
        assert_eq!(invoice_in("no lnbc here"), None);
    }
}
