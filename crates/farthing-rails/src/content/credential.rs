//! The header that shows a site it was paid.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Ticket;
use crate::telling::PayerHeader;

/// A request header that is as good as the money it proves: it is kept sealed and never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The header's name.
    pub(crate) name: &'static str,
    /// Its value.
    pub(crate) value: String,
    /// What the site is told of the reader beside it.
    pub(crate) told: Option<PayerHeader>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Credential {
    /// E-cash itself (NUT-24).
    #[must_use]
    pub fn cash(token: String) -> Self {
        Self {
            name: "x-cashu",
            value: token,
            told: None,
        }
    }

    /// A ticket with the preimage that proves its invoice was paid, 64 hex digits.
    #[must_use]
    pub fn paid(ticket: &Ticket, preimage: &str) -> Self {
        let value = match ticket {
            Ticket::L402 { macaroon } => format!("L402 {macaroon}:{preimage}"),
            Ticket::Lsat { macaroon } => format!("LSAT {macaroon}:{preimage}"),
            Ticket::Payment { challenge } => {
                // A map of texts always has a JSON form, and its names are in order.
                let credential = serde_json::json!({
                    "challenge": challenge,
                    "payload": { "preimage": preimage },
                });
                format!(
                    "Payment {}",
                    URL_SAFE_NO_PAD.encode(credential.to_string().as_bytes())
                )
            }
        };
        Self {
            name: "authorization",
            value,
            told: None,
        }
    }

    /// The same, with what the site is told of the reader.
    #[must_use]
    pub fn telling(self, told: Option<PayerHeader>) -> Self {
        Self { told, ..self }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_macaroon_is_shown_with_its_preimage() {
        let ticket = Ticket::L402 {
            macaroon: "AgEE".to_owned(),
        };
        let credential = Credential::paid(&ticket, "00ff");
        assert_eq!(credential.value, "L402 AgEE:00ff");
        assert!(
            !format!("{credential:?}").contains("00ff"),
            "it would be in a log"
        );
    }

    #[test]
    fn a_charge_is_answered_as_the_shared_vectors_say() {
        let vectors: Value = serde_json::from_str(include_str!("vectors/payment.json")).unwrap();
        let vector = &vectors["credentials"][0];
        let said: Value = serde_json::from_str(vector["credentialJson"].as_str().unwrap()).unwrap();
        let challenge = serde_json::from_value(said["challenge"].clone()).unwrap();
        let preimage = said["payload"]["preimage"].as_str().unwrap();
        let made = Credential::paid(&Ticket::Payment { challenge }, preimage);
        let token = made.value.strip_prefix("Payment ").unwrap();
        let decoded = crate::content::base64url(token).unwrap();
        let decoded: Value = serde_json::from_slice(&decoded).unwrap();
        assert_eq!(decoded, said);
    }
}
