//! Whom a payment name (BIP-353) leads to, asked of its domain's records before anything else.
//!
//! What the records say is reviewed as if the person had given it; only who is paid is the name.

use farthing_rails::code::{LightningAddress, PaymentCode};
use farthing_rails::payment_name::{Resolvers, look_up};
use farthing_vault::Mark;

use super::{Payee, ReviewError};
use crate::wallet::Wallet;

/// Who is paid by what a name's domain was proven to say.
pub(super) struct Named {
    address: LightningAddress,
    origin: String,
}

impl Wallet {
    /// A name's own way to be paid. Where its domain names none it stays what it was, a Lightning
    /// address; where what it says does not hold nothing is paid.
    pub(super) async fn follow_name(
        &self,
        code: PaymentCode,
    ) -> Result<(PaymentCode, Option<Named>), ReviewError> {
        let PaymentCode::Lnurl(lnurl) = &code else {
            return Ok((code, None));
        };
        let Some(address) = lnurl.address.as_ref().filter(|address| address.with_sign) else {
            return Ok((code, None));
        };
        let resolvers = match self.mark() {
            Mark::Real => Resolvers::public(),
            Mark::Practice { .. } => self.practice_resolvers().await,
        };
        match look_up(self.ecash.gate(), &resolvers, address).await? {
            Some(way) => {
                let named = Named {
                    address: address.clone(),
                    origin: lnurl.url.origin().ascii_serialization(),
                };
                Ok((way, Some(named)))
            }
            None => Ok((code, None)),
        }
    }

    /// The payee of a name is that of the same Lightning address: its domain answers for both, and
    /// whoever is blocked under one is not paid under the other.
    pub(super) fn payee_named(&self, named: &Named) -> Result<Payee, ReviewError> {
        let id = payee_id(&named.origin, &named.address.user);
        self.payee(
            id,
            format!("₿{}", named.address),
            Some(named.origin.clone()),
        )
    }
}

/// What identifies the payee at a Lightning address.
pub(super) fn payee_id(origin: &str, user: &str) -> String {
    format!("lnurl:{origin}/{user}")
}
