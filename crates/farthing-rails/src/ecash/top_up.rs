//! Filling a purse: an invoice from the issuer, then coins once somebody has paid it.

use cdk::nuts::nut00::KnownMethod;
use cdk::nuts::{MintQuoteBolt11Request, MintQuoteState, PaymentMethod, SecretKey};
use cdk::{MintQuoteRequest, MintQuoteResponse};
use cdk_common::wallet::MintQuote;
use farthing_money::Amount;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Ecash;
use super::coins::stock_up;
use super::exchange::{Exchange, Finish, Goal, Inputs};
use super::keysets::{Freshness, unix_now};
use super::purse::{Purse, PurseId, currency};
use super::trouble::{Refusal, Trouble};
use crate::code::{PaymentCode, read};

/// An invoice that fills a purse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUpQuote {
    /// The payment it belongs to.
    pub payment: Uuid,
    /// The purse it fills.
    pub purse: PurseId,
    /// The BOLT11 invoice to pay.
    pub invoice: String,
    /// What will be in the purse, in its unit.
    pub amount: Amount,
    /// Until when the invoice can be paid, in seconds since 1970.
    pub expires_at: u64,
    quote: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ran_out: Option<RanOut>,
}

/// An invoice that was unpaid when it was over by this device's clock, or that the issuer calls done
/// with. The clock may be wrong, and an issuer late or mistaken: its key is kept, and it is asked about
/// for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct RanOut {
    /// When the issuer last said so, in seconds since 1970.
    asked: u64,
    /// How long that has gone on, in seconds.
    waited: u64,
}

impl RanOut {
    fn once_more(before: Option<Self>, now: u64) -> Self {
        let waited = before.map_or(0, |before| {
            // A clock that jumps must not end it: from one question to the next counts a day at most.
            let since = now.saturating_sub(before.asked).min(DAY);
            before.waited.saturating_add(since)
        });
        Self { asked: now, waited }
    }
}

impl TopUpQuote {
    /// Whether it was called over: only what is paid late is still to be found out.
    #[must_use]
    pub fn has_run_out(&self) -> bool {
        self.ran_out.is_some()
    }

    fn is_over(&self, now: u64) -> bool {
        self.expires_at != 0 && now > self.expires_at.saturating_add(GRACE)
    }

    /// Whether it is time to ask again: by a clock that was set right since, the invoice may be
    /// payable after all.
    fn is_due(&self, now: u64) -> bool {
        self.ran_out.is_none_or(|ran_out| {
            !self.is_over(now)
                || now < ran_out.asked
                || now.saturating_sub(ran_out.asked) >= BETWEEN_ASKINGS
        })
    }
}

/// What became of a top-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collected {
    /// Nobody has paid the invoice yet.
    NotPaidYet,
    /// The coins are in the purse.
    Received(Amount),
    /// The invoice ran out unpaid. What is paid late all the same can still be collected.
    Expired,
    /// It was closed since it was read: what became of it is known.
    Closed,
    /// The issuer says that its coins were collected, and this wallet has not.
    Elsewhere,
    /// Paid, but the coins are not here yet: ask again.
    Undecided(Trouble),
}

/// The longest name of an offer.
const LONGEST_NAME: usize = 128;
/// The longest time an invoice may be payable for, in seconds: a month.
const LONGEST_OPEN: u64 = 31 * 24 * 3600;
/// How long after its end an unpaid invoice is still asked about: a payment can be under way.
const GRACE: u64 = 3600;
const DAY: u64 = 24 * 3600;
/// How long one that ran out is kept, in seconds.
const KEPT: u64 = 30 * DAY;
/// How long between two questions about one that ran out, in seconds, where nobody asked for them.
const BETWEEN_ASKINGS: u64 = 3600;

impl Ecash {
    /// Asks the issuer for an invoice. It is on disk, with the key that collects its coins,
    /// before it is shown to anybody.
    ///
    /// # Errors
    /// [`Trouble`]; [`Trouble::Dishonest`] when the invoice is for another amount,
    /// [`Trouble::ClocksDiffer`] when it is over by this device's clock.
    pub async fn request_top_up(
        &self,
        purse: &Purse,
        payment: Uuid,
        amount: Amount,
    ) -> Result<TopUpQuote, Trouble> {
        let issuer = purse.mint()?;
        // Nothing is asked for that could not be collected.
        self.signing_keyset(&issuer, &currency(&purse.unit), Freshness::Recent)
            .await?;
        let key = SecretKey::generate();
        let request = MintQuoteRequest::Bolt11(MintQuoteBolt11Request {
            amount: amount.value().into(),
            unit: currency(&purse.unit),
            description: None,
            pubkey: Some(key.public_key()),
        });
        let MintQuoteResponse::Bolt11(reply) =
            self.client(&issuer).post_mint_quote(request).await?
        else {
            return Err(Trouble::Dishonest(
                "it answered with another way of paying".to_owned(),
            ));
        };
        let payable_until = check_invoice(&reply.request, amount)?;
        check_name(&reply.quote)?;
        if self.db.get_mint_quote(&reply.quote).await?.is_some() {
            // It would take the place of the other, with the key that collects its coins.
            return Err(Trouble::Dishonest(
                "the name of its offer is that of another".to_owned(),
            ));
        }
        // The invoice can be paid until its own end, whatever the issuer says of its offer:
        // giving up sooner would leave what is paid then with the issuer. Waiting much longer
        // would keep the room for it taken, and ask in vain at every start.
        let expires_at = reply
            .expiry
            .unwrap_or(0)
            .clamp(payable_until, payable_until.saturating_add(GRACE));
        let mut quote = MintQuote::new(
            reply.quote.clone(),
            issuer,
            PaymentMethod::Known(KnownMethod::Bolt11),
            Some(amount.value().into()),
            currency(&purse.unit),
            reply.request.clone(),
            expires_at,
            Some(key),
        );
        quote.state = MintQuoteState::Unpaid;
        self.db.add_mint_quote(quote).await?;
        let quote = TopUpQuote {
            payment,
            purse: purse.id.clone(),
            invoice: reply.request,
            amount,
            expires_at,
            quote: reply.quote,
            ran_out: None,
        };
        self.write_record("top-up", &payment.to_string(), &quote)
            .await?;
        Ok(quote)
    }

    /// A top-up asked for earlier and not yet closed.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn open_top_up(&self, payment: Uuid) -> Result<Option<TopUpQuote>, Trouble> {
        self.read_record("top-up", &payment.to_string()).await
    }

    /// Every top-up not yet closed.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn open_top_ups(&self) -> Result<Vec<TopUpQuote>, Trouble> {
        self.records("top-up").await
    }

    /// Those that ran out and may still have been paid, the least waited for first: at most
    /// `most` of them, and only what it is time to ask about if `due`.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn late_top_ups(&self, most: usize, due: bool) -> Result<Vec<TopUpQuote>, Trouble> {
        let now = unix_now();
        let mut late = self.open_top_ups().await?;
        late.retain(|quote| quote.has_run_out() && (!due || quote.is_due(now)));
        late.sort_by_key(|quote| {
            let waited = quote.ran_out.map_or(0, |ran_out| ran_out.waited);
            (quote.is_over(now), waited)
        });
        late.truncate(most);
        Ok(late)
    }

    /// Asks whether the invoice was paid and, if so, takes the coins.
    ///
    /// # Errors
    /// [`Trouble`]; the top-up stays open and can be asked about again.
    pub async fn collect_top_up(
        &self,
        purse: &Purse,
        top_up: &TopUpQuote,
    ) -> Result<Collected, Trouble> {
        let _held = self.hold(&purse.id).await;
        // Another task may have collected it while this one waited.
        let Some(top_up) = &self.open_top_up(top_up.payment).await? else {
            return Ok(Collected::Closed);
        };
        let begun = self
            .exchanges_of(&purse.id)
            .await?
            .into_iter()
            .find(|exchange| {
                exchange.payment == top_up.payment && matches!(exchange.goal, Goal::Issue { .. })
            });
        let finish = if let Some(exchange) = begun {
            let finish = self.find_out_swap(purse, &exchange, None).await?;
            (exchange, finish)
        } else {
            match self.ask_invoice(purse, top_up).await {
                Ok(MintQuoteState::Paid) => {}
                Ok(MintQuoteState::Issued) => {
                    // A copy of this wallet has the same keys. What it made can be found; and an
                    // issuer that takes its word back is heard.
                    self.not_here(top_up).await?;
                    return Ok(Collected::Elsewhere);
                }
                Ok(MintQuoteState::Unpaid) if top_up.is_over(unix_now()) => {
                    self.not_here(top_up).await?;
                    return Ok(Collected::Expired);
                }
                Ok(MintQuoteState::Unpaid) => return Ok(Collected::NotPaidYet),
                // Issuers forget what was never paid.
                Err(Trouble::Refused(_)) if top_up.is_over(unix_now()) => {
                    self.not_here(top_up).await?;
                    return Ok(Collected::Expired);
                }
                Err(trouble @ Trouble::Refused(_)) if top_up.has_run_out() => {
                    self.not_here(top_up).await?;
                    return Err(trouble);
                }
                Err(trouble) => return Err(trouble),
            }
            let exchange = self.begin_issue(purse, top_up).await?;
            let finish = match self.send_issue(purse, &exchange, &top_up.quote).await {
                Err(trouble) if trouble.proves_nothing_happened() => {
                    self.abandon(&exchange, &trouble).await?;
                    Finish::NotDone(trouble)
                }
                Err(trouble) => self.find_out_swap(purse, &exchange, Some(trouble)).await?,
                Ok(signatures) => {
                    self.finish_swap(purse, &exchange, &signatures, false)
                        .await?
                }
            };
            (exchange, finish)
        };
        match finish {
            (exchange, Finish::Done(_)) => {
                self.write_record(
                    "result",
                    &top_up.payment.to_string(),
                    &super::recover::PaymentResult::Received {
                        received: top_up.amount.value(),
                        fee: 0,
                    },
                )
                .await?;
                self.close_top_up(top_up).await?;
                self.forget_exchange(&exchange).await?;
                Ok(Collected::Received(top_up.amount))
            }
            (_, Finish::NotDone(Trouble::Refused(Refusal::NotPaidYet))) => {
                Ok(Collected::NotPaidYet)
            }
            (_, Finish::NotDone(trouble) | Finish::Undecided(trouble)) => {
                Ok(Collected::Undecided(trouble))
            }
        }
    }

    async fn begin_issue(&self, purse: &Purse, top_up: &TopUpQuote) -> Result<Exchange, Trouble> {
        let issuer = purse.mint()?;
        let keyset = self
            .signing_keyset(&issuer, &currency(&purse.unit), Freshness::Recent)
            .await?;
        let staying: Vec<u64> = self
            .free_coins(purse)
            .await?
            .iter()
            .map(|held| held.coin.worth)
            .collect();
        let worths = stock_up(top_up.amount.value(), &staying, &keyset.mintage())
            .ok_or_else(|| Trouble::Dishonest("its coins cannot make this amount".to_owned()))?;
        let goal = Goal::Issue {
            quote: top_up.quote.clone(),
        };
        self.begin(
            purse,
            top_up.payment,
            goal,
            Inputs::None,
            &keyset,
            worths,
            0,
        )
        .await
    }

    async fn ask_invoice(
        &self,
        purse: &Purse,
        top_up: &TopUpQuote,
    ) -> Result<MintQuoteState, Trouble> {
        let method = PaymentMethod::Known(KnownMethod::Bolt11);
        match self
            .client(&purse.mint()?)
            .get_mint_quote_status(method, &top_up.quote)
            .await?
        {
            MintQuoteResponse::Bolt11(reply) => Ok(reply.state),
            _ => Err(Trouble::Dishonest(
                "it answered with another way of paying".to_owned(),
            )),
        }
    }

    /// Notes that there was nothing to collect for an invoice that is over, or that is said to be
    /// done with. Its record and the key that collects its coins go only once that has gone on for long.
    async fn not_here(&self, top_up: &TopUpQuote) -> Result<(), Trouble> {
        // Somebody else may have closed it meanwhile.
        let Some(mut kept) = self.open_top_up(top_up.payment).await? else {
            return Ok(());
        };
        let now = unix_now();
        let ran_out = RanOut::once_more(kept.ran_out, now);
        if ran_out.waited >= KEPT {
            return self.close_top_up(&kept).await;
        }
        kept.ran_out = Some(ran_out);
        self.write_record("top-up", &kept.payment.to_string(), &kept)
            .await
    }

    async fn close_top_up(&self, top_up: &TopUpQuote) -> Result<(), Trouble> {
        self.db.remove_mint_quote(&top_up.quote).await?;
        self.forget_record("top-up", &top_up.payment.to_string())
            .await
    }
}

/// The name of an offer becomes part of an address: only letters that mean nothing there.
pub(super) fn check_name(name: &str) -> Result<(), Trouble> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'=');
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(plain) {
        return Err(Trouble::Dishonest(
            "the name of its offer is absurd".to_owned(),
        ));
    }
    Ok(())
}

/// The invoice must ask for the amount that was asked for, where the unit lets us know. Returns
/// until when it can be paid, in seconds since 1970.
fn check_invoice(invoice: &str, amount: Amount) -> Result<u64, Trouble> {
    let Ok(PaymentCode::Invoice(read)) = read(invoice) else {
        return Err(Trouble::Dishonest("its invoice is not one".to_owned()));
    };
    match (amount.to_msat(), read.amount_msat) {
        (Ok(wanted), Some(asked)) if asked != wanted.value() => Err(Trouble::Dishonest(
            "its invoice is for another amount".to_owned(),
        )),
        (Ok(_), None) => Err(Trouble::Dishonest("its invoice names no amount".to_owned())),
        _ if read.expires_at > unix_now().saturating_add(LONGEST_OPEN) => Err(Trouble::Dishonest(
            "its invoice can be paid for ever".to_owned(),
        )),
        // Whoever paid it would pay what this wallet calls run out.
        _ if read.expires_at <= unix_now() => Err(Trouble::ClocksDiffer),
        // In other units the issuer sets the rate; the payer sees the invoice.
        _ => Ok(read.expires_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_that_ran_out_is_kept_for_thirty_days_however_the_clock_jumps() {
        let waited = |times: &[u64]| {
            let asked = times
                .iter()
                .fold(None, |before, now| Some(RanOut::once_more(before, *now)));
            asked.unwrap().waited
        };
        let now = 1_700_000_000;
        let daily: Vec<u64> = (0..=30).map(|day| now + day * DAY).collect();
        assert_eq!(waited(&daily), KEPT);
        assert!(waited(&daily[..30]) < KEPT);
        let hourly: Vec<u64> = (0..719).map(|hour| now + hour * 3600).collect();
        assert!(waited(&hourly) < KEPT);
        // Years ahead, back, to the beginning of time, and right again.
        let jumps = [now, now + 4000 * DAY, now, 0, now];
        assert_eq!(waited(&jumps), 2 * DAY);
    }

    #[test]
    fn one_that_ran_out_is_asked_about_now_and_then_and_at_once_where_the_clock_was_wrong() {
        let now = 1_700_000_000;
        let due = |expires_at, asked| {
            let ran_out = Some(RanOut { asked, waited: 0 });
            let top_up = TopUpQuote {
                payment: Uuid::nil(),
                purse: "00112233".parse().unwrap(),
                invoice: String::new(),
                amount: Amount::new(1, farthing_money::Unit::Sat).unwrap(),
                expires_at,
                quote: String::new(),
                ran_out,
            };
            top_up.is_due(now)
        };
        let long_ago = now - 10 * DAY;
        assert!(!due(long_ago, now - 1), "asked just now");
        assert!(due(long_ago, now - BETWEEN_ASKINGS));
        assert!(due(long_ago, now + DAY), "the clock was ahead then");
        assert!(due(now + DAY, now - 1), "and it can be paid after all");
    }

    #[test]
    fn the_name_of_an_offer_is_one_step_of_a_path_and_nothing_else() {
        for name in [
            "0192d3f0-7f3c-7bb5-a6b6-4f1f0f9f5a10",
            "9Nn_2QdZ-x7cO3Ww",
            "YWJjZA==",
            &"x".repeat(LONGEST_NAME),
        ] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in [
            "",
            "..",
            ".",
            "a/b",
            "a?b",
            "a#b",
            "a%2fb",
            "a b",
            "a\u{e9}b",
            "a\nb",
            &"x".repeat(LONGEST_NAME + 1),
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
