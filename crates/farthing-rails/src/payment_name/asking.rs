//! The questions about one name, put to one resolver through the gate: each once, and not many.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::stream::{self, Stream};
use hickory_net::proto::op::{
    DnsRequest, DnsResponse, Edns, Message, MessageType, OpCode, Query, ResponseCode,
};
use hickory_net::{DnsHandle, NetError};
use tokio::sync::Mutex;
use url::Url;

use super::nowhere::{Now, Nowhere};
use crate::gate::{Gate, GateError};

/// Most questions for one name. A name with six labels takes about ten.
const MOST_QUESTIONS: usize = 30;
/// Most records of an answer that are looked at.
const MOST_RECORDS: usize = 100;
/// The longest answer a resolver may give, as it is told: over HTTP no datagram limits it.
const LONGEST_ANSWER: u16 = 16 * 1024;

/// Why a question has no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// The resolver could not be asked.
    Gate(GateError),
    /// What it sent is no answer, or says that it has none.
    Unreadable,
    /// Its answers led to more questions than a name is worth.
    TooMany,
}

/// Asks one resolver about one name.
#[derive(Clone)]
pub(super) struct Asking {
    gate: Gate,
    resolver: Url,
    told: Arc<Mutex<Told>>,
}

#[derive(Default)]
struct Told {
    answers: HashMap<Query, Message>,
    /// The first question without an answer: after it nothing more is asked.
    unanswered: Option<Unanswered>,
}

impl Asking {
    pub(super) fn new(gate: Gate, resolver: Url) -> Self {
        Self {
            gate,
            resolver,
            told: Arc::default(),
        }
    }

    /// Why it came to nothing, if it was for want of an answer.
    pub(super) async fn unanswered(&self) -> Option<Unanswered> {
        self.told.lock().await.unanswered.take()
    }

    async fn answer(&self, query: Query) -> Result<DnsResponse, NetError> {
        // Held while asking, so that nothing is asked twice.
        let mut told = self.told.lock().await;
        if let Some(known) = told.answers.get(&query) {
            return Ok(DnsResponse::from_message(known.clone())?);
        }
        if told.unanswered.is_some() {
            return Err("nothing more is asked".into());
        }
        let asked = if told.answers.len() < MOST_QUESTIONS {
            self.ask(&query).await
        } else {
            Err(Unanswered::TooMany)
        };
        match asked {
            Ok(answer) => {
                told.answers.insert(query, answer.clone());
                Ok(DnsResponse::from_message(answer)?)
            }
            Err(why) => {
                told.unanswered = Some(why);
                Err("no answer".into())
            }
        }
    }

    async fn ask(&self, query: &Query) -> Result<Message, Unanswered> {
        // A number of its own would make one question look different each time (RFC 8484, 4.1).
        let mut question = Message::new(0, MessageType::Query, OpCode::Query);
        question.metadata.recursion_desired = true;
        // The proof is ours to check, also where the resolver thinks that it does not hold.
        question.metadata.checking_disabled = true;
        question.add_query(query.clone());
        let mut edns = Edns::new();
        edns.enable_dnssec();
        edns.set_max_payload(LONGEST_ANSWER);
        question.set_edns(edns);
        let question = question.to_vec().map_err(|_| Unanswered::Unreadable)?;
        let reply = match self
            .gate
            .ask_resolver(self.resolver.clone(), question)
            .await
        {
            Ok(reply) if reply.status == 200 => reply,
            Ok(_) | Err(GateError::ReplyTooLong | GateError::Packed) => {
                return Err(Unanswered::Unreadable);
            }
            Err(error) => return Err(Unanswered::Gate(error)),
        };
        read(&reply.body, query).ok_or(Unanswered::Unreadable)
    }
}

/// An answer to this very question, without what nobody asked for.
fn read(body: &[u8], query: &Query) -> Option<Message> {
    let mut answer = Message::from_vec(body).ok()?;
    let header = &answer.metadata;
    let fits = header.message_type == MessageType::Response
        && !header.truncation
        && matches!(
            header.response_code,
            ResponseCode::NoError | ResponseCode::NXDomain
        )
        && answer.queries.first() == Some(query)
        && answer.answers.len().checked_add(answer.authorities.len())? <= MOST_RECORDS;
    // Hints about other names: each would be looked up and proven for nothing.
    answer.additionals.clear();
    fits.then_some(answer)
}

impl DnsHandle for Asking {
    type Response = Pin<Box<dyn Stream<Item = Result<DnsResponse, NetError>> + Send>>;
    type Runtime = Nowhere<Now>;

    fn send(&self, request: DnsRequest) -> Self::Response {
        let asking = self.clone();
        Box::pin(stream::once(async move {
            match request.queries.first() {
                Some(query) => asking.answer(query.clone()).await,
                None => Err("no question".into()),
            }
        }))
    }
}
