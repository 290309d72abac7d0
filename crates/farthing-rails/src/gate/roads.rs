//! Every road somebody hostile could lead a wallet along, to every place inside: nobody arrives.
//!
//! A sentinel listens on all addresses of this machine. Each road is taken to all of [`PLACES`],
//! and then the sentinel is asked how many came.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::task::JoinSet;

use super::*;

/// Where no wallet with real money may go.
const PLACES: &[&str] = &[
    "127.0.0.1",
    "127.0.0.2",
    "127.1.2.3",
    "127.255.255.254",
    "0.0.0.0",
    "0.0.0.1",
    "10.0.0.1",
    "10.96.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.17.0.1",
    "172.31.255.254",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.1.254",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "224.0.0.251",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::7f00:1",
    "::ffff:0.0.0.0",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:192.168.1.1",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "64:ff9b:1:ffff::808:808",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456:789a::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff02::fb",
    "ff0e::1",
];

/// Odd ways to write such a place in an address, `{}` for the sentinel's port.
const SPELLINGS: &[&str] = &[
    "https://2130706433:{}/",
    "https://0x7f000001:{}/",
    "https://0x7f.1:{}/",
    "https://017700000001:{}/",
    "https://0177.0.0.1:{}/",
    "https://0x7F.0x0.0x0.0x1:{}/",
    "https://127.1:{}/",
    "https://127.0.1:{}/",
    "https://0:{}/",
    "https://127.0.0.1.:{}/",
    "https://127。0。0。1:{}/",
    "https://①②⑦.⓪.⓪.①:{}/",
    "https://１２７.０.０.１:{}/",
    "https://%31%32%37.0.0.1:{}/",
    "https://127.0.0.1%00.shop.example.com:{}/",
    "https://127.0.0\t.1:{}/",
    "https:\\\\127.0.0.1:{}\\",
    "https:///127.0.0.1:{}/",
    "https:127.0.0.1:{}/",
    "https://[0:0:0:0:0:0:0:1]:{}/",
    "https://[::ffff:7f00:1]:{}/",
    "https://[fe80::1%25lo]:{}/",
    "https://localhost:{}/",
    "https://LOCALHOST.:{}/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{}/",
    "https://shop.localhost:{}/",
    "https://localhost.localdomain:{}/",
    "https://ip6-loopback:{}/",
    "https://router.lan:{}/",
    "https://nas.local:{}/",
    "https://db.internal:{}/",
    "https://shop.example.com@127.0.0.1:{}/",
    "https://127.0.0.1:{}@shop.example.com/",
    "https://127.0.0.1:{}#@shop.example.com/",
    "https://127.0.0.1:{}\\@shop.example.com/",
    "http://127.0.0.1:{}/",
    "ws://127.0.0.1:{}/",
    "ftp://127.0.0.1:{}/",
    "file:///etc/hostname#{}",
    "gopher://127.0.0.1:{}/_GET",
    "data:text/plain,{}",
    "javascript://127.0.0.1:{}/",
    "unix:///run/{}.sock",
];

/// Nobody's, and never given to anybody (RFC 4291: 3000::/4 is not allocated): public to the gate,
/// and a connection to it fails.
const NOBODY: &str = "3000::1";

/// Counts who comes, on every address of this machine.
struct Sentinel {
    listeners: Vec<TcpListener>,
    port: u16,
}

impl Sentinel {
    fn stands() -> Self {
        let first = TcpListener::bind("[::]:0").or_else(|_| TcpListener::bind("0.0.0.0:0"));
        let first = first.unwrap();
        let port = first.local_addr().unwrap().port();
        // Where the first does not hear IPv4 too.
        let second = TcpListener::bind(("0.0.0.0", port));
        let listeners: Vec<TcpListener> = std::iter::once(first).chain(second).collect();
        for listener in &listeners {
            listener.set_nonblocking(true).unwrap();
        }
        let sentinel = Self { listeners, port };
        // Nobody's absence counts for anything if somebody's presence is not seen.
        drop(TcpStream::connect(("127.0.0.1", port)).unwrap());
        assert_eq!(sentinel.came(), 1);
        sentinel
    }

    /// How many connected since the last time: they wait in line until they are looked at.
    fn came(&self) -> usize {
        let came = |listener: &TcpListener| std::iter::from_fn(|| listener.accept().ok()).count();
        self.listeners.iter().map(came).sum()
    }
}

/// A name server in hostile hands: each name has a row of answers, the last for ever.
#[derive(Default)]
struct NameServer {
    answers: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
}

impl NameServer {
    /// A name for this row of answers.
    fn names(&self, row: &[&[&str]]) -> String {
        let row = row
            .iter()
            .map(|answer| answer.iter().map(|place| place.parse().unwrap()).collect())
            .rev()
            .collect();
        let mut all = self.answers.lock().unwrap();
        let name = format!("t{}.shop.example.com", all.len());
        all.insert(name.clone(), row);
        name
    }
}

impl Resolve for NameServer {
    fn resolve(&self, name: Name) -> Resolving {
        let mut all = self.answers.lock().unwrap();
        let row = all.get_mut(name.as_str()).expect("a name that was given");
        let answer = match row.len() {
            1 => row[0].clone(),
            _ => row.pop().unwrap(),
        };
        Box::pin(async move {
            let sockets = answer.into_iter().map(|ip| SocketAddr::new(ip, 0));
            let addresses: Addrs = Box::new(sockets.collect::<Vec<_>>().into_iter());
            Ok(addresses)
        })
    }
}

fn gate(reach: Reach, server: &Arc<NameServer>) -> Gate {
    let asked: Arc<dyn Resolve> = Arc::clone(server) as Arc<dyn Resolve>;
    Gate {
        names: Names::told_by(reach, asked),
        ..Gate::new(reach)
    }
}

/// Goes there in all four ways the gate has: what came of each.
async fn goes(gate: &Gate, url: &Url) -> [Result<u16, GateError>; 4] {
    [
        gate.get(Errand::Lnurl, url.clone())
            .await
            .map(|it| it.status),
        gate.post_json(Errand::Issuer, url.clone(), b"{}".to_vec())
            .await
            .map(|it| it.status),
        gate.ask_resolver(url.clone(), b"?".to_vec())
            .await
            .map(|it| it.status),
        gate.open_content(url.clone(), None, None)
            .await
            .map(|it| it.status),
    ]
}

#[track_caller]
fn all_blocked(results: &[Result<u16, GateError>], what: &str) {
    for result in results {
        assert!(
            matches!(result, Err(GateError::Blocked(Blocked::LocalNetwork))),
            "{what}: {result:?}"
        );
    }
}

fn literal(place: &str, port: u16) -> Url {
    let socket = SocketAddr::new(place.parse().unwrap(), port);
    Url::parse(&format!("https://{socket}/")).unwrap()
}

#[test]
fn there_are_sixty_places_and_none_twice() {
    let places: std::collections::BTreeSet<IpAddr> =
        PLACES.iter().map(|place| place.parse().unwrap()).collect();
    assert_eq!(places.len(), PLACES.len());
    assert!(places.len() >= 60);
}

#[tokio::test]
async fn nobody_arrives_by_an_address_however_it_is_written() {
    let sentinel = Sentinel::stands();
    let gate = Gate::new(Reach::RealWorld);
    for place in PLACES {
        let url = literal(place, sentinel.port);
        assert!(gate.check(url.as_str()).is_err(), "{place}");
        all_blocked(&goes(&gate, &url).await, place);
    }
    for spelling in SPELLINGS {
        let text = spelling.replace("{}", &sentinel.port.to_string());
        // Some are names to the gate, and then whoever they lead to was refused.
        if let Ok(url) = gate.check(&text) {
            for result in goes(&gate, &url).await {
                assert!(result.is_err(), "{spelling}");
            }
        } else if let Ok(url) = Url::parse(&text) {
            for result in goes(&gate, &url).await {
                assert!(matches!(result, Err(GateError::Blocked(_))), "{spelling}");
            }
        }
    }
    assert_eq!(sentinel.came(), 0);
}

#[tokio::test]
async fn nobody_arrives_by_a_name_nor_by_one_that_also_leads_outside() {
    let sentinel = Sentinel::stands();
    let server = Arc::new(NameServer::default());
    let gate = gate(Reach::RealWorld, &server);
    for place in PLACES {
        let rows: [&[&str]; 4] = [
            &[place],
            &[place, NOBODY],
            &[NOBODY, place],
            &[NOBODY, "3000::2", place, "3000::3"],
        ];
        for row in rows {
            let name = server.names(&[row]);
            let url = Url::parse(&format!("https://{name}:{}/", sentinel.port)).unwrap();
            assert!(gate.check(url.as_str()).is_ok(), "the name says nothing");
            all_blocked(&goes(&gate, &url).await, &format!("{row:?}"));
        }
    }
    assert_eq!(sentinel.came(), 0);
}

#[tokio::test]
async fn nobody_arrives_by_a_name_that_led_outside_when_it_was_first_asked() {
    let sentinel = Sentinel::stands();
    let server = Arc::new(NameServer::default());
    let gate = gate(Reach::RealWorld, &server);
    let mut going = JoinSet::new();
    for place in PLACES {
        let name = server.names(&[&[NOBODY], &[place]]);
        let url = Url::parse(&format!("https://{name}:{}/", sentinel.port)).unwrap();
        let gate = gate.clone();
        going.spawn(async move {
            let first = gate.get(Errand::Issuer, url.clone()).await;
            assert!(
                matches!(first, Err(GateError::NotConnected | GateError::TimedOut)),
                "{place}: {first:?}"
            );
            all_blocked(&goes(&gate, &url).await, place);
        });
    }
    while let Some(went) = going.join_next().await {
        went.unwrap();
    }
    assert_eq!(sentinel.came(), 0);
}

#[tokio::test]
async fn what_this_machine_says_of_a_name_is_looked_at_too() {
    let names = Names::of_the_system(Reach::RealWorld);
    let refused = names.resolve("localhost".parse().unwrap()).await;
    assert!(refused.is_err_and(|error| error.downcast_ref::<Blocked>().is_some()));
}

/// Sends everybody on, each request to the next of `roads`, in the next of five ways.
fn signpost(roads: Vec<String>) -> Url {
    const WAYS: [&str; 5] = [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let roads = roads.iter().cycle().zip(WAYS.iter().cycle());
        for (stream, (road, way)) in listener.incoming().zip(roads) {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 {way}\r\nlocation: {road}\r\nrefresh: 0; url={road}\r\n\
                 alt-svc: h2=\"{road}\"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            );
        }
    });
    Url::parse(&url).unwrap()
}

/// By a practice wallet, which *may* go to the sentinel when it is asked to: only the site may not
/// send it there.
#[tokio::test]
async fn nobody_arrives_by_being_sent_on() {
    let sentinel = Sentinel::stands();
    let gate = Gate::new(Reach::Loopback);
    let mut roads = Vec::new();
    for place in PLACES {
        let url = literal(place, sentinel.port);
        // Each in all four ways of asking.
        roads.extend(std::iter::repeat_n(url.to_string(), 4));
        let plain = url.as_str().replacen("https", "http", 1);
        roads.extend(std::iter::repeat_n(plain, 4));
    }
    let rounds = roads.len() / 4;
    let signpost = signpost(roads);
    for _ in 0..rounds {
        for result in goes(&gate, &signpost).await {
            assert!((301..=308).contains(&result.unwrap()));
        }
    }
    assert_eq!(sentinel.came(), 0);
    let open = Url::parse(&format!("http://127.0.0.1:{}/", sentinel.port)).unwrap();
    let asked = tokio::spawn(async move { gate.get(Errand::Rates, open).await.map(|_| ()) });
    while sentinel.came() == 0 {
        tokio::task::yield_now().await;
    }
    asked.abort();
}

const SENTINEL: &str = "FARTHING_TEST_SENTINEL";

/// Variables of proxies belong to a process, so this is one of its own.
#[test]
fn nobody_arrives_by_way_of_a_proxy_variable() {
    let sentinel = Sentinel::stands();
    let proxy = format!("http://127.0.0.1:{}", sentinel.port);
    let mut wallet = Command::new(std::env::current_exe().unwrap());
    wallet
        .args(["--exact", "--ignored", "--test-threads=1"])
        .arg("gate::roads::goes_everywhere_with_proxy_variables_set")
        .env(SENTINEL, sentinel.port.to_string());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        wallet.env(name, &proxy).env(name.to_lowercase(), &proxy);
    }
    wallet.env_remove("NO_PROXY").env_remove("no_proxy");
    let ended = wallet.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    assert_eq!(sentinel.came(), 0);
}

#[tokio::test]
#[ignore = "started by the test before it, with proxies set"]
async fn goes_everywhere_with_proxy_variables_set() {
    let port: u16 = std::env::var(SENTINEL).unwrap().parse().unwrap();
    let server = Arc::new(NameServer::default());
    let real = gate(Reach::RealWorld, &server);
    for place in PLACES {
        all_blocked(&goes(&real, &literal(place, port)).await, place);
        let name = server.names(&[&[place]]);
        let url = Url::parse(&format!("https://{name}:{port}/")).unwrap();
        all_blocked(&goes(&real, &url).await, place);
    }
    // A proxy would be told this name instead of anybody looking it up.
    let name = server.names(&[&[NOBODY]]);
    for result in goes(&real, &Url::parse(&format!("https://{name}/")).unwrap()).await {
        assert!(
            matches!(result, Err(GateError::NotConnected | GateError::TimedOut)),
            "{result:?}"
        );
    }
    // And one that is there is asked directly.
    let site = signpost(vec!["/".to_owned()]);
    for result in goes(&Gate::new(Reach::Loopback), &site).await {
        assert!(result.is_ok(), "{result:?}");
    }
}
