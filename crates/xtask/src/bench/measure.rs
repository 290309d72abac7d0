//! One process, from start to end: its time, its work, its memory, what it said.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::steps::spelled;
use crate::{Outcome, Trouble};

/// What a run of a program came to.
#[derive(Debug, Clone)]
pub(super) struct Ran {
    /// From its start to its end, in microseconds.
    pub(super) wall: u64,
    /// What it worked, in milliseconds, to the nearest 10.
    pub(super) cpu_ms: u64,
    /// The most memory it held, in KiB.
    pub(super) peak_kib: u64,
    pub(super) well: bool,
    /// Standard output.
    pub(super) out: String,
    /// Standard error.
    pub(super) err: String,
}

impl Ran {
    /// Its standard output, unless it failed.
    pub(super) fn done(self, what: &str) -> Outcome<Self> {
        if self.well {
            return Ok(self);
        }
        Err(Trouble::new(format!(
            "{what} failed:\n{}\n{}",
            self.out.trim(),
            self.err.trim()
        )))
    }
}

/// Runs it; `line` is given whatever it prints while it runs.
pub(super) fn run(command: &mut Command, line: impl FnMut(&str)) -> Outcome<Ran> {
    run_with(command, None, line)
}

/// As [`run`], with something on its standard input.
pub(super) fn run_with(
    command: &mut Command,
    input: Option<&str>,
    mut line: impl FnMut(&str),
) -> Outcome<Ran> {
    let what = spelled(command);
    let trouble = |e: std::io::Error| Trouble::new(format!("`{what}`: {e}"));
    let worked = children_ms();
    let began = Instant::now();
    let mut child = command
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(trouble)?;
    let watch = Watch::on(&child);
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        // It may well end before it has read all of this.
        let _ = stdin.write_all(input.as_bytes());
    }
    let (said, lines) = mpsc::channel();
    read(child.stdout.take(), true, &said);
    read(child.stderr.take(), false, &said);
    drop(said);
    let (mut out, mut err) = (String::new(), String::new());
    for (is_out, text) in lines {
        line(&text);
        let all = if is_out { &mut out } else { &mut err };
        all.push_str(&text);
    }
    let status = child
        .wait()
        .map_err(|e| Trouble::new(format!("lost a process: {e}")))?;
    let wall = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(Ran {
        wall,
        cpu_ms: children_ms().saturating_sub(worked),
        peak_kib: watch.stop(),
        well: status.success(),
        out,
        err,
    })
}

fn read(
    pipe: Option<impl Read + Send + 'static>,
    is_out: bool,
    said: &mpsc::Sender<(bool, String)>,
) {
    let Some(pipe) = pipe else { return };
    let said = said.clone();
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&line).into_owned();
            if said.send((is_out, text)).is_err() {
                return;
            }
            line.clear();
        }
    });
}

/// Looks at a process's own record of its largest size again and again: after its end it is gone.
struct Watch {
    over: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
}

impl Watch {
    fn on(child: &Child) -> Self {
        let (over, peak) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let status = format!("/proc/{}/status", child.id());
        let (is_over, highest) = (Arc::clone(&over), Arc::clone(&peak));
        thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                if let Some(now) = fs::read_to_string(&status)
                    .ok()
                    .as_deref()
                    .and_then(peak_in)
                {
                    highest.fetch_max(now, Ordering::Relaxed);
                }
                thread::sleep(Duration::from_millis(4));
            }
        });
        Self { over, peak }
    }

    fn stop(self) -> u64 {
        self.over.store(true, Ordering::Relaxed);
        self.peak.load(Ordering::Relaxed)
    }
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// What all ended children of this process worked, in milliseconds; nothing where there is no
/// `/proc`. The kernel counts in hundredths of a second.
fn children_ms() -> u64 {
    fs::read_to_string("/proc/self/stat")
        .ok()
        .and_then(|stat| children_in(&stat))
        .unwrap_or(0)
}

fn children_in(stat: &str) -> Option<u64> {
    // The second field is a name in brackets and may hold spaces.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(13);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user.saturating_add(system).saturating_mul(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_timed_and_heard() {
        let mut heard = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; exit 3"]);
        let ran = run(&mut command, |line| heard.push(line.to_owned())).unwrap();
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("one\n", "two\n"));
        assert_eq!(heard.len(), 2);
        assert!(!ran.well && ran.done("it").is_err());
    }

    #[test]
    fn the_kernels_own_figures_are_read() {
        assert_eq!(peak_in("Name:\tx\nVmHWM:\t   1234 kB\n"), Some(1234));
        let stat = "7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 30 4 20 0";
        assert_eq!(children_in(stat), Some(340));
    }
}
