//! Reading stored rules, and what holds when they cannot be read.

use serde::Deserialize;

use crate::policy::{Policy, PolicyDefect, PolicyParts, known_version};

/// The most bytes rules may take.
pub const LONGEST_POLICY: usize = 64 * 1024;

/// What came of reading rules: some always hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Reading {
    /// The rules that hold: those read, or the strictest.
    pub policy: Policy,
    /// Why the strictest hold, when they do.
    pub defect: Option<PolicyDefect>,
}

impl Policy {
    /// Reads rules as [`Policy::write`] wrote them. Whatever is wrong with them, the
    /// strictest hold instead: rules nobody can read must not become no rules.
    pub fn read(bytes: &[u8]) -> Reading {
        match read(bytes) {
            Ok(policy) => Reading {
                policy,
                defect: None,
            },
            Err(defect) => Reading {
                policy: Self::strictest(),
                defect: Some(defect),
            },
        }
    }

    /// The rules in the form they are stored in.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        // Only maps without text keys and failing writers make this fail. Nothing at
        // all reads back as the strictest rules.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn read(bytes: &[u8]) -> Result<Policy, PolicyDefect> {
    /// Read alone first: newer rules have parts we cannot know.
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }

    if bytes.len() > LONGEST_POLICY {
        return Err(PolicyDefect::TooLong { bytes: bytes.len() });
    }
    let Version { version } = serde_json::from_slice(bytes).map_err(malformed)?;
    known_version(version)?;
    // Not `Policy` itself: serde would turn its defects into sentences.
    serde_json::from_slice::<PolicyParts>(bytes)
        .map_err(malformed)?
        .try_into()
}

fn malformed(error: serde_json::Error) -> PolicyDefect {
    PolicyDefect::Malformed {
        line: error.line(),
        column: error.column(),
    }
}

#[cfg(test)]
mod tests {
    use farthing_money::Unit;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn altered(pointer: &str, value: Value) -> Vec<u8> {
        let mut rules = serde_json::to_value(Policy::built_in()).unwrap();
        *rules.pointer_mut(pointer).unwrap() = value;
        serde_json::to_vec(&rules).unwrap()
    }

    #[test]
    fn rules_read_back_as_they_were_written() {
        let reading = Policy::read(&Policy::built_in().write());
        assert_eq!(
            reading,
            Reading {
                policy: Policy::built_in(),
                defect: None
            }
        );
    }

    #[test]
    fn rules_with_a_defect_are_replaced_by_the_strictest() {
        use PolicyDefect as D;
        let sat = |value: &str| json!({"value": value, "unit": "sat"});
        let table = [
            (
                vec![b' '; LONGEST_POLICY + 1],
                D::TooLong {
                    bytes: LONGEST_POLICY + 1,
                },
            ),
            (vec![], D::Malformed { line: 1, column: 0 }),
            (
                altered("/version", json!(2)),
                D::UnknownVersion { found: 2, known: 1 },
            ),
            (
                br#"{"version":2,"new":"form"}"#.to_vec(),
                D::UnknownVersion { found: 2, known: 1 },
            ),
            (
                altered("/units/0/payment_cap", sat("500001")),
                D::PaymentCapAboveBalanceCap { unit: Unit::Sat },
            ),
            (
                altered("/units/1/balance_cap", sat("500000")),
                D::MixedUnits { unit: Unit::Sat },
            ),
            (
                altered("/units/1/secret_above", sat("1")),
                D::MixedUnits { unit: Unit::Msat },
            ),
            (
                altered("/units/1/fees_allowed_to", sat("1")),
                D::MixedUnits { unit: Unit::Msat },
            ),
            (
                altered("/units/0/fees_unremarked_to", sat("6")),
                D::WarningAfterRefusal,
            ),
            (
                altered("/warn_above_basis_points", json!(2_501)),
                D::WarningAfterRefusal,
            ),
            (
                altered("/refuse_above_basis_points", json!(10_001)),
                D::FeesAbovePrice,
            ),
            (
                altered("/other_units/payment_cap", json!(1_001)),
                D::OtherPaymentCapAboveBalanceCap,
            ),
            (
                altered("/other_units/fees_unremarked_to", json!(6)),
                D::WarningAfterRefusal,
            ),
        ];
        for (bytes, defect) in table {
            let reading = Policy::read(&bytes);
            assert_eq!(reading.defect, Some(defect));
            assert_eq!(reading.policy, Policy::strictest());
        }
        let rules = serde_json::to_value(Policy::built_in()).unwrap();
        let first = rules.pointer("/units/0").unwrap();
        for (units, defect) in [
            (vec![first; 2], D::UnitTwice { unit: Unit::Sat }),
            (vec![first; 33], D::TooManyUnits { units: 33 }),
        ] {
            assert_eq!(
                Policy::read(&altered("/units", json!(units))).defect,
                Some(defect)
            );
        }
    }

    #[test]
    fn rules_at_exactly_their_bounds_are_rules() {
        let mut rules = serde_json::to_value(Policy::built_in()).unwrap();
        for (pointer, value) in [
            ("/other_units/payment_cap", json!(1_000)),
            ("/other_units/fees_unremarked_to", json!(5)),
            ("/refuse_above_basis_points", json!(10_000)),
            ("/warn_above_basis_points", json!(10_000)),
        ] {
            *rules.pointer_mut(pointer).unwrap() = value;
        }
        let pattern = rules.pointer("/units/0").unwrap().clone();
        let units = (0..32).map(|number| {
            let mut unit = pattern.clone();
            for amount in unit.as_object_mut().unwrap().values_mut() {
                amount["unit"] = json!(format!("token-{number}"));
            }
            unit
        });
        rules["units"] = units.collect();
        let reading = Policy::read(&serde_json::to_vec(&rules).unwrap());
        assert_eq!(reading.defect, None);
    }

    #[test]
    fn rules_of_the_greatest_length_are_read() {
        let mut bytes = Policy::built_in().write();
        bytes.resize(LONGEST_POLICY, b' ');
        assert_eq!(Policy::read(&bytes).defect, None);
    }

    #[test]
    fn parts_missing_unknown_or_of_another_kind_are_defects() {
        for bytes in [
            altered("/units/0/balance_cap", json!(500_000)),
            altered("/units/0/balance_cap", json!("500000")),
            altered("/units/0", json!({})),
            altered("/other_units", Value::Null),
            altered("/warn_above_basis_points", json!(-1)),
            altered("/warn_above_basis_points", json!(2.5)),
            br#"{"version":1}"#.to_vec(),
            b"{}".to_vec(),
            b"null".to_vec(),
            b"\xff\xfe".to_vec(),
            [Policy::built_in().write(), b"x".to_vec()].concat(),
        ] {
            let reading = Policy::read(&bytes);
            assert!(matches!(
                reading.defect,
                Some(PolicyDefect::Malformed { .. })
            ));
            assert_eq!(reading.policy, Policy::strictest());
        }
    }

    proptest! {
        #[test]
        fn rules_cut_short_are_the_strictest(length in any::<prop::sample::Index>()) {
            let whole = Policy::built_in().write();
            let part = whole.get(..length.index(whole.len())).unwrap();
            prop_assert_eq!(Policy::read(part).policy, Policy::strictest());
        }

        #[test]
        fn any_bytes_leave_some_rules_in_force(bytes in any::<Vec<u8>>()) {
            let reading = Policy::read(&bytes);
            prop_assert!(reading.defect.is_some());
            prop_assert_eq!(reading.policy, Policy::strictest());
        }
    }
}
