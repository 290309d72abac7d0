//! The review of a Cashu payment request.

use farthing_money::{Amount, Breakdown, Unit};
use farthing_rails::code::{Request, Transport};
use farthing_rails::ecash::{HandCost, HandError, Purse, PurseId, Trouble};

use super::name::Named;
use super::sharing::Wishes;
use super::{Asked, BEARER, Plan, Planned, ReviewError, ReviewRequest, Way, absurd, host_of};
use crate::journal::PaymentKind;
use crate::left::missing;
use crate::lines::of_hand;
use crate::unnamed::Unnamed;
use crate::wallet::Wallet;

/// Whose e-cash a payee takes.
pub(super) struct Accepted<'a> {
    /// The issuers it names; any, where it names none.
    pub(super) issuers: &'a [url::Url],
    /// Whether it takes that of nobody else.
    pub(super) strict: bool,
}

impl Wallet {
    pub(super) async fn plan_request(
        &self,
        asked: &Request,
        named: Option<&Named>,
        request: &ReviewRequest,
    ) -> Result<Planned, ReviewError> {
        let once = crate::once::of_request(asked);
        self.check_unclaimed(once.as_deref())?;
        let unit: Option<Unit> = match asked.unit.as_deref() {
            Some(unit) => Some(unit.parse().map_err(|_| ReviewError::Unsupported {
                kind: "unit".to_owned(),
                why: "this request is in a unit without a proper name".to_owned(),
            })?),
            None => None,
        };
        let (url, origin) = match self.delivery_of(asked)? {
            Some(url) => (
                Some(url.to_string()),
                Some(url.origin().ascii_serialization()),
            ),
            None => (None, None),
        };
        let net = match (asked.amount, request.amount, unit) {
            (Some(value), None, Some(unit)) => Amount::new(value, unit).map_err(absurd)?,
            (Some(value), Some(_), Some(unit)) => {
                return Err(ReviewError::AmountFixed {
                    asked: Amount::new(value, unit).map_err(absurd)?,
                });
            }
            (_, Some(amount), Some(unit)) if amount.unit() != unit => {
                return Err(ReviewError::OtherUnit { asked: unit });
            }
            (None, Some(amount), _) => amount,
            _ => return Err(ReviewError::AmountNeeded),
        };
        let about = asked
            .description
            .as_ref()
            .map(ToString::to_string)
            .filter(|text| !text.is_empty());
        let payee = match (named, origin) {
            (Some(named), _) => self.payee_named(named)?,
            (None, Some(origin)) => {
                self.payee(self.merchant_at(&origin)?, host_of(&origin), Some(origin))?
            }
            (None, None) => self.payee(BEARER.to_owned(), Unnamed::Bearer.called(), None)?,
        };
        // Whoever takes the coins from our hands hears a note from our mouth.
        let wishes = match &url {
            Some(_) => Wishes::note(),
            None => Wishes::none(),
        };
        let told = self.decide_telling(&payee, wishes, request)?;
        let accepted = Accepted {
            issuers: &asked.issuers,
            strict: !asked.issuers_preferred,
        };
        let plan = |cost| Plan::Request {
            net,
            cost,
            url: url.clone(),
            reference: asked.id.as_ref().map(ToString::to_string),
            memo: None,
        };
        let (ways, refusals) = self
            .ways_by_hand(request.purse.as_ref(), net, accepted, plan)
            .await?;
        Ok(Planned {
            asked: Asked {
                about,
                once,
                asks: told.asks,
                sharing: Some(told.sharing),
                ..Asked::by(payee, PaymentKind::CashuRequest)
            },
            ways,
            refusals,
        })
    }

    /// The ways to hand over e-cash that nets its receiver `net`, and the purses that cannot.
    pub(super) async fn ways_by_hand(
        &self,
        named: Option<&PurseId>,
        net: Amount,
        accepted: Accepted<'_>,
        plan: impl Fn(HandCost) -> Plan,
    ) -> Result<(Vec<Way>, Vec<(Purse, ReviewError)>), ReviewError> {
        let issuers: Vec<String> = accepted
            .issuers
            .iter()
            .map(|issuer| trimmed(issuer.as_str()))
            .collect();
        let any = issuers.is_empty() || !accepted.strict;
        let fits = |purse: &Purse| {
            purse.unit == net.unit() && (any || issuers.contains(&trimmed(&purse.issuer)))
        };
        let purses = match self.purses_for(named, fits).await {
            Err(ReviewError::NoFittingPurse { .. }) => {
                return Err(ReviewError::NoFittingPurse { issuers });
            }
            purses => purses?,
        };
        let mut ways = Vec::new();
        let mut refusals = Vec::new();
        for purse in purses {
            match self.way_by_hand(&purse, net, &plan).await {
                Ok(way) => ways.push(way),
                Err(error @ ReviewError::Store(_)) => return Err(error),
                Err(error) => refusals.push((purse, error)),
            }
        }
        Ok((ways, refusals))
    }

    async fn way_by_hand(
        &self,
        purse: &Purse,
        net: Amount,
        plan: impl Fn(HandCost) -> Plan,
    ) -> Result<Way, ReviewError> {
        let cost = self
            .ecash
            .plan_hand(purse, net)
            .await
            .map_err(|error| match error {
                HandError::Short { at_most } => ReviewError::Short {
                    at_most,
                    missing: missing(net, at_most),
                },
                HandError::Trouble(trouble) => trouble.into(),
                other => ReviewError::Issuer(Trouble::Dishonest(other.to_string())),
            })?;
        Ok(Way {
            purse: purse.clone(),
            cost: Breakdown::of(net, of_hand(purse, &cost).map_err(absurd)?).map_err(absurd)?,
            plan: plan(cost),
            conversion: None,
            expires_at_ms: 0,
        })
    }

    /// Where the request wants its coins; `None` when it is to be handed back the way it came.
    fn delivery_of(&self, asked: &Request) -> Result<Option<url::Url>, ReviewError> {
        if asked.transports.is_empty() {
            return Ok(None);
        }
        let mut refused = None;
        for transport in &asked.transports {
            if let Transport::Post(url) = transport {
                match self.ecash.gate().check(url.as_str()) {
                    Ok(url) => return Ok(Some(url)),
                    Err(blocked) => refused = Some(blocked),
                }
            }
        }
        match refused {
            Some(blocked) => Err(ReviewError::Address(blocked.to_string())),
            None => Err(ReviewError::Unsupported {
                kind: "nostr".to_owned(),
                why: "this payee only takes delivery over Nostr, which this wallet does not send"
                    .to_owned(),
            }),
        }
    }
}

fn trimmed(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}
