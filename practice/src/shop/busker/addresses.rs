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
    /// Where it gets mail, beside its Lightning address.
    pub email: Option<&'static str>,
    /// LUD-12: letters in a comment.
    pub comment: usize,
    /// LUD-18: what is asked of the payer.
    pub asks: &'static [Wish],
    /// Charges a tenth more to whoever does not tell everything it asks for.
    pub charges_for_silence: bool,
    pub thanks: Thanks,
    /// LUD-11.
    pub disposable: Option<bool>,
}

/// Something a payer is asked for.
#[derive(Debug)]
pub(crate) struct Wish {
    pub what: &'static str,
    /// No invoice without it.
    pub mandatory: bool,
    /// Beyond LUD-18: what for, and why.
    pub purpose: Option<(&'static str, &'static str)>,
}

const fn wish(what: &'static str) -> Wish {
    Wish {
        what,
        mandatory: false,
        purpose: None,
    }
}

const fn demand(what: &'static str) -> Wish {
    Wish {
        mandatory: true,
        ..wish(what)
    }
}

const fn wish_for(what: &'static str, purpose: &'static str, why: &'static str) -> Wish {
    Wish {
        purpose: Some((purpose, why)),
        ..wish(what)
    }
}

const PLAIN: Address = Address {
    name: "plain",
    says: "A coin in the hat",
    says_more: None,
    min_msat: 1_000,
    max_msat: 100_000_000,
    email: None,
    comment: 0,
    asks: &[],
    charges_for_silence: false,
    thanks: Thanks::None,
    disposable: None,
};

pub(super) const ADDRESSES: [Address; 11] = [
    PLAIN,
    Address {
        name: "busker",
        says: "A song from the busker",
        says_more: Some(
            "A song from the busker on the market square.\nRequests are welcome in the comment.",
        ),
        email: Some("songs@busker.example"),
        comment: 140,
        asks: &[wish("name"), wish("email"), wish("identifier")],
        thanks: Thanks::Message,
        disposable: Some(false),
        ..PLAIN
    },
    Address {
        name: "regular",
        says: "A song for regulars",
        comment: 140,
        asks: &[demand("name"), wish("email")],
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
    Address {
        name: "greedy",
        says: "A song, and everything about you",
        comment: 140,
        asks: &[
            wish("name"),
            wish_for("email", "receipt", "to send you the song"),
            wish_for("phone", "marketing", "so that a partner can call you"),
            wish_for("region", "research", "to plan the tour"),
            wish_for("age_band", "marketing", "to know who listens"),
            wish_for("interests", "recommend", "to find you more songs"),
            wish("pubkey"),
        ],
        ..PLAIN
    },
    // Somebody else, who would like to be taken for the busker.
    Address {
        name: "bu5ker",
        says: "A song from the busker",
        asks: &[wish("pubkey")],
        ..PLAIN
    },
    Address {
        name: "nosy",
        says: "A song that asks every time",
        asks: &[wish_for("email", "marketing", "for our letters")],
        ..PLAIN
    },
    Address {
        name: "discount",
        says: "A song, cheaper for those who tell",
        asks: &[wish("email")],
        charges_for_silence: true,
        ..PLAIN
    },
];

impl Address {
    pub(super) fn named(name: &str) -> Result<&'static Self, No> {
        static ALL: [Address; 11] = ADDRESSES;
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
        for Wish { what, .. } in self.asks.iter().filter(|wish| wish.mandatory) {
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

    /// What an invoice is made out for, in millisatoshis, to a payer who told this.
    pub(super) fn charges(&self, asked_msat: u64, told: Option<&Value>) -> u64 {
        let told_all = self
            .asks
            .iter()
            .all(|wish| told.is_some_and(|told| told.get(wish.what).is_some()));
        if self.charges_for_silence && !told_all {
            asked_msat.saturating_add(asked_msat / 10)
        } else {
            asked_msat
        }
    }
}
