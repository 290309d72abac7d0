//! Amounts and units between programs and on disk: `{"value":"21","unit":"sat"}`.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::amount::Amount;
use crate::unit::Unit;

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = Unit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a unit's name, like \"sat\"")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Unit, E> {
                name.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Name)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_struct("Amount", 2)?;
        parts.serialize_field("value", &self.value().to_string())?;
        parts.serialize_field("unit", &self.unit())?;
        parts.end()
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parts {
            value: Count,
            unit: Unit,
        }

        let Parts {
            value: Count(value),
            unit,
        } = Parts::deserialize(deserializer)?;
        Amount::new(value, unit).map_err(de::Error::custom)
    }
}

/// An integer in a decimal string, in the one way it can be written.
struct Count(u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;

        impl Visitor<'_> for Digits {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer in a decimal string, like \"21\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Count, E> {
                // `u64::from_str` alone would take "+21" and "021".
                let plain = text.bytes().all(|byte| byte.is_ascii_digit())
                    && (text == "0" || !text.starts_with('0'));
                match text.parse() {
                    Ok(value) if plain => Ok(Count(value)),
                    _ => Err(E::custom(
                        "expected an integer in a decimal string, like \"21\"",
                    )),
                }
            }
        }

        deserializer.deserialize_str(Digits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::any::amount;

    #[test]
    fn an_amount_has_exactly_one_form() {
        let json = serde_json::to_string(&Amount::sat(21)).unwrap();
        assert_eq!(json, r#"{"value":"21","unit":"sat"}"#);
        let beans = Amount::small(7, "beans".parse().unwrap());
        assert_eq!(
            serde_json::to_string(&beans).unwrap(),
            r#"{"value":"7","unit":"beans"}"#
        );
    }

    #[test]
    fn another_kind_of_value_is_told_what_was_expected() {
        let refused = |json: &str| {
            serde_json::from_str::<Amount>(json)
                .unwrap_err()
                .to_string()
        };
        let count = refused(r#"{"value":21,"unit":"sat"}"#);
        assert!(count.contains("an integer in a decimal string"), "{count}");
        let unit = refused(r#"{"value":"21","unit":7}"#);
        assert!(unit.contains("a unit's name"), "{unit}");
    }

    #[test]
    fn any_other_form_is_refused() {
        for json in [
            r#"{"value":21,"unit":"sat"}"#,
            r#"{"value":21.0,"unit":"sat"}"#,
            r#"{"value":"21.0","unit":"sat"}"#,
            r#"{"value":"+21","unit":"sat"}"#,
            r#"{"value":"-21","unit":"sat"}"#,
            r#"{"value":"021","unit":"sat"}"#,
            r#"{"value":"00","unit":"sat"}"#,
            r#"{"value":" 21","unit":"sat"}"#,
            r#"{"value":"21 ","unit":"sat"}"#,
            r#"{"value":"2_1","unit":"sat"}"#,
            r#"{"value":"0x15","unit":"sat"}"#,
            r#"{"value":"1e3","unit":"sat"}"#,
            r#"{"value":"٢١","unit":"sat"}"#,
            r#"{"value":"","unit":"sat"}"#,
            r#"{"value":null,"unit":"sat"}"#,
            r#"{"value":"2100000000000001","unit":"sat"}"#,
            r#"{"value":"18446744073709551616","unit":"sat"}"#,
            r#"{"value":"99999999999999999999999999999999999999","unit":"sat"}"#,
            r#"{"value":"21","unit":"SAT"}"#,
            r#"{"value":"21","unit":"btc"}"#,
            r#"{"value":"21","unit":""}"#,
            r#"{"value":"21","unit":"sat "}"#,
            r#"{"value":"21","unit":null}"#,
            r#"{"value":"21"}"#,
            r#"{"unit":"sat"}"#,
            r#"{"value":"21","unit":"sat","note":"x"}"#,
            r#"{"value":"21","value":"22","unit":"sat"}"#,
            r#""21 sat""#,
            "21",
        ] {
            assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(amount in amount()) {
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
        }
    }
}
