//! `rates`.

use farthing_api::{ConvertedReport, Exit, Failure, Money, RateReport};
use farthing_money::{Currency, Fiat};
use farthing_wallet::Wallet;

use super::{Context, is_practice};
use crate::args::{Rates, RatesCommand};
use crate::{answer, progress};

pub(super) async fn rates(context: &Context, asked: Rates) -> Result<Exit, Failure> {
    let chosen = match &asked.what {
        Some(RatesCommand::Set { currency }) => Some(currency_of(currency)?),
        _ => None,
    };
    let wallet = context.open().await?;
    match asked.what {
        Some(RatesCommand::Convert { figure }) => return convert(context, &wallet, &figure).await,
        Some(RatesCommand::Set { .. }) => wallet.choose_currency(chosen)?,
        Some(RatesCommand::Off) => wallet.choose_currency(None)?,
        None => {}
    }
    let now = progress::during("Asking for rates", wallet.rate_now()).await?;
    answer::answer(
        context.form,
        is_practice(&wallet),
        RateReport::from(now.as_ref()),
    );
    Ok(Exit::Done)
}

async fn convert(context: &Context, wallet: &Wallet, figure: &str) -> Result<Exit, Failure> {
    let now = progress::during("Asking for rates", wallet.rate_now()).await?;
    let Some(now) = now else {
        return Err(refused(
            "no_currency",
            "no currency is chosen",
            Exit::NotDone,
        ));
    };
    let fiat = Fiat::parse(figure, now.currency)
        .map_err(|error| refused("bad_figure", &error.to_string(), Exit::Usage))?;
    let report = now
        .rate
        .and_then(|rate| ConvertedReport::of(&rate, fiat))
        .ok_or_else(|| refused("no_rate", "no rate is known", Exit::NotDone))?;
    answer::answer(context.form, is_practice(wallet), report);
    Ok(Exit::Done)
}

fn currency_of(text: &str) -> Result<Currency, Failure> {
    text.parse::<Currency>()
        .map_err(|error| refused("bad_currency", &error.to_string(), Exit::Usage))
}

fn refused(code: &'static str, text: &str, exit: Exit) -> Failure {
    Failure::new(code, text, Money::Safe, exit)
}
