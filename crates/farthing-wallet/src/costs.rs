//! What payments really cost, out of the journal: sums for people. Nothing is decided by them.

mod cheaper;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use farthing_money::{Amount, FeeKind, Fiat, PaidFee, Rate, Unit};
use farthing_rails::ecash::{Purse, PurseId};

use crate::history::{HistoryError, HistoryLine};
use crate::journal::{Direction, Outcome, Story};
use crate::month::Month;
use crate::purses::files;
use crate::rates::Then;
use crate::wallet::Wallet;

pub use cheaper::Cheaper;
use cheaper::Ways;

/// How many of the dearest payments are named, in each unit.
const DEAREST: usize = 3;

/// What some payments in one unit moved, and what that cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// How many there were.
    pub payments: u64,
    /// What payees got.
    pub paid: Amount,
    /// What came in.
    pub received: Amount,
    /// What it cost: every fee, and what is known to have been hidden in prices.
    pub cost: Amount,
}

impl Cost {
    fn none(unit: Unit) -> Self {
        let zero = Amount::zero(unit);
        Self {
            payments: 0,
            paid: zero,
            received: zero,
            cost: zero,
        }
    }

    fn add(&mut self, paid: Amount, received: Amount, cost: Amount) {
        self.payments = self.payments.saturating_add(1);
        self.paid = more(self.paid, paid);
        self.received = more(self.received, received);
        self.cost = more(self.cost, cost);
    }

    /// What part of what moved the cost was, in basis points rounded up; none where nothing moved.
    #[must_use]
    pub fn basis_points(&self) -> Option<u64> {
        self.cost
            .basis_points_of(more(self.paid, self.received))
            .ok()
            .flatten()
    }
}

/// A sum beyond what can be held is shown as the most there can be: it is only shown.
fn more(sum: Amount, amount: Amount) -> Amount {
    sum.checked_add(amount).unwrap_or(Amount::most(sum.unit()))
}

/// The cost of one month, kind, payee or purse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostOf {
    /// Which: `2026-11`, a kind's name, a payee's, or a purse's id. None where no payee has a name.
    pub of: Option<String>,
    /// What it cost.
    pub cost: Cost,
}

/// What somebody got of the fees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What for.
    pub kind: FeeKind,
    /// Who.
    pub to: String,
    /// How much.
    pub amount: Amount,
}

/// A payment and what it cost in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dear {
    /// The payment.
    pub line: HistoryLine,
    /// Its fees and what its price hid.
    pub cost: Amount,
}

/// All of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// What it cost.
    pub cost: Cost,
    /// What that was worth when it was paid; none where a rate of that time is missing.
    pub cost_fiat: Option<Fiat>,
}

/// What payments really cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costs {
    /// Each unit by itself.
    pub totals: Vec<Total>,
    /// The newest first.
    pub months: Vec<CostOf>,
    /// The dearest first; so are the next two.
    pub kinds: Vec<CostOf>,
    /// By the name of the payee.
    pub payees: Vec<CostOf>,
    /// By the id of the purse.
    pub purses: Vec<CostOf>,
    /// Who got the fees, the most first.
    pub taken: Vec<Taken>,
    /// The dearest payments of each unit.
    pub dearest: Vec<Dear>,
    /// What would have been cheaper, the largest saving first.
    pub cheaper: Vec<Cheaper>,
    /// Payments that are not decided yet, and so not counted.
    pub undecided: u64,
}

/// One payment, for a table of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// The payment.
    pub line: HistoryLine,
    /// The purse.
    pub purse: PurseId,
    /// Every fee.
    pub fees: Vec<PaidFee>,
    /// What its price hid.
    pub included: Vec<PaidFee>,
    /// It only went from one purse of the person's to another.
    pub between_purses: bool,
}

impl CostLine {
    fn of(story: &Story) -> Self {
        Self {
            line: HistoryLine::of(story),
            purse: story.begun.purse.clone(),
            fees: story.fees(),
            included: match story.outcome() {
                Outcome::Paid => story.begun.cost.includes().to_vec(),
                Outcome::NotPaid | Outcome::StillDeciding => Vec::new(),
            },
            between_purses: story.begun.other_purse.is_some(),
        }
    }

    /// The fees of one kind together, those hidden in the price too.
    #[must_use]
    pub fn of_kind(&self, kind: FeeKind) -> Amount {
        let unit = self.line.amount.unit();
        self.all()
            .filter(|fee| fee.kind() == kind)
            .fold(Amount::zero(unit), |sum, fee| more(sum, fee.amount()))
    }

    /// All it cost.
    #[must_use]
    pub fn cost(&self) -> Amount {
        let unit = self.line.amount.unit();
        self.all()
            .fold(Amount::zero(unit), |sum, fee| more(sum, fee.amount()))
    }

    /// Less than a piece of the unit is told in the receipt, and is no part of sums.
    fn all(&self) -> impl Iterator<Item = &PaidFee> {
        let unit = self.line.amount.unit();
        let included = self.included.iter();
        self.fees
            .iter()
            .chain(included.filter(move |part| part.amount().unit() == unit))
    }
}

/// Sums by name and unit.
#[derive(Default)]
struct Groups(BTreeMap<(Option<String>, Unit), Cost>);

impl Groups {
    fn add(&mut self, of: Option<String>, (paid, received, cost): (Amount, Amount, Amount)) {
        let unit = cost.unit();
        let group = self.0.entry((of, unit)).or_insert_with(|| Cost::none(unit));
        group.add(paid, received, cost);
    }

    fn by_name(self) -> Vec<CostOf> {
        let groups = self.0.into_iter();
        groups.map(|((of, _), cost)| CostOf { of, cost }).collect()
    }

    fn dearest_first(self) -> Vec<CostOf> {
        let mut all = self.by_name();
        all.sort_by_key(|group| std::cmp::Reverse(group.cost.cost.value()));
        all
    }
}

/// Sums, each at the rate of its day; nothing once a rate was missing.
type AtRates = Option<Vec<(Option<Rate>, Amount)>>;

/// Everything counted so far.
#[derive(Default)]
struct Count {
    months: Groups,
    kinds: Groups,
    payees: Groups,
    purses: Groups,
    taken: BTreeMap<(FeeKind, String, Unit), Amount>,
    totals: BTreeMap<Unit, Cost>,
    /// What it cost.
    at_rates: BTreeMap<Unit, AtRates>,
    dearest: BTreeMap<Unit, Vec<Dear>>,
    ways: Ways,
    undecided: u64,
}

impl Count {
    fn add(&mut self, one: CostLine, rate: Option<Rate>) {
        let line = &one.line;
        let (unit, cost) = (line.amount.unit(), one.cost());
        let nothing = Amount::zero(unit);
        let moved = match (line.outcome, line.direction) {
            (Outcome::StillDeciding, _) => {
                self.undecided = self.undecided.saturating_add(1);
                return;
            }
            (Outcome::NotPaid, _) if cost.is_zero() => return,
            (Outcome::NotPaid, _) => (nothing, nothing, cost),
            // Nobody was paid and nothing came in, and it may have cost something.
            (Outcome::Paid, _) if one.between_purses => (nothing, nothing, cost),
            (Outcome::Paid, Direction::Out) => (line.amount, nothing, cost),
            (Outcome::Paid, Direction::In) => (nothing, line.amount, cost),
        };
        self.months
            .add(Some(Month::of_ms(line.at_ms).to_string()), moved);
        self.kinds.add(Some(line.kind.code().to_owned()), moved);
        self.purses.add(Some(one.purse.to_string()), moved);
        if line.direction == Direction::Out && !one.between_purses {
            self.payees.add(line.payee.clone(), moved);
        }
        let total = self.totals.entry(unit).or_insert_with(|| Cost::none(unit));
        total.add(moved.0, moved.1, moved.2);
        for fee in one.all().filter(|fee| !fee.amount().is_zero()) {
            let key = (fee.kind(), fee.to().to_owned(), unit);
            let sum = self.taken.entry(key).or_insert(nothing);
            *sum = more(*sum, fee.amount());
        }
        self.at_rate(cost, rate);
        self.ways.add(&one, cost);
        if !cost.is_zero() {
            let dearest = self.dearest.entry(unit).or_default();
            dearest.push(Dear {
                line: one.line,
                cost,
            });
            dearest.sort_by_key(|dear| std::cmp::Reverse(dear.cost.value()));
            dearest.truncate(DEAREST);
        }
    }

    fn at_rate(&mut self, cost: Amount, rate: Option<Rate>) {
        let of = self
            .at_rates
            .entry(cost.unit())
            .or_insert_with(|| Some(Vec::new()));
        if cost.is_zero() {
            return;
        }
        // A unit that counts a currency needs no rate of it.
        if rate.is_none() && cost.unit().currency().is_none() {
            *of = None;
        }
        let Some(sums) = of else { return };
        match sums.iter_mut().find(|(known, _)| *known == rate) {
            Some((_, sum)) => *sum = more(*sum, cost),
            None => sums.push((rate, cost)),
        }
    }
}

impl Wallet {
    /// What payments of a month really cost, or all there ever were.
    ///
    /// # Errors
    /// [`HistoryError::Store`].
    pub fn costs(&self, month: Option<Month>) -> Result<Costs, HistoryError> {
        let mut then = self.then()?;
        // The journal is held while its stories come by.
        then.as_mut().map(Then::read_all).transpose()?;
        let mut count = Count::default();
        let mut trouble = None;
        self.stories_of(month, |story| {
            let rate = match then.as_mut().map(|then| then.rate(story.at_ms)) {
                Some(Ok(found)) => found.map(|(_, rate)| rate),
                Some(Err(error)) => {
                    trouble = Some(error);
                    return ControlFlow::Break(());
                }
                None => None,
            };
            count.add(CostLine::of(story), rate);
            ControlFlow::Continue(())
        })?;
        if let Some(error) = trouble {
            return Err(error.into());
        }
        let Count {
            months,
            kinds,
            payees,
            purses,
            taken,
            totals,
            at_rates,
            dearest,
            ways,
            undecided,
        } = count;
        let mut taken: Vec<Taken> = taken
            .into_iter()
            .map(|((kind, to, _), amount)| Taken { kind, to, amount })
            .collect();
        taken.sort_by_key(|taken| std::cmp::Reverse(taken.amount.value()));
        let mut months = months.by_name();
        months.reverse();
        let total = |(unit, cost): (Unit, Cost)| Total {
            cost,
            cost_fiat: worth(then.as_ref(), at_rates.get(&unit)),
        };
        Ok(Costs {
            totals: totals.into_iter().map(total).collect(),
            months,
            kinds: kinds.dearest_first(),
            payees: payees.dearest_first(),
            purses: purses.dearest_first(),
            taken,
            dearest: dearest.into_values().flatten().collect(),
            cheaper: ways.cheaper(),
            undecided,
        })
    }

    /// Every payment of a month and what it cost, the newest first.
    ///
    /// # Errors
    /// [`HistoryError::Store`].
    pub fn cost_lines(&self, month: Option<Month>) -> Result<Vec<CostLine>, HistoryError> {
        let mut lines = Vec::new();
        self.stories_of(month, |story| {
            lines.push(CostLine::of(story));
            ControlFlow::Continue(())
        })?;
        Ok(lines)
    }

    /// The purses there are, for names beside their ids.
    ///
    /// # Errors
    /// [`HistoryError::Store`].
    pub async fn purses_by_id(&self) -> Result<Vec<Purse>, HistoryError> {
        Ok(self.ecash.purses().await.map_err(files)?)
    }

    fn stories_of(
        &self,
        month: Option<Month>,
        mut visit: impl FnMut(&Story) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        let starts_ms = month.map_or(0, Month::starts_ms);
        let ends_ms = month.map_or(u64::MAX, |month| month.next().starts_ms());
        self.stories_newest_first(|story| {
            // Stories come by when they began, so the first that is too old ends it.
            if story.at_ms < starts_ms {
                return ControlFlow::Break(());
            }
            if story.at_ms >= ends_ms {
                return ControlFlow::Continue(());
            }
            visit(story)
        })?;
        Ok(())
    }
}

/// What sums at their rates were worth, when all of them are worth something in the currency.
fn worth(then: Option<&Then<'_>>, at_rates: Option<&AtRates>) -> Option<Fiat> {
    let currency = then?.currency();
    let mut sum = Fiat::new(0, currency)?;
    for (rate, amount) in at_rates?.as_ref()? {
        let worth = match (amount.unit().currency(), rate) {
            (Some(itself), _) if itself == currency => Fiat::new(amount.value(), itself)?,
            (None, Some(rate)) => rate.worth(*amount)?,
            _ => return None,
        };
        sum = sum.checked_add(worth)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests;
