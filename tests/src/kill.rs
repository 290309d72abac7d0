//! Killing the wallet at every write and every request, and what must hold afterwards.
//!
//! A second build of the wallet counts its writes and requests and, told a number, kills itself
//! there (see `farthing_store::kill`). Only the deed and the recoveries that are to be struck run
//! in it; everything else here is the wallet people have.
//!
//! People go on with the same wallet after each kill, so a coin or a counter used twice shows in a
//! later case at the latest.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use xtask::places::{KILL_BIN, Places, cargo};
use xtask::walk::invoice_in;

use crate::person::worth;
use crate::{Person, Said, Town};

/// No command here takes longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// Ada and Bob are topped up to this when they run low.
const STOCK: i64 = 4_000;
const LOW: i64 = 600;
/// After so many cases others may come.
const SAME_PEOPLE: usize = 100;
/// Who issues satoshis in town.
const ISSUERS: [&str; 2] = ["Maple", "Harbour"];

/// What is being done when the kill comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Makes a wallet.
    Init,
    /// Adds the first purse.
    AddPurse,
    /// Tops up and waits for the payment, which comes as soon as the invoice is shown.
    TopUp,
    /// Collects a top-up that was paid while the wallet was closed.
    Collect,
    /// Gives e-cash, which Bob then redeems.
    Give,
    /// Redeems what Bob gave.
    Redeem,
    /// Pays a Cashu request at the Corner Shop.
    PayShop,
    /// Pays a Lightning invoice.
    PayInvoice,
    /// Pays a Lightning offer, which may be paid again and again.
    PayOffer,
    /// Pays an invoice for which there is no way.
    PayInVain,
    /// Gets a page and pays its invoice on the way.
    FetchPage,
    /// Gets a page and pays with e-cash in a header.
    FetchForCash,
    /// Redeems a voucher of the Kiosk.
    Voucher,
    /// Pays a Lightning address and tells it a name.
    PayAndTell,
    /// Forgets a merchant.
    Forget,
    /// Takes back what nobody redeemed, by the payment's id.
    TakeBack,
    /// Moves money from a purse at one issuer to a purse at the other.
    Move,
    /// Finds out about a payment that was undecided and has been paid.
    LearnPaid,
    /// Finds out about a payment that was undecided and has failed.
    LearnFailed,
    /// Makes a wallet from the words.
    Restore,
    /// Adds a purse to a wallet made from the words: its coins come back.
    RestorePurse,
    /// Erases a wallet made from the words.
    Erase,
}

impl Deed {
    /// The smallest amount it is played with. Of less, what Lightning and fitting coins may cost can be
    /// more than a quarter, and the wallet rightly refuses.
    const fn least(self) -> i64 {
        match self {
            Self::PayInvoice
            | Self::PayOffer
            | Self::PayInVain
            | Self::FetchPage
            | Self::PayAndTell
            | Self::Move
            | Self::LearnPaid
            | Self::LearnFailed => 60,
            _ => 20,
        }
    }
}

/// One run of the wallet that counts.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it said, until then.
    pub said: Said,
    /// The points it passed, the last of them where it was killed.
    pub points: Vec<String>,
    /// Whether it was killed.
    pub killed: bool,
}

/// Which runs of one case are killed, and where: the deed, then each recovery in turn.
pub type Kills = Vec<usize>;

/// A town with people in it.
#[derive(Debug)]
pub struct Street {
    town: Town,
    issuer: &'static str,
    ada: Person,
    bob: Person,
    people: usize,
    /// The cases they have been through.
    played: usize,
    luck: u64,
    /// What the last case ended with: nobody runs a wallet in between.
    seen: Option<Seen>,
}

#[derive(Debug, Clone)]
struct Seen {
    held: Held,
    /// What of it can be spent.
    spendable: [i64; 2],
    payments: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    ada: i64,
    bob: i64,
    shop: i64,
    owed: i64,
}

#[derive(Debug, Default)]
struct Prepared {
    args: Vec<String>,
    order: Value,
    hash: String,
    payment: String,
    token: String,
}

/// What one case was.
#[derive(Debug, Clone)]
pub struct Case {
    /// The deed, then the recoveries that were struck.
    pub runs: Vec<Run>,
}

impl Case {
    /// Whether every kill that was asked for has happened.
    #[must_use]
    pub fn struck(&self) -> bool {
        self.runs.iter().all(|run| run.killed)
    }
}

impl Street {
    /// A new town and two new people with purses at the issuer called `issuer`.
    #[must_use]
    pub fn open(issuer: &'static str) -> Self {
        let town = Town::open();
        let (ada, bob) = (
            town.person_at("Ada", issuer, "sat"),
            town.person_at("Bob", issuer, "sat"),
        );
        Self {
            town,
            issuer,
            ada,
            bob,
            people: 2,
            played: 0,
            luck: 0x2545_f491_4f6c_dd1d,
            seen: None,
        }
    }

    /// A number below `below`, the same in every run.
    pub fn pick(&mut self, below: usize) -> usize {
        self.luck ^= self.luck << 13;
        self.luck ^= self.luck >> 7;
        self.luck ^= self.luck << 17;
        usize::try_from(self.luck % below.max(1) as u64).unwrap()
    }

    /// New people with new wallets; the old ones' money is left alone.
    pub fn change_people(&mut self) {
        self.people += 2;
        self.played = 0;
        self.seen = None;
        let name = |who: &str| format!("{who}{}", self.people);
        self.ada = self.town.person_at(&name("Ada"), self.issuer, "sat");
        self.bob = self.town.person_at(&name("Bob"), self.issuer, "sat");
    }

    /// New people when these have been through enough; whether they are new. A wallet that has seen a
    /// thousand kills takes its time to say that all is well.
    pub fn relieve_people(&mut self) -> bool {
        let enough = self.played >= SAME_PEOPLE;
        if enough {
            self.change_people();
        }
        enough
    }

    /// Does `deed` with the kills of `kills`, and checks everything that must hold afterwards.
    ///
    /// # Errors
    /// What did not hold; then the people are new ones.
    pub fn play(&mut self, deed: Deed, kills: &[usize]) -> Result<Case, String> {
        self.played += 1;
        let mut case = Case { runs: Vec::new() };
        let played = catch_unwind(AssertUnwindSafe(|| match deed {
            Deed::Init => self.init(kills, &mut case),
            Deed::AddPurse => self.add_purse(kills, &mut case),
            Deed::Restore | Deed::RestorePurse => self.restore(deed, kills, &mut case),
            Deed::Erase => self.erase(kills, &mut case),
            Deed::Move => self.move_money(kills, &mut case),
            _ => self.deed(deed, kills, &mut case),
        }));
        played.map(|()| case.clone()).map_err(|panic| {
            self.change_people();
            let mut why = format!("{deed:?} killed at {kills:?}:");
            for run in &case.runs {
                let last = run.points.last().map_or("nothing", String::as_str);
                why += &format!("\n  {} — {last}", run.said.command);
            }
            format!("{why}\n  {}", words(&*panic))
        })
    }

    fn deed(&mut self, deed: Deed, kills: &[usize], case: &mut Case) {
        let amount = deed.least() + i64::try_from(self.pick(180)).unwrap();
        let Seen {
            held: before,
            payments: known,
            ..
        } = self.stocked();
        let prepared = self.prepare(deed, amount, known.len());
        let args: Vec<&str> = prepared.args.iter().map(String::as_str).collect();

        let mut first = None;
        let mut invoice = None;
        for (at, kill) in kills.iter().map(Some).chain([None]).enumerate() {
            // Past the last kill only the deed itself still runs in the counting wallet.
            let run = match (at, kill) {
                (0, kill) => self.run(&self.ada, &args, None, kill, &mut invoice),
                (_, Some(kill)) => {
                    self.run(&self.ada, &["recover"], None, Some(kill), &mut invoice)
                }
                (_, None) => break,
            };
            let killed = run.killed;
            first.get_or_insert(killed);
            case.runs.push(run);
            if !killed {
                break;
            }
        }
        if first == Some(false) {
            assert!(
                matches!(case.runs[0].said.code, Some(0 | 1)),
                "{:#?}",
                case.runs[0].said
            );
        }
        self.decided();
        self.seen = None;
        let seen = self.holds(deed, amount, &prepared, before, &known, invoice.is_some());
        self.seen = Some(seen);
    }

    /// Everybody's money, with Ada's and Bob's as they say it is: spendable and pending.
    fn held(&self, ada: (i64, i64), bob: (i64, i64)) -> Held {
        Held {
            ada: ada.0 + ada.1,
            bob: bob.0 + bob.1,
            shop: self.town.shops_hold(self.issuer, "sat"),
            owed: self.town.books(self.issuer)["sat"].outstanding,
        }
    }

    /// Where everybody stands before a case, with enough to begin it.
    fn stocked(&mut self) -> Seen {
        let enough = |seen: &Seen| seen.spendable.iter().all(|spendable| *spendable >= LOW);
        if let Some(seen) = self.seen.take().filter(enough) {
            return seen;
        }
        let [ada, bob] = [&self.ada, &self.bob].map(|person| self.stock(person));
        Seen {
            held: self.held(ada, bob),
            spendable: [ada.0, bob.0],
            payments: self.payments(),
        }
    }

    fn stock(&self, person: &Person) -> (i64, i64) {
        let has = person.balance("sat");
        if has.0 >= LOW {
            return has;
        }
        let asked = person
            .ask(&["top-up", &STOCK.to_string(), "--unit", "sat"])
            .done();
        self.town.pay_invoice(asked["invoice"].as_str().unwrap());
        person.ask(&["recover"]).done();
        let has = person.balance("sat");
        assert!(has.0 >= STOCK);
        has
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

    fn prepare(&self, deed: Deed, amount: i64, number: usize) -> Prepared {
        let text = amount.to_string();
        let of = |args: &[&str]| Prepared {
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            ..Prepared::default()
        };
        match deed {
            Deed::TopUp => of(&["top-up", &text, "--unit", "sat", "--wait", "60"]),
            Deed::Collect => {
                let asked = self.ada.ask(&["top-up", &text, "--unit", "sat"]).done();
                self.town.pay_invoice(asked["invoice"].as_str().unwrap());
                of(&["recover"])
            }
            Deed::Give => of(&["give", &text, "--yes"]),
            Deed::Redeem => {
                let given = self.bob.ask(&["give", &text, "--yes"]).done();
                let token = given["token"].as_str().unwrap();
                Prepared {
                    token: token.to_owned(),
                    ..of(&["redeem", token, "--yes"])
                }
            }
            Deed::PayShop => {
                let order = self.town.order(&json!({
                    "amount": amount, "unit": "sat", "issuer": self.issuer.to_lowercase(),
                }));
                let code = order["request"].as_str().unwrap().to_owned();
                Prepared {
                    order,
                    ..of(&["pay", &code, "--yes"])
                }
            }
            Deed::PayInvoice | Deed::PayInVain | Deed::LearnPaid | Deed::LearnFailed => {
                let msat = u64::try_from(amount).unwrap() * 1000;
                let (invoice, hash) = self.town.merchant_invoice(msat, "something");
                let mut prepared = Prepared {
                    hash,
                    ..of(&["pay", &invoice, "--yes"])
                };
                if deed == Deed::PayInVain {
                    self.misfortune("fail", &prepared.hash);
                }
                if matches!(deed, Deed::LearnPaid | Deed::LearnFailed) {
                    self.misfortune("pending", &prepared.hash);
                    // Not waited for: a wallet asks for a while before it gives up.
                    let paying = self.ada.begin(&["pay", &invoice, "--yes"]);
                    let since = Instant::now();
                    self.town.wait_until_held(self.issuer);
                    // The coins are set aside before anything is sent, and an issuer whose caller is
                    // gone by then never sends it.
                    thread::sleep(Duration::from_secs(1));
                    paying.kill();
                    let verdict = if deed == Deed::LearnPaid {
                        "paid"
                    } else {
                        "failed"
                    };
                    let told = json!({"payment_hash": prepared.hash, "as": verdict});
                    // The issuer may hold the coins before it has sent anything.
                    while self.town.tell("/lightning/release", &told)["released"] == json!([]) {
                        assert!(since.elapsed() < PATIENCE, "nothing is under way");
                        thread::sleep(Duration::from_millis(20));
                    }
                    prepared.args = vec!["recover".to_owned()];
                }
                prepared
            }
            Deed::PayOffer => Prepared {
                order: self.town.hat("tips"),
                ..of(&["pay", &self.town.offer("tips"), "--amount", &text, "--yes"])
            },
            Deed::FetchPage | Deed::FetchForCash => {
                let dialect = if deed == Deed::FetchPage {
                    "l402"
                } else {
                    "cashu"
                };
                let told = json!({"slug": "short", "price": amount});
                self.town.tell("/daily_paper/price", &told);
                let at = format!("/shops/daily_paper/short/{dialect}");
                let page = self.town.manifest().pointer(&at).and_then(Value::as_str);
                // The paper prints one edition; to a wallet every address is another page.
                let url = format!("{}?edition={number}", page.unwrap());
                Prepared {
                    token: url.clone(),
                    order: self.sold(dialect),
                    hash: dialect.to_owned(),
                    ..of(&["fetch", &url, "-o", "page.html", "--yes"])
                }
            }
            Deed::Voucher => {
                let msat = amount * 1_000;
                let worth = json!({"min_msat": msat, "max_msat": msat});
                let voucher = self.town.tell("/kiosk", &worth);
                let code = voucher["scheme"].as_str().unwrap();
                Prepared {
                    token: code.to_owned(),
                    ..of(&["redeem", code, "--yes"])
                }
            }
            Deed::PayAndTell => {
                self.ada.ask(&["sharing", "details", "name", "Ada"]).done();
                let address = self.town.busker("busker");
                Prepared {
                    order: json!({"heard": self.heard().len(), "told": self.told()}),
                    ..of(&[
                        "pay", &address, "--amount", &text, "--share", "name", "--yes",
                    ])
                }
            }
            Deed::Forget => {
                self.ada.ask(&["sharing", "details", "name", "Ada"]).done();
                let [kept, gone] = ["busker", "plain"].map(|name| self.met(name));
                self.ada
                    .ask(&["merchant", &kept, "share", "name", "on"])
                    .done();
                Prepared {
                    token: gone.clone(),
                    order: json!(kept),
                    ..of(&["merchant", &gone, "erase", "--yes"])
                }
            }
            Deed::TakeBack => {
                let given = self.ada.ask(&["give", &text, "--yes"]).done();
                let payment = given["payment"].as_str().unwrap();
                Prepared {
                    payment: payment.to_owned(),
                    ..of(&["redeem", payment, "--yes"])
                }
            }
            Deed::Init
            | Deed::AddPurse
            | Deed::Restore
            | Deed::RestorePurse
            | Deed::Erase
            | Deed::Move => unreachable!("{deed:?} is played otherwise"),
        }
    }

    /// How often the paper was paid at its address of that dialect.
    fn sold(&self, dialect: &str) -> Value {
        self.town.ask("/daily_paper")["paths"][format!("/{dialect}/short")]["paid"].take()
    }

    fn misfortune(&self, what: &str, hash: &str) {
        self.town
            .misfortune(&json!({"do": what, "payment_hash": hash}));
    }

    /// Asks what became of things until everything is decided, three times at most.
    #[track_caller]
    fn decided(&self) {
        let mut said = self.ada.ask(&["recover"]);
        for _ in 0..2 {
            if said.code != Some(0) {
                said = self.ada.ask(&["recover"]);
            }
        }
        assert_eq!(said.code, Some(0), "after three recoveries: {said:#?}");
    }

    /// Everything that must hold when Ada has asked what became of things.
    fn holds(
        &self,
        deed: Deed,
        amount: i64,
        prepared: &Prepared,
        before: Held,
        known: &BTreeSet<String>,
        invoice_shown: bool,
    ) -> Seen {
        match deed {
            Deed::TakeBack => {
                // A person who still sees the token waiting asks for it again.
                if !self.receipt(&prepared.payment)["token"].is_null() {
                    self.ada.ask(&["redeem", &prepared.payment, "--yes"]).done();
                }
                let receipt = self.receipt(&prepared.payment);
                assert_eq!(receipt["outcome"], "not_paid", "taken back: {receipt}");
            }
            Deed::Redeem => {
                let (_, new) = self.new_receipts(known);
                if !new.iter().any(|receipt| receipt["outcome"] == "paid") {
                    self.ada.ask(&["redeem", &prepared.token, "--yes"]).done();
                }
                self.bob.ask(&["recover"]).done();
            }
            Deed::FetchPage | Deed::FetchForCash => {
                // Whoever wanted to read it still does.
                let fetch = ["fetch", &prepared.token, "-o", "again.html", "--yes"];
                let got = self.ada.ask(&fetch).done();
                assert_eq!(got["outcome"], "paid", "{got}");
                let page = self.ada.folder().join("again.html");
                let text = fs::read_to_string(&page).unwrap();
                assert!(text.ends_with("</html>"), "half a page");
                fs::remove_file(page).unwrap();
                let _ = fs::remove_file(self.ada.folder().join("page.html"));
            }
            Deed::Forget => {
                // Whoever still sees it there forgets it again.
                let said = self
                    .ada
                    .ask(&["merchant", &prepared.token, "erase", "--yes"]);
                if said.code != Some(0) {
                    assert_eq!(said.refused(1), "no_such_merchant");
                }
                let left = self.ada.ask(&["merchants"]).done();
                let left = left["merchants"].as_array().unwrap();
                let number = |one: &Value| one["merchant"].as_str().unwrap().to_owned();
                let left: Vec<String> = left.iter().map(number).collect();
                assert!(!left.contains(&prepared.token), "{left:?}");
                // Everybody else is there, with what was switched on.
                let kept = prepared.order.as_str().unwrap();
                let kept = self.ada.ask(&["merchant", kept]).done();
                assert_eq!(kept["switches"][0]["state"], "on", "{kept}");
            }
            Deed::Voucher => {
                let said = self.ada.ask(&["redeem", &prepared.token, "--yes"]).json();
                let done = said["outcome"] == "paid" || said["error"]["code"] == "already_redeemed";
                assert!(done, "{said}");
            }
            _ => {}
        }
        let (payments, new) = self.new_receipts(known);
        for receipt in &new {
            // An invoice that nobody was shown is waiting until it expires.
            let waiting = deed == Deed::TopUp && !invoice_shown;
            assert!(
                receipt["outcome"] != "still_deciding" || waiting,
                "{receipt}"
            );
        }
        let paid: Vec<&Value> = new.iter().filter(|one| one["outcome"] == "paid").collect();
        assert!(paid.len() <= 1, "paid more than once: {paid:#?}");
        if let (Deed::Give, [paid]) = (deed, paid.as_slice()) {
            let token = paid["token"]
                .as_str()
                .unwrap_or_else(|| panic!("given, and no token: {paid}"));
            let got = self.bob.ask(&["redeem", token, "--yes"]).done();
            let lines = paid["fees"].as_array().unwrap().iter();
            let rounding: i64 = lines
                .filter(|line| line["kind"] == "rounding")
                .map(|line| worth(&line["amount"], "sat"))
                .sum();
            assert_eq!(worth(&paid["paid"], "sat"), amount, "{paid}");
            let received = worth(&got["received"], "sat");
            assert_eq!(received, amount + rounding, "{got} {paid}");
            self.ada.ask(&["recover"]).done();
        }
        let [ada, bob] = [&self.ada, &self.bob].map(|person| person.balance("sat"));
        let after = self.held(ada, bob);
        assert_eq!(ada.1, 0, "something is still set aside: {new:#?}");

        // Receipts against balance.
        let change: i64 = new
            .iter()
            .filter(|receipt| receipt["outcome"] != "still_deciding")
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
            Deed::PayInvoice | Deed::PayInVain | Deed::LearnPaid | Deed::LearnFailed => {
                let invoice = self.town.invoice(&prepared.hash);
                let is_paid = invoice["state"] == "settled";
                assert_eq!(is_paid, !paid.is_empty(), "{invoice} {new:#?}");
                if is_paid {
                    assert_eq!(invoice["received_msat"], amount * 1000, "{invoice}");
                    assert_eq!(paid[0]["proof"]["text"], invoice["preimage"]);
                }
                match deed {
                    Deed::LearnPaid => assert!(is_paid),
                    Deed::LearnFailed | Deed::PayInVain => assert!(!is_paid),
                    _ => {}
                }
            }
            Deed::PayOffer => {
                let hat = self.town.hat("tips");
                let more = |name: &str| {
                    hat[name].as_i64().unwrap() - prepared.order[name].as_i64().unwrap()
                };
                let times = i64::try_from(paid.len()).unwrap();
                assert_eq!(more("paid"), times, "{hat} {new:#?}");
                assert_eq!(more("received_msat"), times * amount * 1_000, "{hat}");
            }
            Deed::TopUp => {
                let came = if invoice_shown { amount } else { 0 };
                assert_eq!(after.ada - before.ada, came, "{new:#?}");
            }
            Deed::Collect => assert_eq!(after.ada - before.ada, amount),
            Deed::Redeem => assert_eq!(paid.len(), 1),
            Deed::FetchPage | Deed::FetchForCash => {
                assert_eq!(paid.len(), 1, "{new:#?}");
                let sold = |count: &Value| count.as_u64().unwrap_or(0);
                let now = self.sold(&prepared.hash);
                assert_eq!(sold(&now), sold(&prepared.order) + 1, "{new:#?}");
            }
            Deed::Voucher => assert_eq!(after.ada - before.ada, amount, "{new:#?}"),
            Deed::PayAndTell => {
                let count =
                    |name: &str| usize::try_from(prepared.order[name].as_u64().unwrap()).unwrap();
                let heard = self.heard().split_off(count("heard"));
                let settled = heard.iter().filter(|one| {
                    let hash = one["payment_hash"].as_str().unwrap();
                    self.town.invoice(hash)["state"] == "settled"
                });
                let settled: Vec<&Value> = settled.collect();
                assert_eq!(settled.len(), paid.len(), "{settled:#?} {new:#?}");
                // Who was paid was told, and whatever was told is written down.
                for one in &settled {
                    assert_eq!(one["payer_data"], json!({"name": "Ada"}));
                }
                let told = heard.iter().filter(|one| !one["payer_data"].is_null());
                let written = self.told() - count("told");
                assert!(
                    told.count() <= written,
                    "{heard:#?}, {written} written down"
                );
            }
            _ => {}
        }
        healthy(&self.ada);
        Seen {
            held: after,
            spendable: [ada.0, bob.0],
            payments,
        }
    }

    /// What the busker was told by whoever asked for an invoice.
    fn heard(&self) -> Vec<Value> {
        self.town.ask("/busker")["heard"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// Ada looks at what the busker asks, and so has met them: their number.
    fn met(&self, name: &str) -> String {
        let address = self.town.busker(name);
        self.ada.ask(&["review", &address, "--amount", "21"]).done();
        let all = self.ada.ask(&["merchants"]).done();
        let all = all["merchants"].as_array().unwrap();
        let found = all.iter().find(|one| one["name"] == address.as_str());
        found.unwrap()["merchant"].as_str().unwrap().to_owned()
    }

    /// How often Ada's wallet wrote down that somebody was told something.
    fn told(&self) -> usize {
        let all = self.ada.ask(&["export"]).done();
        let all = all["merchants"].as_array().unwrap();
        all.iter()
            .map(|one| one["told"].as_array().unwrap().len())
            .sum()
    }

    /// All payments there are now, and the receipts of those that are new.
    fn new_receipts(&self, known: &BTreeSet<String>) -> (BTreeSet<String>, Vec<Value>) {
        let payments = self.payments();
        let new = payments.difference(known);
        let new = new.map(|id| self.receipt(id)).collect();
        (payments, new)
    }

    /// Somebody makes a wallet. What remains of a killed attempt is a wallet or in nobody's way.
    fn init(&mut self, kills: &[usize], case: &mut Case) {
        let new = Person::new("Somebody new");
        let town = self.town.url();
        let args = ["init", "--practice", &town, "--keychain", "none"];
        let deed = (&args[..], None);
        self.struck(&new, deed, deed, kills, case);
        let again = new.ask_cheaply(&args, None);
        if again.code != Some(0) {
            assert_eq!(again.refused(1), "wallet_exists");
        }
        self.first_money(&new);
    }

    /// Somebody adds a purse.
    fn add_purse(&mut self, kills: &[usize], case: &mut Case) {
        let new = self.town.person("Somebody new");
        let issuer = self.town.issuer(self.issuer);
        let args = ["purse", "add", &issuer, "--unit", "sat", "--yes"];
        let deed = (&args[..], None);
        self.struck(&new, deed, deed, kills, case);
        self.first_money(&new);
    }

    /// The first purse of somebody, and the first money in it.
    fn first_money(&self, new: &Person) {
        new.open_purse(&self.town.issuer(self.issuer), "sat");
        let purses = new.ask(&["balance"]).done();
        assert_eq!(purses["purses"].as_array().unwrap().len(), 1, "{purses}");
        let asked = new.ask(&["top-up", "21", "--unit", "sat"]).done();
        self.town.pay_invoice(asked["invoice"].as_str().unwrap());
        new.ask(&["recover"]).done();
        assert_eq!(new.balance("sat"), (21, 0));
        healthy(new);
    }

    /// Ada's words in somebody's hands who has nothing else.
    fn restore(&mut self, deed: Deed, kills: &[usize], case: &mut Case) {
        self.seen = None;
        let has = self.stock(&self.ada);
        assert_eq!(has.1, 0);
        let owed = self.town.books(self.issuer)["sat"].outstanding;
        let new = Person::new("Ada on another machine");
        let words = format!("{}\n", self.ada.words().join(" "));
        let (town, issuer) = (self.town.url(), self.town.issuer(self.issuer));
        let init = [
            "init",
            "--restore",
            "--practice",
            &town,
            "--keychain",
            "none",
        ];
        let add = ["purse", "add", &issuer, "--unit", "sat", "--yes"];
        let (args, input) = if deed == Deed::Restore {
            (&init[..], Some(words.as_str()))
        } else {
            new.ask_cheaply(&init, Some(&words)).done();
            (&add[..], None)
        };
        self.struck(&new, (args, input), (args, input), kills, case);
        if deed == Deed::Restore {
            // What anybody would do: try again.
            let again = new.ask_cheaply(args, input);
            if again.code != Some(0) {
                assert_eq!(again.refused(1), "wallet_exists");
            }
        }
        new.ask(&add).done();
        new.ask(&["recover"]).done();
        assert_eq!(
            new.balance("sat"),
            has,
            "the words did not bring everything back"
        );
        assert_eq!(self.town.books(self.issuer)["sat"].outstanding, owed);
        healthy(&new);
    }

    /// A wallet of Ada's words is erased; what died on the way is finished by whatever runs next.
    fn erase(&mut self, kills: &[usize], case: &mut Case) {
        self.seen = None;
        let has = self.stock(&self.ada);
        let words = format!("{}\n", self.ada.words().join(" "));
        let issuer = self.town.issuer(self.issuer);
        let add = ["purse", "add", &issuer, "--unit", "sat", "--yes"];
        let new = self.town.restored(self.ada.words());
        new.ask(&add).done();
        let erase = ["erase", "--yes"];
        let input = Some(words.as_str());
        self.struck(&new, (&erase, input), (&["recover"], None), kills, case);
        // It is all there and can be erased, or there is none.
        let balance = new.ask(&["balance"]);
        if balance.code == Some(0) {
            assert_eq!(new.balance("sat"), has);
            new.ask_with_input(&erase, input).done();
        } else {
            assert_eq!(balance.refused(5), "no_wallet");
        }
        let stayed = fs::read_dir(new.home()).into_iter().flatten().count();
        assert_eq!(stayed, 0, "something stayed on the disk");
        let again = self.town.restored(self.ada.words());
        again.ask(&add).done();
        assert_eq!(again.balance("sat"), has, "the words reach something else");
        healthy(&again);
    }

    /// Ada's purse at each issuer, and what can be spent of it.
    fn purses(&self) -> Vec<(i64, String)> {
        let open = |issuer: &str| {
            self.ada.open_purse(&self.town.issuer(issuer), "sat");
        };
        let all = self.ada.ask(&["balance"]).done();
        if all["purses"].as_array().unwrap().len() < 2 {
            ISSUERS.into_iter().for_each(open);
        }
        let all = self.ada.ask(&["balance"]).done();
        let purses = all["purses"].as_array().unwrap().iter();
        let found = |one: &Value| {
            let id = one["id"].as_str().unwrap();
            (worth(&one["spendable"], "sat"), id.to_owned())
        };
        purses.map(found).collect()
    }

    /// Ada moves money from her fuller purse to her other one.
    fn move_money(&mut self, kills: &[usize], case: &mut Case) {
        self.seen = None;
        let amount = Deed::Move.least() + i64::try_from(self.pick(180)).unwrap();
        let amount = amount.to_string();
        self.stock(&self.ada);
        let mut purses = self.purses();
        purses.sort();
        let [(_, to), (_, from)] = <[_; 2]>::try_from(purses).unwrap();
        let owed = || ISSUERS.map(|issuer| self.town.books(issuer)["sat"].outstanding);
        let (known, had, before) = (self.payments(), self.ada.balance("sat"), owed());
        let args = ["move", &amount, "--from", &from, "--to", &to, "--yes"];
        self.struck(&self.ada, (&args, None), (&["recover"], None), kills, case);
        self.decided();
        // What arrives is asked for before it is known that it was sent.
        self.ada.ask(&["recover"]).done();

        let (_, new) = self.new_receipts(&known);
        let ended = |kind: &str| {
            let mut of_kind = new.iter().filter(|one| one["kind"] == kind);
            let one = of_kind.next();
            assert!(of_kind.next().is_none(), "two of {kind}: {new:#?}");
            one.filter(|one| one["outcome"] == "paid")
        };
        let (sent, arrived) = (ended("move"), ended("top_up"));
        assert_eq!(sent.is_some(), arrived.is_some(), "{new:#?}");
        let undecided = |one: &&Value| one["outcome"] == "still_deciding";
        // Its invoice was never paid, and waits until it has run out.
        let waits = new
            .iter()
            .filter(undecided)
            .all(|one| one["kind"] == "top_up");
        assert!(waits, "{new:#?}");
        let left: i64 = new
            .iter()
            .filter(|one| one["direction"] == "out")
            .map(|one| worth(&one["left_purse"], "sat"))
            .sum();
        let came = arrived.map_or(0, |one| worth(&one["paid"], "sat"));
        assert_eq!(came, sent.map_or(0, |one| worth(&one["paid"], "sat")));
        let has = self.ada.balance("sat");
        assert_eq!(has.1, 0, "something is still set aside: {new:#?}");
        assert_eq!(has.0 - had.0, came - left, "{new:#?}");
        for issuer in ISSUERS {
            let books = self.town.books(issuer)["sat"];
            assert_eq!((books.held, books.paid_not_issued), (0, 0), "{books:?}");
        }
        let gone = |books: [i64; 2]| books.iter().sum::<i64>();
        assert_eq!(gone(owed()) - gone(before), has.0 - had.0, "{new:#?}");
        healthy(&self.ada);
    }

    /// Somebody new does a deed until it is killed, then what comes after until that is, and so on;
    /// without kills the deed once.
    fn struck(
        &self,
        new: &Person,
        deed: (&[&str], Option<&str>),
        after: (&[&str], Option<&str>),
        kills: &[usize],
        case: &mut Case,
    ) {
        let all = kills.iter().map(Some);
        let all = all.chain(kills.is_empty().then_some(None));
        for (at, kill) in all.enumerate() {
            let (args, input) = if at == 0 { deed } else { after };
            let run = self.run(new, args, input, kill, &mut None);
            let killed = run.killed;
            case.runs.push(run);
            if !killed {
                break;
            }
        }
    }

    /// Runs a command in the wallet that counts, to be killed at its point `kill`, counted from 0.
    /// Pays the first invoice it shows.
    fn run(
        &self,
        person: &Person,
        args: &[&str],
        input: Option<&str>,
        kill: Option<&usize>,
        invoice: &mut Option<String>,
    ) -> Run {
        let path = |name: &str| person.folder().join(name);
        fs::write(path("input"), input.unwrap_or_default()).unwrap();
        let _ = fs::remove_file(path("points"));
        let mut command = Command::new(killable());
        command
            .env_clear()
            .env("HOME", person.folder())
            .env("TMPDIR", person.folder())
            .env("FARTHING_KILL_COUNT", path("points"))
            .current_dir(person.folder())
            .arg("--home")
            .arg(person.home())
            .arg("--secret-file")
            .arg(person.secret_file())
            .arg("--json")
            .args(args)
            .stdin(File::open(path("input")).unwrap())
            .stdout(File::create(path("said")).unwrap())
            .stderr(File::create(path("mumbled")).unwrap());
        if let Some(kill) = kill {
            command.env("FARTHING_KILL_AT", kill.saturating_add(1).to_string());
        }
        let mut child = command.spawn().unwrap();
        let since = Instant::now();
        let mut pay = |all: &str| {
            let shown = all.lines().find_map(invoice_in);
            if let (None, Some(shown)) = (&invoice, shown) {
                self.town.pay_invoice(shown);
                *invoice = Some(shown.to_owned());
            }
        };
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if since.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("farthing {args:?} never ended");
            }
            if args.first() == Some(&"top-up") {
                pay(&fs::read_to_string(path("mumbled")).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(5));
        };
        let read = |name: &str| fs::read_to_string(path(name)).unwrap_or_default();
        if args.first() == Some(&"top-up") {
            pay(&read("mumbled"));
        }
        Run {
            said: Said {
                command: format!("farthing {}", args.join(" ")),
                code: status.code(),
                out: read("said"),
                err: read("mumbled"),
            },
            points: read("points").lines().map(str::to_owned).collect(),
            killed: status.code().is_none(),
        }
    }
}

/// Runs a command of somebody's in the wallet that counts; it is killed at its point `kill`, counted from
/// 0, if one is named.
#[must_use]
pub fn counted(person: &Person, args: &[&str], kill: Option<usize>) -> Run {
    let path = person.folder().join("points");
    let _ = fs::remove_file(&path);
    let kill = kill.map(|at| at.saturating_add(1).to_string());
    let mut environment = vec![("FARTHING_KILL_COUNT", path.as_os_str())];
    environment.extend(kill.iter().map(|at| ("FARTHING_KILL_AT", OsStr::new(at))));
    let said = person.begin_killable(args, &environment).end();
    let points = fs::read_to_string(path).unwrap_or_default();
    Run {
        killed: said.code.is_none(),
        points: points.lines().map(str::to_owned).collect(),
        said,
    }
}

/// The points after which something lasts that did not last before: a kill at any other point
/// finds the same world as a kill at the one of these before it.
#[must_use]
pub fn lasting(points: &[String]) -> Vec<usize> {
    let lasts = |name: &str| {
        let name = name.split_once(' ').map_or("", |(_, name)| name);
        name.starts_with("after") && !name.ends_with("in a transaction")
    };
    let all = points.iter().enumerate();
    all.filter(|(_, name)| lasts(name))
        .map(|(at, _)| at)
        .collect()
}

/// Files whole, journal unbroken, nothing undecided.
#[track_caller]
fn healthy(person: &Person) {
    let said = person.ask(&["doctor"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

/// The wallet that counts and can be killed: a program of its own, never the one people run.
#[must_use]
pub fn killable() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| match std::env::var_os(KILL_BIN) {
            Some(path) if !path.is_empty() => path.into(),
            _ => build(),
        })
        .clone()
}

fn build() -> PathBuf {
    let places = Places::find();
    // A folder of its own: the same programs under the same names as in the usual one.
    let target = places.target.join("kill");
    let built = Command::new(cargo())
        .current_dir(&places.root)
        .args(["build", "--locked", "--offline", "--quiet"])
        .args(["--package", "farthing-cli", "--features", "kill-points"])
        .arg("--target-dir")
        .arg(&target)
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let name = format!("farthing{}", std::env::consts::EXE_SUFFIX);
    target.join("debug").join(name)
}
