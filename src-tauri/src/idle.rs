//! Locks the wallet when nobody has been at it for a while, and when the device has slept.

use std::time::{Duration, SystemTime};

use tauri::{AppHandle, Manager};

use crate::session::Session;

/// How often to look.
const EVERY: Duration = Duration::from_secs(5);
/// Between two looks the calendar moves this much only when the device slept or its clock was set.
const SLEPT: Duration = Duration::from_secs(60);
/// The variable that shortens the time, in seconds. It cannot lengthen it.
const SOONER: &str = "FARTHING_LOCK_AFTER";

/// How long an open wallet waits for its person.
fn patience() -> Duration {
    const LONGEST: Duration = Duration::from_secs(if cfg!(mobile) { 120 } else { 300 });
    std::env::var(SOONER)
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .map_or(LONGEST, Duration::from_secs)
        .min(LONGEST)
}

/// Looks, for as long as the app runs.
pub(crate) fn watch(app: AppHandle) {
    let patience = patience();
    let every = EVERY.min(patience);
    tauri::async_runtime::spawn(async move {
        let mut looked = SystemTime::now();
        loop {
            tokio::time::sleep(every).await;
            let now = SystemTime::now();
            let slept = now.duration_since(looked).is_ok_and(|time| time > SLEPT);
            looked = now;
            let session = app.state::<Session>();
            if slept || session.idle_for() >= patience {
                session.lock(&app);
            }
        }
    });
}
