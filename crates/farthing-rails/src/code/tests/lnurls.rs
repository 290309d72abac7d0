//! LNURL, Lightning addresses, requests to sign in, links with several ways to pay.

use super::*;

fn lnurl(text: &str) -> Lnurl {
    match read(text) {
        Ok(PaymentCode::Lnurl(lnurl)) => *lnurl,
        other => panic!("no LNURL: {other:?}"),
    }
}

fn encode(url: &str) -> String {
    bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("lnurl").unwrap(), url.as_bytes()).unwrap()
}

#[test]
fn the_lnurl_of_lud_01_is_read_however_it_is_wrapped() {
    let url = "https://service.com/api?q=3fc3645b439ce8e7f2553a69e5267081d96dcd340693afabe04be7b0ccd178df";
    assert_eq!(encode(url).to_uppercase(), LNURL);
    for text in [
        LNURL.to_owned(),
        LNURL.to_lowercase(),
        format!("lightning:{LNURL}"),
        format!("LIGHTNING://{}", LNURL.to_lowercase()),
        format!("lnurl:{LNURL}"),
        format!("https://service.com/giftcard/redeem?id=123&lightning={LNURL}"),
        format!("bitcoin:?lightning={LNURL}"),
        format!("{}\n  {}", &LNURL[..60], &LNURL[60..]),
    ] {
        let read = lnurl(&text);
        assert_eq!(read.url.as_str(), url, "{text}");
        assert_eq!((read.purpose, read.address), (Purpose::Unknown, None));
    }
    let mut spoilt = LNURL.to_owned();
    spoilt.replace_range(20..21, "Q");
    assert!(matches!(
        read(&spoilt),
        Err(CodeError::Damaged {
            kind: CodeKind::Lnurl,
            ..
        })
    ));
}

#[test]
fn the_schemes_of_lud_17_lead_to_https_and_on_this_machine_to_http() {
    for (text, url, purpose) in [
        (
            "lnurlp://shop.example/pay?x=1",
            "https://shop.example/pay?x=1",
            Purpose::Pay,
        ),
        (
            "LNURLP:shop.example/pay",
            "https://shop.example/pay",
            Purpose::Pay,
        ),
        (
            "lnurlw://shop.example/w",
            "https://shop.example/w",
            Purpose::Withdraw,
        ),
        (
            "lightning:lnurlw://shop.example/w",
            "https://shop.example/w",
            Purpose::Withdraw,
        ),
        (
            "lnurlp://127.0.0.1:7000/pay",
            "http://127.0.0.1:7000/pay",
            Purpose::Pay,
        ),
        (
            "lnurlp://localhost:7000/pay",
            "http://localhost:7000/pay",
            Purpose::Pay,
        ),
    ] {
        let read = lnurl(text);
        assert_eq!((read.url.as_str(), read.purpose), (url, purpose), "{text}");
    }
    for wrong in [
        "lnurlp://",
        "lnurlp://bank.example@evil.example/",
        "lnurlp://exa mple/",
        "lnurlw://[",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    // In bech32 the scheme is written out: plain http is for this machine alone.
    assert!(read(&encode("http://shop.example/x")).is_err());
    assert!(read(&encode("ftp://shop.example/x")).is_err());
    assert!(read(&encode("not an address")).is_err());
    assert_eq!(
        lnurl(&encode("http://127.0.0.1:7000/x")).url.port(),
        Some(7000)
    );
    assert_eq!(
        read(&encode("http://examplennnnnnnn.onion/x"))
            .unwrap()
            .kind(),
        Some(UnsupportedKind::Onion)
    );
}

#[test]
fn a_lightning_address_leads_to_the_place_of_lud_16() {
    for (text, url, shown) in [
        (
            "Ada.L+tips@Example.com",
            "https://example.com/.well-known/lnurlp/ada.l+tips",
            "ada.l+tips@example.com",
        ),
        (
            "lightning:ada@example.com",
            "https://example.com/.well-known/lnurlp/ada",
            "ada@example.com",
        ),
        (
            "ada@127.0.0.1:7000",
            "http://127.0.0.1:7000/.well-known/lnurlp/ada",
            "ada@127.0.0.1:7000",
        ),
        (
            "₿ada@example.com",
            "https://example.com/.well-known/lnurlp/ada",
            "ada@example.com",
        ),
        (
            "bitcoin:?lightning=ada@127.0.0.1:7000",
            "http://127.0.0.1:7000/.well-known/lnurlp/ada",
            "ada@127.0.0.1:7000",
        ),
    ] {
        let read = lnurl(text);
        assert_eq!((read.url.as_str(), read.purpose), (url, Purpose::Pay));
        let address = read.address.unwrap();
        assert_eq!(address.to_string(), shown);
        assert_eq!(address.with_sign, text.starts_with('₿'));
    }
    // A port on the open internet is nobody's address.
    assert!(matches!(
        read("ada@example.com:8443"),
        Err(CodeError::Damaged {
            kind: CodeKind::LightningAddress,
            ..
        })
    ));
    for nothing in [
        "..@example.com",
        "ada@",
        "@example.com",
        "a b@example.com",
        "ada@exa_mple",
    ] {
        assert_eq!(
            read(nothing).unwrap().kind(),
            Some(UnsupportedKind::Unknown),
            "{nothing}"
        );
    }
}

#[test]
fn a_request_to_sign_in_is_known_before_anybody_is_asked() {
    let k1 = "e2af6254a8df433264fa23f67eb8188635d15ce883e8fc020989d5f82ae6f11e";
    let url = format!("https://site.example/auth?tag=login&k1={k1}&action=register");
    for text in [
        url.clone(),
        encode(&url),
        format!("keyauth://site.example/auth?tag=login&k1={k1}&action=register"),
    ] {
        let Ok(PaymentCode::SignIn(asked)) = read(&text) else {
            panic!("{text}")
        };
        assert_eq!(asked.url.host_str(), Some("site.example"));
        assert_eq!((asked.challenge[0], asked.challenge[31]), (0xe2, 0x1e));
        assert_eq!(asked.action, Some(SignInAction::Register));
    }
    for wrong in [
        "tag=login".to_owned(),
        "tag=login&k1=00".to_owned(),
        format!("tag=login&k1={k1}&k1={k1}"),
        format!("tag=login&k1={k1}&action=everything"),
        format!("tag=login&k1={k1}&key=02aa"),
        format!("tag=login&k1=+{}", &k1[1..]),
    ] {
        let text = format!("keyauth://site.example/auth?{wrong}");
        assert!(
            matches!(
                read(&text),
                Err(CodeError::Damaged {
                    kind: CodeKind::Lnurl,
                    ..
                })
            ),
            "{wrong}"
        );
    }
}

#[test]
fn debug_shows_no_voucher() {
    let text = "lnurlw://kiosk.example/voucher/canary?k1=canary";
    assert!(!format!("{:?}", read(text)).contains("canary"));
}

#[test]
fn a_bitcoin_link_gives_every_way_it_can_be_paid() {
    let creq = asks_for(|r| {
        r.amount = Some(250_000.into());
    })
    .to_string();
    let address = "bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    let text =
        format!("{address}?amount=0.0025&lightning={COFFEE}&creq={creq}&lno=lno1zcss9mk8&pop=x");
    let Ok(PaymentCode::Several(several)) = read(&text) else {
        panic!("not several: {:?}", read(&text))
    };
    assert!(matches!(
        several.ways[..],
        [PaymentCode::Invoice(_), PaymentCode::Request(_)]
    ));
    use UnsupportedKind as K;
    assert_eq!(several.unpayable, [K::OnChain]);

    let upper = format!("BITCOIN:?AMOUNT=0.0025&LIGHTNING={}", COFFEE.to_uppercase());
    assert_eq!(invoice(&upper), invoice(COFFEE));
    let open = lnurl("bitcoin:?amount=0.00000021&lightning=ada@example.com");
    assert_eq!(open.suggested_msat, Some(21_000));

    // What cannot be paid is called by the name of the way nearest to us.
    for (text, kind) in [
        (address.to_owned(), K::OnChain),
        ("bitcoin:?lno=lnr1zcss9mk8".to_owned(), K::Bolt12),
        (format!("{address}?lno=lnr1zcss9mk8"), K::Bolt12),
        (format!("{address}?lightning=lnr1zcss9mk8"), K::Bolt12),
        (format!("{address}?somethingelse=50"), K::OnChain),
    ] {
        assert_eq!(read(&text).unwrap().kind(), Some(kind), "{text}");
    }
    for wrong in [
        format!("{address}?req-pop=x&lightning={COFFEE}"),
        format!("{address}?req-somethingyoudontunderstand=50"),
        format!("{address}?pop=x&pop=y&lightning={COFFEE}"),
        format!("{address}?amount=50,000.00"),
        format!("{address}?lightning=bitcoin:{COFFEE}"),
        format!("{address}?lightning=lightning:ada@example.com"),
        format!("{address}?lightning={creq}"),
        format!("{address}?lightning=lno1zcss9mk8"),
        format!("{address}?lno=lno1zcss9mk8"),
        format!("{address}?creq={COFFEE}"),
    ] {
        assert!(read(&wrong).is_err(), "{wrong}");
    }
}
