//! The same export for spreadsheets: one sheet a kind.

use farthing_money::Amount;

use super::ExportReport;
use crate::csv::row;
use crate::{
    At, ConsentReceiptReport, MerchantReport, Outcome, PaidFeeReport, ReceiptReport,
    StatementReport,
};

/// One sheet: comma-separated values (RFC 4180), amounts in the unit's smallest pieces.
pub struct Sheet {
    /// What is in it, and what its file is called without its ending.
    pub name: &'static str,
    /// The rows, the first one the names of the columns.
    pub text: String,
}

impl ExportReport {
    /// The export as sheets. Rows of one payment or merchant are found by its id in the first column.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet> {
        let payments = || self.payments.iter();
        let merchants = || self.merchants.iter();
        vec![
            sheet(
                "payments",
                &[
                    "payment",
                    "at",
                    "direction",
                    "kind",
                    "payee",
                    "outcome",
                    "unit",
                    "price",
                    "total_at_most",
                    "paid",
                    "fees",
                    "returned",
                    "left_purse",
                    "purse",
                    "shared",
                    "proof_kind",
                    "proof",
                    "note",
                    "why",
                ],
                payments().map(payment),
            ),
            sheet(
                "fees",
                &["payment", "kind", "to", "amount", "unit"],
                payments().flat_map(|one| {
                    let fee = |fee: &PaidFeeReport| {
                        vec![
                            one.payment.clone(),
                            fee.kind.as_str().to_owned(),
                            fee.to.clone(),
                            fee.amount.value().to_string(),
                            fee.amount.unit().to_string(),
                        ]
                    };
                    one.fees.iter().map(fee).collect::<Vec<_>>()
                }),
            ),
            sheet(
                "merchants",
                &[
                    "merchant",
                    "id",
                    "name",
                    "called",
                    "origin",
                    "first_seen",
                    "blocked",
                    "limit",
                    "limit_unit",
                    "payments",
                    "last_paid",
                    "note",
                ],
                merchants().map(merchant),
            ),
            sheet(
                "switches",
                &[
                    "merchant",
                    "item",
                    "purpose",
                    "state",
                    "since",
                    "until",
                    "last_used",
                    "value",
                    "alias",
                ],
                merchants().flat_map(switches),
            ),
            sheet(
                "asked",
                &[
                    "merchant", "item", "purpose", "why", "required", "at", "answer",
                ],
                merchants().flat_map(asked),
            ),
            sheet(
                "disclosures",
                &[
                    "merchant", "at", "item", "purpose", "payment", "grant", "hash",
                ],
                merchants().flat_map(disclosures),
            ),
            sheet(
                "consents",
                &[
                    "merchant", "receipt", "at", "name", "item", "purpose", "change",
                ],
                self.consent_receipts.iter().map(consent),
            ),
            sheet(
                "statements",
                &[
                    "merchant", "at", "whom", "payments", "since", "until", "left_out", "form",
                    "sealed", "hash",
                ],
                self.statements.iter().map(statement),
            ),
        ]
    }
}

fn sheet(name: &'static str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Sheet {
    let mut text = row(head);
    for cells in rows {
        text.push_str(&row(&cells));
    }
    Sheet { name, text }
}

fn maybe(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn moment(at: Option<At>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}

fn payment(one: &ReceiptReport) -> Vec<String> {
    let unit = one.price.unit();
    let fees = Amount::try_sum(unit, one.fees.iter().map(|fee| fee.amount));
    let value = |amount: Amount| amount.value().to_string();
    // What is not decided yet is not nothing.
    let known = |amount: Amount| match one.outcome {
        Outcome::StillDeciding => String::new(),
        Outcome::Paid | Outcome::NotPaid => value(amount),
    };
    let proof = one.proof.as_ref();
    vec![
        one.payment.clone(),
        one.at.to_string(),
        one.direction.code().to_owned(),
        one.kind.clone(),
        maybe(&one.payee),
        one.outcome.code().to_owned(),
        unit.to_string(),
        value(one.price),
        value(one.total_at_most),
        known(one.paid),
        fees.map_or_else(|_| String::new(), known),
        known(one.returned),
        known(one.left_purse),
        maybe(&one.purse),
        one.shared.join(" "),
        proof.map_or_else(String::new, |proof| proof.kind.clone()),
        proof.map_or_else(String::new, |proof| proof.text.clone()),
        maybe(&one.note),
        maybe(&one.why),
    ]
}

fn merchant(one: &MerchantReport) -> Vec<String> {
    let line = &one.line;
    vec![
        line.merchant.clone(),
        line.id.clone(),
        line.name.clone(),
        maybe(&line.called),
        maybe(&line.origin),
        line.first_seen.to_string(),
        line.blocked.to_string(),
        one.limit
            .map_or_else(String::new, |limit| limit.value().to_string()),
        one.limit
            .map_or_else(String::new, |limit| limit.unit().to_string()),
        one.payments.to_string(),
        moment(one.last_paid),
        maybe(&one.note),
    ]
}

fn switches(one: &MerchantReport) -> Vec<Vec<String>> {
    let row = |switch: &crate::SwitchReport| {
        vec![
            one.line.merchant.clone(),
            switch.item.clone(),
            switch.purpose.clone(),
            switch.state.clone(),
            moment(switch.since),
            moment(switch.until),
            moment(switch.last_used),
            maybe(&switch.value),
            switch.alias.to_string(),
        ]
    };
    one.switches.iter().map(row).collect()
}

fn asked(one: &MerchantReport) -> Vec<Vec<String>> {
    let row = |asked: &crate::AskedReport| {
        vec![
            one.line.merchant.clone(),
            asked.item.clone(),
            asked.purpose.clone(),
            maybe(&asked.why),
            asked.required.to_string(),
            asked.at.to_string(),
            asked.answer.clone(),
        ]
    };
    one.asked.iter().map(row).collect()
}

fn disclosures(one: &MerchantReport) -> Vec<Vec<String>> {
    let row = |told: &crate::DisclosureReport| {
        vec![
            one.line.merchant.clone(),
            told.at.to_string(),
            told.item.clone(),
            told.purpose.clone(),
            told.payment.clone(),
            told.grant.clone(),
            told.hash.clone(),
        ]
    };
    one.told.iter().map(row).collect()
}

fn consent(one: &ConsentReceiptReport) -> Vec<String> {
    vec![
        one.merchant.clone(),
        one.receipt.clone(),
        one.at.to_string(),
        one.name.clone(),
        one.item.clone(),
        one.purpose.clone(),
        one.change.clone(),
    ]
}

fn statement(one: &StatementReport) -> Vec<String> {
    vec![
        maybe(&one.merchant),
        one.at.to_string(),
        maybe(&one.whom),
        one.payments.to_string(),
        maybe(&one.since),
        maybe(&one.until),
        one.left_out.join(" "),
        one.form.clone(),
        one.sealed.to_string(),
        one.hash.clone(),
    ]
}
