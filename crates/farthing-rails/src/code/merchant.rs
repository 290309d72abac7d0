//! Merchant codes of banks and card schemes: EMVCo's merchant-presented QR codes.
//!
//! We are no member of any scheme, so such a code is paid only where a Lightning address stands in
//! it. It is read whole all the same: the person learns who asks for how much, and who can pay it.

use super::{
    CodeError, CodeKind, PaymentCode, Plain, currency, lnurl, plain_text, unsupported::starts_emv,
};

/// Longest name, city and the like, in characters; EMVCo allows 25 and fewer.
const MAX_WORDS: usize = 99;

/// Templates looked into for a Lightning address, nested this deep at most.
const DEEPEST: usize = 2;

/// A merchant code whose checksum holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MerchantCode {
    /// The merchant's name for itself.
    pub name: Option<Plain>,
    /// Where it is.
    pub city: Option<Plain>,
    /// Its country, two letters.
    pub country: Option<String>,
    /// The amount as it is written, a plain decimal above zero. `None`: the payer says how much.
    pub amount: Option<String>,
    /// The currency of the amount, three letters.
    pub currency: Option<&'static str>,
    /// What the merchant adds to the amount.
    pub extra: Extra,
    /// The merchant's own number for this sale.
    pub reference: Option<Plain>,
    /// Who can pay it, by the names of their schemes.
    pub schemes: Vec<Plain>,
    /// A Lightning invoice, address or LNURL that stands in it: someone's gateway between Lightning
    /// and this merchant.
    pub gateway: Option<Box<PaymentCode>>,
}

/// What a merchant adds to the amount (tags 55 to 57).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extra {
    /// Nothing.
    None,
    /// The payer is to be asked for a tip.
    Tip,
    /// A fixed fee, as it is written, in the currency of the amount.
    Fixed(String),
    /// So many percent, as it is written.
    Percent(String),
}

/// A tag's number and its text.
type Field<'a> = (u8, &'a str);

impl MerchantCode {
    pub(super) fn looks_like(text: &str) -> bool {
        starts_emv(text)
    }

    pub(super) fn read(text: &str) -> Result<PaymentCode, CodeError> {
        check_sum(text)?;
        let fields = fields(text)?;
        let mut seen = [false; 100];
        for (tag, _) in &fields {
            let slot = seen
                .get_mut(usize::from(*tag))
                .ok_or_else(|| damaged("a tag of it cannot be read"))?;
            if std::mem::replace(slot, true) {
                return Err(damaged("it says the same thing twice"));
            }
        }
        let find = |wanted: u8| {
            fields
                .iter()
                .find(|(tag, _)| *tag == wanted)
                .map(|(_, value)| *value)
        };
        let amount = match find(54) {
            Some(text) if is_amount(text) => Some(text.to_owned()),
            Some(_) => return Err(damaged("its amount cannot be read")),
            None => None,
        };
        let currency = match find(53) {
            Some(number) => Some(
                number
                    .parse()
                    .ok()
                    .filter(|_| number.len() == 3)
                    .and_then(currency::letters_of)
                    .ok_or_else(|| damaged("its currency is not known"))?,
            ),
            None if amount.is_some() => return Err(damaged("it names an amount but no currency")),
            None => None,
        };
        let more = match find(62) {
            Some(inside) => self::fields(inside)?,
            None => Vec::new(),
        };
        // 01 bill number, 05 reference label.
        let reference = more
            .iter()
            .find(|(tag, _)| matches!(tag, 1 | 5))
            .and_then(|(_, value)| words(value));
        Ok(PaymentCode::Merchant(Box::new(Self {
            name: find(59).and_then(words),
            city: find(60).and_then(words),
            country: find(58)
                .filter(|c| c.len() == 2 && c.bytes().all(|b| b.is_ascii_alphabetic()))
                .map(str::to_ascii_uppercase),
            amount,
            currency,
            extra: extra(find(55), find(56), find(57))?,
            reference,
            schemes: schemes(&fields)?,
            gateway: gateway(&fields, 0).map(Box::new),
        })))
    }
}

fn extra(
    kind: Option<&str>,
    fixed: Option<&str>,
    percent: Option<&str>,
) -> Result<Extra, CodeError> {
    let wrong = || damaged("the fee it adds cannot be read");
    match (kind, fixed, percent) {
        (None, None, None) => Ok(Extra::None),
        (Some("01"), None, None) => Ok(Extra::Tip),
        (Some("02"), Some(fee), None) if is_amount(fee) => Ok(Extra::Fixed(fee.to_owned())),
        (Some("03"), None, Some(part)) if is_amount(part) => {
            let whole = part.split('.').next().unwrap_or(part);
            // EMVCo: from 00.01 to 99.99.
            (whole.len() <= 2)
                .then(|| Extra::Percent(part.to_owned()))
                .ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// A plain decimal above zero of at most 13 characters.
fn is_amount(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    text.len() <= 13
        && [whole, part]
            .iter()
            .all(|s| s.bytes().all(|b| b.is_ascii_digit()))
        && !whole.is_empty()
        && text.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

fn words(value: &str) -> Option<Plain> {
    Some(plain_text(value, MAX_WORDS)).filter(|words| !words.is_empty())
}

/// The tags of one level. Lengths count characters, as in the specification's own Chinese example.
fn fields(text: &str) -> Result<Vec<Field<'_>>, CodeError> {
    let mut fields = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let two = |from: usize| {
            rest.get(from..from + 2)
                .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|digits| digits.parse::<u8>().ok())
        };
        let (Some(tag), Some(length)) = (two(0), two(2)) else {
            return Err(damaged("its fields cannot be told apart"));
        };
        let value = rest.get(4..).unwrap_or_default();
        let end = match usize::from(length) {
            0 => return Err(damaged("one of its fields is empty")),
            length => value
                .char_indices()
                .map(|(at, c)| at + c.len_utf8())
                .nth(length - 1)
                .ok_or_else(|| damaged("its last field is cut off"))?,
        };
        let (value, after) = value.split_at(end);
        fields.push((tag, value));
        rest = after;
    }
    Ok(fields)
}

/// CRC-16/IBM-3740 over everything up to and with the checksum's own tag and length.
fn check_sum(text: &str) -> Result<(), CodeError> {
    let wrong = || damaged("its checksum does not match, so some characters are missing or wrong");
    let at = text.len().checked_sub(4).ok_or_else(wrong)?;
    let (before, sum) = text.split_at_checked(at).ok_or_else(wrong)?;
    let said = u16::from_str_radix(sum, 16).map_err(|_| wrong())?;
    let mut crc = 0xffff_u16;
    for byte in before.bytes() {
        crc ^= u16::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            };
        }
    }
    (before.ends_with("6304") && crc == said)
        .then_some(())
        .ok_or_else(wrong)
}

/// The schemes that take the code: card networks by their tags, others by the name in their template.
fn schemes(fields: &[Field<'_>]) -> Result<Vec<Plain>, CodeError> {
    let mut found: Vec<Plain> = Vec::new();
    for (tag, value) in fields {
        let name = match tag {
            2 | 3 => "Visa".to_owned(),
            4 | 5 => "Mastercard".to_owned(),
            9 | 10 => "Discover".to_owned(),
            11 | 12 => "American Express".to_owned(),
            13 | 14 => "JCB".to_owned(),
            15 | 16 => "UnionPay".to_owned(),
            26..=51 => {
                let inside = self::fields(value)?;
                let Some((_, id)) = inside.iter().find(|(tag, _)| *tag == 0) else {
                    continue;
                };
                scheme_called(id)
            }
            _ => continue,
        };
        let name = plain_text(&name, MAX_WORDS);
        if !name.is_empty() && !found.contains(&name) {
            found.push(name);
        }
    }
    Ok(found)
}

/// A scheme by the identifier in its template; the identifier itself where we know no name.
fn scheme_called(id: &str) -> String {
    const KNOWN: [(&str, &str); 14] = [
        ("A000000003", "Visa"),
        ("A000000004", "Mastercard"),
        ("A000000333", "UnionPay"),
        ("A000000524", "RuPay and UPI"),
        ("A000000615", "DuitNow"),
        ("A000000677", "PromptPay"),
        ("A000000727", "VietQR"),
        ("BR.GOV.BCB.PIX", "Pix"),
        ("COM.P2PQRPAY", "QR Ph"),
        ("HK.COM.HKICL", "FPS"),
        ("ID.CO.", "QRIS"),
        ("KE.", "Kenya's QR standard"),
        ("SG.COM.NETS", "NETS"),
        ("SG.PAYNOW", "PayNow"),
    ];
    let upper = id.to_ascii_uppercase();
    KNOWN
        .iter()
        .find(|(start, _)| upper.starts_with(start))
        .map_or_else(|| id.to_owned(), |(_, name)| (*name).to_owned())
}

/// The first Lightning invoice, address or LNURL in a merchant's account, in the additional data or
/// in an unreserved template.
fn gateway(fields: &[Field<'_>], depth: usize) -> Option<PaymentCode> {
    fields
        .iter()
        .filter(|(tag, _)| depth > 0 || matches!(tag, 26..=51 | 62 | 80..=99))
        .find_map(|(_, value)| match self::fields(value) {
            // A template is looked into; as a whole it could pass for a name before an `@`.
            Ok(inside) if depth < DEEPEST => gateway(&inside, depth + 1),
            Ok(_) => None,
            Err(_) => match super::bare_lightning(value).or_else(|| lnurl::bare(value)) {
                Some(Ok(code @ (PaymentCode::Invoice(_) | PaymentCode::Lnurl(_)))) => Some(code),
                _ => None,
            },
        })
}

fn damaged(why: &'static str) -> CodeError {
    CodeError::Damaged {
        kind: CodeKind::MerchantCode,
        why,
    }
}
