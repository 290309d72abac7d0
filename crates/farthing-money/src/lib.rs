//! Amounts with units, fee lines, breakdowns and rates: exact integers, checked, no I/O.
//!
//! Nothing here can wrap, round in silence, mix units or be built wrong: every
//! amount is within what its unit allows, and every [`Breakdown`] sums.

#![deny(clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod amount;
#[cfg(test)]
mod any;
mod breakdown;
mod currency;
mod fee;
mod fiat;
mod parse;
mod rate;
mod settled;
mod unit;
mod wire;

pub use amount::{Amount, AmountError};
pub use breakdown::{Breakdown, BreakdownError, MOST_FEE_LINES};
pub use currency::{Currency, NoSuchCurrency};
pub use fee::{FeeKind, FeeLine, FeeLineError, LONGEST_RECEIVER, PaidFee};
pub use fiat::{Fiat, ParseFiatError};
pub use parse::{LONGEST_TEXT, ParseAmountError};
pub use rate::{NotARate, Rate};
pub use settled::{Settled, SettledError};
pub use unit::{LONGEST_UNIT_NAME, Unit, UnitError, UnitName};
