//! `move`.

use farthing_api::{Exit, Failure};
use farthing_wallet::{MoveRequest, ReviewError};

use super::pay::paid;
use super::{Context, amount, unit_of_purse};
use crate::args::Move;
use crate::{confirm, progress};

pub(super) async fn move_money(context: &Context, asked: Move) -> Result<Exit, Failure> {
    // Before anything is asked for: without a yes nothing of it can be done.
    confirm::answers(context.common.yes)?;
    let wallet = context.open().await?;
    let (from, _) = unit_of_purse(&wallet, Some(&asked.from)).await?;
    let (to, unit) = unit_of_purse(&wallet, Some(&asked.to)).await?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(ReviewError::NoPurse.into());
    };
    let request = MoveRequest {
        amount: amount(&asked.amount, unit)?,
        from,
        to,
    };
    let planning = wallet.review_move(request);
    let review = progress::during("Finding out what it costs", planning).await?;
    paid(context, &wallet, &review, asked.max_total.as_deref()).await
}
