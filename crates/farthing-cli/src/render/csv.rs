//! The history for a spreadsheet.

use farthing_api::{HistoryReport, PaymentLine, csv};
use farthing_money::{Amount, FeeKind, Fiat};
use farthing_wallet::CostLine;

const HEAD: &str = "payment,at,direction,kind,payee,amount,fees,unit,outcome,note\r\n";

/// The history as comma-separated values (RFC 4180), amounts in the unit's smallest
/// pieces.
pub(crate) fn history_csv(history: &HistoryReport) -> String {
    let mut csv = HEAD.to_owned();
    for line in &history.payments {
        csv.push_str(&row(line));
    }
    csv
}

fn row(line: &PaymentLine) -> String {
    csv::row(&[
        line.payment.clone(),
        line.at.to_string(),
        line.direction.code().to_owned(),
        line.kind.clone(),
        line.payee.clone().unwrap_or_default(),
        line.amount.value().to_string(),
        line.fees.value().to_string(),
        line.amount.unit().to_string(),
        line.outcome.code().to_owned(),
        line.note.clone().unwrap_or_default(),
    ])
}

/// A payment, and what it was worth when it was made, where that is known.
pub(crate) struct CostRow {
    /// The payment and its fees.
    pub(crate) line: CostLine,
    /// What moved.
    pub(crate) amount_fiat: Option<Fiat>,
    /// What it cost.
    pub(crate) cost_fiat: Option<Fiat>,
}

/// What is not known: a spreadsheet would take nothing at all for zero.
const NOT_KNOWN: &str = "N/A";

/// What payments cost as comma-separated values (RFC 4180), amounts in the unit's smallest pieces,
/// figures of the currency as people write them.
pub(crate) fn costs_csv(currency: Option<&str>, rows: &[CostRow]) -> String {
    let mut head = vec![
        "payment",
        "at",
        "direction",
        "kind",
        "payee",
        "purse",
        "outcome",
        "amount",
        "unit",
        "cost",
    ];
    head.extend(FeeKind::ALL.map(FeeKind::as_str));
    head.extend(["percent", "currency", "amount_then", "cost_then"]);
    let mut csv = csv::row(&head);
    for row in rows {
        csv.push_str(&cost_row(currency, row));
    }
    csv
}

fn cost_row(currency: Option<&str>, row: &CostRow) -> String {
    let CostLine { line, purse, .. } = &row.line;
    let decided = line.outcome != farthing_wallet::Outcome::StillDeciding;
    let known = |amount: Amount| {
        if decided {
            amount.value().to_string()
        } else {
            NOT_KNOWN.to_owned()
        }
    };
    let cost = row.line.cost();
    let percent = cost
        .basis_points_of(line.amount)
        .ok()
        .flatten()
        .filter(|_| decided && line.outcome == farthing_wallet::Outcome::Paid)
        .map_or_else(|| NOT_KNOWN.to_owned(), hundredths);
    let figure = |fiat: Option<Fiat>| {
        fiat.filter(|_| decided)
            .map(|fiat| fiat.to_string())
            .and_then(|text| text.split(' ').next().map(str::to_owned))
            .unwrap_or_else(|| NOT_KNOWN.to_owned())
    };
    let line_of = PaymentLine::from(line);
    let mut cells = vec![
        line_of.payment,
        line_of.at.to_string(),
        line_of.direction.code().to_owned(),
        line_of.kind,
        line_of.payee.unwrap_or_default(),
        purse.to_string(),
        line_of.outcome.code().to_owned(),
        line.amount.value().to_string(),
        line.amount.unit().to_string(),
        known(cost),
    ];
    cells.extend(FeeKind::ALL.map(|kind| known(row.line.of_kind(kind))));
    cells.extend([
        percent,
        currency.unwrap_or(NOT_KNOWN).to_owned(),
        figure(row.amount_fiat),
        figure(row.cost_fiat),
    ]);
    csv::row(&cells)
}

/// Basis points as a percentage a spreadsheet can reckon with.
fn hundredths(basis_points: u64) -> String {
    format!("{}.{:02}", basis_points / 100, basis_points % 100)
}

#[cfg(test)]
mod tests {
    use farthing_api::{At, Direction, Outcome};
    use farthing_money::PaidFee;
    use farthing_wallet::{HistoryLine, PaymentId, PaymentKind};

    use super::*;

    #[test]
    fn what_nobody_knows_is_not_written_as_nothing() {
        let line = |outcome| CostLine {
            line: HistoryLine {
                payment: PaymentId::random(),
                at_ms: 0,
                direction: farthing_wallet::Direction::Out,
                kind: PaymentKind::LightningInvoice,
                payee: Some("=cmd()".to_owned()),
                amount: Amount::sat(400),
                fees: Amount::sat(2),
                outcome,
                note: None,
            },
            purse: "0a1b2c3d".parse().unwrap(),
            fees: vec![PaidFee::new(FeeKind::Network, "Lightning", Amount::sat(2)).unwrap()],
            included: vec![],
            between_purses: false,
        };
        let row = |outcome, fiat: Option<&str>| CostRow {
            line: line(outcome),
            amount_fiat: fiat.map(|text| Fiat::parse(text, "EUR".parse().unwrap()).unwrap()),
            cost_fiat: None,
        };
        let written = |row: CostRow| {
            let csv = costs_csv(Some("EUR"), &[row]);
            let line = csv.lines().nth(1).unwrap().to_owned();
            line.split_once(',').unwrap().1.to_owned()
        };
        let start = "1970-01-01T00:00:00Z,out,lightning_invoice,\"'=cmd()\",0a1b2c3d";
        use farthing_wallet::Outcome;
        assert_eq!(
            written(row(Outcome::Paid, Some("0.35"))),
            format!("{start},paid,400,sat,2,0,0,2,0,0,0,0,0.50,EUR,0.35,N/A")
        );
        assert_eq!(
            written(row(Outcome::StillDeciding, None)),
            format!(
                "{start},still_deciding,400,sat,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,EUR,N/A,N/A"
            )
        );
        let csv = costs_csv(None, &[]);
        assert_eq!(csv.lines().count(), 1);
        assert_eq!(csv.matches(',').count(), start.matches(',').count() + 16);
    }

    #[test]
    fn a_history_has_one_row_for_each_payment() {
        let payments = vec![PaymentLine {
            payment: "t1".into(),
            at: At::ms(0),
            direction: Direction::Out,
            kind: "cashu_request".into(),
            payee: Some("=Shop".into()),
            unnamed: None,
            amount: Amount::usd_cents(101),
            fees: Amount::usd_cents(2),
            outcome: Outcome::Paid,
            note: Some("bread, milk".into()),
            fiat: None,
        }];
        assert_eq!(
            history_csv(&HistoryReport { payments }),
            format!(
                "{HEAD}t1,1970-01-01T00:00:00Z,out,cashu_request,\"'=Shop\",101,2,usd,paid,\"bread, milk\"\r\n"
            )
        );
    }
}
