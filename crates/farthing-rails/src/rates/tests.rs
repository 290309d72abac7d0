//! Sources are read as they really answer, and no one of them is believed alone against others.

use farthing_money::Rate;
use proptest::prelude::*;

use super::judge::STALE_AFTER_MS;
use super::*;

/// 26 seconds after the last of the recorded answers.
const NOW: u64 = 1_795_303_526_000;

const RECORDED: [(&str, &[u8]); 4] = [
    ("coinbase", include_bytes!("recorded/coinbase.json")),
    ("coingecko", include_bytes!("recorded/coingecko.json")),
    ("kraken", include_bytes!("recorded/kraken.json")),
    ("mempool", include_bytes!("recorded/mempool.json")),
];

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

fn named(name: &str) -> &'static dyn Source {
    sources()
        .into_iter()
        .find(|source| source.name() == name)
        .unwrap()
}

fn recorded(code: &str) -> Vec<(&'static str, String, u64)> {
    RECORDED
        .iter()
        .filter_map(|(name, body)| named(name).read(body, currency(code), NOW))
        .map(|reading| {
            (
                reading.source,
                reading.rate.to_string(),
                NOW - reading.at_ms,
            )
        })
        .collect()
}

#[test]
fn each_source_is_read_as_it_answers() {
    let of = |source, rate: &str, age| (source, rate.to_owned(), age);
    assert_eq!(
        recorded("EUR"),
        [
            of("coinbase", "86202.115 EUR", 0),
            of("coingecko", "86251 EUR", 26_000),
            of("kraken", "86210.1 EUR", 0),
            of("mempool", "86190 EUR", 1_521_000),
        ]
    );
    assert_eq!(
        recorded("KES"),
        [
            of("coinbase", "12959000.15 KES", 0),
            of("coingecko", "12965123.45 KES", 26_000),
        ]
    );
    assert_eq!(recorded("KWD"), [of("coinbase", "30704.5552 KWD", 0)]);
    assert_eq!(recorded("XPF"), []);
}

#[test]
fn a_market_of_another_currency_is_not_taken_for_the_one_asked_about() {
    let kraken = named("kraken");
    assert!(kraken.read(RECORDED[2].1, currency("USD"), NOW).is_none());
    let refused = br#"{"error":["EQuery:Unknown asset pair"],"result":{}}"#;
    assert!(kraken.read(refused, currency("EUR"), NOW).is_none());
    assert!(kraken.questions(&[currency("KES")]).is_empty());
    let asked = kraken.questions(&[currency("EUR"), currency("KES"), currency("USD")]);
    assert_eq!(
        asked,
        [
            "/0/public/Ticker?pair=XBTEUR",
            "/0/public/Ticker?pair=XBTUSD"
        ]
    );
    assert!(named("mempool").questions(&[currency("KES")]).is_empty());
}

#[test]
fn the_addresses_of_the_sources_are_ones_a_real_wallet_may_reach() {
    let gate = Gate::new(crate::gate::Reach::RealWorld);
    for source in sources() {
        for question in source.questions(&[currency("EUR"), currency("KES")]) {
            assert!(gate.check(&format!("{}{question}", source.home())).is_ok());
        }
    }
}

proptest! {
    #[test]
    fn an_answer_cut_short_or_garbled_is_no_rate_or_the_same_one(
        which in 0..4_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let (name, body) = RECORDED[which];
        let source = named(name);
        let mut body = body.to_vec();
        let at = at.index(body.len());
        if cut { body.truncate(at) } else { body[at] = byte }
        if let Some(reading) = source.read(&body, currency("EUR"), NOW) {
            prop_assert!(reading.at_ms <= NOW);
            prop_assert_eq!(reading.rate.currency(), currency("EUR"));
        }
    }
}

fn reading(source: &'static str, rate: &str, age_ms: u64) -> Reading {
    Reading {
        source,
        rate: Rate::parse(rate, currency("EUR")).unwrap(),
        at_ms: NOW - age_ms,
    }
}

fn known(rate: &str, age_ms: u64) -> Known {
    Known {
        rate: Rate::parse(rate, currency("EUR")).unwrap(),
        as_of_ms: NOW - age_ms,
        sources: vec!["coinbase".to_owned()],
        jumped: None,
    }
}

fn believed(verdict: &Verdict) -> Option<String> {
    verdict.known.as_ref().map(|known| known.rate.to_string())
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

#[test]
fn the_middle_of_the_fresh_ones_is_believed() {
    let all = [
        reading("coinbase", "86202.115", 0),
        reading("coingecko", "86251", 26_000),
        reading("kraken", "86210.1", 0),
        reading("mempool", "80000", 2 * HOUR),
    ];
    let verdict = judge(&all, None, NOW);
    assert_eq!(believed(&verdict).unwrap(), "86210.1 EUR");
    let known = verdict.known.unwrap();
    assert_eq!(known.sources, ["coinbase", "coingecko", "kraken"]);
    assert_eq!(known.as_of_ms, NOW - 26_000);
    assert_eq!(verdict.doubt, None);
}

#[test]
fn one_that_is_far_from_the_others_is_left_out() {
    let all = [
        reading("coinbase", "86000", 0),
        reading("coingecko", "86100", 0),
        reading("kraken", "8610", 0),
    ];
    let verdict = judge(&all, None, NOW);
    assert_eq!(verdict.left_out, ["kraken"]);
    assert_eq!(believed(&verdict).unwrap(), "86050 EUR");
}

#[test]
fn of_two_that_differ_neither_is_believed() {
    let two = [
        reading("coinbase", "86000", 0),
        reading("kraken", "100000", 0),
    ];
    let verdict = judge(&two, None, NOW);
    assert_eq!(
        (believed(&verdict), verdict.doubt),
        (None, Some(Doubt::Disagree))
    );
    let verdict = judge(&two, Some(&known("87000", HOUR)), NOW);
    assert_eq!(believed(&verdict).unwrap(), "87000 EUR");
    assert_eq!(verdict.doubt, Some(Doubt::Disagree));
}

#[test]
fn one_alone_is_believed_where_no_other_knows_the_currency() {
    let verdict = judge(&[reading("coinbase", "86000", 0)], None, NOW);
    assert_eq!(verdict.known.unwrap().sources, ["coinbase"]);
}

#[test]
fn a_jump_is_believed_when_it_is_still_there_later() {
    let jump = |age| {
        [
            reading("coinbase", "96000", age),
            reading("kraken", "96100", age),
        ]
    };
    let first = judge(&jump(0), Some(&known("86000", HOUR)), NOW);
    assert_eq!(believed(&first).unwrap(), "86000 EUR");
    assert_eq!(first.doubt, Some(Doubt::Jump));

    let first = first.known.unwrap();
    let again = judge(&jump(0), Some(&first), NOW + MINUTE);
    assert_eq!(again.doubt, Some(Doubt::Jump), "too soon");
    let again = again.known.unwrap();
    let later = judge(&jump(0), Some(&again), NOW + 2 * MINUTE);
    assert_eq!(
        (believed(&later).unwrap().as_str(), later.doubt),
        ("96050 EUR", None)
    );

    let back = [reading("coinbase", "86100", 0)];
    let back = judge(&back, Some(&again), NOW + 2 * MINUTE);
    assert_eq!(back.known.unwrap().jumped, None);
}

#[test]
fn a_tenth_is_no_jump_and_a_little_more_is() {
    let doubt = |rate| {
        judge(
            &[reading("coinbase", rate, 0)],
            Some(&known("100000", 0)),
            NOW,
        )
        .doubt
    };
    assert_eq!(doubt("110000"), None);
    assert_eq!(doubt("110000.01"), Some(Doubt::Jump));
    assert_eq!(doubt("90000"), None);
    assert_eq!(doubt("89999.99"), Some(Doubt::Jump));
}

#[test]
fn the_last_rate_is_shown_for_a_day_and_then_none() {
    let kept = |age_ms| believed(&judge(&[], Some(&known("86000", age_ms)), NOW));
    assert_eq!(kept(STALE_AFTER_MS).unwrap(), "86000 EUR");
    assert_eq!(kept(STALE_AFTER_MS + 1), None);
    // Nor does it stand in the way of a new one any more.
    let old = known("10", STALE_AFTER_MS + 1);
    let verdict = judge(&[reading("coinbase", "86000", 0)], Some(&old), NOW);
    assert_eq!(verdict.doubt, None);
}

proptest! {
    #[test]
    fn what_is_believed_is_within_reach_of_more_than_half_of_those_who_answered(
        rates in prop::collection::vec(1_000_000..200_000_000_u64, 1..5),
    ) {
        let names = ["coinbase", "coingecko", "kraken", "mempool"];
        let all: Vec<Reading> = rates
            .iter()
            .zip(names)
            .map(|(rate, name)| reading(name, &rate.to_string(), 0))
            .collect();
        if let Some(known) = judge(&all, None, NOW).known {
            let near = all.iter().filter(|one| known.rate.apart(one.rate).unwrap() <= 1_100).count();
            prop_assert!(near * 2 > all.len());
        }
    }
}
