//! What a site asks for a page: the ways to pay that a `402 Payment Required` names.

use serde::{Deserialize, Serialize};

use super::challenge::{Challenge, challenges};
use crate::code::{Invoice, Network, PaymentCode, Plain, Request, plain_text, read};
use crate::lnurl::{PayerAsks, asks};

/// Longest macaroon, in characters. Those in use have a few hundred.
const LONGEST_MACAROON: usize = 4 * 1024;
/// Longest parameter of a `Payment` challenge that has to be sent back, in characters.
const LONGEST_PARAM: usize = 8 * 1024;
/// Longest description, in characters.
const LONGEST_WORDS: usize = 200;
/// Longest header that says what a site wants to know, in bytes.
const LONGEST_WISHES: usize = 8 * 1024;
/// Most ways to pay taken from one reply.
const MOST_DEMANDS: usize = 8;

/// One way to pay for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demand {
    /// E-cash in a header of the next request (NUT-24).
    Cash(Box<Request>),
    /// A Lightning invoice, whose preimage goes into a header of the next request.
    Invoice {
        /// What is paid. It always names its amount.
        invoice: Box<Invoice>,
        /// What has to be shown with the preimage.
        ticket: Ticket,
        /// What it is for, in the site's words.
        about: Option<Plain>,
    },
}

/// What a site wants to see again beside the proof of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ticket {
    /// A macaroon (L402, bLIP-26).
    L402 {
        /// As it came, base64.
        macaroon: String,
    },
    /// The same under its old name.
    Lsat {
        /// As it came, base64.
        macaroon: String,
    },
    /// A challenge of the HTTP `Payment` scheme, Lightning charge.
    Payment {
        /// Its parameters, by name, as they came.
        challenge: std::collections::BTreeMap<String, String>,
    },
}

/// What a `402` says, as far as this wallet is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// The ways this wallet can pay, in the order they were named.
    pub payable: Vec<Demand>,
    /// Ways it knows by name and cannot pay.
    pub unpayable: Vec<Unpayable>,
    /// What the site wants to know about the reader.
    pub asks: PayerAsks,
}

/// A way of paying that this wallet knows and cannot use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unpayable {
    /// A payment on a blockchain (x402).
    OnAChain,
    /// E-cash locked in a way this wallet cannot make.
    LockedCash,
    /// The `Payment` scheme with a method or an intent that is not a Lightning charge.
    OtherMethod,
    /// A demand that contradicts itself or cannot be read.
    Damaged,
}

/// The headers of a reply that may name a price.
#[derive(Clone, Debug, Default)]
pub struct PriceTags<'a> {
    /// Every `WWW-Authenticate`.
    pub authenticate: Vec<&'a str>,
    /// Every `X-Cashu`.
    pub cashu: Vec<&'a str>,
    /// Every `Payer-Data`.
    pub payer_data: Vec<&'a str>,
    /// Whether there is a `PAYMENT-REQUIRED` or `X-Payment` header (x402).
    pub x402: bool,
}

/// Reads what a `402` asks for. Never fails: what is damaged cannot be paid and says so.
#[must_use]
pub fn demands(tags: &PriceTags<'_>) -> Demands {
    let mut found = Demands::default();
    for text in tags.cashu.iter().take(MOST_DEMANDS) {
        match read(text) {
            Ok(PaymentCode::Request(request)) if request.amount.is_some() => {
                found.payable.push(Demand::Cash(request));
            }
            Ok(PaymentCode::Unsupported(_)) => found.unpayable.push(Unpayable::LockedCash),
            _ => found.unpayable.push(Unpayable::Damaged),
        }
    }
    for challenge in challenges(tags.authenticate.iter().copied()) {
        let demand = match challenge.scheme.as_str() {
            "l402" => macaroon(&challenge).map(|macaroon| Ticket::L402 { macaroon }),
            "lsat" => macaroon(&challenge).map(|macaroon| Ticket::Lsat { macaroon }),
            "payment" => {
                match charge(&challenge) {
                    Ok(demand) => found.payable.push(demand),
                    Err(why) => found.unpayable.push(why),
                }
                continue;
            }
            // `Basic` and the like are about passwords, not money.
            _ => continue,
        };
        let invoice = challenge.get("invoice").and_then(with_amount);
        match (demand, invoice) {
            (Some(ticket), Some(invoice)) => found.payable.push(Demand::Invoice {
                invoice,
                ticket,
                about: None,
            }),
            _ => found.unpayable.push(Unpayable::Damaged),
        }
    }
    if tags.x402 {
        found.unpayable.push(Unpayable::OnAChain);
    }
    found.payable.truncate(MOST_DEMANDS);
    match wishes(&tags.payer_data) {
        Some(asks) => found.asks = asks,
        None => {
            // It may insist on something: who pays without knowing may have paid for nothing.
            found.payable.clear();
            found.unpayable.insert(0, Unpayable::Damaged);
        }
    }
    found
}

/// What a site wants to know, in the form of LUD-18's `payerData`. Nothing where that cannot be read.
fn wishes(headers: &[&str]) -> Option<PayerAsks> {
    match headers {
        [] => Some(PayerAsks::default()),
        [text] if text.len() <= LONGEST_WISHES => asks(&serde_json::from_str(text).ok()?).ok(),
        _ => None,
    }
}

fn macaroon(challenge: &Challenge) -> Option<String> {
    let text = challenge
        .get("macaroon")
        .or_else(|| challenge.get("token"))?;
    let base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=');
    let fits = (1..=LONGEST_MACAROON).contains(&text.len()) && text.bytes().all(base64);
    fits.then(|| text.to_owned())
}

/// An invoice that names its amount: without one the price would be ours to guess.
fn with_amount(text: &str) -> Option<Box<Invoice>> {
    match read(text) {
        Ok(PaymentCode::Invoice(invoice)) if invoice.amount_msat.is_some() => Some(invoice),
        _ => None,
    }
}

/// The request of a Lightning charge (draft-lightning-charge-00).
#[derive(Deserialize)]
struct Charge {
    amount: String,
    currency: String,
    description: Option<String>,
    #[serde(rename = "methodDetails")]
    details: Details,
}

#[derive(Deserialize)]
struct Details {
    invoice: String,
    #[serde(rename = "paymentHash")]
    payment_hash: Option<String>,
    network: Option<String>,
}

/// What a charge says beside its invoice must be what the invoice says.
fn charge(challenge: &Challenge) -> Result<Demand, Unpayable> {
    const ECHOED: [&str; 9] = [
        "id",
        "realm",
        "method",
        "intent",
        "request",
        "description",
        "opaque",
        "digest",
        "expires",
    ];
    let get = |name| challenge.get(name).ok_or(Unpayable::Damaged);
    for required in ["id", "realm", "method", "intent", "request"] {
        get(required)?;
    }
    if get("method")? != "lightning" || get("intent")? != "charge" {
        return Err(Unpayable::OtherMethod);
    }
    let mut echo = std::collections::BTreeMap::new();
    for name in ECHOED {
        if let Some(value) = challenge.get(name) {
            if value.len() > LONGEST_PARAM {
                return Err(Unpayable::Damaged);
            }
            echo.insert(name.to_owned(), value.to_owned());
        }
    }
    let request = super::base64url(get("request")?).ok_or(Unpayable::Damaged)?;
    let charge: Charge = serde_json::from_slice(&request).map_err(|_| Unpayable::Damaged)?;
    let invoice = with_amount(&charge.details.invoice).ok_or(Unpayable::Damaged)?;
    let sat: Option<u64> = charge.amount.parse().ok();
    let asked = sat.and_then(|sat| sat.checked_mul(1_000));
    let network = match charge.details.network.as_deref() {
        None | Some("mainnet") => invoice.network == Network::Bitcoin,
        Some("regtest") => invoice.network == Network::Regtest,
        Some("signet") => invoice.network == Network::Signet,
        Some(_) => false,
    };
    let hash = charge.details.payment_hash.as_deref();
    let says_one_thing = charge.currency == "sat"
        && asked.is_some()
        && asked == invoice.amount_msat
        && network
        && hash.is_none_or(|hash| hash == invoice.payment_hash);
    if !says_one_thing {
        return Err(Unpayable::Damaged);
    }
    let words = charge.description.or(echo.get("description").cloned());
    Ok(Demand::Invoice {
        invoice,
        ticket: Ticket::Payment { challenge: echo },
        about: words
            .map(|words| plain_text(&words, LONGEST_WORDS))
            .filter(|words| !words.is_empty()),
    })
}
