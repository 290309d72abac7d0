//! How a merchant is reached about what it knows.

use farthing_rails::{Contact, find_contact};
use farthing_store::history::{MerchantId, PaymentId};
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::merchants::{MerchantDetails, MerchantError};
use crate::wallet::Wallet;

/// Who said how a merchant is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactFrom {
    /// The merchant, when it was asked for a price.
    Payee,
    /// Its site, when it was asked for that.
    Site,
    /// The person.
    Person,
}

impl ContactFrom {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payee => "payee",
            Self::Site => "site",
            Self::Person => "person",
        }
    }
}

/// How a merchant is reached, and who said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantContact {
    /// A mailbox, an `https` address or `tel:` and a number.
    pub value: String,
    /// Who said so.
    pub from: ContactFrom,
}

impl MerchantContact {
    fn of(contact: &Contact, from: ContactFrom) -> Self {
        Self {
            value: contact.to_string(),
            from,
        }
    }

    /// The mailbox, if it is one: read again, because it goes into a link.
    pub(crate) fn mailbox(&self) -> Option<String> {
        let contact = Contact::read(&self.value)?;
        contact.mailbox().map(str::to_owned)
    }
}

impl MerchantDetails {
    /// What the merchant says of itself, which is worth less than what was looked for or typed.
    fn says_of_itself(&mut self, contact: &Contact) {
        let better = self
            .contact
            .as_ref()
            .is_some_and(|known| known.from != ContactFrom::Payee);
        if !better {
            self.contact = Some(MerchantContact::of(contact, ContactFrom::Payee));
        }
    }
}

impl Wallet {
    /// Keeps how a merchant says it is reached.
    pub(crate) fn remember_contact(
        &self,
        merchant: MerchantId,
        contact: &Contact,
    ) -> Result<(), MerchantError> {
        self.change_details(merchant, PaymentId::random(), |details| {
            details.says_of_itself(contact);
            Ok(Vec::new())
        })
    }

    /// Asks the merchant's own site how it is reached, and keeps the answer. The site learns that
    /// somebody asks, as with any page of it.
    ///
    /// # Errors
    /// [`MerchantError::NoSite`], [`MerchantError::Site`], [`MerchantError::ContactNotFound`].
    pub async fn find_contact(&self, merchant: MerchantId) -> Result<(), MerchantError> {
        let (_, details, _) = self.details_of(merchant)?;
        let origin = details.origin.ok_or(MerchantError::NoSite)?;
        let found = find_contact(self.ecash.gate(), &origin, now_ms()).await?;
        let found = found.ok_or(MerchantError::ContactNotFound)?;
        self.change_details(merchant, PaymentId::random(), |details| {
            details.contact = Some(MerchantContact::of(&found, ContactFrom::Site));
            Ok(Vec::new())
        })
    }

    /// Keeps how the person says a merchant is reached, or that nobody knows.
    ///
    /// # Errors
    /// [`MerchantError::BadContact`].
    pub fn set_contact(
        &self,
        merchant: MerchantId,
        contact: Option<&str>,
    ) -> Result<(), MerchantError> {
        let typed = contact
            .map(str::trim)
            .filter(|contact| !contact.is_empty())
            .map(|contact| Contact::read(contact).ok_or(MerchantError::BadContact))
            .transpose()?;
        self.change_details(merchant, PaymentId::random(), |details| {
            details.contact = typed
                .as_ref()
                .map(|contact| MerchantContact::of(contact, ContactFrom::Person));
            Ok(Vec::new())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merchant_changes_its_own_word_and_no_other() {
        let mut details = MerchantDetails::default();
        let read = |text| Contact::read(text).unwrap();
        let says = |details: &mut MerchantDetails, text| {
            details.says_of_itself(&read(text));
            details.contact.clone().unwrap().value
        };
        assert_eq!(says(&mut details, "a@shop.example"), "a@shop.example");
        assert_eq!(says(&mut details, "b@shop.example"), "b@shop.example");
        for from in [ContactFrom::Site, ContactFrom::Person] {
            details.contact = Some(MerchantContact::of(&read("c@shop.example"), from));
            assert_eq!(says(&mut details, "d@shop.example"), "c@shop.example");
        }
    }
}
