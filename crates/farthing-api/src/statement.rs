//! `statement`: a chosen slice of the history for somebody else, and what was handed over so far.

mod forms;
mod report;
mod words;

use farthing_money::Amount;
use farthing_wallet as wallet;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{At, Direction, Outcome, PaidFeeReport};

/// The name of the form, for whoever reads the file later.
const FORMAT: &str = "farthing-statement";
/// Counts the changes of the form that leave something out or mean something else.
const VERSION: u32 = 1;
/// So much of a statement is shown before it is handed over.
const SHOWN: usize = 4 * 1024;

/// How a statement is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementForm {
    /// Plain text that anyone can read.
    Report,
    /// docs/schemas/statement.schema.json.
    Json,
    /// A row for each payment.
    Csv,
}

impl StatementForm {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        let all = [Self::Report, Self::Json, Self::Csv];
        all.into_iter().find(|form| form.name() == name)
    }

    /// How the name of such a file ends.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Report => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// What is told of each payment, read from the names `note`, `proof` and `fees`; nothing for any
/// other name.
#[must_use]
pub fn statement_parts<T: AsRef<str>>(names: &[T]) -> Option<wallet::StatementParts> {
    let mut parts = wallet::StatementParts::default();
    for name in names {
        match name.as_ref().trim() {
            "note" => parts.note = true,
            "proof" => parts.proof = true,
            "fees" => parts.fees = true,
            _ => return None,
        }
    }
    Some(parts)
}

/// A statement as it is handed over.
#[derive(Serialize)]
struct StatementDocument {
    format: &'static str,
    version: u32,
    made: String,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    whom: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee: Option<String>,
    practice: bool,
    payments: Vec<Line>,
    totals: Vec<Total>,
    left_out: Vec<&'static str>,
}

#[derive(Serialize)]
struct Line {
    number: usize,
    at: At,
    direction: Direction,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee: Option<String>,
    amount: Amount,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    fees: Option<Vec<PaidFeeReport>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
}

#[derive(Serialize)]
struct Proof {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// What was paid, and what came in, in one unit.
#[derive(Serialize)]
struct Total {
    direction: Direction,
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    fees: Option<Amount>,
}

/// The statement in a form, as it is written. A report is in a language (a BCP 47 tag; English
/// where we do not have it); what is for programs is the same in all.
#[must_use]
pub fn statement_text(
    statement: &wallet::Statement,
    form: StatementForm,
    language: &str,
) -> Zeroizing<String> {
    let document = StatementDocument::of(statement);
    Zeroizing::new(match form {
        StatementForm::Report => report::report(&document, language),
        StatementForm::Json => forms::json(&document),
        StatementForm::Csv => forms::csv(&document, statement.with),
    })
}

impl StatementDocument {
    fn of(statement: &wallet::Statement) -> Self {
        let lines = statement.lines.iter().enumerate();
        let payments: Vec<Line> = lines.map(|(at, line)| Line::of(at, line)).collect();
        let left_out = statement.left_out().into_iter();
        Self {
            format: FORMAT,
            version: VERSION,
            made: statement.made.to_string(),
            whom: statement.whom.clone(),
            since: statement.since.map(|day| day.to_string()),
            until: statement.until.map(|day| day.to_string()),
            payee: statement.payee.clone(),
            practice: statement.practice,
            totals: totals(&payments),
            payments,
            left_out: left_out.map(wallet::LeftOut::name).collect(),
        }
    }
}

impl Line {
    fn of(at: usize, line: &wallet::StatementLine) -> Self {
        Self {
            number: at.saturating_add(1),
            // To the second: what a clock says below that is a mark of the device.
            at: At::ms(line.at_ms / 1000 * 1000),
            direction: line.direction.into(),
            kind: line.kind.code(),
            payee: line.payee.clone(),
            amount: line.amount,
            outcome: line.outcome.into(),
            fees: line
                .fees
                .as_ref()
                .map(|fees| fees.iter().map(Into::into).collect()),
            note: line.note.clone(),
            proof: line.proof.as_ref().map(|proof| Proof {
                kind: proof.kind.clone(),
                text: proof.text.clone(),
                payment_hash: proof.payment_hash.clone(),
                reference: proof.reference.clone(),
            }),
        }
    }

    fn fees_total(&self) -> Option<Amount> {
        let fees = self.fees.as_ref()?.iter().map(|fee| fee.amount);
        Amount::try_sum(self.amount.unit(), fees).ok()
    }
}

/// The sums of what was paid, each direction and unit by itself.
fn totals(lines: &[Line]) -> Vec<Total> {
    let mut totals: Vec<Total> = Vec::new();
    let more = |sum: Amount, amount: Amount| {
        // More than there can be is shown as all there can be.
        sum.checked_add(amount).unwrap_or(Amount::most(sum.unit()))
    };
    for line in lines.iter().filter(|line| line.outcome == Outcome::Paid) {
        let same = |total: &&mut Total| {
            total.direction == line.direction && total.amount.unit() == line.amount.unit()
        };
        match totals.iter_mut().find(same) {
            Some(total) => {
                total.amount = more(total.amount, line.amount);
                let both = total.fees.zip(line.fees_total());
                total.fees = both.map(|(sum, fees)| more(sum, fees));
            }
            None => totals.push(Total {
                direction: line.direction,
                amount: line.amount,
                fees: line.fees_total(),
            }),
        }
    }
    totals
}

/// What `statement` would hand over.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatementPlan {
    /// How many payments are in it.
    pub payments: usize,
    /// When the first was made.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub first: Option<At>,
    /// When the last was made.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub last: Option<At>,
    /// How the file begins: its first 4 KiB, as they would be written.
    pub text: String,
    /// Whether the file goes on after that.
    pub goes_on: bool,
    /// What is not in it: `note`, `proof`, `fees`, `other_payees`.
    pub left_out: Vec<String>,
}

impl StatementPlan {
    /// What would be handed over in this form and language.
    #[must_use]
    pub fn of(statement: &wallet::Statement, form: StatementForm, language: &str) -> Self {
        let whole = statement_text(statement, form, language);
        let (text, rest) = whole.split_at(whole.floor_char_boundary(SHOWN));
        let lines = &statement.lines;
        let moment = |line: &wallet::StatementLine| At::ms(line.at_ms);
        let left_out = statement.left_out().into_iter();
        Self {
            payments: lines.len(),
            first: lines.first().map(moment),
            last: lines.last().map(moment),
            text: text.to_owned(),
            goes_on: !rest.is_empty(),
            left_out: left_out.map(|what| what.name().to_owned()).collect(),
        }
    }
}

/// A statement that was handed over.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatementReport {
    /// When.
    #[cfg_attr(test, ts(type = "At"))]
    pub at: At,
    /// Who it was for, in the person's words.
    pub whom: Option<String>,
    /// The merchant it is of; nothing where it is of several.
    pub merchant: Option<String>,
    /// What the person calls that merchant.
    pub name: Option<String>,
    /// How many payments are in it.
    pub payments: u64,
    /// The first day.
    pub since: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// What is not in it.
    pub left_out: Vec<String>,
    /// `report`, `json` or `csv`.
    pub form: String,
    /// Whether it was sealed.
    pub sealed: bool,
    /// SHA-256 of the file's very bytes, in hex.
    pub hash: String,
}

impl From<&wallet::StatementMade> for StatementReport {
    fn from(made: &wallet::StatementMade) -> Self {
        let merchant = made.merchant.as_ref();
        Self {
            at: At::ms(made.at_ms),
            whom: made.whom.clone(),
            merchant: merchant.map(|(id, _)| id.to_string()),
            name: merchant.map(|(_, name)| name.clone()),
            payments: made.payments,
            since: made.since.clone(),
            until: made.until.clone(),
            left_out: made.left_out.clone(),
            form: made.form.clone(),
            sealed: made.sealed,
            hash: made.hash.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
