//! What a letter to a merchant says: what it was told, when, for what and by which yes, and by what
//! it finds the payments. Nothing that only the wallet has a name for.

use std::collections::BTreeMap;

use farthing_policy::{Grant, Item, Purpose, RequestKind, Standing};
use farthing_rails::code::plain_text;
use farthing_store::history::{Entry, PaymentId};

use crate::day::Day;
use crate::journal::{Direction, Event, Outcome, PaymentKind, Story, tell};
use crate::once::hash_in;
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
    // Of e-cash it may have redeemed a part.
    let ended = story.ended.as_ref();
    let paid = ended.map_or(begun.cost.price(), |ended| ended.settled.paid());
    PaymentFact {
        day: day(story.at_ms),
        amount: paid.to_string(),
        hash: payment_hash(story),
        reference: reference
            .map(|reference| plain_text(reference, LONGEST_REFERENCE).to_string())
            .filter(|reference| !reference.is_empty()),
    }
}

/// The payment hash of the invoice that was paid: what the merchant's books have it under. Issuers that
/// settle between their own purses leave no proof; then it is known where there was one invoice alone.
fn payment_hash(story: &Story) -> Option<String> {
    let of_the_only_one = || {
        let begun = &story.begun;
        let ticket = begun.page.as_ref().and_then(|page| page.ticket.as_ref());
        if begun.kind != PaymentKind::LightningInvoice && ticket.is_none() {
            return None;
        }
        let mut hashes = begun.once.as_deref()?.lines().filter_map(hash_in);
        let first = hashes.next()?;
        hashes.next().is_none().then(|| first.to_owned())
    };
    story.payment_hash().or_else(of_the_only_one)
}

#[cfg(test)]
mod tests {
    use farthing_money::{Amount, Breakdown, Settled};
    use farthing_rails::content::Ticket;

    use super::*;
    use crate::journal::{Begun, Ended, Proof};
    use crate::pages::Page;

    const PREIMAGE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
    // head -c 32 /dev/zero | sha256sum
    const HASH: &str = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";

    fn paid(kind: PaymentKind, once: &str, proof: Option<(&str, &str)>) -> Story {
        let price = Amount::sat(21);
        let cost = Breakdown::of(price, Vec::new()).unwrap();
        Story {
            payment: PaymentId::random(),
            at_ms: 0,
            merchant: None,
            begun: Begun {
                once: Some(once.to_owned()),
                ..Begun::of(kind, "00000000".parse().unwrap(), cost)
            },
            ended: Some(Ended {
                outcome: Outcome::Paid,
                settled: Settled::of(price, Vec::new(), Amount::sat(0)).unwrap(),
                proof: proof.map(|(kind, text)| Proof {
                    kind: kind.to_owned(),
                    text: text.to_owned(),
                }),
                why: None,
            }),
        }
    }

    /// A page paid over Lightning.
    fn with_ticket(story: Story) -> Story {
        let page = Page {
            url: "https://paper.example/a".to_owned(),
            title: None,
            ticket: Some(Ticket::L402 {
                macaroon: "aa".to_owned(),
            }),
            told: None,
        };
        Story {
            begun: Begun {
                page: Some(page),
                ..story.begun
            },
            ..story
        }
    }

    #[test]
    fn a_letter_names_the_invoice_that_was_paid_and_no_other() {
        let bills = format!("page aa\ninvoice 11\ninvoice {HASH}");
        let shown = Some(("preimage", PREIMAGE));
        let by_invoice = with_ticket(paid(PaymentKind::Page, &bills, shown));
        assert_eq!(fact(&by_invoice).hash.as_deref(), Some(HASH));

        for proof in [None, Some(("redeemed", ""))] {
            let in_cash = paid(PaymentKind::Page, &bills, proof);
            assert_eq!(fact(&in_cash).hash, None, "paid with e-cash: {proof:?}");
        }
        let both = "invoice 11\nrequest bb";
        let in_cash = paid(PaymentKind::CashuRequest, both, None);
        assert_eq!(fact(&in_cash).hash, None);
    }

    #[test]
    fn a_letter_says_what_was_paid_and_not_what_was_asked() {
        let mut in_part = paid(PaymentKind::CashuRequest, "request bb", None);
        assert_eq!(fact(&in_part).amount, Amount::sat(21).to_string());
        let ended = in_part.ended.as_mut().unwrap();
        ended.settled = Settled::of(Amount::sat(8), Vec::new(), Amount::sat(13)).unwrap();
        assert_eq!(fact(&in_part).amount, Amount::sat(8).to_string());
    }

    #[test]
    fn without_a_proof_a_letter_names_an_invoice_that_was_alone() {
        let alone = paid(
            PaymentKind::LightningInvoice,
            "invoice 11\nrequest bb",
            None,
        );
        assert_eq!(fact(&alone).hash.as_deref(), Some("11"));
        let page = with_ticket(paid(PaymentKind::Page, "page aa\ninvoice 11", None));
        assert_eq!(fact(&page).hash.as_deref(), Some("11"));
        let one_of_two = with_ticket(paid(
            PaymentKind::Page,
            "page aa\ninvoice 11\ninvoice 22",
            None,
        ));
        assert_eq!(fact(&one_of_two).hash, None);
    }
}
