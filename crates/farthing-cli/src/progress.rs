//! Saying what is being waited for, once it takes longer than a second. Always on stderr.

use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

const PATIENCE: Duration = Duration::from_secs(1);
const TURN: Duration = Duration::from_millis(120);
/// Without a terminal, lines pile up: one now and then is enough.
const REMINDER: Duration = Duration::from_secs(15);
const WHEEL: [char; 4] = ['-', '\\', '|', '/'];

/// Says how many bytes of a download are here, now and then.
pub(crate) fn bytes() -> impl FnMut(u64, Option<u64>) {
    let terminal = io::stderr().is_terminal();
    let every = if terminal { TURN } else { REMINDER };
    let mut next = Instant::now() + PATIENCE;
    move |have, whole| {
        if Instant::now() < next {
            return;
        }
        next = Instant::now() + every;
        let of = whole.map_or_else(String::new, |whole| format!(" of {}", kilobytes(whole)));
        let have = kilobytes(have);
        let mut out = io::stderr().lock();
        let _ = if terminal {
            write!(out, "\r\x1b[2K{have}{of} kB").and_then(|()| out.flush())
        } else {
            writeln!(out, "{have}{of} kB")
        };
    }
}

const fn kilobytes(bytes: u64) -> u64 {
    bytes.div_ceil(1000)
}

/// Waits for `work`, saying that it is `what` that takes so long.
pub(crate) async fn during<T>(what: &str, work: impl Future<Output = T>) -> T {
    let terminal = io::stderr().is_terminal();
    let started = Instant::now();
    let every = if terminal { TURN } else { REMINDER };
    let mut ticks = interval_at(started + PATIENCE, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut wheel = WHEEL.iter().cycle();
    let mut shown = false;
    let mut work = pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => {
                if shown && terminal {
                    let _ = write!(io::stderr(), "\r\x1b[2K");
                }
                return done;
            }
            _ = ticks.tick() => {
                shown = true;
                let seconds = started.elapsed().as_secs();
                let mut out = io::stderr().lock();
                let _ = if terminal {
                    let turn = wheel.next().copied().unwrap_or(' ');
                    write!(out, "\r\x1b[2K{turn} {what} ({seconds} s)").and_then(|()| out.flush())
                } else {
                    writeln!(out, "{what} ({seconds} s)")
                };
            }
        }
    }
}
