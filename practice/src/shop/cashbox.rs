//! Coins in an `X-Cashu` header (NUT-24): taken once, and honoured for what they bought.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use cdk_common::nuts::{CurrencyUnit, Token};

use super::orders::StoreError;
use super::sales::SalesBook;
use super::till::{Till, TillError, digest};
use super::turns::Turns;
use crate::reply::Refusal;

const UNIT: &str = "sat";

/// Takes satoshi coins of the issuers it knows.
#[derive(Debug)]
pub(super) struct Cashbox {
    pub(super) book: SalesBook,
    issuers: Vec<String>,
    turns: Turns,
}

impl Cashbox {
    pub(super) fn open(path: &Path, issuers: Vec<String>) -> Result<Self, StoreError> {
        Ok(Self {
            book: SalesBook::open(path)?,
            issuers,
            turns: Turns::default(),
        })
    }

    /// Whose coins it takes.
    pub(super) fn issuers(&self) -> &[String] {
        &self.issuers
    }

    /// Takes a token for `what`. The same token again is the same payment.
    ///
    /// Bad money is refused with 400, as NUT-24 has it, and not taken.
    pub(super) async fn take(
        self: &Arc<Self>,
        what: &str,
        price: u64,
        token: &str,
    ) -> Result<(), Refusal> {
        let (cashbox, what, token) = (Arc::clone(self), what.to_owned(), token.to_owned());
        // On its own task: a customer who hangs up does not stop the exchange half-way.
        tokio::spawn(async move { cashbox.exchange(&what, price, &token).await })
            .await
            .map_err(Refusal::broken)?
    }

    async fn exchange(&self, what: &str, price: u64, token: &str) -> Result<(), Refusal> {
        let token = Token::from_str(token.trim())
            .map_err(|_| Refusal::bad("not_a_token", "the X-Cashu header holds no token"))?;
        if token.unit() != Some(CurrencyUnit::Sat) {
            return Err(Refusal::bad("wrong_unit", "prices here are in sat"));
        }
        let issuer = token
            .mint_url()
            .map_err(|_| Refusal::bad("wrong_issuer", "a token is of one issuer"))?
            .to_string();
        let plain = |url: &str| url.trim_end_matches('/').to_owned();
        if !self.issuers.iter().any(|i| plain(i) == plain(&issuer)) {
            return Err(Refusal::bad(
                "wrong_issuer",
                "coins of this issuer are not taken here",
            ));
        }
        let digest = digest(token.token_secrets().into_iter());
        let turn = self.turns.of(&digest);
        let _turn = turn.lock().await;
        match self.book.find(&digest).map_err(Refusal::broken)? {
            Some(sale) if sale.what != what || !sale.honoured => {
                return Err(Refusal::bad("already_spent", "these coins were spent here"));
            }
            Some(sale) if sale.plan.is_none() => return Ok(()),
            Some(_) => return self.finish(&digest).await,
            None => {}
        }
        let till = Till::at(&issuer, UNIT).map_err(refused)?;
        let coins = till.coins(&token).await.map_err(refused)?;
        let plan = till.plan(&coins, price).await.map_err(refused)?;
        self.book
            .begin(&digest, what, &issuer, &plan)
            .map_err(Refusal::broken)?;
        self.finish(&digest).await
    }

    async fn finish(&self, digest: &str) -> Result<(), Refusal> {
        let Some(sale) = self.book.find(digest).map_err(Refusal::broken)? else {
            return Err(Refusal::broken("a sale went missing"));
        };
        let Some(plan) = &sale.plan else {
            return Ok(());
        };
        let till = Till::at(&sale.issuer, UNIT).map_err(refused)?;
        match till.carry_out(plan).await {
            Ok(coins) => self
                .book
                .bank(digest, &sale.issuer, &coins)
                .map_err(Refusal::broken),
            Err(error @ TillError::Refused(_)) => {
                self.book.call_off(digest).map_err(Refusal::broken)?;
                Err(refused(error))
            }
            // Kept as it is: the same token, sent again, finds out.
            Err(error) => Err(Refusal::later(
                "not_decided",
                format!("{error}; send the same token again"),
            )),
        }
    }

    /// Finishes what a crash interrupted.
    pub(super) async fn resume(&self) {
        let unfinished = match self.book.unfinished() {
            Ok(unfinished) => unfinished,
            Err(error) => {
                tracing::error!(%error, "a cashbox could not be read");
                return;
            }
        };
        for digest in unfinished {
            let turn = self.turns.of(&digest);
            let _turn = turn.lock().await;
            if let Err(refusal) = self.finish(&digest).await {
                tracing::warn!(code = refusal.code(), "a sale is still not decided");
            }
        }
    }
}

fn refused(error: TillError) -> Refusal {
    match error {
        TillError::Unclear(_) => Refusal::later(error.code(), error.to_string()),
        _ => Refusal::bad(error.code(), format!("{error}; nothing was taken")),
    }
}
