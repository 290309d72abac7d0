//! `redeem`.

use farthing_api::{Exit, Failure, IssuerReport, RedeemReport, RedeemReviewReport};
use farthing_wallet::{CodeInput, RedeemReview, Wallet};

use super::{Context, code_input, is_practice};
use crate::args::Redeem;
use crate::confirm::Answers;
use crate::{answer, confirm, progress};

pub(super) async fn redeem(context: &Context, asked: Redeem) -> Result<Exit, Failure> {
    let answers = confirm::answers(context.common.yes)?;
    let code = code_input(&asked.code)?;
    let wallet = context.open().await?;
    let practice = is_practice(&wallet);
    let mut review = look(&wallet, &code).await?;
    let review_is_first = review.known_issuer;
    if !review.known_issuer {
        answer::before_asking(context.form, practice, &RedeemReviewReport::from(&review));
        trust(context, &wallet, answers, &code, &review).await?;
        // Only now can the issuer say what it keeps.
        review = look(&wallet, &code).await?;
    }
    answer::before_asking(
        context.form,
        practice && review_is_first,
        &RedeemReviewReport::from(&review),
    );
    confirm::ask(answers, "Take it in?")?;
    let redeemed = progress::during("Taking it in", wallet.redeem(&code)).await?;
    let report = RedeemReport::from(&redeemed);
    let exit = report.outcome.exit();
    answer::rest(context.form, practice, report);
    Ok(exit)
}

async fn look(wallet: &Wallet, code: &CodeInput) -> Result<RedeemReview, Failure> {
    progress::during("Looking at it", wallet.review_redeem(code))
        .await
        .map_err(|error| Failure::of(&error))
}

/// E-cash of a stranger is worth what the stranger is: it is looked at, and trusted with
/// a purse, before its coins count as money.
async fn trust(
    context: &Context,
    wallet: &Wallet,
    answers: Answers,
    code: &CodeInput,
    review: &RedeemReview,
) -> Result<(), Failure> {
    let card = progress::during("Asking the issuer who it is", wallet.issuer_of(code)).await?;
    answer::before_asking(
        context.form,
        is_practice(wallet),
        &IssuerReport::from(&card),
    );
    confirm::ask(answers, "Trust this issuer with your money?")?;
    let unit = review.face.unit();
    progress::during(
        "Adding the purse",
        wallet.add_purse(&card, Some(unit), |_| {}),
    )
    .await
    .map(drop)
    .map_err(|error| Failure::of(&error))
}
