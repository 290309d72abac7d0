//! `recover`.

use farthing_api::{Exit, Failure, RecoveryReport};

use super::{Context, is_practice};
use crate::args::Recover;
use crate::{answer, progress};

pub(super) async fn recover(context: &Context, asked: &Recover) -> Result<Exit, Failure> {
    let wallet = match context.open_without_asking().await {
        Err(failure) if asked.new_history && failure.code == "history_file_unusable" => {
            let (home, secret) = context.key()?;
            let rescue = farthing_wallet::rescue(&home, &secret).await?;
            let begun = progress::during("Beginning a new history", rescue.begin_new_history());
            begun.await?.0
        }
        opened => opened?,
    };
    let recovery =
        progress::during("Asking about what is undecided", wallet.recover(|_| {})).await?;
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
