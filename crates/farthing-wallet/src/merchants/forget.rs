//! Forgetting a merchant: its key is destroyed, and with it everything that was kept about it.

use farthing_store::history::{ForgetError, MerchantId};

use crate::merchants::MerchantError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

impl Wallet {
    /// Forgets a merchant, here and in every old copy of the wallet's files. What was paid stays in
    /// the journal as a number, an id and a time; the money is not touched.
    ///
    /// # Errors
    /// [`MerchantError::Undecided`] while a payment to it is open; [`MerchantError::OldCopiesStay`]
    /// when it is forgotten here, but the key of old copies could not be destroyed.
    pub fn forget_merchant(&self, id: MerchantId) -> Result<(), MerchantError> {
        // A payment to it may be about to begin.
        let _step = self.in_one_step();
        if self
            .undecided()?
            .all()?
            .iter()
            .any(|story| story.merchant == Some(id))
        {
            return Err(MerchantError::Undecided);
        }
        self.details_of(id)?;
        match self.history().forget(id) {
            Ok(()) => Ok(()),
            Err(ForgetError::OldCopies(_)) => Err(MerchantError::OldCopiesStay),
            Err(error) => Err(StoreTrouble::of(&error).into()),
        }
    }
}
