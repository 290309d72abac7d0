//! Who knows what about me, since when, and until when: everything at once.

use farthing_policy::Standing;
use farthing_store::history::MerchantId;

use super::{Answered, Asked, Switch};
use crate::clock::now_ms;
use crate::rights::{DataRequest, urgency};
use crate::statement::StatementMade;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Something about one merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingLine<T> {
    /// The merchant.
    pub merchant: MerchantId,
    /// What the person reads.
    pub name: String,
    /// What.
    pub what: T,
}

/// Everything that is shared, was shared, or was asked for and is not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sharing {
    /// How many merchants may learn something now.
    pub shops: usize,
    /// What may be shared, paused switches among them.
    pub active: Vec<SharingLine<Switch>>,
    /// What was asked for and not told.
    pub denied: Vec<SharingLine<Asked>>,
    /// What was shared once.
    pub ended: Vec<SharingLine<Switch>>,
    /// Every statement that was handed over, the newest first.
    pub statements: Vec<StatementMade>,
    /// What was asked of merchants: overdue before waiting before answered.
    pub requests: Vec<SharingLine<DataRequest>>,
}

impl Wallet {
    /// Who knows what, since when and until when.
    ///
    /// # Errors
    /// [`StoreTrouble`].
    pub fn sharing(&self) -> Result<Sharing, StoreTrouble> {
        let now = now_ms();
        let own = self.own_details()?;
        let mut sharing = Sharing {
            statements: self.statements()?,
            ..Sharing::default()
        };
        for (merchant, details) in self.all_known()? {
            let name = details.shown_name().to_owned();
            let mut on = false;
            for grant in details.grants.iter().rev() {
                let line = SharingLine {
                    merchant: merchant.id,
                    name: name.clone(),
                    what: Switch::off(grant.item, &details, &own).turned(grant, now),
                };
                match grant.standing(now) {
                    Standing::Ended => sharing.ended.push(line),
                    standing => {
                        on |= standing == Standing::On;
                        sharing.active.push(line);
                    }
                }
            }
            let denied = details
                .asked
                .into_iter()
                .filter(|asked| asked.answer == Answered::NotNow);
            sharing.denied.extend(denied.map(|what| SharingLine {
                merchant: merchant.id,
                name: name.clone(),
                what,
            }));
            let asked_of_it = details.requests.into_iter();
            sharing.requests.extend(asked_of_it.map(|what| SharingLine {
                merchant: merchant.id,
                name: name.clone(),
                what,
            }));
            sharing.shops = sharing.shops.saturating_add(usize::from(on));
        }
        sharing
            .requests
            .sort_by_key(|line| urgency(line.what.state(now), line.what.asked_ms));
        Ok(sharing)
    }
}
