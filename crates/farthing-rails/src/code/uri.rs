//! The wrappings codes come in: schemes, and web addresses around something else.

use url::Url;
use url::form_urlencoded;

use super::{CodeError, CodeKind, PaymentCode, Token, bitcoin, lnurl};

/// What follows `scheme:` or `scheme://`, whatever the case of the scheme.
pub(super) fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (found, rest) = text.split_once(':')?;
    found
        .eq_ignore_ascii_case(scheme)
        .then(|| rest.strip_prefix("//").unwrap_or(rest))
}

pub(super) fn has_scheme(text: &str, scheme: &str) -> bool {
    strip_scheme(text, scheme).is_some()
}

/// An `http` or `https` address with a host and without a user name.
///
/// A user name is refused because `https://bank.example@evil.example` reads like the bank.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    // The parser drops line breaks and tabs silently, so two texts could become one address.
    if text.contains(char::is_control) || super::plain::count_invisible(text) > 0 {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (is_web && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// A web page, unless it only wraps something else: a token after `#token=`, an LNURL after
/// `lightning=`, a request to sign in.
pub(super) fn read_page(text: &str) -> Result<PaymentCode, CodeError> {
    let url = web_address(text).ok_or(CodeError::Damaged {
        kind: CodeKind::Page,
        why: "it has no host, or a user name in front of it",
    })?;
    for part in [url.query(), url.fragment()].into_iter().flatten() {
        if Token::looks_like(part) {
            return Token::read(part).map(PaymentCode::from);
        }
        for (key, value) in pairs(part) {
            if key == "token" && Token::looks_like(&value) {
                return Token::read(&value).map(PaymentCode::from);
            }
            if key == "lightning" {
                return bitcoin::inner(&value);
            }
        }
    }
    if url.as_str().len() > super::MAX_CODE_BYTES {
        return Err(CodeError::TooLong {
            max: super::MAX_CODE_BYTES,
        });
    }
    if url.scheme() == "https" && lnurl::asks_to_sign_in(&url) {
        return lnurl::signed_in_at(url);
    }
    Ok(PaymentCode::Page(url))
}

/// `key=value` pairs, percent-decoded. `+` stays: in these links it is a plus, not a space.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.replace('+', "%2B").as_bytes())
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}
