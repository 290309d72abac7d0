use farthing_money::{Amount, FeeKind, PaidFee};
use farthing_wallet::{
    Day, Direction, Language, Outcome, PaymentKind, Statement, StatementLine, StatementParts,
    StatementProof,
};

use super::*;

mod languages;

const ALL: [StatementForm; 3] = [
    StatementForm::Report,
    StatementForm::Json,
    StatementForm::Csv,
];

fn line(at_ms: u64, direction: Direction, payee: &str) -> StatementLine {
    StatementLine {
        at_ms,
        direction,
        kind: PaymentKind::LightningInvoice,
        payee: Some(payee.to_owned()),
        amount: Amount::sat(21),
        outcome: Outcome::Paid,
        fees: Some(vec![
            PaidFee::new(FeeKind::Network, "Lightning", Amount::sat(2)).unwrap(),
        ]),
        note: Some("=bread, \u{202e}milk".to_owned()),
        proof: Some(StatementProof {
            kind: Some("preimage".to_owned()),
            text: Some("00".repeat(32)),
            payment_hash: Some("66".repeat(32)),
            reference: None,
        }),
    }
}

fn statement() -> Statement {
    let with = StatementParts {
        note: true,
        proof: true,
        fees: true,
    };
    Statement {
        whom: Some("the tax office".to_owned()),
        made: Day::of_ms(86_400_000),
        since: "1970-01-01".parse().ok(),
        until: None,
        payee: None,
        with,
        practice: false,
        lines: vec![
            line(1_500, Direction::Out, "=Shop"),
            line(61_000, Direction::Out, "Corner Shop"),
            line(62_000, Direction::In, "Bob"),
        ],
        of_one: false,
        merchant: None,
    }
}

#[test]
fn a_report_can_be_read_by_anyone_and_steers_nothing() {
    let text = statement_text(&statement(), StatementForm::Report, "en");
    let expected = format!(
        "Statement of payments

For        the tax office
From       1970-01-01
Made       1970-01-02

1. 1970-01-01 00:00 UTC  paid 21 sat to =Shop
   Fee        2 sat (network, Lightning)
   Note       =bread, \u{fffd}milk
   Proof      preimage {zeros}
   Hash       {hash}

2. 1970-01-01 00:01 UTC  paid 21 sat to Corner Shop
   Fee        2 sat (network, Lightning)
   Note       =bread, \u{fffd}milk
   Proof      preimage {zeros}
   Hash       {hash}

3. 1970-01-01 00:01 UTC  received 21 sat from Bob
   Fee        2 sat (network, Lightning)
   Note       =bread, \u{fffd}milk
   Proof      preimage {zeros}
   Hash       {hash}

Paid       42 sat, fees 4 sat in all
Received   21 sat, fees 2 sat in all

To check a preimage: its SHA-256 is the payment hash, which is in the payee's
invoice. Only a payment of that invoice gives the preimage to the payer.
",
        zeros = "00".repeat(32),
        hash = "66".repeat(32),
    );
    assert_eq!(*text, expected);
}

#[test]
fn a_spreadsheet_runs_nothing_of_it() {
    let text = statement_text(&statement(), StatementForm::Csv, "en");
    let rows: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(rows.len(), 5);
    let columns = "number,at,direction,kind,payee,amount,unit,outcome,fees,note,proof_kind,proof,payment_hash,reference";
    assert_eq!(rows[0], columns);
    let first = "1,1970-01-01T00:00:01Z,out,lightning_invoice,\"'=Shop\",21,sat,paid,2,\"'=bread, ";
    assert!(rows[1].starts_with(first), "{}", rows[1]);
}

/// Nothing but whom, when, how much.
fn bare() -> Statement {
    let mut bare = statement();
    bare.with = StatementParts::default();
    bare.of_one = true;
    for line in &mut bare.lines {
        (line.fees, line.note, line.proof) = (None, None, None);
    }
    bare
}

#[test]
fn what_was_not_chosen_is_in_no_form_in_any_language() {
    let bare = bare();
    for form in ALL {
        for language in Language::ALL {
            let text = statement_text(&bare, form, language.tag()).to_lowercase();
            for gone in ["bread", "0000", "6666", "lightning,", "(network"] {
                assert!(!text.contains(gone), "{language:?}: {gone} in {text}");
            }
            // What is told of a payment beyond its line stands further in.
            let more = form == StatementForm::Report && text.contains("\n   ");
            assert!(!more, "{language:?}: {text}");
        }
    }
    let json: serde_json::Value =
        serde_json::from_str(&statement_text(&bare, StatementForm::Json, "en")).unwrap();
    let left_out = serde_json::json!(["note", "proof", "fees", "other_payees"]);
    assert_eq!(json["left_out"], left_out);
    assert_eq!(json["totals"][0]["amount"]["value"], "42");
}

#[test]
fn programs_read_the_same_in_every_language() {
    for form in [StatementForm::Json, StatementForm::Csv] {
        let english = statement_text(&statement(), form, "en");
        for language in Language::ALL {
            assert_eq!(statement_text(&statement(), form, language.tag()), english);
        }
    }
}

#[test]
fn the_plan_shows_how_the_file_begins() {
    let mut long = statement();
    let more = line(63_000, Direction::Out, "茶");
    long.lines.extend(vec![more; 100]);
    let plan = StatementPlan::of(&long, StatementForm::Report, "en");
    let whole = statement_text(&long, StatementForm::Report, "en");
    assert!(whole.starts_with(&plan.text) && plan.goes_on);
    assert!((4_090..=4_096).contains(&plan.text.len()));
    assert_eq!(plan.payments, 103);
    assert_eq!(plan.first, Some(At::ms(1_500)));
    // Also where the cut falls into a letter.
    for language in Language::ALL {
        let plan = StatementPlan::of(&long, StatementForm::Report, language.tag());
        assert!(plan.goes_on, "{language:?}");
    }
    let short = StatementPlan::of(&bare(), StatementForm::Report, "hi");
    let whole = statement_text(&bare(), StatementForm::Report, "hi");
    assert!(!short.goes_on && short.text == *whole);
}

#[test]
fn forms_and_parts_are_read_by_name_and_others_refused() {
    for form in ALL {
        assert_eq!(StatementForm::read(form.name()), Some(form));
    }
    assert_eq!(StatementForm::read("pdf"), None);
    let parts = statement_parts(&["note", " fees"]).unwrap();
    assert_eq!((parts.note, parts.proof, parts.fees), (true, false, true));
    assert_eq!(statement_parts(&["balance"]), None);
}
