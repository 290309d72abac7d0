//! Payment codes, addresses, and the words of strangers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bech32::{Bech32, Bech32m, Hrp, NoChecksum};
use farthing_rails::code::{self as rails, PaymentCode};
use farthing_rails::gate::{Gate, Reach};

/// Whatever a person scans, pastes or opens.
pub fn code(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        check(text);
    }
}

/// The bytes inside a code: the envelope is always right, so the fuzzer reaches what is in it.
pub fn carried_code(data: &[u8]) {
    let Some((kind, inside)) = data.split_first() else {
        return;
    };
    let base64 = |prefix: &str| format!("{prefix}{}", URL_SAFE_NO_PAD.encode(inside));
    let text = match kind % 7 {
        0 => base64("creqA"),
        1 => base64("cashuA"),
        2 => base64("cashuB"),
        3 => bech32::encode::<Bech32m>(Hrp::parse_unchecked("creqb"), inside).unwrap_or_default(),
        4 => bech32::encode::<Bech32>(Hrp::parse_unchecked("lnurl"), inside).unwrap_or_default(),
        5 => bech32::encode::<Bech32>(Hrp::parse_unchecked("lnbc"), inside).unwrap_or_default(),
        _ => bech32::encode::<NoChecksum>(Hrp::parse_unchecked("lno"), inside).unwrap_or_default(),
    };
    check(&text);
}

/// A merchant's code whose checksum and lengths are always right, so the fuzzer reaches its fields:
/// each is a tag in one byte and its text, up to a zero; a tag above 128 opens a template, which the
/// byte 1 divides in the same way.
pub fn merchant_code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let body = fields(&text, '\0');
    let whole = format!("000201{body}6304");
    check(&format!("{whole}{:04X}", sum(whole.as_bytes())));
}

fn fields(text: &str, end: char) -> String {
    let field = |field: &str| {
        let mut letters = field.chars();
        let tag = u32::from(letters.next()?);
        let inside = letters.as_str();
        let value = if end == '\0' && tag >= 128 {
            fields(inside, '\u{1}')
        } else {
            inside.to_owned()
        };
        let value: String = value.chars().take(99).collect();
        let length = value.chars().count();
        Some(format!("{:02}{length:02}{value}", tag % 100))
    };
    text.split(end).filter_map(field).collect()
}

/// CRC-16/IBM-3740, bit by bit.
fn sum(bytes: &[u8]) -> u16 {
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |n| byte >> n & 1));
    bits.fold(0xffff, |sum: u16, bit| {
        let odd = (sum >> 15) ^ u16::from(bit);
        (sum << 1) ^ (odd * 0x1021)
    })
}

fn check(text: &str) {
    if let Ok(read) = rails::read(text) {
        holds(&read);
    }
}

fn holds(read: &PaymentCode) {
    match read {
        PaymentCode::Page(url) => {
            assert!(matches!(url.scheme(), "http" | "https"), "{url}");
            assert!(url.has_host() && url.username().is_empty() && url.password().is_none());
        }
        // What a code says of itself is what it is: a review and a payment read it again.
        PaymentCode::Invoice(one) if one.label.is_none() && one.suggested_msat.is_none() => {
            assert_eq!(rails::read(&one.text).as_ref(), Ok(read));
        }
        PaymentCode::Offer(one) => {
            assert!(one.amount_msat != Some(0));
            if one.label.is_none() && one.suggested_msat.is_none() {
                assert_eq!(rails::read(&one.text).as_ref(), Ok(read));
            }
        }
        PaymentCode::Request(one) => assert_eq!(rails::read(&one.text).as_ref(), Ok(read)),
        PaymentCode::Token(one) => assert_eq!(rails::read(&one.text).as_ref(), Ok(read)),
        PaymentCode::Lnurl(one) => {
            let url = &one.url;
            assert!(matches!(url.scheme(), "http" | "https") && url.username().is_empty());
            if let Some(address) = &one.address {
                // A name like a code of another kind, `creqb1@…`, is taken for that when it stands alone.
                if let Ok(PaymentCode::Lnurl(again)) = rails::read(&address.to_string()) {
                    assert_eq!(again.url, one.url);
                }
            }
        }
        PaymentCode::SignIn(one) => {
            assert!(matches!(one.url.scheme(), "http" | "https") && one.url.has_host());
        }
        // Every way is one this wallet knows, and none is hidden in another.
        PaymentCode::Several(several) => {
            assert!(several.ways.len() > 1);
            for way in &several.ways {
                assert!(matches!(
                    way,
                    PaymentCode::Invoice(_)
                        | PaymentCode::Offer(_)
                        | PaymentCode::Request(_)
                        | PaymentCode::Lnurl(_)
                ));
                holds(way);
            }
        }
        PaymentCode::Merchant(one) => {
            for words in [&one.name, &one.city, &one.reference].into_iter().flatten() {
                assert!(!words.as_str().chars().any(char::is_control));
            }
            if let Some(gateway) = one.gateway.as_deref() {
                holds(gateway);
            }
        }
        _ => {}
    }
}

/// Text of a stranger, before it is shown.
pub fn plain_text(data: &[u8]) {
    let Some((max, text)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    let max = usize::from(*max);
    let shown = rails::plain_text(&text, max);
    assert!(shown.as_str().chars().count() <= max);
    assert!(!shown.as_str().chars().any(char::is_control));
    let again = rails::plain_text(shown.as_str(), max);
    assert_eq!(again.as_str(), shown.as_str());
    assert_eq!(again.removed(), 0);
}

/// Addresses somebody else chose.
pub fn address(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    thread_local! {
        static GATES: [Gate; 2] =
            [Reach::RealWorld, Reach::Loopback].map(Gate::new);
    }
    GATES.with(|[real, practice]| {
        let real = real.check(text);
        let practice = practice.check(text);
        if let Ok(url) = &real {
            assert_eq!(url.scheme(), "https");
            assert!(url.username().is_empty() && url.password().is_none());
            // Judged by the standard library, not by the list that is under test.
            match url.host_str().unwrap().trim_matches(['[', ']']).parse() {
                Ok(std::net::IpAddr::V4(ip)) => {
                    assert!(!ip.is_loopback() && !ip.is_private() && !ip.is_link_local());
                    assert!(!ip.is_unspecified() && !ip.is_broadcast() && !ip.is_multicast());
                }
                Ok(std::net::IpAddr::V6(ip)) => {
                    assert!(!ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast());
                    assert!(!ip.is_unique_local() && !ip.is_unicast_link_local());
                    let inner = ip.to_ipv4();
                    assert!(!inner.is_some_and(|ip| ip.is_loopback() || ip.is_private()));
                }
                Err(_) => assert_ne!(url.host_str(), Some("localhost")),
            }
        }
        assert!(
            real.is_err() || practice.is_err(),
            "{text:?} is in both worlds"
        );
    });
}
