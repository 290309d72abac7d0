//! What the DNS says of a name, and whether the signatures from the root down prove it.

use std::sync::Arc;

use futures_util::StreamExt;
use hickory_net::DnsHandle;
use hickory_net::dnssec::DnssecDnsHandle;
use hickory_net::proto::dnssec::rdata::DNSSECRData;
use hickory_net::proto::dnssec::{Proof, TrustAnchors};
use hickory_net::proto::op::{DnsRequestOptions, DnsResponse, Query};
use hickory_net::proto::rr::{Name, RData, Record, RecordType};

/// Most aliases (CNAME) that are followed, one after another.
const MOST_ALIASES: usize = 4;
/// Checked record sets that are remembered while one name is looked up.
const REMEMBERED: usize = 64;

/// The texts of a name's records, each joined, all proven; none where it is proven that there are
/// none, or that the name's domain signs nothing.
pub(super) type Texts = Vec<Vec<u8>>;

/// The proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unproven;

/// What one answer says.
enum Said {
    Texts(Texts),
    Alias(Name),
}

/// Looks a name's texts up and checks the proof.
pub(super) async fn texts<H: DnsHandle>(
    handle: H,
    roots: Arc<TrustAnchors>,
    name: Name,
) -> Result<Texts, Unproven> {
    let checking =
        DnssecDnsHandle::with_trust_anchor(handle, roots).validation_cache_size(REMEMBERED);
    let mut name = name;
    for _ in 0..=MOST_ALIASES {
        let question = Query::query(name.clone(), RecordType::TXT);
        let mut answers = checking.lookup(question, DnsRequestOptions::default());
        let answer = answers.next().await.ok_or(Unproven)?;
        match read(&answer.map_err(|_| Unproven)?, &name)? {
            Said::Texts(texts) => return Ok(texts),
            // Asked for by itself, so that its absence, too, is proven by itself.
            Said::Alias(other) => name = other,
        }
    }
    Err(Unproven)
}

fn read(answer: &DnsResponse, name: &Name) -> Result<Said, Unproven> {
    let of = |kind: RecordType| -> Vec<&Record> {
        let here = |record: &&Record| record.name == *name && record.record_type() == kind;
        answer.answers.iter().filter(here).collect()
    };
    let (texts, aliases) = (of(RecordType::TXT), of(RecordType::CNAME));
    let found = if texts.is_empty() { &aliases } else { &texts };
    if found.is_empty() {
        return match absence_is_proven(answer, name) {
            true => Ok(Said::Texts(Vec::new())),
            false => Err(Unproven),
        };
    }
    if found.iter().all(|it| it.proof == Proof::Insecure) {
        // The parent's signature says that the domain has none: what it says is anybody's.
        return Ok(Said::Texts(Vec::new()));
    }
    if !found.iter().all(|it| it.proof == Proof::Secure) {
        return Err(Unproven);
    }
    if let ([alias], []) = (aliases.as_slice(), texts.as_slice())
        && let RData::CNAME(other) = &alias.data
    {
        return Ok(Said::Alias(other.0.clone()));
    }
    if texts.is_empty() {
        return Err(Unproven);
    }
    let joined = texts.iter().filter_map(|record| match &record.data {
        RData::TXT(text) => Some(text.txt_data.concat()),
        _ => None,
    });
    Ok(Said::Texts(joined.collect()))
}

/// Whether the records that came instead of the name's own are about this name. The library has
/// checked that they hold and, of signed ones, that the name lies in one of their gaps; a zone
/// elsewhere could sign gaps over names that are not its own, or be truly unsigned.
fn absence_is_proven(answer: &DnsResponse, name: &Name) -> bool {
    let authorities = &answer.authorities;
    let gaps: Vec<&Record> = authorities
        .iter()
        .filter(|it| it.proof == Proof::Secure)
        .filter(|it| matches!(it.record_type(), RecordType::NSEC | RecordType::NSEC3))
        .collect();
    if gaps.is_empty() {
        return authorities
            .iter()
            .any(|it| it.proof == Proof::Insecure && it.name.zone_of(name));
    }
    gaps.iter().all(|gap| {
        authorities.iter().any(|it| match &it.data {
            RData::DNSSEC(DNSSECRData::RRSIG(signature)) => {
                let input = signature.input();
                it.proof == Proof::Secure
                    && it.name == gap.name
                    && input.type_covered == gap.record_type()
                    && input.signer_name.zone_of(name)
            }
            _ => false,
        })
    })
}
