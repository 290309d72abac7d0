//! A Lightning payment that its issuer calls paid: by this wallet, or by another copy of it.
//!
//! A payment takes all of its coins or none. So it is ours where all that we put in is gone, and
//! another copy's where any of it is still good; then what is good is ours to keep. Change that fits
//! our numbers, in the answer to our own request, is taken for an answer to that.

use cdk::nuts::{BlindSignature, PublicKey, State};

use super::Ecash;
use super::exchange::{Exchange, Finish, Goal};
use super::outputs::{NewCoin, unblind};
use super::purse::Purse;
use super::recover::PaymentResult;
use super::trouble::{Refusal, Trouble};
use crate::hexadecimal::proves;

/// How we heard that it is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// In the answer to our own request to pay.
    AtOnce,
    /// When we asked, and our request may still be under way.
    Later,
    /// When we asked, after our request was refused.
    AfterRefusal,
}

/// Whose coins it was paid with, by what the issuer says of ours.
pub(super) enum Payer {
    Us,
    /// With these of ours not, and these others were spent elsewhere.
    Another {
        left: Vec<PublicKey>,
        spent: Vec<PublicKey>,
    },
    /// Some are in use.
    Unclear,
}

impl Ecash {
    /// Whether a payment took our coins.
    pub(super) async fn who_paid(&self, purse: &Purse, melt: &Exchange) -> Result<Payer, Trouble> {
        let names = Self::input_names(melt)?;
        let states = self.ask_states(&purse.mint()?, &names).await?;
        let of = |wanted: State| {
            let names = names.iter().copied();
            let of: Vec<PublicKey> = names.filter(|y| states.get(y) == Some(&wanted)).collect();
            of
        };
        let (left, spent) = (of(State::Unspent), of(State::Spent));
        Ok(if spent.len() == names.len() {
            Payer::Us
        } else if left.len().saturating_add(spent.len()) == names.len() {
            Payer::Another { left, spent }
        } else {
            Payer::Unclear
        })
    }

    /// Writes down what became of a payment that the issuer calls paid, and takes its change in.
    pub(super) async fn settle_melt(
        &self,
        purse: &Purse,
        melt: &Exchange,
        preimage: Option<String>,
        change: Option<Vec<BlindSignature>>,
        heard: Heard,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let Goal::Melt { payment_hash, .. } = &melt.goal else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        let preimage_fits = preimage
            .as_deref()
            .zip(payment_hash.as_deref())
            .is_some_and(|(preimage, hash)| proves(preimage, hash));
        let proof = Proof {
            preimage,
            fits: preimage_fits,
        };
        let change = match change.filter(|change| !change.is_empty()) {
            Some(signatures) => Some(self.unblind_change(purse, melt, &signatures).await?),
            None => None,
        };
        let is_ours = heard == Heard::AtOnce
            && preimage_fits
            && purse.proves_signatures
            && matches!(change, Some(Ok(_)));
        if !is_ours {
            match self.who_paid(purse, melt).await {
                Ok(Payer::Us) => {
                    // Gone into other coins of ours, as far as anybody knows.
                    if let Some(fence) = self.fence_of(purse, melt).await? {
                        let why = Trouble::Refused(Refusal::InvoiceAlreadyPaid);
                        return self.ask_about_fence(purse, &fence, why).await;
                    }
                }
                Ok(Payer::Another { left, spent }) => {
                    self.call_spent(spent).await?;
                    return self.another_paid(purse, melt, proof, left, heard).await;
                }
                // Where it is proven that the payee was paid, an issuer that is not through with our
                // coins, or cannot say where they are, has taken them.
                Ok(Payer::Unclear) | Err(Trouble::Refused(_)) if preimage_fits => {}
                // It answered a moment ago: an answer that is lost now takes no proof away.
                Err(Trouble::Lost | Trouble::NotSent)
                    if preimage_fits && heard == Heard::AtOnce => {}
                Ok(Payer::Unclear) => {
                    return Ok(Finish::Undecided(Trouble::Dishonest(
                        "it calls the payment paid, and neither proves it nor took the coins"
                            .to_owned(),
                    )));
                }
                Err(trouble) => return Err(trouble),
            }
        }
        let coins = match change {
            Some(Ok(coins)) => coins,
            // No change in the answer: none is due, or this issuer gives it only when asked.
            None if could_return(melt) == 0 => Vec::new(),
            None => match self.ask_signed_any(purse, melt).await {
                Ok(coins) => coins,
                // An issuer that repeats no signatures said all there is to say.
                Err(Trouble::Refused(_)) if preimage_fits => Vec::new(),
                Err(trouble) => return Ok(Finish::Undecided(trouble)),
            },
            // Made under other numbers, or spoiled: what was made under ours can be asked for.
            Some(Err(trouble)) => match self.ask_signed_any(purse, melt).await {
                Ok(coins) if coins.is_empty() => return Ok(Finish::Undecided(trouble)),
                // Of another payment, which took our coins as well: a later look brings it in.
                Ok(coins)
                    if worth(&coins) > could_return(melt).saturating_add(melt.fee)
                        && preimage_fits =>
                {
                    self.call_spent(Self::input_names(melt)?).await?;
                    return self
                        .another_paid(purse, melt, proof, Vec::new(), heard)
                        .await;
                }
                Ok(coins) => coins,
                Err(_) => return Ok(Finish::Undecided(trouble)),
            },
        };
        self.we_paid(purse, melt, proof, coins, heard).await
    }

    async fn unblind_change(
        &self,
        purse: &Purse,
        melt: &Exchange,
        signatures: &[BlindSignature],
    ) -> Result<Result<Vec<NewCoin>, Trouble>, Trouble> {
        let keyset = self.keyset_of(purse, melt).await?;
        let outputs = self.derive(melt)?;
        Ok(
            unblind(&outputs, signatures, &keyset, purse.proves_signatures)
                .map_err(|bad| Trouble::Dishonest(bad.to_string())),
        )
    }

    async fn we_paid(
        &self,
        purse: &Purse,
        melt: &Exchange,
        proof: Proof,
        coins: Vec<NewCoin>,
        heard: Heard,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let Goal::Melt {
            amount, swap_fee, ..
        } = &melt.goal
        else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        let could_return = could_return(melt);
        let returned = worth(&coins);
        // More than that where it has come to keep less for taking the coins than it listed.
        let kept_less = returned.saturating_sub(could_return);
        let Some(input_fee) = melt.fee.checked_sub(kept_less) else {
            return Ok(Finish::Undecided(Trouble::Dishonest(
                "it returned more than it was given".to_owned(),
            )));
        };
        let network_fee = could_return.saturating_sub(returned);
        let result = PaymentResult::Melted {
            amount: *amount,
            input_fee,
            swap_fee: *swap_fee,
            network_fee,
            returned,
            preimage_fits: proof.fits,
            preimage: proof.preimage.filter(|preimage| {
                preimage.len() == 64 && preimage.bytes().all(|b| b.is_ascii_hexdigit())
            }),
        };
        // First the figures, then the coins: a crash between the two repeats both.
        self.write_record("result", &melt.payment.to_string(), &result)
            .await?;
        let again = heard != Heard::AtOnce;
        match self.settle(purse, melt, coins, again).await {
            Ok(_) => {}
            Err(trouble @ Trouble::Store(_)) => return Err(trouble),
            Err(trouble) => return Ok(Finish::Undecided(trouble)),
        }
        if could_return > 0 && returned == 0 {
            // Some issuers say that it is paid before they have signed what they give back.
            self.look_again_from(&melt.outputs).await?;
        }
        self.forget_exchange(melt).await?;
        Ok(Finish::Done(result))
    }

    /// Another copy of this wallet paid the same offer, with other coins. What is left of ours is free,
    /// once it is certain that no request can take it any more.
    async fn another_paid(
        &self,
        purse: &Purse,
        melt: &Exchange,
        proof: Proof,
        left: Vec<PublicKey>,
        heard: Heard,
    ) -> Result<Finish<PaymentResult>, Trouble> {
        let Goal::Melt {
            amount, swap_fee, ..
        } = &melt.goal
        else {
            return Err(Trouble::Store("a record is of another kind".into()));
        };
        let why = Trouble::Refused(Refusal::InvoiceAlreadyPaid);
        if !proof.fits && heard != Heard::AfterRefusal {
            return self.fence_off(purse, melt, left, why).await;
        }
        let result = if proof.fits {
            PaymentResult::Melted {
                amount: *amount,
                input_fee: 0,
                swap_fee: *swap_fee,
                network_fee: 0,
                returned: 0,
                preimage: proof.preimage,
                preimage_fits: true,
            }
        } else {
            PaymentResult::NotPaid { cost: *swap_fee }
        };
        self.write_record("result", &melt.payment.to_string(), &result)
            .await?;
        self.abandon(melt, &why).await?;
        Ok(if proof.fits {
            Finish::Done(result)
        } else {
            Finish::NotDone(why)
        })
    }
}

/// What an issuer gave as proof of a payment.
struct Proof {
    preimage: Option<String>,
    /// It belongs to the invoice.
    fits: bool,
}

fn worth(coins: &[NewCoin]) -> u64 {
    coins.iter().fold(0_u64, |sum, coin| {
        sum.saturating_add(u64::from(coin.proof.amount))
    })
}

/// What an issuer may give back at most: what was put in, less its fee and what the payee gets.
fn could_return(melt: &Exchange) -> u64 {
    let Goal::Melt { amount, put_in, .. } = &melt.goal else {
        return 0;
    };
    put_in.saturating_sub(melt.fee).saturating_sub(*amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_preimage_of_the_hash_is_a_proof() {
        let preimage = "00".repeat(32);
        let hash = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
        assert!(proves(&preimage, hash));
        assert!(!proves(&"01".repeat(32), hash));
        assert!(!proves("00", hash));
        assert!(!proves("zz", hash));
        assert!(!proves("", hash));
        assert!(!proves("0\u{e9}", hash));
    }
}
