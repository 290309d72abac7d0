//! Reviews, and issuers before they are trusted.

use farthing_api::{
    BoundsReport, ConversionReport, FiatReport, GivePlanReport, IssuerReport, PurseAddReport,
    PurseListReport, RedeemReviewReport, ReviewReport, ScanReport, SignInReport,
};

use super::fees;
use super::page::{Page, Show};

impl Show for ReviewReport {
    fn show(&self, page: &mut Page) {
        let first = if self.payee.first_time {
            ", for the first time"
        } else {
            ""
        };
        let origin = match &self.payee.origin {
            Some(origin) if !origin.ends_with(&self.payee.name) => format!(" ({origin})"),
            _ => String::new(),
        };
        match self.arrives {
            Some(arrives) => page.about(
                "Move",
                &format!("{arrives} into your purse at {}", self.payee.name),
            ),
            None => page.about("Pay", &format!("{}{origin}{first}", self.payee.name)),
        }
        if let Some(description) = &self.description {
            page.about("For", description);
        }
        page.about("From", &format!("purse {} at {}", self.purse, self.issuer));
        page.gap();
        fees::before(
            page,
            self.price,
            &self.price_includes,
            &self.fees,
            self.total,
            self.total_at_most,
        );
        page.gap();
        if let Some(part) = self.costs_basis_points.filter(|part| *part > 0) {
            let part = fees::percent(part);
            page.about("Fees", &format!("at most {part} of the price"));
        }
        if let Some(worth) = &self.total_at_most_fiat {
            let about = worth.about(self.total_at_most);
            page.about("Worth", &format!("{about} at most, {}", of_when(worth)));
        }
        if let Some(conversion) = &self.conversion {
            page.about("Rate", &rate(conversion));
        }
        for ask in &self.asks {
            let required = if ask.required { "required" } else { "optional" };
            let shared = if ask.shared { "shared" } else { "not shared" };
            let purpose = ask.purpose.as_deref().unwrap_or("no reason given");
            page.about(
                "They ask",
                &format!("{} ({required}, {purpose}): {shared}", ask.item),
            );
            if let Some(why) = &ask.why {
                page.about("", &format!("they say: {why}"));
            }
        }
        if self.asks.is_empty() {
            page.about("They learn", "nothing about you");
        }
        for warning in &self.warnings {
            page.about("Mind", &warning.text);
        }
        for other in &self.alternatives {
            let total = other
                .total_at_most
                .map(|total| format!(", at most {total}"));
            let way = other
                .kind
                .as_ref()
                .map(|kind| format!("as {}, ", kind.replace('_', " ")));
            page.about(
                "Or",
                &format!(
                    "{}from purse {} at {}{}: {}",
                    way.unwrap_or_default(),
                    other.purse,
                    other.issuer,
                    total.unwrap_or_default(),
                    other.text
                ),
            );
        }
        if let Some(note) = &self.note {
            page.about("Your note", note);
        }
        page.about(
            "Review",
            &format!(
                "{}, good until {}",
                self.review,
                self.expires_at.to_minute()
            ),
        );
    }
}

/// Of when a figure is, and by whom.
pub(super) fn of_when(worth: &FiatReport) -> String {
    let sources = worth.sources.join(", ");
    let when = worth.as_of.to_minute();
    if sources.is_empty() {
        format!("by the rate of {when}")
    } else {
        format!("by the rate of {when} ({sources})")
    }
}

fn rate(conversion: &ConversionReport) -> String {
    let ConversionReport {
        currency, implied, ..
    } = conversion;
    let own = format!("the issuer counts a bitcoin as {implied} {currency}");
    match (&conversion.going, conversion.above_basis_points) {
        (Some(going), Some(0)) => format!("{own}, not above the going {going} {currency}"),
        (Some(going), Some(above)) => {
            let above = fees::percent(above);
            format!("{own}, {above} above the going {going} {currency}")
        }
        _ => format!("{own}; no going rate is known to compare it with"),
    }
}

impl Show for GivePlanReport {
    fn show(&self, page: &mut Page) {
        page.about("Give", &self.amount.to_string());
        page.about("From", &format!("purse {} at {}", self.purse, self.issuer));
        page.gap();
        fees::before(
            page,
            self.amount,
            &[],
            &self.fees,
            self.total,
            self.total_at_most,
        );
        page.gap();
        for warning in &self.warnings {
            page.about("Mind", &warning.text);
        }
    }
}

impl Show for RedeemReviewReport {
    fn show(&self, page: &mut Page) {
        let what = if self.ours.is_some() {
            "Take back"
        } else {
            "Redeem"
        };
        page.about(what, &self.face.to_string());
        let issuer = match &self.issuer_name {
            Some(name) => format!("{name} ({})", self.issuer),
            None => self.issuer.clone(),
        };
        let stranger = if self.known_issuer {
            ""
        } else {
            ", with whom you have no purse yet"
        };
        match &self.from {
            Some(host) => {
                page.about("Paid by", host);
                page.about("Into", &format!("your purse at {issuer}"));
            }
            None => page.about("Issued by", &format!("{issuer}{stranger}")),
        }
        if let Some(memo) = &self.memo {
            page.about("It says", memo);
        }
        page.gap();
        let row = |what: &str, figure: String| vec![what.to_owned(), figure];
        let unknown = || "not known yet".to_owned();
        let fee = match self.fee {
            None => unknown(),
            Some(fee) if fee.is_zero() => "none".to_owned(),
            Some(fee) => fee.to_string(),
        };
        let rows = [
            row("Worth", self.face.to_string()),
            row("Issuer's fee", fee),
            row(
                "You get",
                self.receives
                    .map_or_else(unknown, |receives| receives.to_string()),
            ),
        ];
        page.table(&rows, &[1]);
    }
}

impl Show for SignInReport {
    fn show(&self, page: &mut Page) {
        let what = if self.signed_in {
            "Signed in"
        } else {
            "Sign in"
        };
        page.about(what, &format!("at {}", self.site));
        let does = match self.action.as_deref() {
            Some("register") => "it makes an account for you",
            Some("login") => "it opens your account",
            Some("link") => "it adds this key to your account",
            Some("auth") => "it allows one thing, which it alone knows",
            _ => "it does not say what it does then",
        };
        page.about("Says", does);
        page.about(
            "They learn",
            &format!("one key, which no other site knows: {}", self.key),
        );
        page.about("Money", "none moves");
    }
}

impl Show for IssuerReport {
    fn show(&self, page: &mut Page) {
        page.about("Issuer", self.name.as_deref().unwrap_or("(has no name)"));
        page.about("Address", &self.url);
        if let Some(description) = &self.description {
            page.about("Says", description);
        }
        if let Some(motd) = &self.motd {
            page.about("Today", motd);
        }
        for contact in &self.contact {
            page.about("Contact", &format!("{}: {}", contact.method, contact.info));
        }
        if self.contact.is_empty() {
            page.about("Contact", "none given");
        }
        page.gap();
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let mut rows = vec![row(["Unit", "Fee for 1000 coins", "Top up", "Pay"])];
        rows.extend(self.units.iter().map(|unit| {
            let fee = if unit.input_fee_ppk == 0 {
                "none".to_owned()
            } else {
                format!("{} {}", unit.input_fee_ppk, unit.unit)
            };
            vec![
                unit.unit.clone(),
                fee,
                bounds(unit.top_up.as_ref()),
                bounds(unit.pay.as_ref()),
            ]
        }));
        page.table(&rows, &[]);
        page.gap();
        if !self.proves_signatures {
            page.about(
                "Mind",
                "it does not prove that all coins are signed with one key",
            );
        }
        if !self.returns_change {
            page.about(
                "Mind",
                "it keeps what was set aside for Lightning fees and not needed",
            );
        }
        if !self.can_restore {
            page.about(
                "Mind",
                "your recovery words cannot bring money back from it",
            );
        }
        page.about(
            "Trust",
            "it can refuse to pay out, but it cannot see what you pay for",
        );
    }
}

fn bounds(bounds: Option<&BoundsReport>) -> String {
    let Some(bounds) = bounds else {
        return "not possible".to_owned();
    };
    match (bounds.least, bounds.most) {
        (None, None) => "any amount".to_owned(),
        (Some(least), None) => format!("from {least}"),
        (None, Some(most)) => format!("up to {most}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
    }
}

impl Show for PurseAddReport {
    fn show(&self, page: &mut Page) {
        for purse in &self.purses {
            page.line(&format!(
                "Purse {}: {} at {}",
                purse.id, purse.unit, purse.issuer
            ));
            if !purse.restored.is_zero() {
                page.line(&format!(
                    "  brought back from your words: {}",
                    purse.restored
                ));
            }
        }
    }
}

impl Show for PurseListReport {
    fn show(&self, page: &mut Page) {
        if self.purses.is_empty() {
            page.line("No purse yet. Add one with: farthing purse add URL");
            return;
        }
        let rows: Vec<_> = self
            .purses
            .iter()
            .map(|purse| {
                let name = purse.issuer_name.clone().unwrap_or_default();
                vec![
                    purse.id.clone(),
                    purse.unit.clone(),
                    name,
                    purse.issuer.clone(),
                ]
            })
            .collect();
        page.table(&rows, &[]);
    }
}

impl Show for ScanReport {
    fn show(&self, page: &mut Page) {
        for code in &self.codes {
            page.gap();
            page.about("Code", &code.text);
            page.about("Is a", &code.kind.replace('_', " "));
            if let Some(why) = &code.why {
                page.about("Mind", why);
            }
        }
    }
}
