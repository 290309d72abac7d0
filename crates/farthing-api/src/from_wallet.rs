//! The wallet's answers and errors, as any front end gets them.

use farthing_money::{Amount, FeeLine, PaidFee};
use farthing_wallet as wallet;

use crate::failure::{ApiError, Exit, Money, Tries, sentence};
use crate::{
    AddedPurse, AlternativeReport, AskReport, At, BalanceReport, BoundsReport, CheckReport,
    CheckState, CollectedReport, ContactReport, Direction, FeeReport, GetPaidReport,
    GiftPlanReport, GivePlanReport, GiveReport, IssuerReport, IssuerUnitReport, LeftReport,
    MoneyInReport, Outcome, PageReport, PaidFeeReport, PayeeReport, PaymentLine, ProofReport,
    PurseAddReport, PurseLine, PurseListReport, PurseReport, ReceiptReport, RecoveryReport,
    RedeemReport, RedeemReviewReport, ReviewReport, SeenCode, SignInReport, SpentAmounts,
    SuccessReport, TopUpReport, UnnamedPayee, WarningReport, WordsReport, messages,
};

impl From<wallet::MoneyState> for Money {
    fn from(state: wallet::MoneyState) -> Self {
        match state {
            wallet::MoneyState::Safe => Self::Safe,
            wallet::MoneyState::Moved => Self::Moved,
            wallet::MoneyState::Unknown => Self::Unknown,
        }
    }
}

/// Not knowing where money is outweighs whatever else an error means: the next thing
/// must not be a second payment.
fn ending(code: &str, money: Money) -> Exit {
    match (money, messages::exit(code)) {
        (Money::Unknown, _) => Exit::StillDeciding,
        (_, Some(exit)) => exit,
        (_, None) => Exit::NotDone,
    }
}

/// What to do next, for errors that know a rule: its way out. Then, for errors about a secret, when
/// and how often it can be tried again; for
/// errors about too little money: how much; for errors about a payment: which.
macro_rules! api_errors {
    ($($error:ident: $way_out:expr $(; tries $tries:expr)? $(=> $missing:expr)? $(; demands $demands:expr)? $(; payment $payment:expr)?),+ $(,)?) => {$(
        impl ApiError for wallet::$error {
            fn code(&self) -> &'static str {
                wallet::$error::code(self)
            }

            fn money(&self) -> Money {
                wallet::$error::money(self).into()
            }

            fn exit(&self) -> Exit {
                ending(ApiError::code(self), ApiError::money(self))
            }

            fn way_out(&self) -> Option<String> {
                let way_out: fn(&Self) -> Option<String> = $way_out;
                way_out(self)
            }

            $(fn tries(&self) -> Tries {
                let tries: fn(&Self) -> Tries = $tries;
                tries(self)
            })?

            $(fn missing(&self) -> Option<Amount> {
                let missing: fn(&Self) -> Option<Amount> = $missing;
                missing(self)
            })?

            $(fn demands(&self) -> &[String] {
                let demands: fn(&Self) -> &[String] = $demands;
                demands(self)
            })?

            $(fn payment(&self) -> Option<wallet::PaymentId> {
                let payment: fn(&Self) -> Option<wallet::PaymentId> = $payment;
                payment(self)
            })?
        }
    )+};
}

api_errors!(
    InitError: |_| None,
    OpenError: |_| None; tries |error| tries(error.unlocking()),
    IssuerError: |_| None,
    TopUpError: |error| rule(error.refused()),
    ReviewError: |error| rule(error.refused()) => |error| error.missing(); demands |error| error.demands(); payment |error| error.payment(),
    MoveError: |error| rule(error.refused()) => |error| error.missing(),
    PayError: |error| rule(error.refused()); payment |error| error.payment(),
    GiveError: |error| rule(error.refused()) => |error| error.missing(),
    RedeemError: |error| rule(error.refused()),
    HistoryError: |_| None,
    EraseError: |_| None; tries |error| tries(error.unlocking()),
    PageError: |error| rule(error.refused()); payment |error| error.payment(),
    MerchantError: |_| None,
    StatementError: |_| None,
    StatisticsError: |_| None,
    RecoverError: |_| None,
    ConfirmError: |_| None; tries |error| tries(error.unlocking()),
    SignInError: |_| None,
    PracticeError: |_| None,
);

fn tries(error: Option<&wallet::UnlockError>) -> Tries {
    match error {
        Some(wallet::UnlockError::WrongSecret {
            tries_left_before_wait,
            wait_seconds,
            ..
        }) => Tries {
            wait_seconds: (*wait_seconds > 0).then_some(*wait_seconds),
            left: Some(*tries_left_before_wait),
        },
        Some(wallet::UnlockError::Wait { seconds }) => Tries {
            wait_seconds: Some(*seconds),
            left: None,
        },
        _ => Tries::default(),
    }
}

fn rule(reason: Option<&wallet::Reason>) -> Option<String> {
    reason.map(|reason| reason.way_out().to_string())
}

/// Errors of what moves nothing. Trouble with the files is one where it is told as itself: where
/// money was moving, it is told as part of that.
macro_rules! moving_nothing {
    ($($error:ident),+) => {$(
        impl ApiError for wallet::$error {
            fn code(&self) -> &'static str {
                wallet::$error::code(self)
            }

            fn money(&self) -> Money {
                Money::Safe
            }

            fn exit(&self) -> Exit {
                ending(ApiError::code(self), Money::Safe)
            }
        }
    )+};
}

moving_nothing!(ScanError, StoreTrouble, WordsOpenError);

impl From<wallet::Outcome> for Outcome {
    fn from(outcome: wallet::Outcome) -> Self {
        match outcome {
            wallet::Outcome::Paid => Self::Paid,
            wallet::Outcome::NotPaid => Self::NotPaid,
            wallet::Outcome::StillDeciding => Self::StillDeciding,
        }
    }
}

impl From<wallet::Direction> for Direction {
    fn from(direction: wallet::Direction) -> Self {
        match direction {
            wallet::Direction::In => Self::In,
            wallet::Direction::Out => Self::Out,
        }
    }
}

impl From<&FeeLine> for FeeReport {
    fn from(line: &FeeLine) -> Self {
        Self {
            kind: line.kind(),
            to: line.to().to_owned(),
            amount: line.amount(),
            at_most: line.at_most(),
        }
    }
}

impl From<&PaidFee> for PaidFeeReport {
    fn from(fee: &PaidFee) -> Self {
        Self {
            kind: fee.kind(),
            to: fee.to().to_owned(),
            amount: fee.amount(),
        }
    }
}

impl From<&wallet::PurseBalance> for PurseReport {
    fn from(balance: &wallet::PurseBalance) -> Self {
        Self {
            id: balance.purse.id.to_string(),
            issuer: balance.purse.issuer.clone(),
            issuer_name: balance.purse.issuer_name.clone(),
            unit: balance.purse.unit.to_string(),
            spendable: balance.spendable,
            pending: balance.pending,
        }
    }
}

impl From<&[wallet::PurseBalance]> for BalanceReport {
    fn from(balances: &[wallet::PurseBalance]) -> Self {
        let mut total: Vec<Amount> = Vec::new();
        for balance in balances {
            let spendable = balance.spendable;
            match total.iter_mut().find(|sum| sum.unit() == spendable.unit()) {
                // More than there can be is shown as all there can be.
                Some(sum) => {
                    *sum = sum
                        .checked_add(spendable)
                        .unwrap_or(Amount::most(sum.unit()));
                }
                None => total.push(spendable),
            }
        }
        Self {
            purses: balances.iter().map(Into::into).collect(),
            total,
            total_fiat: None,
            warnings: Vec::new(),
        }
    }
}

impl From<&[wallet::PurseBalance]> for PurseListReport {
    fn from(balances: &[wallet::PurseBalance]) -> Self {
        let line = |balance: &wallet::PurseBalance| PurseLine {
            id: balance.purse.id.to_string(),
            issuer: balance.purse.issuer.clone(),
            issuer_name: balance.purse.issuer_name.clone(),
            unit: balance.purse.unit.to_string(),
        };
        Self {
            purses: balances.iter().map(line).collect(),
        }
    }
}

impl From<&wallet::IssuerCard> for IssuerReport {
    fn from(card: &wallet::IssuerCard) -> Self {
        Self {
            url: card.url.clone(),
            name: card.name.clone(),
            description: card.description.clone(),
            contact: card
                .contact
                .iter()
                .map(|(method, info)| ContactReport {
                    method: method.clone(),
                    info: info.clone(),
                })
                .collect(),
            motd: card.motd.clone(),
            units: card.units.iter().map(Into::into).collect(),
            proves_signatures: card.proves_signatures,
            returns_change: card.returns_change,
            can_restore: card.can_restore,
        }
    }
}

impl From<&wallet::UnitCard> for IssuerUnitReport {
    fn from(card: &wallet::UnitCard) -> Self {
        let bounds = |(least, most)| BoundsReport { least, most };
        Self {
            unit: card.unit.to_string(),
            input_fee_ppk: card.input_fee_ppk,
            top_up: card.top_up.map(bounds),
            pay: card.pay.map(bounds),
        }
    }
}

impl PurseAddReport {
    /// The purse that is there now, and the issuer as it was shown before.
    #[must_use]
    pub fn of(opened: &wallet::OpenedPurse, issuer: IssuerReport) -> Self {
        let purse = AddedPurse {
            id: opened.purse.id.to_string(),
            issuer: opened.purse.issuer.clone(),
            unit: opened.purse.unit.to_string(),
            restored: opened.restored,
        };
        Self {
            purses: vec![purse],
            issuer,
        }
    }
}

impl From<&wallet::TopUp> for TopUpReport {
    fn from(top_up: &wallet::TopUp) -> Self {
        Self {
            payment: top_up.payment.to_string(),
            invoice: top_up.invoice.clone(),
            amount: top_up.amount,
            purse: top_up.purse.id.to_string(),
            expires_at: moment(top_up.expires_at_ms),
            outcome: Outcome::StillDeciding,
            received: None,
        }
    }
}

impl From<&wallet::Payee> for PayeeReport {
    fn from(payee: &wallet::Payee) -> Self {
        Self {
            id: payee.id.clone(),
            name: payee.name.clone(),
            unnamed: UnnamedPayee::of(&payee.name),
            origin: payee.origin.clone(),
            first_time: payee.first_time,
        }
    }
}

impl From<&wallet::Warning> for WarningReport {
    fn from(warning: &wallet::Warning) -> Self {
        Self {
            code: warning.code().to_owned(),
            text: sentence(&warning.to_string()),
        }
    }
}

impl From<&wallet::Review> for ReviewReport {
    fn from(review: &wallet::Review) -> Self {
        let cost = &review.cost;
        Self {
            review: review.id.to_string(),
            expires_at: At::ms(review.expires_at_ms),
            payee: (&review.payee).into(),
            kind: review.kind.code().to_owned(),
            price: cost.price(),
            fees: cost.fees().iter().map(Into::into).collect(),
            total: cost.total(),
            total_at_most: cost.total_at_most(),
            left: None,
            price_includes: cost.includes().iter().map(Into::into).collect(),
            costs_basis_points: cost.basis_points_at_most(),
            total_fiat: None,
            total_at_most_fiat: None,
            conversion: review.conversion.as_ref().map(Into::into),
            arrives: review.arrives,
            purse: review.purse.id.to_string(),
            issuer: review.purse.issuer.clone(),
            description: review.about.clone(),
            note: review.note.clone(),
            asks: review.asks.iter().map(Into::into).collect(),
            needs: review
                .needs
                .iter()
                .map(|factor| factor.code().to_owned())
                .collect(),
            warnings: review.warnings.iter().map(Into::into).collect(),
            alternatives: review.alternatives.iter().map(Into::into).collect(),
        }
    }
}

impl From<wallet::Left> for LeftReport {
    fn from(left: wallet::Left) -> Self {
        Self {
            expected: left.expected,
            at_least: left.at_least,
        }
    }
}

impl From<&wallet::Ask> for AskReport {
    fn from(ask: &wallet::Ask) -> Self {
        Self {
            item: ask.item.clone(),
            purpose: ask.purpose.clone(),
            why: ask.why.clone(),
            required: ask.required,
            shared: ask.shared,
            has_value: ask.has_value,
            quiet: ask.quiet,
        }
    }
}

impl From<&wallet::Alternative> for AlternativeReport {
    fn from(alternative: &wallet::Alternative) -> Self {
        Self {
            purse: alternative.purse.id.to_string(),
            issuer: alternative.purse.issuer.clone(),
            kind: alternative.kind.map(|kind| kind.code().to_owned()),
            total_at_most: alternative.total_at_most,
            code: alternative.code.clone(),
            text: sentence(&alternative.why),
        }
    }
}

impl From<wallet::Scanned> for SeenCode {
    fn from(seen: wallet::Scanned) -> Self {
        let why = seen.why.as_deref().map(sentence);
        Self {
            text: seen.text,
            kind: seen.kind.to_owned(),
            what: seen.what.map(str::to_owned),
            why,
        }
    }
}

impl From<&wallet::KeptPage> for PageReport {
    fn from(page: &wallet::KeptPage) -> Self {
        Self {
            page: page.id.to_string(),
            url: page.url.clone(),
            title: page.title.clone(),
            name: page.name.clone(),
            media_type: page.media_type.clone(),
            bytes: page.bytes.map(|bytes| bytes.to_string()),
            at: At::ms(page.at_ms),
            payment: page.payment.map(|payment| payment.to_string()),
        }
    }
}

impl From<wallet::Collected> for CollectedReport {
    fn from(collected: wallet::Collected) -> Self {
        match collected {
            wallet::Collected::Parts { have, of } => Self {
                have,
                of,
                code: None,
            },
            wallet::Collected::Whole(code) => Self {
                have: 1,
                of: 1,
                code: Some(code),
            },
        }
    }
}

impl From<&wallet::Receipt> for ReceiptReport {
    fn from(receipt: &wallet::Receipt) -> Self {
        Self {
            outcome: receipt.outcome.into(),
            payment: receipt.payment.to_string(),
            at: At::ms(receipt.at_ms),
            direction: receipt.direction.into(),
            payee: receipt.payee.clone(),
            unnamed: receipt.payee.as_deref().and_then(UnnamedPayee::of),
            merchant: receipt.merchant.map(|id| id.to_string()),
            kind: receipt.kind.code().to_owned(),
            price: receipt.price,
            paid: receipt.paid,
            fees: receipt.fees.iter().map(Into::into).collect(),
            price_includes: receipt.price_includes.iter().map(Into::into).collect(),
            fees_basis_points: receipt.fees_basis_points,
            returned: receipt.returned,
            left_purse: receipt.left_purse,
            // Nothing asks for anything yet, and the wallet shares nothing unasked.
            shared: receipt
                .told
                .iter()
                .map(|told| told.item.to_string())
                .collect(),
            proof: receipt.proof.as_ref().map(|proof| ProofReport {
                kind: proof.kind.clone(),
                text: proof.text.clone(),
            }),
            success: receipt.success.as_ref().map(Into::into),
            note: receipt.note.clone(),
            why: receipt.why.as_ref().map(|why| sentence(&why.text)),
            why_code: receipt.why.as_ref().and_then(|why| why.code.clone()),
            total_at_most: receipt.total_at_most,
            purse: receipt.purse.as_ref().map(|purse| purse.id.to_string()),
            token: receipt.token.clone(),
        }
    }
}

impl From<&wallet::Success> for SuccessReport {
    fn from(success: &wallet::Success) -> Self {
        Self {
            kind: success.kind.to_owned(),
            text: success.text.clone(),
            url: success.url.clone(),
            secret: success.secret.clone(),
        }
    }
}

impl SignInReport {
    /// Who wants a sign-in, and whether it was given.
    #[must_use]
    pub fn of(review: &wallet::SignInReview, signed_in: bool) -> Self {
        Self {
            site: review.site.clone(),
            action: review.action.map(str::to_owned),
            key: review.key.clone(),
            signed_in,
        }
    }
}

impl From<&wallet::HistoryLine> for PaymentLine {
    fn from(line: &wallet::HistoryLine) -> Self {
        Self {
            payment: line.payment.to_string(),
            at: At::ms(line.at_ms),
            direction: line.direction.into(),
            kind: line.kind.code().to_owned(),
            payee: line.payee.clone(),
            unnamed: line.payee.as_deref().and_then(UnnamedPayee::of),
            amount: line.amount,
            fees: line.fees,
            outcome: line.outcome.into(),
            note: line.note.clone(),
            fiat: None,
        }
    }
}

impl From<&wallet::Spent> for SpentAmounts {
    fn from(spent: &wallet::Spent) -> Self {
        Self {
            paid: spent.paid,
            fees: spent.fees,
        }
    }
}

impl From<&wallet::Recovery> for RecoveryReport {
    fn from(recovery: &wallet::Recovery) -> Self {
        Self {
            asked: recovery.asked,
            unreachable: recovery.unreachable.clone(),
            decided: recovery.decided.iter().map(Into::into).collect(),
            still_deciding: recovery.still_deciding.iter().map(Into::into).collect(),
        }
    }
}

impl From<&wallet::Check> for CheckReport {
    fn from(check: &wallet::Check) -> Self {
        Self {
            name: check.name.to_owned(),
            state: match check.state {
                wallet::CheckState::Ok => CheckState::Ok,
                wallet::CheckState::Warn => CheckState::Warn,
                wallet::CheckState::Bad => CheckState::Bad,
            },
            text: sentence(&check.text),
        }
    }
}

impl GiftPlanReport {
    /// A plan under the name it is kept by.
    #[must_use]
    pub fn of(plan: &wallet::GivePlan, left: wallet::Left, kept_as: String) -> Self {
        let needs = plan.needs.iter().map(|factor| factor.code().to_owned());
        Self {
            plan: kept_as,
            needs: needs.collect(),
            costs: plan.into(),
            left: left.into(),
        }
    }
}

impl From<&wallet::RecoveryWords> for WordsReport {
    fn from(words: &wallet::RecoveryWords) -> Self {
        let words = words.as_words().into_iter().map(str::to_owned);
        Self {
            words: words.collect(),
        }
    }
}

impl From<&wallet::TopUpOutcome> for MoneyInReport {
    fn from(outcome: &wallet::TopUpOutcome) -> Self {
        let (outcome, received) = came_in(outcome);
        Self { outcome, received }
    }
}

impl From<&wallet::GivePlan> for GivePlanReport {
    fn from(plan: &wallet::GivePlan) -> Self {
        Self {
            amount: plan.cost.price(),
            fees: plan.cost.fees().iter().map(Into::into).collect(),
            total: plan.cost.total(),
            total_at_most: plan.cost.total_at_most(),
            purse: plan.purse.id.to_string(),
            issuer: plan.purse.issuer.clone(),
            warnings: plan.warnings.iter().map(Into::into).collect(),
        }
    }
}

impl From<&wallet::Given> for GiveReport {
    fn from(given: &wallet::Given) -> Self {
        Self {
            token: given.token.clone(),
            payment: given.payment.to_string(),
            amount: given.amount,
            fees: given.fees.iter().map(Into::into).collect(),
            outcome: Outcome::Paid,
            picture: None,
        }
    }
}

impl From<&wallet::RedeemReview> for RedeemReviewReport {
    fn from(review: &wallet::RedeemReview) -> Self {
        Self {
            issuer: review.issuer.clone(),
            issuer_name: review.issuer_name.clone(),
            known_issuer: review.known_issuer,
            ours: review.ours.map(|payment| payment.to_string()),
            face: review.face,
            fee: review.fee,
            receives: review.received,
            memo: review.memo.clone(),
            from: review.from.clone(),
        }
    }
}

impl From<&wallet::Redeemed> for RedeemReport {
    fn from(redeemed: &wallet::Redeemed) -> Self {
        Self {
            outcome: redeemed.outcome.into(),
            payment: redeemed.payment.to_string(),
            received: redeemed.received,
            fees: redeemed.fees.iter().map(Into::into).collect(),
        }
    }
}

impl From<&wallet::GetPaid> for GetPaidReport {
    fn from(asked: &wallet::GetPaid) -> Self {
        Self {
            payment: asked.payment.to_string(),
            request: Some(asked.request.clone()),
            invoice: Some(asked.invoice.invoice.clone()),
            amount: asked.invoice.amount,
            purse: asked.invoice.purse.id.to_string(),
            expires_at: moment(asked.invoice.expires_at_ms),
            outcome: Outcome::StillDeciding,
            received: None,
        }
    }
}

/// What came in, if anything did, and what that means.
#[must_use]
pub fn came_in(outcome: &wallet::TopUpOutcome) -> (Outcome, Option<Amount>) {
    match outcome {
        wallet::TopUpOutcome::Received(received) => (Outcome::Paid, Some(*received)),
        wallet::TopUpOutcome::StillWaiting => (Outcome::StillDeciding, None),
        wallet::TopUpOutcome::Expired => (Outcome::NotPaid, None),
    }
}

/// A moment, where 0 means that nobody said.
fn moment(ms: u64) -> Option<At> {
    (ms > 0).then(|| At::ms(ms))
}
