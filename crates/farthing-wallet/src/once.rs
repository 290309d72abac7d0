//! Things that may be paid once only: an invoice, a single-use request.
//!
//! The claim is a record that can be made once. Whoever makes it pays; everybody else, in this
//! process or a later one, learns which payment has it. It goes away only when that payment is
//! proven not to have happened. A code that can be paid in two ways claims a line for each.

use farthing_rails::code::{Invoice, PaymentCode, Plain, Request};
use farthing_rails::fingerprint;
use farthing_store::history::{PaymentId, PutError};

use crate::review::ReviewError;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

/// The kind of document a claim is kept as.
pub(crate) const CLAIM: &str = "claim";

/// The name under which an invoice is claimed: its payment hash.
pub(crate) fn of_invoice(invoice: &Invoice) -> String {
    of_hash(&invoice.payment_hash)
}

/// The same, by its payment hash in hex.
pub(crate) fn of_hash(payment_hash: &str) -> String {
    format!("invoice {payment_hash}")
}

/// The name under which a code is claimed, where it can be told without asking anybody.
pub(crate) fn of_code(code: &PaymentCode) -> Option<String> {
    match code {
        PaymentCode::Invoice(invoice) => Some(of_invoice(invoice)),
        PaymentCode::Request(request) => of_request(request),
        _ => None,
    }
}

/// The payment hash of an invoice that is claimed under this name.
pub(crate) fn hash_in(claim: &str) -> Option<&str> {
    claim.strip_prefix("invoice ")
}

/// Whether two claims have a line in common: whoever has the one cannot have the other as well.
pub(crate) fn have_in_common(one: Option<&str>, other: Option<&str>) -> bool {
    let mut lines = one.unwrap_or_default().lines();
    lines.any(|line| other.unwrap_or_default().lines().any(|same| same == line))
}

/// The name under which a request is claimed, if it may be paid once only. It is the same bill where it
/// has the same id and wants its coins in the same place; without an id, where it says the same.
pub(crate) fn of_request(request: &Request) -> Option<String> {
    if !request.single_use {
        return None;
    }
    let Some(id) = id_of(request) else {
        return Some(of_words(request));
    };
    let to: Vec<String> = request
        .transports
        .iter()
        .map(|transport| format!("{transport:?}"))
        .collect();
    let by_id = claimed_as(&format!("{id} {}", to.join(" ")));
    Some(if to.is_empty() {
        // Nobody knows who asks, and a page may ask in the same words.
        format!("{by_id}\n{}", of_words(request))
    } else {
        by_id
    })
}

/// The same where a page asks, which is claimed itself. What wants its coins nowhere else wants them at
/// that site, and with the same id at another it is another bill.
pub(crate) fn of_request_at(request: &Request, site: &str) -> Option<String> {
    // Without an id a site may ask in the same words for every page.
    let id = id_of(request).filter(|_| request.single_use)?;
    if !request.transports.is_empty() {
        return of_request(request);
    }
    let by_id = claimed_as(&format!("{id}\n{site}"));
    Some(format!("{by_id}\n{}", of_words(request)))
}

fn id_of(request: &Request) -> Option<&Plain> {
    request.id.as_ref().filter(|id| !id.is_empty())
}

fn of_words(request: &Request) -> String {
    claimed_as(&request.canonical())
}

/// A claim outlives its merchant, who is not to be read from it once forgotten.
fn claimed_as(text: &str) -> String {
    format!("request {}", fingerprint(text))
}

impl Wallet {
    /// The payment that has a claim, if one has.
    pub(crate) fn claimed(&self, once: &str) -> Result<Option<PaymentId>, StoreTrouble> {
        for line in once.lines() {
            let claim = self.history().document(CLAIM, line)?;
            if let Some(claim) = claim {
                return payment_in(&claim.body).map(Some);
            }
        }
        Ok(None)
    }

    /// Refuses what is already claimed.
    pub(crate) fn check_unclaimed(&self, once: Option<&str>) -> Result<(), ReviewError> {
        let Some(once) = once else { return Ok(()) };
        match self.claimed(once)? {
            Some(payment) => Err(ReviewError::AlreadyPaid {
                payment: self.readable(payment),
            }),
            None => Ok(()),
        }
    }

    /// The payment, if it can be looked at: one that has a claim may not have begun yet, or never will, or
    /// its row cannot be read any more.
    pub(crate) fn readable(&self, payment: PaymentId) -> Option<PaymentId> {
        let story = self.story(payment).ok().flatten();
        story.map(|story| story.payment)
    }

    /// Claims it for one payment; of any number at once, one succeeds. What the payment has already
    /// stays its own.
    pub(crate) fn claim(&self, once: Option<&str>, payment: PaymentId) -> Result<(), ReviewError> {
        let mut made: Vec<&str> = Vec::new();
        for line in once.unwrap_or_default().lines() {
            match self.claim_line(line, payment) {
                Ok(true) => made.push(line),
                Ok(false) => {}
                Err(error) => {
                    self.unclaim(Some(&made.join("\n")), payment)?;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Claims what can be claimed of it: for a payment that was made, whatever became of the rest.
    pub(crate) fn claim_again(
        &self,
        once: Option<&str>,
        payment: PaymentId,
    ) -> Result<(), StoreTrouble> {
        for line in once.unwrap_or_default().lines() {
            match self.claim_line(line, payment) {
                Ok(_) | Err(ReviewError::AlreadyPaid { .. }) => {}
                Err(error) => return Err(StoreTrouble::of(&error)),
            }
        }
        Ok(())
    }

    /// Whether the claim is new; it may be the payment's own already.
    fn claim_line(&self, line: &str, payment: PaymentId) -> Result<bool, ReviewError> {
        // Held throughout, or who has it might let go of it before being named.
        let mut history = self.history();
        match history.put_document(CLAIM, line, None, payment.as_bytes()) {
            Ok(_) => Ok(true),
            Err(PutError::Conflict { .. }) => {
                let claim = history.document(CLAIM, line).map_err(StoreTrouble::from)?;
                let claim = claim.ok_or_else(StoreTrouble::damaged)?;
                let has = payment_in(&claim.body)?;
                if has == payment {
                    return Ok(false);
                }
                drop(history);
                Err(ReviewError::AlreadyPaid {
                    payment: self.readable(has),
                })
            }
            Err(error) => Err(StoreTrouble::from(error).into()),
        }
    }

    /// The payment did not happen: it may be tried again. Another payment's claim stays.
    pub(crate) fn unclaim(
        &self,
        once: Option<&str>,
        payment: PaymentId,
    ) -> Result<(), StoreTrouble> {
        let mut history = self.history();
        for line in once.unwrap_or_default().lines() {
            if let Some(claim) = history.document(CLAIM, line)?
                && payment_in(&claim.body)? == payment
            {
                history.remove_document(CLAIM, line)?;
            }
        }
        Ok(())
    }
}

fn payment_in(body: &[u8]) -> Result<PaymentId, StoreTrouble> {
    <[u8; 16]>::try_from(body)
        .map(PaymentId::from_bytes)
        .map_err(|_| StoreTrouble::damaged())
}

#[cfg(test)]
mod tests {
    use farthing_rails::code::read;

    use super::*;
    use crate::init::tests::wallet;

    /// Each asks for 21 sat, once.
    fn request(text: &str) -> Box<Request> {
        match read(text).unwrap() {
            PaymentCode::Request(request) => request,
            other => panic!("{other:?}"),
        }
    }

    // {t: [{t: post, a: https://a.example/p}]}, and the same at b.example.
    const TO_A: &str = "creqApGFhFWF1Y3NhdGFz9WF0gaJhdGRwb3N0YWFzaHR0cHM6Ly9hLmV4YW1wbGUvcA";
    const TO_B: &str = "creqApGFhFWF1Y3NhdGFz9WF0gaJhdGRwb3N0YWFzaHR0cHM6Ly9iLmV4YW1wbGUvcA";
    // {d: tea} and {d: cake}, then both with {i: 1}; the last is {i: "", d: tea}.
    const TEA: &str = "creqApGFhFWF1Y3NhdGFz9WFkY3RlYQ";
    const CAKE: &str = "creqApGFhFWF1Y3NhdGFz9WFkZGNha2U";
    const TEA_1: &str = "creqApWFpYTFhYRVhdWNzYXRhc_VhZGN0ZWE";
    const CAKE_1: &str = "creqApWFpYTFhYRVhdWNzYXRhc_VhZGRjYWtl";
    const TEA_NAMELESS: &str = "creqApWFpYGFhFWF1Y3NhdGFz9WFkY3RlYQ";

    #[test]
    fn a_request_without_an_id_is_the_same_bill_where_it_says_the_same() {
        let scanned = |text| of_request(&request(text)).unwrap();
        let different = [TO_A, TO_B, TEA, CAKE, TEA_NAMELESS];
        for one in different {
            for other in different {
                let same = have_in_common(Some(&scanned(one)), Some(&scanned(other)));
                assert_eq!(same, one == other, "{one} {other}");
            }
        }
        // The page that asks so is the bill.
        assert_eq!(of_request_at(&request(TEA), "https://a.example"), None);
    }

    #[test]
    fn a_code_is_claimed_as_what_is_in_it_is() {
        for text in [TEA, TEA_1] {
            let code = read(text).unwrap();
            assert!(of_code(&code).is_some());
            assert_eq!(of_code(&code), of_request(&request(text)));
        }
    }

    #[test]
    fn an_id_is_one_bill_at_its_site_and_another_at_another() {
        let at = |text, site| of_request_at(&request(text), site);
        let scanned = |text| of_request(&request(text));
        let same = |one: Option<String>, other: Option<String>| {
            have_in_common(one.as_deref(), other.as_deref())
        };
        let [a, b] = ["https://a.example", "https://b.example"];
        assert!(same(at(TEA_1, a), at(CAKE_1, a)));
        assert!(!same(at(TEA_1, a), at(CAKE_1, b)));
        // Shown as a code as well; and of two codes nobody knows who asks.
        assert!(same(at(TEA_1, a), scanned(TEA_1)));
        assert!(same(scanned(TEA_1), scanned(CAKE_1)));
    }

    #[tokio::test]
    async fn what_can_be_paid_in_two_ways_is_claimed_in_both_or_not_at_all() {
        let (wallet, _folder) = wallet().await;
        let [first, second] = [[1; 16], [2; 16]].map(PaymentId::from_bytes);
        let both = Some("invoice aa\nrequest b");

        wallet.claim(Some("request b"), first).unwrap();
        let refused = wallet.claim(both, second).unwrap_err();
        assert_eq!(refused.code(), "already_paid");
        // The half that was free is free again, and the other's claim stands.
        assert!(wallet.check_unclaimed(Some("invoice aa")).is_ok());
        assert_eq!(wallet.claimed("request b").unwrap(), Some(first));

        // Claimed once more by who has it, as after a damaged history: nothing is let go.
        wallet.claim(Some("request b"), first).unwrap();
        wallet.claim_again(both, first).unwrap();
        wallet.claim_again(both, second).unwrap();
        assert_eq!(wallet.claimed("invoice aa").unwrap(), Some(first));
        assert_eq!(wallet.claimed("request b").unwrap(), Some(first));

        wallet.unclaim(both, first).unwrap();
        wallet.claim(both, second).unwrap();
        for way in ["invoice aa", "request b"] {
            let refused = wallet.check_unclaimed(Some(way)).unwrap_err();
            assert_eq!(refused.code(), "already_paid");
        }
    }
}
