//! `erase`.

use farthing_money::Amount;
use farthing_wallet as wallet;
use serde::Serialize;

/// Money that stays with an issuer; the words and this address bring it back.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StaysReport {
    /// The issuer's address.
    pub url: String,
    /// What is there, pending parts among it.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
}

/// What erasing would leave behind, and what stands in its way.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErasePlan {
    /// Where the money is.
    pub issuers: Vec<StaysReport>,
    /// Payments that are not decided: while there is one nothing is erased.
    pub open: usize,
    /// Invoices that can still be paid; what is paid into one afterwards is lost.
    pub invoices: usize,
}

/// What was erased.
#[derive(Serialize)]
pub struct ErasedReport {
    /// Where the money is.
    pub issuers: Vec<StaysReport>,
    /// The folder the wallet was in.
    pub home: String,
}

impl From<&wallet::ErasePlan> for ErasePlan {
    fn from(plan: &wallet::ErasePlan) -> Self {
        Self {
            issuers: stays(plan),
            open: plan.undecided,
            invoices: plan.unpaid_invoices,
        }
    }
}

impl ErasedReport {
    /// What was erased from `home`.
    #[must_use]
    pub fn of(plan: &wallet::ErasePlan, home: String) -> Self {
        Self {
            issuers: stays(plan),
            home,
        }
    }
}

fn stays(plan: &wallet::ErasePlan) -> Vec<StaysReport> {
    let stays = plan.purses.iter().map(|purse| StaysReport {
        url: purse.purse.issuer.clone(),
        // What cannot be added up is no sum of money there could be; the free part is told then.
        amount: purse
            .spendable
            .checked_add(purse.pending)
            .unwrap_or(purse.spendable),
    });
    stays.collect()
}
