//! E-cash from hand to hand: given, redeemed, taken back, and across wallets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::sync::{Arc, Mutex};

use farthing_tests::liar::{Heard, Honest, Liar, Lie, Reply, refusal, spend};
use farthing_tests::person::{fees, worth};
use farthing_tests::{Nutshell, Person, Town};
use serde_json::{Value, json};

#[test]
fn what_one_gives_the_other_redeems() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let bob = town.person("Bob");

    let given = ada.ask(&["give", "100", "--yes"]).done();
    assert_eq!(worth(&given["amount"], "sat"), 100);
    // The fee for redeeming it is in the token, so that Bob gets all of the hundred.
    let fee = fees(&given["fees"], "sat");
    let (left, pending) = ada.balance("sat");
    assert_eq!(left, 400 - fee);
    assert!(
        (100..=100 + fee).contains(&pending),
        "given and not yet redeemed: {pending}"
    );
    assert_eq!(town.books("Maple")["sat"].outstanding, left + pending);

    let got = bob
        .ask(&["redeem", given["token"].as_str().unwrap(), "--yes"])
        .done();
    assert!(worth(&got["received"], "sat") >= 100, "{got}");
    assert_eq!(
        worth(&got["received"], "sat") + fees(&got["fees"], "sat"),
        pending
    );
    assert_eq!(bob.balance("sat"), (worth(&got["received"], "sat"), 0));

    ada.ask(&["recover"]).done();
    assert_eq!(ada.balance("sat"), (left, 0));
    let books = town.books("Maple")["sat"];
    assert_eq!(books.outstanding, left + bob.balance("sat").0);
    assert_eq!(books.fees, 500 - books.outstanding);
}

#[test]
fn a_token_is_worth_something_once() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let (bob, carol) = (town.person("Bob"), town.person("Carol"));
    let given = ada.ask(&["give", "64", "--yes"]).done();
    let token = given["token"].as_str().unwrap();
    bob.ask(&["redeem", token, "--yes"]).done();
    for late in [&bob, &carol, &ada] {
        let again = late.ask(&["redeem", token, "--yes"]);
        assert!(matches!(again.code, Some(1 | 2 | 4)), "{again:#?}");
    }
    assert_eq!(carol.balance("sat"), (0, 0));
}

#[test]
fn what_nobody_redeemed_comes_back() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let given = ada.ask(&["give", "100", "--yes"]).done();
    let back = ada
        .ask(&["redeem", given["payment"].as_str().unwrap(), "--yes"])
        .done();
    let received = worth(&back["received"], "sat");
    let (spendable, pending) = ada.balance("sat");
    assert_eq!(
        (spendable, pending),
        (400 - fees(&given["fees"], "sat") + received, 0)
    );
    assert_eq!(town.books("Maple")["sat"].outstanding, spendable);

    // Whoever was given the token has nothing now.
    let bob = town.person("Bob");
    let late = bob.ask(&["redeem", given["token"].as_str().unwrap(), "--yes"]);
    assert_ne!(late.code, Some(0), "{late:#?}");
}

#[test]
fn one_asks_and_the_other_pays() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 500, "sat");
    let bob = town.person_at("Bob", "Maple", "sat");
    let asked = bob.ask(&["get-paid", "75", "--unit", "sat"]).done();
    let invoice = asked["invoice"].as_str().unwrap();
    ada.pay(invoice, "sat");
    bob.ask(&["recover"]).done();
    assert_eq!(bob.balance("sat"), (75, 0));
    let owed = town.books("Maple")["sat"].outstanding;
    assert_eq!(owed, 75 + ada.balance("sat").0);
}

#[test]
fn e_cash_passes_between_farthing_and_nutshells_own_wallet() {
    let (town, nutshell) = (Town::open(), Nutshell::start());
    let (ada, cyril) = (town.person("Ada"), nutshell.person());
    ada.open_purse(nutshell.url(), "sat");
    ada.top_up(500, "sat", |_| ());

    let given = ada.ask(&["give", "100", "--yes"]).done();
    assert!(cyril.receive(given["token"].as_str().unwrap(), "sat"));
    let cyrils = cyril.balance("sat");
    assert!(cyrils >= 100, "{cyrils}");
    ada.ask(&["recover"]).done();
    let (left, pending) = ada.balance("sat");
    assert_eq!(pending, 0);
    assert_eq!(nutshell.books()["sat"].outstanding, left + cyrils);

    let token = cyril.send(40, "sat");
    let got = ada.ask(&["redeem", &token, "--yes"]).done();
    assert_eq!(
        worth(&got["received"], "sat") + fees(&got["fees"], "sat"),
        40
    );
    assert_eq!(
        ada.balance("sat"),
        (left + worth(&got["received"], "sat"), 0)
    );
    assert_eq!(
        nutshell.books()["sat"].outstanding,
        ada.balance("sat").0 + cyril.balance("sat")
    );
}

/// A coin that costs as much to swap as it is worth is nobody's to take back.
#[test]
fn what_a_receiver_left_for_costing_all_it_is_worth_is_not_waited_for() {
    let town = Town::open();
    let (line, ada) = town.person_with_liar("Ada", "Maple", 1_000);
    let bob = town.person("Bob");
    bob.open_purse(line.url(), "sat");
    let before = ada.balance("sat").0;
    // With the fee of redeeming it, 23: an odd number has a coin of one.
    let given = ada.ask(&["give", "22", "--yes"]).done();
    let left = ada.balance("sat").0;

    let taken = Arc::new(Mutex::new((Vec::new(), 0)));
    let told = Arc::clone(&taken);
    line.lie(vec![Lie::new("POST /v1/swap", move |heard, honest| {
        let coins = heard.body["inputs"].as_array().unwrap().clone();
        let (dust, good): (Vec<Value>, Vec<Value>) =
            coins.into_iter().partition(|coin| coin["amount"] == 1);
        let worth = spend(honest, &good);
        *told.lock().unwrap() = (dust, worth);
        Reply::Nothing
    })]);
    let _ = bob.ask(&["redeem", given["token"].as_str().unwrap(), "--yes"]);
    line.repent();
    let (dust, worth_taken) = taken.lock().unwrap().clone();
    assert_eq!(dust.len(), 1, "{given}");

    let payment = given["payment"].as_str().unwrap();
    let refused = ada.ask(&["redeem", payment, "--yes"]).refused(1);
    assert_eq!(refused, "already_redeemed");
    assert_eq!(ada.balance("sat"), (left, 0));
    let receipt = ada.ask(&["receipt", payment]).done();
    assert_eq!(receipt["outcome"], "paid", "{receipt}");
    assert_eq!(worth(&receipt["left_purse"], "sat"), before - left);
    assert_eq!(fees(&receipt["fees"], "sat"), fees(&given["fees"], "sat"));

    // And it stays so: all that is owed and not hers is the receiver's, and the one coin left.
    ada.ask(&["recover"]).done();
    ada.ask(&["doctor"]).done();
    assert_eq!(ada.balance("sat"), (left, 0));
    let others = town.books("Maple")["sat"].outstanding - left;
    assert_eq!(others, i64::try_from(worth_taken).unwrap() + 1);
}

/// A gift is taken back, and the issuer is at work on the first request for it as the wallet is
/// told something else.
struct AtWork {
    town: Town,
    line: Liar,
    ada: Person,
    gift: String,
    first: Heard,
}

impl AtWork {
    /// Answers `first` to the first request, and to any other that its coins are in use; to a
    /// question about the coins too, if `says_so`.
    fn answered(first: Reply, says_so: bool, code: i32) -> Self {
        let town = Town::open();
        let (line, ada) = town.person_with_liar("Ada", "Maple", 1_000);
        let given = ada.ask(&["give", "23", "--yes"]).done();
        let gift = given["payment"].as_str().unwrap().to_owned();
        let before = ada.balance("sat");
        let at_work: Arc<Mutex<Option<Heard>>> = Arc::default();
        let (kept, asked) = (Arc::clone(&at_work), Arc::clone(&at_work));
        line.lie(vec![
            Lie::new("POST /v1/swap", move |heard, _| {
                let mut kept = kept.lock().unwrap();
                if kept.is_some() {
                    return refusal(11_002, "the coins are pending");
                }
                *kept = Some(heard.clone());
                first.clone()
            }),
            Lie::new("POST /v1/checkstate", move |heard, honest| {
                let (status, mut said) = honest.ask(heard).json();
                if says_so && asked.lock().unwrap().is_some() {
                    for one in said["states"].as_array_mut().unwrap() {
                        one["state"] = json!("PENDING");
                    }
                }
                Reply::Json(status, said)
            }),
        ]);
        let said = ada.ask(&["redeem", &gift, "--yes"]);
        assert_eq!(said.code, Some(code), "{said:#?}");
        assert_eq!(ada.balance("sat"), before, "{said:#?}");
        let first = at_work.lock().unwrap().clone().unwrap();
        Self {
            town,
            line,
            ada,
            gift,
            first,
        }
    }

    /// However often it is asked in the meantime, nothing is given up.
    fn goes_on(self) -> Self {
        let before = self.ada.balance("sat");
        for _ in 0..2 {
            let _ = self.ada.ask(&["recover"]);
            assert_eq!(self.ada.balance("sat"), before);
        }
        self
    }

    /// The issuer is done with it: all that is owed is Ada's, and nothing is in use.
    fn is_done(&self) {
        let honest = Honest::at(&self.town.issuer("Maple"));
        let (status, said) = honest.ask(&self.first).json();
        assert_eq!(status, 200, "{said}");
        self.line.repent();
        self.ada.ask(&["recover"]).done();
        self.ada.ask(&["doctor"]).done();
        let owed = self.town.books("Maple")["sat"].outstanding;
        assert_eq!(self.ada.balance("sat"), (owed, 0));
    }

    fn is_told_as_taken_back(&self) {
        let receipt = self.ada.ask(&["receipt", &self.gift]).done();
        assert_eq!(receipt["outcome"], "not_paid", "{receipt}");
        // Asked for once more, it says what came back.
        let again = self.ada.ask(&["redeem", &self.gift, "--yes"]).done();
        assert_eq!(again["received"], receipt["returned"], "{again}");
    }
}

#[test]
fn a_swap_called_in_use_when_it_is_asked_for_again_comes_in_once_it_is_made() {
    let swap = AtWork::answered(Reply::Nothing, false, 3).goes_on();
    assert!(swap.line.heard("POST /v1/swap") > 1);
    swap.is_done();
    swap.is_told_as_taken_back();
}

#[test]
fn a_swap_whose_coins_are_called_in_use_is_waited_for_and_not_asked_for_again() {
    let swap = AtWork::answered(Reply::Nothing, true, 3).goes_on();
    assert_eq!(swap.line.heard("POST /v1/swap"), 1);
    swap.is_done();
    swap.is_told_as_taken_back();
}

/// As where something in between sends a request twice, and passes the second answer on.
#[test]
fn a_swap_refused_for_coins_that_its_own_first_request_has_in_use_loses_nothing() {
    let pending = refusal(11_002, "the coins are pending");
    let swap = AtWork::answered(pending, false, 3).goes_on();
    swap.is_done();
    swap.is_told_as_taken_back();
}

#[test]
fn e_cash_whose_arrival_is_undecided_counts_towards_what_the_wallet_may_hold() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 440_000, "sat");
    let bob = town.person_with("Bob", "Maple", 45_000, "sat");
    let given = bob.ask(&["give", "40000", "--yes"]).done();
    let fault = |path, what| {
        let fault = json!({"party": "maple", "path": path, "do": what, "next": 100});
        town.tell("/http/fault", &fault);
    };
    fault("/v1/swap", "lose_answer");
    fault("/v1/restore", "refuse");
    fault("/v1/checkstate", "refuse");
    let taken = ada.ask(&["redeem", given["token"].as_str().unwrap(), "--yes"]);
    assert_eq!(taken.ended(3)["error"]["code"], "still_deciding");
    let refused = ada.ask(&["top-up", "40000"]).ended(4);
    assert_eq!(refused["error"]["code"], "above_balance_cap", "{refused}");
    ada.ask(&["top-up", "15000"]).done();
}
