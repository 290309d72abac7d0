//! Every command of the window by name: what it takes and what it answers. The app registers
//! these and no others, and the window's types are written from them.

#[cfg(test)]
use crate::{
    BalanceReport, CodeFrames, CollectedReport, ConvertedReport, Copied, CostsReport, DoctorReport,
    GetPaidReport, GiftPlanReport, GiveReport, Glance, GotPage, HistoryReport, IssuerReport,
    KeptFile, LibraryReport, MoneyInReport, PracticeCode, PurseAddReport, RateReport,
    ReceiptReport, RecoveryReport, RedeemReport, RedeemReviewReport, ReviewReport, ScanReport,
    SeenCode, SpentReport, TopUpReport, WordsReport,
    requests::{
        AskForMoney, ChooseCurrency, ComeBack, GetPage, Give, ListPayments, LookAtIssuer, Make,
        Notify, Pay, PlanGift, PracticePay, ReviewCode, SumUp, TrustIssuer, WaitForMoney, WithCode,
        WithFigure, WithMonth, WithPage, WithPayment, WithSecret,
    },
};

macro_rules! commands {
    ($($(#[doc = $about:literal])* $name:ident($request:ty) -> $answer:ty;)+) => {
        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),+];

        /// The commands as members of a TypeScript interface.
        #[cfg(test)]
        pub(crate) fn in_typescript(cfg: &ts_rs::Config) -> String {
            let mut lines = String::new();
            $({
                let about: &[&str] = &[$($about),+];
                lines.push_str(&crate::typescript::command(
                    stringify!($name),
                    about,
                    &<$request as ts_rs::TS>::name(cfg),
                    &<$answer as ts_rs::TS>::name(cfg),
                ));
            })+
            lines
        }
    };
}

#[cfg(test)]
use crate::typescript::{Bytes, Nothing};

commands! {
    /// The wallet at a glance.
    look(Nothing) -> Glance;
    /// Makes a wallet, or restores one from its words, and opens it.
    make(Make) -> Glance;
    /// Opens the wallet.
    unlock(WithSecret) -> Glance;
    /// Opens it with its words for somebody who forgot the secret, and gives it a new one.
    come_back(ComeBack) -> Glance;
    /// Closes it.
    lock(Nothing) -> Glance;
    /// The recovery words, after the secret was given once more.
    words(WithSecret) -> WordsReport;
    /// The person has written the words down.
    words_written(Nothing) -> Glance;
    /// All purses.
    balance(Nothing) -> BalanceReport;
    /// Who an issuer is and what it charges.
    look_at_issuer(LookAtIssuer) -> IssuerReport;
    /// Trusts the issuer that was looked at.
    trust_issuer(TrustIssuer) -> PurseAddReport;
    /// What a text is taken for.
    recognise(WithCode) -> SeenCode;
    /// What the codes in a picture say; takes the file's bytes.
    read_picture(Bytes) -> ScanReport;
    /// Takes the text of one camera frame of an animated code.
    collect(WithCode) -> CollectedReport;
    /// What to show so that a camera can read a code.
    frames(WithCode) -> CodeFrames;
    /// Plans a payment. Moves nothing.
    review(ReviewCode) -> ReviewReport;
    /// Pays a review, once.
    pay(Pay) -> ReceiptReport;
    /// Gets a page or file that is free or was paid for. Pays nothing.
    get_page(GetPage) -> GotPage;
    /// The pages that are kept.
    library(Nothing) -> LibraryReport;
    /// Writes a kept page where downloads go.
    save_page(WithPage) -> KeptFile;
    /// Takes a page out of the library.
    remove_page(WithPage) -> Nothing;
    /// The journal.
    history(ListPayments) -> HistoryReport;
    /// What was spent, span by span.
    spent(SumUp) -> SpentReport;
    /// What payments really cost.
    costs(WithMonth) -> CostsReport;
    /// The currency figures are shown in, and its rate; asked for anew if it is some minutes old.
    rate(Nothing) -> RateReport;
    /// Chooses the currency figures are shown in, or none.
    choose_currency(ChooseCurrency) -> RateReport;
    /// What a figure of that currency comes to in satoshis.
    convert(WithFigure) -> ConvertedReport;
    /// What really happened in one payment.
    receipt(WithPayment) -> ReceiptReport;
    /// Writes a receipt, as text or as a PNG picture, where downloads go.
    keep_receipt(Bytes) -> KeptFile;
    /// An invoice that fills a purse.
    top_up(AskForMoney) -> TopUpReport;
    /// What to show someone who wants to pay.
    get_paid(AskForMoney) -> GetPaidReport;
    /// Waits until money asked for came in, for so long at most.
    wait_for_money(WaitForMoney) -> MoneyInReport;
    /// What making e-cash to hand over costs.
    plan_gift(PlanGift) -> GiftPlanReport;
    /// Makes the e-cash.
    give(Give) -> GiveReport;
    /// What taking e-cash in would bring.
    look_at_gift(WithCode) -> RedeemReviewReport;
    /// Takes e-cash in.
    redeem(WithCode) -> RedeemReport;
    /// Asks about everything undecided.
    recover(Nothing) -> RecoveryReport;
    /// Checks everything.
    doctor(Nothing) -> DoctorReport;
    /// What the person has copied, when they ask to paste it.
    clipboard(Nothing) -> Copied;
    /// Tells the person something while the window is out of sight.
    notify(Notify) -> Nothing;
    /// The person is here: the wallet stays open a while longer.
    awake(Nothing) -> Nothing;
    /// Somebody in the practice town pays an invoice.
    practice_pay(PracticePay) -> Nothing;
    /// Orders a coffee at the practice town's Corner Shop.
    practice_order(Nothing) -> PracticeCode;
}
