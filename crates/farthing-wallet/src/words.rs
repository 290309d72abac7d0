//! The recovery words of a wallet that was made before its person had time to write them down.
//!
//! A window lets people begin at once, with little money, and asks for the words later. Until then
//! the wallet notes that nobody has them. The words themselves are always sealed in the vault, and
//! shown only to whoever gives the secret once more.

use farthing_store::History;
use farthing_store::history::PutError;
use farthing_vault::{RecoveryWords, Secret};

use crate::confirm::ConfirmError;
use crate::init::InitError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// The kind of document that notes it.
pub(crate) const WORDS: &str = "words";
const UNSEEN: &str = "unseen";

/// Notes it in this history.
pub(crate) fn note_unseen(history: &mut History) -> Result<(), StoreTrouble> {
    match history.put_document(WORDS, UNSEEN, None, b"") {
        Ok(_) | Err(PutError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl Wallet {
    /// Notes that the words of a new wallet will be shown later, and counts it as made.
    ///
    /// # Errors
    /// [`InitError`]; the wallet does not count as made then.
    pub fn words_come_later(&self) -> Result<(), InitError> {
        // First the note: a wallet that counts as made must not forget that nobody has its words.
        note_unseen(&mut self.history()).map_err(InitError::Store)?;
        self.words_are_known()
    }

    /// Whether nobody has written the words down.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn words_are_unseen(&self) -> Result<bool, StoreTrouble> {
        Ok(self.history().document(WORDS, UNSEEN)?.is_some())
    }

    /// The words, for whoever gives the secret once more. Takes as long as opening the wallet.
    ///
    /// # Errors
    /// [`ConfirmError`].
    pub fn show_words(&self, secret: &Secret) -> Result<RecoveryWords, ConfirmError> {
        self.accept_secret(secret)?;
        Ok(self.vault.recovery_words())
    }

    /// The person has the words on paper.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn words_are_written_down(&self) -> Result<(), StoreTrouble> {
        self.history().remove_document(WORDS, UNSEEN)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use farthing_vault::Vault;

    use crate::clock::now_ms;

    use super::*;
    use crate::init::tests::wallet;
    use crate::open::{open_with_words, open_without_recovery};

    #[tokio::test]
    async fn words_that_come_later_are_the_words_and_are_asked_for_until_they_are_on_paper() {
        let (wallet, folder) = wallet().await;
        let secret = Secret::from_text("ada keeps a long passphrase".to_owned());
        wallet.words_come_later().unwrap();
        assert!(wallet.words_are_unseen().unwrap());
        drop(wallet);

        let home = folder.path().join("wallet");
        let wallet = open_without_recovery(&home, &secret).await.unwrap();
        assert!(wallet.words_are_unseen().unwrap());
        let wrong = Secret::from_text("eve guesses a passphrase".to_owned());
        assert_eq!(
            wallet.show_words(&wrong).unwrap_err().code(),
            "wrong_secret"
        );
        let words = wallet.show_words(&secret).unwrap();
        assert_eq!(words.as_words().len(), 12);

        wallet.words_are_written_down().unwrap();
        assert!(!wallet.words_are_unseen().unwrap());
        drop(wallet);
        assert!(Vault::open_with_words(&home, &words, None, now_ms()).is_ok());
    }

    #[tokio::test]
    async fn a_forgotten_secret_is_replaced_by_whoever_has_the_words_and_by_nobody_else() {
        let (wallet, folder) = wallet().await;
        let forgotten = Secret::from_text("ada keeps a long passphrase".to_owned());
        wallet.words_come_later().unwrap();
        let words = wallet.show_words(&forgotten).unwrap();
        drop(wallet);

        let home = folder.path().join("wallet");
        let new = Secret::from_text("ada keeps another passphrase".to_owned());
        let strangers = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        let strangers = RecoveryWords::parse(strangers).unwrap();
        let refused = open_with_words(&home, &strangers, &new).await.unwrap_err();
        assert_eq!(refused.code(), "other_words");
        let weak = Secret::from_text("cow".to_owned());
        let refused = open_with_words(&home, &words, &weak).await.unwrap_err();
        assert_eq!(refused.code(), "secret_too_weak");
        drop(open_without_recovery(&home, &forgotten).await.unwrap());

        let wallet = open_with_words(&home, &words, &new).await.unwrap();
        assert!(wallet.words_are_unseen().unwrap(), "the history is another");
        drop(wallet);
        let refused = open_without_recovery(&home, &forgotten).await.unwrap_err();
        assert_eq!(refused.code(), "wrong_secret");
        assert!(open_without_recovery(&home, &new).await.is_ok());
    }
}
