//! A purse on paper: coins are chosen by the wallet's own planner and moved as an honest issuer
//! would move them, with nobody asked. For tests and benchmarks of thousands of payments.

use farthing_money::{Amount, Unit};

use super::coins::{
    Coin, CoinPlan, Mintage, NoPlan, input_fee, plan_hand, plan_melt, split, stock_up,
};
use super::hand::HandCost;
use super::melt::{MeltCost, Melted};

/// A purse on paper, with one issuer whose coins are the powers of two.
#[derive(Debug, Clone)]
pub struct PaperPurse {
    unit: Unit,
    coins: Vec<Coin>,
    mintage: Mintage,
    /// Exchanges with the issuer so far, the payee's own not counted.
    pub exchanges: u64,
}

/// What could not be paid from a purse on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotPay {
    /// The most the planner says it could cover; none where the amount itself is the trouble.
    pub at_most: Option<u64>,
}

impl From<NoPlan> for CannotPay {
    fn from(error: NoPlan) -> Self {
        Self {
            at_most: match error {
                NoPlan::Short { at_most } => Some(at_most),
                NoPlan::Impossible => None,
            },
        }
    }
}

const NO_PLAN: CannotPay = CannotPay { at_most: None };

impl PaperPurse {
    /// An empty purse with an issuer that charges `fee_ppk` for a thousand coins.
    #[must_use]
    pub fn new(unit: Unit, fee_ppk: u64) -> Self {
        Self {
            unit,
            coins: Vec::new(),
            mintage: Mintage {
                denominations: (0..40).map(|bit| 1_u64 << bit).collect(),
                fee_ppk,
            },
            exchanges: 0,
        }
    }

    /// What all coins are worth together.
    #[must_use]
    pub fn worth(&self) -> u64 {
        self.coins
            .iter()
            .fold(0, |sum, coin| sum.saturating_add(coin.worth))
    }

    /// How many coins there are.
    #[must_use]
    pub fn coins(&self) -> usize {
        self.coins.len()
    }

    /// The coins' face values.
    pub fn worths(&self) -> impl Iterator<Item = u64> + '_ {
        self.coins.iter().map(|coin| coin.worth)
    }

    /// Puts coins of these face values in, as if somebody had handed them over for nothing.
    pub fn put_in(&mut self, worths: impl IntoIterator<Item = u64>) {
        let fee_ppk = self.mintage.fee_ppk;
        self.coins.extend(worths.into_iter().map(|worth| Coin {
            worth,
            fee_ppk,
            retiring: false,
        }));
    }

    /// Tops the purse up, with coins cut as for a real top-up.
    ///
    /// # Errors
    /// [`CannotPay`] when the issuer's coins cannot make the amount.
    pub fn top_up(&mut self, amount: u64) -> Result<(), CannotPay> {
        let held: Vec<u64> = self.worths().collect();
        let coins = stock_up(amount, &held, &self.mintage).ok_or(NO_PLAN)?;
        self.put_in(coins);
        self.exchanges = self.exchanges.saturating_add(1);
        Ok(())
    }

    /// Hands over e-cash that nets its receiver `net`.
    ///
    /// # Errors
    /// [`CannotPay`]; nothing was changed.
    pub fn hand(&mut self, net: Amount) -> Result<HandCost, CannotPay> {
        let plan = plan_hand(&self.coins, net.value(), &self.mintage)?;
        let cost = HandCost::of(&plan, self.unit).ok_or(NO_PLAN)?;
        self.carry_out(&plan);
        Ok(cost)
    }

    /// Pays an invoice of `amount` of which the network takes `network_fee`, at most `reserve`.
    ///
    /// # Errors
    /// [`CannotPay`]; nothing was changed.
    pub fn melt(
        &mut self,
        amount: Amount,
        reserve: u64,
        network_fee: u64,
    ) -> Result<(MeltCost, Melted), CannotPay> {
        let target = amount.value().checked_add(reserve).ok_or(NO_PLAN)?;
        let plan = plan_melt(&self.coins, target, &self.mintage)?;
        let cost = MeltCost::of(&plan, amount).ok_or(NO_PLAN)?;
        let taken = Amount::new(network_fee.min(reserve), self.unit).map_err(|_| NO_PLAN)?;
        let returned = cost
            .network_at_most
            .checked_sub(taken)
            .map_err(|_| NO_PLAN)?;
        let change = split(returned.value(), &self.mintage.denominations).ok_or(NO_PLAN)?;
        self.carry_out(&plan);
        self.exchanges = self.exchanges.saturating_add(1);
        self.put_in(change);
        let melted = Melted {
            amount,
            input_fee: cost.input_fee,
            swap_fee: cost.swap_fee,
            network_fee: taken,
            returned,
            preimage: None,
            preimage_fits: false,
        };
        Ok((cost, melted))
    }

    fn carry_out(&mut self, plan: &CoinPlan) {
        let leaving = match &plan.swap {
            Some(swap) => &swap.inputs,
            None => &plan.ready,
        };
        let mut at = 0_usize;
        self.coins.retain(|_| {
            let stays = !leaving.contains(&at);
            at = at.saturating_add(1);
            stays
        });
        if let Some(swap) = &plan.swap {
            self.exchanges = self.exchanges.saturating_add(1);
            self.put_in(swap.change.iter().copied());
        }
    }

    /// What one coin costs its next user, rounded up.
    #[must_use]
    pub fn fee_of_one(&self) -> u64 {
        input_fee(self.mintage.fee_ppk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2,000 payments of a year in satoshis: lognormal around 30, at most 2,000. Written by Python's
    /// `round(random.Random(1).lognormvariate(log(30), 1.165))`, kept within 1 and 2,000.
    fn year() -> Vec<u64> {
        include_str!("rehearsal/year.txt")
            .split_whitespace()
            .map(|amount| amount.parse().unwrap())
            .collect()
    }

    /// The least any wallet can pay beyond `net`: the payee redeems coins of powers of two, and
    /// each costs.
    fn floor(net: u64, fee_ppk: u64) -> u64 {
        let face = (net..).find(|face| {
            face.checked_sub(input_fee(u64::from(face.count_ones()) * fee_ppk))
                .is_some_and(|nets| nets >= net)
        });
        face.unwrap() - net
    }

    struct Year {
        /// Top-ups less what is left less what payees netted.
        cost: u64,
        floor: u64,
        /// On average, coins that cost more to use than they are worth left aside.
        held: u64,
        exchanges: u64,
        dust: u64,
    }

    /// Tops up by 2,000 whenever less than 500, or than the payment and 60, can be spent.
    fn live(fee_ppk: u64) -> Year {
        let mut purse = PaperPurse::new(Unit::Sat, fee_ppk);
        let payments = year();
        let (mut filled, mut held) = (0, 0);
        let is_dust = |worth: &u64| worth * 1000 <= fee_ppk;
        for &amount in &payments {
            let dust: u64 = purse.worths().filter(is_dust).sum();
            if purse.worth() - dust < (amount + 60).max(500) {
                purse.top_up(2_000).unwrap();
                filled += 2_000;
            }
            let before = purse.worth();
            let net = Amount::new(amount, Unit::Sat).unwrap();
            let cost = purse.hand(net).expect("refused while the money suffices");
            let nets = cost.face.value() - cost.redeem_fee.value();
            assert!(nets >= amount, "the payee is short");
            assert_eq!(
                before - purse.worth(),
                cost.face.value() + cost.swap_fee.value()
            );
            held += purse.worths().filter(|worth| !is_dust(worth)).count();
        }
        let paid: u64 = payments.iter().sum();
        Year {
            cost: filled - purse.worth() - paid,
            floor: payments.iter().map(|net| floor(*net, fee_ppk)).sum(),
            held: u64::try_from(held / payments.len()).unwrap(),
            exchanges: purse.exchanges,
            dust: purse.worths().filter(is_dust).sum(),
        }
    }

    #[test]
    fn a_year_of_small_payments_costs_little_more_than_the_least_there_is() {
        for (fee_ppk, most_percent) in [(0, 100), (100, 130), (1_000, 110)] {
            let year = live(fee_ppk);
            let Year {
                cost,
                floor,
                held,
                exchanges,
                dust,
            } = year;
            println!(
                "{fee_ppk} ppk: {cost} sat, least {floor}; {held} coins, {dust} sat of dust, {exchanges} exchanges"
            );
            assert!(
                cost * 100 <= floor * most_percent,
                "{fee_ppk}: {cost} of {floor}"
            );
            assert!(held <= 30, "{fee_ppk}: {held} coins");
            assert!(
                exchanges * 100 <= 35 * 2_000,
                "{fee_ppk}: {exchanges} exchanges"
            );
        }
    }
}
