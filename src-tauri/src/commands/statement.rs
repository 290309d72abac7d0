//! Statements: a chosen slice of the history for somebody else.

use farthing_api::requests::{MakeStatement, PlanStatement};
use farthing_api::{KeptFile, StatementForm, StatementPlan, statement_parts, statement_text};
use farthing_wallet::{Day, HandOver, NotADay, NotARecipient, OpenedBy, Secret, SliceOf};
use tauri::{AppHandle, State};

use super::files::{downloads, write_new};
use super::sharing::number;
use super::{Answer, aside, payment, wrong};
use crate::session::Session;

#[tauri::command]
pub(crate) async fn plan_statement(
    session: State<'_, Session>,
    request: PlanStatement,
) -> Answer<StatementPlan> {
    let open = session.open()?;
    let Read {
        slice,
        form,
        language,
    } = read(request)?;
    aside(move || {
        let statement = open.wallet.statement(&slice)?;
        Ok(StatementPlan::of(&statement, form, &language))
    })
    .await?
}

#[tauri::command]
pub(crate) async fn make_statement(
    app: AppHandle,
    session: State<'_, Session>,
    request: MakeStatement,
) -> Answer<KeptFile> {
    let open = session.open()?;
    let opened_by = match (request.recipient, request.passphrase) {
        (Some(key), None) => Some(OpenedBy::Recipient(
            key.parse()
                .map_err(|error: NotARecipient| wrong("bad_recipient", &error))?,
        )),
        (None, Some(words)) => Some(OpenedBy::Passphrase(Secret::from_text(words.into_text()))),
        (None, None) => None,
        (Some(_), Some(_)) => return Err(wrong("bad_recipient", &"choose a passphrase or a key")),
    };
    let Read {
        slice,
        form,
        language,
    } = read(PlanStatement {
        merchant: request.merchant,
        payment: request.payment,
        since: request.since,
        until: request.until,
        with: request.with,
        format: request.format,
        whom: request.whom,
        language: request.language,
    })?;
    let folder = downloads(&app)?;
    aside(move || {
        let statement = open.wallet.statement(&slice)?;
        let text = statement_text(&statement, form, &language);
        let sealed = if opened_by.is_some() { ".age" } else { "" };
        let name = format!("Farthing {}.{}{sealed}", statement.made, form.ending());
        let how = HandOver {
            form: form.name(),
            text: text.as_bytes(),
            opened_by: opened_by.as_ref(),
        };
        let mut kept = None;
        open.wallet.hand_over(&statement, how, |file| {
            kept = Some(write_new(&folder, &name, file)?);
            Ok(())
        })?;
        Ok(KeptFile {
            name: kept.unwrap_or_default(),
        })
    })
    .await?
}

/// What a statement is to be of, and how it is written.
struct Read {
    slice: SliceOf,
    form: StatementForm,
    language: String,
}

fn read(request: PlanStatement) -> Answer<Read> {
    let day = |text: Option<String>| -> Answer<Option<Day>> {
        text.map(|text| {
            text.parse()
                .map_err(|error: NotADay| wrong("bad_date", &error))
        })
        .transpose()
    };
    let with = statement_parts(&request.with)
        .ok_or_else(|| wrong("usage", &"only note, proof and fees can be added"))?;
    let form = StatementForm::read(&request.format)
        .ok_or_else(|| wrong("usage", &"there is no such form"))?;
    let slice = SliceOf {
        merchant: request.merchant.as_deref().map(number).transpose()?,
        payment: request.payment.as_deref().map(payment).transpose()?,
        since: day(request.since)?,
        until: day(request.until)?,
        with,
        whom: Some(request.whom),
    };
    Ok(Read {
        slice,
        form,
        language: request.language,
    })
}
