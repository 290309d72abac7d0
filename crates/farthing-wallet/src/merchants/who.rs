//! Who a merchant on the web is: whoever registered the domain, by the Public Suffix List. See
//! docs/adr/0012-who-a-merchant-is.md.

use url::{Host, Url};

use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// The merchant behind a web origin. Two shops on one hosting domain are two; an address without a
/// name, a name under a suffix that is not known, and plain http stay what they are.
pub(crate) fn site_of(origin: &str) -> String {
    registered(origin).unwrap_or_else(|| origin.to_owned())
}

fn registered(origin: &str) -> Option<String> {
    let url = Url::parse(origin).ok()?;
    let Some(Host::Domain(host)) = url.host() else {
        return None;
    };
    let domain = psl::domain(host.trim_end_matches('.').as_bytes())?;
    if !domain.suffix().is_known() {
        return None;
    }
    let domain = std::str::from_utf8(domain.as_bytes()).ok()?;
    Some(format!("{}://{domain}", url.scheme()))
}

impl Wallet {
    /// The identity of the merchant at a web origin, as it is or would be kept.
    ///
    /// Merchants that were met when each origin was one keep what they are: the very origin first,
    /// then the site. One alone of the whole site is that site's merchant; of several none is taken
    /// for another, and the site is met anew.
    pub(crate) fn merchant_at(&self, origin: &str) -> Result<String, StoreTrouble> {
        let site = site_of(origin);
        for known in [origin, site.as_str()] {
            if self.history().merchant(known)?.is_some() {
                return Ok(known.to_owned());
            }
        }
        let known = self.history().merchants()?;
        let mut earlier = known
            .into_iter()
            .map(|merchant| merchant.identity)
            .filter(|identity| site_of(identity) == site);
        match (earlier.next(), earlier.next()) {
            (Some(only), None) => Ok(only),
            _ => Ok(site),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::init::tests::wallet;
    use crate::review::Payee;

    #[test]
    fn a_merchant_is_whoever_registered_the_domain() {
        for (origin, site) in [
            ("https://shop.co.uk", "https://shop.co.uk"),
            ("https://www.shop.co.uk", "https://shop.co.uk"),
            ("https://pay.eu.shop.co.uk:8443", "https://shop.co.uk"),
            ("https://www.shop.com.", "https://shop.com"),
            ("https://pay.xn--bcher-kva.de", "https://xn--bcher-kva.de"),
            // Plain http could be anybody on the way.
            ("http://www.shop.com", "http://shop.com"),
        ] {
            assert_eq!(site_of(origin), site, "{origin}");
        }
    }

    #[test]
    fn two_shops_on_one_hosting_domain_are_two() {
        assert_eq!(site_of("https://ada.github.io"), "https://ada.github.io");
        assert_eq!(site_of("https://x.bob.github.io"), "https://bob.github.io");
        assert_eq!(site_of("https://github.io"), "https://github.io");
        assert_eq!(site_of("https://co.uk"), "https://co.uk");
    }

    #[test]
    fn what_has_no_registered_name_is_what_it_is() {
        for origin in [
            "https://192.0.2.7",
            "https://[2001:db8::1]:8443",
            "http://127.0.0.1:7000",
            "http://127.0.0.1:7001",
            "http://localhost:7000",
            "https://www.shop.example",
            "https://shop.corp.internal",
            "https://com",
            "lightning:02ab",
            "lnurl:https://shop.com/ada",
            "",
        ] {
            assert_eq!(site_of(origin), origin);
        }
    }

    proptest! {
        #[test]
        fn a_site_is_its_own_site_and_never_of_another_scheme(origin in "https?://[a-z.\\-]{1,30}(:[0-9]{1,4})?") {
            let site = site_of(&origin);
            prop_assert_eq!(site_of(&site), site.clone());
            prop_assert_eq!(site.split(':').next(), origin.split(':').next());
        }
    }

    fn meet(wallet: &Wallet, identity: &str) {
        let payee = Payee {
            id: identity.into(),
            name: identity.into(),
            origin: Some(identity.into()),
            first_time: true,
        };
        wallet.meet(&payee).unwrap().unwrap();
    }

    #[tokio::test]
    async fn merchants_met_under_an_origin_are_found_again_and_never_made_one() {
        let (wallet, _folder) = wallet().await;
        let at = |origin| wallet.merchant_at(origin).unwrap();
        assert_eq!(at("https://www.shop.com"), "https://shop.com");

        // One of the site alone: the whole site is that one, whichever host is asked.
        meet(&wallet, "https://www.shop.com");
        for origin in [
            "https://www.shop.com",
            "https://pay.shop.com",
            "https://shop.com",
        ] {
            assert_eq!(at(origin), "https://www.shop.com");
        }
        assert_eq!(at("http://www.shop.com"), "http://shop.com");

        // Two: each stays itself, and a third host is neither of them.
        meet(&wallet, "https://pay.shop.com");
        assert_eq!(at("https://www.shop.com"), "https://www.shop.com");
        assert_eq!(at("https://pay.shop.com"), "https://pay.shop.com");
        assert_eq!(at("https://new.shop.com"), "https://shop.com");
        meet(&wallet, "https://shop.com");
        assert_eq!(at("https://www.shop.com"), "https://www.shop.com");
        assert_eq!(at("https://new.shop.com"), "https://shop.com");
    }
}
