//! One line of what a payment costs beside its price.

use serde::{Deserialize, Serialize};

use crate::amount::{Amount, AmountError};

/// The most bytes the name of a fee's receiver may have.
pub const LONGEST_RECEIVER: usize = 1024;

/// What a fee is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FeeKind {
    /// What the issuer takes for each coin handed in.
    IssuerInput,
    /// What the issuer takes for changing coins before the payment.
    Swap,
    /// What the network takes for carrying the payment.
    Network,
    /// What a service on the way takes.
    Service,
    /// What changing one unit into another costs.
    Conversion,
    /// What is lost because pieces cannot be split any further.
    Rounding,
    /// What the payee is charged for taking the money in, paid by us.
    Payee,
}

impl FeeKind {
    /// Every kind there is.
    pub const ALL: [Self; 7] = [
        Self::IssuerInput,
        Self::Swap,
        Self::Network,
        Self::Service,
        Self::Conversion,
        Self::Rounding,
        Self::Payee,
    ];

    /// The kind's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IssuerInput => "issuer_input",
            Self::Swap => "swap",
            Self::Network => "network",
            Self::Service => "service",
            Self::Conversion => "conversion",
            Self::Rounding => "rounding",
            Self::Payee => "payee",
        }
    }
}

/// A fee shown before paying: what it is for, who gets it, the least it will be
/// and the most it can be. A line of zero says that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "FeeLineParts")]
pub struct FeeLine {
    kind: FeeKind,
    to: String,
    amount: Amount,
    at_most: Amount,
}

impl FeeLine {
    /// A fee of at least `amount` and at most `at_most`, for whoever `to` names.
    pub fn new(
        kind: FeeKind,
        to: impl Into<String>,
        amount: Amount,
        at_most: Amount,
    ) -> Result<Self, FeeLineError> {
        let to = receiver(to.into())?;
        if !amount.is_at_most(at_most)? {
            return Err(FeeLineError::MoreThanAtMost { amount, at_most });
        }
        Ok(Self {
            kind,
            to,
            amount,
            at_most,
        })
    }

    /// A fee known to the piece.
    pub fn exactly(
        kind: FeeKind,
        to: impl Into<String>,
        amount: Amount,
    ) -> Result<Self, FeeLineError> {
        Self::new(kind, to, amount, amount)
    }

    /// A fee that may turn out to be anything up to `at_most`.
    pub fn up_to(
        kind: FeeKind,
        to: impl Into<String>,
        at_most: Amount,
    ) -> Result<Self, FeeLineError> {
        Self::new(kind, to, Amount::zero(at_most.unit()), at_most)
    }

    /// What the fee is for.
    #[must_use]
    pub const fn kind(&self) -> FeeKind {
        self.kind
    }

    /// Who gets it, as text to show.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// The least it will be.
    #[must_use]
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// The most it can be.
    #[must_use]
    pub const fn at_most(&self) -> Amount {
        self.at_most
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeeLineParts {
    kind: FeeKind,
    to: String,
    amount: Amount,
    at_most: Amount,
}

impl TryFrom<FeeLineParts> for FeeLine {
    type Error = FeeLineError;

    fn try_from(parts: FeeLineParts) -> Result<Self, FeeLineError> {
        Self::new(parts.kind, parts.to, parts.amount, parts.at_most)
    }
}

/// A fee as it really was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "PaidFeeParts")]
pub struct PaidFee {
    kind: FeeKind,
    to: String,
    amount: Amount,
}

impl PaidFee {
    /// A fee that was paid to whoever `to` names.
    pub fn new(kind: FeeKind, to: impl Into<String>, amount: Amount) -> Result<Self, FeeLineError> {
        Ok(Self {
            kind,
            to: receiver(to.into())?,
            amount,
        })
    }

    /// What the fee was for.
    #[must_use]
    pub const fn kind(&self) -> FeeKind {
        self.kind
    }

    /// Who got it, as text to show.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// What it was.
    #[must_use]
    pub const fn amount(&self) -> Amount {
        self.amount
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaidFeeParts {
    kind: FeeKind,
    to: String,
    amount: Amount,
}

impl TryFrom<PaidFeeParts> for PaidFee {
    type Error = FeeLineError;

    fn try_from(parts: PaidFeeParts) -> Result<Self, FeeLineError> {
        Self::new(parts.kind, parts.to, parts.amount)
    }
}

/// A name short enough to show, without characters that would show something else.
fn receiver(to: String) -> Result<String, FeeLineError> {
    if to.trim().is_empty() {
        return Err(FeeLineError::NobodyNamed);
    }
    if to.len() > LONGEST_RECEIVER {
        return Err(FeeLineError::NameTooLong { bytes: to.len() });
    }
    if to.chars().any(|c| c.is_control() || turns_text_around(c)) {
        return Err(FeeLineError::NameMisleads);
    }
    Ok(to)
}

/// Unicode's bidirectional controls, line and paragraph separators, and the
/// characters that hide: a name with these reads as another name. The zero-width joiner
/// and non-joiner are no such thing: Persian and most emoji cannot be written without.
fn turns_text_around(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// Why there is no such fee.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeeLineError {
    /// The least is more than the most.
    #[error("a fee of {amount} cannot be at most {at_most}")]
    MoreThanAtMost {
        /// The least it was said to be.
        amount: Amount,
        /// The most it was said to be.
        at_most: Amount,
    },
    /// It does not say who gets the fee.
    #[error("a fee has to say who gets it")]
    NobodyNamed,
    /// The name is too long to show.
    #[error("the name of who gets a fee has at most {LONGEST_RECEIVER} bytes, this one {bytes}")]
    NameTooLong {
        /// The bytes of the name given.
        bytes: usize,
    },
    /// The name has control, invisible or direction-changing characters.
    #[error("the name of who gets a fee has characters that would show as another name")]
    NameMisleads,
    /// The amounts have no order.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Unit;

    #[test]
    fn a_line_names_who_gets_the_fee_with_a_name_up_to_the_longest() {
        for to in ["Maple", &"m".repeat(LONGEST_RECEIVER)] {
            let most = Amount::sat(3);
            let line = FeeLine::new(FeeKind::Network, to, Amount::sat(1), most).unwrap();
            let paid = PaidFee::new(FeeKind::Network, to, most).unwrap();
            assert_eq!((line.to(), paid.to()), (to, to));
        }
    }

    #[test]
    fn a_fee_cannot_be_more_than_it_can_be() {
        let (one, two) = (Amount::sat(1), Amount::sat(2));
        assert!(FeeLine::new(FeeKind::Network, "the network", one, two).is_ok());
        assert_eq!(
            FeeLine::new(FeeKind::Network, "the network", two, one),
            Err(FeeLineError::MoreThanAtMost {
                amount: two,
                at_most: one
            })
        );
        assert_eq!(
            FeeLine::new(FeeKind::Network, "the network", one, Amount::msat(2_000)),
            Err(AmountError::UnitMismatch {
                left: Unit::Sat,
                right: Unit::Msat
            }
            .into())
        );
    }

    #[test]
    fn no_fee_at_all_is_a_line_too() {
        let none = FeeLine::exactly(FeeKind::Service, "nobody", Amount::sat(0)).unwrap();
        assert!(none.at_most().is_zero());
    }

    #[test]
    fn who_gets_a_fee_cannot_pose_as_another() {
        let fee = |to: &str| PaidFee::new(FeeKind::Swap, to, Amount::sat(1));
        assert!(fee("issuer.example").is_ok());
        for honest in [
            "café 🌻",
            "می\u{200c}خواهم",
            "👩\u{200d}🌾",
            &"🌻".repeat(80),
        ] {
            assert!(fee(honest).is_ok(), "{honest:?}");
        }
        for (to, error) in [
            ("", FeeLineError::NobodyNamed),
            ("  ", FeeLineError::NobodyNamed),
            ("a\nb", FeeLineError::NameMisleads),
            ("a\u{1b}[31m", FeeLineError::NameMisleads),
            ("a\u{202e}b", FeeLineError::NameMisleads),
            ("a\u{2066}b", FeeLineError::NameMisleads),
            ("a\u{200b}b", FeeLineError::NameMisleads),
        ] {
            assert_eq!(fee(to), Err(error), "{to:?}");
        }
        let long = "a".repeat(LONGEST_RECEIVER + 1);
        assert_eq!(
            fee(&long),
            Err(FeeLineError::NameTooLong {
                bytes: LONGEST_RECEIVER + 1
            })
        );
    }

    #[test]
    fn a_stored_line_is_checked_when_it_is_read() {
        let line = FeeLine::up_to(FeeKind::IssuerInput, "issuer.example", Amount::sat(2)).unwrap();
        let json = serde_json::to_string(&line).unwrap();
        assert_eq!(
            json,
            r#"{"kind":"issuer_input","to":"issuer.example","amount":{"value":"0","unit":"sat"},"at_most":{"value":"2","unit":"sat"}}"#
        );
        assert_eq!(serde_json::from_str::<FeeLine>(&json).unwrap(), line);
        for altered in [
            json.replace(r#""value":"0""#, r#""value":"3""#),
            json.replacen(r#""unit":"sat""#, r#""unit":"msat""#, 1),
            json.replace("issuer_input", "tip"),
            json.replace("issuer.example", ""),
            json.replace(r#""kind""#, r#""more":1,"kind""#),
        ] {
            assert_ne!(altered, json);
            assert!(
                serde_json::from_str::<FeeLine>(&altered).is_err(),
                "{altered}"
            );
        }
    }

    #[test]
    fn kinds_have_one_name_everywhere() {
        for kind in FeeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
