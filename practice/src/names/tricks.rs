//! What resolvers and name servers do who mean ill, by the first label of the name that is asked
//! for under `rogue.test`.

use std::time::Duration;

use hickory_proto::dnssec::rdata::{DNSSECRData, RRSIG};
use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, Record, RecordSet, RecordType};
use time::OffsetDateTime;

use super::zone::{NameTrouble, Zone};

/// More than any answer may be.
const HUGE: usize = 1024 * 1024;
/// Longer ago than a signature holds.
const LONG_AGO: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What is said instead of an honest answer.
pub(super) enum Trick {
    /// An answer whose proof does not hold, or that has none.
    Message(Message),
    /// No answer at all.
    Bytes(Vec<u8>),
}

/// What to say to a question about a rogue's name, if not the truth. `other` is a zone whose key
/// has nothing to say here, `unsigned` one that has none.
pub(super) fn instead_of(
    answer: &Message,
    query: &Query,
    zone: &Zone,
    other: &Zone,
    unsigned: &Zone,
) -> Result<Option<Trick>, NameTrouble> {
    if query.query_type() != RecordType::TXT {
        return Ok(None);
    }
    let Some(first) = query.name().iter().next() else {
        return Ok(None);
    };
    let with = |records: Vec<Record>| {
        let mut other = answer.clone();
        other.answers = records;
        Some(Trick::Message(other))
    };
    let Some(set) = zone.texts(query.name()) else {
        return Ok(None);
    };
    let now = OffsetDateTime::now_utc();
    Ok(match first {
        b"broken" => with(broken(zone.records(set, now)?)),
        b"expired" => with(zone.records(set, now - LONG_AGO)?),
        // Signed by somebody, and not by whoever the zone above names.
        b"stranger" => with(other.records(set, now)?),
        b"stripped" => with(set.records_without_rrsigs().cloned().collect()),
        b"swapped" => with(swapped(set, zone, now)?),
        b"hidden" => with_nothing_but(answer, Vec::new()),
        b"elsewhere" => {
            // A gap over names that its signer's zone has no say in.
            let gap = other.gap(&other.apex, Name::from_ascii("zz.test.")?)?;
            with_nothing_but(answer, gap)
        }
        // Of a zone that is truly unsigned, and not this name's.
        b"unrelated" => with_nothing_but(answer, unsigned.beginning()?),
        b"garbage" => Some(Trick::Bytes(b"no message at all".to_vec())),
        b"huge" => Some(Trick::Bytes(vec![0; HUGE])),
        _ => None,
    })
}

/// That there is no such name, and records that are to prove it.
fn with_nothing_but(answer: &Message, proof: Vec<Record>) -> Option<Trick> {
    let mut nothing = answer.clone();
    nothing.answers.clear();
    nothing.authorities = proof;
    nothing.metadata.response_code = ResponseCode::NXDomain;
    Some(Trick::Message(nothing))
}

/// With one bit of the signature turned.
fn broken(records: Vec<Record>) -> Vec<Record> {
    let turn = |mut record: Record| {
        if let RData::DNSSEC(DNSSECRData::RRSIG(signature)) = &record.data {
            let mut bytes = signature.sig().to_vec();
            if let Some(first) = bytes.first_mut() {
                *first ^= 1;
            }
            let turned = RRSIG::from_sig(signature.input().clone(), bytes);
            record.data = RData::DNSSEC(DNSSECRData::RRSIG(turned));
        }
        record
    };
    records.into_iter().map(turn).collect()
}

/// The signature of the honest record beside another text.
fn swapped(set: &RecordSet, zone: &Zone, now: OffsetDateTime) -> Result<Vec<Record>, NameTrouble> {
    let mut records = zone.records(set, now)?;
    for record in &mut records {
        if let RData::TXT(text) = &mut record.data {
            let theirs = text.txt_data.concat().to_ascii_uppercase();
            *text = super::text(&String::from_utf8_lossy(&theirs));
        }
    }
    Ok(records)
}
