//! What the operating system does for the window.

use farthing_api::Event;
use farthing_api::requests::Notify;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_notification::NotificationExt;

use super::Answer;
use crate::events::Events;
use crate::session::Session;
use crate::window;

/// Longest sentence told outside the window, in characters.
const LONGEST: usize = 120;

/// Says something where it can be seen while the window cannot. A system without a place for that
/// says nothing.
#[tauri::command]
pub(crate) async fn notify(
    app: AppHandle,
    session: State<'_, Session>,
    request: Notify,
) -> Answer<()> {
    session.open()?;
    if !window::is_in_front(&app) {
        let text: String = request.text.chars().take(LONGEST).collect();
        let _ = app
            .notification()
            .builder()
            .title("Farthing")
            .body(text)
            .show();
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn awake(session: State<'_, Session>) -> Answer<()> {
    session.awake();
    Ok(())
}

#[tauri::command]
pub(crate) async fn listen(events: State<'_, Events>, channel: Channel<Event>) -> Answer<()> {
    events.listen(channel);
    Ok(())
}
