//! Pure decisions from facts and the time given: caps, limits and what is shared. No I/O.
//!
//! A decision is a function of a [`Policy`] and the facts handed in, so anyone can
//! replay it. Rules that cannot be read are replaced by the strictest ones.

#![deny(clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod payment;
mod policy;
mod read;
mod reason;
mod sharing;
mod statistics;
mod top_up;

pub use payment::{
    Decision, Factor, PayeeStanding, PaymentFacts, Warning, decide_payee_limit, decide_payment,
};
pub use policy::{OtherUnits, Policy, PolicyDefect, UnitRules};
pub use read::{LONGEST_POLICY, Reading};
pub use reason::{Reason, WayOut};
pub use sharing::{
    ASK_AGAIN_AFTER_MS, BadValue, Grant, Item, Law, NotALaw, NotAPurpose, NotARequest, NotAnItem,
    Purpose, RequestKind, RequestState, STANDS_FOR_MS, SharingAsk, SharingDecision, SharingFacts,
    Standing, answer_due_ms, decide_sharing, may_ask_again, request_state,
};
pub use statistics::{
    Answer, EPSILON_OF_A_MONTH, EPSILON_OF_A_YEAR, MonthFacts, Question, TRUE_OF_EIGHT, answer,
    within_budget,
};
pub use top_up::{TopUpDecision, TopUpFacts, decide_top_up};
