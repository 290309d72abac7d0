//! A lying issuer: a door on this machine before a practice issuer, which passes requests on and
//! changes what is said, path by path, until it is told to be honest again.
//!
//! It also runs the wallet's commands and watches them: how they end, how long they take, and the
//! most memory they hold from the first word they hear.

use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use xtask::loopback;
use xtask::places::Places;

use crate::{Person, Said};

/// No request of a wallet is longer.
const LONGEST: usize = 4 * 1024 * 1024;
/// A command that takes longer is ended.
const PATIENCE: Duration = Duration::from_secs(400);

/// What the wallet asked.
#[derive(Debug, Clone)]
pub struct Heard {
    /// `METHOD /path`.
    pub what: String,
    /// The JSON it sent, if any.
    pub body: Value,
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An ordinary answer.
    Json(u16, Value),
    /// An ordinary answer that is no JSON, with one more header line where there is one.
    Text(u16, &'static str, Vec<u8>),
    /// These bytes and nothing else, as they are.
    Raw(Vec<u8>),
    /// These bytes one by one, each after a pause.
    Drip(Vec<u8>, Duration),
    /// This, again and again, until the other side goes away.
    Endless(Vec<u8>, Vec<u8>),
    /// Nothing: the connection ends.
    Nothing,
}

impl Reply {
    /// The status and document of an ordinary answer.
    ///
    /// # Panics
    /// When it is another kind.
    #[must_use]
    pub fn json(self) -> (u16, Value) {
        match self {
            Self::Json(status, json) => (status, json),
            other => panic!("the honest issuer said {other:?}"),
        }
    }
}

/// The issuer behind the door.
#[derive(Debug, Clone)]
pub struct Honest(String);

impl Honest {
    /// The issuer at `url`.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self(url.trim_end_matches('/').to_owned())
    }

    /// Passes a request on; what the issuer says.
    #[must_use]
    pub fn ask(&self, heard: &Heard) -> Reply {
        let (method, path) = heard.what.split_once(' ').unwrap();
        let url = format!("{}{path}", self.0);
        let answer = match method {
            "GET" => loopback::get(&url),
            _ => loopback::post(&url, &heard.body),
        };
        let Ok(answer) = answer else {
            return Reply::Nothing;
        };
        match serde_json::from_slice(&answer.body) {
            Ok(json) => Reply::Json(answer.status, json),
            Err(_) => Reply::Text(answer.status, "", answer.body),
        }
    }
}

type Tell = Arc<dyn Fn(&Heard, &Honest) -> Reply + Send + Sync>;

/// One lie and where it is told.
#[derive(Clone)]
pub struct Lie {
    at: &'static str,
    tell: Tell,
}

impl fmt::Debug for Lie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a lie at {}", self.at)
    }
}

impl Lie {
    /// Requests whose `METHOD /path` starts like `at` are answered by `tell`.
    pub fn new(
        at: &'static str,
        tell: impl Fn(&Heard, &Honest) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self {
            at,
            tell: Arc::new(tell),
        }
    }

    /// Passes on, then changes what the issuer said, where it said yes.
    pub fn edit(at: &'static str, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::new(at, move |heard, honest| match honest.ask(heard) {
            Reply::Json(status, mut json) if status < 300 => {
                change(&mut json);
                Reply::Json(status, json)
            }
            other => other,
        })
    }

    /// Does not pass on.
    #[must_use]
    pub fn say(at: &'static str, reply: Reply) -> Self {
        Self::new(at, move |_, _| reply.clone())
    }

    /// Passes on, and says something else.
    #[must_use]
    pub fn say_after(at: &'static str, reply: Reply) -> Self {
        Self::new(at, move |heard, honest| {
            let _ = honest.ask(heard);
            reply.clone()
        })
    }
}

/// A refusal as issuers word it (NUT error codes).
#[must_use]
pub fn refusal(code: u32, detail: &str) -> Reply {
    Reply::Json(400, json!({ "code": code, "detail": detail }))
}

#[derive(Default)]
struct Tongue {
    lies: Vec<Lie>,
    heard: Vec<String>,
    listener: Option<u32>,
}

/// The lying issuer. It answers until the process ends.
pub struct Liar {
    url: String,
    tongue: Arc<Mutex<Tongue>>,
}

impl fmt::Debug for Liar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Liar")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Liar {
    /// Stands before the issuer at `url`; honest at first.
    #[must_use]
    pub fn before(url: &str) -> Self {
        let honest = Honest::at(url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let tongue = Arc::new(Mutex::new(Tongue::default()));
        let shared = Arc::clone(&tongue);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (honest, tongue) = (honest.clone(), Arc::clone(&shared));
                thread::spawn(move || serve(client, &honest, &tongue));
            }
        });
        Self { url, tongue }
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tells these lies from now on; the first that fits a request is told.
    pub fn lie(&self, lies: Vec<Lie>) {
        let mut tongue = lock(&self.tongue);
        tongue.lies = lies;
        tongue.heard.clear();
    }

    /// Is honest from now on. What was asked since the lies began.
    pub fn repent(&self) -> Vec<String> {
        let mut tongue = lock(&self.tongue);
        tongue.lies.clear();
        std::mem::take(&mut tongue.heard)
    }

    /// How many requests starting like `at` were heard since the lies began.
    #[must_use]
    pub fn heard(&self, at: &str) -> usize {
        let tongue = lock(&self.tongue);
        tongue
            .heard
            .iter()
            .filter(|what| what.starts_with(at))
            .count()
    }

    /// Runs `farthing --json …` and watches it.
    ///
    /// # Panics
    /// When it cannot be started, or never ends.
    #[must_use]
    pub fn watch(&self, person: &Person, args: &[&str], input: Option<&str>) -> Watched {
        let path = |name: &str| person.folder().join(name);
        let mut command = Command::new(Places::find().farthing());
        command
            .env_clear()
            .env("HOME", person.folder())
            .env("TMPDIR", person.folder())
            .current_dir(person.folder())
            .arg("--home")
            .arg(person.home())
            .arg("--secret-file")
            .arg(person.secret_file())
            .arg("--json")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(File::create(path("said")).unwrap())
            .stderr(File::create(path("mumbled")).unwrap());
        let since = Instant::now();
        let mut child = command.spawn().unwrap();
        lock(&self.tongue).listener = Some(child.id());
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input.unwrap_or_default().as_bytes());
        }
        let heard_something = || lock(&self.tongue).listener.is_none();
        let (code, most_kib) = wait(&mut child, since, heard_something);
        lock(&self.tongue).listener = None;
        let text = |name| String::from_utf8_lossy(&fs::read(path(name)).unwrap()).into_owned();
        Watched {
            said: Said {
                command: format!("farthing {}", args.join(" ")),
                code,
                out: text("said"),
                err: text("mumbled"),
            },
            took: since.elapsed(),
            most_kib,
        }
    }
}

/// What a command said, how long it took and how much memory it held at most from the first word
/// it heard (where the system tells: Linux).
#[derive(Debug, Clone)]
pub struct Watched {
    /// What it said and how it ended.
    pub said: Said,
    /// From start to end.
    pub took: Duration,
    /// `VmHWM` in KiB; 0 where the system does not tell.
    pub most_kib: u64,
}

fn wait(
    child: &mut Child,
    since: Instant,
    heard_something: impl Fn() -> bool,
) -> (Option<i32>, u64) {
    let mut most = 0;
    loop {
        // The mark is put back once, at the first word; after that it only grows.
        if heard_something()
            && let Some(now) = peak_of(child.id())
        {
            most = now;
        }
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), most);
        }
        if since.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return (None, most);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn peak_of(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn lock(tongue: &Mutex<Tongue>) -> MutexGuard<'_, Tongue> {
    tongue.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut client: TcpStream, honest: &Honest, tongue: &Mutex<Tongue>) {
    let Some(heard) = hear(&mut client) else {
        return;
    };
    let lie = {
        let mut tongue = lock(tongue);
        // Unlocking the wallet takes more memory than anything it hears may make it take.
        if let Some(pid) = tongue.listener {
            let _ = fs::write(format!("/proc/{pid}/clear_refs"), "5");
            tongue.listener = None;
        }
        tongue.heard.push(heard.what.clone());
        tongue
            .lies
            .iter()
            .find(|lie| heard.what.starts_with(lie.at))
            .cloned()
    };
    let reply = match lie {
        Some(lie) => (lie.tell)(&heard, honest),
        None => honest.ask(&heard),
    };
    speak(&mut client, reply);
    let _ = client.shutdown(Shutdown::Both);
}

fn speak(client: &mut TcpStream, reply: Reply) {
    let _ = client.set_write_timeout(Some(Duration::from_secs(30)));
    let _ = match reply {
        Reply::Json(status, json) => {
            let body = json.to_string();
            let head = head(status, "content-type: application/json", body.len());
            client
                .write_all(head.as_bytes())
                .and_then(|()| client.write_all(body.as_bytes()))
        }
        Reply::Text(status, line, body) => client
            .write_all(head(status, line, body.len()).as_bytes())
            .and_then(|()| client.write_all(&body)),
        Reply::Raw(bytes) => client.write_all(&bytes),
        Reply::Drip(bytes, pause) => bytes.iter().try_for_each(|byte| {
            thread::sleep(pause);
            client.write_all(&[*byte])
        }),
        Reply::Endless(first, again) => client.write_all(&first).and_then(|()| {
            // More than anybody takes; an end in case somebody does.
            (0..65_536).try_for_each(|_| client.write_all(&again))
        }),
        Reply::Nothing => Ok(()),
    };
}

fn head(status: u16, line: &str, length: usize) -> String {
    let line = if line.is_empty() {
        String::new()
    } else {
        format!("{line}\r\n")
    };
    format!(
        "HTTP/1.1 {status} Words\r\n{line}content-length: {length}\r\nconnection: close\r\n\r\n"
    )
}

fn hear(client: &mut TcpStream) -> Option<Heard> {
    client
        .set_read_timeout(Some(Duration::from_secs(90)))
        .ok()?;
    let mut bytes = Vec::new();
    let mut part = [0; 16 * 1024];
    let end = loop {
        let n = client.read(&mut part).ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&part[..n]);
        assert!(bytes.len() < LONGEST, "a request without end");
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length: usize = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    while bytes.len() < end + 4 + length {
        let n = client.read(&mut part).ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&part[..n]);
    }
    let mut words = head.split_whitespace();
    Some(Heard {
        what: format!("{} {}", words.next()?, words.next()?),
        body: serde_json::from_slice(&bytes[end + 4..]).unwrap_or_default(),
    })
}

/// Spends these coins for new ones of nobody's, as whoever else holds them would; what those are
/// worth. Once at an issuer: the new ones have the same numbers each time.
///
/// # Panics
/// When the issuer does not swap them.
#[must_use]
pub fn spend(honest: &Honest, coins: &[Value]) -> u64 {
    let ask = |what: &str, body: Value| {
        let what = what.to_owned();
        honest.ask(&Heard { what, body }).json()
    };
    let listed = ask("GET /v1/keysets", Value::Null).1;
    let all = listed["keysets"].as_array().unwrap();
    let keyset = all
        .iter()
        .find(|keyset| keyset["unit"] == "sat" && keyset["active"] == true)
        .unwrap();
    let id = keyset["id"].as_str().unwrap();
    let keys = ask(&format!("GET /v1/keys/{id}"), Value::Null).1;
    let face: u64 = coins
        .iter()
        .map(|coin| coin["amount"].as_u64().unwrap())
        .sum();
    let ppk = keyset["input_fee_ppk"].as_u64().unwrap();
    let worth = face - (coins.len() as u64 * ppk).div_ceil(1000);
    // Any points will do, and the issuer's keys are some.
    let points = keys["keysets"][0]["keys"].as_object().unwrap().values();
    let outputs: Vec<Value> = (0..u64::BITS)
        .map(|bit| 1_u64 << bit)
        .filter(|amount| worth & amount != 0)
        .zip(points)
        .map(|(amount, point)| json!({"amount": amount, "id": id, "B_": point}))
        .collect();
    let asked = json!({"inputs": coins, "outputs": outputs});
    let (status, said) = ask("POST /v1/swap", asked);
    assert_eq!(status, 200, "{said}");
    worth
}

/// Lies of a key set made up of the issuer's own keys under other amounts, with the name it should
/// have. Without `keep_real` its real ones no longer sign.
///
/// # Panics
/// When the issuer does not say its keys.
#[must_use]
pub fn other_keys(honest: &Honest, amounts: &[String], fee: u64, keep_real: bool) -> Vec<Lie> {
    let asked = Heard {
        what: "GET /v1/keys".to_owned(),
        body: Value::Null,
    };
    let real = honest.ask(&asked).json().1;
    let points: Vec<Value> = real["keysets"][0]["keys"]
        .as_object()
        .unwrap()
        .values()
        .cloned()
        .collect();
    let keys: Map<String, Value> = amounts
        .iter()
        .enumerate()
        .map(|(at, amount)| (amount.clone(), points[at % points.len()].clone()))
        .collect();
    let keys = Value::Object(keys);
    let id = keyset_id(&keys);
    let listed = json!({"id": id, "unit": "sat", "active": true, "input_fee_ppk": fee});
    let whole = json!({"keysets": [
        {"id": id, "unit": "sat", "active": true, "input_fee_ppk": fee, "keys": keys}
    ]});
    vec![
        Lie::edit("GET /v1/keysets", move |json| {
            let keysets = json["keysets"].as_array_mut().unwrap();
            if !keep_real {
                keysets
                    .iter_mut()
                    .for_each(|keyset| keyset["active"] = json!(false));
            }
            keysets.insert(0, listed.clone());
        }),
        Lie::new("GET /v1/keys/", move |heard, honest| {
            if heard.what.ends_with(&id) {
                Reply::Json(200, whole.clone())
            } else {
                honest.ask(heard)
            }
        }),
    ]
}

/// The name cdk and all others give a set of keys (NUT-02, version 1), so that a made-up key set
/// can have the right one. `keys` is `{"1":"02…", …}`.
///
/// # Panics
/// When the keys are not hexadecimal.
#[must_use]
pub fn keyset_id(keys: &Value) -> String {
    let keys = keys.as_object().unwrap();
    let mut sorted: Vec<(u64, &str)> = keys
        .iter()
        .map(|(amount, key)| (amount.parse().unwrap(), key.as_str().unwrap()))
        .collect();
    sorted.sort_unstable();
    let bytes: Vec<u8> = sorted
        .iter()
        .flat_map(|(_, key)| {
            (0..key.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&key[at..at + 2], 16).unwrap())
        })
        .collect();
    let hash = sha256(&bytes);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("00{}", &hex[..14])
}

/// SHA-256, for names only; the journeys link no cipher.
fn sha256(message: &[u8]) -> [u8; 32] {
    let primes: Vec<u32> = (2..312_u32)
        .filter(|n| (2..*n).all(|d| !n.is_multiple_of(d)))
        .collect();
    // The first 32 bits of the fractions of the primes' square and cube roots.
    let mut h: Vec<u32> = primes[..8]
        .iter()
        .map(|p| fraction(u128::from(*p) << 64, 2))
        .collect();
    let k: Vec<u32> = primes
        .iter()
        .map(|p| fraction(u128::from(*p) << 96, 3))
        .collect();
    let mut padded = message.to_vec();
    padded.push(0x80);
    while !(padded.len() + 8).is_multiple_of(64) {
        padded.push(0);
    }
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> = block
            .chunks(4)
            .map(|word| u32::from_be_bytes(word.try_into().unwrap()))
            .collect();
        for at in 16..64 {
            let (a, b) = (w[at - 15], w[at - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            w.push(
                w[at - 16]
                    .wrapping_add(s0)
                    .wrapping_add(w[at - 7])
                    .wrapping_add(s1),
            );
        }
        let mut v = h.clone();
        for at in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let one = v[7]
                .wrapping_add(s1)
                .wrapping_add(choice)
                .wrapping_add(k[at])
                .wrapping_add(w[at]);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(one);
            v[0] = one.wrapping_add(s0).wrapping_add(majority);
        }
        for (h, v) in h.iter_mut().zip(v) {
            *h = h.wrapping_add(v);
        }
    }
    let mut hash = [0; 32];
    for (part, word) in hash.chunks_mut(4).zip(h) {
        part.copy_from_slice(&word.to_be_bytes());
    }
    hash
}

/// The low 32 bits of a root, rounded down.
fn fraction(of: u128, root: u32) -> u32 {
    let (mut low, mut high) = (0_u128, 1 << 40);
    while high - low > 1 {
        let middle = low.midpoint(high);
        match middle.checked_pow(root) {
            Some(power) if power <= of => low = middle,
            _ => high = middle,
        }
    }
    u32::try_from(low & 0xffff_ffff).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_set_has_the_name_everybody_gives_it() {
        let hex =
            |bytes: [u8; 32]| -> String { bytes.iter().map(|b| format!("{b:02x}")).collect() };
        assert!(hex(sha256(b"abc")).starts_with("ba7816bf8f01cfea414140de5dae2223"));
        assert!(hex(sha256(&[0x61; 200])).starts_with("c2a908d98f5df987ade41b5fce213067"));
        // The first vector of NUT-02.
        let keys = json!({
            "1": "03a40f20667ed53513075dc51e715ff2046cad64eb68960632269ba7f0210e38bc",
            "2": "03fd4ce5a16b65576145949e6f99f445f8249fee17c606b688b504a849cdc452de",
            "4": "02648eccfa4c026960966276fa5a4cae46ce0fd432211a4f449bf84f13aa5f8303",
            "8": "02fdfd6796bfeac490cbee12f778f867f0a2c68f6508d17c649759ea0dc3547528",
        });
        assert_eq!(keyset_id(&keys), "00456a94ab4e1c46");
    }

    #[test]
    fn a_lie_is_told_where_it_fits_and_nowhere_else() {
        let honest = Liar::before("http://127.0.0.1:1");
        honest.lie(vec![Lie::say(
            "GET /",
            Reply::Json(200, json!({"a": 1, "b": 2})),
        )]);
        let liar = Liar::before(honest.url());
        let ask = |path: &str| loopback::get(&format!("{}{path}", liar.url())).map(|a| a.body);
        assert_eq!(ask("/v1/info").unwrap(), br#"{"a":1,"b":2}"#);
        liar.lie(vec![
            Lie::edit("GET /v1/info", |json| json["a"] = json!(3)),
            Lie::say("GET /v1/keys", refusal(7, "no")),
        ]);
        assert_eq!(ask("/v1/info").unwrap(), br#"{"a":3,"b":2}"#);
        assert_eq!(ask("/v1/keysets").unwrap(), br#"{"code":7,"detail":"no"}"#);
        assert_eq!(ask("/else").unwrap(), br#"{"a":1,"b":2}"#);
        assert_eq!(liar.heard("GET /v1"), 2);
        assert_eq!(liar.repent().len(), 3);
        assert_eq!(ask("/v1/info").unwrap(), br#"{"a":1,"b":2}"#);
    }
}
