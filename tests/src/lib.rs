//! Journeys over the real parts, as separate processes: people with wallets, the
//! practice town, and Nutshell, an issuer and wallet by other hands.
//!
//! A journey knows the wallet only as a person or a script does: its command
//! line, its JSON, its exit codes. What it believes about money it checks in the
//! books of whoever issued it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is test code: a broken expectation is meant to stop the test"
)]

pub mod books;
pub mod bus;
pub mod egress;
pub mod faulty_disk;
pub mod keyring;
pub mod kill;
pub mod later;
pub mod liar;
pub mod nutshell;
pub mod person;
mod preload;
pub mod proxy;
pub mod request;
pub mod town;
pub mod window;

pub use books::Books;
pub use bus::Bus;
pub use keyring::Keyring;
pub use nutshell::Nutshell;
pub use person::{Person, Said};
pub use town::Town;
pub use window::{Device, Window};
