//! Pages behind HTTP 402, in every dialect a wallet may meet.
//!
//! A credential is bound to one path and opens it again and again until it
//! expires or is revoked, so that a lost answer or half a download costs nothing.

mod charge;
mod count;
mod l402;
mod x402;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use cdk::mint_url::MintUrl;
use cdk_common::nuts::{CurrencyUnit, PaymentRequest};
use cdk_common::util::{hex, unix_time};
pub(super) use count::counted;
use serde::{Deserialize, Serialize};

use super::cashbox::Cashbox;
use super::orders::{Purse, StoreError};
use super::sales::Sold;
use crate::lightning::{InvoiceRecord, Network, NewInvoice, TillFlow};
use crate::reply::Refusal;
use crate::shared::lock;

const X_CASHU: HeaderName = HeaderName::from_static("x-cashu");

/// A way of asking for money over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// NUT-24 with a `creqA…` request.
    Cashu,
    /// NUT-24 with a `creqB…` request (NUT-26).
    CashuB,
    /// L402: macaroon and invoice.
    L402,
    /// L402 under its old name.
    Lsat,
    /// The `Payment` scheme with its Lightning charge.
    Payment,
    /// A payment on a chain, which nobody in town can make.
    X402,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Cashu,
        Self::CashuB,
        Self::L402,
        Self::Lsat,
        Self::Payment,
        Self::X402,
    ];

    /// Its name in paths.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cashu => "cashu",
            Self::CashuB => "cashu_b",
            Self::L402 => "l402",
            Self::Lsat => "lsat",
            Self::Payment => "payment",
            Self::X402 => "x402",
        }
    }
}

/// Something for sale.
#[derive(Debug, Clone)]
pub(super) struct Wares<'a> {
    /// Its path, which credentials are bound to.
    pub path: &'a str,
    /// What people read.
    pub title: &'a str,
    /// Its media type once paid for.
    pub kind: &'a str,
    /// Satoshi.
    pub price: u64,
    /// The ways of paying.
    pub dialects: &'a [Dialect],
}

/// What the door says.
#[derive(Debug)]
pub(super) enum Admission {
    /// Paid; these headers go with the page.
    In(HeaderMap),
    /// Not paid, and why what was shown does not count.
    Out(Option<Problem>),
}

/// Why a credential does not count: problem types of the `Payment` scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    Malformed,
    Unknown,
    Expired,
    Unproven,
}

impl Problem {
    fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed-credential",
            Self::Unknown => "invalid-challenge",
            Self::Expired => "payment-expired",
            Self::Unproven => "verification-failed",
        }
    }
}

/// How long things last; tests change it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Seconds a macaroon opens its path.
    pub credential_seconds: u64,
    /// Seconds an invoice can be paid, and a `Payment` credential used.
    pub invoice_seconds: u64,
    /// Whether a `Payment` credential opens its path once only, as the draft has it.
    pub payment_once: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            credential_seconds: 24 * 3_600,
            invoice_seconds: 3_600,
            payment_once: false,
        }
    }
}

/// How often a path was asked for and handed out since the town opened.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Tally {
    pub asked: u64,
    pub served: u64,
}

/// A till at the door of one shop.
pub(super) struct Paywall {
    origin: String,
    node: &'static str,
    network: Network,
    secret: [u8; 64],
    cashbox: Arc<Cashbox>,
    terms: Mutex<Terms>,
    tally: Mutex<BTreeMap<String, Tally>>,
}

impl std::fmt::Debug for Paywall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paywall")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// What a paywall needs to stand.
pub(super) struct Ground<'a> {
    /// Where its book lies.
    pub folder: &'a Path,
    /// The shop's origin.
    pub origin: String,
    /// The shop's Lightning node.
    pub node: &'static str,
    /// The network.
    pub network: Network,
    /// The secret its credentials are signed with.
    pub secret: [u8; 64],
    /// Whose coins it takes.
    pub issuers: Vec<String>,
}

impl Paywall {
    pub(super) fn open(ground: Ground<'_>) -> Result<Self, StoreError> {
        let book = ground.folder.join("sales.db");
        Ok(Self {
            origin: ground.origin,
            node: ground.node,
            network: ground.network,
            secret: ground.secret,
            cashbox: Arc::new(Cashbox::open(&book, ground.issuers)?),
            terms: Mutex::default(),
            tally: Mutex::default(),
        })
    }

    /// The shop's origin.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    fn realm(&self) -> &str {
        self.origin.trim_start_matches("http://")
    }

    /// How long things last now.
    pub(super) fn terms(&self) -> Terms {
        *lock(&self.terms)
    }

    /// Changes it.
    pub(super) fn set_terms(&self, terms: Terms) {
        *lock(&self.terms) = terms;
    }

    /// Makes every credential for a path, or for all, worthless.
    pub(super) fn revoke(&self, path: Option<&str>) -> Result<(), StoreError> {
        self.cashbox.book.revoke(path)
    }

    /// Finishes what a crash interrupted.
    pub(super) async fn resume(&self) {
        self.cashbox.resume().await;
    }

    /// Lets in whoever has paid. Bad coins are refused (NUT-24: 400).
    pub(super) async fn admit(
        &self,
        wares: &Wares<'_>,
        asked: &HeaderMap,
    ) -> Result<Admission, Refusal> {
        self.note(wares.path, |tally| tally.asked += 1);
        let takes = |dialect| wares.dialects.contains(&dialect);
        let shown = |name: &HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
        if let Some(token) = shown(&X_CASHU)
            && (takes(Dialect::Cashu) || takes(Dialect::CashuB))
        {
            self.cashbox.take(wares.path, wares.price, token).await?;
            return Ok(self.inside(wares, HeaderMap::new()));
        }
        let Some((scheme, credential)) =
            shown(&header::AUTHORIZATION).and_then(|value| value.trim().split_once(' '))
        else {
            return Ok(Admission::Out(None));
        };
        let credential = credential.trim();
        let epoch = self.epoch(wares.path)?;
        let named = |name: &str| scheme.eq_ignore_ascii_case(name);
        let verdict =
            if (named("l402") && takes(Dialect::L402)) || (named("lsat") && takes(Dialect::Lsat)) {
                l402::verify(&self.secret, wares.path, epoch, credential).map(|()| HeaderMap::new())
            } else if named("payment") && takes(Dialect::Payment) {
                self.charged(wares, epoch, credential)?
            } else {
                return Ok(Admission::Out(None));
            };
        Ok(match verdict {
            Ok(headers) => self.inside(wares, headers),
            Err(problem) => Admission::Out(Some(problem)),
        })
    }

    fn charged(
        &self,
        wares: &Wares<'_>,
        epoch: u64,
        credential: &str,
    ) -> Result<Result<HeaderMap, Problem>, Refusal> {
        let binding = binding(wares.path, epoch);
        let receipt = match charge::verify(&self.secret, self.realm(), &binding, credential) {
            Ok(receipt) => receipt,
            Err(problem) => return Ok(Err(problem)),
        };
        if self.terms().payment_once
            && !self
                .cashbox
                .book
                .consume(&receipt.reference)
                .map_err(Refusal::broken)?
        {
            return Ok(Err(Problem::Unknown));
        }
        let mut headers = HeaderMap::new();
        headers.insert(
            HeaderName::from_static("payment-receipt"),
            value(&receipt.header())?,
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
        Ok(Ok(headers))
    }

    fn inside(&self, wares: &Wares<'_>, headers: HeaderMap) -> Admission {
        self.note(wares.path, |tally| tally.served += 1);
        Admission::In(headers)
    }

    /// Asks for money, afresh each time.
    pub(super) fn ask(
        &self,
        wares: &Wares<'_>,
        problem: Option<Problem>,
    ) -> Result<Response, Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut chain = None;
        let epoch = self.epoch(wares.path)?;
        for dialect in wares.dialects {
            let offer = match dialect {
                Dialect::Cashu => (X_CASHU, self.request(wares).to_string()),
                Dialect::CashuB => {
                    let request = self.request(wares).to_bech32_string();
                    (X_CASHU, request.map_err(Refusal::broken)?)
                }
                Dialect::L402 | Dialect::Lsat => {
                    let invoice = self.invoice(wares)?;
                    let until = unix_time() + self.terms().credential_seconds;
                    let token = l402::token(&self.secret, wares.path, epoch, &invoice.hash, until);
                    let offer = l402::challenge(*dialect, &token, &invoice.bolt11);
                    (header::WWW_AUTHENTICATE, offer)
                }
                Dialect::Payment => {
                    let invoice = self.invoice(wares)?;
                    let demand = charge::Demand {
                        realm: self.realm(),
                        binding: &binding(wares.path, epoch),
                        title: wares.title,
                        price: wares.price,
                        invoice: &invoice,
                    };
                    (header::WWW_AUTHENTICATE, demand.challenge(&self.secret)?)
                }
                Dialect::X402 => {
                    let url = format!("{}{}", self.origin, wares.path);
                    let demand = x402::demand(&url, wares.title, wares.kind);
                    let offer = x402::header(&demand);
                    chain = Some(demand);
                    (HeaderName::from_static("payment-required"), offer)
                }
            };
            headers.append(offer.0, value(&offer.1)?);
        }
        let (kind, body) = match (wares.dialects, chain) {
            ([Dialect::X402], Some(demand)) => ("application/json", demand.to_string()),
            ([Dialect::Payment], _) => ("application/problem+json", problem_json(problem)),
            _ => ("text/html; charset=utf-8", self.teaser(wares, problem)),
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = StatusCode::PAYMENT_REQUIRED;
        *answer.headers_mut() = headers;
        Ok(answer)
    }

    fn request(&self, wares: &Wares<'_>) -> PaymentRequest {
        let issuers = self.cashbox.issuers().iter();
        PaymentRequest::builder()
            .amount(wares.price)
            .unit(CurrencyUnit::Sat)
            .mints(issuers.filter_map(|i| i.parse::<MintUrl>().ok()).collect())
            .description(wares.title)
            .build()
    }

    /// A real invoice over the price.
    pub(super) fn invoice(&self, wares: &Wares<'_>) -> Result<InvoiceRecord, Refusal> {
        let amount = wares.price.checked_mul(1_000);
        self.network
            .invoice(&NewInvoice {
                node: self.node,
                till: wares.path,
                amount_msat: Some(amount.ok_or_else(|| Refusal::broken("the price is too large"))?),
                description: wares.title.into(),
                expiry: Duration::from_secs(self.terms().invoice_seconds),
            })
            .map_err(Refusal::broken)
    }

    fn teaser(&self, wares: &Wares<'_>, problem: Option<Problem>) -> String {
        let (title, price) = (wares.title, wares.price);
        let said = problem.map_or_else(String::new, |p| format!("<p>{}</p>", p.name()));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body><h1>{title}</h1><p>This costs {price} sat.</p>{said}</body></html>"
        )
    }

    fn epoch(&self, path: &str) -> Result<u64, Refusal> {
        self.cashbox.book.epoch(path).map_err(Refusal::broken)
    }

    fn note(&self, path: &str, what: impl FnOnce(&mut Tally)) {
        what(lock(&self.tally).entry(path.to_owned()).or_default());
    }

    /// Asked and served, by path.
    pub(super) fn tally(&self) -> BTreeMap<String, Tally> {
        lock(&self.tally).clone()
    }

    /// What was paid in coins, by path.
    pub(super) fn sold(&self) -> Result<Vec<Sold>, StoreError> {
        self.cashbox.book.sold()
    }

    /// What was paid by Lightning, by path.
    pub(super) fn tills(&self) -> Result<Vec<TillFlow>, Refusal> {
        self.network.tills(self.node).map_err(Refusal::broken)
    }

    /// Coins held.
    pub(super) fn purses(&self) -> Result<Vec<Purse>, StoreError> {
        self.cashbox.book.purses()
    }
}

fn binding(path: &str, epoch: u64) -> String {
    format!("{path}#{epoch}")
}

fn value(text: &str) -> Result<HeaderValue, Refusal> {
    HeaderValue::from_str(text).map_err(Refusal::broken)
}

fn problem_json(problem: Option<Problem>) -> String {
    let name = problem.map_or("payment-required", Problem::name);
    serde_json::json!({
        "type": format!("https://paymentauth.org/problems/{name}"),
        "title": name.replace('-', " "),
        "status": 402,
    })
    .to_string()
}

fn sign(secret: &[u8; 64], parts: &[&[u8]]) -> [u8; 32] {
    let mut engine = HmacEngine::<sha256::Hash>::new(secret);
    for part in parts {
        // Lengths first, or two parts could pass for other two.
        engine.input(&(part.len() as u64).to_be_bytes());
        engine.input(part);
    }
    Hmac::from_engine(engine).to_byte_array()
}

/// Whether `preimage`, in hexadecimal, is the one of `hash`.
fn proves(preimage: &str, hash: &[u8]) -> bool {
    preimage.len() == 64
        && hex::decode(preimage)
            .is_ok_and(|bytes| sha256::Hash::hash(&bytes).as_byte_array().as_slice() == hash)
}
