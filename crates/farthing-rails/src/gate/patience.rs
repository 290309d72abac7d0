//! How long one peer may keep the wallet waiting, over all its answers together.
//!
//! A deadline for each answer is no bound on a command that needs several: a peer that sends a
//! byte a second uses up every one of them. So what answers take beyond the ordinary is counted
//! by peer, and a peer that has used up its share gets little more than a moment for each answer
//! until it has earned some back by leaving the wallet alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use url::Url;

/// What an answer may take without being counted, and what it always gets.
const ORDINARY: Duration = Duration::from_secs(1);
/// What all answers of one peer together may take beyond that.
const SHARE: Duration = Duration::from_secs(25);
/// A used-up share is whole again after this many times its length.
const EARNED_BACK_OVER: u32 = 8;
/// Peers remembered at most; the ones with a whole share need not be.
const MOST_PEERS: usize = 64;

/// The patience left with each peer.
#[derive(Debug, Clone, Default)]
pub(super) struct Patience {
    used: Arc<Mutex<HashMap<String, Used>>>,
}

/// How much of its share a peer had used, and when that was.
#[derive(Debug, Clone, Copy)]
struct Used {
    share: Duration,
    at: Instant,
}

impl Used {
    fn by(&self, now: Instant) -> Duration {
        let earned = now.saturating_duration_since(self.at) / EARNED_BACK_OVER;
        self.share.saturating_sub(earned)
    }
}

impl Patience {
    /// How long to wait for this peer's next answer, if nothing else says less.
    pub(super) fn left(&self, peer: &Url, now: Instant) -> Duration {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let used = used
            .get(&name(peer))
            .map_or(Duration::ZERO, |it| it.by(now));
        SHARE.saturating_sub(used).saturating_add(ORDINARY)
    }

    /// Counts what an answer took.
    pub(super) fn took(&self, peer: &Url, began: Instant, now: Instant) {
        let beyond = now
            .saturating_duration_since(began)
            .saturating_sub(ORDINARY);
        if beyond.is_zero() {
            return;
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MOST_PEERS {
            used.retain(|_, it| !it.by(now).is_zero());
        }
        let before = used
            .get(&name(peer))
            .map_or(Duration::ZERO, |it| it.by(now));
        let share = before.saturating_add(beyond).min(SHARE);
        used.insert(name(peer), Used { share, at: now });
    }
}

fn name(peer: &Url) -> String {
    peer.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(peer: &str) -> Url {
        Url::parse(peer).unwrap()
    }

    #[test]
    fn however_many_answers_a_slow_peer_gives_they_end_within_its_share() {
        let (patience, peer) = (Patience::default(), at("https://slow.example/a"));
        let start = Instant::now();
        let mut now = start;
        for _ in 0..10 {
            let deadline = patience.left(&peer, now).min(Duration::from_secs(20));
            let began = now;
            now += deadline;
            patience.took(&peer, began, now);
        }
        // Ten answers: their ordinary seconds, the share, and an eighth of that earned back.
        assert!(
            now - start <= Duration::from_secs(10 + 25 + 5),
            "{:?}",
            now - start
        );
        assert!(patience.left(&peer, now) >= ORDINARY);
    }

    #[test]
    fn ordinary_answers_cost_a_peer_nothing() {
        let (patience, peer) = (Patience::default(), at("https://quick.example/"));
        let now = Instant::now();
        for _ in 0..1000 {
            patience.took(&peer, now, now + ORDINARY);
        }
        assert_eq!(patience.left(&peer, now), SHARE + ORDINARY);
    }

    #[test]
    fn one_peer_does_not_use_up_the_patience_with_another_nor_for_ever() {
        let (patience, slow) = (Patience::default(), at("https://slow.example/a"));
        let now = Instant::now();
        let later = now + SHARE + ORDINARY;
        patience.took(&slow, now, later);
        assert_eq!(
            patience.left(&at("https://slow.example/b"), later),
            ORDINARY
        );
        let other = at("https://other.example/");
        assert_eq!(patience.left(&other, later), SHARE + ORDINARY);
        let rested = later + SHARE * EARNED_BACK_OVER;
        assert_eq!(patience.left(&slow, rested), SHARE + ORDINARY);
    }
}
