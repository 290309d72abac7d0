//! `pay` and `receipt`: what really happened.

use farthing_money::{Amount, FeeKind};
use serde::Serialize;

use crate::history::Direction;
use crate::outcome::Outcome;
use crate::time::At;
use crate::unnamed::UnnamedPayee;

/// A fee as it really was.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PaidFeeReport {
    /// What it was for.
    #[cfg_attr(test, ts(type = "FeeKind"))]
    pub kind: FeeKind,
    /// Who got it.
    pub to: String,
    /// What it was.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
}

/// What shows that a payment happened.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProofReport {
    /// `preimage` and the like.
    pub kind: String,
    /// The proof itself.
    pub text: String,
}

/// What the payee says, now that it is paid: a stranger's words.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SuccessReport {
    /// `message`, `url` or `aes`.
    pub kind: String,
    /// Its words.
    pub text: String,
    /// A page of the payee's.
    pub url: Option<String>,
    /// The secret that was paid for; nothing where no preimage is known that opens it.
    pub secret: Option<String>,
}

/// What `pay` did, and what `receipt` shows later: the same lines as the review, with
/// the true numbers.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReceiptReport {
    /// What became of it.
    pub outcome: Outcome,
    /// The payment's id in the journal.
    pub payment: String,
    /// When.
    #[cfg_attr(test, ts(type = "At"))]
    pub at: At,
    /// Whether money went out or came in.
    pub direction: Direction,
    /// Who was paid.
    pub payee: Option<String>,
    /// Who it is, where it gave no name; left out where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub unnamed: Option<UnnamedPayee>,
    /// What `merchant` takes; left out where it is nobody in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub merchant: Option<String>,
    /// What kind of payment it was.
    pub kind: String,
    /// What was asked for.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub price: Amount,
    /// What the payee got.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub paid: Amount,
    /// Every fee, as it was.
    pub fees: Vec<PaidFeeReport>,
    /// Costs the price had in it, as the review named them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<PaidFeeReport>>"))]
    pub price_includes: Vec<PaidFeeReport>,
    /// What part of what the payee got the fees were, in hundredths of a percent, rounded up;
    /// absent when the payee got nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub fees_basis_points: Option<u64>,
    /// What was set aside and came back.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub returned: Amount,
    /// What the purse has less than before.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub left_purse: Amount,
    /// What the payee was told.
    pub shared: Vec<String>,
    /// What shows that it happened.
    pub proof: Option<ProofReport>,
    /// What the payee says, now that it is paid.
    pub success: Option<SuccessReport>,
    /// What the person noted.
    pub note: Option<String>,
    /// Why it did not happen, or is not decided.
    pub why: Option<String>,
    /// The same as a stable name, one of [`crate::messages`]; absent where nobody knows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub why_code: Option<String>,
    /// The most that was reviewed.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub total_at_most: Amount,
    /// The purse.
    pub purse: Option<String>,
    /// E-cash made for this payment that nobody is known to have redeemed: still the money.
    pub token: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_has_the_shape_of_the_contract() {
        let report = ReceiptReport {
            outcome: Outcome::StillDeciding,
            payment: "t1".into(),
            at: At::ms(0),
            direction: Direction::Out,
            payee: Some("Corner Shop".into()),
            unnamed: None,
            merchant: Some("7".into()),
            kind: "lightning_invoice".into(),
            price: Amount::sat(100),
            paid: Amount::sat(100),
            fees: vec![PaidFeeReport {
                kind: FeeKind::Network,
                to: "the Lightning network".into(),
                amount: Amount::sat(1),
            }],
            price_includes: vec![],
            fees_basis_points: Some(100),
            returned: Amount::sat(1),
            left_purse: Amount::sat(101),
            shared: vec![],
            proof: Some(ProofReport {
                kind: "preimage".into(),
                text: "00".into(),
            }),
            success: Some(SuccessReport {
                kind: "message".into(),
                text: "Thank you".into(),
                url: None,
                secret: None,
            }),
            note: None,
            why: None,
            why_code: None,
            total_at_most: Amount::sat(103),
            purse: Some("p1".into()),
            token: None,
        };
        let expected = serde_json::json!({
            "outcome": "still_deciding",
            "payment": "t1",
            "at": "1970-01-01T00:00:00Z",
            "direction": "out",
            "payee": "Corner Shop",
            "merchant": "7",
            "kind": "lightning_invoice",
            "price": {"value": "100", "unit": "sat"},
            "paid": {"value": "100", "unit": "sat"},
            "fees": [{"kind": "network", "to": "the Lightning network", "amount": {"value": "1", "unit": "sat"}}],
            "fees_basis_points": 100,
            "returned": {"value": "1", "unit": "sat"},
            "left_purse": {"value": "101", "unit": "sat"},
            "shared": [],
            "proof": {"kind": "preimage", "text": "00"},
            "success": {"kind": "message", "text": "Thank you", "url": null, "secret": null},
            "note": null,
            "why": null,
            "total_at_most": {"value": "103", "unit": "sat"},
            "purse": "p1",
            "token": null,
        });
        assert_eq!(serde_json::to_value(&report).unwrap(), expected);
    }
}
