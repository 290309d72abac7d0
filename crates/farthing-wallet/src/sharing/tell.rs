//! Telling a merchant something: written down before it leaves the device, under the yes it leaves
//! under.

use farthing_policy::{Item, Purpose, SharingAsk};
use farthing_rails::Telling;
use farthing_store::history::{Entry, MerchantId, PaymentId};
use serde::{Deserialize, Serialize};

use super::switches::grant_from_now;
use super::{Answered, Consent, ConsentChange};
use crate::clock::now_ms;
use crate::journal::{Event, Story};
use crate::merchants::MerchantError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Something that left the device; one journal row, written before it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Disclosed {
    pub(crate) item: Item,
    pub(crate) purpose: Purpose,
    /// SHA-256 of the very bytes, in hex.
    pub(crate) hash: String,
    /// The grant it left under.
    pub(crate) grant: String,
}

/// Something a merchant was told, or was about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
    /// SHA-256 of the very bytes, in hex.
    pub hash: String,
    /// The grant it left under.
    pub grant: String,
    /// The payment it went with; or, where it was told to learn the price, an id of its own.
    pub payment: PaymentId,
}

/// What one payment told its payee, as the receipt lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
}

impl From<SharingAsk> for Told {
    fn from(ask: SharingAsk) -> Self {
        Self {
            item: ask.item,
            purpose: ask.purpose,
        }
    }
}

/// What one telling was switched on by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Yes<'a> {
    /// What the person chose for this payment, beside what stands already.
    pub(crate) chosen: &'a [Item],
    /// What was chosen is for this payment only.
    pub(crate) only_this_time: bool,
    /// When it was chosen, in milliseconds since 1970.
    pub(crate) chosen_ms: u64,
}

impl Wallet {
    /// Writes down what a merchant is about to be told, and the yes it is told under. When this
    /// returns it is on disk, and the telling may leave.
    ///
    /// # Errors
    /// [`MerchantError::NotShared`] where a yes was taken back in the meantime: nothing may leave
    /// then.
    pub(crate) fn write_down_telling(
        &self,
        merchant: MerchantId,
        payment: PaymentId,
        telling: &Telling,
        yes: Yes<'_>,
    ) -> Result<(), MerchantError> {
        let now = now_ms();
        self.change_details(merchant, payment, |details| {
            let mut rows = Vec::new();
            for told in telling.told() {
                let SharingAsk { item, purpose, .. } = told.ask;
                let stands = |details: &crate::merchants::MerchantDetails| {
                    details
                        .grants
                        .iter()
                        .position(|grant| grant.allows(item, purpose, now))
                };
                // A switch that was turned off after the choice is the person's last word.
                let taken_back = details.grants.iter().any(|grant| {
                    let of_this = grant.item == item && grant.purpose == purpose;
                    of_this && grant.ended_ms.is_some_and(|ended| ended >= yes.chosen_ms)
                });
                let at = match stands(details) {
                    Some(at) => at,
                    None if yes.chosen.contains(&item) && !taken_back => {
                        let mut grant = grant_from_now(item, purpose, now);
                        grant.once = yes.only_this_time;
                        rows.extend(details.say_yes(&grant, now).into_iter().map(Event::Consent));
                        stands(details).ok_or(MerchantError::NotShared)?
                    }
                    None => return Err(MerchantError::NotShared),
                };
                let grant = details.grants.get_mut(at).ok_or(MerchantError::NotShared)?;
                grant.last_used_ms = Some(now);
                rows.push(Event::Disclosed(Disclosed {
                    item,
                    purpose,
                    hash: told.hash_hex(),
                    grant: grant.id.clone(),
                }));
                if grant.once {
                    rows.push(Event::Consent(Consent::of(ConsentChange::Withdrawn, grant)));
                }
            }
            Ok(rows)
        })
    }

    /// Whether any of this was switched off after the payment began, or its payee was forgotten: the
    /// person's last word, also where the payment is gone on with.
    pub(crate) fn switched_off_since(
        &self,
        story: &Story,
        told: &[Told],
    ) -> Result<bool, StoreTrouble> {
        let Some(merchant) = story.merchant else {
            return Ok(true);
        };
        let details = match self.details_of(merchant) {
            Ok((_, details, _)) => details,
            Err(MerchantError::Store(trouble)) => return Err(trouble),
            Err(_) => return Ok(true),
        };
        let since = |ended: Option<u64>| ended.is_some_and(|ended| ended > story.at_ms);
        Ok(details.grants.iter().any(|grant| {
            let of_this = |told: &Told| grant.item == told.item && grant.purpose == told.purpose;
            !grant.once && since(grant.ended_ms) && told.iter().any(of_this)
        }))
    }

    /// Remembers what a merchant asked for and was answered.
    pub(crate) fn remember_asked(
        &self,
        merchant: MerchantId,
        answers: &[(SharingAsk, Option<String>, Answered)],
    ) -> Result<(), MerchantError> {
        if answers.is_empty() {
            return Ok(());
        }
        let now = now_ms();
        self.change_details(merchant, PaymentId::random(), |details| {
            for (ask, why, answer) in answers {
                details.answered(*ask, why.clone(), *answer, now);
            }
            Ok(Vec::new())
        })
    }
}

/// What journal rows say was told, in their order.
pub(crate) fn disclosures_in(entries: &[Entry]) -> Result<Vec<Disclosure>, StoreTrouble> {
    let mut told = Vec::new();
    for entry in entries {
        let Some(body) = &entry.body else { continue };
        if let Event::Disclosed(disclosed) = serde_json::from_slice(body)? {
            told.push(Disclosure {
                at_ms: entry.at_ms,
                item: disclosed.item,
                purpose: disclosed.purpose,
                hash: disclosed.hash,
                grant: disclosed.grant,
                payment: entry.payment,
            });
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use farthing_policy::SharingDecision;

    use super::*;
    use crate::init::tests::wallet;
    use crate::review::Payee;

    const ASK: SharingAsk = SharingAsk {
        item: Item::Name,
        purpose: Purpose::Deliver,
        required: false,
    };

    fn telling() -> Telling {
        let decision = SharingDecision {
            shared: vec![ASK],
            ..SharingDecision::default()
        };
        let values = BTreeMap::from([(Item::Name, "Ada".to_owned())]);
        Telling::of(&decision, &values).unwrap()
    }

    fn shop(wallet: &Wallet) -> MerchantId {
        let payee = Payee {
            id: "https://shop.example".into(),
            name: "shop.example".into(),
            origin: Some("https://shop.example".into()),
            first_time: true,
        };
        wallet.meet(&payee).unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_switch_turned_off_after_the_choice_is_the_last_word() {
        let (wallet, _folder) = wallet().await;
        let shop = shop(&wallet);
        let chosen_ms = now_ms();
        let tell = |chosen_ms, only_this_time| {
            let yes = Yes {
                chosen: &[Item::Name],
                only_this_time,
                chosen_ms,
            };
            wallet.write_down_telling(shop, PaymentId::random(), &telling(), yes)
        };
        tell(chosen_ms, false).unwrap();
        wallet.switch_off(shop, Item::Name, None).unwrap();
        assert!(matches!(
            tell(chosen_ms, false),
            Err(MerchantError::NotShared)
        ));
        assert_eq!(wallet.merchant(shop).unwrap().told.len(), 1);
        // Who chooses it anew has said yes again.
        tell(now_ms() + 1, false).unwrap();
        assert_eq!(wallet.merchant(shop).unwrap().told.len(), 2);
    }

    #[tokio::test]
    async fn what_was_never_switched_on_is_not_written_down_and_may_not_leave() {
        let (wallet, _folder) = wallet().await;
        let shop = shop(&wallet);
        let nobody = Yes {
            chosen: &[],
            only_this_time: false,
            chosen_ms: now_ms(),
        };
        let told = wallet.write_down_telling(shop, PaymentId::random(), &telling(), nobody);
        assert!(matches!(told, Err(MerchantError::NotShared)));
        let known = wallet.merchant(shop).unwrap();
        assert!(known.told.is_empty());
        assert_eq!(known.line.sharing, 0);
    }
}
