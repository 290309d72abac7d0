//! Anonymous statistics.

use farthing_api::StatisticsReport;

use super::page::{Page, Show};

impl Show for StatisticsReport {
    fn show(&self, page: &mut Page) {
        page.line(match (self.on, &self.sent) {
            (false, _) => "Anonymous statistics are off: nothing of them leaves.",
            (true, None) => "Anonymous statistics are on. They leave when you write or send them.",
            (true, Some(_)) => "Anonymous statistics are on, and this month's were sent.",
        });
        page.about("Month", &self.month);
        page.about("Bytes", self.text.trim_end());
        page.about(
            "Tells",
            &format!(
                "at most {} of the {} a year may tell; so far {}",
                self.epsilon_month, self.epsilon_year, self.epsilon_spent
            ),
        );
        page.line(
            "The answer is true five times of eight: docs/statistics.md says what that means.",
        );
    }
}
