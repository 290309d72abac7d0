//! `top-up`.

use std::time::Duration;

use farthing_api::{Exit, Failure, Outcome, TopUpReport, came_in};

use super::{Context, amount_in, is_practice, unit_of_purse};
use crate::args::TopUp;
use crate::{answer, progress};

pub(super) async fn top_up(context: &Context, asked: TopUp) -> Result<Exit, Failure> {
    let wallet = context.open().await?;
    let (purse, otherwise) = unit_of_purse(&wallet, asked.purse.as_deref()).await?;
    let amount = amount_in(&asked.amount, asked.unit.as_deref(), otherwise)?;
    let top_up = progress::during(
        "Asking the issuer for an invoice",
        wallet.top_up(amount, purse),
    )
    .await?;
    let practice = is_practice(&wallet);
    let mut report = TopUpReport::from(&top_up);

    // Before any waiting, so that it can be paid meanwhile.
    answer::practice_aside(practice);
    answer::aside(&format!("To be paid: {}", top_up.amount));
    answer::aside(&top_up.invoice);
    super::draw_aside(&top_up.invoice);

    let patience = context.patience(asked.wait);
    if !patience.is_zero() {
        let waiting = wallet.wait_for_top_up(top_up.payment, patience, || {});
        let outcome = progress::during("Waiting for the payment", waiting).await?;
        (report.outcome, report.received) = came_in(&outcome);
    }
    let exit = waited(report.outcome, asked.wait);
    answer::answer(context.form, practice, report);
    Ok(exit)
}

/// Whoever did not ask to wait wanted an invoice, and has it.
pub(super) fn waited(outcome: Outcome, wait: Option<u32>) -> Exit {
    match (outcome, wait) {
        (Outcome::StillDeciding, None | Some(0)) => Exit::Done,
        _ => outcome.exit(),
    }
}

impl Context {
    /// How long to wait for someone to pay: as long as asked, or for a person at a
    /// terminal until they lose patience.
    pub(super) fn patience(&self, wait: Option<u32>) -> Duration {
        const AT_A_TERMINAL: Duration = Duration::from_secs(600);
        use std::io::IsTerminal;
        match wait {
            Some(seconds) => Duration::from_secs(seconds.into()),
            None if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() => {
                AT_A_TERMINAL
            }
            None => Duration::ZERO,
        }
    }
}
