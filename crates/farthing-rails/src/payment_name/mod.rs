//! Payment names, `₿user@domain` (BIP-353): what the domain's own records say of how to pay the
//! user, proven by DNSSEC from the root down, on this device. See
//! docs/adr/0017-a-payment-name-is-proven-here.md.
//!
//! A resolver is asked, and can lie about nothing: it can only say nothing.

mod asking;
mod chain;
mod nowhere;
mod record;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hickory_net::proto::dnssec::{Algorithm, PublicKeyBuf, TrustAnchors};
use hickory_net::proto::rr::Name;

use crate::code::{CodeError, LightningAddress, PaymentCode};
use crate::gate::{Gate, GateError};
use asking::{Asking, Unanswered};

/// Longest time for all questions to one resolver.
const TOTAL: Duration = Duration::from_secs(15);

/// Two that say they keep no record of who asked for what; the second is asked where the first gives
/// no answer.
const PUBLIC: [&str; 2] = [
    "https://dns.quad9.net/dns-query",
    "https://dns.mullvad.net/dns-query",
];

/// Who is asked, and whose signature everything has to lead up to.
#[derive(Clone)]
pub struct Resolvers {
    places: Vec<String>,
    roots: Arc<TrustAnchors>,
}

impl std::fmt::Debug for Resolvers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolvers")
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

impl Resolvers {
    /// Public ones, under the root of the Internet's names.
    #[must_use]
    pub fn public() -> Self {
        Self {
            places: PUBLIC.map(str::to_owned).to_vec(),
            roots: Arc::new(TrustAnchors::default()),
        }
    }

    /// A practice town's, under its own root: an ECDSA key on P-256, in base64. With another no
    /// name is ever proven.
    #[must_use]
    pub fn of_town(places: Vec<String>, root: &str) -> Self {
        let mut roots = TrustAnchors::empty();
        if let Ok(key) = BASE64.decode(root) {
            roots.insert(&PublicKeyBuf::new(key, Algorithm::ECDSAP256SHA256));
        }
        Self {
            places,
            roots: Arc::new(roots),
        }
    }
}

/// Why nobody can say how a name is paid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// No resolver could be asked.
    #[error("the name could not be looked up: {0}")]
    Unreachable(GateError),
    /// No resolver gave an answer that can be read.
    #[error("the name could not be looked up: no answer that can be read")]
    Unreadable,
    /// The answer does not carry the signatures it must.
    #[error(
        "this name cannot be proven: its records do not carry the signatures of its domain, or \
         this device's clock is wrong"
    )]
    Unproven,
    /// Several records say how to pay.
    #[error("this name has {found} records that say how to pay it, and may have one")]
    Several {
        /// How many.
        found: usize,
    },
    /// The record is no text.
    #[error("this name's record is no text")]
    NotText,
    /// The record cannot be read.
    #[error("this name's record cannot be used: {0}")]
    Record(#[from] CodeError),
}

/// What a name's own domain says of how to pay it; none where it is proven that it says nothing, or
/// that it signs nothing.
///
/// # Errors
/// [`NameError`].
pub async fn look_up(
    gate: &Gate,
    resolvers: &Resolvers,
    address: &LightningAddress,
) -> Result<Option<PaymentCode>, NameError> {
    let Some(name) = record_of(address) else {
        return Ok(None);
    };
    let mut last = NameError::Unreadable;
    for place in &resolvers.places {
        let asked = ask(gate, place, Arc::clone(&resolvers.roots), name.clone());
        let asked = tokio::time::timeout(TOTAL, asked).await;
        match asked.unwrap_or(Err(NameError::Unreachable(GateError::TimedOut))) {
            Err(error @ (NameError::Unreachable(_) | NameError::Unreadable)) => last = error,
            answered => return answered,
        }
    }
    Err(last)
}

async fn ask(
    gate: &Gate,
    place: &str,
    roots: Arc<TrustAnchors>,
    name: Name,
) -> Result<Option<PaymentCode>, NameError> {
    let resolver = gate
        .check(place)
        .map_err(|blocked| NameError::Unreachable(blocked.into()))?;
    let asking = Asking::new(gate.clone(), resolver);
    match chain::texts(asking.clone(), roots, name).await {
        Ok(texts) => record::way_to_pay(&texts),
        // A chain with a link missing looks like a broken one.
        Err(chain::Unproven) => Err(match asking.unanswered().await {
            Some(Unanswered::Gate(error)) => NameError::Unreachable(error),
            Some(Unanswered::Unreadable) => NameError::Unreadable,
            Some(Unanswered::TooMany) | None => NameError::Unproven,
        }),
    }
}

/// Where a name's record is. None for what can have none: a host that is no name, and names that
/// the DNS cannot spell.
fn record_of(address: &LightningAddress) -> Option<Name> {
    let host = address.host.split(':').next()?;
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    let spelled = format!("{}.user._bitcoin-payment.{host}.", address.user);
    Name::from_ascii(&spelled).ok()
}
