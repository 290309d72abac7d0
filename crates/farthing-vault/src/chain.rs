//! The journal's chain: each link covers everything before it.

use std::fmt;

use hmac::Mac;

use crate::key::Key;
use crate::lookup::{hmac_sha256, mac_over};

/// One link, stored next to its entry. Not secret: only the key makes links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);

/// Makes and checks links: `h_n = HMAC(k, h_(n-1) ‖ entry)`.
#[derive(Clone)]
pub struct ChainKey(pub(crate) Key);

/// Differs from every entry, which is preceded by a 32-byte link.
const START: &[u8] = b"farthing/journal/start";

impl ChainKey {
    /// What the first entry follows.
    pub fn start(&self) -> Link {
        Link(hmac_sha256(&self.0, &[START]))
    }

    /// The link of the entry whose canonical bytes are `entry`. Chain the sealed
    /// bytes, not the plaintext: then the chain still holds when a merchant has
    /// been forgotten.
    pub fn link(&self, previous: &Link, entry: &[u8]) -> Link {
        Link(hmac_sha256(&self.0, &[&previous.0, entry]))
    }

    /// Whether `link` is that of `entry` after `previous`; in constant time.
    pub fn holds(&self, previous: &Link, entry: &[u8], link: &Link) -> bool {
        mac_over(self.0.as_bytes(), &[&previous.0, entry])
            .verify_slice(&link.0)
            .is_ok()
    }
}

impl fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> ChainKey {
        ChainKey(Key::from_slice(&[byte; 32]).unwrap())
    }

    fn chain(entries: &[Vec<u8>]) -> Vec<Link> {
        let mut last = key(1).start();
        entries
            .iter()
            .map(|entry| {
                last = key(1).link(&last, entry);
                last
            })
            .collect()
    }

    fn all_hold(entries: &[Vec<u8>], links: &[Link]) -> bool {
        let mut last = key(1).start();
        entries.iter().zip(links).all(|(entry, link)| {
            let holds = key(1).holds(&last, entry, link);
            last = *link;
            holds
        })
    }

    proptest! {
        #[test]
        fn changing_dropping_or_swapping_any_entry_breaks_the_chain(
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 2..12),
            place in any::<prop::sample::Index>(),
        ) {
            let links = chain(&entries);
            prop_assert!(all_hold(&entries, &links));
            let at = place.index(entries.len() - 1);

            let mut changed = entries.clone();
            changed[at][0] ^= 1;
            prop_assert!(!all_hold(&changed, &links));

            let (mut fewer, mut fewer_links) = (entries.clone(), links.clone());
            fewer.remove(at);
            fewer_links.remove(at);
            prop_assert!(!all_hold(&fewer, &fewer_links));

            let (mut swapped, mut swapped_links) = (entries, links);
            swapped.swap(at, at + 1);
            swapped_links.swap(at, at + 1);
            prop_assert!(!all_hold(&swapped, &swapped_links));
        }
    }

    #[test]
    fn links_need_the_key() {
        let start = key(1).start();
        assert!(!key(2).holds(&start, b"entry", &key(1).link(&start, b"entry")));
        assert_ne!(key(1).start(), key(2).start());
        assert_eq!(format!("{:?}", key(0x5a)), "ChainKey(..)");
    }
}
