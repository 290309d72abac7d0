//! The numbers coins are made from: attempts that come to nothing, however many, never put what
//! comes later out of the reach of the words. Against the practice town's issuers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test helpers"
)]
#![allow(clippy::print_stdout, reason = "says what it cost")]

mod town;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use farthing_wallet::{CodeInput, RecoveryWords, RedeemError, Wallet};
use town::{Town, fill, holds, made, sat, trust};

/// What a door does with those who come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    /// Swaps are refused, in words of the issuer's own.
    NoSwaps,
    /// Nobody gets a connection.
    Shut,
}

/// A door before an issuer that can be shut.
struct Doorkeeper {
    url: String,
    state: Arc<Mutex<(Door, Vec<String>)>>,
}

impl Doorkeeper {
    fn before(issuer: &str) -> Self {
        let issuer = issuer.strip_prefix("http://").unwrap().to_owned();
        let (issuer, _) = issuer
            .split_once('/')
            .map_or((issuer.clone(), ""), |(host, _)| (host.to_owned(), ""));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new((Door::Open, Vec::new())));
        let kept = state.clone();
        thread::spawn(move || {
            let mut listener = Some(listener);
            loop {
                let now = kept.lock().unwrap().0;
                if now == Door::Shut {
                    listener = None;
                    thread::sleep(Duration::from_millis(1));
                    continue;
                }
                let open = listener.get_or_insert_with(|| TcpListener::bind(here).unwrap());
                open.set_nonblocking(true).unwrap();
                match open.accept() {
                    Ok((client, _)) => {
                        client.set_nonblocking(false).unwrap();
                        let (issuer, kept) = (issuer.clone(), kept.clone());
                        thread::spawn(move || let_through(client, &issuer, &kept));
                    }
                    Err(_) => thread::sleep(Duration::from_millis(1)),
                }
            }
        });
        Self {
            url: format!("http://{here}"),
            state,
        }
    }

    /// When this returns, it is so.
    fn set(&self, door: Door) {
        self.state.lock().unwrap().0 = door;
        let host = self.url.strip_prefix("http://").unwrap();
        while TcpStream::connect(host).is_ok() == (door == Door::Shut) {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// What came since this was asked last.
    fn came(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().1)
    }
}

fn let_through(mut client: TcpStream, issuer: &str, kept: &Mutex<(Door, Vec<String>)>) {
    let mut asked = Vec::new();
    let mut part = [0; 16 * 1024];
    let (end, length) = loop {
        match client.read(&mut part) {
            Ok(read) if read > 0 => asked.extend_from_slice(&part[..read]),
            _ => return,
        }
        let Some(end) = asked.windows(4).position(|at| at == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&asked[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(0, |length| length.trim().parse().unwrap());
        if asked.len() >= end + 4 + length {
            break (end, length);
        }
    };
    let head = String::from_utf8_lossy(&asked[..end]).into_owned();
    let what = head.lines().next().unwrap().to_owned();
    let door = {
        let mut kept = kept.lock().unwrap();
        kept.1.push(what.clone());
        kept.0
    };
    if door == Door::NoSwaps && what.starts_with("POST /v1/swap") {
        let body = r#"{"code":0,"detail":"not today"}"#;
        let _ = write!(
            client,
            "HTTP/1.1 400 No\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        return;
    }
    let mut issuer = TcpStream::connect(issuer).unwrap();
    write!(issuer, "{head}\r\nconnection: close\r\n\r\n").unwrap();
    issuer.write_all(&asked[end + 4..end + 4 + length]).unwrap();
    let mut answer = Vec::new();
    let _ = issuer.read_to_end(&mut answer);
    let _ = client.write_all(&answer);
}

async fn given(wallet: &Wallet, amount: u64) -> CodeInput {
    let plan = wallet.review_give(sat(amount), None).await.unwrap();
    CodeInput::Text(wallet.give(&plan, None).await.unwrap().token)
}

/// Attempts to redeem, while the door is one way or the other, and then one that is let through:
/// the words must bring all of it back.
async fn words_reach_over(doors: &[(Door, usize)]) {
    let town = Town::open();
    let door = Doorkeeper::before(town.issuer("Maple"));
    let folder = tempfile::tempdir().unwrap();
    let bob = made(&town, &folder.path().join("bob"), None).await.wallet;
    trust(&bob, &door.url).await;
    fill(&town, &bob, 3_000).await;
    let new = made(&town, &folder.path().join("ada"), None).await;
    let (ada, words) = (new.wallet, new.words.as_words().join(" "));
    trust(&ada, &door.url).await;
    let (first, later) = (given(&bob, 500).await, given(&bob, 700).await);
    ada.redeem(&first).await.unwrap();
    for (at, times) in doors {
        door.set(*at);
        for _ in 0..*times {
            let refused = ada.redeem(&later).await.unwrap_err();
            assert!(matches!(refused, RedeemError::NotDone(_)), "{refused:?}");
        }
    }
    door.set(Door::Open);
    ada.redeem(&later).await.unwrap();
    let has = holds(&ada).await;
    assert_eq!(has.1, 0);
    bob.recover(|_| {}).await.unwrap();
    let his = holds(&bob).await;
    assert_eq!(has.0 + his.0 + his.1, town.owes("Maple"));

    let words = RecoveryWords::parse(&words).unwrap();
    let restored = made(&town, &folder.path().join("new"), Some(words))
        .await
        .wallet;
    door.came();
    trust(&restored, &door.url).await;
    let came = door.came();
    let asked = came.iter().filter(|what| what.contains("/restore")).count();
    println!(
        "{} requests to restore, {asked} of them for signatures",
        came.len()
    );
    assert_eq!(holds(&restored).await, has);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_nobody_could_be_reached_the_words_reach_what_came_later() {
    words_reach_over(&[(Door::Shut, 120)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_the_issuer_refused_the_words_reach_what_came_later() {
    words_reach_over(&[(Door::NoSwaps, 120)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_and_out_of_reach_in_turn_the_words_reach_what_came_later() {
    let turns = [(Door::Shut, 3), (Door::NoSwaps, 5)];
    words_reach_over(&turns.repeat(15)).await;
}
