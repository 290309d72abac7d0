//! What was asked of a merchant, and whether it answered.

use farthing_policy::{Law, RequestKind, RequestState, answer_due_ms, request_state};
use farthing_store::history::{MerchantId, PaymentId};
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::journal::Event;
use crate::merchants::{MerchantDetails, MerchantError};
use crate::wallet::Wallet;

/// Most requests kept of one merchant; the journal has them all.
const MOST: usize = 100;

/// Something that was asked of a merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRequest {
    /// Its name.
    pub id: String,
    /// What was asked.
    pub kind: RequestKind,
    /// Under which law.
    pub law: Law,
    /// When the person sent it, in milliseconds since 1970.
    pub asked_ms: u64,
    /// The last millisecond in which an answer is in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<u64>,
    /// When the person said that it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_ms: Option<u64>,
}

impl DataRequest {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self, now_ms: u64) -> RequestState {
        request_state(self.due_ms, self.answered_ms, now_ms)
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestChange {
    Sent,
    Answered,
}

/// A request as it was sent or answered; one journal row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestEvent {
    pub(crate) change: RequestChange,
    pub(crate) request: DataRequest,
}

impl MerchantDetails {
    /// Whether a yes under which it was told something was taken back, and it does not know yet.
    pub(crate) fn offers_notice(&self) -> bool {
        let ended = self.grants.iter().filter_map(|grant| {
            let used = grant.last_used_ms.is_some();
            grant.ended_ms.filter(|_| used)
        });
        let noticed = |ended: u64| {
            let mut notices = self.requests.iter();
            notices.any(|known| known.kind == RequestKind::Notice && known.asked_ms >= ended)
        };
        ended.into_iter().any(|ended| !noticed(ended))
    }

    /// The request that waits for the same answer already: asking twice does not move its end.
    fn waits_for(&self, kind: RequestKind, law: Law, now_ms: u64) -> bool {
        let same = |known: &&DataRequest| {
            known.kind == kind && known.law == law && known.state(now_ms) == RequestState::Asked
        };
        match kind {
            RequestKind::Notice => {
                self.requests.iter().any(|known| same(&known)) && !self.offers_notice()
            }
            RequestKind::Access | RequestKind::Erasure => {
                self.requests.iter().any(|known| same(&known))
            }
        }
    }

    fn keep_request(&mut self, request: DataRequest) {
        if self.requests.len() >= MOST {
            let answered = |known: &DataRequest| known.answered_ms.is_some();
            self.requests
                .remove(self.requests.iter().position(answered).unwrap_or(0));
        }
        self.requests.push(request);
    }
}

impl Wallet {
    /// Keeps that the person sent a request now: its clock begins. One that waits for its answer
    /// already is left as it is.
    ///
    /// # Errors
    /// [`MerchantError`]; nothing was kept then.
    pub fn request_sent(
        &self,
        merchant: MerchantId,
        kind: RequestKind,
        law: Law,
    ) -> Result<(), MerchantError> {
        let now = now_ms();
        self.change_details(merchant, PaymentId::random(), |details| {
            if details.waits_for(kind, law, now) {
                return Ok(Vec::new());
            }
            let request = DataRequest {
                id: uuid::Uuid::new_v4().to_string(),
                kind,
                law,
                asked_ms: now,
                due_ms: answer_due_ms(kind, law, now),
                answered_ms: None,
            };
            details.keep_request(request.clone());
            Ok(vec![Event::Request(RequestEvent {
                change: RequestChange::Sent,
                request,
            })])
        })
    }

    /// Keeps that a request was answered now; the first time counts.
    ///
    /// # Errors
    /// [`MerchantError::NoSuchRequest`], [`MerchantError::NoSuchMerchant`].
    pub fn request_answered(
        &self,
        merchant: MerchantId,
        request: &str,
    ) -> Result<(), MerchantError> {
        self.change_details(merchant, PaymentId::random(), |details| {
            let mut known = details.requests.iter_mut();
            let known = known
                .find(|known| known.id == request.trim())
                .ok_or(MerchantError::NoSuchRequest)?;
            if known.answered_ms.is_some() {
                return Ok(Vec::new());
            }
            known.answered_ms = Some(now_ms());
            Ok(vec![Event::Request(RequestEvent {
                change: RequestChange::Answered,
                request: known.clone(),
            })])
        })
    }
}

/// What sorts requests: overdue before waiting before answered; the longest overdue first, the last
/// answered first.
pub(crate) const fn urgency(state: RequestState, asked_ms: u64) -> (u8, u64) {
    match state {
        RequestState::Overdue => (0, asked_ms),
        RequestState::Asked => (1, asked_ms),
        RequestState::Answered => (2, u64::MAX - asked_ms),
    }
}

#[cfg(test)]
mod tests {
    use farthing_policy::{Grant, Item, Purpose};

    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1000;

    fn request(kind: RequestKind, asked_ms: u64, answered_ms: Option<u64>) -> DataRequest {
        DataRequest {
            id: asked_ms.to_string(),
            kind,
            law: Law::Gdpr,
            asked_ms,
            due_ms: answer_due_ms(kind, Law::Gdpr, asked_ms),
            answered_ms,
        }
    }

    fn taken_back(at_ms: u64, used: bool) -> Grant {
        Grant {
            id: "g".into(),
            item: Item::Email,
            purpose: Purpose::Receipt,
            since_ms: 0,
            until_ms: 90 * DAY,
            paused: false,
            once: false,
            ended_ms: Some(at_ms),
            last_used_ms: used.then_some(1),
        }
    }

    #[test]
    fn asking_again_while_there_is_time_does_not_move_the_end() {
        let mut details = MerchantDetails::default();
        let waits = |details: &MerchantDetails, kind, now| details.waits_for(kind, Law::Gdpr, now);
        assert!(!waits(&details, RequestKind::Access, 0));
        details.keep_request(request(RequestKind::Access, 0, None));
        assert!(waits(&details, RequestKind::Access, DAY));
        assert!(!waits(&details, RequestKind::Erasure, DAY));
        assert!(!details.waits_for(RequestKind::Access, Law::Ccpa, DAY));
        // Who was not answered in time may ask again.
        assert!(!waits(&details, RequestKind::Access, 60 * DAY));
    }

    #[test]
    fn a_notice_is_offered_for_what_was_told_and_taken_back_until_it_is_sent() {
        let mut details = MerchantDetails::default();
        assert!(!details.offers_notice());
        details.grants.push(taken_back(5, false));
        assert!(!details.offers_notice(), "it was never told anything");
        details.grants.push(taken_back(7, true));
        assert!(details.offers_notice());
        details.keep_request(request(RequestKind::Notice, 9, None));
        assert!(!details.offers_notice());
        assert!(details.waits_for(RequestKind::Notice, Law::Gdpr, 10));
        details.grants.push(taken_back(11, true));
        assert!(details.offers_notice());
        assert!(!details.waits_for(RequestKind::Notice, Law::Gdpr, 12));
    }

    #[test]
    fn who_asks_without_an_end_fills_a_list_and_what_waits_stays_in_it() {
        let mut details = MerchantDetails::default();
        details.keep_request(request(RequestKind::Erasure, 1, None));
        for at in 0..1_000 {
            details.keep_request(request(RequestKind::Access, 10 + at, Some(20 + at)));
        }
        assert_eq!(details.requests.len(), MOST);
        assert_eq!(details.requests[0].kind, RequestKind::Erasure);
    }

    #[test]
    fn what_is_overdue_comes_first_and_what_was_answered_last() {
        let mut all = [
            (RequestState::Answered, 1),
            (RequestState::Asked, 5),
            (RequestState::Overdue, 4),
            (RequestState::Answered, 2),
            (RequestState::Overdue, 3),
        ];
        all.sort_by_key(|(state, asked)| urgency(*state, *asked));
        assert_eq!(all.map(|(_, asked)| asked), [3, 4, 5, 2, 1]);
    }
}
