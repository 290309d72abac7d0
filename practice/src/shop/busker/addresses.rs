//! The busker's addresses and what each asks of a payer.

use serde_json::Value;

use super::thanks::Thanks;
use crate::shop::lnurl::No;

/// One Lightning address.
#[derive(Debug)]
pub(crate) struct Address {
    pub name: &'static str,
    pub says: &'static str,
    /// LUD-20.
    pub says_more: Option<&'static str>,
    pub min_msat: u64,
    pub max_msat: u64,
    /// LUD-12: letters in a comment.
    pub comment: usize,
    /// LUD-18: what is asked of the payer, and whether it must be told.
    pub asks: &'static [(&'static str, bool)],
    pub thanks: Thanks,
    /// LUD-11.
    pub disposable: Option<bool>,
}

const PLAIN: Address = Address {
    name: "plain",
    says: "A coin in the hat",
    says_more: None,
    min_msat: 1_000,
    max_msat: 100_000_000,
    comment: 0,
    asks: &[],
    thanks: Thanks::None,
    disposable: None,
};

pub(super) const ADDRESSES: [Address; 7] = [
    PLAIN,
    Address {
        name: "busker",
        says: "A song from the busker",
        says_more: Some(
            "A song from the busker on the market square.\nRequests are welcome in the comment.",
        ),
        comment: 140,
        asks: &[("name", false), ("email", false), ("identifier", false)],
        thanks: Thanks::Message,
        disposable: Some(false),
        ..PLAIN
    },
    Address {
        name: "regular",
        says: "A song for regulars",
        comment: 140,
        asks: &[("name", true), ("email", false)],
        thanks: Thanks::Message,
        ..PLAIN
    },
    Address {
        name: "url",
        says: "A recording of the song",
        thanks: Thanks::Page,
        ..PLAIN
    },
    Address {
        name: "aes",
        says: "The name of the song, under seal",
        thanks: Thanks::Sealed,
        ..PLAIN
    },
    Address {
        name: "fixed",
        says: "One song, one price",
        min_msat: 21_000,
        max_msat: 21_000,
        ..PLAIN
    },
    Address {
        name: "once",
        says: "A song that is played once",
        disposable: Some(true),
        ..PLAIN
    },
];

impl Address {
    pub(super) fn named(name: &str) -> Result<&'static Self, No> {
        static ALL: [Address; 7] = ADDRESSES;
        let found = ALL.iter().find(|address| address.name == name);
        found.ok_or_else(|| No::because("There is no such address."))
    }

    /// What the payer told, when this address asks at all.
    pub(super) fn payer(&self, told: Option<&str>) -> Result<Option<Value>, No> {
        if self.asks.is_empty() {
            return Ok(None);
        }
        let told: Option<Value> = told
            .map(serde_json::from_str)
            .transpose()
            .map_err(|_| No::because("The payer data is not JSON."))?;
        if told.as_ref().is_some_and(|t| !t.is_object()) {
            return Err(No::because("The payer data is not an object."));
        }
        for (what, _) in self.asks.iter().filter(|(_, mandatory)| *mandatory) {
            let said = told.as_ref().and_then(|t| t.get(what));
            if said
                .and_then(Value::as_str)
                .is_none_or(|s| s.trim().is_empty())
            {
                return Err(No::because(format!("The {what} is needed.")));
            }
        }
        Ok(told)
    }
}
