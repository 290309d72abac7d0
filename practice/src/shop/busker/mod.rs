//! *Busker*: Lightning addresses (LUD-16) that say thank you in every way there is, and offers
//! (BOLT12).

mod addresses;
mod offers;
mod routes;
mod thanks;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use cdk_common::util::unix_time;
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use addresses::Address;
pub use routes::{control, router};

use super::lnurl::{Link, No, commitment, put};
use crate::lightning::{Description, InvoiceRecord, Network, NewInvoice, NewInvoiceError};
use crate::shared::lock;
use addresses::ADDRESSES;

/// The busker's Lightning node.
pub(crate) const NODE: &str = "busker";
/// Most requests remembered for tests.
const MEMORY: usize = 1_000;

/// Somebody who can be paid at Lightning addresses.
#[derive(Debug)]
pub struct Busker {
    origin: String,
    network: Network,
    offers: BTreeMap<&'static str, String>,
    heard: Mutex<Vec<Heard>>,
}

/// What a payer said when asking for an invoice.
#[derive(Debug, Clone, Serialize)]
struct Heard {
    address: &'static str,
    at: u64,
    amount_msat: u64,
    comment: Option<String>,
    payer_data: Option<Value>,
    payment_hash: String,
}

/// One address in the manifest.
#[derive(Debug, Clone, Serialize)]
pub struct AddressEntry {
    /// `name@host:port`.
    pub address: String,
    /// The same as a link.
    #[serde(flatten)]
    pub link: Link,
}

/// What a payer asks for.
#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    #[serde(default)]
    payerdata: Option<String>,
}

impl Busker {
    /// Stands at `origin`.
    pub fn new(origin: String, network: Network) -> Result<Self, NewInvoiceError> {
        Ok(Self {
            origin,
            offers: offers::write(&network)?,
            network,
            heard: Mutex::default(),
        })
    }

    /// Where the busker stands.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.origin
    }

    fn host(&self) -> &str {
        self.origin.trim_start_matches("http://")
    }

    /// Every address.
    #[must_use]
    pub fn addresses(&self) -> BTreeMap<&'static str, AddressEntry> {
        let entry = |address: &Address| AddressEntry {
            address: format!("{}@{}", address.name, self.host()),
            link: Link::new(
                "lnurlp",
                format!("{}/.well-known/lnurlp/{}", self.origin, address.name),
            ),
        };
        ADDRESSES.iter().map(|a| (a.name, entry(a))).collect()
    }

    fn metadata(&self, address: &Address) -> String {
        let mut lines = vec![
            json!(["text/plain", address.says]),
            json!([
                "text/identifier",
                format!("{}@{}", address.name, self.host())
            ]),
        ];
        if let Some(email) = address.email {
            lines.push(json!(["text/email", email]));
        }
        if let Some(more) = address.says_more {
            lines.push(json!(["text/long-desc", more]));
        }
        Value::from(lines).to_string()
    }

    /// Where it stands for whoever asks: by number, or by the name of this machine.
    fn origin_for(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let port = self.origin.rsplit(':').next();
        match host.and_then(|host| host.split_once(':')) {
            Some(("localhost", at)) if Some(at) == port => format!("http://localhost:{at}"),
            _ => self.origin.clone(),
        }
    }

    /// LUD-06, first answer.
    fn terms(&self, address: &Address, origin: &str) -> Value {
        let mut terms = json!({
            "tag": "payRequest",
            "callback": format!("{origin}/lnurlp/{}/callback", address.name),
            "minSendable": address.min_msat,
            "maxSendable": address.max_msat,
            "metadata": self.metadata(address),
        });
        if address.comment > 0 {
            put(&mut terms, "commentAllowed", address.comment.into());
        }
        if !address.asks.is_empty() {
            let asks: serde_json::Map<_, _> = address
                .asks
                .iter()
                .map(|wish| {
                    let mut said = json!({"mandatory": wish.mandatory});
                    if let Some((purpose, why)) = wish.purpose {
                        put(&mut said, "purpose", purpose.into());
                        put(&mut said, "why", why.into());
                    }
                    (wish.what.to_owned(), said)
                })
                .collect();
            put(&mut terms, "payerData", asks.into());
        }
        terms
    }

    /// LUD-06, second answer.
    fn invoice(&self, address: &'static Address, asked: &Asked, origin: &str) -> Result<Value, No> {
        let amount = asked.amount.as_deref().and_then(|n| n.parse::<u64>().ok());
        let amount = amount
            .filter(|n| (address.min_msat..=address.max_msat).contains(n))
            .ok_or_else(|| No::because("This amount is not between the smallest and largest."))?;
        let said = asked.comment.as_deref().map_or(0, |c| c.chars().count());
        if said > address.comment {
            return Err(No::because("The comment is too long."));
        }
        let payer = address.payer(asked.payerdata.as_deref())?;
        // LUD-18: what was sent is committed to as it was sent.
        let appended = payer.as_ref().and(asked.payerdata.as_deref());
        let hash = commitment(&self.metadata(address), appended.unwrap_or(""));
        let made = self
            .network
            .invoice(&NewInvoice {
                node: NODE,
                till: address.name,
                amount_msat: Some(address.charges(amount, payer.as_ref())),
                description: Description::Hash(hash),
                expiry: Duration::from_secs(600),
            })
            .map_err(No::broken)?;
        let mut answer = json!({
            "pr": made.bolt11,
            "routes": [],
            "verify": format!("{origin}/verify/{}", made.hash),
        });
        if let Some(action) = address.thanks.action(origin, &made)? {
            put(&mut answer, "successAction", action);
        }
        if let Some(disposable) = address.disposable {
            put(&mut answer, "disposable", disposable.into());
        }
        self.hear(Heard {
            address: address.name,
            at: unix_time(),
            amount_msat: amount,
            comment: asked.comment.clone(),
            payer_data: payer,
            payment_hash: made.hash,
        });
        Ok(answer)
    }

    fn hear(&self, heard: Heard) {
        let mut all = lock(&self.heard);
        if all.len() >= MEMORY {
            all.remove(0);
        }
        all.push(heard);
    }

    fn heard(&self) -> Vec<Heard> {
        let all = lock(&self.heard);
        all.clone()
    }

    fn find(&self, hash: &str) -> Result<InvoiceRecord, No> {
        self.network
            .find(hash)
            .map_err(No::broken)?
            .filter(|invoice| invoice.node == NODE)
            .ok_or_else(|| No::because("Not found"))
    }
}
