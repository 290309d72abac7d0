//! `history.db`: the journal of payments, the merchants, and small sealed documents.
//!
//! The file is SQLCipher, which hides how much there is and when it happened. Inside it every row
//! is sealed again: under its merchant's own key, or under the wallet's where there is no merchant.
//! Destroying a merchant's key ([`History::forget`]) leaves noise, here and in every old copy.
//!
//! The journal is append-only and chained: each row carries an HMAC over the row before it and its
//! own *sealed* bytes, so it still holds after a merchant has been forgotten. The head says where
//! it ends. All of it is checked at every opening, of a very long one its end, its numbers and a
//! stretch that is another one each time; [`History::verify`] leaves nothing out.
//!
//! An old copy of the *whole* file looks in order. Keep [`History::head`] somewhere else (the
//! keychain) and ask [`History::holds`].
//!
//! Calls are synchronous and wait for the disk; from async code, wrap them in `spawn_blocking`.

mod chain;
mod documents;
mod error;
mod journal;
mod merchants;
mod migrations;
mod open;
mod record;
mod salvage;
mod search;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use farthing_vault::{HistoryKeys, MerchantKey, MerchantKeyError};
use rusqlite::Connection;
use uuid::Uuid;

pub use documents::Document;
pub use error::{
    ChainBreak, ForgetError, HistoryError, OpenHistoryError, Place, PutError, Unreadable,
    VerifyError,
};
pub use journal::{ChainReport, Entry, Head, NewEntry};
pub use merchants::Merchant;
pub use salvage::Salvaged;
use search::Index;

/// The longest body of a journal row, a merchant or a document, in bytes. With the words and the
/// row's own fields it stays below what the vault seals in one piece.
pub const MAX_BODY: usize = farthing_vault::MAX_PLAINTEXT - MAX_TEXT - 64;

/// The longest search words of a row, the longest identity and the longest document key, in bytes.
pub const MAX_TEXT: usize = 16 * 1024;

/// An open `history.db`.
pub struct History {
    sqlite: Connection,
    keys: HistoryKeys,
    /// Of every merchant that is not forgotten, or why its key cannot be had.
    merchant_keys: BTreeMap<MerchantId, Result<MerchantKey, MerchantKeyError>>,
    head: Head,
    /// Made by the first search.
    index: Option<Index>,
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("entries", &self.head.entries)
            .finish_non_exhaustive()
    }
}

/// One payment, over all its journal rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentId(Uuid);

/// The text is not a payment's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a payment's id")]
pub struct NotAPaymentId;

impl PaymentId {
    /// A new one, random, so that it tells nothing.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// From its 16 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl From<Uuid> for PaymentId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for PaymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for PaymentId {
    type Err = NotAPaymentId;

    /// Reads 32 hexadecimal digits, with or without hyphens.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text.trim())
            .map(Self)
            .map_err(|_| NotAPaymentId)
    }
}

/// A merchant's number in this wallet. Never given to another merchant, not even after it has been
/// forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MerchantId(i64);

impl MerchantId {
    /// From its number; whether there is such a merchant is not checked.
    #[must_use]
    pub const fn from_i64(number: i64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn as_i64(self) -> i64 {
        self.0
    }
}

impl fmt::Display for MerchantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MerchantId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self)
    }
}

/// A journal row's number: 1 for the first, without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Refuses what is longer than `at_most` before anything is written.
fn bounded(what: &'static str, bytes: usize, at_most: usize) -> Result<(), HistoryError> {
    if bytes > at_most {
        return Err(HistoryError::TooLong {
            what,
            bytes,
            at_most,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
