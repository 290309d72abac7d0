//! How a merchant can be reached about what it knows of a person: by an address it gave, or one
//! that its own site names (RFC 9116's `security.txt`, and the file of Global Privacy Control).

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use crate::gate::{Errand, Gate, GateError};

/// Longest address of a mailbox, in bytes (RFC 5321).
const LONGEST_MAILBOX: usize = 254;
/// Longest web address, in bytes.
const LONGEST_PAGE: usize = 500;
/// Most lines of a `security.txt` that are read.
const MOST_LINES: usize = 400;
/// Where a site says who is to be told of a hole in it, and often of everything else.
const SECURITY: &str = "/.well-known/security.txt";
/// Where it says how it takes "do not sell or share". The file may name a contact as well.
const PRIVACY: &str = "/.well-known/gpc.json";

/// A mailbox, a page or a telephone: nothing in it can be more than that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// `user@host`.
    Mailbox(String),
    /// An `https` address.
    Page(String),
    /// `tel:` and digits, perhaps after a `+`.
    Phone(String),
}

impl Contact {
    /// Reads what a merchant, its site or a person wrote: `user@host` or `mailto:user@host`, an
    /// `https` address, `tel:` and a number. What else a `mailto` link carries is left away: it
    /// could address a letter to others as well.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => (String::new(), text),
        };
        match scheme.as_str() {
            "" => mailbox(text),
            "mailto" => mailbox(rest.split('?').next().unwrap_or(rest)),
            "https" => page(text),
            "tel" => phone(rest),
            _ => None,
        }
    }

    /// Reads a mailbox and nothing else.
    #[must_use]
    pub fn read_mailbox(text: &str) -> Option<Self> {
        mailbox(text.trim())
    }

    /// The mailbox, if it is one.
    #[must_use]
    pub fn mailbox(&self) -> Option<&str> {
        match self {
            Self::Mailbox(address) => Some(address),
            Self::Page(_) | Self::Phone(_) => None,
        }
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(text) | Self::Page(text) | Self::Phone(text) => f.write_str(text),
        }
    }
}

/// Of RFC 5321's addresses those that everybody writes: no quotes, no comments, nothing that a
/// `mailto` link reads as more than an address.
fn mailbox(text: &str) -> Option<Contact> {
    let (user, host) = text.split_once('@')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$'*+-/=^_`{|}~.".contains(c);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let fits = text.len() <= LONGEST_MAILBOX
        && (1..=64).contains(&user.len())
        && user.chars().all(plain)
        && user.split('.').all(|part| !part.is_empty())
        && host.contains('.')
        && host.split('.').all(label);
    fits.then(|| Contact::Mailbox(format!("{user}@{}", host.to_ascii_lowercase())))
}

fn page(text: &str) -> Option<Contact> {
    let url = Url::parse(text).ok()?;
    let fits = url.scheme() == "https"
        && url.domain().is_some_and(|host| host.contains('.'))
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= LONGEST_PAGE;
    fits.then(|| Contact::Page(url.into()))
}

fn phone(text: &str) -> Option<Contact> {
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => ("", text),
    };
    let digits: String = rest.chars().filter(|c| !"-.() ".contains(*c)).collect();
    let fits = (3..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| Contact::Phone(format!("tel:{plus}{digits}")))
}

/// Asks a merchant's own site how it can be reached. Nothing that it answers with is followed.
///
/// # Errors
/// [`GateError`], where the site could not be asked. One that answers with something else has said
/// nothing.
pub async fn find_contact(
    gate: &Gate,
    origin: &str,
    now_ms: u64,
) -> Result<Option<Contact>, GateError> {
    let security = ask(gate, origin, SECURITY).await?;
    if let Some(found) = security.and_then(|text| in_security_txt(&text, now_ms)) {
        return Ok(Some(found));
    }
    let privacy = ask(gate, origin, PRIVACY).await?;
    Ok(privacy.and_then(|text| in_gpc_json(&text)))
}

/// A file of a site, if it has it.
async fn ask(gate: &Gate, origin: &str, path: &str) -> Result<Option<String>, GateError> {
    let url = gate.check(&format!("{origin}{path}"))?;
    match gate.get(Errand::Contact, url).await {
        Ok(reply) if reply.status == 200 => Ok(String::from_utf8(reply.body).ok()),
        Ok(_) | Err(GateError::ReplyTooLong | GateError::Packed) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The first contact of a `security.txt` that can be used; a mailbox before anything else, because
/// a letter can be made ready for it. A file that has run out says nothing.
fn in_security_txt(text: &str, now_ms: u64) -> Option<Contact> {
    let mut found: Option<Contact> = None;
    for line in text.lines().take(MOST_LINES) {
        // In a signed file a line that begins with a dash is written with another.
        let line = line.strip_prefix("- ").unwrap_or(line);
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if name.eq_ignore_ascii_case("expires") {
            let expires: Timestamp = value.trim().parse().ok()?;
            if u64::try_from(expires.as_millisecond()).unwrap_or(0) <= now_ms {
                return None;
            }
        } else if name.eq_ignore_ascii_case("contact") {
            let Some(contact) = Contact::read(value) else {
                continue;
            };
            let better = found
                .as_ref()
                .is_none_or(|found| found.mailbox().is_none() && contact.mailbox().is_some());
            if better {
                found = Some(contact);
            }
        }
    }
    found
}

/// The contact that a site's `gpc.json` names beside what its standard asks for.
fn in_gpc_json(text: &str) -> Option<Contact> {
    #[derive(Deserialize)]
    struct Privacy {
        #[serde(default)]
        contact: Option<String>,
    }
    let said: Privacy = serde_json::from_str(text).ok()?;
    Contact::read(&said.contact?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        Contact::read(text).map(|contact| contact.to_string())
    }

    #[test]
    fn a_mailbox_a_page_and_a_telephone_are_contacts() {
        for (text, contact) in [
            ("privacy@shop.example", "privacy@shop.example"),
            (" mailto:Privacy@Shop.Example ", "Privacy@shop.example"),
            ("MAILTO:a.b+c@shop.example", "a.b+c@shop.example"),
            (
                "https://shop.example/privacy",
                "https://shop.example/privacy",
            ),
            ("tel:+1-201-555-0123", "tel:+12015550123"),
        ] {
            assert_eq!(read(text).as_deref(), Some(contact), "{text}");
        }
    }

    #[test]
    fn a_mailto_link_addresses_one_letter_to_one_mailbox() {
        assert_eq!(
            read("mailto:privacy@shop.example?bcc=all@spy.example&body=hi").as_deref(),
            Some("privacy@shop.example")
        );
        for text in [
            "mailto:a@shop.example,b@spy.example",
            "mailto:a@shop.example%2Cb@spy.example",
            "mailto:a%0d%0aBcc:b@shop.example",
            "a@shop.example\nBcc: b@spy.example",
            "\"a b\"@shop.example",
            "a@b@shop.example",
            "a&b@shop.example",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn nothing_else_is_a_contact() {
        for text in [
            "",
            "shop.example",
            "@shop.example",
            "a@",
            "a@localhost",
            "a@-shop.example",
            ".a@shop.example",
            "http://shop.example/",
            "https://user:pw@shop.example/",
            "https://127.0.0.1/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "tel:112233445566778899",
            "tel:+1;ext=5",
            "a\u{202e}b@shop.example",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    const NOW: u64 = 1_795_000_000_000;

    fn in_file(text: &str) -> Option<String> {
        in_security_txt(text, NOW).map(|contact| contact.to_string())
    }

    #[test]
    fn the_example_of_rfc_9116_is_read() {
        let file = "# Our security address\nContact: mailto:security@example.com\n\n\
                    # Our PGP key\nEncryption: https://example.com/pgp-key.txt\n";
        assert_eq!(in_file(file).as_deref(), Some("security@example.com"));
        let ordered = "Contact: https://example.com/report\nContact: tel:+1-201-555-0123\n\
                       contact: mailto:security@example.com\nContact: b@example.com\n";
        assert_eq!(in_file(ordered).as_deref(), Some("security@example.com"));
        let page = "Contact: gopher://example.com\r\nContact: https://example.com/report\r\n";
        assert_eq!(in_file(page).as_deref(), Some("https://example.com/report"));
        let signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\
                      - Contact: mailto:security@example.com\n\
                      -----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";
        assert_eq!(in_file(signed).as_deref(), Some("security@example.com"));
    }

    #[test]
    fn a_file_that_has_run_out_says_nothing() {
        let of = |expires: &str| {
            in_file(&format!(
                "Contact: mailto:security@example.com\nExpires: {expires}\n"
            ))
        };
        assert!(of("2030-12-31T18:37:07z").is_some());
        assert!(of("2021-12-31T18:37:07z").is_none());
        assert!(of("some day").is_none());
    }

    #[test]
    fn a_contact_beside_what_privacy_control_asks_for_is_read() {
        let of = |text: &str| in_gpc_json(text).map(|contact| contact.to_string());
        assert_eq!(
            of(r#"{"gpc":true,"lastUpdate":"2026-01-01","contact":"mailto:p@shop.example"}"#)
                .as_deref(),
            Some("p@shop.example")
        );
        assert_eq!(of(r#"{"gpc":true}"#), None);
        assert_eq!(of("<html>"), None);
        assert_eq!(of(r#"{"contact":["a@shop.example"]}"#), None);
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_read_again_as_the_same_and_holds_nothing_unseen(
            text in "(mailto:|https://|tel:)?[a-z0-9@.%&?+\\-\\n\" ]{0,40}"
        ) {
            if let Some(contact) = Contact::read(&text) {
                let shown = contact.to_string();
                prop_assert!(shown.is_ascii() && !shown.contains(char::is_control));
                prop_assert_eq!(Contact::read(&shown), Some(contact));
            }
        }

        #[test]
        fn no_file_breaks_it(text in "(?s).{0,400}") {
            let _ = in_security_txt(&text, NOW);
            let _ = in_gpc_json(&text);
        }
    }
}
