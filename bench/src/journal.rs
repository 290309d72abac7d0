//! The wallet's own journal: filled, then asked what a person asks.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use farthing_store::history::{MerchantId, NewEntry, PaymentId};
use farthing_store::{History, Home, HomeLock};
use farthing_vault::{Secret, Vault};
use farthing_wallet::HistoryFilter;
use serde_json::{Value, json};

use crate::clock::{both, forget_peak, one, peak_mib, timed};
use crate::rows::{MERCHANTS, Row, keystrokes, row};
use crate::{Outcome, runtime};

/// What a screen shows at once.
const PAGE: usize = 50;
/// Rows written together while filling. A wallet writes one at a time.
const BATCH: u64 = 500;

pub(crate) fn secret(file: &str) -> Outcome<Secret> {
    let text = std::fs::read_to_string(file)?;
    Ok(Secret::from_text(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

pub(crate) fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

/// Repeats the newest payment of a journal, with other names, notes and times: both its rows,
/// half of them with a merchant.
pub(crate) fn fill(home: &str, secret_file: &str, count: u64) -> Outcome {
    let home = Home::open(Path::new(home))?;
    let _lock = HomeLock::take(home.dir())?;
    let vault = Vault::open(home.dir(), &secret(secret_file)?, now_ms())?;
    let mut history = History::open_existing(
        &home.history(),
        &vault.history_file_key(),
        vault.history_keys(),
    )?;
    let mut merchants = Vec::new();
    for number in 0..MERCHANTS {
        let payee = format!("merchant-{number}.example");
        let details = json!({ "name": payee, "paid": true }).to_string();
        merchants.push(history.add_merchant(&payee, details.as_bytes(), 0)?);
    }
    repeat(&mut history, count, |number| {
        let merchant = usize::try_from(row(number).merchant).ok();
        let merchant = merchant.and_then(|at| merchants.get(at)).copied();
        merchant.filter(|_| number.is_multiple_of(2))
    })?;
    Ok(json!({ "payments": count, "rows": history.head().entries }))
}

/// Repeats the newest payment so many times, each with the merchant that is said.
pub(crate) fn repeat(
    history: &mut History,
    count: u64,
    with: impl Fn(u64) -> Option<MerchantId>,
) -> Outcome<()> {
    let (begun, ended) = newest_payment(history)?;
    let mut done = 0;
    while done < count {
        let until = (done + BATCH).min(count);
        let mut rows = Vec::new();
        for number in done..until {
            rows.extend(two_rows(&begun, &ended, number, with(number))?);
        }
        let entries: Vec<NewEntry<'_>> = rows.iter().map(Written::entry).collect();
        history.append_all(&entries)?;
        done = until;
        if done % 10_000 == 0 {
            eprintln!("      {done} of {count} payments");
        }
    }
    Ok(())
}

/// One row, owned.
struct Written {
    payment: PaymentId,
    merchant: Option<MerchantId>,
    at_ms: u64,
    body: Vec<u8>,
    words: String,
}

impl Written {
    fn entry(&self) -> NewEntry<'_> {
        NewEntry {
            payment: self.payment,
            merchant: self.merchant,
            at_ms: self.at_ms,
            body: &self.body,
            words: &self.words,
        }
    }
}

fn two_rows(
    begun: &Value,
    ended: &Value,
    number: u64,
    merchant: Option<MerchantId>,
) -> Outcome<[Written; 2]> {
    let Row {
        payee, note, at_ms, ..
    } = row(number);
    let mut begun = begun.clone();
    if let Some(begun) = begun.get_mut("Begun").and_then(Value::as_object_mut) {
        begun.insert("payee".into(), payee.clone().into());
        begun.insert("note".into(), note.clone().into());
    }
    let payment = PaymentId::random();
    let one = Written {
        payment,
        merchant,
        at_ms,
        body: serde_json::to_vec(&begun)?,
        words: format!("{payee} {note}"),
    };
    let other = Written {
        payment,
        merchant,
        at_ms: at_ms + 900,
        body: serde_json::to_vec(ended)?,
        words: String::new(),
    };
    Ok([one, other])
}

/// The newest beginning, and the end of the same payment.
fn newest_payment(history: &History) -> Outcome<(Value, Value)> {
    let mut rows = Vec::new();
    for entry in history.entries()? {
        let body: Value = serde_json::from_slice(&entry.body.unwrap_or_default())?;
        rows.push((entry.payment, body));
    }
    let begun = rows
        .iter()
        .rev()
        .find(|(_, body)| body.get("Begun").is_some());
    let ended = begun.and_then(|(payment, _)| {
        rows.iter()
            .rev()
            .find(|(other, body)| other == payment && body.get("Ended").is_some())
    });
    match (begun, ended) {
        (Some((_, begun)), Some((_, ended))) => Ok((begun.clone(), ended.clone())),
        _ => Err("the journal holds no whole payment to repeat".into()),
    }
}

/// What a person waits for before anything else can begin.
pub(crate) fn unlock(home: &str, secret_file: &str) -> Outcome {
    let secret = secret(secret_file)?;
    let (vault, took) = timed(|| Vault::open(Path::new(home), &secret, now_ms()));
    drop(vault?);
    Ok(json!({ "unlock_ms": took.wall }))
}

/// Opens the wallet as the program does and asks: the balance, the newest page, and a search after
/// every letter typed.
pub(crate) fn questions(home: &str, secret_file: &str) -> Outcome {
    let secret = secret(secret_file)?;
    let home = Path::new(home);
    let runtime = runtime()?;
    // The wallet's own steps one by one, each known for itself.
    let (vault, unlock) = timed(|| Vault::open(home, &secret, now_ms()));
    let vault = vault?;
    forget_peak();
    let place = Home::open(home)?;
    let money = || {
        runtime.block_on(farthing_store::open_money(
            &place.money(),
            &vault.money_key(),
        ))
    };
    let (money, money_ms) = timed(money);
    drop(money?);
    let history = || {
        let key = vault.history_file_key();
        History::open_existing(&place.history(), &key, vault.history_keys())
    };
    let (history, history_ms) = timed(history);
    drop(history?);
    let peak_opening = peak_mib();
    drop(vault);
    // And as the program does it: unlocking, opening, asking about what is undecided.
    let (wallet, whole) = timed(|| runtime.block_on(farthing_wallet::open(home, &secret)));
    let wallet = wallet?;
    forget_peak();
    let (balance, balance_ms) = timed(|| runtime.block_on(wallet.balance()));
    balance?;
    let (page, page_ms) = timed(|| {
        wallet.payments(&HistoryFilter {
            limit: Some(PAGE),
            ..HistoryFilter::default()
        })
    });
    let mut found = page?.len();
    let mut first = None;
    let mut times = Vec::new();
    for typed in keystrokes() {
        let filter = HistoryFilter {
            search: Some(typed.to_owned()),
            limit: Some(PAGE),
            ..HistoryFilter::default()
        };
        let (lines, took) = timed(|| wallet.payments(&filter));
        found += lines?.len();
        match first {
            None => first = Some(took),
            Some(_) => times.push(took),
        }
    }
    let asking = peak_mib();
    let (all, all_ms) = timed(|| wallet.payments(&HistoryFilter::default()));
    Ok(json!({
        "unlock_ms": unlock.wall,
        "money_ms": money_ms.wall,
        "open": one(history_ms),
        "whole_ms": whole.wall,
        "balance_ms": balance_ms.wall,
        "page": one(page_ms),
        "first_search": first.map(one),
        "search": both(&times),
        "lines_shown": found,
        "everything": one(all_ms),
        "payments": all?.len(),
        "peak_opening_mib": peak_opening,
        "peak_asking_mib": asking,
        "peak_everything_mib": peak_mib(),
        "file_mib": std::fs::metadata(home.join("history.db"))?.len() / (1024 * 1024),
    }))
}
