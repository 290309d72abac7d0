//! The review: payee, price, every fee and the worst case, before anything moves.
//!
//! A review is sealed on disk and names its payment. Paying takes its id and nothing else, so
//! what is charged is what was shown.

mod choice;
mod error;
mod invoice;
mod lnurl;
mod merchant;
mod move_money;
mod name;
mod offer;
mod page;
mod prices;
mod request;
mod sharing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use farthing_money::{Amount, Breakdown, Rate, Unit};
use farthing_policy::{Decision, Factor, PayeeStanding, PaymentFacts, Warning, decide_payment};
use farthing_rails::Contact;
use farthing_rails::code::{PaymentCode, plain_text, read};
use farthing_rails::content::Ticket;
use farthing_rails::ecash::{HandCost, LightningQuote, MeltCost, Purse, PurseId, Trouble};
use farthing_rails::picture::{PictureError, read_picture};
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::journal::{Delivery, PaymentKind};
use crate::pages::Page;
use crate::purses::PurseBalance;
use crate::rates::GoingRate;
use crate::success::After;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

pub use error::ReviewError;
use lnurl::Via;
pub(crate) use merchant::who_can_pay;
pub(crate) use move_money::Arrival;
pub use move_money::{MoveError, MoveRequest};
use name::Named;
pub(crate) use sharing::{ToTell, told_or_not};

/// How long a review stands at most, in milliseconds.
const STANDS_FOR_MS: u64 = 10 * 60 * 1000;
/// Longest note a person adds, in characters.
const LONGEST_NOTE: usize = 280;
/// The kind of document a review is kept as.
const REVIEW: &str = "review";

/// A payment code as it came.
#[derive(Clone)]
pub enum CodeInput {
    /// As text.
    Text(String),
    /// As a picture file's bytes.
    Picture(Vec<u8>),
}

impl fmt::Debug for CodeInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A code can be money.
        f.write_str(match self {
            Self::Text(_) => "CodeInput::Text(..)",
            Self::Picture(_) => "CodeInput::Picture(..)",
        })
    }
}

/// What a person wants reviewed.
#[derive(Debug, Clone)]
pub struct ReviewRequest {
    /// The code.
    pub code: CodeInput,
    /// How much, where the code leaves it open; in the purse's unit.
    pub amount: Option<Amount>,
    /// What to share with this payee, by item: a yes, for 90 days.
    pub share: Vec<String>,
    /// A yes for this payment alone.
    pub only_this_time: bool,
    /// A note for the person's own history. It leaves the device only where `note` is shared.
    pub note: Option<String>,
    /// Pay from this purse.
    pub purse: Option<PurseId>,
}

/// A review's name: random, and worthless without the wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewId(String);

impl fmt::Display for ReviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ReviewId {
    type Err = ReviewError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        uuid::Uuid::try_parse(text.trim())
            .map(|id| Self(id.to_string()))
            .map_err(|_| ReviewError::NoSuchReview)
    }
}

/// Who is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    /// What makes it this payee and no other: a site, a Lightning address or a key.
    pub id: String,
    /// What it is called here.
    pub name: String,
    /// Its origin, where it has one.
    pub origin: Option<String>,
    /// Never paid before.
    pub first_time: bool,
}

impl Payee {
    pub(crate) fn standing(&self) -> PayeeStanding {
        match self.id.as_str() {
            BEARER => PayeeStanding::Bearer,
            OWN_PURSE => PayeeStanding::Known,
            _ if self.first_time => PayeeStanding::FirstTime,
            _ => PayeeStanding::Known,
        }
    }
}

/// Something the payee wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What.
    pub item: String,
    /// What for.
    pub purpose: Option<String>,
    /// The payee's reason, in its own words.
    #[serde(default)]
    pub why: Option<String>,
    /// No payment without it.
    pub required: bool,
    /// It will be shared.
    pub shared: bool,
    /// There is something to share.
    #[serde(default)]
    pub has_value: bool,
    /// The person said no lately, and is not to be asked again.
    #[serde(default)]
    pub quiet: bool,
}

/// What an issuer's rate is, and what it is measured by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// The rate its price comes to.
    pub implied: Rate,
    /// The going rate, where one is known.
    pub going: Option<GoingRate>,
    /// How much of the price is above what it is worth at the going rate, in basis points of that
    /// worth, rounded up.
    pub above_basis_points: Option<u64>,
}

/// Another way the same payment could be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// The purse.
    pub purse: Purse,
    /// The kind of payment, where it is another than the review's.
    #[serde(default)]
    pub kind: Option<PaymentKind>,
    /// What it would cost at most; `None` when it cannot pay.
    pub total_at_most: Option<Amount>,
    /// Why it was not chosen: `costs_more`, `costs_the_same`, `no_rate`, or the name of the error
    /// that keeps it from paying.
    #[serde(default)]
    pub code: String,
    /// The same as a sentence.
    pub why: String,
}

/// The sealed plan of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its name.
    pub id: ReviewId,
    /// Until when it can be paid, in milliseconds since 1970.
    pub expires_at_ms: u64,
    /// Who is paid.
    pub payee: Payee,
    /// What kind of payment.
    pub kind: PaymentKind,
    /// What it is for, in the payee's words, as plain text.
    pub about: Option<String>,
    /// Price, every fee, and the worst case.
    pub cost: Breakdown,
    /// The rate of the issuer, where it turns one unit into another.
    #[serde(default)]
    pub conversion: Option<Conversion>,
    /// The purse it is paid from.
    pub purse: Purse,
    /// What the payee wants to know.
    pub asks: Vec<Ask>,
    /// What the person has to do to confirm.
    pub needs: Vec<Factor>,
    /// What to know before saying yes.
    pub warnings: Vec<Warning>,
    /// Other purses.
    pub alternatives: Vec<Alternative>,
    /// The person's own note.
    pub note: Option<String>,
    /// What arrives in the purse it goes to, when it only goes from one to another.
    #[serde(default)]
    pub arrives: Option<Amount>,
}

/// What paying the review does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Plan {
    Lightning {
        quote: LightningQuote,
        cost: MeltCost,
    },
    Request {
        net: Amount,
        cost: HandCost,
        url: Option<String>,
        reference: Option<String>,
        /// The person's note, where it is shared.
        #[serde(default)]
        memo: Option<String>,
    },
    PageByCash {
        net: Amount,
        cost: HandCost,
    },
    PageByInvoice {
        quote: LightningQuote,
        cost: MeltCost,
        ticket: Ticket,
    },
}

impl Plan {
    fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::PageByInvoice { ticket, .. } => Some(ticket.clone()),
            _ => None,
        }
    }

    pub(crate) fn delivery(&self) -> Option<Delivery> {
        match self {
            Self::Lightning { .. } | Self::PageByCash { .. } | Self::PageByInvoice { .. } => None,
            Self::Request {
                url,
                reference,
                memo,
                ..
            } => Some(Delivery {
                url: url.clone(),
                id: reference.clone(),
                memo: memo.clone(),
            }),
        }
    }
}

/// A review as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptReview {
    pub(crate) review: Review,
    pub(crate) plan: Plan,
    /// What may be paid once only: see [`crate::once`].
    pub(crate) once: Option<String>,
    /// The page it is for.
    pub(crate) page: Option<Page>,
    /// What the payee does once it is paid.
    #[serde(default)]
    pub(crate) after: Option<Box<After>>,
    /// What the payee learns.
    #[serde(default)]
    pub(crate) sharing: Option<ToTell>,
    /// Where the money arrives, when it only goes from one purse to another.
    #[serde(default)]
    pub(crate) arrives: Option<Arrival>,
    /// Set, once, when paying begins.
    pub(crate) payment: Option<uuid::Uuid>,
}

/// One way to make a payment: a purse, and what it costs from there.
pub(crate) struct Way {
    purse: Purse,
    pub(crate) cost: Breakdown,
    pub(crate) plan: Plan,
    conversion: Option<Conversion>,
    expires_at_ms: u64,
}

/// What is common to every purse a code could be paid from.
struct Asked {
    kind: PaymentKind,
    payee: Payee,
    about: Option<String>,
    once: Option<String>,
    page: Option<Page>,
    asks: Vec<Ask>,
    sharing: Option<ToTell>,
    after: Option<Box<After>>,
    /// How the payee says it is reached.
    contact: Option<Contact>,
    /// Where the money arrives, when it only goes from one purse to another.
    arrives: Option<Arrival>,
}

impl Asked {
    /// Asked for by somebody who wants to know nothing and says nothing more.
    fn by(payee: Payee, kind: PaymentKind) -> Self {
        Self {
            kind,
            payee,
            about: None,
            once: None,
            page: None,
            asks: Vec::new(),
            sharing: None,
            after: None,
            contact: None,
            arrives: None,
        }
    }
}

/// What one way of asking comes to: the purses that can pay it, and those that cannot.
struct Planned {
    asked: Asked,
    ways: Vec<Way>,
    refusals: Vec<(Purse, ReviewError)>,
}

impl Wallet {
    /// Reads a code and plans its payment. Moves nothing; an issuer may be asked for a price.
    ///
    /// # Errors
    /// [`ReviewError`].
    pub async fn review(&self, request: ReviewRequest) -> Result<Review, ReviewError> {
        self.sure_of_all().await?;
        let code = read_code(&request.code)?;
        let may_tell = matches!(
            code,
            PaymentCode::Lnurl(_)
                | PaymentCode::Several(_)
                | PaymentCode::Merchant(_)
                | PaymentCode::Request(_)
                | PaymentCode::Page(_)
        );
        if let (false, Some(item)) = (may_tell, request.share.first()) {
            return Err(nobody_asked(item));
        }
        let (code, named) = self.follow_name(code).await?;
        let planned = match &code {
            PaymentCode::Page(url) => return self.review_address(url, &request).await,
            PaymentCode::Several(several) => {
                self.plan_several(several, named.as_ref(), &request).await?
            }
            code => vec![self.plan(code, named.as_ref(), &request).await?],
        };
        self.seal(planned, &request)
    }

    /// The ways to pay one code. `named` is who its domain proves to be paid by it.
    async fn plan(
        &self,
        code: &PaymentCode,
        named: Option<&Named>,
        request: &ReviewRequest,
    ) -> Result<Planned, ReviewError> {
        match code {
            PaymentCode::Invoice(invoice) => self.plan_invoice(invoice, named, request).await,
            PaymentCode::Offer(offer) => self.plan_offer(offer, named, request).await,
            PaymentCode::Request(asked) => self.plan_request(asked, named, request).await,
            PaymentCode::Lnurl(lnurl) => {
                let via = Via {
                    named,
                    gateway_of: None,
                };
                self.plan_lnurl(lnurl, via, request).await
            }
            PaymentCode::Merchant(merchant) => self.plan_merchant(merchant, request).await,
            PaymentCode::Token(_) => Err(ReviewError::IsMoney),
            PaymentCode::SignIn(asked) => Err(ReviewError::IsSignIn {
                site: host_of(asked.url.as_str()),
            }),
            PaymentCode::Unsupported(seen) => Err(ReviewError::Unsupported {
                kind: format!("{:?}", seen.kind),
                why: seen.why.to_owned(),
            }),
            _ => Err(ReviewError::Unsupported {
                kind: "unknown".to_owned(),
                why: "this code cannot be paid".to_owned(),
            }),
        }
    }

    /// A review made earlier, while it stands.
    ///
    /// # Errors
    /// [`ReviewError::NoSuchReview`], [`ReviewError::Expired`], [`ReviewError::Used`].
    pub fn load_review(&self, id: &ReviewId) -> Result<Review, ReviewError> {
        Ok(self.kept_review(id)?.0.review)
    }

    /// The review with its version, if it may still be paid.
    pub(crate) fn kept_review(&self, id: &ReviewId) -> Result<(KeptReview, u64), ReviewError> {
        let document = self
            .history()
            .document(REVIEW, &id.0)
            .map_err(StoreTrouble::from)?;
        let document = document.ok_or(ReviewError::NoSuchReview)?;
        let kept: KeptReview =
            serde_json::from_slice(&document.body).map_err(StoreTrouble::from)?;
        if let Some(payment) = kept.payment {
            return Err(ReviewError::Used {
                payment: self.readable(payment.into()),
            });
        }
        if kept.review.expires_at_ms <= now_ms() {
            return Err(ReviewError::Expired);
        }
        Ok((kept, document.version))
    }

    /// Marks the review as used by a payment, once: of two attempts one fails.
    pub(crate) fn use_review(
        &self,
        kept: &KeptReview,
        version: u64,
        payment: uuid::Uuid,
    ) -> Result<(), ReviewError> {
        let used = KeptReview {
            payment: Some(payment),
            ..kept.clone()
        };
        let body = serde_json::to_vec(&used).map_err(StoreTrouble::from)?;
        let merchant = self.meet(&kept.review.payee)?;
        let put = self.history().put_document_of(
            merchant,
            REVIEW,
            &kept.review.id.0,
            Some(version),
            &body,
        );
        match put {
            Ok(_) => Ok(()),
            // It led to the payment of whoever was faster, and not to this one.
            Err(farthing_store::history::PutError::Conflict { .. }) => self
                .kept_review(&kept.review.id)
                .and(Err(ReviewError::Used { payment: None })),
            Err(error) => Err(StoreTrouble::from(error).into()),
        }
    }

    fn payee(
        &self,
        id: String,
        name: String,
        origin: Option<String>,
    ) -> Result<Payee, ReviewError> {
        let known = self.known(&id)?.map(|(_, details)| details);
        Ok(Payee {
            first_time: !known.as_ref().is_some_and(|known| known.paid) && id != BEARER,
            id,
            name: known.and_then(|known| known.called).unwrap_or(name),
            origin,
        })
    }

    /// The purse named, or all that fit, the fullest first.
    async fn purses_for(
        &self,
        named: Option<&PurseId>,
        fits: impl Fn(&Purse) -> bool,
    ) -> Result<Vec<Purse>, ReviewError> {
        let balances = self.balances_for(named, fits).await?;
        Ok(balances.into_iter().map(|balance| balance.purse).collect())
    }

    /// The same, with what is in them.
    async fn balances_for(
        &self,
        named: Option<&PurseId>,
        fits: impl Fn(&Purse) -> bool,
    ) -> Result<Vec<PurseBalance>, ReviewError> {
        let mut balances = self.balance().await?;
        if balances.is_empty() {
            return Err(ReviewError::NoPurse);
        }
        if let Some(named) = named {
            balances.retain(|balance| balance.purse.id == *named);
            if balances.is_empty() {
                return Err(ReviewError::NoPurse);
            }
        }
        balances.retain(|balance| fits(&balance.purse));
        if balances.is_empty() {
            return Err(ReviewError::NoFittingPurse {
                issuers: Vec::new(),
            });
        }
        balances.sort_by_key(|balance| {
            (
                balance.purse.unit != Unit::Sat,
                std::cmp::Reverse(balance.spendable.value()),
            )
        });
        Ok(balances)
    }

    /// Chooses the cheapest way, lets the rules decide, and keeps the review.
    fn seal(&self, planned: Vec<Planned>, request: &ReviewRequest) -> Result<Review, ReviewError> {
        let mut rates = BTreeMap::new();
        let costs = planned.iter().flat_map(|plan| &plan.ways);
        for currency in costs.filter_map(|way| way.cost.unit().currency()) {
            // A rate that cannot be read is one that is not known: nothing is charged by it.
            rates
                .entry(currency)
                .or_insert_with(|| Some(self.known_rate(currency).ok()??.rate));
        }
        let rate = |currency| rates.get(&currency).copied().flatten();
        let choice::Chosen {
            asked,
            best,
            alternatives,
        } = choice::choose(planned, |cost| choice::Dear::of(cost, rate))?;
        let facts = PaymentFacts {
            breakdown: &best.cost,
            payee: asked.payee.standing(),
        };
        let (needs, warnings) = match decide_payment(&self.policy, &facts) {
            Decision::Allow {
                needs,
                mut warnings,
            } => {
                if asked.arrives.is_none()
                    && let Some(name) = self.looks_like(&asked.payee)?
                {
                    warnings.insert(0, Warning::LooksLike { name });
                }
                if let Some(price) = self.undecided_with(&asked.payee, asked.once.as_deref())? {
                    warnings.insert(0, Warning::StillDeciding { price });
                }
                (needs, warnings)
            }
            Decision::Refuse(reason) => return Err(ReviewError::Refused(reason)),
        };
        self.person_allows(&asked.payee, &best.cost)?;
        let stands_until = now_ms().saturating_add(STANDS_FOR_MS);
        let review = Review {
            id: ReviewId(uuid::Uuid::new_v4().to_string()),
            expires_at_ms: match best.expires_at_ms {
                0 => stands_until,
                sooner => sooner.min(stands_until),
            },
            payee: asked.payee,
            kind: asked.kind,
            about: asked.about,
            cost: best.cost,
            conversion: best.conversion,
            purse: best.purse,
            asks: asked.asks,
            needs,
            warnings,
            alternatives,
            arrives: asked.arrives.as_ref().map(|arrives| arrives.amount),
            note: request
                .note
                .as_deref()
                .map(|note| plain_text(note, LONGEST_NOTE).to_string())
                .filter(|note| !note.is_empty()),
        };
        let page = asked.page.map(|page| Page {
            ticket: best.plan.ticket(),
            ..page
        });
        let kept = KeptReview {
            review,
            plan: best.plan,
            once: asked.once,
            page,
            after: asked.after,
            sharing: asked.sharing,
            arrives: asked.arrives,
            payment: None,
        };
        let merchant = self.meet(&kept.review.payee)?;
        let body = serde_json::to_vec(&kept).map_err(StoreTrouble::from)?;
        self.history()
            .put_document_of(merchant, REVIEW, &kept.review.id.0, None, &body)
            .map_err(StoreTrouble::from)?;
        if let (Some(merchant), Some(contact)) = (merchant, &asked.contact) {
            self.remember_contact(merchant, contact)
                .map_err(told_or_not)?;
        }
        Ok(kept.review)
    }
}

/// The identity of a payee that is nobody in particular.
pub(crate) const BEARER: &str = "bearer";
/// The identity of the person as a payee.
pub(crate) const OWN_PURSE: &str = "own purse";

pub(crate) fn issuer_name(purse: &Purse) -> String {
    purse
        .issuer_name
        .clone()
        .unwrap_or_else(|| host_of(&purse.issuer))
}

pub(crate) fn host_of(address: &str) -> String {
    url::Url::parse(address)
        .ok()
        .and_then(|url| {
            let host = url.host_str()?.to_owned();
            Some(
                url.port()
                    .map_or(host.clone(), |port| format!("{host}:{port}")),
            )
        })
        .unwrap_or_else(|| address.to_owned())
}

fn nobody_asked(item: &str) -> ReviewError {
    ReviewError::NobodyAsked {
        item: plain_text(item, 40).to_string(),
    }
}

fn absurd(error: impl fmt::Display) -> ReviewError {
    ReviewError::Issuer(Trouble::Dishonest(error.to_string()))
}

/// Reads text, or the one payable code of a picture.
pub(crate) fn read_code(input: &CodeInput) -> Result<PaymentCode, ReviewError> {
    match input {
        CodeInput::Text(text) => Ok(read(text)?),
        CodeInput::Picture(bytes) => {
            let texts = read_picture(bytes)?;
            let mut payable: Vec<PaymentCode> = Vec::new();
            let mut other = None;
            for text in &texts {
                match read(text) {
                    Ok(
                        code @ (PaymentCode::Invoice(_)
                        | PaymentCode::Offer(_)
                        | PaymentCode::Request(_)
                        | PaymentCode::Token(_)
                        | PaymentCode::Lnurl(_)
                        | PaymentCode::Several(_)
                        | PaymentCode::SignIn(_)
                        | PaymentCode::Merchant(_)),
                    ) => payable.push(code),
                    verdict => other = Some(verdict),
                }
            }
            match (payable.len(), payable.pop(), other) {
                (1, Some(code), _) => Ok(code),
                (found, Some(_), _) => Err(ReviewError::SeveralCodes { found }),
                (_, None, Some(verdict)) => Ok(verdict?),
                (_, None, None) => Err(PictureError::NoCode.into()),
            }
        }
    }
}
