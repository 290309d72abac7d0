//! What the practice town does for somebody who is learning: its people pay invoices, and its
//! Corner Shop takes an order. Only for play money; a real wallet reaches no town.

use std::collections::BTreeMap;

use farthing_rails::gate::Errand;
use farthing_rails::payment_name::Resolvers;
use farthing_vault::Mark;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::money::MoneyState;
use crate::wallet::Wallet;

/// What a first coffee costs, in satoshis.
const COFFEE: u64 = 21;

/// Why the town did not do it. No money of anybody's is at stake.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PracticeError {
    /// This wallet's money is real, or it was made without a town.
    #[error("this wallet has no practice town")]
    NoTown,
    /// The town does not answer, or not with what was asked for.
    #[error("the practice town does not answer")]
    Closed,
    /// The town said no.
    #[error("the practice town did not do it")]
    Refused,
}

impl PracticeError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTown => "no_practice_town",
            Self::Closed => "practice_town_closed",
            Self::Refused => "practice_town_refused",
        }
    }

    /// What it means for the money.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

/// What is needed of the town's manifest.
#[derive(Deserialize)]
struct Manifest {
    control: String,
    issuers: Vec<IssuerEntry>,
    shops: Shops,
    /// Where the town's sources of rates are, by name.
    #[serde(default)]
    rates: BTreeMap<String, String>,
    /// Who answers for names in town. An older town has nobody.
    #[serde(default)]
    names: Names,
}

#[derive(Default, Deserialize)]
struct Names {
    resolvers: Vec<String>,
    root: String,
}

#[derive(Deserialize)]
struct IssuerEntry {
    url: String,
}

#[derive(Deserialize)]
struct Shops {
    corner_shop: Shop,
}

#[derive(Deserialize)]
struct Shop {
    orders: String,
}

#[derive(Deserialize)]
struct Bill {
    request: String,
}

impl Wallet {
    /// Has somebody in town pay an invoice.
    ///
    /// # Errors
    /// [`PracticeError`].
    pub async fn practice_pay(&self, invoice: &str) -> Result<(), PracticeError> {
        let address = format!("{}/lightning/pay", self.manifest().await?.control);
        let asked = serde_json::json!({ "invoice": invoice });
        self.tell_town::<serde_json::Value>(&address, &asked)
            .await
            .map(drop)
    }

    /// Orders a coffee at the Corner Shop; its payment code.
    ///
    /// # Errors
    /// [`PracticeError`].
    pub async fn practice_order(&self) -> Result<String, PracticeError> {
        let shop = self.manifest().await?.shops.corner_shop;
        let order = serde_json::json!({ "item": "coffee", "amount": COFFEE });
        let bill: Bill = self.tell_town(&shop.orders, &order).await?;
        Ok(bill.request)
    }

    /// The address of the town's first issuer, whose money its shop takes.
    ///
    /// # Errors
    /// [`PracticeError`].
    pub async fn practice_issuer(&self) -> Result<String, PracticeError> {
        let issuers = self.manifest().await?.issuers;
        let first = issuers.into_iter().next();
        first.map(|issuer| issuer.url).ok_or(PracticeError::Closed)
    }

    /// Where the town's sources of rates are, by name; none where there is no town.
    pub(crate) async fn practice_rates(&self) -> BTreeMap<String, String> {
        let manifest = self.manifest().await;
        manifest.map(|manifest| manifest.rates).unwrap_or_default()
    }

    /// Who answers for payment names in town, and under which key; nobody where there is no town.
    pub(crate) async fn practice_resolvers(&self) -> Resolvers {
        let names = self.manifest().await.map(|manifest| manifest.names);
        let names = names.unwrap_or_default();
        Resolvers::of_town(names.resolvers, &names.root)
    }

    async fn manifest(&self) -> Result<Manifest, PracticeError> {
        let Mark::Practice { town: Some(town) } = self.mark() else {
            return Err(PracticeError::NoTown);
        };
        let gate = self.ecash.gate();
        let address = format!("{}/manifest", town.trim_end_matches('/'));
        let url = gate.check(&address).map_err(|_| PracticeError::NoTown)?;
        understood(gate.get(Errand::PracticeTown, url).await)
    }

    async fn tell_town<T: DeserializeOwned>(
        &self,
        address: &str,
        what: &serde_json::Value,
    ) -> Result<T, PracticeError> {
        let gate = self.ecash.gate();
        let url = gate.check(address).map_err(|_| PracticeError::Closed)?;
        let body = what.to_string().into_bytes();
        understood(gate.post_json(Errand::PracticeTown, url, body).await)
    }
}

fn understood<T: DeserializeOwned>(
    reply: Result<farthing_rails::gate::Reply, farthing_rails::gate::GateError>,
) -> Result<T, PracticeError> {
    let reply = reply.map_err(|_| PracticeError::Closed)?;
    if !(200..300).contains(&reply.status) {
        return Err(PracticeError::Refused);
    }
    serde_json::from_slice(&reply.body).map_err(|_| PracticeError::Closed)
}

#[cfg(test)]
mod tests {
    use crate::init::tests::wallet;

    #[tokio::test]
    async fn a_wallet_without_a_town_asks_nobody() {
        let (wallet, _folder) = wallet().await;
        let error = wallet.practice_order().await.unwrap_err();
        assert_eq!(error.code(), "no_practice_town");
    }
}
