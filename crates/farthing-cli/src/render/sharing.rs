//! Merchants, and what they know.

use farthing_api::{
    At, ConsentReceiptsReport, DetailsReport, MerchantReport, MerchantsReport, SharingReport,
    StatementReport, StoppedReport, SwitchReport,
};

use super::page::{Page, Show};
use super::rights;

pub(super) fn day(at: Option<At>) -> String {
    at.map_or_else(String::new, |at| {
        at.to_minute().chars().take(10).collect::<String>()
    })
}

/// `on until 2026-12-31, for: receipt, last used 2026-11-22`.
fn standing(switch: &SwitchReport) -> String {
    let until = day(switch.until);
    let mut words = match switch.state.as_str() {
        "on" => format!("on until {until}, for: {}", switch.purpose),
        "paused" => format!("paused (until {until}), for: {}", switch.purpose),
        "ended" => format!("ended {until}, was for: {}", switch.purpose),
        _ => "off".to_owned(),
    };
    if switch.last_used.is_some() {
        words = format!("{words}, last used {}", day(switch.last_used));
    }
    words
}

fn handed_over(statement: &StatementReport) -> Vec<String> {
    let payments = match statement.payments {
        1 => "1 payment".to_owned(),
        many => format!("{many} payments"),
    };
    let whom = statement.whom.as_ref();
    let of = statement.name.as_ref();
    vec![
        statement.at.to_minute(),
        whom.map_or_else(String::new, |whom| format!("for {whom}")),
        of.map_or(payments.clone(), |name| format!("{payments} with {name}")),
        if statement.sealed { "locked" } else { "open" }.to_owned(),
    ]
}

impl Show for MerchantsReport {
    fn show(&self, page: &mut Page) {
        if self.merchants.is_empty() {
            page.line("No merchant is known yet.");
            return;
        }
        let rows: Vec<Vec<String>> = self
            .merchants
            .iter()
            .map(|one| {
                let name = one.called.as_ref().unwrap_or(&one.name).clone();
                let state = match (one.blocked, one.sharing) {
                    (true, _) => "blocked".to_owned(),
                    (false, 0) => "knows nothing".to_owned(),
                    (false, 1) => "1 switch on".to_owned(),
                    (false, on) => format!("{on} switches on"),
                };
                vec![one.merchant.clone(), name, state, one.id.clone()]
            })
            .collect();
        page.table(&rows, &[0]);
    }
}

impl Show for MerchantReport {
    fn show(&self, page: &mut Page) {
        let line = &self.line;
        page.about("Merchant", line.called.as_ref().unwrap_or(&line.name));
        if line.called.is_some() {
            page.about("Own name", &line.name);
        }
        page.about("Known by", &line.id);
        page.about("Met", &line.first_seen.to_minute());
        if line.blocked {
            page.about("Blocked", "it cannot be paid");
        }
        page.about("Payments", &self.payments.to_string());
        for spent in &self.spent {
            page.about("Paid", &format!("{}, fees {}", spent.paid, spent.fees));
        }
        if let Some(limit) = self.limit {
            page.about("Limit", &format!("{limit} within 30 days"));
        }
        if let Some(note) = &self.note {
            page.about("Note", note);
        }
        if let Some(contact) = &self.contact {
            let from = match contact.from.as_str() {
                "payee" => "it says so",
                "site" => "its site says so",
                _ => "you said so",
            };
            page.about("Reached at", &format!("{} ({from})", contact.value));
        }
        page.gap();
        let rows: Vec<Vec<String>> = self
            .switches
            .iter()
            .map(|switch| {
                let value = switch.value.clone().unwrap_or_default();
                let value = if switch.alias {
                    format!("{value} (here only)")
                } else {
                    value
                };
                vec![switch.item.clone(), standing(switch), value]
            })
            .collect();
        page.table(&rows, &[]);
        if !self.asked.is_empty() {
            page.gap();
            page.line("Asked for:");
            for asked in &self.asked {
                let why = asked
                    .why
                    .as_ref()
                    .map(|why| format!(" \u{201c}{why}\u{201d}"));
                let answer = match asked.answer.as_str() {
                    "shared" => "told",
                    _ => "not told",
                };
                page.line(&format!(
                    "  {}, for: {}{}: {answer} {}",
                    asked.item,
                    asked.purpose,
                    why.unwrap_or_default(),
                    day(Some(asked.at))
                ));
            }
        }
        if !self.told.is_empty() {
            page.gap();
            page.line("Was told:");
            for told in &self.told {
                page.line(&format!(
                    "  {}  {}, for: {}",
                    told.at.to_minute(),
                    told.item,
                    told.purpose
                ));
            }
        }
        if !self.requests.is_empty() {
            page.gap();
            page.line("You asked it:");
            for request in &self.requests {
                let standing = rights::standing(request);
                page.line(&format!("  {standing}  {}", request.request));
            }
        }
        if self.offers_notice {
            page.gap();
            page.line(&format!(
                "It may still use what it was told before. To tell it to stop: farthing merchant {} request notice",
                line.merchant
            ));
        }
    }
}

impl Show for SharingReport {
    fn show(&self, page: &mut Page) {
        match self.shops {
            0 => page.line("Nobody can learn anything about you."),
            1 => page.line("1 merchant can learn something about you."),
            shops => page.line(&format!("{shops} merchants can learn something about you.")),
        }
        for (title, lines) in [("Shared:", &self.active), ("Shared once:", &self.ended)] {
            if lines.is_empty() {
                continue;
            }
            page.gap();
            page.line(title);
            let rows: Vec<Vec<String>> = lines
                .iter()
                .map(|line| {
                    vec![
                        line.name.clone(),
                        line.switch.item.clone(),
                        format!("since {}", day(line.switch.since)),
                        standing(&line.switch),
                    ]
                })
                .collect();
            page.table(&rows, &[]);
        }
        if !self.denied.is_empty() {
            page.gap();
            page.line("Asked for, and not told:");
            let rows: Vec<Vec<String>> = self
                .denied
                .iter()
                .map(|line| {
                    vec![
                        line.name.clone(),
                        line.asked.item.clone(),
                        format!("for: {}", line.asked.purpose),
                        day(Some(line.asked.at)),
                    ]
                })
                .collect();
            page.table(&rows, &[]);
        }
        if !self.statements.is_empty() {
            page.gap();
            page.line("Statements that were handed over:");
            let rows: Vec<Vec<String>> = self.statements.iter().map(handed_over).collect();
            page.table(&rows, &[]);
        }
        if !self.requests.is_empty() {
            page.gap();
            page.line("You asked:");
            let rows: Vec<Vec<String>> = self
                .requests
                .iter()
                .map(|line| vec![line.name.clone(), rights::standing(&line.request)])
                .collect();
            page.table(&rows, &[]);
        }
        if !self.active.is_empty() {
            page.gap();
            page.line("Stop all of it with: farthing sharing stop-all");
        }
    }
}

impl Show for StoppedReport {
    fn show(&self, page: &mut Page) {
        match self.stopped {
            0 => page.line("Nothing was shared."),
            1 => {
                page.line("1 switch is off now. What was told before stays with whoever knows it.")
            }
            n => page.line(&format!(
                "{n} switches are off now. What was told before stays with whoever knows it."
            )),
        }
    }
}

impl Show for ConsentReceiptsReport {
    fn show(&self, page: &mut Page) {
        if self.receipts.is_empty() {
            page.line("There are no consent receipts: nothing was ever switched on.");
            return;
        }
        let rows: Vec<Vec<String>> = self
            .receipts
            .iter()
            .map(|one| {
                vec![
                    one.at.to_minute(),
                    one.name.clone(),
                    format!("{}, for: {}", one.item, one.purpose),
                    one.change.clone(),
                ]
            })
            .collect();
        page.table(&rows, &[]);
        page.gap();
        page.line("With --json, each is whole, in the form of ISO/IEC TS 27560.");
    }
}

impl Show for DetailsReport {
    fn show(&self, page: &mut Page) {
        let rows: Vec<Vec<String>> = self
            .details
            .iter()
            .map(|one| {
                let used = match one.used_by {
                    0 => "nobody may know it".to_owned(),
                    1 => "1 merchant may know it".to_owned(),
                    n => format!("{n} merchants may know it"),
                };
                let value = one.value.clone().unwrap_or_else(|| "-".to_owned());
                vec![one.item.clone(), value, used]
            })
            .collect();
        page.table(&rows, &[]);
    }
}
