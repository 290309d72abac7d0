//! Looking at an issuer before trusting it with money, and trusting it.

use std::collections::BTreeMap;
use std::str::FromStr;

use cdk::mint_url::MintUrl;
use cdk::nuts::PaymentMethod;
use cdk::nuts::nut00::KnownMethod;
use farthing_money::{Amount, Unit};

use crate::code::plain_text;

use super::Ecash;
use super::keysets::Freshness;
use super::purse::{Purse, purse_id, unit_of};
use super::trouble::Trouble;

/// Longest name, description or message shown, in characters.
const LONGEST_NAME: usize = 80;
const LONGEST_TEXT: usize = 600;
/// Most ways of contact shown.
const MOST_CONTACTS: usize = 8;

/// What an issuer says of itself, for a person to read before trusting it. All texts are plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerCard {
    /// Its address, normalised.
    pub url: String,
    /// Its own name for itself.
    pub name: Option<String>,
    /// What it says it is.
    pub description: Option<String>,
    /// Message of the day, which NUT-06 asks wallets to show.
    pub motd: Option<String>,
    /// Ways to reach the people behind it: (kind, where).
    pub contact: Vec<(String, String)>,
    /// The units it keeps money in.
    pub units: Vec<UnitCard>,
    /// It returns what a Lightning payment did not need (NUT-08).
    pub returns_change: bool,
    /// It proves that its signatures are genuine (NUT-12), so it cannot mark anyone's coins.
    pub proves_signatures: bool,
    /// Lost answers can be asked for again and money restored from words (NUT-07, NUT-09).
    pub can_restore: bool,
}

/// One unit of an issuer: what it costs and allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitCard {
    /// The unit.
    pub unit: Unit,
    /// What each coin costs to use, in parts per thousand of a unit, rounded up per payment.
    pub input_fee_ppk: u64,
    /// Smallest and largest top-up by Lightning; `None` where it names none or takes none.
    pub top_up: Option<(Option<Amount>, Option<Amount>)>,
    /// Smallest and largest payment to Lightning; `None` where it makes none.
    pub pay: Option<(Option<Amount>, Option<Amount>)>,
}

impl Ecash {
    /// Asks an issuer who it is. Nothing is kept.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn look_at_issuer(&self, address: &str) -> Result<IssuerCard, Trouble> {
        let issuer = self.issuer_address(address)?;
        // A connection of its own: one that has seen what the issuer says of itself repeats
        // requests on its own account, and a request to pay must not be.
        let client = self.new_client(&issuer);
        let info = client.get_mint_info().await?;
        let listed = client.get_mint_keysets().await?;
        let mut units: BTreeMap<String, UnitCard> = BTreeMap::new();
        for keyset in listed.keysets.iter().filter(|keyset| keyset.active) {
            let Some(unit) = unit_of(&keyset.unit) else {
                continue;
            };
            let card = units.entry(unit.to_string()).or_insert_with(|| UnitCard {
                unit,
                input_fee_ppk: keyset.input_fee_ppk,
                top_up: None,
                pay: None,
            });
            card.input_fee_ppk = card.input_fee_ppk.min(keyset.input_fee_ppk);
        }
        let bolt11 = PaymentMethod::Known(KnownMethod::Bolt11);
        let bound = |amount: Option<cdk::Amount>, unit: &Unit| {
            amount.and_then(|amount| Amount::new(u64::from(amount), *unit).ok())
        };
        for card in units.values_mut() {
            let currency = super::purse::currency(&card.unit);
            card.top_up = (!info.nuts.nut04.disabled)
                .then(|| {
                    info.nuts
                        .nut04
                        .methods
                        .iter()
                        .find(|way| way.method == bolt11 && way.unit == currency)
                })
                .flatten()
                .map(|way| {
                    (
                        bound(way.min_amount, &card.unit),
                        bound(way.max_amount, &card.unit),
                    )
                });
            card.pay = (!info.nuts.nut05.disabled)
                .then(|| {
                    info.nuts
                        .nut05
                        .methods
                        .iter()
                        .find(|way| way.method == bolt11 && way.unit == currency)
                })
                .flatten()
                .map(|way| {
                    (
                        bound(way.min_amount, &card.unit),
                        bound(way.max_amount, &card.unit),
                    )
                });
        }
        let plain = |text: Option<&String>, longest: usize| {
            text.map(|text| plain_text(text, longest).to_string())
                .filter(|text| !text.is_empty())
        };
        Ok(IssuerCard {
            url: issuer.to_string(),
            name: plain(info.name.as_ref(), LONGEST_NAME),
            description: plain(info.description.as_ref(), LONGEST_TEXT),
            motd: plain(info.motd.as_ref(), LONGEST_TEXT),
            contact: info
                .contact
                .iter()
                .flatten()
                .take(MOST_CONTACTS)
                .map(|way| {
                    let shown = |text: &str| plain_text(text, LONGEST_NAME).to_string();
                    (shown(&way.method), shown(&way.info))
                })
                .collect(),
            units: units.into_values().collect(),
            returns_change: info.nuts.nut08.supported,
            proves_signatures: info.nuts.nut12.supported,
            can_restore: info.nuts.nut07.supported && info.nuts.nut09.supported,
        })
    }

    /// Opens a purse with an issuer the person has looked at and trusts. Opening it twice
    /// changes nothing but what the issuer says of itself.
    ///
    /// # Errors
    /// [`Trouble`]; [`Trouble::Dishonest`] when the keys do not fit their names.
    pub async fn open_purse(&self, card: &IssuerCard, unit: &Unit) -> Result<Purse, Trouble> {
        let issuer = self.issuer_address(&card.url)?;
        // Keys are fetched and checked now, so that the first payment needs fewer requests.
        let currency = super::purse::currency(unit);
        let keyset = self
            .signing_keyset(&issuer, &currency, Freshness::Now)
            .await?;
        let id = purse_id(&issuer, unit);
        // An issuer that once proved its signatures cannot take that back: coins of its old
        // promise are held to it, and so are new ones.
        let proved = self
            .purse(&id)
            .await?
            .is_some_and(|purse| purse.proves_signatures);
        let purse = Purse {
            id,
            issuer: issuer.to_string(),
            issuer_name: card.name.clone(),
            unit: *unit,
            returns_change: card.returns_change,
            proves_signatures: card.proves_signatures || proved,
        };
        if let Some(other) = self.prover_of(&purse, keyset.id).await? {
            return Err(Trouble::KeysOfAnother {
                issuer: other.to_string(),
            });
        }
        self.keep_purse(&purse).await?;
        Ok(purse)
    }

    /// The purse for an issuer's address and unit, if the person has one.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn purse_with(&self, issuer: &str, unit: &Unit) -> Result<Option<Purse>, Trouble> {
        let Some(issuer) = address_of(issuer) else {
            return Ok(None);
        };
        self.purse(&purse_id(&issuer, unit)).await
    }

    pub(super) fn issuer_address(&self, address: &str) -> Result<MintUrl, Trouble> {
        self.gate.check(address).map_err(|_| Trouble::NotSent)?;
        address_of(address).ok_or(Trouble::NotSent)
    }
}

/// An issuer's address as it is kept: its name in small letters, no slash at the end. `None` for what is no address
/// of an issuer.
#[must_use]
pub fn normalised_issuer(text: &str) -> Option<String> {
    address_of(text).map(|issuer| issuer.to_string())
}

/// cdk cuts an address at a second `://`: it would be another issuer than the one a person looked at, and with the
/// slash that is left at the cut yet another when it is read again.
fn address_of(text: &str) -> Option<MintUrl> {
    if text.matches("://").count() != 1 {
        return None;
    }
    MintUrl::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuers_address_is_kept_as_one_that_reads_back_the_same_or_not_at_all() {
        for (text, kept) in [
            (
                "https://Maple.Example/Mint//",
                Some("https://maple.example/Mint"),
            ),
            ("http://127.0.0.1:3338", Some("http://127.0.0.1:3338")),
            ("https://maple.example/a/://b", None),
            ("https://maple.example/a://", None),
            ("https://maple.example/://127.0.0.1", None),
            ("maple.example", None),
            ("", None),
        ] {
            assert_eq!(normalised_issuer(text).as_deref(), kept, "{text}");
            if let Some(kept) = kept {
                assert_eq!(normalised_issuer(kept).as_deref(), Some(kept));
            }
        }
    }
}
