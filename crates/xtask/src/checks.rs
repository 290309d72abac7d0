//! `cargo xtask test`: every check there is.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::places::{FARTHING_BIN, KILL_BIN, Places, cargo};
use crate::setup::{self, STEPS_FOR_EVERYTHING};
use crate::sittings::{Part, Remembered, Sittings, passed_test};
use crate::steps::{Step, Steps};
use crate::{Outcome, Trouble, tools, window};

/// How long each fuzz target runs in a full test, in seconds.
const FUZZ_SECONDS: &str = "60";
/// The package of the journeys.
const JOURNEYS: &str = "farthing-tests";

/// Set-up, then format, builds, lints, what may be linked, tests, the practice town's own, the kept
/// fuzz inputs, the OS keychain. A full one goes on where one of the same programs was cut short.
pub fn run(places: &Places, full: bool) -> Outcome {
    let mut steps = Steps::new(places, STEPS_FOR_EVERYTHING + 12 + usize::from(full));
    setup::system_packages(&mut steps, &[setup::TO_BUILD, setup::TO_TEST])?;
    setup::test_issuer(&mut steps, places)?;
    let practice = setup::practice(places);
    let practice: Vec<&str> = practice.iter().map(String::as_str).collect();
    let fuzz = setup::fuzz(places);
    let fuzz: Vec<&str> = fuzz.iter().map(String::as_str).collect();
    let bench = setup::bench(places);
    let bench: Vec<&str> = bench.iter().map(String::as_str).collect();

    let step = steps.next("Format");
    let advice = "`cargo fmt` puts it right.";
    step.show(&mut cargo_in(places, &["fmt", "--all", "--check"]), advice)?;
    for workspace in [&practice, &fuzz, &bench] {
        // Not `--all` here: that would follow paths into the wallet again.
        let (manifest, _) = workspace.split_at(2);
        step.show(
            cargo_in(places, &["fmt"]).args(manifest).arg("--check"),
            advice,
        )?;
    }
    step.done("");

    setup::killable(&mut steps, places)?;
    setup::programs(&mut steps, places)?;

    let lints = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--all-features",
    ];
    let advice = "Clippy's words above name the line and the reason.";
    let step = steps.next("Lints, the wallet");
    step.show(
        cargo_in(places, &lints).args(["--", "-D", "warnings"]),
        advice,
    )?;
    step.done("");
    let step = steps.next("Lints, the practice town");
    step.show(
        cargo_in(places, &lints)
            .args(&practice)
            .args(["--", "-D", "warnings"]),
        advice,
    )?;
    step.done("");
    let step = steps.next("Lints, the fuzz targets and the benchmarks");
    // Without the fuzzer itself, which needs a C++ compiler and adds one line to each target.
    for workspace in [&fuzz, &bench] {
        step.show(
            cargo_in(places, &["clippy", "--locked", "--all-targets"])
                .args(workspace)
                .args(["--", "-D", "warnings"]),
            advice,
        )?;
    }
    step.done("");

    let step = steps.next("What is linked: licences, bans, sources");
    may_be_linked(&step, places, full)?;

    let step = steps.next("The window's page: types, words, tests");
    window::checks(&step, places)?;
    step.done("");

    let extent = Extent::of(places, full)?;
    let mut tally = Tally::default();
    let step = steps.next("Tests of the practice town");
    test(&step, places, "practice", &practice, &extent, &mut tally)?;
    let step = steps.next("Every kept fuzz input, once");
    test(&step, places, "kept-inputs", &fuzz, &extent, &mut tally)?;
    let step = steps.next("Tests against a real OS keychain (Secret Service)");
    keychain(&step, places, &extent, &mut tally)?;
    // Last, so that the closing lines are those of the wallet's own tests.
    let step = steps.next("Tests of the wallet: rooms, tidiness, journeys");
    match &extent {
        Extent::Full(_) => program_by_program(&step, places, &extent, &mut tally)?,
        Extent::Sample => {
            test(&step, places, "all", &["--workspace"], &extent, &mut tally)?;
        }
    }
    // Each run tries other inputs, so no sitting has done it for another.
    let fuzzed = if full {
        fuzz_all(&steps.next("Fuzz every target"), places)?
    } else {
        String::new()
    };

    let step = steps.next("All together");
    step.done(&format!(
        "{} tests passed in {} programs, {} set aside; {fuzzed}{} in all",
        tally.passed,
        tally.programs,
        tally.ignored,
        steps.elapsed()
    ));
    Ok(())
}

fn cargo_in(places: &Places, args: &[&str]) -> Command {
    let mut command = Command::new(cargo());
    command.current_dir(&places.root).args(args);
    for (name, value) in places.for_tests() {
        command.env(name, value);
    }
    // `cargo test` builds the wallet once more, with what only tests may do. Journeys
    // are about the one people run.
    command.env(FARTHING_BIN, places.kept_farthing());
    command.env(KILL_BIN, places.killable());
    command
}

/// How much of what can be played is played.
enum Extent {
    /// A few cases of what has many.
    Sample,
    /// All of them, in as many sittings as it takes.
    Full(Sittings),
}

impl Extent {
    fn of(places: &Places, full: bool) -> Outcome<Self> {
        if !full {
            return Ok(Self::Sample);
        }
        let programs = [
            places.kept_farthing(),
            places.killable(),
            places.app(),
            places.practice(),
        ];
        let sittings = Sittings::of(places, &programs)?;
        eprintln!(
            "what passes is remembered in {}",
            sittings.place().display()
        );
        Ok(Self::Full(sittings))
    }

    /// Runs tests, to the extent that is meant, and counts what passed.
    fn play(&self, step: &Step, places: &Places, part: &Part<'_>, tally: &mut Tally) -> Outcome {
        let advice = "The failed test above says what it expected. To run it alone, give cargo its name;\n\
                      journeys need `eval \"$(cargo xtask env)\"` first.";
        let test = || cargo_in(places, &["test", "--locked", "--no-fail-fast"]);
        match self {
            Self::Sample => step.read(&mut part.command(test()), advice, |line| tally.add(line)),
            Self::Full(sittings) => {
                let every_case = || {
                    let mut command = test();
                    command.env("PROPTEST_CASES", "4096");
                    // Journeys that sample otherwise play every case there is.
                    command.env("FARTHING_FULL", "1");
                    command
                };
                sittings.go_on(step, part, every_case, advice, |line| tally.add(line))
            }
        }
    }
}

fn test(
    step: &Step,
    places: &Places,
    name: &str,
    chosen: &[&str],
    extent: &Extent,
    tally: &mut Tally,
) -> Outcome {
    let before = tally.passed;
    extent.play(step, places, &Part::whole(name, chosen), tally)?;
    step.done(&format!("{} passed", tally.passed - before));
    Ok(())
}

/// The wallet's tests with the journeys one program after another, so that each passed test
/// is one that no later sitting repeats. What fails does not keep the rest from being played.
fn program_by_program(step: &Step, places: &Places, extent: &Extent, tally: &mut Tally) -> Outcome {
    let before = tally.passed;
    let mut failed = Vec::new();
    let mut play = |part: &Part<'_>| {
        if let Err(trouble) = extent.play(step, places, part, tally) {
            eprintln!("      {trouble}");
            failed.push(trouble.to_string());
        }
    };
    play(&Part::whole(
        "rooms",
        &["--workspace", "--exclude", JOURNEYS],
    ));
    let town = ["--package", JOURNEYS, "--lib", "--bins", "--examples"];
    play(&Part::whole("town", &town));
    for program in journey_programs(places)? {
        play(&Part {
            name: &program,
            chosen: &["--package", JOURNEYS, "--test", &program],
            told: &[],
            remembered: match program.as_str() {
                "tidy" | "promises" => Remembered::Nothing,
                _ => Remembered::EachTest,
            },
        });
    }
    if !failed.is_empty() {
        return Err(Trouble::new(failed.join("\n")));
    }
    step.done(&format!("{} passed", tally.passed - before));
    Ok(())
}

/// The names of the journeys' programs, as cargo finds them: files of `tests/tests`.
fn journey_programs(places: &Places) -> Outcome<Vec<String>> {
    let folder = places.root.join("tests").join("tests");
    let trouble = |e| Trouble::new(format!("cannot read {}: {e}", folder.display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem().and_then(OsStr::to_str)
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Licences, bans and sources of every lockfile. Compiling `cargo-deny` takes longer than half of all
/// checks together, so it is installed only where it `must` run; it needs no network itself.
pub(crate) fn may_be_linked(step: &Step, places: &Places, must: bool) -> Outcome {
    if must {
        tools::DENY.get(step)?;
    } else if !tools::DENY.is_there() {
        step.done(
            "left out: there is no cargo-deny here. `cargo xtask test --full` and \
             `cargo xtask release` install and run it",
        );
        return Ok(());
    }
    for manifest in setup::manifests(places) {
        step.hide(
            cargo_in(
                places,
                &["deny", "--config", "deny.toml", "--manifest-path"],
            )
            .arg(manifest)
            .args(["check", "licenses", "bans", "sources"]),
            "docs/supply-chain.md says what is allowed and why.",
        )?;
    }
    step.done("");
    Ok(())
}

/// Real fuzzing, target after target; its closing figures.
fn fuzz_all(step: &Step, places: &Places) -> Outcome<String> {
    tools::FUZZ.get(step)?;
    let mut figures = String::new();
    let mut command = cargo_in(places, &["run", "--locked", "--quiet"]);
    command
        .args(setup::fuzz(places))
        .args(["--example", "minutes", "--", FUZZ_SECONDS]);
    step.read(
        &mut command,
        "The input is in fuzz/artifacts. It becomes a test next to the code that was wrong, and a\n\
         file in fuzz/corpus.",
        |line| {
            if line.starts_with("fuzzed: ") {
                figures = format!("{line}; ");
            }
        },
    )?;
    step.done("");
    Ok(figures)
}

/// The vault's tests and the journeys against a Secret Service: keyrings of their own in
/// sessions of their own, so that the person's real keyring is neither read nor asked for.
fn keychain(step: &Step, places: &Places, extent: &Extent, tally: &mut Tally) -> Outcome {
    if !Path::new("/usr/bin/dbus-run-session").exists() {
        step.done("left out: there is no dbus-run-session on this system");
        return Ok(());
    }
    let room = places.target.join("xtask").join("keyring");
    let trouble = |e| Trouble::new(format!("cannot use {}: {e}", room.display()));
    if room.exists() {
        fs::remove_dir_all(&room).map_err(trouble)?;
    }
    private_folder(&room.join("data")).map_err(trouble)?;
    private_folder(&room.join("run")).map_err(trouble)?;
    let script = "printf practice | gnome-keyring-daemon --unlock --components=secrets >/dev/null \
                  && exec \"$@\"";
    let mut command = cargo_session(places, &room);
    command
        .args(["sh", "-c", script, "sh"])
        .arg(cargo())
        .args([
            "test",
            "--locked",
            "--package",
            "farthing-vault",
            "--features",
            "test-support",
            "--test",
            "secret_service",
        ])
        .args(["--", "--ignored", "--test-threads=1"]);
    let before = tally.passed;
    step.read(
        &mut command,
        "Was a keyring started? `gnome-keyring-daemon --version` must work.",
        |line| tally.add(line),
    )?;
    if tally.passed == before {
        return Err(Trouble::new(
            "no test ran against the keychain, so nothing was shown",
        ));
    }
    let of_vault = tally.passed;
    // Each of these opens a session of its own.
    for program in ["keychain", "pin_guesses", "window", "nothing_readable"] {
        let part = Part {
            name: &format!("keychain-{program}"),
            chosen: &["--package", JOURNEYS, "--test", program],
            told: &["--ignored"],
            remembered: Remembered::EachTest,
        };
        extent.play(step, places, &part, tally)?;
    }
    if tally.passed == of_vault {
        return Err(Trouble::new("no journey ran with a keychain"));
    }
    step.done(&format!("{} passed", tally.passed - before));
    Ok(())
}

fn cargo_session(places: &Places, room: &Path) -> Command {
    let mut command = Command::new("dbus-run-session");
    command
        .current_dir(&places.root)
        .env("XDG_DATA_HOME", room.join("data"))
        .env("XDG_RUNTIME_DIR", room.join("run"))
        .arg("--");
    command
}

fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// What the lines of the test programs add up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    programs: u64,
    passed: u64,
    ignored: u64,
}

impl Tally {
    /// Takes in `test that_it_holds ... ok` and `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    /// Tests are counted one by one, because a program that was cut short never said how many passed.
    fn add(&mut self, line: &str) {
        self.passed += u64::from(passed_test(line).is_some());
        let Some(result) = line.strip_prefix("test result: ok. ") else {
            return;
        };
        self.programs += 1;
        self.ignored += result
            .split(';')
            .find_map(|part| part.trim().strip_suffix(" ignored")?.parse::<u64>().ok())
            .unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_programs_add_up_also_where_one_was_cut_short_or_failed_at_first() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a::holds ... ok",
            "test b ... ignored, needs a keychain",
            "running 2 tests",
            "test c ... FAILED",
            "test d ... ok",
            "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; 0.1s",
            "test c ... ok",
            "test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; 1.0s",
        ] {
            tally.add(line);
        }
        assert_eq!(
            tally,
            Tally {
                programs: 1,
                passed: 3,
                ignored: 1
            }
        );
    }

    #[test]
    fn every_journey_is_among_the_programs() {
        let programs = journey_programs(&Places::find()).unwrap();
        assert!(programs.contains(&"kill_matrix".to_owned()), "{programs:?}");
        assert!(programs.contains(&"window".to_owned()), "{programs:?}");
    }
}
