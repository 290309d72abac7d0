//! Asking before money moves or an issuer is trusted.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use farthing_api::{Exit, Failure, Money};

/// Who answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// `--yes` does.
    Yes,
    /// The person at the terminal.
    Person,
}

/// Finds out who would answer, before anything else is done: without a terminal and
/// without `--yes` nobody can.
pub(crate) fn answers(yes: bool) -> Result<Answers, Failure> {
    if yes {
        return Ok(Answers::Yes);
    }
    if io::stdin().is_terminal() {
        return Ok(Answers::Person);
    }
    Err(Failure::new(
        "needs_yes",
        "this has to be confirmed, and there is no terminal to ask on",
        Money::Safe,
        Exit::Usage,
    ))
}

/// Asks, and takes anything but a plain yes for a no.
pub(crate) fn ask(answers: Answers, question: &str) -> Result<(), Failure> {
    if answers == Answers::Yes {
        return Ok(());
    }
    let mut out = io::stderr().lock();
    let _ = write!(out, "{question} [y/N] ").and_then(|()| out.flush());
    let mut line = String::new();
    let read = io::stdin().lock().take(256).read_line(&mut line);
    if read.is_ok() && is_yes(&line) {
        return Ok(());
    }
    Err(Failure::new(
        "declined",
        "you said no",
        Money::Safe,
        Exit::NotDone,
    ))
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for line in ["y", "Y\n", " yes \r\n", "YES"] {
            assert!(is_yes(line), "{line:?}");
        }
        for line in ["", "\n", "n", "no", "yeah", "y y", "1", "true", "ye"] {
            assert!(!is_yes(line), "{line:?}");
        }
    }
}
