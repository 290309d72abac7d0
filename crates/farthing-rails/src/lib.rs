//! How value and requests travel: e-cash, Lightning, payment codes, and the one guarded HTTP
//! client every outbound byte goes through.
//!
//! The only crate that names cdk and reqwest.

pub mod code;
pub mod content;
pub mod ecash;
pub mod gate;
pub mod lnurl;
pub mod picture;
pub mod rates;
