//! Everybody in town but the issuers and the corner shop, opened together.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::home::Home;
use crate::lightning::Network;
use crate::manifest::{
    ArcadeEntry, BuskerEntry, KioskEntry, NamesEntry, PaperEntry, ShopEntry, Shops, SignInEntry,
};
use crate::names::{self, Names};
use crate::ports::{Block, Party};
use crate::rates::{self, Rates};
use crate::reply::Refusal;
use crate::shop::arcade::{self, Arcade};
use crate::shop::busker::{self, Busker};
use crate::shop::kiosk::{self, Kiosk};
use crate::shop::paper::{self, DailyPaper};
use crate::shop::rogues::{self, Haunts, Rogues};
use crate::sign_in::{self, SignIn};
use crate::town::TownError;

/// The street.
#[derive(Debug)]
pub struct Street {
    paper: Arc<DailyPaper>,
    busker: Arc<Busker>,
    kiosk: Arc<Kiosk>,
    arcade: Arc<Arcade>,
    rates: Arc<Rates>,
    names: Arc<Names>,
    sites: [Arc<SignIn>; 2],
    rogues: Arc<Rogues>,
}

impl Street {
    /// Opens everybody; `mints` are the issuers whose coins are taken.
    pub fn open(
        home: &Home,
        block: &Block,
        network: &Network,
        mints: &[String],
    ) -> Result<Self, TownError> {
        let busker = Busker::new(block.url(Party::Busker), network.clone())?;
        let pay_link = busker.addresses().remove("plain").map(|a| a.link.scheme);
        let names = Names::open(block.url(Party::Names), &busker)?;
        let haunts = Haunts {
            own: block.url(Party::Rogues),
            stranger: block.url(Party::Stranger),
            raw: block.url(Party::Raw),
            sentinel: block.url(Party::Sentinel),
        };
        Ok(Self {
            paper: Arc::new(DailyPaper::open(
                &home.folder(paper::NODE)?,
                block.url(Party::DailyPaper),
                network.clone(),
                home.seed(paper::NODE),
                mints.to_vec(),
            )?),
            kiosk: Arc::new(Kiosk::open(
                &home.folder(kiosk::NODE)?,
                block.url(Party::Kiosk),
                pay_link.unwrap_or_default(),
                network.clone(),
            )?),
            arcade: Arc::new(Arcade::open(
                &home.folder(arcade::NODE)?,
                block.url(Party::Arcade),
                network.clone(),
                home.seed(arcade::NODE),
                mints.to_vec(),
            )?),
            rogues: Arc::new(Rogues::open(
                &home.folder(rogues::NODE)?,
                haunts,
                network.clone(),
                home.seed(rogues::NODE),
                mints.to_vec(),
            )?),
            busker: Arc::new(busker),
            rates: Arc::new(Rates::new(block.url(Party::Rates))),
            names: Arc::new(names),
            sites: [Party::SignIn, Party::OtherSignIn]
                .map(|party| Arc::new(SignIn::new(block.url(party)))),
        })
    }

    /// Who speaks HTTP where, and under which name its door is known.
    #[must_use]
    pub fn counters(&self) -> Vec<(Party, &'static str, Router)> {
        let [site, other] = &self.sites;
        vec![
            (
                Party::DailyPaper,
                paper::NODE,
                paper::router(Arc::clone(&self.paper)),
            ),
            (
                Party::Busker,
                busker::NODE,
                busker::router(Arc::clone(&self.busker)),
            ),
            (
                Party::Kiosk,
                kiosk::NODE,
                kiosk::router(Arc::clone(&self.kiosk)),
            ),
            (
                Party::Arcade,
                arcade::NODE,
                arcade::router(Arc::clone(&self.arcade)),
            ),
            (
                Party::Rates,
                "rates",
                rates::router(Arc::clone(&self.rates)),
            ),
            (
                Party::Names,
                "names",
                names::router(Arc::clone(&self.names)),
            ),
            (
                Party::Rogues,
                rogues::NODE,
                rogues::router(Arc::clone(&self.rogues)),
            ),
            (
                Party::Stranger,
                "stranger",
                rogues::stranger(Arc::clone(&self.rogues)),
            ),
            (Party::SignIn, "sign_in", sign_in::router(Arc::clone(site))),
            (
                Party::OtherSignIn,
                "other_sign_in",
                sign_in::router(Arc::clone(other)),
            ),
        ]
    }

    /// What tests command and read, under `/control`.
    pub fn control(&self) -> Router {
        let sites = self.sites.clone();
        Router::new()
            .nest("/daily_paper", paper::control(Arc::clone(&self.paper)))
            .nest("/busker", busker::control(Arc::clone(&self.busker)))
            .nest("/kiosk", kiosk::control(Arc::clone(&self.kiosk)))
            .nest("/arcade", arcade::control(Arc::clone(&self.arcade)))
            .nest("/rates", rates::control(Arc::clone(&self.rates)))
            .nest("/names", names::control(Arc::clone(&self.names)))
            .nest("/rogues", rogues::control(Arc::clone(&self.rogues)))
            .route(
                "/sign_in",
                get(async move || {
                    let seen = sites.map(|s| json!({"url": s.url(), "visitors": s.visitors()}));
                    Json(json!({ "sites": seen }))
                }),
            )
    }

    /// The shops as the manifest lists them.
    pub fn shops(&self, corner_shop: ShopEntry) -> Result<Shops, TownError> {
        let paper = &self.paper;
        Ok(Shops {
            corner_shop,
            daily_paper: PaperEntry {
                url: paper.url().to_owned(),
                articles: format!("{}/articles", paper.url()),
                free: format!("{}/free", paper.url()),
                short: paper.addresses("short"),
                long: paper.addresses("long"),
                crossword: paper.addresses("crossword"),
                big: paper.addresses("big"),
            },
            busker: BuskerEntry {
                url: self.busker.url().to_owned(),
                addresses: self.busker.addresses(),
                offers: self.busker.offers().clone(),
            },
            kiosk: KioskEntry {
                url: self.kiosk.url().to_owned(),
                vouchers: self.kiosk.fresh()?,
            },
            arcade: ArcadeEntry {
                url: self.arcade.url().to_owned(),
                play: format!("{}/play", self.arcade.url()),
            },
        })
    }

    /// The price sources.
    #[must_use]
    pub fn rates(&self) -> BTreeMap<&'static str, String> {
        self.rates.bases()
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> NamesEntry {
        self.names.entry()
    }

    /// Those who mean ill.
    #[must_use]
    pub fn rogues(&self) -> &Arc<Rogues> {
        &self.rogues
    }

    /// The sites to sign in to, each with a link for the first visitor.
    pub fn sites(&self) -> Result<Vec<SignInEntry>, TownError> {
        let entry = |site: &Arc<SignIn>| -> Result<SignInEntry, TownError> {
            Ok(SignInEntry {
                url: site.url().to_owned(),
                fresh: format!("{}/signin", site.url()),
                link: site.link()?,
            })
        };
        self.sites.iter().map(entry).collect()
    }

    /// Coins each of them holds.
    pub fn purses(&self) -> Result<Vec<(&'static str, Value)>, Refusal> {
        let holds = [
            (paper::NODE, self.paper.purses()),
            (arcade::NODE, self.arcade.purses()),
            (rogues::NODE, self.rogues.purses()),
        ];
        holds
            .into_iter()
            .map(|(name, purses)| {
                let purses = purses.map_err(Refusal::broken)?;
                Ok((name, json!({ "purses": purses })))
            })
            .collect()
    }

    /// Finishes what a crash interrupted.
    pub async fn resume(&self) {
        self.paper.resume().await;
        self.arcade.resume().await;
        self.rogues.resume().await;
        // Last: a payment that a test holds back may take for ever.
        self.kiosk.resume().await;
    }
}
