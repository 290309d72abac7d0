//! Which hosts and addresses may be reached, in a real wallet and in a practice one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::{Blocked, Reach};

/// Longest URL the gate looks at, in bytes.
pub(crate) const LONGEST_URL: usize = 4096;

/// Checks what can be known before any name is resolved: scheme, credentials, host and, where
/// the host is a literal address, the address. (The resolver never sees literal addresses.)
pub(crate) fn check_url(url: &Url, reach: Reach) -> Result<(), Blocked> {
    if url.as_str().len() > LONGEST_URL {
        return Err(Blocked::TooLong);
    }
    let scheme_fits = match reach {
        Reach::RealWorld => url.scheme() == "https",
        Reach::Loopback => matches!(url.scheme(), "http" | "https"),
    };
    if !scheme_fits {
        return Err(Blocked::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Blocked::Credentials);
    }
    match url.host() {
        None => Err(Blocked::NoHost),
        Some(Host::Ipv4(address)) => check_address(IpAddr::V4(address), reach),
        Some(Host::Ipv6(address)) => check_address(IpAddr::V6(address), reach),
        Some(Host::Domain(name)) => check_name(name, reach),
    }
}

fn check_name(name: &str, reach: Reach) -> Result<(), Blocked> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_localhost = name == "localhost" || name.ends_with(".localhost");
    match reach {
        Reach::Loopback if is_localhost => Ok(()),
        Reach::Loopback => Err(Blocked::OutsidePractice),
        Reach::RealWorld => {
            // Names that only a local network gives a meaning to.
            let local = is_localhost
                || !name.contains('.')
                || [
                    ".local",
                    ".internal",
                    ".lan",
                    ".home",
                    ".home.arpa",
                    ".onion",
                    ".test",
                ]
                .iter()
                .any(|ending| name.ends_with(ending));
            if local {
                Err(Blocked::LocalNetwork)
            } else {
                Ok(())
            }
        }
    }
}

/// Whether a resolved or literal address may be connected to.
pub(crate) fn check_address(address: IpAddr, reach: Reach) -> Result<(), Blocked> {
    let inner = match address {
        IpAddr::V6(v6) => embedded_v4(v6).map_or(IpAddr::V6(v6), IpAddr::V4),
        v4 => v4,
    };
    match reach {
        // Only true loopback: a v4-mapped one is an odd spelling nobody needs.
        Reach::Loopback if address.is_loopback() => Ok(()),
        Reach::Loopback => Err(Blocked::OutsidePractice),
        Reach::RealWorld => {
            let public = match inner {
                IpAddr::V4(v4) => is_public_v4(v4),
                IpAddr::V6(v6) => is_public_v6(v6),
            };
            if public {
                Ok(())
            } else {
                Err(Blocked::LocalNetwork)
            }
        }
    }
}

/// The IPv4 address hidden in a v4-mapped, v4-compatible, NAT64, 6to4 or Teredo address, since
/// a gateway on the way would connect to that one.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let last_two = || {
        let [g1, g2] = g.to_be_bytes();
        let [h1, h2] = h.to_be_bytes();
        Ipv4Addr::new(g1, g2, h1, h2)
    };
    if [a, b, c, d, e] == [0; 5] && (f == 0xffff || (f == 0 && (g, h) > (0, 1))) {
        return Some(last_two());
    }
    if a == 0x0064 && b == 0xff9b {
        // The local-use prefix 64:ff9b:1::/48 may embed in several places; all of it is local.
        return Some(if [c, d, e, f] == [0; 4] {
            last_two()
        } else {
            Ipv4Addr::LOCALHOST
        });
    }
    if a == 0x2002 {
        let [b1, b2] = b.to_be_bytes();
        let [c1, c2] = c.to_be_bytes();
        return Some(Ipv4Addr::new(b1, b2, c1, c2));
    }
    if a == 0x2001 && b == 0 {
        return Some(Ipv4Addr::LOCALHOST);
    }
    None
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only global unicast, 2000::/3, less its documentation and benchmarking corners.
    let global_unicast = (a & 0xe000) == 0x2000;
    let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    let special_purpose = a == 0x2001 && b < 0x0200;
    global_unicast && !documentation && !special_purpose
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(url: &str, reach: Reach) -> Result<(), Blocked> {
        check_url(&Url::parse(url).unwrap(), reach)
    }

    #[test]
    fn a_real_wallet_reaches_no_spelling_of_the_local_network() {
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://017700000001/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://0.0.0.0/",
            "https://10.0.0.1/",
            "https://10.255.255.255/",
            "https://172.16.0.1/",
            "https://172.31.255.254/",
            "https://192.168.1.1/",
            "https://192.168.0.1:8443/",
            "https://169.254.169.254/latest/meta-data",
            "https://169.254.0.1/",
            "https://100.64.0.1/",
            "https://100.127.255.255/",
            "https://192.0.0.1/",
            "https://192.0.2.1/",
            "https://198.18.0.1/",
            "https://198.19.255.255/",
            "https://198.51.100.7/",
            "https://203.0.113.9/",
            "https://224.0.0.1/",
            "https://239.255.255.250/",
            "https://240.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::127.0.0.1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[64:ff9b:1::1]/",
            "https://[64:ff9b:1:ffff::8.8.8.8]/",
            "https://[2002:7f00:1::]/",
            "https://[2002:c0a8:101::1]/",
            "https://[2001::1]/",
            "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
            "https://[fc00::1]/",
            "https://[fd12:3456:789a::1]/",
            "https://[fe80::1]/",
            "https://[fec0::1]/",
            "https://[ff02::1]/",
            "https://[2001:db8::1]/",
            "https://[3fff::1]/",
            "https://[100::1]/",
            "https://[5f00::1]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://shop.localhost/",
            "https://printer/",
            "https://router.lan/",
            "https://nas.local/",
            "https://db.internal/",
            "https://thing.home.arpa/",
            "https://abcdefghij.onion/",
            "https://192.88.99.1/",
        ] {
            assert_eq!(
                verdict(url, Reach::RealWorld),
                Err(Blocked::LocalNetwork),
                "{url}"
            );
        }
    }

    #[test]
    fn a_real_wallet_speaks_https_without_credentials_only() {
        assert_eq!(
            verdict("http://mint.example.com/", Reach::RealWorld),
            Err(Blocked::Scheme)
        );
        assert_eq!(
            verdict("ftp://mint.example.com/", Reach::RealWorld),
            Err(Blocked::Scheme)
        );
        assert_eq!(
            verdict("https://user:secret@mint.example.com/", Reach::RealWorld),
            Err(Blocked::Credentials)
        );
        assert_eq!(
            verdict("https://mint.example.com:3338/x", Reach::RealWorld),
            Ok(())
        );
        assert_eq!(verdict("https://8.8.8.8/", Reach::RealWorld), Ok(()));
        assert_eq!(
            verdict("https://[2606:4700::1111]/", Reach::RealWorld),
            Ok(())
        );
    }

    #[test]
    fn a_practice_wallet_reaches_loopback_and_nothing_else() {
        for url in [
            "http://127.0.0.1:7000/",
            "http://127.9.9.9/",
            "http://[::1]:3338/",
            "http://localhost:7000/",
        ] {
            assert_eq!(verdict(url, Reach::Loopback), Ok(()), "{url}");
        }
        for url in [
            "http://8.8.8.8/",
            "https://mint.example.com/",
            "http://10.0.0.1/",
            "http://192.168.1.1/",
            "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert_eq!(
                verdict(url, Reach::Loopback),
                Err(Blocked::OutsidePractice),
                "{url}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_address_is_fit_for_both_kinds_of_wallet(bits: u128, v4: u32) {
            for address in [IpAddr::V6(Ipv6Addr::from(bits)), IpAddr::V4(Ipv4Addr::from(v4))] {
                let real = check_address(address, Reach::RealWorld).is_ok();
                let practice = check_address(address, Reach::Loopback).is_ok();
                proptest::prop_assert!(!(real && practice));
            }
        }
    }
}
