//! The review: payee, price, every fee and the worst case, before anything moves.
//!
//! A review is sealed on disk and names its payment. Paying takes its id and nothing else, so
//! what is charged is what was shown.

use std::fmt;
use std::str::FromStr;

use farthing_money::{Amount, Breakdown, FeeKind, FeeLine, Unit};
use farthing_policy::{
    Decision, Factor, PayeeStanding, PaymentFacts, Reason, Warning, decide_payment,
};
use farthing_rails::code::{
    About, CodeError, Invoice, Network, PaymentCode, Request, Transport, plain_text, read,
};
use farthing_rails::ecash::{
    HandCost, HandError, LightningQuote, MeltCost, MeltError, Purse, PurseId, Trouble,
};
use farthing_rails::picture::{PictureError, read_picture};
use farthing_vault::Mark;
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::journal::{Delivery, PaymentKind};
use crate::money::MoneyState;
use crate::trouble::{StoreTrouble, code_of};
use crate::wallet::Wallet;

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
    /// What to share, by item. Nothing asks yet, so anything here is refused.
    pub share: Vec<String>,
    /// A note for the person's own history. It never leaves the device.
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
    /// What makes it this payee and no other: an origin or a key.
    pub id: String,
    /// What it is called here.
    pub name: String,
    /// Its origin, where it has one.
    pub origin: Option<String>,
    /// Never paid before.
    pub first_time: bool,
}

/// Something the payee wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What.
    pub item: String,
    /// What for, in the payee's words.
    pub purpose: Option<String>,
    /// No payment without it.
    pub required: bool,
    /// It will be shared.
    pub shared: bool,
}

/// Another purse the same payment could be made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// The purse.
    pub purse: Purse,
    /// What it would cost at most; `None` when it cannot pay.
    pub total_at_most: Option<Amount>,
    /// Why it was not chosen.
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
    },
}

impl Plan {
    pub(crate) fn delivery(&self) -> Option<Delivery> {
        match self {
            Self::Lightning { .. } => None,
            Self::Request { url, reference, .. } => Some(Delivery {
                url: url.clone(),
                id: reference.clone(),
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
    /// Set, once, when paying begins.
    pub(crate) payment: Option<uuid::Uuid>,
}

/// Why there is no review, or why it cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The text is no code.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The picture holds no code.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The picture holds several codes that can be paid.
    #[error("there are {found} codes in this picture: show one of them")]
    SeveralCodes {
        /// How many.
        found: usize,
    },
    /// A code this wallet knows by sight and cannot pay.
    #[error("{why}")]
    Unsupported {
        /// A stable name.
        kind: String,
        /// A sentence.
        why: String,
    },
    /// E-cash is taken in, not paid.
    #[error("this is e-cash: redeem it instead of paying it")]
    IsMoney,
    /// The code ran out.
    #[error("this code has run out")]
    CodeExpired,
    /// It is for another network than the wallet's.
    #[error("this invoice is for another Lightning network")]
    OtherNetwork,
    /// The code leaves the amount open.
    #[error("this code leaves the amount open: say how much")]
    AmountNeeded,
    /// The code names its amount.
    #[error("this code asks for {asked}; another amount cannot be given")]
    AmountFixed {
        /// What it asks for.
        asked: Amount,
    },
    /// The amount is in another unit than the code.
    #[error("this code asks for {asked}")]
    OtherUnit {
        /// Its unit.
        asked: Unit,
    },
    /// No purse holds e-cash this payee takes.
    #[error("none of your purses holds e-cash that this payee takes")]
    NoFittingPurse {
        /// Issuers it does take, if it names any.
        issuers: Vec<String>,
    },
    /// There is no purse at all.
    #[error("there is no purse yet")]
    NoPurse,
    /// Not enough.
    #[error("not enough in the purse: {at_most} could be paid")]
    Short {
        /// The most that could be paid, fees included.
        at_most: Amount,
    },
    /// The address of delivery leads where this wallet may not go.
    #[error("the payee's address cannot be used: {0}")]
    Address(String),
    /// There is nobody who asked for this.
    #[error("nobody asked for \"{item}\"")]
    NobodyAsked {
        /// What was to be shared.
        item: String,
    },
    /// A rule refuses it.
    #[error(transparent)]
    Refused(Reason),
    /// There is no such review.
    #[error("there is no such review")]
    NoSuchReview,
    /// The review has run out.
    #[error("this review has run out")]
    Expired,
    /// The review was paid, or an attempt was made.
    #[error("this review was already used")]
    Used {
        /// The payment it led to.
        payment: farthing_store::history::PaymentId,
    },
    /// This invoice or request may be paid once, and a payment of it was made or is open.
    #[error("you have already paid this, or are about to")]
    AlreadyPaid {
        /// The payment.
        payment: farthing_store::history::PaymentId,
    },
    /// The issuer.
    #[error(transparent)]
    Issuer(Trouble),
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl ReviewError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Code(CodeError::Empty) => "no_code",
            Self::Code(CodeError::TooLong { .. }) => "code_too_long",
            Self::Code(CodeError::Invisible { .. }) => "code_has_invisible_characters",
            Self::Code(_) => "code_damaged",
            Self::Picture(PictureError::NoCode) => "no_code_in_picture",
            Self::Picture(_) => "picture_unreadable",
            Self::SeveralCodes { .. } => "several_codes",
            Self::Unsupported { .. } => "code_not_payable",
            Self::IsMoney => "code_is_money",
            Self::CodeExpired => "code_expired",
            Self::OtherNetwork => "other_network",
            Self::AmountNeeded => "amount_needed",
            Self::AmountFixed { .. } => "amount_fixed",
            Self::OtherUnit { .. } => "other_unit",
            Self::NoFittingPurse { .. } => "no_fitting_purse",
            Self::NoPurse => "no_purse",
            Self::Short { .. } => "not_enough",
            Self::Address(_) => "address_refused",
            Self::NobodyAsked { .. } => "nobody_asked",
            Self::Refused(reason) => reason.code(),
            Self::NoSuchReview => "no_such_review",
            Self::Expired => "review_expired",
            Self::Used { .. } => "review_used",
            Self::AlreadyPaid { .. } => "already_paid",
            Self::Issuer(trouble) => code_of(trouble),
            Self::Store(_) => "files_unusable",
        }
    }

    /// What it means for the money: a review moves none.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }

    /// The rule that refused, if one did.
    #[must_use]
    pub fn refused(&self) -> Option<&Reason> {
        match self {
            Self::Refused(reason) => Some(reason),
            _ => None,
        }
    }
}

impl From<Trouble> for ReviewError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Store(what) => Self::Store(StoreTrouble(what)),
            other => Self::Issuer(other),
        }
    }
}

/// One way to make a payment: a purse, and what it costs from there.
struct Way {
    purse: Purse,
    cost: Breakdown,
    plan: Plan,
    expires_at_ms: u64,
}

/// What is common to every purse a code could be paid from.
struct Asked {
    kind: PaymentKind,
    payee: Payee,
    about: Option<String>,
    once: Option<String>,
}

impl Wallet {
    /// Reads a code and plans its payment. Moves nothing; an issuer may be asked for a price.
    ///
    /// # Errors
    /// [`ReviewError`].
    pub async fn review(&self, request: ReviewRequest) -> Result<Review, ReviewError> {
        if let Some(item) = request.share.first() {
            return Err(ReviewError::NobodyAsked {
                item: plain_text(item, 40).to_string(),
            });
        }
        match read_code(&request.code)? {
            PaymentCode::Invoice(invoice) => self.review_invoice(&invoice, &request).await,
            PaymentCode::Request(asked) => self.review_request(&asked, &request).await,
            PaymentCode::Token(_) => Err(ReviewError::IsMoney),
            PaymentCode::Page(_) => Err(ReviewError::Unsupported {
                kind: "page".to_owned(),
                why: "this is a web page, and pages cannot be paid yet".to_owned(),
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
                payment: payment.into(),
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
        match self
            .history()
            .put_document(REVIEW, &kept.review.id.0, Some(version), &body)
        {
            Ok(_) => Ok(()),
            Err(farthing_store::history::PutError::Conflict { .. }) => Err(ReviewError::Used {
                payment: payment.into(),
            }),
            Err(error) => Err(StoreTrouble::from(error).into()),
        }
    }

    async fn review_invoice(
        &self,
        invoice: &Invoice,
        request: &ReviewRequest,
    ) -> Result<Review, ReviewError> {
        let once = crate::once::of_invoice(invoice);
        self.check_unclaimed(Some(&once))?;
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
        let name = invoice.label.as_ref().map_or_else(
            || {
                format!(
                    "Lightning node {}…",
                    invoice.payee.get(..12).unwrap_or(&invoice.payee)
                )
            },
            ToString::to_string,
        );
        let payee = self.payee(format!("lightning:{}", invoice.payee), name, None)?;
        let about = match &invoice.about {
            About::Text(words) if !words.is_empty() => Some(words.to_string()),
            _ => None,
        };
        let purses = self.purses_for(request.purse.as_ref(), |_| true).await?;
        let mut ways = Vec::new();
        let mut refusals = Vec::new();
        for purse in purses {
            match self.way_by_lightning(&purse, invoice, open_amount).await {
                Ok(way) => {
                    ways.push(way);
                    // Each further purse would cost a question to its issuer.
                    break;
                }
                Err(error @ ReviewError::Store(_)) => return Err(error),
                Err(error) => refusals.push((purse, error)),
            }
        }
        self.seal(
            Asked {
                kind: PaymentKind::LightningInvoice,
                payee,
                about,
                once: Some(once),
            },
            ways,
            refusals,
            request,
        )
    }

    async fn way_by_lightning(
        &self,
        purse: &Purse,
        invoice: &Invoice,
        open: Option<u64>,
    ) -> Result<Way, ReviewError> {
        let quote = self.ecash.quote_invoice(purse, invoice, open).await?;
        let cost = match self.ecash.plan_melt(purse, &quote).await {
            Ok(cost) => cost,
            Err(MeltError::Short { at_most }) => return Err(ReviewError::Short { at_most }),
            Err(MeltError::Trouble(trouble)) => return Err(trouble.into()),
            Err(other) => return Err(ReviewError::Issuer(Trouble::Dishonest(other.to_string()))),
        };
        let issuer = issuer_name(purse);
        let fees = vec![
            FeeLine::exactly(FeeKind::IssuerInput, &issuer, cost.input_fee).map_err(absurd)?,
            FeeLine::exactly(FeeKind::Swap, &issuer, cost.swap_fee).map_err(absurd)?,
            FeeLine::up_to(FeeKind::Network, "Lightning", cost.fee_reserve).map_err(absurd)?,
        ];
        let expires_at = [invoice.expires_at, quote.expires_at]
            .into_iter()
            .filter(|at| *at > 0)
            .min()
            .unwrap_or(0);
        Ok(Way {
            purse: purse.clone(),
            cost: Breakdown::of(cost.amount, fees).map_err(absurd)?,
            plan: Plan::Lightning { quote, cost },
            expires_at_ms: expires_at.saturating_mul(1000),
        })
    }

    async fn review_request(
        &self,
        asked: &Request,
        request: &ReviewRequest,
    ) -> Result<Review, ReviewError> {
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
        let (id, name) = match &origin {
            Some(origin) => (origin.clone(), host_of(origin)),
            None => (BEARER.to_owned(), "whoever showed this request".to_owned()),
        };
        let payee = self.payee(id, name, origin)?;
        let accepted: Vec<String> = asked
            .issuers
            .iter()
            .map(|issuer| trimmed(issuer.as_str()))
            .collect();
        let strict = !accepted.is_empty() && !asked.issuers_preferred;
        let fits = |purse: &Purse| {
            purse.unit == net.unit() && (!strict || accepted.contains(&trimmed(&purse.issuer)))
        };
        let purses = match self.purses_for(request.purse.as_ref(), fits).await {
            Err(ReviewError::NoFittingPurse { .. }) => {
                return Err(ReviewError::NoFittingPurse { issuers: accepted });
            }
            purses => purses?,
        };
        let mut ways = Vec::new();
        let mut refusals = Vec::new();
        for purse in purses {
            match self.way_by_hand(&purse, net, url.clone(), asked).await {
                Ok(way) => ways.push(way),
                Err(error @ ReviewError::Store(_)) => return Err(error),
                Err(error) => refusals.push((purse, error)),
            }
        }
        self.seal(
            Asked {
                kind: PaymentKind::CashuRequest,
                payee,
                about,
                once,
            },
            ways,
            refusals,
            request,
        )
    }

    async fn way_by_hand(
        &self,
        purse: &Purse,
        net: Amount,
        url: Option<String>,
        asked: &Request,
    ) -> Result<Way, ReviewError> {
        let cost = self
            .ecash
            .plan_hand(purse, net)
            .await
            .map_err(|error| match error {
                HandError::Short { at_most } => ReviewError::Short { at_most },
                HandError::Trouble(trouble) => trouble.into(),
                other => ReviewError::Issuer(Trouble::Dishonest(other.to_string())),
            })?;
        Ok(Way {
            purse: purse.clone(),
            cost: Breakdown::of(net, hand_fees(purse, &cost)?).map_err(absurd)?,
            plan: Plan::Request {
                net,
                cost,
                url,
                reference: asked.id.as_ref().map(ToString::to_string),
            },
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

    fn payee(
        &self,
        id: String,
        name: String,
        origin: Option<String>,
    ) -> Result<Payee, ReviewError> {
        let known = self.history().merchant(&id).map_err(StoreTrouble::from)?;
        Ok(Payee {
            first_time: known.is_none() && id != BEARER,
            id,
            name,
            origin,
        })
    }

    /// The purse named, or all that fit, the fullest first.
    async fn purses_for(
        &self,
        named: Option<&PurseId>,
        fits: impl Fn(&Purse) -> bool,
    ) -> Result<Vec<Purse>, ReviewError> {
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
        Ok(balances.into_iter().map(|balance| balance.purse).collect())
    }

    /// Chooses the cheapest way, lets the rules decide, and keeps the review.
    fn seal(
        &self,
        asked: Asked,
        mut ways: Vec<Way>,
        refusals: Vec<(Purse, ReviewError)>,
        request: &ReviewRequest,
    ) -> Result<Review, ReviewError> {
        ways.sort_by_key(|way| way.cost.total_at_most().value());
        let mut ways = ways.into_iter();
        let Some(best) = ways.next() else {
            let mut errors = refusals.into_iter().map(|(_, error)| error);
            let first = errors.next().ok_or(ReviewError::NoPurse)?;
            // Money that is there but too little says more than an issuer that is not there.
            return Err(errors.fold(first, |said, error| match (&said, &error) {
                (ReviewError::Short { .. }, _) => said,
                (_, ReviewError::Short { .. }) => error,
                _ => said,
            }));
        };
        let standing = match asked.payee.id.as_str() {
            BEARER => PayeeStanding::Bearer,
            _ if asked.payee.first_time => PayeeStanding::FirstTime,
            _ => PayeeStanding::Known,
        };
        let facts = PaymentFacts {
            breakdown: &best.cost,
            payee: standing,
        };
        let (needs, warnings) = match decide_payment(&self.policy, &facts) {
            Decision::Allow { needs, warnings } => (needs, warnings),
            Decision::Refuse(reason) => return Err(ReviewError::Refused(reason)),
        };
        let dearer = ways.map(|way| Alternative {
            purse: way.purse,
            total_at_most: Some(way.cost.total_at_most()),
            why: "it costs as much or more".to_owned(),
        });
        let unable = refusals.into_iter().map(|(purse, error)| Alternative {
            purse,
            total_at_most: None,
            why: error.to_string(),
        });
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
            purse: best.purse,
            asks: Vec::new(),
            needs,
            warnings,
            alternatives: dearer.chain(unable).collect(),
            note: request
                .note
                .as_deref()
                .map(|note| plain_text(note, LONGEST_NOTE).to_string())
                .filter(|note| !note.is_empty()),
        };
        let kept = KeptReview {
            review,
            plan: best.plan,
            once: asked.once,
            payment: None,
        };
        let body = serde_json::to_vec(&kept).map_err(StoreTrouble::from)?;
        self.history()
            .put_document(REVIEW, &kept.review.id.0, None, &body)
            .map_err(StoreTrouble::from)?;
        Ok(kept.review)
    }
}

/// The identity of a payee that is nobody in particular.
pub(crate) const BEARER: &str = "bearer";

/// The fee lines of e-cash handed over.
pub(crate) fn hand_fees(purse: &Purse, cost: &HandCost) -> Result<Vec<FeeLine>, ReviewError> {
    let issuer = issuer_name(purse);
    let mut fees = vec![
        FeeLine::exactly(FeeKind::IssuerInput, &issuer, cost.redeem_fee).map_err(absurd)?,
        FeeLine::exactly(FeeKind::Swap, &issuer, cost.swap_fee).map_err(absurd)?,
    ];
    if !cost.overpaid.is_zero() {
        fees.push(FeeLine::exactly(FeeKind::Rounding, "the payee", cost.overpaid).map_err(absurd)?);
    }
    Ok(fees)
}

pub(crate) fn issuer_name(purse: &Purse) -> String {
    purse
        .issuer_name
        .clone()
        .unwrap_or_else(|| host_of(&purse.issuer))
}

fn host_of(address: &str) -> String {
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

fn trimmed(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
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
                        | PaymentCode::Request(_)
                        | PaymentCode::Token(_)),
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
