//! What public sources say a bitcoin is worth.

use farthing_money::{Currency, Rate};
use farthing_rails::rates::{Known, Reading, judge, sources};

/// When the answers come, in milliseconds since 1970.
const NOW_MS: u64 = 1_795_304_000_000;
/// Divides one source's answer from the next one's.
pub(crate) const NEXT: u8 = 0;

/// The answers of all four sources, in the order of [`sources`], then what was believed before.
pub fn rates_reply(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == NEXT);
    let bodies: Vec<&[u8]> = parts.by_ref().take(sources().len()).collect();
    let last: Option<Known> = parts
        .next()
        .and_then(|known| serde_json::from_slice(known).ok());
    for code in ["EUR", "USD", "JPY", "KWD"] {
        let currency: Currency = code.parse().unwrap();
        let answers = sources().into_iter().zip(&bodies);
        let readings: Vec<Reading> = answers
            .filter_map(|(source, body)| source.read(body, currency, NOW_MS))
            .collect();
        for reading in &readings {
            assert_eq!(reading.rate.currency(), currency);
            assert!(reading.at_ms <= NOW_MS, "{reading:?} is of tomorrow");
            let written = serde_json::to_string(&reading.rate).unwrap();
            let read: Rate = serde_json::from_str(&written).unwrap();
            assert_eq!(read, reading.rate);
        }
        let last = last.clone().filter(|last| last.rate.currency() == currency);
        believed(&readings, last);
    }
}

fn believed(readings: &[Reading], last: Option<Known>) {
    let verdict = judge(readings, last.as_ref(), NOW_MS);
    let Some(known) = verdict.known else {
        return;
    };
    if verdict.doubt.is_some() {
        // In doubt nothing changes.
        assert_eq!(Some(known.rate), last.map(|last| last.rate));
        return;
    }
    let named: Vec<&Reading> = readings
        .iter()
        .filter(|one| known.sources.iter().any(|name| name == one.source))
        .collect();
    let apart = |one: &&Reading| one.rate.apart(known.rate).unwrap_or(u64::MAX);
    assert!(named.iter().all(|one| apart(one) <= 1_100), "{known:?}");
    assert!(!named.is_empty() && known.as_of_ms <= NOW_MS);
    assert!(named.iter().any(|one| one.at_ms == known.as_of_ms));
}
