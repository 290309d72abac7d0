//! Everything the wallet knows, for its person to take along. What is money or opens it (the words,
//! keys, e-cash that waits to be redeemed) is not in it.

use farthing_money::Currency;

use crate::history::{HistoryError, HistoryFilter, Receipt};
use crate::merchants::{Merchant, MerchantError};
use crate::pages::{KeptPage, PageError};
use crate::purses::PurseBalance;
use crate::sharing::{ConsentReceipt, OwnDetails, Sharing};
use crate::statistics::{Statistics, StatisticsError};
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Everything the wallet knows.
#[derive(Debug)]
pub struct Everything {
    /// Issuers and money.
    pub purses: Vec<PurseBalance>,
    /// Every payment as its receipt, the newest first; without the e-cash that was given.
    pub payments: Vec<Receipt>,
    /// Every merchant that is not forgotten.
    pub merchants: Vec<Merchant>,
    /// The person's own details.
    pub details: OwnDetails,
    /// Who may learn what.
    pub sharing: Sharing,
    /// Every yes and every no.
    pub consents: Vec<ConsentReceipt>,
    /// Where anonymous statistics stand.
    pub statistics: Statistics,
    /// What is in the library; not the files themselves.
    pub pages: Vec<KeptPage>,
    /// What was noted about the wallet itself.
    pub notes: Vec<String>,
    /// The currency figures are shown in.
    pub currency: Option<Currency>,
}

impl Wallet {
    /// Gathers everything. Asks nobody.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub async fn everything(&self) -> Result<Everything, StoreTrouble> {
        let lines = self
            .payments(&HistoryFilter::default())
            .map_err(of_history)?;
        let mut payments = Vec::with_capacity(lines.len());
        for line in lines {
            let mut receipt = self.receipt(line.payment).await.map_err(of_history)?;
            receipt.token = None;
            payments.push(receipt);
        }
        let mut merchants = Vec::new();
        for line in self.merchants()? {
            merchants.push(self.merchant(line.id).map_err(of_merchants)?);
        }
        Ok(Everything {
            purses: self.balance().await?,
            payments,
            merchants,
            details: self.own_details()?,
            sharing: self.sharing()?,
            consents: self.consent_receipts()?,
            statistics: self.statistics().map_err(of_statistics)?,
            pages: self.pages().map_err(of_pages)?,
            notes: self.notes()?,
            currency: self.currency()?,
        })
    }
}

fn of_history(error: HistoryError) -> StoreTrouble {
    match error {
        HistoryError::Store(trouble) => trouble,
        other => StoreTrouble::of(&other),
    }
}

fn of_merchants(error: MerchantError) -> StoreTrouble {
    match error {
        MerchantError::Store(trouble) => trouble,
        other => StoreTrouble::of(&other),
    }
}

fn of_pages(error: PageError) -> StoreTrouble {
    match error {
        PageError::Store(trouble) => trouble,
        other => StoreTrouble::of(&other),
    }
}

fn of_statistics(error: StatisticsError) -> StoreTrouble {
    match error {
        StatisticsError::Store(trouble) => trouble,
        other => StoreTrouble::of(&other),
    }
}
