//! The history for a spreadsheet.

use farthing_api::{HistoryReport, PaymentLine};

const HEAD: &str = "payment,at,direction,kind,payee,amount,fees,unit,outcome,note\r\n";

/// The history as comma-separated values (RFC 4180), amounts in the unit's smallest
/// pieces.
pub(crate) fn history_csv(history: &HistoryReport) -> String {
    let mut csv = HEAD.to_owned();
    for line in &history.payments {
        csv.push_str(&row(line));
        csv.push_str("\r\n");
    }
    csv
}

fn row(line: &PaymentLine) -> String {
    [
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
    ]
    .map(|text| cell(&text))
    .join(",")
}

/// A cell that a spreadsheet takes for text. One that starts like a formula would be run
/// as one, and payees name themselves.
fn cell(text: &str) -> String {
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n', ';', '\t']) || formula {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use farthing_api::{At, Direction, Outcome};
    use farthing_money::Amount;

    use super::*;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for (text, written) in [
            ("bread", "bread"),
            ("=1+1", "\"'=1+1\""),
            ("+31", "\"'+31\""),
            ("-x", "\"'-x\""),
            ("@sum", "\"'@sum\""),
            ("  =1", "\"'  =1\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written);
        }
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
        }];
        assert_eq!(
            history_csv(&HistoryReport { payments }),
            format!(
                "{HEAD}t1,1970-01-01T00:00:00Z,out,cashu_request,\"'=Shop\",101,2,usd,paid,\"bread, milk\"\r\n"
            )
        );
    }
}
