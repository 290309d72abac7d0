//! The wrappings codes come in: `lightning:`, `cashu:`, `bitcoin:` (BIP 21) and web addresses.

use url::Url;
use url::form_urlencoded;

use super::{
    CodeError, CodeKind, Invoice, PaymentCode, Token, UnsupportedKind, bare_cashu, bare_lightning,
    dispatch, plain_text, unsupported,
};

/// Labels longer than this are shortened, in characters.
const MAX_LABEL: usize = 100;

/// Millisatoshis in the smallest place of a bitcoin amount.
const MSAT_PER_SAT: u64 = 1_000;

/// Decimal places of a bitcoin amount.
const BTC_PLACES: usize = 8;

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
pub(super) fn web_address(text: &str) -> Option<Url> {
    // The parser drops line breaks and tabs silently, so two texts could become one address.
    if text.contains(char::is_control) || super::plain::count_invisible(text) > 0 {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (is_web && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// A web page, unless it only wraps something else: a token after `#token=`, an LNURL after `lightning=`.
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
                return Ok(match bare_lightning(&value) {
                    Some(invoice) => invoice?,
                    None => unsupported::recognise(&value).into(),
                });
            }
        }
    }
    if url.as_str().len() > super::MAX_CODE_BYTES {
        return Err(CodeError::TooLong {
            max: super::MAX_CODE_BYTES,
        });
    }
    Ok(PaymentCode::Page(url))
}

/// `bitcoin:ADDRESS?amount=…&label=…&lightning=…&creq=…` (BIP 21).
///
/// Paid over Lightning when there is an invoice, with e-cash when there is only a request. Anything that
/// could be read in two ways is refused: parameters given twice, unknown ones marked as required, amounts
/// that disagree.
pub(super) fn read_bitcoin(rest: &str) -> Result<PaymentCode, CodeError> {
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let mut amount = None;
    let mut invoice = None;
    let mut request = None;
    let mut label = None;
    for (key, value) in pairs(query) {
        let slot = match key.to_ascii_lowercase().as_str() {
            "amount" => &mut amount,
            "lightning" => &mut invoice,
            "creq" => &mut request,
            "label" => &mut label,
            required if required.starts_with("req-") => {
                return Err(damaged("it demands something that we do not know"));
            }
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(damaged("it says the same thing twice"));
        }
    }
    let amount = amount
        .map(|btc| msat_from_btc(&btc).ok_or_else(|| damaged("its amount cannot be read")))
        .transpose()?;

    if let Some(text) = invoice {
        if !Invoice::looks_like(&text) {
            return dispatch_inner(&text);
        }
        let mut invoice = Invoice::read(&text)?;
        match (invoice.amount_msat, amount) {
            (Some(signed), Some(linked)) if !same_to_the_satoshi(signed, linked) => {
                return Err(damaged("its amount is not the amount of the invoice in it"));
            }
            (Some(_), _) => {}
            (None, linked) => invoice.suggested_msat = linked,
        }
        invoice.label = label
            .map(|words| plain_text(&words, MAX_LABEL))
            .filter(|words| !words.is_empty());
        return Ok(PaymentCode::Invoice(Box::new(invoice)));
    }
    if let Some(text) = request {
        let code = bare_cashu(&text)
            .unwrap_or_else(|| Err(damaged("the request in it cannot be read")))?;
        if let PaymentCode::Request(request) = &code {
            let same = match (request.amount, request.unit.as_deref(), amount) {
                (Some(asked), Some("sat"), Some(linked)) => {
                    asked.checked_mul(MSAT_PER_SAT) == Some(linked)
                }
                (Some(asked), Some("msat"), Some(linked)) => asked == linked,
                _ => true,
            };
            if !same {
                return Err(damaged("its amount is not the amount of the request in it"));
            }
        }
        return Ok(code);
    }
    Ok(UnsupportedKind::OnChain.into())
}

/// A link can name whole satoshis only, so the payee had to round.
fn same_to_the_satoshi(signed_msat: u64, linked_msat: u64) -> bool {
    let linked = linked_msat / MSAT_PER_SAT;
    linked == signed_msat / MSAT_PER_SAT || linked == signed_msat.div_ceil(MSAT_PER_SAT)
}

/// `lightning=` may hold an LNURL or an offer, but not another wrapping.
fn dispatch_inner(text: &str) -> Result<PaymentCode, CodeError> {
    if text.contains(':') {
        return Err(damaged("one link is wrapped in another"));
    }
    dispatch(text)
}

/// `key=value` pairs, percent-decoded. `+` stays: in these links it is a plus, not a space.
fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.replace('+', "%2B").as_bytes())
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}

/// `0.0001` bitcoin as millisatoshis; `None` for anything that is not a plain positive decimal.
fn msat_from_btc(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.len() + part.len() == 0 || part.len() > BTC_PLACES {
        return None;
    }
    let sat: u64 = format!("{whole}{part:0<BTC_PLACES$}").parse().ok()?;
    sat.checked_mul(MSAT_PER_SAT).filter(|msat| *msat > 0)
}

fn damaged(why: &'static str) -> CodeError {
    CodeError::Damaged {
        kind: CodeKind::BitcoinUri,
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitcoin_amounts_are_exact_or_refused() {
        assert_eq!(msat_from_btc("0.00000001"), Some(1_000));
        assert_eq!(msat_from_btc("20.3"), Some(2_030_000_000_000));
        assert_eq!(msat_from_btc(".5"), Some(50_000_000_000));
        for wrong in [
            "",
            ".",
            "0",
            "0.0",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "0.000000001",
            "1.2.3",
            "٣",
            "99999999999999",
        ] {
            assert_eq!(msat_from_btc(wrong), None, "{wrong}");
        }
    }
}
