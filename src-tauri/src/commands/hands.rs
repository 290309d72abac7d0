//! E-cash from hand to hand.

use farthing_api::requests::{Give, PlanGift, WithCode};
use farthing_api::{
    Exit, Failure, GiftPlanReport, GiveReport, Money, RedeemReport, RedeemReviewReport,
};
use farthing_wallet::CodeInput;
use tauri::{AppHandle, State};

use super::{Answer, amount, confirmed};
use crate::events;
use crate::session::Session;

#[tauri::command]
pub(crate) async fn plan_gift(
    session: State<'_, Session>,
    request: PlanGift,
) -> Answer<GiftPlanReport> {
    let open = session.open()?;
    let (unit, purse) = (request.unit.as_deref(), request.purse.as_deref());
    let (amount, purse) = amount(&open, &request.amount, unit, purse).await?;
    let plan = open.wallet.review_give(amount, purse).await?;
    let left = open.wallet.left_after(&plan.cost).await?;
    let id = open.keep_plan(plan.clone());
    Ok(GiftPlanReport::of(&plan, left, id))
}

#[tauri::command]
pub(crate) async fn give(
    app: AppHandle,
    session: State<'_, Session>,
    request: Give,
) -> Answer<GiveReport> {
    let open = session.open()?;
    let plan = open.plan(&request.plan).ok_or_else(|| {
        Failure::new(
            "no_such_review",
            "there is no such plan",
            Money::Safe,
            Exit::NotDone,
        )
    })?;
    confirmed(&open, plan.needs.clone(), request.secret).await?;
    // Before the money moves: two taps are one gift.
    if !open.forget_plan(&request.plan) {
        return Err(Failure::new(
            "review_used",
            "this plan was carried out already",
            Money::Moved,
            Exit::NotDone,
        )
        .into());
    }
    let given = open.wallet.give(&plan, request.memo.as_deref()).await;
    events::changed(&app);
    let given = given?;
    Ok(GiveReport::from(&given))
}

#[tauri::command]
pub(crate) async fn look_at_gift(
    session: State<'_, Session>,
    request: WithCode,
) -> Answer<RedeemReviewReport> {
    let open = session.open()?;
    let review = open
        .wallet
        .review_redeem(&CodeInput::Text(request.code))
        .await?;
    Ok(RedeemReviewReport::from(&review))
}

#[tauri::command]
pub(crate) async fn redeem(
    app: AppHandle,
    session: State<'_, Session>,
    request: WithCode,
) -> Answer<RedeemReport> {
    let open = session.open()?;
    let redeemed = open.wallet.redeem(&CodeInput::Text(request.code)).await;
    events::changed(&app);
    let redeemed = redeemed?;
    Ok(RedeemReport::from(&redeemed))
}
