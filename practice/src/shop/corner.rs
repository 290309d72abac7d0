//! *Corner Shop*: takes e-cash payment requests, and Lightning for the same order.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Mutex;
use std::time::Duration;

use axum::http::Uri;
use cdk::mint_url::MintUrl;
use cdk_common::nuts::{
    CurrencyUnit, PaymentRequest, PaymentRequestPayload, Transport, TransportType,
};
use serde::{Deserialize, Serialize};

use super::orders::{Order, OrderBook, OrderState, PaidBy, Purse, StoreError};
use super::till::{Till, TillError, digest};
use super::turns::Turns;
use crate::lightning::{InvoiceState, Network, NewInvoice, SAT_PER_CENT};
use crate::reply::Refusal;
use crate::shared::lock;

/// The shop's Lightning node and its folder.
pub(crate) const NODE: &str = "corner_shop";
/// How long an order's invoice can be paid.
const INVOICE_SECONDS: u64 = 3_600;
/// Largest price, in either unit.
const LARGEST_PRICE: u64 = 1_000_000;

/// What a customer asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// The price, in `unit`.
    pub amount: u64,
    /// `sat` or `usd`.
    #[serde(default = "sat")]
    pub unit: String,
    /// `maple`, `harbour`, or the address of any issuer on this machine.
    #[serde(default = "maple")]
    pub issuer: String,
    /// What it is.
    #[serde(default)]
    pub item: String,
}

fn sat() -> String {
    "sat".to_owned()
}

fn maple() -> String {
    "maple".to_owned()
}

/// An order as customers see it; amounts in `unit`.
#[derive(Debug, Clone, Serialize)]
pub struct OrderView {
    id: String,
    url: String,
    item: String,
    amount: u64,
    unit: String,
    issuer: String,
    state: OrderState,
    paid_by: Option<PaidBy>,
    gross: Option<u64>,
    fee: Option<u64>,
    net: Option<u64>,
    /// What the customer wrote beside the coins; not kept over a restart.
    memo: Option<String>,
    request: String,
    request_bech32: String,
    picture: String,
    pay_url: String,
    invoice: String,
    invoice_picture: String,
    payment_hash: String,
    created_at: u64,
}

impl OrderView {
    /// Where the order can be looked at.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The payment request, `creqA…`.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The Lightning invoice for the same order.
    #[must_use]
    pub fn invoice(&self) -> &str {
        &self.invoice
    }
}

/// The shop.
pub struct CornerShop {
    url: String,
    issuers: HashMap<String, (String, Vec<String>)>,
    network: Network,
    book: OrderBook,
    turns: Turns,
    memos: Mutex<HashMap<String, String>>,
}

impl std::fmt::Debug for CornerShop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CornerShop")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl CornerShop {
    /// Opens the shop at `url`; `issuers` are the town's, by short name, with
    /// address and units.
    pub fn open(
        folder: &std::path::Path,
        url: String,
        network: Network,
        issuers: HashMap<String, (String, Vec<String>)>,
    ) -> Result<Self, StoreError> {
        let book = OrderBook::open(&folder.join("shop.db"))?;
        Ok(Self {
            url,
            issuers,
            network,
            book,
            turns: Turns::default(),
            memos: Mutex::default(),
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Finishes what a crash interrupted.
    pub async fn resume(&self) {
        let unpaid = match self.book.unpaid() {
            Ok(unpaid) => unpaid,
            Err(error) => {
                tracing::error!(%error, "the corner shop could not look at its open orders");
                return;
            }
        };
        for order in unpaid {
            let turn = self.turns.of(&order.id);
            let _turn = turn.lock().await;
            let done = match self.book.find(&order.id) {
                Ok(Some(order)) if order.state == OrderState::Redeeming => {
                    self.finish(order).await.map(|_| ())
                }
                // The crash fell between withdrawing the invoice and taking the coins.
                Ok(Some(order)) if order.state == OrderState::Open => self
                    .network
                    .offer_again(&order.payment_hash)
                    .map_err(Refusal::broken),
                Ok(_) => Ok(()),
                Err(error) => Err(Refusal::broken(error)),
            };
            if let Err(refusal) = done {
                tracing::warn!(
                    code = refusal.code(),
                    "an interrupted order is still not decided"
                );
            }
        }
    }

    /// Takes an order and writes both ways to pay it.
    pub fn place(&self, new: &NewOrder) -> Result<OrderView, Refusal> {
        if new.amount == 0 || new.amount > LARGEST_PRICE {
            return Err(Refusal::bad("amount", "a price is 1 to 1000000"));
        }
        if new.item.chars().count() > 100 {
            return Err(Refusal::bad(
                "item",
                "an item's name has at most 100 letters",
            ));
        }
        let (unit, msat) = match new.unit.as_str() {
            "sat" => (CurrencyUnit::Sat, new.amount * 1_000),
            "usd" => (CurrencyUnit::Usd, new.amount * 1_000 * SAT_PER_CENT),
            _ => return Err(Refusal::bad("unit", "prices are in sat or usd")),
        };
        let issuer = self.issuer(&new.issuer, &new.unit)?;
        let mint = MintUrl::from_str(&issuer)
            .map_err(|_| Refusal::bad("issuer", "this is not an issuer's address"))?;
        let id = uuid::Uuid::new_v4().simple().to_string();
        let item = if new.item.is_empty() {
            "something"
        } else {
            &new.item
        };
        let request = PaymentRequest::builder()
            .payment_id(&id)
            .amount(new.amount)
            .unit(unit)
            .single_use(true)
            .add_mint(mint)
            .description(item)
            .add_transport(
                Transport::builder()
                    .transport_type(TransportType::HttpPost)
                    .target(self.pay_url(&id))
                    .build()
                    .map_err(Refusal::broken)?,
            )
            .build();
        let invoice = self
            .network
            .invoice(&NewInvoice {
                node: NODE,
                till: &id,
                amount_msat: Some(msat),
                description: format!("Corner Shop: {item}").as_str().into(),
                expiry: Duration::from_secs(INVOICE_SECONDS),
            })
            .map_err(Refusal::broken)?;
        let order = Order {
            id,
            item: item.to_owned(),
            amount: new.amount,
            unit: new.unit.clone(),
            issuer,
            request: request.to_string(),
            request_bech32: request.to_bech32_string().map_err(Refusal::broken)?,
            invoice: invoice.bolt11,
            payment_hash: invoice.hash,
            created_at: cdk_common::util::unix_time(),
            state: OrderState::Open,
            paid_by: None,
            digest: None,
            plan: None,
            gross: None,
            fee: None,
            net: None,
        };
        self.book.add(&order).map_err(Refusal::broken)?;
        Ok(self.view(order))
    }

    /// Where an order stands now.
    pub fn look(&self, id: &str) -> Result<OrderView, Refusal> {
        Ok(self.view(self.current(id)?))
    }

    /// Takes a payment, once. The same payment again gets the same answer.
    pub async fn pay(
        &self,
        id: &str,
        payload: PaymentRequestPayload,
    ) -> Result<OrderView, Refusal> {
        let turn = self.turns.of(id);
        let _turn = turn.lock().await;
        let order = self.current(id)?;
        let digest = digest(payload.proofs.iter().map(|coin| &coin.secret));
        match order.state {
            OrderState::Paid if order.digest.as_deref() == Some(&digest) => {
                return Ok(self.view(order));
            }
            OrderState::Paid => {
                return Err(Refusal::conflict(
                    "already_paid",
                    "this order is already paid; these coins were not taken",
                ));
            }
            OrderState::Redeeming if order.digest.as_deref() == Some(&digest) => {
                return self.finish(order).await;
            }
            OrderState::Redeeming => {
                return Err(Refusal::conflict(
                    "being_paid",
                    "another payment of this order is being decided; these coins were not taken",
                ));
            }
            OrderState::Open => {}
        }
        if payload.id.as_deref() != Some(order.id.as_str()) {
            return Err(Refusal::bad(
                "wrong_order",
                "this payment is for another order",
            ));
        }
        if payload.unit.to_string() != order.unit {
            return Err(Refusal::bad(
                "wrong_unit",
                format!("this order is priced in {}", order.unit),
            ));
        }
        if let Some(memo) = &payload.memo {
            lock(&self.memos).insert(order.id.clone(), memo.clone());
        }
        if plain(&payload.mint.to_string()) != plain(&order.issuer) {
            return Err(Refusal::bad(
                "wrong_issuer",
                format!("this order takes coins of {}", order.issuer),
            ));
        }
        let till = Till::at(&order.issuer, &order.unit).map_err(refused)?;
        let plan = till
            .plan(&payload.proofs, order.amount)
            .await
            .map_err(refused)?;
        // One way of paying at a time: from here nobody can pay the invoice.
        if !self
            .network
            .withdraw(&order.payment_hash)
            .map_err(Refusal::broken)?
        {
            let invoice = self
                .network
                .find(&order.payment_hash)
                .map_err(Refusal::broken)?;
            if invoice.is_none_or(|i| i.state != InvoiceState::Withdrawn) {
                return Err(Refusal::conflict(
                    "being_paid",
                    "this order is being paid by Lightning; these coins were not taken",
                ));
            }
        }
        self.book
            .begin(id, &digest, &plan)
            .map_err(Refusal::broken)?;
        self.finish(self.current(id)?).await
    }

    /// Coins the shop holds.
    pub fn purses(&self) -> Result<Vec<Purse>, StoreError> {
        self.book.purses()
    }

    async fn finish(&self, order: Order) -> Result<OrderView, Refusal> {
        let Some(plan) = &order.plan else {
            return Err(Refusal::broken("an order being paid has no plan"));
        };
        let till = Till::at(&order.issuer, &order.unit).map_err(refused)?;
        match till.carry_out(plan).await {
            Ok(coins) => {
                self.book
                    .bank(&order, plan.gross(), &coins)
                    .map_err(Refusal::broken)?;
                Ok(self.view(self.current(&order.id)?))
            }
            Err(error @ TillError::Refused(_)) => {
                self.book.reopen(&order.id).map_err(Refusal::broken)?;
                self.network
                    .offer_again(&order.payment_hash)
                    .map_err(Refusal::broken)?;
                Err(refused(error))
            }
            // Kept as it is: the same payment, sent again, finds out.
            Err(error) => Err(Refusal::later(
                "not_decided",
                format!("{error}; send the same payment again"),
            )),
        }
    }

    /// The order, with what Lightning knows about it.
    fn current(&self, id: &str) -> Result<Order, Refusal> {
        let read = || {
            self.book
                .find(id)
                .map_err(Refusal::broken)?
                .ok_or_else(|| Refusal::missing("no_order", "there is no such order"))
        };
        let order = read()?;
        if order.state != OrderState::Open {
            return Ok(order);
        }
        match self
            .network
            .find(&order.payment_hash)
            .map_err(Refusal::broken)?
        {
            Some(invoice) if invoice.state == InvoiceState::Settled => {
                self.book
                    .paid_by_lightning(id, order.amount)
                    .map_err(Refusal::broken)?;
                read()
            }
            _ => Ok(order),
        }
    }

    fn issuer(&self, named: &str, unit: &str) -> Result<String, Refusal> {
        if let Some((url, units)) = self.issuers.get(named) {
            return if units.iter().any(|u| u == unit) {
                Ok(url.clone())
            } else {
                Err(Refusal::bad(
                    "unit",
                    format!("{named} does not issue {unit}"),
                ))
            };
        }
        let here = Uri::from_str(named).ok().filter(|uri| {
            uri.scheme_str() == Some("http")
                && matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"))
        });
        here.map(|_| plain(named).to_owned()).ok_or_else(|| {
            Refusal::bad(
                "issuer",
                "an issuer is maple, harbour or an http address on this machine",
            )
        })
    }

    fn pay_url(&self, id: &str) -> String {
        format!("{}/orders/{id}/pay", self.url)
    }

    fn view(&self, order: Order) -> OrderView {
        let at = |path: &str| format!("{}/orders/{}/{path}", self.url, order.id);
        let memo = lock(&self.memos).get(&order.id).cloned();
        OrderView {
            url: format!("{}/orders/{}", self.url, order.id),
            picture: at("qr.png"),
            pay_url: self.pay_url(&order.id),
            invoice_picture: at("invoice.png"),
            id: order.id,
            item: order.item,
            amount: order.amount,
            unit: order.unit,
            issuer: order.issuer,
            state: order.state,
            paid_by: order.paid_by,
            gross: order.gross,
            fee: order.fee,
            net: order.net,
            memo,
            request: order.request,
            request_bech32: order.request_bech32,
            invoice: order.invoice,
            payment_hash: order.payment_hash,
            created_at: order.created_at,
        }
    }
}

fn plain(url: &str) -> &str {
    url.trim_end_matches('/')
}

fn refused(error: TillError) -> Refusal {
    match error {
        TillError::Unclear(_) => Refusal::later(error.code(), error.to_string()),
        _ => Refusal::unacceptable(error.code(), format!("{error}; nothing was taken")),
    }
}
