//! An issuer that runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cdk::mint::{Mint, MintBuilder, MintMeltLimits, UnitConfig};
use cdk::types::QuoteTTL;
use cdk_axum::cache::{HttpCache, HttpCacheKey, HttpCacheStorage};
use cdk_common::nut00::KnownMethod;
use cdk_common::nut17::SupportedMethods;
use cdk_common::nut19::{CachedEndpoint, Method, Path as CachedPath};
use cdk_common::nuts::{ContactInfo, CurrencyUnit, PaymentMethod};
use cdk_sqlite::MintSqliteDatabase;

use super::books::{self, BooksError, UnitBooks};
use super::terms::Terms;
use crate::home::{Home, HomeError};
use crate::lightning::{IssuerRail, Network};

/// Seconds a top-up invoice can be paid.
const TOP_UP_SECONDS: u64 = 1_800;
/// Seconds a quote for a payment holds.
const PAYMENT_SECONDS: u64 = 600;
/// Seconds an answer is repeated, for the issuer that does.
const REPEAT_SECONDS: u64 = 600;
/// Coins in one request, each way.
const COINS: usize = 1_000;

/// Why an issuer does not run.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// Its folder.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// Its database.
    #[error("the issuer's database failed: {0}")]
    Database(#[from] cdk_common::database::Error),
    /// The issuer itself.
    #[error("the issuer could not start: {0}")]
    Mint(#[from] cdk::Error),
    /// Its Lightning rail.
    #[error("the issuer has no way to Lightning: {0}")]
    Rail(#[from] cdk_common::payment::Error),
    /// Its web side.
    #[error("the issuer's routes could not be made: {0}")]
    Routes(String),
}

/// A running issuer.
pub struct Issuer {
    terms: Terms,
    url: String,
    database: PathBuf,
    mint: Arc<Mint>,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Issuer {
    /// Opens the issuer's books and starts it.
    pub async fn start(
        terms: Terms,
        url: String,
        home: &Home,
        network: &Network,
    ) -> Result<Self, IssuerError> {
        let database = home.folder(terms.node)?.join("issuer.db");
        let store = Arc::new(open(&database).await?);
        let mut builder = MintBuilder::new(store.clone())
            .with_name(terms.name.to_owned())
            .with_description(terms.description.to_owned())
            .with_motd(terms.motd.to_owned())
            .with_urls(vec![url.clone()])
            .with_contact_info(ContactInfo::new(
                "email".to_owned(),
                terms.contact.to_owned(),
            ))
            .with_limits(COINS, COINS)
            .with_batch_minting(Some(100), None)
            .with_keyset_v2(Some(true));
        if terms.repeats_answers {
            builder = builder.with_cache(
                Some(REPEAT_SECONDS),
                vec![
                    CachedEndpoint::new(Method::Post, CachedPath::Swap),
                    CachedEndpoint::new(Method::Post, CachedPath::custom_mint("bolt11")),
                    CachedEndpoint::new(Method::Post, CachedPath::custom_melt("bolt11")),
                    CachedEndpoint::new(Method::Post, CachedPath::custom_melt("bolt12")),
                ],
            );
        }
        for unit in (terms.units)() {
            builder.configure_unit(
                unit.unit.clone(),
                UnitConfig {
                    input_fee_ppk: unit.input_fee_ppk,
                    ..UnitConfig::default()
                },
            )?;
            let rail =
                IssuerRail::new(network.clone(), terms.node, unit.unit.clone(), unit.reserve)?;
            // One rail for both methods, or it would hear everything twice.
            let rail = Arc::new(rail);
            for &method in methods(terms) {
                builder
                    .add_payment_processor(
                        unit.unit.clone(),
                        PaymentMethod::Known(method),
                        MintMeltLimits::new(1, unit.limit),
                        rail.clone(),
                    )
                    .await?;
            }
            builder =
                builder.with_supported_websockets(SupportedMethods::default_bolt11(unit.unit));
        }
        let mut info = builder.current_mint_info();
        // It pays offers and writes none.
        let bolt11 = PaymentMethod::Known(KnownMethod::Bolt11);
        info.nuts.nut04.methods.retain(|way| way.method == bolt11);
        let mint = Arc::new(
            builder
                .build_with_seed(store, &home.seed(terms.node))
                .await?,
        );
        // A stored description wins over the builder's; ports and terms may have
        // changed since, only the issuer's key must stay.
        info.pubkey = mint.mint_info().await?.pubkey;
        mint.set_mint_info_and_quote_ttl(info, QuoteTTL::new(TOP_UP_SECONDS, PAYMENT_SECONDS))
            .await?;
        mint.start().await?;
        Ok(Self {
            terms,
            url,
            database,
            mint,
        })
    }

    /// Its terms.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its web side.
    pub async fn router(&self) -> Result<Router, IssuerError> {
        let ttl = Duration::from_secs(REPEAT_SECONDS);
        let storage: Option<Box<dyn HttpCacheStorage + Send + Sync>> = if self.terms.repeats_answers
        {
            None
        } else {
            Some(Box::new(Forgetful))
        };
        cdk_axum::create_mint_router_with_custom_cache(
            self.mint.clone(),
            HttpCache::new(ttl, ttl, storage),
            methods(self.terms)
                .iter()
                .map(ToString::to_string)
                .collect(),
            false,
        )
        .await
        .map_err(|e| IssuerError::Routes(e.to_string()))
    }

    /// What it issued, took back and charged, from its own database.
    pub fn books(&self) -> Result<Vec<UnitBooks>, BooksError> {
        books::read(&self.database)
    }

    /// From now on it signs with other keys and takes so many thousandths of a unit for each coin of
    /// those. Coins of the old ones stay good, and cost what they did.
    pub async fn change_keys(
        &self,
        unit: CurrencyUnit,
        input_fee_ppk: u64,
    ) -> Result<(), IssuerError> {
        let amounts = UnitConfig::default().amounts;
        self.mint
            .rotate_keyset(unit, amounts, input_fee_ppk, true, None)
            .await?;
        Ok(())
    }

    /// Stops listening to the network and waits until that is done.
    pub async fn stop(&self) {
        if let Err(error) = self.mint.stop().await {
            tracing::warn!(issuer = self.terms.node, %error, "the issuer did not stop cleanly");
        }
    }
}

/// How it can be told what to pay.
fn methods(terms: Terms) -> &'static [KnownMethod] {
    if terms.pays_offers {
        &[KnownMethod::Bolt11, KnownMethod::Bolt12]
    } else {
        &[KnownMethod::Bolt11]
    }
}

async fn open(path: &Path) -> Result<MintSqliteDatabase, cdk_common::database::Error> {
    MintSqliteDatabase::new(path.to_path_buf()).await
}

/// An answer cache that remembers nothing: what NUT-19 looks like when absent.
struct Forgetful;

#[async_trait::async_trait]
impl HttpCacheStorage for Forgetful {
    fn set_expiration_times(&mut self, _ttl: Duration, _tti: Duration) {}

    async fn get(&self, _key: &HttpCacheKey) -> Option<Vec<u8>> {
        None
    }

    async fn set(&self, _key: HttpCacheKey, _value: Vec<u8>) {}
}
