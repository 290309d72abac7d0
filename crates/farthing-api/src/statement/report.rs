//! The form of a statement that is for people.

use farthing_wallet::{THE_PAYEE, Unnamed, fill};

use super::words::{Words, words_in};
use super::{Line, Proof, StatementDocument};
use crate::{Direction, Outcome, PaidFeeReport, harmless};

/// What follows reads from left to right, whatever is around it…
const LEFT_TO_RIGHT: char = '\u{2066}';
/// … or as its own first letter does …
const AS_IT_BEGINS: char = '\u{2068}';
/// … up to here.
const END: char = '\u{2069}';
/// The line reads from right to left. Not every program that lays a line out looks past a value
/// that is kept together for the first letter of the line's own.
const RIGHT_TO_LEFT: char = '\u{200f}';

pub(super) fn report(document: &StatementDocument, language: &str) -> String {
    let words = words_in(language);
    let mut page = Page::new(words);
    page.line(&words.title.into());
    if document.practice {
        page.line(&words.practice.into());
    }
    page.empty();
    let day = |day: &Option<String>| day.as_deref().map(|day| page.figure(day));
    let (since, until) = (day(&document.since), day(&document.until));
    let made = page.figure(&document.made);
    let whom = document.whom.as_deref().map(|whom| page.theirs(whom));
    let payee = document.payee.as_deref().map(|payee| page.payee(payee));
    page.about(0, words.whom, whom.as_ref());
    page.about(0, words.payee, payee.as_ref());
    page.about(0, words.since, since.as_ref());
    page.about(0, words.until, until.as_ref());
    page.about(0, words.made, Some(&made));
    for line in &document.payments {
        page.empty();
        page.payment(line);
    }
    page.empty();
    for total in &document.totals {
        let what = match total.direction {
            Direction::Out => words.paid_in_all,
            Direction::In => words.received_in_all,
        };
        let amount = page.figure(&total.amount.to_string());
        let fees = total.fees.filter(|fees| !fees.is_zero());
        let sum = match fees.map(|fees| page.figure(&fees.to_string())) {
            Some(fees) => filled(
                words.total_with_fees,
                &[("amount", &amount), ("fees", &fees)],
            ),
            None => filled(words.total, &[("amount", &amount)]),
        };
        page.about(0, what, Some(&sum));
    }
    let left_out: Vec<&str> = document
        .left_out
        .iter()
        .map(|what| words.left_out(what))
        .collect();
    if !left_out.is_empty() {
        let left_out = Piece(left_out.join(words.comma));
        page.about(0, words.not_here, Some(&left_out));
    }
    let proven = |line: &Line| {
        let proof = line.proof.as_ref();
        proof.is_some_and(|proof| proof.kind.as_deref() == Some("preimage"))
    };
    if document.payments.iter().any(proven) {
        page.empty();
        page.line(&words.how_to_check.into());
    }
    page.text
}

/// What may stand in a report: our own words, or a value that [`Page`] made harmless.
struct Piece(String);

impl From<&'static str> for Piece {
    fn from(words: &'static str) -> Self {
        Self(words.to_owned())
    }
}

fn filled(words: &'static str, values: &[(&str, &Piece)]) -> Piece {
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, piece)| (*name, piece.0.as_str()))
        .collect();
    Piece(fill(words, &values))
}

/// Plain text in the making.
struct Page {
    words: &'static Words,
    /// How wide what a line is about stands, in characters; none where `: ` follows it.
    column: Option<usize>,
    text: String,
}

impl Page {
    fn new(words: &'static Words) -> Self {
        let abouts = words.abouts();
        let longest = abouts.iter().map(|about| about.chars().count()).max();
        Self {
            words,
            column: longest
                .filter(|_| words.in_columns)
                .map(|longest| longest.saturating_add(1)),
            text: String::new(),
        }
    }

    /// What reads from left to right in every language: an amount, a moment, a hash.
    fn figure(&self, value: &str) -> Piece {
        self.together(LEFT_TO_RIGHT, value)
    }

    /// What somebody wrote, in whatever language.
    fn theirs(&self, value: &str) -> Piece {
        self.together(AS_IT_BEGINS, value)
    }

    fn together(&self, mark: char, value: &str) -> Piece {
        // First, so that no mark is left that is not ours.
        let value = harmless(value);
        Piece(if self.words.right_to_left {
            format!("{mark}{value}{END}")
        } else {
            value
        })
    }

    /// A payee by the name it gave; what it is, where it gave none.
    fn payee(&self, called: &str) -> Piece {
        match Unnamed::of(called) {
            Some(Unnamed::Lightning(key)) => {
                let key = self.figure(&format!("{key}…"));
                filled(self.words.lightning_node, &[("key", &key)])
            }
            Some(Unnamed::Bearer) => self.words.bearer.into(),
            None => self.theirs(called),
        }
    }

    fn payment(&mut self, line: &Line) {
        let words = self.words;
        let what = match (line.outcome, line.direction) {
            (Outcome::Paid, Direction::Out) => words.paid,
            (Outcome::Paid, Direction::In) => words.received,
            (Outcome::NotPaid, _) => words.not_paid,
            (Outcome::StillDeciding, _) => words.undecided,
        };
        let with = match line.direction {
            Direction::Out => words.to,
            Direction::In => words.from,
        };
        let payee = line.payee.as_deref().map(|payee| self.payee(payee));
        let payee = payee.map_or_else(|| "".into(), |payee| filled(with, &[("name", &payee)]));
        let amount = self.figure(&line.amount.to_string());
        let what = filled(what, &[("amount", &amount), ("payee", &payee)]);
        let at = self.figure(&line.at.to_minute());
        self.line(&Piece(format!("{}. {}  {}", line.number, at.0, what.0)));
        for fee in line.fees.iter().flatten() {
            if !fee.amount.is_zero() {
                let fee = self.fee(fee);
                self.about(3, words.fee, Some(&fee));
            }
        }
        let note = line.note.as_deref().map(|note| self.theirs(note));
        self.about(3, words.note, note.as_ref());
        if let Some(proof) = &line.proof {
            let shown = self.proof(proof);
            let hash = proof.payment_hash.as_deref().map(|hash| self.figure(hash));
            let reference = proof.reference.as_deref().map(|name| self.theirs(name));
            self.about(3, words.proof, Some(&shown));
            self.about(3, words.hash, hash.as_ref());
            self.about(3, words.reference, reference.as_ref());
        }
    }

    fn fee(&self, fee: &PaidFeeReport) -> Piece {
        let amount = self.figure(&fee.amount.to_string());
        let to = match fee.to.as_str() {
            THE_PAYEE => self.words.the_payee.into(),
            name => self.payee(name),
        };
        let kind = self.words.fee_kind(fee.kind).into();
        filled(
            self.words.fee_of,
            &[("amount", &amount), ("kind", &kind), ("to", &to)],
        )
    }

    fn proof(&self, proof: &Proof) -> Piece {
        let Some((kind, text)) = proof.kind.as_deref().zip(proof.text.as_deref()) else {
            return self.words.no_proof.into();
        };
        let proof = self.figure(text);
        match kind {
            "preimage" => filled(self.words.preimage, &[("proof", &proof)]),
            "accepted" => filled(self.words.accepted, &[("proof", &proof)]),
            "redeemed" => self.words.redeemed.into(),
            _ => Piece(format!("{} {}", self.figure(kind).0, proof.0)),
        }
    }

    fn empty(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, piece: &Piece) {
        for line in piece.0.trim_end().split('\n') {
            if self.words.right_to_left {
                self.text.push(RIGHT_TO_LEFT);
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn about(&mut self, indent: usize, what: &'static str, piece: Option<&Piece>) {
        let Some(Piece(text)) = piece else { return };
        let line = match self.column {
            Some(column) => format!("{:indent$}{what:<column$} {text}", ""),
            None => format!("{:indent$}{what}: {text}", ""),
        };
        self.line(&Piece(line));
    }
}
