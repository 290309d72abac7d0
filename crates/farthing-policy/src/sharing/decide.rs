//! What goes out with one payment.

use serde::{Deserialize, Serialize};

use super::{Grant, Item, Purpose};

/// How long nobody is asked again for what they did not share: 30 days, in milliseconds.
pub const ASK_AGAIN_AFTER_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// Something a merchant wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharingAsk {
    /// What.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
    /// It takes no payment without it.
    pub required: bool,
}

/// What has to be known to decide what a merchant is told.
#[derive(Debug, Clone, Copy)]
pub struct SharingFacts<'a> {
    /// What it asks for.
    pub asks: &'a [SharingAsk],
    /// What it would take although it does not ask.
    pub takes: &'a [Item],
    /// What the person has said yes to before.
    pub grants: &'a [Grant],
    /// What the person says yes to now.
    pub chosen: &'a [Item],
    /// What there is a value for.
    pub at_hand: &'a [Item],
    /// Now, in milliseconds since 1970.
    pub now_ms: u64,
}

/// What a merchant is told, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct SharingDecision {
    /// What goes out: asked for, and switched on before or now.
    pub shared: Vec<SharingAsk>,
    /// What is asked for and stays here.
    pub withheld: Vec<SharingAsk>,
    /// What it insists on and the person has not said yes to, or has nothing of.
    pub lacking: Vec<Item>,
    /// What the person chose and it neither asks for nor takes.
    pub unasked: Vec<Item>,
    /// What the person chose and there is no value for.
    pub empty: Vec<Item>,
}

/// Decides what a merchant is told. Nothing is, unless it was switched on; and being asked
/// switches nothing on.
pub fn decide_sharing(facts: &SharingFacts<'_>) -> SharingDecision {
    let mut decision = SharingDecision::default();
    for ask in facts.asks {
        let granted = facts
            .grants
            .iter()
            .any(|grant| grant.allows(ask.item, ask.purpose, facts.now_ms));
        let wanted = granted || facts.chosen.contains(&ask.item);
        if wanted && facts.at_hand.contains(&ask.item) {
            decision.shared.push(*ask);
        } else {
            decision.withheld.push(*ask);
            if ask.required {
                decision.lacking.push(ask.item);
            }
        }
    }
    for &item in facts.chosen {
        let asked = facts.asks.iter().any(|ask| ask.item == item);
        if !asked && !facts.takes.contains(&item) {
            decision.unasked.push(item);
        } else if !facts.at_hand.contains(&item) {
            decision.empty.push(item);
        } else if !asked {
            decision.shared.push(SharingAsk {
                item,
                purpose: Purpose::Deliver,
                required: false,
            });
        }
    }
    decision
}

/// Whether a person who did not share something at `denied_ms` may be asked for it at `now_ms`.
#[must_use]
pub const fn may_ask_again(denied_ms: Option<u64>, now_ms: u64) -> bool {
    match denied_ms {
        None => true,
        // A clock that was set back is no reason to ask.
        Some(denied) => now_ms.saturating_sub(denied) >= ASK_AGAIN_AFTER_MS,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ask(item: Item, required: bool) -> SharingAsk {
        SharingAsk {
            item,
            purpose: Purpose::Receipt,
            required,
        }
    }

    fn granted(item: Item, purpose: Purpose) -> Grant {
        Grant {
            id: "g".into(),
            item,
            purpose,
            since_ms: 0,
            until_ms: 100,
            paused: false,
            once: false,
            ended_ms: None,
            last_used_ms: None,
        }
    }

    const NOBODY: SharingFacts<'_> = SharingFacts {
        asks: &[],
        takes: &[],
        grants: &[],
        chosen: &[],
        at_hand: &Item::ALL,
        now_ms: 50,
    };

    #[test]
    fn being_asked_switches_nothing_on() {
        let asks = Item::ALL.map(|item| ask(item, false));
        let decision = decide_sharing(&SharingFacts {
            asks: &asks,
            ..NOBODY
        });
        assert!(decision.shared.is_empty());
        assert_eq!(decision.withheld, asks);
        assert!(
            decision.lacking.is_empty(),
            "what is optional is never in the way"
        );
    }

    #[test]
    fn what_is_switched_on_for_one_purpose_is_off_for_another() {
        let asks = [ask(Item::Email, false)];
        let for_ads = [granted(Item::Email, Purpose::Marketing)];
        let facts = SharingFacts {
            asks: &asks,
            grants: &for_ads,
            ..NOBODY
        };
        assert!(decide_sharing(&facts).shared.is_empty());
        let for_receipts = [granted(Item::Email, Purpose::Receipt)];
        let facts = SharingFacts {
            grants: &for_receipts,
            ..facts
        };
        assert_eq!(decide_sharing(&facts).shared, asks);
    }

    #[test]
    fn what_is_insisted_on_is_lacking_until_the_person_says_yes() {
        let asks = [ask(Item::Name, true), ask(Item::Email, true)];
        let facts = SharingFacts {
            asks: &asks,
            chosen: &[Item::Name],
            ..NOBODY
        };
        let decision = decide_sharing(&facts);
        assert_eq!(decision.lacking, [Item::Email]);
        let nothing_at_hand = SharingFacts {
            at_hand: &[],
            ..facts
        };
        let decision = decide_sharing(&nothing_at_hand);
        assert_eq!(decision.lacking, [Item::Name, Item::Email]);
        assert_eq!(decision.empty, [Item::Name]);
    }

    #[test]
    fn nobody_is_told_what_they_neither_ask_for_nor_take() {
        let facts = SharingFacts {
            takes: &[Item::Note],
            chosen: &[Item::Note, Item::Phone],
            ..NOBODY
        };
        let decision = decide_sharing(&facts);
        assert_eq!(decision.unasked, [Item::Phone]);
        let told: Vec<Item> = decision.shared.iter().map(|ask| ask.item).collect();
        assert_eq!(told, [Item::Note]);
    }

    #[test]
    fn nobody_is_asked_twice_in_thirty_days_whatever_the_clock_does() {
        assert!(may_ask_again(None, 0));
        assert!(!may_ask_again(Some(1_000), 1_000 + ASK_AGAIN_AFTER_MS - 1));
        assert!(may_ask_again(Some(1_000), 1_000 + ASK_AGAIN_AFTER_MS));
        assert!(!may_ask_again(Some(1_000), 0));
    }

    fn items() -> impl Strategy<Value = Vec<Item>> {
        prop::collection::vec(prop::sample::select(Item::ALL.to_vec()), 0..8)
    }

    proptest! {
        #[test]
        fn nothing_goes_out_that_was_not_switched_on_and_nothing_is_lost(
            asked in prop::collection::vec((prop::sample::select(Item::ALL.to_vec()), any::<bool>()), 0..8),
            on in items(),
            chosen in items(),
            takes in items(),
            at_hand in items(),
            now_ms in 0_u64..200,
        ) {
            let asks: Vec<SharingAsk> = asked.iter().map(|(item, required)| ask(*item, *required)).collect();
            let grants: Vec<Grant> = on.iter().map(|item| granted(*item, Purpose::Receipt)).collect();
            let facts = SharingFacts {
                asks: &asks, takes: &takes, grants: &grants, chosen: &chosen, at_hand: &at_hand, now_ms,
            };
            let decision = decide_sharing(&facts);
            for told in &decision.shared {
                let standing = now_ms < 100 && on.contains(&told.item);
                prop_assert!(standing || chosen.contains(&told.item));
                prop_assert!(at_hand.contains(&told.item));
                prop_assert!(asked.iter().any(|(item, _)| *item == told.item) || takes.contains(&told.item));
            }
            for ask in &asks {
                let both = decision.shared.contains(ask) as u8 + decision.withheld.contains(ask) as u8;
                prop_assert!(both >= 1);
            }
        }
    }
}
