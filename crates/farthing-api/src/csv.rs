//! Comma-separated values (RFC 4180) that a spreadsheet takes for text and numbers, and never for
//! something to run.

/// One row, with its end.
#[must_use]
pub fn row<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell that a spreadsheet takes for text. One that starts like a formula would be run
/// as one, and payees name themselves.
#[must_use]
pub fn cell(text: &str) -> String {
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n', ';', '\t']) || formula {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for (text, written) in [
            ("bread", "bread"),
            ("=1+1", "\"'=1+1\""),
            ("+31", "\"'+31\""),
            ("-x", "\"'-x\""),
            ("@sum", "\"'@sum\""),
            ("  =1", "\"'  =1\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn a_row_ends_as_rows_do() {
        assert_eq!(row(&["a", "=b", "c,d"]), "a,\"'=b\",\"c,d\"\r\n");
    }
}
