//! The wallet's home: one directory, private to its owner, used by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::marks::Mark;

/// A wallet's directory. Having one means that the directory exists and that only its owner can
/// enter it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    dir: PathBuf,
}

/// Why a directory cannot be a wallet's home.
#[derive(Debug, Error)]
pub enum HomeError {
    /// There is no such directory.
    #[error("there is no wallet directory at {}", .0.display())]
    Missing(PathBuf),
    /// The path exists and is something else than a directory.
    #[error("{} is not a directory", .0.display())]
    NotADirectory(PathBuf),
    /// Other users of this device can enter the directory, and it holds things that are not ours,
    /// so closing it could break something else.
    #[error("{} is open to other users of this device (mode {mode:o}); choose a private directory", dir.display())]
    OpenToOthers {
        /// The directory.
        dir: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The operating system refused.
    #[error("cannot prepare the wallet directory {}: {source}", dir.display())]
    Io {
        /// The directory.
        dir: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

const VAULT: &str = "vault.json";
pub(crate) const MONEY: &str = "money.db";
pub(crate) const HISTORY: &str = "history.db";
const LIBRARY: &str = "library";
const LOCK: &str = "lock";
pub(crate) const UNFINISHED: &str = "unfinished";

/// The vault's files, which hold keys.
pub(crate) const KEYS: [&str; 6] = [
    VAULT,
    "vault.json.new",
    "erase.key",
    "erase.key.new",
    "attempts.json",
    "attempts.json.new",
];
/// The databases and their logs.
const DATABASES: [&str; 6] = [
    MONEY,
    "money.db-wal",
    "money.db-shm",
    HISTORY,
    "history.db-wal",
    "history.db-shm",
];

/// Every file a making may have left, the vault's and ours. Named one by one: a person may have
/// chosen a folder with other things in it.
fn made() -> impl Iterator<Item = &'static str> {
    KEYS.into_iter().chain(DATABASES)
}

impl Home {
    /// Makes the directory (mode 0700) or takes one that is already there.
    ///
    /// # Errors
    /// [`HomeError::OpenToOthers`] for a directory with other people's access and other things in
    /// it; see [`HomeError`].
    pub fn create(dir: &Path) -> Result<Self, HomeError> {
        if dir.exists() {
            return Self::open(dir);
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        let new: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
        builder
            .create(dir)
            .and_then(|()| new.into_iter().try_for_each(sync_name))
            .map_err(|source| HomeError::Io {
                dir: dir.to_owned(),
                source,
            })?;
        Self::open(dir)
    }

    /// Takes a directory that must already exist.
    ///
    /// A directory that others can enter is closed to them when it is empty or already a wallet's.
    ///
    /// # Errors
    /// [`HomeError::Missing`] when there is none; see [`HomeError`].
    pub fn open(dir: &Path) -> Result<Self, HomeError> {
        let io = |source| HomeError::Io {
            dir: dir.to_owned(),
            source,
        };
        match fs::metadata(dir) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(HomeError::NotADirectory(dir.to_owned())),
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => {
                return Err(HomeError::Missing(dir.to_owned()));
            }
            Err(source) => return Err(io(source)),
        }
        let home = Self {
            dir: dir.to_owned(),
        };
        #[cfg(unix)]
        home.close_to_others()?;
        Ok(home)
    }

    #[cfg(unix)]
    fn close_to_others(&self) -> Result<(), HomeError> {
        use std::os::unix::fs::PermissionsExt as _;

        let io = |source| HomeError::Io {
            dir: self.dir.clone(),
            source,
        };
        let mode = fs::metadata(&self.dir).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 == 0 {
            return Ok(());
        }
        let empty = fs::read_dir(&self.dir).map_err(io)?.next().is_none();
        if !empty && !self.holds_wallet_files() {
            return Err(HomeError::OpenToOthers {
                dir: self.dir.clone(),
                mode,
            });
        }
        fs::set_permissions(&self.dir, fs::Permissions::from_mode(0o700)).map_err(io)
    }

    /// The directory itself.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the vault keeps the sealed root.
    #[must_use]
    pub fn vault(&self) -> PathBuf {
        self.dir.join(VAULT)
    }

    /// Where the e-cash is kept.
    #[must_use]
    pub fn money(&self) -> PathBuf {
        self.dir.join(MONEY)
    }

    /// Where the journal, the merchants and the documents are kept.
    #[must_use]
    pub fn history(&self) -> PathBuf {
        self.dir.join(HISTORY)
    }

    /// The folder of pages and files a person paid for. It may not be there yet.
    #[must_use]
    pub fn library(&self) -> PathBuf {
        self.dir.join(LIBRARY)
    }

    /// Where a new history is made before it takes the place of a damaged one.
    #[must_use]
    pub fn new_history(&self) -> PathBuf {
        self.dir.join(format!("{HISTORY}.new"))
    }

    /// Keeps a copy of a damaged history, with its log, under a name of its own; that copy is
    /// what is read from then on. `None` when there is no file to keep.
    ///
    /// # Errors
    /// [`HomeError::Io`]; the file is as it was.
    pub fn keep_damaged_history(&self) -> Result<Option<PathBuf>, HomeError> {
        let keep = || {
            let free = (1_u32..)
                .map(|n| self.dir.join(format!("{HISTORY}.damaged-{n}")))
                .find(|kept| {
                    ["", "-wal"]
                        .iter()
                        .all(|end| fs::symlink_metadata(with_end(kept, end)).is_err())
                });
            let Some(kept) = free else { return Ok(None) };
            if fs::symlink_metadata(self.history()).is_err() {
                return Ok(None);
            }
            copy_private(&with_end(&self.history(), "-wal"), &with_end(&kept, "-wal"))?;
            copy_private(&self.history(), &kept)?;
            self.sync()?;
            Ok(Some(kept))
        };
        keep().map_err(|source| self.io(source))
    }

    /// Puts the new history in the place of the damaged one.
    ///
    /// # Errors
    /// [`HomeError::Io`].
    pub fn take_new_history(&self) -> Result<(), HomeError> {
        let take = || {
            for end in ["-wal", "-shm"] {
                absent_is_fine(fs::remove_file(with_end(&self.history(), end)))?;
            }
            fs::rename(self.new_history(), self.history())?;
            self.sync()
        };
        take().map_err(|source| self.io(source))
    }

    /// Takes away what a making of a new history that was cut short has left.
    ///
    /// # Errors
    /// [`HomeError::Io`].
    pub fn clear_new_history(&self) -> Result<(), HomeError> {
        ["", "-wal", "-shm"].into_iter().try_for_each(|end| {
            absent_is_fine(fs::remove_file(with_end(&self.new_history(), end)))
                .map_err(|source| self.io(source))
        })
    }

    /// The file whose lock says which process owns this wallet.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.dir.join(LOCK)
    }

    /// Says on the disk that a wallet is being made here, until [`Self::finish_making`]; first takes
    /// away what a making that was cut short has left. Where a wallet was finished, does nothing.
    ///
    /// While it says so nothing may open the wallet ([`Self::is_unfinished`]) and its words must not
    /// be shown: that is why no money can be in what is taken away. Call it, and make the wallet,
    /// only while holding the home's lock.
    ///
    /// # Errors
    /// [`HomeError::Io`] when the directory cannot be written.
    pub fn begin_making(&self) -> Result<(), HomeError> {
        let begin = || {
            if self.is_unfinished() {
                for file in made() {
                    absent_is_fine(fs::remove_file(self.dir.join(file)))?;
                }
            } else if self.holds_wallet_files() {
                return Ok(());
            }
            private(OpenOptions::new().write(true).create(true).truncate(true))
                .open(self.dir.join(UNFINISHED))?
                .sync_all()?;
            self.sync()
        };
        begin().map_err(|source| self.io(source))
    }

    /// Says which wallet is being made here, as soon as it has a name.
    ///
    /// # Errors
    /// [`HomeError::Io`]; the wallet is still being made.
    pub fn making(&self, wallet: &str) -> Result<(), HomeError> {
        self.write_mark(UNFINISHED, wallet)
            .map_err(|source| self.io(source))
    }

    /// Says that the wallet is made. Nothing takes it away any more.
    ///
    /// # Errors
    /// [`HomeError::Io`]; the wallet is then not made.
    pub fn finish_making(&self) -> Result<(), HomeError> {
        fs::remove_file(self.dir.join(UNFINISHED))
            .and_then(|()| self.sync())
            .map_err(|source| self.io(source))
    }

    /// Whether a wallet was begun here and never finished: then there is none. Another's mark, which
    /// came with an old copy of that one's files, says nothing of the one that is here.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.mark(UNFINISHED) == Mark::OfThis
    }

    pub(crate) fn io(&self, source: io::Error) -> HomeError {
        HomeError::Io {
            dir: self.dir.clone(),
            source,
        }
    }

    /// Without this a new name, or the end of one, may be lost in a power cut.
    pub(crate) fn sync(&self) -> io::Result<()> {
        sync_dir(&self.dir)
    }

    /// Whether anything of a wallet is here, even a part of one. While it is, no new wallet may be
    /// made here: the part may be all that is left of somebody's money.
    #[must_use]
    pub fn holds_wallet_files(&self) -> bool {
        let money_log = self.dir.join(format!("{MONEY}-wal"));
        let history_log = self.dir.join(format!("{HISTORY}-wal"));
        // `symlink_metadata`: a link to a disk that is not plugged in is still a sign of a wallet.
        [
            self.vault(),
            self.money(),
            self.history(),
            money_log,
            history_log,
        ]
        .iter()
        .any(|file| fs::symlink_metadata(file).is_ok())
    }
}

/// This process's ownership of a wallet's home. The operating system takes it back when the process
/// ends, however it ends.
#[derive(Debug)]
pub struct HomeLock {
    // Held for its lock alone: closing the file releases it.
    _file: File,
}

/// Why this process does not own the wallet's home.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another process owns it (exit 6 on the command line).
    #[error("another process is using this wallet")]
    HeldByAnother,
    /// The lock file could not be opened or locked.
    #[error("cannot lock the wallet directory: {0}")]
    Io(#[from] io::Error),
}

impl HomeLock {
    /// Takes ownership of the wallet in `dir` (a [`Home::dir`]), without waiting.
    ///
    /// # Errors
    /// [`LockError::HeldByAnother`] when another process, or another handle in this one, has it.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let file = private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
        )
        .open(dir.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::HeldByAnother),
            Err(TryLockError::Error(error)) => Err(LockError::Io(error)),
        }
    }
}

/// Makes the names in a folder last through a power cut.
#[cfg(unix)]
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Elsewhere the system keeps them by itself, and opens no folder.
#[cfg(not(unix))]
pub(crate) fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the name of a new folder last, which is in the folder around it. Where that may not be read,
/// nothing can be done.
fn sync_name(dir: &Path) -> io::Result<()> {
    let around = match dir.parent() {
        Some(around) if !around.as_os_str().is_empty() => around,
        _ => Path::new("."),
    };
    match sync_dir(around) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        done => done,
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

pub(crate) fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A copy only its owner can read, on the disk when this returns; of nothing, nothing.
fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = match File::open(from) {
        Ok(file) => file,
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut to = private(OpenOptions::new().write(true).create_new(true)).open(to)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}

/// Makes `options` create files that only their owner can read.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

#[cfg(test)]
mod tests {
    use farthing_vault::{Device, Mark, Secret, Vault};

    use super::*;

    fn make(home: &Home) -> Vault {
        let device = Device::without_keychain().at_least_cost();
        let secret = Secret::from_text("correct horse battery staple".to_owned());
        let mark = Mark::Practice { town: None };
        Vault::create_on(&device, home.dir(), &secret, mark, None)
            .unwrap()
            .0
    }

    #[test]
    fn a_home_that_does_not_exist_is_not_opened_but_can_be_made() {
        let outside = tempfile::tempdir().unwrap();
        let dir = outside.path().join("deep/er/wallet");
        assert!(matches!(Home::open(&dir), Err(HomeError::Missing(missing)) if missing == dir));

        let home = Home::create(&dir).unwrap();
        assert_eq!(home, Home::open(&dir).unwrap());
        assert!(!home.holds_wallet_files());
    }

    #[test]
    fn a_file_is_not_a_home() {
        let outside = tempfile::tempdir().unwrap();
        let file = outside.path().join("file");
        fs::write(&file, b"").unwrap();
        assert!(matches!(
            Home::create(&file),
            Err(HomeError::NotADirectory(_))
        ));
    }

    #[test]
    fn any_part_of_a_wallet_counts_as_a_wallet() {
        for name in [
            "vault.json",
            "money.db",
            "history.db",
            "money.db-wal",
            "history.db-wal",
        ] {
            let dir = tempfile::tempdir().unwrap();
            let home = Home::open(dir.path()).unwrap();
            assert!(!home.holds_wallet_files());
            fs::write(dir.path().join(name), b"").unwrap();
            assert!(home.holds_wallet_files(), "{name}");
        }
    }

    #[test]
    fn a_making_that_was_cut_short_is_taken_away_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(dir.path()).unwrap();
        fs::write(dir.path().join("letters.txt"), b"mine").unwrap();

        home.begin_making().unwrap();
        let _vault = make(&home);
        fs::write(home.money(), b"half").unwrap();
        assert!(home.is_unfinished() && home.holds_wallet_files());

        home.begin_making().unwrap();
        assert!(home.is_unfinished() && !home.holds_wallet_files());
        let _vault = make(&home);
        home.finish_making().unwrap();
        assert!(!home.is_unfinished() && home.holds_wallet_files());
        assert!(dir.path().join("letters.txt").exists());
    }

    #[test]
    fn a_wallet_that_was_made_is_never_taken_away() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(dir.path()).unwrap();
        let _vault = make(&home);
        let before = fs::read(home.vault()).unwrap();
        for _ in 0..2 {
            home.begin_making().unwrap();
            assert!(!home.is_unfinished());
            assert_eq!(fs::read(home.vault()).unwrap(), before);
        }
    }

    #[test]
    fn what_is_left_of_the_making_of_another_wallet_takes_nothing_away() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(dir.path()).unwrap();
        home.begin_making().unwrap();
        let vault = make(&home);
        home.making(vault.wallet_id()).unwrap();
        assert!(home.is_unfinished());
        home.finish_making().unwrap();

        home.making("ffeeddccbbaa99887766554433221100").unwrap();
        assert!(!home.is_unfinished());
        home.begin_making().unwrap();
        assert!(home.holds_wallet_files());
        home.drop_marks_of_others().unwrap();
        assert!(!dir.path().join(UNFINISHED).exists());
    }

    #[test]
    fn every_file_of_a_new_wallet_is_known_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(dir.path()).unwrap();
        let _vault = make(&home);
        for file in fs::read_dir(dir.path()).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(
                made().any(|file| file == name) || name == "vault.lock",
                "{name}"
            );
        }
    }

    #[test]
    fn a_second_owner_is_told_that_there_is_a_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = HomeLock::take(dir.path()).unwrap();
        assert!(matches!(
            HomeLock::take(dir.path()),
            Err(LockError::HeldByAnother)
        ));
        drop(first);
        HomeLock::take(dir.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_home_and_its_lock_are_closed_to_everyone_else() {
        use std::os::unix::fs::PermissionsExt as _;

        let outside = tempfile::tempdir().unwrap();
        let home = Home::create(&outside.path().join("wallet")).unwrap();
        let _lock = HomeLock::take(home.dir()).unwrap();
        assert_eq!(
            fs::metadata(home.dir()).unwrap().permissions().mode() & 0o777,
            0o700
        );
        assert_eq!(
            fs::metadata(home.lock()).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_shared_directory_is_closed_when_it_is_ours_and_refused_when_it_is_not() {
        use std::os::unix::fs::PermissionsExt as _;

        let outside = tempfile::tempdir().unwrap();
        let dir = outside.path().join("shared");
        fs::create_dir(&dir).unwrap();
        let share = || fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
        let mode = || fs::metadata(&dir).unwrap().permissions().mode() & 0o777;

        share();
        Home::open(&dir).unwrap();
        assert_eq!(mode(), 0o700, "an empty directory is ours to close");

        share();
        fs::write(dir.join("letters.txt"), b"").unwrap();
        assert!(matches!(
            Home::open(&dir),
            Err(HomeError::OpenToOthers { mode: 0o755, .. })
        ));
        assert_eq!(mode(), 0o755, "somebody else's directory is left as it was");

        fs::write(dir.join(VAULT), b"").unwrap();
        Home::open(&dir).unwrap();
        assert_eq!(mode(), 0o700, "a wallet's directory is ours to close");
    }
}
