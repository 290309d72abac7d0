//! What was spent over a while: sums for a heading or a chart. Nothing is decided by them.

use std::ops::ControlFlow;

use farthing_money::Amount;

use crate::history::HistoryError;
use crate::journal::{Direction, Outcome};
use crate::wallet::Wallet;

/// What went out in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// To payees.
    pub paid: Amount,
    /// In fees.
    pub fees: Amount,
}

impl Wallet {
    /// What was paid out in each span of time that begins at one of `starts` and ends at the next;
    /// the last has no end. Moments in milliseconds since 1970, each later than the one before.
    /// Each unit by itself, that of the newest payment first. Payments still undecided do not count.
    ///
    /// # Errors
    /// [`HistoryError::Store`].
    pub fn spent(&self, starts: &[u64]) -> Result<Vec<Vec<Spent>>, HistoryError> {
        let mut spans = vec![Vec::new(); starts.len()];
        self.stories_newest_first(|story| {
            // Stories come by when they began, so the first that is too old ends it.
            let Some(span) = starts.iter().rposition(|start| *start <= story.at_ms) else {
                return ControlFlow::Break(());
            };
            let counts =
                story.begun.kind.direction() == Direction::Out && story.outcome() == Outcome::Paid;
            if counts && let Some(span) = spans.get_mut(span) {
                let price = story.begun.cost.price();
                // What went into another purse of the person's is not spent; its fees are.
                let paid = match story.begun.other_purse {
                    Some(_) => Amount::zero(price.unit()),
                    None => price,
                };
                add(span, paid, story.fees_total());
            }
            ControlFlow::Continue(())
        })?;
        Ok(spans)
    }
}

/// Adds a payment to the sums, each unit by itself.
pub(crate) fn add(span: &mut Vec<Spent>, paid: Amount, fees: Amount) {
    // A sum beyond what can be held is shown as the most there can be: it is only shown.
    let more =
        |sum: Amount, amount: Amount| sum.checked_add(amount).unwrap_or(Amount::most(sum.unit()));
    match span
        .iter_mut()
        .find(|spent| spent.paid.unit() == paid.unit())
    {
        Some(spent) => {
            spent.paid = more(spent.paid, paid);
            spent.fees = more(spent.fees, fees);
        }
        None => span.push(Spent { paid, fees }),
    }
}

#[cfg(test)]
mod tests {
    use farthing_money::{Breakdown, FeeKind, PaidFee, Settled};
    use farthing_store::history::PaymentId;

    use super::*;
    use crate::clock::now_ms;
    use crate::init::tests::wallet;
    use crate::journal::{Begun, Ended, Event, PaymentKind};

    fn payment(wallet: &Wallet, kind: PaymentKind, price: Amount, outcome: Outcome) {
        let payment = PaymentId::random();
        let begun = Begun::of(
            kind,
            "00000000".parse().unwrap(),
            Breakdown::of(price, Vec::new()).unwrap(),
        );
        wallet
            .write_down(payment, None, &Event::Begun(begun))
            .unwrap();
        let fee = PaidFee::new(FeeKind::Swap, "Maple", Amount::small(1, price.unit())).unwrap();
        let settled = Settled::of(price, vec![fee], Amount::zero(price.unit())).unwrap();
        let ended = Ended {
            outcome,
            settled,
            proof: None,
            why: None,
        };
        wallet
            .write_down(payment, None, &Event::Ended(ended))
            .unwrap();
    }

    #[tokio::test]
    async fn only_what_was_paid_out_counts_each_unit_by_itself() {
        let (wallet, _folder) = wallet().await;
        let before = now_ms();
        payment(
            &wallet,
            PaymentKind::CashuRequest,
            Amount::usd_cents(150),
            Outcome::Paid,
        );
        payment(&wallet, PaymentKind::Give, Amount::sat(21), Outcome::Paid);
        payment(&wallet, PaymentKind::Give, Amount::sat(34), Outcome::Paid);
        payment(
            &wallet,
            PaymentKind::Give,
            Amount::sat(55),
            Outcome::NotPaid,
        );
        payment(
            &wallet,
            PaymentKind::Give,
            Amount::sat(89),
            Outcome::StillDeciding,
        );
        payment(&wallet, PaymentKind::TopUp, Amount::sat(144), Outcome::Paid);

        let later = now_ms() + 60_000;
        let spans = wallet.spent(&[before, later]).unwrap();
        let sat = Spent {
            paid: Amount::sat(55),
            fees: Amount::sat(2),
        };
        let usd = Spent {
            paid: Amount::usd_cents(150),
            fees: Amount::usd_cents(1),
        };
        assert_eq!(spans, [vec![sat, usd], Vec::new()]);
        assert_eq!(wallet.spent(&[later]).unwrap(), [Vec::new()]);
        assert_eq!(wallet.spent(&[]).unwrap(), Vec::<Vec<Spent>>::new());
    }
}
