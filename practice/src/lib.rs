//! The practice town: two e-cash issuers, a Lightning network between them and
//! shops, with play money and on loopback only.
//!
//! Nothing here is part of the wallet. It exists so that people can learn and
//! tests can pay: real signed invoices that stay unpaid until someone pays them,
//! real blind signatures, real fees, and misfortune on demand.

pub mod control;
pub mod door;
pub mod home;
pub mod issuer;
pub mod lightning;
pub mod manifest;
pub mod names;
pub mod picture;
pub mod ports;
pub mod rates;
pub mod reply;
mod shared;
pub mod shop;
pub mod sign_in;
pub mod street;
pub mod town;
