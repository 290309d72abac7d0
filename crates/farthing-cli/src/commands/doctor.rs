//! `doctor`.

use farthing_api::{DoctorReport, Exit, Failure};

use super::{Context, is_practice};
use crate::{answer, progress};

pub(super) async fn doctor(context: &Context) -> Result<Exit, Failure> {
    let (checks, practice) = match context.open().await {
        Ok(wallet) => (
            progress::during("Checking everything", wallet.doctor()).await,
            is_practice(&wallet),
        ),
        Err(failure)
            if matches!(
                failure.code,
                "history_file_unusable" | "money_file_unusable" | "files_damaged"
            ) =>
        {
            let (home, secret) = context.key()?;
            let examined = farthing_wallet::examine(&home, &secret);
            let checks = progress::during("Checking what is left", examined)
                .await
                .map_err(|_| failure)?;
            (
                checks,
                super::is_practice_home(context.common.home.as_deref()),
            )
        }
        Err(failure) => return Err(failure),
    };
    let report = DoctorReport::of(checks.iter().map(Into::into).collect());
    let exit = if report.healthy {
        Exit::Done
    } else {
        Exit::NotDone
    };
    answer::answer(context.form, practice, report);
    Ok(exit)
}
