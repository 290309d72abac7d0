//! Replays what is kept: every input that ever mattered stays harmless.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests"
)]

use std::fs;
use std::path::{Path, PathBuf};

use farthing_fuzz::TARGETS;

fn kept(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|_| panic!("{} is missing", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn every_kept_input_is_harmless() {
    for target in TARGETS {
        let files = kept(target.name);
        assert!(!files.is_empty(), "nothing is kept for {}", target.name);
        for file in &files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            // Shown only when the test fails: which input it was.
            eprintln!("{}/{name}", target.name);
            (target.run)(&fs::read(file).unwrap());
        }
    }
}

#[test]
fn the_empty_input_is_harmless_everywhere() {
    for target in TARGETS {
        (target.run)(b"");
    }
}

#[test]
fn every_target_has_a_program_and_the_corpus_holds_nothing_else() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str| {
        let mut names: Vec<String> = fs::read_dir(here.join(folder))
            .unwrap()
            .map(|entry| {
                entry
                    .unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    };
    let mut targets: Vec<String> = TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    targets.sort();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
}

#[test]
fn what_is_kept_stays_small() {
    let bytes: u64 = TARGETS
        .iter()
        .flat_map(|target| kept(target.name))
        .map(|file| fs::metadata(file).unwrap().len())
        .sum();
    assert!(
        bytes < 1_000_000,
        "{bytes} bytes: minimise with `cargo fuzz cmin`"
    );
}
