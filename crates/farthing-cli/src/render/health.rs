//! Recovery and the doctor.

use farthing_api::{CheckState, DoctorReport, RecoveryReport};

use super::journal;
use super::page::{Page, Show};

impl Show for RecoveryReport {
    fn show(&self, page: &mut Page) {
        for issuer in &self.unreachable {
            page.line(&format!(
                "{issuer} could not be asked about everything; try again later."
            ));
        }
        if self.decided.is_empty() && self.still_deciding.is_empty() {
            page.line("Nothing is undecided.");
        }
        if !self.decided.is_empty() {
            page.line("Decided now:");
            journal::lines(page, &self.decided);
        }
        let (waiting, undecided): (Vec<_>, Vec<_>) = self
            .still_deciding
            .iter()
            .partition(|line| line.is_unpaid_invoice());
        if !undecided.is_empty() {
            page.line("Still deciding, do not pay again:");
            journal::lines(page, undecided);
        }
        if !waiting.is_empty() {
            page.line("Waiting for someone to pay:");
            journal::lines(page, waiting);
        }
    }
}

impl Show for DoctorReport {
    fn show(&self, page: &mut Page) {
        let rows: Vec<_> = self
            .checks
            .iter()
            .map(|check| {
                let state = match check.state {
                    CheckState::Ok => "ok",
                    CheckState::Warn => "mind",
                    CheckState::Bad => "BAD",
                };
                vec![state.to_owned(), check.name.clone(), check.text.clone()]
            })
            .collect();
        page.table(&rows, &[]);
        page.gap();
        page.line(if self.healthy {
            "All is well."
        } else {
            "Something is wrong: see above."
        });
    }
}
