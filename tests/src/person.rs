//! People: a home, a secret, and the `farthing` command line.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use xtask::places::Places;
use xtask::walk::invoice_in;

use crate::kill::killable;
use crate::{egress, later};

/// No command may keep a person waiting longer than this in a journey.
const PATIENCE: Duration = Duration::from_secs(180);

/// A person with a wallet of their own.
#[derive(Debug)]
pub struct Person {
    name: String,
    folder: TempDir,
    words: Vec<String>,
    session: Option<String>,
    /// What left for the network, outside the person's own folder.
    recorded: TempDir,
    /// What the person typed and shared with nobody.
    private: Mutex<Vec<String>>,
}

impl Drop for Person {
    /// A journey ends: nothing may have left that should have stayed.
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let complaints = egress::complaints(&self.left_the_device(), &self.secrets());
        assert!(complaints.is_empty(), "{}: {complaints:#?}", self.name);
    }
}

/// What a command said.
#[derive(Debug, Clone)]
pub struct Said {
    /// The command, for messages.
    pub command: String,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output, whole.
    pub out: String,
    /// Standard error, whole.
    pub err: String,
}

impl Person {
    /// Someone who has no wallet yet. Their passphrase holds their name, so that
    /// two people never have the same.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("farthing-person-")
            .tempdir()
            .unwrap();
        let person = Self {
            name: name.to_owned(),
            folder,
            words: Vec::new(),
            session: None,
            recorded: tempfile::Builder::new()
                .prefix("farthing-egress-")
                .tempdir()
                .unwrap(),
            private: Mutex::default(),
        };
        person.keep_secret(&format!("{name} keeps a long passphrase"));
        person
    }

    /// Changes what the secret file says; the wallet is not asked.
    pub fn keep_secret(&self, secret: &str) {
        let path = self.secret_file();
        fs::write(&path, format!("{secret}\n")).unwrap();
        readable_by(&path, 0o600);
    }

    /// From now on this person works in the session whose bus is at `address`, with its keychain.
    pub fn work_in(&mut self, address: &str) {
        self.session = Some(address.to_owned());
    }

    /// Makes a practice wallet in the town at `town`, with the session's keychain if there is one.
    pub fn settle(&mut self, town: &str) {
        let keychain = self.session.as_ref().map_or("none", |_| "auto");
        let made = self
            .ask(&["init", "--practice", town, "--keychain", keychain])
            .done();
        self.note_words(&made);
    }

    /// The same without a keychain, by [`ask_cheaply`](Self::ask_cheaply).
    pub fn settle_cheaply(&mut self, town: &str) {
        let init = ["init", "--practice", town, "--keychain", "none"];
        let made = self.ask_cheaply(&init, None).done();
        self.note_words(&made);
    }

    fn note_words(&mut self, made: &Value) {
        let words = made["words"]
            .as_array()
            .unwrap_or_else(|| panic!("no words in {made}"));
        self.words = words
            .iter()
            .map(|w| w.as_str().unwrap().to_owned())
            .collect();
        assert_eq!(self.words.len(), 12, "{}: not twelve words", self.name);
    }

    /// The twelve words `init` showed.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The folder everything of this person is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The wallet's home.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("wallet")
    }

    /// The file with the passphrase.
    #[must_use]
    pub fn secret_file(&self) -> PathBuf {
        self.folder.path().join("secret")
    }

    /// Every byte that left for the network so far, as [`egress::requests`] reads it.
    #[must_use]
    pub fn left_the_device(&self) -> Vec<u8> {
        fs::read(self.egress_log()).unwrap_or_default()
    }

    fn egress_log(&self) -> PathBuf {
        self.recorded.path().join("egress.log")
    }

    /// What no byte of may ever leave.
    fn secrets(&self) -> Vec<String> {
        let mut secrets = self.private.lock().unwrap().clone();
        if let Ok(secret) = fs::read_to_string(self.secret_file()) {
            secrets.push(secret.trim_end().to_owned());
        }
        if !self.words.is_empty() {
            secrets.push(self.words.join(" "));
        }
        secrets.push(self.folder().display().to_string());
        secrets.retain(|secret| secret.len() > 3);
        secrets
    }

    /// A note that is typed and not shared is a secret.
    fn remember_what_stays(&self, args: &[&str]) {
        let after = |name: &str| {
            let at = args.iter().position(|arg| *arg == name)?;
            args.get(at + 1)
        };
        let shares_note =
            after("--share").is_some_and(|items| items.split(',').any(|i| i == "note"));
        if let (Some(note), false) = (after("--note"), shares_note) {
            self.private.lock().unwrap().push((*note).to_owned());
        }
    }

    /// Adds a purse; its id.
    pub fn open_purse(&self, issuer: &str, unit: &str) -> String {
        self.ask(&["purse", "add", issuer, "--unit", unit, "--yes"])
            .done();
        let purses = self.ask(&["balance"]).done();
        let purse = purses["purses"].as_array().unwrap().iter().find(|p| {
            let at = p["issuer"]
                .as_str()
                .unwrap_or_default()
                .trim_end_matches('/');
            p["unit"] == unit && at == issuer.trim_end_matches('/')
        });
        let purse = purse.unwrap_or_else(|| panic!("no {unit} purse at {issuer}: {purses}"));
        purse["id"].as_str().unwrap().to_owned()
    }

    /// Tops up; `pay` is given the invoice as soon as the wallet shows it.
    pub fn top_up(&self, amount: i64, unit: &str, pay: impl FnOnce(&str)) -> Value {
        self.top_up_with(amount, unit, &[], pay)
    }

    /// As [`Person::top_up`], into a purse of the person's choice.
    pub fn top_up_into(
        &self,
        purse: &str,
        amount: i64,
        unit: &str,
        pay: impl FnOnce(&str),
    ) -> Value {
        self.top_up_with(amount, unit, &["--purse", purse], pay)
    }

    fn top_up_with(&self, amount: i64, unit: &str, more: &[&str], pay: impl FnOnce(&str)) -> Value {
        let amount = amount.to_string();
        let mut command = self.farthing(&["--json"]);
        command.args(["top-up", &amount, "--unit", unit, "--wait", "60"]);
        command.args(more);
        let mut running = Running::start(command, None);
        let invoice = running.invoice();
        pay(&invoice);
        running.end().done()
    }

    /// Reviews `code`, pays that review, and holds everything the wallet then says
    /// against it. The receipt.
    #[track_caller]
    pub fn pay(&self, code: &str, unit: &str) -> Value {
        self.pay_from(code, unit, None)
    }

    /// As [`Person::pay`], from a purse of the person's choice.
    #[track_caller]
    pub fn pay_from(&self, code: &str, unit: &str, purse: Option<&str>) -> Value {
        let mut args = vec![code];
        args.extend(purse.map(|id| ["--purse", id]).into_iter().flatten());
        self.review_and_pay(&args, unit).1
    }

    /// As [`Person::pay`], with everything that follows `review`. The review and the receipt.
    #[track_caller]
    pub fn review_and_pay(&self, args: &[&str], unit: &str) -> (Value, Value) {
        let before = self.balance(unit);
        let review = self.ask(&[&["review"], args].concat()).done();
        let receipt = self.pay_from_balance(before, &review, unit);
        (review, receipt)
    }

    /// Pays what was reviewed, and holds everything the wallet then says against it. The
    /// receipt.
    #[track_caller]
    pub fn pay_review(&self, review: &Value, unit: &str) -> Value {
        self.pay_from_balance(self.balance(unit), review, unit)
    }

    #[track_caller]
    fn pay_from_balance(&self, before: (i64, i64), review: &Value, unit: &str) -> Value {
        let id = review["review"]
            .as_str()
            .unwrap_or_else(|| panic!("no id in {review}"));
        let receipt = self.ask(&["pay", "--review", id, "--yes"]).done();
        let after = self.balance(unit);
        agreed(review, &receipt, unit);
        assert_eq!(
            before.0 - after.0,
            worth(&receipt["left_purse"], unit),
            "{receipt}"
        );
        assert_eq!(before.1, after.1, "something is held after {receipt}");
        let kept = self
            .ask(&["receipt", receipt["payment"].as_str().unwrap()])
            .done();
        assert_eq!(kept, receipt, "the journal remembers something else");
        receipt
    }

    /// What the wallet says it holds in `unit`: spendable and pending.
    #[must_use]
    pub fn balance(&self, unit: &str) -> (i64, i64) {
        let all = self.ask(&["balance"]).done();
        let purses = all["purses"]
            .as_array()
            .unwrap_or_else(|| panic!("no purses in {all}"));
        let of = |field: &str| {
            purses
                .iter()
                .filter(|p| p["unit"] == unit)
                .map(|p| worth(&p[field], unit))
                .sum()
        };
        (of("spendable"), of("pending"))
    }

    /// All that is theirs in `unit`: what can be spent, and what is held for something.
    #[must_use]
    pub fn holds(&self, unit: &str) -> i64 {
        let (spendable, pending) = self.balance(unit);
        spendable + pending
    }

    /// Runs `farthing --json …`.
    #[must_use]
    pub fn ask(&self, args: &[&str]) -> Said {
        self.ask_with_input(args, None)
    }

    /// Runs `farthing --json …` with something on standard input.
    #[must_use]
    pub fn ask_with_input(&self, args: &[&str], input: Option<&str>) -> Said {
        self.remember_what_stays(args);
        let mut command = self.farthing(&["--json"]);
        command.args(args);
        Running::start(command, input).end()
    }

    /// Runs `farthing --json …` so many days later; only where [`later::clock`] is there.
    #[must_use]
    pub fn ask_later(&self, days: u64, args: &[&str]) -> Said {
        let clock = later::clock().unwrap();
        let recorder = egress::recorder().unwrap();
        let mut command = self.farthing(&["--json"]);
        command
            .args(args)
            .env(
                "LD_PRELOAD",
                format!("{}:{}", recorder.display(), clock.display()),
            )
            .env("SECONDS_AHEAD", (days * 24 * 60 * 60).to_string());
        Running::start(command, None).end()
    }

    /// Runs `farthing …` as a person would, for its text.
    #[must_use]
    pub fn tell(&self, args: &[&str]) -> Said {
        let mut command = self.farthing(&[]);
        command.args(args);
        Running::start(command, None).end()
    }

    /// Starts `farthing --json …` and does not wait for it.
    #[must_use]
    pub fn begin(&self, args: &[&str]) -> Running {
        let mut command = self.farthing(&["--json"]);
        command.args(args);
        Running::start(command, None)
    }

    /// Runs `farthing --json …` of the wallet that can be killed, and is not. What it makes is as cheap to
    /// open as is permitted: journeys open their wallets tens of thousands of times.
    #[must_use]
    pub fn ask_cheaply(&self, args: &[&str], input: Option<&str>) -> Said {
        let mut command = self.command(&killable());
        command.arg("--json").args(args);
        Running::start(command, input).end()
    }

    /// Starts `farthing --json …` of the wallet that can be killed, told where in its environment.
    #[must_use]
    pub fn begin_killable(&self, args: &[&str], environment: &[(&str, &OsStr)]) -> Running {
        let mut command = self.command(&killable());
        command.arg("--json").args(args);
        command.envs(environment.iter().copied());
        Running::start(command, None)
    }

    /// The wallet's program with this person's home and secret.
    fn farthing(&self, options: &[&str]) -> Command {
        let program = Places::find().farthing();
        assert!(
            program.is_file(),
            "no wallet: `cargo xtask setup` builds one"
        );
        let mut command = self.command(&program);
        command.args(options);
        command
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Nothing of the machine's own settings may leak into a journey.
        command
            .env_clear()
            .env("HOME", self.folder())
            .envs(
                self.session
                    .iter()
                    .map(|at| ("DBUS_SESSION_BUS_ADDRESS", at)),
            )
            .current_dir(self.folder());
        command.env("TMPDIR", self.folder());
        if let Some(recorder) = egress::recorder() {
            command.env("LD_PRELOAD", recorder);
            command.env("EGRESS_LOG", self.egress_log());
        }
        command
            .arg("--home")
            .arg(self.home())
            .arg("--secret-file")
            .arg(self.secret_file());
        command
    }
}

/// A command under way.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
    invoices: mpsc::Receiver<String>,
}

impl Running {
    fn start(mut command: Command, input: Option<&str>) -> Self {
        let words = command
            .get_args()
            .map(OsStr::to_string_lossy)
            .collect::<Vec<_>>();
        let spelled = format!("farthing {}", words.join(" "));
        let mut child = command
            .stdin(if input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{spelled}: {e}"));
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            // A command may well refuse before it has read all of this.
            let _ = stdin.write_all(input.as_bytes());
        }
        let (shown, invoices) = mpsc::channel();
        let out = reader(child.stdout.take().unwrap(), None);
        let err = reader(child.stderr.take().unwrap(), Some(shown));
        Self {
            command: spelled,
            child,
            out: Some(out),
            err: Some(err),
            invoices,
        }
    }

    /// Waits for the first Lightning invoice on standard error.
    pub fn invoice(&mut self) -> String {
        if let Ok(invoice) = self.invoices.recv_timeout(PATIENCE) {
            return invoice;
        }
        let _ = self.child.kill();
        let said = self.collect(None);
        panic!("no invoice was shown by {said:#?}");
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills the command as a power cut would.
    pub fn kill(mut self) -> Said {
        let _ = self.child.kill();
        let status = self.child.wait().unwrap();
        self.collect(status.code())
    }

    /// Waits for the command to end.
    #[must_use]
    pub fn end(mut self) -> Said {
        let status = self.wait();
        self.collect(status.code())
    }

    fn wait(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if since.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("{} never ended", self.command);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn collect(&mut self, code: Option<i32>) -> Said {
        let text = |pipe: Option<JoinHandle<String>>| pipe.unwrap().join().unwrap();
        let (out, err) = (text(self.out.take()), text(self.err.take()));
        Said {
            command: self.command.clone(),
            code,
            out,
            err,
        }
    }
}

fn reader(
    pipe: impl Read + Send + 'static,
    invoices: Option<mpsc::Sender<String>>,
) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut all = String::new();
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&line);
            if let (Some(invoices), Some(invoice)) = (&invoices, invoice_in(&text)) {
                let _ = invoices.send(invoice.to_owned());
            }
            all.push_str(&text);
            line.clear();
        }
        all
    })
}

impl Said {
    /// Its one JSON document, which must be an object and all there is.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        let json: Value = serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("not one JSON document ({e}): {self:#?}"));
        assert!(json.is_object(), "not an object: {self:#?}");
        json
    }

    /// It must have ended well; its answer.
    #[track_caller]
    pub fn done(&self) -> Value {
        self.ended(0)
    }

    /// It must have ended with `code`; its answer.
    #[track_caller]
    pub fn ended(&self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self.json()
    }

    /// It must have refused with exit code `code`, moving nothing; its error code.
    #[track_caller]
    pub fn refused(&self, code: i32) -> String {
        let json = self.ended(code);
        let error = &json["error"];
        assert_eq!(error["money"], "safe", "{self:#?}");
        assert!(
            error["text"].as_str().is_some_and(|t| !t.trim().is_empty()),
            "{self:#?}"
        );
        error["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no error code: {self:#?}"))
            .to_owned()
    }
}

/// The whole number in `{"value":"21","unit":"sat"}`, which must be of `unit`.
#[track_caller]
#[must_use]
pub fn worth(amount: &Value, unit: &str) -> i64 {
    assert_eq!(amount["unit"], unit, "not an amount in {unit}: {amount}");
    let value = amount["value"]
        .as_str()
        .unwrap_or_else(|| panic!("no value in {amount}"));
    value
        .parse()
        .unwrap_or_else(|_| panic!("not a whole number: {amount}"))
}

/// A receipt keeps what its review promised: the price paid, fees within their
/// bounds, nothing left over that no line names.
#[track_caller]
pub fn agreed(review: &Value, receipt: &Value, unit: &str) {
    let at_most: i64 = review["fees"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| worth(&f["at_most"], unit))
        .sum();
    let price = worth(&review["price"], unit);
    assert_eq!(
        worth(&review["total"], unit),
        price + fees(&review["fees"], unit),
        "{review}"
    );
    assert_eq!(
        worth(&review["total_at_most"], unit),
        price + at_most,
        "{review}"
    );

    assert_eq!(receipt["outcome"], "paid", "{receipt}");
    let left = worth(&receipt["left_purse"], unit);
    assert_eq!(
        left,
        worth(&receipt["paid"], unit) + fees(&receipt["fees"], unit),
        "{receipt}"
    );
    assert!(worth(&receipt["paid"], unit) >= price, "{review} {receipt}");
    assert!(
        left <= worth(&review["total_at_most"], unit),
        "{review} {receipt}"
    );
    assert!(left >= worth(&review["total"], unit), "{review} {receipt}");
}

/// What the fee lines add up to, all in `unit`.
#[track_caller]
#[must_use]
pub fn fees(lines: &Value, unit: &str) -> i64 {
    let lines = lines
        .as_array()
        .unwrap_or_else(|| panic!("no fee lines: {lines}"));
    lines.iter().map(|line| worth(&line["amount"], unit)).sum()
}

/// What the fee lines of one kind add up to, all in `unit`.
#[track_caller]
#[must_use]
pub fn fees_of(lines: &Value, kind: &str, unit: &str) -> i64 {
    let lines = lines
        .as_array()
        .unwrap_or_else(|| panic!("no fee lines: {lines}"));
    lines
        .iter()
        .filter(|line| line["kind"] == kind)
        .map(|line| worth(&line["amount"], unit))
        .sum()
}

/// Sets who may read a file.
pub fn readable_by(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}
