//! What a payment would leave behind, and what is missing where there is too little.

use farthing_money::{Amount, Breakdown};

use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What all purses of a unit would hold after a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Where it costs what it should.
    pub expected: Amount,
    /// Where it costs as much as it can.
    pub at_least: Amount,
}

impl Wallet {
    /// What can still be spent after a payment of this cost.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub async fn left_after(&self, cost: &Breakdown) -> Result<Left, StoreTrouble> {
        let (spendable, _) = self.holdings(cost.unit()).await?;
        let after = |cost| {
            spendable
                .sub_or_zero(cost)
                .map_err(|error| StoreTrouble::of(&error))
        };
        Ok(Left {
            expected: after(cost.total())?,
            at_least: after(cost.total_at_most())?,
        })
    }
}

/// What would have to come in at least, where `needed` cannot be covered and `at_most` can.
pub(crate) fn missing(needed: Amount, at_most: Amount) -> Amount {
    needed.sub_or_zero(at_most).unwrap_or(needed)
}

#[cfg(test)]
mod tests {
    use farthing_money::{FeeKind, FeeLine};

    use super::*;
    use crate::init::tests::wallet;

    #[tokio::test]
    async fn nothing_is_never_left_less_than_nothing() {
        let (wallet, _folder) = wallet().await;
        let fee = FeeLine::up_to(FeeKind::Network, "Lightning", Amount::sat(3)).unwrap();
        let cost = Breakdown::of(Amount::sat(100), vec![fee]).unwrap();
        let left = wallet.left_after(&cost).await.unwrap();
        assert_eq!(left.expected, Amount::sat(0));
        assert_eq!(left.at_least, Amount::sat(0));
    }

    #[test]
    fn what_is_missing_is_the_gap_and_nothing_more() {
        assert_eq!(missing(Amount::sat(100), Amount::sat(60)), Amount::sat(40));
        assert_eq!(missing(Amount::sat(60), Amount::sat(100)), Amount::sat(0));
    }
}
