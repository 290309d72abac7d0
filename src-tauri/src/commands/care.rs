//! Asking about what is undecided, and checking everything.

use farthing_api::{DoctorReport, RecoveryReport};
use tauri::{AppHandle, State};

use super::Answer;
use crate::events;
use crate::session::Session;

#[tauri::command]
pub(crate) async fn recover(app: AppHandle, session: State<'_, Session>) -> Answer<RecoveryReport> {
    let open = session.open()?;
    let recovery = open.wallet.recover(|_| {}).await?;
    events::changed(&app);
    Ok(RecoveryReport::from(&recovery))
}

#[tauri::command]
pub(crate) async fn doctor(session: State<'_, Session>) -> Answer<DoctorReport> {
    let open = session.open()?;
    let checks = open.wallet.doctor().await;
    Ok(DoctorReport::of(checks.iter().map(Into::into).collect()))
}
