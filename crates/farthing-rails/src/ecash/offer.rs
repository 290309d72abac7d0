//! Paying a Lightning offer (NUT-25): what it costs, and whether the issuer pays offers at all. It is
//! paid, and asked about, like an invoice: see [`super::melt`].

use cdk::MeltQuoteRequest;
use cdk::nuts::{MeltOptions, MeltQuoteBolt12Request};

use super::Ecash;
use super::melt::{LightningQuote, Way};
use super::purse::{Purse, currency};
use super::trouble::Trouble;
use crate::code::Offer;

impl Ecash {
    /// Whether the issuer says that it pays offers out of this purse.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn pays_offers(&self, purse: &Purse) -> Result<bool, Trouble> {
        // A connection of its own: one that has seen what the issuer says of itself repeats
        // requests on its own account, and a request to pay must not be.
        let info = self.new_client(&purse.mint()?).get_mint_info().await?;
        let (method, unit) = (Way::Bolt12.method(), currency(&purse.unit));
        let pays = info.nuts.nut05;
        Ok(!pays.disabled
            && pays
                .methods
                .iter()
                .any(|way| way.method == method && way.unit == unit))
    }

    /// Asks the issuer what paying an offer costs; `open_amount_msat` says how much where the offer
    /// leaves it open. Nothing is paid.
    ///
    /// # Errors
    /// [`Trouble`]; [`Trouble::Dishonest`] when the quote is for another amount.
    pub async fn quote_offer(
        &self,
        purse: &Purse,
        offer: &Offer,
        open_amount_msat: Option<u64>,
    ) -> Result<LightningQuote, Trouble> {
        let request = MeltQuoteRequest::Bolt12(MeltQuoteBolt12Request {
            request: offer.text.clone(),
            unit: currency(&purse.unit),
            options: open_amount_msat.map(MeltOptions::new_amountless),
        });
        let asked = offer.amount_msat.or(open_amount_msat);
        self.ask_price(purse, request, asked).await
    }
}
