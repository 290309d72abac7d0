//! The busker's BOLT12 offers, painted on the guitar case.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Busker, NODE};
use crate::lightning::{LedgerError, Network, NewInvoiceError, NewOffer};

/// Who the busker says it is.
const ISSUER: &str = "The Busker";

/// Till, price in millisatoshi and words of each.
const OFFERS: [(&str, Option<u64>, &str); 2] = [
    ("tips", None, "The hat on the pavement"),
    ("song", Some(21_000), "A song of your choice"),
];

/// Writes the offers, by till.
pub(super) fn write(network: &Network) -> Result<BTreeMap<&'static str, String>, NewInvoiceError> {
    OFFERS
        .into_iter()
        .map(|(till, amount_msat, description)| {
            let made = network.offer(NewOffer {
                node: NODE,
                till,
                amount_msat,
                description,
                issuer: ISSUER,
            })?;
            Ok((till, made.text))
        })
        .collect()
}

impl Busker {
    /// The offers, by till.
    #[must_use]
    pub fn offers(&self) -> &BTreeMap<&'static str, String> {
        &self.offers
    }

    /// What was paid for each offer, by the network's books.
    pub(super) fn hat(&self) -> Result<Value, LedgerError> {
        let tills = self.network.tills(NODE)?;
        let hat: BTreeMap<_, _> = self
            .offers
            .keys()
            .map(|till| {
                let found = tills.iter().find(|flow| flow.till == *till);
                let (paid, msat) = found.map_or((0, 0), |flow| (flow.paid, flow.received_msat));
                (*till, json!({ "paid": paid, "received_msat": msat }))
            })
            .collect();
        Ok(json!({ "offers": hat }))
    }
}
