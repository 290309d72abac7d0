//! What a statement is of, and what is in it.

use std::ops::ControlFlow;

use farthing_money::{Amount, PaidFee};
use farthing_rails::code::plain_text;
use farthing_store::history::{MerchantId, PaymentId};

use super::StatementError;
use crate::day::Day;
use crate::journal::{Direction, Outcome, PaymentKind, Story, tell};
use crate::merchants::MerchantError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// Longest words about who a statement is for, in characters.
const LONGEST_WHOM: usize = 120;

/// What is told of each payment beside when, what, with whom and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatementParts {
    /// The person's own notes.
    pub note: bool,
    /// What shows that it happened.
    pub proof: bool,
    /// The fees.
    pub fees: bool,
}

/// What a statement is to be of.
#[derive(Debug, Clone, Default)]
pub struct SliceOf {
    /// Only payments with this merchant.
    pub merchant: Option<MerchantId>,
    /// Only this payment.
    pub payment: Option<PaymentId>,
    /// Only from this day on.
    pub since: Option<Day>,
    /// Only until this day, which is part of it.
    pub until: Option<Day>,
    /// What is told of each.
    pub with: StatementParts,
    /// Who it is for, in the person's words.
    pub whom: Option<String>,
}

/// Something that is not in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// The person's own notes.
    Note,
    /// What shows that payments happened.
    Proof,
    /// The fees.
    Fees,
    /// Everybody else who was paid.
    OtherPayees,
}

impl LeftOut {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Proof => "proof",
            Self::Fees => "fees",
            Self::OtherPayees => "other_payees",
        }
    }
}

/// A slice of the history for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who it is for.
    pub whom: Option<String>,
    /// The day it was made.
    pub made: Day,
    /// The first day.
    pub since: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
    /// The payee it is of, by its own name, where it is of one.
    pub payee: Option<String>,
    /// What is told of each payment.
    pub with: StatementParts,
    /// Whether it is of play money.
    pub practice: bool,
    /// The payments, the oldest first.
    pub lines: Vec<StatementLine>,
    /// Whether it is of one payee or payment alone, and not of everybody there was.
    pub of_one: bool,
    /// The merchant it is of: under its key it is remembered.
    pub merchant: Option<MerchantId>,
}

/// One payment in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// When it began, in milliseconds since 1970.
    pub at_ms: u64,
    /// Which way the money went.
    pub direction: Direction,
    /// What kind it was.
    pub kind: PaymentKind,
    /// With whom, by the name they gave.
    pub payee: Option<String>,
    /// What the payee got or, coming in, what was received; what was asked for while undecided.
    pub amount: Amount,
    /// What became of it.
    pub outcome: Outcome,
    /// Every fee, if fees are told.
    pub fees: Option<Vec<PaidFee>>,
    /// The note, if notes are told.
    pub note: Option<String>,
    /// What shows that it happened, if that is told.
    pub proof: Option<StatementProof>,
}

/// What shows that a payment happened, and what the payee knows it by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementProof {
    /// `preimage`, `accepted` or `redeemed`; none where there is no proof.
    pub kind: Option<String>,
    /// The proof itself.
    pub text: Option<String>,
    /// The hash in the invoice that was paid; the preimage is its proof.
    pub payment_hash: Option<String>,
    /// What the payee called its request.
    pub reference: Option<String>,
}

impl Statement {
    /// What is not in it.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        let StatementParts { note, proof, fees } = self.with;
        let parts = [
            (note, LeftOut::Note),
            (proof, LeftOut::Proof),
            (fees, LeftOut::Fees),
            (!self.of_one, LeftOut::OtherPayees),
        ];
        let left = parts.into_iter().filter(|(told, _)| !told);
        left.map(|(_, what)| what).collect()
    }
}

impl StatementLine {
    fn of(story: &Story, with: StatementParts) -> Self {
        let paid = story
            .ended
            .as_ref()
            .filter(|ended| ended.outcome == Outcome::Paid);
        Self {
            at_ms: story.at_ms,
            direction: story.begun.kind.direction(),
            kind: story.begun.kind,
            payee: story.begun.payee.clone(),
            amount: paid.map_or(story.begun.cost.price(), |ended| ended.settled.paid()),
            outcome: story.outcome(),
            fees: with.fees.then(|| story.fees()),
            note: story.begun.note.clone().filter(|_| with.note),
            proof: with.proof.then(|| StatementProof::of(story)),
        }
    }
}

impl StatementProof {
    fn of(story: &Story) -> Self {
        let proof = story.ended.as_ref().and_then(|ended| ended.proof.as_ref());
        let delivery = story.begun.delivery.as_ref();
        Self {
            kind: proof.map(|proof| proof.kind.clone()),
            text: proof.map(|proof| proof.text.clone()),
            payment_hash: story.payment_hash(),
            reference: delivery.and_then(|delivery| delivery.id.clone()),
        }
    }
}

/// Whether a payment is in a statement that does not name it: its money moved, or may have. An
/// invoice that nobody paid is nothing that happened.
fn counts(story: &Story) -> bool {
    match story.outcome() {
        Outcome::Paid => true,
        Outcome::StillDeciding => story.begun.kind.direction() == Direction::Out,
        Outcome::NotPaid => false,
    }
}

impl Wallet {
    /// Gathers a statement. Asks nobody, and hands nothing over.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn statement(&self, of: &SliceOf) -> Result<Statement, StatementError> {
        if of.merchant.is_none() && of.payment.is_none() && of.since.is_none() {
            return Err(StatementError::OfEverything);
        }
        if of
            .since
            .zip(of.until)
            .is_some_and(|(since, until)| until < since)
        {
            return Err(StatementError::Backwards);
        }
        let since_ms = of.since.map_or(0, Day::starts_ms);
        let until_ms = of.until.map_or(u64::MAX, Day::ends_ms);
        let mut merchant = of.merchant;
        let mut payee = None;
        if let Some(id) = merchant {
            let (_, details, _) = self.details_of(id).map_err(of_merchant)?;
            payee = Some(details.name);
        }
        let mut lines = Vec::new();
        let mut take = |story: &Story| {
            if (since_ms..until_ms).contains(&story.at_ms) {
                lines.push(StatementLine::of(story, of.with));
            }
        };
        match (of.payment, merchant) {
            (Some(payment), _) => {
                let story = self.story(payment)?;
                let story = story.ok_or(StatementError::NoSuchPayment)?;
                if merchant.is_some_and(|merchant| story.merchant != Some(merchant)) {
                    return Err(StatementError::NoSuchPayment);
                }
                take(&story);
                merchant = story.merchant;
                payee = payee.or(story.begun.payee);
            }
            (None, Some(merchant)) => {
                let entries = self.history().entries_with(merchant);
                let entries = entries.map_err(StoreTrouble::from)?;
                tell(&entries)?
                    .iter()
                    .filter(|story| counts(story))
                    .for_each(take);
            }
            (None, None) => {
                self.stories_newest_first(|story| {
                    if story.at_ms < since_ms {
                        return ControlFlow::Break(());
                    }
                    if counts(story) {
                        take(story);
                    }
                    ControlFlow::Continue(())
                })?;
                lines.reverse();
            }
        }
        if lines.is_empty() {
            return Err(StatementError::Empty);
        }
        let whom = of.whom.as_deref();
        let whom = whom.map(|whom| plain_text(whom, LONGEST_WHOM).to_string());
        Ok(Statement {
            whom: whom.filter(|whom| !whom.is_empty()),
            made: Day::today(),
            since: of.since,
            until: of.until,
            payee,
            with: of.with,
            practice: self.mark().is_practice(),
            lines,
            of_one: of.merchant.is_some() || of.payment.is_some(),
            merchant,
        })
    }
}

fn of_merchant(error: MerchantError) -> StatementError {
    match error {
        MerchantError::NoSuchMerchant => StatementError::NoSuchMerchant,
        MerchantError::Store(trouble) => trouble.into(),
        other => StoreTrouble::of(&other).into(),
    }
}
