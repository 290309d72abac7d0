//! `fees`.

use farthing_api::{CostsReport, Exit, Failure, Money};
use farthing_money::{Amount, Fiat};
use farthing_wallet::{CostLine, Month, StoreTrouble, Wallet};

use super::{Context, is_practice};
use crate::answer;
use crate::args::Fees;
use crate::render::{CostRow, costs_csv};

pub(super) async fn fees(context: &Context, asked: &Fees) -> Result<Exit, Failure> {
    let month = asked.month.as_deref().map(str::parse::<Month>).transpose();
    let month = month
        .map_err(|error| Failure::new("bad_month", error.to_string(), Money::Safe, Exit::Usage))?;
    let wallet = context.open().await?;
    let practice = is_practice(&wallet);
    if asked.csv {
        // The mark of play money would be taken for a payment in a spreadsheet.
        answer::practice_aside(practice);
        let lines = wallet.cost_lines(month)?;
        let currency = wallet.currency()?.map(|currency| currency.to_string());
        answer::text(&costs_csv(currency.as_deref(), &rows(&wallet, lines)?));
        return Ok(Exit::Done);
    }
    let costs = wallet.costs(month)?;
    let report = CostsReport::of(&costs, month, wallet.currency()?);
    answer::answer(context.form, practice, report);
    Ok(Exit::Done)
}

/// Every payment with what it was worth then.
fn rows(wallet: &Wallet, lines: Vec<CostLine>) -> Result<Vec<CostRow>, StoreTrouble> {
    let mut then = wallet.then()?;
    let mut worth = |amount: Amount, at_ms: u64| -> Result<Option<Fiat>, StoreTrouble> {
        then.as_mut()
            .map_or(Ok(None), |then| then.worth(amount, at_ms))
    };
    lines
        .into_iter()
        .map(|line| {
            let at_ms = line.line.at_ms;
            Ok(CostRow {
                amount_fiat: worth(line.line.amount, at_ms)?,
                cost_fiat: worth(line.cost(), at_ms)?,
                line,
            })
        })
        .collect()
}
