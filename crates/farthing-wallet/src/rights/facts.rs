//! What a letter to a merchant says: what it was told, when, for what and by which yes, and by what
//! it finds the payments. Nothing that only the wallet has a name for.

use std::collections::BTreeMap;

use farthing_policy::{Grant, Item, Purpose, RequestKind, Standing};
use farthing_rails::code::plain_text;
use farthing_store::history::{Entry, PaymentId};

use crate::day::Day;
use crate::journal::{Direction, Event, Outcome, Story, tell};
use crate::trouble::StoreTrouble;

/// Most yeses a letter lists, the newest.
const MOST_TOLD: usize = 30;
/// Most days it lists for each, the newest.
const MOST_DAYS: usize = 6;
/// Most payments it lists, the newest.
const MOST_PAYMENTS: usize = 20;
/// Longest reference of the merchant's own, in characters.
const LONGEST_REFERENCE: usize = 80;

/// What a merchant was told under one yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToldFact {
    pub(super) item: Item,
    pub(super) purpose: Purpose,
    /// On which days, as 2026-11-22 (in UTC), the oldest first.
    pub(super) days: Vec<String>,
    /// The day of the yes.
    pub(super) since: String,
    /// The day it ends, or ended.
    pub(super) until: String,
    pub(super) ended: bool,
}

/// A payment, by what the merchant knows it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PaymentFact {
    pub(super) day: String,
    pub(super) amount: String,
    pub(super) hash: Option<String>,
    pub(super) reference: Option<String>,
}

/// Everything a letter says of what happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) told: Vec<ToldFact>,
    pub(super) payments: Vec<PaymentFact>,
}

/// The day a moment is in, as 2026-11-22.
pub(super) fn day(ms: u64) -> String {
    Day::of_ms(ms).to_string()
}

impl Facts {
    /// Reads them out of everything the journal says of a merchant.
    ///
    /// Payments are listed where something was told with them: the merchant knows already that
    /// those were one person's. Of others the last is listed, and only where nothing else would
    /// show who asks; a list of all would tell it that one person made them.
    pub(super) fn of(
        entries: &[Entry],
        kind: RequestKind,
        now_ms: u64,
    ) -> Result<Self, StoreTrouble> {
        let mut grants: BTreeMap<String, Grant> = BTreeMap::new();
        let mut told: Vec<(String, u64, PaymentId)> = Vec::new();
        for entry in entries {
            let Some(body) = &entry.body else { continue };
            match serde_json::from_slice(body)? {
                Event::Consent(consent) => {
                    grants.insert(consent.grant.id.clone(), consent.grant);
                }
                Event::Disclosed(disclosed) => {
                    told.push((disclosed.grant, entry.at_ms, entry.payment));
                }
                _ => {}
            }
        }
        let over = |id: &str| {
            let used_up = |grant: &Grant| grant.once;
            grants
                .get(id)
                .is_some_and(|grant| used_up(grant) || grant.standing(now_ms) == Standing::Ended)
        };
        if kind == RequestKind::Notice {
            told.retain(|(grant, ..)| over(grant));
        }
        let mut facts = Self {
            told: Vec::new(),
            payments: payments(entries, &told, kind)?,
        };
        for (id, at_ms, _) in told.iter().rev() {
            let Some(grant) = grants.remove(id) else {
                continue;
            };
            if facts.told.len() >= MOST_TOLD {
                break;
            }
            let of_this = told.iter().filter(|(other, ..)| other == id);
            let mut days: Vec<String> = of_this.map(|(_, at_ms, _)| day(*at_ms)).collect();
            days.dedup();
            let ended = grant.once || grant.standing(now_ms) == Standing::Ended;
            let until = match (grant.ended_ms, grant.once) {
                (Some(ended), _) => ended,
                (None, true) => *at_ms,
                (None, false) => grant.until_ms,
            };
            facts.told.push(ToldFact {
                item: grant.item,
                purpose: grant.purpose,
                days: days.split_off(days.len().saturating_sub(MOST_DAYS)),
                since: day(grant.since_ms),
                until: day(until),
                ended,
            });
        }
        facts.told.reverse();
        Ok(facts)
    }
}

fn payments(
    entries: &[Entry],
    told: &[(String, u64, PaymentId)],
    kind: RequestKind,
) -> Result<Vec<PaymentFact>, StoreTrouble> {
    let mut stories = tell(entries)?;
    stories.retain(|story| {
        story.begun.kind.direction() == Direction::Out && story.outcome() == Outcome::Paid
    });
    let named = |story: &Story| told.iter().any(|(.., payment)| *payment == story.payment);
    if stories.iter().any(named) || kind == RequestKind::Notice {
        stories.retain(named);
    } else {
        stories = stories.split_off(stories.len().saturating_sub(1));
    }
    let newest = stories.len().saturating_sub(MOST_PAYMENTS);
    Ok(stories.iter().skip(newest).map(fact).collect())
}

fn fact(story: &Story) -> PaymentFact {
    let begun = &story.begun;
    let reference = begun.delivery.as_ref().and_then(|to| to.id.as_deref());
    PaymentFact {
        day: day(story.at_ms),
        amount: begun.cost.price().to_string(),
        hash: payment_hash(story),
        reference: reference
            .map(|reference| plain_text(reference, LONGEST_REFERENCE).to_string())
            .filter(|reference| !reference.is_empty()),
    }
}

/// The payment hash of the invoice that was paid: what the merchant's books have it under.
fn payment_hash(story: &Story) -> Option<String> {
    let begun = &story.begun;
    if let Some(after) = &begun.after {
        return Some(after.payment_hash().to_owned());
    }
    let mut once = begun.once.as_deref().unwrap_or_default().lines();
    once.find_map(crate::once::hash_in).map(str::to_owned)
}
