//! What is there, what came in, what was handed over.

use farthing_api::{
    BalanceReport, Created, GetPaidReport, GiveReport, Outcome, RedeemReport, TopUpReport,
};
use farthing_money::Amount;

use super::fees;
use super::page::{Page, Show};

impl Show for Created {
    fn show(&self, page: &mut Page) {
        if self.restored {
            page.line(&format!("Your wallet is back, in {}.", self.home));
            page.line("Add a purse with each issuer you had: farthing purse add URL");
            page.line("Its coins come back from the words.");
            return;
        }
        page.line(&format!("A new wallet, in {}.", self.home));
        page.gap();
        page.line("Write these 12 words on paper, in this order. They bring the money back on");
        page.line("any device, for you and for anyone who sees them. They are shown only now.");
        page.gap();
        let numbered: Vec<String> = self
            .words
            .iter()
            .zip(1_u32..)
            .map(|(word, number)| format!("{number:>2} {word}"))
            .collect();
        let rows: Vec<Vec<String>> = numbered.chunks(4).map(<[String]>::to_vec).collect();
        page.table(&rows, &[]);
        page.gap();
        page.line("Next: farthing purse add URL");
    }
}

impl Show for BalanceReport {
    fn show(&self, page: &mut Page) {
        for warning in &self.warnings {
            page.line(warning);
        }
        if self.purses.is_empty() {
            page.line("No purse yet. Add one with: farthing purse add URL");
            return;
        }
        let rows: Vec<_> = self
            .purses
            .iter()
            .map(|purse| {
                let pending = if purse.pending.is_zero() {
                    String::new()
                } else {
                    format!("and {} pending", purse.pending)
                };
                let issuer = purse
                    .issuer_name
                    .clone()
                    .unwrap_or_else(|| purse.issuer.clone());
                vec![
                    purse.id.clone(),
                    issuer,
                    purse.spendable.to_string(),
                    pending,
                ]
            })
            .collect();
        page.table(&rows, &[2]);
        page.gap();
        for total in &self.total {
            page.line(&format!("You can spend {total}."));
        }
        if let Some(worth) = &self.total_fiat {
            let all = self.total.first().copied();
            let about = worth.about(all.unwrap_or(Amount::sat(0)));
            page.line(&format!(
                "That is {about}, {}.",
                super::plan::of_when(worth)
            ));
        }
    }
}

fn came_in(page: &mut Page, outcome: Outcome, received: Option<Amount>, payment: &str) {
    match (outcome, received) {
        (Outcome::Paid, Some(received)) => page.line(&format!("Received {received}.")),
        (Outcome::Paid, None) => page.line("Received."),
        (Outcome::NotPaid, _) => {
            page.line("Nobody paid, and now it is too late. Nothing was lost.")
        }
        (Outcome::StillDeciding, _) => {
            page.line("Not paid yet. Once it is, the money comes in with: farthing recover");
        }
    }
    page.line(&format!("Payment {payment}"));
}

impl Show for TopUpReport {
    fn show(&self, page: &mut Page) {
        if self.outcome != Outcome::Paid {
            page.line(&format!("To be paid: {}", self.amount));
            page.line(&self.invoice);
            page.gap();
        }
        came_in(page, self.outcome, self.received, &self.payment);
    }
}

impl Show for GetPaidReport {
    fn show(&self, page: &mut Page) {
        if self.outcome != Outcome::Paid {
            page.line(&format!("To be paid: {}", self.amount));
            for code in [&self.request, &self.invoice].into_iter().flatten() {
                page.gap();
                page.line(code);
            }
            page.gap();
        }
        came_in(page, self.outcome, self.received, &self.payment);
    }
}

impl Show for GiveReport {
    fn show(&self, page: &mut Page) {
        page.line(&format!("Whoever has this has {}:", self.amount));
        page.gap();
        page.line(&self.token);
        page.gap();
        fees::after(page, ("Given", self.amount), &[], &self.fees, &[]);
        page.gap();
        if let Some(picture) = &self.picture {
            page.line(&format!("The picture is in {picture}."));
        }
        page.line(&format!(
            "To take it back: farthing redeem {}",
            self.payment
        ));
    }
}

impl Show for RedeemReport {
    fn show(&self, page: &mut Page) {
        match self.outcome {
            Outcome::Paid => page.line(&format!("Received {}.", self.received)),
            Outcome::NotPaid => page.line("Nothing came in."),
            Outcome::StillDeciding => {
                page.line("The issuer has not answered yet. Ask again with: farthing recover");
            }
        }
        page.gap();
        fees::after(page, ("Received", self.received), &[], &self.fees, &[]);
        page.gap();
        page.line(&format!("Payment {}", self.payment));
    }
}
