//! `merchants` and `merchant`.

use farthing_api::{Exit, Failure, MerchantReport, MerchantsReport, Money, RequestDraft};
use farthing_money::Unit;
use farthing_wallet::{
    Item, Law, MerchantChange, MerchantError, MerchantId, Purpose, RequestKind, SwitchOn, Wallet,
};

use super::history::since;
use super::{Context, amount, bad_id, is_practice};
use crate::args::{ContactCommand, Merchant, MerchantCommand, Switch};
use crate::{answer, confirm, progress};

pub(super) async fn merchants(context: &Context) -> Result<Exit, Failure> {
    let wallet = context.open_without_asking().await?;
    let lines = wallet.merchants()?;
    answer::answer(
        context.form,
        is_practice(&wallet),
        MerchantsReport::from(lines.as_slice()),
    );
    Ok(Exit::Done)
}

pub(super) async fn merchant(context: &Context, asked: Merchant) -> Result<Exit, Failure> {
    let id = number(&asked.merchant)?;
    if matches!(asked.what, Some(MerchantCommand::Erase)) {
        return erase(context, id).await;
    }
    let wallet = context.open_without_asking().await?;
    match asked.what {
        None => {}
        Some(MerchantCommand::Request {
            kind,
            law,
            language,
            sent,
        }) => {
            let (kind, law) = (self::kind(&kind)?, self::law(&law)?);
            if !sent {
                let draft = wallet.draft_request(id, kind, law, &language)?;
                let draft = RequestDraft::from(draft);
                answer::answer(context.form, is_practice(&wallet), draft);
                return Ok(Exit::Done);
            }
            wallet.request_sent(id, kind, law)?;
        }
        Some(MerchantCommand::Contact {
            what: Some(ContactCommand::Find),
        }) => progress::during("Asking its site", wallet.find_contact(id)).await?,
        Some(what) => change(&wallet, id, what)?,
    }
    let merchant = wallet.merchant(id)?;
    answer::answer(
        context.form,
        is_practice(&wallet),
        MerchantReport::from(&merchant),
    );
    Ok(Exit::Done)
}

fn change(wallet: &Wallet, id: MerchantId, what: MerchantCommand) -> Result<(), Failure> {
    let change = |change: MerchantChange| wallet.change_merchant(id, &change);
    match what {
        MerchantCommand::Share {
            item,
            how,
            purpose,
            until,
        } => {
            let item = self::item(&item)?;
            let purpose = purpose.as_deref().map(self::purpose).transpose()?;
            match how {
                Switch::On => wallet.switch_on(
                    id,
                    &SwitchOn {
                        item,
                        purpose: purpose.unwrap_or(Purpose::Deliver),
                        until_ms: until.as_deref().map(since).transpose()?,
                    },
                )?,
                Switch::Off => wallet.switch_off(id, item, purpose)?,
                Switch::Pause => wallet.pause_sharing(id, item, true)?,
                Switch::Resume => wallet.pause_sharing(id, item, false)?,
            }
        }
        MerchantCommand::Alias { item, value } => {
            wallet.set_alias(id, self::item(&item)?, value.as_deref())?;
        }
        MerchantCommand::Stop => {
            wallet.stop_sharing(id)?;
        }
        MerchantCommand::Limit { amount: text } => {
            let limit = match text.trim() {
                "none" => None,
                text => Some(amount(text, Unit::Sat)?),
            };
            change(MerchantChange {
                limit: Some(limit),
                ..MerchantChange::default()
            })?;
        }
        MerchantCommand::Block | MerchantCommand::Unblock => change(MerchantChange {
            blocked: Some(matches!(what, MerchantCommand::Block)),
            ..MerchantChange::default()
        })?,
        MerchantCommand::Call { name } => change(MerchantChange {
            called: Some(name.unwrap_or_default()),
            ..MerchantChange::default()
        })?,
        MerchantCommand::Note { text } => change(MerchantChange {
            note: Some(text.unwrap_or_default()),
            ..MerchantChange::default()
        })?,
        MerchantCommand::Answered { request } => wallet.request_answered(id, &request)?,
        MerchantCommand::Contact { what } => match what {
            Some(ContactCommand::Set { contact }) => wallet.set_contact(id, Some(&contact))?,
            Some(ContactCommand::Clear) => wallet.set_contact(id, None)?,
            Some(ContactCommand::Find) | None => {}
        },
        // Asked about before anything is opened, and made ready above.
        MerchantCommand::Erase | MerchantCommand::Request { .. } => {}
    }
    Ok(())
}

async fn erase(context: &Context, id: MerchantId) -> Result<Exit, Failure> {
    let answers = confirm::answers(context.common.yes)?;
    let wallet = context.open_without_asking().await?;
    let merchant = wallet.merchant(id)?;
    let practice = is_practice(&wallet);
    let report = MerchantReport::from(&merchant);
    answer::before_asking(context.form, practice, &report);
    let name = report.line.called.as_ref().unwrap_or(&report.line.name);
    confirm::ask(
        answers,
        &format!("Forget {name} and everything that was kept about it, for good?"),
    )?;
    wallet.forget_merchant(id)?;
    let left = wallet.merchants()?;
    answer::rest(
        context.form,
        practice,
        MerchantsReport::from(left.as_slice()),
    );
    Ok(Exit::Done)
}

pub(super) fn number(text: &str) -> Result<MerchantId, Failure> {
    text.parse()
        .map_err(|error: std::num::ParseIntError| bad_id(&error))
}

pub(super) fn item(text: &str) -> Result<Item, Failure> {
    text.trim()
        .parse()
        .map_err(|_| Failure::of(&MerchantError::NoSuchItem))
}

fn kind(text: &str) -> Result<RequestKind, Failure> {
    let kind = text.parse();
    kind.map_err(|error| wrong("no_such_request", &error))
}

fn law(text: &str) -> Result<Law, Failure> {
    let law = text.parse();
    law.map_err(|error| wrong("no_such_law", &error))
}

fn wrong(code: &'static str, error: &dyn std::error::Error) -> Failure {
    Failure::new(code, error.to_string(), Money::Safe, Exit::Usage)
}

fn purpose(text: &str) -> Result<Purpose, Failure> {
    text.trim()
        .parse()
        .map_err(|_| Failure::of(&MerchantError::NoSuchPurpose))
}
