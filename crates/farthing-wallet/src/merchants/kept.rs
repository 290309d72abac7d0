//! What is kept about a merchant, in its own sealed row: all of it goes when it is forgotten.

use std::collections::BTreeMap;

use farthing_money::Amount;
use farthing_policy::{Grant, Item};
use farthing_store::History;
use farthing_store::history::{Merchant, MerchantId, NewEntry, PaymentId};
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::journal::Event;
use crate::merchants::MerchantError;
use crate::review::{BEARER, OWN_PURSE, Payee};
use crate::rights::{DataRequest, MerchantContact};
use crate::sharing::Asked;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What is kept about a merchant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MerchantDetails {
    /// What it was called when it was met.
    pub(crate) name: String,
    /// Some payment to it was made.
    pub(crate) paid: bool,
    /// Where it is on the web, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<String>,
    /// What the person calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) called: Option<String>,
    /// The person's note about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// It is not to be paid.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) blocked: bool,
    /// The most that may go to it within 30 days, fees included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<Amount>,
    /// What it may learn, and might once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) grants: Vec<Grant>,
    /// What it asked for, each thing once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) asked: Vec<Asked>,
    /// What it gets in place of the person's own details.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) aliases: BTreeMap<Item, String>,
    /// How it is reached about what it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<MerchantContact>,
    /// What was asked of it, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) requests: Vec<DataRequest>,
}

impl MerchantDetails {
    /// What the person reads.
    pub(crate) fn shown_name(&self) -> &str {
        self.called.as_deref().unwrap_or(&self.name)
    }
}

impl Wallet {
    /// A merchant by what identifies it. Details that cannot be read are of nobody we know.
    pub(crate) fn known(
        &self,
        identity: &str,
    ) -> Result<Option<(MerchantId, MerchantDetails)>, StoreTrouble> {
        let known = self.history().merchant(identity)?;
        Ok(known.map(|merchant| {
            let details = serde_json::from_slice(&merchant.details).unwrap_or_default();
            (merchant.id, details)
        }))
    }

    /// Every merchant that is not forgotten with what is kept about it, in the order in which they
    /// were met.
    pub(crate) fn all_known(&self) -> Result<Vec<(Merchant, MerchantDetails)>, StoreTrouble> {
        let merchants = self.history().merchants()?;
        let known = merchants.into_iter().map(|merchant| {
            let details = serde_json::from_slice(&merchant.details)?;
            Ok((merchant, details))
        });
        known.collect()
    }

    /// The merchant a payee is, made if it was never met. None where it is nobody in particular, or the
    /// person.
    pub(crate) fn meet(&self, payee: &Payee) -> Result<Option<MerchantId>, StoreTrouble> {
        if [BEARER, OWN_PURSE].contains(&payee.id.as_str()) {
            return Ok(None);
        }
        let details = serde_json::to_vec(&MerchantDetails {
            name: payee.name.clone(),
            origin: payee.origin.clone(),
            ..MerchantDetails::default()
        })?;
        let id = self.history().add_merchant(&payee.id, &details, now_ms())?;
        Ok(Some(id))
    }

    pub(crate) fn details_of(
        &self,
        id: MerchantId,
    ) -> Result<(String, MerchantDetails, u64), MerchantError> {
        details_in(&self.history(), id)
    }

    /// Changes what is kept about a merchant, and writes the journal rows that say so, or does
    /// neither. `payment` is what the rows are about. `change` cannot look into the history, which is
    /// held while it runs.
    pub(crate) fn change_details(
        &self,
        id: MerchantId,
        payment: PaymentId,
        change: impl FnOnce(&mut MerchantDetails) -> Result<Vec<Event>, MerchantError>,
    ) -> Result<(), MerchantError> {
        // Held until it is written: what another task has changed meanwhile would come back.
        let mut history = self.history();
        let (_, before, _) = details_in(&history, id)?;
        let mut details = before.clone();
        let events = change(&mut details)?;
        if events.is_empty() && details == before {
            return Ok(());
        }
        let bodies = events
            .iter()
            .map(|event| serde_json::to_vec(event).map(zeroize::Zeroizing::new))
            .collect::<Result<Vec<_>, _>>()
            .map_err(StoreTrouble::from)?;
        let rows: Vec<NewEntry<'_>> = bodies
            .iter()
            .map(|body| NewEntry {
                payment,
                merchant: Some(id),
                at_ms: now_ms(),
                body,
                words: "",
            })
            .collect();
        let kept = serde_json::to_vec(&details).map_err(StoreTrouble::from)?;
        history
            .append_and_update(&rows, id, &kept)
            .map_err(StoreTrouble::from)?;
        self.watch.wrote(history.head());
        Ok(())
    }
}

fn details_in(
    history: &History,
    id: MerchantId,
) -> Result<(String, MerchantDetails, u64), MerchantError> {
    let merchant = history
        .merchant_by_id(id)
        .map_err(StoreTrouble::from)?
        .ok_or(MerchantError::NoSuchMerchant)?;
    let details = serde_json::from_slice(&merchant.details).map_err(StoreTrouble::from)?;
    Ok((merchant.identity, details, merchant.first_seen_ms))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::init::tests::wallet;
    use crate::merchants::MerchantChange;

    #[tokio::test]
    async fn what_two_tasks_change_about_a_merchant_at_once_is_kept_of_both() {
        let (wallet, _folder) = wallet().await;
        let met = serde_json::to_vec(&MerchantDetails::default()).unwrap();
        let id = wallet.history().add_merchant("lightning:02ab", &met, 1);
        let id = id.unwrap();
        thread::scope(|tasks| {
            tasks.spawn(|| {
                for number in 0..60 {
                    let contact = format!("shop{number}@example.com");
                    wallet.set_contact(id, Some(&contact)).unwrap();
                }
            });
            for blocked in [true, false].repeat(30) {
                let change = MerchantChange {
                    blocked: Some(blocked),
                    ..MerchantChange::default()
                };
                wallet.change_merchant(id, &change).unwrap();
                assert_eq!(wallet.details_of(id).unwrap().1.blocked, blocked);
            }
        });
        let (_, details, _) = wallet.details_of(id).unwrap();
        assert_eq!(details.contact.unwrap().value, "shop59@example.com");
    }
}
