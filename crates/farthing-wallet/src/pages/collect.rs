//! Getting a page that was paid for, as often as it takes, without paying again.

use farthing_rails::PayerHeader;
use farthing_rails::content::Credential;
use farthing_store::history::PaymentId;

use super::keep::Progress;
use super::look::{broke_off, is_a_no};
use super::shelf::Record;
use super::{KeptPage, Page, PageError};
use crate::journal::{Outcome, Story};
use crate::sharing::Told;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

impl Wallet {
    /// The page a payment was for: from the library, or from the site, shown the proof.
    /// `progress` hears how many bytes are here, and of how many where the site says so.
    ///
    /// # Errors
    /// [`PageError`]. Whatever goes wrong, nothing is paid again.
    pub async fn collect_page(
        &self,
        payment: PaymentId,
        progress: &mut Progress<'_>,
    ) -> Result<KeptPage, PageError> {
        if self
            .story(payment)?
            .is_some_and(|story| story.outcome() == Outcome::StillDeciding)
        {
            self.conclude(payment).await?;
        }
        let story = self.story(payment)?.ok_or(PageError::NoSuchPage)?;
        let page = story.begun.page.clone().ok_or(PageError::NoSuchPage)?;
        match story.outcome() {
            Outcome::Paid => {}
            Outcome::StillDeciding => {
                return Err(PageError::StillDeciding {
                    payment: Some(payment),
                });
            }
            Outcome::NotPaid => return Err(PageError::NoSuchPage),
        }
        let record = self.expect_page(payment, &page, None)?;
        if record.bytes.is_some() {
            return Ok(record.kept());
        }
        let told = self.still_told(&story, &page)?;
        let credential = credential(&page, &story, &record)?.telling(told);
        let part = self.missing(&record)?;
        let url = self
            .ecash
            .gate()
            .check(&page.url)
            .map_err(PageError::Address)?;
        let mut opened = self
            .ecash
            .gate()
            .open_content(url, Some(&credential), part.as_ref())
            .await
            .map_err(|error| broke_off(error, payment))?;
        if !matches!(opened.status, 200..=299) {
            let status = opened.status;
            if status == 416 {
                // What is here fits no version of it any more: asked for whole next time.
                self.forget_version(record)?;
            }
            return Err(if is_a_no(status) && status != 416 {
                PageError::PaidAndRefused { payment, status }
            } else {
                broke_off(farthing_rails::gate::GateError::Broken, payment)
            });
        }
        self.keep_page(uuid_of(payment), &mut opened, progress)
            .await?
            .map_err(|error| broke_off(error, payment))
    }

    /// What the site is told again. A switch that was turned off since, and a site that was
    /// forgotten, are the person's last word.
    pub(super) fn still_told(
        &self,
        story: &Story,
        page: &Page,
    ) -> Result<Option<PayerHeader>, PageError> {
        let Some(told) = &page.told else {
            return Ok(None);
        };
        let shared: Vec<Told> = told.shared.iter().copied().map(Told::from).collect();
        let off = self.switched_off_since(story, &shared)?;
        Ok((!off).then(|| told.header.clone()))
    }

    /// Without a version nothing is asked to go on, and what comes starts over.
    fn forget_version(&self, record: Record) -> Result<(), PageError> {
        let (_, seen) = self
            .page_record(record.file)?
            .ok_or(PageError::NoSuchPage)?;
        let record = Record {
            version: None,
            ..record
        };
        self.write_page_record(&record, Some(seen))?;
        Ok(())
    }
}

/// What the site is shown.
fn credential(page: &Page, story: &Story, record: &Record) -> Result<Credential, PageError> {
    let payment = story.payment;
    match (&page.ticket, &record.cash) {
        (Some(ticket), _) => {
            let proof = story.ended.as_ref().and_then(|ended| ended.proof.as_ref());
            let preimage = proof
                .filter(|proof| proof.kind == "preimage")
                .ok_or(PageError::NoProof { payment })?;
            Ok(Credential::paid(ticket, &preimage.text))
        }
        (None, Some(token)) => Ok(Credential::cash(token.clone())),
        // Paid with e-cash and nothing of it written down: the record is written first, so
        // somebody changed the files.
        (None, None) => Err(StoreTrouble::damaged().into()),
    }
}
