//! Letting statistics leave: into a file, or to an address the person typed. Nothing else does it.

use std::io;

use farthing_rails::gate::{Errand, GateError};
use farthing_store::history::PaymentId;
use farthing_vault::sha256_hex;
use serde::{Deserialize, Serialize};

use super::StatisticsError;
use super::kept::{Drawn, Kept, last_month};
use crate::clock::now_ms;
use crate::journal::Event;
use crate::month::Month;
use crate::wallet::Wallet;

/// Statistics that were about to leave; one journal row, written before they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StatisticsLeft {
    month: String,
    /// SHA-256 of the very bytes, in hex.
    hash: String,
    /// The address; none where they went into a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

impl Wallet {
    /// Has this month's statistics written into a file. `write` makes the whole file or leaves
    /// nothing of it.
    ///
    /// # Errors
    /// [`StatisticsError`]; there is no file then.
    pub fn keep_statistics(
        &self,
        write: impl FnOnce(&Month, &[u8]) -> io::Result<()>,
    ) -> Result<(), StatisticsError> {
        let month = last_month();
        let drawn = self.let_leave(month, None)?;
        let text = drawn.text();
        write(&month, text.as_bytes()).map_err(StatisticsError::NotWritten)
    }

    /// Sends this month's statistics to an address, once.
    ///
    /// # Errors
    /// [`StatisticsError`]. After [`StatisticsError::Unanswered`] they count as sent.
    pub async fn post_statistics(&self, address: &str) -> Result<(), StatisticsError> {
        let gate = self.ecash.gate();
        let url = gate
            .check(address.trim())
            .map_err(StatisticsError::Address)?;
        let month = last_month();
        let drawn = self.let_leave(month, Some(url.as_str()))?;
        let body = drawn.text().into_bytes();
        let answer = gate.post_json(Errand::Statistics, url, body).await;
        let error = match answer {
            Ok(reply) if (200..300).contains(&reply.status) => return Ok(()),
            Ok(reply) => StatisticsError::Refused {
                status: reply.status,
            },
            Err(GateError::Blocked(why)) => StatisticsError::Address(why),
            Err(error @ GateError::NotConnected) => StatisticsError::NotSent(error),
            // It may have arrived: sent twice it would count twice.
            Err(_) => return Err(StatisticsError::Unanswered),
        };
        self.change_statistics(|kept| {
            if let Some(drawn) = kept.of_mut(month) {
                drawn.sent_ms = None;
            }
            Ok(())
        })?;
        Err(error)
    }

    /// Writes down that a month leaves, if it may.
    fn let_leave(&self, month: Month, to: Option<&str>) -> Result<Drawn, StatisticsError> {
        let may_leave = |kept: &Kept| match kept.on {
            false => Err(StatisticsError::Off),
            true if !kept.has_budget_for(month) => Err(StatisticsError::BudgetSpent),
            true => Ok(()),
        };
        may_leave(&self.drawn(month)?)?;
        let now = now_ms();
        let kept = self.change_statistics(|kept| {
            may_leave(kept)?;
            let Some(drawn) = kept.of_mut(month) else {
                return Ok(());
            };
            if to.is_some() {
                if drawn.sent_ms.is_some() {
                    return Err(StatisticsError::Sent);
                }
                drawn.sent_ms = Some(now);
            }
            drawn.left_ms.get_or_insert(now);
            Ok(())
        })?;
        let drawn = kept.of(month).cloned();
        let drawn = drawn.ok_or_else(crate::trouble::StoreTrouble::damaged)?;
        let row = StatisticsLeft {
            month: drawn.month.clone(),
            hash: sha256_hex(drawn.text().as_bytes()),
            to: to.map(str::to_owned),
        };
        self.write_down(PaymentId::random(), None, &Event::StatisticsLeft(row))?;
        Ok(drawn)
    }
}
