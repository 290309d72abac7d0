//! Which coins to hand over, swap or spend. Pure arithmetic: no issuer is asked.
//!
//! All numbers are whole units of the purse's unit. Fees follow NUT-02: every coin that goes
//! into an exchange costs its keyset's parts per thousand, rounded up once per exchange.

/// Highest input fee per coin, in parts per thousand of a unit, a purse works with. Anything
/// above would make one coin cost more than a hundred units to use.
pub(super) const DEAREST_INPUT_FEE_PPK: u64 = 100_000;

/// How many coins of each small denomination a purse likes to hold, so that most payments find
/// their coins ready and need no swap. Coins made as change cost nothing to make. Of 2 to 6, this
/// costs least over a year of small payments (see `rehearsal`).
const STOCK: usize = 4;

/// Most coins one exchange makes or takes.
pub(super) const MOST_COINS: usize = 256;

/// How long the search for ready coins goes on, in branches looked at.
const SEARCH_STEPS: usize = 20_000;

/// A coin held, as far as choosing cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coin {
    /// Face value.
    pub(super) worth: u64,
    /// What using it costs, in parts per thousand.
    pub(super) fee_ppk: u64,
    /// Its keyset no longer signs: such coins go first.
    pub(super) retiring: bool,
}

/// What the issuer signs now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mintage {
    /// Face values on offer, ascending.
    pub(super) denominations: Vec<u64>,
    /// What a coin of it costs its next user, in parts per thousand.
    pub(super) fee_ppk: u64,
}

/// A swap: some coins in, others out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SwapPlan {
    /// Positions of the coins that go in.
    pub(super) inputs: Vec<usize>,
    /// What the issuer keeps.
    pub(super) fee: u64,
    /// Face values made for the purpose of the swap.
    pub(super) made: Vec<u64>,
    /// Face values of what comes back to the purse.
    pub(super) change: Vec<u64>,
}

/// Coins worth an amount after their own input fee: to hand over, or to pay an invoice with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CoinPlan {
    /// Positions of the coins that go as they are; empty when a swap makes them.
    pub(super) ready: Vec<usize>,
    /// The swap that makes the coins first, where none fit.
    pub(super) swap: Option<SwapPlan>,
    /// What the coins are worth.
    pub(super) face: u64,
    /// What the issuer keeps for taking them.
    pub(super) fee: u64,
    /// What they are worth beyond both because no coins fit closer.
    pub(super) over: u64,
}

impl CoinPlan {
    fn of_ready(coins: &[Coin], ready: Vec<usize>, net: u64) -> Result<Self, NoPlan> {
        let face = total_worth(coins, &ready).ok_or(NoPlan::Impossible)?;
        let fee = input_fee(total_ppk(coins, &ready).ok_or(NoPlan::Impossible)?);
        Ok(Self {
            ready,
            swap: None,
            face,
            fee,
            over: face.saturating_sub(fee).saturating_sub(net),
        })
    }
}

/// Coins that go into an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CoverPlan {
    /// Positions of the coins that go in.
    pub(super) inputs: Vec<usize>,
    /// What the issuer keeps for taking them.
    pub(super) fee: u64,
}

/// Why no coins can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlan {
    /// There is not enough: the most that could be covered after fees.
    Short { at_most: u64 },
    /// The issuer's keys cannot make such an amount, or its fees eat it.
    Impossible,
}

/// NUT-02: the fee for coins whose parts per thousand add up to `ppk`.
pub(super) fn input_fee(ppk: u64) -> u64 {
    ppk.div_ceil(1000)
}

fn total_ppk(coins: &[Coin], chosen: &[usize]) -> Option<u64> {
    chosen
        .iter()
        .try_fold(0_u64, |sum, &at| sum.checked_add(coins.get(at)?.fee_ppk))
}

fn total_worth(coins: &[Coin], chosen: &[usize]) -> Option<u64> {
    chosen
        .iter()
        .try_fold(0_u64, |sum, &at| sum.checked_add(coins.get(at)?.worth))
}

/// The fewest coins worth exactly `amount`, largest first; `None` when the denominations cannot.
pub(super) fn split(amount: u64, denominations: &[u64]) -> Option<Vec<u64>> {
    let mut left = amount;
    let mut coins = Vec::new();
    for &denomination in denominations.iter().rev().filter(|&&d| d > 0) {
        while left >= denomination {
            left = left.checked_sub(denomination)?;
            coins.push(denomination);
            if coins.len() > MOST_COINS {
                return None;
            }
        }
    }
    (left == 0).then_some(coins)
}

/// The cheapest new coins that net their receiver at least `net` after its own input fee.
///
/// The smallest T with T − ⌈ppk · coins(T) / 1000⌉ ≥ net: adding the fee of the coins of `net`
/// alone is not enough, since the fee itself may need more coins.
pub(super) fn token_for(net: u64, mintage: &Mintage) -> Option<Vec<u64>> {
    if mintage.fee_ppk > DEAREST_INPUT_FEE_PPK {
        return None;
    }
    let most = input_fee(mintage.fee_ppk.checked_mul(64)?);
    for face in net..=net.checked_add(most)? {
        let coins = split(face, &mintage.denominations)?;
        let fee = input_fee(
            mintage
                .fee_ppk
                .checked_mul(u64::try_from(coins.len()).ok()?)?,
        );
        if face.checked_sub(fee).is_some_and(|nets| nets >= net) {
            return Some(coins);
        }
    }
    None
}

/// Chooses how to hand over e-cash worth `net` to its receiver: ready coins when they are no
/// dearer than a swap that makes them.
pub(super) fn plan_hand(coins: &[Coin], net: u64, mintage: &Mintage) -> Result<CoinPlan, NoPlan> {
    let made = token_for(net, mintage).ok_or(NoPlan::Impossible)?;
    // Without a swap, ready coins may cost what a swap would have, and a little more.
    let a_little = input_fee(mintage.fee_ppk.saturating_mul(8));
    ready_or_made(coins, net, &made, mintage, |face| {
        face.saturating_sub(net).saturating_add(a_little)
    })
}

/// Chooses coins worth `target` after their own fee, for an exchange whose change is at the
/// issuer's mercy: at least what is asked goes in, and ready coins only when they put no more at
/// stake than a swap that makes exact ones would cost.
pub(super) fn plan_melt(
    coins: &[Coin],
    target: u64,
    mintage: &Mintage,
) -> Result<CoinPlan, NoPlan> {
    let made = token_for(target, mintage).ok_or(NoPlan::Impossible)?;
    // Nothing is left for a swap: any coins that reach will do, the smallest sum of them.
    let all = coins
        .iter()
        .fold(0_u64, |sum, coin| sum.saturating_add(coin.worth));
    ready_or_made(coins, target, &made, mintage, |_| {
        all.saturating_sub(target)
    })
    // The search has its bounds; this has none but the purse's.
    .or_else(|_| CoinPlan::of_ready(coins, cover(coins, target)?.inputs, target))
}

/// The cheapest ready coins worth `net` after their own fee, when they cost no more beyond it
/// than the swap that makes the coins `made`; else that swap. Where there can be none,
/// `dearest_without` says from the worth of `made` what ready coins may cost.
fn ready_or_made(
    coins: &[Coin],
    net: u64,
    made: &[u64],
    mintage: &Mintage,
    dearest_without: impl FnOnce(u64) -> u64,
) -> Result<CoinPlan, NoPlan> {
    let face = made
        .iter()
        .try_fold(0_u64, |sum, &coin| sum.checked_add(coin))
        .ok_or(NoPlan::Impossible)?;
    let swapped = plan_swap(coins, made, face, mintage);
    let dearest = match &swapped {
        Ok(swap) => face.saturating_sub(net).saturating_add(swap.fee),
        Err(_) => dearest_without(face),
    };
    if let Some(ready) = cheapest_ready(coins, net, dearest) {
        return CoinPlan::of_ready(coins, ready, net);
    }
    let swap = swapped?;
    let count = u64::try_from(made.len()).map_err(|_| NoPlan::Impossible)?;
    let fee = input_fee(mintage.fee_ppk.saturating_mul(count));
    Ok(CoinPlan {
        ready: Vec::new(),
        swap: Some(swap),
        face,
        fee,
        over: face.saturating_sub(fee).saturating_sub(net),
    })
}

/// Plans a swap that makes exactly the coins `made`, worth `target`, and splits the rest so
/// that the purse keeps small coins ready.
pub(super) fn plan_swap(
    coins: &[Coin],
    made: &[u64],
    target: u64,
    mintage: &Mintage,
) -> Result<SwapPlan, NoPlan> {
    let CoverPlan { inputs, fee } = cover(coins, target)?;
    let held = total_worth(coins, &inputs).ok_or(NoPlan::Impossible)?;
    let rest = held
        .checked_sub(fee)
        .and_then(|left| left.checked_sub(target))
        .ok_or(NoPlan::Impossible)?;
    let staying: Vec<u64> = coins
        .iter()
        .enumerate()
        .filter(|(at, coin)| !inputs.contains(at) && !coin.retiring)
        .map(|(_, coin)| coin.worth)
        .collect();
    let change = stock_up(rest, &staying, mintage).ok_or(NoPlan::Impossible)?;
    Ok(SwapPlan {
        inputs,
        fee,
        made: made.to_vec(),
        change,
    })
}

/// The fewest coins that are worth at least `target` after their own fee, retiring ones first.
pub(super) fn cover(coins: &[Coin], target: u64) -> Result<CoverPlan, NoPlan> {
    // A coin that costs what it is worth only makes things dearer.
    let mut order: Vec<usize> = coins
        .iter()
        .enumerate()
        .filter(|(_, coin)| coin.worth.saturating_mul(1000) > coin.fee_ppk)
        .map(|(at, _)| at)
        .collect();
    order.sort_by_key(|&at| {
        let coin = coins.get(at).copied().unwrap_or(Coin {
            worth: 0,
            fee_ppk: 0,
            retiring: false,
        });
        (!coin.retiring, std::cmp::Reverse(coin.worth), coin.fee_ppk)
    });
    let mut inputs: Vec<usize> = Vec::new();
    let after_fee = |chosen: &[usize]| -> Option<u64> {
        total_worth(coins, chosen)?.checked_sub(input_fee(total_ppk(coins, chosen)?))
    };
    for &at in &order {
        if after_fee(&inputs).is_some_and(|worth| worth >= target) {
            break;
        }
        if inputs.len() >= MOST_COINS {
            return Err(NoPlan::Short {
                at_most: after_fee(&inputs).unwrap_or(0),
            });
        }
        inputs.push(at);
    }
    match after_fee(&inputs) {
        Some(worth) if worth >= target && !inputs.is_empty() => {}
        worth => {
            return Err(NoPlan::Short {
                at_most: worth.unwrap_or(0),
            });
        }
    }
    // The last coin may be much larger than needed: a smaller one risks less for as long.
    let retiring = |at: usize| coins.get(at).is_some_and(|coin| coin.retiring);
    if let Some(&last) = inputs.last().filter(|&&last| !retiring(last)) {
        let smallest = order.iter().rev().copied().find(|at| {
            let mut tried = inputs.clone();
            tried.pop();
            if tried.contains(at) {
                return false;
            }
            tried.push(*at);
            after_fee(&tried).is_some_and(|worth| worth >= target)
        });
        inputs.pop();
        inputs.push(smallest.unwrap_or(last));
    }
    let fee = input_fee(total_ppk(coins, &inputs).ok_or(NoPlan::Impossible)?);
    Ok(CoverPlan { inputs, fee })
}

/// Splits `amount` into coins, topping the purse's stock of small ones up as far as it goes.
pub(super) fn stock_up(amount: u64, staying: &[u64], mintage: &Mintage) -> Option<Vec<u64>> {
    let mut left = amount;
    let mut coins = Vec::new();
    // At an issuer that charges a whole unit for a coin, the smallest coins are worth nothing.
    let worthwhile = |d: u64| d.saturating_mul(1000) > mintage.fee_ppk;
    for &denomination in mintage.denominations.iter().filter(|&&d| worthwhile(d)) {
        let have = staying
            .iter()
            .filter(|&&worth| worth == denomination)
            .count();
        for _ in have..STOCK {
            // Keep at least as much for the larger coins, so change is not all pennies.
            if left < denomination.saturating_mul(2) || coins.len() >= MOST_COINS / 4 {
                break;
            }
            left = left.checked_sub(denomination)?;
            coins.push(denomination);
        }
    }
    coins.extend(split(left, &mintage.denominations)?);
    coins.sort_unstable();
    Some(coins)
}

/// Coins held that net at least `net` when redeemed, costing at most `dearest` beyond it.
fn cheapest_ready(coins: &[Coin], net: u64, dearest: u64) -> Option<Vec<usize>> {
    // Coins that cost what they are worth bring nothing, and years can leave hundreds of them.
    let mut order: Vec<(usize, Coin)> = coins
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, coin)| coin.worth.saturating_mul(1000) > coin.fee_ppk)
        .collect();
    order.sort_by_key(|(_, coin)| (std::cmp::Reverse(coin.worth), coin.fee_ppk));
    let mut suffix = vec![0_u64];
    for (_, coin) in order.iter().rev() {
        let last = suffix.last().copied().unwrap_or(0);
        suffix.push(last.saturating_add(coin.worth));
    }
    suffix.reverse();
    let mut search = Search {
        order,
        suffix,
        net,
        ceiling: net.checked_add(dearest)?,
        best: None,
        steps: 0,
    };
    search.look(0, 0, 0, &mut Vec::new());
    search.best.map(|(_, chosen)| chosen)
}

struct Search {
    order: Vec<(usize, Coin)>,
    /// Worth of everything from a position on.
    suffix: Vec<u64>,
    net: u64,
    ceiling: u64,
    best: Option<(u64, Vec<usize>)>,
    steps: usize,
}

impl Search {
    fn look(&mut self, from: usize, worth: u64, ppk: u64, chosen: &mut Vec<usize>) {
        self.steps = self.steps.saturating_add(1);
        if self.steps > SEARCH_STEPS || worth > self.ceiling || chosen.len() > 64 {
            return;
        }
        if !chosen.is_empty()
            && worth
                .checked_sub(input_fee(ppk))
                .is_some_and(|nets| nets >= self.net)
        {
            let better = self
                .best
                .as_ref()
                .is_none_or(|(best, coins)| (worth, chosen.len()) < (*best, coins.len()));
            if better {
                self.best = Some((worth, chosen.clone()));
                // Nothing dearer is of interest any more.
                self.ceiling = worth;
            }
            return;
        }
        let reachable = worth.saturating_add(self.suffix.get(from).copied().unwrap_or(0));
        if reachable < self.net {
            return;
        }
        let mut at = from;
        while let Some(&(position, coin)) = self.order.get(at) {
            chosen.push(position);
            let next = at.saturating_add(1);
            self.look(
                next,
                worth.saturating_add(coin.worth),
                ppk.saturating_add(coin.fee_ppk),
                chosen,
            );
            chosen.pop();
            // A coin just like the one tried leads to the same sums.
            at = next;
            while self.order.get(at).is_some_and(|(_, other)| {
                (other.worth, other.fee_ppk) == (coin.worth, coin.fee_ppk)
            }) {
                at = at.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mintage(fee_ppk: u64) -> Mintage {
        Mintage {
            denominations: (0..32).map(|bit| 1 << bit).collect(),
            fee_ppk,
        }
    }

    fn purse(worths: &[u64], fee_ppk: u64) -> Vec<Coin> {
        worths
            .iter()
            .map(|&worth| Coin {
                worth,
                fee_ppk,
                retiring: false,
            })
            .collect()
    }

    #[test]
    fn twenty_one_at_a_whole_unit_per_coin_nets_twenty_one() {
        // The fee of the fee: [16, 8] would leave the payee 19 of 21 elsewhere.
        let coins = token_for(21, &mintage(1000)).unwrap();
        let face: u64 = coins.iter().sum();
        assert_eq!((face, coins.len()), (24, 2));
    }

    #[test]
    fn ready_coins_are_handed_over_only_when_they_cost_no_more_than_a_swap() {
        let swapped = plan_hand(&purse(&[64], 0), 21, &mintage(0)).unwrap();
        assert_eq!((swapped.face, swapped.over), (21, 0));
        let exact = plan_hand(&purse(&[16, 4, 1], 0), 21, &mintage(0)).unwrap();
        assert_eq!((exact.ready, exact.swap), (vec![0, 1, 2], None));
    }

    #[test]
    fn of_all_ready_coins_the_cheapest_are_handed_over() {
        let mut coins = purse(&[8, 6], 1000);
        coins[1].fee_ppk = 0;
        let plan = plan_hand(&coins, 5, &mintage(1000)).unwrap();
        assert_eq!((plan.ready, plan.face), (vec![1], 6));
    }

    #[test]
    fn at_most_sixty_four_ready_coins_are_handed_over_at_once() {
        let plan = |count: u64| {
            let coins = purse(&vec![1; usize::try_from(count).unwrap()], 0);
            plan_hand(&coins, count, &mintage(0)).unwrap()
        };
        assert_eq!(plan(64).ready.len(), 64);
        assert!(plan(65).swap.is_some());
    }

    #[test]
    fn the_stock_of_small_coins_has_an_end() {
        let coins = stock_up(1 << 34, &[], &mintage(0)).unwrap();
        let of = |worth| coins.iter().filter(|&&coin| coin == worth).count();
        assert!(of(1 << 10) >= STOCK);
        assert!(of(1 << 25) <= 1);
    }

    #[test]
    fn change_tops_the_stock_of_small_coins_up_and_keeps_the_rest_large() {
        let change = |amount, staying: &[u64], fee_ppk| {
            stock_up(amount, staying, &mintage(fee_ppk)).unwrap()
        };
        assert_eq!(change(2, &[], 0), [1, 1]);
        assert_eq!(
            change(64, &[], 0),
            [1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 8, 8, 8, 8]
        );
        assert_eq!(
            change(64, &[1, 1, 2], 0),
            [1, 1, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8]
        );
        // At a whole unit for a coin, coins of one are not worth keeping.
        assert_eq!(
            change(64, &[], 1000),
            [2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8]
        );
    }

    #[test]
    fn only_coins_that_stay_and_are_still_signed_count_as_stock() {
        let swapped = |coins: &[Coin], target| {
            let made = split(target, &mintage(0).denominations).unwrap();
            plan_swap(coins, &made, target, &mintage(0)).unwrap().change
        };
        let stays = purse(&[64, 1, 1, 1], 0);
        assert_eq!(
            swapped(&stays, 2),
            stock_up(62, &[1, 1, 1], &mintage(0)).unwrap()
        );
        let mut retires = purse(&[8, 1, 1, 1], 0);
        for coin in &mut retires {
            coin.retiring = true;
        }
        assert_eq!(swapped(&retires, 5), [1, 1, 1]);
    }

    #[test]
    fn retiring_coins_leave_first_even_when_others_would_do_alone() {
        let mut coins = purse(&[512, 8, 8], 0);
        coins[1].retiring = true;
        assert_eq!(cover(&coins, 20).unwrap().inputs, vec![1, 0]);
    }

    #[test]
    fn a_coin_that_costs_what_it_is_worth_stays_where_it_is() {
        let mut coins = purse(&[1, 4], 1000);
        coins[0].retiring = true;
        assert_eq!(cover(&coins, 3).unwrap().inputs, vec![1]);
    }

    #[test]
    fn an_exchange_makes_as_many_coins_as_it_may_and_not_one_more() {
        let most = u64::try_from(MOST_COINS).unwrap();
        assert_eq!(split(most, &[1]).map(|coins| coins.len()), Some(MOST_COINS));
        assert_eq!(split(most + 1, &[1]), None);
    }

    #[test]
    fn an_issuer_that_offers_coins_worth_nothing_gets_none_made() {
        assert_eq!(split(3, &[0, 1, 2]), Some(vec![2, 1]));
    }

    #[test]
    fn the_dearest_fee_is_paid_and_a_dearer_one_is_not() {
        assert!(token_for(1, &mintage(DEAREST_INPUT_FEE_PPK)).is_some());
        assert_eq!(token_for(1, &mintage(DEAREST_INPUT_FEE_PPK + 1)), None);
    }

    #[test]
    fn ready_coins_are_handed_over_without_a_swap() {
        let plan = plan_hand(&purse(&[64, 16, 4, 2, 1], 100), 21, &mintage(100)).unwrap();
        assert_eq!(plan.swap, None);
        assert_eq!((plan.face, plan.fee, plan.over), (22, 1, 0));
    }

    #[test]
    fn a_purse_that_is_too_small_says_what_it_could_have_covered() {
        let short = plan_hand(&purse(&[16, 4], 1000), 21, &mintage(1000));
        assert_eq!(short, Err(NoPlan::Short { at_most: 18 }));
    }

    #[test]
    fn a_lightning_payment_puts_in_exactly_what_is_asked_when_the_coins_are_there() {
        let plan = plan_melt(&purse(&[64, 16, 4, 2], 0), 22, &mintage(0)).unwrap();
        assert_eq!((plan.ready, plan.face), (vec![1, 2, 3], 22));
    }

    #[test]
    fn a_large_coin_is_broken_before_an_issuer_is_trusted_with_its_change() {
        let plan = plan_melt(&purse(&[64], 0), 22, &mintage(0)).unwrap();
        assert!(plan.ready.is_empty());
        assert_eq!((plan.swap.unwrap().made, plan.face), (vec![16, 4, 2], 22));
    }

    #[test]
    fn a_large_coin_goes_in_whole_when_breaking_it_would_cost_as_much() {
        let plan = plan_melt(&purse(&[64], 1000), 61, &mintage(1000)).unwrap();
        assert_eq!((plan.ready, plan.face, plan.fee), (vec![0], 64, 1));
        // Nor is there anything left to break it with.
        let plan = plan_melt(&purse(&[64], 1000), 63, &mintage(1000)).unwrap();
        assert_eq!((plan.ready, plan.face, plan.fee), (vec![0], 64, 1));
    }

    #[test]
    fn retiring_coins_leave_first() {
        let mut coins = purse(&[512, 8, 8], 0);
        coins[1].retiring = true;
        assert_eq!(cover(&coins, 6).unwrap().inputs, vec![1]);
    }

    proptest! {
        #[test]
        fn whatever_is_handed_over_nets_at_least_what_was_asked_and_every_unit_is_accounted_for(
            worths in prop::collection::vec(0_u32..14, 1..40),
            net in 1_u64..20_000,
            fee_ppk in prop::sample::select(vec![0_u64, 1, 100, 333, 1000, 2500]),
            retiring_every in 2_usize..9,
        ) {
            let mut coins = purse(&worths.iter().map(|bit| 1_u64 << bit).collect::<Vec<_>>(), fee_ppk);
            for coin in coins.iter_mut().step_by(retiring_every) {
                coin.retiring = true;
            }
            let mintage = mintage(fee_ppk);
            let total: u64 = coins.iter().map(|coin| coin.worth).sum();
            match plan_hand(&coins, net, &mintage) {
                Ok(plan) => {
                    prop_assert_eq!(plan.face, net + plan.fee + plan.over);
                    if let Some(swap) = &plan.swap {
                        prop_assert!(plan.ready.is_empty());
                        let inputs: u64 = swap.inputs.iter().map(|&at| coins[at].worth).sum();
                        let made: u64 = swap.made.iter().sum();
                        let change: u64 = swap.change.iter().sum();
                        prop_assert_eq!(inputs, swap.fee + made + change);
                        prop_assert_eq!(made, plan.face);
                        prop_assert_eq!(plan.fee, input_fee(fee_ppk * swap.made.len() as u64));
                        prop_assert_eq!(swap.fee, input_fee(fee_ppk * swap.inputs.len() as u64));
                        let mut distinct = swap.inputs.clone();
                        distinct.sort_unstable();
                        distinct.dedup();
                        prop_assert_eq!(distinct.len(), swap.inputs.len());
                    } else {
                        let face: u64 = plan.ready.iter().map(|&at| coins[at].worth).sum();
                        prop_assert_eq!(face, plan.face);
                        prop_assert_eq!(plan.fee, input_fee(fee_ppk * plan.ready.len() as u64));
                    }
                }
                Err(NoPlan::Short { at_most }) => {
                    prop_assert!(at_most <= total);
                    // Refused only when the fees of using everything are in the way.
                    let all = input_fee(fee_ppk * coins.len() as u64);
                    prop_assert!(total.saturating_sub(all) < net + input_fee(fee_ppk * 64) , "refused {net} of {total}");
                }
                Err(NoPlan::Impossible) => prop_assert!(false, "powers of two make every amount"),
            }
        }

        #[test]
        fn no_more_is_left_to_an_issuers_promise_of_change_than_avoiding_it_would_cost(
            worths in prop::collection::vec(0_u32..14, 1..40),
            target in 1_u64..20_000,
            fee_ppk in prop::sample::select(vec![0_u64, 100, 333, 1000]),
        ) {
            let coins = purse(&worths.iter().map(|bit| 1_u64 << bit).collect::<Vec<_>>(), fee_ppk);
            let mintage = mintage(fee_ppk);
            let exact = token_for(target, &mintage).unwrap();
            let face: u64 = exact.iter().sum();
            let swapped = plan_swap(&coins, &exact, face, &mintage);
            match plan_melt(&coins, target, &mintage) {
                Ok(plan) => {
                    prop_assert!(plan.face >= target + plan.fee);
                    match &plan.swap {
                        Some(swap) => {
                            prop_assert_eq!(swap.made.iter().sum::<u64>(), plan.face);
                            prop_assert!(plan.ready.is_empty());
                        }
                        None => {
                            let worth: u64 = plan.ready.iter().map(|&at| coins[at].worth).sum();
                            prop_assert_eq!(worth, plan.face);
                            prop_assert_eq!(plan.fee, input_fee(fee_ppk * plan.ready.len() as u64));
                            if let Ok(swap) = swapped {
                                prop_assert!(plan.face <= face + swap.fee);
                            }
                        }
                    }
                }
                Err(error) => {
                    prop_assert!(cover(&coins, target).is_err(), "{error:?}");
                }
            }
        }

        #[test]
        fn change_is_split_without_loss(amount in 0_u64..5_000_000, staying in prop::collection::vec(0_u32..12, 0..20), fee_ppk in 0_u64..3000) {
            let staying: Vec<u64> = staying.iter().map(|bit| 1_u64 << bit).collect();
            let coins = stock_up(amount, &staying, &mintage(fee_ppk)).unwrap();
            prop_assert_eq!(coins.iter().sum::<u64>(), amount);
            prop_assert!(coins.len() <= MOST_COINS);
        }

        #[test]
        fn no_smaller_token_would_have_netted_the_amount(net in 1_u64..3000, fee_ppk in prop::sample::select(vec![0_u64, 100, 1000])) {
            let mintage = mintage(fee_ppk);
            let face: u64 = token_for(net, &mintage).unwrap().iter().sum();
            for smaller in net..face {
                let coins = split(smaller, &mintage.denominations).unwrap().len() as u64;
                prop_assert!(smaller - input_fee(fee_ppk * coins) < net);
            }
        }
    }
}
