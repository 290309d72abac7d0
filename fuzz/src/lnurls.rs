//! What payees, vouchers' makers and sites answer over LNURL.

use farthing_rails::Telling;
use farthing_rails::lnurl::{
    Answer, Claimed, SuccessAction, Voucher, read_answer, read_verification,
};

/// Where everything was asked.
const ASKED: &str = "https://payee.example/.well-known/lnurlp/ada";
/// Divides the answer to the first question from that to the second.
pub(crate) const NEXT: [u8; 2] = [0, 0];

/// Two answers: what an address is for, and what it says to being asked for an invoice or to being
/// handed one.
pub fn lnurl_reply(data: &[u8]) {
    let at = data.windows(2).position(|pair| pair == NEXT);
    let (first, second) = match at {
        Some(at) => (&data[..at], &data[at + 2..]),
        None => (data, &b""[..]),
    };
    let asked = ASKED.parse().unwrap();
    match read_answer(&asked, first) {
        Ok(Answer::Pay(offer)) => {
            assert!(offer.least_msat > 0 && offer.least_msat <= offer.most_msat);
            plain(offer.about.as_str());
            for what in &offer.asks.unknown {
                plain(what.as_str());
            }
            for why in offer.asks.known.iter().filter_map(|ask| ask.why.as_ref()) {
                plain(why.as_str());
            }
            let msat = offer.least_msat;
            if let Ok(bill) = offer.till.read_bill(msat, &Telling::nothing(), second) {
                assert_eq!(bill.invoice.amount_msat, Some(msat));
                if let Some(verify) = bill.verify {
                    assert_eq!(verify.host_str(), Some("payee.example"));
                }
                if let Some(SuccessAction::Url { url, .. }) = &bill.success {
                    assert!(url.starts_with("https://payee.example"), "{url}");
                }
                if let Some(
                    SuccessAction::Message { text }
                    | SuccessAction::Url { text, .. }
                    | SuccessAction::Aes { text, .. },
                ) = &bill.success
                {
                    plain(text);
                }
            }
        }
        Ok(Answer::Voucher(voucher)) => {
            assert!(voucher.most_msat > 0 && voucher.least_msat <= voucher.most_msat);
            assert_eq!(voucher.origin(), "https://payee.example");
            plain(voucher.about.as_str());
            if let Claimed::Refused(reason) = Voucher::read_claim(second) {
                plain(reason.as_str());
            }
        }
        Ok(_) => {}
        Err(error) => plain(&error.to_string()),
    }
    // No preimage fits such a hash.
    assert!(!matches!(
        read_verification(&"00".repeat(32), second),
        Ok(Some(_))
    ));
}

fn plain(text: &str) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(text.chars().count() <= 2_000);
}
