//! The vectors are those of BOLT 12.

use serde::Deserialize;

use super::*;

const OFFERS: &str = include_str!("../vectors/bolt12_offers.json");
const FORMATS: &str = include_str!("../vectors/bolt12_format.json");

/// "Test vectors", 10,000 msat.
pub(super) const FIXED: &str =
    "lno1pqpzwyq2p32x2um5ypmx2cm5dae8x93pqthvwfzadd7jejes8q9lhc4rvjxd022zv5l44g6qah82ru5rdpnpj";
/// "Test vectors", of any amount.
const OPEN: &str =
    "lno1pgx9getnwss8vetrw3hhyuckyypwa3eyt44h6txtxquqh7lz5djge4afgfjn7k4rgrkuag0jsd5xvxg";
/// The same at 100.00 USD.
const DOLLARS: &str = "lno1qcp4256ypqpzwyq2p32x2um5ypmx2cm5dae8x93pqthvwfzadd7jejes8q9lhc4rvjxd022zv5l44g6qah82ru5rdpnpj";
/// The key in all of them.
const KEY: &str = "02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619";

#[derive(Deserialize)]
struct Vector {
    says: String,
    valid: bool,
    offer: String,
}

fn offer(text: &str) -> Offer {
    match read(text) {
        Ok(PaymentCode::Offer(offer)) => *offer,
        other => panic!("not an offer: {other:?}"),
    }
}

/// What BOLT 12 calls valid is an offer, or is called by the name of what issuers cannot be told.
#[test]
fn every_valid_offer_of_bolt_12_is_known_and_no_invalid_one_is_read() {
    use UnsupportedKind as K;
    for (vectors, count) in [(OFFERS, 53), (FORMATS, 12)] {
        let vectors: Vec<Vector> = serde_json::from_str(vectors).unwrap();
        assert_eq!(vectors.len(), count);
        for Vector { says, valid, offer } in vectors {
            let read = read(&offer);
            if !valid {
                let refused = matches!(
                    read,
                    Err(CodeError::Damaged {
                        kind: CodeKind::Offer,
                        ..
                    })
                );
                assert!(refused, "{says}: {read:?}");
            } else if says.contains("quantity") {
                assert_eq!(read.unwrap().kind(), Some(K::OfferOfThings), "{says}");
            } else if says.contains("currency") {
                assert_eq!(read.unwrap().kind(), Some(K::OfferInCurrency), "{says}");
            } else {
                assert!(
                    matches!(read, Ok(PaymentCode::Offer(_))),
                    "{says}: {read:?}"
                );
            }
        }
    }
}

#[test]
fn an_offer_says_everything_a_review_needs() {
    let fixed = offer(FIXED);
    assert_eq!(fixed.amount_msat, Some(10_000));
    assert_eq!(fixed.about, Some(plain_text("Test vectors", 100)));
    assert_eq!(fixed.payee.as_deref(), Some(KEY));
    assert_eq!(fixed.id.len(), 64);
    assert_eq!((fixed.issuer, fixed.expires_at), (None, None));
    assert_eq!(fixed.networks, [Network::Bitcoin]);
    assert_eq!(offer(OPEN).amount_msat, None);
    assert_ne!(offer(OPEN).id, offer(FIXED).id);

    let vectors: Vec<Vector> = serde_json::from_str(OFFERS).unwrap();
    let saying = |says: &str| {
        let found = vectors.iter().find(|vector| vector.says.contains(says));
        offer(&found.unwrap().offer)
    };
    assert_eq!(saying("for testnet").networks, [Network::Testnet]);
    assert_eq!(saying("liquidv1").networks, [Network::Bitcoin]);
    assert_eq!(saying("with expiry").expires_at, Some(2_051_184_600));
    assert_eq!(
        saying("with issuer").issuer.unwrap().as_str(),
        "https://bolt12.org BOLT12 industries"
    );
    assert_eq!(saying("no issuer_id").payee, None);
}

#[test]
fn an_offer_is_the_same_however_it_is_wrapped() {
    let plain = offer(FIXED);
    assert_eq!(plain.text, FIXED);
    let (start, end) = FIXED.split_at(20);
    let (first, rest) = FIXED.split_at(1);
    for text in [
        FIXED.to_uppercase(),
        format!("lightning:{FIXED}"),
        format!("LIGHTNING:{}", FIXED.to_uppercase()),
        format!("{start}+{end}"),
        format!("{first}+ {rest}"),
        format!("lightning:{start}+\r\n  {end}"),
        format!("bitcoin:?lno={FIXED}"),
        format!("BITCOIN:?AMOUNT=0.0000001&LNO={}", FIXED.to_uppercase()),
        format!("bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq?lightning={FIXED}"),
        format!("bitcoin:?lno={DOLLARS}&lno={FIXED}"),
        format!("bitcoin:?lno={FIXED}&lightning={FIXED}"),
        format!("https://shop.example/?lightning={FIXED}"),
    ] {
        assert_eq!(offer(&text), plain, "{text}");
    }
}

#[test]
fn a_link_says_the_amount_of_an_open_offer_and_must_say_that_of_another() {
    let tip = offer(&format!("bitcoin:?amount=0.00000021&label=Ada&lno={OPEN}"));
    assert_eq!((tip.amount_msat, tip.suggested_msat), (None, Some(21_000)));
    assert_eq!(tip.label, Some(plain_text("Ada", 10)));
    assert!(read(&format!("bitcoin:?amount=0.00000021&lno={FIXED}")).is_err());

    let Ok(PaymentCode::Several(several)) =
        read(&format!("bitcoin:?lightning={DONATION}&lno={OPEN}"))
    else {
        panic!("one way only")
    };
    assert!(matches!(
        several.ways[..],
        [PaymentCode::Invoice(_), PaymentCode::Offer(_)]
    ));
    // One that nobody can read keeps nobody from the other way.
    assert_eq!(
        invoice(&format!("bitcoin:?lightning={COFFEE}&lno=lno1zcss9mk8")),
        invoice(COFFEE)
    );
}

#[test]
fn somebody_whose_name_begins_like_an_offer_is_no_offer() {
    assert!(matches!(
        read("lno1ve@example.com"),
        Ok(PaymentCode::Lnurl(_))
    ));
    assert_eq!(
        read("l no 1 is home").unwrap().kind(),
        Some(UnsupportedKind::Unknown)
    );
}
