//! Every command of the window by name: what it takes and what it answers. The app registers
//! these and no others, and the window's types are written from them.

#[cfg(test)]
use crate::{
    BalanceReport, CodeFrames, CollectedReport, ConsentReceiptsReport, ConvertedReport, Copied,
    CostsReport, DetailsReport, DoctorReport, ErasePlan, GetPaidReport, GiftPlanReport, GiveReport,
    Glance, GotPage, HistoryReport, IssuerReport, KeptFile, LibraryReport, MerchantReport,
    MerchantsReport, MoneyInReport, PracticeCode, PurseAddReport, RateReport, ReceiptReport,
    RecoveryReport, RedeemReport, RedeemReviewReport, RequestDraft, ReviewReport, ScanReport,
    SeenCode, SharingReport, SignInReport, SpentReport, StatementPlan, StatisticsReport,
    TopUpReport, WordsReport,
    requests::{
        AskForMoney, ChangeMerchant, ChooseCurrency, ComeBack, DraftRequest, EraseWallet, GetPage,
        Give, KeepConsents, ListPayments, LookAtIssuer, Make, MakeStatement, Notify, PauseSharing,
        Pay, PlanGift, PlanStatement, PostStatistics, PracticePay, RequestAnswered, ReviewCode,
        ReviewMove, SetAlias, SetContact, SetDetail, SetSharing, SetStatistics, SumUp, TrustIssuer,
        WaitForMoney, WithCode, WithFigure, WithMerchant, WithMonth, WithPage, WithPayment,
        WithSecret,
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
    /// What erasing the wallet from this device leaves behind, and what stands in its way.
    erase_plan(Nothing) -> ErasePlan;
    /// Erases it.
    erase_wallet(EraseWallet) -> Glance;
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
    /// What it costs to move money from one purse to another.
    review_move(ReviewMove) -> ReviewReport;
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
    /// Every merchant that is not forgotten.
    merchants(Nothing) -> MerchantsReport;
    /// One merchant with all that is known about it.
    merchant(WithMerchant) -> MerchantReport;
    /// Names, notes, blocks or limits it.
    change_merchant(ChangeMerchant) -> MerchantReport;
    /// Switches something on or off for it.
    set_sharing(SetSharing) -> MerchantReport;
    /// Pauses what it may learn of an item, or goes on.
    pause_sharing(PauseSharing) -> MerchantReport;
    /// Gives it another value than the person's own.
    set_alias(SetAlias) -> MerchantReport;
    /// Switches everything off for it.
    stop_sharing(WithMerchant) -> MerchantReport;
    /// Forgets it: destroys the key of everything that was kept about it.
    forget_merchant(WithMerchant) -> MerchantsReport;
    /// Makes a letter to it ready, for the person to send. Sends nothing and keeps nothing.
    draft_request(DraftRequest) -> RequestDraft;
    /// Opens the person's mail program with that letter.
    open_mail(DraftRequest) -> Nothing;
    /// The person sent it: its clock begins.
    request_sent(DraftRequest) -> MerchantReport;
    /// It was answered.
    request_answered(RequestAnswered) -> MerchantReport;
    /// Asks its own site how it is reached.
    find_contact(WithMerchant) -> MerchantReport;
    /// Says how it is reached, or takes that away.
    set_contact(SetContact) -> MerchantReport;
    /// Who knows what, since when and until when.
    sharing(Nothing) -> SharingReport;
    /// Switches everything off, for everybody.
    stop_all_sharing(Nothing) -> SharingReport;
    /// Every consent receipt.
    consent_receipts(Nothing) -> ConsentReceiptsReport;
    /// Writes one consent receipt, or all of them, to a file with the downloads.
    keep_consents(KeepConsents) -> KeptFile;
    /// The person's own details.
    details(Nothing) -> DetailsReport;
    /// Says one of them, or takes it away.
    set_detail(SetDetail) -> DetailsReport;
    /// What a statement would hand over. Hands nothing over.
    plan_statement(PlanStatement) -> StatementPlan;
    /// Writes a statement where downloads go.
    make_statement(MakeStatement) -> KeptFile;
    /// Where anonymous statistics stand, and what would leave.
    statistics(Nothing) -> StatisticsReport;
    /// Switches them on or off. Sends nothing.
    set_statistics(SetStatistics) -> StatisticsReport;
    /// Writes this month's where downloads go.
    keep_statistics(Nothing) -> KeptFile;
    /// Sends this month's to an address, once.
    post_statistics(PostStatistics) -> StatisticsReport;
    /// Who wants a sign-in. Sends nothing.
    look_at_sign_in(WithCode) -> SignInReport;
    /// Signs in.
    sign_in(WithCode) -> SignInReport;
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
