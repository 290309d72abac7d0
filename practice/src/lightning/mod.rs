//! A small Lightning network: signed invoices, one ledger, routing fees and
//! misfortune on demand.
//!
//! Money moves in one SQLite transaction or not at all, an invoice is paid at
//! most once, and the sum of all nodes and routers is always zero: a node's
//! balance is what it received less what it sent and paid in fees.

mod backend;
mod behaviour;
mod events;
mod invoice;
mod ledger;
mod network;
mod offer;
mod routing;

pub use backend::{IssuerRail, Reserve, SAT_PER_CENT};
pub use behaviour::{Behaviour, Misfortune};
pub use events::NetworkEvent;
pub use invoice::{Description, InvoiceError};
pub use ledger::{
    AttemptState, Flow, InvoiceRecord, InvoiceState, LedgerError, Payment, PaymentRecord, TillFlow,
};
pub use network::{Network, NewInvoice, NewInvoiceError, Outcome, PayError, Verdict};
pub use offer::{NewOffer, OfferRecord};
pub use routing::RoutingFee;

/// The node of the people outside who pay top-up invoices.
pub const FRIEND: &str = "friend";
/// The node of a merchant outside the town.
pub const MERCHANT: &str = "merchant";
/// Where routing fees go.
pub const ROUTERS: &str = "routers";
