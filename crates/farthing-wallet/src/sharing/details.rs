//! The person's own details: said once, sealed, and told to no one by themselves.

use std::collections::BTreeMap;

use farthing_policy::Item;
use farthing_rails::lnurl::LinkingKey;
use farthing_store::history::{MerchantId, PaymentId};

use crate::merchants::{MerchantDetails, MerchantError};
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// The kind of document they are kept as.
pub(crate) const DETAILS: &str = "own details";
const ONLY: &str = "all";

/// What the person has said about themselves, by item.
pub type OwnDetails = BTreeMap<Item, String>;

impl Wallet {
    /// The person's own details.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn own_details(&self) -> Result<OwnDetails, StoreTrouble> {
        let kept = self.history().document(DETAILS, ONLY)?;
        match kept {
            Some(kept) => Ok(serde_json::from_slice(&kept.body)?),
            None => Ok(OwnDetails::new()),
        }
    }

    /// Says one of the person's details, or takes it away. No merchant learns of it.
    ///
    /// # Errors
    /// [`MerchantError::BadValue`], [`MerchantError::Store`].
    pub fn set_own_detail(&self, item: Item, value: Option<&str>) -> Result<(), MerchantError> {
        let value = checked(item, value)?;
        let mut details = self.own_details()?;
        match value {
            Some(value) => details.insert(item, value),
            None => details.remove(&item),
        };
        let body = serde_json::to_vec(&details).map_err(StoreTrouble::from)?;
        let mut history = self.history();
        let version = history
            .document(DETAILS, ONLY)
            .map_err(StoreTrouble::from)?
            .map(|kept| kept.version);
        history
            .put_document(DETAILS, ONLY, version, &body)
            .map_err(StoreTrouble::from)?;
        Ok(())
    }

    /// Gives one merchant another value than the person's own, or takes that away again.
    ///
    /// # Errors
    /// [`MerchantError`].
    pub fn set_alias(
        &self,
        merchant: MerchantId,
        item: Item,
        value: Option<&str>,
    ) -> Result<(), MerchantError> {
        let value = checked(item, value)?;
        self.change_details(merchant, PaymentId::random(), |details| {
            match value {
                Some(value) => details.aliases.insert(item, value),
                None => details.aliases.remove(&item),
            };
            Ok(Vec::new())
        })
    }

    /// Everything that could be told to one merchant: what it gets in place of the person's own
    /// details, those, a key that it alone knows, and the note of this payment.
    pub(crate) fn values_for(
        &self,
        details: &MerchantDetails,
        identity: &str,
        note: Option<&str>,
    ) -> Result<BTreeMap<Item, String>, StoreTrouble> {
        let mut values = self.own_details()?;
        values.extend(details.aliases.clone());
        // LUD-05's way, with the merchant in the place of the domain: two of them, at one host or at
        // two, cannot tell that they know the same person.
        let key = LinkingKey::of(self.vault.seed().as_bytes(), identity);
        values.extend(key.map(|key| (Item::ContactKey, key.public())));
        values.extend(note.map(|note| (Item::Note, note.to_owned())));
        Ok(values)
    }
}

fn checked(item: Item, value: Option<&str>) -> Result<Option<String>, MerchantError> {
    let Some(value) = value.map(str::trim) else {
        return Ok(None);
    };
    item.check(value)
        .map_err(|why| MerchantError::BadValue { item, why })?;
    Ok(Some(value.to_owned()))
}
