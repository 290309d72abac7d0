//! Pages and files from sites: streamed, bounded in size, in silence and in slowness, and never
//! unpacked on the way.

use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, IF_RANGE, RANGE};
use url::Url;

use super::{Errand, Gate, GateError, address, explain, made, without_leave_to_sell};
use crate::content::{Credential, PriceTags};

/// The most of one page or file that is taken, in bytes.
const LONGEST: u64 = 512 * 1024 * 1024;
/// Longest silence in the middle of a page.
const SILENCE: Duration = Duration::from_secs(20);
/// From this time on a page has to have come at [`SLOWEST`] at least, on the whole.
const GRACE: Duration = Duration::from_secs(30);
/// The slowest page that is waited for, in bytes a second.
const SLOWEST: u64 = 512;
/// Longest value of a header that is looked at, in bytes.
const LONGEST_VALUE: usize = 16 * 1024;

/// Where a file that is partly here goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How many bytes are here.
    pub have: u64,
    /// The site's name for this very version of the file (its strong `ETag`).
    pub version: String,
}

/// The head of a reply, whose body can be read in pieces.
pub struct Opened {
    /// Where it came from.
    pub url: Url,
    /// HTTP status.
    pub status: u16,
    headers: HeaderMap,
    response: reqwest::Response,
    began: Instant,
    taken: u64,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its headers hold invoices and macaroons, its address what somebody reads.
        f.debug_struct("Opened")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// Asks a site for a page or file. Redirects are replies, as everywhere.
    ///
    /// `credential` is shown to this address alone; `part` asks for what is missing of a file.
    ///
    /// # Errors
    /// [`GateError`]; a status of 400 or more is a reply, not an error.
    pub async fn open_content(
        &self,
        url: Url,
        credential: Option<&Credential>,
        part: Option<&Part>,
    ) -> Result<Opened, GateError> {
        address::check_url(&url, self.reach)?;
        let client = match self.content.get() {
            Some(client) => client,
            None => {
                let client = made(self.guarded().no_gzip().read_timeout(SILENCE))?;
                self.content.get_or_init(|| client)
            }
        };
        let request = client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        let mut request = without_leave_to_sell(request);
        if let Some(credential) = credential {
            // What cannot be a header was not made by this wallet or was damaged since.
            let mut value =
                HeaderValue::from_str(&credential.value).map_err(|_| GateError::Broken)?;
            value.set_sensitive(true);
            request = request.header(credential.name, value);
            if let Some(told) = &credential.told {
                let mut value =
                    HeaderValue::from_str(told.as_str()).map_err(|_| GateError::Broken)?;
                value.set_sensitive(true);
                request = request.header("payer-data", value);
            }
        }
        if let Some(part) = part {
            request = request
                .header(RANGE, format!("bytes={}-", part.have))
                .header(IF_RANGE, part.version.as_str());
        }
        #[cfg(feature = "kill-points")]
        farthing_store::kill::point(&format!("before sending {}", url.path()));
        let began = Instant::now();
        // In a task of its own for the reason `send` has: the credential may be money.
        let head = tokio::spawn(tokio::time::timeout(
            Errand::Content.deadline(),
            request.send(),
        ));
        let head = head.await.map_err(|_| GateError::Broken)?;
        #[cfg(feature = "kill-points")]
        farthing_store::kill::point(&format!("after the answer of {}", url.path()));
        let response = head
            .map_err(|_| GateError::TimedOut)?
            .map_err(|error| explain(&error))?;
        let headers = response.headers().clone();
        let packed = headers
            .get(CONTENT_ENCODING)
            .is_some_and(|how| !how.as_bytes().eq_ignore_ascii_case(b"identity"));
        if packed {
            return Err(GateError::Packed);
        }
        Ok(Opened {
            url,
            status: response.status().as_u16(),
            headers,
            response,
            began,
            taken: 0,
        })
    }
}

impl Opened {
    /// One header as text; of several the first.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        text(self.headers.get(name)?)
    }

    fn every<'a>(&'a self, name: &str) -> Vec<&'a str> {
        self.headers.get_all(name).iter().filter_map(text).collect()
    }

    /// What it says about being paid.
    #[must_use]
    pub fn price_tags(&self) -> PriceTags<'_> {
        PriceTags {
            authenticate: self.every("www-authenticate"),
            cashu: self.every("x-cashu"),
            payer_data: self.every("payer-data"),
            x402: self.headers.contains_key("payment-required")
                || self.headers.contains_key("x-payment-required"),
        }
    }

    /// How long the body says it is, in bytes.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// Where the body begins in the whole file: `0`, or what a `206` says.
    #[must_use]
    pub fn begins_at(&self) -> Option<u64> {
        if self.status != 206 {
            return Some(0);
        }
        let range = self.header("content-range")?;
        let (first, _) = range.strip_prefix("bytes ")?.split_once('-')?;
        first.parse().ok()
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    /// [`GateError::ReplyTooLong`], [`GateError::TimedOut`] for a site that is silent or drips,
    /// [`GateError::Broken`] where it breaks off.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, GateError> {
        let piece = tokio::time::timeout(SILENCE, self.response.chunk())
            .await
            .map_err(|_| GateError::TimedOut)?
            .map_err(|error| explain(&error))?;
        let Some(piece) = piece else { return Ok(None) };
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.taken = self.taken.saturating_add(length);
        if self.taken > LONGEST {
            return Err(GateError::ReplyTooLong);
        }
        let gone = self.began.elapsed();
        if gone > GRACE && self.taken < SLOWEST.saturating_mul(gone.as_secs()) {
            return Err(GateError::TimedOut);
        }
        Ok(Some(piece.to_vec()))
    }

    /// At most `most` bytes of the body, for a page that is only looked at.
    pub async fn beginning(&mut self, most: usize) -> Vec<u8> {
        let mut body = Vec::new();
        while body.len() < most {
            // What breaks off was long enough to be looked at, or was not worth it.
            let Ok(Some(piece)) = self.next().await else {
                break;
            };
            body.extend_from_slice(&piece);
        }
        body.truncate(most);
        body
    }
}

fn text(value: &HeaderValue) -> Option<&str> {
    value
        .to_str()
        .ok()
        .filter(|text| text.len() <= LONGEST_VALUE)
}
