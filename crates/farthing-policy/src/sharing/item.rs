//! What can be shared, and what for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Something a person may share with a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Item {
    /// A name they choose.
    Name,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A coarse region: a country, and at most three characters of a postal code.
    Region,
    /// The language they read, as a BCP 47 tag.
    Language,
    /// One of five age bands.
    AgeBand,
    /// What they like, in their words.
    Interests,
    /// A key that this merchant alone knows them by.
    ContactKey,
    /// The note of one payment.
    Note,
    /// What they bought from this merchant.
    Purchases,
    /// A copy of one receipt.
    ReceiptCopy,
    /// Anonymous figures of their spending.
    Statistics,
}

/// What something is shared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// To deliver what is paid for.
    Deliver,
    /// For the receipt, and to help when something goes wrong.
    Receipt,
    /// To recommend things.
    Recommend,
    /// To learn about customers in general.
    Research,
    /// To advertise.
    Marketing,
}

/// The text names nothing that can be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is nothing that can be shared")]
pub struct NotAnItem;

/// The text names no purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no purpose that anything is shared for")]
pub struct NotAPurpose;

/// Why a value cannot be shared as this item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadValue {
    /// There is nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// It is longer than anybody needs.
    #[error("it is longer than {most} characters")]
    TooLong {
        /// The most there may be.
        most: usize,
    },
    /// It has characters that are not text.
    #[error("it has characters in it that nobody can see")]
    Unseen,
    /// It does not look like what it should be, or says more than it should.
    #[error("it should look like {like}")]
    Unlike {
        /// An example.
        like: &'static str,
    },
    /// Nobody types this item: the wallet makes it.
    #[error("the wallet makes this itself")]
    Made,
}

impl Item {
    /// Every item, in the order in which people read them.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Region,
        Self::Language,
        Self::AgeBand,
        Self::Interests,
        Self::ContactKey,
        Self::Note,
        Self::Purchases,
        Self::ReceiptCopy,
        Self::Statistics,
    ];

    /// The bands of [`Item::AgeBand`].
    pub const AGE_BANDS: [&str; 5] = ["under 18", "18-29", "30-44", "45-64", "65 or more"];

    /// The item's stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Region => "region",
            Self::Language => "language",
            Self::AgeBand => "age_band",
            Self::Interests => "interests",
            Self::ContactKey => "contact_key",
            Self::Note => "note",
            Self::Purchases => "purchases",
            Self::ReceiptCopy => "receipt_copy",
            Self::Statistics => "statistics",
        }
    }

    /// Whether the person says what it is, once, in their own details.
    #[must_use]
    pub const fn is_typed(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Email
                | Self::Phone
                | Self::Region
                | Self::Language
                | Self::AgeBand
                | Self::Interests
        )
    }

    /// Whether a merchant can be told while it is paid. The others are handed over as a file.
    #[must_use]
    pub const fn goes_with_a_payment(self) -> bool {
        self.is_typed() || matches!(self, Self::ContactKey | Self::Note)
    }

    /// Whether `value` can stand for this item.
    ///
    /// # Errors
    /// [`BadValue`], with what it should look like.
    pub fn check(self, value: &str) -> Result<(), BadValue> {
        if !self.is_typed() {
            return Err(BadValue::Made);
        }
        if value.trim().is_empty() {
            return Err(BadValue::Empty);
        }
        let most = self.longest();
        if value.chars().count() > most {
            return Err(BadValue::TooLong { most });
        }
        if value.chars().any(char::is_control) {
            return Err(BadValue::Unseen);
        }
        let (fits, like) = match self {
            Self::Email => (is_email(value), "ada@example.org"),
            Self::Phone => (is_phone(value), "+44 20 7946 0000"),
            Self::Region => (
                is_region(value),
                "ES 280: a country and the beginning of a postal code",
            ),
            Self::Language => (is_language(value), "en or pt-BR"),
            Self::AgeBand => (Self::AGE_BANDS.contains(&value), "30-44"),
            _ => (true, ""),
        };
        if fits {
            Ok(())
        } else {
            Err(BadValue::Unlike { like })
        }
    }

    const fn longest(self) -> usize {
        match self {
            Self::Name => 80,
            Self::Email => 254,
            Self::Phone | Self::Language => 32,
            Self::Region => 6,
            Self::AgeBand => 10,
            _ => 200,
        }
    }
}

fn is_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
            && !value.chars().any(char::is_whitespace)
    })
}

fn is_phone(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let rest = value.strip_prefix('+').unwrap_or(value);
    (5..=15).contains(&digits)
        && rest
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')'))
}

/// Two letters of a country, and no more of a postal code than says which part of it.
fn is_region(value: &str) -> bool {
    let (country, rest) = match value.split_once([' ', '-']) {
        Some((country, rest)) => (country, Some(rest)),
        None => (value, None),
    };
    country.len() == 2
        && country.chars().all(|letter| letter.is_ascii_uppercase())
        && rest.is_none_or(|rest| {
            (1..=3).contains(&rest.len())
                && rest.chars().all(|letter| letter.is_ascii_alphanumeric())
        })
}

fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    parts.next().is_some_and(|first| {
        (2..=3).contains(&first.len()) && first.chars().all(|letter| letter.is_ascii_alphabetic())
    }) && parts.all(|part| {
        (1..=8).contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_alphanumeric())
    })
}

impl Purpose {
    /// Every purpose, the narrowest first.
    pub const ALL: [Self; 5] = [
        Self::Deliver,
        Self::Receipt,
        Self::Recommend,
        Self::Research,
        Self::Marketing,
    ];

    /// The purpose's stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Deliver => "deliver",
            Self::Receipt => "receipt",
            Self::Recommend => "recommend",
            Self::Research => "research",
            Self::Marketing => "marketing",
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Item {
    type Err = NotAnItem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|item| item.code() == text).ok_or(NotAnItem)
    }
}

impl FromStr for Purpose {
    type Err = NotAPurpose;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|purpose| purpose.code() == text)
            .ok_or(NotAPurpose)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_stored_name_of_an_item_and_of_a_purpose_is_its_code() {
        for item in Item::ALL {
            assert_eq!(serde_json::to_value(item).unwrap(), item.code());
            assert_eq!(item.code().parse(), Ok(item));
        }
        for purpose in Purpose::ALL {
            assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.code());
            assert_eq!(purpose.code().parse(), Ok(purpose));
        }
        assert_eq!("Name".parse::<Item>(), Err(NotAnItem));
    }

    #[test]
    fn a_region_is_coarse_or_none() {
        for fine in ["ES", "ES 28", "ES-280", "GB SW1"] {
            assert_eq!(Item::Region.check(fine), Ok(()), "{fine}");
        }
        for too_much in ["ES 28013", "GB SW1A", "28013", "es 28", "ES 2 8", "Calle"] {
            assert!(Item::Region.check(too_much).is_err(), "{too_much}");
        }
    }

    #[test]
    fn values_look_like_what_they_are() {
        for (item, good, bad) in [
            (Item::Email, "ada@example.org", "ada@localhost"),
            (Item::Email, "a+b@x.co", "a b@x.co"),
            (Item::Phone, "+44 20 7946 0000", "call me"),
            (Item::Language, "pt-BR", "Portuguese, please"),
            (Item::AgeBand, "30-44", "37"),
            (Item::Name, "Ada", " "),
            (Item::Interests, "chess, jam", "a\u{7}b"),
        ] {
            assert_eq!(item.check(good), Ok(()), "{good}");
            assert!(item.check(bad).is_err(), "{bad}");
        }
        assert_eq!(Item::ContactKey.check("02ab"), Err(BadValue::Made));
        assert_eq!(
            Item::Name.check(&"a".repeat(81)),
            Err(BadValue::TooLong { most: 80 })
        );
    }

    proptest! {
        #[test]
        fn no_region_that_is_taken_says_more_than_three_characters_of_a_postal_code(
            value in "[A-Z]{0,3}[ -]?[A-Z0-9 -]{0,6}",
        ) {
            if Item::Region.check(&value).is_ok() {
                let code = value.get(3..).unwrap_or_default();
                prop_assert!(code.len() <= 3, "{value}");
            }
        }

        #[test]
        fn no_value_panics(value: String) {
            for item in Item::ALL {
                let _ = item.check(&value);
            }
        }
    }
}
