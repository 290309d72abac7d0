//! The review of a page or file behind HTTP 402.

use farthing_money::{Amount, Unit};
use farthing_rails::code::{About, Invoice, Plain, Request};
use farthing_rails::content::{Demand, Ticket};
use farthing_rails::ecash::Purse;

use super::request::Accepted;
use super::sharing::{Decided, Wishes};
use super::{Asked, Plan, Planned, Review, ReviewError, ReviewRequest, Way, absurd, host_of};
use crate::journal::PaymentKind;
use crate::merchants::site_of;
use crate::once::{of_invoice, of_request_at};
use crate::pages::{Page, PageError, Priced, Seen, once};
use crate::wallet::Wallet;

/// The name under which one bill for a page is claimed, if it is to be paid once only.
fn bill(demand: &Demand, site: &str) -> Option<String> {
    match demand {
        Demand::Cash(request) => of_request_at(request, site),
        Demand::Invoice { invoice, .. } => Some(of_invoice(invoice)),
        _ => None,
    }
}

/// The ways there are, and the purses that cannot go them.
type Ways = (Vec<Way>, Vec<(Purse, ReviewError)>);

impl Wallet {
    /// Asks the site and plans the payment it wants.
    pub(super) async fn review_address(
        &self,
        url: &url::Url,
        request: &ReviewRequest,
    ) -> Result<Review, ReviewError> {
        match self.look_at(url).await {
            Ok(Seen::Priced(priced)) => self.review_page(priced, request).await.map_err(unwrapped),
            Ok(Seen::Claimed(payment)) => Err(ReviewError::AlreadyPaid {
                payment: self.readable(payment),
            }),
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
        let site = site_of(&origin);
        let payee = self.payee(self.merchant_at(&origin)?, host_of(&origin), Some(origin))?;
        let wishes = Wishes::of_site(&priced.demands.asks);
        let Decided { mut sharing, asks } = self.decide_telling(&payee, wishes, request)?;
        // The price is known without it: all of it leaves with the payment.
        sharing.later = sharing.all().collect();
        sharing.already.clear();
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
                    self.page_ways_by_cash(asked, request).await
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
                    self.page_ways_by_invoice(invoice, ticket, request).await
                }
                _ => continue,
            };
            match found {
                Ok((found, refused)) => {
                    ways.extend(found);
                    refusals.extend(refused);
                }
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
            told: None,
        };
        // The page, and every bill for it: each may also come by another way.
        let demands = priced.demands.payable.iter();
        let mut bills: Vec<String> = demands.filter_map(|demand| bill(demand, &site)).collect();
        bills.sort();
        bills.dedup();
        bills.insert(0, once(&page.url));
        let once = bills.join("\n");
        self.check_unclaimed(Some(&once))?;
        let asked = Asked {
            about,
            once: Some(once),
            page: Some(page),
            asks,
            sharing: Some(sharing),
            ..Asked::by(payee, PaymentKind::Page)
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
    ) -> Result<Ways, ReviewError> {
        let unit: Unit = asked
            .unit
            .as_deref()
            .and_then(|unit| unit.parse().ok())
            .ok_or(ReviewError::AmountNeeded)?;
        let value = asked.amount.ok_or(ReviewError::AmountNeeded)?;
        let net = Amount::new(value, unit).map_err(absurd)?;
        // A site takes the e-cash of those it names and of nobody else (NUT-24), whatever it
        // would rather have.
        let accepted = Accepted {
            issuers: &asked.issuers,
            strict: true,
        };
        let plan = |cost| Plan::PageByCash { net, cost };
        self.ways_by_hand(request.purse.as_ref(), net, accepted, plan)
            .await
    }

    async fn page_ways_by_invoice(
        &self,
        invoice: &Invoice,
        ticket: &Ticket,
        request: &ReviewRequest,
    ) -> Result<Ways, ReviewError> {
        // The invoice itself carries no words to the site.
        let request = &ReviewRequest {
            share: Vec::new(),
            ..request.clone()
        };
        // The same invoice may be paid already, without the page.
        let Planned { ways, refusals, .. } = self.plan_invoice(invoice, None, request).await?;
        let for_page = |way| match way {
            Way {
                plan: Plan::Lightning { quote, cost },
                ..
            } => Way {
                plan: Plan::PageByInvoice {
                    quote,
                    cost,
                    ticket: ticket.clone(),
                },
                ..way
            },
            other => other,
        };
        Ok((ways.into_iter().map(for_page).collect(), refusals))
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
