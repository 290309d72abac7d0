//! The lines of a review and of a receipt.

use farthing_api::{FeeReport, PaidFeeReport};
use farthing_money::{Amount, FeeKind};

use super::page::Page;

fn name(kind: FeeKind) -> &'static str {
    match kind {
        FeeKind::IssuerInput => "Issuer's fee",
        FeeKind::Swap => "Changing coins",
        FeeKind::Network => "Network fee",
        FeeKind::Service => "Service fee",
        FeeKind::Conversion => "Conversion",
        FeeKind::Rounding => "Rounding",
        FeeKind::Payee => "Payee's fee",
        _ => "Fee",
    }
}

pub(super) fn label(kind: FeeKind, to: &str) -> String {
    format!("{}, to {to}", name(kind))
}

fn figure(amount: Amount) -> String {
    if amount.is_zero() {
        "none".to_owned()
    } else {
        amount.to_string()
    }
}

fn bound(amount: Amount, at_most: Amount) -> String {
    if amount == at_most {
        String::new()
    } else {
        format!("at most {at_most}")
    }
}

/// What of the price is a cost, under the price it is part of.
fn inside(price_includes: &[PaidFeeReport]) -> impl Iterator<Item = (String, String)> + '_ {
    price_includes.iter().map(|part| {
        let what = format!("  of it {}, to {}", name(part.kind).to_lowercase(), part.to);
        (what, figure(part.amount))
    })
}

/// A part of the price, as people write it: `2.5 %`.
pub(super) fn percent(basis_points: u64) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    let rest = format!("{rest:02}");
    match rest.trim_end_matches('0') {
        "" => format!("{whole} %"),
        rest => format!("{whole}.{rest} %"),
    }
}

/// The price, every fee and the total, before paying.
pub(super) fn before(
    page: &mut Page,
    price: Amount,
    price_includes: &[PaidFeeReport],
    fees: &[FeeReport],
    total: Amount,
    total_at_most: Amount,
) {
    let mut rows = vec![vec!["Price".to_owned(), price.to_string(), String::new()]];
    rows.extend(inside(price_includes).map(|(what, figure)| vec![what, figure, String::new()]));
    if fees.is_empty() {
        rows.push(vec!["Fees".to_owned(), "none".to_owned(), String::new()]);
    }
    rows.extend(fees.iter().map(|fee| {
        let figure = if fee.amount.is_zero() && !fee.at_most.is_zero() {
            fee.amount.to_string()
        } else {
            figure(fee.amount)
        };
        vec![
            label(fee.kind, &fee.to),
            figure,
            bound(fee.amount, fee.at_most),
        ]
    }));
    rows.push(vec![
        "Total".to_owned(),
        total.to_string(),
        bound(total, total_at_most),
    ]);
    page.table(&rows, &[1]);
}

/// The same lines with the true numbers.
pub(super) fn after(
    page: &mut Page,
    first: (&str, Amount),
    price_includes: &[PaidFeeReport],
    fees: &[PaidFeeReport],
    rest: &[(&str, Amount)],
) {
    let row = |what: &str, figure: String| vec![what.to_owned(), figure];
    let mut rows = vec![row(first.0, first.1.to_string())];
    rows.extend(inside(price_includes).map(|(what, figure)| row(&what, figure)));
    if fees.is_empty() {
        rows.push(row("Fees", "none".to_owned()));
    }
    rows.extend(
        fees.iter()
            .map(|fee| row(&label(fee.kind, &fee.to), figure(fee.amount))),
    );
    rows.extend(
        rest.iter()
            .map(|(what, amount)| row(what, amount.to_string())),
    );
    page.table(&rows, &[1]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fee_has_its_line_even_none() {
        let fee = |kind, to: &str, amount, at_most| FeeReport {
            kind,
            to: to.into(),
            amount: Amount::sat(amount),
            at_most: Amount::sat(at_most),
        };
        let fees = [
            fee(FeeKind::IssuerInput, "Maple", 1, 1),
            fee(FeeKind::Network, "Lightning", 0, 3),
            fee(FeeKind::Service, "nobody", 0, 0),
        ];
        let mut page = Page::new(false);
        before(
            &mut page,
            Amount::sat(100),
            &[PaidFeeReport {
                kind: FeeKind::Rounding,
                to: "Maple".into(),
                amount: Amount::msat(500),
            }],
            &fees,
            Amount::sat(101),
            Amount::sat(104),
        );
        let expected = [
            "  Price                        100 sat",
            "    of it rounding, to Maple  500 msat",
            "  Issuer's fee, to Maple         1 sat",
            "  Network fee, to Lightning      0 sat  at most 3 sat",
            "  Service fee, to nobody          none",
            "  Total                        101 sat  at most 104 sat",
        ];
        assert_eq!(page.finish().lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_part_of_the_price_is_written_as_people_do() {
        let written = [0, 5, 50, 100, 250, 10_001].map(percent);
        assert_eq!(
            written,
            ["0 %", "0.05 %", "0.5 %", "1 %", "2.5 %", "100.01 %"]
        );
    }

    #[test]
    fn a_payment_without_fees_says_so() {
        let mut page = Page::new(false);
        before(
            &mut page,
            Amount::sat(5),
            &[],
            &[],
            Amount::sat(5),
            Amount::sat(5),
        );
        assert_eq!(
            page.finish(),
            "  Price  5 sat\n  Fees    none\n  Total  5 sat\n"
        );
        let mut page = Page::new(false);
        after(
            &mut page,
            ("Paid", Amount::sat(5)),
            &[],
            &[],
            &[("Came back", Amount::sat(1))],
        );
        assert_eq!(
            page.finish(),
            "  Paid       5 sat\n  Fees        none\n  Came back  1 sat\n"
        );
    }
}
