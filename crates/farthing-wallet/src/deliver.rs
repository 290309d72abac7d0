//! Sending a payee its coins, and what its answer, or its silence, means for them.

use farthing_policy::Item;
use farthing_rails::ecash::{HandError, Handed, HandedState, Purse, Trouble};
use farthing_rails::gate::Errand;

use crate::clock::now_ms;
use crate::journal::{Delivery, Ended, Outcome, Proof, Story};
use crate::pay::{ended_back, ended_hand};
use crate::purses::files;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;
use crate::why::{Between, Why};

/// How long a payee may take before what it has not redeemed is taken back, in milliseconds: a week.
const FOR_AN_ANSWER_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// What a payee answered to its coins.
pub(crate) enum Answer {
    Accepted,
    Rejected(u16),
    Unknown,
}

impl Answer {
    fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Accepted,
            // 408, 429 and 5xx may come from something in front of a payee that has the coins.
            400..=499 if !matches!(status, 408 | 429) => Self::Rejected(status),
            _ => Self::Unknown,
        }
    }
}

impl Wallet {
    /// Sends coins to the payee's address and judges by its answer, or by where the coins are.
    pub(crate) async fn deliver(
        &self,
        purse: &Purse,
        handed: &Handed,
        delivery: &Delivery,
    ) -> Result<Option<Ended>, StoreTrouble> {
        let Some(address) = delivery.url.as_deref() else {
            return Ok(None);
        };
        let Ok(url) = self.ecash.gate().check(address) else {
            return self
                .take_back_undelivered(purse, handed, Between::Address.into())
                .await;
        };
        let payload = handed
            .payload(purse, delivery.id.as_deref(), delivery.memo.as_deref())
            .map_err(files)?;
        let answer = match self
            .ecash
            .gate()
            .post_json(Errand::Delivery, url, payload)
            .await
        {
            Ok(reply) => Answer::of(reply.status),
            Err(_) => Answer::Unknown,
        };
        self.judge(purse, handed, &answer, address).await
    }

    /// What the payee's answer to its coins means for them.
    pub(crate) async fn judge(
        &self,
        purse: &Purse,
        handed: &Handed,
        answer: &Answer,
        address: &str,
    ) -> Result<Option<Ended>, StoreTrouble> {
        match answer {
            Answer::Accepted => {
                self.ecash
                    .close_delivered(purse, handed.payment)
                    .await
                    .map_err(files)?;
                Ok(Some(ended_hand(purse, &handed.cost, accepted(address))?))
            }
            Answer::Rejected(status) => {
                let why = Between::Rejected(*status).into();
                let ended = self.take_back_undelivered(purse, handed, why).await?;
                Ok(ended.map(|ended| match ended.outcome {
                    Outcome::Paid if ended.why.is_none() => Ended {
                        why: Some(Between::RejectedAndTaken(*status).into()),
                        ..ended
                    },
                    _ => ended,
                }))
            }
            Answer::Unknown => match self.ecash.look_after(purse, handed).await {
                Ok(HandedState::Taken) => Ok(Some(ended_hand(purse, &handed.cost, redeemed())?)),
                Err(Trouble::Store(what)) => Err(StoreTrouble(what)),
                _ => Ok(None),
            },
        }
    }

    /// A payee that refuses still has a copy of the coins: new ones are made of them before the
    /// payment is called not paid.
    pub(crate) async fn take_back_undelivered(
        &self,
        purse: &Purse,
        handed: &Handed,
        why: Why,
    ) -> Result<Option<Ended>, StoreTrouble> {
        match self.ecash.take_back(purse, handed.payment).await {
            Ok(back) => Ok(Some(ended_back(purse, &handed.cost, &back, why)?)),
            Err(HandError::NotDone(_)) => match self.ecash.look_after(purse, handed).await {
                // It says no and takes the money: the issuer's books say paid.
                Ok(HandedState::Taken) => Ok(Some(ended_hand(purse, &handed.cost, redeemed())?)),
                _ => Ok(None),
            },
            Err(HandError::Trouble(Trouble::Store(what))) => Err(StoreTrouble(what)),
            Err(_) => Ok(None),
        }
    }

    /// Goes on with e-cash whose way to its payee was interrupted.
    pub(crate) async fn resume_handed(
        &self,
        purse: &Purse,
        story: &Story,
    ) -> Result<Option<Ended>, StoreTrouble> {
        let id = uuid_of(story.payment);
        let Some(handed) = self.ecash.handed(id).await.map_err(files)? else {
            return Ok(None);
        };
        let (page, delivery) = (&story.begun.page, &story.begun.delivery);
        if delivery.as_ref().is_some_and(|to| to.url.is_none()) {
            // It died before the token was shown, or just after: the person has it in the
            // receipt, and can take it back.
            return Ok(Some(ended_hand(purse, &handed.cost, None)?));
        }
        match self.ecash.look_after(purse, &handed).await {
            Ok(HandedState::Taken) => Ok(Some(ended_hand(purse, &handed.cost, redeemed())?)),
            // The same coins once more: a payee or a site that has them takes them once.
            Ok(HandedState::Waiting) => match (page, delivery) {
                // Not sent once more first: it would be taken back while its payee takes it.
                _ if waited(story, FOR_AN_ANSWER_MS) => {
                    self.take_back_undelivered(purse, &handed, Between::TakenBack.into())
                        .await
                }
                (Some(page), _) => self.show_again(purse, &handed, story, page).await,
                (None, Some(delivery)) => {
                    let delivery = self.still_said(story, delivery)?;
                    self.deliver(purse, &handed, &delivery).await
                }
                (None, None) => Ok(None),
            },
            // The rest is wanted by nobody any more.
            Ok(HandedState::Partly) if waited(story, FOR_AN_ANSWER_MS) => {
                self.take_back_undelivered(purse, &handed, Between::TakenBack.into())
                    .await
            }
            Ok(HandedState::TakenBack | HandedState::Partly | HandedState::InUse) => Ok(None),
            Err(Trouble::Store(what)) => Err(StoreTrouble(what)),
            Err(_) => Ok(None),
        }
    }

    /// What goes with the coins when they are sent again.
    fn still_said(&self, story: &Story, delivery: &Delivery) -> Result<Delivery, StoreTrouble> {
        let mut note = story.begun.told.clone();
        note.retain(|told| told.item == Item::Note);
        let off = delivery.memo.is_some() && self.switched_off_since(story, &note)?;
        Ok(Delivery {
            memo: delivery.memo.clone().filter(|_| !off),
            ..delivery.clone()
        })
    }
}

/// Whether a payment began so long ago, by a clock that may be set back.
fn waited(story: &Story, ms: u64) -> bool {
    now_ms().saturating_sub(story.at_ms) > ms
}

fn accepted(address: &str) -> Option<Proof> {
    Some(Proof {
        kind: "accepted".to_owned(),
        text: address.to_owned(),
    })
}

fn redeemed() -> Option<Proof> {
    Some(Proof {
        kind: "redeemed".to_owned(),
        text: "the issuer says the coins were redeemed".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_payee_that_can_have_said_so_itself_rejects() {
        for status in 0..=999 {
            let rejects = matches!(Answer::of(status), Answer::Rejected(said) if said == status);
            let accepts = matches!(Answer::of(status), Answer::Accepted);
            assert_eq!(accepts, (200..300).contains(&status), "{status}");
            let says_no = (400..500).contains(&status) && status != 408 && status != 429;
            assert_eq!(rejects, says_no, "{status}");
        }
    }
}
