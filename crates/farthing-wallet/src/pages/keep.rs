//! Streaming a page into the library.

use farthing_rails::content::file_name;
use farthing_rails::gate::{GateError, Opened, Part};
use farthing_store::history::PaymentId;
use farthing_vault::FileKey;
use uuid::Uuid;

use super::shelf::Record;
use super::{Page, PageError};
use crate::clock::now_ms;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Longest media type and version that are kept, in characters.
const LONGEST_WORD: usize = 200;

/// How far a download is.
pub(super) type Progress<'a> = dyn FnMut(u64, Option<u64>) + Send + 'a;

impl Wallet {
    /// The record of a page that is about to be asked for, made where there is none. It is on the
    /// disk before any money or proof is shown, so that what comes has a place.
    pub(crate) fn expect_page(
        &self,
        payment: PaymentId,
        page: &Page,
        cash: Option<&str>,
    ) -> Result<(), PageError> {
        if let Some((record, version)) = self.page_of(payment)? {
            if record.cash.as_deref() != cash {
                let cash = cash.map(str::to_owned);
                self.write_page_record(&Record { cash, ..record }, Some(version))?;
            }
            return Ok(());
        }
        let mut record = new_record(Uuid::from_bytes(*payment.as_bytes()), page)?;
        record.payment = Some(*payment.as_bytes());
        record.cash = cash.map(str::to_owned);
        self.write_page_record(&record, None)?;
        Ok(())
    }

    /// The record of a page that nobody asks money for.
    pub(super) fn expect_free_page(&self, url: &str) -> Result<Uuid, PageError> {
        let page = Page {
            url: url.to_owned(),
            title: None,
            ticket: None,
        };
        let record = new_record(Uuid::new_v4(), &page)?;
        self.write_page_record(&record, None)?;
        Ok(record.file)
    }

    /// What is missing of a page, if the site can give just that.
    pub(super) fn missing(&self, record: &Record) -> Result<Option<Part>, PageError> {
        let Some(version) = record.version.clone() else {
            return Ok(None);
        };
        let have = self.library().append(record.file, record.key()?)?.have();
        Ok((have > 0).then_some(Part { have, version }))
    }

    /// Reads a reply to its end and keeps it. What came before it broke off stays, and is gone on
    /// with later where the site says which version it is.
    pub(crate) async fn keep_page(
        &self,
        file: Uuid,
        opened: &mut Opened,
        progress: &mut Progress<'_>,
    ) -> Result<Result<u64, GateError>, PageError> {
        let _one_at_a_time = self.keeping.lock().await;
        let (mut record, version) = self.page_record(file)?.ok_or(PageError::NoSuchPage)?;
        if let Some(bytes) = record.bytes {
            return Ok(Ok(bytes));
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
        let bytes = writing.finish()?;
        record.bytes = Some(bytes);
        self.write_page_record(&record, Some(version))?;
        Ok(Ok(bytes))
    }
}

fn new_record(file: Uuid, page: &Page) -> Result<Record, StoreTrouble> {
    let key = FileKey::random().map_err(|error| StoreTrouble::of(&error))?;
    Ok(Record {
        file,
        key: key.to_bytes().to_vec(),
        url: page.url.clone(),
        title: page.title.clone(),
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
