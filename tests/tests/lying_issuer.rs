//! Whatever an issuer says: no panic, no false balance, nothing paid above the review's worst
//! case, no command without end, no memory without bound; and when it is honest again and the
//! wallet has asked, wallet and issuer agree to the unit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use farthing_tests::liar::{Heard, Honest, Liar, Lie, Reply, Watched, other_keys, refusal};
use farthing_tests::person::{fees, worth};
use farthing_tests::{Person, Town};
use serde_json::{Map, Value, json};

/// No command keeps anybody longer, whatever it hears.
const LONGEST: Duration = Duration::from_secs(60);
/// More memory than the same command takes with an honest issuer, at most.
const GROWTH_KIB: u64 = 32 * 1024;
/// What people are topped up to, and when.
const STOCK: i64 = 2_000;
const LOW: i64 = 700;
/// Added to what is paid over Lightning, so that the network takes less than is set aside for it.
const LEAVES_CHANGE: i64 = 160;

const INFO: &str = "GET /v1/info";
const KEYSETS: &str = "GET /v1/keysets";
const KEYS: &str = "GET /v1/keys/";
const SWAP: &str = "POST /v1/swap";
const MINT: &str = "POST /v1/mint/bolt11";
const MINT_QUOTE: &str = "POST /v1/mint/quote/bolt11";
const MINT_STATE: &str = "GET /v1/mint/quote/bolt11/";
const MELT: &str = "POST /v1/melt/bolt11";
const MELT_QUOTE: &str = "POST /v1/melt/quote/bolt11";
const MELT_STATE: &str = "GET /v1/melt/quote/bolt11/";
const STATES: &str = "POST /v1/checkstate";
const RESTORE: &str = "POST /v1/restore";
const ALL: &str = "";

/// What the wallet is asked to do while it is lied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Opens a first purse, in a new wallet.
    Open,
    /// Opens the same purse again, which asks for info, key sets and new keys.
    OpenAgain,
    /// Asks for an invoice; it is paid when the issuer is honest again.
    TopUp,
    /// Collects what somebody has paid.
    Collect,
    /// Asks to collect what nobody has paid; it is paid when the issuer is honest again.
    CollectUnpaid,
    /// Redeems Bob's e-cash.
    Redeem,
    /// Takes back e-cash nobody has redeemed.
    TakeBack,
    /// Reviews an invoice.
    Review,
    /// Pays an invoice reviewed before, and tries to pay it again.
    Pay,
    /// Pays an invoice, unlucky on the Lightning network, reviewed before.
    PayUnlucky,
    /// Asks what became of things when nothing is open.
    Recover,
    /// Asks what became of e-cash given.
    RecoverGiven,
    /// Brings the money back from the words, in a new home.
    Restore,
}

/// What may be gone afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// Nothing: wallet and issuer agree to the unit.
    Nothing,
    /// The issuer was paid and says so, whatever it did: at most the review's worst case.
    WhatWasReviewed,
    /// Nothing that the words do not bring back: only the issuer says what became of e-cash that
    /// somebody else holds as well.
    NothingTheWordsKnow,
}

struct Case {
    family: &'static str,
    name: &'static str,
    deed: Deed,
    lies: fn(&Stage) -> Vec<Lie>,
    /// How the command may end.
    exits: &'static [i32],
    /// Its error's code or its payment's outcome; empty for any.
    says: &'static str,
    gone: Gone,
}

const fn case(
    family: &'static str,
    name: &'static str,
    deed: Deed,
    exits: &'static [i32],
    says: &'static str,
    lies: fn(&Stage) -> Vec<Lie>,
) -> Case {
    Case {
        family,
        name,
        deed,
        lies,
        exits,
        says,
        gone: Gone::Nothing,
    }
}

const fn costly(mut case: Case) -> Case {
    case.gone = Gone::WhatWasReviewed;
    case
}

const fn by_the_words(mut case: Case) -> Case {
    case.gone = Gone::NothingTheWordsKnow;
    case
}

/// The town, the liar before one of its issuers, and people who trust it.
struct Stage {
    town: Town,
    liar: Liar,
    ada: Person,
    bob: Person,
    people: usize,
    /// Connections made to where redirects lead.
    sentinel: std::net::TcpListener,
    usual_kib: Vec<(Deed, u64)>,
}

#[derive(Debug, Clone, Copy)]
struct Money {
    ada: i64,
    bob: i64,
    owed: i64,
}

impl Stage {
    fn set() -> Self {
        let town = Town::open();
        let liar = Liar::before(&town.issuer("Maple"));
        let sentinel = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        sentinel.set_nonblocking(true).unwrap();
        let (ada, bob) = (town.person("Ada"), town.person("Bob"));
        for person in [&ada, &bob] {
            person.open_purse(liar.url(), "sat");
        }
        Self {
            town,
            liar,
            ada,
            bob,
            people: 0,
            sentinel,
            usual_kib: Vec::new(),
        }
    }

    fn elsewhere(&self) -> String {
        format!("http://{}", self.sentinel.local_addr().unwrap())
    }

    fn new_ada(&mut self, with_purse: bool) {
        self.people += 1;
        self.ada = self.town.person(&format!("Ada{}", self.people));
        if with_purse {
            self.ada.open_purse(self.liar.url(), "sat");
        }
    }

    /// How much the case being played is about.
    fn amount(&self) -> i64 {
        40 + i64::try_from(self.people % 7 * 23).unwrap()
    }

    fn stock(&self, person: &Person) {
        if person.balance("sat").0 < LOW {
            let asked = person
                .ask(&["top-up", &STOCK.to_string(), "--unit", "sat"])
                .done();
            self.town.pay_invoice(asked["invoice"].as_str().unwrap());
            person.ask(&["recover"]).done();
            assert!(person.balance("sat").0 >= STOCK);
        }
    }

    fn money(&self) -> Money {
        let books = self.town.books("Maple")["sat"];
        Money {
            ada: self.ada.holds("sat"),
            bob: self.bob.holds("sat"),
            owed: books.outstanding + books.paid_not_issued,
        }
    }

    /// Plays one case; everything that did not hold.
    fn play(&mut self, case: &Case) -> (Watched, Vec<String>) {
        let mut wrong = Vec::new();
        self.people += 1;
        if case.deed == Deed::Open {
            self.new_ada(false);
        } else {
            self.stock(&self.ada);
        }
        let mut amount = self.amount();
        if matches!(case.deed, Deed::Pay | Deed::PayUnlucky) {
            amount += LEAVES_CHANGE;
        }
        let text = amount.to_string();
        let before = self.money();
        let uncollected = self.town.books("Maple")["sat"].paid_not_issued;
        let url = self.liar.url().to_owned();
        let mut invoice = None;
        let mut hash = String::new();
        let mut token = String::new();
        let mut at_most = 0;
        // What Bob's token is worth becomes Ada's, though the issuer owes no more for it.
        let mut brought = 0;
        let mut other_home = None;
        let mut gift = None;
        let args: Vec<String> = match case.deed {
            Deed::Open | Deed::OpenAgain => {
                words(&["purse", "add", &url, "--unit", "sat", "--yes"])
            }
            Deed::TopUp => words(&["top-up", &text, "--unit", "sat"]),
            Deed::Collect | Deed::CollectUnpaid => {
                let asked = self.ada.ask(&["top-up", &text, "--unit", "sat"]).done();
                let asked = asked["invoice"].as_str().unwrap().to_owned();
                if case.deed == Deed::Collect {
                    self.town.pay_invoice(&asked);
                } else {
                    invoice = Some(asked);
                }
                words(&["recover"])
            }
            Deed::Redeem => {
                self.stock(&self.bob);
                let given = self.bob.ask(&["give", &text, "--yes"]).done();
                token = given["token"].as_str().unwrap().to_owned();
                brought = amount + fees(&given["fees"], "sat");
                words(&["redeem", &token, "--yes"])
            }
            Deed::TakeBack => {
                let given = self.ada.ask(&["give", &text, "--yes"]).done();
                words(&["redeem", given["payment"].as_str().unwrap(), "--yes"])
            }
            Deed::Review | Deed::Pay | Deed::PayUnlucky => {
                let msat = u64::try_from(amount).unwrap() * 1000;
                let (asked, of) = self.town.merchant_invoice(msat, "something");
                hash = of;
                if case.deed == Deed::Review {
                    words(&["review", &asked])
                } else {
                    let review = self.ada.ask(&["review", &asked]).done();
                    at_most = worth(&review["total_at_most"], "sat");
                    if case.deed == Deed::PayUnlucky {
                        self.town
                            .misfortune(&json!({"do": "fail", "payment_hash": hash}));
                    }
                    invoice = Some(asked);
                    words(&[
                        "pay",
                        "--review",
                        review["review"].as_str().unwrap(),
                        "--yes",
                    ])
                }
            }
            Deed::Recover => words(&["recover"]),
            Deed::RecoverGiven => {
                let given = self.ada.ask(&["give", &text, "--yes"]).done();
                gift = Some(given["payment"].as_str().unwrap().to_owned());
                words(&["recover"])
            }
            Deed::Restore => {
                other_home = Some(self.town.restored(self.ada.words()));
                words(&["purse", "add", &url, "--unit", "sat", "--yes"])
            }
        };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();

        // The lie.
        let lies = (case.lies)(self);
        self.liar.lie(lies);
        let actor = other_home.as_ref().unwrap_or(&self.ada);
        let told = self.liar.watch(actor, &args, None);
        check(&told, "the command", &mut wrong);
        let usual = self.usual_kib.iter().find(|(deed, _)| *deed == case.deed);
        if let Some((_, usual)) = usual
            && told.most_kib > usual + GROWTH_KIB
        {
            wrong.push(format!("{} KiB, usually {usual}", told.most_kib));
        }
        let says = what(&told);
        if !told
            .said
            .code
            .is_some_and(|code| case.exits.contains(&code))
        {
            wrong.push(format!("exit {:?}, not {:?}", told.said.code, case.exits));
        }
        if !case.says.is_empty() && says != case.says {
            wrong.push(format!("says {says}, not {}", case.says));
        }
        if told
            .said
            .out
            .chars()
            .chain(told.said.err.chars())
            .any(hidden)
        {
            wrong.push("a control or bidi character came through".to_owned());
        }
        let json: Value = serde_json::from_str(&told.said.out).unwrap_or_default();
        let proof = json["proof"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let outcome = json["outcome"].as_str().unwrap_or_default().to_owned();

        // Still lied to: what the wallet believes it has.
        if told.took < Duration::from_secs(5) && case.deed != Deed::Open {
            let balance = self.liar.watch(&self.ada, &["balance"], None);
            check(&balance, "balance under the lie", &mut wrong);
            let owed = self.money_of_books();
            if balance.said.code == Some(0) {
                // What is undecided is held in full until it is known what became of it.
                let undecided = told.said.code == Some(3);
                let has = total(&balance.said.json(), !undecided);
                let false_by = (has - before.ada) - (owed - before.owed) - brought;
                if false_by > 0 {
                    wrong.push(format!("a false balance of {false_by}"));
                }
            } else {
                wrong.push(format!("balance ends with {:#?}", balance.said));
            }
            if matches!(case.deed, Deed::Pay | Deed::PayUnlucky) && outcome != "not_paid" {
                let again = self.liar.watch(
                    &self.ada,
                    &["pay", invoice.as_deref().unwrap(), "--yes"],
                    None,
                );
                check(&again, "paying again", &mut wrong);
                if again.said.code == Some(0) {
                    wrong.push("it was paid again".to_owned());
                }
                let melts = self.liar.heard(MELT);
                if melts > 1 {
                    wrong.push(format!("asked to pay {melts} times"));
                }
            }
        }

        // Honest again.
        let heard = self.liar.repent();
        if case.deed == Deed::TopUp
            && let Some(shown) = json["invoice"].as_str()
        {
            invoice = Some(shown.to_owned());
        }
        if matches!(case.deed, Deed::TopUp | Deed::CollectUnpaid)
            && let Some(invoice) = &invoice
        {
            self.town.pay_invoice(invoice);
        }
        if let Some(other) = other_home {
            self.after_restoring(other, &told, before, &mut wrong);
        } else {
            if case.deed == Deed::Open {
                let opened = self
                    .ada
                    .ask(&["purse", "add", &url, "--unit", "sat", "--yes"]);
                if opened.code != Some(0) {
                    wrong.push(format!(
                        "honest again, and the purse cannot be opened: {opened:#?}"
                    ));
                    return (told, wrong);
                }
            }
            self.recovered(&mut wrong);
        }
        if case.deed == Deed::Redeem {
            // If nothing came of it, the token is still good.
            let shown = self.ada.ask(&["redeem", &token, "--yes"]);
            self.recovered(&mut wrong);
            self.bob.ask(&["recover"]).done();
            let after = self.money();
            if after.ada <= before.ada {
                wrong.push(format!("the token is lost: {shown:?}"));
            }
        }
        let after = self.money();
        let books = self.town.books("Maple")["sat"];
        if books.paid_not_issued != uncollected || books.held != 0 {
            wrong.push(format!("something is left with the issuer: {books:?}"));
        }
        let lost = (after.owed - before.owed) - (after.ada + after.bob - before.ada - before.bob);
        let may = match case.gone {
            Gone::Nothing => 0,
            Gone::WhatWasReviewed => at_most,
            Gone::NothingTheWordsKnow => self.only_the_words_know(before, after, &mut wrong),
        };
        if lost < 0 || lost > may {
            wrong.push(format!(
                "{lost} are gone, at most {may} may be: {before:?} {after:?}"
            ));
        }
        if matches!(case.deed, Deed::Pay | Deed::PayUnlucky) {
            let left = before.ada - after.ada;
            if left > at_most {
                wrong.push(format!(
                    "{left} left the purse, {at_most} was the worst case"
                ));
            }
            let paid = self.town.invoice(&hash);
            if !proof.is_empty() && paid["preimage"] != proof.as_str() {
                wrong.push("a proof that proves nothing".to_owned());
            }
            if paid["state"] == "settled" && paid["received_msat"] != amount * 1000 {
                wrong.push(format!("the payee got {paid}"));
            }
        }
        let signs = matches!(case.family, "swap" | "issue" | "pay" | "spoiled");
        if signs && told.said.code == Some(0) && wrong.is_empty() {
            self.all_are_good(&mut wrong);
        }
        // Life goes on, once the list of keys is asked for again.
        if case.deed == Deed::OpenAgain {
            self.ada.open_purse(&url, "sat");
        }
        if !matches!(case.deed, Deed::Open | Deed::Restore) && wrong.is_empty() {
            let given = self.ada.ask(&["give", "3", "--yes"]);
            if given.code == Some(0) {
                let payment = given.json()["payment"].as_str().unwrap().to_owned();
                self.ada.ask(&["redeem", &payment, "--yes"]).done();
            } else {
                wrong.push(format!(
                    "honest again, and nothing can be given: {given:#?}"
                ));
            }
        }
        if let Some(payment) = gift {
            // Nothing given in this case may be missed in the next; it may be redeemed already.
            let _ = self.ada.ask(&["redeem", &payment, "--yes"]);
        }
        if let Err(error) = self.sentinel.accept() {
            assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
        } else {
            wrong.push("a redirect was followed".to_owned());
        }
        if !wrong.is_empty() {
            wrong.push(format!("heard {heard:?}"));
            wrong.push(format!(
                "said {:?} {:.600} {:.300}",
                told.said.code, told.said.out, told.said.err
            ));
        }
        (told, wrong)
    }

    /// Every coin is one the issuer takes: Bob gets all of them.
    fn all_are_good(&self, wrong: &mut Vec<String>) {
        let too_much = self.ada.ask(&["give", "9999", "--yes"]).json();
        let text = too_much["error"]["text"].as_str().unwrap_or_default();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let most: i64 = digits.parse().unwrap_or(0);
        let mut given = self.ada.ask(&["give", &digits, "--yes"]);
        for less in 1..4 {
            if given.code != Some(0) {
                let text = (most - less).to_string();
                given = self.ada.ask(&["give", &text, "--yes"]);
            }
        }
        let Some(token) = given.json()["token"].as_str().map(str::to_owned) else {
            wrong.push(format!("not all coins can be given: {too_much} {given:?}"));
            return;
        };
        let taken = self.bob.ask(&["redeem", &token, "--yes"]);
        if taken.code != Some(0) {
            wrong.push(format!("a coin is not one: {taken:#?}"));
        }
        self.ada.ask(&["recover"]).done();
        self.stock(&self.ada);
    }

    fn money_of_books(&self) -> i64 {
        let books = self.town.books("Maple")["sat"];
        books.outstanding + books.paid_not_issued
    }

    fn recovered(&self, wrong: &mut Vec<String>) {
        let mut said = Vec::new();
        for _ in 0..3 {
            let watched = self.liar.watch(&self.ada, &["recover"], None);
            check(&watched, "recovering", wrong);
            if watched.said.code == Some(0) {
                return;
            }
            said.push(watched.said.out);
        }
        wrong.push(format!("after three recoveries: {said:?}"));
    }

    /// What Ada's words bring back elsewhere that her wallet has given up. Another Ada goes on.
    fn only_the_words_know(&mut self, before: Money, after: Money, wrong: &mut Vec<String>) -> i64 {
        let other = self.town.restored(self.ada.words());
        other.open_purse(self.liar.url(), "sat");
        let has = other.balance("sat").0;
        let due = before.ada - (before.owed - after.owed);
        if has != due {
            wrong.push(format!("the words bring back {has} of {due}"));
        }
        self.new_ada(true);
        self.stock(&self.ada);
        has - after.ada
    }

    /// The words bring everything back once the issuer is honest, whatever it said before.
    fn after_restoring(
        &self,
        other: Person,
        told: &Watched,
        before: Money,
        wrong: &mut Vec<String>,
    ) {
        let has = |person: &Person| {
            let said = person.ask(&["balance"]);
            if said.code == Some(0) {
                Ok(total(&said.json(), true))
            } else {
                Err(format!("balance ends with {said:?}"))
            }
        };
        if told.said.code == Some(0) {
            match has(&other) {
                Ok(has) if has > before.ada => {
                    wrong.push(format!("a false balance of {}", has - before.ada));
                }
                Ok(_) => {}
                Err(why) => wrong.push(why),
            }
        } else {
            let again = other.ask(&["purse", "add", self.liar.url(), "--unit", "sat", "--yes"]);
            if again.code != Some(0) {
                wrong.push(format!(
                    "honest again, and the purse cannot be opened: {again:#?}"
                ));
            }
            for _ in 0..2 {
                other.ask(&["recover"]).done();
            }
            match has(&other) {
                Ok(has) if has == before.ada => {}
                found => wrong.push(format!("restored {found:?} of {}", before.ada)),
            }
        }
    }
}

/// What holds for every command, whatever it is told.
fn check(watched: &Watched, which: &str, wrong: &mut Vec<String>) {
    let said = &watched.said;
    let panicked = said.err.contains("panicked") || said.err.contains("stack overflow");
    if panicked || !said.code.is_some_and(|code| (0..=6).contains(&code)) {
        wrong.push(format!("{which} broke: {said:#?}"));
    }
    if serde_json::from_str::<Map<String, Value>>(&said.out).is_err() {
        wrong.push(format!("{which}: not one JSON document"));
    }
    if watched.took > LONGEST {
        wrong.push(format!("{which} took {:?}", watched.took));
    }
}

/// Characters that no remote text may bring to a screen.
fn hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn what(watched: &Watched) -> String {
    let json: Value = serde_json::from_str(&watched.said.out).unwrap_or_default();
    let of = |value: &Value| value.as_str().map(str::to_owned);
    of(&json["error"]["code"])
        .or_else(|| of(&json["outcome"]))
        .unwrap_or_default()
}

fn total(balance: &Value, with_pending: bool) -> i64 {
    let purses = balance["purses"].as_array().unwrap().iter();
    purses
        .map(|purse| {
            let pending = worth(&purse["pending"], "sat");
            worth(&purse["spendable"], "sat") + if with_pending { pending } else { 0 }
        })
        .sum()
}

fn words(args: &[&str]) -> Vec<String> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}

/// Changes each signature, wherever they are: `signatures` or `change`.
fn each(at: &'static str, change: fn(&mut Value)) -> Vec<Lie> {
    vec![Lie::edit(at, move |json| {
        for field in ["signatures", "change"] {
            if let Some(signatures) = json[field].as_array_mut() {
                signatures.iter_mut().for_each(change);
            }
        }
    })]
}

/// Changes the list of signatures.
fn list(at: &'static str, change: fn(&mut Vec<Value>)) -> Vec<Lie> {
    vec![Lie::edit(at, move |json| {
        for field in ["signatures", "change"] {
            if let Some(signatures) = json[field].as_array_mut() {
                change(signatures);
            }
        }
    })]
}

fn set(at: &'static str, field: &'static str, value: Value) -> Vec<Lie> {
    vec![Lie::edit(at, move |json| json[field] = value.clone())]
}

/// A point, but no signature on anything.
const G: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

/// Every reply is this one.
fn everything(reply: Reply) -> Vec<Lie> {
    vec![Lie::say(ALL, reply)]
}

fn each_keyset(change: fn(&mut Value)) -> Vec<Lie> {
    vec![Lie::edit(KEYSETS, move |json| {
        json["keysets"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(change);
    })]
}

fn made_up(stage: &Stage, amounts: &[String], fee: u64, keep_real: bool) -> Vec<Lie> {
    other_keys(&honest(stage), amounts, fee, keep_real)
}

/// Tells the truth, after a while.
fn slowly(pause: Duration) -> Vec<Lie> {
    vec![Lie::new(ALL, move |heard, honest| {
        std::thread::sleep(pause);
        honest.ask(heard)
    })]
}

fn honest(stage: &Stage) -> Honest {
    Honest::at(&stage.town.issuer("Maple"))
}

fn powers(many: u32) -> Vec<String> {
    (0..many).map(|n| (1_u64 << n).to_string()).collect()
}

/// The invoice in a top-up offer is another one.
fn other_invoice(stage: &Stage, msat: Option<u64>) -> Vec<Lie> {
    let made = stage.town.tell(
        "/lightning/invoice",
        &json!({"amount_msat": msat, "description": "another"}),
    );
    set(MINT_QUOTE, "request", made["invoice"].clone())
}

fn nested(depth: usize) -> Vec<u8> {
    let mut text = "{\"name\":".to_owned();
    text.push_str(&"[".repeat(depth));
    text.push_str(&"]".repeat(depth));
    text.push('}');
    text.into_bytes()
}

/// Ten megabytes of blanks as gzip, made of stored and repeated blocks by hand: a gzip member of
/// one deflate stream whose fixed-code block repeats one byte.
fn gzip_bomb() -> Vec<u8> {
    // Bits, least significant first: final block, fixed codes, a literal blank, then matches of
    // 258 at distance 1.
    let mut bits: Vec<bool> = vec![true, true, false];
    let huffman = |bits: &mut Vec<bool>, code: u32, length: u32| {
        bits.extend((0..length).rev().map(|bit| code >> bit & 1 == 1));
    };
    huffman(&mut bits, 0x30 + 32, 8);
    for _ in 0..200_000 {
        // Length 258 is code 285 (8 bits, 0xc0 + 5), distance 1 is code 0 (5 bits).
        huffman(&mut bits, 0xc0 + 5, 8);
        huffman(&mut bits, 0, 5);
    }
    huffman(&mut bits, 0, 7);
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    bytes.extend(bits.chunks(8).map(|byte| {
        byte.iter()
            .enumerate()
            .fold(0_u8, |sum, (at, bit)| sum | u8::from(*bit) << at)
    }));
    bytes.extend_from_slice(&[0; 8]);
    bytes
}

/// Says that the payment goes on, whatever the issuer says.
fn melt_is(state: &'static str) -> Vec<Lie> {
    vec![
        Lie::edit(MELT, move |json| melt_state(json, state)),
        Lie::edit(MELT_STATE, move |json| melt_state(json, state)),
    ]
}

fn melt_state(json: &mut Value, state: &str) {
    json["state"] = json!(state);
    if state != "PAID" {
        let json = json.as_object_mut().unwrap();
        json.remove("payment_preimage");
        json.remove("change");
    }
}

/// A melt that never reaches the issuer, answered as paid.
fn paid_without_paying(preimage: Value) -> Vec<Lie> {
    let answer = move |heard: &Heard, honest: &Honest| {
        let quote = match heard.what.rsplit_once('/') {
            Some((_, quote)) if heard.what.starts_with("GET") => quote.to_owned(),
            _ => heard.body["quote"].as_str().unwrap_or_default().to_owned(),
        };
        let state = Heard {
            what: format!("{MELT_STATE}{quote}"),
            body: Value::Null,
        };
        let (status, mut json) = honest.ask(&state).json();
        json["state"] = json!("PAID");
        json["payment_preimage"] = preimage.clone();
        Reply::Json(status, json)
    };
    let again = answer.clone();
    vec![Lie::new(MELT_STATE, again), Lie::new(MELT, answer)]
}

fn states_are(state: &'static str) -> Vec<Lie> {
    vec![Lie::edit(STATES, move |json| {
        for one in json["states"].as_array_mut().unwrap() {
            one["state"] = json!(state);
        }
    })]
}

/// Answers every coin asked for with a signature that is none.
fn restores(amount: u64, dleq: bool) -> Vec<Lie> {
    vec![Lie::new(RESTORE, move |heard, _| {
        let outputs = heard.body["outputs"].clone();
        let signatures: Vec<Value> = outputs
            .as_array()
            .unwrap()
            .iter()
            .map(|output| {
                let mut one = json!({"amount": amount, "id": output["id"], "C_": G});
                if dleq {
                    one["dleq"] = json!({"e": "11".repeat(32), "s": "22".repeat(32)});
                }
                one
            })
            .collect();
        Reply::Json(200, json!({"outputs": outputs, "signatures": signatures}))
    })]
}

fn and(mut some: Vec<Lie>, more: Vec<Lie>) -> Vec<Lie> {
    some.extend(more);
    some
}

/// Makes the first coins it is asked for, says that it did so before, and refuses all others so.
fn made_before_then(code: u32) -> Vec<Lie> {
    let first = Mutex::new(Value::Null);
    vec![Lie::new(SWAP, move |heard, honest| {
        let mut first = first.lock().unwrap();
        if first.is_null() {
            *first = heard.body["outputs"].clone();
        }
        if *first != heard.body["outputs"] {
            return refusal(code, "not these either");
        }
        let _ = honest.ask(heard);
        refusal(11_003, "outputs already signed")
    })]
}

/// The answer to this is lost.
fn lost(at: &'static str) -> Vec<Lie> {
    vec![Lie::say_after(
        at,
        Reply::Json(500, json!({"detail": "oops", "code": 0})),
    )]
}

use Deed::{
    Collect, CollectUnpaid, Open, OpenAgain, Pay, PayUnlucky, Recover, RecoverGiven, Redeem,
    Restore, Review, TakeBack, TopUp,
};

/// Every lie: what it is about, what it is, what the wallet is doing, how the command may end and
/// what it says then.
#[rustfmt::skip]
const CASES: &[Case] = &[
    // Signatures of a swap. The issuer has signed; the answer is changed.
    case("swap", "one coin is worth more", Redeem, &[3], "still_deciding", |_| list(SWAP, |all| all[0]["amount"] = json!(1024))),
    case("swap", "one coin is worth less", TakeBack, &[3], "still_deciding", |_| list(SWAP, |all| all[0]["amount"] = json!(0))),
    case("swap", "amounts of 2^64 - 1", Redeem, &[3], "still_deciding", |_| each(SWAP, |one| one["amount"] = json!(u64::MAX))),
    case("swap", "amounts are negative", TakeBack, &[0, 3], "", |_| each(SWAP, |one| one["amount"] = json!(-1))),
    case("swap", "signatures change places", Redeem, &[3], "still_deciding", |_| list(SWAP, |all| {
        let last = all.len() - 1;
        let (one, other) = (all[0]["C_"].clone(), all[last]["C_"].clone());
        (all[0]["C_"], all[last]["C_"]) = (other, one);
    })),
    case("swap", "all in another order", TakeBack, &[3], "still_deciding", |_| list(SWAP, |all| all.reverse())),
    case("swap", "signed by another key set", Redeem, &[3], "still_deciding", |_| each(SWAP, |one| one["id"] = json!("00456a94ab4e1c46"))),
    case("swap", "a point that is no signature", TakeBack, &[3], "still_deciding", |_| each(SWAP, |one| one["C_"] = json!(G))),
    case("swap", "no point at all", Redeem, &[0, 3], "", |_| each(SWAP, |one| one["C_"] = json!("02zz"))),
    case("swap", "no proof that they are genuine", Redeem, &[3], "still_deciding", |_| each(SWAP, |one| drop(one.as_object_mut().unwrap().remove("dleq")))),
    case("swap", "a proof of something else", TakeBack, &[3], "still_deciding", |_| each(SWAP, |one| one["dleq"] = json!({"e": "11".repeat(32), "s": "22".repeat(32)}))),
    case("swap", "a proof of zeros", Redeem, &[0, 3], "", |_| each(SWAP, |one| one["dleq"] = json!({"e": "00".repeat(32), "s": "00".repeat(32)}))),
    case("swap", "one too few", Redeem, &[3], "still_deciding", |_| list(SWAP, |all| drop(all.pop()))),
    case("swap", "one too many", TakeBack, &[3], "still_deciding", |_| list(SWAP, |all| all.push(all[0].clone()))),
    case("swap", "the same one each time", Redeem, &[3], "still_deciding", |_| list(SWAP, |all| { let one = all[0].clone(); all.iter_mut().for_each(|other| *other = one.clone()); })),
    case("swap", "none", TakeBack, &[3], "still_deciding", |_| list(SWAP, Vec::clear)),
    case("swap", "four thousand", Redeem, &[0, 3], "", |_| list(SWAP, |all| { let one = all[0].clone(); all.resize(4_000, one); })),
    case("swap", "not done, and the keys have changed", TakeBack, &[1], "", |_| vec![Lie::say(SWAP, refusal(12_002, "keyset is not active"))]),
    case("swap", "done, and called refused", Redeem, &[0], "", |_| vec![Lie::say_after(SWAP, refusal(11_005, "not balanced"))]),
    case("swap", "done, and called spent", TakeBack, &[0], "", |_| vec![Lie::say_after(SWAP, refusal(11_001, "already spent"))]),
    case("swap", "the answer is lost and the restored coins are none", TakeBack, &[3], "still_deciding", |_| and(lost(SWAP), restores(8, true))),
    case("swap", "the answer is lost and the restored coins have no proof", TakeBack, &[3], "still_deciding", |_| and(lost(SWAP), each(RESTORE, |one| {
        one["C_"] = json!(G);
        one.as_object_mut().unwrap().remove("dleq");
    }))),
    case("swap", "not done, for the fee it takes is another", TakeBack, &[1], "issuer_refused", |_| vec![Lie::say(SWAP, refusal(11_005, "not balanced"))]),
    // Signatures of a top-up.
    case("issue", "one coin is worth more", Collect, &[0, 3], "", |_| list(MINT, |all| all[0]["amount"] = json!(1024))),
    case("issue", "signatures change places", Collect, &[0, 3], "", |_| list(MINT, |all| all.reverse())),
    case("issue", "no proof that they are genuine", Collect, &[0, 3], "", |_| each(MINT, |one| drop(one.as_object_mut().unwrap().remove("dleq")))),
    case("issue", "a point that is no signature", Collect, &[0, 3], "", |_| each(MINT, |one| one["C_"] = json!(G))),
    case("issue", "one too few", Collect, &[0, 3], "", |_| list(MINT, |all| drop(all.pop()))),
    case("issue", "done, and called unpaid", Collect, &[0, 3], "", |_| vec![Lie::say_after(MINT, refusal(20_001, "quote is not paid"))]),
    case("issue", "done, and called issued before", Collect, &[0, 3], "", |_| vec![Lie::say_after(MINT, refusal(20_002, "already issued"))]),
    // Offers for a top-up.
    case("top-up", "an invoice for more", TopUp, &[1], "issuer_dishonest", |stage| other_invoice(stage, Some(999_000))),
    case("top-up", "an invoice for less", TopUp, &[1], "issuer_dishonest", |stage| other_invoice(stage, Some(1_000))),
    case("top-up", "an invoice without an amount", TopUp, &[1], "issuer_dishonest", |stage| other_invoice(stage, None)),
    case("top-up", "something that is no invoice", TopUp, &[1], "issuer_dishonest", |_| set(MINT_QUOTE, "request", json!("hello"))),
    case("top-up", "an address on the chain", TopUp, &[1], "issuer_dishonest", |_| set(MINT_QUOTE, "request", json!("bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq?amount=0.001"))),
    case("top-up", "an offer that ended in 1970", TopUp, &[0, 1], "", |_| set(MINT_QUOTE, "expiry", json!(1))),
    case("top-up", "an offer that never ends", TopUp, &[0], "", |_| set(MINT_QUOTE, "expiry", json!(u64::MAX))),
    case("top-up", "an offer without a name", TopUp, &[1], "issuer_dishonest", |_| set(MINT_QUOTE, "quote", json!(""))),
    case("top-up", "a name that is a path", TopUp, &[0, 1], "", |_| set(MINT_QUOTE, "quote", json!("../../../v1/info"))),
    case("top-up", "a name that is a question", TopUp, &[1], "issuer_dishonest", |_| set(MINT_QUOTE, "quote", json!("x?y=%2e%2e#"))),
    case("top-up", "a name without end", TopUp, &[1], "issuer_dishonest", |_| set(MINT_QUOTE, "quote", json!("x".repeat(100_000)))),
    case("top-up", "an invoice that can be paid for a year", TopUp, &[1], "issuer_dishonest", |stage| {
        let made = stage.town.tell("/lightning/invoice", &json!({"amount_msat": stage.amount() * 1000, "description": "for ever", "expiry_seconds": 360 * 24 * 3_600}));
        set(MINT_QUOTE, "request", made["invoice"].clone())
    }),
    case("top-up", "called paid before anybody paid", CollectUnpaid, &[0], "", |_| set(MINT_STATE, "state", json!("PAID"))),
    case("top-up", "called issued before anybody paid", CollectUnpaid, &[0], "", |_| set(MINT_STATE, "state", json!("ISSUED"))),
    case("top-up", "called unpaid although paid", Collect, &[0], "", |_| set(MINT_STATE, "state", json!("UNPAID"))),
    case("top-up", "a state nobody knows", Collect, &[0], "", |_| set(MINT_STATE, "state", json!("MAYBE"))),
    // Key sets.
    case("keys", "an id that is none", Open, &[1], "", |_| each_keyset(|one| one["id"] = json!("zz"))),
    case("keys", "an id of other keys", Open, &[1], "", |_| and(each_keyset(|one| one["id"] = json!("00456a94ab4e1c46")), vec![Lie::new(KEYS, |heard, honest| {
        let all = Heard { what: "GET /v1/keys".to_owned(), body: heard.body.clone() };
        let (status, mut json) = honest.ask(&all).json();
        json["keysets"][0]["id"] = json!("00456a94ab4e1c46");
        Reply::Json(status, json)
    })])),
    case("keys", "one key exchanged", Open, &[1], "issuer_dishonest", |_| vec![Lie::edit(KEYS, |json| {
        let keys = &mut json["keysets"][0]["keys"];
        keys["1"] = keys["2"].clone();
    })]),
    case("keys", "no keys", Open, &[1], "", |_| vec![Lie::edit(KEYS, |json| json["keysets"][0]["keys"] = json!({}))]),
    case("keys", "keys of another unit", Open, &[1], "issuer_dishonest", |_| vec![Lie::edit(KEYS, |json| json["keysets"][0]["unit"] = json!("usd"))]),
    case("keys", "a unit nobody knows", Open, &[1], "no_such_unit", |_| each_keyset(|one| one["unit"] = json!("s\u{202e}at"))),
    case("keys", "one listed twice", Open, &[1], "issuer_dishonest", |_| vec![Lie::edit(KEYSETS, |json| {
        let mut again = json["keysets"][0].clone();
        again["input_fee_ppk"] = json!(0);
        json["keysets"].as_array_mut().unwrap().push(again);
    })]),
    case("keys", "a key that is no point", Open, &[1], "", |_| vec![Lie::edit(KEYS, |json| json["keysets"][0]["keys"]["1"] = json!("02".repeat(33)))]),
    case("keys", "nothing under its id", Open, &[1], "", |_| vec![Lie::edit(KEYS, |json| json["keysets"] = json!([]))]),
    case("keys", "a fee of 2^64 - 1", Open, &[1], "issuer_dishonest", |_| each_keyset(|one| one["input_fee_ppk"] = json!(u64::MAX))),
    case("keys", "no key set at all", Open, &[1], "no_such_unit", |_| set(KEYSETS, "keysets", json!([]))),
    case("keys", "all out of use", Open, &[1], "no_such_unit", |_| each_keyset(|one| one["active"] = json!(false))),
    case("keys", "all out of use since", OpenAgain, &[1], "no_such_unit", |_| each_keyset(|one| one["active"] = json!(false))),
    case("keys", "another unit since", OpenAgain, &[1], "", |_| each_keyset(|one| one["unit"] = json!("usd"))),
    case("keys", "a dearer fee since", OpenAgain, &[0, 1], "", |_| each_keyset(|one| one["input_fee_ppk"] = json!(90_000))),
    case("keys", "an end in the past", OpenAgain, &[0, 1], "", |_| each_keyset(|one| one["final_expiry"] = json!(1))),
    case("keys", "three thousand key sets", Open, &[1], "issuer_dishonest", |_| vec![Lie::edit(KEYSETS, |json| {
        let one = json["keysets"][0].clone();
        json["keysets"] = (0..3_000).map(|n| { let mut one = one.clone(); one["id"] = json!(format!("00{n:014x}")); one }).collect();
    })]),
    case("keys", "five thousand keys", Open, &[1], "issuer_dishonest", |stage| made_up(stage, &(1..5_000).map(|n: u32| n.to_string()).collect::<Vec<_>>(), 0, false)),
    case("keys", "coins worth nothing", Open, &[0, 1], "", |stage| made_up(stage, &["0".to_owned(), "1".to_owned()], 0, false)),
    case("keys", "only coins of 2^63", Open, &[0, 1], "", |stage| made_up(stage, &[(1_u64 << 63).to_string()], 0, false)),
    case("keys", "coins of 3 and 7 only", OpenAgain, &[0, 1], "", |stage| made_up(stage, &["3".to_owned(), "7".to_owned()], 0, false)),
    case("keys", "changed since", OpenAgain, &[0, 1], "", |stage| made_up(stage, &powers(20), 0, false)),
    case("keys", "a cheaper set that is gone later", OpenAgain, &[0, 1], "", |stage| made_up(stage, &powers(20), 0, true)),
    // What an issuer asks for paying an invoice.
    case("offer", "more than the invoice", Review, &[1], "issuer_dishonest", |_| vec![Lie::edit(MELT_QUOTE, |json| json["amount"] = json!(json["amount"].as_u64().unwrap() + 1))]),
    case("offer", "less than the invoice", Review, &[1], "issuer_dishonest", |_| set(MELT_QUOTE, "amount", json!(1))),
    case("offer", "2^64 - 1", Review, &[1], "issuer_dishonest", |_| set(MELT_QUOTE, "amount", json!(u64::MAX))),
    case("offer", "a hundred times the reserve", Review, &[4], "", |_| vec![Lie::edit(MELT_QUOTE, |json| json["fee_reserve"] = json!(json["fee_reserve"].as_u64().unwrap() * 100))]),
    case("offer", "a reserve of 2^63", Review, &[1, 4], "", |_| set(MELT_QUOTE, "fee_reserve", json!(1_u64 << 63))),
    case("offer", "in another unit", Review, &[0, 1], "", |_| set(MELT_QUOTE, "unit", json!("usd"))),
    case("offer", "ended in 1970", Review, &[0, 1], "", |_| set(MELT_QUOTE, "expiry", json!(1))),
    case("offer", "without a name", Review, &[1], "issuer_dishonest", |_| set(MELT_QUOTE, "quote", json!(""))),
    case("offer", "a name that is a path", Review, &[1], "issuer_dishonest", |_| set(MELT_QUOTE, "quote", json!("../../../v1/info"))),
    case("offer", "called paid already", Review, &[0, 1], "", |_| set(MELT_QUOTE, "state", json!("PAID"))),
    // Paying.
    costly(case("pay", "called paid without paying, no proof", Pay, &[0, 3], "", |_| paid_without_paying(Value::Null))),
    costly(case("pay", "called paid without paying, a false proof", Pay, &[0, 3], "", |_| paid_without_paying(json!("00".repeat(32))))),
    costly(case("pay", "called paid without paying, a proof that is none", Pay, &[0, 3], "", |_| paid_without_paying(json!("<script>\u{202e}")))),
    case("pay", "paid, and the proof is withheld", Pay, &[0], "paid", |_| vec![Lie::edit(MELT, |json| json["payment_preimage"] = Value::Null)]),
    case("pay", "paid, and called unpaid", Pay, &[3], "still_deciding", |_| melt_is("UNPAID")),
    case("pay", "paid, and pending for ever", Pay, &[3], "still_deciding", |_| melt_is("PENDING")),
    case("pay", "paid, and a state nobody knows", Pay, &[3], "still_deciding", |_| melt_is("SOON")),
    case("pay", "called failed, then paid", Pay, &[0, 3], "", |_| vec![Lie::say_after(MELT, refusal(20_004, "no route"))]),
    case("pay", "paid, and refused by something in between", Pay, &[0, 3], "", |_| vec![Lie::say_after(MELT, Reply::Json(502, json!({"code": 20_004, "detail": "no route"})))]),
    case("pay", "paid, refused in words", Pay, &[0, 3], "", |_| vec![Lie::say_after(MELT, Reply::Json(400, json!({"detail": "no", "code": 0})))]),
    case("pay", "paid, and called too fast", Pay, &[0, 3], "", |_| vec![Lie::say_after(MELT, Reply::Text(429, "retry-after: 86400", b"slow down".to_vec()))]),
    case("pay", "failed, and called pending for ever", PayUnlucky, &[3], "still_deciding", |_| melt_is("PENDING")),
    case("pay", "too much change", Pay, &[3], "still_deciding", |_| list(MELT, |all| all.iter_mut().for_each(|one| one["amount"] = json!(1024)))),
    case("pay", "change that is none", Pay, &[3], "still_deciding", |_| each(MELT, |one| one["C_"] = json!(G))),
    case("pay", "change by another key set", Pay, &[3], "still_deciding", |_| each(MELT, |one| one["id"] = json!("00456a94ab4e1c46"))),
    case("pay", "change without a proof", Pay, &[3], "still_deciding", |_| each(MELT, |one| drop(one.as_object_mut().unwrap().remove("dleq")))),
    case("pay", "more change than asked for", Pay, &[3], "still_deciding", |_| list(MELT, |all| { let one = all[0].clone(); all.resize(100, one); })),
    case("pay", "change in the answer withheld, given when asked", Pay, &[0], "paid", |_| set(MELT, "change", Value::Null)),
    costly(case("pay", "no change, though it was promised", Pay, &[0, 3], "", |_| vec![
        Lie::edit(MELT, |json| json["change"] = Value::Null),
        Lie::edit(MELT_STATE, |json| json["change"] = Value::Null),
        Lie::say(RESTORE, Reply::Json(200, json!({"outputs": [], "signatures": []}))),
    ])),
    case("pay", "a fee raised between review and payment", Pay, &[0, 1], "", |_| and(each_keyset(|one| one["input_fee_ppk"] = json!(50_000)), Vec::new())),
    case("pay", "unlucky, and undoing it made dear", PayUnlucky, &[0, 1, 3], "", |_| vec![
        Lie::edit(KEYSETS, |json| json["keysets"][0]["input_fee_ppk"] = json!(50_000)),
        Lie::say_after(MELT, Reply::Json(500, json!({"detail": "oops", "code": 0}))),
    ]),
    // What has become of coins.
    case("states", "all spent", Recover, &[0], "", |_| states_are("SPENT")),
    case("states", "all pending", Recover, &[0], "", |_| states_are("PENDING")),
    case("states", "all reserved", Recover, &[0], "", |_| states_are("RESERVED")),
    case("states", "a state nobody knows", Recover, &[0], "", |_| states_are("LENT")),
    case("states", "fewer than asked for", Recover, &[0], "", |_| vec![Lie::edit(STATES, |json| drop(json["states"].as_array_mut().unwrap().pop()))]),
    case("states", "of other coins", Recover, &[0], "", |_| vec![Lie::edit(STATES, |json| for one in json["states"].as_array_mut().unwrap() { one["Y"] = json!(G); one["state"] = json!("SPENT"); })]),
    case("states", "five thousand of them", RecoverGiven, &[0, 3], "", |_| vec![Lie::edit(STATES, |json| { let one = json["states"][0].clone(); json["states"].as_array_mut().unwrap().resize(5_000, one); })]),
    case("states", "each twice, good and spent", RecoverGiven, &[0, 3], "", |_| vec![Lie::edit(STATES, |json| {
        let all = json["states"].as_array_mut().unwrap();
        let mut again = all.clone();
        again.iter_mut().for_each(|one| one["state"] = json!("PENDING"));
        all.extend(again);
    })]),
    case("states", "given coins are reserved", RecoverGiven, &[0, 3], "", |_| states_are("RESERVED")),
    case("states", "given coins are unspent", RecoverGiven, &[0], "", |_| states_are("UNSPENT")),
    by_the_words(case("states", "a lost swap's coins called spent", TakeBack, &[0, 1, 3], "", |_| and(vec![Lie::say(SWAP, Reply::Json(500, json!({})))], states_are("SPENT")))),
    case("states", "a lost swap's coins called pending", TakeBack, &[3], "still_deciding", |_| and(vec![Lie::say(SWAP, Reply::Json(500, json!({})))], states_are("PENDING"))),
    case("states", "a lost swap's coins called unspent", TakeBack, &[0, 3], "", |_| and(lost(SWAP), states_are("UNSPENT"))),
    case("states", "done, called made before, and its coins unspent", TakeBack, &[0, 3], "", |_| and(vec![Lie::say_after(SWAP, refusal(11_003, "outputs already signed"))], states_are("UNSPENT"))),
    case("states", "done, called made before, then too dear, and its coins unspent", TakeBack, &[0, 3], "", |_| and(made_before_then(11_005), states_are("UNSPENT"))),
    case("states", "done, called made before, then of old keys, and its coins unspent", TakeBack, &[0, 3], "", |_| and(made_before_then(12_002), states_are("UNSPENT"))),
    case("states", "done, called made before, then no, and its coins unspent", TakeBack, &[0, 3], "", |_| and(made_before_then(10_000), states_are("UNSPENT"))),
    case("states", "done, called made before, then too dear, and its coins unspent", Redeem, &[0, 3], "", |_| and(made_before_then(11_005), states_are("UNSPENT"))),
    case("states", "done, called made before, then of old keys, and its coins unspent", Redeem, &[0, 3], "", |_| and(made_before_then(12_002), states_are("UNSPENT"))),
    case("states", "done, called made before, then no, and its coins unspent", Redeem, &[0, 3], "", |_| and(made_before_then(10_000), states_are("UNSPENT"))),
    case("states", "done, called too dear, and its coins unspent", TakeBack, &[0, 3], "", |_| and(vec![Lie::say_after(SWAP, refusal(11_005, "not balanced"))], states_are("UNSPENT"))),
    case("states", "done, called of old keys, and its coins unspent", TakeBack, &[0, 3], "", |_| and(vec![Lie::say_after(SWAP, refusal(12_002, "inactive"))], states_are("UNSPENT"))),
    case("states", "done, refused without a reason, and its coins unspent", TakeBack, &[0, 3], "", |_| and(vec![Lie::say_after(SWAP, refusal(10_000, "not today"))], states_are("UNSPENT"))),
    case("states", "done, called too dear, and its coins unspent", Redeem, &[0, 3], "", |_| and(vec![Lie::say_after(SWAP, refusal(11_005, "not balanced"))], states_are("UNSPENT"))),
    case("states", "done, called paid, and its coins unspent", Redeem, &[0, 3], "", |_| and(vec![Lie::say_after(SWAP, refusal(20_006, "already paid"))], states_are("UNSPENT"))),
    case("states", "done, called paid, and unpaid", Collect, &[0, 3], "", |_| and(vec![Lie::say_after(MINT, refusal(20_006, "already paid"))], set(MINT_STATE, "state", json!("PAID")))),
    // Bringing money back.
    case("restore", "signatures for other coins", Restore, &[0, 1], "", |_| list(RESTORE, |all| all.reverse())),
    case("restore", "points that are no signatures, no proof", Restore, &[1], "issuer_dishonest", |_| each(RESTORE, |one| { one["C_"] = json!(G); one.as_object_mut().unwrap().remove("dleq"); })),
    case("restore", "each twice, the second no signature", Restore, &[1], "issuer_dishonest", |_| vec![Lie::edit(RESTORE, |json| for field in ["outputs", "signatures"] {
        let all = json[field].as_array_mut().unwrap();
        let mut again = all.clone();
        again.iter_mut().for_each(|one| one["C_"] = json!(G));
        all.extend(again);
    })]),
    case("restore", "larger amounts", Restore, &[1], "issuer_dishonest", |_| each(RESTORE, |one| { one["amount"] = json!(1_u64 << 30); })),
    case("restore", "more names than signatures", Restore, &[1], "issuer_dishonest", |_| list(RESTORE, |all| drop(all.pop()))),
    case("restore", "every coin there can be", Restore, &[1], "issuer_dishonest", |_| restores(8, false)),
    case("restore", "every coin there can be, each worth 2^62", Restore, &[1], "issuer_dishonest", |_| restores(1 << 62, false)),
    case("restore", "every coin there can be, at a recovery", Recover, &[0], "", |_| restores(8, false)),
    case("restore", "some at first", Restore, &[0, 1], "", |_| vec![Lie::edit(RESTORE, |json| for field in ["outputs", "signatures"] { let all = json[field].as_array_mut().unwrap(); all.truncate(all.len() / 2); })]),
    // What it says of itself.
    case("info", "a name that hides and reverses", Open, &[0], "", |_| vec![Lie::edit(INFO, |json| for field in ["name", "description", "motd"] { json[field] = json!("Ma\u{202e}elp\u{200b}\u{7}\u{1b}[2J\u{2066}\r\nOK: \u{0}"); })]),
    case("info", "ways of contact that hide", Open, &[0], "", |_| set(INFO, "contact", (0..500).map(|_| json!({"method": "e\u{202e}mail\u{1b}]0;x\u{7}", "info": "\u{feff}a@b\u{200f}"})).collect())),
    case("info", "a book for a motd", Open, &[0], "", |_| set(INFO, "motd", json!("m".repeat(900_000)))),
    case("info", "more than a mebibyte", Open, &[1], "issuer_answer_lost", |_| set(INFO, "motd", json!("m".repeat(1_100_000)))),
    case("info", "a page", Open, &[1], "issuer_answer_lost", |_| vec![Lie::say(INFO, Reply::Text(200, "content-type: text/html", b"<html><script>alert(1)</script>".to_vec()))]),
    case("info", "nested without end", Open, &[1], "issuer_answer_lost", |_| vec![Lie::say(INFO, Reply::Text(200, "content-type: application/json", nested(200_000)))]),
    case("info", "a clock an hour off", Open, &[0], "", |_| vec![Lie::edit(INFO, |json| json["time"] = json!(json["time"].as_u64().unwrap() - 3_600))]),
    case("info", "a time past all clocks", Open, &[0, 1], "", |_| set(INFO, "time", json!(u64::MAX))),
    case("info", "nothing it should say", Open, &[0, 1], "", |_| vec![Lie::say(INFO, Reply::Json(200, json!({})))]),
    case("info", "numbers for words", Open, &[1], "", |_| set(INFO, "name", json!(-1e300))),
    // HTTP.
    case("http", "429 for everything", Redeem, &[1, 3], "", |_| everything(Reply::Text(429, "retry-after: 86400", b"slow".to_vec()))),
    case("http", "500 for everything", Redeem, &[1, 3], "", |_| everything(Reply::Json(500, json!({"detail": "oops", "code": 0})))),
    case("http", "500 for everything", Pay, &[3], "still_deciding", |_| everything(Reply::Json(500, json!({"detail": "oops", "code": 0})))),
    case("http", "nothing for everything", TakeBack, &[1, 3], "", |_| everything(Reply::Nothing)),
    case("http", "an empty body for everything", Redeem, &[1, 3], "", |_| everything(Reply::Text(200, "", Vec::new()))),
    case("http", "null for everything", Redeem, &[1, 3], "", |_| everything(Reply::Json(200, Value::Null))),
    case("http", "a login page for everything", Pay, &[3], "still_deciding", |_| everything(Reply::Text(200, "content-type: text/html", b"<html>log in".to_vec()))),
    case("http", "sent elsewhere", Open, &[1], "", |stage| {
        let to = stage.elsewhere();
        everything(Reply::Raw(format!("HTTP/1.1 307 Go\r\nlocation: {to}/v1/info\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()))
    }),
    case("http", "sent elsewhere", Redeem, &[1, 3], "", |stage| {
        let to = stage.elsewhere();
        everything(Reply::Raw(format!("HTTP/1.1 308 Go\r\nlocation: {to}/v1/swap\r\nrefresh: 0; {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()))
    }),
    case("http", "headers without end", Open, &[1], "", |_| everything(Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-a: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n".to_vec()))),
    case("http", "one header without end", TakeBack, &[1, 3], "", |_| everything(Reply::Endless(b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'y'; 4096]))),
    case("http", "a body without end", Redeem, &[1, 3], "", |_| everything(Reply::Endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(), { let mut chunk = b"1000\r\n".to_vec(); chunk.extend(vec![b' '; 4096]); chunk.extend(b"\r\n"); chunk }))),
    case("http", "a body that grows when unpacked", Open, &[1], "issuer_answer_lost", |_| vec![Lie::say(INFO, Reply::Text(200, "content-encoding: gzip", gzip_bomb()))]),
    case("http", "shorter than announced", Open, &[1], "issuer_answer_lost", |_| everything(Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{}".to_vec()))),
    case("http", "longer than announced", Open, &[0, 1], "", |_| everything(Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}{}{}{}{}".to_vec()))),
    case("http", "no HTTP", Open, &[1], "", |_| everything(Reply::Raw(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()))),
    case("http", "only a promise of more", Open, &[1], "", |_| everything(Reply::Raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n".to_vec()))),
    case("slow", "every answer takes a second", Restore, &[0], "", |_| slowly(Duration::from_secs(1))),
    case("slow", "every answer takes nineteen seconds", Restore, &[1, 3], "", |_| slowly(Duration::from_secs(19))),
    case("slow", "every answer takes nineteen seconds", Pay, &[0, 3], "", |_| slowly(Duration::from_secs(19))),
    case("slow", "every answer takes half a minute", Pay, &[3], "still_deciding", |_| slowly(Duration::from_secs(30))),
    case("slow", "a byte a second", Open, &[1], "issuer_answer_lost", |_| vec![Lie::say(INFO, Reply::Drip(vec![b'H'; 100], Duration::from_secs(1)))]),
    case("slow", "a byte a second, while it pays", Pay, &[3], "still_deciding", |_| everything(Reply::Drip(vec![b'H'; 100], Duration::from_secs(1)))),
    case("slow", "a byte a second, at a recovery", RecoverGiven, &[0, 3], "", |_| everything(Reply::Drip(vec![b'H'; 100], Duration::from_secs(1)))),
];

fn in_full() -> bool {
    std::env::var_os("FARTHING_FULL").is_some_and(|value| value == "1")
}

/// Some of every family; with `FARTHING_FULL=1` all; with `FARTHING_LIE` those whose
/// `family: name` has it.
fn chosen() -> Vec<&'static Case> {
    if let Ok(named) = std::env::var("FARTHING_LIE") {
        return CASES
            .iter()
            .filter(|case| format!("{}: {}", case.family, case.name).contains(&named))
            .collect();
    }
    if in_full() {
        return CASES.iter().collect();
    }
    let mut luck = 0x9e37_79b9_7f4a_7c15_u64;
    let mut families: Vec<&str> = CASES.iter().map(|case| case.family).collect();
    families.dedup();
    let mut some = Vec::new();
    for family in families {
        let mut of: Vec<&Case> = CASES.iter().filter(|case| case.family == family).collect();
        for _ in 0..if family == "slow" { 1 } else { 2 } {
            let at = pick(&mut luck, of.len());
            some.push(of.swap_remove(at));
        }
    }
    some
}

#[test]
fn no_lie_costs_more_than_was_reviewed_or_is_believed_for_ever() {
    let mut stage = Stage::set();
    let cases = chosen();
    for deed in [
        Open,
        OpenAgain,
        TopUp,
        Collect,
        CollectUnpaid,
        Redeem,
        TakeBack,
        Review,
        Pay,
        PayUnlucky,
        Recover,
        RecoverGiven,
        Restore,
    ] {
        if !cases.iter().any(|case| case.deed == deed) {
            continue;
        }
        let usual = case("none", "the truth", deed, &[0, 1, 3], "", |_| Vec::new());
        let (told, wrong) = stage.play(&usual);
        assert!(wrong.is_empty(), "the truth, {deed:?}: {wrong:#?}");
        stage.usual_kib.push((deed, told.most_kib));
    }
    println!("usual KiB: {:?}", stage.usual_kib);
    let (mut wrong, mut most, mut longest) = (Vec::new(), 0, Duration::ZERO);
    for case in &cases {
        let name = format!("{}: {} ({:?})", case.family, case.name, case.deed);
        let played = catch_unwind(AssertUnwindSafe(|| stage.play(case)));
        stage.liar.repent();
        let failed = match played {
            Ok((told, failed)) => {
                let usual = stage.usual_kib.iter().find(|(deed, _)| *deed == case.deed);
                let more = told
                    .most_kib
                    .saturating_sub(usual.map_or(0, |(_, kib)| *kib));
                println!(
                    "{name}: exit {:?} {} in {:?}, {more} KiB more",
                    told.said.code,
                    what(&told),
                    told.took
                );
                most = most.max(more);
                longest = longest.max(told.took);
                failed
            }
            Err(panic) => vec![panic.downcast_ref::<String>().cloned().unwrap_or_default()],
        };
        if !failed.is_empty() {
            println!("  {failed:#?}");
            wrong.push(name);
        }
        if !failed.is_empty() || case.gone != Gone::Nothing || case.family == "keys" {
            // Nobody's money or keys from this case in the next.
            stage.new_ada(true);
        }
    }
    println!(
        "{} of {} lies told, {} believed; at most {most} KiB more than usual and {longest:?}",
        cases.len(),
        CASES.len(),
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A number below `below`, the same in every run.
fn pick(luck: &mut u64, below: usize) -> usize {
    *luck ^= *luck << 13;
    *luck ^= *luck >> 7;
    *luck ^= *luck << 17;
    usize::try_from(*luck % below as u64).unwrap()
}

/// Values no honest issuer would put where they are put. None of them is a plain lie about a coin
/// or a payment: those are in the table.
fn hostile(luck: &mut u64) -> Value {
    match pick(luck, 16) {
        0 => Value::Null,
        1 => json!(-1),
        2 => json!(u64::MAX),
        3 => json!(1e300),
        4 => json!(0),
        5 => json!(""),
        6 => json!("\u{202e}\u{0}'; DROP TABLE proof; --%s%n{}"),
        7 => json!("9".repeat(400)),
        8 => json!([]),
        9 => json!({}),
        10 => json!([[[[[[[[{}]]]]]]]]),
        11 => json!(true),
        12 => json!(G),
        13 => json!("00".repeat(33)),
        14 => json!("é".repeat(40_000)),
        _ => json!({"code": 11_001}),
    }
}

/// Puts something hostile in one random place.
fn spoil(json: &mut Value, luck: &mut u64) {
    let deeper = pick(luck, 6) != 0;
    match json {
        Value::Object(fields) if deeper && !fields.is_empty() => {
            let at = pick(luck, fields.len());
            spoil(fields.iter_mut().nth(at).unwrap().1, luck);
        }
        Value::Array(all) if deeper && !all.is_empty() => {
            let at = pick(luck, all.len());
            spoil(&mut all[at], luck);
        }
        other => *other = hostile(luck),
    }
}

#[test]
fn an_answer_spoiled_anywhere_breaks_nothing() {
    let mut stage = Stage::set();
    let rounds = if in_full() { 120 } else { 6 };
    let deeds = [
        Redeem,
        Pay,
        TakeBack,
        Collect,
        TopUp,
        RecoverGiven,
        Restore,
        OpenAgain,
        Review,
        Open,
    ];
    let mut wrong = Vec::new();
    for round in 0..rounds {
        SEED.store(0x9e37_79b9 + round * 0x1_0001, Ordering::SeqCst);
        let deed = deeds[usize::try_from(round).unwrap() % deeds.len()];
        let mut spoiled = case("spoiled", "anywhere", deed, &[0, 1, 3, 4], "", |_| {
            let luck = Mutex::new(SEED.load(Ordering::SeqCst));
            vec![Lie::new(ALL, move |heard, honest| {
                match honest.ask(heard) {
                    Reply::Json(status, mut json) => {
                        let mut luck = luck.lock().unwrap();
                        if pick(&mut luck, 2) == 0 {
                            spoil(&mut json, &mut luck);
                        }
                        Reply::Json(status, json)
                    }
                    other => other,
                }
            })]
        });
        if deed == Pay {
            spoiled = costly(spoiled);
        }
        let played = catch_unwind(AssertUnwindSafe(|| stage.play(&spoiled)));
        stage.liar.repent();
        let failed = match played {
            Ok((_, failed)) => failed,
            Err(panic) => vec![panic.downcast_ref::<String>().cloned().unwrap_or_default()],
        };
        if !failed.is_empty() {
            println!("round {round}, {deed:?}: {failed:#?}");
            wrong.push(round);
        }
        if !failed.is_empty() || matches!(deed, Pay | OpenAgain | Open) {
            stage.new_ada(true);
        }
    }
    println!("{rounds} rounds of spoiled answers");
    assert!(wrong.is_empty(), "rounds {wrong:?}");
}

/// The seed of the round being played; a case's lies are a plain function.
static SEED: AtomicU64 = AtomicU64::new(1);

/// The purse with this issuer, by name.
fn purse_at(person: &Person, issuer: &str) -> String {
    let purses = person.ask(&["balance"]).done();
    let all = purses["purses"].as_array().unwrap();
    let purse = all.iter().find(|purse| purse["issuer"] == issuer);
    purse.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn one_issuer_cannot_change_what_another_said() {
    let town = Town::open();
    let (maple, liar) = (town.issuer("Maple"), Liar::before(&town.issuer("Harbour")));
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let list = Heard {
        what: "GET /v1/keysets".to_owned(),
        body: Value::Null,
    };
    let theirs = Honest::at(&maple).ask(&list).json().1["keysets"][0].clone();
    liar.lie(vec![Lie::edit(KEYSETS, move |json| {
        let mut stolen = theirs.clone();
        stolen["active"] = json!(false);
        stolen["input_fee_ppk"] = json!(90_000);
        json["keysets"].as_array_mut().unwrap().push(stolen);
    })]);
    // What is its own it may keep: the purse opens, and knows nothing of the other's keys.
    ada.open_purse(liar.url(), "sat");
    let purse = purse_at(&ada, &maple);
    let (invoice, _) = town.merchant_invoice(100_000, "after the lie");
    ada.pay_from(&invoice, "sat", Some(&purse));
}

#[test]
fn an_issuer_whose_keys_are_anothers_is_refused_and_the_other_goes_on() {
    let town = Town::open();
    let (maple, other) = (town.issuer("Maple"), Liar::before(&town.issuer("Maple")));
    // Whoever comes first with keys that are not its own keeps nobody out.
    let ada = town.person("Ada");
    ada.open_purse(other.url(), "sat");
    ada.open_purse(&maple, "sat");
    let purse = purse_at(&ada, &maple);
    let asked = ada
        .ask(&["top-up", "500", "--unit", "sat", "--purse", &purse])
        .done();
    town.pay_invoice(asked["invoice"].as_str().unwrap());
    ada.ask(&["recover"]).done();

    // From the first coin on the keys are known to be the other's.
    let refused = ada.ask(&["purse", "add", other.url(), "--unit", "sat", "--yes"]);
    assert_eq!(refused.refused(1), "issuer_keys_of_another");
    let (invoice, _) = town.merchant_invoice(100_000, "after the refusal");
    ada.pay_from(&invoice, "sat", Some(&purse));
}

#[test]
fn who_proves_nothing_cannot_use_up_the_numbers_of_one_that_proves() {
    let town = Town::open();
    let (maple, other) = (town.issuer("Maple"), Liar::before(&town.issuer("Maple")));
    let unproven = || {
        vec![Lie::edit(INFO, |json| {
            json["nuts"]["12"] = json!({"supported": false});
        })]
    };
    let open = ["purse", "add", other.url(), "--unit", "sat", "--yes"];
    let ada = town.person("Ada");
    // Whoever comes first with keys that are not its own keeps nobody out, nor stays in.
    other.lie(unproven());
    ada.ask(&open).done();
    ada.open_purse(&maple, "sat");
    // There is no coin of Maple's yet to know its keys by.
    let asked = other.heard(RESTORE);
    other.lie(and(unproven(), restores(8, false)));
    let refused = ada.ask(&open);
    assert_eq!(refused.refused(1), "issuer_keys_of_another");
    assert_eq!(other.heard(RESTORE), asked);

    let purse = purse_at(&ada, &maple);
    let asked = ada
        .ask(&["top-up", "500", "--unit", "sat", "--purse", &purse])
        .done();
    town.pay_invoice(asked["invoice"].as_str().unwrap());
    assert_eq!(ada.ask(&["recover"]).code, Some(0));
    assert_eq!(ada.balance("sat"), (500, 0));
    // The words of a lost wallet find it.
    let again = town.restored(ada.words());
    again.open_purse(&maple, "sat");
    assert_eq!(again.balance("sat"), (500, 0));
}

#[test]
fn an_issuer_that_proved_its_signatures_is_held_to_it() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 500);
    liar.lie(vec![Lie::edit(INFO, |json| {
        json["nuts"]["12"] = json!({"supported": false});
    })]);
    ada.open_purse(liar.url(), "sat");
    liar.lie(each(SWAP, |one| {
        drop(one.as_object_mut().unwrap().remove("dleq"))
    }));
    let given = ada.ask(&["give", "100", "--yes"]).done();
    let back = ada.ask(&["redeem", given["payment"].as_str().unwrap(), "--yes"]);
    assert_eq!(back.ended(3)["error"]["code"], "still_deciding");
    liar.repent();
    ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat").1, 0);
}

#[test]
fn an_offer_cannot_take_the_place_of_another() {
    let town = Town::open();
    let (liar, ada) = town.person_at_liar("Ada", "Maple");
    let first = Mutex::new(Value::Null);
    liar.lie(vec![Lie::edit(MINT_QUOTE, move |json| {
        let mut first = first.lock().unwrap();
        if first.is_null() {
            *first = json["quote"].clone();
        }
        json["quote"] = first.clone();
    })]);
    let asked = ada.ask(&["top-up", "100", "--unit", "sat"]).done();
    let again = ada.ask(&["top-up", "100", "--unit", "sat"]);
    assert_eq!(again.refused(1), "issuer_dishonest");
    liar.repent();
    // The first can still be collected, with its own key.
    town.pay_invoice(asked["invoice"].as_str().unwrap());
    ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat"), (100, 0));
}

#[test]
fn after_a_refusal_over_fees_or_keys_the_list_of_keys_is_asked_for_again() {
    let town = Town::open();
    let (liar, ada) = town.person_with_liar("Ada", "Maple", 500);
    // The last is how Nutshell says that a key set signs no more.
    for (code, why) in [
        (11_005, "not balanced"),
        (12_002, "inactive"),
        (11_000, "keyset is not active"),
    ] {
        let given = ada.ask(&["give", "100", "--yes"]).done();
        let payment = given["payment"].as_str().unwrap();
        liar.lie(vec![Lie::say(SWAP, refusal(code, why))]);
        ada.ask(&["redeem", payment, "--yes"]).refused(1);
        liar.lie(Vec::new());
        ada.ask(&["redeem", payment, "--yes"]).done();
        assert_eq!(liar.heard(KEYSETS), 1, "{why}");
    }
}

#[test]
fn looking_for_coins_has_an_end_and_goes_on_later() {
    let town = Town::open();
    let liar = Liar::before(&town.issuer("Maple"));
    let ada = town.restored(town.person("Ada").words());
    // An issuer that never promised to prove anything, and calls every coin there can be signed.
    let mut lies = restores(8, false);
    lies.push(Lie::edit(INFO, |json| {
        json["nuts"]["12"] = json!({"supported": false});
    }));
    liar.lie(lies);
    let add = ["purse", "add", liar.url(), "--unit", "sat", "--yes"];
    let told = liar.watch(&ada, &add, None);
    assert!(told.took < LONGEST, "{told:?}");
    assert_eq!(told.said.ended(3)["error"]["code"], "not_all_looked_for");
    let asked = liar.heard(RESTORE);
    let seen: Mutex<Vec<Value>> = Mutex::new(Vec::new());
    liar.repent();
    let seen = std::sync::Arc::new(seen);
    let heard = std::sync::Arc::clone(&seen);
    liar.lie(vec![Lie::new(RESTORE, move |what, honest| {
        heard.lock().unwrap().push(what.body["outputs"][0].clone());
        honest.ask(what)
    })]);
    // Honest now, and there are no coins: ten empty batches more, and none asked for again.
    liar.watch(&ada, &add, None).said.done();
    assert!(asked > 3, "{asked}");
    assert_eq!(seen.lock().unwrap().len(), 10);
}

/// From now on Ada has an empty purse with an issuer whose key set has every amount there is a
/// number for, and which never promised to prove a signature. The lies it goes on telling.
fn purse_with_huge_coins(stage: &Stage, ada: &Person) -> Vec<Lie> {
    let mut lies = made_up(stage, &powers(64), 0, false);
    lies.push(Lie::edit(INFO, |json| {
        json["nuts"]["12"] = json!({"supported": false});
    }));
    stage.liar.lie(lies.clone());
    ada.open_purse(stage.liar.url(), "sat");
    lies
}

#[test]
fn coins_too_large_to_be_money_keep_no_other_purse_from_being_counted_and_spent() {
    let stage = Stage::set();
    let books = || stage.town.books("Harbour")["sat"];
    // More than there is: in a number no file holds, in one coin, in a hundred coins.
    for amount in [1_u64 << 63, 1 << 55, 1 << 50] {
        let others = books().outstanding;
        let ada = stage.town.person_with("Ada", "Harbour", 1_000, "sat");
        let harbour = purse_at(&ada, &stage.town.issuer("Harbour"));
        let lies = purse_with_huge_coins(&stage, &ada);
        let (invoice, hash) = stage.town.merchant_invoice(100_000, "in the dark");
        stage
            .town
            .misfortune(&json!({"do": "pending", "payment_hash": hash}));
        let paying = ada.begin(&["pay", &invoice, "--purse", &harbour, "--yes"]);
        stage.town.wait_until_held("Harbour");
        assert_eq!(paying.kill().code, None);
        stage
            .town
            .tell("/lightning/release", &json!({ "payment_hash": hash }));

        stage.liar.lie(and(lies, restores(amount, false)));
        let told = stage.liar.watch(&ada, &["recover"], None);
        let mut wrong = Vec::new();
        check(&told, "the command", &mut wrong);
        assert!(wrong.is_empty(), "{amount}: {wrong:#?}");
        assert_eq!(told.said.code, Some(0), "{amount}: {told:#?}");
        assert_eq!(ada.balance("sat").1, 0, "{amount}: something is undecided");
        let latest = ada.ask(&["history"]).done()["payments"][0].clone();
        assert_eq!(latest["outcome"], "paid", "{amount}: {latest}");
        let given = ["give", "3", "--purse", &harbour, "--yes"];
        ada.ask(&given).done();
        let has = total(&ada.ask(&["balance"]).done(), true);
        assert_eq!(has, books().outstanding - others, "{amount}");
        stage.liar.repent();
    }
}

/// What the issuer below still says.
#[derive(Default)]
struct Told {
    /// So many coins more are found.
    coins: usize,
    /// What it found.
    found: Vec<Value>,
    /// All it was asked about.
    asked: Vec<Value>,
    /// What of it is spent.
    spent: Vec<Value>,
}

/// Finds coins of 2^50 where nobody made any, and says of each what it likes.
fn finds_and_forgets(told: &Arc<Mutex<Told>>) -> Vec<Lie> {
    let (finding, saying) = (Arc::clone(told), Arc::clone(told));
    vec![
        Lie::new(RESTORE, move |heard, _| {
            let mut told = finding.lock().unwrap();
            let outputs = heard.body["outputs"].as_array().unwrap();
            let new = |output: &&Value| !told.found.contains(output);
            let output = outputs.iter().find(new).unwrap().clone();
            let signature = json!({"amount": 1_u64 << 50, "id": output["id"], "C_": G});
            let found = usize::from(told.coins > 0);
            told.coins -= found;
            told.found.extend(vec![output.clone(); found]);
            let (outputs, signatures) = (vec![output; found], vec![signature; found]);
            Reply::Json(200, json!({"outputs": outputs, "signatures": signatures}))
        }),
        Lie::new(STATES, move |heard, _| {
            let mut told = saying.lock().unwrap();
            let names = heard.body["Ys"].as_array().unwrap().clone();
            let state = |name: &Value| {
                let spent = told.spent.contains(name);
                json!({"Y": name, "state": if spent { "SPENT" } else { "UNSPENT" }})
            };
            let states: Vec<Value> = names.iter().map(state).collect();
            told.asked.extend(names);
            Reply::Json(200, json!({ "states": states }))
        }),
    ]
}

#[test]
fn coins_called_spent_and_good_again_are_never_more_than_there_can_be() {
    let stage = Stage::set();
    let ada = stage.town.person_with("Ada", "Harbour", 1_000, "sat");
    let lies = purse_with_huge_coins(&stage, &ada);
    let told = Arc::new(Mutex::new(Told::default()));
    stage.liar.lie(and(lies, finds_and_forgets(&told)));
    let one = 1_000 + (1_i64 << 50);
    for round in 0..3 {
        {
            let mut told = told.lock().unwrap();
            told.coins = usize::from(round < 2);
            told.spent = if round == 1 {
                told.asked.clone()
            } else {
                Vec::new()
            };
        }
        ada.ask(&["recover"]).done();
        assert_eq!(ada.balance("sat"), (one, 0), "round {round}");
    }
}
