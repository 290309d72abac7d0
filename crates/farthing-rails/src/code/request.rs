//! Cashu payment requests: NUT-18 (`creqA`) and NUT-26 (`creqB`).

use std::str::FromStr;

use cdk::nuts::{CurrencyUnit, PaymentRequest, TransportType};
use url::Url;

use super::{CodeError, CodeKind, PaymentCode, Plain, UnsupportedKind, plain_text, uri};

/// Descriptions longer than this are shortened, in characters.
const MAX_DESCRIPTION: usize = 640;

/// Names longer than this are refused, in characters: units, payment ids.
const MAX_NAME: usize = 64;

/// Ids longer than this are refused, in characters.
const MAX_ID: usize = 256;

/// A Cashu payment request: a payee asks for e-cash and says how to deliver it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The request as it came, without `cashu:`.
    pub text: String,
    /// The payee's own reference, sent back with the payment.
    pub id: Option<Plain>,
    /// What the payee wants to keep after its own input fees, in `unit`, never zero. `None`: the payer says
    /// how much.
    pub amount: Option<u64>,
    /// The unit, lower case (`sat`, `usd`); always there when there is an amount.
    pub unit: Option<String>,
    /// Whether it may be paid once only.
    pub single_use: bool,
    /// The issuers whose e-cash the payee takes. Empty: any.
    pub issuers: Vec<Url>,
    /// Whether `issuers` are only a preference. False: e-cash of anyone else is not accepted.
    pub issuers_preferred: bool,
    /// Ways an issuer must be able to pay out, at least one of them. Empty: no demand.
    pub methods: Vec<Method>,
    /// The payee's own words.
    pub description: Option<Plain>,
    /// How to deliver the e-cash, best first. Empty: through whatever the request came by (HTTP 402).
    pub transports: Vec<Transport>,
    cdk: PaymentRequest,
}

/// A way of paying out that a payee demands of the issuer (`bolt11`, `bolt12`, `onchain`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Method {
    /// Its name, lower case.
    pub name: String,
    /// What the payee adds to the price when the issuer is not a preferred one, in the request's unit.
    pub fee: Option<u64>,
}

/// A way of delivering e-cash to the payee.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// An HTTP POST to this address.
    Post(Url),
    /// A Nostr message, which we cannot send.
    Nostr,
}

impl Request {
    pub(super) fn looks_like(text: &str) -> bool {
        text.starts_with("creqA")
            || text
                .get(..6)
                .is_some_and(|start| start.eq_ignore_ascii_case("creqb1"))
    }

    pub(super) fn read(text: &str) -> Result<PaymentCode, CodeError> {
        let cdk = PaymentRequest::from_str(text).map_err(|_| damaged("it cannot be decoded"))?;
        // A lock the payer does not set is a payment the payee does not accept.
        if cdk.nut10.is_some() {
            return Ok(UnsupportedKind::LockedRequest.into());
        }
        let amount = cdk.amount.map(|amount| amount.to_u64());
        if amount == Some(0) {
            return Err(damaged("it asks for zero"));
        }
        if amount.is_some() && cdk.unit.is_none() {
            return Err(damaged("it names an amount but no unit"));
        }
        let id = match cdk.payment_id.as_deref() {
            Some(id) if id.chars().count() > MAX_ID => return Err(damaged("its id is too long")),
            Some(id) => Some(plain_text(id, MAX_ID)),
            None => None,
        };
        let request = Self {
            text: text.to_owned(),
            id,
            amount,
            unit: cdk
                .unit
                .as_ref()
                .map(unit_name)
                .transpose()
                .map_err(damaged)?,
            single_use: cdk.single_use.unwrap_or(false),
            // One unreadable entry spoils the list: leaving it out could turn a strict list into "any".
            issuers: cdk
                .mints
                .iter()
                .map(|mint| uri::web_address(&mint.to_string()))
                .collect::<Option<_>>()
                .ok_or_else(|| damaged("one of its issuers has no web address"))?,
            issuers_preferred: cdk.mint_preferred.unwrap_or(false),
            methods: cdk
                .supported_methods
                .iter()
                .map(method)
                .collect::<Result<_, _>>()?,
            description: cdk
                .description
                .as_deref()
                .map(|words| plain_text(words, MAX_DESCRIPTION))
                .filter(|words| !words.is_empty() || words.removed() > 0),
            transports: cdk
                .transports
                .iter()
                .map(transport)
                .collect::<Result<_, _>>()?,
            cdk,
        };
        Ok(PaymentCode::Request(Box::new(request)))
    }

    /// All it says, in one encoding whichever it came in.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.cdk.to_string()
    }

    /// The same request as the e-cash rail takes it.
    #[allow(dead_code, reason = "for the e-cash rail")]
    pub(crate) fn as_cdk(&self) -> &PaymentRequest {
        &self.cdk
    }
}

/// The name of a unit, or why it is none. Units are shown next to amounts, so they must be plain words.
pub(super) fn unit_name(unit: &CurrencyUnit) -> Result<String, &'static str> {
    let name = unit.to_string();
    name_in_letters(&name)
        .then_some(name)
        .ok_or("its unit has no proper name")
}

fn name_in_letters(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn method(method: &cdk::nuts::nut18::SupportedMethod) -> Result<Method, CodeError> {
    if !name_in_letters(&method.method) {
        return Err(damaged("one of its methods has no proper name"));
    }
    Ok(Method {
        name: method.method.to_ascii_lowercase(),
        fee: method.fee.map(|fee| fee.to_u64()),
    })
}

fn transport(transport: &cdk::nuts::Transport) -> Result<Transport, CodeError> {
    match transport._type {
        TransportType::HttpPost => uri::web_address(&transport.target)
            .map(Transport::Post)
            .ok_or_else(|| damaged("its place of delivery has no web address")),
        TransportType::Nostr => Ok(Transport::Nostr),
    }
}

fn damaged(why: &'static str) -> CodeError {
    CodeError::Damaged {
        kind: CodeKind::Request,
        why,
    }
}
