//! What the wallet keeps on this device, and how it keeps others out of it.
//!
//! - [`home`]: the wallet's directory, its file names and the lock that makes one process the
//!   owner.
//! - [`money`]: `money.db`, the e-cash itself: cdk's tables over our own encrypted connection.
//! - [`history`]: `history.db`: the journal of payments, the merchants, and small sealed documents.
//! - [`library`]: pages and files a person paid for, each sealed under a key of its own.
//! - [`DiskTrouble`]: what a disk does to all of them; [`StoreFault`]: why they cannot be used.
//!
//! Nothing here decides anything and nothing here reaches the network. Keys come from
//! `farthing-vault`; this crate holds them only while a file is open.

mod disk;
mod encrypted;
mod erase;
pub mod history;
pub mod home;
#[cfg(feature = "kill-points")]
pub mod kill;
pub mod library;
mod marks;
pub mod money;

pub use disk::{DiskTrouble, StoreFault};
pub use history::History;
pub use home::{Home, HomeLock};
pub use money::{CoinTable, Money, MoneyDb, check_money, open_money, open_or_create_money};
