//! `sharing`: who knows what, and the person's own details.

use farthing_api::{
    ConsentReceiptsReport, DetailsReport, Exit, Failure, RequestsReport, SharingReport,
    StoppedReport,
};

use super::merchant::item;
use super::{Context, is_practice, statistics};
use crate::answer;
use crate::args::{Sharing, SharingCommand};

pub(super) async fn sharing(context: &Context, asked: Sharing) -> Result<Exit, Failure> {
    if let Some(SharingCommand::Statistics { what }) = asked.what {
        return statistics::statistics(context, what).await;
    }
    let wallet = context.open_without_asking().await?;
    let (form, practice) = (context.form, is_practice(&wallet));
    match asked.what {
        None => {
            let sharing = wallet.sharing()?;
            answer::answer(form, practice, SharingReport::from(&sharing));
        }
        Some(SharingCommand::Receipts) => {
            let receipts = wallet.consent_receipts()?;
            answer::answer(form, practice, ConsentReceiptsReport::from(receipts));
        }
        Some(SharingCommand::Requests) => {
            let sharing = wallet.sharing()?;
            answer::answer(form, practice, RequestsReport::from(&sharing));
        }
        Some(SharingCommand::StopAll) => {
            let stopped = wallet.stop_all_sharing()?;
            answer::answer(form, practice, StoppedReport { stopped });
        }
        // Done above.
        Some(SharingCommand::Statistics { .. }) => {}
        Some(SharingCommand::Details { item: which, value }) => {
            if let Some(which) = which {
                wallet.set_own_detail(item(&which)?, value.as_deref())?;
            }
            let details = DetailsReport::of(&wallet.own_details()?, &wallet.sharing()?);
            answer::answer(form, practice, details);
        }
    }
    Ok(Exit::Done)
}
