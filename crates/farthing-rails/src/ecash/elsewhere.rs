//! Numbers that were used elsewhere: by another copy of this wallet, or by this one before an old
//! backup was put back.
//!
//! Their coins are ours and come into the purse. But an issuer can also say so of an exchange
//! that it did: then what goes in is gone, whatever it says of it, and counting both would be a
//! false balance. So nothing is given up for the asking: the exchange is tried once more under
//! new numbers, and only the issuer's own signatures on those end it or, where it is not in doubt
//! itself, its refusal.

use cdk::MintQuoteResponse;
use cdk::nuts::nut00::KnownMethod;
use cdk::nuts::{Id, MintQuoteState, PaymentMethod, State};
use cdk_common::wallet::ProofInfo;

use super::Ecash;
use super::exchange::{Exchange, Finish, Goal};
use super::keysets::Freshness;
use super::numbers::Taken;
use super::outputs::Outputs;
use super::purse::{Purse, currency};
use super::trouble::{Refusal, Trouble};

impl Ecash {
    /// Whether the coins were signed in this exchange. Another copy of this wallet, or this one
    /// before an old backup was put back, may have used the same counters for another: then
    /// nothing went in here, and dropping the inputs would lose them.
    pub(super) async fn were_signed_for_this(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<bool, Trouble> {
        if let Goal::Issue { quote } = &exchange.goal {
            let method = PaymentMethod::Known(KnownMethod::Bolt11);
            let reply = self
                .client(&purse.mint()?)
                .get_mint_quote_status(method, quote)
                .await?;
            return match reply {
                MintQuoteResponse::Bolt11(reply) => Ok(reply.state == MintQuoteState::Issued),
                _ => Err(Trouble::Dishonest(
                    "it answered with another way of paying".to_owned(),
                )),
            };
        }
        let names = Self::input_names(exchange)?;
        let states = self.ask_states(&purse.mint()?, &names).await?;
        Ok(names.iter().all(|y| states.get(y) != Some(&State::Unspent)))
    }

    /// Exactly these coins are signed, and what goes in is called good: another copy made the
    /// same coins of others, or one of the two is not true. The same request once more tells: an
    /// issuer that did it knows its inputs.
    pub(super) async fn told_two_stories(
        &self,
        purse: &Purse,
        exchange: &Exchange,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        match self.send_again(purse, exchange).await {
            Ok(signatures) => self.finish_swap(purse, exchange, &signatures, true).await,
            // What goes in is in use or gone after all: wait for one story.
            Err(
                pending @ Trouble::Refused(
                    Refusal::AlreadySpent
                    | Refusal::AlreadyIssued
                    | Refusal::CoinsPending
                    | Refusal::UnderWay,
                ),
            ) => Ok(Finish::Undecided(pending)),
            // Issuers have many words for coins that were made: that the invoice is paid, too.
            Err(Trouble::Refused(_)) => self.used_elsewhere(purse, exchange, true).await,
            Err(trouble) => Ok(Finish::Undecided(trouble)),
        }
    }

    /// The coins made under these numbers come into the purse as far as they are still good, the
    /// counter moves past them, and the exchange is tried once more behind them. `doubted` when
    /// they are exactly the coins this exchange asked for.
    pub(super) async fn used_elsewhere(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        doubted: bool,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        let caught_up = async {
            let keyset = self.keyset_of(purse, exchange).await?;
            self.catch_up_from(purse, &keyset, exchange.outputs.counter)
                .await
        };
        match caught_up.await {
            Ok(_) => {}
            Err(trouble @ Trouble::Store(_)) => return Err(trouble),
            // The record stays: without these numbers nothing else would look for the coins.
            Err(trouble) => return Ok(Finish::Undecided(trouble)),
        }
        let keyset = exchange.outputs.keyset;
        self.look_everywhere(&keyset).await?;
        let doubted = doubted || exchange.doubted;
        let renumbered = self.renumbered(exchange, keyset, doubted).await?;
        let refused = match self.send_again(purse, &renumbered).await {
            Ok(signatures) => {
                return self
                    .finish_swap(purse, &renumbered, &signatures, false)
                    .await;
            }
            Err(refused @ Trouble::Refused(_)) => refused,
            Err(trouble) => return Ok(Finish::Undecided(trouble)),
        };
        let names = Self::input_names(&renumbered)?;
        let states = match self.ask_states(&purse.mint()?, &names).await {
            Ok(states) => states,
            Err(trouble) => return Ok(Finish::Undecided(trouble)),
        };
        if names.iter().any(|y| states.get(y) == Some(&State::Spent)) {
            self.drop_spent(purse, &renumbered, &states).await?;
            return Ok(Finish::NotDone(Trouble::Refused(Refusal::AlreadySpent)));
        }
        if renumbered.doubted {
            return self.refused_in_doubt(purse, &renumbered, refused).await;
        }
        let untouched = names.iter().all(|y| states.get(y) == Some(&State::Unspent));
        if !untouched || refused == Trouble::Refused(Refusal::AlreadySpent) {
            // Two stories in one breath: wait for one.
            return Ok(Finish::Undecided(refused));
        }
        self.give_up(purse, &renumbered, refused).await
    }

    /// No refusal ends what is in doubt: it says nothing of what goes in. With keys that sign no more
    /// it would be refused for ever, so it is tried once with those that do.
    pub(super) async fn refused_in_doubt(
        &self,
        purse: &Purse,
        exchange: &Exchange,
        refused: Trouble,
    ) -> Result<Finish<Vec<ProofInfo>>, Trouble> {
        self.heed(purse, &refused).await?;
        if refused != Trouble::Refused(Refusal::KeysChanged) {
            return Ok(Finish::Undecided(refused));
        }
        let unit = currency(&purse.unit);
        let signing = self
            .signing_keyset(&purse.mint()?, &unit, Freshness::Recent)
            .await?;
        if signing.id == exchange.outputs.keyset {
            return Ok(Finish::Undecided(refused));
        }
        let renumbered = self.renumbered(exchange, signing.id, true).await?;
        match self.send_again(purse, &renumbered).await {
            Ok(signatures) => {
                self.finish_swap(purse, &renumbered, &signatures, false)
                    .await
            }
            Err(trouble) => Ok(Finish::Undecided(trouble)),
        }
    }

    /// The same exchange for coins of new numbers in this key set. On disk before anything is sent:
    /// from here on it is these numbers that are asked about.
    async fn renumbered(
        &self,
        exchange: &Exchange,
        keyset: Id,
        doubted: bool,
    ) -> Result<Exchange, Trouble> {
        let worths = exchange.outputs.worths.clone();
        let Taken { first, below } = self.take_numbers(&keyset, worths.len()).await?;
        let renumbered = Exchange {
            outputs: Outputs {
                keyset,
                counter: first,
                worths,
            },
            below,
            doubted,
            ..exchange.clone()
        };
        self.write_record("exchange", &renumbered.id.to_string(), &renumbered)
            .await?;
        Ok(renumbered)
    }
}
