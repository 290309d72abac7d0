//! The vectors are those of BOLT 11, NUT-00, NUT-18 and NUT-26.

use std::str::FromStr;

use base64::Engine as _;
use cdk::nuts::{
    CurrencyUnit, Kind, PaymentRequest, Proof, PublicKey, Transport as CdkTransport, TransportType,
};
use cdk::secret::Secret;
use proptest::prelude::*;

use super::*;

mod lnurls;
mod merchants;
mod offers;

const INVOICES: &str = include_str!("vectors/bolt11_valid.txt");
const WRONG_INVOICES: &str = include_str!("vectors/bolt11_invalid.txt");
const REQUESTS: &str = include_str!("vectors/requests.txt");
const TOKENS: &str = include_str!("vectors/tokens.txt");

const COFFEE: &str = "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh";
const DONATION: &str = "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql";
/// The example of LUD-01.
const LNURL: &str = "LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35XVUKXEFCV5MKVV34X5EKZD3EV56NYD3HXQURZEPEXEJXXEPNXSCRVWFNV9NXZCN9XQ6XYEFHVGCXXCMYXYMNSERXFQ5FNS";
/// The example of EMVCo's specification, with a name and city in Chinese.
const MERCHANT: &str = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";
const A_KEY: &str = "02bc9097997d81afb2cc7346b5e4345a9346bd2a506eb7958598a72f0cf85163ea";

fn invoice(text: &str) -> Invoice {
    match read(text) {
        Ok(PaymentCode::Invoice(invoice)) => *invoice,
        other => panic!("not an invoice: {other:?}"),
    }
}

fn request(text: &str) -> Request {
    match read(text) {
        Ok(PaymentCode::Request(request)) => *request,
        other => panic!("not a request: {other:?}"),
    }
}

fn token(text: &str) -> Token {
    match read(text) {
        Ok(PaymentCode::Token(token)) => *token,
        other => panic!("not a token: {other:?}"),
    }
}

fn token_with_secrets(secrets: &[&str]) -> String {
    let proofs = secrets
        .iter()
        .map(|secret| {
            Proof::new(
                4.into(),
                cdk::nuts::Id::from_str("009a1f293253e41e").unwrap(),
                Secret::new(*secret),
                PublicKey::from_hex(A_KEY).unwrap(),
            )
        })
        .collect();
    let issuer = "https://issuer.example".parse().unwrap();
    cdk::nuts::Token::new(issuer, proofs, None, CurrencyUnit::Sat).to_string()
}

fn asks_for(change: impl FnOnce(&mut PaymentRequest)) -> PaymentRequest {
    let mut request = PaymentRequest::builder()
        .payment_id("order-7")
        .amount(21)
        .unit(CurrencyUnit::Sat)
        .single_use(true)
        .add_mint("https://issuer.example".parse().unwrap())
        .description("two coffees")
        .add_transport(
            CdkTransport::builder()
                .transport_type(TransportType::HttpPost)
                .target("https://shop.example/pay?order=7")
                .build()
                .unwrap(),
        )
        .build();
    change(&mut request);
    request
}

#[test]
fn every_valid_invoice_of_bolt_11_is_read() {
    for text in INVOICES.lines() {
        let read = invoice(text);
        assert_eq!(read.text, text.to_lowercase());
        assert_eq!(read.payment_hash.len(), 64);
        assert_eq!(read.payee.len(), 66);
        assert!(read.expires_at > read.created_at);
    }
    assert_eq!(INVOICES.lines().count(), 16);
}

#[test]
fn no_invalid_invoice_of_bolt_11_is_read() {
    for text in WRONG_INVOICES.lines() {
        let read = read(text);
        assert!(
            matches!(
                read,
                Err(CodeError::Damaged {
                    kind: CodeKind::Invoice,
                    ..
                })
            ) || text.starts_with("pvj") && matches!(read, Ok(PaymentCode::Unsupported(_))),
            "{text}: {read:?}"
        );
    }
    assert_eq!(WRONG_INVOICES.lines().count(), 8);
}

/// Two that BOLT 11 has taken up since: without the `s` field, and with a high-S signature of a named
/// payee.
#[test]
fn nor_are_those_that_bolt_11_calls_invalid_since() {
    for text in [
        "lnbc20m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqs9qrsgq7ea976txfraylvgzuxs8kgcw23ezlrszfnh8r6qtfpr6cxga50aj6txm9rxrydzd06dfeawfk6swupvz4erwnyutnjq7x39ymw6j38gp49qdkj",
        "lnbc25m1p70xwfzpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaqnp4q0n326hr8v9zprg8gsvezcch06gfaqqhde2aj730yg0durunfhv66sp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs9qrsgqsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygsp5cfzp9ugllvk03rltd6hvndxj26ux6gcxc5azyxk060rj9tzghct5zvjlps76gx8wpq5yuu79688k8gnm2c0al6v608s96l0xzrrlqqwnzxmu",
    ] {
        assert!(matches!(
            read(text),
            Err(CodeError::Damaged {
                kind: CodeKind::Invoice,
                ..
            })
        ));
    }
}

#[test]
fn an_invoice_says_everything_a_review_needs() {
    let coffee = invoice(COFFEE);
    assert_eq!(coffee.amount_msat, Some(250_000_000));
    assert_eq!(coffee.about, About::Text(plain_text("1 cup coffee", 100)));
    assert_eq!(coffee.created_at, 1_496_314_658);
    assert_eq!(coffee.expires_at, 1_496_314_658 + 60);
    assert_eq!(coffee.network, Network::Bitcoin);
    assert_eq!(
        coffee.payee,
        "03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad"
    );
    assert_eq!(
        coffee.payment_hash,
        "0001020304050607080900010203040506070809000102030405060708090102"
    );
    assert_eq!(invoice(DONATION).amount_msat, None);
}

#[test]
fn an_invoice_is_the_same_however_it_is_wrapped() {
    let plain = invoice(COFFEE);
    let wrapped = COFFEE
        .as_bytes()
        .chunks(60)
        .map(|line| std::str::from_utf8(line).unwrap());
    let wrapped = wrapped.collect::<Vec<_>>().join("\r\n  ");
    for text in [
        format!("  {COFFEE}\n"),
        COFFEE.to_uppercase(),
        format!("lightning:{COFFEE}"),
        format!("LIGHTNING:{}", COFFEE.to_uppercase()),
        format!("lightning://{COFFEE}"),
        format!("\u{feff}{COFFEE}"),
        format!("bitcoin:?lightning={COFFEE}"),
        format!("BITCOIN:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2?amount=0.0025&LIGHTNING={COFFEE}"),
        wrapped,
    ] {
        assert_eq!(invoice(&text), plain, "{text}");
    }
}

#[test]
fn one_changed_character_spoils_an_invoice() {
    for at in 6..COFFEE.len() {
        let mut changed = COFFEE.as_bytes().to_vec();
        changed[at] = if changed[at] == b'q' { b'p' } else { b'q' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(
            matches!(
                read(&changed),
                Err(CodeError::Damaged {
                    kind: CodeKind::Invoice,
                    ..
                }) | Ok(PaymentCode::Unsupported(_))
            ),
            "at {at}"
        );
    }
}

#[test]
fn a_bitcoin_link_that_can_be_read_in_two_ways_is_refused() {
    let address = "bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    for (query, ok) in [
        (format!("amount=0.0025&lightning={COFFEE}"), true),
        (format!("amount=0.0026&lightning={COFFEE}"), false),
        (
            format!("amount=0.0025&amount=0.0025&lightning={COFFEE}"),
            false,
        ),
        (format!("lightning={COFFEE}&lightning={DONATION}"), false),
        (format!("req-other=1&lightning={COFFEE}"), false),
        (format!("other=1&lightning={COFFEE}"), true),
        (format!("amount=1e3&lightning={DONATION}"), false),
        (format!("amount=-1&lightning={DONATION}"), false),
        (format!("lightning=lightning:{COFFEE}"), false),
    ] {
        assert_eq!(read(&format!("{address}?{query}")).is_ok(), ok, "{query}");
    }
}

#[test]
fn the_amount_next_to_an_open_invoice_is_only_a_suggestion() {
    let read = invoice(&format!(
        "bitcoin:?amount=0.00000021&label=Caf%C3%A9%20%E2%80%AEada&lightning={DONATION}"
    ));
    assert_eq!(
        (read.amount_msat, read.suggested_msat),
        (None, Some(21_000))
    );
    let label = read.label.unwrap();
    assert_eq!((label.as_str(), label.removed()), ("Café ada", 1));
}

#[test]
fn every_request_of_nut_18_and_26_is_read_or_refused_for_its_lock() {
    let mut locked = 0;
    for text in REQUESTS.lines() {
        let cdk = PaymentRequest::from_str(text).unwrap();
        for text in [
            text.to_owned(),
            format!("cashu:{text}"),
            format!("CASHU://{text}"),
        ] {
            match read(&text) {
                Ok(PaymentCode::Request(read)) => {
                    assert_eq!(read.as_cdk(), &cdk);
                    assert_eq!(read.amount, cdk.amount.map(|a| a.to_u64()));
                    assert_eq!(read.transports.len(), cdk.transports.len());
                    assert_eq!(read.issuers.len(), cdk.mints.len());
                }
                Ok(code) if code.kind() == Some(UnsupportedKind::LockedRequest) => {
                    assert!(cdk.nut10.is_some());
                    locked += 1;
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
    assert!(locked > 0 && locked < REQUESTS.lines().count() * 3);
}

#[test]
fn a_request_says_the_same_in_both_encodings() {
    let asked = asks_for(|_| {});
    let bech32 = asked.to_bech32_string().unwrap();
    for text in [
        asked.to_string(),
        bech32.clone(),
        bech32.to_lowercase(),
        format!("bitcoin:?creq={bech32}"),
    ] {
        let read = request(&text);
        assert_eq!(read.canonical(), asked.to_string());
        assert_eq!(read.id.unwrap().as_str(), "order-7");
        assert_eq!((read.amount, read.unit.as_deref()), (Some(21), Some("sat")));
        assert!(read.single_use && !read.issuers_preferred);
        assert_eq!(
            read.issuers,
            [Url::parse("https://issuer.example").unwrap()]
        );
        assert_eq!(read.description.unwrap().as_str(), "two coffees");
        let place = Url::parse("https://shop.example/pay?order=7").unwrap();
        assert_eq!(read.transports, [Transport::Post(place)]);
    }
}

#[test]
fn transport_tags_written_as_undefined_are_tolerated() {
    // As cashu-ts writes them: the key `g` with the CBOR simple value 23.
    let text = REQUESTS
        .lines()
        .find(|text| {
            let cbor = text.strip_prefix("creqA").and_then(|body| {
                base64::engine::general_purpose::STANDARD
                    .decode(body.replace('-', "+").replace('_', "/"))
                    .ok()
            });
            cbor.is_some_and(|cbor| {
                cbor.windows(3).any(|bytes| bytes == [b'a', b'g', 0xf7])
                    && !cbor.windows(5).any(|bytes| bytes == b"nut10")
            })
        })
        .unwrap();
    assert!(matches!(request(text).transports[..], [Transport::Post(_)]));
}

#[test]
fn a_request_that_cannot_be_honoured_as_written_is_refused() {
    let lock =
        cdk::nuts::nut18::Nut10SecretRequest::new(Kind::P2PK, A_KEY, None::<Vec<Vec<String>>>);
    let code = read(&asks_for(|r| r.nut10 = Some(lock)).to_string()).unwrap();
    assert_eq!(code.kind(), Some(UnsupportedKind::LockedRequest));

    let refused: [&dyn Fn(&mut PaymentRequest); 8] = [
        &|r| r.amount = Some(0.into()),
        &|r| r.unit = None,
        &|r| r.unit = Some(CurrencyUnit::custom("s\u{202e}at")),
        &|r| r.mints = vec!["ftp://issuer.example".parse().unwrap()],
        &|r| {
            r.mints
                .push("https://bank.example@evil.example".parse().unwrap())
        },
        &|r| r.transports[0].target = "javascript:alert(1)".into(),
        &|r| r.transports[0].target = "https://shop.example/\npay".into(),
        &|r| r.payment_id = Some("x".repeat(300)),
    ];
    for (number, change) in refused.iter().enumerate() {
        let read = read(&asks_for(change).to_string());
        assert!(
            matches!(
                read,
                Err(CodeError::Damaged {
                    kind: CodeKind::Request,
                    ..
                })
            ),
            "{number}: {read:?}"
        );
    }
}

#[test]
fn tokens_of_nut_00_are_read() {
    for text in TOKENS.lines() {
        let cdk = cdk::nuts::Token::from_str(text).unwrap();
        let read = token(text);
        assert_eq!(read.text, text);
        assert_eq!(read.face_value, Some(cdk.value().unwrap().to_u64()));
        assert_eq!(read.unit.as_deref(), Some("sat"));
        assert_eq!(read.lock, Lock::None);
        assert_eq!(read.as_cdk(), &cdk);
    }
    let thanks = token(TOKENS.lines().next().unwrap());
    assert_eq!(thanks.memo.unwrap().as_str(), "Thank you very much.");
    assert_eq!(thanks.issuer.as_str(), "https://8333.space:3338/");
    assert_eq!((thanks.face_value, thanks.coins), (Some(10), 2));
}

#[test]
fn a_token_is_the_same_however_it_is_wrapped() {
    let text = TOKENS.lines().nth(2).unwrap();
    let plain = token(text);
    for wrapped in [
        format!("cashu:{text}"),
        format!("CASHU://{text}"),
        format!("https://wallet.example/#token={text}"),
        format!("https://wallet.example/?token={text}"),
        format!("https://wallet.example/redeem#{text}"),
        format!("{}\n{}", &text[..50], &text[50..]),
    ] {
        assert_eq!(token(&wrapped), plain, "{wrapped}");
    }
    let mut frames = plain.as_cdk().ur_encoder(1_000).unwrap();
    let frame = frames.next_part().unwrap().to_uppercase();
    assert_eq!(token(&frame).as_cdk(), plain.as_cdk());
    let mut frames = plain.as_cdk().ur_encoder(50).unwrap();
    let part = read(&frames.next_part().unwrap()).unwrap();
    assert_eq!(part.kind(), Some(UnsupportedKind::AnimatedPart));
}

#[test]
fn a_token_says_what_locks_it() {
    let p2pk = format!(r#"["P2PK",{{"nonce":"ab12","data":"{A_KEY}","tags":[]}}]"#);
    let htlc = format!(
        r#"["HTLC",{{"nonce":"ab12","data":"{}","tags":[]}}]"#,
        "ab".repeat(32)
    );
    let other = r#"["FUTURE",{"nonce":"ab12","data":"x"}]"#;
    for (secrets, lock) in [
        (vec!["one", "two"], Lock::None),
        (vec!["one", &p2pk], Lock::Key),
        (vec![&p2pk, &htlc], Lock::Hash),
        (vec!["one", &p2pk, other], Lock::Other),
    ] {
        let read = token(&token_with_secrets(&secrets));
        assert_eq!(read.lock, lock);
        assert_eq!(read.coins, secrets.len());
    }
}

#[test]
fn a_token_with_one_coin_twice_or_none_is_refused() {
    for secrets in [vec!["one", "one"], vec![]] {
        assert!(matches!(
            read(&token_with_secrets(&secrets)),
            Err(CodeError::Damaged {
                kind: CodeKind::Token,
                ..
            })
        ));
    }
}

#[test]
fn debug_and_errors_show_no_coin() {
    let text = token_with_secrets(&["canary-secret"]);
    let shown = format!("{:?}", read(&text));
    assert!(
        !shown.contains("canary") && !shown.contains("cashu"),
        "{shown}"
    );
    // Cut short, so that the decoder complains in the middle of a coin.
    for end in 7..text.len() {
        let shown = format!("{:?}", read(&text[..end]));
        assert!(
            !shown.contains("canary") && !shown.contains("cashu"),
            "{shown}"
        );
    }
}

#[test]
fn what_cannot_be_paid_is_called_by_its_name() {
    use UnsupportedKind as K;
    let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    let mistyped = "Zoo, zoo, zoo, zoo, zoo, zoo,\nzoo, zoo, zoo, zoo, zoo, zoo";
    for (text, kind) in [
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", K::OnChain),
        ("BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", K::OnChain),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", K::OnChain),
        (
            "bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2?amount=0.001&label=Ada Lovelace",
            K::OnChain,
        ),
        ("lnurlc://node.example/open", K::Channel),
        ("lnurlp://examplennnnnnnn.onion/path", K::Onion),
        ("ada@examplennnnnnnn.onion", K::Onion),
        (
            "ethereum:0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359?value=2e18",
            K::OtherChain,
        ),
        ("0xFB6916095CA1df60bB79Ce92cE3Ea74c37c5d359", K::OtherChain),
        (r#"{"x402Version":1,"accepts":[]}"#, K::X402),
        (
            "lnr1qqsyqs2fqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
            K::Bolt12,
        ),
        (
            "nostr+walletconnect://b889ff5b1513b641e2a139f661a661364979c5beee91842f8f0ef42ab558e9d4?relay=wss%3A%2F%2Frelay.example&secret=71a8c14c1407c113601079c4302dab36460f0ccd0ad506f1f2dc73b5100e4f3c",
            K::Nwc,
        ),
        (words, K::SeedPhrase),
        (mistyped, K::SeedPhrase),
        (
            "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5",
            K::PrivateKey,
        ),
        (
            "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
            K::PrivateKey,
        ),
        ("hello", K::Unknown),
        ("hello\nworld", K::Unknown),
        ("lightning:hello", K::Unknown),
        ("ftp://example.com/x", K::Unknown),
        ("not an address @ all", K::Unknown),
    ] {
        let code = read(text).unwrap();
        assert_eq!(code.kind(), Some(kind), "{text}");
        assert!(!format!("{code:?}").contains("zoo"));
    }
}

#[test]
fn twelve_words_of_prose_are_no_wallet() {
    let prose = "we met at the market and she gave me a small apple";
    assert_eq!(prose.split(' ').count(), 12);
    assert_eq!(read(prose).unwrap().kind(), Some(UnsupportedKind::Unknown));
}

#[test]
fn a_page_is_a_web_address_and_nothing_that_looks_like_one() {
    let page = "https://Daily.Paper.example/article/7?x=1#top";
    assert_eq!(read(page), Ok(PaymentCode::Page(Url::parse(page).unwrap())));
    assert!(matches!(
        read("HTTP://127.0.0.1:7000/x"),
        Ok(PaymentCode::Page(_))
    ));
    for wrong in [
        "https://",
        "https://bank.example@evil.example/",
        "https://user:pass@evil.example/",
        "https://evil.example/\nbank",
        "https://exa mple.com/",
    ] {
        let read = read(wrong);
        assert!(
            matches!(
                read,
                Err(CodeError::Damaged {
                    kind: CodeKind::Page,
                    ..
                })
            ),
            "{wrong}: {read:?}"
        );
    }
}

#[test]
fn invisible_characters_inside_a_code_are_refused() {
    for text in [
        format!("{}\u{202e}{}", &COFFEE[..40], &COFFEE[40..]),
        format!("{}\u{200b}{}", &COFFEE[..40], &COFFEE[40..]),
        "ada\u{0}@example.com".to_owned(),
        "https://example.com/\u{2066}x".to_owned(),
        "ada@exam\u{ad}ple.com".to_owned(),
    ] {
        assert_eq!(
            read(&text),
            Err(CodeError::Invisible { count: 1 }),
            "{text:?}"
        );
    }
}

#[test]
fn size_is_bounded_before_anything_else() {
    assert_eq!(read(""), Err(CodeError::Empty));
    assert_eq!(read(" \n\u{feff}\t"), Err(CodeError::Empty));
    assert_eq!(
        read(&"x".repeat(MAX_CODE_BYTES + 1)),
        Err(CodeError::TooLong {
            max: MAX_CODE_BYTES
        })
    );
    let long = format!("https://example.com/{}", "x".repeat(MAX_CODE_BYTES));
    assert_eq!(
        read(&long),
        Err(CodeError::TooLong {
            max: MAX_CODE_BYTES
        })
    );
    let disguised = format!(
        "https://example.com/?q=token=cashu{}",
        "x".repeat(MAX_CODE_BYTES)
    );
    assert_eq!(
        read(&disguised),
        Err(CodeError::TooLong {
            max: MAX_CODE_BYTES
        })
    );
    let token = format!("cashuB{}", "A".repeat(MAX_TOKEN_BYTES));
    assert_eq!(
        read(&token),
        Err(CodeError::TooLong {
            max: MAX_TOKEN_BYTES
        })
    );
    assert_eq!(
        read(&format!("creqA{}", "A".repeat(MAX_CODE_BYTES))),
        Err(CodeError::TooLong {
            max: MAX_CODE_BYTES
        })
    );
}

#[test]
fn a_token_of_hundreds_of_coins_is_read() {
    let secrets = (0..600).map(|n| format!("{n:064x}")).collect::<Vec<_>>();
    let secrets = secrets.iter().map(String::as_str).collect::<Vec<_>>();
    let text = token_with_secrets(&secrets);
    assert!(text.len() > 10 * MAX_CODE_BYTES && text.len() < MAX_TOKEN_BYTES);
    assert_eq!(token(&text).face_value, Some(2_400));
}

/// Good codes of every kind, as a start for spoiling them.
fn good_codes() -> Vec<String> {
    let mut codes: Vec<String> = [INVOICES, REQUESTS, TOKENS]
        .iter()
        .flat_map(|file| file.lines())
        .map(str::to_owned)
        .collect();
    codes.push(format!(
        "bitcoin:bc1q?amount=0.1&label=x&lightning={COFFEE}"
    ));
    codes.push("https://example.com/path?token=cashuB#x".to_owned());
    codes.push(format!("bitcoin:?amount=0.0000001&lno={}", offers::FIXED));
    codes.extend([offers::FIXED, LNURL, MERCHANT, "keyauth://a.example/?k1=00"].map(str::to_owned));
    codes.push(asks_for(|_| {}).to_string());
    codes.push(
        token(TOKENS.lines().next().unwrap())
            .as_cdk()
            .ur_encoder(100)
            .unwrap()
            .next_part()
            .unwrap(),
    );
    codes
}

proptest! {
    #[test]
    fn no_text_whatever_makes_the_parser_panic(text in "(?s).{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn nor_does_text_behind_a_known_beginning(
        start in prop::sample::select(vec![
            "lnbc", "lnbc1", "lno1", "l+no1", "bitcoin:?lno=", "lightning:", "cashu:", "cashuA", "cashuB", "creqA", "creqB1", "bitcoin:?", "bitcoin:x?amount=",
            "https://", "http://[", "lnurlp://", "lnurlw:", "keyauth://", "0002015204", "bitcoin:?lightning=lnurl1", "ur:bytes/", "ur:bytes/1-2/", "lnurl1", "000201", "₿", "ada@", "xprv",
        ]),
        text in "(?s).{0,120}",
        ascii in "[ -~]{0,200}",
    ) {
        let _ = read(&format!("{start}{text}"));
        let _ = read(&format!("{start}{ascii}"));
    }

    #[test]
    fn nor_does_a_good_code_gone_wrong(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        with in prop_oneof![any::<char>(), prop::char::range(' ', '~')],
        cut in any::<bool>(),
    ) {
        let codes = good_codes();
        let mut changed = which.get(&codes).chars().collect::<Vec<_>>();
        let at = at.index(changed.len());
        changed[at] = with;
        if cut {
            changed.truncate(at + 1);
        }
        let _ = read(&changed.into_iter().collect::<String>());
    }

    #[test]
    fn nor_does_any_cbor_in_a_request_or_a_token(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let body = base64::engine::general_purpose::URL_SAFE.encode(&bytes);
        let _ = read(&format!("creqA{body}"));
        let _ = read(&format!("cashuB{body}"));
        let _ = read(&format!("cashuA{body}"));
    }

    #[test]
    fn any_plain_request_comes_back_the_same_in_both_encodings(
        amount in 1u64.., id in "[a-z0-9]{1,20}", words in "[a-zA-Zéç ]{0,60}", single in any::<bool>(),
        issuers in 0usize..4,
    ) {
        let asked = asks_for(|r| {
            r.amount = Some(amount.into());
            r.payment_id = Some(id.clone());
            r.description = Some(words.clone());
            r.single_use = Some(single);
            r.mints = (0..issuers).map(|n| format!("https://issuer{n}.example/x").parse().unwrap()).collect();
        });
        for text in [asked.to_string(), asked.to_bech32_string().unwrap()] {
            let read = request(&text);
            prop_assert_eq!(read.as_cdk(), &asked);
            prop_assert_eq!(read.amount, Some(amount));
            prop_assert_eq!(read.issuers.len(), issuers);
            prop_assert_eq!(read.id.as_ref().map(Plain::as_str), Some(id.as_str()));
        }
    }
}
