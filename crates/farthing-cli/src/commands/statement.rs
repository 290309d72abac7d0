//! `statement`: a chosen slice of the history, in a file for somebody else.

use farthing_api::{Exit, Failure, Money, StatementForm, statement_parts, statement_text};
use farthing_wallet::{Day, HandOver, NotARecipient, OpenedBy, Secret, SliceOf};
use serde::Serialize;

use super::merchant::number;
use super::{Context, is_practice, payment_id};
use crate::args::{Form, Statement};
use crate::files::{free, write_new};
use crate::render::{Page, Show};
use crate::{answer, secret};

/// What was handed over.
#[derive(Serialize)]
struct Written {
    file: String,
    payments: usize,
    left_out: Vec<&'static str>,
    sealed: bool,
    hash: String,
}

impl Show for Written {
    fn show(&self, page: &mut Page) {
        page.about("Written to", &self.file);
        page.about("Payments", &self.payments.to_string());
        if !self.left_out.is_empty() {
            page.about("Left out", &self.left_out.join(", ").replace('_', " "));
        }
        page.about("SHA-256", &self.hash);
        page.line(if self.sealed {
            "It is locked: any program for age files opens it with the passphrase or key."
        } else {
            "It can be read by whoever has it. Lock it with --seal or --to."
        });
    }
}

pub(super) async fn statement(context: &Context, asked: Statement) -> Result<Exit, Failure> {
    let form = match asked.format {
        Form::Report => StatementForm::Report,
        Form::Json => StatementForm::Json,
        Form::Csv => StatementForm::Csv,
    };
    let with = statement_parts(&asked.with).ok_or_else(|| {
        let what = "only note, proof and fees can be added";
        Failure::new("usage", what, Money::Safe, Exit::Usage)
    })?;
    let day = |text: &Option<String>| text.as_deref().map(day).transpose();
    let slice = SliceOf {
        merchant: asked.merchant.as_deref().map(number).transpose()?,
        payment: asked.payment.as_deref().map(payment_id).transpose()?,
        since: day(&asked.since)?,
        until: day(&asked.until)?,
        with,
        whom: asked.whom.clone(),
    };
    free(&asked.file)?;
    let to = asked.to.as_deref().map(str::parse).transpose();
    let to = to.map_err(|error: NotARecipient| {
        Failure::new("bad_recipient", error.to_string(), Money::Safe, Exit::Usage)
    })?;
    let opened_by = match to {
        Some(recipient) => Some(OpenedBy::Recipient(recipient)),
        None if asked.seal => {
            let mut words = secret::for_a_file(asked.passphrase_file.as_deref())?;
            let words = Secret::from_text(std::mem::take(&mut *words));
            Some(OpenedBy::Passphrase(words))
        }
        None => None,
    };
    let wallet = context.open_without_asking().await?;
    let statement = wallet.statement(&slice)?;
    let text = statement_text(&statement, form, &asked.language);
    let how = HandOver {
        form: form.name(),
        text: text.as_bytes(),
        opened_by: opened_by.as_ref(),
    };
    let hash = wallet.hand_over(&statement, how, |file| write_new(&asked.file, file))?;
    let left_out = statement.left_out().into_iter();
    let written = Written {
        file: asked.file.display().to_string(),
        payments: statement.lines.len(),
        left_out: left_out.map(farthing_wallet::LeftOut::name).collect(),
        sealed: opened_by.is_some(),
        hash,
    };
    answer::answer(context.form, is_practice(&wallet), written);
    Ok(Exit::Done)
}

fn day(text: &str) -> Result<Day, Failure> {
    text.parse().map_err(|error: farthing_wallet::NotADay| {
        Failure::new("bad_date", error.to_string(), Money::Safe, Exit::Usage)
    })
}
