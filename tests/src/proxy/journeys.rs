//! What people do on a bad line, and what must hold afterwards whatever happened to it.
//!
//! Ada acts through the proxy. When the line is good again she asks what became of things, at
//! most three times, and then: nothing is undecided; what everybody holds has changed by what
//! the issuer's own books have; the payee was paid once or not at all, as the receipt says; and
//! Ada's receipts add up to the change of her balance.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use xtask::places::Places;

use super::{Fault, Hook, Passed, Proxy, Rule};
use crate::person::worth;
use crate::request::at_another_door;
use crate::{Person, Said, Town};

/// No command on a bad line takes longer.
const PATIENCE: Duration = Duration::from_secs(240);
/// Ada and Bob are topped up to this when they run low.
const STOCK: i64 = 2_000;
const LOW: i64 = 600;
/// After so many cases others come: a wallet that has seen a thousand takes its time to say that all is well.
const SAME_PEOPLE: usize = 100;

/// What happens to one request.
#[derive(Debug, Clone)]
pub enum Blow {
    /// The line fails.
    Line(Fault),
    /// The wallet's process is killed before the request is passed on.
    KillBefore,
    /// The wallet's process is killed when the request was carried out, before its answer.
    KillAfter,
}

/// Every way a line fails that takes no time.
#[must_use]
pub fn bad_lines() -> Vec<Blow> {
    [
        Fault::LoseRequest,
        Fault::LoseAnswer,
        Fault::CutAnswer,
        Fault::OtherAnswer(500, "{\"detail\":\"oops\",\"code\":0}"),
        Fault::OtherAnswer(502, "<html>bad gateway</html>"),
        Fault::OtherAnswer(200, "<html>please log in to this network</html>"),
        Fault::OtherAnswer(400, "<html>no</html>"),
        Fault::NotPassedOn(503, "<html>down for maintenance</html>"),
        Fault::NotPassedOn(429, "slow down"),
        Fault::TwiceFirst,
        Fault::TwiceSecond,
    ]
    .map(Blow::Line)
    .to_vec()
}

/// What Ada does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Collects a top-up somebody has paid.
    Collect,
    /// Gives e-cash, which Bob then redeems.
    Give,
    /// Redeems what Bob gave.
    Redeem,
    /// Pays a Cashu request at the Corner Shop.
    PayShop,
    /// Pays a Lightning invoice.
    PayInvoice,
    /// Takes back what nobody redeemed, by the payment's id.
    TakeBack,
    /// The same, by the token itself.
    TakeBackToken,
    /// Brings the money back from the words, on another machine.
    Restore,
}

/// Those that end with the journal and the purse agreeing, however the line fails.
pub const DEEDS: [Deed; 8] = [
    Deed::Collect,
    Deed::Give,
    Deed::Redeem,
    Deed::PayShop,
    Deed::PayInvoice,
    Deed::Restore,
    Deed::TakeBack,
    Deed::TakeBackToken,
];

/// One thing that goes wrong: blows by the number of the request they strike, during the deed and
/// during the first recovery after it.
#[derive(Clone, Default)]
pub struct Misfortune {
    /// During the deed.
    pub deed: Vec<(usize, Blow)>,
    /// During the first recovery.
    pub recovery: Vec<(usize, Blow)>,
}

impl fmt::Debug for Misfortune {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "deed {:?}, recovery {:?}", self.deed, self.recovery)
    }
}

/// What passed during a journey.
#[derive(Debug, Clone, Default)]
pub struct Journey {
    /// During the deed.
    pub deed: Passed,
    /// During the first recovery.
    pub recovery: Passed,
}

/// A town behind a bad line, with Ada and Bob on this side of it.
#[derive(Debug)]
pub struct Stage {
    /// The town.
    pub town: Town,
    /// The line: door 0 leads to the issuer, door 1 to the Corner Shop.
    pub line: Proxy,
    /// The issuer's name.
    pub issuer: &'static str,
    /// Who acts.
    pub ada: Person,
    /// Who gives and is given to.
    pub bob: Person,
    victim: Victim,
    luck: u64,
    people: usize,
}

type Victim = Arc<Mutex<Option<Child>>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    ada: i64,
    bob: i64,
    shop: i64,
    owed: i64,
    /// Of Ada's.
    pending: i64,
}

impl Stage {
    /// A new town, its issuer `issuer` behind a line.
    #[must_use]
    pub fn set(issuer: &'static str) -> Self {
        let town = Town::open();
        let shop = town.manifest()["shops"]["corner_shop"]["url"].clone();
        let line = Proxy::before(&[&town.issuer(issuer), shop.as_str().unwrap()]);
        let (ada, bob) = (
            neighbour(&town, &line, "Ada"),
            neighbour(&town, &line, "Bob"),
        );
        Self {
            town,
            line,
            issuer,
            ada,
            bob,
            victim: Victim::default(),
            luck: 0x9e37_79b9_7f4a_7c15,
            people: 2,
        }
    }

    /// A number below `below`, the same in every run.
    pub fn pick(&mut self, below: usize) -> usize {
        self.luck ^= self.luck << 13;
        self.luck ^= self.luck >> 7;
        self.luck ^= self.luck << 17;
        usize::try_from(self.luck % below as u64).unwrap()
    }

    fn amount(&mut self) -> i64 {
        20 + i64::try_from(self.pick(180)).unwrap()
    }

    /// New people with new wallets; the old ones' money is left alone.
    pub fn change_people(&mut self) {
        self.people += 2;
        self.ada = neighbour(&self.town, &self.line, &format!("Ada{}", self.people));
        self.bob = neighbour(&self.town, &self.line, &format!("Bob{}", self.people));
    }

    fn held(&self) -> Held {
        let (ada, bob) = (self.ada.balance("sat"), self.bob.balance("sat"));
        Held {
            ada: ada.0 + ada.1,
            bob: bob.0 + bob.1,
            pending: ada.1,
            shop: self.shop_holds(),
            owed: self.town.books(self.issuer)["sat"].outstanding,
        }
    }

    fn shop_holds(&self) -> i64 {
        let books = self.town.ask("/books");
        books["shops"]["corner_shop"]["purses"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|purse| {
                purse["issuer"].as_str().unwrap().trim_end_matches('/') == self.line.url(0)
            })
            .map(|purse| purse["holds"].as_i64().unwrap())
            .sum()
    }

    /// Tops up whoever runs low.
    ///
    /// # Panics
    /// When a top-up on a good line does not arrive.
    pub fn stock(&self) {
        for person in [&self.ada, &self.bob] {
            if person.balance("sat").0 < LOW {
                let asked = person
                    .ask(&["top-up", &STOCK.to_string(), "--unit", "sat"])
                    .done();
                self.town.pay_invoice(asked["invoice"].as_str().unwrap());
                person.ask(&["recover"]).done();
                assert!(person.balance("sat").0 >= STOCK);
            }
        }
    }

    /// The blows as rules of the line.
    #[must_use]
    pub fn rules(&self, blows: &[(usize, Blow)]) -> Vec<Rule> {
        let kill = || -> Hook {
            let victim = Arc::clone(&self.victim);
            Arc::new(move || {
                if let Some(child) = victim
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .as_mut()
                {
                    child.kill().unwrap();
                    child.wait().unwrap();
                }
            })
        };
        blows
            .iter()
            .map(|(nth, blow)| {
                let fault = match blow {
                    Blow::Line(fault) => fault.clone(),
                    Blow::KillBefore => Fault::HookBefore(kill()),
                    Blow::KillAfter => Fault::HookAfter(kill()),
                };
                Rule::nth(*nth, fault)
            })
            .collect()
    }

    /// Runs a command that may be killed at any moment.
    pub fn run(&self, person: &Person, args: &[&str]) -> Said {
        let path = |name: &str| person.folder().join(name);
        let mut command = Command::new(Places::find().farthing());
        command
            .env_clear()
            .env("HOME", person.folder())
            .env("TMPDIR", person.folder())
            .current_dir(person.folder())
            .arg("--home")
            .arg(person.home())
            .arg("--secret-file")
            .arg(person.secret_file())
            .arg("--json")
            .args(args)
            .stdin(Stdio::null())
            .stdout(File::create(path("said")).unwrap())
            .stderr(File::create(path("mumbled")).unwrap());
        let victim = || self.victim.lock().unwrap_or_else(PoisonError::into_inner);
        *victim() = Some(command.spawn().unwrap());
        let since = Instant::now();
        let status = loop {
            if let Some(status) = victim().as_mut().unwrap().try_wait().unwrap() {
                break status;
            }
            if since.elapsed() > PATIENCE {
                victim().as_mut().unwrap().kill().unwrap();
                panic!("farthing {args:?} never ended");
            }
            thread::sleep(Duration::from_millis(5));
        };
        *victim() = None;
        Said {
            command: format!("farthing {}", args.join(" ")),
            code: status.code(),
            out: fs::read_to_string(path("said")).unwrap(),
            err: fs::read_to_string(path("mumbled")).unwrap(),
        }
    }

    fn under(&self, blows: &[(usize, Blow)], person: &Person, args: &[&str]) -> (Said, Passed) {
        self.line.set(self.rules(blows));
        let said = self.run(person, args);
        (said, self.line.heal())
    }

    /// Asks what became of things until everything is decided, three times at most.
    #[track_caller]
    fn recovered(&self, blows: &[(usize, Blow)]) -> Passed {
        let (mut said, passed) = if blows.is_empty() {
            self.line.set(Vec::new());
            (self.ada.ask(&["recover"]), self.line.heal())
        } else {
            let (_, passed) = self.under(blows, &self.ada, &["recover"]);
            (self.ada.ask(&["recover"]), passed)
        };
        for _ in 0..2 {
            if said.code != Some(0) {
                said = self.ada.ask(&["recover"]);
            }
        }
        assert_eq!(said.code, Some(0), "after three recoveries: {said:#?}");
        passed
    }

    fn payments(&self) -> BTreeSet<String> {
        let history = self.ada.ask(&["history"]).done();
        let ids = history["payments"].as_array().unwrap().iter();
        ids.map(|line| line["payment"].as_str().unwrap().to_owned())
            .collect()
    }

    fn receipt(&self, payment: &str) -> Value {
        self.ada.ask(&["receipt", payment]).done()
    }

    /// One deed under one misfortune, and everything that must hold afterwards.
    ///
    /// # Panics
    /// When something does not hold.
    pub fn play(&mut self, deed: Deed, misfortune: &Misfortune) -> Journey {
        if deed == Deed::Restore {
            return self.restore(misfortune);
        }
        self.stock();
        let amount = self.amount();
        let before = self.held();
        let known = self.payments();
        let prepared = self.prepare(deed, amount);
        let args: Vec<&str> = prepared.args.iter().map(String::as_str).collect();
        let (said, passed) = self.under(&misfortune.deed, &self.ada, &args);
        let journey = Journey {
            deed: passed,
            recovery: self.recovered(&misfortune.recovery),
        };
        let check = catch_unwind(AssertUnwindSafe(|| {
            self.holds(deed, amount, &prepared, before, &known);
        }));
        if let Err(panic) = check {
            panic!(
                "{}\n  {said:?}\n  deed {:?}\n  recovery {:?}",
                words(&*panic),
                journey.deed.requests,
                journey.recovery.requests
            );
        }
        journey
    }

    fn prepare(&self, deed: Deed, amount: i64) -> Prepared {
        let text = amount.to_string();
        let of = |args: &[&str]| Prepared {
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            ..Prepared::default()
        };
        match deed {
            Deed::Collect => {
                let asked = self.ada.ask(&["top-up", &text, "--unit", "sat"]).done();
                self.town.pay_invoice(asked["invoice"].as_str().unwrap());
                of(&["recover"])
            }
            Deed::Give => of(&["give", &text, "--yes"]),
            Deed::Redeem => {
                let given = self.bob.ask(&["give", &text, "--yes"]).done();
                Prepared {
                    token: given["token"].as_str().unwrap().to_owned(),
                    ..of(&["redeem", given["token"].as_str().unwrap(), "--yes"])
                }
            }
            Deed::PayShop => {
                let order = self.town.order(&json!({
                    "amount": amount, "unit": "sat", "issuer": self.line.url(0),
                }));
                let code = self.through_the_line(order["request"].as_str().unwrap());
                Prepared {
                    order,
                    ..of(&["pay", &code, "--yes"])
                }
            }
            Deed::PayInvoice => {
                let (invoice, hash) = self
                    .town
                    .merchant_invoice(u64::try_from(amount).unwrap() * 1000, "something");
                Prepared {
                    hash,
                    ..of(&["pay", &invoice, "--yes"])
                }
            }
            Deed::TakeBack | Deed::TakeBackToken => {
                let given = self.ada.ask(&["give", &text, "--yes"]).done();
                let by = if deed == Deed::TakeBack {
                    "payment"
                } else {
                    "token"
                };
                Prepared {
                    payment: given["payment"].as_str().unwrap().to_owned(),
                    ..of(&["redeem", given[by].as_str().unwrap(), "--yes"])
                }
            }
            Deed::Restore => unreachable!("restoring is played on another machine"),
        }
    }

    /// A payment request whose payee is reached through the line.
    fn through_the_line(&self, request: &str) -> String {
        let shop = &self.town.manifest()["shops"]["corner_shop"]["url"];
        at_another_door(request, shop.as_str().unwrap(), self.line.url(1))
    }

    /// Everything that must hold when the line is good again and Ada has asked.
    fn holds(
        &self,
        deed: Deed,
        amount: i64,
        prepared: &Prepared,
        before: Held,
        known: &BTreeSet<String>,
    ) {
        match deed {
            Deed::TakeBack | Deed::TakeBackToken => {
                // A person who still sees the token waiting asks for it again.
                if !self.receipt(&prepared.payment)["token"].is_null() {
                    self.ada.ask(&["redeem", &prepared.payment, "--yes"]).done();
                }
                let receipt = self.receipt(&prepared.payment);
                assert_eq!(receipt["outcome"], "not_paid", "taken back: {receipt}");
            }
            Deed::Redeem => {
                let new = self.payments();
                let new: Vec<Value> = new.difference(known).map(|id| self.receipt(id)).collect();
                if !new.iter().any(|receipt| receipt["outcome"] == "paid") {
                    self.ada.ask(&["redeem", &prepared.token, "--yes"]).done();
                }
                self.bob.ask(&["recover"]).done();
            }
            _ => {}
        }
        let new: Vec<Value> = self
            .payments()
            .difference(known)
            .map(|id| self.receipt(id))
            .collect();
        for receipt in &new {
            assert_ne!(receipt["outcome"], "still_deciding", "{receipt}");
        }
        let paid: Vec<&Value> = new.iter().filter(|one| one["outcome"] == "paid").collect();
        assert!(paid.len() <= 1, "paid more than once: {paid:#?}");
        if let (Deed::Give, [paid]) = (deed, paid.as_slice()) {
            let token = paid["token"]
                .as_str()
                .unwrap_or_else(|| panic!("given, and no token: {paid}"));
            let got = self.bob.ask(&["redeem", token, "--yes"]).done();
            assert!(worth(&got["received"], "sat") >= amount, "{got}");
            self.ada.ask(&["recover"]).done();
        }
        let after = self.held();
        assert_eq!(after.pending, 0, "something is still set aside: {new:#?}");

        // Receipts against balance.
        let change: i64 = new
            .iter()
            .map(|receipt| match receipt["direction"].as_str().unwrap() {
                "in" => worth(&receipt["paid"], "sat"),
                _ => -worth(&receipt["left_purse"], "sat"),
            })
            .sum();
        assert_eq!(after.ada - before.ada, change, "Ada's receipts: {new:#?}");
        // Everybody's coins against the issuer's books.
        let books = self.town.books(self.issuer)["sat"];
        assert_eq!((books.held, books.paid_not_issued), (0, 0), "{books:?}");
        let hold = |held: Held| held.ada + held.bob + held.shop;
        assert_eq!(
            hold(after) - hold(before),
            after.owed - before.owed,
            "{before:?} {after:?} {new:#?}"
        );
        // The payee.
        match deed {
            Deed::PayShop => {
                let order = self.town.look(&prepared.order);
                let net = order["net"].as_i64().unwrap_or(0);
                let is_paid = order["state"] == "paid";
                assert_eq!(is_paid, !paid.is_empty(), "{order} {new:#?}");
                assert_eq!(after.shop - before.shop, if is_paid { net } else { 0 });
            }
            Deed::PayInvoice => {
                let invoice = self.town.invoice(&prepared.hash);
                let is_paid = invoice["state"] == "settled";
                assert_eq!(is_paid, !paid.is_empty(), "{invoice} {new:#?}");
                if is_paid {
                    assert_eq!(invoice["received_msat"], amount * 1000, "{invoice}");
                    assert_eq!(paid[0]["proof"]["text"], invoice["preimage"]);
                }
            }
            Deed::Collect => assert_eq!(after.ada - before.ada, amount),
            Deed::Redeem => assert_eq!(paid.len(), 1),
            _ => {}
        }
    }

    fn restore(&mut self, misfortune: &Misfortune) -> Journey {
        self.stock();
        let has = self.ada.balance("sat");
        assert_eq!(has.1, 0);
        let new = self.town.restored(self.ada.words());
        let add = ["purse", "add", self.line.url(0), "--unit", "sat", "--yes"];
        let (said, deed) = self.under(&misfortune.deed, &new, &add);
        let mut recovery = Passed::default();
        if said.code != Some(0) {
            // What anybody would do: try again.
            if !misfortune.recovery.is_empty() {
                recovery = self.under(&misfortune.recovery, &new, &add).1;
            }
            new.ask(&add).done();
        }
        for _ in 0..2 {
            new.ask(&["recover"]).done();
        }
        assert_eq!(
            new.balance("sat"),
            has,
            "the words did not bring everything back\n  {said:?}\n  {:?}",
            deed.requests
        );
        Journey { deed, recovery }
    }

    /// Some cases of each deed, the same in every run.
    #[must_use]
    pub fn sample(
        &mut self,
        mut cases: Vec<(Deed, Misfortune)>,
        some: usize,
    ) -> Vec<(Deed, Misfortune)> {
        let mut picked = Vec::new();
        for deed in DEEDS {
            let (mut of_deed, others): (Vec<_>, Vec<_>) =
                cases.into_iter().partition(|case| case.0 == deed);
            cases = others;
            for _ in 0..some.min(of_deed.len()) {
                let at = self.pick(of_deed.len());
                picked.push(of_deed.swap_remove(at));
            }
        }
        picked
    }

    /// Plays every case of `cases`; says what did not hold, and stops at the end.
    ///
    /// # Panics
    /// When anything did not hold.
    pub fn play_all(&mut self, cases: &[(Deed, Misfortune)], of: usize) {
        let mut wrong = Vec::new();
        let mut struck = 0;
        let mut play = |stage: &mut Self, deed, misfortune: &Misfortune| match stage
            .try_play(deed, misfortune)
        {
            Ok(journey) => struck += usize::from(journey.deed.struck > 0),
            Err(why) => wrong.push(format!("{deed:?}, {misfortune:?}: {why}")),
        };
        for (nth, (deed, misfortune)) in cases.iter().enumerate() {
            if nth > 0 && nth.is_multiple_of(SAME_PEOPLE) {
                self.change_people();
                // The first time keys are fetched; after that a deed is what it always is.
                play(self, *deed, &Misfortune::default());
            }
            play(self, *deed, misfortune);
        }
        let _ = writeln!(
            std::io::stdout(),
            "{}: {} of {of} cases, {struck} of them struck, {} wrong",
            self.issuer,
            cases.len(),
            wrong.len()
        );
        assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n\n"));
    }

    /// Plays one case. What did not hold; then Ada and Bob are new people.
    ///
    /// # Errors
    /// What did not hold.
    pub fn try_play(&mut self, deed: Deed, misfortune: &Misfortune) -> Result<Journey, String> {
        let played = catch_unwind(AssertUnwindSafe(|| self.play(deed, misfortune)));
        played.map_err(|panic| {
            self.line.heal();
            self.change_people();
            words(&*panic)
        })
    }
}

#[derive(Default)]
struct Prepared {
    args: Vec<String>,
    order: Value,
    hash: String,
    payment: String,
    token: String,
}

fn neighbour(town: &Town, line: &Proxy, name: &str) -> Person {
    let person = town.person(name);
    person.open_purse(line.url(0), "sat");
    person
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

/// Whether every case is to be run, not a sample.
#[must_use]
pub fn in_full() -> bool {
    std::env::var_os("FARTHING_FULL").is_some_and(|value| value == "1")
}
