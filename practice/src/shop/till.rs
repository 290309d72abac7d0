//! Exchanging a customer's coins for the shop's own at their issuer.
//!
//! The exchange is planned and written down before the issuer is asked, so
//! that after a crash or a lost answer the same exchange can be asked for again
//! or its result fetched: coins are taken once or not at all.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::str::FromStr;
use std::time::Duration;

use bitcoin::hashes::{Hash, sha256};
use cdk::amount::{FeeAndAmounts, SplitTarget};
use cdk::dhke::construct_proofs;
use cdk::fees::calculate_fee;
use cdk::mint_url::MintUrl;
use cdk::wallet::{HttpClient, MintConnector};
use cdk_common::nuts::{
    BlindSignature, BlindedMessage, CheckStateRequest, CurrencyUnit, Id, KeySet, PreMintSecrets,
    Proofs, RestoreRequest, SecretKey, State, SwapRequest, Token,
};
use cdk_common::secret::Secret;
use cdk_common::{Amount, Error as CdkError, ProofsMethods};
use serde::{Deserialize, Serialize};

/// How long an issuer may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most coins in one payment.
const MOST_COINS: usize = 500;

/// An exchange with an issuer: what goes in, what comes out, and the secrets of
/// what comes out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    gross: u64,
    keyset: Id,
    inputs: Proofs,
    outputs: Vec<BlindedMessage>,
    secrets: Vec<Secret>,
    blinding: Vec<SecretKey>,
}

impl Plan {
    /// Face value of the customer's coins.
    #[must_use]
    pub fn gross(&self) -> u64 {
        self.gross
    }
}

/// Why coins were not taken.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// No coins, too many, or one twice.
    #[error("a payment holds 1 to {MOST_COINS} different coins")]
    Count,
    /// Not coins of this issuer and unit.
    #[error("a coin is of a keyset this issuer does not have in this unit")]
    Foreign,
    /// The signature on a coin is wrong.
    #[error("a coin does not carry this issuer's signature")]
    Forged,
    /// They are worth less than the price.
    #[error("coins of {gross} leave {net} after the issuer's fee of {fee}; the price is {price}")]
    TooLittle {
        /// Face value.
        gross: u64,
        /// What the issuer keeps.
        fee: u64,
        /// What would be left.
        net: u64,
        /// What is asked.
        price: u64,
    },
    /// The issuer refused them.
    #[error("the issuer refused the coins: {0}")]
    Refused(String),
    /// The outcome is not known.
    #[error("the issuer gave no usable answer: {0}")]
    Unclear(String),
}

impl TillError {
    /// Its code for programs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Count => "coins",
            Self::Foreign => "foreign_coins",
            Self::Forged => "forged_coins",
            Self::TooLittle { .. } => "too_little",
            Self::Refused(_) => "coins_refused",
            Self::Unclear(_) => "issuer_unclear",
        }
    }
}

/// The same coins, in whatever order, are the same payment.
pub(super) fn digest<'a>(secrets: impl Iterator<Item = &'a Secret>) -> String {
    let mut secrets: Vec<&[u8]> = secrets.map(Secret::as_bytes).collect();
    secrets.sort_unstable();
    sha256::Hash::hash(&secrets.join(&b'\n')).to_string()
}

/// A connection to one issuer for one unit.
pub(super) struct Till {
    issuer: HttpClient,
    unit: CurrencyUnit,
}

impl Till {
    pub(super) fn at(issuer: &str, unit: &str) -> Result<Self, TillError> {
        let url = MintUrl::from_str(issuer).map_err(unclear)?;
        let unit = CurrencyUnit::from_str(unit).map_err(unclear)?;
        Ok(Self {
            issuer: HttpClient::new(url, None),
            unit,
        })
    }

    /// The coins of a token, which may name their keysets in short.
    pub(super) async fn coins(&self, token: &Token) -> Result<Proofs, TillError> {
        let keysets = ask(self.issuer.get_mint_keysets())
            .await
            .map_err(unclear)?
            .keysets;
        token.proofs(&keysets).map_err(|_| TillError::Foreign)
    }

    /// Checks the coins and plans their exchange. Nothing is taken yet.
    pub(super) async fn plan(&self, inputs: &Proofs, price: u64) -> Result<Plan, TillError> {
        let different: HashSet<_> = inputs.iter().map(|coin| &coin.secret).collect();
        if inputs.is_empty() || inputs.len() > MOST_COINS || different.len() != inputs.len() {
            return Err(TillError::Count);
        }
        let keysets = ask(self.issuer.get_mint_keysets())
            .await
            .map_err(unclear)?
            .keysets;
        let mut ours: HashMap<Id, u64> = HashMap::new();
        let mut target = None;
        for keyset in keysets.iter().filter(|k| k.unit == self.unit) {
            ours.insert(keyset.id, keyset.input_fee_ppk);
            if keyset.active && target.is_none() {
                target = Some((keyset.id, keyset.input_fee_ppk));
            }
        }
        let mut count: HashMap<Id, u64> = HashMap::new();
        for coin in inputs {
            if !ours.contains_key(&coin.keyset_id) {
                return Err(TillError::Foreign);
            }
            *count.entry(coin.keyset_id).or_default() += 1;
        }
        for id in count.keys() {
            let keys = self.keys(*id).await?;
            for coin in inputs.iter().filter(|c| c.keyset_id == *id) {
                let key = keys
                    .keys
                    .amount_key(coin.amount)
                    .ok_or(TillError::Foreign)?;
                if coin.dleq.is_some() && coin.verify_dleq(key).is_err() {
                    return Err(TillError::Forged);
                }
            }
        }
        let fee = calculate_fee(&count, &ours)
            .map_err(unclear)?
            .total
            .to_u64();
        let gross = inputs
            .total_amount()
            .map_err(|_| TillError::Count)?
            .to_u64();
        let net = gross.saturating_sub(fee);
        if net < price {
            return Err(TillError::TooLittle {
                gross,
                fee,
                net,
                price,
            });
        }
        let (keyset, ppk) =
            target.ok_or_else(|| TillError::Unclear("it has no active keyset".to_owned()))?;
        let sizes = self
            .keys(keyset)
            .await?
            .keys
            .iter()
            .map(|(a, _)| a.to_u64())
            .collect();
        let split = FeeAndAmounts::from((ppk, sizes));
        let fresh = PreMintSecrets::random(keyset, Amount::from(net), &SplitTarget::None, &split)
            .map_err(unclear)?;
        Ok(Plan {
            gross,
            keyset,
            inputs: inputs.clone().without_dleqs(),
            outputs: fresh.blinded_messages(),
            secrets: fresh.secrets(),
            blinding: fresh.rs(),
        })
    }

    /// Carries out a plan, or finds out that it was carried out before.
    pub(super) async fn carry_out(&self, plan: &Plan) -> Result<Proofs, TillError> {
        let request = SwapRequest::new(plan.inputs.clone(), plan.outputs.clone());
        let said_no = match ask(self.issuer.post_swap(request)).await {
            Ok(answer) => return self.open(plan, answer.signatures).await,
            Err(error) => error,
        };
        // Whatever it said, the exchange may have happened, now or earlier.
        let restore = RestoreRequest {
            outputs: plan.outputs.clone(),
        };
        let before = ask(self.issuer.post_restore(restore))
            .await
            .map_err(unclear)?;
        if !before.signatures.is_empty() {
            let mut signed: HashMap<_, _> = before
                .outputs
                .into_iter()
                .map(|o| o.blinded_secret)
                .zip(before.signatures)
                .collect();
            let signatures = plan
                .outputs
                .iter()
                .map(|o| signed.remove(&o.blinded_secret))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| TillError::Unclear("it signed only a part".to_owned()))?;
            return self.open(plan, signatures).await;
        }
        if said_no.is_definitive_failure() {
            return Err(TillError::Refused(said_no.to_string()));
        }
        // Our outputs are unsigned; inputs that are spent went to someone else.
        let ys = plan.inputs.ys().map_err(unclear)?;
        let states = ask(self.issuer.post_check_state(CheckStateRequest { ys }))
            .await
            .map_err(unclear)?
            .states;
        if states.iter().any(|s| s.state == State::Spent) {
            return Err(TillError::Refused("a coin is already spent".to_owned()));
        }
        if let CdkError::UnknownErrorResponse(said) = said_no {
            return Err(TillError::Refused(said));
        }
        Err(unclear(said_no))
    }

    async fn keys(&self, id: Id) -> Result<KeySet, TillError> {
        let keyset = ask(self.issuer.get_mint_keyset(id))
            .await
            .map_err(unclear)?;
        keyset.verify_id().map_err(unclear)?;
        Ok(keyset)
    }

    /// Opens the blinded signatures, checking each.
    async fn open(
        &self,
        plan: &Plan,
        signatures: Vec<BlindSignature>,
    ) -> Result<Proofs, TillError> {
        let keys = self.keys(plan.keyset).await?.keys;
        if signatures.len() != plan.outputs.len() {
            return Err(TillError::Unclear(
                "it answered with other coins".to_owned(),
            ));
        }
        for (signature, asked) in signatures.iter().zip(&plan.outputs) {
            let same = signature.amount == asked.amount && signature.keyset_id == asked.keyset_id;
            let key = keys
                .amount_key(asked.amount)
                .filter(|_| same)
                .ok_or(TillError::Forged)?;
            signature
                .verify_dleq(key, asked.blinded_secret)
                .map_err(|_| TillError::Forged)?;
        }
        construct_proofs(
            signatures,
            plan.blinding.clone(),
            plan.secrets.clone(),
            &keys,
        )
        .map_err(unclear)
    }
}

async fn ask<T>(question: impl Future<Output = Result<T, CdkError>>) -> Result<T, CdkError> {
    tokio::time::timeout(PATIENCE, question)
        .await
        .unwrap_or(Err(CdkError::Timeout))
}

fn unclear(error: impl std::fmt::Display) -> TillError {
    TillError::Unclear(error.to_string())
}
