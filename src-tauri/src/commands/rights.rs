//! What the person asks of a merchant.

use farthing_api::requests::{DraftRequest, RequestAnswered, SetContact, WithMerchant};
use farthing_api::{Exit, Failure, MerchantReport, Money, RequestDraft};
use farthing_wallet::{Law, RequestKind};
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use super::sharing::{changed, number};
use super::{Answer, aside, wrong};
use crate::session::Session;

/// The language of a letter where the window names none.
const ENGLISH: &str = "en";

#[tauri::command]
pub(crate) async fn draft_request(
    session: State<'_, Session>,
    request: DraftRequest,
) -> Answer<RequestDraft> {
    drafted(&session, request).await
}

/// Opens the person's mail program with a letter. It is made anew: the page names no address.
#[tauri::command]
pub(crate) async fn open_mail(
    app: AppHandle,
    session: State<'_, Session>,
    request: DraftRequest,
) -> Answer<()> {
    let draft = drafted(&session, request).await?;
    let mailto = draft
        .mailto
        .ok_or_else(|| not_opened("no mailbox is known"))?;
    app.opener()
        .open_url(mailto, None::<&str>)
        .map_err(|_| not_opened("the system has no program for it").into())
}

fn not_opened(why: &str) -> Failure {
    let what = format!("no mail program was opened: {why}");
    Failure::new("mail_not_opened", what, Money::Safe, Exit::NotDone)
}

async fn drafted(session: &State<'_, Session>, request: DraftRequest) -> Answer<RequestDraft> {
    let open = session.open()?;
    let id = number(&request.merchant)?;
    let (kind, law) = asked(&request)?;
    aside(move || {
        let language = request.language.as_deref().unwrap_or(ENGLISH);
        Ok(open.wallet.draft_request(id, kind, law, language)?.into())
    })
    .await?
}

#[tauri::command]
pub(crate) async fn request_sent(
    session: State<'_, Session>,
    request: DraftRequest,
) -> Answer<MerchantReport> {
    let (kind, law) = asked(&request)?;
    changed(&session, &request.merchant, move |open, id| {
        Ok(open.wallet.request_sent(id, kind, law)?)
    })
    .await
}

#[tauri::command]
pub(crate) async fn request_answered(
    session: State<'_, Session>,
    request: RequestAnswered,
) -> Answer<MerchantReport> {
    changed(&session, &request.merchant, move |open, id| {
        Ok(open.wallet.request_answered(id, &request.request)?)
    })
    .await
}

#[tauri::command]
pub(crate) async fn find_contact(
    session: State<'_, Session>,
    request: WithMerchant,
) -> Answer<MerchantReport> {
    let open = session.open()?;
    let id = number(&request.merchant)?;
    open.wallet.find_contact(id).await?;
    changed(&session, &request.merchant, |_, _| Ok(())).await
}

#[tauri::command]
pub(crate) async fn set_contact(
    session: State<'_, Session>,
    request: SetContact,
) -> Answer<MerchantReport> {
    changed(&session, &request.merchant, move |open, id| {
        Ok(open.wallet.set_contact(id, request.contact.as_deref())?)
    })
    .await
}

/// What is asked, and under which law.
fn asked(request: &DraftRequest) -> Answer<(RequestKind, Law)> {
    let kind = request.kind.parse();
    let law = request.law.parse();
    Ok((
        kind.map_err(|error| wrong("no_such_request", &error))?,
        law.map_err(|error| wrong("no_such_law", &error))?,
    ))
}
