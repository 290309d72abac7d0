//! Naming, noting, blocking and limiting a merchant.

use farthing_money::Amount;
use farthing_policy::{BadValue, Item};
use farthing_rails::code::plain_text;
use farthing_rails::gate::GateError;
use farthing_store::history::{MerchantId, PaymentId};

use crate::money::MoneyState;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Longest name a person gives a merchant, in characters.
const LONGEST_NAME: usize = 80;
/// Longest note about one, in characters.
const LONGEST_NOTE: usize = 500;

/// What is to be different. What is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct MerchantChange {
    /// What the person calls it; empty for its own name.
    pub called: Option<String>,
    /// The person's note about it; empty for none.
    pub note: Option<String>,
    /// Whether it may not be paid.
    pub blocked: Option<bool>,
    /// The most that may go to it within 30 days, fees included; inside, `None` for no limit.
    pub limit: Option<Option<Amount>>,
}

/// Why a merchant or what it may learn was not changed. Nothing was then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MerchantError {
    /// There is no such merchant, or it was forgotten.
    #[error("there is no such merchant")]
    NoSuchMerchant,
    /// The text names nothing that can be shared.
    #[error("this is nothing that can be shared")]
    NoSuchItem,
    /// The text names no purpose.
    #[error("this is no purpose that anything is shared for")]
    NoSuchPurpose,
    /// This item is never told to a merchant while it is paid.
    #[error("{0} is handed over as a file, and not with a payment")]
    NotWithPayments(Item),
    /// The value cannot stand for this item.
    #[error("this cannot be your {item}: {why}")]
    BadValue {
        /// The item.
        item: Item,
        /// What is wrong.
        why: BadValue,
    },
    /// The yes would end before it begins, or go on for longer than two years.
    #[error("this cannot be shared until then: choose a day within the next two years")]
    BadEnd,
    /// There is no yes that could be paused or taken back.
    #[error("this is not shared")]
    NotShared,
    /// There is no such request to this merchant.
    #[error("there is no such request to this merchant")]
    NoSuchRequest,
    /// A notice says that a yes was taken back, and none was under which something was told.
    #[error("nothing was taken back that this merchant was told")]
    NothingTakenBack,
    /// The text is no mailbox, no `https` address and no telephone.
    #[error("this is no e-mail address, no https address and no telephone number")]
    BadContact,
    /// It has no site that could be asked how it is reached.
    #[error("this merchant has no site that could be asked")]
    NoSite,
    /// Its site could not be asked.
    #[error("its site was not reached: {0}")]
    Site(#[from] GateError),
    /// Its site does not say how it is reached.
    #[error("its site does not say how it can be reached")]
    ContactNotFound,
    /// A limit of nothing would be a block.
    #[error("a limit is above zero; to pay nothing at all, block this merchant")]
    NoLimit,
    /// A payment to it is not decided yet: what is known about it is needed.
    #[error("a payment to this merchant is not decided yet")]
    Undecided,
    /// It could not be forgotten everywhere: old copies may still be readable.
    #[error("this merchant is forgotten here, but old copies of the wallet may still be readable")]
    OldCopiesStay,
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl MerchantError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchMerchant => "no_such_merchant",
            Self::NoSuchItem => "no_such_item",
            Self::NoSuchPurpose => "no_such_purpose",
            Self::NotWithPayments(_) => "not_with_payments",
            Self::BadValue { .. } => "bad_value",
            Self::BadEnd => "bad_end",
            Self::NotShared => "not_shared",
            Self::NoSuchRequest => "no_such_request",
            Self::NothingTakenBack => "nothing_taken_back",
            Self::BadContact => "bad_contact",
            Self::NoSite => "no_site",
            Self::Site(_) => "site_unreachable",
            Self::ContactNotFound => "contact_not_found",
            Self::NoLimit => "no_limit",
            Self::Undecided => "merchant_undecided",
            Self::OldCopiesStay => "old_copies_stay",
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money: none moves here.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

impl Wallet {
    /// Changes what the person has decided about a merchant.
    ///
    /// # Errors
    /// [`MerchantError`]; nothing was changed then.
    pub fn change_merchant(
        &self,
        id: MerchantId,
        change: &MerchantChange,
    ) -> Result<(), MerchantError> {
        if let Some(Some(limit)) = change.limit
            && limit.is_zero()
        {
            return Err(MerchantError::NoLimit);
        }
        let words = |text: &str, most: usize| {
            let text = plain_text(text, most).to_string();
            (!text.is_empty()).then_some(text)
        };
        // A payment to it may be about to begin: it sees this, or has begun before it.
        let _step = self.in_one_step();
        self.change_details(id, PaymentId::random(), |details| {
            if let Some(called) = &change.called {
                details.called = words(called, LONGEST_NAME);
            }
            if let Some(note) = &change.note {
                details.note = words(note, LONGEST_NOTE);
            }
            if let Some(blocked) = change.blocked {
                details.blocked = blocked;
            }
            if let Some(limit) = change.limit {
                details.limit = limit;
            }
            Ok(Vec::new())
        })
    }
}
