//! `sign-in`: letting a site know one key of the wallet's. No money.

use farthing_api::{Exit, Failure, SignInReport};

use super::{Context, code_input, is_practice};
use crate::args::SignIn;
use crate::{answer, confirm, progress};

pub(super) async fn sign_in(context: &Context, asked: SignIn) -> Result<Exit, Failure> {
    let answers = confirm::answers(context.common.yes)?;
    let code = code_input(&asked.code)?;
    let wallet = context.open_without_asking().await?;
    let practice = is_practice(&wallet);
    let review = wallet.review_sign_in(&code)?;
    answer::before_asking(context.form, practice, &SignInReport::of(&review, false));
    confirm::ask(answers, &format!("Sign in at {}?", review.site))?;
    let done = progress::during("Signing in", wallet.sign_in(&code)).await?;
    answer::rest(context.form, practice, SignInReport::of(&done, true));
    Ok(Exit::Done)
}
