//! What happened.

use farthing_api::requests::{ListPayments, SumUp, WithMonth, WithPayment};
use farthing_api::{At, CostsReport, HistoryReport, ReceiptReport, SpentReport};
use farthing_wallet::{HistoryFilter, Month};
use tauri::State;

use super::sharing::number;
use super::{Answer, aside, payment, wrong};
use crate::session::Session;

/// Payments in one answer; the next page is asked for with `before`.
const MOST: usize = 1000;
/// Spans that are summed up at once.
const MOST_SPANS: usize = 60;

#[tauri::command]
pub(crate) async fn history(
    session: State<'_, Session>,
    request: ListPayments,
) -> Answer<HistoryReport> {
    let open = session.open()?;
    let asked = request
        .limit
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(MOST);
    let with = request.of_merchant.as_deref().map(number).transpose()?;
    let filter = HistoryFilter {
        merchant: request.merchant,
        with,
        since_ms: moment(request.since.as_deref())?,
        before_ms: moment(request.before.as_deref())?,
        search: request.search,
        limit: Some(asked.min(MOST)),
    };
    aside(move || {
        let lines = open.wallet.payments(&filter)?;
        let mut report = HistoryReport {
            payments: lines.iter().map(Into::into).collect(),
        };
        if let Some(mut then) = open.wallet.then()? {
            report.in_currency(&mut then)?;
        }
        Ok(report)
    })
    .await?
}

#[tauri::command]
pub(crate) async fn spent(session: State<'_, Session>, request: SumUp) -> Answer<SpentReport> {
    let open = session.open()?;
    let starts = request.starts.iter().take(MOST_SPANS);
    let starts: Vec<u64> = starts
        .map(|start| moment(Some(start)).map(Option::unwrap_or_default))
        .collect::<Answer<_>>()?;
    let spans = aside(move || open.wallet.spent(&starts)).await??;
    let told = |span: &Vec<farthing_wallet::Spent>| span.iter().map(Into::into).collect();
    Ok(SpentReport {
        spans: spans.iter().map(told).collect(),
    })
}

#[tauri::command]
pub(crate) async fn costs(session: State<'_, Session>, request: WithMonth) -> Answer<CostsReport> {
    let open = session.open()?;
    let month = request
        .month
        .as_deref()
        .map(str::parse::<Month>)
        .transpose();
    let month = month.map_err(|error| wrong("bad_month", &error))?;
    aside(move || {
        let costs = open.wallet.costs(month)?;
        Ok(CostsReport::of(&costs, month, open.wallet.currency()?))
    })
    .await?
}

pub(super) fn moment(text: Option<&str>) -> Answer<Option<u64>> {
    text.map(|text| {
        At::read(text)
            .map(At::to_ms)
            .ok_or_else(|| wrong("bad_date", &"the date cannot be read"))
    })
    .transpose()
}

#[tauri::command]
pub(crate) async fn receipt(
    session: State<'_, Session>,
    request: WithPayment,
) -> Answer<ReceiptReport> {
    let open = session.open()?;
    let receipt = open
        .wallet
        .fresh_receipt(payment(&request.payment)?)
        .await?;
    Ok(ReceiptReport::from(&receipt))
}
