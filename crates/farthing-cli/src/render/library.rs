//! Pages and files that were got.

use farthing_api::FetchReport;

use super::page::{Page, Show};

impl Show for FetchReport {
    fn show(&self, page: &mut Page) {
        if let Some(title) = &self.page.title {
            page.about("Page", title);
        }
        page.about("From", &self.page.url);
        if let Some(file) = &self.file {
            page.about("Here", file);
        }
        if let Some(bytes) = &self.page.bytes {
            page.about("Size", &format!("{bytes} bytes"));
        }
        match (&self.receipt, self.paid_now) {
            (Some(receipt), true) => {
                page.gap();
                receipt.show(page);
            }
            (Some(receipt), false) => page.about(
                "Paid",
                &format!("before, with payment {}; nothing now", receipt.payment),
            ),
            (None, _) => page.about("Paid", "nothing: it is free"),
        }
    }
}
