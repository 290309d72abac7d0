//! `doctor`.

use farthing_api::{DoctorReport, Exit, Failure};

use super::{Context, is_practice};
use crate::{answer, progress};

pub(super) async fn doctor(context: &Context) -> Result<Exit, Failure> {
    let wallet = context.open().await?;
    let checks = progress::during("Checking everything", wallet.doctor()).await;
    let report = DoctorReport::of(checks.iter().map(Into::into).collect());
    let exit = if report.healthy {
        Exit::Done
    } else {
        Exit::NotDone
    };
    answer::answer(context.form, is_practice(&wallet), report);
    Ok(exit)
}
