//! A first check-up: files, journal, open payments, issuers.

use crate::journal::{PaymentKind, Story};
use crate::wallet::Wallet;

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

    fn check_undecided(&self) -> Check {
        match self.undecided(false) {
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

fn check(name: &'static str, state: CheckState, text: &str) -> Check {
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
