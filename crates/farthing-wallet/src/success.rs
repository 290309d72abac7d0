//! What a payee says once it is paid, and its own word that it was.

use farthing_rails::bytes_of;
use farthing_rails::code::plain_text;
use farthing_rails::lnurl::{Bill, SuccessAction, settled};
use farthing_vault::open_message;
use serde::{Deserialize, Serialize};

use crate::journal::{Ended, Outcome, Proof, Story};
use crate::wallet::Wallet;

/// The kind of proof that opens a payee's secret.
const PREIMAGE: &str = "preimage";
/// Longest secret shown, in characters.
const LONGEST_SECRET: usize = 2_000;

/// What a payee does after the payment, as it said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct After {
    success: Option<SuccessAction>,
    /// Where it tells whether it was paid.
    verify: Option<String>,
    payment_hash: String,
}

impl After {
    pub(crate) fn of(bill: &Bill) -> Self {
        Self {
            success: bill.success.clone(),
            verify: bill.verify.as_ref().map(ToString::to_string),
            payment_hash: bill.invoice.payment_hash.clone(),
        }
    }

    pub(crate) fn payment_hash(&self) -> &str {
        &self.payment_hash
    }
}

/// What a payee says to whoever paid it: a stranger's words, made plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Success {
    /// `message`, `url` or `aes`, as LUD-09 and LUD-10 call them.
    pub kind: &'static str,
    /// Its words.
    pub text: String,
    /// A page of the payee's, never opened by itself.
    pub url: Option<String>,
    /// The secret that was paid for; `None` where there is none, or where no preimage is known that
    /// opens it.
    pub secret: Option<String>,
}

impl Success {
    pub(crate) fn of(story: &Story) -> Option<Self> {
        if story.outcome() != Outcome::Paid {
            return None;
        }
        let action = story.begun.after.as_ref()?.success.as_ref()?;
        let said = |kind, text: &str| Self {
            kind,
            text: text.to_owned(),
            url: None,
            secret: None,
        };
        Some(match action {
            SuccessAction::Message { text } => said("message", text),
            SuccessAction::Url { text, url } => Self {
                url: Some(url.clone()),
                ..said("url", text)
            },
            SuccessAction::Aes { text, .. } => Self {
                secret: story
                    .ended
                    .as_ref()
                    .and_then(|ended| ended.proof.as_ref())
                    .and_then(|proof| open(action, proof)),
                ..said("aes", text)
            },
        })
    }
}

fn open(action: &SuccessAction, proof: &Proof) -> Option<String> {
    let (ciphertext, iv) = action.sealed()?;
    let key = Some(&proof.text)
        .filter(|_| proof.kind == PREIMAGE)
        .and_then(|hex| bytes_of(hex))?;
    let words = String::from_utf8(open_message(&key, &iv, &ciphertext)?).ok()?;
    Some(plain_text(&words, LONGEST_SECRET).to_string())
}

impl Wallet {
    /// The payment with the payee's own proof, where the issuer gave none: issuers that settle
    /// between their own purses have no preimage, and one that makes it up is not believed. The
    /// payment is in the journal already, so a payee that does not answer costs nothing but time.
    pub(crate) async fn proven_by_payee(
        &self,
        after: Option<&After>,
        ended: Ended,
    ) -> Option<Ended> {
        if ended.outcome != Outcome::Paid || ended.proof.is_some() {
            return None;
        }
        let after = after?;
        let gate = self.ecash.gate();
        let verify = gate.check(after.verify.as_deref()?).ok()?;
        let text = settled(gate, &verify, &after.payment_hash).await.ok()??;
        Some(Ended {
            proof: Some(Proof {
                kind: PREIMAGE.to_owned(),
                text,
            }),
            ..ended
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(ciphertext: &str, iv: &str) -> SuccessAction {
        SuccessAction::Aes {
            text: "Door code".to_owned(),
            ciphertext: ciphertext.to_owned(),
            iv: iv.to_owned(),
        }
    }

    fn proof(kind: &str, text: &str) -> Proof {
        Proof {
            kind: kind.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Made with `openssl enc -aes-256-cbc` under 32 bytes of 07 and 16 of 09.
    const CIPHERTEXT: &str = "neSkR9I5wfa16yytPolUy7jXYesGdwxJDQ7lePDYX4A=";
    const IV: &str = "CQkJCQkJCQkJCQkJCQkJCQ==";

    #[test]
    fn only_the_preimage_opens_what_was_paid_for() {
        let action = sealed(CIPHERTEXT, IV);
        let right = "07".repeat(32);
        assert_eq!(
            open(&action, &proof("preimage", &right)).as_deref(),
            Some("The door code is 4711.")
        );
        assert_eq!(open(&action, &proof("accepted", &right)), None);
        for wrong in [
            "08".repeat(32),
            "07".repeat(31),
            "zz".repeat(32),
            "é".repeat(32),
        ] {
            assert_ne!(
                open(&action, &proof("preimage", &wrong)).as_deref(),
                Some("The door code is 4711.")
            );
        }
    }
}
