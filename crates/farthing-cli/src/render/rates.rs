//! The currency and its rate.

use farthing_api::{ConvertedReport, RateReport};
use farthing_money::Amount;

use super::page::{Page, Show};
use super::plan::of_when;

impl Show for RateReport {
    fn show(&self, page: &mut Page) {
        let Some(currency) = &self.currency else {
            page.line("No currency is chosen, and nobody is asked for rates.");
            page.line("Choose one with: farthing rates set EUR");
            return;
        };
        match (&self.rate, self.as_of) {
            (Some(rate), Some(as_of)) => {
                page.about("A bitcoin", &format!("{rate} {currency}"));
                page.about("Of", &as_of.to_minute());
                page.about("By", &self.sources.join(", "));
            }
            _ => page.line(&format!(
                "No rate of {currency} is known that is not a day old."
            )),
        }
        if !self.left_out.is_empty() {
            let names = self.left_out.join(", ");
            page.about("Left out", &format!("{names}: too far from the others"));
        }
        if let Some(doubt) = self.doubt.as_deref() {
            page.about(
                "Mind",
                match doubt {
                    "sources_disagree" => "the sources do not agree now: this is the last rate they agreed on",
                    "jump" => "the sources now say something more than a tenth away: it is taken over if it stays",
                    _ => "nobody answers now: this is the last rate known",
                },
            );
        }
    }
}

impl Show for ConvertedReport {
    fn show(&self, page: &mut Page) {
        let zero = Amount::zero(self.amount.unit());
        page.about("Typed", self.fiat.about(zero).trim_start_matches("about "));
        page.about("Comes to", &self.amount.to_string());
        page.about("Worth", &self.worth.about(self.amount));
        page.about("Rate", &of_when(&self.worth));
    }
}
