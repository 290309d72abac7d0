//! Review, then pay exactly that.

use farthing_api::requests::{Pay, ReviewCode, ReviewMove};
use farthing_api::{ReceiptReport, ReviewReport};
use farthing_wallet::{CodeInput, MoveRequest, Review, ReviewError, ReviewId, ReviewRequest};
use tauri::{AppHandle, State};

use super::{Answer, amount, confirmed, purse};
use crate::events;
use crate::session::{Open, Session};

#[tauri::command]
pub(crate) async fn review(
    session: State<'_, Session>,
    request: ReviewCode,
) -> Answer<ReviewReport> {
    let open = session.open()?;
    let named = request.purse.as_deref();
    let (amount, purse) = match &request.amount {
        Some(text) => {
            let (amount, purse) = amount(&open, text, None, named).await?;
            (Some(amount), purse)
        }
        None => (None, purse(named)?),
    };
    let review = open
        .wallet
        .review(ReviewRequest {
            code: CodeInput::Text(request.code),
            amount,
            share: request.share,
            only_this_time: request.only_this_time,
            note: request.note,
            purse,
        })
        .await?;
    told(&open, &review).await
}

#[tauri::command]
pub(crate) async fn review_move(
    app: AppHandle,
    session: State<'_, Session>,
    request: ReviewMove,
) -> Answer<ReviewReport> {
    let open = session.open()?;
    let (amount, to) = amount(&open, &request.amount, None, Some(&request.to)).await?;
    let from = purse(Some(&request.from))?.ok_or(ReviewError::NoPurse)?;
    let to = to.ok_or(ReviewError::NoPurse)?;
    let review = open
        .wallet
        .review_move(MoveRequest { amount, from, to })
        .await;
    // The invoice it is paid with is in the journal, whatever became of the review.
    events::changed(&app);
    told(&open, &review?).await
}

async fn told(open: &Open, review: &Review) -> Answer<ReviewReport> {
    let left = open.wallet.left_after(&review.cost).await?;
    let rate = open.wallet.going_rate()?;
    Ok(ReviewReport {
        left: Some(left.into()),
        ..ReviewReport::from(review).in_currency(rate.as_ref())
    })
}

#[tauri::command]
pub(crate) async fn pay(
    app: AppHandle,
    session: State<'_, Session>,
    request: Pay,
) -> Answer<ReceiptReport> {
    let open = session.open()?;
    let id: ReviewId = request.review.parse()?;
    let needs = open.wallet.load_review(&id)?.needs;
    confirmed(&open, needs, request.secret).await?;
    let receipt = open.wallet.pay(&id, None).await;
    // Even a payment that failed may have left something in the journal.
    events::changed(&app);
    let receipt = receipt?;
    Ok(ReceiptReport::from(&receipt))
}
