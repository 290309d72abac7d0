//! `balance`.

use farthing_money::Amount;
use farthing_wallet::GoingRate;
use serde::Serialize;

use crate::rates::FiatReport;

/// One purse and what it holds.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PurseReport {
    /// The purse.
    pub id: String,
    /// The issuer's address.
    pub issuer: String,
    /// What the issuer calls itself.
    pub issuer_name: Option<String>,
    /// The unit.
    pub unit: String,
    /// What can be spent now.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub spendable: Amount,
    /// What is held for something undecided, or was given and not yet redeemed.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub pending: Amount,
}

/// All purses, and what can be spent in each unit.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BalanceReport {
    /// Every purse.
    pub purses: Vec<PurseReport>,
    /// What can be spent, one amount for each unit.
    #[cfg_attr(test, ts(type = "Amount[]"))]
    pub total: Vec<Amount>,
    /// What all of it is worth in the currency the person chose; left out where that is not known
    /// of every part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub total_fiat: Option<FiatReport>,
    /// What to know about these figures; left out when there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub warnings: Vec<String>,
}

impl BalanceReport {
    /// The same figures, with what they are worth together.
    #[must_use]
    pub fn in_currency(mut self, rate: Option<&GoingRate>) -> Self {
        self.total_fiat = rate.and_then(|rate| {
            let mut worths = self.total.iter().map(|total| rate.worth(*total));
            let first = worths.next()??;
            let sum = worths.try_fold(first, |sum, worth| sum.checked_add(worth?))?;
            Some(FiatReport::of(sum, rate.as_of_ms, &rate.sources))
        });
        self
    }

    /// The same figures, with something to know about them.
    #[must_use]
    pub fn with_warning(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_has_the_shape_of_the_contract() {
        let report = BalanceReport {
            purses: vec![PurseReport {
                id: "p1".into(),
                issuer: "https://maple.example".into(),
                issuer_name: Some("Maple".into()),
                unit: "sat".into(),
                spendable: Amount::sat(21),
                pending: Amount::sat(0),
            }],
            total: vec![Amount::sat(21)],
            total_fiat: None,
            warnings: Vec::new(),
        };
        assert_eq!(
            serde_json::to_string(&report).unwrap(),
            r#"{"purses":[{"id":"p1","issuer":"https://maple.example","issuer_name":"Maple","unit":"sat","spendable":{"value":"21","unit":"sat"},"pending":{"value":"0","unit":"sat"}}],"total":[{"value":"21","unit":"sat"}]}"#
        );
    }

    #[test]
    fn a_part_without_a_worth_leaves_the_sum_out() {
        let rate = GoingRate {
            rate: "100000 EUR".parse().unwrap(),
            as_of_ms: 0,
            sources: vec![],
        };
        let worth = |total: Vec<Amount>| {
            let report = BalanceReport {
                purses: vec![],
                total,
                total_fiat: None,
                warnings: vec![],
            };
            report
                .in_currency(Some(&rate))
                .total_fiat
                .map(|fiat| fiat.value)
        };
        let (sat, cents) = (Amount::sat(1_000), Amount::eur_cents(50));
        assert_eq!(worth(vec![sat, cents]).as_deref(), Some("150"));
        assert_eq!(worth(vec![sat, Amount::usd_cents(50)]), None);
        assert_eq!(worth(vec![]), None);
    }
}
