//! `history`.

use farthing_money::Amount;
use farthing_wallet::{StoreTrouble, Then};
use serde::Serialize;

use crate::outcome::Outcome;
use crate::rates::FiatReport;
use crate::time::At;
use crate::unnamed::UnnamedPayee;

/// Which way money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Into a purse.
    In,
    /// Out of a purse.
    Out,
}

impl Direction {
    /// The direction's name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// One line of the journal.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PaymentLine {
    /// What `receipt` takes.
    pub payment: String,
    /// When.
    #[cfg_attr(test, ts(type = "At"))]
    pub at: At,
    /// Which way.
    pub direction: Direction,
    /// What kind of payment.
    pub kind: String,
    /// With whom.
    pub payee: Option<String>,
    /// Who it is, where it gave no name; left out where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub unnamed: Option<UnnamedPayee>,
    /// How much, without the fees.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub amount: Amount,
    /// The fees together.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub fees: Amount,
    /// What became of it.
    pub outcome: Outcome,
    /// What the person noted.
    pub note: Option<String>,
    /// What the amount was worth then, in the currency the person chose; left out where no rate
    /// of that time is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub fiat: Option<FiatReport>,
}

impl PaymentLine {
    /// Whether it is only that nobody has paid our invoice yet: nothing of ours is at
    /// stake, and waiting is all there is to do.
    #[must_use]
    pub fn is_unpaid_invoice(&self) -> bool {
        self.outcome == Outcome::StillDeciding && self.kind == "top_up"
    }
}

/// The journal, or what was asked of it, newest first.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HistoryReport {
    /// The lines.
    pub payments: Vec<PaymentLine>,
}

impl HistoryReport {
    /// Adds what each payment was worth when it was made.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn in_currency(&mut self, then: &mut Then<'_>) -> Result<(), StoreTrouble> {
        for line in &mut self.payments {
            let at_ms = line.at.to_ms();
            let Some(worth) = then.worth(line.amount, at_ms)? else {
                continue;
            };
            let of = then.rate(at_ms)?.map_or(at_ms, |(of_ms, _)| of_ms);
            line.fiat = Some(FiatReport::of(worth, of, &[]));
        }
        Ok(())
    }
}

/// What went out in one unit.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpentAmounts {
    /// To payees.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub paid: Amount,
    /// In fees.
    #[cfg_attr(test, ts(type = "Amount"))]
    pub fees: Amount,
}

/// What was spent over a while.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpentReport {
    /// One for each span that was asked about: each unit by itself, that of the newest payment
    /// first.
    pub spans: Vec<Vec<SpentAmounts>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_has_the_shape_of_the_contract() {
        let line = PaymentLine {
            payment: "t1".into(),
            at: At::ms(1_500),
            direction: Direction::In,
            kind: "top_up".into(),
            payee: None,
            unnamed: None,
            amount: Amount::sat(21),
            fees: Amount::sat(0),
            outcome: Outcome::NotPaid,
            note: None,
            fiat: None,
        };
        assert_eq!(
            serde_json::to_string(&HistoryReport {
                payments: vec![line]
            })
            .unwrap(),
            r#"{"payments":[{"payment":"t1","at":"1970-01-01T00:00:01.5Z","direction":"in","kind":"top_up","payee":null,"amount":{"value":"21","unit":"sat"},"fees":{"value":"0","unit":"sat"},"outcome":"not_paid","note":null}]}"#
        );
    }
}
