//! The practice town, and people in it with open wallets.

use std::env;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use farthing_money::{Amount, Unit};
use farthing_wallet::{Created, KeychainChoice, NewWallet, RecoveryWords, Secret, Wallet, init};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An open practice town.
pub(crate) struct Town {
    child: Child,
    pub(crate) manifest: Value,
    _folder: TempDir,
}

impl Town {
    /// A new town.
    pub(crate) fn open() -> Self {
        let program = env::var_os("FARTHING_PRACTICE_BIN").map_or_else(
            || {
                let root = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .ancestors()
                    .nth(2)
                    .unwrap();
                root.join("target/practice/debug/farthing-practice")
            },
            PathBuf::from,
        );
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(&program)
            .arg("--home")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("no practice town: `cargo xtask setup` builds one");
        let mut out = child.stdout.take().unwrap();
        let first = serde_json::Deserializer::from_reader(&mut out)
            .into_iter::<Value>()
            .next();
        let manifest = first.unwrap().unwrap();
        // Keeps the pipe empty, so that the town never has to wait for a reader.
        thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        Self {
            child,
            manifest,
            _folder: folder,
        }
    }

    /// Where the issuer called `name` answers.
    pub(crate) fn issuer(&self, name: &str) -> &str {
        let issuers = self.manifest["issuers"].as_array().unwrap();
        let found = issuers
            .iter()
            .find(|issuer| issuer["name"] == name)
            .unwrap();
        found["url"].as_str().unwrap()
    }

    /// Tells the control API.
    pub(crate) fn tell(&self, path: &str, what: &Value) -> Value {
        self.http("POST", path, &what.to_string())
    }

    /// What the issuer called `name` owes in satoshi, once it is done with what it was asked.
    pub(crate) fn owes(&self, name: &str) -> u64 {
        for _ in 0..600 {
            let books = self.http("GET", "/books", "");
            let issuers = books["issuers"].as_array().unwrap();
            let issuer = issuers
                .iter()
                .find(|issuer| issuer["name"] == name)
                .unwrap();
            let units = issuer["units"].as_array().unwrap();
            let sat = units.iter().find(|unit| unit["unit"] == "sat").unwrap();
            if sat["held"] == 0 {
                return sat["outstanding"].as_u64().unwrap();
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("{name} holds coins for ever");
    }

    fn http(&self, method: &str, path: &str, body: &str) -> Value {
        let control = self.manifest["control"].as_str().unwrap();
        let (host, base) = control
            .strip_prefix("http://")
            .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
            .unwrap();
        let base = if base.is_empty() {
            String::new()
        } else {
            format!("/{base}")
        };
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} {base}{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|e| panic!("{path}: {e}: {reply}"))
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Satoshi.
pub(crate) fn sat(value: u64) -> Amount {
    Amount::new(value, Unit::Sat).unwrap()
}

/// A wallet that has just been made, or made again from its words.
pub(crate) async fn made(town: &Town, home: &Path, restore: Option<RecoveryWords>) -> Created {
    let url = town.manifest["town"].as_str().unwrap().to_owned();
    let new = restore.is_none();
    let made = init(NewWallet {
        home: home.to_owned(),
        secret: Secret::from_text("four brown cows in a row".to_owned()),
        keychain: KeychainChoice::None,
        restore,
        practice: Some(Some(url)),
    })
    .await
    .unwrap();
    if new {
        made.wallet.words_are_known().unwrap();
    }
    made
}

/// Opens a purse with the issuer at `url`.
pub(crate) async fn trust(wallet: &Wallet, url: &str) {
    let card = wallet.look_at_issuer(url).await.unwrap();
    wallet
        .add_purse(&card, Some(Unit::Sat), |_| {})
        .await
        .unwrap();
}

/// Tops the only purse up.
pub(crate) async fn fill(town: &Town, wallet: &Wallet, money: u64) {
    let asked = wallet.top_up(sat(money), None).await.unwrap();
    town.tell("/lightning/pay", &json!({"invoice": asked.invoice}));
    wallet
        .wait_for_top_up(asked.payment, Duration::from_secs(60), || {})
        .await
        .unwrap();
}

/// What is free to spend, and what is held.
pub(crate) async fn holds(wallet: &Wallet) -> (u64, u64) {
    let balances = wallet.balance().await.unwrap();
    balances.iter().fold((0, 0), |(free, held), balance| {
        (
            free + balance.spendable.value(),
            held + balance.pending.value(),
        )
    })
}
