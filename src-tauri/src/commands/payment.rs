//! Review, then pay exactly that.

use farthing_api::requests::{Pay, ReviewCode};
use farthing_api::{ReceiptReport, ReviewReport};
use farthing_wallet::{CodeInput, ReviewId, ReviewRequest, Secret};
use tauri::{AppHandle, State};

use super::{Answer, amount, aside, purse, told};
use crate::events;
use crate::session::Session;

#[tauri::command]
pub(crate) async fn review(
    session: State<'_, Session>,
    request: ReviewCode,
) -> Answer<ReviewReport> {
    let open = session.open()?;
    let purse = purse(request.purse.as_deref())?;
    let amount = match &request.amount {
        Some(text) => Some(amount(&open, text, None, purse.as_ref()).await?),
        None => None,
    };
    let review = open
        .wallet
        .review(ReviewRequest {
            code: CodeInput::Text(request.code),
            amount,
            share: Vec::new(),
            note: request.note,
            purse,
        })
        .await
        .map_err(|error| told(&error))?;
    Ok(ReviewReport::from(&review))
}

#[tauri::command]
pub(crate) async fn pay(
    app: AppHandle,
    session: State<'_, Session>,
    request: Pay,
) -> Answer<ReceiptReport> {
    let open = session.open()?;
    let id: ReviewId = request.review.parse().map_err(|error| told(&error))?;
    let needs = open
        .wallet
        .load_review(&id)
        .map_err(|error| told(&error))?
        .needs;
    let secret = request
        .secret
        .map(|secret| Secret::from_text(secret.into_text()));
    let confirmed = {
        let open = open.clone();
        aside(move || open.wallet.confirm(&needs, secret.as_ref())).await?
    };
    confirmed.map_err(|error| told(&error))?;
    let receipt = open.wallet.pay(&id, None).await;
    // Even a payment that failed may have left something in the journal.
    events::changed(&app);
    let receipt = receipt.map_err(|error| told(&error))?;
    Ok(ReceiptReport::from(&receipt))
}
