//! The review of a page or file behind HTTP 402.

use farthing_money::{Amount, Breakdown, Unit};
use farthing_rails::code::{About, Invoice, Network, Plain, Request};
use farthing_rails::content::{Demand, Ticket};
use farthing_rails::ecash::{HandError, Purse, Trouble};
use farthing_vault::Mark;

use super::request::trimmed;
use super::{Asked, Plan, Planned, Review, ReviewError, ReviewRequest, Way, absurd, host_of};
use crate::journal::PaymentKind;
use crate::left::missing;
use crate::lines::of_hand;
use crate::pages::{Page, PageError, Priced, Seen, once};
use crate::wallet::Wallet;

impl Wallet {
    /// Asks the site and plans the payment it wants.
    pub(super) async fn review_address(
        &self,
        url: &url::Url,
        request: &ReviewRequest,
    ) -> Result<Review, ReviewError> {
        match self.look_at(url).await {
            Ok(Seen::Priced(priced)) => self.review_page(priced, request).await.map_err(unwrapped),
            Ok(Seen::Claimed(payment)) => Err(ReviewError::AlreadyPaid { payment }),
            Ok(Seen::Free(_)) => Err(ReviewError::PageIsFree),
            Err(error) => Err(unwrapped(error)),
        }
    }

    /// Plans the payment of a page in every way it can be paid, from every purse.
    pub(crate) async fn review_page(
        &self,
        priced: Priced,
        request: &ReviewRequest,
    ) -> Result<Review, PageError> {
        if request.amount.is_some() {
            // The site names its price; paying another would buy nothing.
            return Err(ReviewError::PageNamesPrice.into());
        }
        if priced.demands.payable.is_empty() {
            return Err(priced.cannot_be_paid());
        }
        let origin = priced.url.origin().ascii_serialization();
        let payee = self.payee(origin.clone(), host_of(&origin), Some(origin))?;
        // A site's own words for this price, before the title of the page that asks for it.
        let mut about = None;
        let mut ways = Vec::new();
        let mut refusals = Vec::new();
        let mut quoted = false;
        let mut unfit = None;
        for demand in &priced.demands.payable {
            let found = match demand {
                Demand::Cash(asked) => {
                    about = about.or_else(|| words(asked.description.as_ref()));
                    self.page_ways_by_cash(asked, request, &mut refusals).await
                }
                // One quote is enough: a second invoice asks for the same thing.
                Demand::Invoice { .. } if quoted => continue,
                Demand::Invoice {
                    invoice,
                    ticket,
                    about: said,
                } => {
                    quoted = true;
                    about = about
                        .or_else(|| words(said.as_ref()))
                        .or_else(|| described(invoice));
                    self.page_ways_by_invoice(invoice, ticket, request, &mut refusals)
                        .await
                }
                _ => continue,
            };
            match found {
                Ok(found) => ways.extend(found),
                Err(error @ ReviewError::Store(_)) => return Err(error.into()),
                Err(error) => unfit = unfit.or(Some(error)),
            }
        }
        if let (true, true, Some(error)) = (ways.is_empty(), refusals.is_empty(), unfit) {
            return Err(error.into());
        }
        let about = about.or(priced.title);
        let page = Page {
            url: priced.url.to_string(),
            title: about.clone(),
            ticket: None,
        };
        let asked = Asked {
            kind: PaymentKind::Page,
            payee,
            about,
            once: Some(once(&page.url)),
            page: Some(page),
            asks: Vec::new(),
            after: None,
        };
        let planned = Planned {
            asked,
            ways,
            refusals,
        };
        Ok(self.seal(vec![planned], request)?)
    }

    async fn page_ways_by_cash(
        &self,
        asked: &Request,
        request: &ReviewRequest,
        refusals: &mut Vec<(Purse, ReviewError)>,
    ) -> Result<Vec<Way>, ReviewError> {
        let unit: Unit = asked
            .unit
            .as_deref()
            .and_then(|unit| unit.parse().ok())
            .ok_or(ReviewError::AmountNeeded)?;
        let value = asked.amount.ok_or(ReviewError::AmountNeeded)?;
        let net = Amount::new(value, unit).map_err(absurd)?;
        let accepted: Vec<String> = asked
            .issuers
            .iter()
            .map(|issuer| trimmed(issuer.as_str()))
            .collect();
        let fits = |purse: &Purse| {
            purse.unit == unit
                && (accepted.is_empty() || accepted.contains(&trimmed(&purse.issuer)))
        };
        let purses = match self.purses_for(request.purse.as_ref(), fits).await {
            Err(ReviewError::NoFittingPurse { .. }) => {
                return Err(ReviewError::NoFittingPurse { issuers: accepted });
            }
            purses => purses?,
        };
        let mut ways = Vec::new();
        for purse in purses {
            match self.page_way_by_cash(&purse, net).await {
                Ok(way) => ways.push(way),
                Err(error @ ReviewError::Store(_)) => return Err(error),
                Err(error) => refusals.push((purse, error)),
            }
        }
        Ok(ways)
    }

    async fn page_way_by_cash(&self, purse: &Purse, net: Amount) -> Result<Way, ReviewError> {
        let cost = match self.ecash.plan_hand(purse, net).await {
            Ok(cost) => cost,
            Err(HandError::Short { at_most }) => {
                return Err(ReviewError::Short {
                    at_most,
                    missing: missing(net, at_most),
                });
            }
            Err(HandError::Trouble(trouble)) => return Err(trouble.into()),
            Err(other) => return Err(ReviewError::Issuer(Trouble::Dishonest(other.to_string()))),
        };
        Ok(Way {
            purse: purse.clone(),
            cost: Breakdown::of(net, of_hand(purse, &cost).map_err(absurd)?).map_err(absurd)?,
            plan: Plan::PageByCash { net, cost },
            conversion: None,
            expires_at_ms: 0,
        })
    }

    async fn page_ways_by_invoice(
        &self,
        invoice: &Invoice,
        ticket: &Ticket,
        request: &ReviewRequest,
        refusals: &mut Vec<(Purse, ReviewError)>,
    ) -> Result<Vec<Way>, ReviewError> {
        // The same invoice may be paid already, without the page.
        self.check_unclaimed(Some(&crate::once::of_invoice(invoice)))?;
        if invoice.expires_at.saturating_mul(1000) <= crate::clock::now_ms() {
            return Err(ReviewError::CodeExpired);
        }
        if *self.mark() == Mark::Real && invoice.network != Network::Bitcoin {
            return Err(ReviewError::OtherNetwork);
        }
        for purse in self.purses_for(request.purse.as_ref(), |_| true).await? {
            match self.way_by_lightning(&purse, invoice, None, &[]).await {
                Ok(mut way) => {
                    if let Plan::Lightning { quote, cost } = way.plan {
                        way.plan = Plan::PageByInvoice {
                            quote,
                            cost,
                            ticket: ticket.clone(),
                        };
                    }
                    // Each further purse would cost a question to its issuer.
                    return Ok(vec![way]);
                }
                Err(error @ ReviewError::Store(_)) => return Err(error),
                Err(error) => refusals.push((purse, error)),
            }
        }
        Ok(Vec::new())
    }
}

fn words(text: Option<&Plain>) -> Option<String> {
    text.map(ToString::to_string)
        .filter(|text| !text.is_empty())
}

fn described(invoice: &Invoice) -> Option<String> {
    match &invoice.about {
        About::Text(text) => words(Some(text)),
        _ => None,
    }
}

fn unwrapped(error: PageError) -> ReviewError {
    match error {
        PageError::Review(error) => *error,
        PageError::Store(trouble) => ReviewError::Store(trouble),
        other => ReviewError::Page(Box::new(other)),
    }
}
