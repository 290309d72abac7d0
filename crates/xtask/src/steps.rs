//! Numbered steps: what is being done, for how long, and what to do when it fails.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::places::Places;
use crate::{Outcome, Trouble};

/// Counts the steps of one command and shows their progress on standard error.
#[derive(Debug)]
pub struct Steps {
    done: usize,
    of: usize,
    logs: PathBuf,
    began: Instant,
}

/// A step under way.
#[derive(Debug)]
pub struct Step {
    number: usize,
    log: PathBuf,
    began: Instant,
}

impl Steps {
    /// A command of `of` steps.
    #[must_use]
    pub fn new(places: &Places, of: usize) -> Self {
        let logs = places.target.join("xtask");
        Self {
            done: 0,
            of,
            logs,
            began: Instant::now(),
        }
    }

    /// Announces the next step.
    pub fn next(&mut self, what: &str) -> Step {
        self.done += 1;
        eprintln!("\n[{}/{}] {what}", self.done, self.of);
        Step {
            number: self.done,
            log: self.logs.join(format!("step-{}.log", self.done)),
            began: Instant::now(),
        }
    }

    /// How long the command has taken so far.
    #[must_use]
    pub fn elapsed(&self) -> String {
        seconds(self.began.elapsed())
    }
}

impl Step {
    /// A line under the step's heading.
    pub fn note(&self, line: &str) {
        eprintln!("      {line}");
    }

    /// Ends the step, saying how long it took.
    pub fn done(&self, with: &str) {
        let gap = if with.is_empty() { "" } else { ": " };
        eprintln!("      done in {}{gap}{with}", seconds(self.began.elapsed()));
    }

    /// Runs a command whose own output is the progress.
    pub fn show(&self, command: &mut Command, advice: &str) -> Outcome {
        self.note(&format!("$ {}", spelled(command)));
        let status = command.status();
        self.judge(command, status, advice)
    }

    /// Runs a command that has little to say: its output goes to a log, of which
    /// the end is shown when it fails. On a terminal, a clock shows that it lives.
    pub fn hide(&self, command: &mut Command, advice: &str) -> Outcome {
        self.note(&format!("$ {}", spelled(command)));
        let status = self.logged(command);
        let failed = !status.as_ref().is_ok_and(ExitStatus::success);
        if failed && let Ok(log) = File::open(&self.log) {
            let mut tail = VecDeque::new();
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                tail.push_back(line);
                if tail.len() > 40 {
                    tail.pop_front();
                }
            }
            for line in tail {
                eprintln!("      | {line}");
            }
        }
        self.judge(command, status, advice)
    }

    /// Runs a command, showing what it prints and handing each line on as well.
    pub fn read(&self, command: &mut Command, advice: &str, mut line: impl FnMut(&str)) -> Outcome {
        self.note(&format!("$ {}", spelled(command)));
        let status = command
            .stdout(Stdio::piped())
            .spawn()
            .and_then(|mut child| {
                if let Some(out) = child.stdout.take() {
                    for text in BufReader::new(out).lines() {
                        let text = text?;
                        println!("{text}");
                        line(&text);
                    }
                }
                child.wait()
            });
        self.judge(command, status, advice)
    }

    fn logged(&self, command: &mut Command) -> io::Result<ExitStatus> {
        if let Some(folder) = self.log.parent() {
            fs::create_dir_all(folder)?;
        }
        let log = File::options().create(true).append(true).open(&self.log)?;
        log.set_len(0)?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let clock = io::stderr().is_terminal();
        loop {
            if let Some(status) = child.try_wait()? {
                if clock {
                    eprint!("\r\x1b[K");
                }
                return Ok(status);
            }
            if clock {
                eprint!("\r      {} ", seconds(self.began.elapsed()));
                io::stderr().flush()?;
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    fn judge(&self, command: &Command, status: io::Result<ExitStatus>, advice: &str) -> Outcome {
        let what = match status {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => format!("`{}` ended with {status}", spelled(command)),
            Err(e) => format!("`{}` could not be started: {e}", spelled(command)),
        };
        let number = self.number;
        Err(Trouble::new(format!(
            "step {number} failed: {what}\n{advice}"
        )))
    }
}

/// What a command that must work says.
///
/// # Errors
/// Which command failed, and `advice`.
pub(crate) fn answer(command: &mut Command, advice: &str) -> Outcome<String> {
    let why = match command.output() {
        Ok(output) if output.status.success() => {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Ok(output) => output.status.to_string(),
        Err(e) => e.to_string(),
    };
    let spelled = spelled(command);
    Err(Trouble::new(format!("`{spelled}` failed: {why}\n{advice}")))
}

/// A command as a person would type it.
#[must_use]
pub fn spelled(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| quoted(&word.to_string_lossy()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A word as a shell takes it.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        s @ 1..60 => format!("{s} s"),
        s => format!("{} min {} s", s / 60, s % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_step(dir: &std::path::Path) -> Step {
        let places = Places {
            root: dir.into(),
            target: dir.into(),
            cache: dir.into(),
        };
        Steps::new(&places, 1).next("try")
    }

    #[test]
    fn a_command_is_shown_so_that_it_can_be_typed() {
        let mut command = Command::new("echo");
        command.args(["plain", "two words", "it's", ""]);
        assert_eq!(spelled(&command), r"echo plain 'two words' 'it'\''s' ''");
    }

    #[test]
    fn a_failed_step_says_which_command_and_what_to_do() {
        let dir = std::env::temp_dir().join(format!("xtask-steps-{}", std::process::id()));
        let step = a_step(&dir);
        assert!(step.hide(&mut Command::new("true"), "").is_ok());
        let trouble = step
            .hide(&mut Command::new("false"), "turn it off and on")
            .unwrap_err();
        let said = trouble.to_string();
        assert!(
            said.contains("`false`") && said.contains("turn it off and on"),
            "{said}"
        );
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn times_are_said_in_the_largest_sensible_unit() {
        assert_eq!(seconds(Duration::from_millis(20)), "20 ms");
        assert_eq!(seconds(Duration::from_secs(59)), "59 s");
        assert_eq!(seconds(Duration::from_secs(61)), "1 min 1 s");
    }
}
