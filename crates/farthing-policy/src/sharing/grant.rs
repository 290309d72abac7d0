//! One person's yes.

use serde::{Deserialize, Serialize};

use super::{Item, Purpose};

/// How long a yes stands where nobody said otherwise: 90 days, in milliseconds.
pub const STANDS_FOR_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// One person's yes to one merchant: this item, for this purpose, until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What disclosures refer to it by.
    pub id: String,
    /// What may be shared.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
    /// Since when, in milliseconds since 1970.
    pub since_ms: u64,
    /// Until when.
    pub until_ms: u64,
    /// Not now, but the yes stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// For one payment only: over once something was told under it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
    /// When the person took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
    /// When something last left the device under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_ms: Option<u64>,
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It may be used.
    On,
    /// The person paused it.
    Paused,
    /// It was taken back, or its time is over.
    Ended,
}

impl Grant {
    /// Where it stands at `now_ms`. A clock that was set back makes no grant begin early.
    #[must_use]
    pub const fn standing(&self, now_ms: u64) -> Standing {
        let used_up = self.once && self.last_used_ms.is_some();
        if self.ended_ms.is_some() || used_up || self.until_ms <= now_ms || now_ms < self.since_ms {
            Standing::Ended
        } else if self.paused {
            Standing::Paused
        } else {
            Standing::On
        }
    }

    /// Whether it lets this item go for this purpose at `now_ms`.
    #[must_use]
    pub fn allows(&self, item: Item, purpose: Purpose, now_ms: u64) -> bool {
        self.item == item && self.purpose == purpose && self.standing(now_ms) == Standing::On
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant {
            id: "g".into(),
            item: Item::Email,
            purpose: Purpose::Receipt,
            since_ms: 1_000,
            until_ms: 2_000,
            paused: false,
            once: false,
            ended_ms: None,
            last_used_ms: None,
        }
    }

    #[test]
    fn a_grant_stands_from_its_beginning_until_its_end_and_for_its_purpose_alone() {
        let grant = grant();
        let allows = |now| grant.allows(Item::Email, Purpose::Receipt, now);
        assert_eq!(
            [999, 1_000, 1_999, 2_000].map(allows),
            [false, true, true, false]
        );
        assert!(!grant.allows(Item::Email, Purpose::Marketing, 1_500));
        assert!(!grant.allows(Item::Name, Purpose::Receipt, 1_500));
    }

    #[test]
    fn a_grant_that_is_paused_or_taken_back_allows_nothing() {
        let paused = Grant {
            paused: true,
            ..grant()
        };
        assert_eq!(paused.standing(1_500), Standing::Paused);
        let ended = Grant {
            ended_ms: Some(1_400),
            paused: true,
            ..grant()
        };
        assert_eq!(ended.standing(1_500), Standing::Ended);
        let once = Grant {
            once: true,
            ..grant()
        };
        assert_eq!(once.standing(1_500), Standing::On);
        let used_up = Grant {
            last_used_ms: Some(1_450),
            ..once
        };
        assert_eq!(used_up.standing(1_500), Standing::Ended);
        for grant in [paused, ended, used_up] {
            assert!(!grant.allows(Item::Email, Purpose::Receipt, 1_500));
        }
    }
}
