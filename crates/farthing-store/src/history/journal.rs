//! The journal: what happened, in order, each row chained to the one before.

use std::fmt;
use std::ops::ControlFlow;

use farthing_vault::{Binding, HistoryKeys, Link, MerchantKeyError};
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

use super::chain::{self, Look};
use super::error::Unreadable;
use super::merchants::Anew;
use super::record::{Record, Stub};
use super::search::Index;
use super::{
    History, HistoryError, MAX_BODY, MAX_TEXT, MerchantId, OpenHistoryError, PaymentId, Place, Seq,
    VerifyError, bounded,
};
use crate::encrypted;

/// What is to be written.
#[derive(Clone, Copy)]
pub struct NewEntry<'a> {
    /// Which payment it is about.
    pub payment: PaymentId,
    /// With whom, if we keep settings for them.
    pub merchant: Option<MerchantId>,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What; at most [`MAX_BODY`] bytes.
    pub body: &'a [u8],
    /// What a search should find it by; at most [`MAX_TEXT`] bytes.
    pub words: &'a str,
}

impl fmt::Debug for NewEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEntry")
            .field("payment", &self.payment)
            .finish_non_exhaustive()
    }
}

/// What was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// Which payment it is about.
    pub payment: PaymentId,
    /// With whom.
    pub merchant: Option<MerchantId>,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What; nothing after the merchant has been forgotten.
    pub body: Option<Vec<u8>>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("seq", &self.seq)
            .field("payment", &self.payment)
            .finish_non_exhaustive()
    }
}

/// Where the journal ends. Kept elsewhere too, it shows whether an old copy of the file was put
/// back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many rows there are.
    pub entries: u64,
    /// The link of the last one.
    pub link: Link,
}

/// What the doctor found in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainReport {
    /// Journal rows, all in their places.
    pub entries: u64,
    /// Those of them whose merchant has been forgotten.
    pub forgotten: u64,
}

/// A row as it stands in the file.
pub(super) struct Sealed {
    pub(super) seq: u64,
    payment: [u8; 32],
    merchant: Option<MerchantId>,
    stub: Vec<u8>,
    sealed: Vec<u8>,
    pub(super) link: Link,
}

/// Which rows are read, and in which order.
#[derive(Clone, Copy)]
enum Rows {
    All,
    NewestFirst,
    Of(PaymentId),
    With(MerchantId),
}

pub(super) const COLUMNS: &str = "seq, payment, merchant, stub, sealed, link";

impl Sealed {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            // AUTOINCREMENT counts up from 1; anything below was put in and breaks the chain as row
            // 0.
            seq: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            payment: row.get(1)?,
            merchant: row.get::<_, Option<i64>>(2)?.map(MerchantId),
            stub: row.get(3)?,
            sealed: row.get(4)?,
            link: Link(row.get(5)?),
        })
    }

    /// What the link covers: every column, so that no two different rows give the same bytes.
    pub(super) fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(
            self.stub
                .len()
                .saturating_add(self.sealed.len())
                .saturating_add(80),
        );
        bytes.extend_from_slice(b"journal/1");
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        bytes.extend_from_slice(&self.payment);
        // Merchants count from 1.
        bytes.extend_from_slice(&self.merchant.map_or(0, MerchantId::as_i64).to_be_bytes());
        for part in [&self.stub, &self.sealed] {
            bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }

    fn stub(&self, keys: &HistoryKeys) -> Result<Stub, HistoryError> {
        let row = self.seq.to_be_bytes();
        let unreadable = |why| HistoryError::Unreadable {
            place: Place::Journal(self.seq),
            why,
        };
        let bytes = keys
            .wallet_rows()
            .open(&stub_place(&row), &self.stub)
            .map_err(|why| unreadable(why.into()))?;
        Stub::decode(&bytes).ok_or_else(|| unreadable(Unreadable::Layout))
    }
}

fn stub_place(row: &[u8; 8]) -> Binding<'_> {
    Binding {
        table: "journal/stub",
        row,
        version: 1,
    }
}

fn body_place(row: &[u8; 8]) -> Binding<'_> {
    Binding {
        table: "journal",
        row,
        version: 1,
    }
}

fn payment_lookup(keys: &HistoryKeys, payment: PaymentId) -> [u8; 32] {
    keys.lookup().hash("journal/payment", payment.as_bytes())
}

pub(super) fn head_seal(keys: &HistoryKeys, head: &Head) -> [u8; 32] {
    let mut bytes = [0; 40];
    let (entries, link) = bytes.split_at_mut(8);
    entries.copy_from_slice(&head.entries.to_be_bytes());
    link.copy_from_slice(&head.link.0);
    keys.lookup().hash("journal/head", &bytes)
}

/// Writes the head of an empty journal into a file that was made just now. Only then: a file
/// without a head is a file whose head was taken away.
pub(super) fn begin(sqlite: &Connection, keys: &HistoryKeys) -> rusqlite::Result<()> {
    let head = Head {
        entries: 0,
        link: keys.chain().start(),
    };
    sqlite.execute(
        "INSERT INTO head (only_row, entries, link, seal) VALUES (1, 0, ?1, ?2)",
        params![head.link.0, head_seal(keys, &head)],
    )?;
    Ok(())
}

impl History {
    /// Writes one row. It is on the disk when this returns.
    ///
    /// # Errors
    /// Nothing was written then; see [`HistoryError`].
    pub fn append(&mut self, entry: &NewEntry<'_>) -> Result<Seq, HistoryError> {
        self.append_all(std::slice::from_ref(entry))?;
        Ok(Seq(self.head.entries))
    }

    /// Writes several rows or none of them. They are on the disk when this returns.
    ///
    /// # Errors
    /// Nothing was written then; see [`HistoryError`].
    pub fn append_all(&mut self, entries: &[NewEntry<'_>]) -> Result<Vec<Seq>, HistoryError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        self.write(entries, None)
    }

    /// Replaces a merchant's details and writes the rows that say so, or does neither.
    ///
    /// # Errors
    /// Nothing was written then; see [`HistoryError`].
    pub fn append_and_update(
        &mut self,
        entries: &[NewEntry<'_>],
        merchant: MerchantId,
        details: &[u8],
    ) -> Result<Vec<Seq>, HistoryError> {
        let anew = self.sealed_anew(merchant, details)?;
        self.write(entries, Some(&anew))
    }

    fn write(
        &mut self,
        entries: &[NewEntry<'_>],
        merchant: Option<&Anew>,
    ) -> Result<Vec<Seq>, HistoryError> {
        let mut head = self.head;
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            bounded("a journal row", entry.body.len(), MAX_BODY)?;
            bounded("search words", entry.words.len(), MAX_TEXT)?;
            let row = self.seal_entry(head, entry)?;
            head = Head {
                entries: row.seq,
                link: row.link,
            };
            rows.push(row);
        }

        let transaction = self
            .sqlite
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &rows {
            transaction
                .prepare_cached(
                    "INSERT INTO journal (seq, payment, merchant, stub, sealed, link)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    row.seq.cast_signed(),
                    row.payment,
                    row.merchant.map(MerchantId::as_i64),
                    row.stub,
                    row.sealed,
                    row.link.0
                ])?;
        }
        let moved = transaction
            .prepare_cached(
                "UPDATE head SET entries = ?1, link = ?2, seal = ?3 WHERE entries = ?4",
            )?
            .execute(params![
                head.entries.cast_signed(),
                head.link.0,
                head_seal(&self.keys, &head),
                self.head.entries.cast_signed()
            ])?;
        if moved != 1 {
            return Err(HistoryError::ChangedOutside);
        }
        if let Some(merchant) = merchant {
            merchant.put(&transaction)?;
        }
        transaction.commit()?;

        self.head = head;
        let seqs: Vec<Seq> = rows.iter().map(|row| Seq(row.seq)).collect();
        if let Some(index) = &mut self.index {
            for (entry, Seq(seq)) in entries.iter().zip(&seqs) {
                index.add(entry.payment, *seq, entry.words);
            }
        }
        Ok(seqs)
    }

    fn seal_entry(&self, after: Head, entry: &NewEntry<'_>) -> Result<Sealed, HistoryError> {
        let seq = after.entries.saturating_add(1);
        let place = seq.to_be_bytes();
        let stub = Stub {
            payment: entry.payment,
            at_ms: entry.at_ms,
        };
        let record = Record {
            number: 0,
            text: entry.words,
            body: entry.body,
        };
        let mut row = Sealed {
            seq,
            payment: payment_lookup(&self.keys, entry.payment),
            merchant: entry.merchant,
            stub: self
                .keys
                .wallet_rows()
                .seal(&stub_place(&place), &stub.encode())?,
            sealed: self
                .key_of(entry.merchant)?
                .seal(&body_place(&place), &record.encode())?,
            link: after.link,
        };
        row.link = self.keys.chain().link(&after.link, &row.canonical());
        Ok(row)
    }

    /// Every row, the oldest first.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] names the row that does not open.
    pub fn entries(&self) -> Result<Vec<Entry>, HistoryError> {
        let mut entries = Vec::new();
        self.each(Rows::All, |entry, _| {
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    /// The rows of one payment, the oldest first.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] names the row that does not open.
    pub fn entries_of(&self, payment: PaymentId) -> Result<Vec<Entry>, HistoryError> {
        let mut entries = Vec::new();
        self.each(Rows::Of(payment), |entry, _| {
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    /// The rows of one merchant, the oldest first.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] names the row that does not open.
    pub fn entries_with(&self, merchant: MerchantId) -> Result<Vec<Entry>, HistoryError> {
        let mut entries = Vec::new();
        self.each(Rows::With(merchant), |entry, _| {
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    /// The rows one by one, the newest first, until `visit` has seen enough: a page of a long
    /// journal costs a page.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] names the row that does not open.
    pub fn newest_first(
        &self,
        mut visit: impl FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        self.each(Rows::NewestFirst, |entry, _| visit(entry))
    }

    /// The payments in which every word of `text` begins some word, the newest first; at most
    /// `limit`. Letter case does not matter. An empty `text` finds nothing.
    ///
    /// # Errors
    /// The first search reads the whole journal; see [`HistoryError`].
    pub fn search(&mut self, text: &str, limit: usize) -> Result<Vec<PaymentId>, HistoryError> {
        let index = match self.index.take() {
            Some(index) => index,
            None => {
                let mut index = Index::default();
                self.each(Rows::All, |entry, words| {
                    if let Some(words) = words {
                        index.add(entry.payment, entry.seq.0, words);
                    }
                    ControlFlow::Continue(())
                })?;
                index
            }
        };
        Ok(self.index.insert(index).find(text, limit))
    }

    /// Where the journal ends.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Whether the journal once ended where `head` says: not if it is an older copy, or went on
    /// differently from there.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn holds(&self, head: &Head) -> Result<bool, HistoryError> {
        if head.entries == 0 {
            return Ok(head.link == self.keys.chain().start());
        }
        let link: Option<[u8; 32]> = self
            .sqlite
            .query_row(
                "SELECT link FROM journal WHERE seq = ?1",
                [head.entries.cast_signed()],
                |row| row.get(0),
            )
            .optional()?;
        Ok(link.is_some_and(|link| Link(link) == head.link))
    }

    /// Reads everything: the file's pages, the whole chain, and every seal.
    ///
    /// # Errors
    /// The first thing that is wrong, by its row.
    pub fn verify(&self) -> Result<ChainReport, VerifyError> {
        encrypted::check(&self.sqlite).map_err(|error| VerifyError::Damaged(error.to_string()))?;
        let head = match chain::check(&self.sqlite, &self.keys, Look::Whole) {
            Ok(head) => head,
            Err(OpenHistoryError::Broken(broken)) => return Err(broken.into()),
            Err(other) => return Err(VerifyError::Damaged(other.to_string())),
        };
        if head != self.head {
            return Err(HistoryError::ChangedOutside.into());
        }
        let mut forgotten = 0_u64;
        self.each(Rows::All, |entry, _| {
            forgotten = forgotten.saturating_add(u64::from(entry.body.is_none()));
            ControlFlow::Continue(())
        })?;
        self.merchants()?;
        Ok(ChainReport {
            entries: head.entries,
            forgotten,
        })
    }

    /// Opens rows one by one: the entry, and its search words unless its merchant has been
    /// forgotten.
    fn each(
        &self,
        which: Rows,
        mut visit: impl FnMut(Entry, Option<&str>) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        let (filter, order) = match which {
            Rows::All => ("", "seq"),
            Rows::NewestFirst => ("", "seq DESC"),
            Rows::Of(_) => ("WHERE payment = ?1", "seq"),
            Rows::With(_) => ("WHERE merchant = ?1", "seq"),
        };
        let mut rows = self.sqlite.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM journal {filter} ORDER BY {order}"
        ))?;
        let mut rows = match which {
            Rows::Of(payment) => rows.query([payment_lookup(&self.keys, payment)])?,
            Rows::With(merchant) => rows.query([merchant.as_i64()])?,
            Rows::All | Rows::NewestFirst => rows.query([])?,
        };
        while let Some(row) = rows.next()? {
            let (entry, words) = self.open_row(&Sealed::read(row)?)?;
            if visit(entry, words.as_deref()).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// One row and its search words, unless its merchant has been forgotten.
    pub(super) fn open_row(&self, row: &Sealed) -> Result<(Entry, Option<String>), HistoryError> {
        let stub = row.stub(&self.keys)?;
        let unreadable = |why| HistoryError::Unreadable {
            place: Place::Journal(row.seq),
            why,
        };
        let key = match row.merchant {
            None => Some(self.keys.wallet_rows()),
            Some(id) => match self.merchant_keys.get(&id) {
                Some(Ok(key)) => Some(key),
                None | Some(Err(MerchantKeyError::Forgotten)) => None,
                Some(Err(error)) => return Err(unreadable(error.clone().into())),
            },
        };
        let mut entry = Entry {
            seq: Seq(row.seq),
            payment: stub.payment,
            merchant: row.merchant,
            at_ms: stub.at_ms,
            body: None,
        };
        let Some(key) = key else {
            return Ok((entry, None));
        };
        let place = row.seq.to_be_bytes();
        let bytes = key
            .open(&body_place(&place), &row.sealed)
            .map_err(|why| unreadable(why.into()))?;
        let record = Record::decode(&bytes).ok_or_else(|| unreadable(Unreadable::Layout))?;
        entry.body = Some(record.body.to_vec());
        Ok((entry, Some(record.text.to_owned())))
    }
}
