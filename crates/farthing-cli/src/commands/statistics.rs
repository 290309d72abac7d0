//! `sharing statistics`: shown, switched, written or sent; nothing leaves by itself.

use farthing_api::{Exit, Failure, StatisticsReport};
use farthing_wallet::Wallet;

use super::{Context, is_practice};
use crate::args::StatisticsCommand;
use crate::files::{free, write_new};
use crate::{answer, confirm, progress};

pub(super) async fn statistics(
    context: &Context,
    what: Option<StatisticsCommand>,
) -> Result<Exit, Failure> {
    // Found out before anything is opened: without a terminal and --yes nobody can agree.
    let answers = match &what {
        Some(StatisticsCommand::Post { .. }) => Some(confirm::answers(context.common.yes)?),
        _ => None,
    };
    let wallet = context.open_without_asking().await?;
    match what {
        None => {}
        Some(StatisticsCommand::On) => wallet.set_statistics(true)?,
        Some(StatisticsCommand::Off) => wallet.set_statistics(false)?,
        Some(StatisticsCommand::Preview) if context.form == answer::Form::Text => {
            answer::practice_aside(is_practice(&wallet));
            answer::text(&wallet.statistics()?.text);
            return Ok(Exit::Done);
        }
        Some(StatisticsCommand::Preview) => {}
        Some(StatisticsCommand::Write { file }) => {
            free(&file)?;
            wallet.keep_statistics(|_, bytes| write_new(&file, bytes))?;
        }
        Some(StatisticsCommand::Post { url }) => {
            if let Some(answers) = answers {
                answer::before_asking(context.form, is_practice(&wallet), &report(&wallet)?);
                confirm::ask(answers, &format!("Send these bytes to {url}?"))?;
            }
            let sending = wallet.post_statistics(&url);
            progress::during("Sending the statistics", sending).await?;
        }
    }
    answer::answer(context.form, is_practice(&wallet), report(&wallet)?);
    Ok(Exit::Done)
}

fn report(wallet: &Wallet) -> Result<StatisticsReport, Failure> {
    Ok((&wallet.statistics()?).into())
}
