//! What a front end asks for, where it is not the command line: one type for each command that
//! takes something. Everything is text as it was typed or shown; it is read here and nowhere else.

use serde::Deserialize;
use zeroize::Zeroizing;

/// A PIN, a passphrase or recovery words on their way in. Wiped when dropped; has no `Debug` and
/// cannot be written.
pub struct Hidden(Zeroizing<String>);

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Hidden {
    /// The text, given away.
    #[must_use]
    pub fn into_text(mut self) -> String {
        std::mem::take(&mut *self.0)
    }

    /// The text.
    #[must_use]
    pub fn as_text(&self) -> &str {
        &self.0
    }
}

macro_rules! requests {
    ($($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $field:ident: $type:ty,)* })+) => {$(
        $(#[$about])*
        #[derive(Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$what])* pub $field: $type,)*
        }
    )+};
}

requests! {
    /// A new wallet.
    Make {
        /// The PIN; a passphrase where the system has no keychain.
        #[cfg_attr(test, ts(type = "string"))]
        secret: Hidden,
        /// Play money.
        practice: bool,
        /// The 12 words of an earlier wallet.
        #[cfg_attr(test, ts(type = "string | null"))]
        words: Option<Hidden>,
    }
    /// A wallet whose secret was forgotten.
    ComeBack {
        /// Its 12 words.
        #[cfg_attr(test, ts(type = "string"))]
        words: Hidden,
        /// The PIN or passphrase it opens with from now on.
        #[cfg_attr(test, ts(type = "string"))]
        secret: Hidden,
    }
    /// A wallet to be erased from this device.
    EraseWallet {
        /// The PIN or passphrase.
        #[cfg_attr(test, ts(type = "string"))]
        secret: Hidden,
        /// Its 12 words: who has them reaches the money again.
        #[cfg_attr(test, ts(type = "string"))]
        words: Hidden,
        /// Even if an invoice can still be paid, whose money would be lost.
        leave_invoices: bool,
    }
    /// The PIN or the passphrase.
    WithSecret {
        /// As it was typed.
        #[cfg_attr(test, ts(type = "string"))]
        secret: Hidden,
    }
    /// An issuer to look at.
    LookAtIssuer {
        /// Its address.
        address: String,
    }
    /// An issuer that was looked at, to be trusted with money.
    TrustIssuer {
        /// Its address, as it was looked at.
        address: String,
        /// Only its money of this unit.
        unit: Option<String>,
    }
    /// A payment code, e-cash, or the id of a payment that was given.
    WithCode {
        /// As it was pasted or scanned.
        code: String,
    }
    /// What to review.
    ReviewCode {
        /// The payment code.
        code: String,
        /// How much, where the code leaves it open.
        amount: Option<String>,
        /// The purse to pay from.
        purse: Option<String>,
        /// A note for the person's own history.
        note: Option<String>,
        /// What to share with this payee, by item: a yes for 90 days.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
        share: Vec<String>,
        /// A yes for this payment alone.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
        only_this_time: bool,
    }
    /// Money to move from one purse to another.
    ReviewMove {
        /// How much is to arrive.
        amount: String,
        /// Out of this purse.
        from: String,
        /// Into this one.
        to: String,
    }
    /// A merchant.
    WithMerchant {
        /// Its number.
        merchant: String,
    }
    /// What is to be different about a merchant; what is not named stays as it is.
    ChangeMerchant {
        /// Its number.
        merchant: String,
        /// What the person calls it; empty for its own name.
        called: Option<String>,
        /// The person's note about it; empty for none.
        note: Option<String>,
        /// Whether it may not be paid.
        blocked: Option<bool>,
        /// The most that may go to it within 30 days, as it was typed; `none` for no limit.
        limit: Option<String>,
    }
    /// A switch to be turned.
    SetSharing {
        /// The merchant's number.
        merchant: String,
        /// What.
        item: String,
        /// What for; to deliver what is paid for, or when switching off, for every purpose.
        purpose: Option<String>,
        /// On, or off.
        on: bool,
        /// Until when; for 90 days.
        until: Option<String>,
    }
    /// A switch to be paused, or to go on.
    PauseSharing {
        /// The merchant's number.
        merchant: String,
        /// What.
        item: String,
        /// Paused, or going on.
        paused: bool,
    }
    /// What one merchant gets in place of the person's own detail.
    SetAlias {
        /// The merchant's number.
        merchant: String,
        /// Which detail.
        item: String,
        /// What it gets; the person's own again, when there is none.
        value: Option<String>,
    }
    /// A letter to a merchant: to be made ready, or that was sent.
    DraftRequest {
        /// The merchant's number.
        merchant: String,
        /// `access`, `erasure` or `notice`.
        kind: String,
        /// `gdpr` or `ccpa`.
        law: String,
        /// The language of the letter, like `pt-BR`; English where it is not known.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        language: Option<String>,
    }
    /// A request that was answered.
    RequestAnswered {
        /// The merchant's number.
        merchant: String,
        /// The request's id.
        request: String,
    }
    /// How a merchant is reached about what it knows.
    SetContact {
        /// The merchant's number.
        merchant: String,
        /// As it was typed; nothing takes it away.
        contact: Option<String>,
    }
    /// One of the person's own details.
    SetDetail {
        /// Which.
        item: String,
        /// What it is; nothing takes it away.
        value: Option<String>,
    }
    /// A slice of the history for somebody.
    PlanStatement {
        /// Only payments with this merchant, by its number.
        merchant: Option<String>,
        /// Only this payment.
        payment: Option<String>,
        /// From this day on, like `2026-01-01`, in UTC.
        since: Option<String>,
        /// Until this day, which is part of it.
        until: Option<String>,
        /// What else is told of each payment: `note`, `proof`, `fees`.
        with: Vec<String>,
        /// `report`, `json` or `csv`.
        format: String,
        /// Who it is for, in the person's words.
        whom: String,
        /// The language of a report, like `pt-BR`; English where it is not known.
        language: String,
    }
    /// The same, to be written where downloads go.
    MakeStatement {
        /// Only payments with this merchant, by its number.
        merchant: Option<String>,
        /// Only this payment.
        payment: Option<String>,
        /// From this day on, like `2026-01-01`, in UTC.
        since: Option<String>,
        /// Until this day, which is part of it.
        until: Option<String>,
        /// What else is told of each payment: `note`, `proof`, `fees`.
        with: Vec<String>,
        /// `report`, `json` or `csv`.
        format: String,
        /// Who it is for, in the person's words.
        whom: String,
        /// The language of a report, like `pt-BR`; English where it is not known.
        language: String,
        /// Locked with this passphrase.
        #[cfg_attr(test, ts(type = "string | null"))]
        passphrase: Option<Hidden>,
        /// Locked for whoever has this key, `age1…`.
        recipient: Option<String>,
    }
    /// Consent receipts to be kept in a file.
    KeepConsents {
        /// Only the one of this name.
        receipt: Option<String>,
    }
    /// Anonymous statistics, to be switched.
    SetStatistics {
        /// On, or off.
        on: bool,
    }
    /// An address to send them to.
    PostStatistics {
        /// As it was typed.
        url: String,
    }
    /// A review to be paid.
    Pay {
        /// Its id.
        review: String,
        /// The PIN or passphrase, where the review needs it.
        #[cfg_attr(test, ts(type = "string | null"))]
        secret: Option<Hidden>,
    }
    /// Which payments to list, newest first.
    ListPayments {
        /// With payees whose name has this in it.
        merchant: Option<String>,
        /// With this merchant, by its number.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        of_merchant: Option<String>,
        /// Begun at this moment or later.
        since: Option<String>,
        /// Begun before this moment: for the next page.
        before: Option<String>,
        /// Where every word of this begins some word.
        search: Option<String>,
        /// Only so many.
        limit: Option<u32>,
    }
    /// Spans of time to sum up.
    SumUp {
        /// When each begins; it ends where the next begins, and the last has no end.
        starts: Vec<String>,
    }
    /// A month, or all there ever was.
    WithMonth {
        /// Like `2026-11`, in UTC.
        month: Option<String>,
    }
    /// The currency to show figures in.
    ChooseCurrency {
        /// Its three letters, or none.
        currency: Option<String>,
    }
    /// A figure of the chosen currency.
    WithFigure {
        /// As it was typed.
        figure: String,
    }
    /// One payment.
    WithPayment {
        /// Its id.
        payment: String,
    }
    /// A page or file, by its address or by the payment it was paid with: one of them.
    GetPage {
        /// The address.
        code: Option<String>,
        /// The payment's id.
        payment: Option<String>,
    }
    /// A page of the library.
    WithPage {
        /// Its id.
        page: String,
    }
    /// Money to come in.
    AskForMoney {
        /// How much, as it was typed.
        amount: String,
        /// The unit of a bare number; that of the purse, or satoshis, when there is none.
        unit: Option<String>,
        /// The purse it comes into.
        purse: Option<String>,
        /// What it is for, for the payer to read.
        memo: Option<String>,
    }
    /// Money that may come in.
    WaitForMoney {
        /// The payment that asks for it.
        payment: String,
        /// How long to wait for news.
        seconds: u32,
    }
    /// E-cash to hand over.
    PlanGift {
        /// How much, as it was typed.
        amount: String,
        /// The unit of a bare number; that of the purse, or satoshis, when there is none.
        unit: Option<String>,
        /// The purse it comes from.
        purse: Option<String>,
    }
    /// A plan for e-cash to hand over, to be carried out.
    Give {
        /// The plan's id.
        plan: String,
        /// What to write on it.
        memo: Option<String>,
        /// The PIN or passphrase, where the plan needs it.
        #[cfg_attr(test, ts(type = "string | null"))]
        secret: Option<Hidden>,
    }
    /// Something to tell while the window is out of sight.
    Notify {
        /// One sentence, without amounts or names: others may see it.
        text: String,
    }
    /// An invoice for somebody in the practice town to pay.
    PracticePay {
        /// The invoice.
        invoice: String,
    }
}
