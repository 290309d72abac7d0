//! Answers of payees and vouchers, honest and not.

use lightning_invoice::{Currency, InvoiceBuilder, PaymentSecret};
use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use farthing_policy::{Item, Purpose, SharingAsk, SharingDecision};

use super::*;
use crate::code::PaymentCode;
use crate::hexadecimal::hex;
use crate::telling::Telling;

const METADATA: &str = r#"[["text/plain","Busker, corner of 5th"],["text/long-desc","Songs\nand more"],["text/identifier","Busker@music.example"],["image/png;base64","AAAA"],["future",{"a":1}]]"#;

fn asked() -> Url {
    "https://music.example/.well-known/lnurlp/busker"
        .parse()
        .unwrap()
}

fn offer_with(change: impl FnOnce(&mut serde_json::Value)) -> Result<PayOffer, LnurlError> {
    let mut said = json!({
        "tag": "payRequest",
        "callback": "https://music.example/cb?id=7",
        "minSendable": 1_000,
        "maxSendable": 100_000_000,
        "metadata": METADATA,
        "commentAllowed": 140,
    });
    change(&mut said);
    match read_answer(&asked(), said.to_string().as_bytes())? {
        Answer::Pay(offer) => Ok(*offer),
        other => panic!("{other:?}"),
    }
}

fn offer() -> PayOffer {
    offer_with(|_| ()).unwrap()
}

/// An invoice signed by somebody for `metadata`.
fn invoice(msat: Option<u64>, metadata: &str) -> String {
    use cdk_common::bitcoin::hashes::{Hash, sha256};
    use cdk_common::bitcoin::secp256k1::{Secp256k1, SecretKey};
    let key = SecretKey::from_slice(&[9; 32]).unwrap();
    let builder = InvoiceBuilder::new(Currency::Regtest)
        .description_hash(sha256::Hash::hash(metadata.as_bytes()))
        .payment_hash(sha256::Hash::hash(&[1; 32]))
        .payment_secret(PaymentSecret([2; 32]))
        .duration_since_epoch(std::time::Duration::from_secs(1_795_000_000))
        .min_final_cltv_expiry_delta(18);
    let builder = match msat {
        Some(msat) => builder.amount_milli_satoshis(msat),
        None => builder,
    };
    builder
        .build_signed(|hash| Secp256k1::new().sign_ecdsa_recoverable(hash, &key))
        .unwrap()
        .to_string()
}

fn bill_with(change: impl FnOnce(&mut serde_json::Value)) -> Result<Bill, LnurlError> {
    let mut said = json!({"pr": invoice(Some(21_000), METADATA), "routes": []});
    change(&mut said);
    offer()
        .till
        .read_bill(21_000, &Telling::nothing(), said.to_string().as_bytes())
}

#[test]
fn an_offer_says_everything_a_review_needs() {
    let offer = offer();
    assert_eq!((offer.least_msat, offer.most_msat), (1_000, 100_000_000));
    assert_eq!(offer.fixed_msat(), None);
    assert_eq!(offer.about.as_str(), "Busker, corner of 5th");
    assert_eq!(offer.about_long.unwrap().as_str(), "Songs and more");
    assert_eq!(offer.identifier.as_deref(), Some("busker@music.example"));
    assert_eq!(offer.till.comment_allowed, 140);
    assert_eq!(offer.asks, PayerAsks::default());
    let fixed = offer_with(|said| said["minSendable"] = json!(100_000_000)).unwrap();
    assert_eq!(fixed.fixed_msat(), Some(100_000_000));
}

#[test]
fn what_a_payee_wants_to_know_is_listed_and_only_demands_of_unknown_things_matter() {
    let offer = offer_with(|said| {
        said["payerData"] = json!({
            "name": {"mandatory": true},
            "email": {"mandatory": false},
            "pubkey": {},
            "auth": {"mandatory": false, "k1": "00"},
            "identifier": null,
            "shoe_size": {"mandatory": false},
            "blood\u{202e}type": {"mandatory": true},
        });
    });
    let asks = offer.unwrap().asks;
    let known: Vec<_> = asks
        .known
        .iter()
        .map(|ask| (ask.ask.item, ask.ask.required))
        .collect();
    let expected = [
        (Item::Name, true),
        (Item::Email, false),
        (Item::ContactKey, false),
    ];
    assert_eq!(known, expected);
    let unknown: Vec<_> = asks.unknown.iter().map(|what| what.as_str()).collect();
    assert_eq!(unknown, ["bloodtype"]);
    for wrong in [
        json!({"name": {"mandatory": "yes"}}),
        json!(["name"]),
        (0..17).map(|n| (n.to_string(), json!({}))).collect(),
    ] {
        assert!(offer_with(|said| said["payerData"] = wrong).is_err());
    }
}

#[test]
fn a_payee_says_what_for_and_one_that_names_no_purpose_we_know_is_thought_to_advertise() {
    let offer = offer_with(|said| {
        said["payerData"] = json!({
            "name": {},
            "email": {"purpose": "receipt", "why": "to send \u{202e}you the\ntickets"},
            "phone": {"purpose": "profit"},
        });
    });
    let asks = offer.unwrap().asks.known;
    let said: Vec<_> = asks
        .iter()
        .map(|ask| (ask.ask.purpose, ask.why.as_ref().map(|why| why.as_str())))
        .collect();
    let expected = [
        (Purpose::Deliver, None),
        (Purpose::Receipt, Some("to send you the tickets")),
        (Purpose::Marketing, None),
    ];
    assert_eq!(said, expected);
}

fn telling(items: &[(Item, &str)]) -> Telling {
    let decided = SharingDecision {
        shared: items
            .iter()
            .map(|(item, _)| SharingAsk {
                item: *item,
                purpose: Purpose::Deliver,
                required: false,
            })
            .collect(),
        ..SharingDecision::default()
    };
    let values = items
        .iter()
        .map(|(item, value)| (*item, (*value).to_owned()));
    Telling::of(&decided, &values.collect()).unwrap()
}

#[test]
fn what_is_told_is_in_the_question_and_in_what_the_invoice_commits_to() {
    let till = offer().till;
    let silent = till.question(21_000, &Telling::nothing()).unwrap();
    assert_eq!(
        silent.as_str(),
        "https://music.example/cb?id=7&amount=21000"
    );

    let told = telling(&[(Item::Name, "Ada & co"), (Item::Note, "play it again")]);
    let question = till.question(21_000, &told).unwrap();
    let said: Vec<(String, String)> = question.query_pairs().into_owned().collect();
    let data = r#"{"name":"Ada & co"}"#;
    let expected = [
        ("id", "7"),
        ("amount", "21000"),
        ("comment", "play it again"),
        ("payerdata", data),
    ];
    assert_eq!(
        said,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );

    let bill_for = |metadata: &str| {
        let said = json!({"pr": invoice(Some(21_000), metadata), "routes": []});
        till.read_bill(21_000, &told, said.to_string().as_bytes())
    };
    assert!(bill_for(&format!("{METADATA}{data}")).is_ok());
    // A payee that does not commit to what it was told can deny it.
    assert!(matches!(
        bill_for(METADATA),
        Err(LnurlError::OtherDescription)
    ));
}

#[test]
fn a_note_that_is_too_long_is_not_sent_cut_short() {
    let offer = offer_with(|said| said["commentAllowed"] = json!(5)).unwrap();
    let question = |note| offer.till.question(21_000, &telling(&[(Item::Note, note)]));
    assert!(question("hallo").is_ok());
    assert!(matches!(
        question("hallo!"),
        Err(LnurlError::NoteTooLong { most: 5 })
    ));
}

#[test]
fn an_offer_that_leads_elsewhere_or_fits_no_amount_is_refused() {
    for elsewhere in [
        "https://evil.example/cb",
        "http://music.example/cb",
        "https://music.example:8443/cb",
        "https://music.example.evil.example/cb",
        "https://127.0.0.1/cb",
    ] {
        let refused = offer_with(|said| said["callback"] = json!(elsewhere));
        assert!(matches!(refused, Err(LnurlError::OtherHost)), "{elsewhere}");
    }
    type Change = fn(&mut serde_json::Value);
    let changes: [Change; 13] = [
        |said| said["callback"] = json!("https://me@music.example/cb"),
        |said| said["callback"] = json!("https://music.example/cb?amount=1"),
        |said| said["callback"] = json!("javascript:alert(1)"),
        |said| said["minSendable"] = json!(0),
        |said| said["minSendable"] = json!(-1),
        |said| said["minSendable"] = json!(1.5),
        |said| said["minSendable"] = json!("1000"),
        |said| said["maxSendable"] = json!(999),
        |said| said["metadata"] = json!("[]"),
        |said| said["metadata"] = json!("{}"),
        |said| said["metadata"] = json!(r#"[["text/plain",7]]"#),
        |said| said["metadata"] = json!(r#"[["text/plain","a"],["text/plain","b"]]"#),
        |said| said["metadata"] = json!([["text/plain", "a"]]),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let refused = offer_with(change);
        assert!(
            matches!(refused, Err(LnurlError::Unreadable(_))),
            "{number}: {refused:?}"
        );
    }
    for tag in ["channelRequest", "login", "other", ""] {
        let body = json!({"tag": tag}).to_string();
        let refused = read_answer(&asked(), body.as_bytes());
        assert!(matches!(refused, Err(LnurlError::Unsupported(_))), "{tag}");
    }
}

#[test]
fn a_refusal_is_told_in_the_payees_words_made_plain() {
    for body in [
        json!({"status": "ERROR", "reason": "closed\u{202e} today"}),
        json!({"status": "error", "reason": "closed today", "tag": "payRequest"}),
    ] {
        match read_answer(&asked(), body.to_string().as_bytes()) {
            Err(LnurlError::Refused { reason }) => assert_eq!(reason.as_str(), "closed today"),
            other => panic!("{other:?}"),
        }
    }
    for body in ["", "<html>", "null", "[]", "{", "\"payRequest\""] {
        let refused = read_answer(&asked(), body.as_bytes());
        assert!(refused.is_err(), "{body}");
    }
}

#[test]
fn an_invoice_is_taken_only_for_the_amount_and_the_description() {
    let bill = bill_with(|_| ()).unwrap();
    assert_eq!(bill.invoice.amount_msat, Some(21_000));
    assert_eq!(
        (bill.success, bill.verify, bill.disposable),
        (None, None, true)
    );

    for amount in [Some(20_999), Some(21_001), Some(22_000), None] {
        let pr = invoice(amount, METADATA);
        let refused = bill_with(|said| said["pr"] = json!(pr));
        assert!(
            matches!(refused, Err(LnurlError::OtherAmount)),
            "{amount:?}"
        );
    }
    let other = METADATA.replace("5th", "6th");
    let refused = bill_with(|said| said["pr"] = json!(invoice(Some(21_000), &other)));
    assert!(matches!(refused, Err(LnurlError::OtherDescription)));
    for pr in ["", "lnbc1", "ada@example.com", "https://music.example"] {
        assert!(bill_with(|said| said["pr"] = json!(pr)).is_err(), "{pr}");
    }
}

#[test]
fn what_is_promised_for_after_the_payment_can_be_shown_or_the_invoice_is_not_taken() {
    let success = |action: serde_json::Value| {
        bill_with(|said| said["successAction"] = action).map(|bill| bill.success)
    };
    assert_eq!(success(json!(null)).unwrap(), None);
    assert_eq!(
        success(json!({"tag": "message", "message": "Thank\u{202e} you"})).unwrap(),
        Some(SuccessAction::Message {
            text: "Thank you".into()
        })
    );
    let page =
        json!({"tag": "url", "description": "Your order", "url": "https://music.example/o/1"});
    assert!(matches!(
        success(page).unwrap(),
        Some(SuccessAction::Url { url, .. }) if url == "https://music.example/o/1"
    ));
    let secret = json!({"tag": "aes", "description": "Door code", "ciphertext": "AAAA", "iv": "AAAAAAAAAAAAAAAAAAAAAA=="});
    let sealed = success(secret).unwrap().unwrap().sealed().unwrap();
    assert_eq!(sealed, (vec![0; 3], [0; 16]));

    let elsewhere = json!({"tag": "url", "description": "", "url": "https://evil.example/"});
    assert!(matches!(success(elsewhere), Err(LnurlError::OtherHost)));
    for wrong in [
        json!({"tag": "message"}),
        json!({"tag": "dance"}),
        json!("thanks"),
        json!({"tag": "url", "description": "x", "url": "javascript:alert(1)"}),
        json!({"tag": "aes", "description": "x", "ciphertext": "AAAA", "iv": "AAAA"}),
        json!({"tag": "aes", "description": "x", "ciphertext": "A".repeat(5_000), "iv": "AAAAAAAAAAAAAAAAAAAAAA=="}),
    ] {
        assert!(success(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_proof_is_asked_for_only_where_the_payee_is_and_believed_only_if_it_fits() {
    let verify = |place: &str| {
        bill_with(|said| said["verify"] = json!(place))
            .unwrap()
            .verify
    };
    assert!(verify("https://music.example/verify/1").is_some());
    assert!(verify("https://evil.example/verify/1").is_none());

    let preimage = hex(&[1; 32]);
    let hash = hex(&Sha256::digest([1; 32]));
    let read = |settled: bool, preimage: serde_json::Value| {
        let body = json!({"status": "OK", "settled": settled, "preimage": preimage});
        read_verification(&hash, body.to_string().as_bytes()).unwrap()
    };
    assert_eq!(read(true, json!(preimage)), Some(preimage.clone()));
    assert_eq!(
        read(true, json!(preimage.to_uppercase())),
        Some(preimage.clone())
    );
    assert_eq!(read(false, json!(preimage)), None);
    assert_eq!(read(true, json!(null)), None);
    assert_eq!(read(true, json!("00".repeat(32))), None);
    assert_eq!(read(true, json!("é")), None);
}

fn voucher_with(change: impl FnOnce(&mut serde_json::Value)) -> Result<Voucher, LnurlError> {
    let asked: Url = "https://kiosk.example/voucher/canary".parse().unwrap();
    let mut said = json!({
        "tag": "withdrawRequest",
        "callback": "https://kiosk.example/pay",
        "k1": "canary",
        "defaultDescription": "A gift",
        "minWithdrawable": 1_000,
        "maxWithdrawable": 50_000,
        "balanceCheck": "https://kiosk.example/again",
        "payLink": "lnurlp://kiosk.example/pay",
    });
    change(&mut said);
    match read_answer(&asked, said.to_string().as_bytes())? {
        Answer::Voucher(voucher) => Ok(*voucher),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_voucher_says_what_it_is_worth_and_shows_nobody_its_name() {
    let voucher = voucher_with(|_| ()).unwrap();
    assert_eq!((voucher.least_msat, voucher.most_msat), (1_000, 50_000));
    assert_eq!(voucher.about.as_str(), "A gift");
    assert_eq!(voucher.origin(), "https://kiosk.example");
    assert!(!format!("{voucher:?}").contains("canary"));

    let empty = voucher_with(|said| {
        said["minWithdrawable"] = json!(0);
        said["maxWithdrawable"] = json!(0);
    });
    assert!(matches!(empty, Err(LnurlError::OutOfBounds)));
    let elsewhere = voucher_with(|said| said["callback"] = json!("https://evil.example/pay"));
    assert!(matches!(elsewhere, Err(LnurlError::OtherHost)));
    assert!(voucher_with(|said| said["k1"] = json!("")).is_err());
    assert!(voucher_with(|said| said["k1"] = json!("x".repeat(2_000))).is_err());
    assert!(voucher_with(|said| said["minWithdrawable"] = json!(60_000)).is_err());
    assert!(
        voucher_with(|said| said["callback"] = json!("https://kiosk.example/pay?pr=x")).is_err()
    );
}

#[test]
fn only_a_plain_no_is_a_no_to_a_voucher() {
    assert_eq!(
        Voucher::read_claim(br#"{"status":"OK"}"#),
        Claimed::Accepted
    );
    assert!(matches!(
        Voucher::read_claim(br#"{"status":"ERROR","reason":"used"}"#),
        Claimed::Refused(reason) if reason.as_str() == "used"
    ));
    for strange in [
        "",
        "{}",
        "<html>",
        r#"{"status":"MAYBE"}"#,
        r#"{"status":7}"#,
    ] {
        assert_eq!(Voucher::read_claim(strange.as_bytes()), Claimed::Unknown);
    }
}

#[tokio::test]
async fn a_redirect_is_followed_nowhere_and_a_long_answer_is_cut_off() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("http://{}", listener.local_addr().unwrap());
    let sentinel = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    sentinel.set_nonblocking(true).unwrap();
    let elsewhere = format!("http://{}", sentinel.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap();
            let reply = if request[..read].starts_with(b"GET /moved") {
                format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n")
            } else {
                let body = " ".repeat(200 * 1024);
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                )
            };
            let _ = stream.write_all(reply.as_bytes());
        }
    });
    let gate = Gate::new(crate::gate::Reach::Loopback);
    let ask_at = |path: &str| {
        let text = format!(
            "lnurlp:{}",
            format!("{place}{path}").trim_start_matches("http:")
        );
        let Ok(PaymentCode::Lnurl(lnurl)) = crate::code::read(&text) else {
            panic!("{text}")
        };
        lnurl.url
    };
    let moved = ask(&gate, &ask_at("/moved")).await;
    assert!(matches!(moved, Err(LnurlError::Moved)), "{moved:?}");
    assert!(sentinel.accept().is_err(), "it was followed");
    let long = ask(&gate, &ask_at("/long")).await;
    assert!(
        matches!(long, Err(LnurlError::Gate(GateError::ReplyTooLong))),
        "{long:?}"
    );
}

proptest! {
    #[test]
    fn no_answer_whatever_makes_a_reader_panic(body in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,200}") {
        for body in [&body[..], text.as_bytes()] {
            let _ = read_answer(&asked(), body);
            let _ = offer().till.read_bill(21_000, &Telling::nothing(), body);
            let _ = read_verification("00", body);
            let _ = Voucher::read_claim(body);
        }
        let _ = offer_with(|said| said["metadata"] = json!(text));
        let _ = offer_with(|said| said["callback"] = json!(text));
        let _ = bill_with(|said| said["successAction"] = json!({"tag": "url", "description": text, "url": text}));
    }
}
