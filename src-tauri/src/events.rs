//! What the window is told without having asked, over one typed channel.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use farthing_api::Event;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager};

/// The window's channel, and what happened before it was open.
#[derive(Default)]
pub(crate) struct Events(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    channel: Option<Channel<Event>>,
    waiting: VecDeque<Event>,
}

/// Money moved or the journal grew.
pub(crate) fn changed(app: &AppHandle) {
    app.state::<Events>().tell(Event::Changed);
}

/// Links that can wait for the window; the oldest goes first.
const MOST_WAITING: usize = 4;

impl Events {
    /// From now on the window hears what happens, and what it has missed.
    pub(crate) fn listen(&self, channel: Channel<Event>) {
        let mut inner = self.inner();
        for event in inner.waiting.drain(..) {
            let _ = channel.send(event);
        }
        // A page that was loaded again brings a new channel.
        inner.channel = Some(channel);
    }

    /// Tells the window. A window that is gone needs not be told.
    pub(crate) fn tell(&self, event: Event) {
        let mut inner = self.inner();
        match &inner.channel {
            Some(channel) => {
                let _ = channel.send(event);
            }
            None => {
                if inner.waiting.len() == MOST_WAITING {
                    inner.waiting.pop_front();
                }
                inner.waiting.push_back(event);
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
