//! Streaming a page into the library.

use farthing_rails::content::file_name;
use farthing_rails::gate::{GateError, Opened, Part};
use farthing_store::history::PaymentId;
use farthing_vault::FileKey;
use uuid::Uuid;

use super::shelf::Record;
use super::{KeptPage, Page, PageError};
use crate::clock::now_ms;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Longest media type and version that are kept, in characters.
const LONGEST_WORD: usize = 200;

/// How far a download is.
pub(super) type Progress<'a> = dyn FnMut(u64, Option<u64>) + Send + 'a;

impl Wallet {
    /// The record of a page that is paid for, made where there is none. It is on the disk before
    /// any money or proof is shown, so that what comes has a place. E-cash that was shown for it
    /// is remembered.
    pub(super) fn expect_page(
        &self,
        payment: PaymentId,
        page: &Page,
        cash: Option<&str>,
    ) -> Result<Record, PageError> {
        let found = self.page_record(uuid_of(payment))?;
        let version = found.as_ref().map(|(_, version)| *version);
        let mut record = match found {
            Some((record, _)) if cash.is_none() || record.cash.as_deref() == cash => {
                return Ok(record);
            }
            Some((record, _)) => record,
            None => Record {
                payment: Some(*payment.as_bytes()),
                ..new_record(uuid_of(payment), &page.url, page.title.clone())?
            },
        };
        record.cash = cash.map(str::to_owned);
        self.write_page_record(&record, version)?;
        Ok(record)
    }

    /// The record of a page that nobody asks money for.
    pub(super) fn expect_free_page(&self, url: &str) -> Result<Uuid, PageError> {
        let record = new_record(Uuid::new_v4(), url, None)?;
        self.write_page_record(&record, None)?;
        Ok(record.file)
    }

    /// What is missing of a page, if the site can give just that.
    pub(super) fn missing(&self, record: &Record) -> Result<Option<Part>, PageError> {
        let Some(version) = record.version.clone() else {
            return Ok(None);
        };
        let have = self.library().have(record.file, &record.key()?)?;
        Ok((have > 0).then_some(Part { have, version }))
    }

    /// Reads a reply to its end and keeps it. What came before it broke off stays, and is gone on
    /// with later where the site says which version it is.
    pub(crate) async fn keep_page(
        &self,
        file: Uuid,
        opened: &mut Opened,
        progress: &mut Progress<'_>,
    ) -> Result<Result<KeptPage, GateError>, PageError> {
        let _one_at_a_time = self.keeping.lock().await;
        let (mut record, version) = self.page_record(file)?.ok_or(PageError::NoSuchPage)?;
        if record.bytes.is_some() {
            return Ok(Ok(record.kept()));
        }
        let mut writing = self.library().append(record.file, record.key()?)?;
        match opened.begins_at() {
            Some(at) if at == writing.have() => {}
            Some(0) => writing.start_over()?,
            // A part that fits nowhere.
            _ => return Ok(Err(GateError::Broken)),
        }
        if opened.status != 206 {
            let word = |name| opened.header(name).and_then(short).map(str::to_owned);
            record.media_type = word("content-type");
            record.version = word("etag").filter(|etag| etag.starts_with('"'));
            record.name = file_name(
                &opened.url,
                opened.header("content-disposition"),
                record.media_type.as_deref(),
            );
        }
        let version = self.write_page_record(&record, Some(version))?;
        let whole = opened
            .length()
            .map(|rest| rest.saturating_add(writing.have()));
        loop {
            match opened.next().await {
                Ok(Some(bytes)) => writing.write(&bytes)?,
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            }
            progress(writing.have(), whole);
        }
        record.bytes = Some(writing.finish()?);
        self.write_page_record(&record, Some(version))?;
        Ok(Ok(record.kept()))
    }
}

fn new_record(file: Uuid, url: &str, title: Option<String>) -> Result<Record, StoreTrouble> {
    let key = FileKey::random().map_err(|error| StoreTrouble::of(&error))?;
    Ok(Record {
        file,
        key: key.to_bytes().to_vec(),
        url: url.to_owned(),
        title,
        name: "page".to_owned(),
        media_type: None,
        version: None,
        bytes: None,
        at_ms: now_ms(),
        payment: None,
        cash: None,
    })
}

fn short(text: &str) -> Option<&str> {
    (text.len() <= LONGEST_WORD).then_some(text)
}
