//! Lightning offers, as BOLT 12 writes them.
//!
//! An offer says who is to be paid and perhaps how much; whoever pays it asks the payee for an invoice
//! first. It may be paid again and again. Nobody signs it: what binds it is that only the key it names
//! can make its invoices.

use std::str::FromStr;

use lightning::bitcoin::constants::ChainHash;
use lightning::offers::offer as bolt12;
use lightning::offers::parse::{Bolt12ParseError, Bolt12SemanticError};

use super::{CodeError, CodeKind, Network, PaymentCode, Plain, UnsupportedKind, plain_text};
use crate::hexadecimal::hex;

/// As much as an invoice may say, in characters.
const MAX_ABOUT: usize = 639;
/// Issuers longer than this are shortened, in characters.
const MAX_ISSUER: usize = 100;

/// A Lightning offer (BOLT 12) that this wallet can ask an issuer to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offer {
    /// The offer itself, in one piece and in lower case, as it is handed to an issuer.
    pub text: String,
    /// What makes it this offer and no other, 64 hex digits.
    pub id: String,
    /// What it asks for, in millisatoshis, never zero. `None`: the payer says how much.
    pub amount_msat: Option<u64>,
    /// The amount named next to an offer without one, in millisatoshis (`bitcoin:…?amount=`).
    pub suggested_msat: Option<u64>,
    /// What it is for, in the payee's words.
    pub about: Option<Plain>,
    /// Who the payee says it is. Not signed by anyone.
    pub issuer: Option<Plain>,
    /// The key that makes its invoices, 66 hex digits. `None`: the ends of the hidden paths to the payee
    /// do, and they say nothing of who that is.
    pub payee: Option<String>,
    /// When it stops being payable, in seconds since 1970. `None`: never.
    pub expires_at: Option<u64>,
    /// The networks it is payable on, as far as we know them.
    pub networks: Vec<Network>,
    /// The name the link around the offer gave to the payee (`bitcoin:…?label=`). Not signed by anyone.
    pub label: Option<Plain>,
}

impl Offer {
    /// Whether the text begins like an offer and has letters of one alone. It may be put together of
    /// pieces, `l+no1…`.
    pub(super) fn looks_like(text: &str) -> bool {
        let mut joined = false;
        let mut start = text.chars().filter(|&c| {
            let between = c == '+' || joined && c.is_whitespace();
            joined = between;
            !between
        });
        "lno1".chars().all(|wanted| {
            start
                .next()
                .is_some_and(|c| c.eq_ignore_ascii_case(&wanted))
        }) && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '+' || c.is_whitespace())
    }

    /// Reads an offer. One that no issuer could be asked to pay is called by its name.
    pub(super) fn read(text: &str) -> Result<PaymentCode, CodeError> {
        let offer = bolt12::Offer::from_str(text).map_err(|error| damaged(reason(&error)))?;
        let canonical = offer.to_string();
        // Bits left over at the end could make many texts of one offer.
        if !canonical.chars().eq(text.chars().filter_map(|c| match c {
            '+' => None,
            c if c.is_whitespace() => None,
            c => Some(c.to_ascii_lowercase()),
        })) {
            return Err(damaged("it has characters too many"));
        }
        if offer.offer_features().requires_unknown_bits() {
            return Err(damaged("it demands something that no wallet here knows"));
        }
        let chains = offer.chains();
        if chains.is_empty() {
            return Err(damaged("it is payable on no network"));
        }
        // An issuer is told the offer and an amount (NUT-25): there is no word for how many of a thing.
        if offer.expects_quantity() {
            return Ok(UnsupportedKind::OfferOfThings.into());
        }
        let amount_msat = match offer.amount() {
            None => None,
            Some(bolt12::Amount::Bitcoin { amount_msats }) => Some(amount_msats),
            Some(bolt12::Amount::Currency { .. }) => {
                return Ok(UnsupportedKind::OfferInCurrency.into());
            }
        };
        let words =
            |words: &str, max| Some(plain_text(words, max)).filter(|words| !words.is_empty());
        Ok(PaymentCode::Offer(Box::new(Self {
            id: hex(&offer.id().0),
            amount_msat,
            suggested_msat: None,
            about: offer
                .description()
                .and_then(|said| words(said.0, MAX_ABOUT)),
            issuer: offer.issuer().and_then(|said| words(said.0, MAX_ISSUER)),
            payee: offer.issuer_signing_pubkey().map(|key| key.to_string()),
            expires_at: offer.absolute_expiry().map(|at| at.as_secs()),
            networks: chains.into_iter().filter_map(network).collect(),
            label: None,
            text: canonical,
        })))
    }
}

/// Liquid and other networks have no name here: nothing on them is paid.
fn network(chain: ChainHash) -> Option<Network> {
    match chain {
        ChainHash::BITCOIN => Some(Network::Bitcoin),
        ChainHash::TESTNET3 | ChainHash::TESTNET4 => Some(Network::Testnet),
        ChainHash::SIGNET => Some(Network::Signet),
        ChainHash::REGTEST => Some(Network::Regtest),
        _ => None,
    }
}

fn damaged(why: &'static str) -> CodeError {
    CodeError::Damaged {
        kind: CodeKind::Offer,
        why,
    }
}

fn reason(error: &Bolt12ParseError) -> &'static str {
    use Bolt12SemanticError as Semantic;
    match error {
        Bolt12ParseError::InvalidContinuation | Bolt12ParseError::InvalidLeadingWhitespace => {
            "its pieces do not fit together"
        }
        Bolt12ParseError::Bech32(_) | Bolt12ParseError::InvalidBech32Hrp => {
            "it has characters that no offer has"
        }
        Bolt12ParseError::InvalidSemantics(
            Semantic::MissingAmount | Semantic::InvalidAmount | Semantic::InvalidCurrencyCode,
        ) => "its amount cannot be read",
        Bolt12ParseError::InvalidSemantics(
            Semantic::MissingIssuerSigningPubkey | Semantic::MissingPaths,
        ) => "it does not say who is to be paid",
        Bolt12ParseError::InvalidSemantics(_) => "it lacks a field, or has one twice",
        Bolt12ParseError::Decode(_) | Bolt12ParseError::InvalidSignature(_) => {
            "its fields cannot be read"
        }
    }
}
