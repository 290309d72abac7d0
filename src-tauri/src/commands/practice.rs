//! What the practice town does for those who learn.

use farthing_api::PracticeCode;
use farthing_api::requests::PracticePay;
use tauri::State;

use super::Answer;
use crate::session::Session;

#[tauri::command]
pub(crate) async fn practice_pay(session: State<'_, Session>, request: PracticePay) -> Answer<()> {
    let open = session.open()?;
    open.wallet
        .practice_pay(&request.invoice)
        .await
        .map_err(Into::into)
}

#[tauri::command]
pub(crate) async fn practice_order(session: State<'_, Session>) -> Answer<PracticeCode> {
    let open = session.open()?;
    let code = open.wallet.practice_order().await?;
    Ok(PracticeCode { code })
}
