//! `history` and `receipt`.

use farthing_api::{Exit, Failure, HistoryReport, Money, ReceiptReport};
use farthing_wallet::{HistoryFilter, PaymentId};

use super::{Context, is_practice, payment_id};
use crate::args::{History, Receipt};
use crate::render::history_csv;
use crate::{answer, progress};

pub(super) async fn history(context: &Context, asked: History) -> Result<Exit, Failure> {
    let since_ms = asked.since.as_deref().map(since).transpose()?;
    let wallet = context.open().await?;
    let filter = HistoryFilter {
        merchant: asked.merchant,
        with: None,
        since_ms,
        before_ms: None,
        search: asked.search,
        limit: None,
    };
    let lines = wallet.payments(&filter)?;
    let mut report = HistoryReport {
        payments: lines.iter().map(Into::into).collect(),
    };
    if let Some(mut then) = wallet.then()? {
        report.in_currency(&mut then)?;
    }
    if asked.csv {
        // The mark of play money would be taken for a payment in a spreadsheet.
        answer::practice_aside(is_practice(&wallet));
        answer::text(&history_csv(&report));
    } else {
        answer::answer(context.form, is_practice(&wallet), report);
    }
    Ok(Exit::Done)
}

pub(super) async fn receipt(context: &Context, asked: Receipt) -> Result<Exit, Failure> {
    let payment: PaymentId = payment_id(&asked.payment)?;
    let wallet = context.open().await?;
    let receipt = progress::during(
        "Asking whether it was redeemed",
        wallet.fresh_receipt(payment),
    )
    .await?;
    answer::answer(
        context.form,
        is_practice(&wallet),
        ReceiptReport::from(&receipt),
    );
    Ok(Exit::Done)
}

/// The start of a day in UTC, or a moment, in milliseconds since 1970.
pub(super) fn since(text: &str) -> Result<u64, Failure> {
    let day = |text: &str| {
        let date: jiff::civil::Date = text.parse().ok()?;
        date.to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|start| start.timestamp())
    };
    // A date alone first: as a moment it would lack its time.
    let moment = if text.len() <= "2026-11-21".len() {
        day(text)
    } else {
        text.parse::<jiff::Timestamp>().ok()
    };
    moment
        .map(|moment| u64::try_from(moment.as_millisecond()).unwrap_or(0))
        .ok_or_else(|| {
            let what = "the date cannot be read";
            Failure::new("bad_date", what, Money::Safe, Exit::Usage)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_its_midnight_and_a_moment_is_itself() {
        assert_eq!(since("1970-01-02"), Ok(86_400_000));
        assert_eq!(since("1970-01-01T00:00:01Z"), Ok(1_000));
        assert_eq!(since("1970-01-01T01:00:01+01:00"), Ok(1_000));
        assert_eq!(since("1969-01-01"), Ok(0));
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "21.11.2026",
            "1970-01-01T00:00:01",
            "1e9",
        ] {
            assert!(
                since(text).is_err_and(|failure| failure.exit == Exit::Usage),
                "{text}"
            );
        }
    }
}
