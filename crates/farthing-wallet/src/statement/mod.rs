//! Statements: a chosen, time-boxed slice of the history for somebody else, and the record of each
//! that was handed over.
//!
//! What was not chosen is not in it: no other payee, no note, no balance, no name that this wallet
//! has for anything.

mod error;
mod hand_over;
mod slice;
#[cfg(test)]
mod tests;

pub use error::StatementError;
pub use hand_over::{HandOver, StatementMade};
pub use slice::{LeftOut, SliceOf, Statement, StatementLine, StatementParts, StatementProof};

pub(crate) use hand_over::HandedOver;
