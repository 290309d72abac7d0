//! Times and memory, as the reports give them.

use std::time::Instant;

use serde_json::{Value, json};

/// How long something took, in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    /// By the clock on the wall.
    pub(crate) wall: f64,
    /// By what this thread worked: the same on a busy machine as on a quiet one.
    pub(crate) cpu: f64,
}

/// Runs `what`; its result, and how long it took.
pub(crate) fn timed<T>(what: impl FnOnce() -> T) -> (T, Took) {
    let worked = worked_ms();
    let began = Instant::now();
    let result = what();
    let wall = ms_since(began);
    let cpu = thousandths(worked_ms() - worked);
    (result, Took { wall, cpu })
}

/// What this thread has worked so far, from the kernel's scheduler; nothing where there is no Linux.
fn worked_ms() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |nanoseconds| nanoseconds / 1e6)
}

/// Milliseconds, with three places: whoever reads them needs no exponents.
pub(crate) fn ms_since(began: Instant) -> f64 {
    thousandths(began.elapsed().as_secs_f64() * 1000.0)
}

fn thousandths(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}

/// Both clocks.
pub(crate) fn one(took: Took) -> Value {
    json!({ "wall": took.wall, "cpu": took.cpu })
}

/// Both clocks, each with its median, 95th percentile and largest.
pub(crate) fn both(times: &[Took]) -> Value {
    json!({
        "wall": spread(times.iter().map(|took| took.wall).collect()),
        "cpu": spread(times.iter().map(|took| took.cpu).collect()),
    })
}

/// Median, 95th percentile and largest of some times.
pub(crate) fn spread(mut times: Vec<f64>) -> Value {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| {
        let last = times.len().saturating_sub(1);
        times
            .get((last * share).div_ceil(100))
            .copied()
            .unwrap_or(f64::NAN)
    };
    json!({ "n": times.len(), "median": at(50), "p95": at(95), "max": at(100) })
}

/// The most memory this process ever held, in MiB; Linux only.
pub(crate) fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(thousandths(kib / 1024.0))
}

/// Forgets the peak so far, so that what comes next is seen (Linux only). Unlocking alone fills
/// 64 MiB, on purpose.
pub(crate) fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
