//! How value and requests travel: e-cash, Lightning, payment codes, and the one guarded HTTP
//! client every outbound byte goes through.
//!
//! The only crate that names cdk and reqwest.

pub mod code;
mod contact;
pub mod content;
pub mod ecash;
pub mod gate;
mod hexadecimal;
pub mod lnurl;
pub mod payment_name;
pub mod picture;
pub mod rates;
mod telling;

pub use contact::{Contact, find_contact};
pub use hexadecimal::{bytes_of, fingerprint};
pub use telling::{NothingToTell, PayerHeader, Telling, Told};
