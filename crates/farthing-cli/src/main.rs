//! `farthing`: the wallet without a window.

mod answer;
mod args;
mod commands;
mod confirm;
mod files;
mod input;
mod place;
mod progress;
mod render;
mod secret;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use farthing_api::{Exit, Failure, Money};

use crate::answer::Form;
use crate::args::Cli;

fn main() -> ExitCode {
    farthing_wallet::no_core_dumps();
    silence_panics();
    let form = form_asked_for();
    let mut home = None;
    let ended = match Cli::try_parse() {
        Ok(cli) => {
            home = cli.common.home.clone();
            run(cli)
        }
        Err(error) => not_understood(&error, form),
    };
    let exit = ended.unwrap_or_else(|failure| {
        answer::failure(form, commands::is_practice_home(home.as_deref()), &failure);
        failure.exit
    });
    ExitCode::from(exit.code())
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            let what = format!("the system gives no threads: {error}");
            Failure::new("internal", what, Money::Safe, Exit::NotDone)
        })?;
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(commands::run(cli))))
        .unwrap_or_else(|_| Err(panicked()))
}

/// After a panic nobody here knows what was already sent, so it ends as *still deciding*:
/// "not done, money safe" would invite a second payment.
fn panicked() -> Failure {
    Failure::new(
        "internal",
        "Farthing made a mistake and stopped",
        Money::Unknown,
        Exit::StillDeciding,
    )
}

/// A panic's message may hold anything: only where it happened is told.
fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|location| {
            let file = std::path::Path::new(location.file())
                .file_name()
                .unwrap_or_default();
            format!(" ({}:{})", file.display(), location.line())
        });
        answer::aside(&format!(
            "A mistake in Farthing{}.",
            place.unwrap_or_default()
        ));
    }));
}

/// Whether programs read the answer. Asked before the arguments are understood, because
/// they too may be what is wrong.
fn form_asked_for() -> Form {
    let json = std::env::args_os()
        .skip(1)
        .take_while(|argument| argument != "--")
        .any(|argument| argument == "--json");
    if json { Form::Json } else { Form::Text }
}

fn not_understood(error: &clap::Error, form: Form) -> Result<Exit, Failure> {
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if asked || form == Form::Text {
        let _ = error.print();
        return Ok(if asked { Exit::Done } else { Exit::Usage });
    }
    let rendered = error.render().to_string();
    let first = rendered.lines().next().unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "there is no command",
        _ => first.trim_start_matches("error: "),
    };
    Err(Failure::new("usage", what, Money::Safe, Exit::Usage))
}
