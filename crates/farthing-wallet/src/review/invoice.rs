//! The review of a Lightning invoice.

use farthing_money::{Amount, FeeLine, Rate, Unit};
use farthing_rails::code::{About, Invoice, Network};
use farthing_rails::ecash::{LightningQuote, MeltError, Purse, Trouble};
use farthing_vault::Mark;

use super::name::Named;
use super::prices::Wanted;
use super::{
    Asked, Conversion, Plan, Planned, ReviewError, ReviewRequest, Way, absurd, nobody_asked,
};
use crate::clock::now_ms;
use crate::journal::PaymentKind;
use crate::left::missing;
use crate::lines::of_melt;
use crate::unnamed::Unnamed;
use crate::wallet::Wallet;

impl Wallet {
    pub(super) async fn plan_invoice(
        &self,
        invoice: &Invoice,
        named: Option<&Named>,
        request: &ReviewRequest,
    ) -> Result<Planned, ReviewError> {
        // An invoice carries no words to its payee. Of several ways to pay, one that does is taken.
        if let Some(item) = request.share.first() {
            return Err(nobody_asked(item));
        }
        let payee = match named {
            Some(named) => self.payee_named(named)?,
            None => {
                let name = invoice.label.as_ref().map_or_else(
                    || Unnamed::lightning(&invoice.payee).called(),
                    ToString::to_string,
                );
                self.payee(format!("lightning:{}", invoice.payee), name, None)?
            }
        };
        let about = match &invoice.about {
            About::Text(words) if !words.is_empty() => Some(words.to_string()),
            _ => None,
        };
        let asked = Asked {
            about,
            once: Some(crate::once::of_invoice(invoice)),
            ..Asked::by(payee, PaymentKind::LightningInvoice)
        };
        self.plan_invoice_of(asked, invoice, request).await
    }

    /// The ways to pay an invoice, to whoever `asked` for it.
    pub(super) async fn plan_invoice_of(
        &self,
        asked: Asked,
        invoice: &Invoice,
        request: &ReviewRequest,
    ) -> Result<Planned, ReviewError> {
        self.check_unclaimed(asked.once.as_deref())?;
        let now = now_ms();
        if invoice.expires_at.saturating_mul(1000) <= now {
            return Err(ReviewError::CodeExpired);
        }
        if *self.mark() == Mark::Real && invoice.network != Network::Bitcoin {
            return Err(ReviewError::OtherNetwork);
        }
        let open_amount = match (invoice.amount_msat, request.amount) {
            (Some(msat), Some(_)) => {
                let asked = Amount::new(msat, Unit::Msat).map_err(absurd)?;
                return Err(ReviewError::AmountFixed {
                    asked: asked.to_sat_rounded_up().unwrap_or(asked),
                });
            }
            (Some(_), None) => None,
            (None, Some(amount)) => Some(
                amount
                    .to_msat()
                    .map_err(|_| ReviewError::OtherUnit { asked: Unit::Sat })?
                    .value(),
            ),
            (None, None) => match invoice.suggested_msat {
                Some(msat) => Some(msat),
                None => return Err(ReviewError::AmountNeeded),
            },
        };
        let (ways, refusals) = self
            .ways_by_lightning(
                request.purse.as_ref(),
                Wanted::Invoice(invoice, open_amount),
            )
            .await?;
        Ok(Planned {
            asked,
            ways,
            refusals,
        })
    }

    /// What paying from a purse costs. `charges` are what others add to the price inside the
    /// invoice's amount, in the purse's unit.
    pub(crate) async fn way_by_lightning(
        &self,
        purse: &Purse,
        invoice: &Invoice,
        open: Option<u64>,
        charges: &[FeeLine],
    ) -> Result<Way, ReviewError> {
        let quote = self.ecash.quote_invoice(purse, invoice, open).await?;
        let (asked, until) = (invoice.amount_msat.or(open), invoice.expires_at);
        self.way_by_quote(purse, quote, asked, until, charges).await
    }

    /// The same for a price that was asked for already, of a code that stands `until` then, in seconds
    /// since 1970; 0 for ever.
    pub(super) async fn way_by_quote(
        &self,
        purse: &Purse,
        quote: LightningQuote,
        asked_msat: Option<u64>,
        until: u64,
        charges: &[FeeLine],
    ) -> Result<Way, ReviewError> {
        let cost = match self.ecash.plan_melt(purse, &quote).await {
            Ok(cost) => cost,
            Err(MeltError::Short { at_most }) => {
                let needed = quote.amount.checked_add(quote.fee_reserve);
                return Err(ReviewError::Short {
                    at_most,
                    missing: missing(needed.map_err(absurd)?, at_most),
                });
            }
            Err(MeltError::Trouble(trouble)) => return Err(trouble.into()),
            Err(other) => return Err(ReviewError::Issuer(Trouble::Dishonest(other.to_string()))),
        };
        let conversion = asked_msat
            .map(|msat| self.conversion(cost.amount, msat))
            .transpose()?
            .flatten();
        let markup = conversion.as_ref().and_then(|(_, markup)| *markup);
        let lines = of_melt(purse, &cost, charges, asked_msat, markup).map_err(absurd)?;
        let expires_at = [until, quote.expires_at]
            .into_iter()
            .filter(|at| *at > 0)
            .min()
            .unwrap_or(0);
        Ok(Way {
            purse: purse.clone(),
            cost: lines,
            conversion: conversion.map(|(conversion, _)| conversion),
            plan: Plan::Lightning { quote, cost },
            expires_at_ms: expires_at.saturating_mul(1000),
        })
    }

    /// What an issuer's price for `msat` says of its rate, and how much of the price is above the
    /// going one. Uses what is known: a review asks no source of rates.
    fn conversion(
        &self,
        price: Amount,
        msat: u64,
    ) -> Result<Option<(Conversion, Option<Amount>)>, ReviewError> {
        let Some(implied) = Rate::implied(price, msat) else {
            return Ok(None);
        };
        let going = self.known_rate(implied.currency())?;
        let worth = going
            .as_ref()
            .and_then(|going| going.rate.worth_rounded_up(msat));
        let markup = worth.and_then(|worth| price.sub_or_zero(worth).ok());
        let above =
            |(worth, markup): (Amount, Amount)| markup.basis_points_of(worth).ok().flatten();
        let conversion = Conversion {
            implied,
            above_basis_points: worth.zip(markup).and_then(above),
            going,
        };
        Ok(Some((conversion, markup)))
    }
}
