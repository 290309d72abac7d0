//! E-cash: issuers, purses and every exchange of coins.
//!
//! cdk gives the protocol's types, its cryptography, its connection to issuers and its database
//! tables. What the wallet does not take from it is how an exchange survives a crash: each one
//! here is a single durable record (see [`exchange`]) written before the first byte leaves.

mod coins;
mod elsewhere;
mod exchange;
mod fence;
mod hand;
mod issuer;
mod keysets;
mod left_to_payee;
mod melt;
mod numbers;
mod offer;
mod outputs;
mod paid;
mod purse;
mod recover;
mod redeem;
#[cfg(any(test, feature = "rehearsal"))]
pub mod rehearsal;
mod restore;
mod session;
mod top_up;
mod trouble;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use cdk::mint_url::MintUrl;
use cdk::wallet::{BaseHttpClient, MintConnector};
use cdk_common::database::{Error as DatabaseError, WalletDatabase};
use farthing_store::CoinTable;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::gate::{Gate, IssuerTransport};

pub use hand::{HandCost, HandError, Handed, HandedState, TakenBack};
pub use issuer::{IssuerCard, UnitCard, normalised_issuer};
pub use melt::{LightningQuote, MeltCost, MeltError, Melted};
pub use purse::{Purse, PurseFunds, PurseId, PurseIdError};
pub use recover::{PaymentResult, Recovered};
pub use redeem::{RedeemCost, RedeemError, Redeemed};
pub use restore::{LookIn, Restored};
pub use top_up::{Collected, TopUpQuote};
pub use trouble::{Refusal, Trouble};

/// Where the wallet's money is kept: cdk's tables in the wallet's own encrypted database.
pub type MoneyTables = Arc<dyn WalletDatabase<DatabaseError> + Send + Sync>;

/// The namespace of our own records beside cdk's tables.
const KV: &str = "farthing";

/// All e-cash of one wallet.
pub struct Ecash {
    db: MoneyTables,
    coins: CoinTable,
    gate: Gate,
    seed: Zeroizing<[u8; 64]>,
    clients: Mutex<HashMap<MintUrl, Arc<dyn MintConnector + Send + Sync>>>,
    locks: Mutex<HashMap<PurseId, Arc<tokio::sync::Mutex<()>>>>,
}

impl std::fmt::Debug for Ecash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ecash").finish_non_exhaustive()
    }
}

impl Ecash {
    /// E-cash kept in `db`, which `coins` is of as well, its secrets derived from the recovery words' `seed` (NUT-13),
    /// talking to issuers through `gate`.
    #[must_use]
    pub fn new(db: MoneyTables, coins: CoinTable, gate: Gate, seed: Zeroizing<[u8; 64]>) -> Self {
        Self {
            db,
            coins,
            gate,
            seed,
            clients: Mutex::default(),
            locks: Mutex::default(),
        }
    }

    /// The gate this e-cash goes through.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    fn client(&self, issuer: &MintUrl) -> Arc<dyn MintConnector + Send + Sync> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients
            .entry(issuer.clone())
            .or_insert_with(|| self.new_client(issuer))
            .clone()
    }

    fn new_client(&self, issuer: &MintUrl) -> Arc<dyn MintConnector + Send + Sync> {
        let transport = IssuerTransport::new(self.gate.clone());
        Arc::new(BaseHttpClient::with_transport(
            issuer.clone(),
            transport,
            None,
        ))
    }

    /// One exchange at a time per purse: counters, choice of coins and recovery all rely on it.
    async fn hold(&self, purse: &PurseId) -> tokio::sync::OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.entry(purse.clone()).or_default().clone()
        };
        lock.lock_owned().await
    }

    async fn read_record<T: DeserializeOwned>(
        &self,
        kind: &str,
        key: &str,
    ) -> Result<Option<T>, Trouble> {
        let Some(bytes) = self.db.kv_read(KV, kind, key).await? else {
            return Ok(None);
        };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| Trouble::Store(format!("a {kind} record is damaged").into()))
    }

    async fn write_record<T: Serialize>(
        &self,
        kind: &str,
        key: &str,
        record: &T,
    ) -> Result<(), Trouble> {
        let bytes =
            Zeroizing::new(serde_json::to_vec(record).map_err(|_| {
                Trouble::Store(format!("a {kind} record cannot be written").into())
            })?);
        Ok(self.db.kv_write(KV, kind, key, &bytes).await?)
    }

    async fn forget_record(&self, kind: &str, key: &str) -> Result<(), Trouble> {
        Ok(self.db.kv_remove(KV, kind, key).await?)
    }

    async fn records<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, Trouble> {
        let found = self.records_by_key(kind).await?;
        Ok(found.into_iter().map(|(_, record)| record).collect())
    }

    async fn records_by_key<T: DeserializeOwned>(
        &self,
        kind: &str,
    ) -> Result<Vec<(String, T)>, Trouble> {
        let mut found = Vec::new();
        for key in self.db.kv_list(KV, kind).await? {
            if let Some(record) = self.read_record(kind, &key).await? {
                found.push((key, record));
            }
        }
        Ok(found)
    }
}

/// A short name for something, fit for a record key: the first half of its SHA-256 in hex.
fn key_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(16)
        .fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
