//! `balance`.

use farthing_api::{BalanceReport, Exit, Failure};

use super::{Context, is_practice};
use crate::{answer, progress};

pub(super) async fn balance(context: &Context) -> Result<Exit, Failure> {
    let wallet = match context.open().await {
        Ok(wallet) => wallet,
        Err(failure) if failure.code == "history_file_unusable" => {
            return without_history(context, failure).await;
        }
        Err(failure) => return Err(failure),
    };
    let balances = wallet.balance().await?;
    // A rate is only shown beside the money: what keeps it from being read must not hide that.
    let rate = match progress::during("Asking for rates", wallet.rate_now()).await {
        Ok(now) => now.and_then(|now| now.rate),
        Err(trouble) => {
            answer::aside(&format!(
                "No rate is shown: {trouble}. Run farthing doctor."
            ));
            None
        }
    };
    let mut report = BalanceReport::from(&*balances).in_currency(rate.as_ref());
    if wallet.may_be_an_old_copy() {
        report = report.with_warning(
            "These files are an old copy of the wallet, and some of this may be spent: run \
             farthing recover.",
        );
    }
    answer::answer(context.form, is_practice(&wallet), report);
    Ok(Exit::Done)
}

/// The money is in another file than the history.
async fn without_history(context: &Context, failure: Failure) -> Result<Exit, Failure> {
    let (home, secret) = context.key()?;
    let rescue = progress::during("Opening the money", farthing_wallet::rescue(&home, &secret))
        .await
        .map_err(|_| failure.clone())?;
    let balances = rescue.balance().await?;
    let report = BalanceReport::from(&*balances)
        .with_warning(failure.text)
        .with_warning(failure.next.unwrap_or_default());
    answer::answer(context.form, rescue.mark().is_practice(), report);
    Ok(Exit::Done)
}
