//! `export`: everything the wallet knows, in the form of docs/schemas/export.schema.json.

mod sheets;

pub use sheets::Sheet;

use farthing_wallet as wallet;
use serde::Serialize;

use crate::{
    At, BalanceReport, ConsentReceiptReport, DetailReport, DetailsReport, MerchantReport,
    PageReport, ReceiptReport, StatementReport, StatisticsReport,
};

/// The name of the form, for whoever reads the file later.
const FORMAT: &str = "farthing-export";
/// Counts the changes of the form that leave something out or mean something else.
const VERSION: u32 = 1;

/// Everything the wallet knows; nothing that is money or opens it.
#[derive(Serialize)]
pub struct ExportReport {
    /// `farthing-export`.
    pub format: &'static str,
    /// Of the form.
    pub version: u32,
    /// When it was made.
    pub exported_at: At,
    /// Issuers and money.
    pub balance: BalanceReport,
    /// Every payment, the newest first.
    pub payments: Vec<ReceiptReport>,
    /// Every merchant, with what it may learn, asked for and was told.
    pub merchants: Vec<MerchantReport>,
    /// The person's own details.
    pub details: Vec<DetailReport>,
    /// Every yes and every no.
    pub consent_receipts: Vec<ConsentReceiptReport>,
    /// Every statement that was handed over.
    pub statements: Vec<StatementReport>,
    /// Whether anonymous statistics are on, and this month's.
    pub statistics: StatisticsReport,
    /// What is in the library; not the files themselves.
    pub pages: Vec<PageReport>,
    /// What was noted about the wallet itself.
    pub notes: Vec<String>,
    /// The currency figures are shown in.
    pub currency: Option<String>,
}

impl ExportReport {
    /// Everything, as of now.
    #[must_use]
    pub fn of(everything: wallet::Everything) -> Self {
        Self {
            format: FORMAT,
            version: VERSION,
            exported_at: At::ms(wallet::now_ms()),
            balance: everything.purses.as_slice().into(),
            payments: everything.payments.iter().map(Into::into).collect(),
            merchants: everything.merchants.iter().map(Into::into).collect(),
            details: DetailsReport::of(&everything.details, &everything.sharing).details,
            consent_receipts: everything.consents.into_iter().map(Into::into).collect(),
            statements: everything
                .sharing
                .statements
                .iter()
                .map(Into::into)
                .collect(),
            statistics: (&everything.statistics).into(),
            pages: everything.pages.iter().map(Into::into).collect(),
            notes: everything.notes,
            currency: everything.currency.map(|currency| currency.to_string()),
        }
    }
}
