//! The one gate every outbound byte passes. It knows to whom and why, refuses what the wallet
//! may not reach, and bounds what comes back.

mod address;
mod content;
mod issuer_transport;
mod names;
mod patience;
#[cfg(test)]
mod roads;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use url::Url;

use names::Names;
use patience::Patience;

pub use content::{Opened, Part};

pub(crate) use issuer_transport::{IssuerTransport, NOTHING_WAS_SENT, is_refusal};

/// Longest time to get a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest time for a whole exchange of bytes, start to finish.
const TOTAL: Duration = Duration::from_secs(20);
/// Longest time for the one call during which an issuer pays over Lightning. It is not waited for
/// as long, see [`patience`].
const TOTAL_FOR_LIGHTNING: Duration = Duration::from_secs(60);
/// Longest time for a source of rates: nobody waits for a figure that is only shown.
const TOTAL_FOR_RATES: Duration = Duration::from_secs(6);
/// Longest time for one of the questions about a name: there are several.
const TOTAL_FOR_NAMES: Duration = Duration::from_secs(5);
/// Longest body taken, in bytes after decompression.
const LONGEST_BODY: usize = 1024 * 1024;
/// The same for an answer over LNURL: its texts and the largest picture that LUD-06 allows.
const LONGEST_LNURL_BODY: usize = 192 * 1024;
/// The same for a file in which a site says how it can be reached.
const LONGEST_CONTACT_BODY: usize = 32 * 1024;
/// The same for an answer about a name: the longest that the DNS has.
const LONGEST_NAME_BODY: usize = 65_535;
/// Most header lines taken in a reply.
const MOST_HEADERS: usize = 64;

/// What a wallet may reach. The mark of the wallet decides it, once, at `init`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public hosts over https; never this device or its local network.
    RealWorld,
    /// This device only; plain http is fine there.
    Loopback,
}

/// Why bytes leave the device. Each errand has its own deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// Asking or telling an issuer something.
    Issuer,
    /// Asking an issuer to pay over Lightning.
    LightningPayment,
    /// Handing e-cash to a payee.
    Delivery,
    /// Asking an address over LNURL: for an invoice, for a voucher's money, to be let in.
    Lnurl,
    /// Asking the practice town for something, from a practice wallet.
    PracticeTown,
    /// Getting a page or a file from a site, which may want to be paid for it.
    Content,
    /// Asking a public source what a bitcoin is worth.
    Rates,
    /// Anonymous statistics, to an address that the person typed.
    Statistics,
    /// Asking a merchant's site how it can be reached.
    Contact,
    /// Asking a resolver what the DNS says of a payment name.
    Name,
}

impl Errand {
    fn deadline(self) -> Duration {
        match self {
            Self::Issuer
            | Self::Delivery
            | Self::Lnurl
            | Self::PracticeTown
            | Self::Content
            | Self::Statistics
            | Self::Contact => TOTAL,
            Self::LightningPayment => TOTAL_FOR_LIGHTNING,
            Self::Rates => TOTAL_FOR_RATES,
            Self::Name => TOTAL_FOR_NAMES,
        }
    }

    /// Whether whoever is asked is a merchant, or anybody else who could sell or share what it learns.
    fn is_to_a_merchant(self) -> bool {
        matches!(
            self,
            Self::Delivery | Self::Lnurl | Self::Content | Self::Statistics | Self::Contact
        )
    }

    fn longest_body(self) -> usize {
        match self {
            Self::Lnurl => LONGEST_LNURL_BODY,
            Self::Contact => LONGEST_CONTACT_BODY,
            Self::Name => LONGEST_NAME_BODY,
            _ => LONGEST_BODY,
        }
    }
}

/// Why the gate let nothing out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Blocked {
    /// The address is longer than 4 KiB.
    #[error("the address is too long")]
    TooLong,
    /// The address is not one.
    #[error("this is not a web address")]
    NotAUrl,
    /// Not https (or, in practice, not http either).
    #[error("only https addresses are used")]
    Scheme,
    /// User name or password inside the address.
    #[error("the address carries a user name or password")]
    Credentials,
    /// No host.
    #[error("the address names no host")]
    NoHost,
    /// It leads to this device or the local network.
    #[error("the address leads into the local network")]
    LocalNetwork,
    /// A practice wallet was sent out of practice.
    #[error("a practice wallet reaches nothing outside this device")]
    OutsidePractice,
}

/// What went wrong on the way. Only [`GateError::Blocked`] and [`GateError::NotConnected`] are
/// proof that the other side got nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// Refused before anything was sent.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// No connection was made, so nothing was sent.
    #[error("no connection could be made")]
    NotConnected,
    /// The deadline passed; the request may or may not have arrived.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke; the request may or may not have arrived.
    #[error("the connection broke")]
    Broken,
    /// The reply was longer than its errand allows, or a page longer than what is kept of one.
    #[error("the reply is too long")]
    ReplyTooLong,
    /// The site sends what was not asked for: a packed body, which may unpack to anything.
    #[error("the reply is packed, though nobody asked for that")]
    Packed,
}

/// A reply of any status, its body bounded.
#[derive(Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// At most 1 MiB.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Bodies hold signatures and codes, which belong in no log.
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// The only way out of the device.
#[derive(Debug, Clone)]
pub struct Gate {
    reach: Reach,
    names: Names,
    /// Made by the first errand: reading the system's certificates takes longer than a balance.
    client: Arc<OnceLock<reqwest::Client>>,
    /// For pages and files, which take as long as they take; made by the first of them.
    content: Arc<OnceLock<reqwest::Client>>,
    patience: Patience,
}

impl Gate {
    /// The gate for one kind of wallet.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self {
            reach,
            names: Names::of_the_system(reach),
            client: Arc::default(),
            content: Arc::default(),
            patience: Patience::default(),
        }
    }

    fn client(&self) -> Result<&reqwest::Client, GateError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = made(self.guarded().timeout(TOTAL))?;
        Ok(self.client.get_or_init(|| client))
    }

    /// What every client of this gate keeps to.
    fn guarded(&self) -> reqwest::ClientBuilder {
        // A second installation in the same program fails and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let reach = self.reach;
        reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .https_only(reach == Reach::RealWorld)
            .http1_max_headers(MOST_HEADERS)
            .http2_max_header_list_size(16 * 1024)
            .dns_resolver(Arc::new(self.names.clone()))
            .referer(false)
            .retry(reqwest::retry::never())
    }

    /// What this wallet may reach.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Parses an address and says whether the gate would go there.
    ///
    /// # Errors
    /// [`Blocked`], with the reason.
    pub fn check(&self, address: &str) -> Result<Url, Blocked> {
        if address.len() > address::LONGEST_URL {
            return Err(Blocked::TooLong);
        }
        let url = Url::parse(address).map_err(|_| Blocked::NotAUrl)?;
        address::check_url(&url, self.reach)?;
        Ok(url)
    }

    /// Fetches `url`.
    ///
    /// # Errors
    /// [`GateError`]; a status of 400 or more is a reply, not an error.
    pub async fn get(&self, errand: Errand, url: Url) -> Result<Reply, GateError> {
        address::check_url(&url, self.reach)?;
        let request = self.client()?.get(url.clone());
        self.send(errand, &url, request).await
    }

    /// Posts a JSON body to `url`.
    ///
    /// # Errors
    /// [`GateError`]; a status of 400 or more is a reply, not an error.
    pub async fn post_json(
        &self,
        errand: Errand,
        url: Url,
        json: Vec<u8>,
    ) -> Result<Reply, GateError> {
        address::check_url(&url, self.reach)?;
        let request = self
            .client()?
            .post(url.clone())
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(json);
        self.send(errand, &url, request).await
    }

    /// Asks the resolver at `url` one question, in the DNS's own format (RFC 8484).
    ///
    /// # Errors
    /// [`GateError`]; a status of 400 or more is a reply, not an error.
    pub async fn ask_resolver(&self, url: Url, question: Vec<u8>) -> Result<Reply, GateError> {
        const FORMAT: &str = "application/dns-message";
        address::check_url(&url, self.reach)?;
        let request = self
            .client()?
            .post(url.clone())
            .header(reqwest::header::CONTENT_TYPE, FORMAT)
            .header(reqwest::header::ACCEPT, FORMAT)
            .body(question);
        self.send(Errand::Name, &url, request).await
    }

    async fn send(
        &self,
        errand: Errand,
        url: &Url,
        request: reqwest::RequestBuilder,
    ) -> Result<Reply, GateError> {
        let request = match errand.is_to_a_merchant() {
            true => without_leave_to_sell(request),
            false => request,
        };
        #[cfg(feature = "kill-points")]
        let path = path_of(&request);
        #[cfg(feature = "kill-points")]
        farthing_store::kill::point(&format!("before sending {path}"));
        // A task of its own, which goes on when nobody waits any more: an issuer whose caller hangs
        // up in the middle of an exchange may keep the coins aside until it is started again. The
        // deadline also covers a peer that drips bytes.
        let began = Instant::now();
        let reply = tokio::spawn(tokio::time::timeout(
            errand.deadline(),
            read_bounded(request.timeout(errand.deadline()), errand.longest_body()),
        ));
        let reply = tokio::time::timeout(self.patience.left(url, began), reply).await;
        self.patience.took(url, began, Instant::now());
        let reply = match reply {
            Ok(reply) => reply.map_err(|_| GateError::Broken)?,
            Err(late) => Err(late),
        };
        #[cfg(feature = "kill-points")]
        farthing_store::kill::point(&format!("after the answer of {path}"));
        reply.map_err(|_| GateError::TimedOut)?
    }
}

/// Nobody may sell or share what this request tells (globalprivacycontrol.org).
fn without_leave_to_sell(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    request.header("sec-gpc", "1")
}

fn made(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, GateError> {
    // Without the system's certificates nobody can be talked to; nothing was sent.
    builder.build().map_err(|_| GateError::NotConnected)
}

#[cfg(feature = "kill-points")]
fn path_of(request: &reqwest::RequestBuilder) -> String {
    let built = request.try_clone().and_then(|request| request.build().ok());
    built.map_or_else(String::new, |request| request.url().path().to_owned())
}

async fn read_bounded(
    request: reqwest::RequestBuilder,
    longest: usize,
) -> Result<Reply, GateError> {
    let mut response = request.send().await.map_err(|error| explain(&error))?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        if body.len().saturating_add(chunk.len()) > longest {
            return Err(GateError::ReplyTooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status, body })
}

fn explain(error: &reqwest::Error) -> GateError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if let Some(blocked) = inner.downcast_ref::<Blocked>() {
            return GateError::Blocked(*blocked);
        }
        source = inner.source();
    }
    if error.is_connect() {
        GateError::NotConnected
    } else if error.is_timeout() {
        GateError::TimedOut
    } else {
        GateError::Broken
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// A peer that reads a request and answers with `reply` whatever was asked.
    fn peer(reply: Vec<u8>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(&reply);
            }
        });
        Url::parse(&url).unwrap()
    }

    async fn answer(reply: Vec<u8>) -> Result<Reply, GateError> {
        Gate::new(Reach::Loopback)
            .get(Errand::Issuer, peer(reply))
            .await
    }

    #[tokio::test]
    async fn a_reply_of_one_mebibyte_is_taken_and_one_byte_more_is_not() {
        let of = |bytes: usize| {
            let mut reply =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n").into_bytes();
            reply.resize(reply.len() + bytes, b'x');
            reply
        };
        assert_eq!(
            answer(of(LONGEST_BODY)).await.unwrap().body.len(),
            LONGEST_BODY
        );
        assert!(matches!(
            answer(of(LONGEST_BODY + 1)).await,
            Err(GateError::ReplyTooLong)
        ));
    }

    #[tokio::test]
    async fn endless_headers_are_cut_off() {
        let mut reply = b"HTTP/1.1 200 OK\r\n".to_vec();
        for n in 0..=MOST_HEADERS {
            reply.extend_from_slice(format!("x-{n}: y\r\n").as_bytes());
        }
        reply.extend_from_slice(b"content-length: 0\r\n\r\n");
        assert!(matches!(answer(reply).await, Err(GateError::Broken)));
    }

    #[tokio::test]
    async fn a_redirect_is_a_reply_and_never_followed() {
        let sentinel = peer(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_vec());
        let reply =
            format!("HTTP/1.1 302 Found\r\nlocation: {sentinel}\r\ncontent-length: 0\r\n\r\n");
        assert_eq!(answer(reply.into_bytes()).await.unwrap().status, 302);
    }

    #[tokio::test]
    async fn nobody_listening_is_known_to_have_received_nothing() {
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let url = Url::parse(&format!("http://{free}/")).unwrap();
        let gate = Gate::new(Reach::Loopback);
        assert!(matches!(
            gate.get(Errand::Issuer, url).await,
            Err(GateError::NotConnected)
        ));
    }
}
