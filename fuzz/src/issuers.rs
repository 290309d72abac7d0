//! What issuers answer: every reply the wallet reads, first alone and then over a real connection.

use std::sync::LazyLock;
use std::time::Duration;

use cdk_common::error::ErrorResponse;
use cdk_common::nuts::{
    CheckStateResponse, KeySet, KeysResponse, KeysetResponse, MeltQuoteBolt11Response, MintInfo,
    MintQuoteBolt11Response, MintResponse, PaymentRequestPayload, RestoreResponse, SwapResponse,
};
use farthing_money::Amount;
use farthing_rails::code::{PaymentCode, plain_text, read};
use farthing_rails::ecash::{Ecash, Trouble, normalised_issuer};
use farthing_rails::gate::{Gate, Reach};
use farthing_store::open_or_create_money;
use farthing_vault::{DatabaseKey, Vault};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::files::runtime;
use crate::scratch;
use crate::vaults::new_vault;

/// A reply on its own: the first byte says what it is taken for.
pub fn issuer_reply(data: &[u8]) {
    let Some((kind, body)) = data.split_first() else {
        return;
    };
    match kind % 12 {
        0 => reads_back::<MintInfo>(body),
        1 => reads_back::<KeysetResponse>(body),
        2 => {
            if let Some(reply) = again::<KeysResponse>(body) {
                for keyset in &reply.keysets {
                    named(keyset);
                }
            }
        }
        3 => reads_back::<MintQuoteBolt11Response<String>>(body),
        4 => reads_back::<MeltQuoteBolt11Response<String>>(body),
        5 => reads_back::<SwapResponse>(body),
        6 => reads_back::<MintResponse>(body),
        7 => reads_back::<RestoreResponse>(body),
        8 => reads_back::<CheckStateResponse>(body),
        9 => reads_back::<PaymentRequestPayload>(body),
        10 => {
            if let Ok(text) = std::str::from_utf8(body)
                && let Ok(reply) = ErrorResponse::from_json(text)
            {
                told(cdk_common::Error::from(reply).into());
            }
        }
        _ => {
            if let Ok(text) = std::str::from_utf8(body)
                && let Some(kept) = normalised_issuer(text)
            {
                let again = normalised_issuer(&kept);
                assert_eq!(
                    again,
                    Some(kept),
                    "an issuer's address reads back as another"
                );
            }
        }
    }
}

fn named(keyset: &KeySet) {
    if keyset.verify_id().is_ok() {
        let mut other = keyset.clone();
        other.keys = cdk_common::nuts::Keys::new(std::collections::BTreeMap::new());
        assert!(other.verify_id().is_err() || keyset.keys.is_empty());
    }
}

fn again<T: DeserializeOwned + Serialize>(body: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(body).ok()?;
    let written = serde_json::to_vec(&read).ok()?;
    // Some of cdk's types do not read what they write; not panicking is what is asked here.
    let _ = serde_json::from_slice::<T>(&written);
    Some(read)
}

fn reads_back<T: DeserializeOwned + Serialize>(body: &[u8]) {
    let _ = again::<T>(body);
}

/// What a person is shown of a refusal is plain and short, whatever the issuer wrote.
fn told(trouble: Trouble) {
    let said = trouble.to_string();
    assert!(!said.chars().any(char::is_control), "{said:?}");
    assert!(said.chars().count() < 400, "{said:?}");
}

struct Purseful {
    // Held for its folder.
    _home: tempfile::TempDir,
    money: Vec<u8>,
    key: DatabaseKey,
    seed: [u8; 64],
}

static EMPTY: LazyLock<Purseful> = LazyLock::new(|| {
    let home = scratch();
    let vault: Vault = new_vault(home.path());
    let path = home.path().join("money.db");
    let key = vault.money_key();
    runtime().block_on(async { drop(open_or_create_money(&path, &key).await.unwrap()) });
    Purseful {
        money: std::fs::read(&path).unwrap(),
        key,
        seed: *vault.seed().as_bytes(),
        _home: home,
    }
});

/// Between the replies of a talk.
pub(crate) const NEXT: u8 = 0x1e;

/// An invoice a person wants to pay, from the specification.
pub(crate) const COFFEE: &str = include_str!("coffee.txt");

/// A whole talk over a loopback connection: the replies come one after the other, whatever was
/// asked. A reply that begins with `!` is a refusal, with `?` a breakdown.
pub fn issuer_talk(data: &[u8]) {
    let world = &*EMPTY;
    let home = scratch();
    let path = home.path().join("money.db");
    std::fs::write(&path, &world.money).unwrap();
    runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let replies: Vec<Vec<u8>> = data
            .split(|byte| *byte == NEXT)
            .map(<[u8]>::to_vec)
            .collect();
        let issuer = tokio::spawn(answer(listener, replies));
        let db = open_or_create_money(&path, &world.key).await.unwrap();
        let gate = Gate::new(Reach::Loopback);
        let ecash = Ecash::new(db.tables, db.coins, gate, Zeroizing::new(world.seed));
        let talk = tokio::time::timeout(Duration::from_secs(20), talk(&ecash, &address));
        if let Err(trouble) = talk.await.expect("a talk of small replies ends soon") {
            told(trouble);
        }
        issuer.abort();
    });
}

async fn talk(ecash: &Ecash, address: &str) -> Result<(), Trouble> {
    let card = ecash.look_at_issuer(address).await?;
    for text in [&card.name, &card.description, &card.motd]
        .into_iter()
        .flatten()
    {
        assert_eq!(plain_text(text, 10_000).as_str(), text);
    }
    let Some(unit) = card.units.first().map(|card| card.unit) else {
        return Ok(());
    };
    let purse = ecash.open_purse(&card, &unit).await?;
    let amount = Amount::new(21, unit).unwrap();
    let payment = Uuid::from_bytes([7; 16]);
    if let Ok(top_up) = ecash.request_top_up(&purse, payment, amount).await {
        assert_eq!(top_up.amount, amount);
        let _ = ecash.collect_top_up(&purse, &top_up).await;
    }
    let funds = ecash.funds(&purse).await?;
    assert!(
        funds.spendable.value() <= 21,
        "more than was ever asked for"
    );
    if let Ok(PaymentCode::Invoice(invoice)) = read(COFFEE)
        && let Ok(quote) = ecash.quote_invoice(&purse, &invoice, None).await
    {
        let _ = ecash.plan_melt(&purse, &quote).await;
    }
    ecash.recover(&purse).await?;
    Ok(())
}

async fn answer(listener: TcpListener, replies: Vec<Vec<u8>>) {
    let mut replies = replies.into_iter();
    while let Ok((mut asker, _)) = listener.accept().await {
        while asked(&mut asker).await {
            let reply = replies.next().unwrap_or_else(|| b"?".to_vec());
            let (status, body) = match reply.split_first() {
                Some((b'!', body)) => ("400 Bad Request", body),
                Some((b'?', body)) => ("500 Internal Server Error", body),
                _ => ("200 OK", reply.as_slice()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let whole = [head.as_bytes(), body].concat();
            if asker.write_all(&whole).await.is_err() {
                break;
            }
        }
    }
}

/// Reads one request; false when there is none any more.
async fn asked(asker: &mut TcpStream) -> bool {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
                .unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return true;
            }
        }
        match asker.read(&mut buffer).await {
            Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
            _ => return false,
        }
    }
}
