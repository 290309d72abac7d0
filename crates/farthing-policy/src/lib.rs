//! Pure decisions from facts and the time given: caps and limits. No I/O.
//!
//! A decision is a function of a [`Policy`] and the facts handed in, so anyone can
//! replay it. Rules that cannot be read are replaced by the strictest ones.

#![deny(clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod payment;
mod policy;
mod read;
mod reason;
mod top_up;

pub use payment::{Decision, Factor, PayeeStanding, PaymentFacts, Warning, decide_payment};
pub use policy::{OtherUnits, Policy, PolicyDefect, UnitRules};
pub use read::{LONGEST_POLICY, Reading};
pub use reason::{Reason, WayOut};
pub use top_up::{TopUpDecision, TopUpFacts, decide_top_up};
