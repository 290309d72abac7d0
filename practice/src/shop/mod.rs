//! The shops. Each stands on an origin of its own, as merchants do.

pub mod arcade;
pub mod busker;
mod cashbox;
mod content;
mod corner;
pub mod kiosk;
mod lnurl;
mod orders;
pub mod paper;
mod paywall;
pub mod rogues;
mod routes;
mod sales;
mod till;
mod turns;

pub use content::noise;
pub use corner::{CornerShop, NewOrder, OrderView};
pub use lnurl::Link;
pub(crate) use lnurl::No;
pub use orders::{OrderState, PaidBy, Purse, StoreError};
pub use paywall::{Dialect, Terms};
pub use routes::router;
pub use till::{Plan, TillError};

/// What the corner shop sells.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct MenuItem {
    /// What it is.
    pub item: &'static str,
    /// Its price, in the unit.
    pub amount: u64,
    /// `sat`.
    pub unit: &'static str,
}

/// The corner shop's menu.
pub const MENU: [MenuItem; 4] = [
    MenuItem {
        item: "coffee",
        amount: 21,
        unit: "sat",
    },
    MenuItem {
        item: "tea",
        amount: 13,
        unit: "sat",
    },
    MenuItem {
        item: "cake",
        amount: 34,
        unit: "sat",
    },
    MenuItem {
        item: "chewing gum",
        amount: 1,
        unit: "sat",
    },
];
