//! Handing a statement over: written down before a byte of it is outside.

use std::io;

use farthing_store::history::{MerchantId, PaymentId};
use farthing_vault::{OpenedBy, sha256_hex};
use serde::{Deserialize, Serialize};

use super::{Statement, StatementError};
use crate::day::Day;
use crate::journal::Event;
use crate::merchants::MerchantError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What the rows of every statement are about: found without reading the whole journal.
const STATEMENTS: PaymentId = PaymentId::from_bytes(*b"statements given");

/// A statement that left the wallet; one journal row, written before it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandedOver {
    /// SHA-256 of the very bytes of the file, in hex.
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whom: Option<String>,
    payments: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    left_out: Vec<String>,
    form: String,
    sealed: bool,
}

/// How a statement is handed over.
#[derive(Debug, Clone, Copy)]
pub struct HandOver<'a> {
    /// The name of its form.
    pub form: &'a str,
    /// The statement in that form.
    pub text: &'a [u8],
    /// What opens it; nothing where it lies open.
    pub opened_by: Option<&'a OpenedBy>,
}

/// A statement that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementMade {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who it was for.
    pub whom: Option<String>,
    /// The merchant it is of, and what the person calls it; none where it is of several.
    pub merchant: Option<(MerchantId, String)>,
    /// How many payments are in it.
    pub payments: u64,
    /// The first day.
    pub since: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// What was left out, by name.
    pub left_out: Vec<String>,
    /// Its form.
    pub form: String,
    /// Whether it was sealed.
    pub sealed: bool,
    /// SHA-256 of the very bytes of the file, in hex.
    pub hash: String,
}

impl Wallet {
    /// Writes down that a statement leaves, then has it written. The hash of the file.
    ///
    /// `write` makes the whole file or leaves nothing of it; when it fails, that is written down too.
    ///
    /// # Errors
    /// [`StatementError`]; there is no file then.
    pub fn hand_over(
        &self,
        statement: &Statement,
        how: HandOver<'_>,
        write: impl FnOnce(&[u8]) -> io::Result<()>,
    ) -> Result<String, StatementError> {
        let sealed = how.opened_by.map(|by| by.seal(how.text)).transpose()?;
        let file = sealed.as_deref().unwrap_or(how.text);
        let hash = sha256_hex(file);
        let left_out = statement.left_out().into_iter();
        let row = HandedOver {
            hash: hash.clone(),
            whom: statement.whom.clone(),
            payments: u64::try_from(statement.lines.len()).unwrap_or(u64::MAX),
            since: statement.since.as_ref().map(Day::to_string),
            until: statement.until.as_ref().map(Day::to_string),
            left_out: left_out.map(|what| what.name().to_owned()).collect(),
            form: how.form.to_owned(),
            sealed: how.opened_by.is_some(),
        };
        let merchant = statement.merchant;
        self.write_down(STATEMENTS, merchant, &Event::HandedOver(row))?;
        if let Err(error) = write(file) {
            let row = Event::NotHandedOver { hash };
            self.write_down(STATEMENTS, merchant, &row)?;
            return Err(StatementError::NotWritten(error));
        }
        Ok(hash)
    }

    /// Every statement that was handed over, the newest first. Those of forgotten merchants are
    /// gone with them.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn statements(&self) -> Result<Vec<StatementMade>, StoreTrouble> {
        let entries = self.history().entries_of(STATEMENTS)?;
        let mut made: Vec<StatementMade> = Vec::new();
        for entry in &entries {
            let Some(body) = &entry.body else { continue };
            match serde_json::from_slice(body)? {
                Event::HandedOver(row) => made.push(StatementMade {
                    at_ms: entry.at_ms,
                    whom: row.whom,
                    merchant: self.named(entry.merchant)?,
                    payments: row.payments,
                    since: row.since,
                    until: row.until,
                    left_out: row.left_out,
                    form: row.form,
                    sealed: row.sealed,
                    hash: row.hash,
                }),
                Event::NotHandedOver { hash } => {
                    if let Some(at) = made.iter().rposition(|one| one.hash == hash) {
                        made.remove(at);
                    }
                }
                _ => {}
            }
        }
        made.reverse();
        Ok(made)
    }

    fn named(
        &self,
        merchant: Option<MerchantId>,
    ) -> Result<Option<(MerchantId, String)>, StoreTrouble> {
        let Some(id) = merchant else { return Ok(None) };
        match self.details_of(id) {
            Ok((_, details, _)) => Ok(Some((id, details.shown_name().to_owned()))),
            Err(MerchantError::Store(trouble)) => Err(trouble),
            Err(_) => Ok(None),
        }
    }
}
