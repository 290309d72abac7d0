//! Where names lead, and which of that may be gone to.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Reach, address};

/// Looks names up and refuses a name when any of its addresses is one the wallet may not reach, so
/// a name cannot be pointed at the local network later. What is connected to is what was looked at:
/// nobody asks a second time in between.
#[derive(Clone)]
pub(super) struct Names {
    reach: Reach,
    asked: Arc<dyn Resolve>,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names")
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl Names {
    /// Asks whomever this machine asks.
    pub(super) fn of_the_system(reach: Reach) -> Self {
        Self {
            reach,
            asked: Arc::new(System),
        }
    }

    /// Asks `asked`, which may be as hostile as any name server.
    #[cfg(test)]
    pub(super) fn told_by(reach: Reach, asked: Arc<dyn Resolve>) -> Self {
        Self { reach, asked }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        let found = self.asked.resolve(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = found.await?.collect();
            for socket in &found {
                address::check_address(socket.ip(), reach)?;
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Addrs = Box::new(found.collect::<Vec<_>>().into_iter());
            Ok(addresses)
        })
    }
}
