//! What the journal says of a payment: how it began, how it ended, what happened after.

use std::collections::HashMap;
use std::ops::ControlFlow;

use farthing_money::{Amount, Breakdown, FeeLine, PaidFee, Settled};
use farthing_rails::bytes_of;
use farthing_rails::ecash::PurseId;
use farthing_store::history::{Entry, HistoryError, MerchantId, NewEntry, PaymentId};
use farthing_vault::sha256_hex;
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::lines::as_reviewed;
use crate::pages::Page;
use crate::rights::RequestEvent;
use crate::sharing::{Consent, Disclosed, Told};
use crate::statement::HandedOver;
use crate::statistics::StatisticsLeft;
use crate::success::After;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;
use crate::why::Why;

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Into the wallet.
    In,
    /// Out of it.
    Out,
}

/// What became of a payment. Three values, never two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The payee has it; or, coming in, it is in the purse.
    Paid,
    /// It did not happen. The money is safe.
    NotPaid,
    /// Nobody knows yet. Do not pay again.
    StillDeciding,
}

/// What kind of payment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaymentKind {
    /// A BOLT11 invoice of somebody else.
    LightningInvoice,
    /// A BOLT12 offer.
    LightningOffer,
    /// An invoice that a Lightning address or an LNURL made for us.
    LnurlPay,
    /// A Cashu payment request.
    CashuRequest,
    /// E-cash handed to somebody.
    Give,
    /// E-cash taken in.
    Redeem,
    /// A purse filled over Lightning.
    TopUp,
    /// A page or file that wanted to be paid for.
    Page,
    /// Into another purse of the same person, over Lightning.
    Move,
}

impl PaymentKind {
    /// Which way the money goes.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::LightningInvoice
            | Self::LightningOffer
            | Self::LnurlPay
            | Self::CashuRequest
            | Self::Give
            | Self::Page
            | Self::Move => Direction::Out,
            Self::Redeem | Self::TopUp => Direction::In,
        }
    }

    /// The kind's stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LightningInvoice => "lightning_invoice",
            Self::LightningOffer => "lightning_offer",
            Self::LnurlPay => "lnurl_pay",
            Self::CashuRequest => "cashu_request",
            Self::Give => "give",
            Self::Redeem => "redeem",
            Self::TopUp => "top_up",
            Self::Page => "page",
            Self::Move => "move",
        }
    }
}

/// What shows that a payment happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// `preimage` (checked against the invoice), `accepted` (the payee's own word) or `redeemed`
    /// (the issuer says the coins were taken).
    pub kind: String,
    /// The proof itself.
    pub text: String,
}

/// One journal row.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is read or written at a time, and most are the largest"
)]
pub(crate) enum Event {
    /// Written before anything moves.
    Begun(Begun),
    /// Written when it is decided.
    Ended(Ended),
    /// Something to know about the wallet itself, under an id of its own.
    Noted { text: String },
    /// A yes to sharing something was given, changed or taken back.
    Consent(Consent),
    /// Something is about to leave the device.
    Disclosed(Disclosed),
    /// A statement is about to leave the wallet.
    HandedOver(HandedOver),
    /// It did not: its file could not be written.
    NotHandedOver { hash: String },
    /// Anonymous statistics are about to leave the wallet.
    StatisticsLeft(StatisticsLeft),
    /// The person asked something of a merchant, or was answered.
    Request(RequestEvent),
}

/// How a payment began.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Begun {
    pub(crate) kind: PaymentKind,
    pub(crate) purse: PurseId,
    pub(crate) payee: Option<String>,
    pub(crate) cost: Breakdown,
    pub(crate) note: Option<String>,
    /// Where a Cashu request wants its coins, and under which reference.
    pub(crate) delivery: Option<Delivery>,
    /// What may be paid once only: see [`crate::once`].
    pub(crate) once: Option<String>,
    /// The page it is for.
    pub(crate) page: Option<Page>,
    /// What the payee does once it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Box<After>>,
    /// What the payee was told with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) told: Vec<Told>,
    /// The person's own purse at the other end, where money only goes from one to the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) other_purse: Option<PurseId>,
}

impl Begun {
    /// A payment out of this purse, or into it, of which there is no more to say.
    pub(crate) fn of(kind: PaymentKind, purse: PurseId, cost: Breakdown) -> Self {
        Self {
            kind,
            purse,
            payee: None,
            cost,
            note: None,
            delivery: None,
            once: None,
            page: None,
            after: None,
            told: Vec::new(),
            other_purse: None,
        }
    }
}

/// Where the coins for a Cashu request go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// `None`: whoever asked takes the token from our hands.
    pub(crate) url: Option<String>,
    pub(crate) id: Option<String>,
    /// The person's note, where it is shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) memo: Option<String>,
}

/// How a payment ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) settled: Settled,
    pub(crate) proof: Option<Proof>,
    /// Why it was not paid.
    pub(crate) why: Option<Why>,
}

/// All the journal says of one payment.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) payment: PaymentId,
    pub(crate) at_ms: u64,
    pub(crate) merchant: Option<MerchantId>,
    pub(crate) begun: Begun,
    /// The last word.
    pub(crate) ended: Option<Ended>,
}

impl Story {
    pub(crate) fn outcome(&self) -> Outcome {
        self.ended
            .as_ref()
            .map_or(Outcome::StillDeciding, |ended| ended.outcome)
    }

    /// The fees as they are known: true ones, in the lines of the review, or nothing certain yet.
    pub(crate) fn fees(&self) -> Vec<PaidFee> {
        match &self.ended {
            Some(ended) if ended.outcome == Outcome::Paid => {
                as_reviewed(self.begun.cost.fees(), ended.settled.fees())
            }
            Some(ended) => ended.settled.fees().to_vec(),
            None => self.begun.cost.fees().iter().filter_map(certain).collect(),
        }
    }

    /// The hash in the invoice that was paid, where its payee made it for this payment or the preimage
    /// shows it: of several bills one was paid, or none where e-cash was handed over. Nothing before
    /// it was paid.
    pub(crate) fn payment_hash(&self) -> Option<String> {
        if self.outcome() != Outcome::Paid {
            return None;
        }
        let of_preimage = || {
            let proof = self.ended.as_ref()?.proof.as_ref()?;
            let preimage = Some(&proof.text).filter(|_| proof.kind == "preimage")?;
            bytes_of(preimage).map(|bytes| sha256_hex(&bytes))
        };
        let named = |after: &After| after.payment_hash().to_owned();
        self.begun.after.as_deref().map(named).or_else(of_preimage)
    }

    pub(crate) fn fees_total(&self) -> Amount {
        let unit = self.begun.cost.unit();
        Amount::try_sum(unit, self.fees().iter().map(PaidFee::amount)).unwrap_or(Amount::zero(unit))
    }
}

fn certain(line: &FeeLine) -> Option<PaidFee> {
    PaidFee::new(line.kind(), line.to(), line.amount()).ok()
}

/// Puts a payment's rows together. Rows of a forgotten merchant tell nothing any more.
pub(crate) fn tell(entries: &[Entry]) -> Result<Vec<Story>, StoreTrouble> {
    let mut stories: Vec<Story> = Vec::new();
    for entry in entries {
        let Some(body) = &entry.body else { continue };
        match serde_json::from_slice(body)? {
            Event::Begun(begun) => stories.push(Story {
                payment: entry.payment,
                at_ms: entry.at_ms,
                merchant: entry.merchant,
                begun,
                ended: None,
            }),
            Event::Noted { .. }
            | Event::Consent(_)
            | Event::Disclosed(_)
            | Event::HandedOver(_)
            | Event::NotHandedOver { .. }
            | Event::StatisticsLeft(_)
            | Event::Request(_) => {}
            Event::Ended(ended) => {
                if let Some(story) = stories
                    .iter_mut()
                    .rev()
                    .find(|story| story.payment == entry.payment)
                {
                    story.ended = Some(ended);
                }
            }
        }
    }
    Ok(stories)
}

impl Wallet {
    /// Writes a row; it is on disk when this returns.
    pub(crate) fn write_down(
        &self,
        payment: PaymentId,
        merchant: Option<MerchantId>,
        event: &Event,
    ) -> Result<(), StoreTrouble> {
        let words = match event {
            Event::Begun(begun) => {
                let title = begun.page.as_ref().and_then(|page| page.title.as_deref());
                let texts = [begun.payee.as_deref(), title, begun.note.as_deref()];
                texts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            // Found by nobody who searches.
            _ => String::new(),
        };
        let body = zeroize::Zeroizing::new(serde_json::to_vec(event)?);
        let mut history = self.history();
        history.append(&NewEntry {
            payment,
            merchant,
            at_ms: now_ms(),
            body: &body,
            words: &words,
        })?;
        self.watch.wrote(history.head());
        Ok(())
    }

    /// What was noted about the wallet itself, the oldest first.
    pub(crate) fn notes(&self) -> Result<Vec<String>, StoreTrouble> {
        let mut notes = Vec::new();
        for entry in self.history().entries()? {
            let Some(body) = &entry.body else { continue };
            if let Event::Noted { text } = serde_json::from_slice(body)? {
                notes.push(text);
            }
        }
        Ok(notes)
    }

    /// The story of one payment.
    pub(crate) fn story(&self, payment: PaymentId) -> Result<Option<Story>, StoreTrouble> {
        self.story_or_why(payment)?
    }

    /// As [`Self::story`]. The inner error: its merchant's key cannot be had now, which says nothing
    /// about the payment and must not keep others from being decided.
    pub(crate) fn story_or_why(
        &self,
        payment: PaymentId,
    ) -> Result<Result<Option<Story>, StoreTrouble>, StoreTrouble> {
        match self.history().entries_of(payment) {
            Ok(entries) => Ok(Ok(tell(&entries)?.into_iter().next())),
            Err(error @ HistoryError::Unreadable { .. }) => Ok(Err(error.into())),
            Err(error) => Err(error.into()),
        }
    }

    /// Every story, the newest first, until `visit` has seen enough. None is held longer than it
    /// takes: a journal may have a hundred thousand.
    pub(crate) fn stories_newest_first(
        &self,
        mut visit: impl FnMut(&Story) -> ControlFlow<()>,
    ) -> Result<(), StoreTrouble> {
        // Backwards, an end comes before its beginning, and the last word comes first.
        let mut ends: HashMap<PaymentId, Ended> = HashMap::new();
        let mut unreadable = None;
        self.history().newest_first(|entry| {
            let Some(body) = &entry.body else {
                return ControlFlow::Continue(());
            };
            match serde_json::from_slice(body) {
                Ok(Event::Ended(ended)) => {
                    ends.entry(entry.payment).or_insert(ended);
                    ControlFlow::Continue(())
                }
                Ok(Event::Begun(begun)) => visit(&Story {
                    payment: entry.payment,
                    at_ms: entry.at_ms,
                    merchant: entry.merchant,
                    begun,
                    ended: ends.remove(&entry.payment),
                }),
                Ok(
                    Event::Noted { .. }
                    | Event::Consent(_)
                    | Event::Disclosed(_)
                    | Event::HandedOver(_)
                    | Event::NotHandedOver { .. }
                    | Event::StatisticsLeft(_)
                    | Event::Request(_),
                ) => ControlFlow::Continue(()),
                Err(error) => {
                    unreadable = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        match unreadable {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}
