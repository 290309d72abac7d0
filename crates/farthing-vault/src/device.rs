//! What of this device the vault uses.

use std::sync::Arc;

use crate::clock::BootClock;
use crate::kdf::Cost;
use crate::keychain::{Keychain, NoKeychain, OsKeychain, probe};

/// The standard. A wallet that tests kill thousands of times costs the least that is permitted.
const OF_NEW_WALLETS: Cost = if cfg!(feature = "kill-points") {
    Cost::FLOOR
} else {
    Cost::STANDARD
};

/// This device: its keychain, its clock since the start, and what one guess at a
/// new secret shall cost.
#[derive(Debug, Clone)]
pub struct Device {
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) boot: BootClock,
    pub(crate) cost: Cost,
}

impl Device {
    /// With the system's keychain.
    pub fn this() -> Self {
        Self::with_keychain(Arc::new(OsKeychain))
    }

    /// Whether the keychain keeps what it is given: then a new wallet takes a PIN, else a
    /// passphrase. May wait for the keychain's service.
    pub fn has_working_keychain(&self) -> bool {
        probe(self.keychain.as_ref(), "nobody").is_ok()
    }

    /// As if the system had no keychain.
    pub fn without_keychain() -> Self {
        Self::with_keychain(Arc::new(NoKeychain))
    }

    /// With a given keychain.
    pub fn with_keychain(keychain: Arc<dyn Keychain>) -> Self {
        Self {
            keychain,
            boot: BootClock::System,
            cost: OF_NEW_WALLETS,
        }
    }

    /// The cheapest permitted cost, so that tests are quick. Not below the floor.
    #[cfg(any(test, feature = "test-support"))]
    #[must_use]
    pub fn at_least_cost(mut self) -> Self {
        self.cost = Cost::FLOOR;
        self
    }

    /// A clock that tests set.
    #[cfg(any(test, feature = "test-support"))]
    #[must_use]
    pub fn with_boot_clock(mut self, clock: crate::clock::SetBootClock) -> Self {
        self.boot = BootClock::Set(clock);
        self
    }
}
