//! What a person does to confirm, where the wallet stays open between payments.

use farthing_policy::Factor;
use farthing_vault::{Secret, UnlockError};

use crate::clock::now_ms;
use crate::money::MoneyState;
use crate::open::OpenError;
use crate::wallet::Wallet;

/// Why something is not confirmed. Nothing was begun.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// It takes the PIN or passphrase, and none was given.
    #[error("this needs the PIN or passphrase")]
    SecretNeeded,
    /// The secret given was not accepted.
    #[error(transparent)]
    Secret(OpenError),
}

impl ConfirmError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SecretNeeded => "secret_needed",
            Self::Secret(error) => error.code(),
        }
    }

    /// What it means for the money: it is where it was.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }

    /// What the vault said of the secret.
    #[must_use]
    pub fn unlocking(&self) -> Option<&UnlockError> {
        match self {
            Self::SecretNeeded => None,
            Self::Secret(error) => error.unlocking(),
        }
    }
}

impl Wallet {
    /// Checks what a review or a plan needs beside a yes. A wrong secret counts like one at the
    /// door. Takes as long as opening the wallet.
    ///
    /// # Errors
    /// [`ConfirmError`].
    pub fn confirm(&self, needs: &[Factor], secret: Option<&Secret>) -> Result<(), ConfirmError> {
        if !needs.contains(&Factor::Secret) {
            return Ok(());
        }
        self.accept_secret(secret.ok_or(ConfirmError::SecretNeeded)?)
    }

    pub(crate) fn accept_secret(&self, secret: &Secret) -> Result<(), ConfirmError> {
        self.vault
            .check_secret(secret, now_ms())
            .map_err(|error| ConfirmError::Secret(OpenError::Locked(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::tests::wallet;

    #[tokio::test]
    async fn what_needs_the_secret_is_not_confirmed_without_the_right_one() {
        let (wallet, _folder) = wallet().await;
        let small = [Factor::Confirm];
        let large = [Factor::Confirm, Factor::Secret];
        let right = Secret::from_text("ada keeps a long passphrase".to_owned());
        let wrong = Secret::from_text("eve guesses a passphrase".to_owned());

        assert!(wallet.confirm(&small, None).is_ok());
        assert!(wallet.confirm(&large, Some(&right)).is_ok());
        let missing = wallet.confirm(&large, None).unwrap_err();
        assert_eq!(missing.code(), "secret_needed");
        let refused = wallet.confirm(&large, Some(&wrong)).unwrap_err();
        assert_eq!(refused.code(), "wrong_secret");
    }
}
