//! Vouchers (LNURL-withdraw): money that comes in over Lightning, by an invoice of our own.
//!
//! The invoice is an ordinary top-up: it is in the journal before the voucher's maker sees it, and
//! whatever is paid to it is collected, now or at a later start. A voucher is claimed once; asked
//! for again, the same top-up is looked at.

use std::time::Duration;

use farthing_money::{Amount, Breakdown, Unit};
use farthing_rails::code::{Lnurl, PaymentCode, Purpose};
use farthing_rails::ecash::Purse;
use farthing_rails::lnurl::{Answer, Claimed, LnurlError, Voucher, ask};
use farthing_store::history::PaymentId;

use crate::journal::{Begun, Outcome, PaymentKind};
use crate::purses::files;
use crate::redeem::{RedeemError, RedeemReview, Redeemed};
use crate::review::{CodeInput, host_of, read_code};
use crate::top_up::{TopUpError, TopUpOutcome, uuid_of};
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// How long a voucher's payment is waited for before it is left to a later question.
const PATIENCE: Duration = Duration::from_secs(30);
/// Millisatoshis in the smallest amount a purse can take in.
const MSAT_PER_SAT: u64 = 1_000;

/// A voucher, what it brings, and where that goes.
pub(crate) struct Offered {
    /// Who pays it out.
    from: String,
    /// What its maker says it is.
    about: Option<String>,
    amount: Amount,
    purse: Purse,
    /// What may happen once: this voucher, by the address it was found at and by its own name.
    once: String,
    state: State,
}

enum State {
    /// Its maker offers it.
    Fresh(Box<Voucher>),
    /// A payment of ours has claimed it and is not decided; its maker may not have heard of it.
    Claimed(PaymentId, Option<Box<Voucher>>),
}

/// The name under which a voucher is claimed by the address it was found at.
pub(crate) fn place_of(lnurl: &Lnurl) -> String {
    format!("voucher at {}", lnurl.url)
}

impl Wallet {
    /// What a code offers, if it is a voucher. Its maker is asked; nothing is claimed by asking.
    pub(crate) async fn offered(&self, code: &CodeInput) -> Result<Option<Offered>, RedeemError> {
        let PaymentCode::Lnurl(lnurl) = read_code(code)? else {
            return Ok(None);
        };
        if lnurl.purpose == Purpose::Pay {
            return Ok(None);
        }
        let place = place_of(&lnurl);
        let before = match self.claimed(&place)? {
            Some(payment) => self.story(payment)?,
            None => None,
        };
        if let Some(story) = &before
            && story.outcome() == Outcome::StillDeciding
            && let Some(purse) = self.ecash.purse(&story.begun.purse).await.map_err(files)?
        {
            let voucher = match ask(self.ecash.gate(), &lnurl.url).await {
                Ok(Answer::Voucher(voucher)) => Some(voucher),
                _ => None,
            };
            return Ok(Some(Offered {
                from: story.begun.payee.clone().unwrap_or_default(),
                about: story.begun.note.clone(),
                amount: story.begun.cost.price(),
                purse,
                once: place,
                state: State::Claimed(story.payment, voucher),
            }));
        }
        let voucher = match ask(self.ecash.gate(), &lnurl.url).await {
            Ok(Answer::Voucher(voucher)) => voucher,
            Ok(_) => return Ok(None),
            Err(LnurlError::Refused { .. } | LnurlError::OutOfBounds) if before.is_some() => {
                return Err(RedeemError::AlreadyRedeemed);
            }
            Err(error) => return Err(error.into()),
        };
        let amount = Amount::new(voucher.most_msat / MSAT_PER_SAT, Unit::Sat)
            .map_err(|_| LnurlError::OutOfBounds)?;
        let least = voucher.least_msat.div_ceil(MSAT_PER_SAT);
        if amount.is_zero() || amount.value() < least {
            return Err(LnurlError::OutOfBounds.into());
        }
        let purse = self
            .choose_purse(None, Some(Unit::Sat))
            .await?
            .ok_or(RedeemError::NoPurse)?;
        Ok(Some(Offered {
            from: host_of(&voucher.origin()),
            about: Some(voucher.about.to_string()).filter(|words| !words.is_empty()),
            amount,
            purse,
            once: format!("{place}\nvoucher {}", voucher.name()),
            state: State::Fresh(voucher),
        }))
    }

    pub(crate) async fn review_voucher(
        &self,
        offered: &Offered,
    ) -> Result<RedeemReview, RedeemError> {
        if matches!(offered.state, State::Fresh(_)) {
            self.room_for(offered.amount)
                .await?
                .map_err(RedeemError::Refused)?;
        }
        Ok(RedeemReview {
            issuer: offered.purse.issuer.clone(),
            issuer_name: offered.purse.issuer_name.clone(),
            known_issuer: true,
            face: offered.amount,
            // Whoever pays a Lightning invoice pays the way to it.
            fee: Some(Amount::zero(offered.amount.unit())),
            received: Some(offered.amount),
            memo: offered.about.clone(),
            ours: None,
            from: Some(offered.from.clone()),
        })
    }

    pub(crate) async fn redeem_voucher(&self, offered: &Offered) -> Result<Redeemed, RedeemError> {
        let voucher = match &offered.state {
            State::Claimed(payment, voucher) => {
                let quote = self
                    .ecash
                    .open_top_up(uuid_of(*payment))
                    .await
                    .map_err(files)?;
                // The same invoice once more, which nobody can pay twice.
                if let (Some(voucher), Some(quote)) = (voucher, quote) {
                    voucher.claim(self.ecash.gate(), &quote.invoice).await;
                }
                return self.wait_for_voucher(*payment, offered).await;
            }
            State::Fresh(voucher) => voucher,
        };
        let room = self
            .room_for(offered.amount)
            .await?
            .map_err(RedeemError::Refused)?;
        let once = Some(offered.once.as_str());
        // A claim of a payment that is decided: the maker offers money again, under the same name.
        if let Some(payment) = self.claimed(&offered.once)?
            && self
                .story(payment)?
                .is_some_and(|story| story.outcome() != Outcome::StillDeciding)
        {
            self.unclaim(once, payment)?;
        }
        let under_way = self.set_out();
        room.becomes(under_way.payment());
        let payment = uuid_of(under_way.payment());
        self.list(&under_way, once)?;
        let quote = match self
            .ecash
            .request_top_up(&offered.purse, payment, offered.amount)
            .await
        {
            Ok(quote) => quote,
            Err(trouble) => {
                self.unclaim(once, payment.into())?;
                self.unlist(payment.into())?;
                return Err(TopUpError::from(trouble).into());
            }
        };
        let begun = Begun {
            payee: Some(offered.from.clone()),
            note: offered.about.clone(),
            once: once.map(str::to_owned),
            ..Begun::of(
                PaymentKind::TopUp,
                offered.purse.id.clone(),
                Breakdown::of(offered.amount, Vec::new())
                    .map_err(|error| StoreTrouble::of(&error))?,
            )
        };
        self.begin(&under_way, None, begun)?;
        drop(room);
        match voucher.claim(self.ecash.gate(), &quote.invoice).await {
            // A lost answer may have been a yes: the invoice tells.
            Claimed::Accepted | Claimed::Unknown => {
                self.wait_for_voucher(payment.into(), offered).await
            }
            // The voucher may be tried again. The invoice stays open all the same: a maker that
            // says no and pays is paid from.
            Claimed::Refused(reason) => {
                self.unclaim(once, payment.into())?;
                Err(LnurlError::Refused { reason }.into())
            }
        }
    }

    async fn wait_for_voucher(
        &self,
        payment: PaymentId,
        offered: &Offered,
    ) -> Result<Redeemed, RedeemError> {
        let (outcome, received) = match self.wait_for_top_up(payment, PATIENCE, || ()).await {
            Ok(TopUpOutcome::Received(received)) => (Outcome::Paid, received),
            Ok(TopUpOutcome::Expired) => (Outcome::NotPaid, Amount::zero(offered.amount.unit())),
            Ok(TopUpOutcome::StillWaiting) | Err(TopUpError::Issuer(_)) => {
                (Outcome::StillDeciding, Amount::zero(offered.amount.unit()))
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Redeemed {
            payment,
            outcome,
            received,
            fees: Vec::new(),
        })
    }
}
