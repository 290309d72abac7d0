//! Writes the window's types from ours. The file is kept with the window; this test fails when
//! the two drift apart, and `FARTHING_WRITE=1 cargo test -p farthing-api typescript` writes it.

use std::fmt::Write as _;

use ts_rs::{Config, TS};

/// No fields.
#[derive(TS)]
#[ts(type = "Record<string, never>")]
pub(crate) struct Nothing {}

/// A file as it is.
#[derive(TS)]
#[ts(rename = "Uint8Array")]
pub(crate) struct Bytes {}

pub(crate) fn command(name: &str, about: &[&str], request: &str, answer: &str) -> String {
    format!(
        "  /**{} */\n  {name}: {{ request: {request}; answer: {answer} }};\n",
        about.concat()
    )
}

const HEAD: &str = "\
// Written from crates/farthing-api by its tests. Do not edit: change the Rust, then
// `FARTHING_WRITE=1 cargo test -p farthing-api typescript`.

/** A whole number of the unit's smallest part, in decimal digits. */
export type Amount = { value: string; unit: string };

/** A moment: RFC 3339, in UTC. */
export type At = string;

/** No fields. */
export type Nothing = Record<string, never>;

/** What a fee is for. */
export type FeeKind = FEE_KINDS;
";

macro_rules! declarations {
    ($cfg:expr, $text:expr, [$($type:ty),+ $(,)?]) => {
        $(
            if let Some(about) = <$type as TS>::docs() {
                $text.push('\n');
                $text.push_str(about.trim_end());
            }
            write!($text, "\nexport {}\n", <$type as TS>::decl($cfg)).unwrap();
        )+
    };
}

fn written() -> String {
    use crate::requests::*;
    use crate::*;
    use farthing_money::FeeKind;

    let kinds = FeeKind::ALL
        .map(|kind| format!("\"{}\"", kind.as_str()))
        .join(" | ");
    // Whole numbers in JSON are numbers to the window; money is text.
    let cfg = &Config::default().with_large_int("number");
    let mut text = HEAD.replace("FEE_KINDS", &kinds);
    declarations!(
        cfg,
        text,
        [
            Money,
            ErrorDetail,
            Outcome,
            Direction,
            WalletState,
            SecretKind,
            Glance,
            WordsReport,
            Event,
            FiatReport,
            RateReport,
            ConvertedReport,
            ConversionReport,
            PurseReport,
            BalanceReport,
            ContactReport,
            BoundsReport,
            IssuerUnitReport,
            IssuerReport,
            AddedPurse,
            PurseAddReport,
            SeenCode,
            Copied,
            ScanReport,
            CodeFrames,
            CollectedReport,
            KeptFile,
            UnnamedPayee,
            PayeeReport,
            FeeReport,
            AskReport,
            WarningReport,
            AlternativeReport,
            LeftReport,
            ReviewReport,
            SwitchReport,
            AskedReport,
            DisclosureReport,
            MerchantContact,
            RequestReport,
            MerchantLine,
            MerchantsReport,
            MerchantReport,
            GrantLine,
            DeniedLine,
            StatementReport,
            RequestLine,
            RequestDraft,
            SharingReport,
            StatementPlan,
            StatisticsReport,
            ConsentReceiptReport,
            ConsentReceiptsReport,
            DetailReport,
            DetailsReport,
            PaidFeeReport,
            ProofReport,
            SuccessReport,
            ReceiptReport,
            PageReport,
            LibraryReport,
            GotPage,
            PaymentLine,
            HistoryReport,
            SpentAmounts,
            SpentReport,
            CostReport,
            DearReport,
            CheaperReport,
            CostsReport,
            TopUpReport,
            GetPaidReport,
            MoneyInReport,
            GivePlanReport,
            GiftPlanReport,
            GiveReport,
            RedeemReviewReport,
            RedeemReport,
            SignInReport,
            RecoveryReport,
            CheckState,
            CheckReport,
            DoctorReport,
            StaysReport,
            ErasePlan,
            PracticeCode,
            Make,
            ComeBack,
            EraseWallet,
            WithSecret,
            LookAtIssuer,
            TrustIssuer,
            WithCode,
            ReviewCode,
            ReviewMove,
            WithMerchant,
            ChangeMerchant,
            SetSharing,
            PauseSharing,
            SetAlias,
            DraftRequest,
            RequestAnswered,
            SetContact,
            SetDetail,
            PlanStatement,
            MakeStatement,
            KeepConsents,
            SetStatistics,
            PostStatistics,
            Pay,
            ListPayments,
            SumUp,
            WithMonth,
            ChooseCurrency,
            WithFigure,
            WithPayment,
            GetPage,
            WithPage,
            AskForMoney,
            WaitForMoney,
            PlanGift,
            Give,
            Notify,
            PracticePay,
        ]
    );
    text.push_str("\n/** Every command of the app: what it takes and what it answers. */\n");
    text.push_str("export interface Commands {\n");
    text.push_str(&crate::commands::in_typescript(cfg));
    text.push_str("}\n");
    laid_out(&text)
}

/// One line for each comment and each field, as a person would write it.
fn laid_out(text: &str) -> String {
    let text = text.replace("/**\n * ", "/** ").replace("\n */", " */");
    let mut depth = 0_usize;
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if let Some(last) = line.strip_suffix(", };") {
            lines.push(format!("  {last};"));
            lines.push("};".to_owned());
            depth = 0;
            continue;
        }
        let field = line.strip_suffix(',').filter(|_| depth > 0);
        lines.push(match field {
            Some(field) => format!("  {field};"),
            None if depth > 0 && line != "}" => format!("  {line}"),
            None => line.to_owned(),
        });
        match line.chars().last() {
            Some('{') => depth = 1,
            Some('}') if line == "}" => depth = 0,
            _ => {}
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[test]
fn the_windows_types_are_those_of_the_api() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../ui/src/lib/bridge/types.ts"
    );
    let now = written();
    if std::env::var_os("FARTHING_WRITE").is_some() {
        std::fs::write(file, &now).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(
        kept == now,
        "{file} is not what crates/farthing-api says: write it with FARTHING_WRITE=1"
    );
}
