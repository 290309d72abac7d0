//! Real BOLT11 invoices, signed by the node they pay.

use std::time::Duration;

use bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use bitcoin::secp256k1::{All, PublicKey, Secp256k1, SecretKey};
use lightning_invoice::{Bolt11Invoice, Currency, InvoiceBuilder, PaymentSecret};

/// Why no invoice could be written.
#[derive(Debug, thiserror::Error)]
pub enum InvoiceError {
    /// The parts do not make a valid invoice.
    #[error("the invoice cannot be written: {0}")]
    Build(#[from] lightning_invoice::CreationError),
    /// The derived node key is not a valid key.
    #[error("the node's key is not usable")]
    Key,
    /// No random bytes for the preimage.
    #[error("no random bytes from the operating system")]
    NoRandomness,
}

/// What an invoice says it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Description<'a> {
    /// Words (BOLT 11 tag `d`).
    Words(&'a str),
    /// SHA-256 of what was said elsewhere (tag `h`; LUD-06 wants it).
    Hash([u8; 32]),
}

impl<'a> From<&'a str> for Description<'a> {
    fn from(words: &'a str) -> Self {
        Self::Words(words)
    }
}

/// A node's signing key.
pub(super) struct Signer {
    key: SecretKey,
    secp: Secp256k1<All>,
}

/// An invoice and the secret that proves its payment.
pub(super) struct Signed {
    pub(super) invoice: Bolt11Invoice,
    pub(super) hash: [u8; 32],
    pub(super) preimage: [u8; 32],
}

impl Signer {
    /// The key of `node`, always the same under one root.
    pub(super) fn of(root: &[u8; 64], node: &str) -> Result<Self, InvoiceError> {
        let mut engine = HmacEngine::<sha256::Hash>::new(root);
        engine.input(node.as_bytes());
        let digest = Hmac::from_engine(engine).to_byte_array();
        let key = SecretKey::from_slice(&digest).map_err(|_| InvoiceError::Key)?;
        Ok(Self {
            key,
            secp: Secp256k1::new(),
        })
    }

    /// What the node is known by.
    pub(super) fn public(&self) -> PublicKey {
        self.key.public_key(&self.secp)
    }

    /// Regtest, so that no wallet can ever mistake play money for money.
    pub(super) fn sign(
        &self,
        amount_msat: Option<u64>,
        description: Description<'_>,
        expiry: Duration,
    ) -> Result<Signed, InvoiceError> {
        let mut preimage = [0_u8; 32];
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut preimage).map_err(|_| InvoiceError::NoRandomness)?;
        getrandom::fill(&mut secret).map_err(|_| InvoiceError::NoRandomness)?;
        let hash = sha256::Hash::hash(&preimage);
        let draft = InvoiceBuilder::new(Currency::Regtest);
        let mut draft = match description {
            Description::Words(words) => draft.description(words.to_owned()),
            Description::Hash(hash) => draft.description_hash(sha256::Hash::from_byte_array(hash)),
        }
        .payment_hash(hash)
        .payment_secret(PaymentSecret(secret))
        .current_timestamp()
        .min_final_cltv_expiry_delta(144)
        .expiry_time(expiry);
        if let Some(amount) = amount_msat {
            draft = draft.amount_milli_satoshis(amount);
        }
        let invoice =
            draft.build_signed(|message| self.secp.sign_ecdsa_recoverable(message, &self.key))?;
        Ok(Signed {
            invoice,
            hash: hash.to_byte_array(),
            preimage,
        })
    }
}
