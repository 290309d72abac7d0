//! Signing in to a site: no money.

use farthing_api::SignInReport;
use farthing_api::requests::WithCode;
use farthing_wallet::CodeInput;
use tauri::State;

use super::Answer;
use crate::session::Session;

#[tauri::command]
pub(crate) async fn look_at_sign_in(
    session: State<'_, Session>,
    request: WithCode,
) -> Answer<SignInReport> {
    let open = session.open()?;
    let review = open.wallet.review_sign_in(&CodeInput::Text(request.code))?;
    Ok(SignInReport::of(&review, false))
}

#[tauri::command]
pub(crate) async fn sign_in(
    session: State<'_, Session>,
    request: WithCode,
) -> Answer<SignInReport> {
    let open = session.open()?;
    let done = open.wallet.sign_in(&CodeInput::Text(request.code)).await?;
    Ok(SignInReport::of(&done, true))
}
