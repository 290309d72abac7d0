//! What the town tells those who start it: every address and ready-made codes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::shop::Link;
use crate::shop::busker::AddressEntry;
use crate::shop::kiosk::VoucherEntry;

/// The one JSON document printed on stdout.
#[derive(Debug, Clone, Serialize)]
pub struct Manifest {
    /// The town square.
    pub town: String,
    /// Where tests command the town.
    pub control: String,
    /// The town's folder.
    pub home: String,
    /// Who issues e-cash.
    pub issuers: Vec<IssuerEntry>,
    /// Who sells things.
    pub shops: Shops,
    /// Price sources: the base address of each, under the public one's name.
    pub rates: BTreeMap<&'static str, String>,
    /// Who answers for payment names, and who can be paid by one.
    pub names: NamesEntry,
    /// Sites to sign in to.
    pub sign_in: Vec<SignInEntry>,
    /// Those who mean ill: Lightning addresses, pages, and a withdraw link.
    pub rogues: BTreeMap<&'static str, String>,
    /// Routing fees of the Lightning network.
    pub lightning: LightningEntry,
    /// Codes ready to be scanned and paid, fresh at every start.
    pub examples: Examples,
}

/// The names.
#[derive(Debug, Clone, Serialize)]
pub struct NamesEntry {
    /// Where resolvers answer over HTTP, in the order they are to be asked in.
    pub resolvers: Vec<String>,
    /// The root's key on P-256, in base64.
    pub root: String,
    /// Names of the busker, by what they lead to.
    pub busker: BTreeMap<&'static str, String>,
    /// Names that nobody may be paid by, by what is wrong with them.
    pub rogues: BTreeMap<&'static str, String>,
}

/// The shops.
#[derive(Debug, Clone, Serialize)]
pub struct Shops {
    /// Takes e-cash payment requests and Lightning.
    pub corner_shop: ShopEntry,
    /// Articles behind HTTP 402.
    pub daily_paper: PaperEntry,
    /// Lightning addresses.
    pub busker: BuskerEntry,
    /// Cash vouchers.
    pub kiosk: KioskEntry,
    /// Many tiny payments.
    pub arcade: ArcadeEntry,
}

/// The busker.
#[derive(Debug, Clone, Serialize)]
pub struct BuskerEntry {
    /// Its origin.
    pub url: String,
    /// Its addresses, by name.
    pub addresses: BTreeMap<&'static str, AddressEntry>,
    /// Its BOLT12 offers: `tips` of any amount, `song` for 21 sat.
    pub offers: BTreeMap<&'static str, String>,
}

/// The kiosk.
#[derive(Debug, Clone, Serialize)]
pub struct KioskEntry {
    /// Its origin.
    pub url: String,
    /// Vouchers nobody had cashed when the town opened.
    pub vouchers: Vec<VoucherEntry>,
}

/// The arcade.
#[derive(Debug, Clone, Serialize)]
pub struct ArcadeEntry {
    /// Its origin.
    pub url: String,
    /// One game; `/1`, `/2` and so on are others.
    pub play: String,
}

/// A site to sign in to.
#[derive(Debug, Clone, Serialize)]
pub struct SignInEntry {
    /// Its origin.
    pub url: String,
    /// Where a fresh link is had.
    pub fresh: String,
    /// A link that signs one visitor in, once.
    pub link: Link,
}

/// The paper.
#[derive(Debug, Clone, Serialize)]
pub struct PaperEntry {
    /// Its origin.
    pub url: String,
    /// Where everything it sells is listed.
    pub articles: String,
    /// A page that costs nothing.
    pub free: String,
    /// 3 sat, by dialect.
    pub short: BTreeMap<&'static str, String>,
    /// 21 sat, by dialect.
    pub long: BTreeMap<&'static str, String>,
    /// A file of two million bytes for 5 sat, by dialect.
    pub crossword: BTreeMap<&'static str, String>,
    /// A file of two hundred million bytes for 50 sat, by dialect.
    pub big: BTreeMap<&'static str, String>,
}

/// One shop.
#[derive(Debug, Clone, Serialize)]
pub struct ShopEntry {
    /// Its origin.
    pub url: String,
    /// Where orders are placed.
    pub orders: String,
    /// What it sells.
    pub menu: Vec<crate::shop::MenuItem>,
}

/// Codes to try.
#[derive(Debug, Clone, Serialize)]
pub struct Examples {
    /// A coffee at the corner shop: 21 sat of Maple, as `creqA…`.
    pub request: String,
    /// The same as a picture: path of a PNG file.
    pub picture: String,
    /// Where the coffee's order can be looked at.
    pub order: String,
    /// A merchant outside the town asks for 21 sat.
    pub invoice: String,
    /// The same as a picture: path of a PNG file.
    pub invoice_picture: String,
}

/// One issuer.
#[derive(Debug, Clone, Serialize)]
pub struct IssuerEntry {
    /// Its name.
    pub name: String,
    /// Where it answers.
    pub url: String,
    /// Whether it repeats lost answers (NUT-19).
    pub repeats_answers: bool,
    /// What it issues.
    pub units: Vec<UnitEntry>,
}

/// One unit of an issuer.
#[derive(Debug, Clone, Serialize)]
pub struct UnitEntry {
    /// `sat` or `usd`.
    pub unit: String,
    /// Thousandths of a unit for each coin spent.
    pub input_fee_ppk: u64,
    /// Set aside for routing: the larger of a minimum and per cent of the amount.
    pub reserve: crate::lightning::Reserve,
    /// Largest top-up and payment.
    pub limit: u64,
    /// Millisatoshi in one unit.
    pub msat: u64,
}

/// The network's prices.
#[derive(Debug, Clone, Serialize)]
pub struct LightningEntry {
    /// To anyone without a price of their own.
    pub routing_fee: crate::lightning::RoutingFee,
    /// To the corner shop.
    pub routing_fee_to_corner_shop: crate::lightning::RoutingFee,
}
