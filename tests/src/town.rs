//! The practice town, in a folder of its own that goes with the test.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::loopback;
use xtask::places::Places;
use xtask::town::named;

use crate::liar::Liar;
use crate::{Books, Person};

/// No issuer takes longer to begin a payment, on a busy machine either.
const PATIENCE: Duration = Duration::from_secs(120);

/// An open practice town.
#[derive(Debug)]
pub struct Town {
    open: Option<xtask::town::Town>,
    folder: TempDir,
}

impl Town {
    /// Opens a new town; everything in it answers when this returns.
    #[must_use]
    pub fn open() -> Self {
        let mut town = Self {
            open: None,
            folder: tempfile::tempdir().unwrap(),
        };
        town.reopen();
        town
    }

    /// Closes the town as if the machine had stopped. People still have wallets.
    pub fn close(&mut self) {
        if let Some(open) = self.open.take() {
            open.stop();
        }
    }

    /// Opens it again, at the same addresses and with the same books.
    pub fn reopen(&mut self) {
        self.close();
        let program = Places::find().practice();
        assert!(
            program.is_file(),
            "no practice town: `cargo xtask setup` builds one"
        );
        let open = xtask::town::Town::start(&program, self.folder.path());
        self.open = Some(open.unwrap_or_else(|e| panic!("{e}")));
    }

    fn inner(&self) -> &xtask::town::Town {
        self.open.as_ref().expect("the town is closed")
    }

    /// Everything the town says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Value {
        self.inner().manifest()
    }

    /// The town's own address.
    #[must_use]
    pub fn url(&self) -> String {
        self.inner().text("/town").unwrap().to_owned()
    }

    /// Where the issuer called `name` answers.
    #[must_use]
    pub fn issuer(&self, name: &str) -> String {
        self.inner().issuer(name).unwrap().to_owned()
    }

    /// The books of the issuer called `name`.
    #[must_use]
    pub fn books(&self, name: &str) -> Books {
        let all = self.ask("/books");
        let issuer = named(all.get("issuers"), name).unwrap_or_else(|| panic!("no {name}: {all}"));
        Books::from_json(&issuer["units"])
    }

    /// What the Corner Shop holds at the issuer called `name`.
    #[must_use]
    pub fn shop_holds(&self, name: &str, unit: &str) -> i64 {
        let at = self.issuer(name);
        let all = self.ask("/books");
        let purses = all["shops"]["corner_shop"]["purses"]
            .as_array()
            .unwrap()
            .clone();
        let ours = purses
            .iter()
            .filter(|p| p["unit"] == unit && p["issuer"] == at.as_str());
        ours.map(|p| p["holds"].as_i64().unwrap()).sum()
    }

    /// What all shops together hold at the issuer called `name`.
    #[must_use]
    pub fn shops_hold(&self, name: &str, unit: &str) -> i64 {
        let at = self.issuer(name);
        let all = self.ask("/books");
        let shops = all["shops"].as_object().unwrap().values();
        let purses = shops.filter_map(|shop| shop["purses"].as_array()).flatten();
        purses
            .filter(|p| p["unit"] == unit && p["issuer"] == at.as_str())
            .map(|p| p["holds"].as_i64().unwrap())
            .sum()
    }

    /// Asks the control API.
    #[must_use]
    pub fn ask(&self, path: &str) -> Value {
        self.inner().ask(path).unwrap()
    }

    /// Tells the control API.
    pub fn tell(&self, path: &str, what: &Value) -> Value {
        self.inner()
            .tell(path, what)
            .unwrap_or_else(|e| panic!("{path} {what}: {e}"))
    }

    /// How many requests a party got whose kind has `what` in it, like `POST /v1/melt/quote/`.
    #[must_use]
    pub fn asked(&self, party: &str, what: &str) -> u64 {
        let all = self.ask("/http/requests")["requests"][party].clone();
        let kinds = all.as_object().cloned().unwrap_or_default();
        kinds
            .iter()
            .filter(|(kind, _)| kind.contains(what))
            .map(|(_, times)| times.as_u64().unwrap())
            .sum()
    }

    /// Waits until a party was asked for it.
    pub fn wait_until_asked(&self, party: &str, what: &str) {
        while self.asked(party, what) == 0 {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until an issuer holds satoshis for a payment that is under way.
    pub fn wait_until_held(&self, issuer: &str) {
        let since = Instant::now();
        while self.books(issuer)["sat"].held == 0 {
            assert!(
                since.elapsed() < PATIENCE,
                "nothing is under way at {issuer}"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The Lightning address at which the busker is paid under this name.
    #[must_use]
    pub fn busker(&self, name: &str) -> String {
        let entry = &self.manifest()["shops"]["busker"]["addresses"][name];
        entry["address"].as_str().unwrap().to_owned()
    }

    /// The busker's offer: `tips` of any amount, `song` for 21 sat.
    #[must_use]
    pub fn offer(&self, name: &str) -> String {
        let offer = &self.manifest()["shops"]["busker"]["offers"][name];
        offer.as_str().unwrap().to_owned()
    }

    /// What the busker was paid for that offer: `paid` times, `received_msat` in all.
    #[must_use]
    pub fn hat(&self, name: &str) -> Value {
        self.ask("/busker/offers")["offers"][name].take()
    }

    /// Someone outside pays `invoice`.
    pub fn pay_invoice(&self, invoice: &str) -> Value {
        self.tell("/lightning/pay", &json!({ "invoice": invoice }))
    }

    /// An invoice of a merchant somewhere on the Lightning network: its text and
    /// its payment hash.
    #[must_use]
    pub fn merchant_invoice(&self, msat: u64, description: &str) -> (String, String) {
        let wanted = json!({ "amount_msat": msat, "description": description });
        let made = self.tell("/lightning/invoice", &wanted);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("invoice"), text("payment_hash"))
    }

    /// An order at the Corner Shop: `{"amount":21,"issuer":"maple","unit":"sat"}`, ….
    #[must_use]
    pub fn order(&self, what: &Value) -> Value {
        let orders = self.inner().text("/shops/corner_shop/orders").unwrap();
        loopback::post(orders, what)
            .unwrap()
            .json()
            .unwrap_or_else(|e| panic!("{what}: {e}"))
    }

    /// The order as it stands now.
    #[must_use]
    pub fn look(&self, order: &Value) -> Value {
        loopback::get(order["url"].as_str().unwrap())
            .unwrap()
            .json()
            .unwrap()
    }

    /// The QR picture the shop shows for an order, as a PNG file's bytes.
    #[must_use]
    pub fn picture(&self, order: &Value) -> Vec<u8> {
        loopback::get(order["picture"].as_str().unwrap())
            .unwrap()
            .body
    }

    /// What became of an invoice: `state`, `preimage`, `received_msat`, ….
    #[must_use]
    pub fn invoice(&self, payment_hash: &str) -> Value {
        self.ask(&format!("/lightning/invoices/{payment_hash}"))
    }

    /// Lets misfortune strike the next payments: `{"do":"fail"}`, ….
    pub fn misfortune(&self, what: &Value) {
        self.tell("/lightning/behaviour", what);
    }

    /// The issuer called `issuer` signs satoshis with other keys from now on, and takes so many
    /// thousandths of one for each coin of those.
    pub fn change_keys(&self, issuer: &str, input_fee_ppk: u64) {
        let keys = json!({"issuer": issuer, "unit": "sat", "input_fee_ppk": input_fee_ppk});
        self.tell("/issuers/keys", &keys);
    }

    /// Somebody on an empty machine, with nothing but these words. Their purses are not open yet.
    #[must_use]
    #[track_caller]
    pub fn restored(&self, words: &[String]) -> Person {
        let person = Person::new("Someone with only the words");
        let args = [
            "init",
            "--restore",
            "--practice",
            &self.url(),
            "--keychain",
            "none",
        ];
        let made = person
            .ask_cheaply(&args, Some(&format!("{}\n", words.join(" "))))
            .done();
        assert_eq!(made["restored"], true);
        person
    }

    /// Someone who has just made a wallet in this town, with no purse yet.
    #[must_use]
    pub fn person(&self, name: &str) -> Person {
        let mut person = Person::new(name);
        person.settle_cheaply(&self.url());
        person
    }

    /// Someone with an empty purse at the issuer called `issuer`.
    #[must_use]
    pub fn person_at(&self, name: &str, issuer: &str, unit: &str) -> Person {
        let person = self.person(name);
        person.open_purse(&self.issuer(issuer), unit);
        person
    }

    /// Someone with a purse at the issuer called `issuer`, topped up.
    #[must_use]
    pub fn person_with(&self, name: &str, issuer: &str, amount: i64, unit: &str) -> Person {
        let person = self.person_at(name, issuer, unit);
        self.fill(&person, amount, unit);
        person
    }

    /// A liar before the issuer called `issuer`, honest yet, and someone with an empty purse of
    /// satoshis at its door.
    #[must_use]
    pub fn person_at_liar(&self, name: &str, issuer: &str) -> (Liar, Person) {
        let liar = Liar::before(&self.issuer(issuer));
        let person = self.person(name);
        person.open_purse(liar.url(), "sat");
        (liar, person)
    }

    /// As [`Town::person_at_liar`], with the purse topped up.
    #[must_use]
    pub fn person_with_liar(&self, name: &str, issuer: &str, amount: i64) -> (Liar, Person) {
        let (liar, person) = self.person_at_liar(name, issuer);
        self.fill(&person, amount, "sat");
        (liar, person)
    }

    fn fill(&self, person: &Person, amount: i64, unit: &str) {
        person.top_up(amount, unit, |invoice| drop(self.pay_invoice(invoice)));
    }
}
