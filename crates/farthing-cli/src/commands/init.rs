//! `init`.

use farthing_api::{Created, Exit, Failure, Money};
use farthing_wallet::{KeychainChoice, NewWallet, RecoveryWords, Secret, WordsError};

use super::Context;
use crate::args::{Init, Keychain};
use crate::{answer, place, progress, secret};

pub(super) async fn init(context: &Context, asked: Init) -> Result<Exit, Failure> {
    let home = place::home(context.common.home.as_deref())?;
    let restore = if asked.restore {
        let words = RecoveryWords::parse(&secret::words()?);
        let wrong = |error: WordsError| {
            Failure::new("bad_words", error.to_string(), Money::Safe, Exit::Usage)
        };
        Some(words.map_err(wrong)?)
    } else {
        None
    };
    let restored = restore.is_some();
    let mut secret = secret::choose(context.common.secret_file.as_deref())?;
    let new = NewWallet {
        home: home.clone(),
        secret: Secret::from_text(std::mem::take(&mut *secret)),
        keychain: match asked.keychain {
            Keychain::Auto => KeychainChoice::Auto,
            Keychain::None => KeychainChoice::None,
        },
        restore,
        practice: asked.practice,
    };
    let made = progress::during("Making the wallet", farthing_wallet::init(new)).await?;
    let practice = super::is_practice(&made.wallet);
    let shown = if restored {
        Vec::new()
    } else {
        made.words.as_words()
    };
    let words = shown.into_iter().map(str::to_owned).collect();
    let home = home.display().to_string();
    answer::answer(
        context.form,
        practice,
        Created {
            words,
            home,
            restored,
        },
    );
    if !restored {
        made.wallet.words_are_known()?;
    }
    Ok(Exit::Done)
}
