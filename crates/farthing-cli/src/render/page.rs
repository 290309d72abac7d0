//! Plain, aligned text.

use std::fmt::Write;

use farthing_api::harmless;

/// The mark every answer of a practice wallet carries.
pub(crate) const PRACTICE: &str = "PRACTICE — play money";

/// Text in the making. Characters that could steer a terminal or turn the direction of
/// writing never get in, whoever wrote them.
pub(crate) struct Page(String);

/// An answer that people can read.
pub(crate) trait Show {
    /// Writes it.
    fn show(&self, page: &mut Page);
}

impl Page {
    /// An empty page, with the mark of play money when it is about that.
    pub(crate) fn new(practice: bool) -> Self {
        let mut page = Self(String::new());
        if practice {
            page.line(PRACTICE);
            page.gap();
        }
        page
    }

    /// One line.
    pub(crate) fn line(&mut self, text: &str) {
        self.0.push_str(harmless(text).trim_end());
        self.0.push('\n');
    }

    /// A line that starts with what it is about.
    pub(crate) fn about(&mut self, what: &str, text: &str) {
        self.line(&format!("{what:<11} {text}"));
    }

    /// An empty line, unless there is one already.
    pub(crate) fn gap(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with("\n\n") {
            self.0.push('\n');
        }
    }

    /// Rows whose columns line up; those named in `right` line up at their ends.
    pub(crate) fn table(&mut self, rows: &[Vec<String>], right: &[usize]) {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| harmless(cell)).collect())
            .collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let _ = if right.contains(&column) {
                    write!(line, "  {cell:>width$}")
                } else {
                    write!(line, "  {cell:<width$}")
                };
            }
            self.line(&line);
        }
    }

    /// The finished text, without empty lines at its end.
    pub(crate) fn finish(mut self) -> String {
        let length = self.0.trim_end().len();
        self.0.truncate(length);
        self.0.push('\n');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn play_money_is_called_so_first_of_all() {
        let mut page = Page::new(true);
        page.line("x");
        assert_eq!(page.finish(), "PRACTICE — play money\n\nx\n");
    }

    #[test]
    fn nothing_on_a_page_can_steer_a_terminal() {
        let mut page = Page::new(false);
        page.line("a\u{1b}[31mb\rc\nd\u{202e}e");
        page.table(&[vec!["x\u{7}".into(), "\u{9b}y".into()]], &[]);
        assert_eq!(
            page.finish(),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}e\n  x\u{fffd}  \u{fffd}y\n"
        );
    }

    #[test]
    fn columns_line_up() {
        let mut page = Page::new(false);
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        page.table(&[row(["Price", "100 sat"]), row(["Café", "2 sat"])], &[1]);
        assert_eq!(page.finish(), "  Price  100 sat\n  Café     2 sat\n");
    }
}
