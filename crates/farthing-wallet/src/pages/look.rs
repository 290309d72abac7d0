//! Asking a site for a page without paying.

use farthing_rails::content::{Demands, Unpayable, demands, may_have_title, title_of};
use farthing_rails::gate::{GateError, Opened};
use farthing_store::history::PaymentId;
use url::Url;

use super::{PageError, once};
use crate::wallet::Wallet;

/// How often a site may send on to another address.
const MOST_REDIRECTS: usize = 5;
/// How much of a page that asks for money is read for its title, in bytes.
const LOOKED_AT: usize = 64 * 1024;

/// What a site said.
pub(crate) enum Seen {
    /// Here it is; nobody asks for money.
    Free(Box<Opened>),
    /// It wants to be paid.
    Priced(Priced),
    /// It was paid for before, or is about to be. The site was not asked.
    Claimed(PaymentId),
}

/// A page that wants to be paid for.
pub(crate) struct Priced {
    /// Its address, after redirects, without a fragment.
    pub(crate) url: Url,
    /// What it calls itself.
    pub(crate) title: Option<String>,
    /// How it wants to be paid.
    pub(crate) demands: Demands,
}

impl Wallet {
    /// Asks for a page, following the site to other addresses of its own as long as nothing is
    /// shown to it. What was paid for is not asked for here.
    pub(crate) async fn look_at(&self, url: &Url) -> Result<Seen, PageError> {
        let mut url = self.page_address(url.clone())?;
        for _ in 0..=MOST_REDIRECTS {
            if let Some(payment) = self.claimed(&once(url.as_str()))? {
                return Ok(Seen::Claimed(payment));
            }
            let gate = self.ecash.gate();
            let mut opened = gate
                .open_content(url.clone(), None, None)
                .await
                .map_err(PageError::Site)?;
            match opened.status {
                200..=299 => return Ok(Seen::Free(Box::new(opened))),
                301 | 302 | 303 | 307 | 308 => {
                    let to = opened
                        .header("location")
                        .and_then(|location| url.join(location).ok())
                        .ok_or(PageError::NotGiven {
                            status: opened.status,
                        })?;
                    if !is_one_site(&url, &to) {
                        let to = to.origin().ascii_serialization();
                        return Err(PageError::SentElsewhere { to });
                    }
                    url = self.page_address(to)?;
                }
                402 => {
                    let demands = demands(&opened.price_tags());
                    let body = if may_have_title(opened.header("content-type")) {
                        opened.beginning(LOOKED_AT).await
                    } else {
                        Vec::new()
                    };
                    let title = title_of(opened.header("content-type"), &body);
                    return Ok(Seen::Priced(Priced {
                        url,
                        title: title.map(|title| title.to_string()),
                        demands,
                    }));
                }
                status => return Err(PageError::NotGiven { status }),
            }
        }
        Err(PageError::RedirectedTooOften)
    }

    /// The address as it is asked and claimed: a fragment never leaves the device.
    fn page_address(&self, mut url: Url) -> Result<Url, PageError> {
        url.set_fragment(None);
        self.ecash
            .gate()
            .check(url.as_str())
            .map_err(PageError::Address)
    }
}

impl Priced {
    /// Why none of the ways it names can be paid, said of the first of them.
    pub(crate) fn cannot_be_paid(&self) -> PageError {
        let (kind, why) = match self.demands.unpayable.first() {
            Some(Unpayable::OnAChain) => (
                "x402",
                "this site wants to be paid on a blockchain (x402), which this wallet does not do",
            ),
            Some(Unpayable::LockedCash) => (
                "locked_cash",
                "this site wants e-cash locked in a way that this wallet cannot make",
            ),
            Some(Unpayable::OtherMethod) => (
                "payment_method",
                "this site wants to be paid in a way this wallet does not have",
            ),
            Some(_) => (
                "damaged",
                "what this site says about its price cannot be read or contradicts itself",
            ),
            None => ("unsaid", "this site wants to be paid and does not say how"),
        };
        PageError::CannotPay { kind, why }
    }
}

/// Whether two addresses are of one site: the same host and port, with or without `www.`, and from
/// plain to secret but not back.
fn is_one_site(from: &Url, to: &Url) -> bool {
    let bare = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    let same_door =
        from.scheme() == to.scheme() && from.port_or_known_default() == to.port_or_known_default();
    let safer = (from.scheme(), to.scheme()) == ("http", "https")
        && from.port().is_none()
        && to.port().is_none();
    bare(from) == bare(to) && (same_door || safer)
}

/// Whether a reply is the site's own no, and not of something in front of it that may change.
pub(crate) fn is_a_no(status: u16) -> bool {
    (300..500).contains(&status) && !matches!(status, 408 | 425 | 429)
}

/// Whether asking again may help: nothing was said about the page itself.
pub(crate) fn broke_off(error: GateError, payment: PaymentId) -> PageError {
    match error {
        GateError::Blocked(blocked) => PageError::Address(blocked),
        why => PageError::PaidAndBrokenOff { payment, why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_may_send_on_within_itself_and_to_nobody_else() {
        let url = |text: &str| Url::parse(text).unwrap();
        let page = url("https://paper.example/a");
        for own in ["https://paper.example/b?c", "https://www.paper.example/a"] {
            assert!(is_one_site(&page, &url(own)), "{own}");
        }
        for other in [
            "https://paper.example.evil.example/a",
            "https://paper.example:8443/a",
            "https://other.example/a",
            "http://paper.example/a",
            "https://127.0.0.1/a",
        ] {
            assert!(!is_one_site(&page, &url(other)), "{other}");
        }
        assert!(is_one_site(&url("http://paper.example/"), &page));
        assert!(!is_one_site(
            &url("http://127.0.0.1:1/"),
            &url("http://127.0.0.1:2/")
        ));
    }
}
