//! The merchants, and one of them with all that is known about it.

use farthing_money::Amount;
use farthing_store::history::MerchantId;

use crate::clock::now_ms;
use crate::journal::{Direction, Outcome, tell};
use crate::merchants::{MerchantDetails, MerchantError};
use crate::rights::{DataRequest, MerchantContact};
use crate::sharing::{Asked, Disclosure, Switch, disclosures_in, switches_of};
use crate::spent::{Spent, add};
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// One merchant in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantLine {
    /// Its number here.
    pub id: MerchantId,
    /// What makes it this merchant and no other.
    pub identity: String,
    /// What it was called when it was met.
    pub name: String,
    /// What the person calls it.
    pub called: Option<String>,
    /// Where it is on the web, if it is.
    pub origin: Option<String>,
    /// Whether it may not be paid.
    pub blocked: bool,
    /// Whether a payment to it was ever made.
    pub paid: bool,
    /// How many switches are on.
    pub sharing: usize,
    /// When it was met, in milliseconds since 1970.
    pub first_seen_ms: u64,
}

/// One merchant with all that is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// As in a list.
    pub line: MerchantLine,
    /// The person's note about it.
    pub note: Option<String>,
    /// The most that may go to it within 30 days.
    pub limit: Option<Amount>,
    /// How many payments to it were made.
    pub payments: u64,
    /// When the last one began, in milliseconds since 1970.
    pub last_paid_ms: Option<u64>,
    /// What it got and what that cost, each unit by itself.
    pub spent: Vec<Spent>,
    /// Every item that can be switched on.
    pub switches: Vec<Switch>,
    /// What it asked for, the newest first.
    pub asked: Vec<Asked>,
    /// What it was told, the newest first.
    pub told: Vec<Disclosure>,
    /// How it is reached about what it knows.
    pub contact: Option<MerchantContact>,
    /// What was asked of it, the newest first.
    pub requests: Vec<DataRequest>,
    /// Whether it was told something under a yes that was taken back, and was not told that.
    pub offers_notice: bool,
}

impl MerchantLine {
    fn of(
        id: MerchantId,
        identity: String,
        details: &MerchantDetails,
        first_seen_ms: u64,
        now: u64,
    ) -> Self {
        Self {
            id,
            identity,
            name: details.name.clone(),
            called: details.called.clone(),
            origin: details.origin.clone(),
            blocked: details.blocked,
            paid: details.paid,
            sharing: details.sharing_at(now),
            first_seen_ms,
        }
    }
}

impl Wallet {
    /// Every merchant that is not forgotten, in the order in which they were met.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn merchants(&self) -> Result<Vec<MerchantLine>, StoreTrouble> {
        let now = now_ms();
        let lines = self.all_known()?.into_iter().map(|(merchant, details)| {
            let (id, first_seen_ms) = (merchant.id, merchant.first_seen_ms);
            MerchantLine::of(id, merchant.identity, &details, first_seen_ms, now)
        });
        Ok(lines.collect())
    }

    /// One merchant with all that is known about it.
    ///
    /// # Errors
    /// [`MerchantError::NoSuchMerchant`], [`MerchantError::Store`].
    pub fn merchant(&self, id: MerchantId) -> Result<Merchant, MerchantError> {
        let now = now_ms();
        let (identity, details, first_seen_ms) = self.details_of(id)?;
        let entries = self
            .history()
            .entries_with(id)
            .map_err(StoreTrouble::from)?;
        let mut spent = Vec::new();
        let mut payments = 0_u64;
        let mut last_paid_ms = None;
        for story in tell(&entries)? {
            if story.begun.kind.direction() == Direction::Out && story.outcome() == Outcome::Paid {
                add(&mut spent, story.begun.cost.price(), story.fees_total());
                payments = payments.saturating_add(1);
                last_paid_ms = Some(story.at_ms);
            }
        }
        let mut told = disclosures_in(&entries)?;
        told.reverse();
        let mut asked = details.asked.clone();
        asked.sort_by_key(|asked| std::cmp::Reverse(asked.at_ms));
        Ok(Merchant {
            switches: switches_of(&details, &self.own_details()?, now),
            note: details.note.clone(),
            limit: details.limit,
            line: MerchantLine::of(id, identity, &details, first_seen_ms, now),
            payments,
            last_paid_ms,
            spent,
            asked,
            told,
            offers_notice: details.offers_notice(),
            contact: details.contact,
            requests: details.requests.into_iter().rev().collect(),
        })
    }
}
