//! `bitcoin:` links with several ways to pay (BIP-21, BIP-321).

use super::{
    CodeError, CodeKind, Offer, PaymentCode, Plain, UnsupportedKind, bare_cashu, dispatch,
    plain_text, uri,
};

/// Labels longer than this are shortened, in characters.
const MAX_LABEL: usize = 100;

/// Millisatoshis in the smallest place of a bitcoin amount.
const MSAT_PER_SAT: u64 = 1_000;

/// Decimal places of a bitcoin amount.
const BTC_PLACES: usize = 8;

/// Several ways to make one payment, of which one is to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Several {
    /// The ways this wallet knows, at least two: invoices, requests, offers and LNURLs.
    pub ways: Vec<PaymentCode>,
    /// The others.
    pub unpayable: Vec<UnsupportedKind>,
}

/// `bitcoin:ADDRESS?amount=…&label=…&lightning=…&creq=…&lno=…`.
///
/// Anything that could be read in two ways is refused: parameters given twice, unknown ones marked
/// as required, amounts that disagree.
pub(super) fn read(rest: &str) -> Result<PaymentCode, CodeError> {
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut amount = None;
    let mut lightning = None;
    let mut creq = None;
    let mut label = None;
    let mut message = None;
    let mut pop = None;
    let mut offers = Vec::new();
    let mut unpayable = Vec::new();
    for (key, value) in uri::pairs(query) {
        let slot = match key.to_ascii_lowercase().as_str() {
            "amount" => &mut amount,
            "lightning" => &mut lightning,
            "creq" => &mut creq,
            "label" => &mut label,
            "message" => &mut message,
            // Where a proof of payment is wanted. We send none, and `req-pop` is refused below.
            "pop" => &mut pop,
            // BIP-321 lets a payee name several offers.
            "lno" => {
                offers.push(value);
                continue;
            }
            required if required.starts_with("req-") => {
                return Err(damaged("it demands something that we do not know"));
            }
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(damaged("it says the same thing twice"));
        }
    }
    let offer = first_payable(&offers);
    if let Some(Ok(PaymentCode::Unsupported(seen))) = &offer {
        unpayable.push(seen.kind);
    }
    if !address.is_empty() {
        unpayable.push(UnsupportedKind::OnChain);
    }
    let amount = amount
        .map(|btc| msat_from_btc(&btc).ok_or_else(|| damaged("its amount cannot be read")))
        .transpose()?;
    let label = label
        .or(message)
        .map(|words| plain_text(&words, MAX_LABEL))
        .filter(|words| !words.is_empty());

    let mut ways = Vec::new();
    for found in [
        lightning.map(|text| by_lightning(inner(&text), amount, label.as_ref())),
        creq.map(|text| by_request(&text, amount)),
    ] {
        match found.transpose()? {
            Some(PaymentCode::Unsupported(seen)) => unpayable.insert(0, seen.kind),
            Some(way) => ways.push(way),
            None => {}
        }
    }
    match offer {
        Some(Ok(offer @ PaymentCode::Offer(_))) => {
            let offer = by_lightning(Ok(offer), amount, label.as_ref())?;
            if !ways.contains(&offer) {
                ways.push(offer);
            }
        }
        // Beside another way, one that nobody can read is passed over.
        Some(Err(error)) if ways.is_empty() => return Err(error),
        _ => {}
    }
    let way = ways.pop();
    match (way, ways.is_empty()) {
        (Some(way), true) => Ok(way),
        (Some(way), false) => {
            ways.push(way);
            Ok(PaymentCode::Several(Box::new(Several { ways, unpayable })))
        }
        (None, _) => Ok(unpayable
            .first()
            .copied()
            .unwrap_or(UnsupportedKind::OnChain)
            .into()),
    }
}

/// The first offer that can be paid. Without one, what is to be said of the first.
fn first_payable(offers: &[String]) -> Option<Result<PaymentCode, CodeError>> {
    let mut read = offers.iter().map(|text| {
        if Offer::looks_like(text) {
            Offer::read(text)
        } else {
            Ok(UnsupportedKind::Bolt12.into())
        }
    });
    let first = read.next()?;
    if let Ok(PaymentCode::Offer(_)) = first {
        return Some(first);
    }
    let payable = read.find(|other| matches!(other, Ok(PaymentCode::Offer(_))));
    payable.or(Some(first))
}

fn by_lightning(
    code: Result<PaymentCode, CodeError>,
    amount: Option<u64>,
    label: Option<&Plain>,
) -> Result<PaymentCode, CodeError> {
    let mut code = code?;
    match &mut code {
        PaymentCode::Invoice(invoice) => {
            invoice.suggested_msat = suggested(invoice.amount_msat, amount)?;
            invoice.label = label.cloned();
        }
        PaymentCode::Offer(offer) => {
            offer.suggested_msat = suggested(offer.amount_msat, amount)?;
            offer.label = label.cloned();
        }
        // Whose records are to be asked is said by a person, and not by another record.
        PaymentCode::Lnurl(lnurl) if lnurl.address.as_ref().is_some_and(|it| it.with_sign) => {
            return Err(damaged("one name is wrapped in another"));
        }
        PaymentCode::Lnurl(lnurl) => lnurl.suggested_msat = amount,
        PaymentCode::Unsupported(_) => {}
        _ => return Err(damaged("what it calls Lightning is something else")),
    }
    Ok(code)
}

/// What the link says of the amount where the code in it leaves that open.
fn suggested(asked: Option<u64>, linked: Option<u64>) -> Result<Option<u64>, CodeError> {
    match (asked, linked) {
        (Some(asked), Some(linked)) if !same_to_the_satoshi(asked, linked) => {
            Err(damaged("its amount is not the amount of the code in it"))
        }
        (Some(_), _) => Ok(None),
        (None, linked) => Ok(linked),
    }
}

fn by_request(text: &str, amount: Option<u64>) -> Result<PaymentCode, CodeError> {
    let code =
        bare_cashu(text).unwrap_or_else(|| Err(damaged("the request in it cannot be read")))?;
    match &code {
        PaymentCode::Request(request) => {
            let same = match (request.amount, request.unit.as_deref(), amount) {
                (Some(asked), Some("sat"), Some(linked)) => {
                    asked.checked_mul(MSAT_PER_SAT) == Some(linked)
                }
                (Some(asked), Some("msat"), Some(linked)) => asked == linked,
                _ => true,
            };
            if same {
                Ok(code)
            } else {
                Err(damaged("its amount is not the amount of the request in it"))
            }
        }
        PaymentCode::Unsupported(_) => Ok(code),
        _ => Err(damaged("the request in it cannot be read")),
    }
}

/// A link can name whole satoshis only, so the payee had to round.
fn same_to_the_satoshi(signed_msat: u64, linked_msat: u64) -> bool {
    let linked = linked_msat / MSAT_PER_SAT;
    linked == signed_msat / MSAT_PER_SAT || linked == signed_msat.div_ceil(MSAT_PER_SAT)
}

/// `lightning=` may hold an LNURL or an offer, but no other wrapping.
pub(super) fn inner(text: &str) -> Result<PaymentCode, CodeError> {
    // The colon of a port comes after the name; that of a scheme comes first.
    if text
        .split('@')
        .next()
        .is_some_and(|start| start.contains(':'))
    {
        return Err(damaged("one link is wrapped in another"));
    }
    dispatch(text)
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
