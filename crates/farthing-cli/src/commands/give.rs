//! `give`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use farthing_api::{Exit, Failure, GivePlanReport, GiveReport, Money};
use farthing_rails::picture;

use super::{Context, amount_in, is_practice, unit_of_purse};
use crate::args::Give;
use crate::{answer, confirm, progress};

pub(super) async fn give(context: &Context, asked: Give) -> Result<Exit, Failure> {
    let answers = confirm::answers(context.common.yes)?;
    let wallet = context.open().await?;
    let practice = is_practice(&wallet);
    let (purse, otherwise) = unit_of_purse(&wallet, asked.purse.as_deref()).await?;
    let amount = amount_in(&asked.amount, asked.unit.as_deref(), otherwise)?;
    let planning = wallet.review_give(amount, purse);
    let plan = progress::during("Finding out what it costs", planning).await?;
    answer::before_asking(context.form, practice, &GivePlanReport::from(&plan));
    confirm::ask(answers, &format!("Make e-cash of {amount} to hand over?"))?;
    let given = progress::during(
        "Making the e-cash",
        wallet.give(&plan, asked.memo.as_deref()),
    )
    .await?;

    let mut report = GiveReport::from(&given);
    if let Some(file) = &asked.picture {
        match draw(file, &given.token) {
            Ok(()) => report.picture = Some(file.display().to_string()),
            // The money is in the token by now: it must be shown whatever else fails.
            Err(failure) => answer::aside(&failure.text),
        }
    }
    let exit = report.outcome.exit();
    answer::rest(context.form, practice, report);
    Ok(exit)
}

/// Writes a new file closed to others: whoever sees the picture has the money.
fn draw(file: &Path, token: &str) -> Result<(), Failure> {
    let cannot = |why: String| {
        let what = format!("no picture was made: {why}");
        Failure::new("file_unwritable", what, Money::Moved, Exit::NotDone)
    };
    let drawn = if picture::needs_animation(token) {
        picture::animated_gif(token)
    } else {
        picture::qr_png(token)
    };
    let drawn = drawn.map_err(|error| cannot(error.to_string()))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(file)
        .and_then(|mut file| file.write_all(&drawn))
        .map_err(|error| cannot(format!("{}: {error}", file.display())))
}
