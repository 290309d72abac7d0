//! Many shops with switches on: what one may learn, and forgetting one.

use std::path::Path;

use farthing_policy::{
    Grant, Item, Purpose, STANDS_FOR_MS, SharingAsk, SharingDecision, SharingFacts, decide_sharing,
};
use farthing_store::{History, Home, HomeLock};
use farthing_vault::Vault;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock::{both, timed};
use crate::journal::{now_ms, repeat, secret};
use crate::{Outcome, runtime};

/// As the wallet keeps them, as far as deciding needs it.
#[derive(Serialize, Deserialize)]
struct Details {
    name: String,
    paid: bool,
    grants: Vec<Grant>,
}

/// What every shop here asks for.
const ASKED: [Item; 8] = [
    Item::Name,
    Item::Email,
    Item::Phone,
    Item::Region,
    Item::Language,
    Item::AgeBand,
    Item::Interests,
    Item::ContactKey,
];
/// So many are decided for, and so many forgotten.
const DECIDED: u64 = 1_000;
const FORGOTTEN: usize = 7;

/// How the name of every one of them begins.
const SHOP: &str = "https://shop-";

fn shop(number: u64) -> String {
    format!("{SHOP}{number}.example")
}

fn grants(number: u64, now: u64) -> Vec<Grant> {
    let purposes = [Purpose::Deliver, Purpose::Receipt, Purpose::Marketing];
    let grant = |(item, purpose): (Item, Purpose)| Grant {
        id: format!("{number:08}-0000-4000-8000-000000000000"),
        item,
        purpose,
        since_ms: 0,
        until_ms: now + STANDS_FOR_MS,
        paused: false,
        once: false,
        ended_ms: None,
        last_used_ms: None,
    };
    ASKED.into_iter().zip(purposes).map(grant).collect()
}

/// Shops with three switches on each, and payments to all of them by turns.
pub(crate) fn fill(home: &str, secret_file: &str, shops: u64, payments: u64) -> Outcome {
    let home = Home::open(Path::new(home))?;
    let _lock = HomeLock::take(home.dir())?;
    let now = now_ms();
    let vault = Vault::open(home.dir(), &secret(secret_file)?, now)?;
    let mut history = History::open_existing(
        &home.history(),
        &vault.history_file_key(),
        vault.history_keys(),
    )?;
    let mut ids = Vec::new();
    for number in 0..shops {
        let details = Details {
            name: shop(number),
            paid: payments > 0,
            grants: grants(number, now),
        };
        let details = serde_json::to_vec(&details)?;
        ids.push(history.add_merchant(&shop(number), &details, now)?);
    }
    repeat(&mut history, payments, |number| {
        let at = usize::try_from(number % shops.max(1)).ok()?;
        ids.get(at).copied()
    })?;
    Ok(json!({ "shops": shops, "payments": payments }))
}

/// What one shop of many may learn: its row read and opened as for a review, then decided; and
/// deciding alone.
pub(crate) fn decide(home: &str, secret_file: &str) -> Outcome {
    let home = Home::open(Path::new(home))?;
    let _lock = HomeLock::take(home.dir())?;
    let now = now_ms();
    let vault = Vault::open(home.dir(), &secret(secret_file)?, now)?;
    let history = History::open_existing(
        &home.history(),
        &vault.history_file_key(),
        vault.history_keys(),
    )?;
    // The one of the payment that is repeated is none of them.
    let ours = |known: &farthing_store::history::Merchant| known.identity.starts_with(SHOP);
    let shops = history
        .merchants()?
        .iter()
        .filter(|known| ours(known))
        .count();
    let shops = u64::try_from(shops)?;
    let asks = ASKED.map(|item| SharingAsk {
        item,
        purpose: Purpose::Deliver,
        required: false,
    });
    let decided = |grants: &[Grant]| -> SharingDecision {
        decide_sharing(&SharingFacts {
            asks: &asks,
            takes: &[],
            grants,
            chosen: &[],
            at_hand: &Item::ALL,
            now_ms: now,
        })
    };
    let (mut one, mut alone) = (Vec::new(), Vec::new());
    let mut told = 0;
    for turn in 0..DECIDED {
        // By turns from everywhere, so that no page of the file is the one before.
        let identity = shop(turn * 7_919 % shops.max(1));
        let (row, took) = timed(|| -> Outcome<(Details, SharingDecision)> {
            let merchant = history.merchant(&identity)?.ok_or("no such shop")?;
            let details: Details = serde_json::from_slice(&merchant.details)?;
            let decision = decided(&details.grants);
            Ok((details, decision))
        });
        one.push(took);
        let (details, decision) = row?;
        told += decision.shared.len();
        let (again, took) = timed(|| decided(&details.grants));
        alone.push(took);
        if again != decision {
            return Err("the same facts were decided in two ways".into());
        }
    }
    let all: Vec<Vec<Grant>> = (0..shops).map(|number| grants(number, now)).collect();
    let mut of_all = Vec::new();
    for _ in 0..FORGOTTEN {
        let (count, took) = timed(|| {
            let shared = all.iter().map(|grants| decided(grants).shared.len());
            shared.sum::<usize>()
        });
        told += count;
        of_all.push(took);
    }
    Ok(json!({
        "shops": shops,
        "told": told,
        "one": both(&one),
        "alone": both(&alone),
        "all": both(&of_all),
    }))
}

/// Forgets one shop after the other, in one open wallet.
pub(crate) fn forget(home: &str, secret_file: &str) -> Outcome {
    let secret = secret(secret_file)?;
    let wallet = runtime()?.block_on(farthing_wallet::open(Path::new(home), &secret))?;
    let shops = wallet.merchants()?;
    let step = (shops.len() / FORGOTTEN).max(1);
    let mut times = Vec::new();
    for shop in shops.iter().skip(step / 2).step_by(step).take(FORGOTTEN) {
        let (forgotten, took) = timed(|| wallet.forget_merchant(shop.id));
        forgotten?;
        times.push(took);
    }
    let left = wallet.merchants()?.len();
    if left + times.len() != shops.len() {
        return Err("not every shop that was forgotten is gone".into());
    }
    Ok(json!({ "shops": shops.len(), "forget": both(&times) }))
}
