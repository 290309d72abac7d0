//! The merchants, and what each may learn.

use std::sync::Arc;

use farthing_api::requests::{
    ChangeMerchant, KeepConsents, PauseSharing, SetAlias, SetDetail, SetSharing, WithMerchant,
};
use farthing_api::{
    ConsentReceiptsReport, DetailsReport, KeptFile, MerchantReport, MerchantsReport, SharingReport,
};
use farthing_money::{Amount, Unit};
use farthing_wallet::{Day, Item, MerchantChange, MerchantId, Purpose, SwitchOn};
use tauri::{AppHandle, State};

use super::files::{downloads, write_new};
use super::journal::moment;
use super::{Answer, aside, wrong};
use crate::session::{Open, Session};

#[tauri::command]
pub(crate) async fn merchants(session: State<'_, Session>) -> Answer<MerchantsReport> {
    let open = session.open()?;
    aside(move || Ok(open.wallet.merchants()?.as_slice().into())).await?
}

#[tauri::command]
pub(crate) async fn merchant(
    session: State<'_, Session>,
    request: WithMerchant,
) -> Answer<MerchantReport> {
    changed(&session, &request.merchant, |_, _| Ok(())).await
}

#[tauri::command]
pub(crate) async fn change_merchant(
    session: State<'_, Session>,
    request: ChangeMerchant,
) -> Answer<MerchantReport> {
    let limit = request.limit.as_deref().map(limit).transpose()?;
    let change = MerchantChange {
        called: request.called,
        note: request.note,
        blocked: request.blocked,
        limit,
    };
    changed(&session, &request.merchant, move |open, id| {
        Ok(open.wallet.change_merchant(id, &change)?)
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_sharing(
    session: State<'_, Session>,
    request: SetSharing,
) -> Answer<MerchantReport> {
    let item = item(&request.item)?;
    let purpose = request.purpose.as_deref().map(purpose).transpose()?;
    let until_ms = moment(request.until.as_deref())?;
    changed(&session, &request.merchant, move |open, id| {
        if request.on {
            let on = SwitchOn {
                item,
                purpose: purpose.unwrap_or(Purpose::Deliver),
                until_ms,
            };
            Ok(open.wallet.switch_on(id, &on)?)
        } else {
            Ok(open.wallet.switch_off(id, item, purpose)?)
        }
    })
    .await
}

#[tauri::command]
pub(crate) async fn pause_sharing(
    session: State<'_, Session>,
    request: PauseSharing,
) -> Answer<MerchantReport> {
    let item = item(&request.item)?;
    changed(&session, &request.merchant, move |open, id| {
        Ok(open.wallet.pause_sharing(id, item, request.paused)?)
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_alias(
    session: State<'_, Session>,
    request: SetAlias,
) -> Answer<MerchantReport> {
    let item = item(&request.item)?;
    changed(&session, &request.merchant, move |open, id| {
        Ok(open.wallet.set_alias(id, item, request.value.as_deref())?)
    })
    .await
}

#[tauri::command]
pub(crate) async fn stop_sharing(
    session: State<'_, Session>,
    request: WithMerchant,
) -> Answer<MerchantReport> {
    changed(&session, &request.merchant, |open, id| {
        open.wallet.stop_sharing(id)?;
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn forget_merchant(
    session: State<'_, Session>,
    request: WithMerchant,
) -> Answer<MerchantsReport> {
    let open = session.open()?;
    let id = number(&request.merchant)?;
    aside(move || {
        open.wallet.forget_merchant(id)?;
        Ok(open.wallet.merchants()?.as_slice().into())
    })
    .await?
}

#[tauri::command]
pub(crate) async fn sharing(session: State<'_, Session>) -> Answer<SharingReport> {
    let open = session.open()?;
    aside(move || Ok((&open.wallet.sharing()?).into())).await?
}

#[tauri::command]
pub(crate) async fn stop_all_sharing(session: State<'_, Session>) -> Answer<SharingReport> {
    let open = session.open()?;
    aside(move || {
        open.wallet.stop_all_sharing()?;
        Ok((&open.wallet.sharing()?).into())
    })
    .await?
}

#[tauri::command]
pub(crate) async fn consent_receipts(session: State<'_, Session>) -> Answer<ConsentReceiptsReport> {
    let open = session.open()?;
    aside(move || Ok(open.wallet.consent_receipts()?.into())).await?
}

/// The documents themselves, as other programs read them.
#[tauri::command]
pub(crate) async fn keep_consents(
    app: AppHandle,
    session: State<'_, Session>,
    request: KeepConsents,
) -> Answer<KeptFile> {
    let open = session.open()?;
    let folder = downloads(&app)?;
    aside(move || {
        let all = ConsentReceiptsReport::from(open.wallet.consent_receipts()?);
        // One that is gone went with its merchant.
        let text = all
            .json_ld(request.receipt.as_deref())
            .ok_or_else(|| wrong("no_such_merchant", &"there is no such consent receipt"))?;
        let name = format!("Farthing consents {}.jsonld", Day::today());
        let name = write_new(&folder, &name, text.as_bytes())
            .map_err(|error| wrong("file_unwritable", &error))?;
        Ok(KeptFile { name })
    })
    .await?
}

#[tauri::command]
pub(crate) async fn details(session: State<'_, Session>) -> Answer<DetailsReport> {
    let open = session.open()?;
    aside(move || all_details(&open)).await?
}

#[tauri::command]
pub(crate) async fn set_detail(
    session: State<'_, Session>,
    request: SetDetail,
) -> Answer<DetailsReport> {
    let open = session.open()?;
    let item = item(&request.item)?;
    aside(move || {
        open.wallet.set_own_detail(item, request.value.as_deref())?;
        all_details(&open)
    })
    .await?
}

fn all_details(open: &Open) -> Answer<DetailsReport> {
    Ok(DetailsReport::of(
        &open.wallet.own_details()?,
        &open.wallet.sharing()?,
    ))
}

/// Changes something about a merchant, and answers with what it is now.
pub(super) async fn changed(
    session: &State<'_, Session>,
    merchant: &str,
    change: impl FnOnce(&Arc<Open>, MerchantId) -> Answer<()> + Send + 'static,
) -> Answer<MerchantReport> {
    let open = session.open()?;
    let id = number(merchant)?;
    aside(move || {
        change(&open, id)?;
        Ok((&open.wallet.merchant(id)?).into())
    })
    .await?
}

pub(super) fn number(text: &str) -> Answer<MerchantId> {
    text.parse().map_err(|error| wrong("bad_id", &error))
}

fn item(text: &str) -> Answer<Item> {
    text.parse().map_err(|error| wrong("no_such_item", &error))
}

fn purpose(text: &str) -> Answer<Purpose> {
    text.parse()
        .map_err(|error| wrong("no_such_purpose", &error))
}

/// A limit as it was typed; `none` for none.
fn limit(text: &str) -> Answer<Option<Amount>> {
    if text.trim() == "none" {
        return Ok(None);
    }
    Amount::parse(text, Unit::Sat)
        .map(Some)
        .map_err(|error| wrong("bad_amount", &error))
}
