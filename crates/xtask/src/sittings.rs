//! A full test takes hours. What was seen to pass is kept with the tree it was seen of, so that one
//! that was cut short goes on where it was.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::places::Places;
use crate::steps::Step;
use crate::{Outcome, Trouble};

/// What words are in, which no test's outcome depends on but those that every sitting repeats.
const WORDS: [&str; 3] = [".", ":!docs", ":!*.md"];
/// The line after which nothing is left of a part.
const THROUGH: &str = "-- through";

/// What earlier sittings saw of the tree that is here now.
#[derive(Debug)]
pub struct Sittings {
    /// A log for each part; `None` where something is not committed, so that nothing
    /// that is kept could say of what it was seen.
    folder: Option<PathBuf>,
}

/// What is run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The tests of one program, each of which is remembered.
    OneProgram,
    /// Those of several, of which two could have one name: done together or not at all.
    Several,
}

impl Sittings {
    /// Of the tree as it is committed.
    ///
    /// # Errors
    /// When the folder for it cannot be made.
    pub fn of(places: &Places) -> Outcome<Self> {
        let Some(tree) = tree(places) else {
            return Ok(Self { folder: None });
        };
        let folder = places.target.join("xtask").join("full").join(tree);
        fs::create_dir_all(&folder).map_err(|e| unusable(&folder, e))?;
        Ok(Self {
            folder: Some(folder),
        })
    }

    /// Where what passed is kept, in words.
    #[must_use]
    pub fn place(&self) -> String {
        self.folder.as_ref().map_or_else(
            || "what passes is not remembered: something is not committed".into(),
            |folder| format!("what passes is remembered in {}", folder.display()),
        )
    }

    /// Runs what is left of a part, and hands on every line of it, earlier ones first.
    ///
    /// # Errors
    /// When a test of it fails, or its log cannot be written.
    pub fn go_on(
        &self,
        step: &Step,
        name: &str,
        part: Part,
        mut command: Command,
        advice: &str,
        mut line: impl FnMut(&str),
    ) -> Outcome {
        let Some(folder) = &self.folder else {
            return step.read(&mut command, advice, line);
        };
        let log = folder.join(format!("{name}.log"));
        let before = match fs::read_to_string(&log) {
            Ok(before) => before,
            Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(unusable(&log, e)),
        };
        if before.lines().any(|line| line == THROUGH) {
            before.lines().for_each(&mut line);
            step.note(&format!("{name}: an earlier sitting saw all of it pass"));
            return Ok(());
        }
        let mut kept = File::options()
            .create(true)
            .append(part == Part::OneProgram)
            .truncate(part == Part::Several)
            .write(true)
            .open(&log)
            .map_err(|e| unusable(&log, e))?;
        if part == Part::OneProgram {
            before.lines().for_each(&mut line);
            // Exactly: one test's name may begin another's.
            command.args(["--exact", "--nocapture"]);
            for test in before.lines().filter_map(passed_test) {
                command.args(["--skip", test]);
            }
        }
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
        lost.map_or(outcome, |e| Err(unusable(&log, e)))
    }
}

/// The test of which a line says that it passed, `test NAME ... ok`.
#[must_use]
pub fn passed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... ok")
}

/// A name for everything committed that is not words; nothing where the tree is another.
fn tree(places: &Places) -> Option<String> {
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(&places.root).args(args);
        command
    };
    let read = |mut command: Command| {
        let output = command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then_some(output.stdout)
    };
    let mut status = git(&["status", "--porcelain", "--untracked-files=all", "--"]);
    status.args(WORDS);
    if !read(status)?.is_empty() {
        return None;
    }
    let mut files = git(&["ls-files", "--stage", "--"]);
    files.args(WORDS);
    let files = read(files)?;
    let mut name = git(&["hash-object", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    name.stdin.take()?.write_all(&files).ok()?;
    let name = name.wait_with_output().ok()?;
    let name = String::from_utf8(name.stdout).ok()?;
    name.get(..12).map(str::to_owned)
}

fn unusable(path: &std::path::Path, e: io::Error) -> Trouble {
    Trouble::new(format!("cannot use {}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::Steps;

    struct Room(Places);

    impl Room {
        /// A committed tree of one file.
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(root.join("docs")).unwrap();
            fs::write(root.join(".gitignore"), "target\n").unwrap();
            let room = Self(Places {
                target: root.join("target"),
                cache: root.join("target"),
                root,
            });
            room.git(&["init", "--quiet"]);
            room.write("code.rs", "one");
            room
        }

        fn git(&self, args: &[&str]) {
            let done = Command::new("git")
                .current_dir(&self.0.root)
                .args(["-c", "user.name=Vera", "-c", "user.email=vera@example.org"])
                .args([
                    "-c",
                    "core.hooksPath=/dev/null",
                    "-c",
                    "commit.gpgSign=false",
                ])
                .args(args)
                .status();
            assert!(done.unwrap().success());
        }

        fn write(&self, file: &str, text: &str) {
            fs::write(self.0.root.join(file), text).unwrap();
            self.git(&["add", "--all"]);
            self.git(&["commit", "--quiet", "--message", file]);
        }

        /// What a sitting hears of a program that says this; whether it passed.
        fn sit(&self, part: Part, script: &str) -> (Vec<String>, bool) {
            let step = Steps::new(&self.0, 1).next("try");
            let mut command = Command::new("sh");
            command.args(["-c", script, "sh"]);
            let mut heard = Vec::new();
            let outcome =
                Sittings::of(&self.0)
                    .unwrap()
                    .go_on(&step, "part", part, command, "", |line| {
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
    const ALL: &str = "echo \"$@\"; echo test c ... ok";

    #[test]
    fn a_sitting_leaves_out_what_an_earlier_one_saw_pass_and_nothing_else() {
        let room = Room::new("goes-on");
        assert!(!room.sit(Part::OneProgram, CUT_SHORT).1);
        let (heard, passed) = room.sit(Part::OneProgram, ALL);
        assert!(passed);
        assert_eq!(
            heard[2..],
            ["--exact --nocapture --skip a::b", "test c ... ok"]
        );
        let (again, passed) = room.sit(Part::OneProgram, "exit 1");
        assert!(passed, "nothing was left, so nothing was run");
        assert_eq!(again[..heard.len()], heard);
    }

    #[test]
    fn several_programs_are_done_together_or_not_at_all() {
        let room = Room::new("together");
        assert!(!room.sit(Part::Several, CUT_SHORT).1);
        let (heard, _) = room.sit(Part::Several, ALL);
        assert_eq!(heard, ["", "test c ... ok"]);
    }

    #[test]
    fn what_another_tree_showed_counts_for_nothing_and_words_are_no_other_tree() {
        let room = Room::new("another");
        assert!(room.sit(Part::OneProgram, ALL).1);
        room.write("docs/told.md", "more");
        assert!(room.sit(Part::OneProgram, "exit 1").1);
        room.write("code.rs", "two");
        assert!(!room.sit(Part::OneProgram, "exit 1").1);
        fs::write(room.0.root.join("code.rs"), "three").unwrap();
        assert!(Sittings::of(&room.0).unwrap().folder.is_none());
    }
}
