//! BOLT12 offers: what a node may be paid for again and again.
//!
//! Where real nodes ask each other for an invoice over onion messages, this network has the
//! payee write one itself: the same invoice for the same payment, however often it is asked for.

use std::time::Duration;

use lightning::bitcoin::Network as Chain;
use lightning::offers::offer::OfferBuilder;
use rusqlite::{OptionalExtension, params};

use super::RoutingFee;
use super::ledger::{InvoiceRecord, Ledger, LedgerError, signed, unsigned};
use super::network::{Network, NewInvoice, NewInvoiceError, Outcome, PayError};

/// Seconds a payee waits for the payment it wrote an invoice for.
const WAITS: Duration = Duration::from_secs(600);

pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS offer (
    text TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    till TEXT NOT NULL,
    amount_msat INTEGER,
    description TEXT NOT NULL
) STRICT;
-- The invoice of each payment of an offer, so that asking twice pays once.
CREATE TABLE IF NOT EXISTS offer_invoice (
    payer TEXT NOT NULL,
    reference TEXT NOT NULL,
    hash TEXT NOT NULL REFERENCES invoice (hash),
    PRIMARY KEY (payer, reference)
) STRICT;
";

/// An offer to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewOffer<'a> {
    /// Node it pays.
    pub node: &'a str,
    /// Which till of that node.
    pub till: &'a str,
    /// Millisatoshi; `None` lets the payer choose.
    pub amount_msat: Option<u64>,
    /// What the payer reads.
    pub description: &'a str,
    /// Who the payee says it is.
    pub issuer: &'a str,
}

/// An offer as the network knows it.
#[derive(Debug, Clone)]
pub struct OfferRecord {
    /// The offer itself.
    pub text: String,
    /// Node it pays.
    pub node: String,
    /// Which till of that node.
    pub till: String,
    /// Amount asked for, in millisatoshi; `None` lets the payer choose.
    pub amount_msat: Option<u64>,
    /// What the payer reads.
    pub description: String,
}

impl Network {
    /// Writes an offer. The same words make the same offer, also after a restart.
    pub fn offer(&self, new: NewOffer<'_>) -> Result<OfferRecord, NewInvoiceError> {
        let mut draft = OfferBuilder::new(self.signer(new.node)?.public())
            .chain(Chain::Regtest)
            .description(new.description.to_owned())
            .issuer(new.issuer.to_owned());
        if let Some(amount) = new.amount_msat {
            draft = draft.amount_msats(amount);
        }
        let record = OfferRecord {
            text: draft.build()?.to_string(),
            node: new.node.to_owned(),
            till: new.till.to_owned(),
            amount_msat: new.amount_msat,
            description: new.description.to_owned(),
        };
        self.ledger().keep_offer(&record)?;
        Ok(record)
    }

    fn payable(
        &self,
        offer: &str,
        chosen_msat: Option<u64>,
    ) -> Result<(OfferRecord, u64), PayError> {
        let record = self.ledger().find_offer(offer)?.ok_or(PayError::NoRoute)?;
        match (record.amount_msat, chosen_msat) {
            (Some(asked), Some(chosen)) if asked != chosen => Err(PayError::Amount),
            (Some(asked), _) => Ok((record, asked)),
            (None, Some(chosen)) if chosen > 0 => Ok((record, chosen)),
            (None, _) => Err(PayError::Amount),
        }
    }

    /// Amount and routing fee of paying an offer, in millisatoshi, without paying.
    pub fn quote_offer(
        &self,
        offer: &str,
        chosen_msat: Option<u64>,
    ) -> Result<(u64, u64), PayError> {
        let (record, amount) = self.payable(offer, chosen_msat)?;
        let fee = RoutingFee::to(&record.node)
            .of(amount)
            .ok_or(PayError::Amount)?;
        Ok((amount, fee))
    }

    /// Pays an offer, once for each `reference`; answers the payment hash as well.
    pub async fn pay_offer(
        &self,
        payer: &str,
        offer: &str,
        chosen_msat: Option<u64>,
        max_fee_msat: Option<u64>,
        reference: &str,
    ) -> Result<(String, Outcome), PayError> {
        let invoice = match self.invoice_for(payer, reference)? {
            Some(invoice) => invoice,
            None => {
                let (record, amount) = self.payable(offer, chosen_msat)?;
                let made = self
                    .invoice(&NewInvoice {
                        node: &record.node,
                        till: &record.till,
                        amount_msat: Some(amount),
                        description: record.description.as_str().into(),
                        expiry: WAITS,
                    })
                    .map_err(|_| PayError::NoRoute)?;
                // Of two at once, one is first, and both pay that one's invoice.
                self.ledger()
                    .keep_invoice_for(payer, reference, &made.hash)?;
                self.invoice_for(payer, reference)?
                    .ok_or(LedgerError::Unreadable("offer's invoice"))?
            }
        };
        let outcome = self
            .pay(payer, &invoice.bolt11, None, max_fee_msat, Some(reference))
            .await?;
        Ok((invoice.hash, outcome))
    }

    /// The invoice that was written for one payment of an offer, if it ever came so far.
    pub fn invoice_for(
        &self,
        payer: &str,
        reference: &str,
    ) -> Result<Option<InvoiceRecord>, LedgerError> {
        match self.ledger().invoice_for(payer, reference)? {
            Some(hash) => self.find(&hash),
            None => Ok(None),
        }
    }
}

impl Ledger {
    fn keep_offer(&self, offer: &OfferRecord) -> Result<(), LedgerError> {
        self.book.lock().execute(
            "INSERT OR REPLACE INTO offer (text, node, till, amount_msat, description)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                offer.text,
                offer.node,
                offer.till,
                offer.amount_msat.map(signed).transpose()?,
                offer.description,
            ],
        )?;
        Ok(())
    }

    fn find_offer(&self, text: &str) -> Result<Option<OfferRecord>, LedgerError> {
        let found = self
            .book
            .lock()
            .query_row(
                "SELECT text, node, till, description, amount_msat FROM offer WHERE text = ?1",
                [text],
                |row| {
                    let offer = OfferRecord {
                        text: row.get(0)?,
                        node: row.get(1)?,
                        till: row.get(2)?,
                        description: row.get(3)?,
                        amount_msat: None,
                    };
                    Ok((offer, row.get::<_, Option<i64>>(4)?))
                },
            )
            .optional()?;
        let Some((offer, amount)) = found else {
            return Ok(None);
        };
        Ok(Some(OfferRecord {
            amount_msat: amount.map(unsigned).transpose()?,
            ..offer
        }))
    }

    fn keep_invoice_for(
        &self,
        payer: &str,
        reference: &str,
        hash: &str,
    ) -> Result<(), LedgerError> {
        self.book.lock().execute(
            "INSERT OR IGNORE INTO offer_invoice (payer, reference, hash) VALUES (?1, ?2, ?3)",
            [payer, reference, hash],
        )?;
        Ok(())
    }

    fn invoice_for(&self, payer: &str, reference: &str) -> Result<Option<String>, LedgerError> {
        Ok(self
            .book
            .lock()
            .query_row(
                "SELECT hash FROM offer_invoice WHERE payer = ?1 AND reference = ?2",
                [payer, reference],
                |row| row.get(0),
            )
            .optional()?)
    }
}
