//! What an issuer says it owes: its own books, not the wallet's opinion.

use std::collections::BTreeMap;
use std::ops::Index;

use serde_json::Value;

/// An issuer's books at one moment, unit by unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books(BTreeMap<String, UnitBooks>);

/// What an issuer issued and owes in one unit, counted in that unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitBooks {
    /// Coins signed, ever.
    pub issued: i64,
    /// Coins taken back, ever.
    pub redeemed: i64,
    /// Coins people hold.
    pub outstanding: i64,
    /// Of those, coins set aside for payments still being decided.
    pub held: i64,
    /// Top-ups that are paid and not yet turned into coins.
    pub paid_not_issued: i64,
    /// Coin fees kept.
    pub fees: i64,
}

impl Books {
    /// Reads `[{"unit":"sat","issued":…}, …]`.
    #[must_use]
    pub fn from_json(units: &Value) -> Self {
        let units = units
            .as_array()
            .unwrap_or_else(|| panic!("no units in {units}"));
        Self(
            units
                .iter()
                .map(|u| (text(u, "unit").to_owned(), unit_books(u)))
                .collect(),
        )
    }
}

impl Index<&str> for Books {
    type Output = UnitBooks;

    fn index(&self, unit: &str) -> &UnitBooks {
        self.0
            .get(unit)
            .unwrap_or_else(|| panic!("no {unit} in {self:?}"))
    }
}

fn unit_books(json: &Value) -> UnitBooks {
    let number = |name: &str| {
        json[name]
            .as_i64()
            .unwrap_or_else(|| panic!("no number {name} in {json}"))
    };
    let books = UnitBooks {
        issued: number("issued"),
        redeemed: number("redeemed"),
        outstanding: number("outstanding"),
        held: number("held"),
        paid_not_issued: number("paid_not_issued"),
        fees: number("fees"),
    };
    assert_eq!(
        books.issued - books.redeemed,
        books.outstanding,
        "books that do not add up"
    );
    books
}

fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {json}"))
}
