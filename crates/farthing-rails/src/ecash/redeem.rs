//! Taking e-cash in: a stranger's coins are swapped for our own at once, so that nobody else
//! who has seen the token can spend them.

use cdk::nuts::nut00::ProofsMethods;
use cdk::nuts::{Proofs, PublicKey};
use farthing_money::{Amount, Unit};
use uuid::Uuid;

use super::Ecash;
use super::coins::{MOST_COINS, input_fee, stock_up};
use super::exchange::{Finish, Goal, Inputs};
use super::keysets::Freshness;
use super::purse::{Purse, currency};
use super::recover::PaymentResult;
use super::trouble::{Refusal, Trouble};
use crate::code::{Lock, Token};

/// What redeeming a token brings, in the purse's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedeemCost {
    /// What the coins say they are worth.
    pub face: Amount,
    /// What the issuer keeps for taking them.
    pub fee: Amount,
    /// What will be in the purse.
    pub received: Amount,
}

/// A token that was redeemed.
pub type Redeemed = RedeemCost;

/// Why a token was not redeemed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedeemError {
    /// Somebody's key is needed to spend the coins.
    #[error("the coins are locked to somebody's key")]
    Locked,
    /// More coins than one exchange takes.
    #[error("the token has {coins} coins, more than {most}")]
    TooManyCoins {
        /// How many it has.
        coins: usize,
        /// How many are taken.
        most: usize,
    },
    /// The issuer's fee eats the coins.
    #[error("the issuer's fee of {fee} leaves nothing of {face}")]
    WorthLess {
        /// What the coins say they are worth.
        face: Amount,
        /// What redeeming would cost.
        fee: Amount,
    },
    /// The coins are of another issuer or unit than the purse.
    #[error("the token is not of this purse")]
    OtherPurse,
    /// Somebody has redeemed these coins, or some of them.
    #[error("these coins were already redeemed")]
    AlreadyRedeemed,
    /// Not redeemed, proven.
    #[error(transparent)]
    NotDone(Trouble),
    /// The issuer's answer is still out; the coins are kept and asked about again.
    #[error("not known yet: {0}")]
    Undecided(Trouble),
    /// The wallet's files or the issuer, before anything was sent.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl Ecash {
    /// The unit of a token; very old ones name none and mean satoshis.
    ///
    /// # Errors
    /// [`Trouble::Dishonest`] for a unit whose name cannot be shown.
    pub fn unit_of_token(&self, token: &Token) -> Result<Unit, Trouble> {
        token
            .unit
            .as_deref()
            .unwrap_or("sat")
            .parse()
            .map_err(|_| Trouble::Dishonest("the token's unit has no proper name".to_owned()))
    }

    /// What redeeming `token` into `purse` brings.
    ///
    /// # Errors
    /// [`RedeemError`]; nothing was changed.
    pub async fn plan_redeem(
        &self,
        purse: &Purse,
        token: &Token,
    ) -> Result<RedeemCost, RedeemError> {
        Ok(self.read_coins(purse, token).await?.1)
    }

    async fn read_coins(
        &self,
        purse: &Purse,
        token: &Token,
    ) -> Result<(Proofs, RedeemCost), RedeemError> {
        if token.lock != Lock::None {
            return Err(RedeemError::Locked);
        }
        if token.coins > MOST_COINS {
            return Err(RedeemError::TooManyCoins {
                coins: token.coins,
                most: MOST_COINS,
            });
        }
        let issuer = purse.mint()?;
        if self
            .purse_with(token.issuer.as_str(), &self.unit_of_token(token)?)
            .await?
            .map(|purse| purse.id)
            != Some(purse.id.clone())
        {
            return Err(RedeemError::OtherPurse);
        }
        let unit = currency(&purse.unit);
        let coins_of = |keysets: &std::collections::BTreeMap<_, cdk::nuts::KeySetInfo>| {
            // Short names of key sets in a token only mean something with the issuer's list.
            let listed: Vec<_> = keysets.values().cloned().collect();
            token.as_cdk().proofs(&listed).ok()
        };
        let mut keysets = self.keysets(&issuer, &unit, Freshness::Recent).await?;
        let known = |coins: &Proofs, keysets: &std::collections::BTreeMap<cdk::nuts::Id, _>| {
            coins
                .iter()
                .all(|coin| keysets.contains_key(&coin.keyset_id))
        };
        let mut coins = coins_of(&keysets);
        if !coins.as_ref().is_some_and(|coins| known(coins, &keysets)) {
            keysets = self.keysets(&issuer, &unit, Freshness::Now).await?;
            coins = coins_of(&keysets);
        }
        let coins = coins
            .filter(|coins| known(coins, &keysets))
            .ok_or_else(|| {
                Trouble::Dishonest("the token's coins are of a key set it does not list".to_owned())
            })?;
        let total = |each: &dyn Fn(&cdk::nuts::Proof) -> u64| {
            coins
                .iter()
                .try_fold(0_u64, |sum, coin| sum.checked_add(each(coin)))
        };
        let absurd = || Trouble::Dishonest("the token's amount is absurd".to_owned());
        let face = purse.amount(total(&|coin| u64::from(coin.amount)).ok_or_else(absurd)?)?;
        let ppk = total(&|coin| {
            keysets
                .get(&coin.keyset_id)
                .map_or(0, |keyset| keyset.input_fee_ppk)
        })
        .ok_or_else(absurd)?;
        let fee = purse.amount(input_fee(ppk))?;
        match face.checked_sub(fee) {
            Ok(received) if !received.is_zero() => Ok((
                coins,
                RedeemCost {
                    face,
                    fee,
                    received,
                },
            )),
            _ => Err(RedeemError::WorthLess { face, fee }),
        }
    }

    /// Redeems `token` into `purse`. The coins are on disk before they are sent.
    ///
    /// # Errors
    /// [`RedeemError`]; only [`RedeemError::Undecided`] leaves it open.
    pub async fn redeem(
        &self,
        purse: &Purse,
        payment: Uuid,
        token: &Token,
    ) -> Result<Redeemed, RedeemError> {
        let _held = self.hold(&purse.id).await;
        let (coins, cost) = self.read_coins(purse, token).await?;
        let names: Vec<PublicKey> = coins
            .ys()
            .map_err(|_| Trouble::Dishonest("a coin in the token is malformed".to_owned()))?;
        if !self
            .db
            .get_proofs_by_ys(names.clone())
            .await
            .map_err(Trouble::from)?
            .is_empty()
        {
            // Our own coins: taking them back is another thing, with another record.
            return Err(RedeemError::NotDone(Trouble::Refused(
                Refusal::CoinsPending,
            )));
        }
        let keyset = self
            .signing_keyset(&purse.mint()?, &currency(&purse.unit), Freshness::Recent)
            .await?;
        let staying: Vec<u64> = self
            .free_coins(purse)
            .await?
            .iter()
            .map(|held| held.coin.worth)
            .collect();
        let worths = stock_up(cost.received.value(), &staying, &keyset.mintage())
            .ok_or_else(|| Trouble::Dishonest("its coins cannot make this amount".to_owned()))?;
        let begun =
            self.exchanges_of(&purse.id)
                .await?
                .into_iter()
                .find(|exchange| match &exchange.inputs {
                    Inputs::Foreign { coins } => coins
                        .ys()
                        .is_ok_and(|ys| ys.iter().any(|y| names.contains(y))),
                    _ => false,
                });
        if let Some(exchange) = begun {
            // The same coins are already on their way in, under another payment.
            return match self.find_out_swap(purse, &exchange, None).await? {
                Finish::Done(_) => {
                    self.finish_redeem(purse, &exchange).await?;
                    Err(RedeemError::AlreadyRedeemed)
                }
                Finish::NotDone(trouble) => Err(sort(trouble)),
                Finish::Undecided(trouble) => Err(RedeemError::Undecided(trouble)),
            };
        }
        let inputs = Inputs::Foreign { coins };
        let goal = Goal::Swap { fences: None };
        let exchange = self
            .begin(
                purse,
                payment,
                goal,
                inputs,
                &keyset,
                worths,
                cost.fee.value(),
            )
            .await?;
        match self.run_swap(purse, &exchange).await? {
            Finish::Done(_) => {
                self.finish_redeem(purse, &exchange).await?;
                Ok(cost)
            }
            Finish::NotDone(trouble) => Err(sort(trouble)),
            Finish::Undecided(trouble) => Err(RedeemError::Undecided(trouble)),
        }
    }

    pub(super) async fn finish_redeem(
        &self,
        _purse: &Purse,
        exchange: &super::exchange::Exchange,
    ) -> Result<(), Trouble> {
        let received = exchange.outputs.worth();
        let result = PaymentResult::Received {
            received,
            fee: exchange.fee,
        };
        self.write_record("result", &exchange.payment.to_string(), &result)
            .await?;
        self.forget_exchange(exchange).await
    }
}

fn sort(trouble: Trouble) -> RedeemError {
    match trouble {
        Trouble::Refused(Refusal::AlreadySpent) => RedeemError::AlreadyRedeemed,
        other => RedeemError::NotDone(other),
    }
}
