//! How often each path was asked for, paid and handed out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Paywall;
use crate::reply::Refusal;

/// What happened at one address.
#[derive(Debug, Default, Serialize)]
pub(in crate::shop) struct Count {
    /// Requests since the town opened.
    asked: u64,
    /// Answers with the content since the town opened.
    served: u64,
    /// Payments ever.
    pub paid: u64,
    /// Coins taken of it, after the issuers' fees, in satoshi.
    ecash_sat: i64,
    /// Lightning received of it.
    lightning_msat: u64,
}

/// Counts of a paywall, by path.
pub(in crate::shop) fn counted(wall: &Paywall) -> Result<BTreeMap<String, Count>, Refusal> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (path, tally) in wall.tally() {
        let count = counts.entry(path).or_default();
        (count.asked, count.served) = (tally.asked, tally.served);
    }
    for sold in wall.sold().map_err(Refusal::broken)? {
        let count = counts.entry(sold.what).or_default();
        count.paid += u64::try_from(sold.paid).unwrap_or(0);
        count.ecash_sat = sold.net;
    }
    for till in wall.tills()? {
        let count = counts.entry(till.till).or_default();
        count.paid += till.paid;
        count.lightning_msat = till.received_msat;
    }
    Ok(counts)
}
