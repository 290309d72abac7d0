//! What a payee is told as it is paid.

use farthing_store::history::PaymentId;

use super::Told;
use crate::once;
use crate::pages::ToldSite;
use crate::pay::PayError;
use crate::review::{KeptReview, Plan, ReviewError, ToTell, told_or_not};
use crate::success::After;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

impl KeptReview {
    /// Everything this payment tells its payee.
    pub(crate) fn told(&self) -> Vec<Told> {
        let all = self.sharing.iter().flat_map(ToTell::all);
        all.map(Told::from).collect()
    }
}

impl Wallet {
    /// Writes down what the payee is told, and makes it ready to leave with the payment: an invoice
    /// that commits to it, or a note beside the coins. Nothing has moved when this fails.
    pub(crate) async fn ready_to_tell(
        &self,
        mut kept: KeptReview,
        payment: PaymentId,
    ) -> Result<KeptReview, PayError> {
        let (Some(sharing), Some(merchant)) = (&kept.sharing, self.meet(&kept.review.payee)?)
        else {
            return Ok(kept);
        };
        self.remember_asked(merchant, &sharing.answers())
            .map_err(told_or_not)?;
        if sharing.later.is_empty() {
            return Ok(kept);
        }
        let note = kept.review.note.as_deref();
        let all: Vec<_> = sharing.all().collect();
        let telling = self.telling(&kept.review.payee, &all, note)?;
        self.write_down_telling(merchant, payment, &telling, sharing.yes())
            .map_err(told_or_not)?;
        match (&mut kept.plan, &sharing.till) {
            (Plan::Request { memo, .. }, _) => {
                *memo = telling.note().map(str::to_owned);
            }
            (Plan::PageByCash { .. } | Plan::PageByInvoice { .. }, _) => {
                let page = kept.page.as_mut().ok_or_else(StoreTrouble::damaged)?;
                page.told = telling.payer_header().map(|header| ToldSite {
                    shared: all,
                    header,
                });
            }
            (Plan::Lightning { .. }, Some((till, msat))) => {
                let bill = till
                    .bill(self.ecash.gate(), *msat, &telling)
                    .await
                    .map_err(ReviewError::Payee)?;
                let way = self
                    .way_by_lightning(&kept.review.purse, &bill.invoice, None, &[])
                    .await?;
                let reviewed = kept.review.cost.total_at_most();
                let now = way.cost.total_at_most();
                // What is charged is what was reviewed: never more, whatever it was told.
                if way.cost.price() != kept.review.cost.price()
                    || !now.is_at_most(reviewed).unwrap_or(false)
                {
                    return Err(PayError::Dearer { reviewed, now });
                }
                if let (Some(once), Some(after)) = (&mut kept.once, &kept.after) {
                    // The invoice that was shown is never paid: this one takes its place.
                    *once = once.replace(
                        &once::of_hash(after.payment_hash()),
                        &once::of_invoice(&bill.invoice),
                    );
                }
                kept.after = Some(Box::new(After::of(&bill)));
                kept.review.cost = way.cost;
                kept.plan = way.plan;
            }
            // Nobody else was ever asked whether they take anything.
            _ => return Err(StoreTrouble::damaged().into()),
        }
        Ok(kept)
    }
}
