//! The names of the town: a root of its own, what is signed below it, and two resolvers that answer
//! over HTTP (RFC 8484) for all of them.
//!
//! The keys are new at every start, as is the manifest that names the root's.

mod tricks;
mod zone;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hickory_proto::op::{Message, OpCode, Query};
use hickory_proto::rr::rdata::{CNAME, TXT};
use hickory_proto::rr::{Name, RData, RecordType};
use serde::Serialize;
use serde_json::{Value, json};

use crate::manifest::NamesEntry;
use crate::reply::Refusal;
use crate::shared::lock;
use crate::shop::busker::Busker;
use tricks::Trick;
use zone::Zone;

pub use zone::NameTrouble;

/// Most questions remembered for tests.
const MEMORY: usize = 1_000;
/// Where the resolvers answer.
const RESOLVERS: [&str; 2] = ["/dns-query", "/second/dns-query"];
/// Names whose resolver lies, by the lie.
const ROGUES: [&str; 14] = [
    "broken",
    "elsewhere",
    "expired",
    "garbage",
    "hidden",
    "huge",
    "nested",
    "rounds",
    "stranger",
    "stripped",
    "swapped",
    "two",
    "unrelated",
    "words",
];

/// All names.
pub struct Names {
    origin: String,
    root: Zone,
    test: Zone,
    busker: Zone,
    rogue: Zone,
    unsigned: Zone,
    asked: Mutex<Vec<Asked>>,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The rest is keys.
        f.debug_struct("Names")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// What a resolver was asked.
#[derive(Debug, Clone, Serialize)]
struct Asked {
    resolver: &'static str,
    name: String,
    kind: String,
}

impl Names {
    /// Signs everything; `busker` is paid under its names.
    pub fn open(origin: String, busker: &Busker) -> Result<Self, NameTrouble> {
        let offer = |till: &str| {
            let offer = busker.offers().get(till);
            format!("bitcoin:?lno={}", offer.map_or("", String::as_str))
        };
        let lnurl = |name: &str| {
            let link = busker.addresses().remove(name).map(|a| a.link.lnurl);
            format!("BITCOIN:?lightning={}", link.unwrap_or_default())
        };
        let mut at_busker = Zone::signed("busker.test.")?;
        for (user, text) in [
            ("tips", offer("tips")),
            ("song", offer("song")),
            ("song", "a record of somebody else's".to_owned()),
            ("plain", lnurl("plain")),
            ("quiet", "a record of somebody else's".to_owned()),
        ] {
            say(&mut at_busker, user, &text)?;
        }
        let song = name_of("song", "busker.test.")?;
        at_busker.put(
            &name_of("alias", "busker.test.")?,
            RData::CNAME(CNAME(song)),
        );

        let mut rogue = Zone::signed("rogue.test.")?;
        for user in ROGUES.iter().filter(|user| **user != "rounds") {
            let text = match *user {
                "nested" => "bitcoin:?lightning=%E2%82%BFsong@busker.test".to_owned(),
                "words" => "bitcoin:?req-unknown=1".to_owned(),
                _ => offer("song"),
            };
            say(&mut rogue, user, &text)?;
        }
        say(&mut rogue, "two", &offer("tips"))?;
        let rounds = name_of("rounds", "rogue.test.")?;
        rogue.put(&rounds, RData::CNAME(CNAME(rounds.clone())));

        let mut unsigned = Zone::unsigned("unsigned.test.")?;
        say(&mut unsigned, "song", &offer("song"))?;

        let mut test = Zone::signed("test.")?;
        for child in [&at_busker, &rogue, &unsigned] {
            test.delegate(child)?;
        }
        let mut root = Zone::signed(".")?;
        root.delegate(&test)?;
        Ok(Self {
            origin,
            root,
            test,
            busker: at_busker,
            rogue,
            unsigned,
            asked: Mutex::default(),
        })
    }

    /// The names as the manifest lists them.
    #[must_use]
    pub fn entry(&self) -> NamesEntry {
        let at = |users: &[&'static str], domain: &str| {
            let name = |user: &&'static str| (*user, format!("₿{user}@{domain}"));
            users.iter().map(name).collect::<BTreeMap<_, _>>()
        };
        NamesEntry {
            resolvers: RESOLVERS
                .map(|path| format!("{}{path}", self.origin))
                .to_vec(),
            root: BASE64.encode(self.root.key()),
            busker: at(&["alias", "plain", "quiet", "song", "tips"], "busker.test"),
            rogues: at(&ROGUES, "rogue.test"),
        }
    }

    /// The deepest zone a name is in. Who answers for a zone stands in the one above it.
    fn zone_for(&self, query: &Query) -> &Zone {
        let name = match query.query_type() {
            RecordType::DS => query.name().base_name(),
            _ => query.name().clone(),
        };
        let deepest_first = [&self.busker, &self.rogue, &self.unsigned, &self.test];
        let mut zones = deepest_first.into_iter();
        zones
            .find(|zone| zone.apex.zone_of(&name))
            .unwrap_or(&self.root)
    }

    fn answer(&self, resolver: &'static str, question: &[u8]) -> Result<Vec<u8>, Refusal> {
        let question = Message::from_vec(question)
            .map_err(|_| Refusal::bad("message", "this is no message of the DNS"))?;
        let query = question
            .queries
            .first()
            .ok_or_else(|| Refusal::bad("question", "there is no question"))?;
        self.hear(Asked {
            resolver,
            name: query.name().to_ascii(),
            kind: query.query_type().to_string(),
        });
        let mut answer = Message::response(question.metadata.id, OpCode::Query);
        answer.add_query(query.clone());
        let zone = self.zone_for(query);
        zone.answer(query, &mut answer).map_err(Refusal::broken)?;
        let trick = tricks::instead_of(&answer, query, &self.rogue, &self.busker, &self.unsigned);
        match trick.map_err(Refusal::broken)? {
            Some(Trick::Bytes(bytes)) => Ok(bytes),
            Some(Trick::Message(message)) => message.to_vec().map_err(Refusal::broken),
            None => answer.to_vec().map_err(Refusal::broken),
        }
    }

    fn hear(&self, asked: Asked) {
        let mut all = lock(&self.asked);
        if all.len() >= MEMORY {
            all.remove(0);
        }
        all.push(asked);
    }
}

fn name_of(user: &str, domain: &str) -> Result<Name, NameTrouble> {
    Ok(Name::from_ascii(format!(
        "{user}.user._bitcoin-payment.{domain}"
    ))?)
}

fn say(zone: &mut Zone, user: &str, words: &str) -> Result<(), NameTrouble> {
    let domain = zone.apex.to_ascii();
    zone.put(&name_of(user, &domain)?, RData::TXT(text(words)));
    Ok(())
}

/// In strings as long as the DNS has them.
fn text(words: &str) -> TXT {
    TXT::from_bytes(words.as_bytes().chunks(255).collect())
}

type Book = State<Arc<Names>>;

/// The resolvers' routes.
pub fn router(names: Arc<Names>) -> Router {
    let [first, second] = RESOLVERS;
    Router::new()
        .route(
            first,
            post(async |names: Book, body: Bytes| ask(names, first, &body)),
        )
        .route(
            second,
            post(async |names: Book, body: Bytes| ask(names, second, &body)),
        )
        .with_state(names)
}

/// The control routes, under `/control/names`.
pub fn control(names: Arc<Names>) -> Router {
    Router::new()
        .route("/", get(read).delete(forget))
        .with_state(names)
}

fn ask(State(names): Book, resolver: &'static str, body: &[u8]) -> Response {
    match names.answer(resolver, body) {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/dns-message")], answer).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn read(State(names): Book) -> Json<Value> {
    Json(json!({ "asked": *lock(&names.asked) }))
}

async fn forget(State(names): Book) -> Json<Value> {
    lock(&names.asked).clear();
    Json(json!({ "asked": [] }))
}
