//! What the window may ask: one function for each row of `farthing_api::commands`, and `listen`.

mod care;
mod door;
mod files;
mod hands;
mod issuers;
mod journal;
mod money_in;
mod pages;
mod payment;
mod practice;
mod rates;
mod reading;
mod rights;
mod sharing;
mod sign_in;
mod statement;
mod statistics;
mod system;

use std::sync::Arc;

use farthing_api::requests::Hidden;
use farthing_api::{ErrorDetail, Exit, Failure, Money};
use farthing_money::{Amount, Unit};
use farthing_wallet::{Factor, PaymentId, PurseId, Secret};

use crate::session::Open;

/// What a command answers: its report, or why not.
pub(crate) type Answer<T> = Result<T, ErrorDetail>;

/// Hands a call to its function.
pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        door::look,
        door::make,
        door::unlock,
        door::come_back,
        door::erase_plan,
        door::erase_wallet,
        door::lock,
        door::words,
        door::words_written,
        issuers::balance,
        issuers::look_at_issuer,
        issuers::trust_issuer,
        reading::recognise,
        reading::read_picture,
        reading::collect,
        reading::frames,
        reading::clipboard,
        payment::review,
        payment::review_move,
        payment::pay,
        pages::get_page,
        pages::library,
        pages::save_page,
        pages::remove_page,
        journal::history,
        journal::spent,
        journal::costs,
        rates::rate,
        rates::choose_currency,
        rates::convert,
        journal::receipt,
        files::keep_receipt,
        money_in::top_up,
        money_in::get_paid,
        money_in::wait_for_money,
        hands::plan_gift,
        hands::give,
        hands::look_at_gift,
        hands::redeem,
        sharing::merchants,
        sharing::merchant,
        sharing::change_merchant,
        sharing::set_sharing,
        sharing::pause_sharing,
        sharing::set_alias,
        sharing::stop_sharing,
        sharing::forget_merchant,
        rights::draft_request,
        rights::open_mail,
        rights::request_sent,
        rights::request_answered,
        rights::find_contact,
        rights::set_contact,
        sharing::sharing,
        sharing::stop_all_sharing,
        sharing::consent_receipts,
        sharing::keep_consents,
        sharing::details,
        sharing::set_detail,
        statement::plan_statement,
        statement::make_statement,
        statistics::statistics,
        statistics::set_statistics,
        statistics::keep_statistics,
        statistics::post_statistics,
        sign_in::look_at_sign_in,
        sign_in::sign_in,
        care::recover,
        care::doctor,
        system::notify,
        system::awake,
        system::listen,
        practice::practice_pay,
        practice::practice_order,
    ]
}

fn wrong(code: &'static str, error: &impl std::fmt::Display) -> ErrorDetail {
    Failure::new(code, error.to_string(), Money::Safe, Exit::Usage).into()
}

fn purse(text: Option<&str>) -> Answer<Option<PurseId>> {
    text.map(|text| text.parse().map_err(|error| wrong("bad_id", &error)))
        .transpose()
}

fn payment(text: &str) -> Answer<PaymentId> {
    text.parse().map_err(|error| wrong("bad_id", &error))
}

/// An amount as it was typed, and the purse that was named. A bare number counts the unit named,
/// else that of the purse, else satoshis.
async fn amount(
    open: &Open,
    text: &str,
    unit: Option<&str>,
    purse: Option<&str>,
) -> Answer<(Amount, Option<PurseId>)> {
    let purse = self::purse(purse)?;
    let unit = match (unit, &purse) {
        (Some(unit), _) => unit.parse().map_err(|error| wrong("bad_unit", &error))?,
        (None, Some(id)) => {
            let balances = open.wallet.balance().await?;
            let purse = balances.iter().find(|balance| balance.purse.id == *id);
            purse.map_or(Unit::Sat, |balance| balance.purse.unit)
        }
        (None, None) => Unit::Sat,
    };
    let amount = Amount::parse(text, unit).map_err(|error| wrong("bad_amount", &error))?;
    Ok((amount, purse))
}

/// Goes on only when the person has done what is needed beside a yes.
async fn confirmed(open: &Arc<Open>, needs: Vec<Factor>, secret: Option<Hidden>) -> Answer<()> {
    let open = open.clone();
    let secret = secret.map(|secret| Secret::from_text(secret.into_text()));
    aside(move || open.wallet.confirm(&needs, secret.as_ref())).await??;
    Ok(())
}

/// Runs what takes as long as guessing a secret, without holding up anything else.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    tauri::async_runtime::spawn_blocking(work)
        .await
        .map_err(|_| wrong("internal", &"Farthing made a mistake"))
}

#[cfg(test)]
mod tests {
    include!("names.rs");

    #[test]
    fn the_window_may_ask_what_the_api_lists_and_to_listen() {
        let mut listed = farthing_api::commands::COMMANDS.to_vec();
        listed.push("listen");
        assert_eq!(NAMES, listed);
    }

    #[test]
    fn every_command_is_granted_to_the_window_by_name_and_nothing_else_is() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../../capabilities/window.json")).unwrap();
        let granted: Vec<String> =
            serde_json::from_value(capability["permissions"].clone()).unwrap();
        let wanted: Vec<String> = NAMES
            .iter()
            .map(|name| format!("allow-{}", name.replace('_', "-")))
            .collect();
        assert_eq!(granted, wanted);
    }
}
