//! Every code an error can have is told to people: read from where the codes are written,
//! because a code without a message would be noticed by nobody else.

#![allow(clippy::unwrap_used, reason = "test helpers")]

use std::fs;
use std::path::{Path, PathBuf};

use farthing_api::messages;

/// The strings a source file's `fn code` and `fn code_of` return.
fn codes(source: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for (start, _) in source.match_indices("fn code") {
        // A function inside an `impl` ends with its brace in the fourth column, one
        // outside in the first.
        let rest = source.get(start..).unwrap_or_default();
        let end = rest
            .find("\n    }\n")
            .or_else(|| rest.find("\n}\n"))
            .unwrap_or(rest.len());
        let end = rest.find("\n}\n").map_or(end, |outer| outer.min(end));
        let body = rest.get(..end).unwrap_or_default();
        codes.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    codes
}

fn files_in(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_in(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[test]
fn every_code_has_a_message() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    files_in(&crates.join("farthing-wallet/src"), &mut files);
    // Kinds of payment, answers and switches have names too, and those are no errors.
    let named = [
        "journal.rs",
        "sharing/asked.rs",
        "sharing/switches.rs",
        "sharing/proof.rs",
        "rights/contact.rs",
    ];
    files.retain(|path| !named.iter().any(|name| path.ends_with(name)));
    files.push(crates.join("farthing-policy/src/reason.rs"));
    let all: Vec<String> = files
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .flat_map(|path| codes(&fs::read_to_string(path).unwrap()))
        .collect();

    assert!(all.len() > 50, "the codes were not found: {all:?}");
    let untold: Vec<_> = all
        .iter()
        .filter(|code| messages::find(code).is_none())
        .collect();
    assert!(untold.is_empty(), "no message for {untold:?}");
}

#[test]
fn codes_are_found_in_functions_inside_and_outside_of_impls() {
    let source = "impl E {\n    pub fn code(&self) -> &'static str {\n        match self {\n            \
                  Self::A => \"a_code\",\n        }\n    }\n\n    fn x() { \"no\" }\n}\n\
                  fn code_of() -> &'static str {\n    \"b_code\"\n}\n\"no\"";
    assert_eq!(codes(source), ["a_code", "b_code"]);
}
