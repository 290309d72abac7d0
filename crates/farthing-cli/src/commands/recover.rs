//! `recover`.

use farthing_api::{Exit, Failure, RecoveryReport};

use super::{Context, is_practice};
use crate::{answer, progress};

pub(super) async fn recover(context: &Context) -> Result<Exit, Failure> {
    let wallet = context.open_without_asking().await?;
    let recovery = progress::during("Asking about what is undecided", wallet.recover(|_| {}))
        .await
        .map_err(|error| Failure::of(&error))?;
    let report = RecoveryReport::from(&recovery);
    let undecided = report
        .still_deciding
        .iter()
        .any(|line| !line.is_unpaid_invoice());
    let exit = if undecided {
        Exit::StillDeciding
    } else {
        Exit::Done
    };
    answer::answer(context.form, is_practice(&wallet), report);
    Ok(exit)
}
