//! Coins a payee said that it has, and may redeem when it likes. They are its money: a look for lost
//! coins, which finds every number the issuer ever signed, must not bring them back.

use cdk::nuts::PublicKey;
use serde::{Deserialize, Serialize};

use super::Ecash;
use super::hand::Handed;
use super::keysets::unix_now;
use super::trouble::Trouble;

/// The kind of record they are kept as, by payment.
const LEFT: &str = "left-to-payee";
/// How long a payee is waited for, in seconds: thirty days.
const LONGEST: u64 = 30 * 24 * 3600;

#[derive(Debug, Serialize, Deserialize)]
struct Left {
    /// Since when, in seconds since 1970.
    since: u64,
    names: Vec<PublicKey>,
}

impl Ecash {
    /// Remembers whose they are. Before their own record goes.
    pub(super) async fn leave_to_payee(&self, handed: &Handed) -> Result<(), Trouble> {
        let left = Left {
            since: unix_now(),
            names: handed.names().to_vec(),
        };
        self.write_record(LEFT, &handed.payment.to_string(), &left)
            .await
    }

    /// The names of all such coins. What is older than anybody waits for is forgotten.
    pub(super) async fn left_to_payees(&self) -> Result<Vec<PublicKey>, Trouble> {
        let now = unix_now();
        let mut names = Vec::new();
        for (payment, left) in self.records_by_key::<Left>(LEFT).await? {
            if now.saturating_sub(left.since) > LONGEST {
                self.forget_record(LEFT, &payment).await?;
            } else {
                names.extend(left.names);
            }
        }
        Ok(names)
    }
}
