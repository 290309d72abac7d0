//! Payment codes: anything scanned, pasted, dropped or opened that can lead to a payment.
//!
//! [`read`] is the only parser of codes in the wallet. It takes hostile text, bounds it before looking at
//! it, moves nothing and asks nobody. What it returns has been checked as far as that is possible without a
//! network: checksums and signatures hold, amounts are whole, addresses parse, and every word written by a
//! stranger is [`Plain`].

mod bitcoin;
mod currency;
mod invoice;
mod lnurl;
mod merchant;
mod offer;
mod plain;
mod request;
mod token;
mod unsupported;
mod uri;

#[cfg(test)]
mod tests;

use url::Url;

pub use bitcoin::Several;
pub use invoice::{About, Invoice, Network};
pub use lnurl::{LightningAddress, Lnurl, Purpose, SignIn, SignInAction};
pub use merchant::{Extra, MerchantCode};
pub use offer::Offer;
pub use plain::{Plain, plain_text};
pub use request::{Method, Request, Transport};
pub use token::{Lock, Token};
pub use unsupported::{Unsupported, UnsupportedKind};
pub(crate) use uri::web_address;

/// The longest request, invoice, address or URI that is looked at, in bytes.
pub const MAX_CODE_BYTES: usize = 4 * 1024;

/// The longest e-cash token that is looked at, in bytes: tokens carry one entry per coin.
pub const MAX_TOKEN_BYTES: usize = 256 * 1024;

/// What a payment code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentCode {
    /// A Lightning invoice (BOLT 11) with a valid signature. It may be expired: compare
    /// [`Invoice::expires_at`] with the time.
    Invoice(Box<Invoice>),
    /// A Lightning offer (BOLT 12). It may be expired: compare [`Offer::expires_at`] with the time.
    Offer(Box<Offer>),
    /// A Cashu payment request (NUT-18 `creqA`, NUT-26 `creqB`).
    Request(Box<Request>),
    /// E-cash itself (NUT-00 `cashuA`, `cashuB`): not to be paid but to be taken in.
    Token(Box<Token>),
    /// An address to be asked what it wants, over LNURL: a payee's or a voucher's. A Lightning
    /// address is one.
    Lnurl(Box<Lnurl>),
    /// A site wants us to sign in (LUD-04): no money.
    SignIn(Box<SignIn>),
    /// A `bitcoin:` link that can be paid in more than one way.
    Several(Box<Several>),
    /// A merchant code of banks and card schemes (EMVCo).
    Merchant(Box<MerchantCode>),
    /// A web page, which may ask for a payment when it is fetched. Only `http` and `https`, always with a
    /// host, never with a user name.
    Page(Url),
    /// Something we know by sight and cannot pay.
    Unsupported(Unsupported),
}

/// Which sort of code was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeKind {
    /// A BOLT 11 invoice.
    Invoice,
    /// A BOLT 12 offer.
    Offer,
    /// A Cashu payment request.
    Request,
    /// E-cash.
    Token,
    /// A web address.
    Page,
    /// A `bitcoin:` address with parameters (BIP-21, BIP-321).
    BitcoinUri,
    /// An LNURL, in bech32 or with a scheme of its own.
    Lnurl,
    /// `name@host`.
    LightningAddress,
    /// A merchant code of EMVCo.
    MerchantCode,
}

impl std::fmt::Display for CodeKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Invoice => "Lightning invoice",
            Self::Offer => "Lightning offer",
            Self::Request => "payment request",
            Self::Token => "e-cash token",
            Self::Page => "web address",
            Self::BitcoinUri => "bitcoin address",
            Self::Lnurl => "LNURL",
            Self::LightningAddress => "Lightning address",
            Self::MerchantCode => "merchant code",
        })
    }
}

/// Why a text is no payment code.
///
/// The reasons are fixed sentences: the text itself may hold money, so no part of it is repeated here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Nothing but space.
    #[error("there is no code here")]
    Empty,
    /// Longer than anything that is looked at.
    #[error("this is too long for a payment code (at most {max} bytes)")]
    TooLong {
        /// The limit that was passed, in bytes.
        max: usize,
    },
    /// Characters that cannot be seen or that turn the direction of writing.
    #[error("the code holds {count} invisible characters, which no honest code does")]
    Invisible {
        /// How many of them there are.
        count: usize,
    },
    /// Known by its beginning, but wrong inside.
    #[error("the {kind} is damaged: {why}")]
    Damaged {
        /// What it looks like.
        kind: CodeKind,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Reads whatever a person scanned, pasted or opened.
///
/// Case and `lightning:`, `cashu:` and `bitcoin:` prefixes do not matter where the formats say so; space
/// around the code and line breaks inside a wrapped one are ignored. Being expired is not an error here.
///
/// # Errors
///
/// [`CodeError`] when the text is empty, too long, holds invisible characters, or is a damaged code of a
/// known kind. Text of no known kind is not an error but [`UnsupportedKind::Unknown`].
///
/// # Examples
///
/// ```
/// use farthing_rails::code::{PaymentCode, read};
///
/// let PaymentCode::Lnurl(ada) = read("ada@example.com")? else { panic!() };
/// assert_eq!(ada.url.as_str(), "https://example.com/.well-known/lnurlp/ada");
/// # Ok::<(), farthing_rails::code::CodeError>(())
/// ```
pub fn read(text: &str) -> Result<PaymentCode, CodeError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(CodeError::Empty);
    }
    let max = if may_hold_token(text) {
        MAX_TOKEN_BYTES
    } else {
        MAX_CODE_BYTES
    };
    if text.len() > max {
        return Err(CodeError::TooLong { max });
    }
    if unsupported::is_seed_phrase(text) {
        return Ok(UnsupportedKind::SeedPhrase.into());
    }

    let unwrapped = unwrap_lines(text);
    let text = unwrapped.as_ref();
    let count = plain::count_invisible(text);
    if count > 0 {
        return Err(CodeError::Invisible { count });
    }
    dispatch(text)
}

/// Looks at the scheme first, because it says what the rest must be, then at the bare forms.
fn dispatch(text: &str) -> Result<PaymentCode, CodeError> {
    for scheme in ["lightning", "lnurl"] {
        if let Some(rest) = uri::strip_scheme(text, scheme) {
            return bare_lightning(rest)
                .or_else(|| lnurl::bare(rest))
                .unwrap_or_else(|| Ok(unsupported::recognise(rest).into()));
        }
    }
    if let Some(rest) = uri::strip_scheme(text, "cashu") {
        return bare_cashu(rest).unwrap_or(Err(CodeError::Damaged {
            kind: CodeKind::Token,
            why: "after `cashu:` comes neither a token nor a request",
        }));
    }
    if let Some(rest) = uri::strip_scheme(text, "bitcoin") {
        return bitcoin::read(rest);
    }
    if uri::has_scheme(text, "http") || uri::has_scheme(text, "https") {
        return uri::read_page(text);
    }
    if let Some(code) = bare_cashu(text).or_else(|| bare_lightning(text)) {
        return code;
    }
    // Before an address: a merchant code may have one in it and be all of the right letters.
    if MerchantCode::looks_like(text) {
        return MerchantCode::read(text);
    }
    if let Some(code) = lnurl::bare(text) {
        return code;
    }
    Ok(unsupported::recognise(text).into())
}

/// `cashuA…`, `cashuB…`, `creqA…`, `creqB1…` and a token as a single animated frame; `None` for anything else.
fn bare_cashu(text: &str) -> Option<Result<PaymentCode, CodeError>> {
    if Token::looks_like(text) {
        return Some(Token::read(text).map(|read| read.into()));
    }
    if Request::looks_like(text) {
        return Some(Request::read(text));
    }
    None
}

/// A BOLT 11 invoice or a BOLT 12 offer; `None` for anything else.
fn bare_lightning(text: &str) -> Option<Result<PaymentCode, CodeError>> {
    if Offer::looks_like(text) {
        return Some(Offer::read(text));
    }
    Invoice::looks_like(text)
        .then(|| Invoice::read(text).map(|invoice| PaymentCode::Invoice(Box::new(invoice))))
}

/// Whether the longer limit applies. Cheap, and wrong only on the generous side.
fn may_hold_token(text: &str) -> bool {
    let start = text.get(..16).unwrap_or(text).to_ascii_lowercase();
    let web = start.starts_with("http://") || start.starts_with("https://");
    start.starts_with("cashu")
        || start.starts_with("ur:bytes/")
        || (web && (text.contains("token=cashu") || text.contains("#cashu")))
}

/// Joins a code that a mail program or a terminal broke into lines.
///
/// Only codes are joined. In a web address a line break is a sign of something pasted together, and stays
/// in to be refused.
fn unwrap_lines(text: &str) -> std::borrow::Cow<'_, str> {
    let is_code = Token::looks_like(text)
        || Request::looks_like(text)
        || Invoice::looks_like(text)
        || Offer::looks_like(text)
        || lnurl::is_bech32(text)
        || ["cashu", "lightning", "lnurl"]
            .iter()
            .any(|scheme| uri::has_scheme(text, scheme));
    if !is_code || !text.contains(['\n', '\r']) {
        return text.into();
    }
    text.lines().map(str::trim).collect::<String>().into()
}

#[cfg(test)]
impl PaymentCode {
    fn kind(&self) -> Option<UnsupportedKind> {
        match self {
            Self::Unsupported(seen) => Some(seen.kind),
            _ => None,
        }
    }
}
