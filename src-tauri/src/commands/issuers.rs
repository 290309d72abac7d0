//! Purses and who issues their money.

use farthing_api::requests::{LookAtIssuer, TrustIssuer};
use farthing_api::{BalanceReport, Exit, Failure, IssuerReport, Money, PurseAddReport};
use tauri::{AppHandle, State};

use super::{Answer, wrong};
use crate::events;
use crate::session::Session;

#[tauri::command]
pub(crate) async fn balance(session: State<'_, Session>) -> Answer<BalanceReport> {
    let open = session.open()?;
    let balances = open.wallet.balance().await?;
    // A rate is only shown beside the money: what keeps it from being read must not hide that.
    let rate = open.wallet.going_rate().ok().flatten();
    Ok(BalanceReport::from(&*balances).in_currency(rate.as_ref()))
}

#[tauri::command]
pub(crate) async fn look_at_issuer(
    session: State<'_, Session>,
    request: LookAtIssuer,
) -> Answer<IssuerReport> {
    let open = session.open()?;
    let card = open.wallet.look_at_issuer(&request.address).await?;
    let report = IssuerReport::from(&card);
    open.keep_issuer(request.address, card);
    Ok(report)
}

#[tauri::command]
pub(crate) async fn trust_issuer(
    app: AppHandle,
    session: State<'_, Session>,
    request: TrustIssuer,
) -> Answer<PurseAddReport> {
    let open = session.open()?;
    let unit = request
        .unit
        .as_deref()
        .map(|unit| unit.parse().map_err(|error| wrong("bad_unit", &error)))
        .transpose()?;
    let card = open.take_issuer(&request.address).ok_or_else(|| {
        Failure::new(
            "not_looked_at",
            "this issuer was not shown before",
            Money::Safe,
            Exit::NotDone,
        )
    })?;
    let shown = IssuerReport::from(&card);
    let opened = open.wallet.add_purse(&card, unit, |_| {}).await?;
    events::changed(&app);
    Ok(PurseAddReport::of(&opened, shown))
}
