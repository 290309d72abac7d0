//! One at a time for each thing, everybody at once for different things.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::shared::lock;

/// The queues, by what people wait for.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// The queue for `what`; lock it and keep the guard.
    pub(super) fn of(&self, what: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = lock(&self.0);
        // Those nobody waits for are only ballast.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(what.to_owned()).or_default())
    }
}
