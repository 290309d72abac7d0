//! LNURL: a web address that says, when asked, what it wants (LUD-01, 04, 16, 17).

use std::fmt;

use bech32::primitives::checksum::Checksum;
use bech32::primitives::decode::CheckedHrpstring;
use url::{Host, Url};

use super::{CodeError, CodeKind, MAX_CODE_BYTES, PaymentCode, UnsupportedKind, uri};
use crate::hexadecimal::bytes_of;

/// Longest user name of a Lightning address: that of a mail address.
const MAX_USER: usize = 64;

/// A web address to be asked what it wants. `Debug` shows its host alone: a voucher's address is
/// the money.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lnurl {
    /// Where to ask: https; on this machine, for practice, http too.
    pub url: Url,
    /// What the code itself says it is for.
    pub purpose: Purpose,
    /// The Lightning address it was written as, if it was.
    pub address: Option<LightningAddress>,
    /// The amount named beside it, in millisatoshis (`bitcoin:…?amount=`).
    pub suggested_msat: Option<u64>,
}

/// What an LNURL says it is for before it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// To be paid (`lnurlp:`, an address).
    Pay,
    /// To pay us (`lnurlw:`): a voucher.
    Withdraw,
    /// It does not say.
    Unknown,
}

/// `user@host` (LUD-16), in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LightningAddress {
    /// Before the `@`.
    pub user: String,
    /// After it; with a port on this machine alone.
    pub host: String,
    /// Written with a ₿: a payment name (BIP-353), whose domain may say otherwise how it is paid. See
    /// [`crate::payment_name`].
    pub with_sign: bool,
}

impl fmt::Display for LightningAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.host)
    }
}

/// A request to sign in (LUD-04).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignIn {
    /// Where the signature goes, with all that it was given.
    pub url: Url,
    /// The 32 bytes to be signed.
    pub challenge: [u8; 32],
    /// What the site says it will do.
    pub action: Option<SignInAction>,
}

/// What a site does with a signature (LUD-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInAction {
    /// Makes an account.
    Register,
    /// Opens an account.
    Login,
    /// Adds the key to an account there is.
    Link,
    /// Allows one thing.
    Auth,
}

impl fmt::Debug for Lnurl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lnurl")
            .field("host", &self.url.host_str())
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// The checksum of bech32, for texts as long as a code may be.
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = <bech32::Bech32 as Checksum>::MidstateRepr;
    const CODE_LENGTH: usize = MAX_CODE_BYTES;
    const CHECKSUM_LENGTH: usize = bech32::Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [Self::MidstateRepr; 5] = bech32::Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = bech32::Bech32::TARGET_RESIDUE;
}

/// `lnurl1…`, `lnurlp:`, `lnurlw:`, `lnurlc:`, `keyauth:` or `name@host`; `None` for anything else.
pub(super) fn bare(text: &str) -> Option<Result<PaymentCode, CodeError>> {
    if is_bech32(text) {
        return Some(read_bech32(text));
    }
    for (scheme, purpose) in [("lnurlp", Purpose::Pay), ("lnurlw", Purpose::Withdraw)] {
        if let Some(rest) = uri::strip_scheme(text, scheme) {
            return Some(web(rest).and_then(|url| asked_at(url, purpose)));
        }
    }
    if let Some(rest) = uri::strip_scheme(text, "keyauth") {
        return Some(web(rest).and_then(signed_in_at));
    }
    if uri::has_scheme(text, "lnurlc") {
        return Some(Ok(UnsupportedKind::Channel.into()));
    }
    address(text)
}

/// Whether the text begins like an LNURL in bech32.
pub(super) fn is_bech32(text: &str) -> bool {
    text.get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("lnurl1"))
}

/// A web address that says in its query that it wants a signature. A site may show its sign-in
/// as an ordinary link.
pub(super) fn asks_to_sign_in(url: &Url) -> bool {
    url.query_pairs()
        .any(|(key, value)| key == "tag" && value == "login")
        && url.query_pairs().any(|(key, _)| key == "k1")
}

/// Reads such a web address.
pub(super) fn signed_in_at(url: Url) -> Result<PaymentCode, CodeError> {
    if is_onion(&url) {
        return Ok(UnsupportedKind::Onion.into());
    }
    let mut challenge = None;
    let mut action = None;
    for (key, value) in url.query_pairs() {
        match key.as_ref() {
            "k1" if challenge.is_some() => return Err(damaged("it names two challenges")),
            "k1" => challenge = Some(challenge_of(&value)?),
            "action" => {
                action = Some(match value.as_ref() {
                    "register" => SignInAction::Register,
                    "login" => SignInAction::Login,
                    "link" => SignInAction::Link,
                    "auth" => SignInAction::Auth,
                    _ => return Err(damaged("it wants something that we do not know")),
                });
            }
            // Whoever made the code would choose what we sign with.
            "sig" | "key" => return Err(damaged("it names our key or signature itself")),
            _ => {}
        }
    }
    let challenge = challenge.ok_or_else(|| damaged("it has no challenge to sign"))?;
    Ok(PaymentCode::SignIn(Box::new(SignIn {
        url,
        challenge,
        action,
    })))
}

fn challenge_of(hex: &str) -> Result<[u8; 32], CodeError> {
    bytes_of(hex).ok_or_else(|| damaged("its challenge is not 32 bytes"))
}

fn read_bech32(text: &str) -> Result<PaymentCode, CodeError> {
    let checked = CheckedHrpstring::new::<LongBech32>(text).map_err(|_| {
        damaged("its checksum does not match, so some characters are missing or wrong")
    })?;
    let bytes: Vec<u8> = checked.byte_iter().collect();
    let inside = String::from_utf8(bytes).map_err(|_| damaged("there is no web address in it"))?;
    let url = uri::web_address(&inside).ok_or_else(|| damaged("there is no web address in it"))?;
    if !is_onion(&url) && url.scheme() != "https" && !is_this_machine(&url) {
        return Err(damaged("its web address is not https"));
    }
    if url
        .query_pairs()
        .any(|(key, value)| key == "tag" && value == "login")
    {
        return signed_in_at(url);
    }
    asked_at(url, Purpose::Unknown)
}

/// The web address behind one of the schemes of LUD-17.
fn web(rest: &str) -> Result<Url, CodeError> {
    let url = uri::web_address(&format!("https://{rest}"))
        .ok_or_else(|| damaged("there is no web address in it"))?;
    if is_this_machine(&url) || is_onion(&url) {
        return uri::web_address(&format!("http://{rest}"))
            .ok_or_else(|| damaged("there is no web address in it"));
    }
    Ok(url)
}

fn asked_at(url: Url, purpose: Purpose) -> Result<PaymentCode, CodeError> {
    if is_onion(&url) {
        return Ok(UnsupportedKind::Onion.into());
    }
    let tag = url
        .query_pairs()
        .find(|(key, _)| key == "tag")
        .map(|(_, tag)| tag.into_owned());
    let purpose = match (purpose, tag.as_deref()) {
        (Purpose::Unknown, Some("withdrawRequest")) => Purpose::Withdraw,
        (Purpose::Unknown, Some("payRequest")) => Purpose::Pay,
        (Purpose::Unknown, Some("channelRequest")) => return Ok(UnsupportedKind::Channel.into()),
        (purpose, _) => purpose,
    };
    Ok(PaymentCode::Lnurl(Box::new(Lnurl {
        url,
        purpose,
        address: None,
        suggested_msat: None,
    })))
}

/// `name@host` (LUD-16, with a `+tag`), with a port on this machine, and `₿name@host` (BIP-353).
fn address(text: &str) -> Option<Result<PaymentCode, CodeError>> {
    let (with_sign, bare) = text
        .strip_prefix('₿')
        .map_or((false, text), |bare| (true, bare));
    let lower = bare.to_ascii_lowercase();
    let (user, host) = lower.split_once('@')?;
    let user_fits = (1..=MAX_USER).contains(&user.len())
        && user
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+'));
    let (name, port) = host
        .split_once(':')
        .map_or((host, None), |(name, port)| (name, Some(port)));
    let host_fits = (1..=253).contains(&name.len())
        && name.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        && port.is_none_or(|port| port.parse::<u16>().is_ok());
    // A path segment of dots would lead elsewhere on the same host.
    if !user_fits || !host_fits || user.bytes().all(|b| b == b'.') {
        return None;
    }
    let url = match web(&format!("{host}/.well-known/lnurlp/{user}")) {
        Ok(url) => url,
        Err(error) => return Some(Err(error)),
    };
    if port.is_some() && !is_this_machine(&url) {
        return Some(Err(CodeError::Damaged {
            kind: CodeKind::LightningAddress,
            why: "an address on the open internet has no port",
        }));
    }
    if is_onion(&url) {
        return Some(Ok(UnsupportedKind::Onion.into()));
    }
    Some(Ok(PaymentCode::Lnurl(Box::new(Lnurl {
        url,
        purpose: Purpose::Pay,
        address: Some(LightningAddress {
            user: user.to_owned(),
            host: host.to_owned(),
            with_sign,
        }),
        suggested_msat: None,
    }))))
}

/// Whether the address leads to the device itself: the practice town is there.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn is_onion(url: &Url) -> bool {
    url.host_str()
        .is_some_and(|host| host.trim_end_matches('.').ends_with(".onion"))
}

fn damaged(why: &'static str) -> CodeError {
    CodeError::Damaged {
        kind: CodeKind::Lnurl,
        why,
    }
}
