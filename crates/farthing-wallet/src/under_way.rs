//! Which payments this program is busy with. What they come to is theirs to write down: a recovery
//! in another task sees how they stand on disk, which may be before anything was sent.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use farthing_store::history::PaymentId;

use crate::wallet::Wallet;

/// The payments somebody in this program works on.
#[derive(Debug, Default)]
pub(crate) struct AllUnderWay(Mutex<HashSet<PaymentId>>);

/// One payment, worked on until this is dropped: by its end, by an error or with its task.
#[derive(Debug)]
pub(crate) struct UnderWay<'a> {
    all: &'a AllUnderWay,
    payment: PaymentId,
}

impl UnderWay<'_> {
    pub(crate) fn payment(&self) -> PaymentId {
        self.payment
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.payment);
    }
}

impl AllUnderWay {
    fn take(&self, payment: PaymentId) -> Option<UnderWay<'_>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Made only if it is ours: a second one, dropped, would let go of the first.
        all.insert(payment).then(|| UnderWay { all: self, payment })
    }

    fn idle(&self) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.is_empty()
    }
}

impl Wallet {
    /// A payment that is about to begin.
    pub(crate) fn set_out(&self) -> UnderWay<'_> {
        loop {
            // An id nobody has drawn before, so this goes round once.
            if let Some(new) = self.under_way.take(PaymentId::random()) {
                return new;
            }
        }
    }

    /// A payment that began earlier; nothing while another task works on it.
    pub(crate) fn take_up(&self, payment: PaymentId) -> Option<UnderWay<'_>> {
        self.under_way.take(payment)
    }

    /// Whether nothing at all is under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.under_way.idle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_is_worked_on_by_one_until_it_lets_go() {
        let all = AllUnderWay::default();
        let [one, other] = [[1; 16], [2; 16]].map(PaymentId::from_bytes);
        let first = all.take(one).unwrap();
        assert!(all.take(one).is_none());
        let second = all.take(other).unwrap();
        drop(first);
        let again = all.take(one).unwrap();
        assert_eq!((again.payment(), second.payment()), (one, other));
        drop(again);
        assert!(!all.idle());
        drop(second);
        assert!(all.idle());
    }
}
