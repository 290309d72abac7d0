//! The network as an issuer's payment backend.

use std::pin::Pin;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cdk_common::nuts::{CurrencyUnit, MeltQuoteState};
use cdk_common::payment::{
    Bolt11Settings, Bolt12OutgoingPaymentOptions, Bolt12Settings, CreateIncomingPaymentResponse,
    Error, Event, IncomingPaymentOptions, MakePaymentResponse, MintPayment, OutgoingPaymentOptions,
    PaymentIdentifier, PaymentQuoteResponse, SettingsResponse, WaitPaymentResponse,
};
use cdk_common::util::hex;
use cdk_common::{Amount, MeltOptions, QuoteId};
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::{InvoiceState, Network, NetworkEvent, NewInvoice, Outcome};

/// The town's fixed rate: one cent is ten satoshi.
pub const SAT_PER_CENT: u64 = 10;

/// What an issuer sets aside for routing, in its own unit: the larger of a
/// minimum and a share of the amount, rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Reserve {
    /// At least this much.
    pub min: u64,
    /// Per cent of the amount.
    pub percent: u64,
}

impl Reserve {
    /// The reserve for `amount`; `None` when it does not fit.
    #[must_use]
    pub fn of(self, amount: u64) -> Option<u64> {
        Some(
            amount
                .checked_mul(self.percent)?
                .div_ceil(100)
                .max(self.min),
        )
    }
}

/// One unit of one issuer on the network.
///
/// Millisatoshi become whole units rounded **up** when they leave (the issuer
/// never pays out more than it takes), and invoices ask for exactly the units
/// they top up, so an issuer can always redeem what it issued.
#[derive(Debug)]
pub struct IssuerRail {
    network: Network,
    node: String,
    unit: CurrencyUnit,
    msat_per_unit: u64,
    reserve: Reserve,
    listening: AtomicBool,
}

impl IssuerRail {
    /// The rail of `node` for `unit`; only sat and usd have a rate here.
    pub fn new(
        network: Network,
        node: &str,
        unit: CurrencyUnit,
        reserve: Reserve,
    ) -> Result<Self, Error> {
        let msat_per_unit = match unit {
            CurrencyUnit::Sat => 1_000,
            CurrencyUnit::Usd => 1_000 * SAT_PER_CENT,
            _ => return Err(Error::UnsupportedUnit),
        };
        Ok(Self {
            network,
            node: node.to_owned(),
            unit,
            msat_per_unit,
            reserve,
            listening: AtomicBool::new(false),
        })
    }

    fn till(&self) -> String {
        self.unit.to_string()
    }

    /// Two units of one issuer pay from one node; the till keeps them apart.
    fn reference(&self, quote: &QuoteId) -> String {
        format!("{}:{quote}", self.unit)
    }

    fn quote_in(&self, reference: &str) -> Option<QuoteId> {
        let (till, quote) = reference.split_once(':')?;
        (till == self.till()).then(|| QuoteId::from_str(quote).ok())?
    }

    fn units(&self, msat: u64) -> Amount<CurrencyUnit> {
        Amount::new(msat.div_ceil(self.msat_per_unit), self.unit.clone())
    }

    fn none(&self) -> Amount<CurrencyUnit> {
        Amount::new(0, self.unit.clone())
    }

    fn answer(&self, hash: [u8; 32], outcome: Option<Outcome>) -> MakePaymentResponse {
        let (status, proof, spent) = match outcome {
            Some(Outcome::Paid(payment, preimage)) => (
                MeltQuoteState::Paid,
                Some(preimage),
                self.units(payment.amount_msat.saturating_add(payment.fee_msat)),
            ),
            Some(Outcome::Pending(_)) => (MeltQuoteState::Pending, None, self.none()),
            Some(Outcome::Unknown(_)) => (MeltQuoteState::Unknown, None, self.none()),
            Some(Outcome::Failed(_)) => (MeltQuoteState::Failed, None, self.none()),
            // Never written down, so never sent: the network is in this process.
            None => (MeltQuoteState::Unpaid, None, self.none()),
        };
        MakePaymentResponse {
            payment_lookup_id: PaymentIdentifier::PaymentHash(hash),
            payment_proof: proof,
            status,
            total_spent: spent,
        }
    }

    fn max_fee_msat(&self, fee: Option<&Amount<CurrencyUnit>>) -> Result<Option<u64>, Error> {
        let msat = |fee: &Amount<CurrencyUnit>| {
            fee.value()
                .checked_mul(self.msat_per_unit)
                .ok_or(Error::AmountMismatch)
        };
        fee.map(msat).transpose()
    }

    async fn pay_offer(
        &self,
        options: Bolt12OutgoingPaymentOptions,
    ) -> Result<MakePaymentResponse, Error> {
        let (hash, outcome) = self
            .network
            .pay_offer(
                &self.node,
                &options.offer.to_string(),
                chosen_amount(options.melt_options.as_ref())?,
                self.max_fee_msat(options.max_fee_amount.as_ref())?,
                &self.reference(&options.quote_id),
            )
            .await
            .map_err(not_paid)?;
        if let Outcome::Unknown(_) = outcome {
            return Err(Error::UnknownPaymentState);
        }
        Ok(self.answer(bytes(&hash)?, Some(outcome)))
    }

    fn received(&self, hash: &str) -> Result<Option<WaitPaymentResponse>, Error> {
        let Some(invoice) = self.network.find(hash).map_err(backend)? else {
            return Ok(None);
        };
        let ours = invoice.node == self.node && invoice.till == self.till();
        if !ours || invoice.state != InvoiceState::Settled {
            return Ok(None);
        }
        Ok(Some(WaitPaymentResponse {
            payment_identifier: PaymentIdentifier::PaymentHash(bytes(hash)?),
            // Rounded down: an issuer credits no more than it received.
            payment_amount: Amount::new(
                invoice.received_msat / self.msat_per_unit,
                self.unit.clone(),
            ),
            payment_id: invoice.hash,
        }))
    }

    fn heard(&self, event: NetworkEvent) -> Option<Event> {
        match event {
            NetworkEvent::Received { node, till, hash } => {
                if node != self.node || till != self.till() {
                    return None;
                }
                self.received(&hash)
                    .ok()
                    .flatten()
                    .map(Event::PaymentReceived)
            }
            NetworkEvent::Decided {
                payer,
                hash,
                reference,
            } => {
                if payer != self.node {
                    return None;
                }
                let quote_id = self.quote_in(&reference?)?;
                let outcome = self.network.outcome(&self.node, &hash).ok()?;
                match outcome {
                    Some(Outcome::Failed(reason)) => {
                        Some(Event::PaymentFailed { quote_id, reason })
                    }
                    outcome => Some(Event::PaymentSuccessful {
                        quote_id,
                        details: self.answer(bytes(&hash).ok()?, outcome),
                    }),
                }
            }
        }
    }
}

#[async_trait]
impl MintPayment for IssuerRail {
    type Err = Error;

    async fn get_settings(&self) -> Result<SettingsResponse, Error> {
        Ok(SettingsResponse {
            unit: self.unit.to_string(),
            bolt11: Some(Bolt11Settings {
                mpp: false,
                amountless: true,
                invoice_description: true,
            }),
            bolt12: Some(Bolt12Settings {
                amountless: true,
                invoice_description: false,
            }),
            onchain: None,
            custom: std::collections::HashMap::new(),
        })
    }

    async fn create_incoming_payment_request(
        &self,
        options: IncomingPaymentOptions,
    ) -> Result<CreateIncomingPaymentResponse, Error> {
        let IncomingPaymentOptions::Bolt11(options) = options else {
            return Err(Error::UnsupportedPaymentOption);
        };
        if options.amount.unit() != &self.unit {
            return Err(Error::UnsupportedUnit);
        }
        let msat = options
            .amount
            .value()
            .checked_mul(self.msat_per_unit)
            .ok_or(Error::AmountMismatch)?;
        let now = cdk_common::util::unix_time();
        let seconds = options
            .unix_expiry
            .map_or(3_600, |at| at.saturating_sub(now));
        let description = options.description.unwrap_or_default();
        let invoice = self
            .network
            .invoice(&NewInvoice {
                node: &self.node,
                till: &self.till(),
                amount_msat: Some(msat),
                description: description.as_str().into(),
                expiry: Duration::from_secs(seconds),
            })
            .map_err(backend)?;
        Ok(CreateIncomingPaymentResponse {
            request_lookup_id: PaymentIdentifier::PaymentHash(bytes(&invoice.hash)?),
            request: invoice.bolt11,
            expiry: Some(invoice.expires_at),
            extra_json: None,
        })
    }

    async fn get_payment_quote(
        &self,
        unit: &CurrencyUnit,
        options: OutgoingPaymentOptions,
    ) -> Result<PaymentQuoteResponse, Error> {
        if unit != &self.unit {
            return Err(Error::UnsupportedUnit);
        }
        let (hash, msat) = match options {
            OutgoingPaymentOptions::Bolt11(options) => {
                let chosen = chosen_amount(options.melt_options.as_ref())?;
                let quoted = self.network.quote(&options.bolt11.to_string(), chosen);
                let (invoice, msat, _) = quoted.map_err(backend)?;
                (Some(bytes(&invoice.hash)?), msat)
            }
            // Its invoice is written when it is paid.
            OutgoingPaymentOptions::Bolt12(options) => {
                let chosen = chosen_amount(options.melt_options.as_ref())?;
                let quoted = self.network.quote_offer(&options.offer.to_string(), chosen);
                (None, quoted.map_err(backend)?.0)
            }
            _ => return Err(Error::UnsupportedPaymentOption),
        };
        let amount = self.units(msat);
        let fee = self
            .reserve
            .of(amount.value())
            .ok_or(Error::AmountMismatch)?;
        Ok(PaymentQuoteResponse {
            request_lookup_id: hash.map(PaymentIdentifier::PaymentHash),
            amount,
            fee: Amount::new(fee, self.unit.clone()),
            state: MeltQuoteState::Unpaid,
            extra_json: None,
            estimated_blocks: None,
            fee_options: None,
        })
    }

    async fn make_payment(
        &self,
        unit: &CurrencyUnit,
        options: OutgoingPaymentOptions,
    ) -> Result<MakePaymentResponse, Error> {
        if unit != &self.unit {
            return Err(Error::UnsupportedUnit);
        }
        let options = match options {
            OutgoingPaymentOptions::Bolt11(options) => options,
            OutgoingPaymentOptions::Bolt12(options) => return self.pay_offer(*options).await,
            _ => return Err(Error::UnsupportedPaymentOption),
        };
        let max_fee_msat = self.max_fee_msat(options.max_fee_amount.as_ref())?;
        let hash = hex::encode(AsRef::<[u8]>::as_ref(options.bolt11.payment_hash()));
        let outcome = self
            .network
            .pay(
                &self.node,
                &options.bolt11.to_string(),
                chosen_amount(options.melt_options.as_ref())?,
                max_fee_msat,
                Some(&self.reference(&options.quote_id)),
            )
            .await
            .map_err(not_paid)?;
        if let Outcome::Unknown(_) = outcome {
            return Err(Error::UnknownPaymentState);
        }
        Ok(self.answer(bytes(&hash)?, Some(outcome)))
    }

    async fn wait_payment_event(&self) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, Error> {
        self.listening.store(true, Ordering::SeqCst);
        let ear = Self {
            network: self.network.clone(),
            node: self.node.clone(),
            unit: self.unit.clone(),
            msat_per_unit: self.msat_per_unit,
            reserve: self.reserve,
            listening: AtomicBool::new(true),
        };
        let events = BroadcastStream::new(self.network.listen()).filter_map(move |event| {
            let event = match event {
                Ok(event) => ear.heard(event),
                Err(BroadcastStreamRecvError::Lagged(missed)) => {
                    // Wallets that ask for their quote still learn the truth.
                    tracing::warn!(missed, "an issuer fell behind the network's events");
                    None
                }
            };
            std::future::ready(event)
        });
        Ok(Box::pin(events))
    }

    fn is_payment_event_stream_active(&self) -> bool {
        self.listening.load(Ordering::SeqCst)
    }

    fn cancel_payment_event_stream(&self) {
        self.listening.store(false, Ordering::SeqCst);
    }

    async fn check_incoming_payment_status(
        &self,
        payment_identifier: &PaymentIdentifier,
    ) -> Result<Vec<WaitPaymentResponse>, Error> {
        let hash = hash_of(payment_identifier)?;
        Ok(self.received(&hex::encode(hash))?.into_iter().collect())
    }

    async fn check_outgoing_payment(
        &self,
        payment_identifier: &PaymentIdentifier,
    ) -> Result<MakePaymentResponse, Error> {
        // An offer that is not known by its invoice yet is asked about by its quote.
        let hash = match payment_identifier {
            PaymentIdentifier::QuoteId(quote) => {
                let invoice = self.network.invoice_for(&self.node, &self.reference(quote));
                match invoice.map_err(backend)? {
                    Some(invoice) => bytes(&invoice.hash)?,
                    None => {
                        return Ok(MakePaymentResponse {
                            payment_lookup_id: payment_identifier.clone(),
                            ..self.answer([0; 32], None)
                        });
                    }
                }
            }
            other => hash_of(other)?,
        };
        let outcome = self
            .network
            .outcome(&self.node, &hex::encode(hash))
            .map_err(backend)?;
        Ok(self.answer(hash, outcome))
    }
}

fn not_paid(error: super::PayError) -> Error {
    match error {
        super::PayError::AlreadyPaid => Error::InvoiceAlreadyPaid,
        super::PayError::InFlight => Error::InvoicePaymentPending,
        other => backend(other),
    }
}

fn chosen_amount(options: Option<&MeltOptions>) -> Result<Option<u64>, Error> {
    match options {
        None => Ok(None),
        Some(MeltOptions::Amountless { amountless }) => Ok(Some(amountless.amount_msat.to_u64())),
        Some(MeltOptions::Mpp { .. }) => Err(Error::UnsupportedPaymentOption),
    }
}

fn hash_of(identifier: &PaymentIdentifier) -> Result<[u8; 32], Error> {
    match identifier {
        PaymentIdentifier::PaymentHash(hash) => Ok(*hash),
        _ => Err(Error::UnsupportedPaymentOption),
    }
}

fn bytes(hash: &str) -> Result<[u8; 32], Error> {
    hex::decode(hash)?
        .try_into()
        .map_err(|_| Error::InvalidHash)
}

fn backend(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Backend(Box::new(error))
}
