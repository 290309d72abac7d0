//! Making, opening and closing the wallet, and its words.

use std::time::{Duration, Instant};

use farthing_api::requests::{ComeBack, EraseWallet, Make, WithSecret};
use farthing_api::{
    ErasePlan, Event, Exit, Failure, Glance, Money, SecretKind, WalletState, WordsReport,
};
use farthing_wallet::{
    Device, Factor, KeychainChoice, NewWallet, OpensWith, PracticeError, RecoveryWords, Secret,
    SecretShape, Wallet,
};
use tauri::{AppHandle, Manager, State};

use super::{Answer, aside, confirmed, wrong};
use crate::events::Events;
use crate::session::Session;
use crate::town;

#[tauri::command]
pub(crate) async fn look(session: State<'_, Session>) -> Answer<Glance> {
    glance(&session).await
}

async fn glance(session: &Session) -> Answer<Glance> {
    let mut seen = Glance {
        state: WalletState::None,
        practice: false,
        secret: SecretKind::Passphrase,
        practice_town: town::is_there(),
        words_unseen: false,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        problem: None,
    };
    let home = session.home.clone();
    if !farthing_wallet::is_here(&home) {
        let keychain = aside(|| Device::this().has_working_keychain()).await?;
        seen.secret = if keychain {
            SecretKind::Pin
        } else {
            SecretKind::Passphrase
        };
        return Ok(seen);
    }
    match farthing_wallet::glance(&home) {
        Ok(glance) => {
            seen.practice = glance.mark.is_practice();
            seen.secret = kind(glance.opens_with);
            seen.state = WalletState::Locked;
        }
        Err(error) => {
            seen.state = WalletState::Unusable;
            seen.problem = Some(farthing_wallet::OpenError::Locked(error).into());
        }
    }
    if let Some(open) = session.is_open() {
        seen.state = WalletState::Open;
        seen.words_unseen = open.wallet.words_are_unseen()?;
    }
    Ok(seen)
}

fn kind(opens: OpensWith) -> SecretKind {
    match opens.keychain_and {
        Some(SecretShape::Pin) => SecretKind::Pin,
        _ => SecretKind::Passphrase,
    }
}

#[tauri::command]
pub(crate) async fn make(session: State<'_, Session>, request: Make) -> Answer<Glance> {
    let _one_at_a_time = session.door.lock().await;
    let restore = request
        .words
        .map(|words| RecoveryWords::parse(words.as_text()))
        .transpose()
        .map_err(|error| wrong("bad_words", &error))?;
    let restored = restore.is_some();
    let practice = if request.practice {
        Some(Some(session.town().ok_or(PracticeError::Closed)?))
    } else {
        None
    };
    let made = farthing_wallet::init(NewWallet {
        home: session.home.clone(),
        secret: Secret::from_text(request.secret.into_text()),
        keychain: KeychainChoice::Auto,
        restore,
        practice,
    })
    .await?;
    if !restored {
        made.wallet.words_come_later()?;
    }
    if request.practice {
        first_purse(&made.wallet).await?;
    }
    session.opened(made.wallet);
    glance(&session).await
}

/// Somebody who learns begins with a purse, so that the first thing to do is to pay.
async fn first_purse(wallet: &Wallet) -> Answer<()> {
    let issuer = wallet.practice_issuer().await?;
    let card = wallet.look_at_issuer(&issuer).await?;
    wallet
        .add_purse(&card, Some(farthing_money::Unit::Sat), |_| {})
        .await?;
    Ok(())
}

#[tauri::command]
pub(crate) async fn unlock(session: State<'_, Session>, request: WithSecret) -> Answer<Glance> {
    let _one_at_a_time = session.door.lock().await;
    if session.is_open().is_some() {
        return glance(&session).await;
    }
    if let Some(leaving) = session.leaving() {
        confirmed(&leaving, vec![Factor::Secret], Some(request.secret)).await?;
        session.enter(&leaving);
        return glance(&session).await;
    }
    if is_practice(&session) {
        // Its issuers are the town's; a town that does not open is like issuers that are away.
        session.town();
    }
    let secret = Secret::from_text(request.secret.into_text());
    let wallet = farthing_wallet::open_without_recovery(&session.home, &secret).await?;
    let open = session.opened(wallet);
    // What a crash left open is finished beside what the person does, not before.
    tauri::async_runtime::spawn(async move {
        let _ = open.wallet.recover(|_| {}).await;
    });
    glance(&session).await
}

/// A forgotten secret is replaced; whatever else the wallet holds stays as it was.
#[tauri::command]
pub(crate) async fn come_back(session: State<'_, Session>, request: ComeBack) -> Answer<Glance> {
    let _one_at_a_time = session.door.lock().await;
    let words = RecoveryWords::parse(request.words.as_text())
        .map_err(|error| wrong("bad_words", &error))?;
    if session.is_open().is_some() || session.leaving().is_some() {
        return Err(farthing_wallet::OpenError::HeldByAnother.into());
    }
    if is_practice(&session) {
        session.town();
    }
    let secret = Secret::from_text(request.secret.into_text());
    let wallet = farthing_wallet::open_with_words(&session.home, &words, &secret).await?;
    let open = session.opened(wallet);
    tauri::async_runtime::spawn(async move {
        let _ = open.wallet.recover(|_| {}).await;
    });
    glance(&session).await
}

fn is_practice(session: &Session) -> bool {
    farthing_wallet::glance(&session.home).is_ok_and(|glance| glance.mark.is_practice())
}

#[tauri::command]
pub(crate) async fn erase_plan(session: State<'_, Session>) -> Answer<ErasePlan> {
    let plan = session.open()?.wallet.erase_plan().await?;
    Ok((&plan).into())
}

/// How long something that still goes on in a closed wallet is waited for.
const PATIENCE_TO_CLOSE: Duration = Duration::from_secs(10);

#[tauri::command]
pub(crate) async fn erase_wallet(
    app: AppHandle,
    session: State<'_, Session>,
    request: EraseWallet,
) -> Answer<Glance> {
    let _one_at_a_time = session.door.lock().await;
    let words = RecoveryWords::parse(request.words.as_text())
        .map_err(|error| wrong("bad_words", &error))?;
    let secret = Secret::from_text(request.secret.into_text());
    let open = session.open()?;
    let practice = open.wallet.mark().is_practice();
    let asking = open
        .wallet
        .leave_to_erase(&secret, &words, request.leave_invoices);
    let leave = asking.await?;
    drop(open);
    session.close();
    let waiting = Instant::now();
    while session.leaving().is_some() && waiting.elapsed() < PATIENCE_TO_CLOSE {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let home = session.home.clone();
    if let Err(error) = aside(move || farthing_wallet::erase(&home, &leave)).await? {
        // It is closed by now, and still there.
        app.state::<Events>().tell(Event::Locked);
        return Err(error.into());
    }
    if practice {
        session.erase_town();
    }
    glance(&session).await
}

#[tauri::command]
pub(crate) async fn lock(app: AppHandle, session: State<'_, Session>) -> Answer<Glance> {
    session.lock(&app);
    glance(&session).await
}

#[tauri::command]
pub(crate) async fn words(session: State<'_, Session>, request: WithSecret) -> Answer<WordsReport> {
    let open = session.open()?;
    let secret = Secret::from_text(request.secret.into_text());
    if !open.wallet.words_are_unseen()? {
        return Err(Failure::new(
            "words_are_on_paper",
            "the words were written down before",
            Money::Safe,
            Exit::NotDone,
        )
        .into());
    }
    let shown = aside(move || open.wallet.show_words(&secret)).await??;
    Ok((&shown).into())
}

#[tauri::command]
pub(crate) async fn words_written(session: State<'_, Session>) -> Answer<Glance> {
    let open = session.open()?;
    open.wallet.words_are_written_down()?;
    glance(&session).await
}
