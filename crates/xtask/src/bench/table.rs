//! Tables in Markdown, and figures from several runs.

use std::fmt::Write as _;

/// A table that grows row by row.
#[derive(Debug, Default)]
pub(super) struct Table {
    text: String,
}

impl Table {
    pub(super) fn new(heads: &[&str]) -> Self {
        let mut table = Self::default();
        table.row(heads);
        table.row(&vec!["---"; heads.len()]);
        table
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        self.text.push('|');
        for cell in cells {
            let _ = write!(self.text, " {} |", cell.as_ref());
        }
        self.text.push('\n');
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// The middle one; of none, nothing.
pub(super) fn median(mut times: Vec<u64>) -> Option<u64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

/// Microseconds as milliseconds, with a tenth where it matters.
pub(super) fn ms(micros: u64) -> String {
    if micros >= 20_000 {
        format!("{}", (micros + 500) / 1000)
    } else {
        let tenths = (micros + 50) / 100;
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// `2.4` for 24 against 10.
pub(super) fn ratio(one: u64, to: u64) -> String {
    if to == 0 {
        return "–".to_owned();
    }
    let hundredths = (one.saturating_mul(100) + to / 2) / to;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Median, smallest and largest: `24 (20–31)`.
pub(super) fn spread(times: &[u64]) -> String {
    match (
        median(times.to_vec()),
        times.iter().min(),
        times.iter().max(),
    ) {
        (Some(middle), Some(least), Some(most)) => {
            format!("{} ({}–{})", ms(middle), ms(*least), ms(*most))
        }
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_rounded() {
        assert_eq!(ms(1_240), "1.2");
        assert_eq!(ms(24_600), "25");
        assert_eq!(ratio(24, 10), "2.40");
        assert_eq!(ratio(1, 0), "–");
        assert_eq!(spread(&[3_000, 1_000, 2_000]), "2.0 (1.0–3.0)");
        assert_eq!(spread(&[]), "–");
        let mut table = Table::new(&["a", "b"]);
        table.row(&["1", "2"]);
        assert_eq!(table.text(), "| a | b |\n| --- | --- |\n| 1 | 2 |\n");
    }
}
