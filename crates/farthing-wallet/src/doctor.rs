//! A first check-up: files, journal, open payments, issuers.

use farthing_store::{Home, check_money};
use farthing_vault::Vault;

use crate::journal::{PaymentKind, Story};
use crate::undecided::Undecided;
use crate::wallet::Wallet;

/// What to do when the money file is damaged.
const MONEY_LOST: &str = "Keep the folder as it is; the 12 words bring the money back in another: \
                          farthing --home NEW init --restore, then farthing purse add with each \
                          issuer";

/// How one check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// In order.
    Ok,
    /// Worth knowing, nothing is lost.
    Warn,
    /// Something is wrong.
    Bad,
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its stable name.
    pub name: &'static str,
    /// How it went.
    pub state: CheckState,
    /// What it found, as a sentence. No amounts, no payees.
    pub text: String,
}

impl Wallet {
    /// Checks everything that can be checked without changing anything.
    pub async fn doctor(&self) -> Vec<Check> {
        let mut checks = vec![
            self.check_journal(),
            self.check_undecided(),
            self.check_secret(),
        ];
        checks.extend(self.check_copy());
        checks.push(check_pages(&self.home, &self.vault, "every page is as it was written").await);
        match self.balance().await {
            Ok(balances) => {
                checks.push(check(
                    "money",
                    CheckState::Ok,
                    "the money file is readable and its key fits",
                ));
                for balance in balances {
                    let url = &balance.purse.issuer;
                    checks.push(match self.ecash.look_at_issuer(url).await {
                        Ok(_) => check("issuer", CheckState::Ok, &format!("the issuer at {url} answers")),
                        Err(trouble) => check("issuer", CheckState::Warn, &format!("the issuer at {url}: {trouble}; the money is safe and can be used once it answers")),
                    });
                }
            }
            Err(trouble) => checks.push(check("money", CheckState::Bad, &trouble.to_string())),
        }
        checks
    }

    fn check_journal(&self) -> Check {
        match self.history().verify() {
            Ok(report) => check(
                "journal",
                CheckState::Ok,
                &format!("{} entries, all in their places", report.entries),
            ),
            Err(error) => check("journal", CheckState::Bad, &error.to_string()),
        }
    }

    fn check_copy(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        if self.may_be_an_old_copy() {
            checks.push(check(
                "copy",
                CheckState::Warn,
                "these files may be older than the ones last used: nothing is paid until the issuers \
                 confirmed what is left, which `recover` asks",
            ));
        }
        if let Ok(notes) = self.notes() {
            checks.extend(notes.iter().map(|text| check("note", CheckState::Ok, text)));
        }
        checks
    }

    fn check_undecided(&self) -> Check {
        match self.undecided().and_then(Undecided::all) {
            Ok(stories) => match stories.iter().filter(|story| is_undecided(story)).count() {
                0 => check("undecided", CheckState::Ok, "every payment is decided"),
                open => check(
                    "undecided",
                    CheckState::Warn,
                    &format!("{open} still open: `recover` asks about them"),
                ),
            },
            Err(error) => check("undecided", CheckState::Bad, &error.to_string()),
        }
    }

    fn check_secret(&self) -> Check {
        if self.vault.uses_keychain() {
            check(
                "keychain",
                CheckState::Ok,
                "opens with this device's keychain and your PIN",
            )
        } else {
            check(
                "keychain",
                CheckState::Ok,
                &format!(
                    "opens with your passphrase alone, from {}",
                    self.home.dir().display()
                ),
            )
        }
    }
}

/// Every page and index of the money file; `fine` is what to say when all is well.
pub(crate) async fn check_pages(home: &Home, vault: &Vault, fine: &str) -> Check {
    let (file, key) = (home.money(), vault.money_key());
    let checked = tokio::task::spawn_blocking(move || check_money(&file, &key)).await;
    match checked {
        Ok(Ok(())) => check("money_file", CheckState::Ok, fine),
        Ok(Err(error)) => check(
            "money_file",
            CheckState::Bad,
            &format!("{error}. {MONEY_LOST}"),
        ),
        Err(_) => check("money_file", CheckState::Bad, "it could not be checked"),
    }
}

pub(crate) fn check(name: &'static str, state: CheckState, text: &str) -> Check {
    Check {
        name,
        state,
        text: text.to_owned(),
    }
}

/// An invoice of ours that nobody has paid yet is waiting, not undecided.
fn is_undecided(story: &Story) -> bool {
    story.begun.kind != PaymentKind::TopUp
}
