//! The bytes inside sealed rows: fixed fields first, one text with its length, then the body to the
//! end.
//!
//! Part of the file format. Rows are authenticated before they are read, so a row that does not
//! parse was written by a version with another layout.

use zeroize::Zeroizing;

use super::PaymentId;

/// The layout written here, the first byte of every record.
const LAYOUT: u8 = 1;

/// What a journal row tells even after its merchant has been forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stub {
    pub(super) payment: PaymentId,
    pub(super) at_ms: u64,
}

impl Stub {
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = begin(24);
        bytes.extend_from_slice(self.payment.as_bytes());
        bytes.extend_from_slice(&self.at_ms.to_be_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (payment, rest) = layout(bytes)?.split_first_chunk()?;
        let (at_ms, rest) = rest.split_first_chunk()?;
        rest.is_empty().then(|| Self {
            payment: PaymentId::from_bytes(*payment),
            at_ms: u64::from_be_bytes(*at_ms),
        })
    }
}

/// A number, a text and a body: a merchant (first seen, identity, details), a journal row (0,
/// words, body) or a document (0, key, body).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) number: u64,
    pub(super) text: &'a str,
    pub(super) body: &'a [u8],
}

impl<'a> Record<'a> {
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = begin(
            12_usize
                .saturating_add(self.text.len())
                .saturating_add(self.body.len()),
        );
        bytes.extend_from_slice(&self.number.to_be_bytes());
        // Callers bound texts far below 4 GiB; a longer one would not be found again by `decode`
        // and fails there.
        let length = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(self.text.as_bytes());
        bytes.extend_from_slice(self.body);
        bytes
    }

    pub(super) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (number, rest) = layout(bytes)?.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (text, body) = rest.split_at_checked(length)?;
        Some(Self {
            number: u64::from_be_bytes(*number),
            text: std::str::from_utf8(text).ok()?,
            body,
        })
    }
}

/// Reserved in full, so that growing leaves no copies of secrets behind.
fn begin(length: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.saturating_add(1)));
    bytes.push(LAYOUT);
    bytes
}

fn layout(bytes: &[u8]) -> Option<&[u8]> {
    match bytes.split_first() {
        Some((&LAYOUT, rest)) => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_written_is_read(number: u64, text: String, body: Vec<u8>, payment: [u8; 16]) {
            let record = Record { number, text: &text, body: &body };
            let bytes = record.encode();
            prop_assert_eq!(Record::decode(&bytes), Some(record));

            let stub = Stub { payment: PaymentId::from_bytes(payment), at_ms: number };
            prop_assert_eq!(Stub::decode(&stub.encode()), Some(stub));
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(bytes: Vec<u8>) {
            let _ = Record::decode(&bytes);
            let _ = Stub::decode(&bytes);
        }
    }

    #[test]
    fn another_layout_and_a_cut_record_are_refused() {
        let whole = Record {
            number: 7,
            text: "words",
            body: b"",
        }
        .encode();
        for cut in 0..whole.len() {
            assert_eq!(Record::decode(&whole[..cut]), None, "{cut}");
        }
        let mut other = whole.clone();
        other[0] = 2;
        assert_eq!(Record::decode(&other), None);
    }
}
