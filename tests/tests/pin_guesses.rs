//! Who has the device and the open keychain's session, and not the PIN: killing the wallet between
//! counting a PIN and looking at it, restarting the machine and putting old files back buys no
//! further guess. And whoever knows the PIN loses nothing by a kill.
//!
//! The wallet here counts the vault's steps and takes its time since the start from a file (see
//! `kill-points` in the vault); the keychain is a real Secret Service.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test helpers"
)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;

use farthing_tests::proxy::journeys::in_full;
use farthing_tests::{Keyring, Person, Said, Town};
use serde_json::Value;

const PIN: &str = "258079";
const HOUR: u64 = 60 * 60 * 1000;
/// As docs/security.md says.
const MOST: usize = 20;

struct Device {
    ada: Person,
    keyring: Keyring,
    start: u64,
    uptime: u64,
    luck: u64,
}

/// One run of the wallet.
struct Run {
    said: Said,
    points: Vec<String>,
}

impl Run {
    /// Whether it came past a point of the vault's. A PIN that was looked at counts even if nobody
    /// was told the result any more.
    fn passed(&self, what: &str) -> bool {
        self.points.iter().any(|point| point.ends_with(what))
    }

    fn killed(&self) -> bool {
        self.said.code.is_none()
    }
}

impl Device {
    fn new() -> Self {
        let keyring = Keyring::readable();
        let mut ada = Person::new("Ada");
        ada.work_in(&keyring.address());
        ada.keep_secret(PIN);
        Self {
            ada,
            keyring,
            start: 1,
            uptime: HOUR,
            luck: 0x2545_f491_4f6c_dd1d,
        }
    }

    fn pick(&mut self, below: u64) -> u64 {
        self.luck ^= self.luck << 13;
        self.luck ^= self.luck >> 7;
        self.luck ^= self.luck << 17;
        self.luck % below.max(1)
    }

    /// Runs a command with a secret, killed at a point of the vault's if one is named.
    fn run(&self, secret: &str, args: &[&str], kill: Option<usize>) -> Run {
        let path = |name: &str| self.ada.folder().join(name);
        self.ada.keep_secret(secret);
        fs::write(
            path("clock"),
            format!("start-{} {}", self.start, self.uptime),
        )
        .unwrap();
        let _ = fs::remove_file(path("points"));
        let (clock, points) = (path("clock"), path("points"));
        let kill = kill.map(|at| at.to_string());
        let mut environment = vec![
            ("FARTHING_BOOT_CLOCK", clock.as_os_str()),
            ("FARTHING_VAULT_KILL_COUNT", points.as_os_str()),
        ];
        environment.extend(
            kill.iter()
                .map(|at| ("FARTHING_VAULT_KILL_AT", OsStr::new(at))),
        );
        let said = self.ada.begin_killable(args, &environment).end();
        let points = fs::read_to_string(points).unwrap_or_default();
        Run {
            said,
            points: points.lines().map(str::to_owned).collect(),
        }
    }

    fn file(&self) -> Vec<u8> {
        fs::read(self.ada.home().join("attempts.json")).unwrap()
    }

    fn put_back(&self, file: &[u8]) {
        fs::write(self.ada.home().join("attempts.json"), file).unwrap();
    }
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn of_any_number_of_guesses_twenty_are_looked_at() {
    let town = Town::open();
    let mut device = Device::new();
    device.ada.settle(&town.url());
    let points = device.run("000000", &["balance"], None).points.len();
    assert!(points > 6, "the vault's steps are not counted");
    // Hers: the count begins anew.
    device.run(PIN, &["balance"], None).said.done();
    let (old_file, old_entries) = (device.file(), device.keyring.entries());

    let guesses = if in_full() { 2_000 } else { 150 };
    let (mut looked, mut killed) = (0, 0);
    let mut answers = BTreeMap::<String, usize>::new();
    // Whoever puts back both at once counts for themselves (docs/security.md): never both here.
    let (mut file_is_old, mut entry_is_old) = (false, false);
    for guess in 0..guesses {
        device.uptime += device.pick(2 * HOUR);
        match device.pick(12) {
            0 => {
                device.start += 1;
                device.uptime = device.pick(2 * HOUR);
            }
            1 | 2 if !entry_is_old => {
                device.put_back(&old_file);
                file_is_old = true;
            }
            // Starting the keyring takes its time.
            3 if guess % 4 == 0 && !file_is_old => {
                device
                    .keyring
                    .edit(|entries| entries.clone_from(&old_entries));
                entry_is_old = true;
            }
            _ => {}
        }
        let file_before = device.file();
        let kill = 1 + usize::try_from(device.pick(2 * points as u64)).unwrap();
        let pin = format!("{:06}", device.pick(258_000));
        let run = device.run(&pin, &["balance"], Some(kill));
        looked += usize::from(run.passed("after a PIN is looked at"));
        if run.passed("after the keychain is written") {
            entry_is_old = false;
            file_is_old = !run.passed("after a file is durable");
        }
        if !run.killed() {
            *answers.entry(run.said.refused(5)).or_default() += 1;
            continue;
        }
        killed += 1;
        // Killed in the middle, and the disk as it was: the keychain knows.
        if !entry_is_old && device.pick(4) == 0 {
            device.put_back(&file_before);
            file_is_old = true;
        }
    }
    println!("{guesses} guesses, {killed} killed, {looked} looked at, {answers:?}");
    assert!(killed > 10 && looked > 2, "hardly anything was tried");
    assert!(looked <= MOST, "{looked} guesses were looked at");
    assert!(
        answers.contains_key("passphrase_or_words_needed"),
        "{answers:?}"
    );
    // Nor is the right one, whatever time passes.
    for start in [device.start, device.start + 1] {
        (device.start, device.uptime) = (start, 24 * 365 * HOUR);
        let run = device.run(PIN, &["balance"], None);
        assert_eq!(run.said.refused(5), "passphrase_or_words_needed");
        assert!(!run.passed("after a PIN is looked at"));
    }
    // The words still are.
    let _ = town.restored(device.ada.words());
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn whoever_knows_the_pin_loses_nothing_by_a_kill_at_any_step() {
    let town = Town::open();
    let mut device = Device::new();
    device.ada.settle(&town.url());
    device.ada.open_purse(&town.issuer("Maple"), "sat");
    device
        .ada
        .top_up(100, "sat", |invoice| drop(town.pay_invoice(invoice)));
    let vault = fs::read(device.ada.home().join("vault.json")).unwrap();
    let points = device.run(PIN, &["balance"], None).points;
    assert!(points.len() > 12, "{points:#?}");
    for kill in 1..=points.len() {
        let run = device.run(PIN, &["balance"], Some(kill));
        assert!(run.killed(), "{:#?}", run.said);
        assert_eq!(run.points.len(), kill);
        // At once: one interrupted try is no reason to wait.
        device.run(PIN, &["balance"], None).said.done();
        let tally: Value = serde_json::from_slice(&device.file()).unwrap();
        assert_eq!(tally["pin"]["failures"], 0, "{tally}");
        device.uptime += 1000;
    }
    assert_eq!(device.ada.balance("sat"), (100, 0));
    assert_eq!(
        fs::read(device.ada.home().join("vault.json")).unwrap(),
        vault
    );
    println!("{} steps of opening, killed at each", points.len());
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_kill_while_a_wallet_is_made_leaves_a_wallet_or_nothing_in_the_way() {
    let town = Town::open();
    let mut device = Device::new();
    let url = town.url();
    let init = ["init", "--practice", &url, "--keychain", "auto"];
    let mut kill = 1;
    loop {
        let run = device.run(PIN, &init, Some(kill));
        if !run.killed() {
            run.said.done();
            break;
        }
        // Made only after its words were shown; until then another `init` takes its place. The
        // keychain is told beside all that, so either may be true when it kills.
        let balance = device.ada.ask(&["balance"]);
        let made = if balance.code == Some(0) {
            run.said.json()
        } else {
            assert_eq!(balance.refused(5), "no_wallet");
            device.run(PIN, &init, None).said.done()
        };
        assert_eq!(made["words"].as_array().unwrap().len(), 12);
        device.ada.ask(&["balance"]).done();
        device.ada.ask(&["doctor"]).done();
        let entries = device.keyring.entries();
        let probes = entries.iter().filter(|entry| entry.name == "probe").count();
        assert!(probes <= 1, "{entries:#?}");
        fs::remove_dir_all(device.ada.home()).unwrap();
        device.keyring.edit(Vec::clear);
        device.start += 1;
        kill += 1;
    }
    assert!(kill > 15, "only {kill} steps");
    println!("{} steps of making a wallet, killed at each", kill - 1);
}
