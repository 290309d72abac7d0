//! Money coming in.

use std::time::Duration;

use farthing_api::requests::{AskForMoney, WaitForMoney};
use farthing_api::{GetPaidReport, MoneyInReport, TopUpReport};
use farthing_wallet::{TopUpError, TopUpOutcome};
use tauri::{AppHandle, State};

use super::{Answer, amount, payment};
use crate::events;
use crate::session::Session;

/// The longest one call waits; the window asks again while it is shown.
const LONGEST_WAIT: u32 = 60;

#[tauri::command]
pub(crate) async fn top_up(
    app: AppHandle,
    session: State<'_, Session>,
    request: AskForMoney,
) -> Answer<TopUpReport> {
    let open = session.open()?;
    let (unit, purse) = (request.unit.as_deref(), request.purse.as_deref());
    let (amount, purse) = amount(&open, &request.amount, unit, purse).await?;
    let asked = open.wallet.top_up(amount, purse).await?;
    events::changed(&app);
    Ok(TopUpReport::from(&asked))
}

#[tauri::command]
pub(crate) async fn get_paid(
    app: AppHandle,
    session: State<'_, Session>,
    request: AskForMoney,
) -> Answer<GetPaidReport> {
    let open = session.open()?;
    let (unit, purse) = (request.unit.as_deref(), request.purse.as_deref());
    let (amount, purse) = amount(&open, &request.amount, unit, purse).await?;
    let asked = open
        .wallet
        .get_paid(amount, purse, request.memo.as_deref())
        .await?;
    events::changed(&app);
    Ok(GetPaidReport::from(&asked))
}

#[tauri::command]
pub(crate) async fn wait_for_money(
    app: AppHandle,
    session: State<'_, Session>,
    request: WaitForMoney,
) -> Answer<MoneyInReport> {
    let open = session.open()?;
    let patience = Duration::from_secs(request.seconds.min(LONGEST_WAIT).into());
    let waited = open
        .wallet
        .wait_for_top_up(payment(&request.payment)?, patience, || {})
        .await;
    // What a copy took in is an error, and ends the payment too.
    if !matches!(
        &waited,
        Ok(TopUpOutcome::StillWaiting) | Err(TopUpError::Issuer(_))
    ) {
        events::changed(&app);
    }
    Ok(MoneyInReport::from(&waited?))
}
