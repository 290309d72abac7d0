//! What sites ask for, honest ones and others.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

/// BOLT 11's own example: 2500 µBTC, one cup of coffee.
const INVOICE: &str = "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh";
const HASH: &str = "0001020304050607080900010203040506070809000102030405060708090102";
/// Donation without an amount.
const OPEN: &str = "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql";

fn asked(line: &str) -> Demands {
    demands(&PriceTags {
        authenticate: vec![line],
        ..PriceTags::default()
    })
}

fn charge(amount: &str, more: &str) -> String {
    let request = format!(
        r#"{{"amount":"{amount}","currency":"sat","methodDetails":{{"invoice":"{INVOICE}"{more}}}}}"#
    );
    format!(
        r#"Payment id="x1", realm="paper.example", method="lightning", intent="charge", request="{}""#,
        URL_SAFE_NO_PAD.encode(request)
    )
}

#[test]
fn an_invoice_with_a_macaroon_can_be_paid_under_both_its_names() {
    for (scheme, expected) in [
        (
            "L402",
            Ticket::L402 {
                macaroon: "AgEE".to_owned(),
            },
        ),
        (
            "LSAT",
            Ticket::Lsat {
                macaroon: "AgEE".to_owned(),
            },
        ),
    ] {
        let found = asked(&format!(
            "{scheme} macaroon=\"AgEE\", invoice=\"{INVOICE}\""
        ));
        let [
            Demand::Invoice {
                invoice, ticket, ..
            },
        ] = &found.payable[..]
        else {
            panic!("{found:?}");
        };
        assert_eq!(
            (invoice.amount_msat, ticket),
            (Some(250_000_000), &expected)
        );
    }
}

#[test]
fn a_price_that_is_left_open_or_damaged_is_not_payable() {
    let long = "A".repeat(5000);
    for line in [
        format!("L402 macaroon=\"AgEE\", invoice=\"{OPEN}\""),
        format!(
            "L402 macaroon=\"AgEE\", invoice=\"{}\"",
            INVOICE.replace('5', "6")
        ),
        format!("L402 invoice=\"{INVOICE}\""),
        format!("L402 macaroon=\"{long}\", invoice=\"{INVOICE}\""),
        format!("L402 macaroon=\"a\u{e9}b\", invoice=\"{INVOICE}\""),
        format!("L402 macaroon=\"a b\", invoice=\"{INVOICE}\""),
        "L402 macaroon=\"AgEE\"".to_owned(),
    ] {
        let found = asked(&line);
        assert_eq!(
            (found.payable, found.unpayable),
            (vec![], vec![Unpayable::Damaged]),
            "{line}"
        );
    }
}

#[test]
fn a_charge_that_says_what_its_invoice_says_can_be_paid() {
    let hash = format!(r#","paymentHash":"{HASH}","network":"mainnet""#);
    for line in [charge("250000", ""), charge("250000", &hash)] {
        let found = asked(&line);
        let [
            Demand::Invoice {
                ticket: Ticket::Payment { challenge },
                ..
            },
        ] = &found.payable[..]
        else {
            panic!("{found:?}");
        };
        assert_eq!(challenge["id"], "x1");
        assert_eq!(challenge["realm"], "paper.example");
    }
}

#[test]
fn a_charge_that_contradicts_its_invoice_is_refused() {
    let other = format!(r#","paymentHash":"{}""#, HASH.replace('9', "8"));
    for line in [
        charge("249999", ""),
        charge("2500001", ""),
        charge("-1", ""),
        charge("250000.0", ""),
        charge("250000", &other),
        charge("250000", r#","network":"regtest""#),
        charge("250000", r#","network":"moon""#),
    ] {
        assert_eq!(asked(&line).unpayable, [Unpayable::Damaged], "{line}");
    }
    let session = charge("250000", "").replace("intent=\"charge\"", "intent=\"session\"");
    assert_eq!(asked(&session).unpayable, [Unpayable::OtherMethod]);
    let card = charge("250000", "").replace("method=\"lightning\"", "method=\"card\"");
    assert_eq!(asked(&card).unpayable, [Unpayable::OtherMethod]);
}

#[test]
fn passwords_are_not_asked_for_and_chains_are_only_named() {
    assert_eq!(asked("Basic realm=\"x\", Bearer"), Demands::default());
    let x402 = demands(&PriceTags {
        x402: true,
        ..PriceTags::default()
    });
    assert_eq!(
        (x402.payable.len(), &x402.unpayable[..]),
        (0, &[Unpayable::OnAChain][..])
    );
}

#[test]
fn a_site_asks_in_the_words_of_lud_18_and_one_that_cannot_be_understood_is_not_paid() {
    let line = format!(r#"L402 macaroon="AgEE", invoice="{INVOICE}""#);
    let asks = |headers: &[&'static str]| {
        demands(&PriceTags {
            authenticate: vec![&line],
            payer_data: headers.to_vec(),
            ..PriceTags::default()
        })
    };
    let quiet = asks(&[]);
    assert_eq!(quiet.payable.len(), 1);
    assert!(quiet.asks.known.is_empty());

    let curious = asks(&[
        r#"{"email":{"mandatory":true,"purpose":"receipt","why":"the bill"},"shoe":{"mandatory":true},"hat":{}}"#,
    ]);
    assert_eq!(curious.payable.len(), 1);
    assert_eq!(curious.asks.known.len(), 1);
    let known = &curious.asks.known[0];
    assert!(known.ask.required);
    assert_eq!(known.ask.item, farthing_policy::Item::Email);
    assert_eq!(known.why.as_ref().unwrap().as_str(), "the bill");
    assert_eq!(curious.asks.unknown.len(), 1);

    let long = format!(r#"{{"name":{{"why":"{}"}}}}"#, "x".repeat(9_000));
    let long: &'static str = Box::leak(long.into_boxed_str());
    for damaged in [
        &["name"][..],
        &["[]"],
        &[r#"{"name":{"mandatory":"perhaps"}}"#],
        &["{}", "{}"],
        &[long],
    ] {
        let found = asks(damaged);
        assert!(found.payable.is_empty(), "{damaged:?}");
        assert_eq!(found.unpayable.first(), Some(&Unpayable::Damaged));
    }
}
