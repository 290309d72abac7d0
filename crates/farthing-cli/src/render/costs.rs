//! What payments really cost.

use farthing_api::{CheaperReport, CostReport, CostsReport};
use farthing_money::Fiat;

use super::fees;
use super::page::{Page, Show};

/// Most rows of one kind: the rest is in the JSON and in the table for spreadsheets.
const MOST_ROWS: usize = 12;

impl Show for CostsReport {
    fn show(&self, page: &mut Page) {
        if self.totals.is_empty() {
            page.line("No payments, and no fees.");
        }
        for total in &self.totals {
            page.line(&told(self, total));
        }
        if self.undecided > 0 {
            page.line(&format!(
                "{} still undecided, and not counted.",
                payments(self.undecided)
            ));
        }
        for (title, groups) in [
            ("By month", &self.months),
            ("By kind", &self.kinds),
            ("By payee", &self.payees),
            ("By purse", &self.purses),
        ] {
            table(page, title, groups);
        }
        if !self.taken.is_empty() {
            page.gap();
            page.line("Who got it");
            let rows: Vec<_> = self
                .taken
                .iter()
                .take(MOST_ROWS)
                .map(|taken| vec![fees::label(taken.kind, &taken.to), taken.amount.to_string()])
                .collect();
            page.table(&rows, &[1]);
        }
        if !self.dearest.is_empty() {
            page.gap();
            page.line("The dearest");
            let rows: Vec<_> = self
                .dearest
                .iter()
                .map(|dear| {
                    let line = &dear.payment;
                    vec![
                        line.at.to_minute(),
                        dear.cost.to_string(),
                        format!("on {}", line.amount),
                        line.payee
                            .clone()
                            .unwrap_or_else(|| line.kind.replace('_', " ")),
                        line.payment.clone(),
                    ]
                })
                .collect();
            page.table(&rows, &[1]);
        }
        if !self.cheaper.is_empty() {
            page.gap();
            for cheaper in &self.cheaper {
                page.about("Cheaper", &advice(cheaper));
            }
        }
    }
}

fn told(report: &CostsReport, total: &CostReport) -> String {
    let part = total.basis_points.map_or_else(String::new, |part| {
        format!(", {} of what moved", fees::percent(part))
    });
    let worth =
        worth(report, total).map_or_else(String::new, |worth| format!(", {worth} at the time"));
    format!(
        "{} cost {}{part}{worth}.",
        payments(total.payments),
        total.cost
    )
}

fn worth(report: &CostsReport, total: &CostReport) -> Option<String> {
    let currency = report.currency.as_deref()?.parse().ok()?;
    let pieces = total.cost_fiat.as_deref()?.parse().ok()?;
    Fiat::new(pieces, currency).map(|fiat| fiat.to_string())
}

fn payments(count: u64) -> String {
    match count {
        1 => "1 payment".to_owned(),
        count => format!("{count} payments"),
    }
}

fn table(page: &mut Page, title: &str, groups: &[CostReport]) {
    if groups.is_empty() {
        return;
    }
    page.gap();
    page.line(title);
    let rows: Vec<_> = groups
        .iter()
        .take(MOST_ROWS)
        .map(|group| {
            vec![
                group
                    .of
                    .as_deref()
                    .map_or_else(|| "nobody named".to_owned(), |of| of.replace('_', " ")),
                payments(group.payments),
                group.cost.to_string(),
                group
                    .basis_points
                    .map_or_else(|| "N/A".to_owned(), fees::percent),
            ]
        })
        .collect();
    page.table(&rows, &[1, 2, 3]);
}

fn advice(cheaper: &CheaperReport) -> String {
    let saving = cheaper.saving;
    let count = payments(cheaper.payments);
    match (&cheaper.payee, &cheaper.from, &cheaper.to) {
        (Some(payee), ..) => {
            format!("{count} to {payee} made as one would have cost up to {saving} less")
        }
        (None, Some(from), Some(to)) => {
            format!("{count} from purse {from} would have cost about {saving} less from {to}")
        }
        _ => format!("about {saving} could have been saved"),
    }
}

#[cfg(test)]
mod tests {
    use farthing_money::Amount;

    use super::*;

    fn cost(of: Option<&str>, cost: u32, basis_points: Option<u64>) -> CostReport {
        CostReport {
            of: of.map(str::to_owned),
            payments: 2,
            paid: Amount::sat(400),
            received: Amount::sat(0),
            cost: Amount::sat(cost),
            basis_points,
            cost_fiat: Some("12".to_owned()),
        }
    }

    #[test]
    fn a_sum_says_its_part_and_its_worth_and_what_is_not_known() {
        let report = CostsReport {
            month: None,
            currency: Some("EUR".into()),
            decimals: Some(2),
            totals: vec![cost(None, 5, Some(125))],
            months: vec![],
            kinds: vec![
                cost(Some("lightning_invoice"), 5, Some(125)),
                cost(None, 4, None),
            ],
            payees: vec![],
            purses: vec![],
            taken: vec![],
            dearest: vec![],
            cheaper: vec![],
            undecided: 1,
        };
        let mut page = Page::new(false);
        report.show(&mut page);
        let shown = page.finish();
        assert!(
            shown.starts_with("2 payments cost 5 sat, 1.25 % of what moved, 0.12 EUR at the time."),
            "{shown}"
        );
        for told in [
            "1 payment still undecided",
            "lightning invoice",
            "N/A",
            "nobody named",
        ] {
            assert!(shown.contains(told), "{told}: {shown}");
        }
    }
}
