//! The pages a person has: what they are, and their text.

use std::fmt;
use std::str::FromStr;

use farthing_store::history::PaymentId;
use farthing_store::library::{Library, Reading};
use farthing_vault::FileKey;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::PageError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// The kind of document a page is kept as.
pub(crate) const PAGE: &str = "page";

/// The name of a kept page: random, and worthless without the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageId(pub(super) Uuid);

impl fmt::Display for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PageId {
    type Err = PageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text.trim())
            .map(Self)
            .map_err(|_| PageError::NoSuchPage)
    }
}

/// A page or file that is here, or partly here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// Its id.
    pub id: PageId,
    /// Its address.
    pub url: String,
    /// What the site calls it.
    pub title: Option<String>,
    /// A safe file name for it.
    pub name: String,
    /// Its media type, in the site's word.
    pub media_type: Option<String>,
    /// How long it is, in bytes; `None` while it is not here whole.
    pub bytes: Option<u64>,
    /// When it was first asked for, in milliseconds since 1970.
    pub at_ms: u64,
    /// What it was paid with; `None` for a page that is free.
    pub payment: Option<PaymentId>,
}

/// The record of a page.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) file: Uuid,
    pub(super) key: Vec<u8>,
    pub(super) url: String,
    pub(super) title: Option<String>,
    pub(super) name: String,
    pub(super) media_type: Option<String>,
    /// The site's strong `ETag` of what is here in part.
    pub(super) version: Option<String>,
    pub(super) bytes: Option<u64>,
    pub(super) at_ms: u64,
    pub(super) payment: Option<[u8; 16]>,
    /// The e-cash it was paid with, to be shown again where the page did not come whole.
    pub(super) cash: Option<String>,
}

impl Record {
    pub(super) fn key(&self) -> Result<FileKey, PageError> {
        FileKey::from_bytes(&self.key).ok_or_else(|| StoreTrouble::damaged().into())
    }

    pub(super) fn kept(&self) -> KeptPage {
        KeptPage {
            id: PageId(self.file),
            url: self.url.clone(),
            title: self.title.clone(),
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            bytes: self.bytes,
            at_ms: self.at_ms,
            payment: self.payment.map(PaymentId::from_bytes),
        }
    }
}

/// The text of a page, piece by piece.
#[derive(Debug)]
pub struct PageText {
    name: String,
    reading: Reading,
}

impl PageText {
    /// A safe file name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next piece; `None` behind the last.
    ///
    /// # Errors
    /// [`PageError::Library`].
    pub fn next_piece(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, PageError> {
        Ok(self.reading.next_piece()?)
    }
}

impl Wallet {
    pub(super) fn library(&self) -> Library {
        Library::of(&self.home)
    }

    /// The pages that are here, the newest first.
    ///
    /// # Errors
    /// [`PageError::Store`].
    pub fn pages(&self) -> Result<Vec<KeptPage>, PageError> {
        let documents = self.history().documents(PAGE).map_err(StoreTrouble::from)?;
        let mut pages = Vec::new();
        for document in documents {
            let record: Record =
                serde_json::from_slice(&document.body).map_err(StoreTrouble::from)?;
            pages.push(record.kept());
        }
        pages.sort_by_key(|page| std::cmp::Reverse(page.at_ms));
        Ok(pages)
    }

    /// The text of a page that is here whole.
    ///
    /// # Errors
    /// [`PageError::NoSuchPage`], [`PageError::Library`].
    pub fn read_page(&self, id: PageId) -> Result<PageText, PageError> {
        let (record, _) = self.page_record(id.0)?.ok_or(PageError::NoSuchPage)?;
        if record.bytes.is_none() {
            return Err(PageError::NoSuchPage);
        }
        let reading = self.library().read(record.file, record.key()?)?;
        Ok(PageText {
            name: record.name,
            reading,
        })
    }

    /// Takes a page from the library. What was paid for it stays in the journal, and the site
    /// may give it again.
    ///
    /// # Errors
    /// [`PageError::Store`], [`PageError::Library`].
    pub fn remove_page(&self, id: PageId) -> Result<(), PageError> {
        if let Some((record, version)) = self.page_record(id.0)? {
            if record.payment.is_none() {
                // The key first: what is left of the file is noise then.
                self.history()
                    .remove_document(PAGE, &id.to_string())
                    .map_err(StoreTrouble::from)?;
            } else {
                // The e-cash stays: it may open the page once more.
                let key = FileKey::random()
                    .map_err(|error| StoreTrouble::of(&error))?
                    .to_bytes()
                    .to_vec();
                let emptied = Record {
                    key,
                    bytes: None,
                    version: None,
                    ..record
                };
                self.write_page_record(&emptied, Some(version))?;
            }
            self.library().remove(id.0)?;
        }
        Ok(())
    }

    pub(super) fn page_record(&self, file: Uuid) -> Result<Option<(Record, u64)>, PageError> {
        let document = self
            .history()
            .document(PAGE, &file.to_string())
            .map_err(StoreTrouble::from)?;
        let Some(document) = document else {
            return Ok(None);
        };
        let record = serde_json::from_slice(&document.body).map_err(StoreTrouble::from)?;
        Ok(Some((record, document.version)))
    }

    pub(super) fn write_page_record(
        &self,
        record: &Record,
        seen: Option<u64>,
    ) -> Result<u64, StoreTrouble> {
        let body = Zeroizing::new(serde_json::to_vec(record)?);
        Ok(self
            .history()
            .put_document(PAGE, &record.file.to_string(), seen, &body)?)
    }
}
