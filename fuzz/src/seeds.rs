//! Where fuzzing starts: one good input of each kind, and the oddities that are known.

use std::collections::BTreeMap;

use bech32::primitives::decode::CheckedHrpstring;
use cdk_common::Amount as CdkAmount;
use cdk_common::nuts::{CurrencyUnit, Id, KeySet, Keys, KeysResponse, SecretKey};
use farthing_money::{Amount, Breakdown, FeeKind, FeeLine};
use farthing_policy::Policy;
use farthing_rails::picture::{animated_gif, qr_png};
use serde_json::{Value, json};

use crate::issuers::{COFFEE, NEXT};
use crate::lnurls;
use crate::rates;
use crate::vaults::{WORDS, a_header};

/// One input.
#[derive(Debug)]
pub struct Seed {
    /// The target it is for.
    pub target: &'static str,
    /// The file's name.
    pub name: String,
    /// The input.
    pub bytes: Vec<u8>,
}

const VECTORS: [&str; 4] = [
    include_str!("../../crates/farthing-rails/src/code/vectors/bolt11_valid.txt"),
    include_str!("../../crates/farthing-rails/src/code/vectors/bolt11_invalid.txt"),
    include_str!("../../crates/farthing-rails/src/code/vectors/requests.txt"),
    include_str!("../../crates/farthing-rails/src/code/vectors/tokens.txt"),
];

const CODES: &[&str] = &[
    "https://shop.example/order?id=7",
    "https://shop.example/#cashuA",
    "bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?amount=0.0001&lightning=lnbc1",
    "bitcoin:?creq=CREQB1",
    "ada@example.com",
    "lnurl1dp68gurn8ghj7um9wfmxjcm99e3k7mf0v9cxj0m385ekvcenxc6r2c35xvukxefcv5mkvv34x5ekzd3ev56nyd3hxqurzepexejxxepnxscrvwfnv9nxzcn9xq6xyefhvgcxxcmyxymnserxfq5fns",
    "ur:bytes/1-3/lpadaxcfaocyl",
    "LIGHTNING:LNBC1",
    "00020101021229300012D156000000000510A93FO3230Q31280012D156000000010308520441115802CN5303156",
    "cashu:creqA",
    "lnurlp://shop.example/pay?x=1",
    "lnurlw://kiosk.example/voucher",
    "keyauth://site.example/auth?tag=login&k1=e2af6254a8df433264fa23f67eb8188635d15ce883e8fc020989d5f82ae6f11e&action=login",
    "https://site.example/auth?tag=login&k1=e2af6254a8df433264fa23f67eb8188635d15ce883e8fc020989d5f82ae6f11e",
    "ada+tips@127.0.0.1:7000",
    "₿ada@example.com",
    "bitcoin:?amount=0.00000021&lightning=ada@example.com&creq=creqA&lno=lno1&pop=x",
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A",
    "https://shop.example/?lightning=LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0",
    r#"{"x402Version":1,"accepts":[]}"#,
    "lno1qcp4256ypqpzwyq2p32x2um5ypmx2cm5dae8x93pqthvwfzadd7jejes8q9lhc4rvjxd022zv5l44g6qah82ru5rdpnpj",
    "lno1pgx9getnwss8vetrw3hhyucs5ypjgef743p5fzqq9nqxh0ah7y87rzv3ud0eleps9kl2d5348hq2k8qzqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgqpqqqqqqqqqqqqqqqqqqqqqqqqqqqzqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqqzq3zyg3zyg3zygs",
    "l+no1pqpzwyq2p32x2um5ypmx2cm5dae8x93pqthvwf+ zadd7jejes8q9lhc4rvjxd022zv5l44g6qah82ru5rdpnpj",
    "bitcoin:?amount=0.0000001&label=x&lightning=ada@example.com&lno=lno1pqpzwyq2p32x2um5ypmx2cm5dae8x93pqthvwfzadd7jejes8q9lhc4rvjxd022zv5l44g6qah82ru5rdpnpj",
];

const ADDRESSES: &[&str] = &[
    "https://issuer.example/Bitcoin",
    "https://127.0.0.1/",
    "http://localhost:3338/path",
    "https://[::ffff:10.0.0.1]/",
    "https://0x7f.1/",
    "https://user:pass@issuer.example",
    "https://xn--80ak6aa92e.com",
    "https://[64:ff9b::7f00:1]:443",
];

const AMOUNTS: &[&str] = &[
    "21 sat",
    "0.000021 BTC",
    "$1.01",
    "1.01 usd",
    "€2",
    "7 beans",
    "21",
    "₿0.5",
    "1,000",
    r#"{"value":"21","unit":"sat"}"#,
];

/// What is answered over LNURL, to the first question and the second.
const LNURL_ANSWERS: &[(&str, &[&str])] = &[
    (
        "offer",
        &[
            r#"{"tag":"payRequest","callback":"https://payee.example/cb","minSendable":250000000,"maxSendable":250000000,"metadata":"[[\"text/plain\",\"Busker\"],[\"text/identifier\",\"ada@payee.example\"]]","commentAllowed":140,"payerData":{"name":{"mandatory":true},"email":{}}}"#,
            r#"{"pr":"lnbc1","successAction":{"tag":"aes","description":"door","ciphertext":"AAAA","iv":"AAAAAAAAAAAAAAAAAAAAAA=="},"verify":"https://payee.example/v"}"#,
        ],
    ),
    (
        "voucher",
        &[
            r#"{"tag":"withdrawRequest","callback":"https://payee.example/cb","k1":"k","defaultDescription":"gift","minWithdrawable":1,"maxWithdrawable":5000}"#,
            r#"{"status":"OK"}"#,
        ],
    ),
    ("no", &[r#"{"status":"ERROR","reason":"closed"}"#]),
    (
        "settled",
        &[
            r#"{}"#,
            r#"{"settled":true,"preimage":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
        ],
    ),
    ("html", &[r#"<html>"#]),
];

/// What sites say of themselves, a line for each header as `page_offer` divides them.
const OFFERS: &[(&str, &str)] = &[
    (
        "l402",
        "wL402 version=\"0\", macaroon=\"AgEE==\", invoice=\"COFFEE\"\nx\nmtext/html\nt<title>Rain &amp; sun</title>",
    ),
    (
        "two",
        "wLSAT macaroon=\"AgEE\", invoice=\"COFFEE\", L402 token=AgEE, invoice=COFFEE, Basic realm=\"x\"",
    ),
    (
        "charge",
        "p{\"amount\":\"250000\",\"currency\":\"sat\",\"description\":\"Rain\",\"methodDetails\":{\"invoice\":\"COFFEE\",\"paymentHash\":\"0001020304050607080900010203040506070809000102030405060708090102\",\"network\":\"mainnet\"}}",
    ),
    (
        "cashu",
        "ccreqA\nu/a%2fb/..%5cc.pdf\ndattachment; filename=\"../con.txt\"; filename*=UTF-8''caf%C3%A9.pdf\nmapplication/pdf",
    ),
];

/// A merchant's code, its fields as `merchant_code` divides them.
const MERCHANT: &str = "\u{1}11\0\u{9a}\0\u{0}A93FO3230Q\u{1}\u{2}ada@shop.example\0\u{35}156\0\u{36}23.72\0\u{37}03\0\u{39}1.5\0\u{3a}CN\0\u{3b}BEST TRANSPORT\0\u{3c}BEIJING\0\u{a2}\u{1}bill-7\u{1}\u{5}ref";

const RATES: [&str; 4] = [
    include_str!("../../crates/farthing-rails/src/rates/recorded/coinbase.json"),
    include_str!("../../crates/farthing-rails/src/rates/recorded/coingecko.json"),
    include_str!("../../crates/farthing-rails/src/rates/recorded/kraken.json"),
    include_str!("../../crates/farthing-rails/src/rates/recorded/mempool.json"),
];

/// Every seed. Names are stable; what is random in a vault's header is random here too.
#[must_use]
pub fn all() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut add = |target, name: &str, bytes: &[u8]| {
        seeds.push(Seed {
            target,
            name: format!("seed-{name}"),
            bytes: bytes.to_vec(),
        });
    };
    let lines = VECTORS.iter().flat_map(|text| text.lines());
    for (number, text) in lines.chain(CODES.iter().copied()).enumerate() {
        add("code", &format!("{number:02}"), text.as_bytes());
        if let Some(carried) = inside(text) {
            add("carried_code", &format!("{number:02}"), &carried);
        }
    }
    add(
        "plain_text",
        "hidden",
        "\x28two coffees\u{202e}tsop-ot\u{200b}\n".as_bytes(),
    );
    for (number, text) in ADDRESSES.iter().enumerate() {
        add("address", &number.to_string(), text.as_bytes());
    }
    for (number, text) in AMOUNTS.iter().enumerate() {
        add("amount", &number.to_string(), text.as_bytes());
    }
    let fee = FeeLine::new(
        FeeKind::Network,
        "the network",
        Amount::sat(1),
        Amount::sat(3),
    );
    let cost = Breakdown::of(Amount::sat(21), vec![fee.unwrap()]).unwrap();
    add("amount", "breakdown", &serde_json::to_vec(&cost).unwrap());
    add("policy", "built-in", &Policy::built_in().write());
    add("policy", "strictest", &Policy::strictest().write());
    add("words", "plain", WORDS.as_bytes());
    add(
        "words",
        "numbered",
        b"1. Legal\n2) winner, thank; year wave sausage worth useful legal winner thank yellow",
    );
    add("picture", "png", &qr_png("https://shop.example").unwrap());
    add(
        "picture",
        "gif",
        &animated_gif(VECTORS[3].lines().next().unwrap()).unwrap(),
    );
    add("picture", "gif-small", b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;");
    add(
        "picture",
        "jpeg-start",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb\0C\0",
    );
    add("vault_header", "genuine", &a_header());
    add("vault_open", "words-untouched", &[0]);
    add("vault_open", "passphrase-untouched", &[1]);
    add("vault_open", "words-flip", &[0, 0, 1, 0, 0x20]);
    add("vault_open", "passphrase-flip", &[1, 0, 2, 0, 0x20]);
    for kind in 0..4 {
        add("sealed", &format!("genuine-{kind}"), &[kind]);
        add("sealed", &format!("flipped-{kind}"), &[kind, 0, 0, 40, 1]);
        add("sealed", &format!("any-{kind}"), &[0x80 | kind, 1, 2, 3]);
    }
    add("sealed", "right-place", &[3, b'7']);
    for target in ["history_file", "money_file"] {
        add(target, "untouched", &[0]);
        add(target, "flip", &[0, 0, 8, 0, 1]);
        add(target, "cut", &[0, 2, 0x80, 0, 0]);
        add(target, "page-moved", &[0, 5, 0x40, 0, 0xff]);
        add(target, "noise", &[5, 1, 2, 3]);
        add(
            target,
            "foreign-log",
            b"\x067\x7f\x06\x82\0-\xe2\x18\0\0\x10\0",
        );
        add(
            target,
            "foreign-journal",
            b"\x07\xd9\xd5\x05\xf9 \xa1c\xd7\0\0\0\x01",
        );
    }
    for table in 0..4_u8 {
        for column in 0..6_u8 {
            let name = format!("{table}-{column}");
            add("history_rows", &name, &[table, column, 1, 0, 0, 3, 1, 0]);
        }
    }
    add("history_rows", "deleted", &[0, 0, 5, 0xff, 0, 0, 0, 0]);
    for (kind, name, reply) in replies() {
        let mut bytes = vec![kind];
        bytes.extend(reply.to_string().into_bytes());
        add("issuer_reply", name, &bytes);
    }
    add(
        "issuer_reply",
        "url",
        b"\x0bhttps://issuer.example:3338/Bitcoin/",
    );
    let find = |wanted: &str| {
        let found = replies().into_iter().find(|(_, name, _)| *name == wanted);
        found.unwrap().2.to_string().into_bytes()
    };
    let quiet = [find("info"), find("keysets"), find("keysets"), find("keys")].join(&NEXT);
    let whole = [
        quiet.clone(),
        find("mint-quote"),
        find("mint-quote"),
        find("signatures"),
        find("melt-quote"),
    ]
    .join(&NEXT);
    add("issuer_talk", "quiet", &quiet);
    add("issuer_talk", "whole", &whole);
    add(
        "issuer_talk",
        "refused",
        &[
            find("info"),
            b"!{\"code\":20001,\"detail\":\"no\\u202e\"}".to_vec(),
        ]
        .join(&NEXT),
    );
    add("issuer_talk", "broken", b"?");
    add("issuer_talk", "html", b"<html>hello</html>");
    for (name, answers) in LNURL_ANSWERS {
        add(
            "lnurl_reply",
            name,
            &answers
                .iter()
                .map(|answer| answer.as_bytes())
                .collect::<Vec<_>>()
                .join(&lnurls::NEXT[..]),
        );
    }
    for (name, offer) in OFFERS {
        add(
            "page_offer",
            name,
            offer.replace("COFFEE", COFFEE).as_bytes(),
        );
    }
    add("merchant_code", "fee", MERCHANT.as_bytes());
    add("merchant_code", "tip", b"\x37" as &[u8]);
    let next = char::from(rates::NEXT).to_string();
    let believed = r#"{"rate":{"bitcoin":"80000","currency":"EUR"},"as_of_ms":1795303000000,"sources":["kraken"],"jumped":null}"#;
    add("rates_reply", "all", RATES.join(&next).as_bytes());
    add(
        "rates_reply",
        "jumped",
        [RATES.join(&next), believed.to_owned()]
            .join(&next)
            .as_bytes(),
    );
    seeds
}

/// The bytes a code carries, marked for `carried_code`.
fn inside(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
    let carried = |kind: u8, body: &str| {
        let bytes = URL_SAFE_NO_PAD
            .decode(body)
            .or_else(|_| URL_SAFE.decode(body))
            .ok()?;
        Some([&[kind], bytes.as_slice()].concat())
    };
    for (kind, prefix) in [(0, "creqA"), (1, "cashuA"), (2, "cashuB")] {
        if let Some(body) = text.strip_prefix(prefix) {
            return carried(kind, body);
        }
    }
    if let Ok(offer) = CheckedHrpstring::new::<bech32::NoChecksum>(text)
        && offer.hrp().as_str() == "lno"
    {
        return Some(std::iter::once(6).chain(offer.byte_iter()).collect());
    }
    let (hrp, bytes) = bech32::decode(text).ok()?;
    let kind = match hrp.to_lowercase().as_str() {
        "creqb" => 3,
        "lnurl" => 4,
        _ => return None,
    };
    Some([&[kind], bytes.as_slice()].concat())
}

/// Good replies, by the kind `issuer_reply` knows them under.
fn replies() -> Vec<(u8, &'static str, Value)> {
    let keys: BTreeMap<CdkAmount, _> = (0..6_u8)
        .map(|bit| {
            let secret = SecretKey::from_slice(&[bit + 1; 32]).unwrap();
            (CdkAmount::from(1_u64 << bit), secret.public_key())
        })
        .collect();
    let keys = Keys::new(keys);
    let id = Id::v1_from_keys(&keys);
    let point = SecretKey::from_slice(&[9; 32])
        .unwrap()
        .public_key()
        .to_string();
    let keyset = KeySet {
        id,
        unit: CurrencyUnit::Sat,
        active: Some(true),
        keys,
        input_fee_ppk: 100,
        final_expiry: None,
    };
    let listed = json!({"id": id, "unit": "sat", "active": true, "input_fee_ppk": 100});
    let signed = json!({"amount": 16, "id": id, "C_": point});
    let way = json!({"method": "bolt11", "unit": "sat", "min_amount": 1, "max_amount": 100_000});
    vec![
        (
            0,
            "info",
            json!({
                "name": "An issuer", "pubkey": point, "version": "Nutshell/0.20.2",
                "description": "of play money", "motd": "hello",
                "contact": [{"method": "email", "info": "ada@issuer.example"}],
                "nuts": {
                    "4": {"methods": [way], "disabled": false},
                    "5": {"methods": [way], "disabled": false},
                    "7": {"supported": true}, "8": {"supported": true}, "9": {"supported": true},
                    "12": {"supported": true}, "20": {"supported": true},
                },
            }),
        ),
        (1, "keysets", json!({"keysets": [listed]})),
        (
            2,
            "keys",
            serde_json::to_value(KeysResponse {
                keysets: vec![keyset],
            })
            .unwrap(),
        ),
        (
            3,
            "mint-quote",
            json!({
                "quote": "q1", "request": COFFEE, "amount": 21, "unit": "sat", "state": "PAID", "expiry": 1_900_000_000,
            }),
        ),
        (
            4,
            "melt-quote",
            json!({
                "quote": "q2", "amount": 250_000, "unit": "sat", "fee_reserve": 3, "state": "UNPAID",
                "request": COFFEE, "expiry": 1_900_000_000, "payment_preimage": null, "change": [signed],
            }),
        ),
        (5, "swap", json!({"signatures": [signed]})),
        (6, "signatures", json!({"signatures": [signed]})),
        (
            7,
            "restore",
            json!({"outputs": [{"amount": 16, "id": id, "B_": point}], "signatures": [signed]}),
        ),
        (
            8,
            "states",
            json!({"states": [{"Y": point, "state": "RESERVED", "witness": null}]}),
        ),
        (
            9,
            "payload",
            json!({
                "id": "order-7", "memo": "two coffees", "mint": "https://issuer.example", "unit": "sat",
                "proofs": [{"amount": 16, "id": id, "secret": "s", "C": point}],
            }),
        ),
        (
            10,
            "refusal",
            json!({"code": 11001, "detail": "Token already spent\u{202e}"}),
        ),
    ]
}
