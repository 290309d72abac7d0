//! What reaching a node costs.

/// A routing fee: a fixed part and a share of the amount, in millisatoshi.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct RoutingFee {
    /// Charged once per payment, in millisatoshi.
    pub base_msat: u64,
    /// Millionths of the amount.
    pub ppm: u64,
}

impl RoutingFee {
    /// The fee for reaching `node`: 1 sat + 0.5 % to the world outside and to
    /// issuers, half that base and 0.1 % to the shops round the corner.
    #[must_use]
    pub fn to(node: &str) -> Self {
        match node {
            "corner_shop" | "daily_paper" | "arcade" => Self {
                base_msat: 500,
                ppm: 1_000,
            },
            _ => Self {
                base_msat: 1_000,
                ppm: 5_000,
            },
        }
    }

    /// The fee for `amount_msat`, rounded up to a whole millisatoshi.
    ///
    /// `None` when the sum does not fit.
    #[must_use]
    pub fn of(self, amount_msat: u64) -> Option<u64> {
        let share = u128::from(amount_msat)
            .checked_mul(u128::from(self.ppm))?
            .div_ceil(1_000_000);
        u64::try_from(share).ok()?.checked_add(self.base_msat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coffee_to_the_outside_costs_one_sat_and_half_a_percent() {
        assert_eq!(RoutingFee::to("merchant").of(21_000), Some(1_105));
    }

    #[test]
    fn the_share_rounds_up() {
        assert_eq!(RoutingFee::to("merchant").of(1), Some(1_001));
    }
}
