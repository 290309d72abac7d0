//! One signed part of the names, answered for as it is asked.

use std::time::Duration;

use hickory_proto::ProtoError;
use hickory_proto::dnssec::crypto::EcdsaSigningKey;
use hickory_proto::dnssec::rdata::{DNSKEY, DNSSECRData, DS, NSEC, RRSIG};
use hickory_proto::dnssec::{
    Algorithm, DigestType, DnsSecError, DnssecSigner, PublicKey, PublicKeyBuf, SigningKey,
};
use hickory_proto::op::{Message, Query};
use hickory_proto::rr::rdata::{NS, SOA};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordSet, RecordType};
use time::OffsetDateTime;

/// How long everything may be remembered, in seconds.
const TTL: u32 = 300;
/// How long a signature holds.
const HOLDS: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Why a name cannot be answered for.
#[derive(Debug, thiserror::Error)]
pub enum NameTrouble {
    /// A name or a record.
    #[error(transparent)]
    Record(#[from] ProtoError),
    /// A key.
    #[error(transparent)]
    Key(#[from] DnsSecError),
}

/// A zone with its records. Without a key nothing in it is signed.
pub(super) struct Zone {
    pub(super) apex: Name,
    key: Option<(DnssecSigner, PublicKeyBuf)>,
    sets: Vec<RecordSet>,
}

impl Zone {
    pub(super) fn signed(apex: &str) -> Result<Self, NameTrouble> {
        let apex = Name::from_ascii(apex)?;
        let algorithm = Algorithm::ECDSAP256SHA256;
        let secret = EcdsaSigningKey::generate_pkcs8(algorithm)?;
        let secret = EcdsaSigningKey::from_pkcs8(&secret, algorithm)?;
        let public = secret.to_public_key()?;
        let dnskey = DNSKEY::from_key(&public);
        let signer = DnssecSigner::new(dnskey.clone(), Box::new(secret), apex.clone(), HOLDS);
        let mut zone = Self::bare(apex.clone(), Some((signer, public)))?;
        zone.put(&apex, RData::DNSSEC(DNSSECRData::DNSKEY(dnskey)));
        Ok(zone)
    }

    pub(super) fn unsigned(apex: &str) -> Result<Self, NameTrouble> {
        Self::bare(Name::from_ascii(apex)?, None)
    }

    fn bare(apex: Name, key: Option<(DnssecSigner, PublicKeyBuf)>) -> Result<Self, NameTrouble> {
        let server = Name::from_ascii("ns.test.")?;
        let soa = SOA::new(server.clone(), server.clone(), 1, 3_600, 600, 86_400, 300);
        let mut zone = Self {
            apex: apex.clone(),
            key,
            sets: Vec::new(),
        };
        zone.put(&apex, RData::SOA(soa));
        zone.put(&apex, RData::NS(NS(server)));
        Ok(zone)
    }

    /// The key's own bytes.
    pub(super) fn key(&self) -> &[u8] {
        self.key
            .as_ref()
            .map_or(&[], |(_, public)| public.public_bytes())
    }

    pub(super) fn put(&mut self, name: &Name, data: RData) {
        let kind = data.record_type();
        let same = |set: &&mut RecordSet| set.name() == name && set.record_type() == kind;
        if let Some(set) = self.sets.iter_mut().find(same) {
            set.add_rdata(data);
        } else {
            let mut set = RecordSet::with_ttl(name.clone(), kind, TTL);
            set.add_rdata(data);
            self.sets.push(set);
        }
    }

    /// Says who answers for a zone below this one, and under which key.
    pub(super) fn delegate(&mut self, child: &Self) -> Result<(), NameTrouble> {
        self.put(&child.apex, RData::NS(NS(Name::from_ascii("ns.test.")?)));
        if let Some((_, public)) = &child.key {
            let ds = DS::from_key(public, &child.apex, DigestType::SHA256)?;
            self.put(&child.apex, RData::DNSSEC(DNSSECRData::DS(ds)));
        }
        Ok(())
    }

    /// Answers one question about a name in this zone: with the records and their signature, or with
    /// a signed gap that holds just this name (RFC 9824).
    pub(super) fn answer(&self, query: &Query, into: &mut Message) -> Result<(), NameTrouble> {
        let now = OffsetDateTime::now_utc();
        let (name, kind) = (query.name(), query.query_type());
        let here = || self.sets.iter().filter(|set| set.name() == name);
        let of = |kind: RecordType| here().find(|set| set.record_type() == kind);
        if let Some(set) = of(kind).or_else(|| of(RecordType::CNAME)) {
            into.add_answers(self.records(set, now)?);
            return Ok(());
        }
        into.add_authorities(self.beginning()?);
        if self.key.is_some() {
            let until = name.prepend_label(b"\0".as_slice())?;
            into.add_authorities(self.gap(name, until)?);
        }
        Ok(())
    }

    /// The record a zone begins with.
    pub(super) fn beginning(&self) -> Result<Vec<Record>, NameTrouble> {
        let soa = |set: &&RecordSet| set.record_type() == RecordType::SOA;
        let found = self.sets.iter().find(soa);
        let now = OffsetDateTime::now_utc();
        found.map_or_else(|| Ok(Vec::new()), |set| self.records(set, now))
    }

    /// Signs that there is nothing between two names, and at the first of them only what there is.
    pub(super) fn gap(&self, from: &Name, until: Name) -> Result<Vec<Record>, NameTrouble> {
        let here = self.sets.iter().filter(|set| set.name() == from);
        let gap = NSEC::new_cover_self(until, here.map(RecordSet::record_type));
        let mut set = RecordSet::with_ttl(from.clone(), RecordType::NSEC, TTL);
        set.add_rdata(RData::DNSSEC(DNSSECRData::NSEC(gap)));
        self.records(&set, OffsetDateTime::now_utc())
    }

    /// The records of a set with the signature this zone gives them at a time.
    pub(super) fn records(
        &self,
        set: &RecordSet,
        signed_at: OffsetDateTime,
    ) -> Result<Vec<Record>, NameTrouble> {
        let mut records: Vec<Record> = set.records_without_rrsigs().cloned().collect();
        if let Some((signer, _)) = &self.key {
            // Clocks differ by a little.
            let inception = signed_at - Duration::from_secs(3_600);
            let signature = RRSIG::from_rrset(set, DNSClass::IN, inception, signer)?;
            records.push(Record::from_rdata(
                set.name().clone(),
                TTL,
                RData::DNSSEC(DNSSECRData::RRSIG(signature)),
            ));
        }
        Ok(records)
    }

    /// The set of a name's texts.
    pub(super) fn texts(&self, name: &Name) -> Option<&RecordSet> {
        let mut sets = self.sets.iter();
        sets.find(|set| set.name() == name && set.record_type() == RecordType::TXT)
    }
}
