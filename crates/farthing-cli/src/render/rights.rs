//! What was asked of merchants, and letters to them.

use farthing_api::{RequestDraft, RequestReport, RequestsReport};

use super::page::{Page, Show};
use super::sharing::day;

/// `what it knows (gdpr), asked 2026-11-22, answer due by 2026-12-22`.
pub(super) fn standing(request: &RequestReport) -> String {
    let what = match request.kind.as_str() {
        "access" => "what it knows",
        "erasure" => "to erase it",
        _ => "told that a yes was taken back",
    };
    let mut words = format!("{what} ({}), {}", request.law, day(Some(request.asked)));
    match (request.state.as_str(), request.due) {
        ("answered", _) => words = format!("{words}, answered {}", day(request.answered)),
        ("overdue", due) => words = format!("{words}, OVERDUE since {}", day(due)),
        (_, Some(due)) => words = format!("{words}, answer due by {}", day(Some(due))),
        (_, None) => {}
    }
    words
}

impl Show for RequestsReport {
    fn show(&self, page: &mut Page) {
        if self.requests.is_empty() {
            page.line("You have asked nothing of any merchant.");
            return;
        }
        let rows: Vec<Vec<String>> = self
            .requests
            .iter()
            .map(|line| {
                vec![
                    line.name.clone(),
                    standing(&line.request),
                    format!("merchant {}", line.merchant),
                    line.request.request.clone(),
                ]
            })
            .collect();
        page.table(&rows, &[]);
    }
}

impl Show for RequestDraft {
    fn show(&self, page: &mut Page) {
        match &self.to {
            Some(to) => page.about("To", to),
            None => page.about("To", "nobody knows; try `merchant ID contact find`"),
        }
        page.about("Subject", &self.subject);
        page.gap();
        for line in self.text.lines() {
            match line {
                "" => page.gap(),
                line => page.line(line),
            }
        }
        page.gap();
        if let Some(mailto) = &self.mailto {
            page.line("As a link for your mail program:");
            page.line(mailto);
            page.gap();
        }
        page.line("Nothing was sent. When you have sent it, say so with --sent.");
    }
}
