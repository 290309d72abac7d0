//! The review of a Lightning offer.
//!
//! The issuer asks the payee for the invoice and shows it to nobody, so nothing here can prove who was
//! paid; see docs/known-issues.md. An offer may be paid again and again: no payment claims it.

use farthing_money::{Amount, Unit};
use farthing_rails::code::{Network, Offer};
use farthing_rails::ecash::Purse;
use farthing_vault::Mark;

use super::name::Named;
use super::prices::Wanted;
use super::{Asked, Payee, Planned, ReviewError, ReviewRequest, Way, absurd, nobody_asked};
use crate::clock::now_ms;
use crate::journal::PaymentKind;
use crate::unnamed::Unnamed;
use crate::wallet::Wallet;

impl Wallet {
    pub(super) async fn plan_offer(
        &self,
        offer: &Offer,
        named: Option<&Named>,
        request: &ReviewRequest,
    ) -> Result<Planned, ReviewError> {
        // The issuer passes nothing on. Of several ways to pay, one that tells the payee is taken.
        if let Some(item) = request.share.first() {
            return Err(nobody_asked(item));
        }
        if offer
            .expires_at
            .is_some_and(|at| at.saturating_mul(1000) <= now_ms())
        {
            return Err(ReviewError::CodeExpired);
        }
        if *self.mark() == Mark::Real && !offer.networks.contains(&Network::Bitcoin) {
            return Err(ReviewError::OtherNetwork);
        }
        let open = open_amount(offer, request)?;
        let payee = match named {
            Some(named) => self.payee_named(named)?,
            None => self.payee_of_offer(offer)?,
        };
        let asked = Asked {
            about: offer.about.as_ref().map(ToString::to_string),
            ..Asked::by(payee, PaymentKind::LightningOffer)
        };
        let (ways, mut refusals) = self
            .ways_by_lightning(request.purse.as_ref(), Wanted::Offer(offer, open))
            .await?;
        // An issuer that could pay, and does not now, says more than one that never could.
        refusals.sort_by_key(|(_, error)| matches!(error, ReviewError::NoOffers));
        Ok(Planned {
            asked,
            ways,
            refusals,
        })
    }

    pub(super) async fn way_by_offer(
        &self,
        purse: &Purse,
        offer: &Offer,
        open: Option<u64>,
    ) -> Result<Way, ReviewError> {
        if !self.ecash.pays_offers(purse).await? {
            return Err(ReviewError::NoOffers);
        }
        let quote = self.ecash.quote_offer(purse, offer, open).await?;
        let (asked, until) = (offer.amount_msat.or(open), offer.expires_at.unwrap_or(0));
        self.way_by_quote(purse, quote, asked, until, &[]).await
    }

    /// Whoever holds the key that makes the offer's invoices: nobody else can be paid by it, whatever
    /// the offer says. It is the payee of an invoice under the same key, too. Without a key the ends of
    /// hidden paths make the invoices, one as well as another, and only the whole offer is itself.
    fn payee_of_offer(&self, offer: &Offer) -> Result<Payee, ReviewError> {
        let (id, key) = match &offer.payee {
            Some(key) => (format!("lightning:{key}"), key),
            None => (format!("offer:{}", offer.id), &offer.id),
        };
        let said = offer.issuer.as_ref().or(offer.label.as_ref());
        let name = said.map_or_else(|| Unnamed::lightning(key).called(), ToString::to_string);
        self.payee(id, name, None)
    }
}

/// How much the person pays where the offer leaves it open, in millisatoshis.
fn open_amount(offer: &Offer, request: &ReviewRequest) -> Result<Option<u64>, ReviewError> {
    let said = request
        .amount
        .map(|amount| {
            amount
                .to_msat()
                .map(|msat| msat.value())
                .map_err(|_| ReviewError::OtherUnit { asked: Unit::Sat })
        })
        .transpose()?;
    match (offer.amount_msat, said.or(offer.suggested_msat)) {
        (None, Some(open)) => Ok(Some(open)),
        (None, None) => Err(ReviewError::AmountNeeded),
        (Some(fixed), _) if said.is_none_or(|said| said == fixed) => Ok(None),
        (Some(fixed), _) => {
            let asked = Amount::new(fixed, Unit::Msat).map_err(absurd)?;
            Err(ReviewError::AmountFixed {
                asked: asked.to_sat_rounded_up().unwrap_or(asked),
            })
        }
    }
}
