//! *Kiosk*: cash vouchers (LUD-03 withdraw links), each paid out once.

mod book;
mod routes;

use std::path::Path;
use std::sync::Arc;

use cdk_common::util::hex;
use serde::Serialize;
use serde_json::{Value, json};

pub use routes::{control, router};

use super::lnurl::{Link, No};
use super::orders::StoreError;
use super::turns::Turns;
use crate::lightning::{Network, Outcome, PayError};
use book::{State, Voucher, VoucherBook};

/// The kiosk's Lightning node and its folder.
pub(crate) const NODE: &str = "kiosk";
/// Largest voucher: a thousandth of a bitcoin, in millisatoshi.
const LARGEST_MSAT: u64 = 100_000_000;
/// What lies on the counter when the town opens, smallest and largest, in millisatoshi.
const COUNTER: [(u64, u64); 5] = [
    (21_000, 21_000),
    (21_000, 21_000),
    (1_000, 100_000),
    (500_000, 500_000),
    (1_000_000, 1_000_000),
];

/// The kiosk.
#[derive(Debug)]
pub struct Kiosk {
    origin: String,
    /// LUD-19: where money goes the other way.
    pay_link: String,
    network: Network,
    book: VoucherBook,
    turns: Turns,
}

/// A voucher as tests and the manifest see it.
#[derive(Debug, Clone, Serialize)]
pub struct VoucherEntry {
    /// Its id.
    pub id: String,
    /// Its link.
    #[serde(flatten)]
    pub link: Link,
    /// Smallest amount it pays, in millisatoshi.
    pub min_msat: u64,
    /// Largest amount it pays, in millisatoshi.
    pub max_msat: u64,
    /// `fresh`, `paying` or `paid`.
    pub state: State,
    /// The invoice it pays.
    pub invoice: Option<String>,
    /// LUD-15: whom the wallet wants told about new money.
    pub balance_notify: Option<String>,
}

impl Kiosk {
    /// Opens the kiosk; every kind of voucher lies ready.
    pub fn open(
        folder: &Path,
        origin: String,
        pay_link: String,
        network: Network,
    ) -> Result<Self, StoreError> {
        let kiosk = Self {
            origin,
            pay_link,
            network,
            book: VoucherBook::open(&folder.join("vouchers.db"))?,
            turns: Turns::default(),
        };
        let mut fresh = kiosk.book.fresh()?;
        for (min, max) in COUNTER {
            let found = fresh
                .iter()
                .position(|v| (v.min_msat, v.max_msat) == (min, max));
            match found {
                Some(at) => drop(fresh.swap_remove(at)),
                None => drop(kiosk.print(min, max)?),
            }
        }
        Ok(kiosk)
    }

    /// Where it stands.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.origin
    }

    /// Vouchers nobody has cashed.
    pub fn fresh(&self) -> Result<Vec<VoucherEntry>, StoreError> {
        Ok(self
            .book
            .fresh()?
            .into_iter()
            .map(|v| self.entry(v))
            .collect())
    }

    fn all(&self) -> Result<Vec<VoucherEntry>, StoreError> {
        Ok(self
            .book
            .all()?
            .into_iter()
            .map(|v| self.entry(v))
            .collect())
    }

    fn print(&self, min_msat: u64, max_msat: u64) -> Result<VoucherEntry, StoreError> {
        let mut noise = [0_u8; 32];
        getrandom::fill(&mut noise).map_err(|_| StoreError::Unreadable("source of randomness"))?;
        let voucher = Voucher {
            id: uuid::Uuid::new_v4().simple().to_string(),
            k1: hex::encode(noise),
            min_msat,
            max_msat,
            state: State::Fresh,
            invoice: None,
            notify: None,
        };
        self.book.add(&voucher)?;
        Ok(self.entry(voucher))
    }

    fn entry(&self, voucher: Voucher) -> VoucherEntry {
        VoucherEntry {
            link: Link::new("lnurlw", format!("{}/voucher/{}", self.origin, voucher.id)),
            id: voucher.id,
            min_msat: voucher.min_msat,
            max_msat: voucher.max_msat,
            state: voucher.state,
            invoice: voucher.invoice,
            balance_notify: voucher.notify,
        }
    }

    fn find(&self, id: &str) -> Result<Voucher, No> {
        let found = self.book.find(id).map_err(No::broken)?;
        found.ok_or_else(|| No::because("There is no such voucher."))
    }

    /// LUD-03, first answer; `balance` answers zero where a voucher says no (LUD-14).
    fn terms(&self, id: &str, balance: bool) -> Result<Value, No> {
        let voucher = self.find(id)?;
        let fresh = voucher.state == State::Fresh;
        if !fresh && !balance {
            return Err(No::because("This voucher was cashed already."));
        }
        let worth = |msat: u64| if fresh { msat } else { 0 };
        let at = |path: &str| format!("{}/voucher/{id}/{path}", self.origin);
        Ok(json!({
            "tag": "withdrawRequest",
            "callback": at("cash"),
            "k1": voucher.k1,
            "defaultDescription": "A voucher from the kiosk",
            "minWithdrawable": worth(voucher.min_msat),
            "maxWithdrawable": worth(voucher.max_msat),
            "balanceCheck": at("balance"),
            "payLink": self.pay_link,
        }))
    }

    /// LUD-03, second answer. The first invoice gets the voucher; the same one again
    /// gets the same answer.
    fn cash(
        self: &Arc<Self>,
        id: &str,
        k1: &str,
        invoice: &str,
        notify: Option<&str>,
    ) -> Result<(), No> {
        let voucher = self.find(id)?;
        if voucher.k1 != k1 {
            return Err(No::because("This is not the voucher's k1."));
        }
        let invoice = invoice.trim().to_lowercase();
        if voucher.state != State::Fresh && voucher.invoice.as_deref() == Some(&invoice) {
            return Ok(());
        }
        let (_, amount, _) = self
            .network
            .quote(&invoice, None)
            .map_err(|e| No::because(e.to_string()))?;
        if !(voucher.min_msat..=voucher.max_msat).contains(&amount) {
            return Err(No::because("The voucher is not worth this amount."));
        }
        // Claimed in the book before a satoshi moves, so that two who ask at the same
        // moment, or a kiosk that dies here, cannot have it paid twice.
        if !self.book.claim(id, &invoice, notify).map_err(No::broken)? {
            return Err(No::because("This voucher was cashed already."));
        }
        let (kiosk, id) = (Arc::clone(self), id.to_owned());
        tokio::spawn(async move {
            let turn = kiosk.turns.of(&id);
            let _turn = turn.lock().await;
            kiosk.pay_out(&id).await;
        });
        Ok(())
    }

    /// Pays the claimed invoice. Only in the voucher's turn: a second try after a
    /// failed one would be a second payment.
    async fn pay_out(&self, id: &str) {
        let Ok(Some(voucher)) = self.book.find(id) else {
            return;
        };
        let (State::Paying, Some(invoice)) = (voucher.state, voucher.invoice) else {
            return;
        };
        let outcome = self.network.pay(NODE, &invoice, None, None, Some(id)).await;
        let written = match outcome {
            Ok(Outcome::Paid(..)) => self.book.decide(id, true),
            // Not on its way and never was: the voucher is good for another invoice.
            Ok(Outcome::Failed(_)) => self.book.decide(id, false),
            Ok(Outcome::Pending(_) | Outcome::Unknown(_)) | Err(PayError::Ledger(_)) => Ok(()),
            Err(_) => self.book.decide(id, false),
        };
        if let Err(error) = written {
            tracing::error!(%error, "the kiosk could not write down a payment");
        }
    }

    /// Finds out about everything that is still being paid.
    pub async fn resume(&self) {
        for voucher in self.book.paying().unwrap_or_default() {
            let turn = self.turns.of(&voucher.id);
            let Ok(_turn) = turn.try_lock() else {
                continue;
            };
            // It may have been decided while we looked at the others.
            let Ok(Some(voucher)) = self.book.find(&voucher.id) else {
                continue;
            };
            if voucher.state != State::Paying {
                continue;
            }
            // An attempt that was made is asked about, never made again: an invoice
            // that has run out meanwhile says nothing about a payment on its way.
            let hash = voucher
                .invoice
                .as_deref()
                .and_then(|invoice| self.network.quote(invoice, None).ok())
                .map(|(record, _, _)| record.hash);
            let Some(hash) = hash else {
                continue;
            };
            let written = match self.network.outcome(NODE, &hash) {
                Ok(Some(Outcome::Paid(..))) => self.book.decide(&voucher.id, true),
                Ok(Some(Outcome::Failed(_))) => self.book.decide(&voucher.id, false),
                Ok(None) => {
                    self.pay_out(&voucher.id).await;
                    Ok(())
                }
                Ok(Some(Outcome::Pending(_) | Outcome::Unknown(_))) | Err(_) => Ok(()),
            };
            if let Err(error) = written {
                tracing::error!(%error, "the kiosk could not write down a payment");
            }
        }
    }
}
