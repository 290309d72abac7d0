//! A bad line: a proxy on this machine, between a wallet and those it talks to, that loses,
//! cuts, doubles and holds back what passes, and says what passed.
//!
//! Every connection carries one request (`Connection: close`), so that a broken connection is
//! about one request only. Rules count the wallet's own requests, of which there is one at a
//! time: what passes while one is being carried out (a shop asks its issuer through the same
//! door) is somebody else's, and passes untouched.

pub mod journeys;

use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// No request of a journey is longer.
const LONGEST: usize = 4 * 1024 * 1024;
/// How long a party behind the proxy may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Something a test does at the moment a request passes.
pub type Hook = Arc<dyn Fn() + Send + Sync>;

/// What happens to a request.
#[derive(Clone)]
pub enum Fault {
    /// The connection breaks before the request is passed on.
    LoseRequest,
    /// The request is passed on and carried out; the connection breaks before the answer.
    LoseAnswer,
    /// Half of the answer arrives.
    CutAnswer,
    /// The request is passed on, and another answer than the true one arrives.
    OtherAnswer(u16, &'static str),
    /// The request is *not* passed on, and somebody on the way answers it.
    NotPassedOn(u16, &'static str),
    /// The request is passed on twice; the first answer arrives.
    TwiceFirst,
    /// The request is passed on twice; the second answer arrives.
    TwiceSecond,
    /// The answer arrives this much later.
    Late(Duration),
    /// The connection breaks, and the request is passed on when [`Fault::AfterHeld`] strikes or
    /// [`Proxy::let_held_go`] is called.
    Hold,
    /// Held requests are passed on, then this one.
    AfterHeld,
    /// The hook runs before the request is passed on, and it never is.
    HookBefore(Hook),
    /// The request is passed on and carried out; then the hook runs, and no answer arrives.
    HookAfter(Hook),
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoseRequest => f.write_str("lose the request"),
            Self::LoseAnswer => f.write_str("lose the answer"),
            Self::CutAnswer => f.write_str("cut the answer"),
            Self::OtherAnswer(status, _) => write!(f, "pass on, answer {status}"),
            Self::NotPassedOn(status, _) => write!(f, "not pass on, answer {status}"),
            Self::TwiceFirst => f.write_str("pass on twice, first answer"),
            Self::TwiceSecond => f.write_str("pass on twice, second answer"),
            Self::Late(by) => write!(f, "answer {by:?} late"),
            Self::Hold => f.write_str("hold"),
            Self::AfterHeld => f.write_str("after what is held"),
            Self::HookBefore(_) => f.write_str("stop before"),
            Self::HookAfter(_) => f.write_str("stop after"),
        }
    }
}

/// A fault and the request it strikes.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Which of the matching requests, the first being 0.
    pub nth: usize,
    /// Requests whose `METHOD /path` starts like this; empty for all.
    pub at: &'static str,
    /// What happens to it.
    pub fault: Fault,
}

impl Rule {
    /// The `nth` request of all.
    #[must_use]
    pub fn nth(nth: usize, fault: Fault) -> Self {
        Self { nth, at: "", fault }
    }

    /// The first request that starts like `at`.
    #[must_use]
    pub fn first(at: &'static str, fault: Fault) -> Self {
        Self { nth: 0, at, fault }
    }
}

/// What passed since the rules were set.
#[derive(Debug, Clone, Default)]
pub struct Passed {
    /// Every request of the wallet, as `METHOD /path`.
    pub requests: Vec<String>,
    /// How many rules struck.
    pub struck: usize,
}

#[derive(Default)]
struct Line {
    rules: Vec<(Rule, usize)>,
    passed: Passed,
    held: Vec<(String, Vec<u8>)>,
    /// How many requests of the wallet are being carried out.
    under_way: usize,
}

/// The proxy: one door for each party behind it. It answers until the process ends.
pub struct Proxy {
    doors: Vec<String>,
    line: Arc<Mutex<Line>>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("doors", &self.doors)
            .finish_non_exhaustive()
    }
}

impl Proxy {
    /// Stands before parties at addresses such as `http://127.0.0.1:3338`.
    #[must_use]
    pub fn before(parties: &[&str]) -> Self {
        let line = Arc::new(Mutex::new(Line::default()));
        let doors = parties
            .iter()
            .map(|party| {
                let party = host(party).to_owned();
                let listener = listen_like(&party);
                let url = format!("http://{}", listener.local_addr().unwrap());
                let line = Arc::clone(&line);
                thread::spawn(move || {
                    for client in listener.incoming().flatten() {
                        let (party, line) = (party.clone(), Arc::clone(&line));
                        thread::spawn(move || serve(client, &party, &line));
                    }
                });
                url
            })
            .collect();
        Self { doors, line }
    }

    /// The door to the party at this place in the list.
    #[must_use]
    pub fn url(&self, party: usize) -> &str {
        &self.doors[party]
    }

    /// Sets rules and begins to count. At most one rule strikes a request: the first that fits.
    pub fn set(&self, rules: Vec<Rule>) {
        let mut line = lock(&self.line);
        line.rules = rules.into_iter().map(|rule| (rule, 0)).collect();
        line.passed = Passed::default();
    }

    /// The line is good again. What passed since the rules were set.
    pub fn heal(&self) -> Passed {
        let mut line = lock(&self.line);
        line.rules.clear();
        std::mem::take(&mut line.passed)
    }

    /// Passes on what was held back; nobody hears the answers. How many there were.
    pub fn let_held_go(&self) -> usize {
        let held = std::mem::take(&mut lock(&self.line).held);
        for (party, request) in &held {
            let _ = pass_on(party, request);
        }
        held.len()
    }
}

/// Listens on a port with as many digits as the party's, so that an address inside a signed or
/// counted text can be exchanged for the door's without changing its length.
fn listen_like(party: &str) -> TcpListener {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap().to_string();
        let same = here.len() == party.len() || !party.starts_with("127.0.0.1:");
        if same || party.len() < "127.0.0.1:10000".len() {
            return listener;
        }
    }
}

fn host(url: &str) -> &str {
    url.strip_prefix("http://")
        .unwrap_or(url)
        .split('/')
        .next()
        .unwrap()
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut client: TcpStream, party: &str, line: &Mutex<Line>) {
    let Some(request) = read_request(&mut client) else {
        return;
    };
    let fault = strike(line, &request.what);
    let forward = || {
        lock(line).under_way += 1;
        let answer = pass_on(party, &request.bytes);
        lock(line).under_way -= 1;
        answer
    };
    let answer = match fault {
        None => forward(),
        Some(Fault::LoseRequest) => None,
        Some(Fault::LoseAnswer) => {
            forward();
            None
        }
        Some(Fault::CutAnswer) => forward().map(|mut answer| {
            answer.truncate(answer.len() / 2);
            answer
        }),
        Some(Fault::OtherAnswer(status, body)) => {
            forward();
            Some(answer(status, body))
        }
        Some(Fault::NotPassedOn(status, body)) => Some(answer(status, body)),
        Some(Fault::TwiceFirst) => {
            let first = forward();
            forward();
            first
        }
        Some(Fault::TwiceSecond) => {
            forward();
            forward()
        }
        Some(Fault::Late(by)) => {
            let answer = forward();
            thread::sleep(by);
            answer
        }
        Some(Fault::Hold) => {
            let held = (party.to_owned(), request.bytes.clone());
            lock(line).held.push(held);
            None
        }
        Some(Fault::AfterHeld) => {
            let held = std::mem::take(&mut lock(line).held);
            for (party, bytes) in &held {
                pass_on(party, bytes);
            }
            forward()
        }
        Some(Fault::HookBefore(hook)) => {
            hook();
            None
        }
        Some(Fault::HookAfter(hook)) => {
            forward();
            hook();
            None
        }
    };
    if let Some(answer) = answer {
        let _ = client.write_all(&answer);
    }
    let _ = client.shutdown(Shutdown::Both);
}

/// Counts a request; the fault that strikes it, if one does.
fn strike(line: &Mutex<Line>, what: &str) -> Option<Fault> {
    let mut line = lock(line);
    if line.under_way > 0 {
        return None;
    }
    line.passed.requests.push(what.to_owned());
    let mut struck = None;
    for (rule, seen) in &mut line.rules {
        if what.starts_with(rule.at) {
            if *seen == rule.nth && struck.is_none() {
                struck = Some(rule.fault.clone());
            }
            *seen += 1;
        }
    }
    line.passed.struck += usize::from(struck.is_some());
    struck
}

struct Request {
    what: String,
    bytes: Vec<u8>,
}

fn read_request(client: &mut TcpStream) -> Option<Request> {
    client.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut bytes = Vec::new();
    let mut part = [0; 16 * 1024];
    let mut whole = None;
    while whole.is_none_or(|(_, length)| bytes.len() < length) {
        let n = client.read(&mut part).ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&part[..n]);
        assert!(bytes.len() < LONGEST, "a request without end");
        if whole.is_none()
            && let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = field(&head, "content-length").map_or(0, |n| n.parse().unwrap());
            whole = Some((end, end + 4 + length));
        }
    }
    let (end, _) = whole?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    assert!(
        field(&head, "transfer-encoding").is_none(),
        "requests in pieces are not understood"
    );
    let mut words = head.split_whitespace();
    let what = format!("{} {}", words.next()?, words.next()?);
    // One request for each connection, also behind the proxy.
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    lines.retain(|line| !line.to_lowercase().starts_with("connection:"));
    let mut forwarded = format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n")).into_bytes();
    forwarded.extend_from_slice(&bytes[end + 4..]);
    Some(Request {
        what,
        bytes: forwarded,
    })
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (this, value) = line.split_once(':')?;
        this.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The whole answer, as it came.
fn pass_on(party: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(party).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(request).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    (!answer.is_empty()).then_some(answer)
}

fn answer(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Words\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A party that counts its requests and answers with the count.
    fn party() -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let Some(request) = read_request(&mut client) else {
                    continue;
                };
                assert!(request.bytes.ends_with(b"{\"whole\":1}"), "a torn request");
                let nth = counted.fetch_add(1, Ordering::SeqCst) + 1;
                let _ = client.write_all(&answer(200, &format!("answer {nth}")));
            }
        });
        (url, count)
    }

    /// What is heard when asking once.
    fn ask(url: &str) -> String {
        let mut stream = TcpStream::connect(host(url)).unwrap();
        let body = "{\"whole\":1}";
        let request = format!(
            "POST /v1/swap HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(5));
        stream.write_all(body.as_bytes()).unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        String::from_utf8(heard).unwrap()
    }

    #[test]
    fn each_fault_is_what_it_says_it_is() {
        // What is heard, and how often the party was asked.
        for (fault, heard, asked) in [
            (Fault::LoseRequest, "", 0),
            (Fault::LoseAnswer, "", 1),
            (Fault::OtherAnswer(502, "<p>sorry"), "<p>sorry", 1),
            (Fault::NotPassedOn(429, "slower"), "slower", 0),
            (Fault::TwiceFirst, "answer 1", 2),
            (Fault::TwiceSecond, "answer 2", 2),
            (Fault::Late(Duration::from_millis(1)), "answer 1", 1),
            (Fault::Hold, "", 0),
        ] {
            let (url, count) = party();
            let proxy = Proxy::before(&[&url]);
            proxy.set(vec![Rule::nth(0, fault.clone())]);
            let said = ask(proxy.url(0));
            assert!(said.ends_with(heard), "{fault:?}: {said}");
            assert_eq!(said.is_empty(), heard.is_empty(), "{fault:?}: {said}");
            assert_eq!(count.load(Ordering::SeqCst), asked, "{fault:?}");
            let passed = proxy.heal();
            assert_eq!(passed.requests, ["POST /v1/swap"], "{fault:?}");
            assert_eq!(passed.struck, 1, "{fault:?}");
        }
    }

    #[test]
    fn an_answer_is_cut_in_the_middle() {
        let (url, _) = party();
        let proxy = Proxy::before(&[&url]);
        let whole = ask(proxy.url(0));
        proxy.set(vec![Rule::nth(0, Fault::CutAnswer)]);
        assert_eq!(ask(proxy.url(0)).len(), whole.len() / 2);
    }

    #[test]
    fn only_the_request_meant_is_struck() {
        let (url, count) = party();
        let proxy = Proxy::before(&[&url]);
        proxy.set(vec![Rule {
            nth: 1,
            at: "POST /v1/swap",
            fault: Fault::LoseRequest,
        }]);
        let heard = [(); 3].map(|()| !ask(proxy.url(0)).is_empty());
        assert_eq!(heard, [true, false, true]);
        assert_eq!(count.load(Ordering::SeqCst), 2);
        assert_eq!(proxy.heal().requests.len(), 3);
    }

    #[test]
    fn what_a_shop_asks_on_the_wallets_behalf_is_not_the_wallets() {
        let (url, count) = party();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let shop = format!("http://{}", listener.local_addr().unwrap());
        let proxy = Proxy::before(&[&url, &shop]);
        let issuer = proxy.url(0).to_owned();
        thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            read_request(&mut client).unwrap();
            client.write_all(ask(&issuer).as_bytes()).unwrap();
        });
        proxy.set(vec![Rule::nth(1, Fault::LoseRequest)]);
        assert!(ask(proxy.url(1)).ends_with("answer 1"));
        assert!(ask(proxy.url(0)).is_empty(), "the wallet's second request");
        assert_eq!(count.load(Ordering::SeqCst), 1);
        assert_eq!(proxy.heal().requests.len(), 2);
    }

    #[test]
    fn what_is_held_arrives_later() {
        let (url, count) = party();
        let proxy = Proxy::before(&[&url]);
        proxy.set(vec![
            Rule::nth(0, Fault::Hold),
            Rule::nth(1, Fault::AfterHeld),
        ]);
        assert!(ask(proxy.url(0)).is_empty());
        assert_eq!(count.load(Ordering::SeqCst), 0);
        assert!(ask(proxy.url(0)).ends_with("answer 2"));
        proxy.set(vec![Rule::nth(0, Fault::Hold)]);
        assert!(ask(proxy.url(0)).is_empty());
        assert_eq!((proxy.let_held_go(), proxy.let_held_go()), (1, 0));
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_hook_runs_at_its_moment() {
        for (before, asked) in [(true, 0), (false, 1)] {
            let (url, count) = party();
            let proxy = Proxy::before(&[&url]);
            let seen = Arc::new(AtomicUsize::new(usize::MAX));
            let (see, party) = (Arc::clone(&seen), Arc::clone(&count));
            let hook: Hook =
                Arc::new(move || see.store(party.load(Ordering::SeqCst), Ordering::SeqCst));
            let fault = if before {
                Fault::HookBefore(hook)
            } else {
                Fault::HookAfter(hook)
            };
            proxy.set(vec![Rule::nth(0, fault)]);
            assert!(ask(proxy.url(0)).is_empty());
            assert_eq!(seen.load(Ordering::SeqCst), asked);
            assert_eq!(count.load(Ordering::SeqCst), asked);
        }
    }
}
