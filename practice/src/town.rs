//! The whole town, opened in order and closed in reverse.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::control::{self, Square};
use crate::door::Door;
use crate::home::{Home, HomeError};
use crate::issuer::{HARBOUR, Issuer, IssuerError, MAPLE};
use crate::lightning::{
    LedgerError, MERCHANT, Network, NewInvoice, NewInvoiceError, RoutingFee, SAT_PER_CENT,
};
use crate::manifest::{Examples, IssuerEntry, LightningEntry, Manifest, ShopEntry, UnitEntry};
use crate::names::NameTrouble;
use crate::picture::{PictureError, qr_png};
use crate::ports::{Block, Party, PortError};
use crate::reply::Refusal;
use crate::shop::rogues::{self, Rogues};
use crate::shop::{self, CornerShop, MENU, NewOrder, StoreError};
use crate::street::Street;

/// Why the town did not open.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    /// Its folder.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// Its ports.
    #[error(transparent)]
    Ports(#[from] PortError),
    /// Its Lightning network.
    #[error(transparent)]
    Lightning(#[from] LedgerError),
    /// An issuer.
    #[error("{name}: {source}")]
    Issuer {
        /// Which.
        name: &'static str,
        /// Why.
        source: IssuerError,
    },
    /// The corner shop.
    #[error(transparent)]
    Shop(#[from] StoreError),
    /// The names.
    #[error("the names could not be signed: {0}")]
    Names(#[from] NameTrouble),
    /// The example codes.
    #[error("the example codes could not be made: {0}")]
    Examples(String),
}

impl From<PictureError> for TownError {
    fn from(error: PictureError) -> Self {
        Self::Examples(error.to_string())
    }
}

impl From<NewInvoiceError> for TownError {
    fn from(error: NewInvoiceError) -> Self {
        Self::Examples(error.to_string())
    }
}

impl From<Refusal> for TownError {
    fn from(refusal: Refusal) -> Self {
        Self::Examples(refusal.to_string())
    }
}

/// A town that answers on all its ports.
#[derive(Debug)]
pub struct Town {
    square: Arc<Square>,
    closing: watch::Sender<bool>,
    servers: JoinSet<()>,
    // Last: the folder is free for others only when everything else is gone.
    _home: Home,
}

impl Town {
    /// Opens the town in `folder`; when this returns, every address answers.
    pub async fn open(folder: &Path, port: Option<u16>) -> Result<Self, TownError> {
        let home = Home::open(folder)?;
        let mut block = Block::open(home.root(), port).await?;
        let network = Network::open(&home.folder("lightning")?, &home)?;
        let (closing, _) = watch::channel(false);
        let mut servers = JoinSet::new();
        let mut serve = |block: &mut Block, party: Party, router: Router| {
            if let Some(listener) = block.take(party) {
                servers.spawn(answer(listener, router, closing.subscribe()));
            }
        };

        let mut doors = BTreeMap::new();
        let mut issuers = Vec::new();
        for terms in [MAPLE, HARBOUR] {
            let failed = |source| TownError::Issuer {
                name: terms.name,
                source,
            };
            let issuer = Issuer::start(terms, block.url(terms.party), &home, &network)
                .await
                .map_err(failed)?;
            let door: &mut Arc<Door> = doors.entry(terms.node).or_default();
            let router = door.before(issuer.router().await.map_err(failed)?);
            serve(&mut block, terms.party, router);
            issuers.push(Arc::new(issuer));
        }

        let known = issuers
            .iter()
            .map(|issuer| {
                let units = (issuer.terms().units)()
                    .iter()
                    .map(|u| u.unit.to_string())
                    .collect();
                (
                    issuer.terms().node.to_owned(),
                    (issuer.url().to_owned(), units),
                )
            })
            .collect();
        let corner = Arc::new(CornerShop::open(
            &home.folder("corner_shop")?,
            block.url(Party::CornerShop),
            network.clone(),
            known,
        )?);
        let door: &mut Arc<Door> = doors.entry("corner_shop").or_default();
        let router = door.before(shop::router(Arc::clone(&corner)));
        serve(&mut block, Party::CornerShop, router);
        let mints: Vec<_> = issuers.iter().map(|i| i.url().to_owned()).collect();
        let street = Street::open(&home, &block, &network, &mints)?;
        for (party, name, router) in street.counters() {
            let door: &mut Arc<Door> = doors.entry(name).or_default();
            serve(&mut block, party, door.before(router));
        }
        let manifest = Manifest {
            town: block.url(Party::Town),
            control: format!("{}/control", block.url(Party::Town)),
            home: home.root().display().to_string(),
            issuers: issuers.iter().map(|issuer| entry(issuer)).collect(),
            shops: street.shops(ShopEntry {
                url: corner.url().to_owned(),
                orders: format!("{}/orders", corner.url()),
                menu: MENU.to_vec(),
            })?,
            rates: street.rates(),
            names: street.names(),
            sign_in: street.sites()?,
            rogues: street.rogues().all(),
            examples: examples(&home, &corner, &network)?,
            lightning: LightningEntry {
                routing_fee: RoutingFee::to(""),
                routing_fee_to_corner_shop: RoutingFee::to("corner_shop"),
            },
        };
        let square = Arc::new(Square {
            manifest,
            network,
            issuers,
            corner,
            street,
            doors,
        });
        serve(
            &mut block,
            Party::Town,
            control::router(Arc::clone(&square)),
        );
        let rogues = Arc::clone(square.street.rogues());
        for (party, talk) in [
            (Party::Sentinel, Talk::Count(rogues)),
            (Party::Raw, Talk::Speak),
        ] {
            if let Some(listener) = block.take(party) {
                servers.spawn(mutter(listener, talk, closing.subscribe()));
            }
        }
        // Needs the issuers to answer, and must not keep the town from opening
        // when an order waits for an issuer that is not of this town.
        let interrupted = Arc::clone(&square);
        servers.spawn(async move {
            interrupted.corner.resume().await;
            interrupted.street.resume().await;
        });

        Ok(Self {
            square,
            closing,
            servers,
            _home: home,
        })
    }

    /// Every address.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.square.manifest
    }

    /// The network, for tests in this process.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.square.network
    }

    /// Stops answering, then stops the issuers.
    pub async fn close(mut self) {
        let _ = self.closing.send(true);
        // A hanging payment holds its request open for as long as it hangs.
        let patience = std::time::Duration::from_secs(2);
        let drained = async { while self.servers.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, drained).await.is_err() {
            self.servers.shutdown().await;
        }
        for issuer in &self.square.issuers {
            issuer.stop().await;
        }
    }
}

async fn answer(listener: TcpListener, router: Router, mut closing: watch::Receiver<bool>) {
    let closed = async move {
        let _ = closing.wait_for(|closing| *closing).await;
    };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(closed)
        .await
    {
        tracing::error!(%error, "a party of the town stopped answering");
    }
}

/// Those who do not speak HTTP as they should.
enum Talk {
    Count(Arc<Rogues>),
    Speak,
}

async fn mutter(listener: TcpListener, talk: Talk, mut closing: watch::Receiver<bool>) {
    let talking = async {
        match talk {
            Talk::Count(rogues) => rogues::count(rogues, listener).await,
            Talk::Speak => rogues::speak(listener).await,
        }
    };
    tokio::select! {
        () = talking => {}
        _ = closing.wait_for(|closing| *closing) => {}
    }
}

fn examples(home: &Home, corner: &CornerShop, network: &Network) -> Result<Examples, TownError> {
    let coffee = corner.place(&NewOrder {
        amount: 21,
        unit: "sat".to_owned(),
        issuer: "maple".to_owned(),
        item: "coffee".to_owned(),
    })?;
    let outside = network.invoice(&NewInvoice {
        node: MERCHANT,
        till: "",
        amount_msat: Some(21_000),
        description: "A coffee outside the town".into(),
        expiry: Duration::from_secs(7 * 24 * 3_600),
    })?;
    let pictures = home.folder("pictures")?;
    let draw = |name: &str, text: &str| -> Result<String, TownError> {
        let path = pictures.join(name);
        std::fs::write(&path, qr_png(text)?).map_err(|source| HomeError::Io {
            path: path.clone(),
            source,
        })?;
        Ok(path.display().to_string())
    };
    Ok(Examples {
        picture: draw("coffee.png", coffee.request())?,
        request: coffee.request().to_owned(),
        order: coffee.url().to_owned(),
        invoice_picture: draw("invoice.png", &outside.bolt11.to_uppercase())?,
        invoice: outside.bolt11,
    })
}

fn entry(issuer: &Issuer) -> IssuerEntry {
    let terms = issuer.terms();
    IssuerEntry {
        name: terms.name.to_owned(),
        url: issuer.url().to_owned(),
        repeats_answers: terms.repeats_answers,
        units: (terms.units)()
            .into_iter()
            .map(|unit| UnitEntry {
                msat: if unit.unit == cdk_common::CurrencyUnit::Usd {
                    1_000 * SAT_PER_CENT
                } else {
                    1_000
                },
                unit: unit.unit.to_string(),
                input_fee_ppk: unit.input_fee_ppk,
                reserve: unit.reserve,
                limit: unit.limit,
            })
            .collect(),
    }
}
