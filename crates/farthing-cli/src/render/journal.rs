//! Receipts and the history.

use farthing_api::{Direction, HistoryReport, Outcome, PaymentLine, ReceiptReport};

use super::fees;
use super::page::{Page, Show};

fn told(outcome: Outcome, direction: Direction) -> &'static str {
    match (outcome, direction) {
        (Outcome::Paid, Direction::Out) => "Paid",
        (Outcome::Paid, Direction::In) => "Received",
        (Outcome::NotPaid, _) => "Not paid, the money is safe",
        (Outcome::StillDeciding, _) => "Still deciding, do not pay again",
    }
}

impl Show for ReceiptReport {
    fn show(&self, page: &mut Page) {
        page.line(&format!("{}.", told(self.outcome, self.direction)));
        if let Some(why) = &self.why {
            page.about("Why", why);
        }
        if let Some(payee) = &self.payee {
            page.about("Payee", payee);
        }
        page.about("When", &self.at.to_minute());
        page.gap();
        match self.direction {
            Direction::Out => fees::after(
                page,
                ("Paid", self.paid),
                &self.price_includes,
                &self.fees,
                &[
                    ("Left the purse", self.left_purse),
                    ("Came back", self.returned),
                ],
            ),
            Direction::In => fees::after(page, ("Received", self.paid), &[], &self.fees, &[]),
        }
        page.gap();
        if let Some(part) = self.fees_basis_points.filter(|part| *part > 0) {
            let part = fees::percent(part);
            page.about("Fees", &format!("{part} of what was paid"));
        }
        let shared = if self.shared.is_empty() {
            "nothing".to_owned()
        } else {
            self.shared.join(", ")
        };
        page.about("Shared", &shared);
        if let Some(proof) = &self.proof {
            page.about("Proof", &format!("{} {}", proof.kind, proof.text));
        }
        if let Some(success) = &self.success {
            page.about("They say", &success.text);
            if let Some(url) = &success.url {
                page.about("Their page", url);
            }
            if let Some(secret) = &success.secret {
                page.about("Their secret", secret);
            } else if success.kind == "aes" {
                page.about(
                    "Their secret",
                    "cannot be opened: the issuer gave no preimage",
                );
            }
        }
        if let Some(note) = &self.note {
            page.about("Your note", note);
        }
        if let Some(token) = &self.token {
            page.about(
                "E-cash",
                "not redeemed yet; whoever has this has the money:",
            );
            page.line(token);
        }
        page.about("Payment", &self.payment);
        if self.outcome == Outcome::StillDeciding {
            page.line("Ask again with: farthing recover");
        }
    }
}

/// Payments, one a row.
pub(super) fn lines<'a>(page: &mut Page, payments: impl IntoIterator<Item = &'a PaymentLine>) {
    let rows: Vec<_> = payments
        .into_iter()
        .map(|line| {
            let sign = match line.direction {
                Direction::In => "+",
                Direction::Out => "-",
            };
            let fees = if line.fees.is_zero() {
                String::new()
            } else {
                format!("fees {}", line.fees)
            };
            let outcome = match line.outcome {
                Outcome::Paid => "",
                Outcome::NotPaid => "not paid",
                Outcome::StillDeciding if line.is_unpaid_invoice() => "waiting to be paid",
                Outcome::StillDeciding => "still deciding",
            };
            vec![
                line.at.to_minute(),
                format!("{sign} {}", line.amount),
                line.fiat
                    .as_ref()
                    .map_or_else(String::new, |fiat| fiat.about(line.amount)),
                fees,
                line.payee
                    .clone()
                    .unwrap_or_else(|| line.kind.replace('_', " ")),
                outcome.to_owned(),
                line.note.clone().unwrap_or_default(),
                line.payment.clone(),
            ]
        })
        .collect();
    page.table(&rows, &[1, 2, 3]);
}

impl Show for HistoryReport {
    fn show(&self, page: &mut Page) {
        if self.payments.is_empty() {
            page.line("No payments.");
        }
        lines(page, &self.payments);
    }
}
