//! Asking to be paid: a Cashu payment request and a Lightning invoice for the same purse.

use farthing_money::Amount;
use farthing_rails::code::plain_text;
use farthing_rails::ecash::PurseId;
use farthing_store::history::PaymentId;

use crate::top_up::{TopUp, TopUpError};
use crate::wallet::Wallet;

/// Longest description in a request, in characters.
const LONGEST_MEMO: usize = 140;

/// Two ways to be paid, shown side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetPaid {
    /// The payment's id in the journal, followed with [`Wallet::wait_for_top_up`].
    pub payment: PaymentId,
    /// A Cashu payment request without an address: the payer hands the token over, and
    /// [`Wallet::redeem`] takes it in.
    pub request: String,
    /// The same over Lightning.
    pub invoice: TopUp,
}

/// Why nobody can be asked to pay.
pub type GetPaidError = TopUpError;

impl Wallet {
    /// Makes a request and an invoice for `amount`.
    ///
    /// # Errors
    /// [`GetPaidError`].
    pub async fn get_paid(
        &self,
        amount: Amount,
        purse: Option<PurseId>,
        memo: Option<&str>,
    ) -> Result<GetPaid, GetPaidError> {
        let memo = memo
            .map(|memo| plain_text(memo, LONGEST_MEMO).to_string())
            .filter(|memo| !memo.is_empty());
        let invoice = self.ask_for_money(amount, purse, memo.clone()).await?;
        let request = self.ecash.request_for(&invoice.purse, amount, memo)?;
        Ok(GetPaid {
            payment: invoice.payment,
            request,
            invoice,
        })
    }
}
