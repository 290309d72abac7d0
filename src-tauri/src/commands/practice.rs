//! What the practice town does for those who learn.

use farthing_api::PracticeCode;
use farthing_api::requests::PracticePay;
use tauri::State;

use super::{Answer, told};
use crate::session::Session;

#[tauri::command]
pub(crate) async fn practice_pay(session: State<'_, Session>, request: PracticePay) -> Answer<()> {
    let open = session.open()?;
    open.wallet
        .practice_pay(&request.invoice)
        .await
        .map_err(|error| told(&error))
}

#[tauri::command]
pub(crate) async fn practice_order(session: State<'_, Session>) -> Answer<PracticeCode> {
    let open = session.open()?;
    let code = open
        .wallet
        .practice_order()
        .await
        .map_err(|error| told(&error))?;
    Ok(PracticeCode { code })
}
