//! The numbers new coins are made from, one after the other in each key set.
//!
//! The words find coins again by trying the numbers in order, and give up after a long row that
//! made none ([`super::restore`]). So a row of attempts that came to nothing must not grow for
//! ever: coins made after it would be out of the words' reach. What nobody has ever seen is used
//! by the next attempt; what an issuer has seen and refused is used again once the row is long.
//!
//! A number must never make two coins. Numbers are spare only while no record of an exchange has
//! them, and only once its issuer proved that they made nothing; they are taken off the row
//! before anything else is written, and put back after everything else is. A crash in between
//! leaves a gap, and a gap is harmless. Should a copy of this wallet have made coins of them
//! meanwhile, the issuer refuses to sign them twice, and [`super::elsewhere`] brings those in.

use cdk::nuts::Id;
use serde::{Deserialize, Serialize};

use super::Ecash;
use super::exchange::Exchange;
use super::trouble::{Refusal, Trouble};

/// The kind of record that holds the row of numbers that made no coins, by key set.
const SPARE: &str = "spare-numbers";
/// From this length on, numbers an issuer has seen are used again. Before that, new ones are
/// better: it could tell by the old ones that two attempts were one person's.
const LONG: u32 = 100;

/// The numbers right below the counter that made no coins: from `from` up to, not including,
/// `to`, which is where the counter stands. What lies further down has coins above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Spare {
    from: u32,
    /// Nobody has ever seen those from here on.
    unseen: u32,
    to: u32,
    /// How often the issuer refused since the row was long.
    refusals: u32,
}

/// What lay below the numbers of an exchange when they were taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Below {
    /// So many that made no coins.
    spare: u32,
    refusals: u32,
    /// The issuer has seen the exchange's own numbers before.
    again: bool,
}

/// Numbers for one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) first: u32,
    pub(super) below: Below,
}

impl Spare {
    fn none_below(counter: u32) -> Self {
        Self {
            from: counter,
            unseen: counter,
            to: counter,
            refusals: 0,
        }
    }

    fn is_long(self) -> bool {
        self.to.saturating_sub(self.from) >= LONG
    }

    /// Where the next numbers begin.
    fn next(self) -> u32 {
        // Now and then, ever more rarely, new ones are tried all the same: an issuer may hold
        // something against the old ones without saying so.
        if self.is_long() && !self.refusals.is_power_of_two() {
            self.from
        } else {
            self.unseen
        }
    }

    /// Takes numbers off the row; what is left of it above them.
    fn take(self, count: u32) -> Option<(Taken, Self)> {
        let first = self.next();
        let end = first.checked_add(count)?;
        let left = Self {
            from: end,
            unseen: self.unseen.max(end),
            to: self.to.max(end),
            refusals: self.refusals,
        };
        let below = Below {
            spare: first.saturating_sub(self.from),
            refusals: self.refusals,
            again: first < self.unseen,
        };
        Some((Taken { first, below }, left))
    }

    /// Puts numbers back that lie right below the row, whether or not the issuer saw them.
    fn put_back(self, first: u32, below: Below, seen: bool) -> Self {
        let back = Self {
            from: first.saturating_sub(below.spare),
            unseen: if seen || below.again {
                self.unseen
            } else {
                first
            },
            to: self.to,
            refusals: below.refusals,
        };
        let counts = u32::from(seen && back.is_long());
        Self {
            refusals: back.refusals.saturating_add(counts),
            ..back
        }
    }
}

impl Ecash {
    /// Numbers for so many new coins.
    pub(super) async fn take_numbers(&self, keyset: &Id, count: usize) -> Result<Taken, Trouble> {
        let count = u32::try_from(count).map_err(|_| too_many())?;
        if count == 0 {
            let (first, below) = (0, Below::default());
            return Ok(Taken { first, below });
        }
        let counter = self.counter(keyset).await?;
        let spare = self.spare_numbers(keyset, counter).await?;
        let (taken, left) = spare
            .unwrap_or(Spare::none_below(counter))
            .take(count)
            .ok_or_else(too_many)?;
        if spare.is_some() {
            self.keep_spare(keyset, left).await?;
        }
        if let Some(new) = left.to.checked_sub(counter).filter(|new| *new > 0) {
            let after = self.db.increment_keyset_counter(keyset, new).await?;
            if after != left.to {
                return Err(Trouble::Store("a counter moved by itself".into()));
            }
        }
        Ok(taken)
    }

    /// The numbers of an exchange that came to nothing, and whose record is gone.
    pub(super) async fn give_back_numbers(
        &self,
        exchange: &Exchange,
        why: &Trouble,
    ) -> Result<(), Trouble> {
        let outputs = &exchange.outputs;
        let count = u32::try_from(outputs.worths.len()).map_err(|_| too_many())?;
        if count == 0 || says_they_are_known(why) {
            return Ok(());
        }
        let end = outputs.counter.saturating_add(count);
        let counter = self.counter(&outputs.keyset).await?;
        let row = match self.spare_numbers(&outputs.keyset, counter).await? {
            Some(spare) if spare.from == end => spare,
            None if counter == end => Spare::none_below(counter),
            // Something above them may have made coins, and then no row begins with them.
            _ => return Ok(()),
        };
        let seen = *why != Trouble::NotSent;
        let row = row.put_back(outputs.counter, exchange.below, seen);
        self.keep_spare(&outputs.keyset, row).await
    }

    /// Coins were found below this number: whoever made them, those numbers are not spare.
    pub(super) async fn numbers_made_coins(&self, keyset: &Id, up_to: u32) -> Result<(), Trouble> {
        let counter = self.counter(keyset).await?;
        match self.spare_numbers(keyset, counter).await? {
            Some(spare) if spare.from < up_to => {
                let left = Spare {
                    from: up_to.min(spare.to),
                    unseen: spare.unseen.max(up_to).min(spare.to),
                    ..spare
                };
                self.keep_spare(keyset, left).await
            }
            _ => Ok(()),
        }
    }

    /// The lowest number that this wallet knows no coin to have been made from, of those without
    /// one above them.
    pub(super) async fn first_without_coin(&self, keyset: &Id) -> Result<u32, Trouble> {
        let counter = self.counter(keyset).await?;
        let spare = self.spare_numbers(keyset, counter).await?;
        Ok(spare.map_or(counter, |spare| spare.from))
    }

    /// Where the next new numbers begin; 0 in a key set this wallet has never used.
    pub(super) async fn counter(&self, keyset: &Id) -> Result<u32, Trouble> {
        Ok(self.db.increment_keyset_counter(keyset, 0).await?)
    }

    /// The row, if the counter has not gone on without it.
    async fn spare_numbers(&self, keyset: &Id, counter: u32) -> Result<Option<Spare>, Trouble> {
        let spare: Option<Spare> = self.read_record(SPARE, &keyset.to_string()).await?;
        Ok(spare.filter(|spare| spare.to == counter && spare.from < spare.to))
    }

    async fn keep_spare(&self, keyset: &Id, row: Spare) -> Result<(), Trouble> {
        let key = keyset.to_string();
        if row.from < row.to {
            self.write_record(SPARE, &key, &row).await
        } else {
            self.forget_record(SPARE, &key).await
        }
    }
}

/// Refusals that say that something is known under these numbers: they are never tried again.
fn says_they_are_known(why: &Trouble) -> bool {
    matches!(
        why,
        Trouble::Refused(
            // Some issuers say of known numbers that the coins are in use, or the invoice paid.
            Refusal::AlreadyMade
                | Refusal::AlreadyIssued
                | Refusal::CoinsPending
                | Refusal::InvoiceAlreadyPaid
        )
    )
}

fn too_many() -> Trouble {
    Trouble::Store("too many coins".into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What becomes of an attempt.
    #[derive(Debug, Clone, Copy)]
    enum End {
        NeverSent,
        Refused,
        Made,
    }

    /// Attempts one after the other; for each the numbers it used, and how it ended.
    fn attempts(all: &[(u32, End)]) -> Vec<(std::ops::Range<u32>, End)> {
        let mut row = Spare::none_below(0);
        let mut used = Vec::new();
        for &(count, end) in all {
            let (taken, left) = row.take(count).unwrap();
            row = match end {
                End::NeverSent => left.put_back(taken.first, taken.below, false),
                End::Refused => left.put_back(taken.first, taken.below, true),
                End::Made => left,
            };
            assert!(row.from <= row.unseen && row.unseen <= row.to, "{row:?}");
            used.push((taken.first..taken.first + count, end));
        }
        used
    }

    #[test]
    fn what_nobody_has_seen_is_used_by_the_next() {
        let used = attempts(&[
            (10, End::Made),
            (7, End::NeverSent),
            (9, End::NeverSent),
            (4, End::Made),
            (2, End::NeverSent),
            (9, End::Made),
        ]);
        let numbers: Vec<_> = used.into_iter().map(|(numbers, _)| numbers).collect();
        assert_eq!(numbers, [0..10, 10..17, 10..19, 10..14, 14..16, 14..23]);
    }

    #[test]
    fn what_an_issuer_has_seen_is_not_shown_again_until_the_row_is_long() {
        let used = attempts(&[(60, End::Refused), (60, End::Refused), (60, End::Made)]);
        let numbers: Vec<_> = used.into_iter().map(|(numbers, _)| numbers).collect();
        assert_eq!(numbers, [0..60, 60..120, 120..180]);
        let used = attempts(&[(60, End::Refused), (60, End::Refused), (60, End::Refused)]);
        assert_eq!(used.last().unwrap().0, 120..180);
    }

    fn an_end() -> impl Strategy<Value = End> {
        prop_oneof![
            4 => Just(End::NeverSent),
            8 => Just(End::Refused),
            1 => Just(End::Made),
        ]
    }

    proptest! {
        #[test]
        fn no_number_makes_two_coins_and_no_coin_is_far_above_the_one_before(
            all in prop::collection::vec((1_u32..40, an_end()), 1..400)
        ) {
            let mut made = std::collections::BTreeSet::new();
            let mut highest = 0;
            for (numbers, end) in attempts(&all) {
                for number in numbers.clone() {
                    prop_assert!(!made.contains(&number), "{number} once more");
                }
                if matches!(end, End::Made) {
                    // A row, and a few attempts with new numbers.
                    prop_assert!(numbers.start < highest + LONG + 10 * 40, "{numbers:?} after {highest}");
                    highest = highest.max(numbers.end);
                    made.extend(numbers);
                }
            }
        }
    }
}
