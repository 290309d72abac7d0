//! What erasing takes, and what it leaves.

use farthing_api::{ErasePlan, ErasedReport, StaysReport};

use super::page::{Page, Show};

fn stays(issuers: &[StaysReport], page: &mut Page) {
    if issuers.is_empty() {
        return;
    }
    let rows: Vec<Vec<String>> = issuers
        .iter()
        .map(|issuer| vec![issuer.amount.to_string(), issuer.url.clone()])
        .collect();
    page.line("The money stays here; your words and these addresses bring it back:");
    page.table(&rows, &[0]);
}

impl Show for ErasePlan {
    fn show(&self, page: &mut Page) {
        page.line(
            "Erased from this device: your history, shops, switches, details, pages and keys.",
        );
        page.line("There is no way back to them. An export keeps what you want to keep.");
        stays(&self.issuers, page);
        if self.open > 0 {
            page.about("Not decided yet", &self.open.to_string());
        }
        if self.invoices > 0 {
            page.about("Invoices that can be paid", &self.invoices.to_string());
        }
    }
}

impl Show for ErasedReport {
    fn show(&self, page: &mut Page) {
        page.line("This wallet is erased from this device.");
        stays(&self.issuers, page);
    }
}
