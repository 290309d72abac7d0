//! The forms of a statement that are for programs: the same in every language.

use farthing_wallet::StatementParts;

use super::{Proof, StatementDocument};
use crate::csv::row;

pub(super) fn json(document: &StatementDocument) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn csv(document: &StatementDocument, with: StatementParts) -> String {
    let mut head = vec![
        "number",
        "at",
        "direction",
        "kind",
        "payee",
        "amount",
        "unit",
        "outcome",
    ];
    if with.fees {
        head.push("fees");
    }
    if with.note {
        head.push("note");
    }
    if with.proof {
        head.extend(["proof_kind", "proof", "payment_hash", "reference"]);
    }
    let mut text = row(&head);
    for line in &document.payments {
        let mut cells = vec![
            line.number.to_string(),
            line.at.to_string(),
            line.direction.code().to_owned(),
            line.kind.to_owned(),
            line.payee.clone().unwrap_or_default(),
            line.amount.value().to_string(),
            line.amount.unit().to_string(),
            line.outcome.code().to_owned(),
        ];
        if with.fees {
            let fees = line.fees_total();
            cells.push(fees.map_or_else(String::new, |fees| fees.value().to_string()));
        }
        if with.note {
            cells.push(line.note.clone().unwrap_or_default());
        }
        if with.proof {
            let of = |part: fn(&Proof) -> &Option<String>| {
                let proof = line.proof.as_ref();
                proof
                    .and_then(|proof| part(proof).clone())
                    .unwrap_or_default()
            };
            cells.extend([
                of(|proof| &proof.kind),
                of(|proof| &proof.text),
                of(|proof| &proof.payment_hash),
                of(|proof| &proof.reference),
            ]);
        }
        text.push_str(&row(&cells));
    }
    text
}
