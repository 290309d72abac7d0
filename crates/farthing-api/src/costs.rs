//! `fees`: what payments really cost.

use farthing_money::Amount;
use farthing_wallet as wallet;
use serde::Serialize;

use crate::history::PaymentLine;
use crate::payment::PaidFeeReport;

/// What some payments in one unit moved, and what that cost.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CostReport {
    /// Which month (`2026-11`), kind of payment, payee or purse; none for a total, and for payees
    /// without a name.
    pub of: Option<String>,
    /// How many payments there were.
    pub payments: u64,
    /// What payees got.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub paid: Amount,
    /// What came in.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub received: Amount,
    /// What it cost: every fee, and what is known to have been hidden in prices.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub cost: Amount,
    /// What part of what moved the cost was, in hundredths of a percent, rounded up; none where
    /// nothing moved.
    pub basis_points: Option<u64>,
    /// What the cost was worth at the time, in the smallest pieces of the currency as decimal
    /// digits; none where a rate of that time is missing. Only in totals.
    pub cost_fiat: Option<String>,
}

impl CostReport {
    fn of(of: Option<String>, cost: &wallet::Cost) -> Self {
        Self {
            of,
            payments: cost.payments,
            paid: cost.paid,
            received: cost.received,
            cost: cost.cost,
            basis_points: cost.basis_points(),
            cost_fiat: None,
        }
    }
}

impl From<&wallet::CostOf> for CostReport {
    fn from(group: &wallet::CostOf) -> Self {
        Self::of(group.of.clone(), &group.cost)
    }
}

/// A payment that cost much.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DearReport {
    /// The payment.
    pub payment: PaymentLine,
    /// Its fees and what its price hid.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub cost: Amount,
}

/// Something that would have cost less: an estimate out of the journal.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CheaperReport {
    /// `other_purse`: the same payments from another purse. `together`: fewer and larger ones to
    /// one payee.
    pub code: String,
    /// The kind of payments, for `other_purse`.
    pub kind: Option<String>,
    /// The purse they were made from, for `other_purse`.
    pub from: Option<String>,
    /// The one that was cheaper, for `other_purse`.
    pub to: Option<String>,
    /// The payee, for `together`.
    pub payee: Option<String>,
    /// How many payments.
    pub payments: u64,
    /// What it would have saved, about; for `together`, at the most.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub saving: Amount,
}

impl From<&wallet::Cheaper> for CheaperReport {
    fn from(cheaper: &wallet::Cheaper) -> Self {
        match cheaper {
            wallet::Cheaper::OtherPurse {
                kind,
                from,
                to,
                payments,
                saving,
            } => Self {
                code: "other_purse".to_owned(),
                kind: Some(kind.code().to_owned()),
                from: Some(from.to_string()),
                to: Some(to.to_string()),
                payee: None,
                payments: *payments,
                saving: *saving,
            },
            wallet::Cheaper::Together {
                payee,
                payments,
                saving,
            } => Self {
                code: "together".to_owned(),
                kind: None,
                from: None,
                to: None,
                payee: Some(payee.clone()),
                payments: *payments,
                saving: *saving,
            },
        }
    }
}

/// What payments really cost, each unit by itself.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CostsReport {
    /// The month it is about; none for all there ever was.
    pub month: Option<String>,
    /// The currency of figures in it, if one is chosen.
    pub currency: Option<String>,
    /// How many digits of such figures are decimals.
    pub decimals: Option<u32>,
    /// One for each unit.
    pub totals: Vec<CostReport>,
    /// By month, the newest first.
    pub months: Vec<CostReport>,
    /// By kind of payment, the dearest first.
    pub kinds: Vec<CostReport>,
    /// By payee, the dearest first.
    pub payees: Vec<CostReport>,
    /// By purse, the dearest first.
    pub purses: Vec<CostReport>,
    /// Who got the fees, the most first.
    pub taken: Vec<PaidFeeReport>,
    /// The three dearest payments of each unit.
    pub dearest: Vec<DearReport>,
    /// What would have been cheaper, the largest saving first.
    pub cheaper: Vec<CheaperReport>,
    /// Payments that are not decided yet, and so not counted.
    pub undecided: u64,
}

impl CostsReport {
    /// What was asked for, and what it cost.
    #[must_use]
    pub fn of(
        costs: &wallet::Costs,
        month: Option<wallet::Month>,
        currency: Option<farthing_money::Currency>,
    ) -> Self {
        let all = |groups: &[wallet::CostOf]| groups.iter().map(Into::into).collect();
        let total = |total: &wallet::Total| CostReport {
            cost_fiat: total.cost_fiat.map(|fiat| fiat.pieces().to_string()),
            ..CostReport::of(None, &total.cost)
        };
        let taken = |taken: &wallet::Taken| PaidFeeReport {
            kind: taken.kind,
            to: taken.to.clone(),
            amount: taken.amount,
        };
        let dear = |dear: &wallet::Dear| DearReport {
            payment: (&dear.line).into(),
            cost: dear.cost,
        };
        Self {
            month: month.map(|month| month.to_string()),
            currency: currency.map(|currency| currency.to_string()),
            decimals: currency.map(|currency| currency.decimals()),
            totals: costs.totals.iter().map(total).collect(),
            months: all(&costs.months),
            kinds: all(&costs.kinds),
            payees: all(&costs.payees),
            purses: all(&costs.purses),
            taken: costs.taken.iter().map(taken).collect(),
            dearest: costs.dearest.iter().map(dear).collect(),
            cheaper: costs.cheaper.iter().map(Into::into).collect(),
            undecided: costs.undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_knows_is_not_nothing() {
        let zero = Amount::sat(0);
        let cost = wallet::Cost {
            payments: 1,
            paid: zero,
            received: zero,
            cost: Amount::sat(4),
        };
        let costs = wallet::Costs {
            totals: vec![wallet::Total {
                cost,
                cost_fiat: None,
            }],
            months: vec![],
            kinds: vec![],
            payees: vec![],
            purses: vec![],
            taken: vec![],
            dearest: vec![],
            cheaper: vec![],
            undecided: 0,
        };
        let report = CostsReport::of(&costs, "2026-11".parse().ok(), "EUR".parse().ok());
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(
            (&json["month"], &json["currency"]),
            (&"2026-11".into(), &"EUR".into())
        );
        assert_eq!(
            json["totals"][0],
            serde_json::json!({
                "of": null,
                "payments": 1,
                "paid": {"value": "0", "unit": "sat"},
                "received": {"value": "0", "unit": "sat"},
                "cost": {"value": "4", "unit": "sat"},
                "basis_points": null,
                "cost_fiat": null,
            })
        );
    }
}
