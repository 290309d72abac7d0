//! `purse add` and `purse list`.

use farthing_money::Amount;
use serde::Serialize;

/// A way to reach an issuer, as it says itself.
#[derive(Serialize)]
pub struct ContactReport {
    /// `email`, `nostr` and the like.
    pub method: String,
    /// The address there.
    pub info: String,
}

/// What an issuer says about one unit.
#[derive(Serialize)]
pub struct IssuerUnitReport {
    /// The unit.
    pub unit: String,
    /// What it takes for each coin handed in, in thousandths of the unit.
    pub input_fee_ppk: u64,
    /// The least that can be topped up at once.
    pub min_top_up: Option<Amount>,
    /// The most that can be topped up at once.
    pub max_top_up: Option<Amount>,
    /// The least that can be paid at once over Lightning.
    pub min_pay: Option<Amount>,
    /// The most that can be paid at once over Lightning.
    pub max_pay: Option<Amount>,
}

/// What there is to know about an issuer before trusting it.
#[derive(Serialize)]
pub struct IssuerReport {
    /// Its address.
    pub url: String,
    /// What it calls itself.
    pub name: Option<String>,
    /// What it says about itself.
    pub description: Option<String>,
    /// How to reach it.
    pub contact: Vec<ContactReport>,
    /// What it wants everyone to know today.
    pub motd: Option<String>,
    /// What it issues.
    pub units: Vec<IssuerUnitReport>,
    /// Whether it proves that its coins are signed with the key everyone gets (NUT-12).
    pub dleq: bool,
    /// Whether it gives back what it set aside for Lightning fees and did not need (NUT-08).
    pub change_back: bool,
    /// What to know before trusting it.
    pub warnings: Vec<String>,
}

/// A purse that is there now.
#[derive(Serialize)]
pub struct AddedPurse {
    /// The purse.
    pub id: String,
    /// The issuer's address.
    pub issuer: String,
    /// The unit.
    pub unit: String,
    /// What the recovery words brought back, in a restored wallet.
    pub restored: Option<Amount>,
}

/// What `purse add` did.
#[derive(Serialize)]
pub struct PurseAddReport {
    /// The purses with this issuer.
    pub purses: Vec<AddedPurse>,
    /// The issuer, as it was shown before.
    pub issuer: IssuerReport,
}

/// One purse, without what it holds.
#[derive(Serialize)]
pub struct PurseLine {
    /// The purse.
    pub id: String,
    /// The issuer's address.
    pub issuer: String,
    /// What the issuer calls itself.
    pub issuer_name: Option<String>,
    /// The unit.
    pub unit: String,
}

/// All purses.
#[derive(Serialize)]
pub struct PurseListReport {
    /// Every purse.
    pub purses: Vec<PurseLine>,
}
