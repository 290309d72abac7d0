//! One at a time for each thing, everybody at once for different things.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The queues, by what people wait for.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// The queue for `what`; lock it and keep the guard.
    pub(super) fn of(&self, what: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those nobody waits for are only ballast.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(what.to_owned()).or_default())
    }
}
