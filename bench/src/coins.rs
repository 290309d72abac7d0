//! Many coins in a purse, as years of small payments would leave them.

use std::path::Path;
use std::time::Duration;

use farthing_money::Amount;
use farthing_wallet::{PurseId, TopUpOutcome, Wallet};
use serde_json::json;
use xtask::loopback;

use crate::clock::{ms_since, spread};
use crate::journal::secret;
use crate::{Outcome, runtime};

/// Six coins each, the smallest there are: 1, 2, 4, 8, 16, 32.
const AMOUNT: u32 = 63;
const COINS: u64 = 6;

/// Tops up again and again, each time paid by a friend in the town.
pub(crate) fn top_up(home: &str, secret_file: &str, town: &str, count: u64) -> Outcome {
    let runtime = runtime()?;
    runtime.block_on(async {
        let secret = secret(secret_file)?;
        let wallet = farthing_wallet::open(Path::new(home), &secret).await?;
        let mut coins = 0;
        while coins < count {
            receive(&wallet, town, Amount::sat(AMOUNT), None).await?;
            coins += COINS;
            if coins % 600 == 0 {
                eprintln!("      {coins} of {count} coins");
            }
        }
        Ok(json!({ "coins": coins }))
    })
}

/// Gives again and again, and nobody redeems: the median of each hundred shows whether that gets
/// slower.
pub(crate) fn give(home: &str, secret_file: &str, town: &str, count: usize) -> Outcome {
    let runtime = runtime()?;
    runtime.block_on(async {
        let secret = secret(secret_file)?;
        let wallet = farthing_wallet::open(Path::new(home), &secret).await?;
        let mut hundreds = Vec::new();
        let mut times = Vec::new();
        let mut left = 0;
        for number in 0..count {
            // 1 to 64, every one of them equally often.
            let amount = u32::try_from(number * 37 % 64)? + 1;
            if left < amount + 10 {
                receive(&wallet, town, Amount::sat(2_000), None).await?;
                left += 2_000;
            }
            let began = std::time::Instant::now();
            let plan = wallet.review_give(Amount::sat(amount), None).await?;
            wallet.give(&plan, None).await?;
            times.push(ms_since(began));
            // Fees come on top, one at most here.
            left -= amount + 1;
            if times.len() == 100 {
                hundreds.push(spread(std::mem::take(&mut times)));
                eprintln!("      {} of {count} gifts", number + 1);
            }
        }
        Ok(json!({ "gifts": count, "each_hundred_ms": hundreds }))
    })
}

/// Tops up; a friend in the town pays.
pub(crate) async fn receive(
    wallet: &Wallet,
    town: &str,
    amount: Amount,
    purse: Option<PurseId>,
) -> Outcome<()> {
    let asked = wallet.top_up(amount, purse).await?;
    let invoice = json!({ "invoice": asked.invoice });
    loopback::post(&format!("{town}/control/lightning/pay"), &invoice)?.json()?;
    let patience = Duration::from_secs(30);
    match wallet
        .wait_for_top_up(asked.payment, patience, || {})
        .await?
    {
        TopUpOutcome::Received(_) => Ok(()),
        other => Err(format!("a top-up ended as {other:?}").into()),
    }
}
