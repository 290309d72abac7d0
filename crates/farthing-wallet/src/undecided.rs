//! Which payments are not decided yet, and how one begins and ends on disk.
//!
//! A payment is listed here before it is in the journal, and leaves the list after the journal
//! has its end. So a start looks at a few records and not at the whole journal, and a crash at
//! any point leaves the payment on the list.

use farthing_rails::ecash::PaymentResult;
use farthing_store::history::{MerchantId, PaymentId, PutError};
use serde::{Deserialize, Serialize};

use crate::journal::{Begun, Ended, Event, Outcome, Story};
use crate::merchants::MerchantDetails;
use crate::purses::files;
use crate::review::ReviewError;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::under_way::UnderWay;
use crate::wallet::Wallet;

/// The kind of document the list is kept as.
pub(crate) const UNDECIDED: &str = "undecided";

/// What has to be undone if the payment never reached the journal.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    once: Option<String>,
}

/// What is not decided yet.
#[derive(Debug, Default)]
pub(crate) struct Undecided {
    /// The oldest first.
    pub(crate) stories: Vec<Story>,
    /// Why others cannot be read now, one for each. They are not decided either.
    pub(crate) unreadable: Vec<StoreTrouble>,
}

impl Undecided {
    /// All of them, where something hangs on none being overlooked.
    pub(crate) fn all(self) -> Result<Vec<Story>, StoreTrouble> {
        match self.unreadable.into_iter().next() {
            Some(why) => Err(why),
            None => Ok(self.stories),
        }
    }
}

impl Wallet {
    /// Lists a payment and claims what it may do once only. Nothing is in the journal yet.
    pub(crate) fn list(
        &self,
        under_way: &UnderWay<'_>,
        once: Option<&str>,
    ) -> Result<(), ReviewError> {
        let payment = under_way.payment();
        let listed = Listed {
            once: once.map(str::to_owned),
        };
        let body = serde_json::to_vec(&listed).map_err(StoreTrouble::from)?;
        let key = payment.to_string();
        match self.history().put_document(UNDECIDED, &key, None, &body) {
            // A take-back of something given lists it again.
            Ok(_) | Err(PutError::Conflict { .. }) => {}
            Err(error) => return Err(StoreTrouble::from(error).into()),
        }
        if let Err(error) = self.claim(once, payment) {
            self.unlist(payment)?;
            return Err(error);
        }
        Ok(())
    }

    /// Whether a payment is listed, begun or not.
    pub(crate) fn is_listed(&self, payment: PaymentId) -> Result<bool, StoreTrouble> {
        let key = payment.to_string();
        Ok(self.history().document(UNDECIDED, &key)?.is_some())
    }

    pub(crate) fn unlist(&self, payment: PaymentId) -> Result<(), StoreTrouble> {
        self.history()
            .remove_document(UNDECIDED, &payment.to_string())?;
        Ok(())
    }

    /// Writes a payment's beginning; it is on disk, and listed, when this returns.
    pub(crate) fn begin(
        &self,
        under_way: &UnderWay<'_>,
        merchant: Option<MerchantId>,
        begun: Begun,
    ) -> Result<(), StoreTrouble> {
        if begun.once.is_none() {
            // What may happen any number of times needs no claim made before it.
            self.list(under_way, None)
                .map_err(|error| StoreTrouble::of(&error))?;
        }
        self.write_down(under_way.payment(), merchant, &Event::Begun(begun))
    }

    /// Writes a payment's end and takes it off the list.
    pub(crate) fn end(
        &self,
        payment: PaymentId,
        merchant: Option<MerchantId>,
        once: Option<&str>,
        ended: Ended,
    ) -> Result<(), StoreTrouble> {
        let outcome = ended.outcome;
        self.write_down(payment, merchant, &Event::Ended(ended))?;
        match outcome {
            Outcome::Paid => self.remember_paid(merchant)?,
            Outcome::NotPaid => self.unclaim(once, payment)?,
            Outcome::StillDeciding => {}
        }
        self.unlist(payment)
    }

    fn remember_paid(&self, merchant: Option<MerchantId>) -> Result<(), StoreTrouble> {
        let mut history = self.history();
        let Some(merchant) = merchant
            .map(|id| history.merchant_by_id(id))
            .transpose()?
            .flatten()
        else {
            return Ok(());
        };
        // A payment that was made is not spoilt by a damaged name: it is written anew.
        let details: MerchantDetails =
            serde_json::from_slice(&merchant.details).unwrap_or_else(|_| MerchantDetails {
                name: merchant.identity.clone(),
                ..MerchantDetails::default()
            });
        if !details.paid {
            let paid = MerchantDetails {
                paid: true,
                ..details
            };
            history.update_merchant(merchant.id, &serde_json::to_vec(&paid)?)?;
        }
        Ok(())
    }

    /// The payments that are not decided yet.
    pub(crate) fn undecided(&self) -> Result<Undecided, StoreTrouble> {
        let documents = self.history().documents(UNDECIDED)?;
        let mut undecided = Undecided::default();
        for document in documents {
            let payment: PaymentId = document.key.parse().map_err(|_| StoreTrouble::damaged())?;
            match self.story_or_why(payment)? {
                Ok(Some(story)) if story.outcome() == Outcome::StillDeciding => {
                    undecided.stories.push(story);
                }
                // The journal had its end, and only the list was not told.
                Ok(Some(story)) => {
                    if story.outcome() == Outcome::NotPaid {
                        self.unclaim(story.begun.once.as_deref(), payment)?;
                    }
                    self.unlist(payment)?;
                }
                // It is just beginning, or there is more to find out: see `clear_list`.
                Ok(None) => {}
                Err(why) => undecided.unreadable.push(why),
            }
        }
        undecided.stories.sort_by_key(|story| story.at_ms);
        Ok(undecided)
    }

    /// Takes off the list what the journal says nothing of. Most of it died before anything was sent,
    /// and what it claimed is free. A row that is there and cannot be read, because its merchant's key
    /// is gone or the file was damaged, proves no such thing: then only the rails know.
    pub(crate) async fn clear_list(&self) -> Result<(), StoreTrouble> {
        let documents = self.history().documents(UNDECIDED)?;
        for document in documents {
            let payment: PaymentId = document.key.parse().map_err(|_| StoreTrouble::damaged())?;
            let Some(_under_way) = self.take_up(payment) else {
                continue;
            };
            let Ok(None) = self.story_or_why(payment)? else {
                continue;
            };
            let id = uuid_of(payment);
            // What it told its payee may be there before it began; a row without a body cannot be read.
            let rows = self.history().entries_of(payment)?;
            let has_rows = rows.iter().any(|row| row.body.is_none());
            if self.ecash.is_open(id).await.map_err(files)?
                || self.ecash.handed(id).await.map_err(files)?.is_some()
                || has_rows && self.ecash.open_top_up(id).await.map_err(files)?.is_some()
            {
                continue;
            }
            let result = self.ecash.result(id).await.map_err(files)?;
            let moved_nothing = match &result {
                Some(result) => matches!(result, PaymentResult::NotPaid { .. }),
                None => !has_rows,
            };
            if moved_nothing {
                let listed: Listed = serde_json::from_slice(&document.body)?;
                self.unclaim(listed.once.as_deref(), payment)?;
            }
            self.unlist(payment)?;
            if result.is_some() {
                self.ecash.forget_result(id).await.map_err(files)?;
            }
        }
        Ok(())
    }
}
