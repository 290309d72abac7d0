//! Every promise in `docs/security.md` names the tests that hold it, and those tests exist; one that
//! nothing holds yet is called that.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test helpers"
)]

use std::fs;

use xtask::places::Places;

const HEADING: &str = "## Which test holds which promise";
const OPEN: &str = "no test yet";

/// The rows of the tables under the heading: a promise, and what is said to hold it.
fn rows(document: &str) -> Vec<(String, String)> {
    let Some((_, section)) = document.split_once(HEADING) else {
        return Vec::new();
    };
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.trim_end().strip_suffix('|'))
        .filter_map(|line| line.split_once('|'))
        .map(|(promise, held)| (promise.trim().to_owned(), held.trim().to_owned()))
        .filter(|(promise, _)| !promise.starts_with("---") && promise != "promise")
        .collect()
}

/// The tests a cell names: `file::name` between backticks.
fn named(cell: &str) -> Vec<(&str, &str)> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| {
            code.split_once(".rs::")
                .map(|_| code.rsplit_once("::").unwrap())
        })
        .collect()
}

/// Whether a source has a test of this name.
fn has_test(source: &str, name: &str) -> bool {
    source.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        // Attributes and words of its own are all that may stand between.
        let before = &source[..at];
        let mark = before.rfind("#[test]").max(before.rfind("#[tokio::test"));
        mark.is_some_and(|mark| !before[mark..].contains("fn "))
    })
}

fn complaints(document: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (promise, held) in rows(document) {
        let tests = named(&held);
        if tests.is_empty() && !held.contains(OPEN) {
            complaints.push(format!("nothing holds: {promise}"));
        }
        for (file, name) in tests {
            match read(file) {
                None => complaints.push(format!("there is no {file}, for: {promise}")),
                Some(source) if !has_test(&source, name) => {
                    complaints.push(format!("{file} has no test {name}, for: {promise}"));
                }
                Some(_) => {}
            }
        }
    }
    complaints
}

#[test]
fn every_promise_names_tests_that_exist_or_is_called_open() {
    let root = Places::find().root;
    let document = fs::read_to_string(root.join("docs/security.md")).unwrap();
    assert!(rows(&document).len() > 40, "the tables were not found");
    let wrong = complaints(&document, |file| fs::read_to_string(root.join(file)).ok());
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

#[test]
fn a_promise_without_a_test_is_noticed() {
    let table =
        |cell: &str| format!("{HEADING}\n\n| promise | held by |\n|---|---|\n| p | {cell} |\n");
    let read = |file: &str| {
        (file == "a.rs").then(|| "#[test]\n#[ignore = \"x\"]\nfn t() {}\nfn helper() {}".to_owned())
    };
    for bad in [
        "",
        "trust",
        "`a.rs::u`",
        "`b.rs::t`",
        "`a.rs::helper`",
        "`a.rs::t` `a.rs::u`",
    ] {
        assert_eq!(complaints(&table(bad), read).len(), 1, "{bad}");
    }
    for good in ["`a.rs::t`", "no test yet", "`a.rs::t`, with `docs/x.md`"] {
        assert!(complaints(&table(good), read).is_empty(), "{good}");
    }
    assert!(rows("## Something else\n| a | b |\n").is_empty());
}
