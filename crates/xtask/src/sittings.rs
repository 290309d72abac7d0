//! A full test takes hours. What was seen to pass is kept with the programs it was seen of, so that one
//! that was cut short goes on where it was, and a change repeats no more than it can have changed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::places::{Places, fnv1a};
use crate::steps::{Step, answer};
use crate::{Outcome, Trouble};

/// The line after which nothing is left of a part.
const THROUGH: &str = "-- through";
/// What journeys read while they run.
const READ_BY_TESTS: [&str; 2] = ["tests/fixtures", "tests/nutshell"];

/// What earlier sittings saw.
#[derive(Debug)]
pub struct Sittings {
    /// A log for each part and for what it was seen of.
    folder: PathBuf,
    /// What every journey runs: the wallet as it is built, the town, the files they read.
    programs: String,
}

/// Tests that are run by one command.
#[derive(Debug)]
pub struct Part<'a> {
    /// What its log is called.
    pub name: &'a str,
    /// What cargo is told to test.
    pub chosen: &'a [&'a str],
    /// What the test programs are told.
    pub told: &'a [&'a str],
    /// How much of what passed is remembered.
    pub remembered: Remembered,
}

/// How much of what passed in a part counts in the next sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remembered {
    /// Each test of one program.
    EachTest,
    /// All together or none: of several programs two tests could have one name.
    AllOrNone,
    /// Nothing: the tests read what is in the tree.
    Nothing,
}

impl<'a> Part<'a> {
    /// Of several programs, told nothing.
    #[must_use]
    pub fn whole(name: &'a str, chosen: &'a [&'a str]) -> Self {
        Self {
            name,
            chosen,
            told: &[],
            remembered: Remembered::AllOrNone,
        }
    }

    /// The command that runs it.
    #[must_use]
    pub fn command(&self, mut cargo_test: Command) -> Command {
        cargo_test.args(self.chosen).arg("--").args(self.told);
        cargo_test
    }
}

impl Sittings {
    /// Of these programs, as they are built now.
    ///
    /// # Errors
    /// When one of them cannot be read, or the folder for what passes not be made.
    pub fn of(places: &Places, programs: &[PathBuf]) -> Outcome<Self> {
        let mut list = Command::new("git");
        list.current_dir(&places.root)
            .args(["ls-files", "--"])
            .args(READ_BY_TESTS);
        let listed = answer(
            &mut list,
            "What tests read is listed by git: this is no clone.",
        )?;
        let read = listed.lines().map(|file| places.root.join(file));
        let all: Vec<PathBuf> = programs.iter().cloned().chain(read).collect();
        let folder = places.target.join("xtask").join("full");
        fs::create_dir_all(&folder).map_err(|e| unusable(&folder, &e))?;
        Ok(Self {
            folder,
            programs: contents(&all)?,
        })
    }

    /// Where what passes is remembered.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.folder
    }

    /// Runs what is left of a part, and hands on every line of it, earlier ones first.
    ///
    /// # Errors
    /// When a test of it fails, or its log cannot be written.
    pub fn go_on(
        &self,
        step: &Step,
        part: &Part<'_>,
        cargo_test: impl Fn() -> Command,
        advice: &str,
        mut line: impl FnMut(&str),
    ) -> Outcome {
        if part.remembered == Remembered::Nothing {
            return step.read(&mut part.command(cargo_test()), advice, line);
        }
        let each = part.remembered == Remembered::EachTest;
        let log = self.log(part, cargo_test())?;
        let before = match fs::read_to_string(&log) {
            Ok(before) => before,
            Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(unusable(&log, &e)),
        };
        if before.lines().any(|line| line == THROUGH) {
            before.lines().for_each(&mut line);
            step.note(&format!(
                "{}: an earlier sitting saw all of it pass",
                part.name
            ));
            return Ok(());
        }
        let mut command = part.command(cargo_test());
        if each {
            before.lines().for_each(&mut line);
            // Exactly: one test's name may begin another's.
            command.args(["--exact", "--nocapture"]);
            for test in before.lines().filter_map(passed_test) {
                command.args(["--skip", test]);
            }
        }
        let mut kept = File::options()
            .create(true)
            .append(each)
            .truncate(!each)
            .write(true)
            .open(&log)
            .map_err(|e| unusable(&log, &e))?;
        let mut lost = None;
        let mut keep = |text: &str| {
            if let Err(e) = writeln!(kept, "{text}") {
                lost = Some(e);
            }
        };
        let outcome = step.read(&mut command, advice, |text| {
            keep(text);
            line(text);
        });
        if outcome.is_ok() {
            keep(THROUGH);
        }
        lost.map_or(outcome, |e| Err(unusable(&log, &e)))
    }

    /// The log of a part, of what it would run now.
    fn log(&self, part: &Part<'_>, mut cargo_test: Command) -> Outcome<PathBuf> {
        cargo_test
            .args(part.chosen)
            .args(["--no-run", "--message-format=json-render-diagnostics"]);
        // What cargo says to people is the progress.
        let built = answer(
            cargo_test.stderr(Stdio::inherit()),
            "The compiler's words above say what is wrong.",
        )?;
        let mut tests: Vec<PathBuf> = built.lines().filter_map(test_program).collect();
        tests.sort();
        let of_what = format!("{}\n{}", contents(&tests)?, self.programs);
        let seen = fnv1a(of_what.as_bytes());
        Ok(self.folder.join(format!("{}-{seen:016x}.log", part.name)))
    }
}

/// The test of which a line says that it passed, `test NAME ... ok`.
#[must_use]
pub fn passed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... ok")
}

/// The program of tests that a line of cargo's names.
fn test_program(line: &str) -> Option<PathBuf> {
    let told: Value = serde_json::from_str(line).ok()?;
    let is_test = told.pointer("/profile/test")? == true;
    let program = told.get("executable")?.as_str()?;
    is_test.then(|| program.into())
}

/// A line for what is in each file.
fn contents(files: &[PathBuf]) -> Outcome<String> {
    let mut git = Command::new("git");
    git.args(["hash-object", "--no-filters", "--"]).args(files);
    answer(&mut git, "What a test runs must be there to be compared.")
}

fn unusable(path: &Path, e: &io::Error) -> Trouble {
    Trouble::new(format!("cannot use {}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::Steps;

    /// A folder with a wallet's program, and a cargo that says and does what a test wants.
    struct Room(Places);

    impl Room {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(&root).unwrap();
            let room = Self(Places {
                target: root.join("target"),
                cache: root.join("cache"),
                root,
            });
            let made = Command::new("git")
                .args(["init", "--quiet"])
                .arg(&room.0.root)
                .status();
            assert!(made.unwrap().success());
            room.build("farthing", "a wallet");
            room.build("tests", "its tests");
            room
        }

        fn build(&self, program: &str, bytes: &str) {
            fs::write(self.0.root.join(program), bytes).unwrap();
        }

        /// What a sitting hears of tests that do this; whether they passed.
        fn sit(&self, remembered: Remembered, script: &str) -> (Vec<String>, bool) {
            let step = Steps::new(&self.0, 1).next("try");
            let program = self.0.root.join("tests");
            let built = serde_json::json!({
                "reason": "compiler-artifact",
                "profile": {"test": true},
                "executable": program,
            });
            let part = Part {
                name: "part",
                chosen: &[],
                told: &["--ignored"],
                remembered,
            };
            let cargo_test = || {
                let script =
                    format!("case \"$*\" in *--no-run*) echo '{built}';; *) {script};; esac");
                let mut command = Command::new("sh");
                command.args(["-c", &script, "sh"]);
                command
            };
            let mut heard = Vec::new();
            let sittings = Sittings::of(&self.0, &[self.0.root.join("farthing")]).unwrap();
            let outcome = sittings.go_on(&step, &part, cargo_test, "", |line| {
                heard.push(line.to_owned());
            });
            (heard, outcome.is_ok())
        }
    }

    impl Drop for Room {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0.root);
        }
    }

    const CUT_SHORT: &str = "echo test a::b ... ok; echo test c ... FAILED; exit 101";
    const ALL: &str = "echo \"$*\"; echo test c ... ok";
    const FAILS: &str = "exit 101";

    #[test]
    fn a_sitting_leaves_out_what_an_earlier_one_saw_pass_and_nothing_else() {
        let room = Room::new("goes-on");
        assert!(!room.sit(Remembered::EachTest, CUT_SHORT).1);
        let (heard, passed) = room.sit(Remembered::EachTest, ALL);
        assert!(passed);
        assert_eq!(
            heard[2..],
            [
                "-- --ignored --exact --nocapture --skip a::b",
                "test c ... ok"
            ]
        );
        let (again, passed) = room.sit(Remembered::EachTest, FAILS);
        assert!(passed, "nothing was left, so nothing was run");
        assert_eq!(again[..heard.len()], heard);
    }

    #[test]
    fn several_programs_are_done_together_or_not_at_all() {
        let room = Room::new("together");
        assert!(!room.sit(Remembered::AllOrNone, CUT_SHORT).1);
        let (heard, _) = room.sit(Remembered::AllOrNone, ALL);
        assert_eq!(heard, ["-- --ignored", "test c ... ok"]);
    }

    #[test]
    fn what_looks_at_the_tree_is_looked_at_again() {
        let room = Room::new("looks");
        assert!(room.sit(Remembered::Nothing, ALL).1);
        assert!(!room.sit(Remembered::Nothing, FAILS).1);
    }

    #[test]
    fn what_another_wallet_or_another_test_showed_counts_for_nothing() {
        let room = Room::new("another");
        assert!(room.sit(Remembered::EachTest, ALL).1);
        room.build("farthing", "another wallet");
        assert!(!room.sit(Remembered::EachTest, FAILS).1);
        room.build("farthing", "a wallet");
        assert!(room.sit(Remembered::EachTest, FAILS).1, "as it was");
        room.build("tests", "other tests");
        assert!(!room.sit(Remembered::EachTest, FAILS).1);
    }
}
