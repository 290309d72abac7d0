//! `purse add` and `purse list`.

use farthing_api::{Exit, Failure, IssuerReport, PurseAddReport, PurseListReport};

use super::{Context, is_practice, unit};
use crate::args::PurseAdd;
use crate::{answer, confirm, progress};

pub(super) async fn add(context: &Context, asked: PurseAdd) -> Result<Exit, Failure> {
    let answers = confirm::answers(context.common.yes)?;
    let unit = asked.unit.as_deref().map(unit).transpose()?;
    let wallet = context.open().await?;
    let card = progress::during(
        "Asking the issuer who it is",
        wallet.look_at_issuer(&asked.url),
    )
    .await?;
    let practice = is_practice(&wallet);
    let issuer = IssuerReport::from(&card);
    answer::before_asking(context.form, practice, &issuer);
    confirm::ask(answers, "Trust this issuer with your money?")?;
    let opened =
        progress::during("Adding the purse", wallet.add_purse(&card, unit, |_| {})).await?;
    answer::rest(context.form, practice, PurseAddReport::of(&opened, issuer));
    Ok(Exit::Done)
}

pub(super) async fn list(context: &Context) -> Result<Exit, Failure> {
    let wallet = context.open().await?;
    let balances = wallet.balance().await?;
    answer::answer(
        context.form,
        is_practice(&wallet),
        PurseListReport::from(&*balances),
    );
    Ok(Exit::Done)
}
