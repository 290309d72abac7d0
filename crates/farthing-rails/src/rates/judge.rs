//! Which rate to believe, from what the sources said and what was believed before. Pure.

use farthing_money::Rate;
use serde::{Deserialize, Serialize};

use super::Reading;

/// A reading older than this is not asked about any more: some sources say a new price once an
/// hour.
const FRESH_MS: u64 = 75 * 60 * 1000;
/// After this the last known rate is not shown any more.
pub(super) const STALE_AFTER_MS: u64 = 24 * 60 * 60 * 1000;
/// A reading further than this from the middle is left out, in basis points.
const OUTLIER: u64 = 500;
/// A rate further than this from the last one is believed when it is seen a second time.
const JUMP: u64 = 1_000;
/// How close the second sight has to be, in basis points.
const SAME: u64 = 500;
/// How much later it has to be. The same glitch is often still there a moment later.
const SECOND_SIGHT_MS: u64 = 2 * 60 * 1000;

/// The rate that is believed, kept for when nobody can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The rate.
    pub rate: Rate,
    /// Of when: the oldest reading it is the middle of, in milliseconds since 1970.
    pub as_of_ms: u64,
    /// Whose readings agreed.
    pub sources: Vec<String>,
    /// A rate far from this one, seen once, and when.
    pub jumped: Option<(Rate, u64)>,
}

impl Known {
    /// Whether it is too old to be shown.
    #[must_use]
    pub fn is_stale(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.as_of_ms) > STALE_AFTER_MS
    }
}

/// What to believe now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The rate, if any can be believed: this one, or the last one.
    pub known: Option<Known>,
    /// Why it is not what the sources say now.
    pub doubt: Option<Doubt>,
    /// Who said something too far from the others.
    pub left_out: Vec<&'static str>,
}

/// Why there is no new rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody answered with a fresh rate.
    Nobody,
    /// The sources do not agree with each other.
    Disagree,
    /// They agree on something far from the last rate: it is believed if it stays.
    Jump,
}

/// Judges the readings of one currency.
#[must_use]
pub fn judge(readings: &[Reading], last: Option<&Known>, now_ms: u64) -> Verdict {
    let last = last.filter(|last| !last.is_stale(now_ms));
    let keep = |doubt, left_out| Verdict {
        known: last.cloned(),
        doubt: Some(doubt),
        left_out,
    };
    let fresh: Vec<&Reading> = readings
        .iter()
        .filter(|reading| now_ms.saturating_sub(reading.at_ms) <= FRESH_MS)
        .collect();
    let middle = |of: &[&Reading]| {
        let rates: Vec<Rate> = of.iter().map(|reading| reading.rate).collect();
        Rate::median(&rates)
    };
    let Some(first) = middle(&fresh) else {
        return keep(Doubt::Nobody, Vec::new());
    };
    let (agreeing, far): (Vec<&Reading>, Vec<&Reading>) = fresh.iter().partition(|reading| {
        first
            .apart(reading.rate)
            .is_some_and(|apart| apart <= OUTLIER)
    });
    let left_out: Vec<&'static str> = far.iter().map(|reading| reading.source).collect();
    // More than half has to agree: of two that differ, nobody knows which is wrong.
    let Some(rate) = middle(&agreeing).filter(|_| agreeing.len() > far.len()) else {
        return keep(Doubt::Disagree, left_out);
    };
    if let Some(last) = last
        && last.rate.apart(rate).is_none_or(|apart| apart > JUMP)
    {
        let seen_before = last
            .jumped
            .filter(|(before, _)| before.apart(rate).is_some_and(|apart| apart <= SAME));
        let confirmed =
            seen_before.is_some_and(|(_, at_ms)| now_ms.saturating_sub(at_ms) >= SECOND_SIGHT_MS);
        if !confirmed {
            let jumped = seen_before.unwrap_or((rate, now_ms));
            return Verdict {
                known: Some(Known {
                    jumped: Some(jumped),
                    ..last.clone()
                }),
                doubt: Some(Doubt::Jump),
                left_out,
            };
        }
    }
    let as_of = agreeing.iter().map(|reading| reading.at_ms).min();
    Verdict {
        known: Some(Known {
            rate,
            as_of_ms: as_of.unwrap_or(now_ms),
            sources: agreeing
                .iter()
                .map(|reading| reading.source.to_owned())
                .collect(),
            jumped: None,
        }),
        doubt: None,
        left_out,
    }
}
