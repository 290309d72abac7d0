//! Amounts, rules, words: texts and documents without a network or a file.

use farthing_money::{Amount, Breakdown, Settled, Unit};
use farthing_policy::Policy;
use farthing_vault::RecoveryWords;

/// What a person types as an amount, and amounts in documents.
pub fn amount(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for default in [Unit::Sat, Unit::Usd, Unit::Msat] {
        if let Ok(read) = Amount::parse(text, default) {
            assert!(read.value() <= read.unit().most());
            let again = Amount::parse(&read.to_string(), default);
            assert_eq!(again, Ok(read), "{text:?} shows as something else");
        }
    }
    if let Ok(read) = serde_json::from_str::<Amount>(text) {
        assert!(read.value() <= read.unit().most());
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Amount>(&written).unwrap(), read);
    }
    if let Ok(read) = serde_json::from_str::<Breakdown>(text) {
        let sum = read
            .fees()
            .iter()
            .try_fold(read.price(), |sum, fee| sum.checked_add(fee.at_most()))
            .unwrap();
        assert_eq!(sum, read.total_at_most(), "a breakdown that does not sum");
    }
    if let Ok(read) = serde_json::from_str::<Settled>(text) {
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Settled>(&written).unwrap(), read);
    }
}

/// Stored rules: something always holds, and what was read says the same again.
pub fn policy(data: &[u8]) {
    let reading = Policy::read(data);
    if reading.defect.is_some() {
        assert_eq!(reading.policy, Policy::strictest());
    }
    let again = Policy::read(&reading.policy.write());
    assert_eq!(again.defect, None);
    assert_eq!(again.policy, reading.policy);
}

/// Recovery words as people write them down.
pub fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(words) = RecoveryWords::parse(text) {
        let plain = words.as_words().join(" ");
        let again = RecoveryWords::parse(&plain).unwrap();
        assert_eq!(again.as_words(), words.as_words());
        assert_eq!(again.as_words().len(), 12);
    }
}
