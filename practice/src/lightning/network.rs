//! Paying and being paid.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cdk_common::util::hex;
use lightning_invoice::Bolt11Invoice;
use tokio::sync::broadcast;

use super::events::NetworkEvent;
use super::invoice::{Description, InvoiceError, Signer};
use super::ledger::{
    AttemptState, Begun, Flow, InvoiceRecord, InvoiceState, Ledger, LedgerError, Payment,
    PaymentRecord, TillFlow, now,
};
use super::{Behaviour, Misfortune, RoutingFee};
use crate::home::Home;

/// The network all issuers, shops and friends share.
#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    ledger: Ledger,
    signers: Mutex<HashMap<String, Arc<Signer>>>,
    root: [u8; 64],
    events: broadcast::Sender<NetworkEvent>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

/// An invoice to be written.
#[derive(Debug, Clone)]
pub struct NewInvoice<'a> {
    /// Node it pays.
    pub node: &'a str,
    /// Which till of that node; free text, given back when it is paid.
    pub till: &'a str,
    /// Millisatoshi; `None` lets the payer choose.
    pub amount_msat: Option<u64>,
    /// What the payer reads.
    pub description: Description<'a>,
    /// How long it can be paid.
    pub expiry: Duration,
}

/// How a payment ended, as far as the payer may know.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Paid; the preimage proves it.
    Paid(PaymentRecord, String),
    /// Undecided.
    Pending(PaymentRecord),
    /// The answer got lost: it may or may not have been paid.
    Unknown(PaymentRecord),
    /// Not paid, and this attempt never will be.
    Failed(String),
}

/// What to make of payments that were held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They settle.
    Paid,
    /// They fail.
    Failed,
}

/// Why a payment was not even tried.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// Not an invoice, or its signature is wrong.
    #[error("this is not a valid Lightning invoice")]
    NotAnInvoice,
    /// No node here wrote it.
    #[error("no node of the practice network wrote this invoice")]
    NoRoute,
    /// Too late.
    #[error("the invoice has expired")]
    Expired,
    /// Its node withdrew it.
    #[error("the invoice was withdrawn by its payee")]
    Withdrawn,
    /// Someone paid it.
    #[error("the invoice is already paid")]
    AlreadyPaid,
    /// Someone is paying it.
    #[error("a payment of this invoice is already in flight")]
    InFlight,
    /// An amount is missing, zero, or not the invoice's.
    #[error("the amount does not fit the invoice")]
    Amount,
    /// The route costs more than the payer allows.
    #[error("the route costs {needed_msat} msat and at most {allowed_msat} msat are allowed")]
    FeeTooHigh {
        /// What it costs, in millisatoshi.
        needed_msat: u64,
        /// What the payer allows, in millisatoshi.
        allowed_msat: u64,
    },
    /// The books failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Network {
    /// Opens the network's books in `folder` and lets what was under way finish.
    pub fn open(folder: &Path, home: &Home) -> Result<Self, LedgerError> {
        let ledger = Ledger::open(&folder.join("lightning.db"))?;
        let network = Self(Arc::new(Inner {
            ledger,
            signers: Mutex::default(),
            root: home.seed("lightning"),
            events: broadcast::channel(1024).0,
        }));
        network.resume()?;
        Ok(network)
    }

    /// Payments cut off by a crash settle, as they would on a network that does
    /// not crash with its payers. What a test holds back stays held back.
    fn resume(&self) -> Result<(), LedgerError> {
        for payment in self.0.ledger.held(None)? {
            if payment.state != AttemptState::InFlight {
                continue;
            }
            match payment.misfortune {
                None | Some(Misfortune::Delay | Misfortune::PaidButUnknown) => {
                    self.0.ledger.settle(payment.id)?;
                }
                Some(Misfortune::Fail) => {
                    self.0.ledger.fail(payment.id, NO_ROUTE)?;
                }
                Some(Misfortune::Hang | Misfortune::Pending) => {}
            }
        }
        Ok(())
    }

    /// Hears everything from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<NetworkEvent> {
        self.0.events.subscribe()
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    pub(super) fn signer(&self, node: &str) -> Result<Arc<Signer>, InvoiceError> {
        let mut signers = self
            .0
            .signers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(signer) = signers.get(node) {
            return Ok(Arc::clone(signer));
        }
        let signer = Arc::new(Signer::of(&self.0.root, node)?);
        signers.insert(node.to_owned(), Arc::clone(&signer));
        Ok(signer)
    }

    /// Writes an invoice. Nobody has paid it.
    pub fn invoice(&self, new: &NewInvoice<'_>) -> Result<InvoiceRecord, NewInvoiceError> {
        let signed = self
            .signer(new.node)?
            .sign(new.amount_msat, new.description, new.expiry)?;
        let record = InvoiceRecord {
            hash: hex::encode(signed.hash),
            node: new.node.to_owned(),
            till: new.till.to_owned(),
            bolt11: signed.invoice.to_string(),
            amount_msat: new.amount_msat,
            preimage: hex::encode(signed.preimage),
            state: InvoiceState::Open,
            received_msat: 0,
            expires_at: signed
                .invoice
                .expires_at()
                .map_or(u64::MAX >> 1, |at| at.as_secs()),
        };
        self.0.ledger.add_invoice(&record)?;
        Ok(record)
    }

    /// What the network knows of an invoice.
    pub fn find(&self, hash: &str) -> Result<Option<InvoiceRecord>, LedgerError> {
        self.0.ledger.invoice(hash)
    }

    /// Takes an invoice out of circulation; `false` when it is too late for that.
    pub fn withdraw(&self, hash: &str) -> Result<bool, LedgerError> {
        self.0.ledger.withdraw(hash)
    }

    /// Puts a withdrawn invoice back.
    pub fn offer_again(&self, hash: &str) -> Result<(), LedgerError> {
        self.0.ledger.offer_again(hash)
    }

    /// Amount and routing fee of paying `text`, in millisatoshi, without paying.
    pub fn quote(
        &self,
        text: &str,
        amount_msat: Option<u64>,
    ) -> Result<(InvoiceRecord, u64, u64), PayError> {
        let invoice = Bolt11Invoice::from_str(text).map_err(|_| PayError::NotAnInvoice)?;
        let hash = hex::encode(AsRef::<[u8]>::as_ref(invoice.payment_hash()));
        let record = self.find(&hash)?.ok_or(PayError::NoRoute)?;
        // Same hash, other invoice: someone else's copy must not be payable.
        if !record.bolt11.eq_ignore_ascii_case(text) {
            return Err(PayError::NoRoute);
        }
        let amount = match (record.amount_msat, amount_msat) {
            (Some(asked), Some(offered)) if asked != offered => return Err(PayError::Amount),
            (Some(asked), _) => asked,
            (None, Some(offered)) if offered > 0 => offered,
            (None, _) => return Err(PayError::Amount),
        };
        let fee = RoutingFee::to(&record.node)
            .of(amount)
            .ok_or(PayError::Amount)?;
        Ok((record, amount, fee))
    }

    /// Pays an invoice, or finds out that this very payment was already made.
    ///
    /// `reference` names the payment for its payer: asking again under the same
    /// name never pays twice. Misfortune may keep this from ever returning.
    pub async fn pay(
        &self,
        payer: &str,
        text: &str,
        amount_msat: Option<u64>,
        max_fee_msat: Option<u64>,
        reference: Option<&str>,
    ) -> Result<Outcome, PayError> {
        let (invoice, amount, mut fee) = self.quote(text, amount_msat)?;
        if invoice.node == payer {
            // Between two tills of one node nothing travels.
            fee = 0;
        }
        if let Some(allowed_msat) = max_fee_msat
            && fee > allowed_msat
        {
            return Err(PayError::FeeTooHigh {
                needed_msat: fee,
                allowed_msat,
            });
        }
        if invoice.state == InvoiceState::Open && invoice.expires_at <= now() {
            return Err(PayError::Expired);
        }
        let wanted = Payment {
            hash: &invoice.hash,
            payer,
            reference,
            amount_msat: amount,
            fee_msat: fee,
        };
        match self.0.ledger.begin(&wanted)? {
            Begun::Fresh(payment) => self.carry_out(payment).await,
            Begun::Known(payment) => self.told(payment),
            Begun::Taken(AttemptState::Settled) => Err(PayError::AlreadyPaid),
            Begun::Taken(_) => Err(PayError::InFlight),
            Begun::Withdrawn => Err(PayError::Withdrawn),
        }
    }

    async fn carry_out(&self, payment: PaymentRecord) -> Result<Outcome, PayError> {
        // On its own task: a payer who hangs up does not stop the payment.
        let network = self.clone();
        let done = tokio::spawn(async move {
            if payment.delay_ms > 0 {
                tokio::time::sleep(Duration::from_millis(payment.delay_ms)).await;
            }
            match payment.misfortune {
                None | Some(Misfortune::Delay | Misfortune::PaidButUnknown) => {
                    network.settle(payment.id)
                }
                Some(Misfortune::Fail) => Ok(network.0.ledger.fail(payment.id, NO_ROUTE)?),
                Some(Misfortune::Pending) => Ok(payment),
                Some(Misfortune::Hang) => network.wait(payment).await,
            }
        });
        match done.await {
            Ok(payment) => self.told(payment?),
            Err(_) => Err(PayError::Ledger(LedgerError::Unreadable("payment task"))),
        }
    }

    async fn wait(&self, payment: PaymentRecord) -> Result<PaymentRecord, LedgerError> {
        let mut events = self.listen();
        loop {
            let latest = self.0.ledger.latest(&payment.payer, &payment.hash)?;
            if let Some(latest) =
                latest.filter(|l| l.id != payment.id || l.state != AttemptState::InFlight)
            {
                return Ok(latest);
            }
            if let Err(broadcast::error::RecvError::Closed) = events.recv().await {
                return Ok(payment);
            }
        }
    }

    fn settle(&self, id: i64) -> Result<PaymentRecord, LedgerError> {
        let payment = self.0.ledger.settle(id)?;
        if let Some(invoice) = self.find(&payment.hash)? {
            self.tell(NetworkEvent::Received {
                node: invoice.node,
                till: invoice.till,
                hash: invoice.hash,
            });
        }
        Ok(payment)
    }

    fn tell(&self, event: NetworkEvent) {
        // Nobody listening is fine: the ledger is what counts.
        let _ = self.0.events.send(event);
    }

    fn told(&self, payment: PaymentRecord) -> Result<Outcome, PayError> {
        if payment.veiled {
            return Ok(Outcome::Unknown(payment));
        }
        Ok(match payment.state {
            AttemptState::Settled => {
                let preimage = self.find(&payment.hash)?.map(|i| i.preimage);
                Outcome::Paid(payment, preimage.ok_or(LedgerError::Unreadable("invoice"))?)
            }
            AttemptState::InFlight => Outcome::Pending(payment),
            AttemptState::Failed => {
                Outcome::Failed(payment.failure.unwrap_or_else(|| NO_ROUTE.to_owned()))
            }
        })
    }

    /// What `payer` may know of its latest attempt at this invoice.
    pub fn outcome(&self, payer: &str, hash: &str) -> Result<Option<Outcome>, PayError> {
        self.0
            .ledger
            .latest(payer, hash)?
            .map(|payment| self.told(payment))
            .transpose()
    }

    /// Decides what was held back and lets the payers know; answers the hashes.
    ///
    /// A payment that has settled behind its payer's back stays settled whatever
    /// the verdict: money does not move back.
    pub fn release(
        &self,
        hash: Option<&str>,
        verdict: Verdict,
    ) -> Result<Vec<String>, LedgerError> {
        let mut released = Vec::new();
        for payment in self.0.ledger.held(hash)? {
            // Those still on their way (a delay) are not held by anyone.
            let held = matches!(
                payment.misfortune,
                Some(Misfortune::Hang | Misfortune::Pending | Misfortune::PaidButUnknown)
            );
            if !held {
                continue;
            }
            match verdict {
                Verdict::Paid => self.settle(payment.id)?,
                Verdict::Failed => self.0.ledger.fail(payment.id, NO_ROUTE)?,
            };
            self.0.ledger.unveil(payment.id)?;
            self.tell(NetworkEvent::Decided {
                payer: payment.payer,
                hash: payment.hash.clone(),
                reference: payment.reference,
            });
            released.push(payment.hash);
        }
        Ok(released)
    }

    /// Adds a misfortune.
    pub fn behave(&self, behaviour: &Behaviour) -> Result<(), LedgerError> {
        self.0.ledger.add_behaviour(behaviour)
    }

    /// Forgets all misfortunes that have not struck yet; answers how many.
    pub fn behave_well(&self) -> Result<usize, LedgerError> {
        self.0.ledger.clear_behaviours()
    }

    /// What each till of `node` was paid.
    pub fn tills(&self, node: &str) -> Result<Vec<TillFlow>, LedgerError> {
        self.0.ledger.tills(node)
    }

    /// What every node received and sent.
    pub fn flows(&self) -> Result<Vec<Flow>, LedgerError> {
        self.0.ledger.flows()
    }
}

const NO_ROUTE: &str = "no route to the payee";

/// Why an invoice could not be written.
#[derive(Debug, thiserror::Error)]
pub enum NewInvoiceError {
    /// It could not be signed.
    #[error(transparent)]
    Invoice(#[from] InvoiceError),
    /// The parts do not make an offer.
    #[error("the offer cannot be written: {0:?}")]
    Offer(lightning::offers::parse::Bolt12SemanticError),
    /// It could not be kept.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<lightning::offers::parse::Bolt12SemanticError> for NewInvoiceError {
    fn from(error: lightning::offers::parse::Bolt12SemanticError) -> Self {
        Self::Offer(error)
    }
}
