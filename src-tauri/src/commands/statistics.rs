//! Anonymous statistics: shown, switched, written or sent; nothing leaves by itself.

use farthing_api::requests::{PostStatistics, SetStatistics};
use farthing_api::{KeptFile, StatisticsReport};
use tauri::{AppHandle, State};

use super::files::{downloads, write_new};
use super::{Answer, aside};
use crate::session::Session;

#[tauri::command]
pub(crate) async fn statistics(session: State<'_, Session>) -> Answer<StatisticsReport> {
    let open = session.open()?;
    aside(move || Ok((&open.wallet.statistics()?).into())).await?
}

#[tauri::command]
pub(crate) async fn set_statistics(
    session: State<'_, Session>,
    request: SetStatistics,
) -> Answer<StatisticsReport> {
    let open = session.open()?;
    aside(move || {
        open.wallet.set_statistics(request.on)?;
        Ok((&open.wallet.statistics()?).into())
    })
    .await?
}

#[tauri::command]
pub(crate) async fn keep_statistics(
    app: AppHandle,
    session: State<'_, Session>,
) -> Answer<KeptFile> {
    let open = session.open()?;
    let folder = downloads(&app)?;
    aside(move || {
        let mut kept = String::new();
        open.wallet.keep_statistics(|month, bytes| {
            kept = write_new(&folder, &format!("Farthing statistics {month}.json"), bytes)?;
            Ok(())
        })?;
        Ok(KeptFile { name: kept })
    })
    .await?
}

#[tauri::command]
pub(crate) async fn post_statistics(
    session: State<'_, Session>,
    request: PostStatistics,
) -> Answer<StatisticsReport> {
    let open = session.open()?;
    open.wallet.post_statistics(&request.url).await?;
    aside(move || Ok((&open.wallet.statistics()?).into())).await?
}
