//! Argon2id: what makes guessing a PIN or passphrase expensive.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::secret::Secret;

/// What one guess costs. Always between the floor and the ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Why a cost is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// Guessing would be too cheap.
    #[error("{memory_kib} KiB and {passes} passes are below the floor of 19 MiB and 2 passes")]
    BelowFloor {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        passes: u32,
    },
    /// Opening would exhaust the device.
    #[error(
        "{memory_kib} KiB, {passes} passes, {lanes} lanes are above what any device should spend"
    )]
    AboveCeiling {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        passes: u32,
        /// Parallel lanes.
        lanes: u32,
    },
}

impl Cost {
    /// What new wallets use: 64 MiB, 3 passes (RFC 9106, second recommendation, in one lane).
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// The least that is created or opened (OWASP's minimum): 19 MiB, 2 passes.
    pub const FLOOR: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// The most that is created or opened: a changed header must not be able to
    /// exhaust the device that reads it.
    pub const CEILING: Self = Self {
        memory_kib: 1024 * 1024,
        passes: 10,
        lanes: 4,
    };

    /// `memory_kib` in KiB.
    ///
    /// # Errors
    /// Outside [`Self::FLOOR`] and [`Self::CEILING`].
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CostError> {
        if memory_kib < Self::FLOOR.memory_kib || passes < Self::FLOOR.passes || lanes == 0 {
            return Err(CostError::BelowFloor { memory_kib, passes });
        }
        if memory_kib > Self::CEILING.memory_kib
            || passes > Self::CEILING.passes
            || lanes > Self::CEILING.lanes
        {
            return Err(CostError::AboveCeiling {
                memory_kib,
                passes,
                lanes,
            });
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// The parameters as they are authenticated with what they protect.
    pub(crate) fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let values = [self.memory_kib, self.passes, self.lanes];
        for (place, value) in bytes.chunks_exact_mut(4).zip(values) {
            place.copy_from_slice(&value.to_be_bytes());
        }
        bytes
    }
}

/// The parameters as they stand in a file, not yet checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UncheckedCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl UncheckedCost {
    pub(crate) fn check(self) -> Result<Cost, CostError> {
        Cost::new(self.memory_kib, self.passes, self.lanes)
    }
}

impl Serialize for UncheckedCost {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Cost {
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        }
        .serialize(serializer)
    }
}

impl From<Cost> for UncheckedCost {
    fn from(cost: Cost) -> Self {
        Self {
            memory_kib: cost.memory_kib,
            passes: cost.passes,
            lanes: cost.lanes,
        }
    }
}

pub(crate) const SALT: usize = 16;

/// Argon2id, version 1.3.
pub(crate) fn stretch(secret: &Secret, salt: &[u8; SALT], cost: Cost) -> Key {
    let mut key = Key::zeroed();
    #[expect(
        clippy::expect_used,
        reason = "a checked cost is within Argon2's own limits"
    )]
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .expect("a checked cost is within Argon2's limits");
    #[expect(
        clippy::expect_used,
        reason = "lengths are fixed and the secret is in memory"
    )]
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(&secret.normalized(), salt, key.bytes_mut())
        .expect("16 bytes of salt and 32 of output are within Argon2's limits");
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_below_the_floor_or_above_the_ceiling_cannot_be_built() {
        let (floor, top) = (Cost::FLOOR, Cost::CEILING);
        assert_eq!(Cost::new(floor.memory_kib, floor.passes, 1), Ok(floor));
        assert_eq!(Cost::new(top.memory_kib, top.passes, top.lanes), Ok(top));
        for (memory, passes, lanes) in [
            (floor.memory_kib - 1, 2, 1),
            (floor.memory_kib, 1, 1),
            (1 << 20, 1, 1),
            (0, 0, 0),
            (floor.memory_kib, 2, 0),
        ] {
            assert!(matches!(
                Cost::new(memory, passes, lanes),
                Err(CostError::BelowFloor { .. })
            ));
        }
        for (memory, passes, lanes) in [
            (top.memory_kib + 1, 2, 1),
            (u32::MAX, u32::MAX, u32::MAX),
            (floor.memory_kib, 11, 1),
            (floor.memory_kib, 2, 5),
        ] {
            assert!(matches!(
                Cost::new(memory, passes, lanes),
                Err(CostError::AboveCeiling { .. })
            ));
        }
    }

    #[test]
    fn secret_salt_and_every_parameter_change_the_key() {
        let cost = |m, t, p| Cost::new(m, t, p).unwrap();
        let key = |text: &str, salt: u8, cost| {
            *stretch(&Secret::from_text(text.to_owned()), &[salt; SALT], cost).as_bytes()
        };
        let floor = cost(19 * 1024, 2, 1);
        let base = key("2580", 1, floor);
        assert_eq!(base, key("2580", 1, floor));
        for other in [
            key("2581", 1, floor),
            key("2580", 2, floor),
            key("2580", 1, cost(20 * 1024, 2, 1)),
            key("2580", 1, cost(19 * 1024, 3, 1)),
            key("2580", 1, cost(19 * 1024, 2, 2)),
        ] {
            assert_ne!(base, other);
        }
    }
}
