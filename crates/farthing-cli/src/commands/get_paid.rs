//! `get-paid`.

use farthing_api::{Exit, Failure, GetPaidReport, came_in};

use super::top_up::waited;
use super::{Context, amount_in, is_practice, unit_of_purse};
use crate::args::GetPaid;
use crate::{answer, progress};

pub(super) async fn get_paid(context: &Context, asked: GetPaid) -> Result<Exit, Failure> {
    let wallet = context.open().await?;
    let (purse, otherwise) = unit_of_purse(&wallet, asked.purse.as_deref()).await?;
    let amount = amount_in(&asked.amount, asked.unit.as_deref(), otherwise)?;
    let asking = wallet.get_paid(amount, purse, asked.memo.as_deref());
    let request = progress::during("Making the request", asking).await?;
    let practice = is_practice(&wallet);
    let mut report = GetPaidReport::from(&request);

    answer::practice_aside(practice);
    answer::aside(&format!("To be paid: {amount}"));
    for code in [&request.invoice.invoice, &request.request] {
        answer::aside(code);
        super::draw_aside(code);
    }

    let patience = context.patience(asked.wait);
    if !patience.is_zero() {
        let waiting = wallet.wait_for_top_up(request.payment, patience, || {});
        let outcome = progress::during("Waiting for the payment", waiting).await?;
        (report.outcome, report.received) = came_in(&outcome);
    }
    let exit = waited(report.outcome, asked.wait);
    answer::answer(context.form, practice, report);
    Ok(exit)
}
