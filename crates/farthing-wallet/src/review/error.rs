//! Why there is no review, or why it cannot be used.

use farthing_money::{Amount, Unit};
use farthing_policy::Reason;
use farthing_rails::code::CodeError;
use farthing_rails::ecash::Trouble;
use farthing_rails::gate::GateError;
use farthing_rails::lnurl::LnurlError;
use farthing_rails::payment_name::NameError;
use farthing_rails::picture::PictureError;
use farthing_store::history::PaymentId;

use crate::merchants::MerchantError;
use crate::money::MoneyState;
use crate::trouble::{StoreTrouble, code_of, code_of_lnurl};

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
    /// E-cash and vouchers are taken in, not paid.
    #[error("this is money for you: redeem it instead of paying it")]
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
    /// The code leaves the amount open, between bounds.
    #[error("this code leaves the amount open: say how much, from {least} to {most}")]
    AmountBetween {
        /// The least the payee takes.
        least: Amount,
        /// The most.
        most: Amount,
    },
    /// The payee takes no such amount.
    #[error("this payee takes from {least} to {most}")]
    AmountOutOfBounds {
        /// The least it takes.
        least: Amount,
        /// The most.
        most: Amount,
    },
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
    /// The issuer does not pay Lightning offers, or none of several does.
    #[error("paying this code takes an issuer that pays Lightning offers (BOLT 12)")]
    NoOffers,
    /// There is no purse at all.
    #[error("there is no purse yet")]
    NoPurse,
    /// Not enough.
    #[error("not enough in the purse: {at_most} could be paid")]
    Short {
        /// The most that could be paid, fees included.
        at_most: Amount,
        /// What would have to come in, at least.
        missing: Amount,
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
    /// The payee takes no payment without knowing this.
    #[error("this payee takes no payment unless it is told: {}", items.join(", "))]
    Demands {
        /// What it demands.
        items: Vec<String>,
    },
    /// The payee asks for this, and the wallet has none to share.
    #[error("there is no \"{item}\" in your details to share yet")]
    CannotShare {
        /// What was to be shared.
        item: String,
    },
    /// What was to be shared is not switched on any more.
    #[error(transparent)]
    Sharing(Box<MerchantError>),
    /// A site wants a sign-in, and no money.
    #[error("{site} wants you to sign in: that is no payment")]
    IsSignIn {
        /// Its name.
        site: String,
    },
    /// Whoever was asked over LNURL.
    #[error("the payee cannot be paid this way: {0}")]
    Payee(#[from] LnurlError),
    /// What a payment name's domain says of it.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A rule refuses it.
    #[error(transparent)]
    Refused(Reason),
    /// The page costs nothing.
    #[error("this page is free: there is nothing to pay")]
    PageIsFree,
    /// A page's price is the site's to name.
    #[error("this page names its own price; another amount cannot be given")]
    PageNamesPrice,
    /// The page cannot be looked at, or not be paid.
    #[error(transparent)]
    Page(Box<crate::pages::PageError>),
    /// There is no such review.
    #[error("there is no such review")]
    NoSuchReview,
    /// The review has run out.
    #[error("this review has run out")]
    Expired,
    /// The review was paid, or an attempt was made.
    #[error("this review was already used")]
    Used {
        /// The payment it led to, where one has begun and can be read.
        payment: Option<PaymentId>,
    },
    /// This invoice or request may be paid once, and a payment of it was made or is open.
    #[error("you have already paid this, or are about to")]
    AlreadyPaid {
        /// The payment, where it has begun and can be read.
        payment: Option<PaymentId>,
    },
    /// The issuer.
    #[error(transparent)]
    Issuer(Trouble),
    /// The files are an old copy, and the issuer has not confirmed what is left.
    #[error(transparent)]
    OldCopy(#[from] crate::old_copy::OldCopy),
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
            Self::AmountNeeded | Self::AmountBetween { .. } => "amount_needed",
            Self::AmountOutOfBounds { .. } => "amount_out_of_bounds",
            Self::AmountFixed { .. } => "amount_fixed",
            Self::OtherUnit { .. } => "other_unit",
            Self::NoFittingPurse { .. } => "no_fitting_purse",
            Self::NoOffers => "no_issuer_for_offers",
            Self::NoPurse => "no_purse",
            Self::Short { .. } => "not_enough",
            Self::Address(_) => "address_refused",
            Self::NobodyAsked { .. } => "nobody_asked",
            Self::Demands { .. } => "payee_demands",
            Self::CannotShare { .. } => "cannot_share",
            Self::Sharing(error) => error.code(),
            Self::IsSignIn { .. } => "is_sign_in",
            Self::Payee(error) => code_of_lnurl(error),
            Self::Name(NameError::Unreachable(GateError::Blocked(_))) => "address_refused",
            Self::Name(NameError::Unreachable(_)) => "site_unreachable",
            Self::Name(NameError::Unreadable) => "site_not_understood",
            Self::Name(NameError::Unproven) => "name_not_proven",
            Self::Name(_) => "code_damaged",
            Self::Refused(reason) => reason.code(),
            Self::PageIsFree => "page_is_free",
            Self::PageNamesPrice => "page_names_price",
            Self::Page(error) => error.code(),
            Self::NoSuchReview => "no_such_review",
            Self::Expired => "review_expired",
            Self::Used { .. } => "review_used",
            Self::AlreadyPaid { .. } => "already_paid",
            Self::Issuer(trouble) => code_of(trouble),
            Self::OldCopy(error) => error.code(),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money: a review moves none.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }

    /// What would have to come in, where that is all that is in the way.
    #[must_use]
    pub fn missing(&self) -> Option<Amount> {
        match self {
            Self::Short { missing, .. } => Some(*missing),
            _ => None,
        }
    }

    /// What the payee insists on being told, where that is all that is in the way.
    #[must_use]
    pub fn demands(&self) -> &[String] {
        match self {
            Self::Demands { items } => items,
            _ => &[],
        }
    }

    /// The payment that stands in the way, where it can be looked at.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        match self {
            Self::Used { payment } | Self::AlreadyPaid { payment } => *payment,
            Self::Page(error) => error.payment(),
            _ => None,
        }
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
