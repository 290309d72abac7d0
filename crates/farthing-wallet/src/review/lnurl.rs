//! The review of a Lightning address or another LNURL that wants to be paid.
//!
//! The invoice is asked for here, so that what is charged is what was reviewed. The payee learns
//! the amount, and that somebody asks; and, where it makes no invoice otherwise and the person said
//! so, what it insists on. Whatever else is switched on it is told when it is paid.

use farthing_money::{Amount, Unit};
use farthing_rails::code::{Lnurl, Purpose};
use farthing_rails::lnurl::{Answer, LnurlError, PayOffer, ask};

use super::name::{Named, payee_id};
use super::sharing::{Decided, Wishes};
use super::{Asked, Payee, Planned, ReviewError, ReviewRequest, absurd, host_of};
use crate::journal::PaymentKind;
use crate::success::After;
use crate::voucher::place_of;
use crate::wallet::Wallet;

/// Where Lightning addresses are asked for (LUD-16).
const WELL_KNOWN: &str = "/.well-known/lnurlp/";
/// Millisatoshis in a satoshi.
const MSAT_PER_SAT: u64 = 1_000;

/// How this LNURL was come to.
#[derive(Default)]
pub(super) struct Via<'a> {
    /// By a name, whose domain proved it.
    pub(super) named: Option<&'a Named>,
    /// By a merchant's code, whose gateway it is, in words.
    pub(super) gateway_of: Option<String>,
}

impl Wallet {
    pub(super) async fn plan_lnurl(
        &self,
        lnurl: &Lnurl,
        via: Via<'_>,
        request: &ReviewRequest,
    ) -> Result<Planned, ReviewError> {
        // A code alone may not say what it is for, and a voucher that was used says nothing any more:
        // but it is known here.
        let known_voucher = self.claimed(&place_of(lnurl))?.is_some();
        if lnurl.purpose == Purpose::Withdraw || known_voucher {
            return Err(ReviewError::IsMoney);
        }
        let gate = self.ecash.gate();
        let Answer::Pay(offer) = ask(gate, &lnurl.url).await? else {
            return Err(ReviewError::IsMoney);
        };
        let msat = amount(&offer, lnurl, request)?;
        let payee = match via.named {
            Some(named) => self.payee_named(named)?,
            None => self.payee_of(lnurl, &offer)?,
        };
        let wishes = Wishes::of(&offer.asks, &offer.till);
        let Decided { mut sharing, asks } = self.decide_telling(&payee, wishes, request)?;
        sharing.till = Some((offer.till.clone(), msat));
        let telling = self.tell_to_learn_the_price(&payee, &sharing, request.note.as_deref())?;
        let bill = match offer.bill(gate, msat, &telling).await {
            Err(LnurlError::OutOfBounds) => {
                let (least, most) = bounds(&offer)?;
                return Err(ReviewError::AmountOutOfBounds { least, most });
            }
            bill => bill?,
        };
        let about = match via.gateway_of {
            Some(words) => Some(words),
            None => Some(offer.about.to_string()).filter(|words| !words.is_empty()),
        };
        let asked = Asked {
            about,
            once: Some(crate::once::of_invoice(&bill.invoice)),
            asks,
            sharing: Some(sharing),
            after: Some(Box::new(After::of(&bill))),
            contact: offer.mailbox.clone(),
            ..Asked::by(payee, PaymentKind::LnurlPay)
        };
        // The amount is in the invoice now, to the millisatoshi.
        let request = ReviewRequest {
            amount: None,
            ..request.clone()
        };
        self.plan_invoice_of(asked, &bill.invoice, &request).await
    }

    /// The same payee whether its address was typed or its LNURL scanned: what identifies it is
    /// where it is asked for, which nobody else can answer at.
    fn payee_of(&self, lnurl: &Lnurl, offer: &PayOffer) -> Result<Payee, ReviewError> {
        let url = &lnurl.url;
        let origin = url.origin().ascii_serialization();
        let host = host_of(url.as_str());
        let user = url
            .path()
            .strip_prefix(WELL_KNOWN)
            .filter(|user| !user.is_empty() && !user.contains('/') && url.query().is_none());
        let own_name = || {
            // A payee may call itself by an address of its own host, and by no other's.
            let (user, at) = offer.identifier.as_deref()?.split_once('@')?;
            (at == host).then(|| user.to_owned())
        };
        let (id, name) = match (&lnurl.address, user.map(str::to_owned).or_else(own_name)) {
            (Some(address), _) => (payee_id(&origin, &address.user), address.to_string()),
            (None, Some(user)) => (payee_id(&origin, &user), format!("{user}@{host}")),
            (None, None) => {
                let query = url.query().map(|query| format!("?{query}"));
                let id = format!("lnurl:{origin}{}{}", url.path(), query.unwrap_or_default());
                (id, host)
            }
        };
        let name = farthing_rails::code::plain_text(&name, 320).to_string();
        self.payee(id, name, Some(origin))
    }
}

/// How much, in millisatoshis: what the payee fixes, the person says, or the link suggests.
fn amount(offer: &PayOffer, lnurl: &Lnurl, request: &ReviewRequest) -> Result<u64, ReviewError> {
    let said = request
        .amount
        .map(|amount| {
            amount
                .to_msat()
                .map(|msat| msat.value())
                .map_err(|_| ReviewError::OtherUnit { asked: Unit::Sat })
        })
        .transpose()?;
    match (offer.fixed_msat(), said, lnurl.suggested_msat) {
        (Some(fixed), None, _) => Ok(fixed),
        (Some(fixed), Some(said), _) if said == fixed => Ok(fixed),
        (Some(fixed), Some(_), _) => {
            let asked = Amount::new(fixed, Unit::Msat).map_err(absurd)?;
            Err(ReviewError::AmountFixed {
                asked: asked.to_sat_rounded_up().unwrap_or(asked),
            })
        }
        (None, Some(said), _) => Ok(said),
        (None, None, Some(suggested)) => Ok(suggested),
        (None, None, None) => {
            let (least, most) = bounds(offer)?;
            Err(ReviewError::AmountBetween { least, most })
        }
    }
}

/// The bounds in whole satoshis.
fn bounds(offer: &PayOffer) -> Result<(Amount, Amount), ReviewError> {
    let sat = |value: u64| Amount::new(value, Unit::Sat).map_err(absurd);
    Ok((
        sat(offer.least_msat.div_ceil(MSAT_PER_SAT))?,
        sat(offer.most_msat / MSAT_PER_SAT)?,
    ))
}
