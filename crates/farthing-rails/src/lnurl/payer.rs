//! What a payee wants to know about the payer (LUD-18). A site behind HTTP 402 asks in the same words,
//! in a header.
//!
//! Beside LUD-18's own words a payee may ask for anything this wallet has a word for, and say what
//! for: `"email":{"mandatory":false,"purpose":"receipt","why":"to send you the tickets"}`.

use std::collections::BTreeMap;

use farthing_policy::{Item, Purpose, SharingAsk};
use serde_json::Value;

use super::LnurlError;
use crate::code::{Plain, plain_text};
use crate::telling::{item_of, payer_key};

/// Most things a payee may ask for.
const MOST_ASKS: usize = 16;
/// Longest name of a thing that is asked for, in characters.
const MAX_NAME: usize = 40;
/// Longest reason, in characters.
const MAX_WHY: usize = 120;

/// One thing a payee wants to know. Nothing is told by being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayerAsk {
    /// What, what for, and whether it insists.
    pub ask: SharingAsk,
    /// Its reason, in its own words.
    pub why: Option<Plain>,
}

/// Everything a payee wants to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayerAsks {
    /// What this wallet can tell, in the order in which people read it.
    pub known: Vec<PayerAsk>,
    /// What it insists on and this wallet cannot tell, in its own words.
    pub unknown: Vec<Plain>,
}

/// Reads the wishes. One that cannot be met and is not insisted on is nobody's business.
pub(crate) fn asks(wishes: &BTreeMap<String, Value>) -> Result<PayerAsks, LnurlError> {
    if wishes.len() > MOST_ASKS {
        return Err(LnurlError::Unreadable("it wants to know too many things"));
    }
    let mut asks = PayerAsks::default();
    for item in Item::ALL {
        let wish = payer_key(item).and_then(|key| wishes.get(&key));
        if let Some(wish) = wish.filter(|wish| !wish.is_null()) {
            let why = wish.get("why").and_then(Value::as_str);
            asks.known.push(PayerAsk {
                ask: SharingAsk {
                    item,
                    purpose: purpose(wish),
                    required: mandatory(wish)?,
                },
                why: why
                    .map(|why| plain_text(why, MAX_WHY))
                    .filter(|why| !why.is_empty()),
            });
        }
    }
    for (key, wish) in wishes {
        if item_of(key).is_none() && !wish.is_null() && mandatory(wish)? {
            asks.unknown.push(plain_text(key, MAX_NAME));
        }
    }
    Ok(asks)
}

fn mandatory(wish: &Value) -> Result<bool, LnurlError> {
    match wish.get("mandatory") {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        // Neither yes nor no could mean yes.
        Some(_) => Err(LnurlError::Unreadable("what it demands cannot be read")),
    }
}

/// LUD-18 knows no purposes: who names none asks in order to do what it is paid for. One that we
/// do not know is taken for the widest.
fn purpose(wish: &Value) -> Purpose {
    match wish.get("purpose") {
        None | Some(Value::Null) => Purpose::Deliver,
        Some(named) => named
            .as_str()
            .and_then(|named| named.parse().ok())
            .unwrap_or(Purpose::Marketing),
    }
}
