//! `review`.

use farthing_money::{Amount, FeeKind};
use farthing_wallet::GoingRate;
use serde::Serialize;

use crate::payment::PaidFeeReport;
use crate::rates::{ConversionReport, FiatReport};
use crate::time::At;
use crate::unnamed::UnnamedPayee;

/// Who is paid.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PayeeReport {
    /// The payee in this wallet.
    pub id: String,
    /// What it calls itself, or is known by.
    pub name: String,
    /// Who it is, where it gave no name; left out where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub unnamed: Option<UnnamedPayee>,
    /// The domain or key it was recognised by.
    pub origin: Option<String>,
    /// Whether it was never paid before.
    pub first_time: bool,
}

/// One fee before paying.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FeeReport {
    /// What it is for.
    #[cfg_attr(test, ts(type = "FeeKind"))]
    pub kind: FeeKind,
    /// Who gets it.
    pub to: String,
    /// The least it will be.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
    /// The most it can be.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub at_most: Amount,
}

/// Something the payee wants to know.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AskReport {
    /// What.
    pub item: String,
    /// What for.
    pub purpose: Option<String>,
    /// The payee's reason, in its own words.
    pub why: Option<String>,
    /// Whether there is no payment without it.
    pub required: bool,
    /// Whether it will be shared with this payment.
    pub shared: bool,
    /// Whether there is something to share.
    pub has_value: bool,
    /// Whether the person said no lately, and is not to be asked again.
    pub quiet: bool,
}

/// Something to know before saying yes.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WarningReport {
    /// The warning's stable name.
    pub code: String,
    /// The warning, as one sentence.
    pub text: String,
}

/// Another way to make the same payment.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AlternativeReport {
    /// The purse it would be made from.
    pub purse: String,
    /// That purse's issuer.
    pub issuer: String,
    /// The kind of payment, where it is another than the review's.
    pub kind: Option<String>,
    /// What it would cost at most.
    #[cfg_attr(test, ts(type = "Amount | null"))]
    pub total_at_most: Option<Amount>,
    /// Why it is not this way already: `costs_more`, `costs_the_same`, `no_rate`, or an error's code.
    pub code: String,
    /// The same as a sentence.
    pub text: String,
}

/// What can still be spent after a payment.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LeftReport {
    /// Where it costs what it should.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub expected: Amount,
    /// Where it costs as much as it can.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub at_least: Amount,
}

/// The sealed plan shown before paying.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReviewReport {
    /// What `pay --review` takes.
    pub review: String,
    /// Until when.
    #[cfg_attr(test, ts(type = "At"))]
    pub expires_at: At,
    /// Who is paid.
    pub payee: PayeeReport,
    /// What kind of payment this is.
    pub kind: String,
    /// What the payee is to have.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub price: Amount,
    /// Every fee.
    pub fees: Vec<FeeReport>,
    /// The least that will leave the purse.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub total: Amount,
    /// The most that can leave the purse.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub total_at_most: Amount,
    /// What can still be spent afterwards in this unit; left out where nobody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub left: Option<LeftReport>,
    /// Costs the price has in it, named and no part of the sum: a mark-up of the issuer's rate,
    /// or what a started satoshi loses (in `msat`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<PaidFeeReport>>"))]
    pub price_includes: Vec<PaidFeeReport>,
    /// What part of the price all fees at their most and all costs in the price are, in
    /// hundredths of a percent, rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub costs_basis_points: Option<u64>,
    /// What the total is worth in the currency the person chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub total_fiat: Option<FiatReport>,
    /// What the most that can leave the purse is worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub total_at_most_fiat: Option<FiatReport>,
    /// The rate of the issuer, where it turns one unit into another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub conversion: Option<ConversionReport>,
    /// What arrives in the person's own purse, where the money only goes from one to another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "Amount"))]
    pub arrives: Option<Amount>,
    /// The purse it is paid from.
    pub purse: String,
    /// That purse's issuer.
    pub issuer: String,
    /// What the payee says the payment is for.
    pub description: Option<String>,
    /// What the person noted.
    pub note: Option<String>,
    /// What the payee wants to know.
    pub asks: Vec<AskReport>,
    /// What the person has to do to confirm.
    pub needs: Vec<String>,
    /// What to know before saying yes.
    pub warnings: Vec<WarningReport>,
    /// Other ways to make the same payment.
    pub alternatives: Vec<AlternativeReport>,
}

impl ReviewReport {
    /// The same review, with what its totals are worth.
    #[must_use]
    pub fn in_currency(mut self, rate: Option<&GoingRate>) -> Self {
        let worth = |amount| rate.and_then(|rate| FiatReport::at(rate, amount));
        self.total_fiat = worth(self.total);
        self.total_at_most_fiat = worth(self.total_at_most);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_has_the_shape_of_the_contract() {
        let report = ReviewReport {
            review: "r1".into(),
            expires_at: At::ms(1_795_303_578_000),
            payee: PayeeReport {
                id: "m1".into(),
                name: "Corner Shop".into(),
                unnamed: None,
                origin: Some("shop.example".into()),
                first_time: true,
            },
            kind: "cashu_request".into(),
            price: Amount::sat(100),
            fees: vec![FeeReport {
                kind: FeeKind::IssuerInput,
                to: "Maple".into(),
                amount: Amount::sat(1),
                at_most: Amount::sat(2),
            }],
            total: Amount::sat(101),
            total_at_most: Amount::sat(102),
            left: None,
            price_includes: vec![PaidFeeReport {
                kind: FeeKind::Rounding,
                to: "Maple".into(),
                amount: Amount::msat(500),
            }],
            costs_basis_points: Some(200),
            total_fiat: None,
            total_at_most_fiat: None,
            conversion: None,
            arrives: None,
            purse: "p1".into(),
            issuer: "https://maple.example".into(),
            description: None,
            note: Some("bread".into()),
            asks: vec![AskReport {
                item: "email".into(),
                purpose: Some("receipt".into()),
                why: None,
                required: false,
                shared: false,
                has_value: true,
                quiet: false,
            }],
            needs: vec!["confirm".into()],
            warnings: vec![WarningReport {
                code: "first_time_payee".into(),
                text: "You have never paid this payee before.".into(),
            }],
            alternatives: vec![],
        };
        let expected = serde_json::json!({
            "review": "r1",
            "expires_at": "2026-11-21T23:26:18Z",
            "payee": {"id": "m1", "name": "Corner Shop", "origin": "shop.example", "first_time": true},
            "kind": "cashu_request",
            "price": {"value": "100", "unit": "sat"},
            "fees": [{
                "kind": "issuer_input",
                "to": "Maple",
                "amount": {"value": "1", "unit": "sat"},
                "at_most": {"value": "2", "unit": "sat"},
            }],
            "total": {"value": "101", "unit": "sat"},
            "total_at_most": {"value": "102", "unit": "sat"},
            "price_includes": [{
                "kind": "rounding",
                "to": "Maple",
                "amount": {"value": "500", "unit": "msat"},
            }],
            "costs_basis_points": 200,
            "purse": "p1",
            "issuer": "https://maple.example",
            "description": null,
            "note": "bread",
            "asks": [{
                "item": "email",
                "purpose": "receipt",
                "why": null,
                "required": false,
                "shared": false,
                "has_value": true,
                "quiet": false,
            }],
            "needs": ["confirm"],
            "warnings": [{"code": "first_time_payee", "text": "You have never paid this payee before."}],
            "alternatives": [],
        });
        assert_eq!(serde_json::to_value(&report).unwrap(), expected);
    }
}
