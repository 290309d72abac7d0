//! What merchants asked for, and what they were answered: a no is remembered too.

use farthing_policy::{ASK_AGAIN_AFTER_MS, Item, Purpose, SharingAsk, may_ask_again};
use serde::{Deserialize, Serialize};

use crate::merchants::MerchantDetails;

/// Most different things remembered of one merchant.
const MOST: usize = 60;

/// What a merchant was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// It was told.
    Shared,
    /// It was not.
    NotNow,
}

impl Answered {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::NotNow => "not_now",
        }
    }
}

/// Something a merchant asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What.
    pub item: Item,
    /// What for.
    pub purpose: Purpose,
    /// Its reason, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// It took no payment without it.
    pub required: bool,
    /// When it was answered last, in milliseconds since 1970.
    pub at_ms: u64,
    /// What.
    pub answer: Answered,
}

impl Asked {
    /// Before when nobody is asked for it again, in milliseconds since 1970.
    #[must_use]
    pub fn quiet_until_ms(&self) -> Option<u64> {
        (self.answer == Answered::NotNow).then(|| self.at_ms.saturating_add(ASK_AGAIN_AFTER_MS))
    }

    fn is_of(&self, ask: SharingAsk) -> bool {
        self.item == ask.item && self.purpose == ask.purpose
    }
}

impl MerchantDetails {
    /// Remembers what something that was asked for was answered with.
    pub(crate) fn answered(
        &mut self,
        ask: SharingAsk,
        why: Option<String>,
        answer: Answered,
        at_ms: u64,
    ) {
        let asked = Asked {
            item: ask.item,
            purpose: ask.purpose,
            why,
            required: ask.required,
            at_ms,
            answer,
        };
        // Being quiet goes on from the first no: asking again and again does not renew it, and
        // neither does it shorten it.
        if answer == Answered::NotNow && self.keeps_quiet_about(ask, at_ms) {
            return;
        }
        if let Some(known) = self.asked.iter_mut().find(|known| known.is_of(ask)) {
            *known = asked;
        } else if self.asked.len() < MOST {
            self.asked.push(asked);
        }
    }

    /// Whether the person said no to this lately, and is not to be asked again.
    pub(crate) fn keeps_quiet_about(&self, ask: SharingAsk, now_ms: u64) -> bool {
        let last = self.asked.iter().find(|asked| asked.is_of(ask));
        let denied = last.filter(|asked| asked.answer == Answered::NotNow);
        !may_ask_again(denied.map(|asked| asked.at_ms), now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASK: SharingAsk = SharingAsk {
        item: Item::Email,
        purpose: Purpose::Marketing,
        required: false,
    };

    #[test]
    fn a_shop_that_asks_every_day_is_quiet_for_thirty_days_and_not_for_ever() {
        let mut details = MerchantDetails::default();
        let day = 24 * 60 * 60 * 1000;
        let mut asked_on = Vec::new();
        for now in 0..70_u64 {
            if !details.keeps_quiet_about(ASK, now * day) {
                asked_on.push(now);
            }
            details.answered(ASK, None, Answered::NotNow, now * day);
        }
        assert_eq!(asked_on, [0, 30, 60]);
        assert_eq!(details.asked.len(), 1);
    }

    #[test]
    fn what_was_shared_once_may_be_asked_for_again() {
        let mut details = MerchantDetails::default();
        details.answered(ASK, Some("to win a prize".into()), Answered::Shared, 5);
        assert!(!details.keeps_quiet_about(ASK, 6));
        details.answered(ASK, None, Answered::NotNow, 7);
        assert!(details.keeps_quiet_about(ASK, 8));
        let other = SharingAsk {
            purpose: Purpose::Receipt,
            ..ASK
        };
        assert!(!details.keeps_quiet_about(other, 8));
    }

    #[test]
    fn a_shop_that_asks_for_everything_fills_a_list_and_not_the_disk() {
        let mut details = MerchantDetails::default();
        for (n, item) in Item::ALL.into_iter().cycle().take(1_000).enumerate() {
            let purpose = Purpose::ALL[n % 5];
            let ask = SharingAsk {
                item,
                purpose,
                required: false,
            };
            details.answered(ask, None, Answered::NotNow, 1);
        }
        assert!(details.asked.len() <= MOST);
    }
}
