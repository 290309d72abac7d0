//! New coins: made from the recovery words by counter, so that they can be made again.

use cdk::dhke::{blind_message, unblind_message};
use cdk::nuts::{BlindSignature, BlindedMessage, Id, Proof, ProofDleq, SecretKey};
use cdk::secret::Secret;
use serde::{Deserialize, Serialize};

use super::keysets::Keyset;

/// Which coins an exchange makes: enough to derive every secret again (NUT-13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outputs {
    pub(super) keyset: Id,
    /// Counter of the first coin.
    pub(super) counter: u32,
    /// Face values in order; 0 where the issuer fills the value in (NUT-08 change).
    pub(super) worths: Vec<u64>,
}

/// One coin to be signed, with what is needed to unblind it.
pub(super) struct Output {
    pub(super) message: BlindedMessage,
    secret: Secret,
    blinding: SecretKey,
    pub(super) index: u32,
}

/// A signed coin and the counter it was derived from.
pub(super) struct NewCoin {
    pub(super) proof: Proof,
    pub(super) index: u32,
}

/// What is wrong with the signatures an issuer returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadSignatures {
    #[error("the issuer returned {got} signatures for {asked} coins")]
    Count { asked: usize, got: usize },
    #[error("a signature is for another amount or key set")]
    Mismatch,
    #[error("the proof that the signature is genuine is missing")]
    DleqMissing,
    #[error("a signature is not genuine")]
    NotGenuine,
    #[error("the coins cannot be derived")]
    Derivation,
}

impl Outputs {
    /// What the coins are worth together; blank ones count nothing.
    pub(super) fn worth(&self) -> u64 {
        self.worths
            .iter()
            .fold(0, |sum, worth| sum.saturating_add(*worth))
    }

    /// Derives the coins. The same words, keyset and counters always give the same ones.
    pub(super) fn derive(&self, seed: &[u8; 64]) -> Result<Vec<Output>, BadSignatures> {
        let mut outputs = Vec::with_capacity(self.worths.len());
        for (offset, &worth) in (0_u32..).zip(&self.worths) {
            let index = self
                .counter
                .checked_add(offset)
                .ok_or(BadSignatures::Derivation)?;
            let secret = Secret::from_seed(seed, self.keyset, index)
                .map_err(|_| BadSignatures::Derivation)?;
            let blinding = SecretKey::from_seed(seed, self.keyset, index)
                .map_err(|_| BadSignatures::Derivation)?;
            let (blinded, blinding) = blind_message(&secret.to_bytes(), Some(blinding))
                .map_err(|_| BadSignatures::Derivation)?;
            let message = BlindedMessage::new(worth.into(), self.keyset, blinded);
            outputs.push(Output {
                message,
                secret,
                blinding,
                index,
            });
        }
        Ok(outputs)
    }
}

/// Turns signatures into coins, trusting none of it: count, amounts, keyset and, where the
/// issuer advertises NUT-12, the proof that this is the key everybody else is signed with.
///
/// Fewer signatures than outputs are fine only for change, whose values the issuer chooses.
pub(super) fn unblind(
    outputs: &[Output],
    signatures: &[BlindSignature],
    keyset: &Keyset,
    dleq_required: bool,
) -> Result<Vec<NewCoin>, BadSignatures> {
    let blank = |output: &Output| u64::from(output.message.amount) == 0;
    let change = outputs.iter().all(blank);
    if signatures.len() > outputs.len() || (!change && signatures.len() != outputs.len()) {
        return Err(BadSignatures::Count {
            asked: outputs.len(),
            got: signatures.len(),
        });
    }
    outputs
        .iter()
        .zip(signatures)
        .map(|(output, signature)| unblind_one(output, signature, keyset, dleq_required))
        .collect()
}

/// As [`unblind`], for a single coin.
pub(super) fn unblind_one(
    output: &Output,
    signature: &BlindSignature,
    keyset: &Keyset,
    dleq_required: bool,
) -> Result<NewCoin, BadSignatures> {
    let asked = u64::from(output.message.amount);
    if signature.keyset_id != keyset.id || (asked != 0 && signature.amount != output.message.amount)
    {
        return Err(BadSignatures::Mismatch);
    }
    let key = keyset
        .keys
        .amount_key(signature.amount)
        .ok_or(BadSignatures::Mismatch)?;
    match &signature.dleq {
        Some(_) => signature
            .verify_dleq(key, output.message.blinded_secret)
            .map_err(|_| BadSignatures::NotGenuine)?,
        None if dleq_required => return Err(BadSignatures::DleqMissing),
        None => {}
    }
    let c = unblind_message(&signature.c, &output.blinding, &key)
        .map_err(|_| BadSignatures::NotGenuine)?;
    let dleq = signature
        .dleq
        .as_ref()
        .map(|dleq| ProofDleq::new(dleq.e.clone(), dleq.s.clone(), output.blinding.clone()));
    let proof = Proof {
        amount: signature.amount,
        keyset_id: keyset.id,
        secret: output.secret.clone(),
        c,
        witness: None,
        dleq,
        p2pk_e: None,
    };
    Ok(NewCoin {
        proof,
        index: output.index,
    })
}
