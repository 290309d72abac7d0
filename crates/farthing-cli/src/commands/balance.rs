//! `balance`.

use farthing_api::{BalanceReport, Exit, Failure};

use super::{Context, files, is_practice};
use crate::answer;

pub(super) async fn balance(context: &Context) -> Result<Exit, Failure> {
    let wallet = context.open().await?;
    let balances = wallet.balance().await.map_err(|error| files(&error))?;
    answer::answer(
        context.form,
        is_practice(&wallet),
        BalanceReport::from(&*balances),
    );
    Ok(Exit::Done)
}
