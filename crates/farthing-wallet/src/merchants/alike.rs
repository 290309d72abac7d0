//! Names that look like a known merchant's and are another's: other letters of the same shape
//! (Unicode Technical Standard 39), digits for letters, `rn` for `m`.

use unicode_security::skeleton;
use url::{Host, Url};

use super::who::site_of;
use crate::review::Payee;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// What people read of an identity.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    /// The registered name, in the letters it is written with. `None` for numbers.
    site: Option<String>,
    /// Everything before that and after, which its owner gives away: of a Lightning address, the
    /// user at its host.
    at: String,
    /// The user of a Lightning address.
    user: Option<String>,
}

impl Read {
    fn of(identity: &str) -> Option<Self> {
        let (url, user) = match identity.strip_prefix("lnurl:") {
            Some(address) => {
                let url = Url::parse(address).ok()?;
                let user = url.path().trim_start_matches('/').to_owned();
                (url, Some(user).filter(|user| !user.contains('/')))
            }
            None => (Url::parse(identity).ok()?, None),
        };
        let origin = url.origin().ascii_serialization();
        let host = match url.host()? {
            Host::Domain(_) => Url::parse(&site_of(&origin)).ok(),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        };
        let site = host.and_then(|url| {
            let (unicode, _) = idna::domain_to_unicode(url.host_str()?);
            Some(unicode)
        });
        Some(Self {
            site,
            at: origin,
            user,
        })
    }

    /// Whether somebody who reads both could take one for the other, though they are two.
    fn looks_like(&self, other: &Self) -> bool {
        if let (Some(mine), Some(theirs)) = (&self.site, &other.site)
            && mine != theirs
        {
            return shape(mine) == shape(theirs);
        }
        match (&self.user, &other.user) {
            (Some(mine), Some(theirs)) => {
                self.at == other.at && mine != theirs && shape(mine) == shape(theirs)
            }
            _ => false,
        }
    }
}

/// The same for everything that looks the same.
fn shape(text: &str) -> String {
    let bare: String = skeleton(&text.to_lowercase())
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            '5' => 's',
            '8' => 'b',
            other => other,
        })
        .collect();
    bare.replace("vv", "w").replace("cl", "d")
}

impl Wallet {
    /// The merchant that was paid before and that a payee who never was looks like, by what the
    /// person reads.
    pub(crate) fn looks_like(&self, payee: &Payee) -> Result<Option<String>, StoreTrouble> {
        if !payee.first_time {
            return Ok(None);
        }
        let Some(read) = Read::of(&payee.id) else {
            return Ok(None);
        };
        let known = self.all_known()?;
        let alike = known.into_iter().find(|(merchant, details)| {
            details.paid
                && merchant.identity != payee.id
                && Read::of(&merchant.identity).is_some_and(|known| read.looks_like(&known))
        });
        Ok(alike.map(|(_, details)| details.shown_name().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> bool {
        let (one, other) = (Read::of(one).unwrap(), Read::of(other).unwrap());
        assert_eq!(one.looks_like(&other), other.looks_like(&one));
        one.looks_like(&other)
    }

    #[test]
    fn what_looks_the_same_and_is_registered_by_another_looks_alike() {
        for (known, other) in [
            ("https://amazon.com", "https://arnazon.com"),
            ("https://amazon.com", "https://amaz0n.com"),
            ("https://paypal.com", "https://paypa1.com"),
            ("https://paypal.com", "https://paypai.com"),
            // A Cyrillic letter in the place of a Latin one.
            ("https://paypal.com", "https://xn--pypal-4ve.com"),
            ("https://wallet.com", "https://vvallet.com"),
            ("https://shop5.com", "https://shops.com"),
            ("https://amazon.com", "lnurl:https://pay.arnazon.com/ada"),
            (
                "lnurl:https://amazon.com/ada",
                "lnurl:https://arnazon.com/bob",
            ),
            (
                "lnurl:https://host.com/busker",
                "lnurl:https://host.com/bu5ker",
            ),
            (
                "lnurl:http://127.0.0.1:7000/busker",
                "lnurl:http://127.0.0.1:7000/bu5ker",
            ),
        ] {
            assert!(alike(known, other), "{known} {other}");
        }
    }

    #[test]
    fn what_is_the_same_or_does_not_look_so_is_left_alone() {
        for (known, other) in [
            ("https://amazon.com", "https://amazon.com"),
            // One scheme more is no other name.
            ("https://amazon.com", "http://amazon.com"),
            ("https://amazon.com", "https://amazon.co.uk"),
            ("https://amazon.com", "lnurl:https://pay.amazon.com/ada"),
            ("lnurl:https://host.com/ada", "lnurl:https://host.com/bob"),
            ("lnurl:https://host.com/ada", "lnurl:https://other.com/ada"),
            ("https://10.0.0.1", "https://10.0.0.11"),
            ("http://127.0.0.1:7000", "http://127.0.0.1:7001"),
            (
                "lnurl:http://127.0.0.1:7000/a1",
                "lnurl:http://127.0.0.1:7001/al",
            ),
        ] {
            assert!(!alike(known, other), "{known} {other}");
        }
        assert_eq!(Read::of("not an address"), None);
    }
}
