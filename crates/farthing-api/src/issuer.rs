//! `purse add` and `purse list`.

use farthing_money::Amount;
use serde::Serialize;

/// A way to reach an issuer, as it says itself.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactReport {
    /// `email`, `nostr` and the like.
    pub method: String,
    /// The address there.
    pub info: String,
}

/// What an issuer says about one unit.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct IssuerUnitReport {
    /// The unit.
    pub unit: String,
    /// What it takes for each coin handed in, in thousandths of the unit.
    pub input_fee_ppk: u64,
    /// What can be topped up at once over Lightning; nothing when it takes none.
    pub top_up: Option<BoundsReport>,
    /// What can be paid at once over Lightning; nothing when it pays none.
    pub pay: Option<BoundsReport>,
}

/// From how much to how much, where there is a limit.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BoundsReport {
    /// The least.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub least: Option<Amount>,
    /// The most.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub most: Option<Amount>,
}

/// What there is to know about an issuer before trusting it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    pub proves_signatures: bool,
    /// Whether it gives back what it set aside for Lightning fees and did not need (NUT-08).
    pub returns_change: bool,
    /// Whether the recovery words bring money back from it (NUT-07, NUT-09).
    pub can_restore: bool,
}

/// A purse that is there now.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AddedPurse {
    /// The purse.
    pub id: String,
    /// The issuer's address.
    pub issuer: String,
    /// The unit.
    pub unit: String,
    /// What the recovery words brought back.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub restored: Amount,
}

/// What `purse add` did.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PurseAddReport {
    /// The purses with this issuer.
    pub purses: Vec<AddedPurse>,
    /// The issuer, as it was shown before.
    pub issuer: IssuerReport,
}

/// One purse, without what it holds.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PurseListReport {
    /// Every purse.
    pub purses: Vec<PurseLine>,
}
