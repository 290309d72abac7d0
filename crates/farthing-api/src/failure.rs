//! Why something was not done.

use farthing_money::Amount;
use farthing_wallet::PaymentId;
use serde::Serialize;

use crate::messages;

/// Where the money is after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Money {
    /// Where it was before.
    Safe,
    /// It went where it was meant to, though something after that failed.
    Moved,
    /// Not known yet.
    Unknown,
}

impl Money {
    /// What to tell a person.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Safe => "Your money is safe.",
            Self::Moved => "The money has moved.",
            Self::Unknown => "Where the money is is not known yet: do not pay again.",
        }
    }
}

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Not done, money safe.
    NotDone = 1,
    /// The command was not understood, or may not run like this.
    Usage = 2,
    /// Still deciding.
    StillDeciding = 3,
    /// Refused by a rule.
    Refused = 4,
    /// Locked, or the wrong secret.
    Locked = 5,
    /// Another process holds this wallet.
    Busy = 6,
}

impl Exit {
    /// The number a shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotDone => 1,
            Self::Usage => 2,
            Self::StillDeciding => 3,
            Self::Refused => 4,
            Self::Locked => 5,
            Self::Busy => 6,
        }
    }
}

/// What a front end needs to know of any error.
pub trait ApiError: std::error::Error {
    /// The error's stable name.
    fn code(&self) -> &'static str;
    /// Where the money is now.
    fn money(&self) -> Money;
    /// How a command that met it ends.
    fn exit(&self) -> Exit;
    /// What to do next, when this error knows better than the table of messages.
    fn way_out(&self) -> Option<String> {
        None
    }
    /// How often, or when, a secret can be tried again.
    fn tries(&self) -> Tries {
        Tries::default()
    }
    /// What would have to come in, where too little money is all that is in the way.
    fn missing(&self) -> Option<Amount> {
        None
    }
    /// What a payee insists on being told, where that is all that is in the way.
    fn demands(&self) -> &[String] {
        &[]
    }
    /// The payment it is about, where there is one to look at.
    fn payment(&self) -> Option<PaymentId> {
        None
    }
}

/// How often, or when, a secret can be tried again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// After so many seconds.
    pub wait_seconds: Option<u64>,
    /// So many times before each costs a wait.
    pub left: Option<u32>,
}

/// Why a command was not done, ready to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error's stable name.
    pub code: &'static str,
    /// What happened, as one sentence.
    pub text: Box<str>,
    /// Where the money is now.
    pub money: Money,
    /// What to do next, when there is something to do.
    pub next: Option<Box<str>>,
    /// How the command ends.
    pub exit: Exit,
    /// How often, or when, a secret can be tried again.
    pub tries: Tries,
    /// What would have to come in, where too little money is all that is in the way.
    pub missing: Option<Box<Amount>>,
    /// What the payee insists on being told, where that is all that is in the way.
    pub demands: Option<Box<[String]>>,
    /// The payment it is about, where there is one to look at.
    pub payment: Option<Box<str>>,
}

impl Failure {
    /// An error of ours, with what the table of messages knows about it.
    pub fn of(error: &impl ApiError) -> Self {
        let mut failure = Self::new(error.code(), error.to_string(), error.money(), error.exit());
        failure.tries = error.tries();
        failure.missing = error.missing().map(Box::new);
        failure.demands = (!error.demands().is_empty()).then(|| error.demands().into());
        failure.payment = error.payment().map(|payment| payment.to_string().into());
        match error.way_out() {
            Some(next) => failure.with_next(next),
            None => failure,
        }
    }

    /// A failure told from its parts; what to do next comes from the table.
    #[must_use]
    pub fn new(code: &'static str, what: impl Into<String>, money: Money, exit: Exit) -> Self {
        Self {
            code,
            text: sentence(&what.into()).into(),
            money,
            next: messages::next(code).map(Into::into),
            exit,
            tries: Tries::default(),
            missing: None,
            demands: None,
            payment: None,
        }
    }

    /// The same failure with another thing to do next.
    #[must_use]
    pub fn with_next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(sentence(&next.into()).into());
        self
    }

    /// What is printed with `--json`.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        ErrorReport {
            error: self.clone().into(),
        }
    }
}

impl<E: ApiError> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::of(&error)
    }
}

impl<E: ApiError> From<E> for ErrorDetail {
    fn from(error: E) -> Self {
        Failure::of(&error).into()
    }
}

impl From<Failure> for ErrorDetail {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code,
            text: failure.text,
            money: failure.money,
            next: failure.next,
            wait_seconds: failure.tries.wait_seconds,
            tries_left: failure.tries.left,
            missing: failure.missing,
            demands: failure.demands,
            payment: failure.payment,
        }
    }
}

/// `{"error":{…}}`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErrorReport {
    /// The error.
    pub error: ErrorDetail,
}

/// One error, as programs read it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErrorDetail {
    /// The error's stable name.
    pub code: &'static str,
    /// What happened, as one sentence.
    pub text: Box<str>,
    /// Where the money is now.
    pub money: Money,
    /// What to do next.
    pub next: Option<Box<str>>,
    /// After so many seconds it can be tried again; left out where waiting does not help.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub wait_seconds: Option<u64>,
    /// So many tries of the secret are left before a wait; left out where nothing is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub tries_left: Option<u32>,
    /// At least so much would have to come in first; left out where something else is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "Amount"))]
    pub missing: Option<Box<Amount>>,
    /// What the payee insists on being told; left out where something else is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub demands: Option<Box<[String]>>,
    /// The payment it is about; left out where there is none to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub payment: Option<Box<str>>,
}

/// A message in lower case without an end, as a sentence. An address it starts with stays
/// as it is.
pub(crate) fn sentence(message: &str) -> String {
    let message = message.trim();
    let first_word = message.split_whitespace().next().unwrap_or_default();
    let mut chars = message.chars();
    let mut sentence = String::with_capacity(message.len().saturating_add(1));
    let address = first_word.contains("://") || first_word.trim_end_matches('.').contains('.');
    if !address {
        sentence.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    }
    sentence.push_str(chars.as_str());
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_sentence_with_a_code_and_where_the_money_is() {
        let failure = Failure::new("declined", "you said no", Money::Safe, Exit::NotDone)
            .with_next("try again when you are ready");
        assert_eq!(
            serde_json::to_string(&failure.report()).unwrap(),
            r#"{"error":{"code":"declined","text":"You said no.","money":"safe","next":"Try again when you are ready."}}"#
        );
    }

    #[test]
    fn what_was_paid_already_names_the_payment_where_there_is_one() {
        let payment = PaymentId::from_bytes([7; 16]);
        let told = |payment| {
            let error = farthing_wallet::ReviewError::AlreadyPaid { payment };
            let report = serde_json::to_value(Failure::of(&error).report()).unwrap();
            report["error"].get("payment").cloned()
        };
        assert_eq!(
            told(Some(payment)),
            Some(serde_json::json!(payment.to_string()))
        );
        assert_eq!(told(None), None);
        let page = farthing_wallet::PageError::NoProof { payment };
        assert_eq!(
            Failure::of(&page).payment.as_deref(),
            Some(&*payment.to_string())
        );
    }

    #[test]
    fn an_error_is_small_enough_to_be_handed_on() {
        // What clippy calls a large error.
        assert!(size_of::<Failure>() < 128 && size_of::<ErrorDetail>() < 128);
    }

    #[test]
    fn messages_become_sentences_and_addresses_stay_themselves() {
        for (message, told) in [
            ("you said no", "You said no."),
            ("", ""),
            ("really?", "Really?"),
            ("http://127.0.0.1:1 answers", "http://127.0.0.1:1 answers."),
            ("issuer.example answers", "issuer.example answers."),
            ("élan", "Élan."),
        ] {
            assert_eq!(sentence(message), told);
        }
    }

    #[test]
    fn the_seven_endings_have_their_numbers() {
        let endings = [
            Exit::Done,
            Exit::NotDone,
            Exit::Usage,
            Exit::StillDeciding,
            Exit::Refused,
            Exit::Locked,
            Exit::Busy,
        ];
        assert_eq!(endings.map(Exit::code), [0, 1, 2, 3, 4, 5, 6]);
    }
}
