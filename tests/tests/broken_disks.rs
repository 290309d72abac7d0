//! Disks that fail, fill up, are read-only or lie: the wallet says so, opens again afterwards,
//! and every unit is where the issuer's books say it is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]
#![allow(clippy::print_stdout, reason = "says how many cases were played")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use farthing_tests::faulty_disk::{FAULTS, Fault, FaultyDisk, Met, NEVER};
use farthing_tests::proxy::journeys::in_full;
use farthing_tests::{Person, Said, Town};
use serde_json::{Value, json};

/// What is done while the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    TopUp,
    Give,
    Redeem,
    PayAShop,
    PayAnInvoice,
}

const DEEDS: [Deed; 5] = [
    Deed::TopUp,
    Deed::Give,
    Deed::Redeem,
    Deed::PayAShop,
    Deed::PayAnInvoice,
];

/// Where the deeds happen.
struct Scene {
    town: Town,
    issuer: &'static str,
    ada: Person,
    bob: Person,
    /// What people hold who were there before them.
    left: i64,
    disk: FaultyDisk,
}

/// A deed made ready: what to run, and how to see afterwards whether it happened.
struct Ready {
    args: Vec<String>,
    order: Value,
    hash: String,
    token: String,
}

impl Scene {
    fn set(issuer: &'static str, disk: FaultyDisk) -> Self {
        let town = Town::open();
        let [ada, bob] = people(&town, issuer);
        Self {
            town,
            issuer,
            ada,
            bob,
            left: 0,
            disk,
        }
    }

    /// New people: a wallet that has seen a thousand broken disks takes its time to say that all is well.
    fn change_people(&mut self) {
        self.left += self.ada.holds("sat") + self.bob.holds("sat");
        [self.ada, self.bob] = people(&self.town, self.issuer);
    }

    fn prepare(&self, deed: Deed) -> Ready {
        let mut ready = Ready {
            args: Vec::new(),
            order: Value::Null,
            hash: String::new(),
            token: String::new(),
        };
        let args: Vec<&str> = match deed {
            Deed::TopUp => vec!["top-up", "37", "--wait", "8"],
            Deed::Give => vec!["give", "21", "--yes"],
            Deed::Redeem => {
                let given = self.bob.ask(&["give", "23", "--yes"]).done();
                given["token"]
                    .as_str()
                    .unwrap()
                    .clone_into(&mut ready.token);
                vec!["redeem", &ready.token, "--yes"]
            }
            Deed::PayAShop => {
                let at = self.issuer.to_lowercase();
                ready.order = self
                    .town
                    .order(&json!({"amount": 19, "issuer": at, "unit": "sat"}));
                vec!["pay", ready.order["request"].as_str().unwrap(), "--yes"]
            }
            Deed::PayAnInvoice => {
                let (invoice, hash) = self.town.merchant_invoice(60_000, "on a bad disk");
                ready.hash = hash;
                ready.token = invoice;
                vec!["pay", &ready.token, "--yes"]
            }
        };
        ready.args = args.into_iter().map(str::to_owned).collect();
        ready
    }

    fn attempt(&self, ready: &Ready, fault: Fault, nth: usize) -> Met {
        let args: Vec<&str> = ready.args.iter().map(String::as_str).collect();
        self.disk.run(&self.ada, fault, nth, &args, |invoice| {
            drop(self.town.pay_invoice(invoice));
        })
    }

    fn is_paid(&self, ready: &Ready) -> bool {
        match (&ready.order, ready.hash.as_str()) {
            (Value::Null, "") => false,
            (Value::Null, hash) => self.town.invoice(hash)["state"] == "settled",
            (order, _) => self.town.look(order)["state"] == "paid",
        }
    }

    /// One deed on one bad disk; everything that is not as it should be.
    fn play(&self, deed: Deed, fault: Fault, nth: usize) -> (Met, Vec<String>) {
        let ready = self.prepare(deed);
        let met = self.attempt(&ready, fault, nth);
        let mut wrong = told(&met.said);

        // What it said is true.
        let answer: Value = serde_json::from_str(&met.said.out).unwrap_or_default();
        let paid = self.is_paid(&ready);
        let pays = matches!(deed, Deed::PayAShop | Deed::PayAnInvoice);
        if pays && met.said.code == Some(0) && !paid {
            wrong.push("it said paid, and nothing was paid".to_owned());
        }
        if let Some(token) = answer["token"].as_str() {
            wrong.extend(unless_done(&self.bob.ask(&["redeem", token, "--yes"])));
        }

        // The wallet opens again, is well, and finds everything.
        wrong.extend(unless_done(&self.ada.ask(&["doctor"])));
        wrong.extend(unless_done(&self.ada.ask(&["recover"])));
        if in_full() {
            wrong.extend(self.adds_up());
        }

        // Recovery may have finished it.
        let paid = self.is_paid(&ready);
        if paid && (answer["outcome"] == "not_paid" || answer["error"]["money"] == "safe") {
            wrong.push("it said not paid, and it was".to_owned());
        }
        // And what was not done can be done now, what was done cannot be done twice.
        if deed == Deed::Redeem {
            let again = self.ada.ask(&["redeem", &ready.token, "--yes"]);
            if met.said.code == Some(0) && again.code == Some(0) {
                wrong.push(format!("redeemed twice: {again:#?}"));
            }
            self.bob.ask(&["recover"]).done();
            let known = again.code == Some(0) || again.json()["error"]["money"] == "safe";
            if !known || self.bob.balance("sat").1 != 0 {
                wrong.push(format!("the token is still about: {again:#?}"));
            }
        }
        if pays {
            let again = self.ada.ask(&["pay", &ready.args[1], "--yes"]);
            if paid == (again.code == Some(0)) {
                wrong.push(format!("paid before: {paid}; then: {again:#?}"));
            }
        }
        wrong.extend(self.adds_up());
        (met, wrong)
    }

    /// What the issuer owes is what people and the shop hold.
    fn adds_up(&self) -> Option<String> {
        let books = self.town.books(self.issuer)["sat"];
        let shop = self.town.shop_holds(self.issuer, "sat");
        let (adas, bobs) = (self.ada.holds("sat"), self.bob.holds("sat"));
        let right = adas + bobs + shop + self.left == books.outstanding
            && books.paid_not_issued == 0
            && books.held == 0;
        (!right).then(|| {
            format!(
                "Ada {adas}, Bob {bobs}, the shop {shop}, others {}: {books:?}",
                self.left
            )
        })
    }
}

/// Ada and Bob, who have money.
fn people(town: &Town, issuer: &str) -> [Person; 2] {
    ["Ada", "Bob"].map(|name| town.person_with(name, issuer, 20_000, "sat"))
}

/// A failed command says what happened and where the money is.
fn told(said: &Said) -> Vec<String> {
    let mut wrong = Vec::new();
    let answer: Value = serde_json::from_str(&said.out).unwrap_or_default();
    let error = &answer["error"];
    let sentence = error["text"].as_str().is_some_and(|text| text.len() > 8);
    let money = ["safe", "moved", "unknown"]
        .iter()
        .any(|m| error["money"] == *m);
    let outcome = answer["outcome"].is_string() || answer["token"].is_string();
    if said.code.is_none() || (said.code != Some(0) && !outcome && !(sentence && money)) {
        wrong.push("it did not say what happened".to_owned());
    }
    if said.err.contains("mistake in Farthing") {
        wrong.push("it panicked".to_owned());
    }
    wrong
}

fn unless_done(said: &Said) -> Option<String> {
    (said.code != Some(0)).then(|| format!("{said:#?}"))
}

/// Where there can be none, that is said instead of passing in silence.
fn faulty_disk(otherwise: &str) -> Option<FaultyDisk> {
    FaultyDisk::new()
        .inspect_err(|why| println!("{otherwise}: {why}"))
        .ok()
}

/// The nth act fails, for each deed and fault: every n in a full run, some of them otherwise.
fn whatever_fails(issuer: &'static str, offset: usize) {
    let Some(disk) = faulty_disk("no disk was broken here") else {
        return;
    };
    let mut scene = Scene::set(issuer, disk);
    let mut wrong = Vec::new();
    let mut met_so_far = BTreeMap::<String, usize>::new();
    let (mut cases, mut of) = (0, 0);
    for (at, deed) in DEEDS.into_iter().enumerate() {
        for (which, fault) in FAULTS.into_iter().enumerate() {
            // In a short run each deed meets two faults, the other issuer two others.
            if !in_full() && !(at + which + 2 * offset).is_multiple_of(4) {
                continue;
            }
            if in_full() {
                scene.change_people();
            }
            let acts = scene.attempt(&scene.prepare(deed), fault, NEVER).acts;
            of += acts;
            let mut nth = if in_full() {
                1
            } else {
                1 + (at * 37 + which * 53 + offset) % acts.max(1)
            };
            loop {
                let (met, troubles) = scene.play(deed, fault, nth);
                cases += 1;
                let struck = met.struck.clone().unwrap_or_else(|| "nothing".to_owned());
                for trouble in troubles {
                    wrong.push(format!(
                        "{deed:?}, {fault:?} at {nth} ({struck}), exit {:?}: {trouble}",
                        met.said.code
                    ));
                }
                *met_so_far.entry(struck).or_default() += 1;
                if !in_full() || met.struck.is_none() {
                    break;
                }
                nth += 1;
            }
        }
    }
    println!("{issuer}: {cases} of about {of} acts failed: {met_so_far:#?}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn whatever_the_disk_refuses_the_money_adds_up_where_answers_are_repeated() {
    whatever_fails("Maple", 0);
}

#[test]
fn whatever_the_disk_refuses_the_money_adds_up_where_answers_come_once() {
    whatever_fails("Harbour", 1);
}

/// A file system of its own under the wallet; none where one may not be mounted.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mounted(at: &'a Path, options: &str) -> Result<Self, String> {
        fs::create_dir_all(at).map_err(|e| e.to_string())?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .output()
            .map_err(|e| e.to_string())?;
        if mounted.status.success() {
            Ok(Self(at))
        } else {
            Err(String::from_utf8_lossy(&mounted.stderr).trim().to_owned())
        }
    }

    fn again(&self, options: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(self.0)
            .status();
        assert!(done.unwrap().success());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_and_a_read_only_disk_are_said_and_cost_nothing() {
    let town = Town::open();
    let mut ada = Person::new("Ada");
    let home = ada.home();
    let disk = match SmallDisk::mounted(&home, "size=4m,mode=0700") {
        Ok(disk) => disk,
        Err(why) => {
            println!("no disk was filled: nothing can be mounted here ({why})");
            return;
        }
    };
    ada.settle(&town.url());
    ada.open_purse(&town.issuer("Maple"), "sat");
    ada.top_up(1_000, "sat", |invoice| drop(town.pay_invoice(invoice)));
    let before = ada.balance("sat");

    disk.again("ro");
    for args in [
        ["balance"].as_slice(),
        &["give", "21", "--yes"],
        &["recover"],
    ] {
        let said = ada.ask(args);
        assert_eq!(told(&said), Vec::<String>::new(), "{said:#?}");
        assert_ne!(said.code, Some(0), "{said:#?}");
        assert_eq!(said.json()["error"]["money"], "safe", "{said:#?}");
        assert_eq!(said.json()["error"]["code"], "disk_read_only", "{said:#?}");
    }
    disk.again("rw");
    assert_eq!(ada.balance("sat"), before);

    // Every amount of room from none to enough.
    let filler = home.join("filler");
    let (mut done, mut refused) = (0, 0);
    for room in (0..=320_usize).step_by(if in_full() { 4 } else { 32 }) {
        fill_but(&filler, room * 1024);
        let said = ada.ask(&["give", "5", "--yes"]);
        fs::remove_file(&filler).unwrap();
        assert_eq!(told(&said), Vec::<String>::new(), "{room} KiB: {said:#?}");
        match said.code {
            Some(0) => done += 1,
            _ => {
                refused += 1;
                let error = &said.json()["error"];
                assert_eq!(error["code"], "disk_full", "{room} KiB: {said:#?}");
                assert!(error["next"].as_str().unwrap().contains("space"));
            }
        }
        ada.ask(&["recover"]).done();
        ada.ask(&["doctor"]).done();
        let owed = town.books("Maple")["sat"].outstanding;
        assert_eq!(ada.holds("sat"), owed, "{room} KiB: {said:#?}");
    }
    println!("a full disk: {refused} refused, {done} done");
    assert!(done > 0 && refused > 0);
}

/// Fills the disk `path` is on, but for so many bytes.
fn fill_but(path: &Path, room: usize) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    let page = [0x5a_u8; 4096];
    let mut written = 0_usize;
    while file.write_all(&page).is_ok() {
        written += page.len();
    }
    file.set_len(written.saturating_sub(room) as u64).unwrap();
}

/// A byte of a file changed, or everything behind it cut off.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip,
    Cut,
    Zero,
}

#[test]
fn damaged_files_are_said_never_replaced_and_the_words_still_bring_the_money_back() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
    ada.pay(order["request"].as_str().unwrap(), "sat");
    let (invoice, _) = town.merchant_invoice(100_000, "so that there is something to lose");
    ada.pay(&invoice, "sat");
    let before = ada.balance("sat");
    let good = ada.folder().join("good");
    copied(&ada.home(), &good);

    let mut found = BTreeMap::<String, usize>::new();
    let mut wrong = Vec::new();
    for file in [
        "money.db",
        "history.db",
        "vault.json",
        "attempts.json",
        "erase.key",
    ] {
        let bytes = fs::read(good.join(file)).unwrap();
        for (harm, at) in harms(bytes.len()) {
            fs::remove_dir_all(ada.home()).unwrap();
            copied(&good, &ada.home());
            let mut harmed = bytes.clone();
            match harm {
                Harm::Flip => harmed[at] ^= 1 << (at % 8),
                Harm::Cut => harmed.truncate(at),
                Harm::Zero => harmed[at..].iter_mut().take(4096).for_each(|b| *b = 0),
            }
            fs::write(ada.home().join(file), &harmed).unwrap();
            let said = ada.ask(&["balance"]);
            let mut troubles = told(&said);
            let what = if said.code == Some(0) {
                if ada.balance("sat") != before {
                    troubles.push(format!("another balance: {said:#?}"));
                }
                "unaffected".to_owned()
            } else {
                let error = said.json()["error"].clone();
                if error["money"] != "safe" || error["next"].as_str().is_none_or(str::is_empty) {
                    troubles.push(format!("{said:#?}"));
                }
                error["code"].as_str().unwrap().to_owned()
            };
            // Whatever else is asked of it: a sentence, never a panic, never a wallet out of nothing.
            let again = ["init", "--practice", &town.url(), "--keychain", "none"];
            let asked = [["doctor"].as_slice(), &["history"], &["recover"], &again];
            let some = if in_full() || found.len().is_multiple_of(5) {
                4
            } else {
                0
            };
            for args in asked.into_iter().take(some) {
                let said = ada.ask(args);
                // The doctor's answer is what it found, whatever that is.
                if args != ["doctor"] || said.json()["checks"].is_null() {
                    troubles.extend(told(&said));
                }
            }
            if file == "history.db" {
                if said.code != Some(0) {
                    troubles.push(format!("the money is out of sight: {said:#?}"));
                }
                if some > 0 && !said.json()["warnings"].is_null() {
                    troubles.extend(begun_anew(&ada, &harmed, before));
                }
            }
            let vault = fs::read(ada.home().join("vault.json")).unwrap();
            let was = if file == "vault.json" {
                harmed
            } else {
                fs::read(good.join("vault.json")).unwrap()
            };
            if vault != was {
                troubles.push("the vault was written".to_owned());
            }
            *found.entry(format!("{file} {harm:?}: {what}")).or_default() += 1;
            for trouble in troubles {
                wrong.push(format!("{file} {harm:?} at {at}: {trouble}"));
            }
        }
    }
    println!("{found:#?}");

    let new = town.restored(ada.words());
    new.open_purse(&town.issuer("Maple"), "sat");
    assert_eq!(new.balance("sat"), before);
    assert_eq!(worth_owed(&town), before.0);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The way out of a damaged history: a new one, with the money as it was and the old file kept.
fn begun_anew(ada: &Person, harmed: &[u8], before: (i64, i64)) -> Vec<String> {
    let mut wrong = Vec::new();
    wrong.extend(unless_done(&ada.ask(&["recover", "--new-history"])));
    if fs::read(ada.home().join("history.db.damaged-1")).unwrap() != harmed {
        wrong.push("the damaged file was not kept as it was".to_owned());
    }
    for args in [["history"], ["doctor"], ["recover"]] {
        wrong.extend(unless_done(&ada.ask(&args)));
    }
    if ada.balance("sat") != before {
        wrong.push("another balance with a new history".to_owned());
    }
    let history = ada.ask(&["history"]).done();
    for line in history["payments"].as_array().unwrap() {
        if line["outcome"] != "paid" {
            wrong.push(format!("called undone: {line}"));
        }
    }
    wrong
}

/// A new history is whole in its file before it takes the damaged one's place, whichever write
/// finds the disk full.
#[test]
fn a_new_history_that_does_not_fit_leaves_the_damaged_one_in_its_place_and_says_so() {
    let Some(disk) = faulty_disk("no disk was filled") else {
        return;
    };
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let before = ada.balance("sat");
    let history = ada.home().join("history.db");
    let mut harmed = fs::read(&history).unwrap();
    harmed[3] ^= 1;
    fs::write(&history, &harmed).unwrap();
    let copy = ada.folder().join("damaged");
    copied(&ada.home(), &copy);
    let begin_anew = ["recover", "--new-history"];
    let attempt = |nth| {
        fs::remove_dir_all(ada.home()).unwrap();
        copied(&copy, &ada.home());
        disk.run(&ada, Fault::HalfThenFull, nth, &begin_anew, |_| ())
    };
    let unharmed = attempt(NEVER);
    unharmed.said.done();

    // The last write that can fail before the new file takes the place of the old.
    let (mut before_it, mut behind_it, mut last) = (0_usize, unharmed.acts + 1, None);
    while behind_it - before_it > 1 {
        let nth = before_it.midpoint(behind_it);
        let met = attempt(nth);
        assert_eq!(told(&met.said), Vec::<String>::new(), "{met:#?}");
        let in_place = fs::read(&history).unwrap() == harmed;

        // With room on the disk it is done after all.
        ada.ask(&begin_anew).done();
        assert_eq!(ada.balance("sat"), before, "{met:#?}");
        assert!(is_kept(&ada, &harmed), "{met:#?}");
        if in_place {
            assert_ne!(met.said.code, Some(0), "{met:#?}");
            assert_eq!(met.said.json()["error"]["money"], "safe", "{met:#?}");
            (before_it, last) = (nth, Some(met));
        } else {
            behind_it = nth;
        }
    }
    let met = last.unwrap();
    assert_eq!(met.struck.as_deref(), Some("write /history.db.new"));
    assert_eq!(met.said.json()["error"]["code"], "disk_full", "{met:#?}");
}

/// What is renamed before its bytes are on the disk is an empty file after a power cut, and a name that is
/// not on the disk itself is the old one.
#[test]
fn a_file_that_takes_anothers_place_is_on_the_disk_before_and_so_is_its_name_after() {
    let Some(disk) = faulty_disk("no order was looked at") else {
        return;
    };
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let met = disk.run(&ada, Fault::Error, NEVER, &["give", "21", "--yes"], |_| ());
    met.said.done();
    let acts = &met.in_turn;
    let mut replaced = 0;
    for (at, act) in acts.iter().enumerate() {
        let Some(name) = act.strip_prefix("rename ") else {
            continue;
        };
        replaced += 1;
        let last = |what| {
            let new = format!("{what} {name}.new");
            acts[..at].iter().rposition(|act| *act == new)
        };
        let (written, synced) = (last("write"), last("sync"));
        assert!(written.is_some() && written < synced, "{acts:#?}");
        assert_eq!(acts[at + 1], "sync", "{acts:#?}");
    }
    assert!(replaced > 0, "{acts:#?}");
}

/// Whether a damaged history is kept as it was, under any of the names it may have.
fn is_kept(ada: &Person, harmed: &[u8]) -> bool {
    fs::read_dir(ada.home())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("history.db.damaged-"))
        .any(|path| fs::read(path).unwrap() == harmed)
}

fn worth_owed(town: &Town) -> i64 {
    town.books("Maple")["sat"].outstanding - town.shop_holds("Maple", "sat")
}

/// The places every format has something at, and some in between.
fn harms(length: usize) -> Vec<(Harm, usize)> {
    let some = if in_full() { 200 } else { 3 };
    let mut places = vec![0, 16, 24, length / 2, length - 1];
    places.extend((1..=some).map(|n| (n * 7_919 + n * n * 104_729) % length));
    places.retain(|at| *at < length);
    places.sort_unstable();
    places.dedup();
    let mut harms: Vec<(Harm, usize)> = places.iter().map(|at| (Harm::Flip, *at)).collect();
    harms.extend(places.iter().step_by(4).map(|at| (Harm::Cut, *at)));
    harms.extend(places.iter().step_by(5).map(|at| (Harm::Zero, *at)));
    harms
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
