//! What money is worth in the currency a person thinks in.

use farthing_api::requests::{ChooseCurrency, WithFigure};
use farthing_api::{ConvertedReport, Exit, Failure, Money, RateReport};
use farthing_money::{Currency, Fiat};
use tauri::{AppHandle, State};

use super::{Answer, wrong};
use crate::events;
use crate::session::Session;

#[tauri::command]
pub(crate) async fn rate(session: State<'_, Session>) -> Answer<RateReport> {
    let open = session.open()?;
    let now = open.wallet.rate_now().await?;
    Ok(RateReport::from(now.as_ref()))
}

#[tauri::command]
pub(crate) async fn choose_currency(
    app: AppHandle,
    session: State<'_, Session>,
    request: ChooseCurrency,
) -> Answer<RateReport> {
    let open = session.open()?;
    let currency = request
        .currency
        .as_deref()
        .map(str::parse::<Currency>)
        .transpose()
        .map_err(|error| wrong("bad_currency", &error))?;
    open.wallet.choose_currency(currency)?;
    let now = open.wallet.rate_now().await?;
    events::changed(&app);
    Ok(RateReport::from(now.as_ref()))
}

#[tauri::command]
pub(crate) async fn convert(
    session: State<'_, Session>,
    request: WithFigure,
) -> Answer<ConvertedReport> {
    let open = session.open()?;
    let not_done = |code, what: &str| Failure::new(code, what, Money::Safe, Exit::NotDone);
    let currency = open
        .wallet
        .currency()?
        .ok_or_else(|| not_done("no_currency", "no currency is chosen"))?;
    let fiat =
        Fiat::parse(&request.figure, currency).map_err(|error| wrong("bad_figure", &error))?;
    let converted = open
        .wallet
        .going_rate()?
        .and_then(|rate| ConvertedReport::of(&rate, fiat));
    Ok(converted.ok_or_else(|| not_done("no_rate", "no rate is known"))?)
}
