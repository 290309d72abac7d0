//! A year of small payments through the wallet itself, at an issuer that answers.

use std::path::Path;
use std::str::FromStr;

use cdk_common::database::WalletDatabase as _;
use cdk_common::mint_url::MintUrl;
use cdk_common::nuts::{CurrencyUnit, State, Token};
use farthing_money::{Amount, Unit};
use farthing_store::Money;
use farthing_vault::Vault;
use farthing_wallet::{GiveError, PurseId, Wallet};
use serde_json::{Value, json};

use crate::coins::receive;
use crate::journal::{now_ms, secret};
use crate::{Outcome, runtime};

/// The same payments as on paper.
const YEAR: &str = include_str!("../../crates/farthing-rails/src/ecash/rehearsal/year.txt");
const TOP_UP: u64 = 2_000;

fn plain(issuer: &str) -> &str {
    issuer.trim_end_matches('/')
}

/// Pays the first `count` payments of the year from the purse at `issuer` in `unit`, whose coins
/// cost `fee_ppk` a thousand. Nobody redeems.
pub(crate) fn live(
    [home, secret_file, town, issuer, unit]: [&str; 5],
    fee_ppk: u64,
    count: usize,
) -> Outcome {
    let secret = secret(secret_file)?;
    let home = Path::new(home);
    let key = Vault::open(home, &secret, now_ms())?.money_key();
    runtime()?.block_on(async {
        let wallet = farthing_wallet::open(home, &secret).await?;
        let coins = Coins {
            money: farthing_store::open_money(&home.join("money.db"), &key).await?,
            issuer: MintUrl::from_str(issuer)?,
            unit: CurrencyUnit::from_str(unit)?,
            fee_ppk,
        };
        let purses = wallet.balance().await?;
        let purse = purses
            .iter()
            .find(|one| {
                one.purse.unit.as_str() == unit && plain(&one.purse.issuer) == plain(issuer)
            })
            .ok_or("there is no such purse")?;
        let (id, unit) = (purse.purse.id.clone(), purse.purse.unit);
        spend(&wallet, &coins, town, (&id, unit), count).await
    })
}

async fn spend(
    wallet: &Wallet,
    coins: &Coins,
    town: &str,
    (purse, unit): (&PurseId, Unit),
    count: usize,
) -> Outcome {
    let mut tally = Tally::default();
    let amounts = YEAR.split_whitespace().take(count);
    let mut held = coins.held().await?;
    for amount in amounts {
        let amount: u64 = amount.parse()?;
        if held.useful < (amount + 60).max(500) {
            receive(
                wallet,
                town,
                Amount::new(TOP_UP, unit)?,
                Some(purse.clone()),
            )
            .await?;
            tally.filled += TOP_UP;
            tally.top_ups += 1;
            held = coins.held().await?;
        }
        let price = Amount::new(amount, unit)?;
        let given = match wallet.review_give(price, Some(purse.clone())).await {
            Ok(plan) => wallet.give(&plan, None).await?,
            Err(GiveError::Refused(_) | GiveError::Short { .. }) => {
                tally.refused += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let nets = coins.net(&given.token)?;
        tally.short += u64::from(nets < amount);
        tally.least += least(amount, coins.fee_ppk);
        tally.paid += amount;
        held = coins.held().await?;
        tally.coins += held.coins;
        tally.most_coins = tally.most_coins.max(held.coins);
        tally.payments += 1;
        if tally.payments % 100 == 0 {
            eprintln!("      {} of {count} payments", tally.payments);
        }
    }
    Ok(tally.report(held))
}

#[derive(Default)]
struct Tally {
    payments: u64,
    refused: u64,
    top_ups: u64,
    filled: u64,
    paid: u64,
    short: u64,
    least: u64,
    coins: u64,
    most_coins: u64,
}

impl Tally {
    fn report(&self, left: Held) -> Value {
        json!({
            "payments": self.payments,
            "refused": self.refused,
            "short": self.short,
            "top_ups": self.top_ups,
            "cost": (self.filled).saturating_sub(left.all).saturating_sub(self.paid),
            "least": self.least,
            "coins": self.coins / self.payments.max(1),
            "most_coins": self.most_coins,
            "dust": left.all - left.useful,
        })
    }
}

/// What the purse holds.
struct Held {
    all: u64,
    /// Without coins that cost what they are worth.
    useful: u64,
    /// How many useful coins.
    coins: u64,
}

/// Another look at the wallet's coins.
struct Coins {
    money: Money,
    issuer: MintUrl,
    unit: CurrencyUnit,
    fee_ppk: u64,
}

impl Coins {
    async fn held(&self) -> Outcome<Held> {
        let table = &self.money.coins;
        let names = table
            .names(&self.issuer, &self.unit, &[State::Unspent])
            .await?;
        // The table cannot be asked for none.
        let proofs = match names.is_empty() {
            true => Vec::new(),
            false => self.money.tables.get_proofs_by_ys(names).await?,
        };
        let worths = || proofs.iter().map(|one| one.proof.amount.to_u64());
        let useful = || worths().filter(|worth| worth * 1_000 > self.fee_ppk);
        Ok(Held {
            all: worths().sum(),
            useful: useful().sum(),
            coins: u64::try_from(useful().count())?,
        })
    }

    /// What whoever redeems this has afterwards.
    fn net(&self, token: &str) -> Outcome<u64> {
        let token = Token::from_str(token)?;
        let coins = u64::try_from(token.token_secrets().len())?;
        let fee = (coins * self.fee_ppk).div_ceil(1_000);
        Ok(token.value()?.to_u64().saturating_sub(fee))
    }
}

/// The least anybody can pay beyond `net`: coins are powers of two, and each costs its receiver.
fn least(net: u64, fee_ppk: u64) -> u64 {
    let nets = |face: u64| {
        let fee = (u64::from(face.count_ones()) * fee_ppk).div_ceil(1_000);
        face.saturating_sub(fee)
    };
    (net..=net * 2 + 64)
        .find(|face| nets(*face) >= net)
        .map_or(0, |face| face - net)
}
