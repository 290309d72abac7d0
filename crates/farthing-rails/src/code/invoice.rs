//! Lightning invoices, as BOLT 11 writes them.

use std::str::FromStr;

use lightning_invoice::{
    Bolt11Invoice, Bolt11InvoiceDescriptionRef, Bolt11ParseError, Bolt11SemanticError, Currency,
    ParseOrSemanticError,
};

use super::{CodeError, CodeKind, Plain, plain_text};

/// BOLT 11 allows 639 bytes of description; nothing longer can come out of a valid invoice.
const MAX_DESCRIPTION: usize = 639;

/// A Lightning invoice (BOLT 11) whose checksum and signature hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invoice {
    /// The invoice itself in lower case without `lightning:`, as it is handed to an issuer.
    pub text: String,
    /// What it asks for, in millisatoshis, never zero. `None`: the payer says how much.
    pub amount_msat: Option<u64>,
    /// The amount named next to an invoice without one, in millisatoshis (`bitcoin:…?amount=`).
    pub suggested_msat: Option<u64>,
    /// What it is for.
    pub about: About,
    /// The hash whose preimage proves the payment, 64 hex digits.
    pub payment_hash: String,
    /// The node that signed the invoice and will be paid, 66 hex digits.
    pub payee: String,
    /// When it was made, in seconds since 1970.
    pub created_at: u64,
    /// When it stops being payable, in seconds since 1970.
    pub expires_at: u64,
    /// The network it is payable on.
    pub network: Network,
    /// The name the link around the invoice gave to the payee (`bitcoin:…?label=`). Not signed by anyone.
    pub label: Option<Plain>,
}

/// What an invoice is for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum About {
    /// The payee's own words.
    Text(Plain),
    /// The SHA-256, 64 hex digits, of a longer text that came another way.
    Hash(String),
}

/// The Lightning network an invoice belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Network {
    /// Real money.
    Bitcoin,
    /// Test coins.
    Testnet,
    /// Test coins signed by their makers.
    Signet,
    /// A private network, as in the practice town.
    Regtest,
    /// A simulated network.
    Simnet,
}

impl Invoice {
    /// Whether the text begins like an invoice: `ln`, a known currency, and an amount or the separator.
    pub(super) fn looks_like(text: &str) -> bool {
        let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        ["lnbcrt", "lnbc", "lntbs", "lntb", "lnsb"]
            .iter()
            .find_map(|prefix| start.strip_prefix(prefix))
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }

    pub(super) fn read(text: &str) -> Result<Self, CodeError> {
        let invoice = Bolt11Invoice::from_str(text).map_err(|error| damaged(reason(&error)))?;
        let amount_msat = invoice.amount_milli_satoshis();
        // Wallets disagree on whether zero means nothing or anything.
        if amount_msat == Some(0) {
            return Err(damaged("it asks for zero"));
        }
        let created_at = invoice.duration_since_epoch().as_secs();
        Ok(Self {
            text: text.to_ascii_lowercase(),
            amount_msat,
            suggested_msat: None,
            about: match invoice.description() {
                Bolt11InvoiceDescriptionRef::Direct(words) => {
                    About::Text(plain_text(&words.as_inner().0, MAX_DESCRIPTION))
                }
                Bolt11InvoiceDescriptionRef::Hash(hash) => About::Hash(hash.0.to_string()),
            },
            payment_hash: invoice.payment_hash().to_string(),
            payee: invoice.get_payee_pub_key().to_string(),
            created_at,
            expires_at: created_at.saturating_add(invoice.expiry_time().as_secs()),
            network: match invoice.currency() {
                Currency::Bitcoin => Network::Bitcoin,
                Currency::BitcoinTestnet => Network::Testnet,
                Currency::Signet => Network::Signet,
                Currency::Regtest => Network::Regtest,
                Currency::Simnet => Network::Simnet,
            },
            label: None,
        })
    }
}

fn damaged(why: &'static str) -> CodeError {
    CodeError::Damaged {
        kind: CodeKind::Invoice,
        why,
    }
}

fn reason(error: &ParseOrSemanticError) -> &'static str {
    use Bolt11ParseError as Parse;
    use Bolt11SemanticError as Semantic;
    match error {
        ParseOrSemanticError::ParseError(Parse::Bech32Error(_)) => {
            "its checksum does not match, so some characters are missing or wrong"
        }
        ParseOrSemanticError::ParseError(
            Parse::ParseAmountError(_) | Parse::UnknownSiPrefix | Parse::IntegerOverflowError,
        ) => "its amount cannot be read",
        ParseOrSemanticError::ParseError(Parse::UnknownCurrency | Parse::BadPrefix) => {
            "it belongs to a network we do not know"
        }
        ParseOrSemanticError::ParseError(_) => "its fields cannot be read",
        ParseOrSemanticError::SemanticError(Semantic::InvalidSignature) => "its signature is wrong",
        ParseOrSemanticError::SemanticError(Semantic::ImpreciseAmount) => {
            "it asks for a part of a millisatoshi"
        }
        ParseOrSemanticError::SemanticError(Semantic::InvalidFeatures) => {
            "it demands something that no wallet here knows"
        }
        ParseOrSemanticError::SemanticError(_) => "it lacks a field, or has one twice",
    }
}
