//! Counting of wrong secrets: before each check, durably, in two places.
//!
//! After 5 wrong secrets each further try costs a wait, 30 seconds at first,
//! doubling to an hour. After 20 wrong PINs only the passphrase or the words
//! open the wallet; a passphrase is never refused for good.
//!
//! Waits are measured by the clock that runs since the machine was started, so
//! setting the clock changes nothing; after a restart they begin again at the
//! start. Systems without such a clock (macOS, Windows, iOS) go by the calendar:
//! setting the clock back never shortens a wait there, setting it forward does,
//! and the bound of 20 is what holds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::BootTime;
use crate::device::Device;
use crate::disk;
use crate::keychain::{KeychainError, read_entry, write_entry};
use crate::unlock::UnlockError;

const FREE: u32 = 5;
const MOST_PINS: u32 = 20;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

const FORMAT: u32 = 1;
const FILE: &str = "attempts.json";
const AT_MOST: u64 = 4096;
pub(crate) const ENTRY: &str = "attempts";

/// Which secret is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Counted in the file and in the keychain.
    Pin,
    /// Counted in the file: it must work without the keychain.
    Passphrase,
}

/// Tries since the last success, and when the last one was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tally {
    failures: u32,
    /// The latest calendar time ever seen.
    latest_ms: u64,
    /// When the calendar was first seen to be behind that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    behind_since_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boot: Option<String>,
    #[serde(default)]
    boot_ms: u64,
}

fn wait_after(failures: u32) -> Duration {
    match failures.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(doublings) => 1u32
            .checked_shl(doublings)
            .and_then(|factor| FIRST_WAIT.checked_mul(factor))
            .map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT)),
    }
}

impl Tally {
    fn wait_left(&self, now_ms: u64, boot: Option<&BootTime>) -> Duration {
        let elapsed_ms = match boot {
            Some(now) if self.boot.as_ref() == Some(&now.boot) => {
                now.since_ms.saturating_sub(self.boot_ms)
            }
            // Restarted: at least this much has passed, and the calendar is no witness.
            Some(now) => now.since_ms,
            None if now_ms >= self.latest_ms => now_ms.saturating_sub(self.latest_ms),
            None => now_ms.saturating_sub(self.behind_since_ms.unwrap_or(now_ms)),
        };
        wait_after(self.failures).saturating_sub(Duration::from_millis(elapsed_ms))
    }

    /// A clock that was set back for good must not make a wait endless.
    fn notice_clock(&mut self, now_ms: u64) -> bool {
        let behind = now_ms < self.latest_ms;
        let known = self.behind_since_ms.is_some_and(|since| since <= now_ms);
        if behind && !known {
            self.behind_since_ms = Some(now_ms);
        }
        behind && !known
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    format: u32,
    pin: Option<Tally>,
    passphrase: Option<Tally>,
}

impl Book {
    const EMPTY: Self = Self {
        format: FORMAT,
        pin: None,
        passphrase: None,
    };

    fn read(home: &Path) -> std::io::Result<Self> {
        let unreadable = || Self {
            passphrase: Some(Tally {
                failures: u32::MAX,
                ..Tally::default()
            }),
            ..Self::EMPTY
        };
        match disk::read_bounded(&path(home), AT_MOST) {
            Ok(None) => Ok(Self::EMPTY),
            Ok(Some(bytes)) => Ok(serde_json::from_slice(&bytes)
                .ok()
                .filter(|book: &Self| book.format == FORMAT)
                .unwrap_or_else(unreadable)),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok(unreadable()),
            Err(error) => Err(error),
        }
    }

    fn write(&self, home: &Path) -> std::io::Result<()> {
        disk::write_atomically(&path(home), &serde_json::to_vec(self)?)
    }

    fn of(&mut self, kind: Kind) -> &mut Option<Tally> {
        match kind {
            Kind::Pin => &mut self.pin,
            Kind::Passphrase => &mut self.passphrase,
        }
    }
}

fn path(home: &Path) -> PathBuf {
    home.join(FILE)
}

/// The tries of one kind of secret, as both places remember them.
pub(crate) struct Attempts<'a> {
    home: &'a Path,
    device: &'a Device,
    wallet: &'a str,
    kind: Kind,
    now_ms: u64,
    book: Book,
    known: Vec<Tally>,
}

impl<'a> Attempts<'a> {
    pub(crate) fn load(
        home: &'a Path,
        device: &'a Device,
        wallet: &'a str,
        kind: Kind,
        now_ms: u64,
    ) -> Result<Self, UnlockError> {
        let mut book = Book::read(home)?;
        let mut known: Vec<_> = book.of(kind).iter().cloned().collect();
        if kind == Kind::Pin {
            match read_entry(device.keychain.as_ref(), wallet, ENTRY) {
                Ok(bytes) => known.extend(serde_json::from_slice::<Tally>(&bytes)),
                Err(KeychainError::NoEntry | KeychainError::Damaged) => {}
                Err(error) => return Err(error.into()),
            }
            if known.is_empty() {
                // Both places have forgotten: someone saw to that.
                known.push(Tally {
                    failures: MOST_PINS,
                    ..Tally::default()
                });
            }
        }
        Ok(Self {
            home,
            device,
            wallet,
            kind,
            now_ms,
            book,
            known,
        })
    }

    fn failures(&self) -> u32 {
        self.known.iter().map(|t| t.failures).max().unwrap_or(0)
    }

    /// Whether a try is allowed now.
    pub(crate) fn gate(&mut self) -> Result<(), UnlockError> {
        if self.kind == Kind::Pin && self.failures() >= MOST_PINS {
            return Err(UnlockError::PassphraseOrWordsNeeded);
        }
        let boot = self.device.boot.now();
        if boot.is_none() {
            let mut noticed = false;
            for tally in &mut self.known {
                noticed |= tally.notice_clock(self.now_ms);
            }
            let strictest = self.known.iter().max_by_key(|t| (t.failures, t.latest_ms));
            if let (true, Some(tally)) = (noticed, strictest.cloned()) {
                self.write(tally)?;
            }
        }
        let left = self
            .known
            .iter()
            .map(|tally| tally.wait_left(self.now_ms, boot.as_ref()))
            .max()
            .unwrap_or_default();
        if left.is_zero() {
            return Ok(());
        }
        Err(UnlockError::Wait {
            seconds: whole_seconds(left),
        })
    }

    /// Counts a try as failed. Must be durable before the secret is looked at,
    /// or killing the program in between would make guesses free.
    pub(crate) fn count(&mut self) -> Result<(), UnlockError> {
        let boot = self.device.boot.now();
        let latest = self.known.iter().map(|t| t.latest_ms).max();
        let tally = Tally {
            failures: self.failures().saturating_add(1),
            latest_ms: latest.unwrap_or(0).max(self.now_ms),
            behind_since_ms: latest
                .is_some_and(|latest| self.now_ms < latest)
                .then_some(self.now_ms),
            boot_ms: boot.as_ref().map_or(0, |time| time.since_ms),
            boot: boot.map(|time| time.boot),
        };
        self.write(tally)
    }

    fn write(&mut self, tally: Tally) -> Result<(), UnlockError> {
        let before = self.book.of(self.kind).replace(tally.clone());
        self.book.write(self.home)?;
        // A full disk, or a keychain that cannot be written, refuses every try: none of them is to be
        // counted, in the one place or the other.
        if self.kind == Kind::Pin
            && let Err(error) = write_pin_entry(self.device, self.wallet, &tally)
        {
            *self.book.of(self.kind) = before;
            self.book.write(self.home)?;
            return Err(error.into());
        }
        self.known = vec![tally];
        Ok(())
    }

    /// What to say after a try that was counted and was wrong.
    pub(crate) fn refusal(&self) -> UnlockError {
        let failures = self.failures();
        UnlockError::WrongSecret {
            tries_left_before_wait: FREE.saturating_sub(failures),
            wait_seconds: whole_seconds(wait_after(failures)),
            tries_left: (self.kind == Kind::Pin).then(|| MOST_PINS.saturating_sub(failures)),
        }
    }
}

fn write_pin_entry(device: &Device, wallet: &str, tally: &Tally) -> Result<(), KeychainError> {
    let bytes = serde_json::to_vec(tally).map_err(|_| KeychainError::Damaged)?;
    write_entry(device.keychain.as_ref(), wallet, ENTRY, &bytes)
}

fn whole_seconds(left: Duration) -> u64 {
    left.as_secs()
        .saturating_add(u64::from(left.subsec_nanos() > 0))
}

/// Whether the keychain takes part: asking a locked one means a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeychainUse {
    Yes,
    No,
}

/// Starts every count again, after a secret was right or was replaced. The PIN's
/// count in a keychain that cannot be written now stays as it is, which is the
/// stricter way.
pub(crate) fn forgive(
    home: &Path,
    device: &Device,
    wallet: &str,
    keychain: KeychainUse,
    now_ms: u64,
) -> Result<(), UnlockError> {
    let book = Book::read(home)?;
    let latest = |tally: Option<Tally>| tally.map_or(0, |t| t.latest_ms).max(now_ms);
    let fresh = |latest_ms| Tally {
        latest_ms,
        ..Tally::default()
    };
    let pin = fresh(latest(book.pin));
    if keychain == KeychainUse::Yes {
        // If this fails the larger count there stands, whatever the file says.
        let _unwritable_now = write_pin_entry(device, wallet, &pin);
    }
    let book = Book {
        format: FORMAT,
        pin: Some(pin),
        passphrase: Some(fresh(latest(book.passphrase))),
    };
    book.write(home)?;
    Ok(())
}

/// The first count of a new wallet, which must be in both places before the
/// wallet exists.
pub(crate) fn begin(
    home: &Path,
    device: &Device,
    wallet: &str,
    keychain: KeychainUse,
) -> Result<(), BeginError> {
    if keychain == KeychainUse::Yes {
        write_pin_entry(device, wallet, &Tally::default())?;
    }
    let book = Book {
        pin: Some(Tally::default()),
        passphrase: Some(Tally::default()),
        ..Book::EMPTY
    };
    book.write(home)?;
    Ok(())
}

/// Why no count can be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BeginError {
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
