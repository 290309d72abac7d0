use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::{self, Stream};
use hickory_net::proto::dnssec::rdata::DNSSECRData;
use hickory_net::proto::op::{DnsRequest, DnsResponse, Message, OpCode, Query};
use hickory_net::proto::rr::{RData, Record, RecordType};
use hickory_net::proto::serialize::binary::{BinDecodable, BinDecoder};
use hickory_net::runtime::Time;
use hickory_net::{DnsHandle, NetError};

use super::chain::{Texts, Unproven, texts};
use super::nowhere::Nowhere;
use super::record::way_to_pay;
use super::*;
use crate::code::{UnsupportedKind, read};
use crate::gate::Reach;

/// The records of a name on the open Internet in August 2026, from the root down, as they are kept in the
/// tests of the `dnssec-prover` crate (MIT or Apache 2.0): keys, delegations, texts and signatures.
const MATT: &[u8] = include_bytes!("vectors/matt.rrs");
/// A day on which all their signatures held.
const THAT_DAY: u64 = 1_786_000_000;
/// A month after it.
const TOO_LATE: u64 = THAT_DAY + 31 * 24 * 3_600;
const NAME: &str = "matt.user._bitcoin-payment.mattcorallo.com.";

/// A time of one's own.
#[derive(Clone, Copy)]
struct At<const TIME: u64>;

#[async_trait]
impl<const TIME: u64> Time for At<TIME> {
    async fn delay_for(_: Duration) {}

    async fn timeout<F: 'static + Future + Send>(
        _: Duration,
        future: F,
    ) -> Result<F::Output, io::Error> {
        Ok(future.await)
    }

    fn current_time() -> u64 {
        TIME
    }
}

/// A resolver that has these records and no others.
#[derive(Clone)]
struct Shelf<const TIME: u64>(Arc<HashMap<(Name, RecordType), Vec<Record>>>);

impl<const TIME: u64> Shelf<TIME> {
    fn of(records: Vec<Record>) -> Self {
        let mut all: HashMap<_, Vec<Record>> = HashMap::new();
        for record in records {
            let kind = match &record.data {
                RData::DNSSEC(DNSSECRData::RRSIG(signature)) => signature.input().type_covered,
                data => data.record_type(),
            };
            all.entry((record.name.clone(), kind))
                .or_default()
                .push(record);
        }
        Self(Arc::new(all))
    }

    fn answer(&self, query: Query) -> Result<DnsResponse, NetError> {
        let mut answer = Message::response(0, OpCode::Query);
        let found = self.0.get(&(query.name.clone(), query.query_type));
        answer.add_answers(found.cloned().unwrap_or_default());
        answer.add_query(query);
        Ok(DnsResponse::from_message(answer)?)
    }
}

impl<const TIME: u64> DnsHandle for Shelf<TIME> {
    type Response = Pin<Box<dyn Stream<Item = Result<DnsResponse, NetError>> + Send>>;
    type Runtime = Nowhere<At<TIME>>;

    fn send(&self, request: DnsRequest) -> Self::Response {
        let answer = self.answer(request.queries.first().cloned().unwrap());
        Box::pin(stream::once(async move { answer }))
    }
}

fn records() -> Vec<Record> {
    let mut decoder = BinDecoder::new(MATT);
    let mut all = Vec::new();
    while !decoder.is_empty() {
        all.push(Record::read(&mut decoder).unwrap());
    }
    all
}

async fn on<const TIME: u64>(records: Vec<Record>) -> Result<Texts, Unproven> {
    let roots = Arc::new(TrustAnchors::default());
    texts(Shelf::<TIME>::of(records), roots, NAME.parse().unwrap()).await
}

fn is_signature_of(record: &Record, kind: RecordType) -> bool {
    matches!(&record.data, RData::DNSSEC(DNSSECRData::RRSIG(it)) if it.input().type_covered == kind)
}

#[tokio::test]
async fn a_name_of_the_open_internet_is_proven_from_its_root() {
    let texts = on::<THAT_DAY>(records()).await.unwrap();
    assert_eq!(texts.len(), 2);
    let way = way_to_pay(&texts).unwrap().unwrap();
    // It has an address on the chain, too.
    assert!(matches!(way, PaymentCode::Offer(_)), "{way:?}");
}

#[tokio::test]
async fn a_proof_holds_for_its_time_only() {
    assert_eq!(on::<TOO_LATE>(records()).await, Err(Unproven));
    assert_eq!(
        on::<{ THAT_DAY - 31 * 24 * 3_600 }>(records()).await,
        Err(Unproven)
    );
}

#[tokio::test]
async fn under_another_root_nothing_is_proven() {
    for roots in [TrustAnchors::empty(), {
        let mut roots = TrustAnchors::empty();
        roots.insert(&PublicKeyBuf::new(vec![7; 64], Algorithm::ECDSAP256SHA256));
        roots
    }] {
        let shelf = Shelf::<THAT_DAY>::of(records());
        let said = texts(shelf, Arc::new(roots), NAME.parse().unwrap()).await;
        assert_eq!(said, Err(Unproven));
    }
}

#[tokio::test]
async fn with_any_record_or_signature_missing_nothing_is_proven() {
    let whole = records();
    for missing in 0..whole.len() {
        let mut rest = whole.clone();
        let left_out = rest.remove(missing);
        let said = on::<THAT_DAY>(rest).await;
        assert_eq!(said, Err(Unproven), "without {left_out}");
    }
    let unsigned = |kind| {
        let mut rest = records();
        rest.retain(|record| !is_signature_of(record, kind));
        rest
    };
    for kind in [RecordType::TXT, RecordType::DNSKEY, RecordType::DS] {
        assert_eq!(
            on::<THAT_DAY>(unsigned(kind)).await,
            Err(Unproven),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn another_text_under_the_same_signature_is_not_believed() {
    let mut changed = records();
    for record in &mut changed {
        if let RData::TXT(text) = &mut record.data {
            let other = text.txt_data.concat().to_ascii_uppercase();
            *text = hickory_net::proto::rr::rdata::TXT::from_bytes(other.chunks(255).collect());
        }
    }
    assert_eq!(on::<THAT_DAY>(changed).await, Err(Unproven));
}

#[tokio::test]
async fn a_resolver_that_knows_of_nothing_proves_nothing() {
    assert_eq!(on::<THAT_DAY>(Vec::new()).await, Err(Unproven));
    let mut hidden = records();
    hidden.retain(|record| record.record_type() != RecordType::TXT);
    hidden.retain(|record| !is_signature_of(record, RecordType::TXT));
    assert_eq!(on::<THAT_DAY>(hidden).await, Err(Unproven));
}

fn way(texts: &[&str]) -> Result<Option<PaymentCode>, NameError> {
    let texts: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    way_to_pay(&texts)
}

#[test]
fn of_a_names_records_one_says_how_to_pay_and_the_others_do_not_matter() {
    let chain = "bitcoin:bc1qztwy6xen3zdtt7z0vrgapmjtfz8acjkfp5fp7l";
    for texts in [
        vec![chain],
        vec!["BITCOIN:bc1qztwy6xen3zdtt7z0vrgapmjtfz8acjkfp5fp7l"],
        vec!["v=spf1 -all", chain, "bitcoin", "", " bitcoin:"],
    ] {
        let Ok(Some(PaymentCode::Unsupported(seen))) = way(&texts) else {
            panic!("{texts:?}");
        };
        assert_eq!(seen.kind, UnsupportedKind::OnChain);
    }
    assert!(matches!(way(&[]), Ok(None)));
    assert!(matches!(way(&["v=spf1 -all", "lightning:x"]), Ok(None)));
}

#[test]
fn several_ways_a_damaged_one_or_another_name_are_refused() {
    assert!(matches!(
        way(&["bitcoin:?lno=a", "x", "Bitcoin:?lno=a"]),
        Err(NameError::Several { found: 2 })
    ));
    assert!(matches!(
        way_to_pay(&[b"bitcoin:\xff".to_vec()]),
        Err(NameError::NotText)
    ));
    let long = format!("bitcoin:?label={}", "a".repeat(5_000));
    for damaged in [
        "bitcoin:?req-unknown=1",
        "bitcoin:?lightning=%E2%82%BFsong@busker.test",
        "bitcoin:?lightning=bitcoin:?lno=a",
        &long,
    ] {
        assert!(
            matches!(way(&[damaged]), Err(NameError::Record(_))),
            "{damaged}"
        );
    }
}

#[test]
fn a_real_wallet_may_ask_the_public_resolvers_and_a_practice_wallet_may_not() {
    for place in Resolvers::public().places {
        assert!(Gate::new(Reach::RealWorld).check(&place).is_ok(), "{place}");
        assert!(Gate::new(Reach::Loopback).check(&place).is_err(), "{place}");
    }
}

fn spelled(code: &str) -> Option<String> {
    let Ok(PaymentCode::Lnurl(lnurl)) = read(code) else {
        panic!("{code} is no name");
    };
    record_of(&lnurl.address.unwrap()).map(|name| name.to_ascii())
}

#[test]
fn a_name_is_looked_up_where_bip_353_says() {
    for (code, name) in [
        (
            "₿Ada@Shop.Example",
            "ada.user._bitcoin-payment.shop.example.",
        ),
        (
            "₿a.b@shop.example",
            "a.b.user._bitcoin-payment.shop.example.",
        ),
        (
            "₿ada@localhost:7000",
            "ada.user._bitcoin-payment.localhost.",
        ),
    ] {
        assert_eq!(spelled(code).as_deref(), Some(name));
    }
    // What the DNS cannot spell, or what is no name, has no record.
    let long = format!("₿{}@shop.example", "a".repeat(64));
    for code in ["₿ada@127.0.0.1:7000", "₿a..b@shop.example", &long] {
        assert_eq!(spelled(code), None, "{code}");
    }
}
