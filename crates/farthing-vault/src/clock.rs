//! Time since the machine started, which nobody can set.

#[cfg(any(test, feature = "test-support"))]
use std::sync::{Arc, Mutex};

/// One start of the machine and how long ago it was, sleep included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BootTime {
    /// Differs for each start of the machine.
    pub(crate) boot: String,
    pub(crate) since_ms: u64,
}

/// Where the time since the start comes from.
#[derive(Debug, Clone)]
pub(crate) enum BootClock {
    /// Linux and Android say; elsewhere there is none without unsafe code.
    System,
    #[cfg(any(test, feature = "test-support"))]
    Set(SetBootClock),
}

impl BootClock {
    pub(crate) fn now(&self) -> Option<BootTime> {
        match self {
            #[cfg(feature = "kill-points")]
            Self::System => crate::kill::boot_time().or_else(system),
            #[cfg(not(feature = "kill-points"))]
            Self::System => system(),
            #[cfg(any(test, feature = "test-support"))]
            Self::Set(clock) => clock.0.lock().ok()?.clone(),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn system() -> Option<BootTime> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    Some(BootTime {
        boot: boot.trim().get(..36)?.to_owned(),
        since_ms: parse_uptime(&uptime)?,
    })
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn system() -> Option<BootTime> {
    None
}

/// `/proc/uptime`: seconds with two decimals, then idle time.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn parse_uptime(text: &str) -> Option<u64> {
    let (seconds, rest) = text.split_once('.')?;
    let hundredths: u64 = rest.get(..2)?.parse().ok()?;
    seconds
        .parse::<u64>()
        .ok()?
        .checked_mul(1000)?
        .checked_add(hundredths.checked_mul(10)?)
}

/// A boot clock that tests set; `None` is a system without one.
#[cfg(any(test, feature = "test-support"))]
#[derive(Debug, Clone, Default)]
pub struct SetBootClock(Arc<Mutex<Option<BootTime>>>);

#[cfg(any(test, feature = "test-support"))]
impl SetBootClock {
    /// From now on the clock says: this start of the machine, so many
    /// milliseconds ago.
    pub fn set(&self, time: Option<(&str, u64)>) {
        if let Ok(mut now) = self.0.lock() {
            *now = time.map(|(boot, since_ms)| BootTime {
                boot: boot.to_owned(),
                since_ms,
            });
        }
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    #[test]
    fn this_machine_tells_its_start_and_never_runs_backwards() {
        let first = system().unwrap();
        let second = system().unwrap();
        assert_eq!(first.boot, second.boot);
        assert!(second.since_ms >= first.since_ms);
        assert!(first.since_ms > 0);
    }

    #[test]
    fn uptime_is_read_exactly_or_not_at_all() {
        assert_eq!(parse_uptime("12345.67 99999.99\n"), Some(12_345_670));
        for odd in [
            "",
            "12",
            "12.3",
            "-1.00 2",
            "x.yz",
            "99999999999999999999.00",
        ] {
            assert_eq!(parse_uptime(odd), None, "{odd}");
        }
    }
}
