//! `erase`: takes the wallet off this device.

use farthing_api::{ErasePlan, ErasedReport, Exit, Failure, Money};
use farthing_wallet::{RecoveryWords, WordsError};

use super::{Context, is_practice};
use crate::args::Erase;
use crate::{answer, confirm, progress, secret};

pub(super) async fn erase(context: &Context, asked: &Erase) -> Result<Exit, Failure> {
    let answers = confirm::answers(context.common.yes)?;
    let (home, key) = context.key()?;
    let opening = farthing_wallet::open_without_recovery(&home, &key);
    let wallet = progress::during("Opening the wallet", opening).await?;
    let practice = is_practice(&wallet);
    let plan = wallet.erase_plan().await?;
    answer::before_asking(context.form, practice, &ErasePlan::from(&plan));
    let words = RecoveryWords::parse(&secret::words()?).map_err(|error: WordsError| {
        Failure::new("bad_words", error.to_string(), Money::Safe, Exit::Usage)
    })?;
    confirm::ask(answers, "Erase this wallet from this device?")?;
    let asking = wallet.leave_to_erase(&key, &words, asked.leave_invoices);
    let leave = progress::during("Asking about what is undecided", asking).await?;
    // What came in while asking is in the plan too.
    let plan = wallet.erase_plan().await?;
    drop(wallet);
    farthing_wallet::erase(&home, &leave)?;
    let erased = ErasedReport::of(&plan, home.display().to_string());
    answer::rest(context.form, practice, erased);
    Ok(Exit::Done)
}
