//! An old copy of a wallet's folder is put back, or used beside the one that went on: the money
//! is what the issuer says it is, and nobody is told otherwise.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]
#![allow(clippy::print_stdout, reason = "says how many cases were played")]

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use farthing_tests::liar::{Heard, Honest, Liar, Lie, Reply, other_keys, refusal, spend};
use farthing_tests::proxy::journeys::in_full;
use farthing_tests::proxy::{Fault, Proxy, Rule};
use farthing_tests::{Keyring, Nutshell, Person, Town, later};
use serde_json::{Value, json};

/// What the wallet did after the copy was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    PaidAnInvoice,
    GaveAndItWasTaken,
    Gave,
    TookBack,
    ToppedUp,
    Redeemed,
}

/// What is tried with the copy before `recover`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Nothing,
    PayAShop,
    PayAnInvoice,
    Give,
    TopUp,
    Redeem,
}

const SINCE: [Since; 6] = [
    Since::PaidAnInvoice,
    Since::GaveAndItWasTaken,
    Since::Gave,
    Since::TookBack,
    Since::ToppedUp,
    Since::Redeemed,
];

const FIRST: [First; 6] = [
    First::Nothing,
    First::PayAShop,
    First::PayAnInvoice,
    First::Give,
    First::TopUp,
    First::Redeem,
];

/// A person, a neighbour who gives and takes, and the issuer both are with.
struct Street {
    town: Town,
    issuer: &'static str,
    bob: Person,
    /// What those who came before still hold.
    left: Cell<i64>,
}

impl Street {
    fn at(issuer: &'static str) -> Self {
        let town = Town::open();
        let bob = town.person(&format!("Bob of {issuer}"));
        bob.open_purse(&town.issuer(issuer), "sat");
        let street = Self {
            town,
            issuer,
            bob,
            left: Cell::new(0),
        };
        street.fill(&street.bob, 20_000);
        street
    }

    fn ada(&self) -> Person {
        let ada = self.town.person("Ada");
        ada.open_purse(&self.town.issuer(self.issuer), "sat");
        self.fill(&ada, 1_000);
        ada
    }

    fn fill(&self, person: &Person, amount: i64) {
        person.top_up(amount, "sat", |invoice| {
            drop(self.town.pay_invoice(invoice));
        });
    }

    fn happens(&self, ada: &Person, since: Since) {
        match since {
            Since::PaidAnInvoice => {
                let (invoice, _) = self.town.merchant_invoice(400_000, "since the copy");
                ada.ask(&["pay", &invoice, "--yes"]).done();
            }
            Since::GaveAndItWasTaken => {
                let token = given(ada, 300);
                self.bob.ask(&["redeem", &token, "--yes"]).done();
            }
            Since::Gave => drop(given(ada, 300)),
            Since::TookBack => {
                let token = given(ada, 300);
                ada.ask(&["redeem", &token, "--yes"]).done();
            }
            Since::ToppedUp => self.fill(ada, 100),
            Since::Redeemed => {
                let token = given(&self.bob, 100);
                ada.ask(&["redeem", &token, "--yes"]).done();
            }
        }
    }

    /// Tries it until it is done, three times at most. What was said must be true each time.
    fn try_first(&self, ada: &Person, first: First) -> Vec<String> {
        let (mut wrong, mut heard) = (Vec::new(), Vec::new());
        for round in 1..=3 {
            let (said, done, true_now) = self.try_once(ada, first);
            let safe =
                said.json()["error"]["money"] == "safe" || said.json()["outcome"] == "not_paid";
            if done && !true_now {
                wrong.push(format!("round {round}: it said done and is not: {said:#?}"));
            }
            if safe && true_now {
                wrong.push(format!("round {round}: it said not done and is: {said:#?}"));
            }
            if done {
                return wrong;
            }
            heard.push(said.out);
        }
        wrong.push(format!(
            "{first:?} did not work in three rounds: {heard:#?}"
        ));
        wrong
    }

    /// What it said, whether it said done, and whether it is.
    fn try_once(&self, ada: &Person, first: First) -> (farthing_tests::Said, bool, bool) {
        let at = self.issuer.to_lowercase();
        match first {
            First::Nothing => unreachable!("nothing is not tried"),
            First::PayAShop => {
                let order = json!({"amount": 19, "issuer": at, "unit": "sat"});
                let order = self.town.order(&order);
                let said = ada.ask(&["pay", order["request"].as_str().unwrap(), "--yes"]);
                let done = said.code == Some(0);
                (said, done, self.town.look(&order)["state"] == "paid")
            }
            First::PayAnInvoice => {
                let (invoice, hash) = self.town.merchant_invoice(50_000, "with the copy");
                let said = ada.ask(&["pay", &invoice, "--yes"]);
                let done = said.code == Some(0);
                (said, done, self.town.invoice(&hash)["state"] == "settled")
            }
            First::Give => {
                let said = ada.ask(&["give", "33", "--yes"]);
                let done = said.code == Some(0);
                // Coins that are ready go out without a word to the issuer, so the receiver may
                // be told that they are spent. The giver is told by `recover`.
                if done {
                    let token = said.json()["token"].as_str().unwrap().to_owned();
                    let _ = self.bob.ask(&["redeem", &token, "--yes"]);
                }
                (said, done, done)
            }
            First::TopUp => {
                let mut running = ada.begin(&["top-up", "77", "--wait", "10"]);
                let invoice = running.invoice();
                self.town.pay_invoice(&invoice);
                let said = running.end();
                let done = said.code == Some(0);
                (said, done, done)
            }
            First::Redeem => {
                let token = given(&self.bob, 40);
                let said = ada.ask(&["redeem", &token, "--yes"]);
                let done = said.code == Some(0);
                (said, done, done)
            }
        }
    }

    /// After `recover`: all that is owed is somebody's, to the unit, nothing is undecided, and
    /// the wallet pays.
    fn adds_up(&self, ada: &Person) -> Vec<String> {
        let mut wrong = Vec::new();
        for args in [["recover"], ["doctor"]] {
            let said = ada.ask(&args);
            if said.code != Some(0) {
                wrong.push(format!("{said:#?}"));
            }
        }
        self.bob.ask(&["recover"]).done();
        let (hers, bobs) = (ada.holds("sat"), self.bob.holds("sat"));
        let books = self.town.books(self.issuer)["sat"];
        let shop = self.town.shop_holds(self.issuer, "sat");
        let (owed, left) = (books.outstanding, self.left.get());
        if hers + bobs + shop + left != owed {
            wrong.push(format!(
                "hers {hers}, Bob's {bobs}, the shop's {shop} and {left} of others: {owed} is owed"
            ));
        }
        if (books.paid_not_issued, books.held) != (0, 0) {
            wrong.push(format!("not collected, or held: {books:?}"));
        }
        wrong
    }
}

fn given(person: &Person, amount: i64) -> String {
    let given = person.ask(&["give", &amount.to_string(), "--yes"]).done();
    given["token"].as_str().unwrap().to_owned()
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Puts one file of a wallet in another's place, with what belongs to it.
fn file_over(from: &Path, to: &Path, file: &str) {
    fs::create_dir_all(to).unwrap();
    for end in ["", "-wal", "-shm"] {
        let name = format!("{file}{end}");
        let _ = fs::remove_file(to.join(&name));
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

/// Every thing that may have happened, with every thing that may be tried first.
fn put_back(issuer: &'static str, some: usize) {
    let street = Street::at(issuer);
    let all: Vec<(Since, First)> = SINCE
        .iter()
        .flat_map(|since| FIRST.iter().map(|first| (*since, *first)))
        .collect();
    let step = if in_full() { 1 } else { all.len() / some };
    let mut wrong = Vec::new();
    let cases: Vec<_> = all.iter().step_by(step).collect();
    for (since, first) in &cases {
        let ada = street.ada();
        let copy = ada.folder().join("copy");
        copied(&ada.home(), &copy);
        street.happens(&ada, *since);
        fs::remove_dir_all(ada.home()).unwrap();
        fs::rename(&copy, ada.home()).unwrap();

        let mut troubles = Vec::new();
        if *first != First::Nothing {
            troubles.extend(street.try_first(&ada, *first));
        }
        troubles.extend(street.adds_up(&ada));
        let (_, _, paid) = street.try_once(&ada, First::PayAShop);
        if !paid {
            troubles.push("after `recover` it does not pay".to_owned());
        }
        street.left.set(street.left.get() + ada.holds("sat"));
        if !troubles.is_empty() {
            wrong.push(format!(
                "{since:?}, then {first:?}: {}",
                troubles.join("\n  ")
            ));
        }
    }
    println!(
        "{issuer}: {} of {} old copies put back",
        cases.len(),
        all.len()
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_old_copy_put_back_is_set_right_where_answers_are_repeated() {
    put_back("Maple", 9);
}

#[test]
fn an_old_copy_put_back_is_set_right_where_answers_come_once() {
    put_back("Harbour", 9);
}

#[test]
fn two_copies_used_in_turn_never_lose_or_double_anything() {
    let street = Street::at("Maple");
    let ada = street.ada();
    let (one, other) = (ada.folder().join("one"), ada.folder().join("other"));
    copied(&ada.home(), &one);
    copied(&ada.home(), &other);
    let rounds = if in_full() { 24 } else { 4 };
    let mut wrong = Vec::new();
    for round in 0..rounds {
        let (at, first) = if round % 2 == 0 {
            (&one, FIRST[1 + round % 5])
        } else {
            (&other, FIRST[1 + (round * 3 + 1) % 5])
        };
        fs::remove_dir_all(ada.home()).unwrap();
        copied(at, &ada.home());
        // The person has been told to do this after going back to another copy.
        ada.ask(&["recover"]).done();
        wrong.extend(street.try_first(&ada, first));
        wrong.extend(street.adds_up(&ada));
        fs::remove_dir_all(at).unwrap();
        copied(&ada.home(), at);
    }
    println!("{rounds} turns of two copies");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The next of `many` by chance, the same each time.
fn drawn(seed: &mut u64, many: u64) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    usize::try_from(*seed % many).unwrap()
}

/// Two copies of one wallet are used by turns of chance, and neither is asked to recover first. All
/// that does not hold.
fn side_by_side(issuer: &'static str, mut seed: u64) -> Vec<String> {
    let street = Street::at(issuer);
    let copies = [street.ada(), Person::new("Ada")];
    copied(&copies[0].home(), &copies[1].home());
    let (mut wrong, mut heard) = (Vec::new(), Vec::new());
    for _ in 0..14 {
        let (who, first) = (drawn(&mut seed, 2), FIRST[1 + drawn(&mut seed, 5)]);
        let (said, done, true_now) = street.try_once(&copies[who], first);
        let safe = said.json()["error"]["money"] == "safe" || said.json()["outcome"] == "not_paid";
        // Coins the other copy spent: the issuer calls them redeemed, and the payee does not have them.
        let denied = matches!(
            said.json()["why_code"].as_str(),
            Some("refused_but_taken" | "taken_in_part")
        );
        if (done && !true_now && !denied) || (safe && true_now) {
            wrong.push(format!("{who} {first:?} was not told the truth: {said:#?}"));
        }
        heard.push(format!("{who} {first:?}: {said:?}"));
        if drawn(&mut seed, 6) == 0 {
            heard.push(format!("{who}: {:?}", copies[who].ask(&["recover"])));
        }
    }
    for copy in copies.iter().cycle().take(4) {
        let _ = copy.ask(&["recover"]);
    }
    street.bob.ask(&["recover"]).done();
    let others = street.bob.holds("sat") + street.town.shop_holds(issuer, "sat");
    let theirs = street.town.books(issuer)["sat"].outstanding - others;
    for copy in &copies {
        let told = copy.ask(&["recover"]);
        if told.code != Some(0) {
            wrong.push(format!("after all recoveries: {told:#?}"));
        }
        if copy.holds("sat") > theirs {
            wrong.push(format!("a false balance of {}", copy.holds("sat") - theirs));
        }
    }
    let anew = street.town.restored(copies[0].words());
    anew.open_purse(&street.town.issuer(issuer), "sat");
    if anew.holds("sat") != theirs {
        wrong.push(format!("the words find {} of {theirs}", anew.holds("sat")));
    }
    if !wrong.is_empty() {
        wrong.extend(heard);
    }
    wrong
}

#[test]
fn two_copies_used_side_by_side_show_no_money_that_is_not_there_and_the_words_find_all() {
    let stories = if in_full() { 24 } else { 2 };
    for seed in 1..=stories {
        for issuer in ["Maple", "Harbour"] {
            let wrong = side_by_side(issuer, seed * 0x9e37_79b9);
            assert!(wrong.is_empty(), "{issuer} {seed}\n{}", wrong.join("\n"));
        }
    }
    println!("{} stories of two copies side by side", 2 * stories);
}

#[test]
fn coins_a_copy_made_of_numbers_that_made_none_here_are_found_once_it_shows() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let other = Person::new("Ada");
    copied(&ada.home(), &other.home());
    let pays = |person: &Person, sat: u64| {
        let (invoice, _) = town.merchant_invoice(sat * 1_000, "bread");
        person.ask(&["pay", &invoice, "--yes"])
    };
    // Numbers are taken for all the change there could be, and little is due.
    pays(&ada, 600).done();
    other.top_up(64, "sat", |invoice| drop(town.pay_invoice(invoice)));
    let owed = || town.books("Maple")["sat"].outstanding;
    ada.ask(&["recover"]).done();
    assert!(ada.holds("sat") < owed(), "the story is another one");

    // The copy finds out what is spent, and spends of what both have.
    other.ask(&["recover"]).done();
    pays(&other, 200).done();
    ada.ask(&["recover"]).done();
    assert_eq!((ada.holds("sat"), other.holds("sat")), (owed(), owed()));
}

/// Which files of the old copy are put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    All,
    MoneyAlone,
    HistoryAlone,
}

#[test]
fn where_a_keychain_remembers_an_old_copy_pays_nothing_before_the_issuer_confirmed() {
    let keyring = Keyring::sealed();
    let town = Town::open();
    let line = Proxy::before(&[&town.issuer("Maple")]);
    let at_bob = town.person("Bob");
    at_bob.open_purse(line.url(0), "sat");
    let mut left = 0;
    for back in [Back::All, Back::MoneyAlone, Back::HistoryAlone] {
        let mut ada = Person::new("Ada");
        ada.work_in(&keyring.address());
        ada.keep_secret("258036");
        ada.settle(&town.url());
        ada.open_purse(line.url(0), "sat");
        ada.top_up(1_000, "sat", |invoice| drop(town.pay_invoice(invoice)));
        let copy = ada.folder().join("copy");
        copied(&ada.home(), &copy);
        // Coins go, and others come.
        for amount in [300, 200] {
            let token = given(&ada, amount);
            at_bob.ask(&["redeem", &token, "--yes"]).done();
        }
        ada.ask(&["recover"]).done();
        let now = ada.holds("sat");
        for file in ["money.db", "history.db"] {
            let skipped = match back {
                Back::All => "",
                Back::MoneyAlone => "history.db",
                Back::HistoryAlone => "money.db",
            };
            if file != skipped {
                file_over(&copy, &ada.home(), file);
            }
        }

        // Nobody can be asked: nothing leaves, exact coins or not.
        line.set((0..40).map(|n| Rule::nth(n, Fault::LoseRequest)).collect());
        let (invoice, hash) = town.merchant_invoice(50_000, "with an old copy");
        for args in [
            ["give", "33", "--yes"].as_slice(),
            &["give", "1", "--yes"],
            &["pay", &invoice, "--yes"],
        ] {
            let said = ada.ask(args);
            assert_ne!(said.code, Some(0), "{back:?}: {said:#?}");
            let error = said.json()["error"].clone();
            assert_eq!(error["money"], "safe", "{back:?}: {said:#?}");
            if args[0] == "give" {
                assert_eq!(error["code"], "old_copy", "{back:?}: {said:#?}");
                assert!(error["next"].as_str().unwrap().contains("recover"));
            }
        }
        assert_ne!(town.invoice(&hash)["state"], "settled", "{back:?}");
        let copies = ada.ask(&["doctor"]);
        assert!(copies.out.contains("older"), "{back:?}: {copies:#?}");
        line.heal();

        // The first payment asks, and is then worth what it says.
        let token = given(&ada, 33);
        let got = at_bob.ask(&["redeem", &token, "--yes"]).done();
        assert!(!got["received"].is_null());
        ada.ask(&["pay", &invoice, "--yes"]).done();
        assert_eq!(town.invoice(&hash)["state"], "settled", "{back:?}");
        ada.ask(&["recover"]).done();
        let well = ada.ask(&["doctor"]).done();
        let kept = well.to_string();
        assert!(kept.contains("older copy"), "no note was kept: {kept}");
        let after = ada.holds("sat");
        assert!(after < now && after > now - 33 - 50 - 20, "{now} {after}");
        at_bob.ask(&["recover"]).done();
        let owed = town.books("Maple")["sat"].outstanding;
        assert_eq!(after + at_bob.holds("sat") + left, owed, "{back:?}");

        // And is asked no more.
        line.set((0..40).map(|n| Rule::nth(n, Fault::LoseRequest)).collect());
        let said = ada.ask(&["give", "1", "--yes"]);
        assert_ne!(said.json()["error"]["code"], "old_copy", "{said:#?}");
        line.heal();
        ada.ask(&["recover"]).done();
        left += ada.holds("sat");
    }
}

/// Ada's wallet with a purse at the door, and a keychain if there is one.
fn ada_of(town: &Town, line: &Liar, keyring: Option<&Keyring>) -> Person {
    let mut ada = Person::new("Ada");
    if let Some(keyring) = keyring {
        ada.work_in(&keyring.address());
        ada.keep_secret("258036");
        ada.settle(&town.url());
    } else {
        ada.settle_cheaply(&town.url());
    }
    ada.open_purse(line.url(), "sat");
    ada
}

/// Copied before or after its first coins, put back when others were made and their keys sign no
/// more: what the wallet holds, and what the issuer owes.
fn after_the_keys_changed(keyring: Option<&Keyring>, had_coins: bool) -> (i64, i64) {
    let town = Town::open();
    let line = Liar::before(&town.issuer("Maple"));
    let ada = ada_of(&town, &line, keyring);
    let fill = |amount| ada.top_up(amount, "sat", |invoice| drop(town.pay_invoice(invoice)));
    if had_coins {
        fill(1_000);
    }
    let copy = ada.folder().join("copy");
    copied(&ada.home(), &copy);
    fill(500);
    let (invoice, _) = town.merchant_invoice(400_000, "since the copy");
    ada.ask(&["pay", &invoice, "--yes"]).done();
    fs::remove_dir_all(ada.home()).unwrap();
    fs::rename(&copy, ada.home()).unwrap();

    let amounts: Vec<String> = (0..20).map(|n| (1_u64 << n).to_string()).collect();
    let honest = Honest::at(&town.issuer("Maple"));
    line.lie(other_keys(&honest, &amounts, 0, false));
    // The list of keys is asked for again.
    ada.open_purse(line.url(), "sat");
    ada.ask(&["recover"]).done();
    (ada.holds("sat"), town.books("Maple")["sat"].outstanding)
}

#[test]
fn coins_made_since_the_copy_are_found_though_their_keys_sign_no_more() {
    let (has, owed) = after_the_keys_changed(None, true);
    assert_eq!(has, owed);
}

#[test]
fn a_copy_a_keychain_noticed_finds_coins_of_keys_it_never_used() {
    let keyring = Keyring::sealed();
    let (has, owed) = after_the_keys_changed(Some(&keyring), false);
    assert_eq!(has, owed);
}

#[test]
fn while_no_keys_change_a_recovery_looks_for_coins_with_one_question() {
    let town = Town::open();
    let (line, ada) = town.person_with_liar("Ada", "Maple", 100);
    line.lie(Vec::new());
    ada.ask(&["recover"]).done();
    let asked = ["POST /v1/restore", "GET /v1/key"].map(|what| line.heard(what));
    assert_eq!(asked, [1, 0]);
}

#[test]
fn a_wallet_killed_before_the_keychain_was_told_is_no_old_copy() {
    let keyring = Keyring::sealed();
    let town = Town::open();
    let mut ada = Person::new("Ada");
    ada.work_in(&keyring.address());
    ada.keep_secret("258036");
    ada.settle(&town.url());
    ada.open_purse(&town.issuer("Maple"), "sat");
    for _ in 0..4 {
        let mut running = ada.begin(&["top-up", "100", "--wait", "60"]);
        let invoice = running.invoice();
        running.kill();
        town.pay_invoice(&invoice);
        ada.ask(&["recover"]).done();
        let well = ada.ask(&["doctor"]).done();
        assert!(!well.to_string().contains("older"), "{well}");
    }
    assert_eq!(ada.balance("sat"), (400, 0));
}

/// How long the offer below stands, and how long its end is waited for at most, in seconds.
const OFFER: u64 = 10;
const PATIENCE: u64 = 120;

/// Asks until nothing is undecided, as long as anybody would; what became of all there was, in order
/// of the alphabet.
fn decided(ada: &Person) -> Vec<String> {
    let mut heard = Vec::new();
    for _ in 0..PATIENCE {
        let _ = ada.ask(&["recover"]);
        let told = ada.ask(&["history"]).done();
        let payments = told["payments"].as_array().unwrap().clone();
        let outcome = |payment: &Value| payment["outcome"].as_str().unwrap().to_owned();
        heard = payments.iter().map(outcome).collect();
        if !heard.contains(&"still_deciding".to_owned()) {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    heard.sort();
    heard
}

/// An offer the issuer makes stands for [`OFFER`] seconds, and `change` changes it as well.
fn soon_over(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Lie {
    Lie::edit("POST /v1/melt/quote/bolt11", move |json| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        json["expiry"] = json!(now.as_secs() + OFFER);
        change(json);
    })
}

#[test]
fn what_another_copy_took_in_is_not_waited_for_and_its_coins_are_found_here_too() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let asked = ada.ask(&["top-up", "300", "--unit", "sat"]).done();
    let other = Person::new("Ada");
    copied(&ada.home(), &other.home());
    town.pay_invoice(asked["invoice"].as_str().unwrap());
    other.ask(&["recover"]).done();
    assert_eq!(other.holds("sat"), 1_300);

    let recovered = ada.ask(&["recover"]).done();
    assert_eq!(recovered["still_deciding"], json!([]));
    let receipt = ada.ask(&["receipt", asked["payment"].as_str().unwrap()]);
    let receipt = receipt.done();
    assert_eq!(receipt["outcome"], "not_paid");
    assert_eq!(receipt["why_code"], "collected_elsewhere");
    ada.ask(&["recover"]).done();
    assert_eq!(ada.holds("sat"), town.books("Maple")["sat"].outstanding);
}

/// What two copies of a wallet do alike, so that the one asks for the very coins the other has made.
#[derive(Debug, Clone, Copy)]
enum Alike {
    ToppedUp,
    Redeemed,
    TookBack,
    Gave,
    PaidAnInvoice,
}

const ALIKE: [Alike; 5] = [
    Alike::ToppedUp,
    Alike::Redeemed,
    Alike::TookBack,
    Alike::Gave,
    Alike::PaidAnInvoice,
];

fn alike(issuer: &'static str) {
    let street = Street::at(issuer);
    let does = |ada: &Person, what: Alike| match what {
        Alike::ToppedUp => street.try_once(ada, First::TopUp).0,
        Alike::Redeemed => street.try_once(ada, First::Redeem).0,
        Alike::TookBack => ada.ask(&["redeem", &given(ada, 23), "--yes"]),
        Alike::Gave => street.try_once(ada, First::Give).0,
        Alike::PaidAnInvoice => street.try_once(ada, First::PayAnInvoice).0,
    };
    let mut wrong = Vec::new();
    for what in ALIKE {
        let ada = street.ada();
        let copy = ada.folder().join("copy");
        copied(&ada.home(), &copy);
        does(&ada, what).done();
        fs::remove_dir_all(ada.home()).unwrap();
        fs::rename(&copy, ada.home()).unwrap();
        let said = does(&ada, what);
        let troubles = street.adds_up(&ada);
        if !troubles.is_empty() {
            wrong.push(format!("{issuer}, {what:?}: {troubles:#?} {said:#?}"));
        }
        street.left.set(street.left.get() + ada.holds("sat"));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_two_copies_did_alike_is_set_right_where_answers_are_repeated() {
    alike("Maple");
}

#[test]
fn what_two_copies_did_alike_is_set_right_where_answers_come_once() {
    alike("Harbour");
}

#[test]
fn what_two_copies_did_alike_is_set_right_at_nutshell() {
    let (town, nutshell) = (Town::open(), Nutshell::start());
    let at_nutshell = |name| {
        let person = town.person(name);
        person.open_purse(nutshell.url(), "sat");
        person.top_up(1_000, "sat", |_| ());
        person
    };
    let bob = at_nutshell("Bob");
    let mut others = 0;
    for what in ALIKE {
        let ada = at_nutshell("Ada");
        let copy = ada.folder().join("copy");
        copied(&ada.home(), &copy);
        let does = || match what {
            Alike::ToppedUp => ada.ask(&["top-up", "77", "--wait", "10"]),
            Alike::Redeemed => ada.ask(&["redeem", &given(&bob, 40), "--yes"]),
            Alike::TookBack => ada.ask(&["redeem", &given(&ada, 23), "--yes"]),
            Alike::Gave => bob.ask(&["redeem", &given(&ada, 33), "--yes"]),
            Alike::PaidAnInvoice => {
                let (invoice, _) = town.merchant_invoice(50_000, "make-believe");
                ada.ask(&["pay", &invoice, "--yes"])
            }
        };
        does().done();
        fs::remove_dir_all(ada.home()).unwrap();
        fs::rename(&copy, ada.home()).unwrap();
        let said = does();
        for person in [&ada, &bob] {
            let recovered = person.ask(&["recover"]);
            // Spent coins of a payment that is not made: believed once it cannot be made any more.
            let waits = matches!(what, Alike::PaidAnInvoice) && recovered.code == Some(3);
            assert!(
                waits || recovered.code == Some(0),
                "{what:?}: {recovered:#?} {said:#?}"
            );
            if waits {
                if later::clock().is_none() {
                    println!(
                        "nothing can be preloaded into a program here: its clock stays as it is"
                    );
                    return;
                }
                person.ask_later(2, &["recover"]).done();
            }
        }
        let owed = nutshell.books()["sat"].outstanding - others;
        let theirs = ada.holds("sat") + bob.holds("sat");
        assert_eq!(theirs, owed, "{what:?}: {said:#?}");
        others += ada.holds("sat");
    }
}

/// E-cash that an old copy redeems: under the numbers that the other copy has used the issuer knows its
/// coins, and under new ones it says this. How the command ends, and whether a recovery takes the
/// e-cash in after all.
fn refused_under_new_numbers(amounts: [i64; 2], refused: Reply) -> (Option<i32>, bool) {
    let town = Town::open();
    let (line, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let bob = town.person("Bob");
    bob.open_purse(line.url(), "sat");
    bob.top_up(1_000, "sat", |invoice| drop(town.pay_invoice(invoice)));
    let [before, after] = amounts.map(|amount| given(&bob, amount));
    let other = Person::new("Ada");
    copied(&ada.home(), &other.home());
    other.ask(&["redeem", &before, "--yes"]).done();

    let first = Mutex::new(Value::Null);
    line.lie(vec![Lie::new("POST /v1/swap", move |heard, honest| {
        let mut first = first.lock().unwrap();
        if first.is_null() {
            *first = heard.body["outputs"].clone();
        }
        if *first == heard.body["outputs"] {
            honest.ask(heard)
        } else {
            refused.clone()
        }
    })]);
    let said = ada.ask(&["redeem", &after, "--yes"]);
    let _ = ada.ask(&["recover"]);
    let list = "GET /v1/keysets";
    let asked = line.heard(list);
    line.repent();
    ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat").1, 0);
    let nobodys = || {
        bob.ask(&["recover"]).done();
        let theirs = ada.balance("sat").0 + bob.balance("sat").0;
        town.books("Maple")["sat"].outstanding - theirs
    };
    let taken_in = nobodys() == 0;
    assert!(taken_in || nobodys() >= amounts[1]);

    // Whatever was said, the e-cash is redeemed once.
    let again = ada.ask(&["redeem", &after, "--yes"]);
    assert_eq!(again.code, Some(i32::from(taken_in)), "{again:?}");
    // The refusal may have been about keys or fees.
    assert!(taken_in || asked + line.heard(list) == 1);
    ada.ask(&["recover"]).done();
    assert_eq!(nobodys(), 0);
    (said.code, taken_in)
}

#[test]
fn e_cash_refused_under_numbers_nobody_used_is_still_good_and_nothing_waits_for_it() {
    for code in [10_000, 11_005] {
        let refused = refusal(code, "not today");
        let told = refused_under_new_numbers([40, 77], refused);
        assert_eq!(told, (Some(1), false), "{code}");
    }
}

#[test]
fn where_the_very_coins_asked_for_were_made_before_no_refusal_ends_it() {
    for code in [10_000, 11_005, 12_002] {
        let told = refused_under_new_numbers([40, 40], refusal(code, "not today"));
        assert_eq!(told, (Some(3), true), "{code}");
    }
}

#[test]
fn where_the_very_coins_asked_for_were_made_before_and_the_keys_changed_new_ones_are_made() {
    for fee in [0, 100, 1_000] {
        let street = Street::at("Maple");
        let ada = street.ada();
        let [before, after] = [given(&street.bob, 40), given(&street.bob, 40)];
        let copy = ada.folder().join("copy");
        copied(&ada.home(), &copy);
        ada.ask(&["redeem", &before, "--yes"]).done();
        fs::remove_dir_all(ada.home()).unwrap();
        fs::rename(&copy, ada.home()).unwrap();

        street.town.change_keys("Maple", fee);
        ada.ask(&["redeem", &after, "--yes"]).done();
        let wrong = street.adds_up(&ada);
        assert!(wrong.is_empty(), "{fee}: {wrong:#?}");
    }
}

/// Has Ada review something and copies her wallet then: the review, and the copy.
fn reviewed_and_copied(ada: &Person, review: &[&str]) -> (String, Person) {
    let review = ada.ask(review).done();
    let other = Person::new("Ada");
    copied(&ada.home(), &other.home());
    (review["review"].as_str().unwrap().to_owned(), other)
}

#[test]
fn an_offer_that_another_copy_paid_takes_no_other_coins_here() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let (invoice, hash) = town.merchant_invoice(300_000, "paid by the copy");
    let (id, other) = reviewed_and_copied(&ada, &["review", &invoice]);
    let pay = ["pay", "--review", &id, "--yes"];
    other.ask(&pay).done();
    assert_eq!(town.invoice(&hash)["state"], "settled");

    // Here it is paid with the change that the copy has left, or not at all.
    ada.ask(&["recover"]).done();
    let said = ada.ask(&pay);
    assert_ne!(said.code, Some(3), "{said:?}");
    let recovered = ada.ask(&["recover"]).done();
    assert_eq!(recovered["still_deciding"], json!([]));
    assert_eq!(ada.holds("sat"), town.books("Maple")["sat"].outstanding);
}

#[test]
fn an_offer_without_a_proof_that_another_copy_paid_takes_no_other_coins_here() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let args = ["review", &town.offer("tips"), "--amount", "300"];
    let (id, other) = reviewed_and_copied(&ada, &args);
    let pay = ["pay", "--review", &id, "--yes"];
    other.ask(&pay).done();

    ada.ask(&["recover"]).done();
    assert_eq!(ada.ask(&pay).ended(1)["outcome"], "not_paid");
    assert_eq!(decided(&ada), ["not_paid", "paid"], "and the top-up");
    assert_eq!(ada.balance("sat").1, 0);
    assert_eq!(ada.holds("sat"), town.books("Maple")["sat"].outstanding);
}

#[test]
fn whatever_coins_another_copy_paid_an_offer_with_none_stay_in_use_here() {
    // What the copy pays before takes some of the coins that are put in here, all of them, or none.
    for before in [20, 60, 130, 250, 500] {
        let town = Town::open();
        let ada = town.person_with("Ada", "Maple", 1_000, "sat");
        let (invoice, _) = town.merchant_invoice(300_000, "paid by the copy");
        let (id, other) = reviewed_and_copied(&ada, &["review", &invoice]);
        let pay = ["pay", "--review", &id, "--yes"];
        let (first, _) = town.merchant_invoice(before * 1_000, "paid by the copy before");
        other.ask(&["pay", &first, "--yes"]).done();
        other.ask(&pay).done();

        // Nobody told the wallet here that its coins are gone.
        let _ = ada.ask(&pay);
        assert_eq!(decided(&ada).len(), 2, "{before}");
        ada.ask(&["recover"]).done();
        assert_eq!(ada.balance("sat").1, 0, "{before}");
        let owed = town.books("Maple")["sat"].outstanding;
        assert_eq!(ada.holds("sat"), owed, "{before}");
    }
}

#[test]
fn an_answer_that_is_about_the_payment_of_another_copy_takes_no_other_coins_here() {
    let town = Town::open();
    let (line, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let (invoice, _) = town.merchant_invoice(300_000, "paid by the copy");
    let (id, other) = reviewed_and_copied(&ada, &["review", &invoice]);
    let pay = ["pay", "--review", &id, "--yes"];
    other.ask(&pay).done();

    ada.ask(&["recover"]).done();
    // Some issuers answer a request to pay what is paid with what became of it.
    line.lie(vec![Lie::new("POST /v1/melt/bolt11", |heard, honest| {
        let quote = heard.body["quote"].as_str().unwrap();
        let (status, mut json) = honest
            .ask(&Heard {
                what: format!("GET /v1/melt/quote/bolt11/{quote}"),
                body: Value::Null,
            })
            .json();
        json["change"] = Value::Null;
        Reply::Json(status, json)
    })]);
    ada.ask(&pay).done();
    assert_eq!(ada.balance("sat").1, 0);
    assert_eq!(ada.holds("sat"), town.books("Maple")["sat"].outstanding);
}

#[test]
fn a_payment_whose_coins_another_copy_spent_ends_and_is_made_with_others() {
    let town = Town::open();
    let (line, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let other = Person::new("Ada");
    copied(&ada.home(), &other.home());
    let (hers, hash) = town.merchant_invoice(300_000, "asked for by her");
    let (its, others_hash) = town.merchant_invoice(300_000, "paid by the copy");

    // Her request never arrives. Before she can ask about it, the copy pays with the same coins.
    let (came, copy) = (AtomicBool::new(false), Mutex::new(Some((other, its))));
    let spent_first = Lie::new("POST /v1/melt/bolt11", move |heard, honest| {
        if came.swap(true, Ordering::SeqCst) {
            return honest.ask(heard);
        }
        let (other, its) = copy.lock().unwrap().take().unwrap();
        other.ask(&["pay", &its, "--yes"]).done();
        Reply::Nothing
    });
    line.lie(vec![spent_first, soon_over(|_| ())]);
    let said = ada.ask(&["pay", &hers, "--yes"]);
    assert_ne!(said.code, Some(0), "{said:#?}");
    line.repent();
    assert_eq!(town.invoice(&others_hash)["state"], "settled");
    let books = || town.books("Maple")["sat"].outstanding;

    assert_eq!(
        decided(&ada),
        ["not_paid", "paid"],
        "the top-up, and what never arrived"
    );
    assert_ne!(town.invoice(&hash)["state"], "settled");
    assert_eq!(
        ada.holds("sat"),
        books(),
        "what the copy left, and its change"
    );

    // The same invoice can be paid after all, once.
    ada.ask(&["pay", &hers, "--yes"]).done();
    assert_eq!(town.invoice(&hash)["state"], "settled");
    assert_eq!(ada.holds("sat"), books());
}

/// A payment never arrives, and all that was to go in is spent elsewhere but a coin that costs as
/// much to swap as it is worth.
fn only_dust_is_left(forgotten: bool) {
    let town = Town::open();
    let (line, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let (invoice, hash) = town.merchant_invoice(300_000, "asked for by her");
    let spent = Arc::new(Mutex::new(None));
    let told = Arc::clone(&spent);
    let spent_first = Lie::new("POST /v1/melt/bolt11", move |heard, honest| {
        let coins = heard.body["inputs"].as_array().unwrap().clone();
        let (dust, others): (Vec<Value>, Vec<Value>) =
            coins.into_iter().partition(|coin| coin["amount"] == 1);
        *told.lock().unwrap() = Some((dust.len(), spend(honest, &others)));
        Reply::Nothing
    });
    // With the fee for its coins 303 go in: an odd number has a coin of one.
    let offer = soon_over(|json| json["fee_reserve"] = json!(2));
    let mut lies = vec![spent_first, offer];
    if forgotten {
        let no_such = refusal(10_000, "no such quote");
        lies.push(Lie::say("GET /v1/melt/quote/bolt11/", no_such));
    }
    line.lie(lies);
    let said = ada.ask(&["pay", &invoice, "--yes"]);
    assert_ne!(said.code, Some(0), "{said:#?}");
    let (dust, taken) = spent.lock().unwrap().unwrap();
    assert_eq!(dust, 1, "{said:#?}");

    // Some of its coins went into something else, so it was not made and never will be.
    assert_eq!(decided(&ada), ["not_paid", "paid"], "it, and the top-up");
    assert_eq!(line.heard("POST /v1/melt/bolt11"), 1);
    assert_ne!(town.invoice(&hash)["state"], "settled");
    line.repent();
    ada.ask(&["recover"]).done();
    let owed = town.books("Maple")["sat"].outstanding;
    let hers = owed - i64::try_from(taken).unwrap();
    assert_eq!(ada.balance("sat"), (hers, 0), "the coin of one is hers");
    ada.ask(&["pay", &invoice, "--yes"]).done();
    assert_eq!(town.invoice(&hash)["state"], "settled");
}

#[test]
fn a_payment_of_whose_coins_only_dust_is_left_ends_and_the_dust_is_kept() {
    only_dust_is_left(false);
}

#[test]
fn a_payment_of_whose_coins_only_dust_is_left_ends_though_the_issuer_forgot_its_offer() {
    only_dust_is_left(true);
}

/// The latest payment's id.
fn latest(person: &Person) -> String {
    let told = person.ask(&["history"]).done();
    told["payments"][0]["payment"].as_str().unwrap().to_owned()
}

fn outcome(person: &Person, payment: &str) -> Value {
    person.ask(&["receipt", payment]).done()["outcome"].clone()
}

/// The older money knows nothing of a payment that the history began: it is called unpaid. The
/// newer one knows better.
#[test]
fn an_invoice_called_unpaid_with_older_money_is_paid_when_the_newer_is_back() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let (older, newer) = (ada.folder().join("older"), ada.folder().join("newer"));
    file_over(&ada.home(), &older, "money.db");
    let (invoice, hash) = town.merchant_invoice(300_000, "paid in the dark");
    town.misfortune(&json!({"do": "pending", "payment_hash": hash}));
    let paying = ada.begin(&["pay", &invoice, "--yes"]);
    town.wait_until_held("Maple");
    paying.kill();
    file_over(&ada.home(), &newer, "money.db");
    town.tell("/lightning/release", &json!({ "payment_hash": hash }));

    file_over(&older, &ada.home(), "money.db");
    ada.ask(&["recover"]).done();
    let payment = latest(&ada);
    assert_eq!(outcome(&ada, &payment), "not_paid");

    file_over(&newer, &ada.home(), "money.db");
    ada.ask(&["recover"]).done();
    let receipt = ada.ask(&["receipt", &payment]).done();
    assert_eq!(receipt["outcome"], "paid", "{receipt}");
    assert_eq!(
        receipt["proof"]["text"],
        town.invoice(&hash)["preimage"],
        "{receipt}"
    );
    assert_eq!(ada.ask(&["review", &invoice]).refused(1), "already_paid");
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(ada.balance("sat"), (owed, 0));
}

#[test]
fn e_cash_called_unpaid_with_older_money_is_paid_when_the_newer_is_back_and_it_was_redeemed() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    let bob = town.person_at("Bob", "Maple", "sat");
    let (older, newer) = (ada.folder().join("older"), ada.folder().join("newer"));
    file_over(&ada.home(), &older, "money.db");
    // A site that names its price once, and breaks off when it is shown e-cash.
    let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
    let demand = format!("X-Cashu: {}", order["request"].as_str().unwrap());
    let demand: &'static str = Box::leak(demand.into_boxed_str());
    let (site, asked) = (Liar::before(&town.issuer("Maple")), AtomicBool::new(false));
    site.lie(vec![Lie::new("GET /story", move |_, _| {
        if asked.swap(true, Ordering::SeqCst) {
            Reply::Text(503, "", b"later".to_vec())
        } else {
            Reply::Text(402, demand, b"pay".to_vec())
        }
    })]);
    let url = format!("{}/story", site.url());
    ada.ask(&["fetch", &url, "--yes"]).ended(3);
    let payment = latest(&ada);
    let receipt = ada.ask(&["receipt", &payment]).done();
    let token = receipt["token"].as_str().unwrap().to_owned();
    file_over(&ada.home(), &newer, "money.db");

    file_over(&older, &ada.home(), "money.db");
    ada.ask(&["recover"]).done();
    assert_eq!(outcome(&ada, &payment), "not_paid");

    file_over(&newer, &ada.home(), "money.db");
    bob.ask(&["redeem", &token, "--yes"]).done();
    ada.ask(&["recover"]).done();
    assert_eq!(outcome(&ada, &payment), "paid");
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(ada.holds("sat") + bob.holds("sat"), owed);
    assert_eq!(ada.balance("sat").1, 0);
}
