//! What a merchant is told of the person beyond what the payment itself says: built here, from what
//! was decided, and nowhere else.
//!
//! Everything that can carry such words to a merchant takes a [`Telling`], and a telling can only
//! be made from a [`SharingDecision`].

use std::collections::BTreeMap;

use farthing_policy::{Item, SharingAsk, SharingDecision};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hexadecimal::hex;

/// What one merchant is told, once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Telling(BTreeMap<Item, (SharingAsk, String)>);

impl std::fmt::Debug for Telling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its values are what logs must never hold.
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// Something was decided to be shared, and there is no value for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is nothing to share as {0}")]
pub struct NothingToTell(pub Item);

/// One thing that a merchant was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// What, and what for.
    pub ask: SharingAsk,
    /// SHA-256 of the very bytes of the value.
    pub hash: [u8; 32],
}

impl Telling {
    /// Nothing: what every merchant is told unless the person says otherwise.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(BTreeMap::new())
    }

    /// What was decided, with the person's values. Values that were not decided on stay here.
    ///
    /// # Errors
    /// [`NothingToTell`], when a value is missing.
    pub fn of(
        decision: &SharingDecision,
        values: &BTreeMap<Item, String>,
    ) -> Result<Self, NothingToTell> {
        let told = decision.shared.iter().map(|ask| {
            let value = values.get(&ask.item).filter(|value| !value.is_empty());
            let value = value.ok_or(NothingToTell(ask.item))?;
            Ok((ask.item, (*ask, value.clone())))
        });
        Ok(Self(told.collect::<Result<_, _>>()?))
    }

    /// Whether nothing is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is told, for the journal.
    pub fn told(&self) -> impl Iterator<Item = Told> {
        self.0.values().map(|(ask, value)| Told {
            ask: *ask,
            hash: Sha256::digest(value.as_bytes()).into(),
        })
    }

    /// The words that go with a payment: LUD-12's comment, a Cashu payload's memo.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.0.get(&Item::Note).map(|(_, value)| value.as_str())
    }

    /// LUD-18's payer data, as it is sent and as the invoice commits to it.
    #[must_use]
    pub fn payer_data(&self) -> Option<String> {
        let told: serde_json::Map<String, Value> = self
            .0
            .iter()
            .filter_map(|(item, (_, value))| Some((payer_key(*item)?, value.as_str().into())))
            .collect();
        (!told.is_empty()).then(|| Value::from(told).to_string())
    }

    /// The same for a header, which carries nothing but ASCII: other letters as JSON escapes them.
    #[must_use]
    pub fn payer_header(&self) -> Option<PayerHeader> {
        let told = self.payer_data()?;
        let mut ascii = String::with_capacity(told.len());
        for letter in told.chars() {
            if letter.is_ascii() && !letter.is_ascii_control() {
                ascii.push(letter);
                continue;
            }
            for unit in letter.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
        Some(PayerHeader(ascii))
    }
}

/// What a site is told with the proof of a payment: a request header in the words of LUD-18. Made by
/// [`Telling::payer_header`], and kept sealed so that asking again tells the same and no more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PayerHeader(String);

impl std::fmt::Debug for PayerHeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PayerHeader(..)")
    }
}

impl PayerHeader {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Told {
    /// The hash, as 64 hex digits.
    #[must_use]
    pub fn hash_hex(&self) -> String {
        hex(&self.hash)
    }
}

/// What LUD-18 calls an item; its own words for the five it knows, ours for the others.
pub(crate) fn payer_key(item: Item) -> Option<String> {
    match item {
        Item::ContactKey => Some("pubkey".to_owned()),
        item if item.goes_with_a_payment() && item != Item::Note => Some(item.code().to_owned()),
        _ => None,
    }
}

/// The item that LUD-18, or a payee that goes on from it, calls by `key`.
pub(crate) fn item_of(key: &str) -> Option<Item> {
    Item::ALL
        .into_iter()
        .find(|item| payer_key(*item).as_deref() == Some(key))
}

#[cfg(test)]
mod tests {
    use farthing_policy::Purpose;

    use super::*;

    fn decided(items: &[Item]) -> SharingDecision {
        let shared = items.iter().map(|item| SharingAsk {
            item: *item,
            purpose: Purpose::Receipt,
            required: false,
        });
        SharingDecision {
            shared: shared.collect(),
            ..SharingDecision::default()
        }
    }

    fn values() -> BTreeMap<Item, String> {
        [
            (Item::Name, "Ada \"L\""),
            (Item::Email, "ada@example.org"),
            (Item::ContactKey, "02ab"),
            (Item::Note, "table 4"),
        ]
        .map(|(item, value)| (item, value.to_owned()))
        .into()
    }

    #[test]
    fn every_letter_goes_through_a_header_and_arrives_as_itself() {
        let name = "Zoë 李 🐎 \u{7f}";
        let values = BTreeMap::from([(Item::Name, name.to_owned())]);
        let telling = Telling::of(&decided(&[Item::Name]), &values).unwrap();
        let header = telling.payer_header().unwrap();
        assert!(reqwest::header::HeaderValue::from_str(header.as_str()).is_ok());
        assert!(header.as_str().is_ascii());
        let read: Value = serde_json::from_str(header.as_str()).unwrap();
        assert_eq!(read["name"], name);
    }

    #[test]
    fn only_what_was_decided_is_told() {
        let telling = Telling::of(&decided(&[Item::Name, Item::ContactKey]), &values()).unwrap();
        assert_eq!(
            telling.payer_data().as_deref(),
            Some(r#"{"name":"Ada \"L\"","pubkey":"02ab"}"#)
        );
        assert_eq!(telling.note(), None);
        assert!(!format!("{telling:?}").contains("Ada"));
        let header = telling.payer_header().unwrap();
        assert_eq!(Some(header.as_str()), telling.payer_data().as_deref());
        assert!(!format!("{header:?}").contains("Ada"));
        let note = Telling::of(&decided(&[Item::Note]), &values()).unwrap();
        assert_eq!((note.note(), note.payer_data()), (Some("table 4"), None));
        assert!(Telling::of(&decided(&[]), &values()).unwrap().is_empty());
    }

    #[test]
    fn what_was_decided_and_is_not_there_is_told_as_nothing_else() {
        assert_eq!(
            Telling::of(&decided(&[Item::Phone]), &values()),
            Err(NothingToTell(Item::Phone))
        );
    }

    #[test]
    fn an_item_and_its_key_are_one_pair() {
        for item in Item::ALL {
            if let Some(key) = payer_key(item) {
                assert_eq!(item_of(&key), Some(item));
            }
        }
        assert_eq!(item_of("pubkey"), Some(Item::ContactKey));
        assert_eq!(item_of("contact_key"), None);
        assert_eq!(item_of("identifier"), None);
        assert_eq!(item_of("note"), None);
    }
}
