//! What a payee wants to know about the payer (LUD-18).

use std::collections::BTreeMap;

use serde_json::Value;

use super::LnurlError;
use crate::code::plain_text;

/// Most things a payee may ask for.
const MOST_ASKS: usize = 16;
/// Longest name of a thing that is asked for, in characters.
const MAX_NAME: usize = 40;

/// One thing a payee wants to know. Nothing is told by being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayerAsk {
    /// `name`, `email`, `identifier`, `pubkey`, `auth`, or a word of the payee's own.
    pub item: String,
    /// It takes no payment without it.
    pub mandatory: bool,
}

/// The wishes in the order people read them; unknown ones only where they are demanded.
pub(super) fn asks(wishes: &BTreeMap<String, Value>) -> Result<Vec<PayerAsk>, LnurlError> {
    const KNOWN: [&str; 5] = ["name", "email", "identifier", "pubkey", "auth"];
    if wishes.len() > MOST_ASKS {
        return Err(LnurlError::Unreadable("it wants to know too many things"));
    }
    let mandatory = |wish: &Value| match wish.get("mandatory") {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        // Neither yes nor no could mean yes.
        Some(_) => Err(LnurlError::Unreadable("what it demands cannot be read")),
    };
    let mut asks = Vec::new();
    for item in KNOWN {
        if let Some(wish) = wishes.get(item).filter(|wish| !wish.is_null()) {
            asks.push(PayerAsk {
                item: item.to_owned(),
                mandatory: mandatory(wish)?,
            });
        }
    }
    for (item, wish) in wishes {
        if !KNOWN.contains(&item.as_str()) && mandatory(wish)? {
            asks.push(PayerAsk {
                item: plain_text(item, MAX_NAME).to_string(),
                mandatory: true,
            });
        }
    }
    Ok(asks)
}
