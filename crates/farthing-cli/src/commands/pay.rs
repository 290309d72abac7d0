//! `review` and `pay`.

use farthing_api::{Exit, Failure, ReceiptReport, ReviewReport};
use farthing_money::Amount;
use farthing_wallet::{CodeInput, Receipt, Review, ReviewId, ReviewRequest, Wallet, Warning};

use super::{Context, amount, code_input, is_practice, unit_of_purse};
use crate::args::{Pay, Plan, PlanOptions};
use crate::{answer, confirm, progress};

pub(super) async fn review(context: &Context, asked: Plan) -> Result<Exit, Failure> {
    let code = code_input(&asked.code)?;
    let wallet = context.open().await?;
    let review = plan(&wallet, code, asked.options).await?;
    let rate = wallet.going_rate()?;
    answer::answer(
        context.form,
        is_practice(&wallet),
        ReviewReport::from(&review).in_currency(rate.as_ref()),
    );
    Ok(Exit::Done)
}

pub(super) async fn pay(context: &Context, asked: Pay) -> Result<Exit, Failure> {
    // Before anything is looked at: without a yes nothing of it can be done.
    confirm::answers(context.common.yes)?;
    let code = asked.code.as_deref().map(code_input).transpose()?;
    let wallet = context.open().await?;
    let review = match (code, &asked.review) {
        (Some(code), _) => plan(&wallet, code, asked.options).await?,
        (None, id) => {
            let id: Result<ReviewId, _> = id.as_deref().unwrap_or_default().parse();
            id.and_then(|id| wallet.load_review(&id))?
        }
    };
    paid(context, &wallet, &review, asked.max_total.as_deref()).await
}

/// Shows a review, asks, pays exactly that, and tells what became of it.
pub(super) async fn paid(
    context: &Context,
    wallet: &Wallet,
    review: &Review,
    max_total: Option<&str>,
) -> Result<Exit, Failure> {
    let receipt = asked_and_paid(context, wallet, review, max_total).await?;
    let report = ReceiptReport::from(&receipt);
    let exit = report.outcome.exit();
    answer::rest(context.form, is_practice(wallet), report);
    Ok(exit)
}

/// Shows a review, asks, and pays exactly that.
pub(super) async fn asked_and_paid(
    context: &Context,
    wallet: &Wallet,
    review: &Review,
    max_total: Option<&str>,
) -> Result<Receipt, Failure> {
    let answers = confirm::answers(context.common.yes)?;
    let unit = review.cost.unit();
    let limit = max_total.map(|text| amount(text, unit)).transpose()?;
    let rate = wallet.going_rate()?;
    let shown = ReviewReport::from(review).in_currency(rate.as_ref());
    answer::before_asking(context.form, is_practice(wallet), &shown);
    let most: Amount = review.cost.total_at_most();
    confirm::ask(answers, &question(review, most))?;
    Ok(progress::during("Paying", wallet.pay(&review.id, limit)).await?)
}

/// High fees, and that it may be the second payment of the same, are part of the question: whoever says
/// yes to it has said yes to them.
fn question(review: &Review, most: Amount) -> String {
    let high = review.warnings.iter().find_map(|warning| match warning {
        Warning::FeeHigh { fees_at_most, .. } => Some(fees_at_most),
        _ => None,
    });
    let before = review.warnings.iter().find_map(|warning| match warning {
        Warning::StillDeciding { price } => Some(price),
        _ => None,
    });
    let what = match (review.arrives, before) {
        (Some(arrives), _) => format!("Move {arrives}"),
        (None, Some(price)) => format!("Pay this besides the {price} that may still arrive"),
        (None, None) => "Pay this".to_owned(),
    };
    match high {
        Some(fees) => format!("{what}, at most {most} in all and {fees} of it in fees?"),
        None => format!("{what}, at most {most} in all?"),
    }
}

async fn plan(wallet: &Wallet, code: CodeInput, options: PlanOptions) -> Result<Review, Failure> {
    let (purse, unit) = unit_of_purse(wallet, options.purse.as_deref()).await?;
    let amount = options
        .amount
        .as_deref()
        .map(|text| amount(text, unit))
        .transpose()?;
    let request = ReviewRequest {
        code,
        amount,
        share: options.share,
        only_this_time: options.only_this_time,
        note: options.note,
        purse,
    };
    progress::during("Finding out what it costs", wallet.review(request))
        .await
        .map_err(|error| Failure::of(&error))
}
