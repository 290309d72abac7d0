//! What a text or a picture is.

use farthing_api::requests::WithCode;
use farthing_api::{CodeFrames, CollectedReport, Copied, ScanReport, SeenCode};
use farthing_wallet::{frames_of, recognise as read, scan};
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, State};
use tauri_plugin_clipboard_manager::ClipboardExt;

use super::{Answer, aside, wrong};
use crate::session::Session;

/// Longer texts are no codes; tokens of many coins are long.
const LONGEST_TEXT: usize = 1024 * 1024;
/// Larger files are no pictures of codes.
const LARGEST_PICTURE: usize = 20 * 1024 * 1024;

#[tauri::command]
pub(crate) async fn recognise(session: State<'_, Session>, request: WithCode) -> Answer<SeenCode> {
    session.open()?;
    Ok(read(&bounded(request.code)?).into())
}

#[tauri::command]
pub(crate) async fn collect(
    session: State<'_, Session>,
    request: WithCode,
) -> Answer<CollectedReport> {
    let open = session.open()?;
    Ok(open.collect(&bounded(request.code)?)?.into())
}

#[tauri::command]
pub(crate) async fn frames(session: State<'_, Session>, request: WithCode) -> Answer<CodeFrames> {
    session.open()?;
    let frames = frames_of(&bounded(request.code)?);
    Ok(CodeFrames {
        frames: frames.map_err(|error| wrong("code_too_long", &error))?,
    })
}

#[tauri::command]
pub(crate) async fn clipboard(app: AppHandle, session: State<'_, Session>) -> Answer<Copied> {
    session.open()?;
    let copied = aside(move || app.clipboard().read_text()).await?;
    let text = copied.map_err(|_| wrong("no_code", &"nothing that can be read was copied"))?;
    Ok(Copied {
        text: bounded(text)?,
    })
}

#[tauri::command]
pub(crate) async fn read_picture(
    session: State<'_, Session>,
    request: Request<'_>,
) -> Answer<ScanReport> {
    session.open()?;
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(wrong("picture_unreadable", &"no picture was given"));
    };
    if bytes.len() > LARGEST_PICTURE {
        return Err(wrong("input_too_long", &"the picture is too large"));
    }
    let bytes = bytes.clone();
    let codes = aside(move || scan(&bytes)).await??;
    Ok(ScanReport {
        codes: codes.into_iter().map(Into::into).collect(),
    })
}

fn bounded(text: String) -> Answer<String> {
    if text.len() > LONGEST_TEXT {
        return Err(wrong("input_too_long", &"the text is too long for a code"));
    }
    Ok(text)
}
