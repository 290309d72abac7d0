//! Consent receipts: each yes, each change and each no, as ISO/IEC TS 27560 asks for them, in the
//! words of the W3C's Data Privacy Vocabulary.

use farthing_policy::{Grant, Item, Purpose};
use farthing_store::history::MerchantId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::journal::Event;
use crate::merchants::MerchantDetails;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What became of a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentChange {
    /// It was given.
    Granted,
    /// Its end was moved, or it was paused, or goes on.
    Changed,
    /// It was taken back.
    Withdrawn,
}

impl ConsentChange {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A yes as it was given, changed or taken back; one journal row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) change: ConsentChange,
    pub(crate) grant: Grant,
}

impl Consent {
    pub(crate) fn of(change: ConsentChange, grant: &Grant) -> Self {
        Self {
            change,
            grant: grant.clone(),
        }
    }
}

/// One consent receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentReceipt {
    /// Its own name: the journal row it is of.
    pub receipt: String,
    /// When it was written down, in milliseconds since 1970.
    pub at_ms: u64,
    /// The merchant.
    pub merchant: MerchantId,
    /// What the person reads.
    pub name: String,
    /// What may be shared.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
    /// What became of it.
    pub change: ConsentChange,
    /// The receipt as JSON-LD.
    pub json: Value,
}

impl Wallet {
    /// Every consent receipt, the newest first. Those of forgotten merchants are gone with them.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn consent_receipts(&self) -> Result<Vec<ConsentReceipt>, StoreTrouble> {
        let mut receipts = Vec::new();
        for (merchant, details) in self.all_known()? {
            let entries = self.history().entries_with(merchant.id)?;
            for entry in entries {
                let Some(body) = &entry.body else { continue };
                if let Event::Consent(consent) = serde_json::from_slice(body)? {
                    let receipt = format!("{}-{}", consent.grant.id, entry.seq);
                    receipts.push(ConsentReceipt {
                        json: json_ld(
                            &receipt,
                            entry.at_ms,
                            &merchant.identity,
                            &details,
                            &consent,
                        ),
                        receipt,
                        at_ms: entry.at_ms,
                        merchant: merchant.id,
                        name: details.shown_name().to_owned(),
                        item: consent.grant.item,
                        purpose: consent.grant.purpose,
                        change: consent.change,
                    });
                }
            }
        }
        receipts.sort_by_key(|receipt| std::cmp::Reverse(receipt.at_ms));
        Ok(receipts)
    }
}

/// The receipt of one change, with the record it is of inside.
fn json_ld(
    receipt: &str,
    at_ms: u64,
    identity: &str,
    details: &MerchantDetails,
    consent: &Consent,
) -> Value {
    let grant = &consent.grant;
    let merchant = json!({
        "@id": identity,
        "@type": "dpv:DataController",
        "schema:name": details.name,
        "schema:url": details.origin,
    });
    let status = match consent.change {
        ConsentChange::Withdrawn => "dpv:ConsentWithdrawn",
        ConsentChange::Granted => "dpv:ConsentGiven",
        ConsentChange::Changed if grant.paused => "dpv:ConsentWithdrawn",
        ConsentChange::Changed => "dpv:RenewedConsentGiven",
    };
    json!({
        "@context": {
            "dct": "http://purl.org/dc/terms/",
            "dpv": "https://w3id.org/dpv#",
            "pd": "https://w3id.org/dpv/pd#",
            "schema": "https://schema.org/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": format!("urn:farthing:consent-receipt:{receipt}"),
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": receipt,
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-record",
        "dct:created": moment(at_ms),
        "dct:publisher": "dpv:DataSubject",
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": {
            "@id": format!("urn:uuid:{}", grant.id),
            "@type": "dpv:ConsentRecord",
            "dct:identifier": grant.id,
            "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
            // Whoever holds the wallet; it knows them by no name.
            "dpv:hasDataSubject": "dpv:DataSubject",
            "dpv:hasDataController": merchant,
            "dpv:hasLegalBasis": "dpv:ExpressedConsent",
            "dpv:hasProcess": {
                "@type": "dpv:Process",
                "dpv:hasPurpose": purpose_term(grant.purpose),
                "dpv:hasPersonalData": {
                    "@type": item_term(grant.item),
                    "dpv:hasDataSource": "dpv:DataSubject",
                },
                "dpv:hasProcessing": "dpv:Disclose",
                "dpv:hasRecipient": identity,
                "dpv:hasDuration": {
                    "@type": "dpv:UntilTimeDuration",
                    "dct:valid": moment(grant.ended_ms.unwrap_or(grant.until_ms)),
                },
            },
            "dpv:hasConsentStatus": {
                "@type": status,
                "dct:date": moment(at_ms),
                "dpv:isIndicatedBy": "dpv:DataSubject",
                "dpv:hasIndicationMethod": "switched in the wallet",
            },
            "dpv:hasWithdrawalMethod": "the same switch, in the wallet",
        },
    })
}

/// The purpose in the vocabulary's words.
fn purpose_term(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Deliver => "dpv:ServiceProvision",
        Purpose::Receipt => "dpv:CustomerCare",
        Purpose::Recommend => "dpv:ProvidePersonalisedRecommendations",
        Purpose::Research => "dpv:ResearchAndDevelopment",
        _ => "dpv:Marketing",
    }
}

/// The item in the words of the vocabulary's extension for personal data.
fn item_term(item: Item) -> &'static str {
    match item {
        Item::Name => "pd:Name",
        Item::Email => "pd:EmailAddress",
        Item::Phone => "pd:TelephoneNumber",
        Item::Region => "pd:Location",
        Item::Language => "pd:Language",
        Item::AgeBand => "pd:AgeRange",
        Item::Interests => "pd:Interest",
        Item::ContactKey => "pd:UID",
        Item::Note => "pd:Communication",
        Item::Purchases => "pd:Purchase",
        Item::ReceiptCopy => "pd:Transaction",
        _ => "pd:PurchasesAndSpendingHabit",
    }
}

/// RFC 3339, in UTC.
fn moment(ms: u64) -> String {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .map_or_else(String::new, |at| at.to_string())
}
