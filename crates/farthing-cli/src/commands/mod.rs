//! What each command does: ask the wallet, print the answer.

mod balance;
mod doctor;
mod erase;
mod export;
mod fees;
mod fetch;
mod get_paid;
mod give;
mod history;
mod init;
mod merchant;
mod move_money;
mod pay;
mod purse;
mod rates;
mod recover;
mod redeem;
mod scan;
mod sharing;
mod sign_in;
mod statement;
mod statistics;
mod top_up;

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use farthing_api::{Exit, Failure, Money};
use farthing_money::{Amount, Unit};
use farthing_wallet::{CodeInput, NotAPaymentId, PaymentId, PurseId, PurseIdError, Secret, Wallet};

use crate::answer::{self, Form};
use crate::args::{Cli, Command, Common, Purse};
use crate::input::{self, Input};
use crate::{place, progress, secret};

/// What holds for every command.
struct Context {
    common: Common,
    form: Form,
}

/// Does what was asked, and says how it ended.
pub(crate) async fn run(cli: Cli) -> Result<Exit, Failure> {
    let form = if cli.common.json {
        Form::Json
    } else {
        Form::Text
    };
    let context = Context {
        common: cli.common,
        form,
    };
    match cli.command {
        Command::Init(init) => init::init(&context, init).await,
        Command::Purse(Purse::Add(add)) => purse::add(&context, add).await,
        Command::Purse(Purse::List) => purse::list(&context).await,
        Command::Balance => balance::balance(&context).await,
        Command::TopUp(top_up) => top_up::top_up(&context, top_up).await,
        Command::Move(asked) => move_money::move_money(&context, asked).await,
        Command::Scan(scan) => scan::scan(&context, &scan),
        Command::Review(plan) => pay::review(&context, plan).await,
        Command::Pay(pay) => pay::pay(&context, pay).await,
        Command::Fetch(fetch) => fetch::fetch(&context, fetch).await,
        Command::Redeem(redeem) => redeem::redeem(&context, redeem).await,
        Command::SignIn(asked) => sign_in::sign_in(&context, asked).await,
        Command::Give(give) => give::give(&context, give).await,
        Command::GetPaid(get_paid) => get_paid::get_paid(&context, get_paid).await,
        Command::History(history) => history::history(&context, history).await,
        Command::Receipt(receipt) => history::receipt(&context, receipt).await,
        Command::Fees(asked) => fees::fees(&context, &asked).await,
        Command::Merchants => merchant::merchants(&context).await,
        Command::Merchant(asked) => merchant::merchant(&context, asked).await,
        Command::Sharing(asked) => sharing::sharing(&context, asked).await,
        Command::Statement(asked) => statement::statement(&context, asked).await,
        Command::Rates(asked) => rates::rates(&context, asked).await,
        Command::Export(asked) => export::export(&context, asked).await,
        Command::Erase(asked) => erase::erase(&context, &asked).await,
        Command::Recover(asked) => recover::recover(&context, &asked).await,
        Command::Doctor => doctor::doctor(&context).await,
        Command::Completions { shell } => Ok(completions(&context, shell)),
        Command::Man => man(&context),
    }
}

impl Context {
    /// Opens the wallet, with the secret from the file or the person.
    async fn open(&self) -> Result<Wallet, Failure> {
        let (home, secret) = self.key()?;
        progress::during("Opening the wallet", farthing_wallet::open(&home, &secret))
            .await
            .map_err(|error| Failure::of(&error))
    }

    /// Opens the wallet without asking any issuer anything.
    async fn open_without_asking(&self) -> Result<Wallet, Failure> {
        let (home, secret) = self.key()?;
        let opening = farthing_wallet::open_without_recovery(&home, &secret);
        progress::during("Opening the wallet", opening)
            .await
            .map_err(|error| Failure::of(&error))
    }

    fn key(&self) -> Result<(PathBuf, Secret), Failure> {
        let home = place::home(self.common.home.as_deref())?;
        let mut secret = secret::ask(self.common.secret_file.as_deref())?;
        Ok((home, Secret::from_text(std::mem::take(&mut *secret))))
    }
}

/// The purse named, if one is, and the unit a bare number counts: that purse's, or
/// satoshis.
async fn unit_of_purse(
    wallet: &Wallet,
    named: Option<&str>,
) -> Result<(Option<PurseId>, Unit), Failure> {
    let Some(named) = named else {
        return Ok((None, Unit::Sat));
    };
    let id: PurseId = named
        .trim()
        .parse()
        .map_err(|error: PurseIdError| bad_id(&error))?;
    let balances = wallet.balance().await?;
    match balances.iter().find(|balance| balance.purse.id == id) {
        Some(balance) => Ok((Some(id), balance.purse.unit)),
        None => {
            let what = format!("there is no purse {id}");
            Err(Failure::new("no_purse", what, Money::Safe, Exit::NotDone))
        }
    }
}

/// A code as the wallet takes it.
fn code_input(argument: &str) -> Result<CodeInput, Failure> {
    Ok(match input::read(argument)? {
        Input::Text(text) => CodeInput::Text(text),
        Input::Picture(bytes) => CodeInput::Picture(bytes),
    })
}

fn payment_id(text: &str) -> Result<PaymentId, Failure> {
    text.trim()
        .parse()
        .map_err(|error: NotAPaymentId| bad_id(&error))
}

fn bad_id(error: &impl std::error::Error) -> Failure {
    Failure::new("bad_id", error.to_string(), Money::Safe, Exit::Usage)
}

/// Draws a code for whoever stands at the terminal. One that is too long to draw is
/// still there as text.
fn draw_aside(code: &str) {
    use std::io::IsTerminal;
    if std::io::stderr().is_terminal()
        && let Ok(drawn) = farthing_rails::picture::qr_terminal(code)
    {
        answer::drawing_aside(&drawn);
    }
}

/// Whether the wallet in this folder says that its money is play money. For what is told
/// without opening it.
pub(crate) fn is_practice_home(home: Option<&Path>) -> bool {
    let glance = place::home(home)
        .ok()
        .and_then(|home| farthing_wallet::glance(&home).ok());
    glance.is_some_and(|glance| glance.mark.is_practice())
}

/// Whether a wallet's money is play money.
fn is_practice(wallet: &Wallet) -> bool {
    wallet.mark().is_practice()
}

/// A unit from `--unit`.
fn unit(text: &str) -> Result<Unit, Failure> {
    text.trim()
        .to_ascii_lowercase()
        .parse()
        .map_err(|error: farthing_money::UnitError| {
            Failure::new("bad_unit", error.to_string(), Money::Safe, Exit::Usage)
        })
}

/// An amount as it was typed; a bare number counts `default`.
fn amount(text: &str, default: Unit) -> Result<Amount, Failure> {
    Amount::parse(text, default)
        .map_err(|error| Failure::new("bad_amount", error.to_string(), Money::Safe, Exit::Usage))
}

/// An amount with an optional `--unit`, of which two must not contradict each other.
fn amount_in(text: &str, named: Option<&str>, otherwise: Unit) -> Result<Amount, Failure> {
    let named = named.map(unit).transpose()?;
    let amount = amount(text, named.unwrap_or(otherwise))?;
    match named {
        Some(unit) if amount.unit() != unit => Err(Failure::new(
            "bad_unit",
            format!("{amount} is no amount of {unit}"),
            Money::Safe,
            Exit::Usage,
        )),
        _ => Ok(amount),
    }
}

fn completions(context: &Context, shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "farthing", &mut script);
    printed(context, "completions", &script)
}

/// One page for the program and one for every command, one after the other.
fn man(context: &Context) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    pages_of(command, &mut pages)
        .map_err(|error| Failure::new("internal", error.to_string(), Money::Safe, Exit::NotDone))?;
    Ok(printed(context, "man", &pages))
}

fn pages_of(command: clap::Command, pages: &mut Vec<u8>) -> std::io::Result<()> {
    let below: Vec<_> = command.get_subcommands().cloned().collect();
    clap_mangen::Man::new(command).render(pages)?;
    below
        .into_iter()
        .filter(|command| command.get_name() != "help")
        .try_for_each(|command| pages_of(command, pages))
}

fn printed(context: &Context, what: &'static str, bytes: &[u8]) -> Exit {
    let text = String::from_utf8_lossy(bytes);
    match context.form {
        Form::Text => answer::text(&text),
        Form::Json => answer::json(&std::collections::BTreeMap::from([(what, text)])),
    }
    Exit::Done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_counts_the_unit_named() {
        assert_eq!(
            amount_in("500", Some("usd"), Unit::Sat),
            Ok(Amount::usd_cents(500))
        );
        assert_eq!(amount_in("500", None, Unit::Sat), Ok(Amount::sat(500)));
        assert_eq!(amount_in("$5", None, Unit::Sat), Ok(Amount::usd_cents(500)));
        assert_eq!(
            amount_in("5 SAT", Some("SAT"), Unit::Usd),
            Ok(Amount::sat(5))
        );
    }

    #[test]
    fn an_amount_and_a_unit_that_contradict_each_other_are_refused() {
        for (text, named) in [
            ("$5", Some("sat")),
            ("5 sat", Some("usd")),
            ("5", Some("btc")),
        ] {
            let failure = amount_in(text, named, Unit::Sat).unwrap_err();
            assert_eq!((failure.code, failure.exit), ("bad_unit", Exit::Usage));
        }
        let failure = amount_in("-5", None, Unit::Sat).unwrap_err();
        assert_eq!((failure.code, failure.exit), ("bad_amount", Exit::Usage));
    }
}
