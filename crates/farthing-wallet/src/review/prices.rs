//! What an invoice or an offer costs from each purse that may have enough: issuers are asked side by side, so
//! that the cheapest can be taken.
//!
//! Whoever is asked learns of the payment, so nobody is asked in vain: no issuer of a purse that
//! holds too little, but one where all do, who says how much is missing; none besides a purse the
//! person named, and few in all (ADR 15).

use std::time::Duration;

use farthing_money::Unit;
use farthing_rails::code::{Invoice, Offer};
use farthing_rails::ecash::{Purse, PurseId, Trouble};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, timeout_at};

use super::{ReviewError, Way};
use crate::purses::PurseBalance;
use crate::wallet::Wallet;

/// Of so many purses the price is asked at once. Each more is one more stranger who learns of the
/// payment.
const MOST_ASKED: usize = 4;

/// Once one price is known, a person waits so long for the others.
const FOR_THE_OTHERS: Duration = Duration::from_secs(3);

/// What the purses answered: those that can pay, and those that cannot.
type Prices = (Vec<Way>, Vec<(Purse, ReviewError)>);

/// What is to be paid; beside it how much, in millisatoshis, where it does not say.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    Invoice(&'a Invoice, Option<u64>),
    Offer(&'a Offer, Option<u64>),
}

impl Wanted<'_> {
    fn msat(self) -> u64 {
        let (fixed, open) = match self {
            Self::Invoice(invoice, open) => (invoice.amount_msat, open),
            Self::Offer(offer, open) => (offer.amount_msat, open),
        };
        fixed.or(open).unwrap_or(0)
    }
}

impl Wallet {
    /// The ways to pay over Lightning, and the purses that cannot.
    pub(super) async fn ways_by_lightning(
        &self,
        named: Option<&PurseId>,
        wanted: Wanted<'_>,
    ) -> Result<Prices, ReviewError> {
        let balances = self.balances_for(named, |_| true).await?;
        let (enough, too_little): (Vec<_>, Vec<_>) = balances
            .into_iter()
            .partition(|balance| may_hold(balance, wanted.msat()));
        let mut asked: Vec<Purse> = enough.into_iter().map(|one| one.purse).collect();
        let others = asked.split_off(asked.len().min(MOST_ASKED));
        let (mut ways, mut refusals) = self.prices_of(&asked, wanted).await?;
        // Nobody could: then one after the other, until one can. Whoever holds too little is asked
        // only for how much is missing, and one is enough for that.
        let others = others.into_iter().map(|purse| (purse, false));
        let too_little = too_little.into_iter().map(|one| (one.purse, true));
        for (purse, in_vain) in others.chain(too_little) {
            let short = |(_, error): &(_, ReviewError)| matches!(error, ReviewError::Short { .. });
            if !ways.is_empty() || (in_vain && refusals.iter().any(short)) {
                break;
            }
            match self.price_of(&purse, wanted).await {
                Ok(way) => ways.push(way),
                Err(error @ ReviewError::Store(_)) => return Err(error),
                Err(error) => refusals.push((purse, error)),
            }
        }
        Ok((ways, refusals))
    }

    async fn price_of(&self, purse: &Purse, wanted: Wanted<'_>) -> Result<Way, ReviewError> {
        match wanted {
            Wanted::Invoice(invoice, open) => {
                self.way_by_lightning(purse, invoice, open, &[]).await
            }
            Wanted::Offer(offer, open) => self.way_by_offer(purse, offer, open).await,
        }
    }

    async fn prices_of(&self, purses: &[Purse], wanted: Wanted<'_>) -> Result<Prices, ReviewError> {
        let mut asking: FuturesUnordered<_> = purses
            .iter()
            .enumerate()
            .map(|(at, purse)| async move {
                let answer = self.price_of(purse, wanted).await;
                (at, answer)
            })
            .collect();
        let mut ways = Vec::new();
        let mut refusals = Vec::new();
        let mut silent: Vec<usize> = (0..purses.len()).collect();
        let mut patience = None;
        loop {
            let next = match patience {
                None => asking.next().await,
                Some(until) => timeout_at(until, asking.next()).await.ok().flatten(),
            };
            let Some((at, answer)) = next else { break };
            silent.retain(|other| *other != at);
            match answer {
                Ok(way) => {
                    patience.get_or_insert_with(|| Instant::now() + FOR_THE_OTHERS);
                    ways.push((at, way));
                }
                Err(error @ ReviewError::Store(_)) => return Err(error),
                Err(error) => refusals.push((at, error)),
            }
        }
        refusals.extend(
            silent
                .into_iter()
                .map(|at| (at, ReviewError::Issuer(Trouble::Lost))),
        );
        // As the purses stand, not as their issuers answered: of equals the fullest is taken.
        ways.sort_by_key(|(at, _)| *at);
        refusals.sort_by_key(|(at, _)| *at);
        let refused = |(at, error): (usize, ReviewError)| Some((purses.get(at)?.clone(), error));
        Ok((
            ways.into_iter().map(|(_, way)| way).collect(),
            refusals.into_iter().filter_map(refused).collect(),
        ))
    }
}

/// Whether a purse may hold the price. In a currency only its issuer knows what that is.
fn may_hold(balance: &PurseBalance, msat: u64) -> bool {
    let held = balance.spendable;
    match held.unit() {
        Unit::Sat | Unit::Msat => held.to_msat().is_ok_and(|held| held.value() >= msat),
        _ => held.value() > 0,
    }
}
