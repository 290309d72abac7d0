//! What the payee of a review learns: decided by the switches, shown before, told when it is paid.
//!
//! A payee that makes no invoice unless it is told something is told that much when it is asked for
//! one, if the person has said so. Everything else leaves the device when the payment does.

use std::collections::BTreeMap;

use farthing_policy::{Item, SharingAsk, SharingDecision, SharingFacts, decide_sharing};
use farthing_rails::Telling;
use farthing_rails::lnurl::{PayerAsks, Till};
use farthing_store::history::PaymentId;
use serde::{Deserialize, Serialize};

use super::{Ask, Payee, ReviewError, ReviewRequest, nobody_asked};
use crate::clock::now_ms;
use crate::merchants::{MerchantDetails, MerchantError};
use crate::sharing::{Answered, Yes};
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What a payee is told and when, as a review keeps it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ToTell {
    /// Everything it asked for, with its reasons.
    pub(crate) asked: Vec<(SharingAsk, Option<String>)>,
    /// What it was told already, to make its invoice.
    pub(crate) already: Vec<SharingAsk>,
    /// What it is told when it is paid.
    pub(crate) later: Vec<SharingAsk>,
    /// What the person chose for this payment.
    pub(crate) chosen: Vec<Item>,
    /// And for this payment alone.
    pub(crate) only_this_time: bool,
    /// When they chose it, in milliseconds since 1970.
    pub(crate) chosen_ms: u64,
    /// Where an invoice is made anew that commits to what is told, and for how many millisatoshis.
    pub(crate) till: Option<(Till, u64)>,
}

impl ToTell {
    /// Everything it is told, before and when it is paid.
    pub(crate) fn all(&self) -> impl Iterator<Item = SharingAsk> {
        self.already.iter().chain(&self.later).copied()
    }

    /// Whether what was asked for is told.
    pub(crate) fn tells(&self, ask: &SharingAsk) -> bool {
        self.all().any(|told| told == *ask)
    }

    pub(crate) fn yes(&self) -> Yes<'_> {
        Yes {
            chosen: &self.chosen,
            only_this_time: self.only_this_time,
            chosen_ms: self.chosen_ms,
        }
    }

    /// What was asked for and what it was answered with.
    pub(crate) fn answers(&self) -> Vec<(SharingAsk, Option<String>, Answered)> {
        let answer = |ask: &SharingAsk| {
            if self.tells(ask) {
                Answered::Shared
            } else {
                Answered::NotNow
            }
        };
        let asked = self.asked.iter();
        asked
            .map(|(ask, why)| (*ask, why.clone(), answer(ask)))
            .collect()
    }
}

/// What a payee wants to know and would take, before anything was decided.
pub(super) struct Wishes {
    asked: Vec<(SharingAsk, Option<String>)>,
    unknown: Vec<String>,
    takes: &'static [Item],
}

impl Wishes {
    /// Of somebody who takes a note and asks for nothing.
    pub(super) fn note() -> Self {
        Self {
            asked: Vec::new(),
            unknown: Vec::new(),
            takes: &[Item::Note],
        }
    }

    /// Of somebody who cannot be told anything.
    pub(super) fn none() -> Self {
        Self {
            takes: &[],
            ..Self::note()
        }
    }

    /// Of a payee over LNURL.
    pub(super) fn of(asks: &PayerAsks, till: &Till) -> Self {
        let takes: &[Item] = if till.comment_allowed > 0 {
            &[Item::Note]
        } else {
            &[]
        };
        Self {
            takes,
            ..Self::of_site(asks)
        }
    }

    /// Of a site that wants to be paid for a page.
    pub(super) fn of_site(asks: &PayerAsks) -> Self {
        let known = asks.known.iter();
        Self {
            asked: known
                .map(|known| (known.ask, known.why.as_ref().map(ToString::to_string)))
                .collect(),
            unknown: asks.unknown.iter().map(ToString::to_string).collect(),
            takes: &[],
        }
    }
}

/// A decision with everything it takes to show it and to carry it out.
pub(super) struct Decided {
    pub(super) sharing: ToTell,
    pub(super) asks: Vec<Ask>,
}

impl Wallet {
    /// Decides what a payee learns. Tells nobody anything.
    pub(super) fn decide_telling(
        &self,
        payee: &Payee,
        wishes: Wishes,
        request: &ReviewRequest,
    ) -> Result<Decided, ReviewError> {
        let details = self
            .known(&payee.id)?
            .map(|(_, details)| details)
            .unwrap_or_default();
        let chosen = chosen(request)?;
        let values = self.values_to_tell(payee, &details, request.note.as_deref())?;
        let at_hand: Vec<Item> = values.keys().copied().collect();
        let asks: Vec<SharingAsk> = wishes.asked.iter().map(|(ask, _)| *ask).collect();
        let now = now_ms();
        let decision = decide_sharing(&SharingFacts {
            asks: &asks,
            takes: wishes.takes,
            grants: &details.grants,
            chosen: &chosen,
            at_hand: &at_hand,
            now_ms: now,
        });
        let mut lacking: Vec<String> = decision.lacking.iter().map(ToString::to_string).collect();
        lacking.extend(wishes.unknown);
        if let Some(item) = decision.unasked.first() {
            return Err(nobody_asked(item.code()));
        }
        if let Some(item) = decision.empty.first() {
            return Err(ReviewError::CannotShare {
                item: item.to_string(),
            });
        }
        if !lacking.is_empty() {
            self.remember_refused(payee, &wishes.asked, &decision)?;
            return Err(ReviewError::Demands { items: lacking });
        }
        let shown = shown(&wishes.asked, &decision, &details, &at_hand, now);
        let (already, later) = decision.shared.iter().partition(|ask| ask.required);
        Ok(Decided {
            sharing: ToTell {
                asked: wishes.asked,
                already,
                later,
                chosen,
                only_this_time: request.only_this_time,
                chosen_ms: now,
                till: None,
            },
            asks: shown,
        })
    }

    /// What a payee is told for it to make an invoice at all; it is written down when this returns.
    pub(super) fn tell_to_learn_the_price(
        &self,
        payee: &Payee,
        sharing: &ToTell,
        note: Option<&str>,
    ) -> Result<Telling, ReviewError> {
        if sharing.already.is_empty() {
            return Ok(Telling::nothing());
        }
        let telling = self.telling(payee, &sharing.already, note)?;
        let merchant = self.meet(payee)?.ok_or_else(StoreTrouble::damaged)?;
        self.write_down_telling(merchant, PaymentId::random(), &telling, sharing.yes())
            .map_err(told_or_not)?;
        Ok(telling)
    }

    /// The words for what was decided. A value that has gone in the meantime ends it.
    pub(crate) fn telling(
        &self,
        payee: &Payee,
        shared: &[SharingAsk],
        note: Option<&str>,
    ) -> Result<Telling, ReviewError> {
        let details = self
            .known(&payee.id)?
            .map(|(_, details)| details)
            .unwrap_or_default();
        let values = self.values_to_tell(payee, &details, note)?;
        let decision = SharingDecision {
            shared: shared.to_vec(),
            ..SharingDecision::default()
        };
        Telling::of(&decision, &values).map_err(|missing| ReviewError::CannotShare {
            item: missing.0.to_string(),
        })
    }

    fn values_to_tell(
        &self,
        payee: &Payee,
        details: &MerchantDetails,
        note: Option<&str>,
    ) -> Result<BTreeMap<Item, String>, StoreTrouble> {
        self.values_for(details, &payee.id, note)
    }

    /// A no to something that is insisted on is a no all the same, and remembered.
    fn remember_refused(
        &self,
        payee: &Payee,
        asked: &[(SharingAsk, Option<String>)],
        decision: &SharingDecision,
    ) -> Result<(), ReviewError> {
        let Some(merchant) = self.meet(payee)? else {
            return Ok(());
        };
        let refused: Vec<_> = asked
            .iter()
            .filter(|(ask, _)| ask.required && decision.lacking.contains(&ask.item))
            .map(|(ask, why)| (*ask, why.clone(), Answered::NotNow))
            .collect();
        self.remember_asked(merchant, &refused).map_err(told_or_not)
    }
}

/// The items a person chose, each once.
fn chosen(request: &ReviewRequest) -> Result<Vec<Item>, ReviewError> {
    let mut chosen = Vec::new();
    for name in &request.share {
        let item = name.parse().map_err(|_| nobody_asked(name))?;
        if !chosen.contains(&item) {
            chosen.push(item);
        }
    }
    Ok(chosen)
}

/// What a person sees: everything it asked for, and what they share beside.
fn shown(
    asked: &[(SharingAsk, Option<String>)],
    decision: &SharingDecision,
    details: &MerchantDetails,
    at_hand: &[Item],
    now_ms: u64,
) -> Vec<Ask> {
    let row = |ask: SharingAsk, why: Option<String>| Ask {
        item: ask.item.code().to_owned(),
        purpose: Some(ask.purpose.code().to_owned()),
        why,
        required: ask.required,
        shared: decision.shared.contains(&ask),
        has_value: at_hand.contains(&ask.item),
        quiet: details.keeps_quiet_about(ask, now_ms),
    };
    let mut rows: Vec<Ask> = asked
        .iter()
        .map(|(ask, why)| row(*ask, why.clone()))
        .collect();
    let unasked = decision
        .shared
        .iter()
        .filter(|shared| !asked.iter().any(|(ask, _)| ask == *shared));
    rows.extend(unasked.map(|ask| row(*ask, None)));
    rows
}

pub(crate) fn told_or_not(error: MerchantError) -> ReviewError {
    match error {
        MerchantError::Store(trouble) => trouble.into(),
        other => ReviewError::Sharing(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_policy::Purpose;

    #[test]
    fn what_was_asked_for_and_not_told_was_answered_with_a_no() {
        let ask = |item, required| SharingAsk {
            item,
            purpose: Purpose::Deliver,
            required,
        };
        let sharing = ToTell {
            asked: vec![
                (ask(Item::Name, true), None),
                (ask(Item::Email, false), Some("tickets".into())),
                (ask(Item::Phone, false), None),
            ],
            already: vec![ask(Item::Name, true)],
            later: vec![ask(Item::Email, false)],
            ..ToTell::default()
        };
        let answers: Vec<Answered> = sharing.answers().into_iter().map(|(.., how)| how).collect();
        assert_eq!(
            answers,
            [Answered::Shared, Answered::Shared, Answered::NotNow]
        );
    }
}
