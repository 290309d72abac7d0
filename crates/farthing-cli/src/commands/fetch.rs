//! `fetch`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use farthing_api::{Exit, Failure, FetchReport, Money, Outcome, PageReport, ReceiptReport};
use farthing_wallet::{
    CodeInput, Fetched, KeptPage, PageText, PaymentId, ReviewRequest, Wallet, names_like,
};

use super::pay::asked_and_paid;
use super::{Context, is_practice, unit_of_purse};
use crate::answer::{self, Form};
use crate::args::Fetch;
use crate::progress;

pub(super) async fn fetch(context: &Context, asked: Fetch) -> Result<Exit, Failure> {
    let to_stdout = asked.output.as_deref() == Some("-");
    if to_stdout && context.form == Form::Json {
        return Err(Failure::new(
            "bad_output",
            "standard output holds the JSON document; name a file for the page",
            Money::Safe,
            Exit::Usage,
        ));
    }
    let wallet = context.open().await?;
    let practice = is_practice(&wallet);
    let (purse, _) = unit_of_purse(&wallet, asked.purse.as_deref()).await?;
    let request = ReviewRequest {
        code: CodeInput::Text(asked.url),
        amount: None,
        share: asked.share,
        only_this_time: asked.only_this_time,
        note: asked.note,
        purse,
    };
    let mut progress = progress::bytes();
    let looking = wallet.fetch_page(&request, &mut progress);
    let (page, paid_now) = match progress::during("Asking the site", looking).await? {
        Fetched::Here(page) => (page, false),
        Fetched::Asks(review) => {
            let max_total = asked.max_total.as_deref();
            let receipt = asked_and_paid(context, &wallet, &review, max_total).await?;
            let report = ReceiptReport::from(&receipt);
            if report.outcome != Outcome::Paid {
                let exit = report.outcome.exit();
                answer::rest(context.form, practice, report);
                return Ok(exit);
            }
            (collect(&wallet, receipt.payment).await?, true)
        }
    };
    let text = wallet.read_page(page.id)?;
    let file = if to_stdout {
        to_stdout_all(text)?;
        None
    } else {
        Some(written(asked.output.as_deref(), &page, text)?)
    };
    let receipt = match page.payment {
        Some(payment) => Some(wallet.receipt(payment).await?),
        // It was free and is where the person wants it: the library is for what was paid for.
        None => {
            wallet.remove_page(page.id)?;
            None
        }
    };
    if to_stdout {
        return Ok(Exit::Done);
    }
    let report = FetchReport {
        outcome: receipt.as_ref().map(|receipt| receipt.outcome.into()),
        paid_now,
        file: file.map(|file| file.display().to_string()),
        page: PageReport::from(&page),
        receipt: receipt.as_ref().map(ReceiptReport::from),
    };
    if paid_now {
        answer::rest(context.form, practice, report);
    } else {
        answer::answer(context.form, practice, report);
    }
    Ok(Exit::Done)
}

async fn collect(wallet: &Wallet, payment: PaymentId) -> Result<KeptPage, Failure> {
    let mut progress = progress::bytes();
    let collecting = wallet.collect_page(payment, &mut progress);
    Ok(progress::during("Getting the page", collecting).await?)
}

/// Writes the page next to where it is to be, and moves it there when it is whole. A name the site
/// chose never takes the place of another file; one the person chose does.
fn written(output: Option<&str>, page: &KeptPage, text: PageText) -> Result<PathBuf, Failure> {
    let wanted = output.map_or_else(|| PathBuf::from(&page.name), PathBuf::from);
    let trouble = |error: &io::Error| unwritable(&wanted, error);
    let part = beside(&wanted);
    let mut file = create(&part).map_err(|error| trouble(&error))?;
    let copied = copy(text, &mut file);
    let moved = copied.and_then(|()| {
        file.sync_all().map_err(|error| trouble(&error))?;
        match output {
            Some(_) => fs::rename(&part, &wanted)
                .map(|()| wanted.clone())
                .map_err(|error| trouble(&error)),
            None => under_a_free_name(&part, &wanted).map_err(|error| trouble(&error)),
        }
    });
    if moved.is_err() {
        // What is left of it is of no use; that it could not be removed is not worth a word.
        let _ = fs::remove_file(&part);
    }
    moved
}

fn copy(mut text: PageText, to: &mut impl Write) -> Result<(), Failure> {
    while let Some(piece) = text.next_piece()? {
        to.write_all(&piece)
            .map_err(|error| unwritable(Path::new("the output"), &error))?;
    }
    Ok(())
}

fn to_stdout_all(text: PageText) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    copy(text, &mut out)?;
    // A reader that went away has what it wanted.
    let _ = out.flush();
    Ok(())
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    options.open(path)
}

fn beside(wanted: &Path) -> PathBuf {
    let name = wanted.file_name().unwrap_or_default().to_string_lossy();
    wanted.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// Moves the file to the first free name. A hard link fails where a name is taken, which a renaming
/// would not.
fn under_a_free_name(part: &Path, wanted: &Path) -> io::Result<PathBuf> {
    let name = wanted.file_name().unwrap_or_default().to_string_lossy();
    for name in names_like(&name) {
        let free = wanted.with_file_name(name);
        match fs::hard_link(part, &free) {
            Ok(()) => {
                fs::remove_file(part)?;
                return Ok(free);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        "file_unwritable",
        format!("{} cannot be written: {error}", path.display()),
        Money::Safe,
        Exit::NotDone,
    )
    .with_next("what was paid for is kept: farthing fetch gives it again and pays nothing")
}
