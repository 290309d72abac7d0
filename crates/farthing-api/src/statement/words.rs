//! The words of a report, in the languages of the window. They are here and not with the screens
//! because a report is the same whoever makes it, and is read by somebody else.

mod ar;
mod en;
mod es;
mod fr;
mod hi;
mod ko;
mod pt;
mod sw;
#[cfg(test)]
mod tests;

use farthing_money::FeeKind;
use farthing_wallet::Language;

/// The words of one language. `{amount}` and the like are filled in.
pub(super) struct Words {
    /// Values are then kept from being put into another order.
    pub(super) right_to_left: bool,
    /// What a line is about stands in a column; where letters are not all of one width, `: ` ends it.
    pub(super) in_columns: bool,
    pub(super) title: &'static str,
    pub(super) practice: &'static str,

    // What a line is about: all of `abouts`.
    pub(super) whom: &'static str,
    pub(super) payee: &'static str,
    pub(super) since: &'static str,
    pub(super) until: &'static str,
    pub(super) made: &'static str,
    pub(super) fee: &'static str,
    pub(super) note: &'static str,
    pub(super) proof: &'static str,
    pub(super) hash: &'static str,
    pub(super) reference: &'static str,
    pub(super) paid_in_all: &'static str,
    pub(super) received_in_all: &'static str,
    pub(super) not_here: &'static str,

    /// `{amount}`; `{payee}` is `to` or `from`, or nothing.
    pub(super) paid: &'static str,
    /// The same.
    pub(super) received: &'static str,
    /// The same.
    pub(super) not_paid: &'static str,
    /// The same.
    pub(super) undecided: &'static str,
    /// `{name}`, and the space between it and the rest.
    pub(super) to: &'static str,
    /// The same.
    pub(super) from: &'static str,
    /// A payee that gave no name. `{key}`: how the key of its Lightning wallet begins.
    pub(super) lightning_node: &'static str,
    /// A payee that gave nothing but a request.
    pub(super) bearer: &'static str,

    /// `{amount}`, `{kind}`, `{to}`: who got it.
    pub(super) fee_of: &'static str,
    /// In the order of [`FeeKind::ALL`], and then any other.
    pub(super) fee_kinds: [&'static str; 8],
    /// Who got what was paid above the price.
    pub(super) the_payee: &'static str,

    /// `{proof}`.
    pub(super) preimage: &'static str,
    /// `{proof}`: where it was accepted.
    pub(super) accepted: &'static str,
    pub(super) redeemed: &'static str,
    pub(super) no_proof: &'static str,

    /// `{amount}`.
    pub(super) total: &'static str,
    /// `{amount}`, `{fees}`.
    pub(super) total_with_fees: &'static str,

    pub(super) no_notes: &'static str,
    pub(super) no_proofs: &'static str,
    pub(super) no_fees: &'static str,
    pub(super) no_other_payees: &'static str,
    /// Between two of those.
    pub(super) comma: &'static str,

    /// How a preimage is checked; lines of at most 80 letters.
    pub(super) how_to_check: &'static str,
}

/// The words of a language, by its BCP 47 tag; English where we do not have it.
pub(super) fn words_in(language: &str) -> &'static Words {
    match Language::of(language) {
        Language::Arabic => &ar::WORDS,
        Language::English => &en::WORDS,
        Language::Spanish => &es::WORDS,
        Language::French => &fr::WORDS,
        Language::Hindi => &hi::WORDS,
        Language::Korean => &ko::WORDS,
        Language::Portuguese => &pt::WORDS,
        Language::Swahili => &sw::WORDS,
    }
}

impl Words {
    /// Everything that a line can be about.
    pub(super) const fn abouts(&self) -> [&'static str; 13] {
        [
            self.whom,
            self.payee,
            self.since,
            self.until,
            self.made,
            self.fee,
            self.note,
            self.proof,
            self.hash,
            self.reference,
            self.paid_in_all,
            self.received_in_all,
            self.not_here,
        ]
    }

    pub(super) fn fee_kind(&self, kind: FeeKind) -> &'static str {
        let [kinds @ .., other] = self.fee_kinds;
        let mut kinds = FeeKind::ALL.into_iter().zip(kinds);
        kinds
            .find(|(fee, _)| *fee == kind)
            .map_or(other, |(_, words)| words)
    }

    /// Something that was left out, by its stable name.
    pub(super) fn left_out(&self, what: &str) -> &'static str {
        match what {
            "note" => self.no_notes,
            "proof" => self.no_proofs,
            "fees" => self.no_fees,
            _ => self.no_other_payees,
        }
    }
}
